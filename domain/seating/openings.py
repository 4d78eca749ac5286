"""Openings of tables: every start at which a party can be seated, with its tables, who changes theirs, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from domain.availability import Start, grid_starts, openings_of, starts, visit_for
from domain.hours import MOMENTS, open_ranges
from domain.limits import counts_at, fits
from domain.occupancy import Block, SeatMove
from domain.seating.evening import Block as Kept
from domain.seating.evening import Evening, Party, around
from domain.seating.layout import layout_of
from domain.seating.reseat import BRIEF, Seating, direct, reseated

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from domain.availability import Opening, Wish
    from domain.businesses import Directory
    from domain.ids import ResourceId
    from domain.limits import Used
    from domain.seating.layout import Layout
    from domain.seating.protect import Prices
    from domain.seating.reseat import Effort
    from domain.visits import Choice, Visit

_ONE_DAY = timedelta(days=1)


def seated_openings(
    directory: Directory,
    wish: Wish,
    evening: Evening,
    now: datetime,
    used: Used,
    *,
    prices: Prices | None = None,
    effort: Effort = BRIEF,
) -> list[Opening]:
    """Return every start at which a party can have tables, in order of time, with or without others changing theirs.

    Starts with a direct fit are those of `domain.availability`; at each the tables are chosen by the score. All other
    starts of the grid whose counts leave room are tried with re-seating, where the house re-seats. Features and the
    area are kept as hard as there: what is offered has them.

    Args:
        directory: of the house.
        wish: for tables only.
        evening: everybody of the days of the wish, and what is blocked; see `evening_of`.
        now: the present moment.
        used: what is used up of what is counted.
        prices: what tables are worth to those who may still ask (`prices_of`, `Forecast.left`). With the owner's dial
            above 0, a start is left out where the party would take more from them than it brings.
        effort: how long each start is searched.

    Raises NotOffered as `openings` does.
    """
    visit = visit_for(directory, wish)
    layout = layout_of(directory, wish.place_id)
    policies = directory.business.policies
    choices = {tuple(sorted(part.resource_id for part in one.parts)): one for one in visit.choices}
    taken = _taken(evening)
    fitting = {one.minute: one for one in starts(directory, visit, wish, taken, now, used)}
    days = {one.minute: one.day for one in fitting.values()}
    if policies.seating == "late" and evening.parties:
        days.update(grid_starts(directory, visit, wish, now))
    closed = _closed(directory, visit, layout, set(days.values()))
    evening = Evening(evening.parties, (*evening.blocks, *closed))
    found = []
    for minute in sorted(days):
        party = _asking(wish, visit.choices[0], minute)
        near = around(evening, party.starts, party.ends)
        seating = direct(layout, near, party, policies)
        if seating is None and minute not in fitting:
            if not fits(counts_at(visit.choices[0].counts, visit.place.zone, minute), used):
                continue
            seating = reseated(layout, near, party, effort)
            if seating is None:
                continue
        elif minute not in fitting:
            continue
        if prices is not None and prices.refuses(party, policies.protect):
            continue
        choice = None if seating is None else choices.get(seating.unit.table_ids)
        if seating is not None and choice is not None:
            found.append(_opening(visit, Start(minute, choice, days[minute]), seating))
        elif minute in fitting:
            found.append(openings_of(visit, [fitting[minute]])[0])
    return found


def seat_moves(seating: Seating) -> tuple[SeatMove, ...]:
    """Return the moves of a seating as they are written."""
    return tuple(
        SeatMove(
            one.party.id, one.party.table_ids, one.unit.table_ids, MOMENTS[one.party.starts], MOMENTS[one.party.ends]
        )
        for one in seating.moves
    )


def _asking(wish: Wish, choice: Choice, minute: int) -> Party:
    part = choice.parts[0]
    return Party(
        "",
        wish.party_size,
        minute + part.busy_from,
        minute + part.busy_until,
        features=wish.features,
        strict=True,
        area=wish.area,
        online=wish.online,
    )


def _opening(visit: Visit, start: Start, seating: Seating) -> Opening:
    return replace(openings_of(visit, [start])[0], moves=seat_moves(seating), reasons=seating.reasons)


def _taken(evening: Evening) -> Mapping[ResourceId, list[Block]]:
    taken: dict[ResourceId, list[Block]] = {}
    for party in evening.parties:
        for table_id in party.table_ids:
            taken.setdefault(table_id, []).append(Block(party.starts, party.ends, party.id, 0))
    for block in evening.blocks:
        taken.setdefault(block.table_id, []).append(Block(block.starts, block.ends, "", 0))
    for blocks in taken.values():
        blocks.sort()
    return taken


def _closed(directory: Directory, visit: Visit, layout: Layout, days: set[date]) -> list[Kept]:
    """Return when tables with hours of their own cannot be had on these days and those beside them."""
    own = {one.owner_id for one in directory.hours} | {one.owner_id for one in directory.overrides}
    tables = [one.id for one in layout.tables if one.id in own]
    closed = []
    for day in {day + beside for day in days for beside in (-_ONE_DAY, timedelta(0), _ONE_DAY)} if tables else ():
        house = open_ranges(directory, visit.place, visit.place.id, day)
        for table_id in tables if house else ():
            since = house[0].opens
            for one in open_ranges(directory, visit.place, table_id, day):
                if one.opens > since:
                    closed.append(Kept(table_id, since, one.opens))
                since = max(since, one.until)
            if since < house[-1].until:
                closed.append(Kept(table_id, since, house[-1].until))
    return closed
