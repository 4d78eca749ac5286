"""The night itself: who is seated when, with those who do not come, who stay longer and who walk in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.seating.evening import Party, needs_of

if TYPE_CHECKING:
    from bench.evenings import Night, Request
    from domain.seating.evening import Evening
    from domain.seating.layout import Layout, Unit

LATE = 10
"""Minutes after which a party counts as seated late."""
SOON = 30
"""A table whose party comes within so many minutes is nobody else's."""


@dataclass(frozen=True, slots=True)
class Served:
    """What became of a night."""

    came: int
    late: int
    """Parties with a booking that waited longer than `LATE`."""
    walked_in: int
    turned_away: int


def serve(layout: Layout, night: Night, evening: Evening) -> Served:
    """Play a night minute by minute.

    Whoever booked comes on time, or does not come, which the house knows beforehand. Their tables free: they sit down.
    Otherwise they are given another unit that is free and that nobody is about to have, or wait. Whoever walks in sits
    where there is room until the next party comes, or goes away.
    """
    booked = {one.number: one for one in night.requests}
    units = {int(one.id): layout.unit_of[one.table_ids] for one in evening.parties}
    waiting = sorted((booked[number] for number in units if booked[number].comes), key=lambda one: one.starts)
    walking = list(night.walk_ins)
    came = len(waiting)
    until = [0] * len(layout.tables)
    late = walked_in = turned_away = 0
    minute = min((one.starts for one in (*waiting, *walking)), default=0)
    while waiting or walking:
        for one in [each for each in waiting if each.starts <= minute]:
            unit = _now(layout, until, waiting, units, one, units[one.number], minute)
            if unit is not None:
                _sit(until, unit, minute + one.stays)
                waiting.remove(one)
                late += minute - one.starts > LATE
        while walking and walking[0].starts <= minute:
            one = walking.pop(0)
            planned = minute + one.ends - one.starts
            free = [
                unit
                for unit in layout.units_for(needs_of(layout, Party("", one.size, one.starts, one.ends)))
                if _is_free(until, unit, minute) and not _expected(waiting, units, unit, minute, planned, one)
            ]
            if free:
                _sit(until, free[0], minute + one.stays)
            walked_in += bool(free)
            turned_away += not free
        minute += 1
    return Served(came, late, walked_in, turned_away)


def _now(
    layout: Layout,
    until: list[int],
    waiting: list[Request],
    units: dict[int, Unit],
    one: Request,
    own: Unit,
    minute: int,
) -> Unit | None:
    """Return where somebody who booked can sit down now."""
    if _is_free(until, own, minute):
        return own
    for unit in layout.units_for(needs_of(layout, Party("", one.size, one.starts, one.ends))):
        if _is_free(until, unit, minute) and not _expected(waiting, units, unit, minute, minute + SOON, one):
            return unit
    return None


def _is_free(until: list[int], unit: Unit, minute: int) -> bool:
    return all(until[table] <= minute for table in unit.tables)


def _expected(
    waiting: list[Request], units: dict[int, Unit], unit: Unit, minute: int, before: int, besides: Request
) -> bool:
    """Return whether somebody else who booked these tables is to come before a minute."""
    return any(
        one is not besides and one.starts < before and units[one.number].mask & unit.mask
        for one in waiting
        if one.starts + SOON >= minute
    )


def _sit(until: list[int], unit: Unit, ends: int) -> None:
    for table in unit.tables:
        until[table] = ends
