"""Openings: what can be had in a window of days, each start or only the days."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from domain.hours import epoch_minute, local_date, moment_of
from web.api import schemas, showing
from web.api.calls import Operation, Reply, encode
from web.api.wishes import window

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from domain.availability import Opening, Wish
    from domain.ports import Calendar
    from web.api.calls import Call

_ONE_DAY = timedelta(days=1)


class Encoded(msgspec.Struct, frozen=True):
    """`schemas.Openings` whose openings are encoded already."""

    zone: str
    openings: list[msgspec.Raw]
    more: bool


async def find(call: Call) -> Reply:
    """GET …/openings."""
    asked: schemas.OpeningsQuery = call.query
    wish = _wish(call)
    found = await call.desk().openings(wish, most=asked.limit + 1)
    some = found[: asked.limit]
    used = await seats_used(call.calendar, some, call.now)
    shown = showing.Openings(call.directory, wish.place_id, wish.service_ids, used)
    body = encode(Encoded(call.directory.place[wish.place_id].zone, shown.encoded(some), len(found) > len(some)))
    return Reply(200, body, _tag(body))


async def open_days(call: Call) -> Reply:
    """GET …/openings/days."""
    wish = _wish(call)
    zone = call.directory.place[wish.place_id].zone
    minutes = await call.desk().minutes(wish)
    days: list[schemas.OpenDay] = []
    begin = 0
    while begin < len(minutes):
        day = local_date(zone, moment_of(minutes[begin]))
        end = bisect_left(minutes, epoch_minute(zone, day + _ONE_DAY, 0), begin)
        days.append(schemas.OpenDay(day, end - begin, moment_of(minutes[begin])))
        begin = end
    body = encode(schemas.OpenDays(zone, tuple(days)))
    return Reply(200, body, _tag(body))


async def seats_used(
    calendar: Calendar, openings: Sequence[Opening], now: datetime
) -> Mapping[tuple[str, datetime], int]:
    """Return how many seats are taken of the classes among these openings; one read, none where there is no class."""
    counts = [each for one in openings if one.session for each in one.counts if each.key.startswith(showing.SEATS)]
    if not counts:
        return {}
    keys = sorted({one.key for one in counts})
    buckets = [one.bucket for one in counts]
    return await calendar.used(keys, min(buckets), max(buckets) + _ONE_DAY, now)


def _wish(call: Call) -> Wish:
    asked = call.query
    return window(call.directory, asked, call.now, asked.first, asked.last, (asked.earliest, asked.latest))


def _tag(body: bytes) -> str:
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


OPERATIONS = (
    Operation(
        "GET",
        "/openings",
        "find_openings",
        "Find openings",
        find,
        200,
        schemas.Openings,
        schemas.OpeningsQuery,
        problems=("not-offered",),
        kept=True,
        description="Every start at which it can be had, in order of time, one a start: where several members of staff "
        "or tables could serve it, the one that the business would choose. A window has at most 92 days; without "
        "`from` it begins today, without `to` it has a week.",
    ),
    Operation(
        "GET",
        "/openings/days",
        "find_days",
        "Find the days that have openings",
        open_days,
        200,
        schemas.OpenDays,
        schemas.DaysQuery,
        problems=("not-offered",),
        kept=True,
        description="What a month view shows: each day of the window on which something can be had, how many starts it "
        "has and the first.",
    ),
)
