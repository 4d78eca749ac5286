"""Limits: how often a service or a member of staff is booked, how many covers begin, how many seats a class has."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from domain.hours import MOMENTS, epoch_minute, floor_minute, local_date
from domain.occupancy import Count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from domain.businesses import Directory, Service
    from domain.ids import PlaceId, StaffId

Period: TypeAlias = Literal["start", "quarter", "day", "week", "sunday_week", "month", "year"]
"""What is counted together: one start, the quarter of an hour (UTC) it lies in, its local day, week (from Monday, or
from Sunday), month, year."""
Used: TypeAlias = "Mapping[tuple[str, datetime], int]"
"""What is used up, by key and by the moment at which the counted stretch begins."""

_QUARTER = 15
_ONE_DAY = timedelta(days=1)


class Counted(NamedTuple):
    """Something that is counted when a visit is booked, and that may be full."""

    key: str
    """See `domain.occupancy.Count`."""
    period: Period
    amount: int
    cap: int


def limits_of(
    directory: Directory, services: Sequence[Service], staff_ids: Iterable[StaffId] = ()
) -> tuple[Counted, ...]:
    """Return how often these services (a variant also counts as its heading) and staff may be booked."""
    owners = [(one.id, one.limits) for one in services]
    owners += [
        (heading.id, heading.limits)
        for one in services
        if one.variant_of is not None and (heading := directory.service.get(one.variant_of)) is not None
    ]
    owners += [(one, directory.person[one].limits) for one in staff_ids]
    week: Period = "week" if directory.business.policies.week_starts == "monday" else "sunday_week"
    found: dict[str, Counted] = {}
    for owner_id, limits in owners:
        periods: tuple[tuple[Period, int], ...] = (
            ("day", limits.per_day),
            (week, limits.per_week),
            ("month", limits.per_month),
            ("year", limits.per_year),
        )
        for period, cap in periods:
            if cap:
                key = f"{period.removeprefix('sunday_')}:{owner_id}"
                found[key] = Counted(key, period, 1, cap)
    return tuple(found.values())


def pacing_of(directory: Directory, place_id: PlaceId, covers: int, *, online: bool) -> tuple[Counted, ...]:
    """Return how many covers may begin in a quarter of an hour, of all and of those that are booked from outside."""
    policies = directory.business.policies
    paces = [Counted(f"pace:{place_id}", "quarter", covers, policies.pacing)] if policies.pacing else []
    if policies.online_pacing and online:
        paces.append(Counted(f"pace-online:{place_id}", "quarter", covers, policies.online_pacing))
    return tuple(paces)


def seats_of(service: Service, staff_id: StaffId | None, people: int) -> Counted:
    """Return how many may take part in a class that begins at one time with one member of staff."""
    return Counted(f"seats:{service.id}:{staff_id or ''}", "start", people, service.seats)


def bucket(period: Period, zone: str, minute: int) -> tuple[int, int]:
    """Return the counted stretch in which an epoch minute lies: half-open, in epoch minutes."""
    if period == "start":
        return minute, minute + 1
    if period == "quarter":
        return minute - minute % _QUARTER, minute - minute % _QUARTER + _QUARTER
    day = local_date(zone, MOMENTS[minute])
    if period == "day":
        first, after = day, day + _ONE_DAY
    elif period in ("week", "sunday_week"):
        first = day - timedelta(days=day.weekday() if period == "week" else day.isoweekday() % 7)
        after = first + timedelta(days=7)
    elif period == "month":
        first = day.replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
    else:
        first, after = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return epoch_minute(zone, first, 0), epoch_minute(zone, after, 0)


def counts_at(counted: Sequence[Counted], zone: str, minute: int) -> tuple[Count, ...]:
    """Return what a visit that begins at this epoch minute uses up."""
    return tuple(Count(one.key, MOMENTS[bucket(one.period, zone, minute)[0]], one.amount, one.cap) for one in counted)


def fits(counts: Iterable[Count], used: Used) -> bool:
    """Return whether there is room for all of it."""
    return all(used.get((one.key, one.bucket), 0) + one.amount <= one.cap for one in counts)


def used_with(stored: Used, counts: Iterable[Count]) -> Used:
    """Return what is used up with some more."""
    used = dict(stored)
    for one in counts:
        used[one.key, one.bucket] = used.get((one.key, one.bucket), 0) + one.amount
    return used


def full(
    counted: Sequence[Counted], used: Mapping[str, Sequence[tuple[datetime, int]]], zone: str
) -> list[tuple[int, int]]:
    """Return the stretches in which one of these can begin no more: half-open, in epoch minutes, ascending.

    `used` has what is used up by key: the moment at which the counted stretch begins, and how much.
    """
    return sorted(
        bucket(one.period, zone, floor_minute(begins))
        for one in counted
        for begins, amount in used.get(one.key, ())
        if amount + one.amount > one.cap
    )
