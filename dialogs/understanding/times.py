"""Days and times: what the pieces of an expression ("half past", "next Friday") come to."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from dialogs.understanding.commands import Day, TimeOfDay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialogs.understanding.numbers import Atom

NOON = 720
DAY = 1440
ALL_DAY = TimeOfDay(0, DAY - 1)
IMPOSSIBLE = "impossible"
PAST = "past"
_FAR = 400
"""Days ahead that a span of days may reach; more is a slip."""


def first(values: Sequence[Atom], kind: str, default: Any = None) -> Any:
    """Return the first value of a kind."""
    for key, value in values:
        if key == kind:
            return value
    return default


def _written(values: Sequence[Atom]) -> tuple[int, int, bool] | None:
    written = first(values, "<hhmm>")
    if written is not None:
        return written  # type: ignore[no-any-return]
    hour = first(values, "<hour>")
    return None if hour is None else (hour, first(values, "<min>", first(values, "<mm>", 0)), False)


def clock(builder: str, values: Sequence[Atom], parts: dict[str, tuple[int, int]]) -> TimeOfDay | str:
    """Return the time of day that a clock expression means, or why there is none.

    Builders: `at` (hour and minutes), `past` and `to` (minutes from the hour), `half_to` (half of the hour before),
    `named` (noon, midnight). A half of the day said with it (`<ampm>`, `<part>`) settles which of the two is meant.
    """
    if builder == "named":
        minute = first(values, "<noon>")
        return TimeOfDay(minute, minute)
    written = _written(values)
    if written is None:
        return IMPOSSIBLE
    hour, minutes, written_24 = written
    if hour > 24 or minutes > 59 or (hour == 24 and minutes):
        return IMPOSSIBLE
    minute = hour * 60 + minutes
    offset = first(values, "<fraction>")
    if offset is None and builder != "at":
        offset = first(values, "<min>", 30)  # no figure: "half seven"
    if builder == "past":
        minute = hour * 60 + offset
    elif builder in {"to", "half_to"}:
        minute = hour * 60 - offset
    elif builder == "at" and offset is not None:
        minute += offset
    if minute < 0:
        minute += NOON
    half = first(values, "<ampm>")
    part = first(values, "<part>")
    if half is None and part is not None:
        minute = within(minute % NOON if hour == 12 else minute, parts.get(part, (0, DAY - 1)))
        return TimeOfDay(minute, minute)
    if half is not None:
        if minute >= 13 * 60:
            return TimeOfDay(minute, minute)  # "15:00 pm" is what some write
        minute = minute % NOON + (NOON if half == "pm" else 0)
        return TimeOfDay(minute, minute)
    halves = not written_24 and 0 < minute < NOON
    return TimeOfDay(minute % DAY, minute % DAY, halves)


def within(minute: int, span: tuple[int, int]) -> int:
    """Return the minute or its twin 12 hours later, whichever lies in a part of the day."""
    if minute >= NOON:
        return minute
    earliest, latest = span
    if not earliest <= minute <= latest and earliest <= minute + NOON:
        return minute + NOON
    return minute


def spanning(start: TimeOfDay, end: TimeOfDay) -> TimeOfDay | str:
    """Return "between 3 and 5" and "from 10 to 2": the end comes after the start, and settles its half of the day."""
    earliest, latest = start.earliest, end.latest
    if start.halves and not end.halves and earliest + NOON <= latest:
        earliest += NOON
    if latest <= earliest and end.halves:
        latest += NOON
    if latest <= earliest:
        return IMPOSSIBLE
    return TimeOfDay(earliest, latest, start.halves and end.halves and latest < NOON)


def day(builder: str, values: Sequence[Atom], today: date, order: str) -> Day | str:
    """Return the day or days that an expression means, counted from today, or why there is none.

    Builders: `offset`, `weekday`, `weekday_this`, `weekday_next`, `weekday_in`, `dom`, `dom_month`, `figures`, `ahead`,
    `ago`, `week`, `weekend`, `month`.
    """
    try:
        return _DAYS[builder](values, today, order)
    except (ValueError, OverflowError):
        return IMPOSSIBLE


def _one(when: date, today: date) -> Day | str:
    return Day(when, when) if when >= today else PAST


def _ahead_of(weekday: int, today: date) -> int:
    return (weekday - today.weekday()) % 7


def _offset(values: Sequence[Atom], today: date, order: str) -> Day | str:
    return _one(today + timedelta(days=first(values, "<day>")), today)


def _weekday(values: Sequence[Atom], today: date, order: str) -> Day | str:
    # Who means today says "today": the bare name of today's weekday is the one a week ahead.
    return _one(today + timedelta(days=_ahead_of(first(values, "<weekday>"), today) or 7), today)


def _weekday_this(values: Sequence[Atom], today: date, order: str) -> Day | str:
    return _one(today + timedelta(days=_ahead_of(first(values, "<weekday>"), today)), today)


def _monday_in(weeks: int, today: date) -> date:
    return today + timedelta(days=7 * weeks - today.weekday())


def _weekday_next(values: Sequence[Atom], today: date, order: str) -> Day | str:
    weeks = first(values, "<n>", 1)
    return _one(_monday_in(weeks, today) + timedelta(days=first(values, "<weekday>")), today)


def _weekday_in(values: Sequence[Atom], today: date, order: str) -> Day | str:
    """Return "Friday week": so many weeks after the next one to come."""
    weeks = min(first(values, "<n>", 1), 60)
    return _one(today + timedelta(days=(_ahead_of(first(values, "<weekday>"), today) or 7) + 7 * weeks), today)


def _dom_of(values: Sequence[Atom]) -> int:
    value = first(values, "<dom>")
    if value is None:
        value = first(values, "<ord>")
    if value is None:
        value = first(values, "<n>", 0)
    return int(value)


def _dom(values: Sequence[Atom], today: date, order: str) -> Day | str:
    wanted = _dom_of(values)
    if not 1 <= wanted <= 31:
        return IMPOSSIBLE
    year, month = today.year, today.month
    for _ in range(13):
        if wanted <= monthrange(year, month)[1] and date(year, month, wanted) >= today:
            return Day(date(year, month, wanted), date(year, month, wanted))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return IMPOSSIBLE


def _dated(dom: int, month: int, year: int | None, today: date) -> Day | str:
    if year is not None:
        return _one(date(2000 + year if year < 100 else year, month, dom), today)
    if month == 2 and dom == 29:
        for ahead in range(9):
            if monthrange(today.year + ahead, 2)[1] == 29 and date(today.year + ahead, 2, 29) >= today:
                return _one(date(today.year + ahead, 2, 29), today)
    when = date(today.year, month, dom)
    return _one(when if when >= today else date(today.year + 1, month, dom), today)


def _dom_month(values: Sequence[Atom], today: date, order: str) -> Day | str:
    return _dated(_dom_of(values), first(values, "<month>"), first(values, "<year>"), today)


def _figures(values: Sequence[Atom], today: date, order: str) -> Day | str:
    figures = first(values, "<figures>")
    if len(figures) == 3 and figures[0] >= 1000:
        return _dated(figures[2], figures[1], figures[0], today)
    dom, month = figures[:2] if order == "dmy" else (figures[1], figures[0])
    if month > 12 >= dom:
        dom, month = month, dom
    return _dated(dom, month, figures[2] if len(figures) == 3 else None, today)


def _ahead(values: Sequence[Atom], today: date, order: str) -> Day | str:
    days = first(values, "<days>")
    if days > _FAR:
        return IMPOSSIBLE
    return _one(today + timedelta(days=days), today)


def _ago(values: Sequence[Atom], today: date, order: str) -> Day | str:
    return PAST


def _further(values: Sequence[Atom]) -> int:
    """Return how many weeks or months ahead "this", "next" before the noun or "que viene" after it mean."""
    return int(first(values, "<next>", first(values, "<coming>", 0)))


def _week(values: Sequence[Atom], today: date, order: str) -> Day | str:
    monday = _monday_in(_further(values), today)
    return Day(max(monday, today), monday + timedelta(days=6))


def _weekend(values: Sequence[Atom], today: date, order: str) -> Day | str:
    saturday = _monday_in(_further(values), today) + timedelta(days=5)
    return Day(max(saturday, today), saturday + timedelta(days=1))


def _month(values: Sequence[Atom], today: date, order: str) -> Day | str:
    month = first(values, "<month>")
    ahead = _further(values)
    if month is None:
        count = today.year * 12 + today.month - 1 + ahead
        year, month = divmod(count, 12)
        month += 1
    else:
        year = today.year + (month < today.month)
    start = date(year, month, 1)
    return Day(max(start, today), date(year, month, monthrange(year, month)[1]))


_DAYS = {
    "offset": _offset,
    "weekday": _weekday,
    "weekday_this": _weekday_this,
    "weekday_next": _weekday_next,
    "weekday_in": _weekday_in,
    "dom": _dom,
    "dom_month": _dom_month,
    "figures": _figures,
    "ahead": _ahead,
    "ago": _ago,
    "week": _week,
    "weekend": _weekend,
    "month": _month,
}


def length(builder: str, values: Sequence[Atom]) -> int:
    """Return a duration: minutes for the builders `time` and `half`, days for `days`."""
    count = first(values, "<n>", first(values, "<one>", 1))
    if builder == "days":
        return int(count * first(values, "<dunit>"))
    unit = first(values, "<tunit>", 60)
    if builder == "half":
        return int(unit) // 2
    if builder == "and_half":
        return int(count * unit + unit // 2)
    return int(count * unit)
