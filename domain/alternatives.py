"""Alternatives: what is offered instead of a time that cannot be had.

In this order until there are enough, and then put in order of time:

1. the same day and the same staff, closest in time first;
2. other staff at that very time;
3. the same staff on other days, one start a day, the closest days first, at the time of day closest to the one wanted;
4. other staff on the same day, closest first;
5. other staff on other days, as in 3.

Of two that are equally close the later one counts as closer. Where no time was named the starts of the same day are
spread over it. Other days are read in growing windows around the day, no further than needed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.availability import openings_of, visit_for
from domain.horizon import furthest_day
from domain.hours import epoch_minute, floor_minute, local_date

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import date, datetime
    from typing import TypeAlias

    from domain.availability import Opening, Start, Wish
    from domain.businesses import Directory
    from domain.visits import Visit

    Read: TypeAlias = Callable[[Wish], Awaitable[list[Start]]]

_WINDOWS = (3, 10, 30, 100, 366)
"""How many days to either side are read, one after another."""
_ONE_DAY = timedelta(days=1)
_WHOLE_DAY = 1440 + 720
_SMALL_HOURS = 360


class Why(StrEnum):
    """Why something is offered instead: what of the wish it keeps."""

    SAME_DAY = "same_day"
    """Another time of the same day, with the same staff where somebody was wished."""
    SAME_TIME = "same_time"
    """That very time, with somebody else."""
    SAME_STAFF = "same_staff"
    """Another day with the same staff, at the time closest to the one wanted."""
    OTHER_STAFF = "other_staff"
    """Another time of the same day with somebody else."""
    OTHER_DAY = "other_day"
    """Another day, with anyone."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """An opening that is offered instead of what cannot be had."""

    opening: Opening
    why: Why


async def search(
    directory: Directory, wish: Wish, wanted: datetime | None, *, most: int, now: datetime, read: Read
) -> list[Alternative]:
    """Return at most `most` openings closest to what was wanted, in order of time. Raises NotOffered."""
    if most < 1:
        return []
    found = _Found(most)
    visit = visit_for(directory, wish)
    zone = visit.place.zone
    same_day = replace(wish, earliest=0, latest=_WHOLE_DAY)
    if wanted is None:
        day, aim = wish.first, wish.earliest
        target = epoch_minute(zone, day, aim)
        found.take(visit, _spread(await read(wish), most), Why.SAME_DAY)
    else:
        day, target = local_date(zone, wanted), floor_minute(wanted)
        aim = target - epoch_minute(zone, day, 0)
        same_day = replace(same_day, first=day, last=day)

    async def around_the_day(other: Wish, why: Why) -> None:
        near = await read(other)
        if wanted is not None and aim < _SMALL_HOURS:  # what is left of the evening before is close as well
            near = near + await read(replace(other, latest=_SMALL_HOURS))
        found.take(visit, _closest(near, target), why)

    async def other_days(other: Wish, why: Why) -> None:
        today = local_date(zone, now)
        horizon = furthest_day(directory, visit.place, today)
        # What has been looked at; of a wish beyond either edge nothing has, and the edge is where to begin.
        known_from = min(max(other.first, today), horizon + _ONE_DAY)
        known_until = max(min(other.last, horizon), today - _ONE_DAY)
        begin_from, begin_until = known_from, known_until
        for days in _WINDOWS:
            first = max(today, begin_from - timedelta(days=days))
            last = min(horizon, begin_until + timedelta(days=days))
            per_day: dict[date, list[Start]] = {}
            for begin, end in ((first, known_from - _ONE_DAY), (known_until + _ONE_DAY, last)):
                if begin <= end:
                    for one in await read(replace(other, first=begin, last=end)):
                        per_day.setdefault(one.day, []).append(one)
            for when, those in sorted(per_day.items(), key=lambda one: _days_off(one[0], other)):
                found.take(visit, _closest(those, epoch_minute(zone, when, aim))[:1], why)
            if found.full or (first <= today and last >= horizon):
                return
            known_from, known_until = min(known_from, first), max(known_until, last)

    await around_the_day(same_day, Why.SAME_DAY)
    anyone = replace(same_day, staff_id=None)
    if wish.staff_id is not None and not found.full:
        latest = wish.latest if wanted is None else aim
        others = await read(replace(anyone, first=day, last=day, earliest=aim, latest=latest))
        found.take(visit, others[:1], Why.SAME_TIME)
    if not found.full:
        await other_days(same_day, Why.SAME_STAFF if wish.staff_id is not None else Why.OTHER_DAY)
    if wish.staff_id is not None and not found.full:
        await around_the_day(anyone, Why.OTHER_STAFF)
    if wish.staff_id is not None and not found.full:
        await other_days(anyone, Why.OTHER_DAY)
    return found.in_order()


class _Found:
    """The openings chosen so far, no start twice for the same staff."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._chosen: dict[tuple[int, str | None], Alternative] = {}

    @property
    def full(self) -> bool:
        return len(self._chosen) >= self._most

    def take(self, visit: Visit, starts: list[Start], why: Why) -> None:
        """Add starts, the first of them first, as long as there is room."""
        for one in starts:
            if self.full:
                return
            key = (one.minute, one.choice.staff_id)
            if key not in self._chosen:
                self._chosen[key] = Alternative(openings_of(visit, [one])[0], why)

    def in_order(self) -> list[Alternative]:
        return sorted(self._chosen.values(), key=lambda one: (one.opening.starts_at, one.opening.resource_ids))


def _days_off(day: date, wish: Wish) -> tuple[int, bool]:
    """Return how far a day is from the wished ones, for sorting: of two that are equally far the later first."""
    if day > wish.last:
        return (day - wish.last).days, False
    return (wish.first - day).days, True


def _closest(starts: list[Start], target: int) -> list[Start]:
    return sorted(starts, key=lambda one: (abs(one.minute - target), -one.minute))


def _spread(starts: list[Start], most: int) -> list[Start]:
    if len(starts) <= most:
        return starts
    if most == 1:
        return starts[:1]
    return [starts[position * (len(starts) - 1) // (most - 1)] for position in range(most)]
