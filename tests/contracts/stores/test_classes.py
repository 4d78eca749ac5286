"""Classes and counters: a session's rows are there while somebody is in it, and no cap is ever passed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.bookings import AmendBooking, MoveBooking, ReleaseHold, Status
from domain.errors import OpeningTaken
from domain.occupancy import Count, Take
from tests.builders import ANNA, NOW, ROOM, ROSA, at, book, class_take, event, hold
from tests.contracts.stores.story import booked, calendar_of, cancelled, meet, story, taken

if TYPE_CHECKING:
    from domain.bookings import Booking, Effect
    from domain.conversations import Conversation
    from domain.ports import Calendar
    from tests.contracts.stores.houses import House

CLASS = ["anna 15:00-16:00", "room 15:00-16:00"]
DAY = Count(f"day:{ANNA}", at(0), 1, 2)


async def seats(calendar: Calendar, hour: int = 15, **how: object) -> int:
    """Return how many seats of the class at an hour are taken."""
    start = at(hour)
    key = class_take(start).counts[0].key
    now = how.pop("now", NOW)
    used = await calendar.used([key], start, start + timedelta(minutes=1), now, **how)  # type: ignore[arg-type]
    return used.get((key, start), 0)


def joins(who: Conversation, hour: int = 15, *, hold_id: str | None = None, **how: int) -> tuple[Booking, Effect]:
    """Somebody's seat in the class, and the effect that books it."""
    one = booked(who, hour, resources=(ANNA, ROOM))
    return one, book(one, hold_id=hold_id, take=class_take(at(hour), **how))


@story
async def test_a_class_takes_its_time_once_until_the_last_one_leaves(house: House) -> None:
    calendar = calendar_of(house)
    ana, rui = await meet(house.store, "ana"), await meet(house.store, "rui")
    first, join = joins(ana)
    second, join_too = joins(rui)
    await calendar.apply([join])
    await calendar.apply([join_too])
    assert await taken(house.store, ANNA, ROOM) == CLASS, "once, however many are in it"
    assert await seats(calendar) == 2
    (block,) = await calendar.busy([ANNA], at(0), at(24), NOW)
    assert block.owner_id == class_take(at(15)).session
    await calendar.apply([cancelled(first)])
    assert await taken(house.store, ANNA, ROOM) == CLASS, "somebody is still in it"
    assert await seats(calendar) == 1
    await calendar.apply([cancelled(second)])
    assert await taken(house.store, ANNA, ROOM) == []
    assert await seats(calendar) == 0
    await calendar.apply([hold(at(15), 60, resources=(ROOM,))])


@story
async def test_no_seat_is_sold_twice(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    answers = await asyncio.gather(*(calendar.apply([joins(who)[1]]) for _ in range(8)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["NoneType"] * 3 + ["OpeningTaken"] * 5
    assert await seats(calendar) == 3
    assert len(await calendar.bookings_between(at(0), at(24))) == 3
    assert await taken(house.store, ANNA, ROOM) == CLASS


@story
async def test_a_party_needs_as_many_seats_as_it_has_guests(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    await calendar.apply([joins(who, party=2)[1]])
    with pytest.raises(OpeningTaken):
        await calendar.apply([joins(who, party=2)[1]])
    with pytest.raises(OpeningTaken):
        await calendar.apply([joins(who, 17, party=4)[1]])
    assert await taken(house.store, ANNA, ROOM) == CLASS, "a class that nobody is in takes nothing"
    await calendar.apply([joins(who, party=1)[1]])
    assert await seats(calendar) == 3


@story
async def test_a_class_and_others_keep_out_of_each_others_way(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    await calendar.apply([hold(at(14, 30), 45, resources=(ROOM,))])
    with pytest.raises(OpeningTaken):
        await calendar.apply([joins(who)[1]])
    assert await seats(calendar) == 0, "nothing of it is kept"
    await calendar.apply([joins(who, 16)[1]])
    for resources in ((ANNA,), (ROOM,)):
        with pytest.raises(OpeningTaken):
            await calendar.apply([hold(at(16, 45), resources=resources)])
    with pytest.raises(OpeningTaken):
        await calendar.apply([book(booked(who, 17), take=class_take(at(16, 30)))])
    assert await taken(house.store, ANNA, ROOM) == ["room 14:30-15:15", "anna 16:00-17:00", "room 16:00-17:00"]


@story
async def test_the_hold_of_a_seat_becomes_its_booking(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    kept = hold(at(15), conversation=who.id, take=class_take(at(15), seats=1))
    await calendar.apply([kept])
    assert await seats(calendar) == 1
    assert await seats(calendar, without=(kept.hold_id,)) == 0
    with pytest.raises(OpeningTaken):
        await calendar.apply([joins(who, seats=1)[1]])
    await calendar.apply([joins(who, seats=1, hold_id=kept.hold_id)[1]])
    assert await seats(calendar) == 1
    assert await taken(house.store, ANNA, ROOM) == CLASS
    house.clock.advance(timedelta(hours=1))
    with pytest.raises(OpeningTaken):
        await calendar.apply([hold(at(15), take=class_take(at(15), seats=1))])


@story
async def test_expired_holds_of_a_class_never_block(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    await calendar.apply([hold(at(15), take=class_take(at(15), party=3))])
    await calendar.apply([hold(at(17), take=class_take(at(17)))])
    with pytest.raises(OpeningTaken):
        await calendar.apply([joins(who)[1]])
    house.clock.advance(timedelta(minutes=10))
    now = house.clock.now()
    assert await seats(calendar, now=now) == 0, "they are over, though nobody swept them"
    assert await taken(house.store, ANNA, ROOM, now=now) == []
    await calendar.apply([joins(who)[1]])
    assert await seats(calendar, now=now) == 1
    assert await taken(house.store, ANNA, ROOM, now=now) == CLASS
    await calendar.apply([book(booked(who, 17, 15))])
    assert await taken(house.store, ANNA, ROOM, now=now) == ["anna 15:00-16:00", "room 15:00-16:00", "anna 17:15-17:45"]


@story
async def test_a_class_somebody_booked_does_not_expire_with_its_holds(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    one, join = joins(who)
    early = hold(at(15), take=class_take(at(15)))
    late = hold(at(15), take=class_take(at(15)), expires_at=NOW + timedelta(minutes=30))
    await calendar.apply([early, join, late])
    assert await seats(calendar) == 3
    house.clock.advance(timedelta(minutes=10))
    assert await seats(calendar, now=house.clock.now()) == 2
    await calendar.apply([cancelled(one)])
    assert await taken(house.store, ANNA, ROOM, now=NOW + timedelta(minutes=29)) == CLASS, "the later hold is in it"
    assert await taken(house.store, ANNA, ROOM, now=NOW + timedelta(minutes=30)) == []
    assert await house.store.timers.sweep(NOW + timedelta(minutes=31)) >= 2
    assert await taken(house.store, ANNA, ROOM, now=NOW) == []
    assert await seats(calendar) == 0


@story
async def test_a_seat_is_moved_and_restored_by_the_same_guard(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    one, join = joins(who, seats=1)
    await calendar.apply([join])
    later = replace(one, starts_at=at(17), ends_at=at(18), sequence=1)
    move = MoveBooking(later, class_take(at(17), seats=1), event(later, "moved"), 0)
    taken_by_another = hold(at(17), take=class_take(at(17), seats=1))
    await calendar.apply([taken_by_another])
    with pytest.raises(OpeningTaken):
        await calendar.apply([move])
    assert (await seats(calendar), await seats(calendar, 17)) == (1, 1)
    await calendar.apply([ReleaseHold(taken_by_another.hold_id), move])
    assert (await seats(calendar), await seats(calendar, 17)) == (0, 1)
    assert await taken(house.store, ANNA, ROOM) == ["anna 17:00-18:00", "room 17:00-18:00"]

    await calendar.apply([cancelled(later), joins(who, 17, seats=1)[1]])
    restored = replace(later, sequence=3)
    with pytest.raises(OpeningTaken):
        await calendar.apply([MoveBooking(restored, class_take(at(17), seats=1), event(one, "restored"), 2)])
    assert await seats(calendar, 17) == 1


@story
async def test_only_those_who_are_left_out_do_not_count(house: House) -> None:
    calendar = calendar_of(house)
    ana, rui = await meet(house.store, "ana"), await meet(house.store, "rui")
    first, join = joins(ana)
    await calendar.apply([join])
    assert await taken(house.store, ANNA, without=(first.id,)) == [], "alone in it: the class goes with a move"
    second, join_too = joins(rui)
    await calendar.apply([join_too])
    assert await taken(house.store, ANNA, without=(first.id,)) == CLASS[:1]
    assert await taken(house.store, ANNA, without=(first.id, second.id)) == []
    assert await seats(calendar, without=(first.id,)) == 1


@story
async def test_a_limit_of_a_day_holds_whatever_the_way(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)

    def limited(hour: int) -> Take:
        return Take((ANNA,), at(hour), at(hour, 30), counts=(DAY,))

    first, second, third = booked(who, 11), booked(who, 12), booked(who, 13)
    await calendar.apply([book(first, take=limited(11)), hold(at(12), hold_id="h", take=limited(12))])
    for refused in (book(third, take=limited(13)), hold(at(13), take=limited(13))):
        with pytest.raises(OpeningTaken):
            await calendar.apply([refused])
    await calendar.apply([book(second, hold_id="h", take=limited(12))])
    with pytest.raises(OpeningTaken):
        await calendar.apply([book(third, take=limited(13))])
    missed = replace(first, status=Status.NO_SHOW)
    await calendar.apply([AmendBooking(missed, event(first, "no_show"))])
    await calendar.apply([book(third, take=limited(13))])
    with pytest.raises(OpeningTaken):
        await calendar.apply([MoveBooking(replace(first, sequence=1), limited(11), event(first, "restored"), 0)])
    assert await taken(house.store, ANNA) == ["anna 12:00-12:30", "anna 13:00-13:30"]
    used = await calendar.used([DAY.key, "day:nobody"], at(0), at(24), NOW)
    assert used == {(DAY.key, DAY.bucket): 2}
    assert await calendar.used([DAY.key], at(0, 1), at(24), NOW) == {}, "the bucket begins before"
    assert await calendar.used([DAY.key], at(0, day=-1), at(0), NOW) == {}, "the end is excluded"


@story
async def test_an_expired_hold_gives_its_counts_back_before_the_guard_says_no(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    pace = Count("pace:biz-luz:graca", at(15), 4, 6)
    await calendar.apply([hold(at(15), resources=(ROSA,), take=Take((ROSA,), at(15), at(16), counts=(pace,)))])
    wanted = book(booked(who, 15), take=Take((ANNA,), at(15), at(16), counts=(pace,)))
    with pytest.raises(OpeningTaken):
        await calendar.apply([wanted])
    house.clock.advance(timedelta(minutes=10))
    await calendar.apply([wanted])
    assert await calendar.used([pace.key], at(15), at(16), house.clock.now()) == {(pace.key, pace.bucket): 4}
    assert await taken(house.store, ANNA, ROSA) == ["anna 15:00-16:00"], "the other went as a whole"


@story
async def test_the_same_count_twice_in_one_take_is_counted_twice(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    twice = Take((ANNA,), at(15), at(16), counts=(DAY, replace(DAY, cap=3)))
    await calendar.apply([book(booked(who), take=twice)])
    assert await calendar.used([DAY.key], at(0), at(24), NOW) == {(DAY.key, DAY.bucket): 2}
    with pytest.raises(OpeningTaken):
        await calendar.apply([book(booked(who, 17), take=Take((ANNA,), at(17), at(18), counts=(DAY,)))])


@story
async def test_each_resource_is_taken_for_its_own_time(house: House) -> None:
    from domain.occupancy import Busy

    calendar = calendar_of(house)
    who = await meet(house.store)
    parts = (Busy(ANNA, at(15), at(15, 30)), Busy(ROSA, at(15, 30), at(16, 15)))
    visit = Take((ANNA, ROSA), at(15), at(16, 15), parts)
    await calendar.apply([hold(at(15), hold_id="h", take=visit)])
    (held,) = await calendar.holds_between(at(0), at(24), NOW)
    assert held.take == visit
    assert list(await calendar.holds_between(at(16, 15), at(24), NOW)) == []
    one = booked(who, resources=(ANNA, ROSA))
    await calendar.apply([book(one, hold_id="h", take=visit)])
    assert await taken(house.store, ANNA, ROSA) == ["anna 15:00-15:30", "rosa 15:30-16:15"]
    with pytest.raises(OpeningTaken):
        await calendar.apply([hold(at(16), resources=(ROSA,))])
    await calendar.apply([hold(at(15, 30), resources=(ANNA,)), hold(at(15), resources=(ROSA,))])
    await calendar.apply([cancelled(one)])
    assert await taken(house.store, ANNA, ROSA) == ["rosa 15:00-15:30", "anna 15:30-16:00"]


@story
async def test_a_class_is_among_the_holds(house: House) -> None:
    calendar = calendar_of(house)
    take = class_take(at(15), counts=(DAY,))
    await calendar.apply([hold(at(15), hold_id="h", take=take)])
    (held,) = await calendar.holds_between(at(15, 30), at(16), NOW)
    assert (held.hold_id, held.take) == ("h", replace(take, counts=())), "what it counts for stays with the counters"
