"""The plan of a visit: all of the search by bits that does not depend on what is taken, namely hours and grid."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from domain.bitset import cell_for, every, stretch
from domain.hours import DAY, epoch_minute, local_date, moment_of, open_ranges, open_stretches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.businesses import Directory
    from domain.ids import ResourceId, ServiceId
    from domain.kept import View
    from domain.visits import Part, Pool, Visit

_ONE_DAY = timedelta(days=1)
_MORNING, _NIGHT = 3 * 60, 21 * 60
"""Who opens and closes between these is open by day: no clock change and no other night is near."""
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
        self._hours = _Hours(view.directory)
        same = self._hours.same
        firsts = [one.parts[0] for one in visit.choices]
        self.key_of = [
            keys.setdefault((same(one.resource_id), one.service_id, one.open_until), len(keys)) for one in firsts
        ]
        """By choice: which of the candidates of a day are its own."""
        self.keys = list(keys)
        self._days: dict[date, Candidates] = {}
        self._usual: dict[tuple[int, int], list[int]] = {}

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
        around = [day + days * _ONE_DAY for days in _AROUND]
        even = all(
            epoch_minute(zone, one, 0) == midnight + days * DAY for one, days in zip(around, _AROUND, strict=True)
        )
        if even and not any(one in self._hours.different for one in around):
            # Then what opens on a weekday is the same every week.
            usual = (day.weekday(), rest)
            masks = self._usual.get(usual)
            if masks is None:
                masks = self._usual[usual] = self._masks(day, midnight - rest, around)
        else:
            masks = self._masks(day, midnight - rest, around)
        found = self._days[day] = Candidates(begins, masks)
        return found

    def _masks(self, day: date, origin: int, around: Sequence[date]) -> list[int]:
        """Return the candidates of a day by key, counted from a minute; who has the same hours has the same."""
        hours, place_id = self._hours, self.visit.place.id
        known: dict[tuple[object, ...], int] = {}
        found = []
        for index, (owner_id, service_id, minutes) in enumerate(self.keys):
            same: tuple[object, ...] = (owner_id, service_id, minutes)
            owners = (owner_id, service_id or "", place_id)
            if all(hours.by_day(one, around) for one in owners):
                same = (hours.on(owner_id, day), hours.on(service_id or "", day), minutes)
            mask = known.get(same)
            if mask is None:
                mask = known[same] = self._mask(index, day, origin)
            found.append(mask)
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


class _Hours:
    """What the owners of hours have said, so that those who said the same are looked at once."""

    def __init__(self, directory: Directory) -> None:
        self._weekly: dict[str, list[list[tuple[int, int]]]] = {}
        for one in directory.hours:
            self._weekly.setdefault(one.owner_id, [[] for _ in range(7)])[one.weekday].append((one.opens, one.closes))
        self._dates: dict[str, dict[date, list[tuple[int, int]]]] = {}
        for other in directory.overrides:
            self._dates.setdefault(other.owner_id, {}).setdefault(other.on, []).extend(other.ranges)
        self.different = {other.on for other in directory.overrides}
        """Dates on which somebody's hours are not as usual."""
        self._by_day: dict[str, bool] = {}
        firsts: dict[tuple[object, ...], str] = {}
        self._same = {
            owner_id: firsts.setdefault((str(self._weekly.get(owner_id)), str(self._dates.get(owner_id))), owner_id)
            for owner_id in [*self._weekly, *self._dates]
        }

    def same(self, owner_id: str) -> str:
        """Return whose hours stand for those of an owner: all who have the same share one, "" for who has none."""
        return self._same.get(owner_id, "")

    def on(self, owner_id: str, day: date) -> tuple[tuple[int, int], ...] | None:
        """Return what an owner has said for a usual day."""
        weekly = self._weekly.get(owner_id)
        return None if weekly is None else tuple(weekly[day.weekday()])

    def by_day(self, owner_id: str, around: Sequence[date]) -> bool:
        """Return whether an owner is open by day only, and as usual on these days: then each day is for itself."""
        found = self._by_day.get(owner_id)
        if found is None:
            found = self._by_day[owner_id] = all(
                opens >= _MORNING and closes <= _NIGHT
                for ranges in self._weekly.get(owner_id, ())
                for opens, closes in ranges
            )
        dates = self._dates.get(owner_id)
        return found and (not dates or not any(one in dates for one in around))
