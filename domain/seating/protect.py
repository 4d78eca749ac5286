"""Bid prices: what an hour at a table is worth to parties that may still ask, and whom a protective house refuses.

The parties that are there must sit somewhere; those that the forecast expects bring their covers where they fit. That
is a linear program over classes of tables and quarters of an hour. Its dual is one price for each class and quarter:
what one table more would bring then. A party takes from the others the sum of the prices of what it needs, in the class
where that is least, because nobody is bound to a table before the evening. It is refused when the owner's dial times
that is more than its own covers.

The dual is found by steps: each raises the price where more is wanted than there is and lowers it where less is. Pure
Python, a fixed number of steps, always the same answer; old prices are where the next search begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from domain.seating.chains import may_move
from domain.seating.classes import classes_of
from domain.seating.evening import Party, needs_of
from domain.tables import turn_minutes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.businesses import Policies
    from domain.seating.evening import Evening
    from domain.seating.layout import Layout, Seats

GRAIN = 15
"""Minutes for which there is one price."""
_NEVER = 99.0
"""Price of a class of which there is none."""
FIRST, AGAIN = 160, 50
"""Steps of a first search, and of one that begins with old prices."""


class Demand(NamedTuple):
    """Parties of one size and start that are still expected to ask."""

    size: int
    starts: int
    """Epoch minute."""
    expected: float


class _Group(NamedTuple):
    """Parties that need the same for the same time."""

    first: int
    last: int
    """Stretch of quarters, half-open."""
    ways: tuple[tuple[tuple[int, int], ...], ...]
    """(class, how many) of each kind that seats them."""
    wants: tuple[tuple[float, float], ...]
    """(covers each, how many) of those who may come; of those who are there just how many, with covers 0."""
    there: bool


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices by class and quarter of an hour from `origin`, in covers."""

    layout: Layout
    origin: int
    table: tuple[tuple[float, ...], ...]
    """One row a class, summed up from the left: what a stretch costs is one difference."""

    def cost(self, party: Party) -> float:
        """Return how many covers of others a party takes, as far as can be foreseen."""
        first, last = _quarters(self.origin, party.starts, party.ends, len(self.table[0]) - 1)
        classes = classes_of(self.layout)
        kinds = {classes.kind_of[one.id] for one in self.layout.units_for(needs_of(self.layout, party))}
        return min(
            (
                sum(many * (self.table[one][last] - self.table[one][first]) for one, many in classes.kinds[kind].needs)
                for kind in kinds
            ),
            default=0.0,
        )

    def refuses(self, party: Party, dial: float) -> bool:
        """Return whether a house with its dial there (0: never, to 1) offers the party another time instead."""
        return party.size is not None and dial > 0 and dial * self.cost(party) > party.size


def prices_of(
    layout: Layout,
    evening: Evening,
    policies: Policies,
    demands: Sequence[Demand],
    before: Prices | None = None,
    steps: int = FIRST,
) -> Prices:
    """Return the prices of an evening with what may still be asked.

    Args:
        layout: of the house.
        evening: who is there already, and what is blocked.
        policies: how long parties stay.
        demands: who is still expected.
        before: earlier prices of the same evening; then `AGAIN` steps suffice.
        steps: of a first search.
    """
    starts = [one.starts for one in evening.parties] + [one.starts for one in demands]
    if not starts:
        return Prices(layout, 0, tuple((0.0, 0.0) for _ in classes_of(layout).sizes))
    ends = [one.ends for one in evening.parties]
    ends += [one.starts + turn_minutes(policies, one.size) for one in demands]
    origin = min(starts) // GRAIN * GRAIN
    many = -(-(max(ends) - origin) // GRAIN)
    groups = _groups(layout, evening, policies, demands, origin, many)
    rows = [[0.0] * many for _ in classes_of(layout).sizes]
    known = before is not None and before.layout is layout
    if before is not None and known:
        shift = (origin - before.origin) // GRAIN
        for row, old in zip(rows, before.table, strict=True):
            for at in range(many):
                if 0 <= at + shift < len(old) - 1:
                    row[at] = old[at + shift + 1] - old[at + shift]
    sizes = _sizes(layout, evening, origin, many)
    for row, size in zip(rows, sizes, strict=True):
        for at in range(many):
            row[at] = _NEVER if size[at] <= 0 else min(row[at], _NEVER / 2)
    _descend(rows, sizes, groups, AGAIN if known else steps, first=0.08 if known else 0.25)
    return Prices(layout, origin, tuple(tuple(accumulate(row, initial=0.0)) for row in rows))


def _descend(
    rows: list[list[float]], sizes: list[list[float]], groups: Sequence[_Group], steps: int, first: float
) -> None:
    """Move prices to where demand and tables meet; the rows become the mean of the later half of the steps."""
    mean = [[0.0] * len(row) for row in rows]
    for step in range(steps):
        sums = [list(accumulate(row, initial=0.0)) for row in rows]
        # How many tables of a class are wanted more from this quarter on than before it.
        change = [[0.0] * (len(row) + 1) for row in rows]
        for group in groups:
            begin, end = group.first, group.last
            cost, way = min(
                (sum(many * (sums[one][end] - sums[one][begin]) for one, many in way), at)
                for at, way in enumerate(group.ways)
            )
            wanted = sum(many for covers, many in group.wants if group.there or covers > cost)
            if wanted:
                for one, many in group.ways[way]:
                    change[one][begin] += many * wanted
                    change[one][end] -= many * wanted
        pace = first / (1 + 4 * step / steps)  # longer steps first, then finer ones
        for row, total, moved, size in zip(rows, mean, change, sizes, strict=True):
            for at, wanted in enumerate(accumulate(moved[:-1])):
                if size[at] > 0:
                    row[at] = max(0.0, row[at] + pace * (wanted - size[at]) / (size[at] + 1))
                if 2 * step >= steps:
                    total[at] += row[at]
    for row, total in zip(rows, mean, strict=True):
        row[:] = [one / (steps - (steps + 1) // 2) for one in total]


def _groups(
    layout: Layout, evening: Evening, policies: Policies, demands: Sequence[Demand], origin: int, many: int
) -> list[_Group]:
    classes = classes_of(layout)
    found: dict[tuple[int, int, tuple[int, ...], bool], dict[float, float]] = {}
    kinds: dict[Seats, tuple[int, ...]] = {}

    def add(party: Party, covers: float, expected: float, there: bool) -> None:
        needs = needs_of(layout, party)
        ways = kinds.get(needs)
        if ways is None:
            ways = kinds[needs] = tuple(dict.fromkeys(classes.kind_of[one.id] for one in layout.units_for(needs)))
        if ways:
            wants = found.setdefault((*_quarters(origin, party.starts, party.ends, many), ways, there), {})
            wants[covers] = wants.get(covers, 0.0) + expected

    for party in evening.parties:
        if may_move(layout, party):
            add(party, 0.0, 1.0, True)
    for one in demands:
        party = Party("", one.size, one.starts, one.starts + turn_minutes(policies, one.size))
        add(party, float(one.size), one.expected, False)
    return [
        _Group(first, last, tuple(classes.kinds[one].needs for one in ways), tuple(wants.items()), there)
        for (first, last, ways, there), wants in found.items()
    ]


def _sizes(layout: Layout, evening: Evening, origin: int, many: int) -> list[list[float]]:
    """Return how many tables of each class there are in each quarter: what is blocked or stays taken is not."""
    classes = classes_of(layout)
    rows = [[float(size)] * many for size in classes.sizes]
    taken = [(one.table_id, one.starts, one.ends) for one in evening.blocks]
    taken += [
        (table_id, one.starts, one.ends)
        for one in evening.parties
        if not may_move(layout, one)
        for table_id in one.table_ids
    ]
    for table_id, starts, ends in taken:
        at = layout.position.get(table_id)
        first, last = _quarters(origin, starts, ends, many)
        for quarter in range(first, last) if at is not None else ():
            rows[classes.class_of[at or 0]][quarter] -= 1.0
    return rows


def _quarters(origin: int, starts: int, ends: int, many: int) -> tuple[int, int]:
    first = (starts - origin) // GRAIN
    last = -(-(ends - origin) // GRAIN)
    return min(max(first, 0), many), min(max(last, 0), many)
