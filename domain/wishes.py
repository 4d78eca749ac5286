"""Wishes that were not said: what a booking answers, and what was wanted by effects that were refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.availability import Wish
from domain.bookings import MakeBooking, MoveBooking
from domain.hours import epoch_minute, local_date, moment_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.bookings import Booking, Effect
    from domain.businesses import Directory


class Wanted(NamedTuple):
    """What alternatives are looked for."""

    wish: Wish
    start: datetime | None
    """The very start, None where no time was named."""
    without: tuple[str, ...]
    """Holds and bookings that do not stand in the way."""


def wish_of(directory: Directory, booking: Booking) -> Wish:
    """Return the wish that a booking answers: its services or party on its day, with whom the customer wished."""
    day = local_date(directory.place[booking.place_id].zone, booking.starts_at)
    return Wish(
        place_id=booking.place_id,
        service_ids=tuple(one.service_id for one in booking.items),
        first=day,
        last=day,
        staff_id=booking.staff_id if booking.staff_wished else None,
        party_size=booking.party_size,
        features=booking.features,
    )


def wanted_by(directory: Directory, effects: Sequence[Effect], wish: Wish | None = None) -> Wanted | None:
    """Return what was wanted by effects that were refused; None where that cannot be told.

    `wish` is what the opening was found by; without it a booking that is among the effects tells.
    """
    bookings = [one for one in effects if isinstance(one, MakeBooking | MoveBooking)]
    without = tuple(each for one in bookings for each in (one.booking.id, one.hold_id) if each)
    if wish is None:
        if not bookings:
            return None
        booking = bookings[-1].booking
        return Wanted(wish_of(directory, booking), booking.starts_at, without)
    if wish.earliest == wish.latest and wish.first == wish.last:
        start = moment_of(epoch_minute(directory.place[wish.place_id].zone, wish.first, wish.earliest))
        return Wanted(wish, start, without)
    return Wanted(wish, None, without)
