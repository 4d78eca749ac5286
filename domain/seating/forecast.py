"""The forecast: which parties are still expected to ask for a day, by what was booked before or by the house's size."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.hours import epoch_minute, floor_minute, local_date
from domain.seating.layout import layout_of
from domain.seating.protect import Demand
from domain.tables import turn_minutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from domain.bookings import Booking
    from domain.businesses import Directory
    from domain.ids import PlaceId

ENOUGH_DAYS = 4
"""So many days of one weekday with bookings, and that weekday is forecast by itself."""
ENOUGH_BOOKINGS = 60
"""So many bookings, and the house is forecast by them."""
MIX = {1: 0.05, 2: 0.46, 3: 0.13, 4: 0.20, 5: 0.06, 6: 0.06, 7: 0.02, 8: 0.02}
"""Sizes of parties where a house has no past yet."""
LOAD = 0.9
"""Seat-minutes asked for, as a share of what the house has, where it has no past yet."""
LEAD = 3 * 1440
"""Mean minutes between asking and coming, where it has no past yet."""
_GRAIN = 15


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a place expects of each weekday. Minutes of the local day."""

    zone: str
    days: Mapping[int, Mapping[tuple[int, int], float]]
    """By weekday: how many parties of (size, start in quarters of an hour) ask for such a day."""
    leads: tuple[int, ...] = ()
    """Minutes between asking and coming, ascending; () where only `LEAD` is known."""

    def left(self, day: date, now: datetime) -> list[Demand]:
        """Return who is still expected to ask for a day: the closer it is, the fewer are to come."""
        moment, found = floor_minute(now), []
        for (size, minute), expected in self.days.get(day.weekday(), {}).items():
            starts = epoch_minute(self.zone, day, minute)
            share = self.share_after(starts - moment)
            if share > 0:
                found.append(Demand(size, starts, expected * share))
        return found

    def share_after(self, minutes: int) -> float:
        """Return the share of parties that ask later than so many minutes before they come."""
        if minutes <= 0:
            return 0.0
        if not self.leads:
            return 1 - math.exp(-minutes / LEAD)
        return bisect_left(self.leads, minutes) / len(self.leads)


def forecast_of(directory: Directory, place_id: PlaceId, past: Iterable[Booking]) -> Forecast:
    """Return the forecast of a place from its past bookings of any status.

    A booking that was refused is not among them, so it expects too little of days that were full: the more a house
    protects, the less it should. Where there are too few bookings it takes the usual mix of sizes, spread over the open
    hours with their peak in the middle. Raises NotOffered for an unknown place.
    """
    layout_of(directory, place_id)
    zone = directory.place[place_id].zone
    mine = [one for one in past if one.place_id == place_id and one.party_size]
    if len(mine) < ENOUGH_BOOKINGS:
        return Forecast(zone, {weekday: _usual(directory, place_id, weekday) for weekday in range(7)})
    counts: dict[date, dict[tuple[int, int], int]] = {}
    for one in mine:
        day = local_date(zone, one.starts_at)
        minute = (floor_minute(one.starts_at) - epoch_minute(zone, day, 0)) // _GRAIN * _GRAIN
        size = one.party_size or 1
        asked = counts.setdefault(day, {})
        asked[size, minute] = asked.get((size, minute), 0) + 1
    days = {}
    for weekday in range(7):
        same = [one for day, one in counts.items() if day.weekday() == weekday]
        days[weekday] = _mean(same if len(same) >= ENOUGH_DAYS else list(counts.values()))
    leads = sorted(max(0, floor_minute(one.starts_at) - floor_minute(one.created_at)) for one in mine)
    return Forecast(zone, days, tuple(leads))


def _mean(days: list[dict[tuple[int, int], int]]) -> dict[tuple[int, int], float]:
    total: dict[tuple[int, int], float] = {}
    for one in days:
        for key, many in one.items():
            total[key] = total.get(key, 0.0) + many / len(days)
    return total


def _usual(directory: Directory, place_id: PlaceId, weekday: int) -> dict[tuple[int, int], float]:
    """Return what a house of this size expects when nothing is known of it."""
    layout = layout_of(directory, place_id)
    policies = directory.business.policies
    largest = max((one.max_party for one in layout.units), default=0)
    sizes = {size: share for size, share in MIX.items() if size <= largest}
    opens = [(one.opens, one.closes) for one in directory.hours if one.owner_id == place_id and one.weekday == weekday]
    each = sum(share * size * turn_minutes(policies, size) for size, share in sizes.items())
    seats = sum(one.max_party for one in layout.tables)
    found: dict[tuple[int, int], float] = {}
    for since, until in opens if each else ():
        begins = range(since, max(since, until - turn_minutes(policies, 1)) + 1, _GRAIN)
        middle, half = (begins[0] + begins[-1]) / 2, (begins[-1] - begins[0]) / 2 + _GRAIN
        weights = [1 - abs(start - middle) / half for start in begins]
        many = LOAD * seats * (until - since) / each / sum(weights)
        for start, weight in zip(begins, weights, strict=True):
            for size, share in sizes.items():
                found[size, start] = found.get((size, start), 0.0) + many * weight * share
    return found
