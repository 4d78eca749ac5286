"""PostgreSQL's calendar beside the one in memory: whatever is written to both, they answer the same."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.bookings import (
    OPEN,
    TRANSITIONS,
    AddCustomer,
    AmendBooking,
    Answered,
    BookingEvent,
    CancelBooking,
    MakeBooking,
    MoveBooking,
    PlaceHold,
    ReleaseHold,
    Reseat,
    Status,
)
from domain.customers import Customer
from domain.errors import FrontdeskError
from domain.ids import derived_id
from domain.occupancy import Busy, Count, SeatMove, Take
from domain.waitlist import ChangeWaitlist, JoinWaitlist, Waiting, WaitlistEntry
from storage.memory import MemoryStore
from storage.memory.calendar import MemoryCalendar
from tests.builders import ANNA, LUZ, NOW, ROOM, ROSA, at, booking
from tests.contracts.stores import houses
from tests.contracts.stores.broken import Eternal, broken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.bookings import Booking, Effect
    from domain.ports import Calendar

pytestmark = pytest.mark.service

RESOURCES = (ANNA, ROSA, ROOM)
CLASSES = ("yoga", "dance")
DAY = (at(0), at(24))
STEPS = 220


class Chance:
    """Thinks of effects, of which many cannot be had."""

    def __init__(self, seed: int, customers: Sequence[str]) -> None:
        self._random = random.Random(seed)
        self._customers = customers
        self._made = 0
        self.bookings: dict[str, Booking] = {}
        """As they stand, or were thought of: what was refused is not always forgotten."""
        self._before: dict[str, Booking] = {}
        self.holds: list[str] = []
        self.entries: list[WaitlistEntry] = []
        self._in_classes: set[str] = set()
        """Bookings that have no tables to change."""

    def new_id(self, what: str) -> str:
        self._made += 1
        return f"{what}-{self._made:04}"

    def take(self) -> Take:
        chance = self._random
        start = at(10) + timedelta(minutes=15 * chance.randrange(16))
        end = start + timedelta(minutes=chance.choice((15, 30, 60)))
        pace = Count("pace:graca", start.replace(minute=start.minute // 30 * 30), chance.choice((1, 2)), 3)
        day = Count("day:cut", at(0), 1, 8)
        counts = tuple(one for one in (pace, day) if chance.random() < 0.5)
        kind = chance.random()
        if kind < 0.3:
            name, staff = chance.choice(CLASSES), chance.choice((ANNA, ROSA))
            start = start.replace(minute=0)
            seats = Count(f"seats:{name}:{staff}", start, chance.choice((1, 1, 2)), 3)
            session = derived_id("session", name, staff, start.isoformat())
            return Take((staff,), start, start + timedelta(minutes=45), session=session, counts=(seats, *counts))
        resources = tuple(chance.sample(RESOURCES, chance.choice((1, 1, 2))))
        if kind < 0.5:
            later = start + timedelta(minutes=15)
            parts = tuple(
                Busy(one, later if number else start, end + timedelta(minutes=15 * number))
                for number, one in enumerate(sorted(resources))
            )
            return Take(resources, start, max(one.ends_at for one in parts), parts, counts=counts)
        return Take(resources, start, end, counts=counts)

    def booked(self, take: Take, **fields: Any) -> Booking:
        minutes = int((take.ends_at - take.starts_at).total_seconds()) // 60
        return booking(
            take.starts_at, minutes, customer_id=self._random.choice(self._customers), resources=take.resource_ids,
            id=self.new_id("booking"), code=self.new_id("code"), created_at=NOW, **fields,
        )  # fmt: skip

    def refused(self) -> None:
        """Hear that the last effects could not be had."""
        if self._random.random() < 0.8:
            self.bookings = self._before

    def effects(self) -> list[Effect]:
        self._before = dict(self.bookings)
        thought = [self.effect() for _ in range(self._random.choice((1, 1, 1, 2, 3)))]
        return sorted(thought, key=lambda one: not isinstance(one, Answered))  # as requests have them

    def effect(self) -> Effect:
        chance = self._random
        match chance.randrange(12):
            case 0 | 1 | 2:
                expires_at = NOW + timedelta(minutes=self._made % 60 + chance.randrange(1, 20))
                who = chance.choice((None, "ana", "rui", "eva"))
                replaces = chance.choice(self.holds) if self.holds and chance.random() < 0.2 else None
                self.holds.append(self.new_id("hold"))
                return PlaceHold(self.holds[-1], who, self.take(), expires_at, replaces, "" if who else "broken")
            case 3:
                return ReleaseHold(chance.choice([*self.holds, "none"]))
            case 4 | 5 | 6:
                take = self.take()
                one = self.booked(take, pinned=chance.random() < 0.1)
                self.bookings[one.id] = one
                self._in_classes |= {one.id} if take.session else set()
                hold_id = chance.choice(self.holds) if self.holds and chance.random() < 0.3 else None
                return MakeBooking(one, take, self.event(one, "booked"), f"key-{chance.randrange(150)}", hold_id)
        if not self.bookings or chance.random() < 0.2:
            return self.of_the_waitlist()
        before = chance.choice(list(self.bookings.values()))
        match chance.randrange(6):
            case 0:
                take = self.take()
                after = replace(
                    before, starts_at=take.starts_at, ends_at=take.ends_at, resource_ids=take.resource_ids,
                    sequence=before.sequence + 1,
                    status=Status.CONFIRMED if before.status is Status.CANCELLED else before.status,
                )  # fmt: skip
                self.bookings[after.id] = after
                self._in_classes |= {after.id} if take.session else set()
                return MoveBooking(after, take, self.event(after, "moved"), before.sequence)
            case 1:
                after = replace(before, status=Status.CANCELLED, sequence=before.sequence + 1)
                self.bookings[after.id] = after
                return CancelBooking(after, self.event(after, "cancelled"))
            case 2:
                status = chance.choice(sorted(TRANSITIONS[before.status]) or [before.status])
                after = replace(before, notes="window, please", status=status, features=("window",))
                self.bookings[after.id] = after
                return AmendBooking(after, self.event(after, "amended"))
        at_tables = [one for one in self.bookings.values() if one.id not in self._in_classes]
        return self.reseat(at_tables) if at_tables else self.of_the_waitlist()

    def reseat(self, at_tables: list[Booking]) -> Reseat:
        """Two swap their tables if they come at the same time; one takes another that may be free."""
        may = [one for one in at_tables if one.status in OPEN and not one.pinned]
        one = self._random.choice(may or at_tables)
        same = [two for two in at_tables if (two.starts_at, two.ends_at) == (one.starts_at, one.ends_at)]
        two = self._random.choice(same)
        if one.id == two.id:
            other = tuple(self._random.sample(RESOURCES, len(one.resource_ids)))
            moves = [SeatMove(one.id, one.resource_ids, other, one.starts_at, one.ends_at)]
        else:
            moves = [
                SeatMove(one.id, one.resource_ids, two.resource_ids, one.starts_at, one.ends_at),
                SeatMove(two.id, two.resource_ids, one.resource_ids, two.starts_at, two.ends_at),
            ]
        for move in moves:
            before = self.bookings[move.booking_id]
            self.bookings[before.id] = replace(before, resource_ids=move.resource_ids)
        return Reseat(tuple(moves), tuple(self.event(one, "reseated") for _ in moves[:1]))

    def of_the_waitlist(self) -> Effect:
        chance = self._random
        if self.entries and chance.random() < 0.6:
            before = chance.choice(self.entries)
            after = replace(before, status=chance.choice(list(Waiting)), offered=before.offered + 1, offer="{}")
            self.entries.append(after)
            return ChangeWaitlist(after, before.status)
        if chance.random() < 0.3:
            key = f"attempt-{chance.randrange(6)}"
            return Answered(key, "print", 201, key.encode(), NOW)
        place = LUZ.places[0].id
        entry = WaitlistEntry(
            self.new_id("entry"), LUZ.business.id, place, chance.choice(self._customers), (LUZ.services[0].id,),
            at(0).date(), at(48).date(), NOW + timedelta(seconds=self._made), party_size=2, features=("window",),
        )  # fmt: skip
        self.entries.append(entry)
        return JoinWaitlist(entry)

    def event(self, one: Booking, kind: str) -> BookingEvent:
        return BookingEvent(one.id, kind, "system", NOW, "", self.new_id("event"))


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
        chance = Chance(seed, customers)
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
