"""Days, times and money as pages show them, in the reader's language and the place's zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, match_skeleton

from dialogs import formats

if TYPE_CHECKING:
    from domain.money import Money


def written(language: str, country: str) -> str:
    """Return the CLDR locale nearest to a language as it is written in a country, the one that replies use."""
    return formats.locale_for(language, country)


@cache
def locale_of(name: str) -> Locale:
    """Return the locale of a name or language tag, English where it is not known."""
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def local(moment: datetime, zone: str) -> datetime:
    """Return an aware moment as wall time of a zone."""
    return moment.astimezone(ZoneInfo(zone))


def day(on: date, locale: str) -> str:
    """Return a day with its weekday, without the year: "Saturday, March 7"."""
    return format_date(on, _day_pattern(locale), locale=locale_of(locale))


@cache
def _day_pattern(locale: str) -> str:
    """Return the pattern of weekday, day and month, all in full, which few locales list as it is."""
    where = locale_of(locale)
    nearest = match_skeleton("MMMMEEEEd", where.datetime_skeletons) or "MMMEd"
    pattern = str(where.datetime_skeletons[nearest].pattern)
    return re.sub(r"M{3,}", "MMMM", re.sub(r"[Ec]+", "EEEE", pattern))


def short_day(on: date, locale: str) -> tuple[str, str, str]:
    """Return a day for narrow places, as weekday, day and month: ("Sat", "7", "Mar")."""
    where = locale_of(locale)
    return format_date(on, "ccc", locale=where), str(on.day), format_date(on, "LLL", locale=where)


def date_only(on: date, locale: str) -> str:
    """Return day and month: "7 Mar"."""
    return format_skeleton("MMMd", datetime(on.year, on.month, on.day, tzinfo=UTC), locale=locale_of(locale))


def clock(moment: datetime, zone: str, locale: str) -> str:
    """Return the wall time of a moment in a zone: "3:00 PM" or "15:00"."""
    return clock_of(local(moment, zone).time(), locale)


def clock_of(wall: time, locale: str) -> str:
    """Return a wall time: "3:00 PM" or "15:00"."""
    return formats.clock(wall.hour * 60 + wall.minute, str(locale_of(locale))).replace(" ", "\u00a0")


def when(moment: datetime, zone: str, locale: str) -> str:
    """Return day and wall time of a moment in a zone."""
    return f"{day(local(moment, zone).date(), locale)}, {clock(moment, zone, locale)}"


def zone_name(zone: str) -> str:
    """Return the city that a zone is named after: "New York"."""
    return zone.rpartition("/")[2].replace("_", " ")


def money(amount: Money, locale: str) -> str:
    """Return an amount with its currency; whole amounts have no decimals: "$45", "$45.50"."""
    return formats.money(amount.minor, amount.currency, str(locale_of(locale)))
