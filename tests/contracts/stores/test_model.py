"""The calendar against a naive model: whatever is held, booked, moved and cancelled, in whatever order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from domain.bookings import Booking, CancelBooking, MoveBooking, ReleaseHold, Reseat, Status
from domain.clock import ManualClock
from domain.errors import BookingClosed, OpeningTaken
from domain.occupancy import Count, SeatMove, Take
from storage.memory import MemoryStore
from tests.builders import ANNA, LUZ, NOW, ROOM, ROSA, book, booking, class_take, event, hold, take_of
from tests.contracts.stores.broken import BlindReseat, EmptyRoom, Eternal, HalfWritten, NoCap, Overlapping, broken

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from domain.bookings import Effect

T = TypeVar("T")
RESOURCES = st.lists(st.sampled_from((ANNA, ROSA, ROOM)), min_size=1, max_size=3, unique=True).map(tuple)
STARTS = st.integers(0, 12).map(lambda quarter: NOW + timedelta(days=1, minutes=15 * quarter))
CLASSES = st.sampled_from((0, 2)).map(lambda quarter: NOW + timedelta(days=1, minutes=15 * quarter))
MINUTES = st.sampled_from((15, 30, 60))
WHO = st.sampled_from(("ana", "rui", "eva"))
KEYS = st.sampled_from(("k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8"))


@dataclass(frozen=True)
class Entry:
    """A time that is taken, in the model: one flat list is searched from end to end."""

    owner_id: str
    resources: tuple[str, ...]
    start: datetime
    end: datetime
    expires_at: datetime | None = None
    conversation: str | None = None
    session: str = ""
    counts: tuple[Count, ...] = ()

    def over(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def blocks(self, other: Entry, now: datetime) -> bool:
        overlaps = self.start < other.end and other.start < self.end and set(self.resources) & set(other.resources)
        together = self.session and self.session == other.session
        return bool(overlaps) and not together and not self.over(now)


def at_once(asking: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine of the memory store answers: it never waits, so it needs no loop."""
    try:
        asking.send(None)
    except StopIteration as answer:
        value: T = answer.value
        return value
    raise AssertionError("the memory store waited")


class CalendarMachine(RuleBasedStateMachine):
    """Does the same to the store and to the model and compares what they say."""

    make: ClassVar[Callable[..., MemoryStore]] = MemoryStore

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock(NOW)
        self.calendar = type(self).make(self.clock, lease=timedelta(seconds=30)).calendar(LUZ.business.id)
        self.entries: list[Entry] = []
        self.bookings: dict[str, Booking] = {}
        self.keys: set[str] = set()
        self.made = 0

    def new_id(self, what: str) -> str:
        """Return an id that is the same whenever the same steps are played."""
        self.made += 1
        return f"{what}{self.made:04}"

    def apply(self, *effects: Effect) -> type[Exception] | None:
        try:
            at_once(self.calendar.apply(effects))
        except (OpeningTaken, BookingClosed) as error:
            return type(error)
        return None

    def fits(self, entry: Entry, but: Sequence[str] = ()) -> bool:
        now = self.clock.now()
        others = [one for one in self.entries if one.owner_id not in but and not one.over(now)]
        if any(one.blocks(entry, now) for one in others):
            return False
        return all(self.used(count, others) + count.amount <= count.cap for count in entry.counts)

    def used(self, count: Count, entries: Sequence[Entry]) -> int:
        same = [
            other for one in entries for other in one.counts if (other.key, other.bucket) == (count.key, count.bucket)
        ]
        return sum(one.amount for one in same)

    def put(self, entry: Entry, gone: Sequence[str] = ()) -> None:
        now = self.clock.now()
        self.entries = [one for one in self.entries if one.owner_id not in gone and not one.over(now)]
        self.entries.append(entry)

    def held(self, who: str) -> list[str]:
        return [one.owner_id for one in self.entries if one.conversation == who]

    @rule(who=WHO, resources=RESOURCES, start=STARTS, minutes=MINUTES)
    def keep_a_time(self, who: str, resources: tuple[str, ...], start: datetime, minutes: int) -> None:
        hold_id = self.new_id("hold")
        expires_at = self.clock.now() + timedelta(minutes=10)
        effect = hold(
            start,
            minutes,
            resources=resources,
            conversation=who,
            hold_id=hold_id,
            expires_at=expires_at,
            replaces=next(iter(self.held(who)), None),
        )
        entry = Entry(hold_id, resources, start, start + timedelta(minutes=minutes), expires_at, who)
        fits = self.fits(entry, self.held(who))
        assert self.apply(effect) is (None if fits else OpeningTaken)
        if fits:
            self.put(entry, self.held(who))

    @rule(who=WHO)
    def give_it_back(self, who: str) -> None:
        for hold_id in self.held(who):
            assert self.apply(ReleaseHold(hold_id)) is None
            self.entries = [one for one in self.entries if one.owner_id != hold_id]

    @rule(who=WHO, key=KEYS)
    def say_yes(self, who: str, key: str) -> None:
        for kept in [one for one in self.entries if one.conversation == who and not one.session]:
            minutes = int((kept.end - kept.start).total_seconds()) // 60
            self.book(kept.start, minutes, kept.resources, key, kept.owner_id)

    @rule(resources=RESOURCES, start=STARTS, minutes=MINUTES, key=KEYS)
    def book_at_once(self, resources: tuple[str, ...], start: datetime, minutes: int, key: str) -> None:
        self.book(start, minutes, resources, key, None)

    def book(self, start: datetime, minutes: int, resources: tuple[str, ...], key: str, hold_id: str | None) -> None:
        one = booking(start, minutes, customer_id="cus", resources=resources, id=self.new_id("booking"))
        entry = Entry(one.id, resources, one.starts_at, one.ends_at)
        gone = [hold_id] if hold_id else []
        known = key in self.keys
        fits = known or self.fits(entry, gone)
        assert self.apply(book(one, key=key, hold_id=hold_id)) is (None if fits else OpeningTaken)
        if known:
            self.entries = [other for other in self.entries if other.owner_id not in gone]
        elif fits:
            self.put(entry, gone)
            self.bookings[one.id] = one
            self.keys.add(key)

    @rule(who=WHO, start=CLASSES, party=st.integers(1, 2), books=st.booleans())
    def join_a_class(self, who: str, start: datetime, party: int, books: bool) -> None:
        """Hold or book seats of a class with three; nobody gives two classes on one day more than four guests."""
        take = class_take(start, seats=3, party=party, counts=(Count("day:anna", NOW, party, 4),))
        gone = () if books else tuple(self.held(who))
        owner = self.new_id("booking" if books else "hold")
        expires_at = None if books else self.clock.now() + timedelta(minutes=10)
        entry = Entry(
            owner,
            take.resource_ids,
            take.starts_at,
            take.ends_at,
            expires_at,
            None if books else who,
            take.session,
            take.counts,
        )
        fits = self.fits(entry, gone)
        one = booking(start, 60, customer_id=who, resources=take.resource_ids, id=owner)
        effect = (
            book(one, take=take)
            if expires_at is None
            else hold(start, take=take, conversation=who, hold_id=owner, expires_at=expires_at)
        )
        assert self.apply(effect) is (None if fits else OpeningTaken)
        if fits:
            self.put(entry, gone)
            if books:
                self.bookings[one.id] = one

    @rule(who=WHO)
    def a_class_is_paid(self, who: str) -> None:
        """A hold of seats becomes their booking."""
        for kept in [one for one in self.entries if one.conversation == who and one.session]:
            take = Take(kept.resources, kept.start, kept.end, (), kept.session, kept.counts)
            one = booking(kept.start, 60, customer_id=who, resources=kept.resources, id=self.new_id("booking"))
            entry = replace(kept, owner_id=one.id, expires_at=None, conversation=None)
            fits = self.fits(entry, [kept.owner_id])
            assert self.apply(book(one, take=take, hold_id=kept.owner_id)) is (None if fits else OpeningTaken)
            if fits:
                self.put(entry, [kept.owner_id])
                self.bookings[one.id] = one

    @rule(data=st.data(), tables=RESOURCES, stale=st.booleans())
    def reseat(self, data: Any, tables: tuple[str, ...], stale: bool) -> None:
        """Whoever is to come and in no class is given other resources for the same time."""
        if not self.bookings:
            return
        one = self.bookings[data.draw(st.sampled_from(sorted(self.bookings)))]
        was = tuple(reversed((*one.resource_ids, "another"))) if stale else one.resource_ids
        move = SeatMove(one.id, was, tables, one.starts_at, one.ends_at)
        there = [entry for entry in self.entries if entry.owner_id == one.id]
        entry = Entry(one.id, tables, one.starts_at, one.ends_at)
        may = not stale and there and not there[0].session and self.fits(entry, [one.id])
        assert self.apply(Reseat((move,), (event(one, "reseated"),))) is (None if may else OpeningTaken)
        if may:
            self.put(entry, [one.id])
            self.bookings[one.id] = replace(one, resource_ids=tables)

    @rule(data=st.data(), start=STARTS, resources=RESOURCES, stale=st.booleans())
    def move(self, data: Any, start: datetime, resources: tuple[str, ...], stale: bool) -> None:
        if not self.bookings:
            return
        one = self.bookings[data.draw(st.sampled_from(sorted(self.bookings)))]
        later = replace(
            one,
            starts_at=start,
            ends_at=start + (one.ends_at - one.starts_at),
            resource_ids=resources,
            sequence=one.sequence + 1,
            status=Status.CONFIRMED,
        )
        entry = Entry(one.id, resources, later.starts_at, later.ends_at)
        expected = BookingClosed if stale else None if self.fits(entry, [one.id]) else OpeningTaken
        was = one.sequence - 1 if stale else one.sequence
        kind = "restored" if one.status is Status.CANCELLED else "moved"
        assert self.apply(MoveBooking(later, take_of(later), event(later, kind), was)) is expected
        if expected is None:
            self.put(entry, [one.id])
            self.bookings[one.id] = later

    @rule(data=st.data())
    def cancel(self, data: Any) -> None:
        if not self.bookings:
            return
        one = self.bookings[data.draw(st.sampled_from(sorted(self.bookings)))]
        gone = replace(one, status=Status.CANCELLED, sequence=one.sequence + 1)
        expected = BookingClosed if one.status is Status.CANCELLED else None
        assert self.apply(CancelBooking(gone, event(one, "cancelled"))) is expected
        if expected is None:
            self.bookings[one.id] = gone
            self.entries = [other for other in self.entries if other.owner_id != one.id]

    @rule(who=WHO, first=STARTS, second=STARTS)
    def two_at_once(self, who: str, first: datetime, second: datetime) -> None:
        """Two bookings in one transaction: both or none."""
        pair = [
            booking(start, 30, customer_id=who, resources=(ANNA,), id=self.new_id("booking"))
            for start in (first, second)
        ]
        entries = [Entry(one.id, (ANNA,), one.starts_at, one.ends_at) for one in pair]
        clash = entries[0].blocks(entries[1], self.clock.now())
        fits = not clash and all(self.fits(one) for one in entries)
        assert self.apply(*(book(one) for one in pair)) is (None if fits else OpeningTaken)
        if fits:
            for entry, one in zip(entries, pair, strict=True):
                self.put(entry)
                self.bookings[one.id] = one

    @rule(minutes=st.sampled_from((1, 5, 11)))
    def time_passes(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    @rule()
    def sweep(self) -> None:
        self.calendar.sweep(self.clock.now())

    @invariant()
    def the_same_is_busy(self) -> None:
        now = self.clock.now()
        busy = at_once(self.calendar.busy((ANNA, ROSA, ROOM), NOW, NOW + timedelta(days=3), now))
        found = sorted((one.resource_id, one.starts_at, one.ends_at) for one in busy)
        living = [one for one in self.entries if not one.over(now)]
        alone = [(resource, one.start, one.end) for one in living if not one.session for resource in one.resources]
        classes = {(resource, one.start, one.end) for one in living if one.session for resource in one.resources}
        assert found == sorted([*alone, *classes])
        for (resource, _, end), (other, start, _) in pairwise(found):
            assert resource != other or end <= start, "two at one time"

    @invariant()
    def the_same_is_counted(self) -> None:
        now = self.clock.now()
        living = [one for one in self.entries if not one.over(now)]
        counts = {(count.key, count.bucket): count for one in living for count in one.counts}
        keys = sorted({*(key for key, _ in counts), "day:anna"})
        used = at_once(self.calendar.used(keys, NOW, NOW + timedelta(days=3), now))
        assert used == {name: self.used(count, living) for name, count in counts.items()}

    @invariant()
    def the_same_is_booked(self) -> None:
        booked = at_once(self.calendar.bookings_between(NOW, NOW + timedelta(days=3)))
        assert {one.id: one for one in booked} == self.bookings


SETTINGS = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def test_the_calendar_does_what_its_model_does() -> None:
    run_state_machine_as_test(CalendarMachine, settings=SETTINGS)


@pytest.mark.parametrize("twin", [Overlapping, HalfWritten, Eternal, NoCap, EmptyRoom, BlindReseat])
def test_the_model_catches_a_broken_calendar(twin: Any) -> None:
    class Broken(CalendarMachine):
        make = staticmethod(broken(calendar=twin))

    hasty = settings(SETTINGS, phases=[Phase.generate], report_multiple_bugs=False)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Broken, settings=hasty)
