"""Classes of equal tables: whether a party fits an evening when only numbers count, and in which class each sits.

Tables that differ in nothing that a rule asks for are interchangeable: any set of parties of which never more than k
are there at once can be seated at k of them. So one search over classes stands for very many over tables. What it
says is necessary: where it finds nothing there is no seating. It is nearly sufficient; tables that are put together and
parties that stay where they are make the difference, and `domain.seating.reseat` sees to that.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.seating.layout import Layout, Unit


class Kind(NamedTuple):
    """Units that are interchangeable."""

    needs: tuple[tuple[int, int], ...]
    """(class, how many of it) that one of them takes; joins also count in a class of their own."""
    units: tuple[Unit, ...]
    """The smallest first, as in the layout."""


@dataclass(frozen=True)
class Classes:
    """The classes of a layout."""

    sizes: tuple[int, ...]
    """How many there are of each class."""
    kinds: tuple[Kind, ...]
    """In the order of the layout's units."""
    class_of: tuple[int, ...]
    """The class of each table."""
    kind_of: dict[str, int]
    """The kind of each unit, by the unit's id."""
    unit_ids: tuple[frozenset[str], ...]
    """The ids of the units of each kind."""


def classes_of(layout: Layout) -> Classes:
    """Return the classes of a layout; they are kept on it."""
    found: Classes | None = layout.__dict__.get("_classes")
    if found is None:
        found = layout.__dict__["_classes"] = _classes(layout)
    return found


def _classes(layout: Layout) -> Classes:
    numbers: dict[object, int] = {}
    sizes: list[int] = []
    class_of = []
    for one in layout.tables:
        traits = (one.min_party, one.max_party, frozenset(one.features), one.area, one.online)
        at = numbers.setdefault(traits, len(numbers))
        if at == len(sizes):
            sizes.append(0)
        sizes[at] += 1
        class_of.append(at)
    kinds: dict[object, list[Unit]] = {}
    for unit in layout.units:
        key = (
            tuple(sorted(class_of[one] for one in unit.tables)),
            unit.min_party,
            unit.max_party,
            unit.features,
            unit.area,
            unit.online,
        )
        kinds.setdefault(key, []).append(unit)
    made = []
    for units in kinds.values():
        members = sorted(class_of[one] for one in units[0].tables)
        needs = [(one, members.count(one)) for one in sorted(set(members))]
        if len(members) > 1:
            needs.append((len(sizes), 1))
            sizes.append(_disjoint(units))
        made.append(Kind(tuple(needs), tuple(units)))
    return Classes(
        tuple(sizes),
        tuple(made),
        tuple(class_of),
        {unit.id: at for at, kind in enumerate(made) for unit in kind.units},
        tuple(frozenset(unit.id for unit in kind.units) for kind in made),
    )


def _disjoint(units: Iterable[Unit]) -> int:
    """Return a bound on how many of these joins there can be at once."""
    tables, fewest, many = 0, 99, 0
    for one in units:
        tables |= one.mask
        fewest = min(fewest, len(one.tables))
        many += 1
    return min(many, tables.bit_count() // fewest)


class Crowd:
    """How many are in each class at each moment, packed: a number of eight bits a moment, a class a whole integer.

    Adding a party, or asking where it would be one too many, is then one operation however long it stays. Moments are
    those at which somebody begins: a class that is too full is so at one of them.
    """

    def __init__(
        self, classes: Classes, spans: Sequence[tuple[int, int]], fixed: Iterable[tuple[int, int, int]] = ()
    ) -> None:
        """Begin with nobody but what cannot change.

        Args:
            classes: of the layout; at most 100 of one class.
            spans: (starts, ends) of each party, in epoch minutes.
            fixed: (table, starts, ends) of what is taken for good.
        """
        fixed = list(fixed)
        moments = sorted({one[0] for one in spans} | {one[1] for one in fixed})
        self.stretches = [_packed(moments, *one) for one in spans]
        self.many = len(moments)
        ones = (1 << 8 * len(moments)) - 1
        self._high = ones // 255 << 7
        self.kinds = classes.kinds
        # With so much added, a count above the size of its class sets the high bit.
        self.counts = [ones // 255 * (127 - min(one, 100)) for one in classes.sizes]
        for table, starts, ends in fixed:
            self.counts[classes.class_of[table]] += _packed(moments, starts, ends)

    def add(self, who: int, kind: int, sign: int = 1) -> None:
        """Put a party into a kind, or take it out with sign -1."""
        for one, many in self.kinds[kind].needs:
            self.counts[one] += sign * many * self.stretches[who]

    def over(self, who: int, kind: int) -> int:
        """Return at how many moments there would be too many, were the party put there."""
        stretch = self.stretches[who]
        found = 0
        for one, many in self.kinds[kind].needs:
            found += (self.counts[one] + many * stretch & stretch << 7).bit_count()
        return found

    def full(self, one: int) -> int:
        """Return the high bits of the moments at which a class has too many."""
        return self.counts[one] & self._high


def rearrange(
    crowd: Crowd, options: Sequence[Sequence[int]], present: Sequence[int | None], steps: int
) -> list[int] | None:
    """Return a kind for each party with nobody too many anywhere; None where none was found in so many steps.

    A tabu search: again and again a party leaves a class that is too full at some moment for where it disturbs least,
    and may not come back at once. It does not show that there is no answer. Always the same for the same question.

    Args:
        crowd: only what is fixed; it is left with everybody in it.
        options: the kinds that each party may have.
        present: the kind that each has now; None: give it one.
        steps: how often somebody may change.
    """
    chance = random.Random(len(present))
    kinds = []
    for who, kind in enumerate(present):
        chosen = kind if kind is not None else min(options[who], key=lambda one: crowd.over(who, one))
        crowd.add(who, chosen)
        kinds.append(chosen)
    uses = [sum(1 << one for one, _ in kind.needs) for kind in crowd.kinds]
    barred: dict[tuple[int, int], int] = {}
    for step in range(steps):
        full = [(one, bits) for one in range(len(crowd.counts)) if (bits := crowd.full(one))]
        if not full:
            return kinds
        one, bits = chance.choice(full)
        moment = 1 << chance.choice([at for at in range(7, bits.bit_length(), 8) if bits >> at & 1]) - 7
        best, chosen, leaving = 1 << 30, -1, -1
        for who, kind in enumerate(kinds):
            if not (uses[kind] >> one & 1 and crowd.stretches[who] & moment) or len(options[who]) == 1:
                continue
            crowd.add(who, kind, -1)
            relief = crowd.over(who, kind)
            for other in options[who]:
                if other != kind:
                    price = 16 * (crowd.over(who, other) - relief) + chance.randrange(16)
                    if price < best and barred.get((who, other), -1) < step:
                        best, chosen, leaving = price, other, who
            crowd.add(who, kind)
        if leaving >= 0:
            crowd.add(leaving, kinds[leaving], -1)
            barred[leaving, kinds[leaving]] = step + 2 + chance.randrange(2)
            crowd.add(leaving, chosen)
            kinds[leaving] = chosen
    return None


def _packed(moments: Sequence[int], starts: int, ends: int) -> int:
    first, last = bisect_left(moments, starts), bisect_left(moments, ends)
    return ((1 << 8 * last) - (1 << 8 * first)) // 255
