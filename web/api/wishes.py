"""Wishes: what a request asks for, in the words of the domain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from domain.availability import Wish, resources_of
from domain.errors import NotOffered, OpeningTaken
from domain.hours import local_date
from web.api.problems import Invalid

if TYPE_CHECKING:
    from domain.availability import Opening
    from domain.businesses import Directory
    from domain.desk import Desk
    from web.api.schemas import Visit

MOST_DAYS = 92
"""The longest window: a quarter of a year."""
USUAL_DAYS = 7
"""The window if nothing is said."""
YEARS = range(2000, 2100)
_NOON = 720
_LATEST = 1440 + _NOON
_NEAR = 120
"""Minutes to either side in which a start is looked for, so that a clock change cannot hide it."""


def window(
    directory: Directory,
    visit: Visit,
    now: datetime,
    first: date | None,
    last: date | None,
    clocks: tuple[str | None, str | None],
) -> Wish:
    """Return the wish for a window of days, by default a week from today. Raises Invalid, NotOffered."""
    wish = wish_of(directory, visit)
    today = local_date(directory.place[wish.place_id].zone, now)
    first = first or max(today, min(last, today) if last else today)
    for name, day in (("from", first), ("to", last)):
        if day is not None and day.year not in YEARS:
            raise Invalid("must be in this century", name)
    last = last or first + timedelta(days=USUAL_DAYS - 1)
    if last < first:
        raise Invalid("must not be before `from`", "to")
    if (last - first).days >= MOST_DAYS:
        raise Invalid(f"a window has at most {MOST_DAYS} days", "to")
    if last < today:
        raise Invalid("these days are over", "to")
    earliest, latest = (minute_of(clocks[0]), minute_of(clocks[1]))
    if earliest is not None and latest is not None and latest < earliest:
        raise Invalid("must not be before `earliest`", "latest")
    return checked(
        directory,
        replace(wish, first=first, last=last, earliest=earliest or 0, latest=_LATEST if latest is None else latest),
    )


def wish_of(directory: Directory, visit: Visit) -> Wish:
    """Return the wish without a time. Raises Invalid where something is missing, NotOffered for what is not there."""
    services = _services(directory, visit)
    if visit.staff is not None and visit.staff not in directory.person:
        raise NotOffered("there is nobody of this id", "staff")
    place_id = _place(directory, visit)
    if visit.zone and visit.zone not in _zones():
        raise Invalid("there is no such time zone", "zone")
    if visit.area and all(one.area != visit.area for one in directory.resources):
        raise NotOffered("there is no such area", "area")
    tables = any(directory.service[one].needs == "table" for one in services)
    if tables and visit.party_size is None:
        raise Invalid("say how many people come", "party_size")
    return Wish(
        place_id,
        services,
        date.min,
        date.min,
        visit.staff,
        visit.party_size,
        zone=visit.zone,
        features=visit.features,
        area=visit.area,
    )


def checked(directory: Directory, wish: Wish) -> Wish:
    """Return the wish. Raises NotOffered naming the field where nobody and nothing here could ever serve it."""
    try:
        resources_of(directory, wish)
    except NotOffered as error:
        if not error.field:
            error.field = "party_size" if wish.party_size else "staff" if wish.staff_id else "services"
        raise
    return wish


def at(directory: Directory, wish: Wish, start: datetime, now: datetime) -> Wish:
    """Return the wish for one very start. Raises Invalid (field `start`) for one that is past."""
    if start.year not in YEARS:
        raise Invalid("must be in this century", "start")
    if start <= now:
        raise Invalid("is past", "start")
    local = start.astimezone(ZoneInfo(directory.place[wish.place_id].zone))
    minute = local.hour * 60 + local.minute
    return checked(directory, replace(wish, first=local.date(), last=local.date(), earliest=minute, latest=minute))


async def opening_at(desk: Desk, exact: Wish, start: datetime, without: tuple[str, ...] = ()) -> Opening:
    """Return the opening of a start. Raises OpeningTaken with the three nearest where it cannot be had, NotOffered."""
    minute = exact.earliest
    near = replace(
        exact,
        earliest=max(0, minute - _NEAR),
        latest=min(minute + _NEAR, _NOON - 1) if minute < _NOON else minute + _NEAR,
    )
    for one in await desk.openings(near, without=without):
        if one.starts_at == start:
            return one
    taken = OpeningTaken("this start cannot be had", "start")
    taken.alternatives = await desk.alternatives(exact, start, most=3, without=without)
    raise taken


def minute_of(clock: str | None) -> int | None:
    """Return the minute of the day of HH:MM."""
    if clock is None:
        return None
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _services(directory: Directory, visit: Visit) -> tuple[str, ...]:
    named = list(visit.services)
    for one in (*named, *visit.addons):
        if one not in directory.service:
            raise NotOffered("there is no such service", "services" if one in named else "addons")
    if visit.variant is not None:
        variant = directory.service.get(visit.variant)
        if variant is None or variant.variant_of is None:
            raise NotOffered("there is no such variant", "variant")
        if not named:
            named = [variant.variant_of]
        if variant.variant_of not in named:
            raise NotOffered("this is no variant of the services that are asked for", "variant")
        named[named.index(variant.variant_of)] = variant.id
    if not named:
        named = _only_service(directory)
    return (*named, *visit.addons)


def _only_service(directory: Directory) -> list[str]:
    """Return the service that goes without saying: the only one there is, or the only one for tables."""
    whole = [one for one in directory.services if not one.variant_of and not one.addon_to]
    tables = [one for one in whole if one.needs == "table"]
    for some in (whole, tables):
        if len(some) == 1:
            return [some[0].id]
    raise Invalid("name at least one", "services")


def _place(directory: Directory, visit: Visit) -> str:
    if visit.place is not None:
        if visit.place not in directory.place:
            raise NotOffered("there is no such place", "place")
        return visit.place
    theirs = directory.resource.get(visit.staff or "")
    if theirs is not None:
        return theirs.place_id
    if len(directory.places) == 1:
        return directory.places[0].id
    raise Invalid("there are several: name one", "place")


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
