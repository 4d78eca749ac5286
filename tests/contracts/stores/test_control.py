"""Control: one answers at a time, and every change is seen by all."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.conversations import Conversation, Message, Owner, Timer
from domain.errors import ControlLost, UnknownConversation
from domain.ports import ControlChange
from tests.builders import MAR_CHAT, NOW, arrival, talk
from tests.contracts.stores.story import claim_one, due, hear, lines, meet, story, words

if TYPE_CHECKING:
    from domain.ports import Store
    from tests.contracts.stores.houses import House


def change(conversation: Conversation, owner: Owner = Owner.HUMAN, **fields: object) -> ControlChange:
    fields = {"epoch": conversation.control_epoch, "owner_id": "rosa" if owner is Owner.HUMAN else ""} | fields
    return ControlChange(conversation.id, conversation.business_id, owner=owner, **fields)  # type: ignore[arg-type]


def note(conversation: Conversation, text: str) -> Message:
    return Message(conversation.id, conversation.business_id, "note", text, NOW, author_id="rosa")


async def present(store: Store, conversation: Conversation) -> Conversation:
    return await store.transcripts(conversation.business_id).conversation(conversation.id)


@story
async def test_two_of_the_staff_claim_at_once(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    answers = await asyncio.gather(
        *(store.control.change(change(conversation, owner_id=who)) for who in ("rosa", "miguel", "anna")),
        return_exceptions=True,
    )
    won = [one for one in answers if isinstance(one, Conversation)]
    assert len(won) == 1
    assert sum(isinstance(one, ControlLost) for one in answers) == 2
    assert await present(store, conversation) == won[0]
    assert (won[0].owner, won[0].control_epoch, won[0].version) == (Owner.HUMAN, 1, conversation.version)


@story
async def test_whoever_claims_without_an_epoch_always_gets_it(house: House) -> None:
    conversation = await meet(house.store)
    await house.store.control.change(change(conversation, owner_id="rosa"))
    taken = await house.store.control.change(change(conversation, owner_id="miguel", epoch=None, reason="shift"))
    assert (taken.owner_id, taken.control_epoch, taken.reason) == ("miguel", 2, "shift")


@story
async def test_a_refused_change_leaves_nothing(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await store.control.change(change(conversation))
    _, row = talk(conversation, "too late", kind="staff")
    late = change(
        conversation,
        messages=(note(conversation, "too late"),),
        outbox=(row,),
        timers=(Timer(conversation.id, conversation.business_id, conversation.account_id, "silent", NOW),),
        arrivals=(arrival("too late"),),
    )
    with pytest.raises(ControlLost):
        await store.control.change(late)
    assert "note: too late" not in await lines(store, conversation)
    assert await due(store) == []
    assert await store.timers.fire(NOW, 10) == 0
    assert not await store.mailbox.claim(10)


@story
async def test_nobody_takes_a_conversation_of_another_business(house: House) -> None:
    conversation = await meet(house.store)
    with pytest.raises(UnknownConversation):
        await house.store.control.change(ControlChange("nobody's", conversation.business_id, None, Owner.HUMAN))
    with pytest.raises(UnknownConversation):
        await house.store.control.change(ControlChange(conversation.id, MAR_CHAT.business_id, None, Owner.HUMAN))
    assert await present(house.store, conversation) == conversation


@story
async def test_a_private_note_leaves_the_bot_in_charge(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await hear(store, arrival("colour?"), says=("We do colour.",))
    kept = await store.control.change(
        change(conversation, Owner.BOT, keep_epoch=True, messages=(note(conversation, "a regular"),))
    )
    assert (kept.owner, kept.control_epoch) == (Owner.BOT, conversation.control_epoch)
    assert words(await due(store)) == ["We do colour."]
    assert (await lines(store, conversation))[-1] == "note: a regular"


@story
async def test_a_second_reply_checks_who_answers(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    mine = await store.control.change(change(conversation))
    line, row = talk(mine, "And a tea?", kind="staff")
    await store.control.change(change(mine, keep_epoch=True, messages=(line,), outbox=(row,)))
    assert words(await due(store)) == ["And a tea?"]
    await store.control.change(change(mine, owner_id="miguel"))
    with pytest.raises(ControlLost):
        await store.control.change(change(mine, keep_epoch=True, messages=(line,)))


@story
async def test_a_reply_that_takes_control_is_written_at_the_new_epoch(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    line, row = talk(conversation, "Rosa here", kind="staff")
    _, owed = talk(conversation, "You are talking to Rosa now.", kind="talk")
    claimed = await store.control.change(change(conversation, messages=(line,), outbox=(row, owed)))
    (parcel,) = await due(store)
    assert (parcel.outgoing.epoch, parcel.outgoing.body) == (claimed.control_epoch, b"Rosa here")
    assert list(await store.outbox.sending([parcel])) == [True]
    await store.outbox.sent(parcel, "1")
    (parcel,) = await due(store)
    assert list(await store.outbox.sending([parcel])) == [True], "it carries the present epoch"
    assert (await lines(store, conversation))[-1] == "staff: Rosa here"


@story
async def test_staff_never_wait_for_a_lane(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await store.mailbox.accept([arrival("hello?")])
    await claim_one(store)
    claimed = await asyncio.wait_for(store.control.change(change(conversation)), 5)
    assert claimed.owner is Owner.HUMAN


@story
async def test_handing_back_leaves_mail_for_the_bot(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    claimed = await store.control.change(change(conversation))
    await store.control.change(
        change(claimed, Owner.BOT, arrivals=(arrival("handed back", kind="control", external_id="back-2"),))
    )
    claim = await claim_one(store)
    assert [(one.kind, one.body) for one in claim.mail] == [("control", b"handed back")]
    assert claim.conversation is not None
    assert (claim.conversation.owner, claim.conversation.owner_id, claim.conversation.control_epoch) == (
        Owner.BOT,
        "",
        2,
    )


@story
async def test_a_change_sets_and_cancels_timers(house: House) -> None:
    store = house.store
    conversation = await meet(store)

    def timer(kind: str) -> Timer:
        return Timer(
            conversation.id, conversation.business_id, conversation.account_id, kind, NOW + timedelta(minutes=5)
        )

    queued = await store.control.change(change(conversation, Owner.QUEUE, timers=(timer("unanswered"), timer("close"))))
    await store.control.change(change(queued, cancel_timers=("unanswered",), timers=(timer("silent"),)))
    assert await store.timers.fire(NOW + timedelta(minutes=5), 10) == 2
    claim = await claim_one(store)
    assert sorted(one.external_id.partition("|")[0] for one in claim.mail) == ["close", "silent"]
