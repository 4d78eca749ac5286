"""Signals: receipts, echoes and changes of control, settled once, without waiting for the conversation's own lane."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.conversations import Message, Owner, Timer
from domain.errors import UnknownConversation
from domain.ids import account_lane, control_lane, conversation_id
from domain.ports import ControlChange, Outcome
from tests.builders import LUZ_CHAT, MAR_CHAT, NOW, arrival, commit_for
from tests.contracts.stores.houses import SHORT
from tests.contracts.stores.story import (
    claim_one,
    due,
    hear,
    lines,
    meet,
    receipt,
    sending,
    settled,
    shown,
    signal,
    story,
    story_with,
    words,
)

if TYPE_CHECKING:
    from domain.conversations import Conversation
    from tests.contracts.stores.houses import House


def echo(conversation: Conversation, text: str = "Rosa here, from my phone") -> Message:
    """What somebody of the staff typed in the platform's own app: the same line however often it is read."""
    return Message(conversation.id, conversation.business_id, "staff", text, NOW, external_id="e1", id="echo-1")


def taken_by_app(conversation: Conversation, **fields: object) -> ControlChange:
    fields = {"epoch": conversation.control_epoch, "messages": (echo(conversation),)} | fields
    return ControlChange(conversation.id, conversation.business_id, owner=Owner.EXTERNAL_APP, **fields)  # type: ignore[arg-type]


@story
async def test_signals_are_claimed_as_what_they_are_of(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    stranger = conversation_id(LUZ_CHAT.id, "nobody yet")
    await store.mailbox.accept(
        [
            signal(conversation.id),
            signal(stranger),
            arrival("a template was judged", kind="control", lane=account_lane(LUZ_CHAT.id)),
        ]
    )
    claims = {one.lane: one for one in await store.mailbox.claim(10)}
    of_conversation, of_account = claims[control_lane(conversation.id)], claims[account_lane(LUZ_CHAT.id)]
    assert of_conversation.conversation == conversation
    assert of_conversation.state == await store.transcripts(LUZ_CHAT.business_id).state(conversation.id)
    for nobody in (of_account, claims[control_lane(stranger)]):
        assert (nobody.conversation, nobody.state) == (None, None)
        assert (await store.mailbox.read(nobody)).conversation is None
        assert (nobody.business_id, nobody.account_id) == (LUZ_CHAT.business_id, LUZ_CHAT.id)
        assert await store.mailbox.settle(nobody) is Outcome.COMMITTED
    assert await store.mailbox.settle(of_conversation) is Outcome.COMMITTED
    assert not await store.mailbox.claim(10)


@story
async def test_what_is_settled_is_done_and_its_lane_goes_on(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    first = signal(conversation.id, "first")
    await store.mailbox.accept([first])
    claim = await claim_one(store)
    await store.mailbox.accept([signal(conversation.id, "second")])
    assert not await store.mailbox.claim(10), "the lane is leased"
    assert await store.mailbox.settle(claim) is Outcome.COMMITTED
    assert await store.mailbox.settle(claim) is Outcome.FENCED, "once is enough"
    again = await claim_one(store)
    assert [one.body for one in again.mail] == [b"second"]
    assert await store.mailbox.settle(again) is Outcome.COMMITTED
    assert list(await store.mailbox.accept([first])) == [False], "its key is still known"
    assert not await store.mailbox.claim(10)


@story
async def test_many_are_settled_at_once(house: House) -> None:
    store = house.store
    guests = [await meet(store, f"guest {number}") for number in range(12)]
    await store.mailbox.accept([signal(one.id) for one in guests])
    of = {control_lane(one.id): one for one in guests}
    claims = list(await store.mailbox.claim(20))
    assert len(claims) == 12
    outcomes = await asyncio.gather(
        *(store.mailbox.settle(one, taken_by_app(of[one.lane], messages=())) for one in claims)
    )
    assert outcomes == [Outcome.COMMITTED] * 12
    found = await store.transcripts(LUZ_CHAT.business_id).open_conversations()
    assert {(one.owner, one.control_epoch) for one in found} == {(Owner.EXTERNAL_APP, 1)}


@story
async def test_an_echo_takes_control_without_waiting_for_the_turn(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await hear(store, arrival("yes"), says=("How about colour?",), notices=("Booked.",))
    await store.mailbox.accept([arrival("and?")])
    turn = await claim_one(store)
    alarm = Timer(conversation.id, conversation.business_id, conversation.account_id, "silent", NOW)
    change = taken_by_app(conversation, timers=(alarm,), reason="replied")
    assert await asyncio.wait_for(settled(store, conversation.id, change=change), 5) is Outcome.COMMITTED
    assert await store.mailbox.commit([commit_for(turn, "I am still the bot")]) == [Outcome.CONTROL_LOST]
    assert words(await due(store)) == ["Booked."], "talk is cancelled, what is owed is not"
    assert (await lines(store, conversation))[-1] == "staff: Rosa here, from my phone"
    present = await store.transcripts(conversation.business_id).conversation(conversation.id)
    assert (present.owner, present.control_epoch, present.reason) == (Owner.EXTERNAL_APP, 1, "replied")
    assert await store.timers.fire(NOW, 10) == 1


@story_with(SHORT)
async def test_an_echo_is_shown_once_however_often_its_worker_dies(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await store.mailbox.accept([signal(conversation.id, "the echo")])
    dead = []
    for _ in range(3):
        dead.append(await claim_one(store))
        await house.lease_over()
    living = await claim_one(store)
    note = taken_by_app(conversation, keep_epoch=True)
    assert await store.mailbox.settle(living, note) is Outcome.COMMITTED
    for one in dead:
        assert await store.mailbox.settle(one, note) is Outcome.FENCED
    assert await store.mailbox.settle(living, note) is Outcome.FENCED
    assert (await lines(store, conversation)).count("staff: Rosa here, from my phone") == 1
    assert not await store.mailbox.claim(10)


@story_with(SHORT)
async def test_whoever_lost_the_lane_leaves_nothing(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await hear(store, arrival("yes"), notices=("Booked.", "See you."))
    parcel = await sending(store)
    await store.mailbox.accept([signal(conversation.id)])
    frozen = await claim_one(store)
    await house.lease_over()
    awake = await claim_one(store)
    back = arrival("handed back", kind="control")
    change = taken_by_app(conversation, arrivals=(back,))
    assert await store.mailbox.settle(frozen, change, [receipt(parcel.outgoing, "delivered")]) is Outcome.FENCED
    assert await shown(store, parcel) == ("", "")
    assert "staff: Rosa here, from my phone" not in await lines(store, conversation)
    assert await store.transcripts(conversation.business_id).conversation(conversation.id) == replace(
        conversation, version=2, stage="collecting"
    )
    assert await store.mailbox.settle(awake) is Outcome.COMMITTED
    assert not await store.mailbox.claim(10)


@story
async def test_whoever_lost_the_epoch_leaves_nothing_and_reads_again(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await hear(store, arrival("yes"), notices=("Booked.", "See you."))
    parcel = await sending(store)
    await store.mailbox.accept([signal(conversation.id)])
    claim = await claim_one(store)
    await store.control.change(ControlChange(conversation.id, conversation.business_id, None, Owner.HUMAN, "rosa"))
    told = [receipt(parcel.outgoing, "delivered")]
    change = taken_by_app(conversation, arrivals=(arrival("handed back", kind="control"),))
    assert await store.mailbox.settle(claim, change, told) is Outcome.CONTROL_LOST
    assert await shown(store, parcel) == ("", "")
    assert "staff: Rosa here, from my phone" not in await lines(store, conversation)
    assert await due(store) == [], "nobody knows yet whether it arrived"
    assert not await store.mailbox.claim(10), "the lane is still leased, and no mail was left"
    again = await store.mailbox.read(claim)
    assert again.conversation is not None
    assert again.conversation.owner is Owner.HUMAN
    assert again.mail == claim.mail
    assert await store.mailbox.settle(again, taken_by_app(again.conversation), told) is Outcome.COMMITTED
    assert await shown(store, parcel) == ("delivered", "")
    assert words(await due(store)) == ["See you."]


@story
async def test_a_change_of_nobodys_conversation_is_refused(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await store.mailbox.accept([signal(conversation.id)])
    claim = await claim_one(store)
    for stranger in (replace(conversation, id="nobody"), replace(conversation, business_id=MAR_CHAT.business_id)):
        with pytest.raises(UnknownConversation):
            await store.mailbox.settle(claim, taken_by_app(stranger))
    assert await store.mailbox.settle(claim) is Outcome.COMMITTED, "it still has the lane"


@story
async def test_handing_back_wakes_the_bot(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    held = await store.control.change(
        ControlChange(conversation.id, conversation.business_id, None, Owner.EXTERNAL_APP, "inbox")
    )
    back = ControlChange(
        held.id, held.business_id, held.control_epoch, Owner.BOT, arrivals=(arrival("handed back", kind="control"),)
    )
    assert await settled(store, conversation.id, change=back) is Outcome.COMMITTED
    claim = await claim_one(store)
    assert (claim.lane, [one.body for one in claim.mail]) == (conversation.id, [b"handed back"])
    assert claim.conversation is not None
    assert claim.conversation.owner is Owner.BOT


@story
async def test_a_new_number_is_where_answers_go(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await store.mailbox.accept([arrival("hello?")])
    turn = await claim_one(store)
    moved = ControlChange(
        conversation.id, conversation.business_id, 0, Owner.BOT, keep_epoch=True, external_id="ana's new number"
    )
    assert await settled(store, conversation.id, change=moved) is Outcome.COMMITTED
    assert await store.mailbox.commit([commit_for(turn, "to the old number")]) == [Outcome.CONTROL_LOST]
    again = await store.mailbox.read(turn)
    assert again.conversation == replace(conversation, external_id="ana's new number")
    assert await store.mailbox.commit([commit_for(again, "to the new one")]) == [Outcome.COMMITTED]
    (parcel,) = await due(store)
    assert (parcel.outgoing.to, parcel.outgoing.body) == ("ana's new number", b"to the new one")


@story
async def test_a_turn_may_say_where_answers_go(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await store.mailbox.accept([arrival("my new number")])
    commit = commit_for(await claim_one(store), "noted")
    commit.conversation = replace(commit.conversation, external_id="ana's new number")
    assert await store.mailbox.commit([commit]) == [Outcome.COMMITTED]
    present = await store.transcripts(conversation.business_id).conversation(conversation.id)
    assert present == commit.conversation
    changed = await store.control.change(
        ControlChange(conversation.id, conversation.business_id, None, Owner.HUMAN, "rosa", external_id="another")
    )
    assert (changed.external_id, changed.owner) == ("another", Owner.HUMAN)
    assert await store.transcripts(conversation.business_id).conversation(conversation.id) == changed
