"""One business's calendar in memory, for reading."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from domain.bookings import FREE, OPEN, PlaceHold
from domain.errors import BookingNotFound
from domain.occupancy import Busy, Occupied, taken_by
from storage.memory.effects import STILL, Effects

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from domain.bookings import AddCustomer, AmendCustomer, Answered, Booking, BookingEvent, Effect
    from domain.clock import Clock
    from domain.ids import BookingId, BusinessId, CustomerId, ResourceId, StaffId
    from domain.waitlist import WaitlistEntry
    from storage.memory.occupancy import Session, Taken


class MemoryCalendar(Effects):
    """The Calendar of one business."""

    def __init__(
        self,
        business_id: BusinessId,
        clock: Clock,
        amend: Callable[[BusinessId, AmendCustomer | AddCustomer], None],
    ) -> None:
        super().__init__(clock)
        self._business_id = business_id
        self._amend = amend

    async def busy(
        self,
        resource_ids: Sequence[ResourceId],
        start: datetime,
        end: datetime,
        now: datetime,
        without: tuple[str, ...] = (),
    ) -> Sequence[Busy]:
        """Return what overlaps [start, end), without expired holds and without the holds or bookings of these ids."""
        return [
            Busy(resource_id, starts_at, ends_at, owner.owner_id)
            for resource_id in resource_ids
            for starts_at, ends_at, owner in self._rows.get(resource_id, ())[self._between(resource_id, start, end)]
            if self._counts(owner, now, without)
        ]

    def _counts(self, owner: Taken | Session, now: datetime, without: tuple[str, ...]) -> bool:
        """Return whether rows are of somebody whose time is not over and who is not left out."""
        users = (self._taken[one] for one in owner.users)
        return any(one.owner_id not in without and (one.expires_at is None or one.expires_at > now) for one in users)

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

    async def versions(self, resource_ids: Sequence[ResourceId]) -> Mapping[ResourceId, int]:
        """Return each resource's `calendar_version`, 0 for one whose time was never taken."""
        return {one: self._versions.get(one, 0) for one in resource_ids}

    async def occupied(
        self, resource_ids: Sequence[ResourceId], start: datetime, end: datetime
    ) -> Mapping[ResourceId, Occupied]:
        """Return what overlaps [start, end) of each resource, with the version that it is true of."""
        found = {}
        for one in resource_ids:
            blocks = tuple(self._blocks.get(one, ())[self._between(one, start, end)])
            found[one] = Occupied(self._versions.get(one, 0), blocks)
        return found

    async def used(
        self, keys: Sequence[str], start: datetime, end: datetime, now: datetime, without: tuple[str, ...] = ()
    ) -> Mapping[tuple[str, datetime], int]:
        """Return what is used up of each (key, bucket) whose bucket begins in [start, end)."""
        found = {}
        for key in keys:
            for bucket, uses in self._used.get(key, {}).items():
                if not start <= bucket < end:
                    continue
                used = sum(amount for amount, taken in uses.values() if self._counts(taken, now, without))
                if used:
                    found[key, bucket] = used
        return found

    async def holds_between(self, start: datetime, end: datetime, now: datetime) -> Sequence[PlaceHold]:
        """Return holds that are not over and overlap [start, end), in order of time; staff's own have a reason."""
        found = [
            PlaceHold(one.owner_id, one.conversation_id, take, one.expires_at, None, one.reason)
            for one in self._taken.values()
            if one.expires_at is not None and one.expires_at > now
            for take in (taken_by(self._sessions[one.session].rows if one.session else one.rows, one.session),)
            if any(row.starts_at < end and row.ends_at > start for row in take.rows)
        ]
        return sorted(found, key=lambda one: (one.take.starts_at, one.hold_id))

    async def last_staff(self, customer_id: CustomerId) -> StaffId | None:
        """Return who served a customer's latest visit that was not cancelled, nor waited for in vain."""
        visits = [
            one
            for one in self.bookings.values()
            if one.customer_id == customer_id and one.status not in FREE and one.staff_id is not None
        ]
        return max(visits, key=attrgetter("starts_at", "id")).staff_id if visits else None

    async def waiting(self, now: datetime) -> Sequence[WaitlistEntry]:
        """Return entries that wait or have an offer, in order of joining."""
        return sorted(
            (one for one in self.waitlist.values() if one.status in STILL), key=attrgetter("created_at", "id")
        )

    async def waitlist_of(self, customer_id: CustomerId) -> Sequence[WaitlistEntry]:
        """Return a customer's entries that wait or have an offer, in order of joining."""
        return [one for one in await self.waiting(self._clock.now()) if one.customer_id == customer_id]

    async def waitlist_entry(self, entry_id: str) -> WaitlistEntry | None:
        """Return an entry, None if there is none."""
        return self.waitlist.get(entry_id)

    async def answered(self, key: str) -> Answered | None:
        """Return what a request with this idempotency key was answered."""
        return self.answers.get(key)

    async def apply(self, effects: Sequence[Effect]) -> None:
        """Write effects outside a turn, all or none. Raises OpeningTaken, BookingClosed or AnsweredBefore."""
        for told in self.write(effects):
            self._amend(self._business_id, told)
