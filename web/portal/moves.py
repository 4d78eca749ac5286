"""Which other times a booking could have, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from domain.availability import Wish
from domain.errors import OpeningTaken
from web import formats

if TYPE_CHECKING:
    from domain.availability import Opening
    from domain.bookings import Booking
    from domain.businesses import Directory
    from domain.desk import Desk

DAYS = 14
"""How many days are shown at once."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the grid."""

    on: date
    openings: tuple[Opening, ...]


def wish_for(booking: Booking, first: date, last: date) -> Wish:
    """Return what is looked for when a booking moves: the same services, party, and person if wished."""
    return Wish(
        place_id=booking.place_id,
        service_ids=tuple(one.service_id for one in booking.items),
        first=first,
        last=last,
        staff_id=booking.staff_id if booking.staff_wished else None,
        party_size=booking.party_size,
    )


async def days(desk: Desk, directory: Directory, booking: Booking, first: date) -> list[Day]:
    """Return so many days from `first`, each with the starts that are free. Raises NotOffered."""
    zone = directory.place[booking.place_id].zone
    wish = wish_for(booking, first, first + timedelta(days=DAYS - 1))
    found = await desk.openings(wish, without=(booking.id,))
    by_day: dict[date, list[Opening]] = {first + timedelta(days=count): [] for count in range(DAYS)}
    for one in found:
        on = formats.local(one.starts_at, zone).date()
        if on in by_day and one.starts_at != booking.starts_at:
            by_day[on].append(one)
    return [Day(on, tuple(openings)) for on, openings in by_day.items()]


async def opening_at(desk: Desk, directory: Directory, booking: Booking, start: datetime) -> Opening:
    """Return the opening of a start. Raises OpeningTaken where it is not free (any more), NotOffered."""
    zone = directory.place[booking.place_id].zone
    on = formats.local(start, zone).date()
    found = await desk.openings(wish_for(booking, on - timedelta(days=1), on), without=(booking.id,))
    for one in found:
        if one.starts_at == start:
            return one
    raise OpeningTaken(start.isoformat())


def first_day(text: str, today: date, last: date) -> date:
    """Return the first day to show: as asked, but neither past nor beyond what may be booked."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        asked = today
    return min(max(asked, today), last)
