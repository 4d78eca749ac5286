"""Bitsets: stretches of time as whole numbers, a bit for each cell of so many minutes.

Bit 0 is the cell that begins at the origin. Cells are counted from the epoch, in UTC: no clock change moves them.
"""

from __future__ import annotations

from itertools import accumulate
from math import gcd
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

CELLS = (5, 1)
"""Lengths of a cell in minutes, the longest first; one minute fits everything."""
_PIECE = 1000


def cell_for(minutes: Iterable[int]) -> int:
    """Return the longest cell of which all of these minutes, of whatever sign, are multiples."""
    common = gcd(*minutes)
    return next(cell for cell in CELLS if common % cell == 0)


def filled(starts: Iterable[int], ends: Iterable[int], origin: int, cell: int, cells: int) -> int:
    """Return the cells that ranges of epoch minutes touch, `cells` of them from the origin on.

    The starts ascend, each has its end beside it, half-open. What lies outside is left out.
    """
    busy = piece = base = limit = 0
    rest = cell - 1 - origin
    for start, end in zip(starts, ends, strict=True):
        first = (start - origin) // cell
        if first >= limit:  # a piece is small: to add to the whole costs a copy of the whole
            busy |= piece << base
            piece, base, limit = 0, first, first + _PIECE
        elif first < base:
            first = base
        last = (end + rest) // cell
        if last > first:
            piece |= (1 << last - base) - (1 << first - base)
    return (busy | piece << base) & (1 << cells) - 1


def stretch(first: int, last: int) -> int:
    """Return the cells from `first` to `last`, both inclusive and not negative; none if the last comes before."""
    return (1 << last + 1) - (1 << first) if first <= last else 0


def every(first: int, last: int, step: int) -> int:
    """Return each `step`-th cell from `first` to `last`, both inclusive and not negative."""
    if first > last:
        return 0
    count = (last - first) // step + 1
    return ((1 << count * step) - 1) // ((1 << step) - 1) << first


def spread(busy: int, start: int, end: int) -> int:
    """Return the cells at which nothing can begin that needs the cells from `start` to before `end`, counted from it.

    `start` may be negative. The width is doubled with every step, so that a long visit costs little more than a short
    one.
    """
    width, missing = 1, end - start
    if missing <= 0:
        return 0
    busy = busy >> start if start >= 0 else busy << -start
    while width * 2 <= missing:
        busy |= busy >> width
        width *= 2
    if width < missing:
        busy |= busy >> missing - width
    return busy


def positions(mask: int) -> list[int]:
    """Return which cells a mask holds, ascending."""
    if not mask:
        return []
    # What stands between two ones is the distance from one to the next, less one.
    gaps = f"{mask:b}"[::-1].split("1")
    gaps.pop()
    return [position + index for index, position in enumerate(accumulate(map(len, gaps)))]
