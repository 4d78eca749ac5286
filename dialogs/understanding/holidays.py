"""Holidays: the date of a named day in a year, by a rule that a language's file writes down.

12-25          a month and a day
easter -2      so many days from Easter Sunday of the western churches
orthodox       Easter Sunday of the eastern churches, by our calendar
5 sun 2        the second Sunday of May; -1 is the last
sun before 12-25 -21   the Sunday before a date (never on it), and so many days from there

Any of them may end in "+n" or "-n" days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RULE = re.compile(
    r"(?:(?P<month>\d\d?)-(?P<dom>\d\d?)"
    r"|(?P<feast>easter|orthodox)"
    r"|(?P<of>\d\d?) (?P<weekday>[a-z]{3}) (?P<which>-?\d)"
    r"|(?P<day>[a-z]{3}) before (?P<until>\d\d?)-(?P<until_dom>\d\d?))"
    r"(?: ?(?P<shift>[+-]\d+))?"
)


@lru_cache(maxsize=4096)
def on(rule: str, year: int) -> date:
    """Return the date of a rule in a year. Raises ValueError for a rule that is none or a date that is not there."""
    found = _RULE.fullmatch(rule.strip())
    if found is None:
        raise ValueError(f"no rule of a holiday: {rule!r}")
    get = found.groupdict()
    if get["month"]:
        when = date(year, int(get["month"]), int(get["dom"]))
    elif get["feast"]:
        when = easter(year) if get["feast"] == "easter" else orthodox_easter(year)
    elif get["of"]:
        when = nth_weekday(year, int(get["of"]), _DAYS.index(get["weekday"]), int(get["which"]))
    else:
        end = date(year, int(get["until"]), int(get["until_dom"]))
        when = end - timedelta(days=(end.weekday() - _DAYS.index(get["day"]) - 1) % 7 + 1)
    return when + timedelta(days=int(get["shift"] or 0))


def coming(rule: str, today: date) -> date:
    """Return the next date of a rule, today included."""
    return next(when for year in (today.year - 1, today.year, today.year + 1) if (when := on(rule, year)) >= today)


def easter(year: int) -> date:
    """Return Easter Sunday of the western churches (the anonymous Gregorian computus)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def orthodox_easter(year: int) -> date:
    """Return Easter Sunday of the eastern churches by the Gregorian calendar, 1900 to 2099 (Meeus)."""
    d = (19 * (year % 19) + 15) % 30
    e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7
    f = d + e + 114
    return date(year, f // 31, f % 31 + 1) + timedelta(days=13)


def nth_weekday(year: int, month: int, weekday: int, which: int) -> date:
    """Return the first, second, … weekday of a month, from its end where negative. Raises ValueError where none is."""
    days = monthrange(year, month)[1]
    if which > 0:
        dom = 1 + (weekday - date(year, month, 1).weekday()) % 7 + 7 * (which - 1)
    else:
        dom = days - (date(year, month, days).weekday() - weekday) % 7 + 7 * (which + 1)
    return date(year, month, dom)
