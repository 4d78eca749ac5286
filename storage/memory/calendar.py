"""One business's occupancy and bookings in memory: sorted ranges a resource, searched by bisection."""

from __future__ import annotations

from bisect import bisect_left
from operator import attrgetter
from typing import TYPE_CHECKING

from domain.bookings import (
    OPEN,
    TRANSITIONS,
    AmendBooking,
    AmendCustomer,
    CancelBooking,
    MakeBooking,
    MoveBooking,
    PlaceHold,
    ReleaseHold,
    Status,
)
from domain.errors import BookingClosed, BookingNotFound, OpeningTaken
from domain.occupancy import Busy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from domain.bookings import Booking, BookingEvent, Effect
    from domain.clock import Clock
    from domain.ids import BookingId, BusinessId, ConversationId, CustomerId, HoldId, ResourceId
    from domain.occupancy import Take

Undo = list["Callable[[], object]"]
FREE = frozenset({Status.CANCELLED, Status.NO_SHOW})
"""A booking that stands so takes no time."""


class Taken:
    """What a hold or a booking takes. It goes as a whole."""

    __slots__ = ("conversation_id", "expires_at", "owner_id", "take")

    def __init__(
        self, owner_id: str, take: Take, expires_at: datetime | None, conversation_id: ConversationId | None
    ) -> None:
        self.owner_id = owner_id
        self.take = take
        self.expires_at = expires_at
        """None for a booking."""
        self.conversation_id = conversation_id


Row = tuple["datetime", "datetime", Taken]


class MemoryCalendar:
    """The Calendar of one business."""

    def __init__(
        self, business_id: BusinessId, clock: Clock, amend: Callable[[BusinessId, AmendCustomer], None]
    ) -> None:
        self._business_id = business_id
        self._clock = clock
        self._amend = amend
        self._rows: dict[ResourceId, list[Row]] = {}
        """By resource, in order of time, none overlapping another."""
        self._taken: dict[str, Taken] = {}
        """By the id of the hold or booking."""
        self._held_by: dict[ConversationId, HoldId] = {}
        self._keys: dict[str, BookingId] = {}
        self.bookings: dict[BookingId, Booking] = {}
        self.events: dict[BookingId, list[BookingEvent]] = {}

    async def busy(
        self,
        resource_ids: Sequence[ResourceId],
        start: datetime,
        end: datetime,
        now: datetime,
        without: tuple[str, ...] = (),
    ) -> Sequence[Busy]:
        """Return what overlaps [start, end), without expired holds and without the holds or bookings of these ids."""
        found = []
        for resource_id in resource_ids:
            rows = self._rows.get(resource_id)
            if not rows:
                continue
            index = bisect_left(rows, (start,))
            if index and rows[index - 1][1] > start:
                index -= 1
            for starts_at, ends_at, taken in rows[index:]:
                if starts_at >= end:
                    break
                if taken.owner_id in without or (taken.expires_at is not None and taken.expires_at <= now):
                    continue
                found.append(Busy(resource_id, starts_at, ends_at))
        return found

    async def booking(self, booking_id: BookingId) -> Booking:
        """Return a booking. Raises BookingNotFound."""
        try:
            return self.bookings[booking_id]
        except KeyError:
            raise BookingNotFound(booking_id) from None

    async def booking_by_code(self, code: str) -> Booking:
        """Return the booking that a manage link names. Raises BookingNotFound."""
        for booking in self.bookings.values():
            if code and booking.code == code:
                return booking
        raise BookingNotFound(code)

    async def bookings_of(self, customer_id: CustomerId, since: datetime) -> Sequence[Booking]:
        """Return a customer's open bookings that end after `since`, in order of time."""
        # What is open takes time, so that what was cancelled over the years need not be read.
        taking = (self.bookings.get(owner_id) for owner_id in self._taken)
        return sorted(
            (
                booking
                for booking in taking
                if booking is not None
                and booking.customer_id == customer_id
                and booking.status in OPEN
                and booking.ends_at > since
            ),
            key=attrgetter("starts_at"),
        )

    async def bookings_between(self, start: datetime, end: datetime) -> Sequence[Booking]:
        """Return bookings of any status that start in [start, end), in order of time."""
        return sorted(
            (booking for booking in self.bookings.values() if start <= booking.starts_at < end),
            key=attrgetter("starts_at"),
        )

    async def events_of(self, booking_id: BookingId) -> Sequence[BookingEvent]:
        """Return what happened to a booking, oldest first."""
        return tuple(self.events.get(booking_id, ()))

    async def apply(self, effects: Sequence[Effect]) -> None:
        """Write effects outside a turn, all or none. Raises OpeningTaken or BookingClosed."""
        for amended in self.write(effects):
            self._amend(self._business_id, amended)

    def write(self, effects: Sequence[Effect]) -> list[AmendCustomer]:
        """Write effects, all or none, and return those on customers, which the caller writes.

        Raises OpeningTaken when an occupancy is refused, BookingClosed when the booking changed meanwhile.
        """
        undo: Undo = []
        amended = []
        try:
            for effect in effects:
                match effect:
                    case PlaceHold():
                        self._hold(effect, undo)
                    case ReleaseHold():
                        self._give_back(effect.hold_id, undo)
                    case MakeBooking():
                        self._book(effect, undo)
                    case MoveBooking():
                        self._move(effect, undo)
                    case CancelBooking() | AmendBooking():
                        self._change(effect, undo)
                    case AmendCustomer():
                        amended.append(effect)
        except (OpeningTaken, BookingClosed):
            for step in reversed(undo):
                step()
            raise
        return amended

    def sweep(self, now: datetime) -> int:
        """Delete expired holds; returns how many occupancy rows went."""
        expired = [one for one in self._taken.values() if one.expires_at is not None and one.expires_at <= now]
        for taken in expired:
            self._give_back(taken.owner_id, [])
        return sum(len(taken.take.resource_ids) for taken in expired)

    def forget(self, conversation_id: ConversationId) -> int:
        """Give back what a conversation holds; returns how many holds."""
        hold_id = self._held_by.get(conversation_id)
        if hold_id is None:
            return 0
        self._give_back(hold_id, [])
        return 1

    def _hold(self, effect: PlaceHold, undo: Undo) -> None:
        if effect.replaces is not None:
            self._give_back(effect.replaces, undo)
        self._give_back(effect.hold_id, undo)
        if effect.conversation_id is not None and effect.conversation_id in self._held_by:
            self._give_back(self._held_by[effect.conversation_id], undo)
        self._take(Taken(effect.hold_id, effect.take, effect.expires_at, effect.conversation_id), undo)

    def _book(self, effect: MakeBooking, undo: Undo) -> None:
        if effect.hold_id is not None:
            self._give_back(effect.hold_id, undo)
        if self._booked_before(effect.key):
            return
        booking = effect.booking
        if booking.id in self.bookings:
            raise BookingClosed(booking.id)
        self._take(Taken(booking.id, effect.take, None, None), undo)
        self._keys[effect.key] = booking.id
        undo.append(lambda: self._keys.pop(effect.key))
        self._put(booking, effect.event, undo)

    def _move(self, effect: MoveBooking, undo: Undo) -> None:
        booking = effect.booking
        present = self.bookings.get(booking.id)
        if present is None or present.sequence != effect.was or present.status is Status.COMPLETED:
            raise BookingClosed(booking.id)
        if present.status in FREE and booking.status not in TRANSITIONS[present.status]:
            raise BookingClosed(booking.id)
        if effect.hold_id is not None:
            self._give_back(effect.hold_id, undo)
        self._give_back(booking.id, undo)
        self._take(Taken(booking.id, effect.take, None, None), undo)
        self._put(booking, effect.event, undo)

    def _change(self, effect: CancelBooking | AmendBooking, undo: Undo) -> None:
        booking = effect.booking
        present = self.bookings.get(booking.id)
        if (
            present is None
            or present.sequence > booking.sequence
            or present.starts_at != booking.starts_at
            or present.ends_at != booking.ends_at
        ):
            raise BookingClosed(booking.id)
        if present.status != booking.status:
            if present.status in FREE or booking.status not in TRANSITIONS[present.status]:
                raise BookingClosed(booking.id)
        elif isinstance(effect, CancelBooking):
            raise BookingClosed(booking.id)
        if booking.status in FREE:
            self._give_back(booking.id, undo)
        self._put(booking, effect.event, undo)

    def _put(self, booking: Booking, event: BookingEvent, undo: Undo) -> None:
        before = self.bookings.get(booking.id)
        self.bookings[booking.id] = booking
        if before is None:
            events = self.events[booking.id] = []
            undo.append(lambda: (self.bookings.pop(booking.id), self.events.pop(booking.id)))
        else:
            events = self.events[booking.id]
            undo.append(lambda: (self.bookings.update({before.id: before}), events.pop()))
        events.append(event)

    def _take(self, taken: Taken, undo: Undo) -> None:
        """Insert a row a resource, deleting expired holds in the way. Raises OpeningTaken."""
        start, end = taken.take.starts_at, taken.take.ends_at
        for resource_id in taken.take.resource_ids:
            rows = self._rows.setdefault(resource_id, [])
            while (other := self._overlapping(rows, start, end)) is not None:
                if not self._expired(other):
                    raise OpeningTaken(resource_id)
                self._give_back(other.owner_id, undo)
        self._insert(taken)
        undo.append(lambda: self._give_back(taken.owner_id, None))

    def _expired(self, taken: Taken) -> bool:
        return taken.expires_at is not None and taken.expires_at <= self._clock.now()

    def _booked_before(self, key: str) -> bool:
        return key in self._keys

    @staticmethod
    def _overlapping(rows: list[Row], start: datetime, end: datetime) -> Taken | None:
        index = bisect_left(rows, (start,))
        if index and rows[index - 1][1] > start:
            return rows[index - 1][2]
        if index < len(rows) and rows[index][0] < end:
            return rows[index][2]
        return None

    def _insert(self, taken: Taken) -> None:
        start, end = taken.take.starts_at, taken.take.ends_at
        for resource_id in taken.take.resource_ids:
            rows = self._rows[resource_id]
            rows.insert(bisect_left(rows, (start,)), (start, end, taken))
        self._taken[taken.owner_id] = taken
        if taken.conversation_id is not None:
            self._held_by[taken.conversation_id] = taken.owner_id

    def _give_back(self, owner_id: str, undo: Undo | None) -> None:
        """Delete the rows of a hold or a booking, if there are any."""
        taken = self._taken.pop(owner_id, None)
        if taken is None:
            return
        for resource_id in taken.take.resource_ids:
            rows = self._rows[resource_id]
            del rows[bisect_left(rows, (taken.take.starts_at,))]
        if taken.conversation_id is not None and self._held_by.get(taken.conversation_id) == owner_id:
            del self._held_by[taken.conversation_id]
        if undo is not None:
            undo.append(lambda: self._insert(taken))
