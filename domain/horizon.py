"""Horizon: from which day to which day may be booked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from domain.hours import EPOCH, epoch_minute, hours_on, local_date

if TYPE_CHECKING:
    from datetime import date, datetime

    from domain.availability import Wish
    from domain.businesses import Directory, Place, Policies

LONGEST = timedelta(days=366)
"""How long the window of a wish may be."""
_ONE_DAY = timedelta(days=1)
_FURTHEST = 3 * 366
"""So many days are looked through at most for the days that count."""


class Horizon(NamedTuple):
    """What may be booked."""

    first: date
    """First local day of the place whose hours may be booked: yesterday, because last night may go on."""
    last: date
    """Last local day of the place whose hours may be booked."""
    until: int | None
    """Epoch minute at which it ends, where days are counted by the booker's calendar."""
    days: int | None
    """How many days that have an opening may be booked, None where all days may."""


def zone_of(directory: Directory, place: Place, wish: Wish) -> str:
    """Return whose calendar and clock count: the booker's, where starts are aligned to the booker's clock."""
    if directory.business.policies.grid_align == "opening":
        return place.zone
    return wish.zone or place.zone


def horizon_of(directory: Directory, place: Place, wish: Wish, now: datetime) -> Horizon:
    """Return the horizon of a wish."""
    policies = directory.business.policies
    zone = zone_of(directory, place, wish)
    today = local_date(zone, now)
    first, last, until = local_date(place.zone, now) - _ONE_DAY, wish.last, None
    if policies.horizon == "range":
        first = max(first, policies.bookable_from or first)
        last = min(last, policies.bookable_until or last)
    elif policies.horizon == "rolling":
        end = _after(directory, place, today, policies.horizon_days)
        if zone == place.zone:
            last = min(last, end)
        else:
            until = epoch_minute(zone, end + _ONE_DAY, 0)
            last = min(last, local_date(place.zone, EPOCH + timedelta(minutes=until)))
    days = policies.horizon_days if policies.horizon == "window" else None
    return Horizon(first, last, until, days)


def furthest_day(directory: Directory, place: Place, today: date) -> date:
    """Return the last local day that can be asked for today; at most a year ahead.

    Where the horizon is counted in days that have an opening, nobody knows it before these are looked for: a year.
    """
    policies = directory.business.policies
    end = today + LONGEST
    if policies.horizon == "range":
        return max(today, min(end, policies.bookable_until or end))
    return end if policies.horizon == "window" else min(end, _after(directory, place, today, policies.horizon_days))


def counts_as_day(directory: Directory, place: Place, day: date) -> bool:
    """Return whether a day is one of those that the horizon is counted in."""
    policies = directory.business.policies
    if policies.horizon_weekdays:
        return day.weekday() in policies.horizon_weekdays
    return not policies.horizon_open_days or bool(hours_on(directory, place.id, day))


def _after(directory: Directory, place: Place, today: date, days: int) -> date:
    """Return the day that lies so many counted days after today."""
    if _counts_all(directory.business.policies):
        return today + timedelta(days=days)
    day = today
    for _ in range(_FURTHEST):
        if days <= 0:
            break
        day += _ONE_DAY
        days -= counts_as_day(directory, place, day)
    return day


def _counts_all(policies: Policies) -> bool:
    return not policies.horizon_open_days and not policies.horizon_weekdays
