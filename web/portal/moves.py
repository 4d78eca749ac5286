"""Which other times a booking could have, day by day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from domain.errors import OpeningTaken
from domain.wishes import wish_of
from web import formats

if TYPE_CHECKING:
    from domain.availability import Opening, Wish
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


def wish_for(directory: Directory, booking: Booking, first: date, last: date) -> Wish:
    """Return what is looked for when a booking moves: what it is, on these days."""
    return replace(wish_of(directory, booking), first=first, last=last)


async def days(desk: Desk, directory: Directory, booking: Booking, first: date) -> list[Day]:
    """Return so many days from `first`, each with the starts that are free. Raises NotOffered."""
    zone = directory.place[booking.place_id].zone
    wish = wish_for(directory, booking, first, first + timedelta(days=DAYS - 1))
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
    found = await desk.openings(wish_for(directory, booking, on - timedelta(days=1), on), without=(booking.id,))
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
