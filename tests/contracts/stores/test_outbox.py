"""The outbox: words in order, talk that can be cancelled, notices that are owed, nothing sent twice unknowingly."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.conversations import Owner
from domain.ports import ControlChange, Outcome
from tests.builders import MAR_CHAT, arrival, commit_for, talk
from tests.contracts.stores.houses import SHORT
from tests.contracts.stores.story import claim_one, due, hear, meet, story, story_with, words

if TYPE_CHECKING:
    from domain.conversations import Conversation
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
    assert (again.attempts, again.doubtful) == (1, False)


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
