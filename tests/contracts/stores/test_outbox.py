"""The outbox: words in order, talk that can be cancelled, notices that are owed, nothing sent twice unknowingly."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.conversations import Owner
from domain.ports import ControlChange, Outcome
from tests.builders import LUZ_CHAT, MAR_CHAT, NOW, arrival, commit_for, talk
from tests.contracts.stores.houses import SHORT
from tests.contracts.stores.story import claim_one, due, hear, meet, receipt, settled, story, story_with, words

if TYPE_CHECKING:
    from domain.businesses import Account
    from domain.conversations import Conversation, Outgoing
    from domain.ports import Parcel, Store
    from tests.contracts.stores.houses import House


async def send(store: Store, parcel: Parcel) -> str:
    assert list(await store.outbox.sending([parcel])) == [True]
    await store.outbox.sent(parcel, f"platform-{parcel.outgoing.id}")
    return parcel.outgoing.body.decode()


async def send_all(store: Store) -> list[str]:
    sent = []
    while parcels := await due(store):
        sent += [await send(store, one) for one in parcels]
    return sent


async def take_over(store: Store, conversation: Conversation) -> Conversation:
    return await store.control.change(
        ControlChange(conversation.id, conversation.business_id, None, Owner.HUMAN, "rosa")
    )


@story
async def test_words_are_sent_in_the_order_they_were_said(house: House) -> None:
    store = house.store
    await hear(store, arrival("hi"), says=("one", "two"), notices=("three",))
    await hear(store, arrival("hello?"), says=("four",))
    await hear(store, arrival("hi", "eva", account=MAR_CHAT), says=("welcome",))
    parcels = await due(store)
    assert sorted(words(parcels)) == ["one", "welcome"], "one a conversation"
    assert await due(store) == [], "both are leased"
    for parcel in parcels:
        assert not parcel.doubtful
        await send(store, parcel)
    assert await send_all(store) == ["two", "three", "four"]


@story
async def test_a_parcel_is_what_was_committed(house: House) -> None:
    store = house.store
    await store.mailbox.accept([arrival("hi")])
    commit = commit_for(await claim_one(store), "Hi Ana")
    await store.mailbox.commit([commit])
    (parcel,) = await due(store)
    assert parcel.outgoing == commit.outbox[0]
    assert parcel.attempts == 0


@story
async def test_a_claim_cancels_unsent_talk_but_not_notices(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await hear(store, arrival("yes"), says=("How about colour?", "Or nails?"), notices=("Booked.",))
    await take_over(store, conversation)
    assert await send_all(store) == ["Booked."]


@story
async def test_talk_that_is_leased_is_stopped_before_the_call(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await hear(store, arrival("yes"), says=("How about colour?",), notices=("Booked.",))
    leased = await due(store)
    assert words(leased) == ["How about colour?"]
    await take_over(store, conversation)
    assert list(await store.outbox.sending(leased)) == [False]
    assert await send_all(store) == ["Booked."], "the conversation goes on at once"


@story
async def test_a_notice_that_is_leased_is_sent_whoever_answers(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await hear(store, arrival("yes"), notices=("Booked.",))
    leased = await due(store)
    await take_over(store, conversation)
    assert [await send(store, one) for one in leased] == ["Booked."]


@story
async def test_words_of_a_turn_that_lost_its_epoch_between_are_never_due(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    claimed = await take_over(store, conversation)
    _, stale = talk(conversation, "I am still the bot")
    _, present = talk(claimed, "Rosa here", kind="staff")
    _, owed = talk(conversation, "Booked.", kind="notice")
    await store.control.change(
        ControlChange(conversation.id, conversation.business_id, None, Owner.HUMAN, "rosa", outbox=(present, owed))
    )
    await store.mailbox.accept([arrival("ok")])
    commit = commit_for(await claim_one(store), notices=("noted",))
    commit.outbox = [stale, *commit.outbox]
    assert await store.mailbox.commit([commit]) == [Outcome.COMMITTED]
    assert await send_all(store) == ["Rosa here", "Booked.", "noted"]


@story_with(SHORT)
async def test_a_sender_that_vanished_leaves_a_doubtful_parcel(house: House) -> None:
    store = house.store
    await hear(store, arrival("yes"), notices=("Booked.", "See you."))
    (parcel,) = await due(store)
    assert list(await store.outbox.sending([parcel])) == [True]
    assert await due(store) == []
    await house.lease_over()
    (again,) = await due(store)
    assert again.outgoing == parcel.outgoing
    assert again.doubtful, "nobody knows whether it arrived"
    assert again.fence > parcel.fence
    assert list(await store.outbox.sending([parcel])) == [False], "the frozen one must not send"
    await store.outbox.sent(again, "platform-1")
    assert words(await due(store)) == ["See you."]


@story_with(SHORT)
async def test_a_sender_that_vanished_before_the_call_leaves_no_doubt(house: House) -> None:
    store = house.store
    await hear(store, arrival("yes"), notices=("Booked.",))
    (parcel,) = await due(store)
    await house.lease_over()
    (again,) = await due(store)
    assert not again.doubtful
    assert list(await store.outbox.sending([parcel])) == [False]
    assert list(await store.outbox.sending([again])) == [True]


@story
async def test_a_refused_parcel_is_tried_again_after_its_pause(house: House) -> None:
    store = house.store
    await hear(store, arrival("hi"), says=("one", "two"))
    (parcel,) = await due(store)
    await store.outbox.sending([parcel])
    await store.outbox.failed(parcel, "429", timedelta(seconds=100))
    assert await due(store) == [], "it pauses, and what comes after it waits"
    await house.pauses_over()
    (again,) = await due(store)
    assert words([again]) == ["one"]
    assert (again.attempts, again.doubts) == (1, 0)


@story_with(SHORT)
async def test_what_was_in_doubt_before_it_was_put_off_is_in_doubt_after_it(house: House) -> None:
    store = house.store
    await hear(store, arrival("hi"), notices=("Booked.",))
    (parcel,) = await due(store)
    await store.outbox.sending([parcel])
    await house.lease_over()
    (doubtful,) = await due(store)
    assert (doubtful.attempts, doubtful.doubts) == (1, 1)
    await store.outbox.sending([doubtful])
    await store.outbox.failed(doubtful, "429", timedelta(seconds=100))
    await house.pauses_over()
    (again,) = await due(store)
    assert (again.attempts, again.doubts) == (2, 1)


@story
async def test_a_parcel_given_up_lets_the_rest_go_on(house: House) -> None:
    store = house.store
    await hear(store, arrival("hi"), says=("one", "two"))
    (parcel,) = await due(store)
    await store.outbox.sending([parcel])
    await store.outbox.failed(parcel, "blocked by the customer", None)
    assert await send_all(store) == ["two"]


@story
async def test_words_of_staff_are_never_cancelled(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    _, row = talk(conversation, "Rosa here", kind="staff")
    change = ControlChange(conversation.id, conversation.business_id, None, Owner.HUMAN, "rosa", outbox=(row,))
    assert (await store.control.change(change)).control_epoch == conversation.control_epoch + 1
    await store.control.change(ControlChange(conversation.id, conversation.business_id, None, Owner.BOT))
    assert await send_all(store) == ["Rosa here"]


MINUTE = timedelta(seconds=60)


@story
async def test_what_nobody_knows_waits_for_a_receipt(house: House) -> None:
    store = house.store
    await hear(store, arrival("yes"), notices=("Booked.", "See you."))
    (parcel,) = await due(store)
    assert list(await store.outbox.sending([parcel])) == [True]
    await store.outbox.doubt(parcel, "no answer in 20 s", MINUTE)
    assert await due(store) == [], "it waits, and what comes after it waits too"
    await house.pauses_over()
    (again,) = await due(store)
    assert again.outgoing == parcel.outgoing
    assert (again.doubtful, again.attempts) == (True, 1)
    assert again.fence > parcel.fence
    assert list(await store.outbox.sending([parcel])) == [False]
    assert list(await store.outbox.sending([again])) == [True]
    await store.outbox.sent(again, "platform-1")
    assert words(await due(store)) == ["See you."]


@story
async def test_a_receipt_ends_the_doubt_at_once(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await hear(store, arrival("yes"), notices=("Booked.", "See you."))
    (parcel,) = await due(store)
    await store.outbox.sending([parcel])
    await store.outbox.doubt(parcel, "no answer in 20 s", MINUTE)
    await settled(store, conversation.id, receipt(parcel.outgoing, "sent"))
    assert words(await due(store)) == ["See you."]
    await house.pauses_over()
    assert parcel.outgoing.id not in [one.outgoing.id for one in await due(store)], "and it never comes back"


@story
async def test_a_receipt_wakes_whoever_waits_to_send(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await hear(store, arrival("yes"), notices=("Booked.", "See you."))
    (parcel,) = await due(store)
    await store.outbox.sending([parcel])
    await store.outbox.doubt(parcel, "no answer in 20 s", MINUTE)
    loop = asyncio.get_running_loop()
    started = loop.time()
    waiting = asyncio.create_task(store.outbox.wait(20))
    await asyncio.sleep(0.05)
    await settled(store, conversation.id, receipt(parcel.outgoing, "sent"))
    await waiting
    assert loop.time() - started < 5


@story_with(SHORT)
async def test_only_its_sender_doubts_a_parcel(house: House) -> None:
    store = house.store
    await hear(store, arrival("yes"), notices=("Booked.",))
    (parcel,) = await due(store)
    await store.outbox.doubt(parcel, "never tried", MINUTE)
    assert list(await store.outbox.sending([parcel])) == [True], "what was not tried is not in doubt"
    await house.lease_over()
    (again,) = await due(store)
    assert list(await store.outbox.sending([again])) == [True]
    await store.outbox.doubt(parcel, "too late", MINUTE)
    await store.outbox.failed(again, "429", timedelta(0))
    assert words(await due(store)) == ["Booked."], "the one that has it decides"


@story
async def test_a_late_answer_is_true_whatever_was_doubted(house: House) -> None:
    store = house.store
    await hear(store, arrival("yes"), notices=("Booked.", "See you."))
    (parcel,) = await due(store)
    await store.outbox.sending([parcel])
    await store.outbox.doubt(parcel, "no answer in 20 s", MINUTE)
    await store.outbox.sent(parcel, "platform-1", track=True)
    assert words(await due(store)) == ["See you."]
    line = (await store.transcripts(parcel.outgoing.business_id).messages(parcel.outgoing.conversation_id))[-2]
    assert (line.text, line.delivery) == ("Booked.", "sent")


async def give_up(house: House, sender: str, why: str, account: Account = LUZ_CHAT) -> Outgoing:
    """Let something be said to somebody that cannot be sent."""
    await hear(house.store, arrival("hi", sender, account=account), says=(f"to {sender}",))
    (parcel,) = await due(house.store)
    await house.store.outbox.sending([parcel])
    await house.store.outbox.failed(parcel, why, None)
    house.clock.advance(timedelta(seconds=1))
    return parcel.outgoing


@story
async def test_dead_letters_are_shown_the_latest_first(house: House) -> None:
    store = house.store
    ana = await give_up(house, "ana", "blocked by the customer")
    eva = await give_up(house, "eva", "not on this platform", MAR_CHAT)
    rui = await give_up(house, "rui", "outside the window")
    assert [(one.message_id, one.business_id, one.problem) for one in await store.outbox.given_up()] == [
        (rui.message_id, rui.business_id, "outside the window"),
        (eva.message_id, eva.business_id, "not on this platform"),
        (ana.message_id, ana.business_id, "blocked by the customer"),
    ]
    assert [one.message_id for one in await store.outbox.given_up(MAR_CHAT.business_id)] == [eva.message_id]
    assert [one.message_id for one in await store.outbox.given_up(most=1)] == [rui.message_id]
    assert list(await store.outbox.given_up(most=0)) == []
    (first, *_) = await store.outbox.given_up(LUZ_CHAT.business_id, 1)
    assert (first.conversation_id, first.channel, first.kind, first.at) == (
        rui.conversation_id,
        "webchat",
        "talk",
        NOW + timedelta(seconds=2),
    )


@story
async def test_a_dead_letter_is_seen_where_it_was_said(house: House) -> None:
    store = house.store
    row = await give_up(house, "ana", "blocked by the customer")
    line = (await store.transcripts(row.business_id).last_messages(row.conversation_id, 1))[0]
    assert (line.text, line.delivery, line.problem) == ("to ana", "failed", "blocked by the customer")


@story
async def test_what_arrived_after_all_is_no_dead_letter(house: House) -> None:
    store = house.store
    row = await give_up(house, "ana", "nobody knows whether it arrived")
    await settled(store, row.conversation_id, receipt(row, "delivered"))
    assert list(await store.outbox.given_up()) == []
    line = (await store.transcripts(row.business_id).last_messages(row.conversation_id, 1))[0]
    assert (line.delivery, line.problem) == ("delivered", "")


@story
async def test_the_body_of_what_was_given_up_is_kept_by_nobody(house: House) -> None:
    conversation = await meet(house.store)
    _, row = talk(conversation, "canary", kind="staff")
    change = ControlChange(conversation.id, conversation.business_id, None, Owner.HUMAN, "rosa", outbox=(row,))
    await house.store.control.change(change)
    assert "canary" in await house.traces()
    (parcel,) = await due(house.store)
    await house.store.outbox.failed(parcel, "blocked by the customer", None)
    assert "canary" not in await house.traces()


@story
async def test_waiting_to_send_ends_when_something_is_said(house: House) -> None:
    store = house.store
    loop = asyncio.get_running_loop()
    started = loop.time()
    waiting = asyncio.create_task(store.outbox.wait(20))
    await asyncio.sleep(0.05)
    await hear(store, arrival("hi"))
    await waiting
    assert loop.time() - started < 5
    assert len(await due(store)) == 1
    await store.outbox.wait(0.05)
