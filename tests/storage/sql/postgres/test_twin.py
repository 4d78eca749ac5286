"""PostgreSQL's calendar beside the one in memory: whatever is written to both, they answer the same."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.bookings import (
    AddCustomer,
    Reseat,
)
from domain.customers import Customer
from domain.errors import FrontdeskError
from storage.memory import MemoryStore
from storage.memory.calendar import MemoryCalendar
from tests.builders import ANNA, LUZ, NOW, ROSA, at
from tests.contracts.stores import houses
from tests.contracts.stores.broken import Eternal, broken
from tests.storage.sql.postgres.chance import CLASSES, RESOURCES, Chance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.bookings import Effect
    from domain.occupancy import Busy, Count, SeatMove
    from domain.ports import Calendar
    from domain.waitlist import Waiting, WaitlistEntry

pytestmark = pytest.mark.service

DAY = (at(0), at(24))
STEPS = 220


async def written(calendar: Calendar, effects: Sequence[Effect]) -> str:
    try:
        await calendar.apply(effects)
    except FrontdeskError as error:
        return type(error).__name__
    return ""


async def seen(calendar: Calendar, chance: Chance, now: Any, customers: Sequence[str]) -> dict[str, Any]:
    """Return all that a calendar tells, in an order of its own."""
    without = tuple(chance.holds[-3:]) + tuple(list(chance.bookings)[-3:])
    keys = ["pace:graca", "day:cut", *(f"seats:{name}:{staff}" for name in CLASSES for staff in (ANNA, ROSA))]
    busy = [*await calendar.busy(RESOURCES, *DAY, now), *await calendar.busy(RESOURCES, at(11), at(12), now, without)]
    occupied = await calendar.occupied(RESOURCES, at(11), at(13))
    return {
        "busy": sorted((one.resource_id, one.starts_at, one.ends_at, one.owner_id) for one in busy),
        "blocks": {one: [block for block in occupied[one].blocks if not over(block, now)] for one in RESOURCES},
        "used": await calendar.used(keys, *DAY, now),
        "used without": await calendar.used(keys, *DAY, now, without),
        "bookings": await calendar.bookings_between(*DAY),
        "holds": list(await calendar.holds_between(at(11), at(13), now)),
        "waiting": list(await calendar.waiting(now)),
        "of": [list(await calendar.waitlist_of(one)) for one in customers],
        "entries": [await calendar.waitlist_entry(one.id) for one in chance.entries[-3:]],
        "last": [await calendar.last_staff(one) for one in customers],
        "answered": [await calendar.answered(f"attempt-{number}") for number in range(6)],
        "events": [[one.id for one in await calendar.events_of(found)] for found in list(chance.bookings)[-8:]],
    }


def over(block: Any, now: Any) -> bool:
    return bool(block.expires) and block.expires * 60 <= now.timestamp()


async def differences(scene: Any, seed: int, make: Any = MemoryStore) -> list[str]:
    """Write the same to both; return what they disagreed on first, nothing where they never did."""
    async with scene() as (made, store):
        twin = make(made.clock, lease=timedelta(seconds=30))
        await houses.set_up(twin)
        mine, theirs = store.calendar(LUZ.business.id), twin.calendar(LUZ.business.id)
        customers = [f"cus-{number}" for number in range(3)]
        people = [AddCustomer(Customer(one, LUZ.business.id, NOW, one)) for one in customers]
        for calendar in (mine, theirs):
            await calendar.apply([*people, *people])
        chance = Chance(seed, customers, made.clock)
        outcomes, reseated = set(), 0
        for step in range(STEPS):
            effects = chance.effects()
            versions = await mine.versions(RESOURCES)
            before = await mine.busy(RESOURCES, *DAY, made.clock.now()) if step % 5 == 0 else None
            said = await written(mine, effects), await written(theirs, effects)
            outcomes.add(said[0])
            if said[0]:
                chance.refused()
            else:
                reseated += any(isinstance(one, Reseat) for one in effects)
            if said[0] != said[1]:
                return [f"step {step}: {said}", *map(repr, effects)]
            if before is not None:
                grown = {one for one, version in (await mine.versions(RESOURCES)).items() if version > versions[one]}
                after = await mine.busy(RESOURCES, *DAY, made.clock.now())
                changed = {one.resource_id for one in {*map(whole, before)} ^ {*map(whole, after)}}
                assert changed <= grown, "a version stayed though what is taken changed"
            made.clock.advance(timedelta(seconds=20))
            if step % 4 == 0:
                now = made.clock.now()
                found, expected = await seen(mine, chance, now, customers), await seen(theirs, chance, now, customers)
                if found != expected:
                    return [
                        f"step {step}: {what} {found[what]} {expected[what]}"
                        for what in found
                        if found[what] != expected[what]
                    ]
            if step % 50 == 49:
                await store.timers.sweep(made.clock.now())
                await twin.timers.sweep(made.clock.now())
                assert list(await store.directories.waiting()) == list(await twin.directories.waiting())
        assert {"", "OpeningTaken", "BookingClosed"} <= outcomes, "too little was refused"
        assert reseated > 1, "nobody changed tables"
        return []


def whole(one: Busy) -> Any:
    return replace(one, owner_id="")


@pytest.mark.parametrize("seed", range(3))
def test_both_calendars_answer_the_same(scene: Any, seed: int) -> None:
    assert asyncio.run(differences(scene, seed)) == []


class Crowded(MemoryCalendar):
    """Lets a counter grow over its cap."""

    @staticmethod
    def _fits(count: Count, used: int) -> bool:
        return True


class Careless(MemoryCalendar):
    """Changes a waitlist entry however it stands."""

    @staticmethod
    def _stands(entry: WaitlistEntry, was: Waiting) -> bool:
        return True


class Immovable(MemoryCalendar):
    """Lets nobody change tables."""

    def _may_change_tables(self, move: SeatMove) -> bool:
        return False


@pytest.mark.parametrize("twin", [Crowded, Careless, Eternal, Immovable])
def test_a_twin_that_lacks_a_guard_is_told_from_it(scene: Any, twin: type[MemoryCalendar]) -> None:
    assert asyncio.run(differences(scene, 1, broken(calendar=twin)))
