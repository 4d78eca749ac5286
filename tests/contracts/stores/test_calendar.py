"""The calendar: never two at one time, holds that give way, bookings that keep their story."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.bookings import (
    AmendBooking,
    AmendCustomer,
    CancelBooking,
    MoveBooking,
    PlaceHold,
    ReleaseHold,
    Status,
)
from domain.errors import BookingClosed, BookingNotFound, OpeningTaken
from domain.ports import Outcome
from tests.builders import (
    ANNA,
    LUZ,
    LUZ_CHAT,
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
from tests.contracts.stores.story import claim_one, hear, meet, story, taken

if TYPE_CHECKING:
    from domain.bookings import Booking
    from domain.conversations import Conversation
    from domain.ports import Calendar
    from tests.contracts.stores.houses import House


def calendar_of(house: House) -> Calendar:
    return house.store.calendar(LUZ.business.id)


def booked(who: Conversation, hour: int = 15, minute: int = 0, **how: object) -> Booking:
    """A booking of somebody who has written."""
    return booking(at(hour, minute), customer_id=who.customer_id, conversation=who.id, **how)  # type: ignore[arg-type]


def moved(one: Booking, hour: int, **how: object) -> MoveBooking:
    """The same booking at another hour."""
    later = replace(
        one, starts_at=at(hour), ends_at=at(hour) + (one.ends_at - one.starts_at), sequence=one.sequence + 1
    )
    return MoveBooking(later, take_of(later), event(later, "moved"), one.sequence, **how)  # type: ignore[arg-type]


def cancelled(one: Booking) -> CancelBooking:
    """The same booking given up; as every change it raises the sequence."""
    gone = replace(one, status=Status.CANCELLED, sequence=one.sequence + 1)
    return CancelBooking(gone, event(one, "cancelled", "ill"))


@story
async def test_two_customers_tap_the_same_opening(house: House) -> None:
    store = house.store
    ana, rui = await meet(store, "ana"), await meet(store, "rui")
    await store.mailbox.accept([arrival("15:00", "ana"), arrival("15:00", "rui")])
    commits = [
        commit_for(claim, "Booked", effects=(book(booked(who)),), outcome="booked")
        for claim in await store.mailbox.claim(10)
        for who in (ana, rui)
        if who.id == claim.lane
    ]
    outcomes = await asyncio.gather(*(store.mailbox.commit([one]) for one in commits))
    assert sorted(one for (one,) in outcomes) == [Outcome.COMMITTED, Outcome.TAKEN]
    assert await taken(store, ANNA) == ["anna 15:00-15:30"]
    assert len(await calendar_of(house).bookings_between(at(0), at(24))) == 1


@story
async def test_many_doors_race_for_one_table(house: House) -> None:
    store = house.store
    who = await meet(store, "eva", MAR_CHAT)
    calendar = store.calendar(MAR.business.id)

    async def take(number: int) -> bool:
        one = booking(
            at(20, number % 4), 90, customer_id=who.customer_id, directory=MAR, resources=("biz-mar:t1", "biz-mar:t2")
        )
        try:
            await calendar.apply([book(one)])
        except OpeningTaken:
            return False
        return True

    assert sum(await asyncio.gather(*(take(number) for number in range(12)))) == 1
    assert len(await calendar.bookings_between(at(0), at(24))) == 1
    busy = await taken(store, "biz-mar:t1", "biz-mar:t2", business_id=MAR.business.id)
    assert len(busy) == 2


@story
async def test_visits_may_touch_and_not_overlap(house: House) -> None:
    calendar = calendar_of(house)
    await calendar.apply([hold(at(15)), hold(at(15, 30)), hold(at(14, 30))])
    for start, minutes in ((15, 10), (15, 30), (14, 180)):
        with pytest.raises(OpeningTaken):
            await calendar.apply([hold(at(start), minutes)])
    with pytest.raises(OpeningTaken):
        await calendar.apply([hold(at(14, 59), 2)])
    with pytest.raises(OpeningTaken):
        await calendar.apply([hold(at(15, 59), 2)])
    await calendar.apply([hold(at(16)), hold(at(14))])
    assert len(await taken(house.store, ANNA)) == 5


@story
async def test_a_visit_takes_all_of_its_resources_or_none(house: House) -> None:
    calendar = calendar_of(house)
    await calendar.apply([hold(at(15), resources=(ROOM,))])
    with pytest.raises(OpeningTaken):
        await calendar.apply([hold(at(15), resources=(ROOM, ROSA))])
    with pytest.raises(OpeningTaken):
        await calendar.apply([hold(at(15), resources=(ROSA, ROOM))])
    assert await taken(house.store, ROOM, ROSA) == ["room 15:00-15:30"]
    await calendar.apply([hold(at(16), resources=(ROOM, ROSA))])
    assert await taken(house.store, ROOM, ROSA) == ["room 15:00-15:30", "room 16:00-16:30", "rosa 16:00-16:30"]


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
async def test_a_correction_swaps_the_hold_in_one_transaction(house: House) -> None:
    store = house.store
    who = await meet(store)
    kept = hold(at(15), conversation=who.id)
    await hear(store, arrival("at 3"), effects=(kept,))
    await calendar_of(house).apply([hold(at(17), resources=(ANNA,))])

    await store.mailbox.accept([arrival("actually 5pm")])
    claim = await claim_one(store)
    refused = hold(at(17), conversation=who.id, replaces=kept.hold_id)
    assert await store.mailbox.commit([commit_for(claim, effects=(refused,))]) == [Outcome.TAKEN]
    assert await taken(store, ANNA) == ["anna 15:00-15:30", "anna 17:00-17:30"], "the old time is still kept"

    swapped = hold(at(15, 15), conversation=who.id, replaces=kept.hold_id)
    claim = await store.mailbox.read(claim)
    assert await store.mailbox.commit([commit_for(claim, effects=(swapped,))]) == [Outcome.COMMITTED]
    assert await taken(store, ANNA) == ["anna 15:15-15:45", "anna 17:00-17:30"]


@story
async def test_an_expired_hold_never_blocks(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    await calendar.apply([hold(at(15), resources=(ANNA, ROOM), expires_at=NOW + timedelta(minutes=10))])
    house.clock.advance(timedelta(minutes=9, seconds=59))
    with pytest.raises(OpeningTaken):
        await calendar.apply([book(booked(who))])
    house.clock.advance(timedelta(seconds=1))
    assert await taken(house.store, ANNA, now=house.clock.now()) == [], "it is over, though nobody swept it"
    await calendar.apply([book(booked(who, 14, 45))])
    assert await taken(house.store, ANNA, ROOM, now=house.clock.now()) == ["anna 14:45-15:15"]


@story
async def test_an_expired_hold_is_swept(house: House) -> None:
    calendar = calendar_of(house)
    await calendar.apply([hold(at(15)), hold(at(16), expires_at=NOW + timedelta(hours=1))])
    assert await house.store.timers.sweep(NOW + timedelta(minutes=9)) == 0
    assert await house.store.timers.sweep(NOW + timedelta(minutes=10)) >= 1
    assert await taken(house.store, ANNA) == ["anna 16:00-16:30"]


@story
async def test_a_conversation_keeps_at_most_one_time(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    await calendar.apply([hold(at(15), conversation=who.id)])
    await calendar.apply([hold(at(16), conversation=who.id)])
    assert await taken(house.store, ANNA) == ["anna 16:00-16:30"]


@story
async def test_a_released_hold_is_free_at_once(house: House) -> None:
    calendar = calendar_of(house)
    kept = hold(at(15))
    await calendar.apply([kept])
    assert await taken(house.store, ANNA, without=(kept.hold_id,)) == []
    await calendar.apply([ReleaseHold(kept.hold_id), ReleaseHold("never was")])
    assert await taken(house.store, ANNA) == []
    await calendar.apply([hold(at(15))])


@story
async def test_a_booking_consumes_its_hold(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    kept = hold(at(15), conversation=who.id)
    await calendar.apply([kept])
    one = booked(who)
    await calendar.apply([book(one, hold_id=kept.hold_id)])
    assert await taken(house.store, ANNA) == ["anna 15:00-15:30"]
    assert await taken(house.store, ANNA, without=(one.id,)) == []
    house.clock.advance(timedelta(hours=2))
    with pytest.raises(OpeningTaken):
        await calendar.apply([hold(at(15))])


@story
async def test_yes_after_the_hold_ran_out(house: House) -> None:
    calendar = calendar_of(house)
    ana, rui = await meet(house.store, "ana"), await meet(house.store, "rui")
    first, second = hold(at(15), conversation=ana.id), hold(at(16), conversation=rui.id)
    await calendar.apply([first, second])
    house.clock.advance(timedelta(minutes=11))
    await calendar.apply([book(booked(rui, 15))])
    with pytest.raises(OpeningTaken):
        await calendar.apply([book(booked(ana, 15), hold_id=first.hold_id)])
    await calendar.apply([book(booked(rui, 16), hold_id=second.hold_id)])
    assert await taken(house.store, ANNA, now=house.clock.now()) == ["anna 15:00-15:30", "anna 16:00-16:30"]


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
async def test_only_what_overlaps_is_busy(house: House) -> None:
    calendar = calendar_of(house)
    await calendar.apply([hold(at(hour), resources=(who,)) for hour in (11, 12, 13) for who in (ANNA, ROSA)])
    busy = await calendar.busy([ANNA], at(11, 30), at(13), NOW)
    assert [(one.resource_id, one.starts_at) for one in busy] == [(ANNA, at(12))]
    busy = await calendar.busy([ANNA], at(11, 29), at(13, 1), NOW)
    assert [one.starts_at for one in sorted(busy, key=lambda one: one.starts_at)] == [at(11), at(12), at(13)]
    assert list(await calendar.busy([ROOM], at(0), at(24), NOW)) == []
    assert list(await calendar.busy([], at(0), at(24), NOW)) == []


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


@story
async def test_a_hold_of_a_vanished_turn_leaves_nothing(house: House) -> None:
    store = house.store
    await meet(store)
    await store.mailbox.accept([arrival("at 3")])
    claim = await claim_one(store)
    effect = hold(at(15), conversation=claim.lane)
    assert isinstance(effect, PlaceHold)
    commit_for(claim, effects=(effect,))
    assert await taken(store, ANNA) == [], "nothing is taken before the commit"
    assert LUZ_CHAT.business_id == claim.business_id
