"""Bookings: made, moved and cancelled once, each with its story, and seen by their business only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.bookings import (
    AmendBooking,
    AmendCustomer,
    MoveBooking,
    ReleaseHold,
    Status,
)
from domain.errors import BookingClosed, BookingNotFound, OpeningTaken
from domain.ports import Outcome
from tests.builders import (
    ANNA,
    LUZ,
    MAR,
    MAR_CHAT,
    NOW,
    ROOM,
    ROSA,
    arrival,
    at,
    book,
    booking,
    commit_for,
    event,
    hold,
    take_of,
)
from tests.contracts.stores.story import booked, calendar_of, cancelled, claim_one, hear, meet, moved, story, taken

if TYPE_CHECKING:
    from tests.contracts.stores.houses import House


@story
async def test_effects_are_written_together_or_not_at_all(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    first = booked(who, 11)
    await calendar.apply([book(first)])
    with pytest.raises(OpeningTaken):
        await calendar.apply(
            [
                AmendCustomer(who.customer_id, name="Somebody Else"),
                cancelled(first),
                book(booked(who, 12)),
                hold(at(13), conversation=who.id),
                hold(at(12)),
            ]
        )
    assert await taken(house.store, ANNA) == ["anna 11:00-11:30"]
    assert await calendar.booking(first.id) == first
    assert [one.kind for one in await calendar.events_of(first.id)] == ["booked"]
    assert len(await calendar.bookings_between(at(0), at(24))) == 1
    assert (await house.store.transcripts(LUZ.business.id).customer(who.customer_id)).name == ""


@story
async def test_the_same_yes_again_books_once(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    one = booked(who)
    await calendar.apply([book(one, key="turn-7")])
    await calendar.apply([book(one, key="turn-7")])
    await calendar.apply([book(booked(who, 18), key="turn-7")])
    assert [found.id for found in await calendar.bookings_between(at(0), at(24))] == [one.id]
    assert await taken(house.store, ANNA) == ["anna 15:00-15:30"]
    assert [event.kind for event in await calendar.events_of(one.id)] == ["booked"]


@story
async def test_a_booking_is_read_as_it_was_written(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    one = booked(
        who,
        name="Ana Sá",
        phone="+351910000001",
        email="ana@example.com",
        notes="first time",
        party_size=2,
        staff_wished=True,
        resources=(ANNA, ROOM),
        pinned=True,
        features=("window", "quiet"),
    )
    await calendar.apply([book(one)])
    assert await calendar.booking(one.id) == one
    assert await calendar.booking_by_code(one.code) == one
    (happened,) = await calendar.events_of(one.id)
    assert (happened.kind, happened.actor, happened.at) == ("booked", f"customer:{who.customer_id}", NOW)
    for unknown in (calendar.booking("nobody's"), calendar.booking_by_code("nobody's"), calendar.booking_by_code("")):
        with pytest.raises(BookingNotFound):
            await unknown


@story
async def test_a_move_takes_the_new_time_and_gives_the_old_back(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    one = booked(who)
    kept = hold(at(17), conversation=who.id)
    await calendar.apply([book(one), kept])
    await calendar.apply([moved(one, 17, hold_id=kept.hold_id)])
    now = await calendar.booking(one.id)
    assert (now.starts_at, now.sequence, now.code) == (at(17), 1, one.code)
    assert await taken(house.store, ANNA) == ["anna 17:00-17:30"]
    assert [event.kind for event in await calendar.events_of(one.id)] == ["booked", "moved"]


@story
async def test_a_move_may_overlap_its_own_time(house: House) -> None:
    calendar = calendar_of(house)
    one = booked(await meet(house.store))
    await calendar.apply([book(one)])
    later = replace(one, starts_at=at(15, 15), ends_at=at(15, 45), sequence=1)
    await calendar.apply([MoveBooking(later, take_of(later), event(later, "moved"), 0)])
    assert await taken(house.store, ANNA) == ["anna 15:15-15:45"]


@story
async def test_a_move_that_cannot_be_had_keeps_the_old_time(house: House) -> None:
    calendar = calendar_of(house)
    one = booked(await meet(house.store))
    await calendar.apply([book(one), hold(at(17))])
    with pytest.raises(OpeningTaken):
        await calendar.apply([moved(one, 17)])
    assert await calendar.booking(one.id) == one
    assert await taken(house.store, ANNA) == ["anna 15:00-15:30", "anna 17:00-17:30"]


@story
async def test_two_move_the_same_booking(house: House) -> None:
    calendar = calendar_of(house)
    one = booked(await meet(house.store))
    await calendar.apply([book(one)])
    await calendar.apply([moved(one, 17)])
    with pytest.raises(BookingClosed):
        await calendar.apply([moved(one, 18)])
    assert await taken(house.store, ANNA) == ["anna 17:00-17:30"]


@story
async def test_a_change_that_was_thought_of_before_another_is_refused(house: House) -> None:
    calendar = calendar_of(house)
    one = booked(await meet(house.store))
    await calendar.apply([book(one)])
    elsewhere = replace(one, staff_id=ROSA, resource_ids=(ROSA,), sequence=1)
    await calendar.apply([MoveBooking(elsewhere, take_of(elsewhere), event(one, "moved", "reassigned"), 0)])
    for stale in (cancelled(one), AmendBooking(replace(one, name="Ana"), event(one, "amended"))):
        with pytest.raises(BookingClosed):
            await calendar.apply([stale])
    assert await calendar.booking(one.id) == elsewhere
    assert await taken(house.store, ANNA, ROSA) == ["rosa 15:00-15:30"]
    await calendar.apply([cancelled(elsewhere)])
    assert await taken(house.store, ANNA, ROSA) == []


@story
async def test_a_move_that_was_thought_of_before_the_visit_began_is_refused(house: House) -> None:
    calendar, who = calendar_of(house), await meet(house.store)
    steps = {
        Status.SEATED: (Status.SEATED,),
        Status.IN_SERVICE: (Status.SEATED, Status.IN_SERVICE),
        Status.COMPLETED: (Status.COMPLETED,),
        Status.NO_SHOW: (Status.NO_SHOW,),
    }
    for hour, (stands, way) in enumerate(steps.items(), start=9):
        one = booked(who, hour)
        await calendar.apply([book(one)])
        for status in way:
            await calendar.apply([AmendBooking(replace(one, status=status), event(one, status.value))])
        with pytest.raises(BookingClosed):
            await calendar.apply([moved(one, 17)])
        assert await calendar.booking(one.id) == replace(one, status=stands)
    seated = booked(who, 14, status=Status.SEATED)
    await calendar.apply([book(seated), moved(seated, 15)])
    assert (await calendar.booking(seated.id)).status is Status.SEATED, "who sits may still sit elsewhere"


@story
async def test_only_pinning_changes_what_was_promised(house: House) -> None:
    calendar, who = calendar_of(house), await meet(house.store)
    one = booked(who)
    promised = replace(one, pinned=True)
    await calendar.apply([book(one), AmendBooking(promised, event(one, "pinned"))])
    await calendar.apply([AmendBooking(replace(one, notes="a note of before"), event(one, "amended"))])
    assert await calendar.booking(one.id) == replace(promised, notes="a note of before")
    await calendar.apply([moved(one, 17)])
    now = await calendar.booking(one.id)
    assert now.pinned
    await calendar.apply([AmendBooking(replace(now, pinned=False), event(one, "unpinned"))])
    assert not (await calendar.booking(one.id)).pinned


@story
async def test_a_cancelled_visit_frees_its_time(house: House) -> None:
    calendar = calendar_of(house)
    one = booked(await meet(house.store))
    await calendar.apply([book(one)])
    await calendar.apply([cancelled(one)])
    assert (await calendar.booking(one.id)).status is Status.CANCELLED
    assert await taken(house.store, ANNA) == []
    happened = await calendar.events_of(one.id)
    assert [(event.kind, event.reason) for event in happened] == [("booked", ""), ("cancelled", "ill")]
    for effect in (cancelled(one), moved(one, 17)):
        with pytest.raises(BookingClosed):
            await calendar.apply([effect])
    assert await taken(house.store, ANNA) == []


@story
async def test_undoing_a_cancellation_takes_the_time_again(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    one = booked(who)
    await calendar.apply([book(one)])
    await calendar.apply([cancelled(one)])
    again = MoveBooking(replace(one, sequence=2), take_of(one), event(one, "restored"), 1)
    other = hold(at(15))
    await calendar.apply([other])
    with pytest.raises(OpeningTaken):
        await calendar.apply([again])
    assert (await calendar.booking(one.id)).status is Status.CANCELLED
    await calendar.apply([ReleaseHold(other.hold_id)])
    await calendar.apply([again])
    assert (await calendar.booking(one.id)).status is Status.CONFIRMED
    assert await taken(house.store, ANNA) == ["anna 15:00-15:30"]


@story
async def test_amending_changes_words_and_keeps_the_time(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    one = booked(who, name="Ana")
    await calendar.apply([book(one)])
    amended = replace(one, name="Ana Sá", notes="by the window")
    await calendar.apply([AmendBooking(amended, event(one, "amended"))])
    assert await calendar.booking(one.id) == amended
    assert await taken(house.store, ANNA) == ["anna 15:00-15:30"]


@story
async def test_customers_are_amended_by_what_they_tell(house: House) -> None:
    store = house.store
    who = await meet(store)
    await hear(store, arrival("I am Ana"), effects=(AmendCustomer(who.customer_id, name="Ana", phone="+351910000001"),))
    await calendar_of(house).apply([AmendCustomer(who.customer_id, email="ana@example.com")])
    known = await store.transcripts(LUZ.business.id).customer(who.customer_id)
    assert (known.name, known.phone, known.email) == ("Ana", "+351910000001", "ana@example.com")


@story
async def test_a_newcomer_may_book_in_the_first_turn(house: House) -> None:
    store = house.store
    await store.mailbox.accept([arrival("a haircut on Saturday at 3 with Anna, I am Ana")])
    claim = await claim_one(store)
    commit = commit_for(claim)
    assert commit.newcomer is not None
    customer_id = commit.newcomer[0].id
    commit.effects = (
        AmendCustomer(customer_id, name="Ana"),
        book(booking(at(15), customer_id=customer_id, conversation=claim.lane)),
    )
    assert await store.mailbox.commit([commit]) == [Outcome.COMMITTED]
    assert (await store.transcripts(LUZ.business.id).customer(customer_id)).name == "Ana"
    assert len(await calendar_of(house).bookings_of(customer_id, NOW)) == 1


@story
async def test_a_customers_open_bookings_come_in_order_of_time(house: House) -> None:
    calendar = calendar_of(house)
    ana, rui = await meet(house.store, "ana"), await meet(house.store, "rui")
    late, early, gone, other = booked(ana, 17), booked(ana, 11), booked(ana, 13), booked(rui, 12)
    await calendar.apply([book(one) for one in (late, early, gone, other)])
    await calendar.apply([cancelled(gone)])
    assert [one.id for one in await calendar.bookings_of(ana.customer_id, NOW)] == [early.id, late.id]
    assert [one.id for one in await calendar.bookings_of(ana.customer_id, early.ends_at)] == [late.id]
    day = [one.id for one in await calendar.bookings_between(at(11), at(17))]
    assert day == [early.id, other.id, gone.id], "of any status, the end excluded"


@story
async def test_a_business_sees_only_its_own_calendar(house: House) -> None:
    store = house.store
    one = booked(await meet(store))
    await calendar_of(house).apply([book(one, key="same")])
    bistro = store.calendar(MAR.business.id)
    with pytest.raises(BookingNotFound):
        await bistro.booking(one.id)
    with pytest.raises(BookingNotFound):
        await bistro.booking_by_code(one.code)
    with pytest.raises(BookingClosed):
        await bistro.apply([cancelled(one)])
    assert list(await bistro.bookings_of(one.customer_id, NOW)) == []
    assert list(await bistro.bookings_between(at(0), at(24))) == []
    assert list(await bistro.events_of(one.id)) == []
    assert await taken(store, ANNA, business_id=MAR.business.id) == []
    eva = await meet(store, "eva", MAR_CHAT)
    table = booking(at(15), 90, customer_id=eva.customer_id, directory=MAR, resources=("biz-mar:t1",))
    await bistro.apply([book(table, key="same")])
    assert len(await bistro.bookings_between(at(0), at(24))) == 1, "keys are each business's own"
