"""Openings: when something can be had, computed in whole minutes from hours, staff, buffers and what is taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from domain.errors import NotOffered
from domain.horizon import LONGEST, horizon_of
from domain.hours import MOMENTS, epoch_minute, floor_minute
from domain.limits import bucket, counts_at
from domain.occupancy import Block, Busy, Count, SeatMove, Take
from domain.starts import (
    NOTHING,
    Start,
    Taken,
    grid_starts,
    in_order,
    loads_of,
    looks_of,
    soonest_of,
    starts,
    within_horizon,
)
from domain.stretches import session_of
from domain.visits import visit_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.businesses import Directory
    from domain.ids import PlaceId, ResourceId, ServiceId, StaffId
    from domain.limits import Used
    from domain.visits import Choice, Visit


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for. Services follow one another, with the same member of staff where somebody does them all."""

    place_id: PlaceId
    service_ids: tuple[ServiceId, ...]
    first: date
    """First local day, inclusive."""
    last: date
    """Last local day, inclusive."""
    staff_id: StaffId | None = None
    """None: anyone."""
    party_size: int | None = None
    earliest: int = 0
    """Earliest start, minute of the local day, inclusive."""
    latest: int = 1440 + 720
    """Latest start, minute of the local day, inclusive; past 1440 is after midnight of the same evening."""
    zone: str = ""
    """The booker's IANA zone, which counts where the grid is aligned to the booker's clock; "" is the place's."""
    preferred: StaffId | None = None
    """Of anyone, rather this one: whom the customer had last."""
    features: tuple[str, ...] = ()
    """Of tables: what is asked for, `window`, `quiet`, `accessible`, `outdoor`."""
    area: str = ""
    """Of tables: the area asked for; "" is any."""
    online: bool = True
    """Whether it is asked from outside: tables and covers that are kept for the house are left out."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A start at which it can be had. Moments are aware UTC; the range is half-open."""

    place_id: PlaceId
    starts_at: datetime
    ends_at: datetime
    resource_ids: tuple[ResourceId, ...]
    """What it takes, in ascending order: it is inserted in this order."""
    blocks_from: datetime
    """Start of what is taken: the buffer before included."""
    blocks_until: datetime
    """End of what is taken: the buffer after included."""
    staff_id: StaffId | None = None
    parts: tuple[Busy, ...] = ()
    """Where resources are taken for different times, each with its own, by resource."""
    session: str = ""
    """The class it would be a seat in."""
    counts: tuple[Count, ...] = ()
    """What it uses up of what is counted."""
    moves: tuple[SeatMove, ...] = ()
    """Parties that must change tables for it."""
    reasons: tuple[str, ...] = ()
    """Why this table: `promised`, `features`, `fits`, `priority`, `reseats`, … ; see `domain.seating`."""

    @property
    def take(self) -> Take:
        """What booking it takes."""
        return Take(self.resource_ids, self.blocks_from, self.blocks_until, self.parts, self.session, self.counts)


__all__ = [
    "NOTHING",
    "Opening",
    "Start",
    "Taken",
    "Wish",
    "counted_of",
    "grid_starts",
    "in_order",
    "loads_of",
    "looks_of",
    "openings",
    "openings_of",
    "reach_of",
    "resources_of",
    "soonest_of",
    "starts",
    "taken_of",
    "visit_for",
    "within_horizon",
]
_ONE_DAY = timedelta(days=1)
_NOON = 720
_KEPT = 1024
_NEXT_NOON = 1440 + 720
_block = partial(tuple.__new__, Block)
"""Make a block of its four fields in half the time that its own constructor takes."""


def openings(
    directory: Directory, wish: Wish, busy: Sequence[Busy], now: datetime, used: Used = NOTHING
) -> list[Opening]:
    """Return every start that suits the wish, in order of time, one opening a start.

    Where several members of staff or tables could serve a start, the one is named that the business would
    choose (the smallest table that fits; of staff, by its policy). Starts lie on the business's grid, not before `now`
    plus the minimum notice, not past the horizon, and where `used` leaves room. Wall times are built with zoneinfo per
    date. A visit lies in open hours as a whole; its buffers may reach beyond them. A start after midnight belongs to
    the evening before; a wish for a time before noon finds it under its calendar date as well. Raises NotOffered,
    naming the field, for an unknown service, member of staff or place, a party that no table can seat, and a window
    that ends before it begins or is longer than 366 days.
    """
    visit = visit_for(directory, wish)
    return openings_of(visit, starts(directory, visit, wish, taken_of(busy), now, used))


def visit_for(directory: Directory, wish: Wish) -> Visit:
    """Return what a wish takes; same errors as `openings`."""
    if wish.last < wish.first:
        raise NotOffered("the last day comes before the first", "last")
    if wish.last - wish.first > LONGEST:
        raise NotOffered("a window is 366 days long at most", "last")
    return visit_of(
        directory,
        wish.place_id,
        wish.service_ids,
        wish.staff_id,
        wish.party_size,
        wish.features,
        wish.area,
        online=wish.online,
    )


def resources_of(directory: Directory, wish: Wish) -> tuple[ResourceId, ...]:
    """Return the resources whose occupancy must be read to answer the wish; same errors as `openings`."""
    return visit_for(directory, wish).resource_ids


def reach_of(directory: Directory, wish: Wish, now: datetime) -> tuple[datetime, datetime] | None:
    """Return the range of time, half-open, whose occupancy must be read to answer the wish; same errors as `openings`.

    None when the wish lies in the past or beyond the horizon as a whole.

    It covers whole local days and the night after, because who has least to do is counted by the day, and so that
    wishes for different times of one day read the same. Where only days that have an opening count for the horizon, it
    begins today.
    """
    visit = visit_for(directory, wish)
    zone = visit.place.zone
    horizon = horizon_of(directory, visit.place, wish, now)
    first, last = max(wish.first, horizon.first), min(wish.last, horizon.last)
    if first > last:
        return None
    if horizon.days is not None:
        first = horizon.first
    start = epoch_minute(zone, first - _ONE_DAY if wish.latest < _NOON else first, 0) - visit.before
    end = epoch_minute(zone, last, max(_NEXT_NOON, wish.latest)) + visit.until
    return MOMENTS[start], MOMENTS[end]


def counted_of(visit: Visit, start: datetime, end: datetime) -> tuple[tuple[str, ...], datetime, datetime] | None:
    """Return which counts must be read for starts in a range: keys, and in which range their stretches begin.

    None where nothing is counted.
    """
    counted = {one.key: one for choice in visit.choices for one in choice.counts}
    if not counted:
        return None
    zone, minute = visit.place.zone, floor_minute(start)
    first = min(bucket(period, zone, minute)[0] for period in {one.period for one in counted.values()})
    return tuple(sorted(counted)), MOMENTS[first], end


def taken_of(busy: Sequence[Busy]) -> dict[ResourceId, list[Block]]:
    """Return what is taken, by resource, in whole epoch minutes, ascending."""
    taken: dict[ResourceId, list[Block]] = {}
    for one in busy:
        # floor_minute and ceil_minute, without calling them: this runs for every row that is read.
        start, end = int(one.starts_at.timestamp() // 60), -int(-one.ends_at.timestamp() // 60)
        if start < end:
            taken.setdefault(one.resource_id, []).append(_block((start, end, one.owner_id, 0)))
    for blocks in taken.values():
        blocks.sort()
    return taken


def openings_of(visit: Visit, found: Sequence[Start]) -> list[Opening]:
    """Return the openings of these starts."""
    made = visit.made
    if len(made) > _KEPT:
        made.clear()
    openings: list[Opening] = []
    for start, choice, _, pooled, seated in found:
        if seated is not None:
            openings.append(seated)
            continue
        known = made.get(start)
        if known is None or known[0] is not choice or known[1] != pooled:
            known = made[start] = (choice, pooled, _opening(visit, start, choice, pooled))
        openings.append(known[2])
    return openings


def _opening(visit: Visit, start: int, choice: Choice, pooled: tuple[ResourceId, ...]) -> Opening:
    rows = [(one.resource_id, one.busy_from, one.busy_until) for one in choice.parts]
    at = 0
    for pool in choice.pools:
        rows += [(one, pool.busy_from, pool.busy_until) for one in pooled[at : at + pool.needed]]
        at += pool.needed
    merged: list[tuple[ResourceId, int, int]] = []
    for who, begin, end in sorted(one for one in rows if one[1] < one[2]):
        if merged and merged[-1][0] == who and merged[-1][2] >= begin:
            merged[-1] = (who, merged[-1][1], max(end, merged[-1][2]))
        else:
            merged.append((who, begin, end))
    first, last = min(one[1] for one in merged), max(one[2] for one in merged)
    alike = all(one[1:] == (first, last) for one in merged)
    return Opening(
        visit.place.id,
        MOMENTS[start],
        MOMENTS[start + choice.minutes],
        tuple(dict.fromkeys(one[0] for one in merged)),
        MOMENTS[start + first],
        MOMENTS[start + last],
        choice.staff_id,
        () if alike else tuple(Busy(who, MOMENTS[start + begin], MOMENTS[start + end]) for who, begin, end in merged),
        session_of(choice, start) if choice.class_id is not None else "",
        counts_at(choice.counts, visit.place.zone, start),
    )
