"""The plan of a visit: all of the search by bits that does not depend on what is taken, namely hours and grid."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from domain.bitset import cell_for, every, stretch
from domain.hours import DAY, epoch_minute, local_date, moment_of, open_ranges, open_stretches

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from domain.businesses import Directory
    from domain.ids import ResourceId, ServiceId
    from domain.kept import View
    from domain.visits import Part, Pool, Visit

_ONE_DAY = timedelta(days=1)
_AROUND = range(-2, 6)
"""The hours of these days, counted from a day, say how long what opens that day stays open."""


def by_bits(directory: Directory, visit: Visit) -> bool:
    """Return whether bitsets can answer for a visit.

    They cannot where starts depend on where free time begins (a grid aligned to the booker's clock), nor for a class,
    whose own session does not block. The interval engine answers these from the same blocks.
    """
    if directory.business.policies.grid_align != "opening":
        return False
    return all(one.class_id is None for one in visit.choices)


class Candidates(NamedTuple):
    """The starts of a local day that hours and grid allow."""

    begins: int
    """The position at which the day begins."""
    masks: list[int]
    """By key of the plan, counted from there."""


class _TooCoarse(Exception):
    """A day opens in the middle of a cell."""


class Plan:
    """What the answers to wishes for one visit have in common. Positions count the cells of a view."""

    def __init__(self, view: View, visit: Visit) -> None:
        """Plan for a visit by the hours of the view's directory."""
        self.view = view
        self.visit = visit
        self.grid = view.directory.business.policies.grid
        minutes = {self.grid}
        for choice in visit.choices:
            for part in choice.parts:
                minutes |= {part.busy_from, part.busy_until}
            for pool in choice.pools:
                minutes |= {pool.busy_from, pool.busy_until}
        self.cell = cell_for(minutes)
        """Minutes of a cell. It may get finer with the first day that opens in the middle of one."""
        keys: dict[tuple[ResourceId, ServiceId | None, int], int] = {}
        same = _same_hours(view.directory)
        firsts = [one.parts[0] for one in visit.choices]
        self.key_of = [
            keys.setdefault((same(one.resource_id), one.service_id, one.open_until), len(keys)) for one in firsts
        ]
        """By choice: which of the candidates of a day are its own."""
        self.keys = list(keys)
        self._days: dict[date, Candidates] = {}
        self._usual: dict[tuple[int, int, int], int] = {}
        self._dates = _dates(view.directory)

    @cached_property
    def choices_of(self) -> dict[ResourceId, list[int]]:
        """Which choices take a resource, or may take it."""
        found: dict[ResourceId, list[int]] = {}
        for index, choice in enumerate(self.visit.choices):
            taken = [one.resource_id for one in choice.parts] + [one for pool in choice.pools for one in pool.options]
            for resource_id in dict.fromkeys(taken):
                found.setdefault(resource_id, []).append(index)
        return found

    def reach(self, day: date) -> tuple[int, int]:
        """Return in which epoch minutes, half-open, visits begin that belong to the hours of a day, at the most."""
        begins = epoch_minute(self.visit.place.zone, day, 0)
        return begins, begins + 3 * DAY

    @property
    def whole(self) -> int:
        """All positions of the view."""
        return stretch(0, (self.view.end - self.view.origin) // self.cell - 1)

    def candidates(self, days: Sequence[date]) -> list[Candidates]:
        """Return the candidates of days. This may make the cells finer: what is taken must be asked afterwards."""
        while True:
            try:
                return [self._days.get(day) or self._candidates(day) for day in days]
            except _TooCoarse as finer:
                self.cell = cell_for((self.cell, *finer.args))
                self._days.clear()
                self._usual.clear()

    def opened(self, resource_id: ResourceId, part: Part | Pool) -> int:
        """Return the starts with which a resource is open for all that a part or a pool needs."""
        view = self.view
        if part.open_from == part.open_until:
            return self.whole
        place = self.visit.place
        first, last = (local_date(place.zone, moment_of(one)) for one in (view.origin - DAY, view.end + DAY))
        found = 0
        for start, end in open_stretches(view.directory, place, resource_id, first, last, part.service_id):
            found |= self.between(start - part.open_from, end - part.open_until + 1)
        return found & self.whole

    def between(self, start: int, end: int) -> int:
        """Return the positions of the minutes from `start` to before `end` that begin a cell."""
        origin, cell = self.view.origin, self.cell
        return stretch(max(0, -((origin - start) // cell)), (end - 1 - origin) // cell)

    def _candidates(self, day: date) -> Candidates:
        zone = self.visit.place.zone
        midnight = epoch_minute(zone, day, 0)
        begins, rest = divmod(midnight - self.view.origin, self.cell)
        even = all(epoch_minute(zone, day + days * _ONE_DAY, 0) == midnight + days * DAY for days in _AROUND)
        around = {day + days * _ONE_DAY for days in _AROUND} if even else set()
        masks = []
        for index, (owner_id, service_id, _) in enumerate(self.keys):
            # What opens on a weekday is the same every week, unless a clock change or another date is near.
            owners = (owner_id, service_id or "", self.visit.place.id)
            if not even or any(not around.isdisjoint(self._dates.get(one, ())) for one in owners):
                masks.append(self._mask(index, day, midnight - rest))
                continue
            usual = (index, day.weekday(), rest)
            mask = self._usual.get(usual)
            if mask is None:
                mask = self._usual[usual] = self._mask(index, day, midnight - rest)
            masks.append(mask)
        found = self._days[day] = Candidates(begins, masks)
        return found

    def _mask(self, index: int, day: date, origin: int) -> int:
        """Return the candidates of a key on a day, counted from a minute."""
        owner_id, service_id, minutes = self.keys[index]
        cell, mask = self.cell, 0
        for opens, closes, until in open_ranges(self.view.directory, self.visit.place, owner_id, day, service_id):
            if (opens - origin) % cell:
                raise _TooCoarse(opens)
            last = min(closes - 1, until - minutes)
            mask |= every((opens - origin) // cell, (last - origin) // cell, self.grid // cell)
        return mask


def _same_hours(directory: Directory) -> Callable[[ResourceId], str]:
    """Return whose hours stand for those of a resource: all who have the same share one."""
    said: dict[str, list[object]] = {}
    for one in directory.hours:
        said.setdefault(one.owner_id, []).append((one.weekday, one.opens, one.closes))
    for other in directory.overrides:
        said.setdefault(other.owner_id, []).append((other.on, other.ranges))
    firsts: dict[tuple[object, ...], str] = {}
    stands = {owner_id: firsts.setdefault(tuple(hours), owner_id) for owner_id, hours in said.items()}
    return lambda owner_id: stands.get(owner_id, "")


def _dates(directory: Directory) -> dict[str, set[date]]:
    """Return the dates that are different, by owner."""
    found: dict[str, set[date]] = {}
    for one in directory.overrides:
        found.setdefault(one.owner_id, set()).add(one.on)
    return found
