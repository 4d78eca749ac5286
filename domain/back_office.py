"""The back office: what only staff, the API and the system may do, at the same desk and through the same insert."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.bookings import AmendBooking, MoveBooking, PlaceHold, ReleaseHold, Reseat, Status, transition
from domain.desk import Desk
from domain.errors import BookingClosed, NotOffered
from domain.ids import new_id
from domain.occupancy import SeatMove, Take

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.availability import Opening
    from domain.bookings import Booking
    from domain.ids import CustomerId, HoldId, ResourceId, ServiceId

_SEATED = (Status.SEATED, Status.IN_SERVICE)


class BackOffice(Desk):
    """A desk for staff. Nothing it writes passes by the occupancy insert."""

    def walk_in(
        self,
        opening: Opening,
        *,
        customer_id: CustomerId,
        service_ids: Sequence[ServiceId],
        party_size: int | None = None,
        name: str = "",
        notes: str = "",
    ) -> Booking:
        """Seat somebody who stands at the door: a booking that is seated from the start, and never re-seated.

        Raises OpeningTaken where this desk itself has given the time away, NotOffered for what is not offered.
        """
        return self.book(
            opening,
            customer_id=customer_id,
            service_ids=service_ids,
            party_size=party_size,
            name=name,
            notes=notes,
            source="walk_in",
            status=Status.SEATED,
            pinned=True,
        )

    def seat(self, booking: Booking) -> Booking:
        """Write down that a party sits at its table, or a customer in the chair. Raises BookingClosed."""
        return self._become(booking, Status.SEATED, "seated", "")

    def begin(self, booking: Booking) -> Booking:
        """Write down that the service has begun. Raises BookingClosed."""
        return self._become(booking, Status.IN_SERVICE, "begun", "")

    def complete(self, booking: Booking) -> Booking:
        """Write down that the visit is over; what it took stays written as it was. Raises BookingClosed."""
        return self._become(booking, Status.COMPLETED, "completed", "")

    def no_show(self, booking: Booking, reason: str = "") -> Booking:
        """Write down that nobody came: the time is free again.

        Raises BookingClosed where it has not begun, is over or was cancelled.
        """
        if self._current(booking).starts_at > self.now:
            raise BookingClosed(f"booking {booking.id} has not begun")
        return self._become(booking, Status.NO_SHOW, "no_show", reason)

    def restore(self, booking: Booking, opening: Opening, reason: str = "") -> Booking:
        """Undo a cancellation or a no-show: the booking takes this opening, its old time if that is still free.

        Raises BookingClosed where it is neither, OpeningTaken where this desk itself has given the time away.
        """
        before = self._current(booking)
        if before.status not in (Status.CANCELLED, Status.NO_SHOW):
            raise BookingClosed(f"booking {before.id} is {before.status}")
        self._overlay.reseat(opening, self.actor, self.now, "for another party")
        take = self._overlay.checked(opening, before.id)
        after = replace(
            transition(before, Status.CONFIRMED),
            place_id=opening.place_id,
            starts_at=opening.starts_at,
            ends_at=opening.ends_at,
            staff_id=opening.staff_id,
            resource_ids=opening.resource_ids,
            sequence=before.sequence + 1,
        )
        self._overlay.add(MoveBooking(after, take, self._event(after, "restored", reason), before.sequence))
        return after

    def reassign(self, booking: Booking, opening: Opening, reason: str = "") -> Booking:
        """Give a booking to somebody else, or to another table, at the time it has.

        Raises NotOffered (field `start`) for another time, and what `move` raises.
        """
        if (opening.starts_at, opening.ends_at) != (booking.starts_at, booking.ends_at):
            raise NotOffered("that is another time: move the booking instead", "start")
        return self.move(booking, opening, reason=reason or "reassigned")

    def reseat(self, booking: Booking, table_ids: Sequence[ResourceId], reason: str = "") -> Booking:
        """Give a party other tables for its time, by hand. Raises BookingClosed where it is not to come any more.

        Raises NotOffered (field `table_ids`) for tables that there are not, or that stand in several areas.
        """
        before = self._current(booking)
        if before.status not in (Status.PENDING, Status.CONFIRMED):
            raise BookingClosed(f"booking {before.id} is {before.status}")
        tables = [self.directory.resource.get(one) for one in table_ids]
        known = [one for one in tables if one is not None and one.kind == "table" and one.place_id == before.place_id]
        if not known or len(known) != len(tables) or len({one.area for one in known}) > 1:
            raise NotOffered("these are no tables of one area", "table_ids")
        took = self._taken_by(before)
        move = SeatMove(before.id, before.resource_ids, tuple(sorted(table_ids)), took.starts_at, took.ends_at)
        self._overlay.add(Reseat((move,), (self._event(before, "reseated", reason),)))
        after = replace(before, resource_ids=move.resource_ids)
        self._overlay.bookings[after.id] = after
        return after

    def pin(self, booking: Booking, *, pinned: bool = True) -> Booking:
        """Promise a party its tables, or take the promise back. Raises BookingClosed where it is over."""
        before = self._current(booking)
        if before.status not in (Status.PENDING, Status.CONFIRMED, *_SEATED):
            raise BookingClosed(f"booking {before.id} is {before.status}")
        after = replace(before, pinned=pinned)
        if after != before:
            self._overlay.add(AmendBooking(after, self._event(after, "pinned" if pinned else "unpinned", "")))
        return after

    def block(self, resource_ids: Sequence[ResourceId], start: datetime, end: datetime, reason: str) -> PlaceHold:
        """Keep resources from everybody for a time: a broken table, a private party, somebody's lunch.

        Raises NotOffered (field `end`) for a time that ends before it begins or is past, (field `resource_ids`) for
        unknown resources, (field `reason`) for none.
        """
        if end <= start or end <= self.now:
            raise NotOffered("that time is over, or ends before it begins", "end")
        if end - start > timedelta(days=366):
            raise NotOffered("a block lasts a year at most", "end")
        missing = [one for one in resource_ids if one not in self.directory.resource]
        if missing or not resource_ids:
            raise NotOffered(f"no such resource: {missing[0] if missing else 'none was named'}", "resource_ids")
        if not reason.strip():
            raise NotOffered("say why, so that whoever finds it blocked knows", "reason")
        effect = PlaceHold(new_id(), None, Take(tuple(sorted(set(resource_ids))), start, end), end, reason=reason)
        self._overlay.add(effect)
        return effect

    def unblock(self, block_id: HoldId) -> None:
        """Give blocked time back."""
        self._overlay.add(ReleaseHold(block_id))

    def _become(self, booking: Booking, status: Status, kind: str, reason: str) -> Booking:
        before = self._current(booking)
        after = transition(before, status)
        self._overlay.add(AmendBooking(after, self._event(after, kind, reason)))
        return after
