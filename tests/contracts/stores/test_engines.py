"""What engines read of a calendar: versions, blocks in minutes, holds and who served last."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.bookings import AmendBooking, ReleaseHold, Status
from domain.hours import ceil_minute, floor_minute
from domain.occupancy import Block, Occupied
from tests.builders import ANNA, MAR, NOW, ROOM, ROSA, at, book, class_take, event, hold
from tests.contracts.stores.story import booked, calendar_of, cancelled, meet, moved, story

if TYPE_CHECKING:
    from domain.ports import Calendar
    from tests.contracts.stores.houses import House


async def versions(calendar: Calendar) -> tuple[int, ...]:
    found = await calendar.versions([ANNA, ROSA, ROOM])
    return tuple(found[one] for one in (ANNA, ROSA, ROOM))


@story
async def test_every_change_of_what_is_taken_raises_the_version(house: House) -> None:
    calendar, who = calendar_of(house), await meet(house.store)
    one = booked(who)
    seen = await versions(calendar)
    assert seen == (0, 0, 0)
    assert await calendar.versions(["nobody's"]) == {"nobody's": 0}
    assert await calendar.versions([]) == {}
    for effect in (
        hold(at(17), hold_id="h", expires_at=NOW + timedelta(hours=1)),
        ReleaseHold("h"),
        book(one),
        moved(one, 17),
        cancelled(replace(one, starts_at=at(17), ends_at=at(17, 30), sequence=1)),
        hold(at(15), hold_id="c", take=class_take(at(15))),
        hold(at(15), hold_id="d", take=class_take(at(15))),
        ReleaseHold("d"),
        ReleaseHold("c"),
    ):
        await calendar.apply([effect])
        now = await versions(calendar)
        assert now[0] > seen[0], effect
        assert now[1] == seen[1], "Rosa's calendar is left alone"
        seen = now
    await calendar.apply([hold(at(12))])
    seen = await versions(calendar)
    await house.store.timers.sweep(NOW + timedelta(minutes=10))
    assert (await versions(calendar))[0] > seen[0]


@story
async def test_blocks_are_whole_minutes_that_hide_nothing(house: House) -> None:
    calendar, who = calendar_of(house), await meet(house.store)
    odd = timedelta(seconds=20, microseconds=1)
    one = booked(who, 15)
    one = replace(one, starts_at=one.starts_at + odd, ends_at=one.ends_at + odd)
    until = NOW + timedelta(minutes=10, seconds=1)
    await calendar.apply([hold(at(11), hold_id="h", expires_at=until), book(one)])
    await calendar.apply([hold(at(17), hold_id="c", take=class_take(at(17)))])
    await calendar.apply([book(booked(who, 17), take=class_take(at(17)))])
    found = await calendar.occupied([ROSA, ANNA, "nobody's"], at(0), at(24))
    minute = floor_minute(at(0))
    session = class_take(at(17)).session
    assert [tuple(block) for block in found[ANNA].blocks] == [
        (minute + 11 * 60, minute + 11 * 60 + 30, "h", ceil_minute(until)),
        (minute + 15 * 60, minute + 15 * 60 + 31, one.id, 0),
        (minute + 17 * 60, minute + 18 * 60, session, 0),
    ]
    assert all(type(block) is Block for block in found[ANNA].blocks)
    assert found[ANNA].version == (await calendar.versions([ANNA]))[ANNA] > 0
    assert found[ROSA] == found["nobody's"] == Occupied(0, ())
    assert await house.store.calendar(MAR.business.id).occupied([ANNA], at(0), at(24)) == {ANNA: Occupied(0, ())}
    assert await calendar.occupied([], at(0), at(24)) == {}


@story
async def test_a_class_of_holds_expires_with_the_last_of_them(house: House) -> None:
    calendar, who = calendar_of(house), await meet(house.store)
    ends = [NOW + timedelta(minutes=minutes) for minutes in (10, 30, 20)]
    for number, until in enumerate(ends):
        await calendar.apply([hold(at(15), hold_id=str(number), take=class_take(at(15), seats=9), expires_at=until)])

    async def expires() -> int:
        (block,) = (await calendar.occupied([ROOM], at(15), at(16)))[ROOM].blocks
        return block.expires

    assert await expires() == floor_minute(ends[1])
    await calendar.apply([ReleaseHold("1")])
    assert await expires() == floor_minute(ends[2])
    one = booked(who)
    await calendar.apply([book(one, take=class_take(at(15), seats=9))])
    assert await expires() == 0
    await calendar.apply([cancelled(one)])
    assert await expires() == floor_minute(ends[2])


@story
async def test_only_what_overlaps_is_read(house: House) -> None:
    calendar = calendar_of(house)
    await calendar.apply([hold(at(hour), hold_id=f"{hour}-{day}") for hour in (11, 12, 13) for day in (0,)])

    async def owners(start: int, minute: int, end: int, last: int) -> list[str]:
        found = await calendar.occupied([ANNA], at(start, minute), at(end, last))
        return [block.owner for block in found[ANNA].blocks]

    assert await owners(11, 30, 13, 0) == ["12-0"]
    assert await owners(11, 29, 13, 1) == ["11-0", "12-0", "13-0"]
    assert await owners(13, 30, 24, 0) == []
    assert await owners(0, 0, 11, 0) == []


@story
async def test_staff_see_what_is_kept_from_everybody(house: House) -> None:
    calendar, who = calendar_of(house), await meet(house.store)
    broken_chair = hold(at(9), 600, resources=(ROSA,), expires_at=at(19), reason="the chair is broken")
    kept = hold(at(15), resources=(ROOM, ANNA), conversation=who.id)
    over = hold(at(12), expires_at=NOW + timedelta(minutes=1))
    await calendar.apply([over])
    await calendar.apply([kept, broken_chair])
    house.clock.advance(timedelta(minutes=1))
    now = house.clock.now()
    found = list(await calendar.holds_between(at(0), at(24), now))
    assert [(one.hold_id, one.conversation_id, one.reason) for one in found] == [
        (broken_chair.hold_id, None, "the chair is broken"),
        (kept.hold_id, who.id, ""),
    ]
    assert found[0] == broken_chair
    assert found[1].take == replace(kept.take, resource_ids=(ANNA, ROOM)), "by resource"
    assert found[1].expires_at == kept.expires_at
    assert [one.hold_id for one in await calendar.holds_between(at(15, 30), at(24), now)] == [broken_chair.hold_id]
    assert list(await calendar.holds_between(at(19), at(24), now)) == []
    await house.store.timers.sweep(at(18, 59))
    assert [one.hold_id for one in await calendar.holds_between(at(0), at(24), NOW)] == [broken_chair.hold_id]


@story
async def test_who_served_a_customer_last(house: House) -> None:
    calendar = calendar_of(house)
    ana, rui = await meet(house.store, "ana"), await meet(house.store, "rui")
    assert await calendar.last_staff(ana.customer_id) is None
    first, second = booked(ana, 11), booked(ana, 13, resources=(ROSA,))
    later = booked(ana, 15)
    await calendar.apply([book(one) for one in (second, first, booked(rui, 17))])
    assert await calendar.last_staff(ana.customer_id) == ROSA
    await calendar.apply([book(later)])
    assert await calendar.last_staff(ana.customer_id) == ANNA
    await calendar.apply([cancelled(later)])
    assert await calendar.last_staff(ana.customer_id) == ROSA
    await calendar.apply([AmendBooking(replace(second, status=Status.NO_SHOW), event(second, "no_show"))])
    assert await calendar.last_staff(ana.customer_id) == ANNA
    assert await house.store.calendar(MAR.business.id).last_staff(ana.customer_id) is None
