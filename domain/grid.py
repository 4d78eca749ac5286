"""Grids: at which minutes of its free stretches a business lets visits begin.

`opening`: so many minutes apart, counted from the opening of the range.

`clock`: a free stretch begins at the next round time of the booker's clock, namely a multiple of the largest of 60, 30,
20, 15, 10 and 5 minutes that divides the grid, plus the offset, and goes on in steps of grid and offset. Where several
could serve, the later stretches of a day take up the steps of the earlier: a customer reads one pattern of times.

`packed`: likewise, but a stretch begins at once unless the rest that no visit can use is long enough to wait for a
round time, else for a quarter of an hour, else for five minutes. Nothing is lost beside what is booked.

`clock` and `packed` behave as the published tests of Cal.com assert (`python -m bench.availability`).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from domain.hours import MOMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.businesses import Policies

_ROUND = (60, 30, 20, 15, 10, 5)


def on_grid(opens: int, first: int, last: int, grid: int) -> range:
    """Return the starts of one stretch on the grid that is counted from opening."""
    return range(first + (opens - first) % grid, last + 1, grid)


def aligned(stretches: Iterable[tuple[int, int, int]], policies: Policies, zone: str) -> list[int]:
    """Return the starts of a day's stretches (first minute, last minute, minutes of the visit), ascending.

    The stretches come in the order of the choices; of two that begin together the first counts first.
    """
    step = policies.grid + policies.grid_offset
    unit = next((one for one in _ROUND if policies.grid % one == 0), 1)
    starts: list[int] = []
    for first, last, minutes in sorted(stretches, key=lambda one: one[0]):
        start = first
        past = (first + _offset(zone, first)) % unit
        if past and policies.grid_align == "packed":
            start += _worth_waiting(start, last + minutes, _offset(zone, start), unit)
        elif past:
            start += unit - past
        start += policies.grid_offset
        at = bisect_left(starts, start)
        if at and starts[at - 1] + step > start:
            start = starts[at - 1] if starts[at - 1] >= first else starts[at - 1] + step
        for one in range(start, last + 1, step):
            place = bisect_left(starts, one)
            if place == len(starts) or starts[place] != one:
                insort(starts, one)
    return starts


def _worth_waiting(start: int, end: int, offset: int, unit: int) -> int:
    """Return how many minutes of the rest, which no visit can use, are spent on waiting for a rounder time."""
    rest = (end - start) % unit
    for rounder in (unit, 15, 5):
        wait = rounder - (start + offset) % rounder
        if wait <= rest:
            return wait
    return 0


@lru_cache(maxsize=4096)
def _offset(zone: str, minute: int) -> int:
    """Return by how many minutes a zone's clock is ahead of UTC."""
    offset = MOMENTS[minute].astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return (offset.days * 86400 + offset.seconds) // 60
