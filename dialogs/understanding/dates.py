"""Dates: days of a month, in words and figures."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dialogs.understanding import holidays
from dialogs.understanding.clocks import IMPOSSIBLE
from dialogs.understanding.commands import Day
from dialogs.understanding.day_pieces import PAST, YEARS, Builder, Found, builds, months_of, one, span, which, year_of
from dialogs.understanding.numbers import first

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dialogs.understanding.numbers import Atom


_SATURDAY = 5
_SOON = 2
"""Years in which a weekday and a date said together are looked for; beyond, one of them was a mistake."""


def _dom_of(values: Sequence[Atom]) -> int:
    return int(first(values, "<dom>", first(values, "<ord>", first(values, "<nth>", first(values, "<n>", 0)))))


def _in_month(pick: Callable[[int, int, Sequence[Atom]], date]) -> Builder:
    """Return a builder of the next such day of a month; a month that has none is passed over."""

    def build(values: Sequence[Atom], today: date, order: str) -> Found:
        if year_of(values, today) == -1:
            return None
        found = []
        for year, month in months_of(values, today):
            try:
                when = pick(year, month, values)
            except ValueError:
                continue
            if when >= today:
                return Day(when, when + timedelta(days=1) if pick in _WEEKENDS else when)
            found.append(when)
        return PAST if found else IMPOSSIBLE

    return build


def _nth_weekday(year: int, month: int, values: Sequence[Atom]) -> date:
    return holidays.nth_weekday(year, month, first(values, "<weekday>"), which(values))


def _last_weekday(year: int, month: int, values: Sequence[Atom]) -> date:
    return holidays.nth_weekday(year, month, first(values, "<weekday>"), -which(values))


def _nth_weekend(year: int, month: int, values: Sequence[Atom]) -> date:
    return holidays.nth_weekday(year, month, _SATURDAY, which(values))


def _last_weekend(year: int, month: int, values: Sequence[Atom]) -> date:
    return holidays.nth_weekday(year, month, _SATURDAY, -1)


def _nth_day(year: int, month: int, values: Sequence[Atom]) -> date:
    return date(year, month, _dom_of(values))


def _last_day(year: int, month: int, values: Sequence[Atom]) -> date:
    return date(year, month, monthrange(year, month)[1] + 1 - which(values))


_WEEKENDS = (_nth_weekend, _last_weekend)


def _matching(candidates: Iterator[tuple[int, int, int]], values: Sequence[Atom], today: date) -> Day | None:
    """Return the next of some days (year, month, day) on which the weekday holds that was said, if one was."""
    weekday = first(values, "<weekday>")
    for year, month, dom in candidates:
        if dom > monthrange(year, month)[1]:
            continue
        when = date(year, month, dom)
        if when >= today and weekday in {None, when.weekday()}:
            return Day(when, when)
    return None


@builds("dom")
def _dom(values: Sequence[Atom], today: date, order: str) -> Found:
    wanted = _dom_of(values)
    if not 1 <= wanted <= 31:
        return IMPOSSIBLE
    at = today.year * 12 + today.month - 1
    months = [(later // 12, later % 12 + 1, wanted) for later in range(at, at + 13)]
    # A weekday that does not go with any such day of a year was a mistake.
    return _matching(iter(months), values, today) or _matching(iter(months), (), today) or IMPOSSIBLE


@builds("dom_near")
def _dom_near(values: Sequence[Atom], today: date, order: str) -> Found:
    return _dom_close(values, today, order) if _dom_of(values) > 12 else None


@builds("dom_close")
def _dom_close(values: Sequence[Atom], today: date, order: str) -> Found:
    found = _dom(values, today, order)
    return found if isinstance(found, Day) and (found.first - today).days <= 35 else None


@builds("dom_span")
def _dom_span(values: Sequence[Atom], today: date, order: str) -> Found:
    said = [value for kind, value in values if kind == "<dom>"]
    start, end = first(values, "<range>") or said[:2]
    year = year_of(values, today)
    if year == -1 or start >= end:
        return None
    for at, month in months_of(values, today):
        if end <= monthrange(at, month)[1]:
            found = span(date(at, month, start), date(at, month, end), today)
            if isinstance(found, Day):
                return found
    return PAST if year else IMPOSSIBLE


def _dated(dom: int, month: int, values: Sequence[Atom], today: date) -> Found:
    year = year_of(values, today)
    if year == -1:
        return None
    if year is not None:
        return one(date(year, month, dom), today)
    date(2000, month, dom)  # a day that no year has is impossible
    years = range(today.year, today.year + YEARS)
    return (
        _matching(((one, month, dom) for one in years[:_SOON]), values, today)
        or _matching(((one, month, dom) for one in years), (), today)
        or IMPOSSIBLE
    )


@builds("dom_month")
def _dom_month(values: Sequence[Atom], today: date, order: str) -> Found:
    return _dated(_dom_of(values), first(values, "<month>"), values, today)


@builds("figures")
def _figures(values: Sequence[Atom], today: date, order: str) -> Found:
    figures = first(values, "<figures>", first(values, "<dotted>", first(values, "<range>")))
    if len(figures) == 3 and figures[0] >= 1000:
        return one(date(*figures), today)
    dom, month = figures[:2] if order == "dmy" else (figures[1], figures[0])
    if month > 12 >= dom:
        dom, month = month, dom
    if len(figures) == 3:
        return one(date(figures[2] + 2000 * (figures[2] < 100), month, dom), today)
    return _dated(dom, month, values, today)


@builds("hyphened")
def _hyphened(values: Sequence[Atom], today: date, order: str) -> Found:
    """Return "17-2" and "2-14"; "10-2" and "10-14" are rather spans of hours."""
    start, end = first(values, "<range>")
    return _figures(values, today, order) if start > 12 >= end or start <= end - 12 or start == end else None


@builds("spaced")
def _spaced(values: Sequence[Atom], today: date, order: str) -> Found:
    dom, month = _dom_of(values), first(values, "<mnum>")
    if order == "mdy" and dom <= 12:
        dom, month = month, dom
    try:
        return _dated(dom, month, values, today)
    except ValueError:
        return None


builds("dom_next")(_in_month(_nth_day))
builds("nth_weekday")(_in_month(_nth_weekday))
builds("last_weekday")(_in_month(_last_weekday))
builds("nth_day")(_in_month(_nth_day))
builds("last_day")(_in_month(_last_day))
builds("nth_weekend")(_in_month(_nth_weekend))
builds("last_weekend")(_in_month(_last_weekend))
