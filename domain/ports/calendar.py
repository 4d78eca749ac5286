"""The port of one business's occupancy, bookings and waitlist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from domain.bookings import Answered, Booking, BookingEvent, Effect, PlaceHold
    from domain.ids import BookingId, CustomerId, ResourceId, StaffId
    from domain.occupancy import Busy, Occupied
    from domain.waitlist import WaitlistEntry


class Calendar(Protocol):
    """Reads one business's occupancy and bookings. The business is an argument of its constructor."""

    async def busy(
        self,
        resource_ids: Sequence[ResourceId],
        start: datetime,
        end: datetime,
        now: datetime,
        without: tuple[str, ...] = (),
    ) -> Sequence[Busy]:
        """Return what overlaps [start, end), without expired holds and without the holds or bookings of these ids."""
        ...

    async def booking(self, booking_id: BookingId) -> Booking:
        """Return a booking. Raises BookingNotFound."""
        ...

    async def booking_by_code(self, code: str) -> Booking:
        """Return the booking that a manage link names. Raises BookingNotFound."""
        ...

    async def bookings_of(self, customer_id: CustomerId, since: datetime) -> Sequence[Booking]:
        """Return a customer's open bookings that end after `since`, in order of time."""
        ...

    async def bookings_between(self, start: datetime, end: datetime) -> Sequence[Booking]:
        """Return bookings of any status that start in [start, end), in order of time."""
        ...

    async def events_of(self, booking_id: BookingId) -> Sequence[BookingEvent]:
        """Return what happened to a booking, oldest first."""
        ...

    async def versions(self, resource_ids: Sequence[ResourceId]) -> Mapping[ResourceId, int]:
        """Return each resource's `calendar_version`, which grows with every change of what is taken of it."""
        ...

    async def occupied(
        self, resource_ids: Sequence[ResourceId], start: datetime, end: datetime
    ) -> Mapping[ResourceId, Occupied]:
        """Return what overlaps [start, end) of each resource, with the version that it is true of.

        Holds that are over may be among it, with the minute at which they ended. Made for engines that keep it: one
        read, minutes instead of moments. The version is never newer than the blocks.
        """
        ...

    async def used(
        self, keys: Sequence[str], start: datetime, end: datetime, now: datetime, without: tuple[str, ...] = ()
    ) -> Mapping[tuple[str, datetime], int]:
        """Return what is used up of each (key, bucket) whose bucket begins in [start, end).

        Without expired holds and without the holds or bookings of these ids.
        """
        ...

    async def holds_between(self, start: datetime, end: datetime, now: datetime) -> Sequence[PlaceHold]:
        """Return holds that are not over and overlap [start, end), in order of time; staff's own have a reason."""
        ...

    async def last_staff(self, customer_id: CustomerId) -> StaffId | None:
        """Return who served a customer's latest visit that was not cancelled."""
        ...

    async def waiting(self, now: datetime) -> Sequence[WaitlistEntry]:
        """Return entries that wait or have an offer, in order of joining."""
        ...

    async def waitlist_of(self, customer_id: CustomerId) -> Sequence[WaitlistEntry]:
        """Return a customer's entries that wait or have an offer, in order of joining."""
        ...

    async def waitlist_entry(self, entry_id: str) -> WaitlistEntry | None:
        """Return an entry, None if there is none."""
        ...

    async def answered(self, key: str) -> Answered | None:
        """Return what a request with this idempotency key was answered; keys are kept for 48 hours."""
        ...

    async def apply(self, effects: Sequence[Effect]) -> None:
        """Write effects outside a turn (a manage link, staff, the API), in one transaction.

        Raises OpeningTaken when an occupancy or a count is refused, BookingClosed when the booking changed meanwhile,
        AnsweredBefore for an idempotency key that is known; then nothing is written.
        """
        ...
