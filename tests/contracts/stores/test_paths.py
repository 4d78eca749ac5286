"""Every way to take time meets the same wall: whatever it is called, two never have one time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.bookings import AmendBooking, BookingEvent, CancelBooking, MoveBooking, ReleaseHold, Reseat, Status
from domain.errors import OpeningTaken
from domain.occupancy import SeatMove
from domain.waitlist import ChangeWaitlist, JoinWaitlist, Waiting
from tests.builders import ANNA, NOW, ROSA, at, book, class_take, event, hold, take_of, waiting
from tests.contracts.stores.story import booked, calendar_of, cancelled, meet, moved, story, taken

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.bookings import Effect
    from domain.conversations import Conversation
    from domain.ports import Calendar
    from tests.contracts.stores.houses import House

    Way = Callable[[Calendar, Conversation], Awaitable[list[Effect]]]


async def holding(calendar: Calendar, who: Conversation) -> list[Effect]:
    return [hold(at(15), expires_at=NOW + timedelta(hours=1))]


async def blocking(calendar: Calendar, who: Conversation) -> list[Effect]:
    return [hold(at(9), 600, expires_at=at(19), reason="she is away")]


async def booking_it(calendar: Calendar, who: Conversation) -> list[Effect]:
    return [book(booked(who))]


async def confirming_late(calendar: Calendar, who: Conversation) -> list[Effect]:
    kept = hold(at(15), resources=(ROSA,), expires_at=NOW + timedelta(minutes=1))
    await calendar.apply([kept])
    return [book(booked(who), hold_id=kept.hold_id)]


async def walking_in(calendar: Calendar, who: Conversation) -> list[Effect]:
    return [book(booked(who, status=Status.SEATED, pinned=True))]


async def moving(calendar: Calendar, who: Conversation) -> list[Effect]:
    one = booked(who, 11)
    await calendar.apply([book(one)])
    return [moved(one, 15)]


async def reassigning(calendar: Calendar, who: Conversation) -> list[Effect]:
    one = booked(who, resources=(ROSA,))
    await calendar.apply([book(one)])
    hers = replace(one, staff_id=ANNA, resource_ids=(ANNA,), sequence=1)
    return [MoveBooking(hers, take_of(hers), event(one, "moved", "reassigned"), 0)]


async def undoing_a_cancellation(calendar: Calendar, who: Conversation) -> list[Effect]:
    one = booked(who)
    await calendar.apply([book(one), cancelled(one)])
    return [MoveBooking(replace(one, sequence=2), take_of(one), event(one, "restored"), 1)]


async def undoing_a_no_show(calendar: Calendar, who: Conversation) -> list[Effect]:
    one = booked(who)
    missed = AmendBooking(replace(one, status=Status.NO_SHOW), event(one, "no_show"))
    await calendar.apply([book(one), missed])
    late = replace(one, status=Status.SEATED, sequence=1)
    return [MoveBooking(late, take_of(one), event(one, "restored"), 0)]


async def offering(calendar: Calendar, who: Conversation) -> list[Effect]:
    entry = waiting(who.customer_id)
    await calendar.apply([JoinWaitlist(entry)])
    kept = hold(at(15), expires_at=NOW + timedelta(hours=1))
    return [kept, ChangeWaitlist(replace(entry, status=Waiting.OFFERED, hold_id=kept.hold_id), Waiting.WAITING)]


async def joining_a_class(calendar: Calendar, who: Conversation) -> list[Effect]:
    return [book(booked(who), take=class_take(at(15)))]


async def reseating(calendar: Calendar, who: Conversation) -> list[Effect]:
    one = booked(who, resources=(ROSA,))
    await calendar.apply([book(one)])
    move = SeatMove(one.id, (ROSA,), (ANNA,), one.starts_at, one.ends_at)
    return [Reseat((move,), (BookingEvent(one.id, "reseated", "system", NOW),))]


WAYS: tuple[Way, ...] = (
    holding,
    blocking,
    booking_it,
    confirming_late,
    walking_in,
    moving,
    undoing_a_cancellation,
    undoing_a_no_show,
    offering,
    joining_a_class,
    reassigning,
    reseating,
)


@story
async def test_every_way_to_take_time_meets_the_same_wall(house: House) -> None:
    calendar, who = calendar_of(house), await meet(house.store)
    for way in WAYS:
        effects = await way(calendar, who)
        rival = booked(who, 15, 15)
        await calendar.apply([book(rival)])
        before = await calendar.bookings_between(at(0), at(24)), await taken(house.store, ANNA, ROSA)
        with pytest.raises(OpeningTaken):
            await calendar.apply(effects)
        after = await calendar.bookings_between(at(0), at(24)), await taken(house.store, ANNA, ROSA)
        assert after == before, f"{way.__name__} was refused and left something"
        await calendar.apply([cancelled(rival)])
        await calendar.apply(effects)
        busy = await calendar.busy([ANNA], at(15), at(15, 30), NOW)
        assert len(busy) == 1, f"{way.__name__} is free to go now, and takes the time"
        await clear(calendar)
        assert await taken(house.store, ANNA, ROSA) == []


@story
async def test_all_ways_race_for_one_time(house: House) -> None:
    calendar, who = calendar_of(house), await meet(house.store)
    async with house.another() as other:
        for _ in range(3):
            rivals = []
            for number, way in enumerate(WAYS[:-2]):
                store = (house.store, other)[number % 2]
                rivals.append((store.calendar(who.business_id), await way(calendar, who)))
            answers = await asyncio.gather(*(door.apply(effects) for door, effects in rivals), return_exceptions=True)
            assert sorted(type(one).__name__ for one in answers) == ["NoneType", *["OpeningTaken"] * (len(rivals) - 1)]
            busy = await calendar.busy([ANNA], at(15), at(15, 30), NOW)
            assert len(busy) == 1
            await clear(calendar)


async def clear(calendar: Calendar) -> None:
    """Give back all that is taken; who sits already is moved out of the way."""
    for kept in await calendar.holds_between(at(0), at(24), NOW):
        await calendar.apply([ReleaseHold(kept.hold_id)])
    for one in await calendar.bookings_between(at(0), at(24)):
        after = replace(one, sequence=one.sequence + 1)
        if one.status is Status.CONFIRMED:
            await calendar.apply([CancelBooking(replace(after, status=Status.CANCELLED), event(one, "cancelled"))])
        elif one.status is Status.SEATED:
            elsewhere = replace(after, starts_at=at(15, day=9), ends_at=at(16, day=9))
            nothing = replace(take_of(elsewhere), resource_ids=())
            await calendar.apply([MoveBooking(elsewhere, nothing, event(one, "moved"), one.sequence)])
