"""Searching: from what is known to openings, and why there are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import ceil, floor
from typing import TYPE_CHECKING, TypeVar

from dialogs.slots import LATEST
from dialogs.understanding.commands import ANYONE, Day, Seek, TimeOfDay
from domain.availability import Wish
from domain.errors import NotOffered
from domain.horizon import furthest_day
from domain.hours import epoch_minute, hours_on, moment_of
from domain.sales import length_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from dialogs.turn import Turn
    from domain.alternatives import Alternative
    from domain.availability import Opening
    from domain.desk import Desk

Found = TypeVar("Found")
SHOWN = 6
"""How many times of one day are shown at once."""


def wish(turn: Turn, day: Day, time: TimeOfDay | None) -> Wish:
    """Return what is looked for on these days."""
    slots = turn.state.slots
    services = tuple(slots.service) or tuple(one.id for one in turn.directory.services[:1])
    return Wish(
        place_id=turn.place.id,
        service_ids=services,
        first=day.first,
        last=day.last,
        staff_id=slots.staff if slots.staff and slots.staff != ANYONE else None,
        party_size=slots.party_size,
        features=tuple(slots.features),
        earliest=time.earliest if time else 0,
        latest=time.latest if time else LATEST,
    )


def steer(turn: Turn) -> Seek | None:
    """Let "somebody else" and "another day" change what is known, where they come with other news.

    Returns where else to look ("the earliest on Tuesday"), None where what was said is enough to go on.
    """
    toward: Seek | None = None
    for seek in turn.take(Seek):
        if seek.way == "other_staff":
            if "staff" not in turn.changed:
                somebody_else(turn)
        elif seek.way == "other_day":
            if "date" not in turn.changed:
                turn.state.slots.date = None
        elif "time" not in turn.changed:
            toward = seek
    return toward


def somebody_else(turn: Turn) -> None:
    """Want anybody but who was wished or is kept."""
    slots, kept = turn.state.slots, turn.state.kept
    now = slots.staff if slots.staff != ANYONE else ""
    slots.staff, slots.avoided = "", now or (kept.staff_id if kept else "") or slots.avoided
    if not slots.avoided:
        slots.staff = ANYONE


def own(turn: Turn) -> tuple[str, ...]:
    """Return the hold and the booking of this conversation that must not stand in their own way."""
    kept, target = turn.state.kept, turn.state.target
    return tuple(one for one in (kept.hold_id if kept else "", target) if one)


async def look(turn: Turn, desk: Desk, day: Day, time: TimeOfDay | None) -> list[Opening]:
    """Return the openings on these days at these times. Raises NotOffered."""
    without = own(turn)

    async def ask(one: Wish) -> list[Opening]:
        return await desk.openings(one, without=without)

    return await _by_others(turn, wish(turn, day, time), ask, lambda one: one.starts_at)


async def plain(turn: Turn, desk: Desk, day: Day, time: TimeOfDay | None) -> list[Opening]:
    """Return the openings at tables of any kind, whatever is wished of them. Raises NotOffered."""
    return await desk.openings(replace(wish(turn, day, time), features=()), without=own(turn))


async def _by_others(
    turn: Turn, wished: Wish, ask: Callable[[Wish], Awaitable[list[Found]]], starts_at: Callable[[Found], datetime]
) -> list[Found]:
    """Ask for what is wished, of everybody but who is not wanted; one opening a start. Raises NotOffered."""
    avoided = turn.state.slots.avoided
    if not avoided or wished.staff_id is not None:
        return await ask(wished)
    able = [
        one.id for one in turn.directory.staff if one.id != avoided and set(wished.service_ids) <= set(one.service_ids)
    ]
    if not able:
        raise NotOffered("nobody else does that")
    found: dict[datetime, Found] = {}
    for staff_id in able:
        for one in await ask(replace(wished, staff_id=staff_id)):
            found.setdefault(starts_at(one), one)
    return sorted(found.values(), key=starts_at)


async def nearest(turn: Turn, desk: Desk, day: Day, time: TimeOfDay | None, most: int = 3) -> list[Alternative]:
    """Return what is nearest to what was wanted, in order of time; what is kept is none of it."""
    wanted: datetime | None = None
    if time is not None:
        wanted = moment_of(epoch_minute(turn.place.zone, day.first, time.earliest))
    kept = turn.state.kept

    async def ask(one: Wish) -> list[Alternative]:
        return await desk.alternatives(one, wanted, most=most + bool(kept), without=own(turn))

    found = await _by_others(turn, wish(turn, day, None), ask, lambda one: one.opening.starts_at)
    found = [one for one in found if kept is None or one.opening.starts_at != kept.starts_at]
    if wanted is not None and len(found) > most:
        aim = wanted
        nearest_first = sorted(found, key=lambda one: abs(one.opening.starts_at - aim))
        found = sorted(nearest_first[:most], key=lambda one: one.opening.starts_at)
    return found[:most]


async def soonest(
    turn: Turn, desk: Desk, time: TimeOfDay | None, most: int = 3, after: date | None = None
) -> list[Opening]:
    """Return the first openings from now on, or from the day after another, looking further and further ahead."""
    first = turn.local.date() if after is None else after + timedelta(days=1)
    furthest = furthest_day(turn.directory, turn.place, turn.local.date())
    found: list[Opening] = []
    for days in (2, 5, 14, *(100,) * ceil((furthest - first).days / 100)):
        if first > furthest or len(found) >= most:
            break
        last = first + timedelta(days=days - 1)
        found += await look(turn, desk, Day(first, min(last, furthest)), time)
        first = last + timedelta(days=1)
    return found[:most]


def days_to_come(turn: Turn) -> Day:
    """Return today and the days after it, for who wants it as soon as can be."""
    today = turn.local.date()
    return Day(today, today + timedelta(days=6))


def open_days(turn: Turn, most: int = 3) -> list[date]:
    """Return the next days on which the place is open at all; today only while it still is."""
    today, found = turn.local.date(), []
    furthest = furthest_day(turn.directory, turn.place, today)
    for ahead in range(max(0, (furthest - today).days + 1)):
        on = today + timedelta(days=ahead)
        ranges = hours_on(turn.directory, turn.place.id, on)
        notice = turn.directory.business.policies.minimum_notice
        soon = (turn.local + notice).hour * 60 if (turn.local + notice).date() == on else 0
        if ranges and (ahead or any(closes > soon + 60 for _, closes in ranges)):
            found.append(on)
            if len(found) == most:
                break
    return found


def spread(found: list[Opening], zone: ZoneInfo, most: int = SHOWN) -> list[Opening]:
    """Return at most so many of these openings over the day: the first, then full and half hours where there are."""
    if len(found) <= most:
        return found
    step = (len(found) - 1) / (most - 1)
    chosen = [0]
    for index in range(1, most):
        aim = step * index
        low = max(ceil(aim - step / 2), chosen[-1] + 1)
        high = min(max(floor(aim + step / 2), low), len(found) - most + index)
        near = {at: abs(at - aim) + _odd(found[at], zone) for at in range(low, high + 1)}
        chosen.append(min(near, key=lambda at: (near[at], at)))
    return [found[at] for at in chosen]


def _odd(one: Opening, zone: ZoneInfo) -> float:
    """Return how many steps of the grid a start may be farther off to be preferred to another."""
    return {0: 0, 30: 0.5}.get(one.starts_at.astimezone(zone).minute, 3)


def a_day_each(found: list[Opening], most: int = 5) -> list[Opening]:
    """Return the first opening of each day."""
    seen: dict[date, Opening] = {}
    for one in found:
        seen.setdefault(one.starts_at.date(), one)
    return list(seen.values())[:most]


def why_not(turn: Turn, day: Day, time: TimeOfDay | None) -> str:
    """Return why there is no opening: `closed`, `past`, `outside`, `soon`, `late` or `full`."""
    if not day.exact:
        return "full"
    ranges = hours_on(turn.directory, turn.place.id, day.first) or ()
    if not ranges:
        return "closed"
    if time is None or not time.exact:
        return "full"
    start = moment_of(epoch_minute(turn.place.zone, day.first, time.earliest))
    if start <= turn.now:
        return "past"
    within = [(opens, closes) for opens, closes in ranges if opens <= time.earliest < closes]
    if not within:
        return "outside"
    if start < turn.now + turn.directory.business.policies.minimum_notice:
        return "soon"
    ends = time.earliest + _minutes(turn)
    return "full" if any(ends <= closes for _, closes in within) else "late"


def _minutes(turn: Turn) -> int:
    """Return how long what is looked for takes."""
    slots = turn.state.slots
    if turn.form.table:
        policy = turn.directory.business.policies.turn_minutes
        return next((minutes for size, minutes in policy if (slots.party_size or 1) <= size), policy[-1][1])
    staff = slots.staff or None
    return sum(length_of(turn.directory, turn.directory.service[one], None, staff) for one in slots.service)
