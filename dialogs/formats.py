"""Formats: times, days, money and lists as CLDR writes them, for replies and for pages."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, get_timezone_location
from babel.lists import format_list
from babel.numbers import format_currency, get_currency_precision

TWELVE_HOURS = frozenset({"US", "CA", "AU", "NZ", "IN", "PH"})
"""Countries whose English says 3:00 PM."""
_MEMO = 16_384
_MONDAY = date(2024, 1, 1)


@lru_cache(maxsize=256)
def locale_for(language: str, country: str) -> str:
    """Return the CLDR locale nearest to a language as it is written in a country, such as `en_GB`."""
    if language == "en" and country not in TWELVE_HOURS:
        return "en_GB"
    for name in (f"{language}_{country}", language):
        try:
            return str(Locale.parse(name.replace("-", "_")))
        except (UnknownLocaleError, ValueError):
            continue
    return "en_GB"


@lru_cache(maxsize=_MEMO)
def clock(minute: int, locale: str) -> str:
    """Return a minute of the day as a wall time: "15:00" or "3:00 PM"."""
    wall = time(minute // 60 % 24, minute % 60)
    return format_time(wall, "short", locale=locale).replace("\u202f", " ")


@lru_cache(maxsize=_MEMO)
def short_date(on: date, locale: str) -> str:
    """Return a day in short: "Sat 21 Nov"."""
    return format_skeleton("MMMEd", datetime(on.year, on.month, on.day, tzinfo=UTC), locale=locale)


@lru_cache(maxsize=_MEMO)
def weekday(on: date, locale: str) -> str:
    """Return the name of a day's weekday: "Saturday"."""
    return format_date(on, "EEEE", locale=locale)


@lru_cache(maxsize=1024)
def short_weekday(number: int, locale: str) -> str:
    """Return the short name of a weekday, 0 being Monday: "Mon"."""
    return format_date(_MONDAY + timedelta(days=number), "EEE", locale=locale)


@lru_cache(maxsize=1024)
def city(zone: str, locale: str) -> str:
    """Return the city that a zone is named after: "Lisbon" of Europe/Lisbon, "Lissabon" in German."""
    return get_timezone_location(zone, locale=locale, return_city=True)


@lru_cache(maxsize=_MEMO)
def money(minor: int, currency: str, locale: str) -> str:
    """Return an amount of minor units with its currency; whole amounts have no decimals: "€35", "€35.50"."""
    digits = get_currency_precision(currency)
    value = Decimal(minor).scaleb(-digits)
    if minor % 10**digits:
        return format_currency(value, currency, locale=locale)
    pattern = str(Locale.parse(locale).currency_formats["standard"].pattern).replace(".00", "")
    return format_currency(value, currency, pattern, locale=locale, currency_digits=False)


@lru_cache(maxsize=_MEMO)
def joined(items: tuple[str, ...], language: str, *, either: bool = False) -> str:
    """Return things in a row: "a, b and c", or "a, b or c"."""
    locale = "en_GB" if language == "en" else language
    return format_list(items, style="or" if either else "standard", locale=locale) if items else ""
