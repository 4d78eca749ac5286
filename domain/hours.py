"""Open hours: from weekly hours and date overrides to moments, in whole epoch minutes.

A wall time that a clock change skips is shifted forward by the size of the gap; one that comes twice is the first
of the two (fold 0). Minutes are never added to a midnight across a clock change: each wall time is built on its date.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from domain.businesses import Directory, Place

DAY = 1440
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_ONE_DAY = timedelta(days=1)
_KEPT = 4096
_MOMENTS_KEPT = 1 << 16
_REACH = 3
"""How many further days are looked at to see how long a place stays open without a break."""

LocalRange: TypeAlias = tuple[int, int]
"""(opens, closes) in minutes of a local day; past 1440 is after midnight."""


class OpenRange(NamedTuple):
    """A range of one day, in epoch minutes."""

    opens: int
    closes: int
    until: int
    """When it really ends: later than `closes` where the next range follows without a break."""


class _OwnHours(NamedTuple):
    weekly: tuple[tuple[LocalRange, ...], ...] | None
    """Seven days from Monday; None where there are only overrides."""
    overrides: dict[date, tuple[LocalRange, ...]]


class _Memo(NamedTuple):
    owners: dict[str, _OwnHours]
    spans: dict[tuple[str, str, str, date], tuple[LocalRange, ...]]
    ranges: dict[tuple[str, str, str, date], tuple[OpenRange, ...]]


def epoch_minute(zone: str, on: date, minute: int) -> int:
    """Return the epoch minute of a wall time, given as minutes of a local date (any number, also past 1440)."""
    midnight = _midnight(zone, on)
    if midnight is not None and 0 <= minute <= 2 * DAY:
        return midnight + minute
    return _wall(zone, on, minute)


@lru_cache(maxsize=_KEPT)
def _midnight(zone: str, on: date) -> int | None:
    """Return the epoch minute of local midnight, None when the clock changes within the next 48 hours."""
    first = _wall(zone, on, 0)
    if on.year == date.max.year:  # what follows the last days of the calendar cannot be asked
        return None
    quiet = _wall(zone, on, DAY) == first + DAY and _wall(zone, on, 2 * DAY) == first + 2 * DAY
    return first if quiet else None


@lru_cache(maxsize=_KEPT)
def _wall(zone: str, on: date, minute: int) -> int:
    wall = datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(zone)) + timedelta(minutes=minute)
    offset = wall.utcoffset()
    assert offset is not None
    days = on.toordinal() - _EPOCH_ORDINAL
    return days * DAY + minute - (offset.days * 86400 + offset.seconds) // 60


def floor_minute(moment: datetime) -> int:
    """Return the epoch minute that an aware moment lies in."""
    return int(moment.timestamp() // 60)


def ceil_minute(moment: datetime) -> int:
    """Return the first epoch minute not before an aware moment."""
    return -int(-moment.timestamp() // 60)


class Moments(dict[int, datetime]):
    """Aware UTC moments by epoch minute: made once, because an opening needs four of them."""

    def __missing__(self, minute: int) -> datetime:
        """Make a moment and keep it."""
        if len(self) >= _MOMENTS_KEPT:
            self.clear()
        made = self[minute] = EPOCH + timedelta(minutes=minute)
        return made


MOMENTS = Moments()


def moment_of(minute: int) -> datetime:
    """Return the aware UTC moment of an epoch minute."""
    return MOMENTS[minute]


def local_date(zone: str, moment: datetime) -> date:
    """Return the local date of an aware moment."""
    return moment.astimezone(ZoneInfo(zone)).date()


def hours_on(directory: Directory, owner_id: str, on: date) -> tuple[LocalRange, ...] | None:
    """Return what an owner has set for a date, ascending: an override before weekly hours; () is closed.

    None when the owner (a resource) says nothing about that date and follows its place.
    """
    own = _memo(directory).owners.get(owner_id)
    if own is None:
        return None
    ranges = own.overrides.get(on)
    if ranges is not None:
        return ranges
    return None if own.weekly is None else own.weekly[on.weekday()]


def has_hours(directory: Directory, owner_id: str) -> bool:
    """Return whether a place, a resource or a service has hours or overrides of its own."""
    return owner_id in _memo(directory).owners


def open_ranges(
    directory: Directory, place: Place, owner_id: str, on: date, service_id: str | None = None
) -> tuple[OpenRange, ...]:
    """Return the ranges of a date in which a place, or a resource of it, is open, ascending.

    A range that runs past midnight belongs to the date on which it opens. A resource with hours of its own is
    open where they and its place's hours meet; for a service with hours of its own, where these meet them too.
    """
    memo = _memo(directory)
    key = (place.id, *_owners_of(memo, place, owner_id, service_id), on)
    found = memo.ranges.get(key)
    if found is None:
        if len(memo.ranges) >= _KEPT:
            memo.ranges.clear()
            memo.spans.clear()
        found = memo.ranges[key] = _with_ends(directory, place, key[1], key[2], on)
    return found


def open_stretches(
    directory: Directory, place: Place, owner_id: str, first: date, last: date, service_id: str | None = None
) -> list[LocalRange]:
    """Return when a resource of a place is open from one date to another, both inclusive, in epoch minutes, ascending.

    Unlike `open_ranges` it joins what touches: nobody notices a midnight in the middle of a night.
    """
    owner_id, service_id = _owners_of(_memo(directory), place, owner_id, service_id)
    spans: list[LocalRange] = []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        spans += _spans(directory, place, owner_id, service_id, date.fromordinal(ordinal))
    spans.sort()
    joined: list[LocalRange] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _owners_of(memo: _Memo, place: Place, owner_id: str, service_id: str | None) -> tuple[str, str]:
    """Return whose hours count: one without hours of its own has its place's; "" is no service's."""
    owner = owner_id if owner_id in memo.owners else place.id
    return owner, service_id if service_id is not None and service_id in memo.owners else ""


def _with_ends(directory: Directory, place: Place, owner_id: str, service_id: str, on: date) -> tuple[OpenRange, ...]:
    spans = _spans(directory, place, owner_id, service_id, on)
    ranges = []
    night_before = _spans(directory, place, owner_id, service_id, on - _ONE_DAY) if spans else ()
    for opens, closes in spans:
        until, following, day = closes, (*night_before, *spans), on
        for _ in range(_REACH):
            for next_opens, next_closes in following:
                if next_opens <= until:
                    until = max(until, next_closes)
            day += _ONE_DAY
            if until < epoch_minute(place.zone, day, 0):
                break
            following = _spans(directory, place, owner_id, service_id, day)
        ranges.append(OpenRange(opens, closes, until))
    return tuple(ranges)


def _spans(directory: Directory, place: Place, owner_id: str, service_id: str, on: date) -> tuple[LocalRange, ...]:
    """Return a date's ranges in epoch minutes, narrowed to the place's."""
    spans = _memo(directory).spans
    key = (place.id, owner_id, service_id, on)
    found = spans.get(key)
    if found is not None:
        return found
    found = _merged([_to_epoch(place.zone, on, one) for one in hours_on(directory, place.id, on) or ()])
    for narrower in (owner_id, service_id):
        if narrower in {"", place.id} or not found:
            continue
        own: list[LocalRange] = []
        for day in (on - _ONE_DAY, on, on + _ONE_DAY):
            local = hours_on(directory, narrower, day)
            if local is None:
                local = hours_on(directory, place.id, day) or ()
            own += [_to_epoch(place.zone, day, one) for one in local]
        found = _merged(
            [(max(opens, start), min(closes, end)) for opens, closes in found for start, end in _merged(own)]
        )
    spans[key] = found
    return found


def _to_epoch(zone: str, on: date, local: LocalRange) -> LocalRange:
    return epoch_minute(zone, on, local[0]), epoch_minute(zone, on, local[1])


def _merged(ranges: list[LocalRange]) -> tuple[LocalRange, ...]:
    """Sort, drop what is empty, join what overlaps. Ranges that only touch stay apart: each counts its own grid."""
    if len(ranges) == 1 and ranges[0][0] < ranges[0][1]:
        return (ranges[0],)
    joined: list[LocalRange] = []
    for start, end in sorted(ranges):
        if end <= start:
            continue
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _memo(directory: Directory) -> _Memo:
    """Return what is kept on the directory itself, so that it goes when a new version replaces it."""
    memo: _Memo | None = directory.__dict__.get("_open_hours")
    if memo is None:
        memo = _Memo(_owners(directory), {}, {})
        directory.__dict__["_open_hours"] = memo
    return memo


def _owners(directory: Directory) -> dict[str, _OwnHours]:
    weekly: dict[str, list[list[LocalRange]]] = {}
    for one in directory.hours:
        week = weekly.setdefault(one.owner_id, [[] for _ in range(7)])
        week[one.weekday].append((one.opens, one.closes))
    overrides: dict[str, dict[date, tuple[LocalRange, ...]]] = {}
    for other in directory.overrides:
        dates = overrides.setdefault(other.owner_id, {})
        dates[other.on] = _merged([*dates.get(other.on, ()), *other.ranges])
    owners = {}
    for owner_id in dict.fromkeys([*weekly, *overrides]):
        days = weekly.get(owner_id)
        owners[owner_id] = _OwnHours(
            weekly=None if days is None else tuple(_merged(day) for day in days),
            overrides=overrides.get(owner_id, {}),
        )
    return owners
