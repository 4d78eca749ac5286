"""Availability cases of other projects, told as a business, a wish and what is taken: nothing is computed here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from domain.availability import Wish
from domain.businesses import (
    Business,
    DateOverride,
    Directory,
    Hours,
    Limits,
    Place,
    Policies,
    Resource,
    Service,
    Staff,
)
from domain.hours import ceil_minute, epoch_minute, floor_minute, local_date, moment_of
from domain.ids import derived_id
from domain.limits import bucket
from domain.occupancy import Busy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Told = dict[str, Any]
_DAY = timedelta(days=1)
_WORKDAYS = (0, 1, 2, 3, 4)
_FOREVER = 36500
"""Days ahead, where a case has no limit."""
_BLOCKING = "accepted"


class BadCase(ValueError):
    """A case that cannot be read; says which and why."""


@dataclass(frozen=True, slots=True)
class Question:
    """A case as Frontdesk is asked it."""

    directory: Directory
    wish: Wish
    busy: tuple[Busy, ...]
    used: Mapping[tuple[str, datetime], int]
    now: datetime
    since: datetime
    """No start before it is asked for."""
    until: datetime
    """No start from here on is asked for."""
    moved: str
    """The booking that is being moved, "" for none."""


def moment(text: str) -> datetime:
    """Return an aware UTC moment from ISO 8601."""
    return datetime.fromisoformat(text).astimezone(UTC)


def zone_of(told: Told) -> str:
    """Return the zone of the working hours."""
    return str(told.get("schedule_timezone") or told["timezone"])


def place_of(told: Told) -> tuple[Place, tuple[Hours, ...], tuple[DateOverride, ...]]:
    """Return a place with the working hours and overrides of a case."""
    place = Place("place", "Place", zone_of(told))
    return place, *_hours("place", told)


def question_of(told: Told) -> Question:
    """Return what a case asks. Raises BadCase for a kind of grid, host policy or limit that is not known."""
    since, until = _window(told)
    place, hours, overrides = place_of(told)
    hosts: list[Told] = told.get("hosts") or [{"id": "host"}]
    names = [str(one["id"]) for one in hosts]
    days = _days(place.zone, since, until)
    service = _service(told, len(hosts))
    busy: list[Busy] = []
    counted: list[Told] = []
    if told.get("hosts"):  # each has hours of their own in a place that never closes
        hours = tuple(Hours("place", weekday, 0, 1440) for weekday in range(7))
        overrides = ()
    closed: dict[str, list[tuple[datetime, datetime]]] = {one: [] for one in names}
    for one, whom in _taken(told, hosts):
        start, end = moment(one["start"]), moment(one["end"])
        if one.get("kind", "booking") == "booking":
            counted.append(one)
            start -= timedelta(minutes=one.get("buffer_before_min") or 0)
            end += timedelta(minutes=one.get("buffer_after_min") or 0)
        elif one["kind"] == "block":  # as it is: what the engine will add is taken off
            if end - start > timedelta(minutes=service.buffer_before + service.buffer_after):
                start += timedelta(minutes=service.buffer_after)
                end -= timedelta(minutes=service.buffer_before)
            else:
                for who in whom:
                    closed[who].append((start, end))
                continue
        busy += [Busy(who, start, end, _owner(told, service, who, one)) for who in whom]
    for name, host in zip(names, hosts, strict=True):
        inherited = host if "working_hours" in host or "date_overrides" in host else told
        zone = str(host.get("schedule_timezone") or host.get("timezone") or place.zone)
        if zone != place.zone or closed[name]:
            overrides = (*overrides, *_dated(name, inherited, zone, place.zone, days, closed[name]))
        elif told.get("hosts"):
            more, other = _hours(name, inherited)
            # Who has no weekly hours works on the dates of the overrides only: an empty range says so.
            hours, overrides = (*hours, *(more or (Hours(name, 0, 0, 0),))), (*overrides, *other)
        # What lies outside of what is asked for is as good as taken: a stretch begins and ends with the question.
        clip = (timedelta(minutes=service.buffer_before), timedelta(minutes=service.buffer_after))
        if (told.get("future_limit") or {}).get("type") != "rolling_window":  # whose days are counted from today
            busy.append(Busy(name, since - 400 * _DAY, since - clip[0]))
        busy.append(Busy(name, moment_of(ceil_minute(until)) + clip[1], until + 400 * _DAY))
    directory = Directory(
        business=Business("case", "case", "Case", "salon", "EUR", "PT", policies=_policies(told)),
        places=(place,),
        services=(service,),
        staff=tuple(
            Staff(name, name, (service.id,), priority=int(one.get("priority") or 5))
            for name, one in zip(names, hosts, strict=True)
        ),
        resources=tuple(Resource(name, place.id, "staff", name) for name in names),
        hours=hours,
        overrides=overrides,
    )
    wish = Wish(
        place.id,
        (service.id,),
        days[0],
        days[-1],
        staff_id=names[0] if service.staff_needed > 1 else None,
        zone=told["timezone"],
    )
    used = _used(service, place.zone, names, counted, told)
    now = moment(told["now"])
    return Question(directory, wish, tuple(busy), used, now, since, until, str(told.get("reschedule_uid") or ""))


def _window(told: Told) -> tuple[datetime, datetime]:
    """Return what is asked for: the query, else the days of the overrides, else two weeks."""
    zone = ZoneInfo(zone_of(told))
    dated = sorted(date.fromisoformat(one["date"]) for one in told.get("date_overrides") or ())
    now = moment(told["now"])
    first = dated[0] if dated else now.astimezone(zone).date()
    last = dated[-1] if dated and not told.get("working_hours") else max([first, *dated]) + 14 * _DAY
    since = datetime(first.year, first.month, first.day, tzinfo=zone).astimezone(UTC)
    until = datetime(last.year, last.month, last.day, tzinfo=zone).astimezone(UTC) + 2 * _DAY
    if told.get("query_from"):
        since = moment(told["query_from"])
        until = max(until, since + 14 * _DAY)
    if told.get("query_to"):
        until = moment(told["query_to"])
    if told.get("not_before"):
        since = max(since, moment(told["not_before"]))
        until = max(until, since)
    return since, until


def _days(zone: str, since: datetime, until: datetime) -> list[date]:
    first, last = local_date(zone, since) - _DAY, local_date(zone, until) + _DAY
    last = min(last, first + 366 * _DAY)
    return [first + timedelta(days=one) for one in range((last - first).days + 1)]


def _service(told: Told, hosts: int) -> Service:
    limits = told.get("limits") or {}
    policy = told.get("host_policy") or "any"
    if policy not in {"any", "all"}:
        raise BadCase(f"{told.get('id')}: no such host policy: {policy}")
    return Service(
        "service",
        "Service",
        told["duration_min"],
        buffer_before=told.get("buffer_before_min") or 0,
        buffer_after=told.get("buffer_after_min") or 0,
        staff_needed=hosts if policy == "all" else 1,
        seats=told.get("seats") or 0,
        limits=Limits(*(limits.get(f"per_{one}") or 0 for one in ("day", "week", "month", "year"))),
    )


def _week_starts(told: Told) -> Literal["monday", "sunday"]:
    """Return where a week begins: on Sunday in the project whose grid is the booker's clock."""
    return "monday" if told.get("grid") == "fixed_from_open" else "sunday"


def _policies(told: Told) -> Policies:
    grid = told.get("grid") or "calcom"
    if grid not in {"calcom", "fixed_from_open"}:
        raise BadCase(f"{told.get('id')}: no such grid: {grid}")
    align: Literal["opening", "packed", "clock"] = "packed" if told.get("show_optimized_slots") else "clock"
    policies = Policies(
        minimum_notice=timedelta(minutes=told.get("minimum_notice_min") or 0),
        horizon_days=_FOREVER,
        grid=told.get("slot_interval_min") or told["duration_min"],
        grid_align="opening" if grid == "fixed_from_open" else align,
        grid_offset=told.get("offset_start_min") or 0,
        week_starts=_week_starts(told),
    )
    limit = told.get("future_limit") or {"type": "unlimited"}
    counted = _WORKDAYS if limit.get("count_calendar_days") is False else ()
    if limit["type"] == "rolling":
        return replace(policies, horizon_days=limit["days"], horizon_weekdays=counted)
    if limit["type"] == "rolling_window":
        return replace(policies, horizon="window", horizon_days=limit["days"], horizon_weekdays=counted)
    if limit["type"] == "range":
        first, last = date.fromisoformat(limit["start_date"]), date.fromisoformat(limit["end_date"])
        return replace(policies, horizon="range", bookable_from=first, bookable_until=last)
    if limit["type"] in {"unlimited", "none"}:
        return policies
    raise BadCase(f"{told.get('id')}: no such limit: {limit['type']}")


def _taken(told: Told, hosts: list[Told]) -> Iterator[tuple[Told, list[str]]]:
    """Yield what blocks, with the hosts it blocks: those it names, else all."""
    names = [str(one["id"]) for one in hosts]
    for one in told.get("busy") or ():
        if _blocks(one):
            whom = one.get("hosts") or ([one["host"]] if one.get("host") is not None else names)
            yield one, [str(who) for who in whom if str(who) in names]
    for name, host in zip(names, hosts, strict=True):
        for one in host.get("busy") or ():
            if _blocks(one):
                yield one, [name]


def _blocks(one: Told) -> bool:
    status = str(one.get("status") or _BLOCKING).lower()
    return status == _BLOCKING or (status == "pending" and bool(one.get("blocks")))


def _owner(told: Told, service: Service, who: str, one: Told) -> str:
    """Return whose it is: the session of a class where a booking is a seat in it, else the booking."""
    start = moment(one["start"])
    if service.seats and one.get("kind", "booking") == "booking":
        return derived_id("session", service.id, who, start.isoformat())
    return str(one.get("uid") or "")


def _used(
    service: Service, zone: str, names: list[str], counted: list[Told], told: Told
) -> dict[tuple[str, datetime], int]:
    """Return what bookings of the cases use up of limits and seats; the one that is moved uses up nothing."""
    used: dict[tuple[str, datetime], int] = {}
    for one in counted:
        if told.get("reschedule_uid") and one.get("uid") == told["reschedule_uid"]:
            continue
        minute = floor_minute(moment(one["start"]))
        week = "week" if _week_starts(told) == "monday" else "sunday_week"
        periods = (("day", "day"), ("week", week), ("month", "month"), ("year", "year"))
        keys = [(f"{name}:{service.id}", period, 1) for name, period in periods]
        if service.seats:
            seats = one.get("seats_taken") or one.get("attendees") or 1
            seats = seats if isinstance(seats, int) else len(seats)
            whom = [str(one["host"])] if one.get("host") is not None else names
            keys = [(f"seats:{service.id}:{who}", "start", seats) for who in whom]
        for key, period, amount in keys:
            place = (key, moment_of(bucket(period, zone, minute)[0]))  # type: ignore[arg-type]
            used[place] = used.get(place, 0) + amount
    return used


def _hours(owner: str, told: Told) -> tuple[tuple[Hours, ...], tuple[DateOverride, ...]]:
    weekly = tuple(
        Hours(owner, (day - 1) % 7, *_range(one)) for one in told.get("working_hours") or () for day in one["days"]
    )
    dated = tuple(
        DateOverride(owner, date.fromisoformat(one["date"]), (_range(one),) if one.get("start") else ())
        for one in told.get("date_overrides") or ()
    )
    return weekly, dated


def _range(one: Told) -> tuple[int, int]:
    """Return a range in minutes of the day; a minute before midnight means midnight, from a time to itself nothing."""
    start, end = (
        int(hour) * 60 + int(minute) for hour, minute, *_ in (one[edge].split(":") for edge in ("start", "end"))
    )
    end = 1440 if end == 1439 else end
    return start, end if end >= start else end + 1440


def _dated(
    owner: str, told: Told, zone: str, place_zone: str, days: list[date], closed: list[tuple[datetime, datetime]]
) -> list[DateOverride]:
    """Return hours of another zone, or with something cut out of them, date by date in the place's."""
    weekly, dated = _hours(owner, told)
    found: dict[date, list[tuple[int, int]]] = {day: [] for day in days}
    for day in days:
        special = [one for one in dated if one.on == day]
        ranges = [span for one in special for span in one.ranges]
        if not special:
            ranges = [(one.opens, one.closes) for one in weekly if one.weekday == day.weekday()]
        for opens, closes in ranges:
            spans = [(epoch_minute(zone, day, opens), epoch_minute(zone, day, closes))]
            for start, end in closed:
                begin, over = floor_minute(start), ceil_minute(end)
                spans = [
                    part
                    for low, high in spans
                    for part in ((low, min(high, begin)), (max(low, over), high))
                    if part[0] < part[1]
                ]
            for low, high in spans:
                on = local_date(place_zone, moment_of(low))
                midnight = epoch_minute(place_zone, on, 0)
                found.setdefault(on, []).append((low - midnight, high - midnight))
    return [DateOverride(owner, day, tuple(ranges)) for day, ranges in found.items()]
