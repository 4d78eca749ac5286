"""Privacy: everything known about a customer comes out on request, and goes without a trace."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.bookings import AmendBooking, Answered
from domain.conversations import Message, Owner, Timer
from domain.customers import Customer, Identity
from domain.errors import BookingNotFound, UnknownConversation
from domain.ids import conversation_id
from domain.ports import ControlChange, Outcome
from domain.waitlist import ChangeWaitlist, JoinWaitlist, Waiting
from tests.builders import (
    ANNA,
    LUZ,
    LUZ_CHAT,
    MAR,
    MAR_CHAT,
    NOW,
    arrival,
    at,
    book,
    booking,
    commit_for,
    event,
    hold,
    waiting,
)
from tests.contracts.stores.story import claim_one, due, hear, meet, story, taken

if TYPE_CHECKING:
    from domain.bookings import Booking
    from domain.ports import Store
    from tests.contracts.stores.houses import House

CANARY = "canary"
SENDER = f"{CANARY}-sender"
ANA = conversation_id(LUZ_CHAT.id, SENDER)
ANA_ID = "cus-ana"
PERSONAL = (
    "customer-name",
    "customer-phone",
    "customer-email",
    "identity-name",
    "sender",
    "state",
    "line",
    "choice",
    "card",
    "view",
    "talk",
    "notice",
    "given-up",
    "platform-id",
    "media",
    "address",
    "timer",
    "waiting",
    "poison",
    "error",
    "booking-name",
    "booking-phone",
    "booking-email",
    "booking-notes",
    "event",
    "note",
    "staff-line",
    "staff-row",
    "reason",
    "waiting-name",
    "waiting-phone",
    "answer",
    "answer-too",
    "answer-of-waiting",
)
"""What the story writes: one canary each. All are found before the erasure, none after it."""


def canary(what: str) -> str:
    assert what in PERSONAL
    return f"{CANARY}-{what}"


async def full_life(store: Store, house: House) -> Booking:
    """Let Ana do everything that leaves something personal anywhere."""
    assert await store.addresses.resolve(LUZ_CHAT, (SENDER, canary("address"))) == SENDER
    await store.mailbox.accept([arrival(canary("line"), SENDER)])
    claim = await claim_one(store)
    commit = commit_for(claim, canary("talk"), notices=(canary("notice"),), state=canary("state").encode())
    commit.conversation = replace(commit.conversation, customer_id=ANA_ID)
    commit.newcomer = (
        Customer(
            ANA_ID,
            LUZ.business.id,
            NOW,
            canary("customer-name"),
            canary("customer-phone"),
            f"{canary('customer-email')}@example.com",
        ),
        Identity(LUZ_CHAT.id, SENDER, ANA_ID, LUZ.business.id, canary("identity-name")),
    )
    commit.messages = [
        *commit.messages,
        Message(
            ANA,
            LUZ.business.id,
            "bot",
            "?",
            NOW,
            choices=((canary("choice"), canary("choice")),),
            card={"name": canary("card")},
            media={"ref": canary("media")},
        ),
    ]
    commit.turn = replace(commit.turn, view=json.dumps({"draft": canary("view")}).encode())
    one = booking(
        at(15),
        customer_id=ANA_ID,
        conversation=ANA,
        name=canary("booking-name"),
        phone=canary("booking-phone"),
        email=canary("booking-email"),
        notes=canary("booking-notes"),
    )
    commit.effects = (
        book(one),
        AmendBooking(one, event(one, "amended", canary("event"))),
        hold(at(17), conversation=ANA),
    )
    commit.timers = (Timer(ANA, LUZ.business.id, LUZ_CHAT.id, "nudge", NOW, canary("timer").encode()),)
    assert await store.mailbox.commit([commit]) == [Outcome.COMMITTED]

    (parcel,) = await due(store)
    await store.outbox.sending([parcel])
    await store.outbox.sent(parcel, canary("platform-id"), track=True)
    (parcel,) = await due(store)
    await store.outbox.sending([parcel])
    await store.outbox.failed(parcel, canary("given-up"), None)
    line = Message(ANA, LUZ.business.id, "note", canary("note"), NOW)
    said = Message(ANA, LUZ.business.id, "staff", canary("staff-line"), NOW)
    row = replace(commit.outbox[0], id="row-1", kind="staff", body=canary("staff-row").encode())
    await store.control.change(
        ControlChange(
            ANA,
            LUZ.business.id,
            None,
            Owner.HUMAN,
            "rosa",
            reason=canary("reason"),
            messages=(line, said),
            outbox=(row,),
        )
    )
    entry = waiting(ANA_ID, id="w-ana", name=canary("waiting-name"), phone=canary("waiting-phone"))
    offered = hold(at(18), hold_id="h-offer")
    said_so = [
        Answered(what, "POST", 201, json.dumps({"of": of, "name": canary(what)}).encode(), NOW)
        for what, of in (("answer", one.id), ("answer-too", ANA_ID), ("answer-of-waiting", entry.id))
    ]
    offer = replace(entry, status=Waiting.OFFERED, hold_id=offered.hold_id)
    await store.calendar(LUZ.business.id).apply(
        [JoinWaitlist(entry), offered, ChangeWaitlist(offer, Waiting.WAITING), *said_so]
    )
    await store.mailbox.accept([arrival(canary("poison"), SENDER)])
    for _ in range(5):
        await store.mailbox.fail(await claim_one(store), canary("error"))
        await house.pauses_over()
    await store.mailbox.accept([arrival(canary("waiting"), SENDER)])
    return one


@story
async def test_everything_known_about_a_customer_is_exported(house: House) -> None:
    store = house.store
    await meet(store, "rui-somebody-else")
    await full_life(store, house)
    exported = await store.privacy.export(LUZ.business.id, ANA_ID)
    text = json.dumps(exported, ensure_ascii=False)
    gone = {"talk", "error"}  # sent, or words of ours about it
    assert [what for what in PERSONAL if what not in gone and canary(what) not in text] == []
    assert "rui-somebody-else" not in text
    for table, count in (("addresses", 2), ("deliveries", 2)):
        assert len(exported[table]) == count, table  # type: ignore[arg-type]
    assert [one["media"] for one in exported["messages"] if one["media"]] == [{"ref": canary("media")}]  # type: ignore[attr-defined]
    (entry,) = exported["waitlist"]  # type: ignore[misc]
    assert entry["status"] == "offered"
    assert "canary" not in json.dumps(await store.privacy.export(MAR.business.id, ANA_ID)), "another business's"


@story
async def test_an_erased_customer_leaves_no_trace(house: House) -> None:
    store = house.store
    other = await meet(store, "rui")
    one = await full_life(store, house)
    calendar = store.calendar(LUZ.business.id)
    untouched = Answered("of-rui", "POST", 200, b'{"name": "Rui"}', NOW)
    rui_waits = waiting(other.customer_id)
    await calendar.apply([untouched, JoinWaitlist(rui_waits)])
    before = await house.traces()
    forgotten = {"talk", "error"}  # a store may forget what was sent, and how hearing failed
    assert [what for what in PERSONAL if what not in forgotten and canary(what) not in before] == []

    erased = await store.privacy.erase(LUZ.business.id, ANA_ID)
    assert erased["customers"] == 1
    assert erased["bookings"] == 1
    assert erased["waitlist"] == 1
    assert erased["answers"] == 3
    assert erased["addresses"] == 2
    assert erased["deliveries"] == 2

    left = [line for line in (await house.traces()).splitlines() if CANARY in line]
    assert left == [], f"what is left: {left}"
    kept = await calendar.booking(one.id)
    assert (kept.starts_at, kept.ends_at, kept.items, kept.status) == (
        one.starts_at,
        one.ends_at,
        one.items,
        one.status,
    )
    assert (kept.name, kept.phone, kept.email, kept.notes) == ("", "", "", "")
    assert [event.kind for event in await calendar.events_of(one.id)] == ["booked", "amended"]
    assert await taken(store, ANNA) == ["anna 15:00-15:30"], "the visit stays, the hold goes"
    assert await calendar.answered("answer") == Answered("answer", "POST", 201, b"", NOW), "the key stays known"
    assert await calendar.answered("of-rui") == untouched
    assert list(await calendar.waiting(NOW)) == [rui_waits]
    assert list(await store.directories.waiting()) == [LUZ.business.id]
    left_too = replace(rui_waits, status=Waiting.LEFT)
    await calendar.apply([ChangeWaitlist(left_too, Waiting.WAITING)])
    assert list(await store.directories.waiting()) == []
    assert await due(store) == []
    assert await store.timers.fire(NOW + timedelta(days=1), 10) == 0
    assert await store.transcripts(LUZ.business.id).conversation(other.id) == other
    assert not any(CANARY in json.dumps(one) for one in [await store.privacy.export(LUZ.business.id, ANA_ID)])


@story
async def test_an_erased_customer_may_come_back_as_a_stranger(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await store.privacy.erase(LUZ.business.id, conversation.customer_id)
    await store.mailbox.accept([arrival("hi again")])
    claim = await claim_one(store)
    assert [one.body for one in claim.mail] == [b"hi again"]
    assert claim.conversation is None or "hi" not in str(claim.state)


@story
async def test_a_turn_under_way_does_not_bring_the_erased_back(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await store.mailbox.accept([arrival("my name is Canary")])
    claim = await claim_one(store)
    await store.privacy.erase(LUZ.business.id, conversation.customer_id)
    assert await store.mailbox.commit([commit_for(claim, "Hi Canary")]) != [Outcome.COMMITTED]
    assert "Canary" not in await house.traces()


@story
async def test_nobody_erases_a_customer_of_another_business(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    assert await store.addresses.resolve(LUZ_CHAT, ("ana", "anna")) == "ana"
    await store.privacy.erase(MAR.business.id, conversation.customer_id)
    assert await store.transcripts(LUZ.business.id).conversation(conversation.id) == conversation
    assert await store.addresses.resolve(LUZ_CHAT, ("anna",), learn=False) == "ana"


@story
async def test_a_customer_is_found_by_what_they_are_known_by(house: House) -> None:
    store = house.store
    from domain.bookings import AmendCustomer

    who = await meet(store)
    effects = (AmendCustomer(who.customer_id, name="Ana", phone="+351910000001", email="Ana@Example.com"),)
    await hear(store, arrival("I am Ana"), effects=effects)
    await meet(store, "eva", MAR_CHAT)
    found = [(LUZ.business.id, who.customer_id, "Ana")]
    for known_by in (who.customer_id, who.id, "+351910000001", "+351 910 000 001", "ana@example.COM"):
        assert list(await store.privacy.find(None, known_by)) == found, known_by
        assert list(await store.privacy.find(LUZ.business.id, known_by)) == found, known_by
        assert list(await store.privacy.find(MAR.business.id, known_by)) == [], known_by
    for unknown in ("nobody", "", "+", "+351", "@"):
        assert list(await store.privacy.find(None, unknown)) == [], unknown


@story
async def test_erasing_nobody_is_no_error(house: House) -> None:
    erased = await house.store.privacy.erase(LUZ.business.id, "nobody")
    assert not any(erased.values())
    with pytest.raises(UnknownConversation):
        await house.store.transcripts(LUZ.business.id).customer("nobody")
    with pytest.raises(BookingNotFound):
        await house.store.calendar(LUZ.business.id).booking("nobody's")
