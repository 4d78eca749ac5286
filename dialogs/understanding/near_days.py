"""Near days: those that are counted from today, and holidays."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dialogs.understanding import holidays
from dialogs.understanding.clocks import IMPOSSIBLE
from dialogs.understanding.commands import Day
from dialogs.understanding.day_pieces import (
    FAR,
    PAST,
    YEARS,
    Found,
    ahead_of,
    builds,
    further,
    monday_in,
    months_on,
    one,
    to_come,
    weeks_of,
    year_of,
)
from dialogs.understanding.numbers import first

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dialogs.understanding.numbers import Atom


@builds("offset")
def _offset(values: Sequence[Atom], today: date, order: str) -> Found:
    return one(today + timedelta(days=first(values, "<day>", 0) + first(values, "<dunit>", 0)), today)


@builds("weekday")
def _weekday(values: Sequence[Atom], today: date, order: str) -> Found:
    return one(to_come(values, today), today)


@builds("weekday_this")
def _weekday_this(values: Sequence[Atom], today: date, order: str) -> Found:
    return one(today + timedelta(days=ahead_of(first(values, "<weekday>"), today)), today)


@builds("weekday_next")
def _weekday_next(values: Sequence[Atom], today: date, order: str) -> Found:
    weeks = weeks_of(values, further(values) or 1)
    return one(monday_in(weeks, today) + timedelta(days=first(values, "<weekday>")), today)


@builds("weekday_in")
def _weekday_in(values: Sequence[Atom], today: date, order: str) -> Found:
    days, weeks = first(values, "<days>"), first(values, "<weeks>")
    if weeks is not None:
        # "mardi en huit" said on a Tuesday is in a week, "demain en quinze" two weeks after tomorrow.
        start = first(values, "<day>")
        start = ahead_of(first(values, "<weekday>"), today) if start is None else start
        return one(today + timedelta(days=start + 7 * weeks), today)
    if days is None:
        days = 7 * weeks_of(values)
    return None if days % 7 or days > FAR else one(to_come(values, today) + timedelta(days=days), today)


@builds("weekday_in_two")
def _weekday_in_two(values: Sequence[Atom], today: date, order: str) -> Found:
    return one(to_come(values, today) + timedelta(days=14), today)


@builds("weekdays_on")
def _weekdays_on(values: Sequence[Atom], today: date, order: str) -> Found:
    count = min(first(values, "<ord>", first(values, "<dom>", weeks_of(values))), FAR // 7)
    return IMPOSSIBLE if count < 1 else one(to_come(values, today) + timedelta(days=7 * (count - 1)), today)


@builds("ahead")
def _ahead(values: Sequence[Atom], today: date, order: str) -> Found:
    days, months = first(values, "<days>", 0), first(values, "<months>", 0)
    count = first(values, "<n>", first(values, "<few>", 1))  # "two upcoming days" is no length
    days, months = days + count * first(values, "<dunit>", 0), months + count * first(values, "<munit>", 0)
    if days > FAR or months > YEARS * 12:
        return IMPOSSIBLE
    return one(months_on(today, months) + timedelta(days=days), today)


@builds("ago")
def _ago(values: Sequence[Atom], today: date, order: str) -> Found:
    return PAST


@builds("holiday")
def _holiday(values: Sequence[Atom], today: date, order: str) -> Found:
    rule, year = first(values, "<holiday>"), year_of(values, today)
    if year is None:
        when = holidays.coming(rule, today)
        return Day(when, when)
    return None if year < 0 else one(holidays.on(rule, year), today)
