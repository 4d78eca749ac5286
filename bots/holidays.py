"""Public holidays as a suggestion to the owner: listed with what the house would do, never closed by themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bots.errors import Refused
from domain.businesses import DateOverride
from domain.hours import epoch_minute, hours_on, local_date, moment_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from domain.businesses import Directory, Place
    from domain.ports import Calendar, Store

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Years for which holidays are looked up: long past or far ahead, nobody has decreed them."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A public holiday, and what a place has set for it."""

    on: date
    name: str
    """In the first of the wished languages that the calendar of the country has."""
    override: DateOverride | None
    """What the owner has set for that date already."""
    open: bool
    """Whether the place is open that day as things stand."""


def suggestions(directory: Directory, place: Place, year: int, languages: Sequence[str]) -> list[Suggestion]:
    """Return the public holidays of the business's country in a year, in order of time.

    Only what the whole country keeps: a place says no region. Raises Refused for a country whose holidays are not
    known and for a year outside 2000 to 2100.
    """
    set_already = {one.on: one for one in directory.overrides if one.owner_id == place.id}
    return [
        Suggestion(on, name, set_already.get(on), bool(hours_on(directory, place.id, on)))
        for on, name in sorted(_named(directory.business.country, year, languages).items())
    ]


def closed(directory: Directory, place: Place, days: Iterable[Suggestion]) -> Directory:
    """Return the set-up with the place closed on these days, their names as the reason.

    Raises Refused for a day that has hours of its own: the owner has decided about it already.
    """
    added = []
    for day in days:
        if day.override is None:
            added.append(DateOverride(place.id, day.on, (), day.name))
        elif day.override.ranges:
            raise Refused(f"{place.name} has hours of its own on {day.on} ({hours_of(day)}): change them instead")
    return replace(directory, overrides=(*directory.overrides, *added))


def hours_of(day: Suggestion) -> str:
    """Return how a day stands, in a few words: `open`, `closed`, `closed: Christmas`, `9:00-13:00: Christmas Eve`."""
    if day.override is None:
        return "open" if day.open else "closed"
    ranges = ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in day.override.ranges) or "closed"
    return f"{ranges}: {day.override.reason}" if day.override.reason else ranges


async def bookings_on(calendar: Calendar, place: Place, on: date) -> int:
    """Return how many visits that take time begin at a place on a local date; closing it does not cancel them."""
    start, end = (moment_of(epoch_minute(place.zone, day, 0)) for day in (on, on + timedelta(days=1)))
    found = await calendar.bookings_between(start, end)
    return sum(one.place_id == place.id and one.status not in ("cancelled", "no_show") for one in found)


async def list_and_close(store: Store, directory: Directory, options: argparse.Namespace, now: datetime) -> list[str]:
    """Close on the days of `options.close`, and return what to print of all places, or of the one of `options.place`.

    Raises Refused, and closes nothing, where one of these days is no public holiday to come.
    """
    business, before = directory.business, directory
    places = [one for one in directory.places if options.place in ("", one.name, one.id)]
    if not places:
        raise Refused(f"{business.name} has no place {options.place!r}")
    missing, listed = {*options.close}, []
    for place in places:
        today = local_date(place.zone, now)
        year = options.year or today.year
        coming = [one for one in suggestions(directory, place, year, business.languages) if one.on >= today]
        named = [one for one in coming if one.on in options.close]
        missing -= {one.on for one in named}
        directory = closed(directory, place, named)
        listed.append((place, year, {one.on for one in coming}))
    if missing:
        raise Refused(f"no public holiday to come: {', '.join(map(str, sorted(missing)))}; nothing was closed")
    if directory != before:
        accounts = [one for one in await store.directories.accounts() if one.business_id == business.id]
        await store.directories.save(directory, accounts)
    lines = []
    for place, year, coming_on in listed:
        lines.append(f"{place.name}, {business.country} {year}")
        for day in suggestions(directory, place, year, business.languages):
            if day.on in coming_on:
                booked = await bookings_on(store.calendar(business.id), place, day.on)
                kept = f"; {booked} booked for it, not cancelled" if booked and not day.open else ""
                lines.append(f"  {day.on:%a} {day.on}  {day.name} ({hours_of(day)}{kept})")
    return lines


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def _named(country: str, year: int, languages: Sequence[str]) -> dict[date, str]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(f"holidays are known from {FIRST_YEAR} to {LAST_YEAR}, not of {year}")
    import holidays

    if country not in holidays.list_supported_countries():
        raise Refused(f"the public holidays of {country} are not known here: close dates one by one")
    known = holidays.country_holidays(country)
    spoken = {code.partition("_")[0]: code for code in reversed(known.supported_languages)}
    language = next((spoken[one[:2]] for one in languages if one[:2] in spoken), known.default_language)
    return dict(holidays.country_holidays(country, years=year, language=language))
