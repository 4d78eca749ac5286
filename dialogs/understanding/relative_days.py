"""Relative days: those that are counted from another day ("two days after Christmas")."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dialogs.understanding.clocks import IMPOSSIBLE
from dialogs.understanding.commands import Day
from dialogs.understanding.day_pieces import (
    FAR,
    YEARS,
    Builder,
    Found,
    ahead_of,
    anchor_of,
    builds,
    months_on,
    one,
    recurs,
    which,
)
from dialogs.understanding.numbers import first

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dialogs.understanding.numbers import Atom


def _counted(sign: int) -> Builder:
    """Return a builder of the day so many days, weeks, months or weekdays after (or before) another."""

    def build(values: Sequence[Atom], today: date, order: str) -> Found:
        days, months, weekday = (first(values, kind) for kind in ("<days>", "<months>", "<weekday>"))
        if weekday is not None:
            return _beside(sign)(values, today, order)
        days = sign * (days if days is not None else 0 if months else 1)
        months = sign * min(months or 0, 12 * YEARS)
        if abs(days) > FAR:
            return IMPOSSIBLE
        seen_from = today
        if recurs(values):
            seen_from = months_on(today, -months) - timedelta(days=days)
        anchor = anchor_of(values, seen_from, order)
        if anchor is None:
            return IMPOSSIBLE
        start = anchor.last if sign > 0 else anchor.first
        return one(months_on(start, months) + timedelta(days=days), today)

    return build


def _beside(sign: int) -> Builder:
    """Return a builder of the first, second, … weekday after (or before) another day."""

    def build(values: Sequence[Atom], today: date, order: str) -> Found:
        count, weekday = min(which(values), 53), first(values, "<weekday>")
        found: Found = IMPOSSIBLE
        seen_from = today - timedelta(days=sign * 7 * count) if recurs(values) else today
        for _ in range(3):
            anchor = anchor_of(values, seen_from, order)
            if anchor is None:
                return found
            if sign > 0:
                when = anchor.last + timedelta(days=ahead_of(weekday, anchor.last + timedelta(days=1)) + 7 * count - 6)
            else:
                back = (anchor.first.weekday() - weekday - 1) % 7 + 7 * count - 6
                when = anchor.first - timedelta(days=back)
            found = one(when, today)
            if isinstance(found, Day):
                break
            seen_from = anchor.last + timedelta(days=1)
        return found

    return build


@builds("nearest")
def _nearest(values: Sequence[Atom], today: date, order: str) -> Found:
    anchor = anchor_of(values, today, order)
    if anchor is None:
        return IMPOSSIBLE
    ahead = ahead_of(first(values, "<weekday>"), anchor.first)
    rank = first(values, "<ord>", 1)  # "the second nearest": they come by turns on either side
    days = sorted((7 * weeks + ahead for weeks in range(-rank, rank + 1)), key=abs)
    return one(anchor.first + timedelta(days=days[rank - 1]), today)


builds("nth_after")(_beside(1))
builds("nth_before")(_beside(-1))
builds("after")(_counted(1))
builds("before")(_counted(-1))
