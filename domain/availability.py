"""Openings: when something can be had, computed in whole minutes from hours, staff, buffers and what is taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from domain.hours import MOMENTS, ceil_minute, epoch_minute, floor_minute, local_date, open_ranges
from domain.occupancy import Busy, Count, SeatMove, Take
from domain.visits import visit_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.businesses import Directory
    from domain.ids import PlaceId, ResourceId, ServiceId, StaffId
    from domain.visits import Choice, Visit


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for. Services follow one another with the same member of staff."""

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


_ONE_DAY = timedelta(days=1)
_NOON = 720
_KEPT = 1024
_minute = itemgetter(0)
_NEXT_NOON = 1440 + 720


class Start(NamedTuple):
    """A start before it is made an opening."""

    minute: int
    """Epoch minute."""
    choice: Choice
    day: date
    """The local date whose hours it belongs to: after midnight still the evening's."""


Taken = dict["ResourceId", list[tuple[int, int]]]


def openings(directory: Directory, wish: Wish, busy: Sequence[Busy], now: datetime) -> list[Opening]:
    """Return every start that suits the wish, in order of time, one opening a start.

    Where several members of staff or tables could serve a start, the one is named that the business would
    choose (the smallest table that fits; of staff, who has least to do that day). Starts lie on the business's
    grid counted from opening, not before `now` plus the minimum notice, not past the horizon. Wall times are
    built with zoneinfo per date. A visit lies in open hours as a whole; its buffers may reach beyond them. A start
    after midnight belongs to the evening before; a wish for a time before noon finds it under its calendar date as
    well. Raises NotOffered for an unknown service, member of staff or place, or a party that no table can seat.
    """
    visit = visit_of(directory, wish.place_id, wish.service_ids, wish.staff_id, wish.party_size)
    return openings_of(visit, _found(directory, visit, wish, taken_of(busy), now))


def resources_of(directory: Directory, wish: Wish) -> tuple[ResourceId, ...]:
    """Return the resources whose occupancy must be read to answer the wish; same errors as `openings`."""
    return visit_of(directory, wish.place_id, wish.service_ids, wish.staff_id, wish.party_size).resource_ids


def reach_of(directory: Directory, wish: Wish, now: datetime) -> tuple[datetime, datetime] | None:
    """Return the range of time, half-open, whose occupancy must be read to answer the wish; same errors as `openings`.

    None when the wish lies in the past or beyond the horizon as a whole.

    It covers whole local days and the night after, because who has least to do is counted by the day, and so that
    wishes for different times of one day read the same.
    """
    visit = visit_of(directory, wish.place_id, wish.service_ids, wish.staff_id, wish.party_size)
    zone = visit.place.zone
    first, last = _days(directory, visit, wish, now)
    if first > last:
        return None
    start = epoch_minute(zone, first - _ONE_DAY if wish.latest < _NOON else first, 0) - visit.before
    end = epoch_minute(zone, last, max(_NEXT_NOON, wish.latest)) + visit.minutes + visit.after
    return MOMENTS[start], MOMENTS[end]


def taken_of(busy: Sequence[Busy]) -> Taken:
    """Return what is taken, by resource, in whole epoch minutes, ascending."""
    taken: Taken = {}
    for one in busy:
        # floor_minute and ceil_minute, without calling them: this runs for every row that is read.
        start, end = int(one.starts_at.timestamp() // 60), -int(-one.ends_at.timestamp() // 60)
        if start < end:
            taken.setdefault(one.resource_id, []).append((start, end))
    for blocks in taken.values():
        blocks.sort()
    return taken


def starts(directory: Directory, visit: Visit, wish: Wish, taken: Taken, now: datetime) -> list[Start]:
    """Return every start that suits the wish, in order of time; what `openings` is made of."""
    return [Start(*one) for one in _found(directory, visit, wish, taken, now)]


def openings_of(visit: Visit, found: Sequence[tuple[int, Choice, date]]) -> list[Opening]:
    """Return the openings of these starts."""
    made = visit.made
    if len(made) > _KEPT:
        made.clear()
    openings: list[Opening] = []
    for start, choice, _ in found:
        one = made.get(start)
        if one is None or one.resource_ids is not choice.resource_ids:
            ends = start + visit.minutes
            one = made[start] = Opening(
                visit.place.id,
                MOMENTS[start],
                MOMENTS[ends],
                choice.resource_ids,
                MOMENTS[start - visit.before],
                MOMENTS[ends + visit.after],
                choice.staff_id,
            )
        openings.append(one)
    return openings


def _days(directory: Directory, visit: Visit, wish: Wish, now: datetime) -> tuple[date, date]:
    """Return the first and the last day of the wish that can still be had; last night counts, it may go on."""
    today = local_date(visit.place.zone, now)
    horizon = today + timedelta(days=directory.business.policies.horizon_days)
    return max(wish.first, today - _ONE_DAY), min(wish.last, horizon)


def _found(
    directory: Directory, visit: Visit, wish: Wish, taken: Taken, now: datetime
) -> list[tuple[int, Choice, date]]:
    """Return what `Start` says of each, as bare tuples: making thousands of starts is what takes the time."""
    policies = directory.business.policies
    zone = visit.place.zone
    # "Now" itself is too late, even without any notice.
    soonest = max(ceil_minute(now + policies.minimum_notice), floor_minute(now) + 1)
    first, last = _days(directory, visit, wish, now)
    search = _Search(directory, visit, taken)
    found: list[tuple[int, Choice, date]] = []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        low = max(soonest, epoch_minute(zone, day, wish.earliest))
        high = epoch_minute(zone, day, wish.latest)
        if low > high:
            continue
        for hours_of in (day - _ONE_DAY, day) if wish.latest < _NOON else (day,):
            more = search.starts(hours_of, low, high)
            if found and more and more[0][0] <= found[-1][0]:  # the night before runs into this day
                found = sorted({one[0]: one for one in (*more, *found)}.values(), key=_minute)
            else:
                found += more
    return found


class _Search:
    """Looks for the starts of a visit, a day at a time."""

    def __init__(self, directory: Directory, visit: Visit, taken: Taken) -> None:
        self._directory = directory
        self._visit = visit
        self._taken = taken
        self._grid = directory.business.policies.grid

    def starts(self, day: date, low: int, high: int) -> list[tuple[int, Choice, date]]:
        """Return the starts of the day's hours from `low` to `high`, both inclusive, in order of time."""
        visit, grid = self._visit, self._grid
        chosen: dict[int, Choice] = {}
        # The preferred come last and overwrite the others.
        for group in reversed(self._least_busy_first(day) if visit.balanced else visit.choices):
            stretches = self._free(group[0].owner_id, day, low, high)
            for choice in reversed(group):
                if choice.room_id is None:
                    for opens, first, last in stretches:
                        chosen.update(dict.fromkeys(range(first + (opens - first) % grid, last + 1, grid), choice))
                    continue
                for _, room_first, room_last in self._free(choice.room_id, day, low, high):
                    for opens, first, last in stretches:
                        begin = max(first, room_first)
                        end = min(last, room_last)
                        chosen.update(dict.fromkeys(range(begin + (opens - begin) % grid, end + 1, grid), choice))
        return [(minute, chosen[minute], day) for minute in sorted(chosen)]

    def _free(self, owner_id: ResourceId, day: date, low: int, high: int) -> list[tuple[int, int, int]]:
        """Return (opening of its range, first start, last start) of each stretch in which the owner could begin."""
        visit = self._visit
        before, needed = visit.before, visit.minutes + visit.after
        blocks = self._taken.get(owner_id, ())
        stretches = []
        for opens, closes, until in open_ranges(self._directory, visit.place, owner_id, day):
            first = max(opens, low)
            last = min(closes - 1, until - visit.minutes, high)
            for start, end in blocks:
                if start - needed >= last:
                    break
                if end + before <= first:
                    continue
                if start - needed >= first:
                    stretches.append((opens, first, start - needed))
                first = end + before
            if first <= last:
                stretches.append((opens, first, last))
        return stretches

    def _least_busy_first(self, day: date) -> Sequence[tuple[Choice, ...]]:
        choices, taken = self._visit.choices, self._taken
        if not taken:
            return choices
        zone = self._visit.place.zone
        begin, end = epoch_minute(zone, day, 0), epoch_minute(zone, day, 1440)
        loads: dict[ResourceId, int] = {}
        for owner_id, blocks in taken.items():
            minutes = 0
            for since, until in blocks:
                if since >= end:
                    break
                if until > begin:
                    minutes += (until if until < end else end) - (since if since > begin else begin)
            loads[owner_id] = minutes
        return sorted(choices, key=lambda group: loads.get(group[0].owner_id, 0))
