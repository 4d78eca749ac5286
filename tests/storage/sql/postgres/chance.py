"""Chance: effects thought of at random, of which many cannot be had."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from domain.bookings import (
    FREE,
    OPEN,
    RESTORED,
    TRANSITIONS,
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
from domain.ids import derived_id
from domain.occupancy import Busy, Count, SeatMove, Take
from domain.waitlist import ChangeWaitlist, JoinWaitlist, Waiting, WaitlistEntry
from tests.builders import ANNA, LUZ, NOW, ROOM, ROSA, at, booking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.bookings import Booking, Effect
    from domain.clock import Clock

RESOURCES = (ANNA, ROSA, ROOM)
CLASSES = ("yoga", "dance")


class Chance:
    """Thinks of effects, of which many cannot be had."""

    def __init__(
        self, seed: int, customers: Sequence[str], clock: Clock, conversations: Sequence[str] = ("ana", "rui", "eva")
    ) -> None:
        self._random = random.Random(seed)
        self._customers = customers
        self._clock = clock
        self._conversations = conversations
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
                expires_at = self._clock.now() + timedelta(minutes=chance.randrange(1, 20))
                who = chance.choice((None, *self._conversations))
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
                    status=Status.CONFIRMED if before.status in FREE else before.status,
                )  # fmt: skip
                kind = RESTORED if before.status in FREE else "moved"
                self.bookings[after.id] = after
                self._in_classes |= {after.id} if take.session else set()
                return MoveBooking(after, take, self.event(after, kind), before.sequence)
            case 1:
                after = replace(before, status=Status.CANCELLED, sequence=before.sequence + 1)
                self.bookings[after.id] = after
                return CancelBooking(after, self.event(after, "cancelled"))
            case 2:
                status = chance.choice(sorted(TRANSITIONS[before.status]) or [before.status])
                pinned = chance.random() < 0.1
                after = replace(before, notes="window, please", status=status, features=("window",), pinned=pinned)
                self.bookings[after.id] = after
                return AmendBooking(after, self.event(after, chance.choice(("amended", "pinned", "unpinned"))))
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
