"""Chains: a party takes a unit, whoever sat there takes another one, and so on until everybody sits.

Whoever was placed in a chain stays, so every seating is reached at most once: the search ends, and it finds a seating
if there is one and the steps suffice. Chains with few moves are tried before longer ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.seating.evening import Evening, needs_of, unit_at
from domain.seating.score import missing, wasted
from domain.seating.timeline import Timelines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.seating.evening import Party
    from domain.seating.layout import Layout, Unit

_DEPTHS = (1, 2, 3, 4, 6, 9, 14, 1_000)
"""How many parties may change tables, one attempt after another."""


class Undecided(Exception):
    """The search took all the steps that it may and neither found a seating nor showed that there is none."""


class Chains:
    """One question: the parties of an evening, the party that asks (the first), and the units of each."""

    def __init__(self, layout: Layout, evening: Evening, party: Party) -> None:
        """Prepare; parties that are fixed, and those whose tables are no unit, count as taken tables."""
        movers = [one for one in evening.parties if may_move(layout, one)]
        moving = {one.id for one in movers}
        self.fixed = Evening(tuple(one for one in evening.parties if one.id not in moving), evening.blocks)
        timelines = Timelines(layout, self.fixed, party, *movers)
        self._taken = timelines.taken
        self.parties: tuple[Party, ...] = (party, *movers)
        self.present: list[Unit | None] = [None, *(unit_at(layout, one) for one in movers)]
        self._bits = [timelines.bits(one.starts, one.ends) for one in self.parties]
        self._at: list[set[int]] = [set() for _ in layout.tables]
        self._layout = layout
        self._options: dict[int, list[Unit]] = {}
        self._steps = 0
        self._cut = False
        self._placed: dict[int, Unit] = {}
        for who, unit in enumerate(self.present):
            if unit is not None:
                self._sit(who, unit)

    def options(self, who: int) -> list[Unit]:
        """Return the units that a party may have and that nothing fixed takes, the best first."""
        found = self._options.get(who)
        if found is None:
            party, bits, here = self.parties[who], self._bits[who], self.present[who]
            units = self._layout.units_for(needs_of(self._layout, party))
            found = [one for one in units if not any(self._taken[table] & bits for table in one.tables)]
            found.sort(key=lambda one: (missing(one, party.features), wasted(one, party.size), len(one.tables)))
            if here is not None and here not in found:
                found.append(here)
            self._options[who] = found
        return found

    def is_hopeless(self) -> bool:
        """Return whether it is certain, without any search, that there is no seating.

        It is when at some moment not every party that is there could have a table of its own (as many as it needs at
        the least): a matching of parties and tables, in which the present seating leaves only the new party to place.
        """
        asks = self.parties[0]
        if not self.options(0):
            return True
        near = [who for who, bits in enumerate(self._bits) if bits & self._bits[0]]
        allowed = {who: _union(self.options(who)) for who in near}
        fewest = {who: min(len(one.tables) for one in self.options(who)) for who in near}
        for moment in {max(asks.starts, self.parties[who].starts) for who in near}:
            owners: dict[int, int] = {}
            for who in near[1:]:
                unit = self.present[who]
                if unit is not None and self.parties[who].starts <= moment < self.parties[who].ends:
                    owners.update(dict.fromkeys(unit.tables[: fewest[who]], who))
            if not all(_augment(0, allowed, owners, [0]) for _ in range(fewest[0])):
                return True
        return False

    def search(self, steps: int) -> dict[int, Unit] | None:
        """Return the units of the party that asks and of those that move; None if there is no seating.

        Raises Undecided after so many steps; each tries the units of one party, 10 to 40 µs.
        """
        return self._deepen((0,), steps)

    def arrange(self, kinds: Sequence[frozenset[str]], steps: int) -> dict[int, Unit] | None:
        """Return where everybody sits who moves, when each may only have the units of these ids.

        None where that was not found. The search is over afterwards: options stay restricted.
        """
        away = []
        for who, unit in enumerate(self.present):
            self._options[who] = [one for one in self.options(who) if one.id in kinds[who]]
            if unit is None or unit.id not in kinds[who]:
                away.append(who)
                if unit is not None:
                    self._leave(who, unit)
        try:
            found = self._deepen(tuple(away), steps)
        except Undecided:
            found = None
        return self._from_scratch() if found is None else found

    def _from_scratch(self) -> dict[int, Unit] | None:
        """Seat everybody anew in order of time, those with several tables first; each stays where it is if it can."""
        taken = list(self._taken)
        found: dict[int, Unit] = {}
        order = sorted(
            range(len(self.parties)), key=lambda who: (-len(self._options[who][0].tables), self.parties[who].starts)
        )
        for who in order:
            bits = self._bits[who]
            free = [one for one in self._options[who] if not any(taken[table] & bits for table in one.tables)]
            if not free:
                return None
            here = self.present[who]
            earlier = (bits & -bits) - 1
            unit = (
                here
                if here is not None and here in free
                else max(free, key=lambda one: sum((taken[table] & earlier).bit_length() for table in one.tables))
            )
            for table in unit.tables:
                taken[table] |= bits
            if unit is not here:
                found[who] = unit
        return found

    def _deepen(self, pending: tuple[int, ...], steps: int) -> dict[int, Unit] | None:
        self._steps = steps
        taken, seated = list(self._taken), [set(one) for one in self._at]
        try:
            for depth in _DEPTHS:
                self._cut = False
                if self._place(pending, depth):
                    return dict(self._placed)
                if not self._cut:
                    return None
            return None
        finally:  # the next search begins where this one did, also when this one was given up in the middle
            self._taken, self._at = taken, seated
            self._placed.clear()

    def _place(self, pending: tuple[int, ...], left: int) -> bool:
        """Place the party with the fewest ways to be placed, then the others and whoever must leave for it."""
        if not pending:
            return True
        self._steps -= 1
        if self._steps < 0:
            raise Undecided
        ways: list[tuple[int, Unit, tuple[int, ...]]] = []
        who = -1
        for one in pending:
            found = self._ways(one, left)
            if not found:
                return False
            if who < 0 or len(found) < len(ways):
                ways, who = found, one
        ways.sort(key=lambda way: way[0])
        rest = tuple(one for one in pending if one != who)
        bits = self._bits[who]
        for many, unit, leaving in ways:
            self._placed[who] = unit
            for table in unit.tables:
                self._taken[table] |= bits
            for one in leaving:
                self._leave(one, self._sits(one))
            if self._place((*rest, *leaving), left - many):
                return True
            for one in leaving:
                self._sit(one, self._sits(one))
            for table in unit.tables:
                self._taken[table] ^= bits
            del self._placed[who]
        return False

    def _ways(self, who: int, left: int) -> list[tuple[int, Unit, tuple[int, ...]]]:
        """Return (how many must leave, unit, who must leave) for each unit that a party could take now."""
        bits, taken, at, everybody = self._bits[who], self._taken, self._at, self._bits
        found: list[tuple[int, Unit, tuple[int, ...]]] = []
        for unit in self.options(who):
            leaving: set[int] = set()
            for table in unit.tables:
                if taken[table] & bits:
                    break
                for one in at[table]:
                    if everybody[one] & bits:
                        leaving.add(one)
            else:
                if len(leaving) <= left:
                    found.append((len(leaving), unit, tuple(sorted(leaving))))
                else:
                    self._cut = True
        return found

    def _sits(self, who: int) -> Unit:
        unit = self.present[who]
        assert unit is not None
        return unit

    def _sit(self, who: int, unit: Unit) -> None:
        for table in unit.tables:
            self._at[table].add(who)

    def _leave(self, who: int, unit: Unit) -> None:
        for table in unit.tables:
            self._at[table].discard(who)


def may_move(layout: Layout, party: Party) -> bool:
    """Return whether a party may change tables."""
    return not party.fixed and party.size is not None and unit_at(layout, party) is not None


def _union(units: Iterable[Unit]) -> int:
    tables = 0
    for one in units:
        tables |= one.mask
    return tables


def _augment(who: int, allowed: dict[int, int], owners: dict[int, int], seen: list[int]) -> bool:
    """Give a party one table more, having others change theirs if need be; Kuhn's step of a matching."""
    rest = allowed[who] & ~seen[0]
    while rest:
        table = (rest & -rest).bit_length() - 1
        rest &= rest - 1
        if table not in owners:
            owners[table] = who
            return True
    while rest := allowed[who] & ~seen[0]:
        table = (rest & -rest).bit_length() - 1
        seen[0] |= rest & -rest
        if owners[table] != who and _augment(owners[table], allowed, owners, seen):
            owners[table] = who
            return True
    return False
