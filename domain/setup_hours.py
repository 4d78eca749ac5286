"""Hours are checked: what a business may not open like, and what is longer than it is ever open."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NoReturn

from domain.errors import InvalidSetup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.businesses import Directory, Service
    from domain.ids import PlaceId

DAY = 1440
NEXT_DAY = 2 * DAY
"""The last minute that hours may name: they run into the next day, never past it."""
WEEK = 7 * DAY


def wrong(field: str, why: str) -> NoReturn:
    """Raise InvalidSetup for a field."""
    raise InvalidSetup(f"{field}: {why}", field)


def check_hours(directory: Directory) -> None:
    """Raise InvalidSetup for hours or an override of a date that cannot be meant."""
    _weekly(directory)
    _overrides(directory)


def _weekly(directory: Directory) -> None:
    days: dict[tuple[str, int], list[tuple[int, int, int]]] = {}
    for index, one in enumerate(directory.hours):
        field = f"hours[{index}]"
        _owner(directory, field, one.owner_id)
        if not 0 <= one.weekday <= 6:
            wrong(f"{field}.weekday", f"{one.weekday} is no weekday: 0 is Monday, 6 is Sunday")
        if (what := _range(one.opens, one.closes)) is not None:
            wrong(f"{field}.{what[0]}", what[1])
        days.setdefault((one.owner_id, one.weekday), []).append((one.opens, one.closes, index))
    for day in days.values():
        day.sort()
        for (_, closes, _), (opens, _, index) in pairwise(day):
            if opens < closes:
                wrong(f"hours[{index}].opens", f"minute {opens} is before other hours of that weekday end, {closes}")


def _overrides(directory: Directory) -> None:
    seen = set()
    for index, one in enumerate(directory.overrides):
        field = f"overrides[{index}]"
        _owner(directory, field, one.owner_id)
        if (one.owner_id, one.on) in seen:
            wrong(f"{field}.on", f"there is another override of {one.owner_id!r} for {one.on}")
        seen.add((one.owner_id, one.on))
        end = 0
        for opens, closes in sorted(one.ranges):
            if (what := _range(opens, closes)) is not None:
                wrong(f"{field}.ranges", what[1])
            if opens < end:
                wrong(f"{field}.ranges", f"overlap: one begins at minute {opens} before another ends at {end}")
            end = closes


def _owner(directory: Directory, field: str, owner_id: str) -> None:
    if owner_id not in directory.place and owner_id not in directory.resource and owner_id not in directory.service:
        wrong(f"{field}.owner_id", f"there is no place, resource or service {owner_id!r}")


def _range(opens: int, closes: int) -> tuple[str, str] | None:
    """Return which of both minutes is wrong and why, None if neither is."""
    if not 0 <= opens < NEXT_DAY:
        return "opens", f"{opens} is no minute of the day or the night after (0 to {NEXT_DAY - 1})"
    if closes <= opens:
        return "closes", f"{closes} is not after {opens}; past midnight is written as minutes past 1440: 1:00 is 1500"
    if closes > NEXT_DAY:
        return "closes", f"{closes} is past the end of the next day, {NEXT_DAY}"
    return None


def check_lengths(directory: Directory) -> None:
    """Raise InvalidSetup for what is longer than every stretch in which it could be had."""
    longest = _longest(directory)
    for service in directory.services:
        if service.needs == "table" or service.id in directory.variants:
            continue
        places = [longest.get(one) for one in _places_of(directory, service)]
        if (most := _most(places, longest.get(service.id))) is not None and _shortest(directory, service) > most:
            wrong(f"services.{service.id}.minutes", f"{service.minutes} are longer than it is open on any day, {most}")
    houses: dict[PlaceId, int] = {}
    for table in directory.resources:
        if table.kind == "table":
            houses[table.place_id] = max(houses.get(table.place_id, 0), table.max_party)
    for join in directory.joins:
        place_id = directory.resource[join.table_ids[0]].place_id
        houses[place_id] = max(houses[place_id], join.max_party)
    least = 0
    for up_to, minutes in directory.business.policies.turn_minutes:
        most = _most([longest.get(place_id) for place_id, seats in houses.items() if seats > least])
        if most is not None and minutes > most:
            why = f"{minutes} minutes for a party of {up_to} are longer than it is open on any day, {most}"
            wrong("policies.turn_minutes", why)
        least = up_to


def _most(places: Sequence[int | None], own: int | None = None) -> int | None:
    """Return the longest time in one of these places, not longer than what its own hours have; None: no limit."""
    known = [one for one in places if one is not None]
    if len(known) < len(places) or not known:
        return None
    return min(max(known), own) if own is not None else max(known)


def _longest(directory: Directory) -> dict[str, int]:
    """Return for how many minutes each owner of weekly hours is open without a break, at most.

    Left out: who is always open, and who has an override that runs into the next day, since that may go on there.
    """
    weeks: dict[str, list[tuple[int, int]]] = {}
    for one in directory.hours:
        weeks.setdefault(one.owner_id, []).append((one.weekday * DAY + one.opens, one.weekday * DAY + one.closes))
    longest = {}
    for owner_id, week in weeks.items():
        own = [one.ranges for one in directory.overrides if one.owner_id == owner_id]
        if any(closes >= DAY for ranges in own for _, closes in ranges):
            continue
        # Two weeks, so that what begins on Sunday night is seen to its end.
        stretches = _joined([*week, *((start + WEEK, end + WEEK) for start, end in week)])
        for ranges in own:
            stretches += _joined(list(ranges))
        most = max(end - start for start, end in stretches)
        if most < WEEK:
            longest[owner_id] = most
    return longest


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sort, and join what overlaps or touches."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _places_of(directory: Directory, service: Service) -> Sequence[PlaceId]:
    """Return the places at which somebody or something could serve it; all where nothing could yet."""
    if service.needs == "staff":
        mine = {service.id, service.variant_of}
        able = [directory.resource[one.id] for one in directory.staff if mine & {*one.service_ids}]
    else:
        able = [one for one in directory.resources if one.kind == service.needs]
    return sorted({one.place_id for one in able}) or [one.id for one in directory.places]


def _shortest(directory: Directory, service: Service) -> int:
    """Return the fewest minutes in which anybody gives it."""
    own = [one.minutes for person in directory.staff for one in person.terms if one.service_id == service.id]
    return min([service.minutes, *(minutes for minutes in own if minutes is not None)])
