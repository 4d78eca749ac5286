"""Waitlists: joined once, offered to one at a time, seen by every business's own people only."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from domain.bookings import AddCustomer, PlaceHold
from domain.customers import Customer
from domain.errors import OpeningTaken
from domain.ports import Outcome
from domain.waitlist import ChangeWaitlist, JoinWaitlist, Waiting
from tests.builders import (
    ANNA,
    LUZ,
    MAR,
    MAR_CHAT,
    NOW,
    arrival,
    at,
    book,
    booking,
    commit_for,
    hold,
    waiting,
)
from tests.contracts.stores.story import booked, calendar_of, claim_one, meet, story, taken

if TYPE_CHECKING:
    from domain.waitlist import WaitlistEntry
    from tests.contracts.stores.houses import House


def offered(entry: WaitlistEntry, kept: PlaceHold) -> ChangeWaitlist:
    """What is written when a hold is offered to somebody."""
    return ChangeWaitlist(
        replace(
            entry,
            status=Waiting.OFFERED,
            hold_id=kept.hold_id,
            offered_at=NOW,
            offer_until=kept.expires_at,
            offered=entry.offered + 1,
            offer='{"at": "15:00"}',
        ),
        entry.status,
    )


@story
async def test_an_entry_is_read_as_it_was_written(house: House) -> None:
    calendar, who = calendar_of(house), await meet(house.store)
    full = waiting(
        who.customer_id,
        service_ids=("biz-luz:cut", "biz-luz:beard"),
        first=date(2026, 11, 21),
        last=date(2026, 12, 1),
        conversation_id=who.id,
        staff_id=ANNA,
        party_size=3,
        features=("window", "quiet"),
        earliest=600,
        latest=1500,
        name="Ana Sá",
        phone="+351910000001",
        priority=2,
    )
    await calendar.apply([JoinWaitlist(full)])
    assert await calendar.waitlist_entry(full.id) == full
    change = offered(full, hold(at(15)))
    await calendar.apply([change])
    assert await calendar.waitlist_entry(full.id) == change.entry
    booked_by_now = replace(change.entry, status=Waiting.BOOKED, booking_id="b", hold_id=None, offer_until=None)
    await calendar.apply([ChangeWaitlist(booked_by_now, Waiting.OFFERED)])
    assert await calendar.waitlist_entry(full.id) == booked_by_now
    assert await calendar.waitlist_entry("nobody's") is None


@story
async def test_joining_again_keeps_the_place(house: House) -> None:
    calendar, who = calendar_of(house), await meet(house.store)
    entry = waiting(who.customer_id)
    await calendar.apply([JoinWaitlist(entry), JoinWaitlist(replace(entry, name="somebody else"))])
    await calendar.apply([JoinWaitlist(replace(entry, created_at=NOW + timedelta(hours=1)))])
    assert list(await calendar.waiting(NOW)) == [entry]
    assert list(await house.store.directories.waiting()) == [LUZ.business.id]
    await calendar.apply([ChangeWaitlist(replace(entry, status=Waiting.LEFT), Waiting.WAITING)])
    await calendar.apply([JoinWaitlist(entry)])
    assert list(await calendar.waiting(NOW)) == []
    assert list(await house.store.directories.waiting()) == []


@story
async def test_they_wait_in_order_of_joining(house: House) -> None:
    calendar = calendar_of(house)
    ana, rui = await meet(house.store, "ana"), await meet(house.store, "rui")
    third = waiting(ana.customer_id, created_at=NOW + timedelta(minutes=2), id="a")
    first = waiting(rui.customer_id, created_at=NOW, id="c")
    second = waiting(ana.customer_id, created_at=NOW, id="d")
    gone = waiting(ana.customer_id, status=Waiting.LEFT)
    await calendar.apply([JoinWaitlist(one) for one in (third, second, gone, first)])
    assert [one.id for one in await calendar.waiting(NOW)] == ["c", "d", "a"]
    assert [one.id for one in await calendar.waitlist_of(ana.customer_id)] == ["d", "a"]
    behind = replace(first, created_at=NOW + timedelta(hours=1))
    await calendar.apply([ChangeWaitlist(behind, Waiting.WAITING)])
    assert [one.id for one in await calendar.waiting(NOW)] == ["d", "a", "c"], "passed over: behind the others"


@story
async def test_an_offer_is_a_hold_and_nobody_is_offered_what_another_holds(house: House) -> None:
    calendar = calendar_of(house)
    ana, rui = await meet(house.store, "ana"), await meet(house.store, "rui")
    first, second = waiting(ana.customer_id, id="1"), waiting(rui.customer_id, id="2")
    await calendar.apply([JoinWaitlist(first), JoinWaitlist(second)])
    kept, kept_too = hold(at(15)), hold(at(15))
    await calendar.apply([kept, offered(first, kept)])
    with pytest.raises(OpeningTaken):
        await calendar.apply([kept_too, offered(second, kept_too)])
    assert await calendar.waitlist_entry("2") == second, "nothing of the refused offer is written"
    with pytest.raises(OpeningTaken):
        await calendar.apply([book(booked(rui))])
    assert [one.status for one in await calendar.waiting(NOW)] == [Waiting.OFFERED, Waiting.WAITING]
    assert list(await house.store.directories.waiting()) == [LUZ.business.id]

    accepted, one = await calendar.waitlist_entry("1"), booked(ana)
    assert accepted is not None
    done = ChangeWaitlist(replace(accepted, status=Waiting.BOOKED, booking_id=one.id), Waiting.OFFERED)
    await calendar.apply([book(one, hold_id=kept.hold_id), done])
    assert [one.id for one in await calendar.waiting(NOW)] == ["2"]
    assert await taken(house.store, ANNA) == ["anna 15:00-15:30"]


@story
async def test_an_offer_that_is_over_gives_way(house: House) -> None:
    calendar, who = calendar_of(house), await meet(house.store)
    entry, kept = waiting(who.customer_id), hold(at(15))
    await calendar.apply([JoinWaitlist(entry), kept, offered(entry, kept)])
    house.clock.advance(timedelta(minutes=10))
    await calendar.apply([book(booked(who))])
    assert await taken(house.store, ANNA, now=house.clock.now()) == ["anna 15:00-15:30"]


@story
async def test_two_offer_the_same_person_at_once(house: House) -> None:
    calendar, who = calendar_of(house), await meet(house.store)
    entry = waiting(who.customer_id)
    await calendar.apply([JoinWaitlist(entry)])
    holds = [hold(at(hour)) for hour in (11, 12, 13, 14)]
    answers = await asyncio.gather(
        *(calendar.apply([kept, offered(entry, kept)]) for kept in holds), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in answers) == ["NoneType", *["OpeningTaken"] * 3]
    assert len(await taken(house.store, ANNA)) == 1, "one offer, one hold"
    with pytest.raises(OpeningTaken):
        await calendar.apply([ChangeWaitlist(replace(entry, status=Waiting.LEFT), Waiting.WAITING)])
    with pytest.raises(OpeningTaken):
        await calendar.apply([ChangeWaitlist(waiting(who.customer_id), Waiting.WAITING)])


@story
async def test_a_turn_joins_and_leaves(house: House) -> None:
    store = house.store
    who = await meet(store)
    entry = waiting(who.customer_id, conversation_id=who.id)
    await store.mailbox.accept([arrival("tell me when something frees")])
    claim = await claim_one(store)
    assert await store.mailbox.commit([commit_for(claim, effects=(JoinWaitlist(entry),))]) == [Outcome.COMMITTED]
    assert list(await calendar_of(house).waiting(NOW)) == [entry]
    await store.mailbox.accept([arrival("never mind")])
    claim = await claim_one(store)
    stale = ChangeWaitlist(replace(entry, status=Waiting.LEFT), Waiting.OFFERED)
    assert await store.mailbox.commit([commit_for(claim, effects=(stale,))]) == [Outcome.TAKEN]
    claim = await store.mailbox.read(claim)
    left = ChangeWaitlist(replace(entry, status=Waiting.LEFT), Waiting.WAITING)
    assert await store.mailbox.commit([commit_for(claim, effects=(left,))]) == [Outcome.COMMITTED]
    assert list(await store.directories.waiting()) == []


@story
async def test_each_business_has_its_own_waitlist(house: House) -> None:
    store = house.store
    ana, eva = await meet(store), await meet(store, "eva", MAR_CHAT)
    bistro = store.calendar(MAR.business.id)
    entry = waiting(ana.customer_id, id="same")
    table = waiting(eva.customer_id, MAR, id="same", party_size=4)
    await calendar_of(house).apply([JoinWaitlist(entry)])
    assert await bistro.waitlist_entry("same") is None
    await bistro.apply([JoinWaitlist(table)])
    assert list(await calendar_of(house).waiting(NOW)) == [entry]
    assert list(await bistro.waiting(NOW)) == [table]
    assert list(await bistro.waitlist_of(ana.customer_id)) == []
    assert sorted(await store.directories.waiting()) == sorted([LUZ.business.id, MAR.business.id])
    await bistro.apply([ChangeWaitlist(replace(table, status=Waiting.LEFT), Waiting.WAITING)])
    assert list(await store.directories.waiting()) == [LUZ.business.id]


@story
async def test_somebody_who_never_wrote_may_wait_and_book(house: House) -> None:
    calendar = calendar_of(house)
    caller = Customer("cus-caller", LUZ.business.id, NOW, "Zé", "+351910000009")
    entry = waiting(caller.id)
    await calendar.apply([AddCustomer(caller), JoinWaitlist(entry)])
    await calendar.apply(
        [AddCustomer(replace(caller, name="another name")), book(booking(at(15), customer_id=caller.id))]
    )
    assert await house.store.transcripts(LUZ.business.id).customer(caller.id) == caller, "the same id changes nothing"
    assert list(await calendar.waitlist_of(caller.id)) == [entry]
    assert await taken(house.store, ANNA) == ["anna 15:00-15:30"]
    with pytest.raises(OpeningTaken):
        await calendar.apply(
            [AddCustomer(replace(caller, id="cus-other")), book(booking(at(15), customer_id="cus-other"))]
        )
    assert list(await house.store.privacy.find(LUZ.business.id, "cus-other")) == []
