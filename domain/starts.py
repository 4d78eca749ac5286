"""Starts: when a visit can begin, in whole minutes, and who of several would serve it: the reference engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from domain.grid import aligned, on_grid
from domain.horizon import counts_as_day, horizon_of, zone_of
from domain.hours import MOMENTS, ceil_minute, epoch_minute, floor_minute, local_date
from domain.stretches import Free, current

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from domain.availability import Opening, Wish
    from domain.businesses import Directory
    from domain.ids import ResourceId
    from domain.limits import Used
    from domain.occupancy import Block
    from domain.visits import Choice, Visit

Taken: TypeAlias = "Mapping[ResourceId, Sequence[Block]]"
"""What is taken, by resource, ascending."""
Look: TypeAlias = tuple[date, int, int]
"""Whose hours are searched, from which to which epoch minute, both inclusive."""
Found: TypeAlias = "tuple[int, Choice, date]"

NOTHING: Used = {}
"""Nothing that is counted is used up."""
_ONE_DAY = timedelta(days=1)
_NOON = 720
_NEXT_NOON = 1440 + 720
_minute = itemgetter(0)


class Start(NamedTuple):
    """A start before it is made an opening."""

    minute: int
    """Epoch minute."""
    choice: Choice
    day: date
    """The local date whose hours it belongs to: after midnight still the evening's."""
    pooled: tuple[ResourceId, ...] = ()
    """What is taken of the choice's pools, in their order."""
    seated: Opening | None = None
    """Of tables: what it is, where the whole evening was looked at to find it."""


def starts(
    directory: Directory,
    visit: Visit,
    wish: Wish,
    taken: Taken,
    now: datetime,
    used: Used = NOTHING,
    without: Collection[str] = (),
) -> list[Start]:
    """Return every start that suits the wish, in order of time; what `openings` is made of.

    `without`: holds, bookings and sessions whose blocks do not count.
    """
    taken = current(taken, floor_minute(now), without)

    def find(asked: Wish, looks: Sequence[Look]) -> list[Start]:
        return _Search(directory, visit, asked, taken, used, now, looks).found()

    return within_horizon(directory, visit, wish, now, find)


def within_horizon(
    directory: Directory, visit: Visit, wish: Wish, now: datetime, find: Callable[[Wish, Sequence[Look]], list[Start]]
) -> list[Start]:
    """Return the starts that `find` finds for a wish where it is looked for.

    Where only days that have an opening count for the horizon it is asked for all of them first.
    """
    looks = looks_of(directory, visit, wish, now)
    found = find(wish, looks) if looks else []
    horizon = horizon_of(directory, visit.place, wish, now)
    if horizon.days is not None and found:
        whole = replace(wish, first=horizon.first, earliest=0, latest=_NEXT_NOON)
        # Look by look: a day counts also where its starts are those of the night before.
        every = [one for look in looks_of(directory, visit, whole, now) for one in find(whole, [look])]
        last = _last_day(directory, visit, wish, every)
        found = [one for one in found if _counted_day(directory, visit, wish, one) <= last]
    return found


def looks_of(directory: Directory, visit: Visit, wish: Wish, now: datetime) -> list[Look]:
    """Return on which days' hours a wish is looked for, from which to which epoch minute, in order of days.

    Notice, window and horizon are in it; of a horizon of days that have an opening only `starts` knows the end.
    """
    zone = visit.place.zone
    horizon = horizon_of(directory, visit.place, wish, now)
    soonest = soonest_of(directory, now)
    first, last = max(wish.first, horizon.first), min(wish.last, horizon.last)
    looks: list[Look] = []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        low = max(soonest, epoch_minute(zone, day, wish.earliest))
        high = epoch_minute(zone, day, wish.latest)
        if horizon.until is not None:
            high = min(high, horizon.until - 1)
        if low <= high:
            if wish.latest < _NOON:
                looks.append((day - _ONE_DAY, low, high))
            looks.append((day, low, high))
    return looks


def soonest_of(directory: Directory, now: datetime) -> int:
    """Return the first epoch minute that may be booked: "now" itself is too late, even without any notice."""
    return max(ceil_minute(now + directory.business.policies.minimum_notice), floor_minute(now) + 1)


def in_order(directory: Directory, visit: Visit, wish: Wish, loads: Mapping[ResourceId, int]) -> Sequence[Choice]:
    """Return a visit's choices, whom the business would choose first, by the minutes taken of each that day."""
    policy = directory.business.policies.anyone
    if not visit.balanced or (not loads and policy == "fair"):
        return visit.choices
    people = directory.person

    def rank(choice: Choice) -> tuple[int, int]:
        load = sum(loads.get(who, 0) for who in choice.staff_ids)
        if policy == "priority":
            return -people[choice.staff_ids[0]].priority, load
        return (0 if policy == "fair" or wish.preferred == choice.staff_id else 1), load

    return sorted(visit.choices, key=rank)


def grid_starts(directory: Directory, visit: Visit, wish: Wish, now: datetime) -> list[tuple[int, date]]:
    """Return every start at which this visit may begin whatever is taken, with the day whose hours it belongs to.

    By hours, grid, notice, window and horizon; of a horizon of days that have an opening all days are in it.
    """
    looks = looks_of(directory, visit, wish, now)
    return [(one.minute, one.day) for one in _Search(directory, visit, wish, {}, NOTHING, now, looks).found()]


def _counted_day(directory: Directory, visit: Visit, wish: Wish, start: Start) -> date:
    """Return the day to which a start counts for the horizon."""
    zone = zone_of(directory, visit.place, wish)
    return start.day if zone == visit.place.zone else local_date(zone, MOMENTS[start.minute])


def _last_day(directory: Directory, visit: Visit, wish: Wish, every: Sequence[Start]) -> date:
    """Return the last of so many days that have an opening."""
    left = directory.business.policies.horizon_days
    last = date.min
    for day in sorted({_counted_day(directory, visit, wish, one) for one in every}):
        if left <= 0:
            break
        last = day
        left -= counts_as_day(directory, visit.place, day)
    return last


class _Search:
    """Looks for the starts of a visit, a day at a time."""

    def __init__(
        self,
        directory: Directory,
        visit: Visit,
        wish: Wish,
        taken: Taken,
        used: Used,
        now: datetime,
        looks: Sequence[Look],
    ) -> None:
        self._directory = directory
        self._policies = directory.business.policies
        self._visit = visit
        self._wish = wish
        self._taken = taken
        self._now = now
        self._looks = looks
        # Where starts are aligned a stretch begins at the notice, to the minute, at "now" in the next one.
        notice = max(self._policies.minimum_notice, timedelta(minutes=1))
        self._since = floor_minute(now + notice)
        self._free: Free | None = None
        self._used = used
        self._days: dict[date, list[Found]] = {}
        self._loads: dict[date, dict[ResourceId, int]] | None = None

    def found(self) -> list[Start]:
        """Return all starts in order of time."""
        if not self._looks:
            return []
        aligned_grid = self._policies.grid_align != "opening"
        low, high = min(one[1] for one in self._looks), max(one[2] for one in self._looks)
        if aligned_grid:
            low, high = self._since, max(high, epoch_minute(self._visit.place.zone, self._looks[-1][0], 2 * 1440))
        self._free = Free(self._directory, self._visit, self._taken, self._used, (low, max(low, high)))
        found: list[Found] = []
        for day, begin, end in self._looks:
            if aligned_grid:
                more = [one for one in self._aligned(day, high) if begin <= one[0] <= end]
            else:
                more = self._counted_from_opening(day, begin, end)
            if found and more and more[0][0] <= found[-1][0]:  # the night before runs into this day
                found = sorted({one[0]: one for one in (*more, *found)}.values(), key=_minute)
            else:
                found += more
        free = self._free
        return [
            Start(minute, choice, day, free.pooled(choice, minute) if choice.pools else ())
            for minute, choice, day in found
        ]

    def _counted_from_opening(self, day: date, low: int, high: int) -> list[Found]:
        """Return the starts of a day's hours on the grid that is counted from opening."""
        assert self._free is not None
        grid = self._policies.grid
        chosen: dict[int, Choice] = {}
        # The preferred come last and overwrite the others.
        for choice in reversed(self._in_order(day)):
            for opens, first, last in self._free.stretches(choice, day, low, high):
                chosen.update(dict.fromkeys(on_grid(opens, first, last, grid), choice))
        return [(minute, chosen[minute], day) for minute in sorted(chosen)]

    def _aligned(self, day: date, high: int) -> list[Found]:
        """Return all starts of a day's hours on a grid that is aligned to the booker's clock."""
        known = self._days.get(day)
        if known is not None:
            return known
        assert self._free is not None
        free = {id(one): self._free.stretches(one, day, self._since, high) for one in self._visit.choices}
        zone = zone_of(self._directory, self._visit.place, self._wish)
        runs = [(first, last, choice.minutes) for choice in self._visit.choices for _, first, last in free[id(choice)]]
        order = self._in_order(day)
        soonest = soonest_of(self._directory, self._now)
        found: list[Found] = []
        for minute in aligned(runs, self._policies, zone):
            if minute < soonest:
                continue
            who = next(one for one in order if any(first <= minute <= last for _, first, last in free[id(one)]))
            found.append((minute, who, day))
        self._days[day] = found
        return found

    def _in_order(self, day: date) -> Sequence[Choice]:
        """Return the choices, whom the business would choose first that day."""
        if not self._visit.balanced:
            return self._visit.choices
        if self._loads is None:
            self._loads = loads_of(self._visit.place.zone, self._taken, [one[0] for one in self._looks])
        return in_order(self._directory, self._visit, self._wish, self._loads[day])


def loads_of(zone: str, taken: Taken, days: Iterable[date]) -> dict[date, dict[ResourceId, int]]:
    """Return how many minutes of each day are taken of each resource, every block for itself."""
    spans = [(day, epoch_minute(zone, day, 0), epoch_minute(zone, day, 1440)) for day in sorted(set(days))]
    loads: dict[date, dict[ResourceId, int]] = {day: {} for day, _, _ in spans}
    for owner_id, blocks in taken.items():
        at = 0
        for since, until, _, _ in blocks:
            while at < len(spans) and spans[at][2] <= since:
                at += 1
            for day, begin, end in islice(spans, at, None):
                if begin >= until:
                    break
                minutes = (until if until < end else end) - (since if since > begin else begin)
                if minutes > 0:
                    load = loads[day]
                    load[owner_id] = load.get(owner_id, 0) + minutes
    return loads
