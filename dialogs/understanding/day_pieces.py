"""Pieces of days: what the builders of days share, and the table in which they are found by their names."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from dialogs.understanding.clocks import IMPOSSIBLE
from dialogs.understanding.commands import Day
from dialogs.understanding.numbers import Atom, first

PAST = "past"
OPEN = 13
"""Days that "after the 10th" and "from Friday on" reach beyond the first."""
FAR = 400
"""Days ahead that a span of days may reach; more is a slip."""
YEARS = 9
"""Years ahead that are searched for a day that is not in every year; a leap day may be eight years away."""
DEEP = 2
"""Days that a day may be counted from, one from the other ("two days after the Monday after Easter")."""
CALENDAR = frozenset(
    [
        "holiday",
        "dom",
        "dom_month",
        "figures",
        "spaced",
        "nth_weekday",
        "last_weekday",
        "nth_day",
        "last_day",
        "month_start",
        "month_middle",
        "month_end",
    ]
)
"""Builders whose day recurs, so that what is counted from it may begin with one that is past."""

Found = Day | str | None
"""Days, why there are none, or None where the pieces are no date after all."""
Builder = Callable[[Sequence[Atom], date, str], Found]
"""What makes days of the pieces of a phrase, counted from today, with the order in which figures are written."""

KNOWN: dict[str, Builder] = {}
"""Builders by the names that the languages' files use."""


def builds(name: str) -> Callable[[Builder], Builder]:
    """Put a builder into the table."""

    def put(builder: Builder) -> Builder:
        KNOWN[name] = builder
        return builder

    return put


def day(builder: str, values: Sequence[Atom], today: date, order: str) -> Day | str:
    """Return the day or days that an expression means, counted from today, or why there is none."""
    return read(builder, values, today, order) or IMPOSSIBLE


def read(builder: str, values: Sequence[Atom], today: date, order: str) -> Found:
    """Return the same, or None where the pieces are no date after all (a figure that is no year)."""
    try:
        return KNOWN[builder](values, today, order)
    except (ValueError, OverflowError):
        return IMPOSSIBLE


def one(when: date, today: date) -> Day | str:
    """Return a single day, refused where it is past."""
    return Day(when, when) if when >= today else PAST


def span(start: date, end: date, today: date) -> Day | str:
    """Return what is still to come of a span."""
    return Day(max(start, today), end) if end >= today else PAST


def further(values: Sequence[Atom]) -> int:
    """Return how many weeks or months ahead "this", "next" before the noun or "que viene" after it mean."""
    return int(first(values, "<next>", first(values, "<coming>", 0)))


def ahead_of(weekday: int, today: date) -> int:
    """Return how many days it is to a weekday, 0 on the day itself."""
    return (weekday - today.weekday()) % 7


def to_come(values: Sequence[Atom], today: date) -> date:
    """Return the next day of a weekday; who means today says "today"."""
    return today + timedelta(days=ahead_of(first(values, "<weekday>"), today) or 7)


def monday_in(weeks: int, today: date) -> date:
    """Return the Monday of the calendar week so many weeks from this."""
    return today + timedelta(days=7 * weeks - today.weekday())


def weeks_of(values: Sequence[Atom], default: int = 1) -> int:
    """Return how many weeks were said."""
    return min(int(first(values, "<n>", default)), FAR // 7)


def which(values: Sequence[Atom], default: int = 1) -> int:
    """Return which of several was said: "the first", "the 1st"; "penultimo" (<back>) is the second from the end."""
    return int(first(values, "<back>", first(values, "<ord>", first(values, "<dom>", default))))


def year_of(values: Sequence[Atom], today: date) -> int | None:
    """Return the year that was said, None where none was, -1 where the figure is a time or a number of people."""
    year = first(values, "<year>")
    if year is None:
        short = first(values, "<yy>")
        if short is None:
            return None
        return 2000 + int(short) if today.year <= 2000 + short <= today.year + 3 else -1
    # "5 October 2030" said in 2026 is half past eight in the evening.
    return -1 if year % 5 == 0 and year > today.year + 2 else int(year)


def months_of(values: Sequence[Atom], today: date) -> Iterator[tuple[int, int]]:
    """Return the months that may be meant, as year and month: the one that was said, or this and those to come."""
    ahead = first(values, "<next>", first(values, "<coming>"))
    month = first(values, "<month>")
    if ahead is not None and month is None:
        year, month = divmod(today.year * 12 + today.month - 1 + int(ahead), 12)
        yield year, month + 1
        return
    year = first(values, "<year>", 2000 + first(values, "<yy>", -2000))
    if year:
        yield year, month or today.month
    elif month is not None:
        for later in range(YEARS):
            yield today.year + later, month
    else:
        for later in range(12):
            at = today.year * 12 + today.month - 1 + later
            yield at // 12, at % 12 + 1


def anchor_of(values: Sequence[Atom], today: date, order: str) -> Day | None:
    """Return the day that others are counted from; one that recurs is the next one, seen from `today`."""
    anchor = first(values, "<anchor>")
    if anchor is None:
        rule = first(values, "<holiday>")
        if rule is None:
            return None
        anchor = ("holiday", values)
    builder, pieces = anchor
    found = read(builder, pieces, today, order)
    return found if isinstance(found, Day) else None


def recurs(values: Sequence[Atom]) -> bool:
    """Return whether the day that others are counted from comes again and again."""
    anchor = first(values, "<anchor>")
    return anchor is None or anchor[0] in CALENDAR


def depth(values: Sequence[Atom]) -> int:
    """Return how many days a day is counted from, one from the other."""
    found = 0
    anchor: Any = first(values, "<anchor>")
    while anchor is not None:
        found += 1
        anchor = first(anchor[1], "<anchor>")
    return found


def months_on(when: date, months: int) -> date:
    """Return the same day so many months later; the last of the month where it is shorter."""
    year, month = divmod(when.year * 12 + when.month - 1 + months, 12)
    return date(year, month + 1, min(when.day, monthrange(year, month + 1)[1]))
