"""Periods: weeks, weekends and months, and parts of them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dialogs.understanding.clocks import IMPOSSIBLE
from dialogs.understanding.commands import Day
from dialogs.understanding.day_pieces import (
    FAR,
    OPEN,
    PAST,
    Builder,
    Found,
    anchor_of,
    builds,
    further,
    monday_in,
    months_of,
    span,
    weeks_of,
    which,
    year_of,
)
from dialogs.understanding.numbers import first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialogs.understanding.numbers import Atom


_MIDWEEK = 2
_FEW_DAYS = 7
"""Days that "the next days" may be."""


@builds("week")
def _week(values: Sequence[Atom], today: date, order: str) -> Found:
    monday = monday_in(further(values), today)
    return span(monday, monday + timedelta(days=6), today)


@builds("week_in")
def _week_in(values: Sequence[Atom], today: date, order: str) -> Found:
    monday = monday_in(weeks_of(values), today)
    return span(monday, monday + timedelta(days=6), today)


@builds("soon")
def _soon(values: Sequence[Atom], today: date, order: str) -> Found:
    return Day(today, today + timedelta(days=_FEW_DAYS))


@builds("week_in_two")
def _week_in_two(values: Sequence[Atom], today: date, order: str) -> Found:
    return _week_in((("<n>", 2),), today, order)


@builds("until")
def _until(values: Sequence[Atom], today: date, order: str) -> Found:
    anchor = anchor_of(values, today, order)
    return IMPOSSIBLE if anchor is None else Day(today, anchor.last)


@builds("since")
def _since(values: Sequence[Atom], today: date, order: str) -> Found:
    anchor = anchor_of(values, today, order)
    return IMPOSSIBLE if anchor is None else Day(anchor.first, anchor.first + timedelta(days=OPEN))


@builds("within")
def _within(values: Sequence[Atom], today: date, order: str) -> Found:
    days = first(values, "<days>")
    if days is None:
        unit = first(values, "<dunit>")
        if unit is None:
            return None  # "by then" says no length
        days = first(values, "<n>", first(values, "<few>", 1)) * unit
    return IMPOSSIBLE if days > FAR else Day(today, today + timedelta(days=days))


def _week_beside(weeks: int) -> Builder:
    """Return a builder of a week that is counted from that of another day."""

    def build(values: Sequence[Atom], today: date, order: str) -> Found:
        anchor = anchor_of(values, today, order)
        if anchor is None:
            return IMPOSSIBLE
        monday = monday_in(weeks, anchor.first)
        return span(monday, monday + timedelta(days=6), today)

    return build


@builds("weekend_in")
def _weekend_in(values: Sequence[Atom], today: date, order: str) -> Found:
    saturday = monday_in(0, today) + timedelta(days=5 + 7 * weeks_of(values))
    return Day(saturday, saturday + timedelta(days=1))


def _of_week(start: int, end: int) -> Builder:
    """Return a builder of a part of a week; one of this week that is over is that of the next."""

    def build(values: Sequence[Atom], today: date, order: str) -> Found:
        monday = monday_in(further(values), today)
        if monday + timedelta(days=end) < today:
            monday += timedelta(days=7)
        return span(monday + timedelta(days=start), monday + timedelta(days=end), today)

    return build


@builds("weekend")
def _weekend(values: Sequence[Atom], today: date, order: str) -> Found:
    anchor = anchor_of(values, today, order)
    saturday = monday_in(further(values), anchor.first if anchor else today) + timedelta(days=5)
    if anchor and anchor.first.weekday() < _MIDWEEK:
        saturday -= timedelta(days=7)  # that of a holiday on a Monday is the one before it
    return span(saturday, saturday + timedelta(days=1), today)


def _weekend_beside(sign: int) -> Builder:
    """Return a builder of the weekend after (or before) another day."""

    def build(values: Sequence[Atom], today: date, order: str) -> Found:
        anchor = anchor_of(values, today, order)
        if anchor is None:
            return IMPOSSIBLE
        saturday = monday_in(0, anchor.last if sign > 0 else anchor.first) + timedelta(days=5)
        if sign < 0 or saturday <= anchor.last:
            saturday += timedelta(days=7 * sign)
        return span(saturday, saturday + timedelta(days=1), today)

    return build


def _of_month(start: int, end: int) -> Builder:
    """Return a builder of a part of a month; a part that is over is that of the next such month."""

    def build(values: Sequence[Atom], today: date, order: str) -> Found:
        if year_of(values, today) == -1:
            return None
        for year, month in months_of(values, today):
            last = monthrange(year, month)[1]
            found = span(date(year, month, start), date(year, month, min(end, last)), today)
            if isinstance(found, Day):
                return found
        return PAST

    return build


@builds("month")
def _month(values: Sequence[Atom], today: date, order: str) -> Found:
    if first(values, "<month>") is None and first(values, "<next>", first(values, "<coming>")) is None:
        values = (*values, ("<next>", 0))
    return _of_month(1, 31)(values, today, order)


@builds("month_after_next")
def _month_after_next(values: Sequence[Atom], today: date, order: str) -> Found:
    return _month((("<next>", 2),), today, order)


@builds("nth_week")
def _nth_week(values: Sequence[Atom], today: date, order: str) -> Found:
    week = which(values)
    return _of_month(7 * week - 6, min(7 * week, 31))(values, today, order) if 1 <= week <= 5 else IMPOSSIBLE


@builds("year")
def _whole_year(values: Sequence[Atom], today: date, order: str) -> Found:
    year = today.year + further(values)
    return span(date(year, 1, 1), date(year, 12, 31), today)


builds("week_of")(_week_beside(0))
builds("week_after")(_week_beside(1))
builds("week_before")(_week_beside(-1))
builds("weekend_after")(_weekend_beside(1))
builds("weekend_before")(_weekend_beside(-1))
builds("weekdays")(_of_week(0, 4))
builds("week_start")(_of_week(0, 2))
builds("week_middle")(_of_week(1, 3))
builds("week_end")(_of_week(4, 6))
builds("month_start")(_of_month(1, 10))
builds("month_middle")(_of_month(11, 20))
builds("month_end")(_of_month(21, 31))
