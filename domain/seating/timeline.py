"""Timelines: what is taken of each table, as bits of minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.seating.evening import Evening, Party
    from domain.seating.layout import Layout, Unit


class Timelines:
    """What is taken of each table of a layout; bit 0 is the epoch minute `origin`."""

    def __init__(self, layout: Layout, evening: Evening, *more: Party) -> None:
        """Take an evening's blocks and parties; `more` are parties that will ask, so that their time is covered."""
        starts = [one.starts for group in (evening.parties, evening.blocks, more) for one in group]
        self.origin = min(starts, default=0)
        self.taken = [0] * len(layout.tables)
        self._position = layout.position
        for block in evening.blocks:
            self._take((block.table_id,), block.starts, block.ends)
        for party in evening.parties:
            self._take(party.table_ids, party.starts, party.ends)

    def bits(self, starts: int, ends: int) -> int:
        """Return the bits of a stretch of epoch minutes."""
        return (1 << ends - self.origin) - (1 << starts - self.origin)

    def is_free(self, unit: Unit, bits: int) -> bool:
        """Return whether all tables of a unit are free for these bits."""
        return all(not self.taken[table] & bits for table in unit.tables)

    def put(self, unit: Unit, bits: int) -> None:
        """Take a unit."""
        for table in unit.tables:
            self.taken[table] |= bits

    def slivers(self, unit: Unit, starts: int, ends: int, shortest: int) -> int:
        """Return the minutes that would lie idle beside such a stretch, in gaps too short for any party."""
        idle = 0
        first, last = starts - self.origin, ends - self.origin
        for table in unit.tables:
            taken = self.taken[table]
            before = first - (taken & (1 << first) - 1).bit_length()
            if before < min(shortest, first):  # with nothing before it, it is the whole of `first`
                idle += before
            later = taken >> last
            after = (later & -later).bit_length() - 1
            if 0 < after < shortest:
                idle += after
        return idle

    def _take(self, table_ids: Iterable[str], starts: int, ends: int) -> None:
        if starts < ends:
            bits = self.bits(starts, ends)
            for one in table_ids:
                at = self._position.get(one)
                if at is not None:
                    self.taken[at] |= bits
