"""The law of the desk: what it says of the calendar after being told is what the calendar says once that is written."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.availability import Wish
from domain.bookings import OPEN, Booking
from domain.businesses import Service
from domain.clock import ManualClock
from domain.desk import Desk
from domain.errors import BookingClosed, OpeningTaken
from storage.memory import MemoryStore
from tests.domain.scheduling import CUT, MONDAY, NOW, salon, wish

MASSAGE = Service("massage", "Massage", 90, buffer_before=10, buffer_after=20, needs_room=True)
SALON = salon("anna", "rosa", services=(CUT, MASSAGE), rooms=1, grid=30, minimum_notice=timedelta(minutes=60))
WISHES = [
    wish(MONDAY + timedelta(days=day), services=(service,), staff_id=who)
    for day in range(2)
    for service in ("cut", "massage")
    for who in (None, "anna", "rosa")
]
STEP = st.tuples(
    st.sampled_from(("hold", "swap", "release", "book", "book held", "move", "move held", "cancel", "amend")),
    st.sampled_from(WISHES),
    st.integers(0, 20),
    st.booleans(),
)


class Story:
    """Does what it is told at a desk, and remembers what could be told next."""

    def __init__(self) -> None:
        self.calendar = MemoryStore(ManualClock(NOW)).calendar("biz")
        self.holds: list[str] = []
        self.bookings: dict[str, Booking] = {}
        self.opened = 0
        self.desk = self.open()

    def open(self) -> Desk:
        """Open the next desk; holds of no conversation, so that several may stand."""
        self.opened += 1
        return Desk(SALON, self.calendar, "staff:rosa", f"key{self.opened}", NOW)

    async def step(self, what: str, on: Wish, number: int) -> None:
        found = await self.desk.openings(on)
        opening = found[number % len(found)] if found else None
        hold_id = self.holds[number % len(self.holds)] if self.holds else None
        booking = list(self.bookings.values())[number % len(self.bookings)] if self.bookings else None
        if what == "hold" and opening:
            self.holds.append(self.desk.hold(opening).hold_id)
        elif what == "swap" and opening and hold_id:
            self.holds.remove(hold_id)
            self.holds.append(self.desk.hold(opening, hold_id).hold_id)
        elif what == "release" and hold_id:
            self.holds.remove(hold_id)
            self.desk.release(hold_id)
        elif what in {"book", "book held"} and opening:
            if what == "book held":
                hold_id = self.desk.hold(opening).hold_id
            made = self.desk.book(
                opening,
                customer_id=("ana", "ben")[number % 2],
                service_ids=on.service_ids,
                hold_id=hold_id if what == "book held" else None,
            )
            self.bookings[made.id] = made
        elif what in {"move", "move held"} and booking:
            same = Wish("place", tuple(one.service_id for one in booking.items), on.first, on.last, on.staff_id)
            free = [
                one
                for one in await self.desk.openings(same, without=(booking.id,))
                if (one.starts_at, one.staff_id) != (booking.starts_at, booking.staff_id)
            ]
            if free:
                target = free[number % len(free)]
                held = self.desk.hold(target, moving=booking).hold_id if what == "move held" else None
                self.bookings[booking.id] = self.desk.move(booking, target, held)
        elif what == "cancel" and booking:
            self.bookings[booking.id] = self.desk.cancel(booking)
        elif what == "amend" and booking:
            self.bookings[booking.id] = self.desk.amend(booking, notes=f"note {number}")

    async def commit(self) -> None:
        """Write what the desk was told, and compare what it says with what a new desk says."""
        told = self.desk
        said = [await told.openings(one) for one in WISHES]
        others = [await told.alternatives(one, None) for one in WISHES[:2]]
        mine = [await told.bookings_of(one) for one in ("ana", "ben")]
        await self.calendar.apply(told.effects)
        self.desk = self.open()
        assert [await self.desk.openings(one) for one in WISHES] == said
        assert [await self.desk.alternatives(one, None) for one in WISHES[:2]] == others
        assert [await self.desk.bookings_of(one) for one in ("ana", "ben")] == mine
        for booking in self.bookings.values():
            assert await self.desk.booking(booking.id) == booking


@settings(max_examples=150, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=12))
def test_what_the_desk_says_is_what_will_be(steps: list[tuple[str, Wish, int, bool]]) -> None:
    async def told() -> None:
        story = Story()
        for what, on, number, commit in steps:
            try:
                await story.step(what, on, number)
            except BookingClosed:
                assert what in {"move", "move held", "cancel", "amend"}
            if commit:
                await story.commit()
        await story.commit()
        assert_nothing_is_taken_twice(story)

    asyncio.run(told())


def assert_nothing_is_taken_twice(story: Story) -> None:
    standing = [one for one in story.bookings.values() if one.status in OPEN]
    for index, one in enumerate(standing):
        for other in standing[:index]:
            if set(one.resource_ids) & set(other.resource_ids):
                assert one.ends_at <= other.starts_at or other.ends_at <= one.starts_at


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(WISHES), st.integers(0, 20)), min_size=2, max_size=8))
def test_many_desks_that_saw_the_same_calendar_never_book_one_time_twice(steps: list[tuple[Wish, int]]) -> None:
    async def told() -> None:
        calendar = MemoryStore(ManualClock(NOW)).calendar("biz")
        desks = [Desk(SALON, calendar, f"customer:{number}", f"key{number}", NOW) for number in range(len(steps))]
        chosen = [(await desk.openings(on), on, number) for desk, (on, number) in zip(desks, steps, strict=True)]
        standing: list[Booking] = []
        refused = 0
        for desk, (found, on, number) in zip(desks, chosen, strict=True):
            made = desk.book(found[number % len(found)], customer_id="x", service_ids=on.service_ids)
            try:
                await calendar.apply(desk.effects)
                standing.append(made)
            except OpeningTaken:
                refused += 1
        assert len(standing) + refused == len(steps)
        assert standing
        written = await calendar.bookings_between(*day_bounds())
        assert sorted(one.id for one in written) == sorted(one.id for one in standing)
        for index, one in enumerate(standing):
            for other in standing[:index]:
                if set(one.resource_ids) & set(other.resource_ids):
                    assert one.ends_at <= other.starts_at or other.ends_at <= one.starts_at

    asyncio.run(told())


def day_bounds() -> tuple[datetime, datetime]:
    """Return the range in which everything is booked."""
    return NOW, NOW + timedelta(days=30)
