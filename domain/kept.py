"""What is taken of one business, kept in memory as blocks and as bitsets, true by each calendar's version."""

from __future__ import annotations

from datetime import date
from operator import itemgetter, le
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from domain.bitset import filled, spread
from domain.hours import DAY, MOMENTS, epoch_minute, local_date

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from domain.businesses import Directory
    from domain.ids import ResourceId
    from domain.occupancy import Block, Occupied

Span: TypeAlias = tuple[int, int]
"""Half-open, in epoch minutes."""
_NEVER = 1 << 62
_FOOTPRINTS = 16
"""For so many kinds of visits what blocks them is kept ready."""
_BLOCK_BYTES = 200
_ROW_BYTES = 1500
_VIEW_BYTES = 20_000
_start, _end = itemgetter(0), itemgetter(1)


class Row:
    """What is taken of one resource in a window, as blocks and as bitsets. Minutes are epoch minutes."""

    __slots__ = (
        "_all",
        "_blocked",
        "_busy",
        "_days",
        "_ends",
        "_loads",
        "_origin",
        "_owners",
        "_starts",
        "_width",
        "blocks",
        "since",
        "until",
        "version",
    )

    def __init__(self, occupied: Occupied, origin: int, end: int, now: int) -> None:
        """Keep what was read of the window from `origin` to `end`, as it is at the minute `now`."""
        self.version = occupied.version
        self._all: Sequence[Block] = occupied.blocks
        self._origin = origin
        self._width = end - origin
        self._owners: frozenset[str] | None = None
        self.renew(now)

    def renew(self, now: int) -> None:
        """Leave out the holds that are over at the minute `now`."""
        self.blocks = self._all
        """What blocks, ascending."""
        self.since, self.until = -_NEVER, _NEVER
        """From which minute on, and until which, exclusive, this is so."""
        self._starts: tuple[int, ...] = ()
        self._ends: tuple[int, ...] = ()
        expires: tuple[int, ...] = ()
        if self._all:
            self._starts, self._ends, _, expires = zip(*self._all, strict=True)
        if any(expires):
            self.blocks = [one for one in self._all if not 0 < one.expires <= now]
            self.since = max([one.expires for one in self._all if 0 < one.expires <= now], default=-_NEVER)
            self.until = min([one.expires for one in self._all if one.expires > now], default=_NEVER)
            self._starts, self._ends = tuple(map(_start, self.blocks)), tuple(map(_end, self.blocks))
        self._busy: dict[int, int] = {}
        self._blocked: dict[tuple[int, int, int], int] = {}
        self._days: Days | None = None
        self._loads: list[int] = []

    @property
    def bytes(self) -> int:
        """Return about how much memory it takes."""
        bits = sum(self._width // cell for cell in self._busy) + sum(self._width // one[0] for one in self._blocked)
        return _ROW_BYTES + _BLOCK_BYTES * len(self._all) + bits // 7

    def busy(self, cell: int) -> int:
        """Return the cells of so many minutes, counted from the window's origin, that are taken."""
        found = self._busy.get(cell)
        if found is None:
            found = self._busy[cell] = filled(self._starts, self._ends, self._origin, cell, self._width // cell)
        return found

    def blocked(self, cell: int, start: int, end: int) -> int:
        """Return the cells at which nothing can begin that needs the minutes from `start` to `end`, counted from it."""
        key = (cell, start, end)
        found = self._blocked.get(key)
        if found is None:
            if len(self._blocked) >= _FOOTPRINTS:
                self._blocked.clear()
            found = self._blocked[key] = spread(self.busy(cell), start // cell, end // cell)
        return found

    def loads(self, days: Days, cell: int) -> list[int]:
        """Return the minutes taken of each day, every block for itself; kept for the days that were asked for last.

        Where blocks fill cells of this length wholly, cells are counted.
        """
        if self._days is not days:
            self._days = days
            if self._neat(cell):
                busy = self.busy(cell)
                self._loads = [(busy >> first & mask).bit_count() * cell for first, mask in days.cells(cell)]
            else:
                self._loads = self._minutes_of(days.spans)
        return self._loads

    def change_to(self, other: Sequence[Block]) -> Span | None:
        """Return from when until when other blocks differ from these, whoever takes them; None if they do not."""
        mine = self.blocks
        first, last, theirs = 0, len(mine), len(other)
        while first < last and first < theirs and mine[first][:2] == other[first][:2]:
            first += 1
        while last > first and theirs > first and mine[last - 1][:2] == other[theirs - 1][:2]:
            last -= 1
            theirs -= 1
        rest = [*mine[first:last], *other[first:theirs]]
        return (min(map(_start, rest)), max(map(_end, rest))) if rest else None

    def but(self, owners: Collection[str], more: Sequence[Block] = ()) -> Row:
        """Return it without the blocks of these owners and with more blocks; itself where that is the same."""
        if owners and self._owners is None:
            self._owners = frozenset(one.owner for one in self._all)
        if not more and (not self._owners or self._owners.isdisjoint(owners)):
            return self
        other = Row.__new__(Row)
        other.version, other._origin, other._width = self.version, self._origin, self._width
        other._all = sorted([*(one for one in self.blocks if one.owner not in owners), *more])
        other._owners = None
        other.renew(-_NEVER)
        return other

    def _neat(self, cell: int) -> bool:
        """Return whether blocks fill cells of the window wholly and share no minute."""
        starts, ends = self._starts, self._ends
        if not all(map(le, ends, starts[1:])):
            return False
        return sum(ends) - sum(starts) == self.busy(cell).bit_count() * cell

    def _minutes_of(self, spans: Sequence[Span]) -> list[int]:
        found, at = [0] * len(spans), 0
        for since, until, _, _ in self.blocks:
            while at < len(spans) and spans[at][1] <= since:
                at += 1
            for index in range(at, len(spans)):
                start, end = spans[index]
                if start >= until:
                    break
                found[index] += max(0, min(until, end) - max(since, start))
        return found


class Days:
    """The local days of a window, ascending."""

    def __init__(self, zone: str, origin: int, end: int) -> None:
        """Take the zone, and the window in epoch minutes."""
        first, last = (local_date(zone, MOMENTS[one]).toordinal() for one in (origin, end))
        self.days = tuple(map(date.fromordinal, range(first, last + 1)))
        self.spans = [(epoch_minute(zone, one, 0), epoch_minute(zone, one, DAY)) for one in self.days]
        """From when until when each of them is."""
        self._origin, self._end = origin, end
        self._cells: dict[int, list[tuple[int, int]]] = {}

    def cells(self, cell: int) -> list[tuple[int, int]]:
        """Return for each day the cell at which it begins, and all of its cells that are in the window from there."""
        found = self._cells.get(cell)
        if found is None:
            found = self._cells[cell] = []
            for start, end in self.spans:
                first, last = ((min(max(one, self._origin), self._end) - self._origin) // cell for one in (start, end))
                found.append((first, (1 << last - first) - 1))
        return found


class Source(Protocol):
    """What is asked of a calendar; see `domain.ports.Calendar`."""

    async def versions(self, resource_ids: Sequence[ResourceId]) -> Mapping[ResourceId, int]:
        """Return each resource's version."""
        ...

    async def occupied(
        self, resource_ids: Sequence[ResourceId], start: datetime, end: datetime
    ) -> Mapping[ResourceId, Occupied]:
        """Return what overlaps [start, end) of each resource, with the version that it is true of."""
        ...

    async def used(
        self, keys: Sequence[str], start: datetime, end: datetime, now: datetime, without: tuple[str, ...] = ()
    ) -> Mapping[tuple[str, datetime], int]:
        """Return what is used up of each (key, bucket) whose bucket begins in [start, end)."""
        ...


class Derived(Protocol):
    """Something that is derived from rows."""

    @property
    def bytes(self) -> int:
        """About how much memory it takes."""
        ...

    def forget(self, changed: Mapping[ResourceId, Span]) -> None:
        """Leave out what depends on resources of which something was changed in a span."""
        ...


class View:
    """What is taken of one business in a window of whole weeks. Minutes are epoch minutes."""

    def __init__(self, directory: Directory, origin: int, end: int) -> None:
        """Begin with nothing known of the window from `origin` to `end`."""
        self.directory = directory
        self.origin = origin
        self.end = end
        self.rows: dict[ResourceId, Row] = {}
        self.plans: dict[int, Any] = {}
        """What an engine made of the directory for each visit."""
        self.derived: dict[object, Derived] = {}
        """What an engine derived from the rows."""
        self.grown = False
        """Whether a resource came in since it was measured last."""
        self._days: dict[str, Days] = {}
        self._since, self._until = -_NEVER, _NEVER

    def days(self, zone: str) -> Days:
        """Return the local days of the window."""
        found = self._days.get(zone)
        if found is None:
            found = self._days[zone] = Days(zone, self.origin, self.end)
        return found

    async def read(self, calendar: Source, resource_ids: Sequence[ResourceId], now: int) -> None:
        """Read again what is missing or was changed since, and leave out the holds that are over."""
        versions = await calendar.versions(resource_ids)
        rows = self.rows
        stale = [one for one in resource_ids if one not in rows or rows[one].version != versions[one]]
        found = await calendar.occupied(stale, MOMENTS[self.origin], MOMENTS[self.end]) if stale else {}
        changes: dict[ResourceId, Span] = {}
        for resource_id, occupied in found.items():
            row = Row(occupied, self.origin, self.end, now)
            known = rows.get(resource_id)
            if known is None:
                self.grown = True
                changes[resource_id] = (self.origin, self.end)
            else:
                _widen(changes, resource_id, known.change_to(row.blocks))
            rows[resource_id] = row
        if found or not self._since <= now < self._until:
            for resource_id, row in rows.items():
                if not row.since <= now < row.until:
                    stood = row.blocks
                    row.renew(now)
                    _widen(changes, resource_id, row.change_to(stood))
            self._since = max([row.since for row in rows.values()], default=-_NEVER)
            self._until = min([row.until for row in rows.values()], default=_NEVER)
        if changes:
            for one in self.derived.values():
                one.forget(changes)

    @property
    def bytes(self) -> int:
        """Return about how much memory it takes."""
        rows, derived = self.rows.values(), self.derived.values()
        return _VIEW_BYTES + sum(one.bytes for one in rows) + sum(one.bytes for one in derived)


def _widen(changes: dict[ResourceId, Span], resource_id: ResourceId, change: Span | None) -> None:
    if change is not None:
        start, end = changes.get(resource_id, change)
        changes[resource_id] = (min(start, change[0]), max(end, change[1]))
