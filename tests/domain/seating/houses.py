"""Small houses and evenings for tests of seating, and an independent check of who sits where."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

from domain.businesses import Business, Directory, Hours, Join, Place, Policies, Resource, Service
from domain.seating.layout import layout_of

if TYPE_CHECKING:
    from domain.seating.evening import Evening, Party

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def table(name: str, seats: int, low: int = 1, **more: Any) -> Resource:
    return Resource(name, "place", "table", name.upper(), low, seats, **more)


def house(*tables: Resource, joins: tuple[Join, ...] = (), service: dict[str, Any] | None = None, **policies: Any):
    """Return a restaurant, open from 17 to 23, on a grid of 30 minutes unless another is given."""
    policies = {"grid": 30, "minimum_notice": timedelta(0), **policies}
    return Directory(
        business=Business("biz", "biz", "Biz", "restaurant", "EUR", "PT", policies=Policies(**policies)),
        places=(Place("place", "Place", "UTC"),),
        services=(Service("table", "Table", 0, needs="table", **(service or {})),),
        staff=(),
        resources=tables,
        hours=tuple(Hours("place", weekday, 17 * 60, 23 * 60) for weekday in range(7)),
        joins=joins,
    )


def overlaps(evening: Evening) -> list[tuple[str, str, str]]:
    """Return (table, one, other) for each two that have a table at once; written without the code it checks."""
    rows = [(table, one.starts, one.ends, one.id) for one in evening.parties for table in one.table_ids]
    rows += [(one.table_id, one.starts, one.ends, "block") for one in evening.blocks]
    return [
        (one[0], one[3], other[3])
        for at, one in enumerate(rows)
        for other in rows[at + 1 :]
        if one[0] == other[0] and one[1] < other[2] and other[1] < one[2]
    ]


def seats_everybody(directory: Directory, evening: Evening) -> bool:
    """Return whether each party has tables that exist, belong together and are large enough."""
    size = {one.id: one for one in directory.resources}
    joins = {tuple(sorted(one.table_ids)): one for one in directory.joins}
    for party in evening.parties:
        unit = size.get(party.table_ids[0]) if len(party.table_ids) == 1 else joins.get(party.table_ids)
        if unit is None or not unit.min_party <= (party.size or 1) <= unit.max_party:
            return False
    return True


def possible(directory: Directory, evening: Evening, party: Party) -> bool:
    """Return whether there is a seating with the party, by trying every one: size, tables and who is fixed."""
    everybody = [*evening.parties, party]
    units = [(one.min_party, one.max_party, frozenset(one.table_ids)) for one in directory.joins]
    units += [(one.min_party, one.max_party, frozenset([one.id])) for one in directory.resources]
    ways = [
        [frozenset(one.table_ids)]
        if one.fixed and one.table_ids
        else [has for low, high, has in units if low <= one.size <= high]
        for one in everybody
    ]
    crossing = [
        (a, b)
        for a in range(len(everybody))
        for b in range(a)
        if everybody[a].starts < everybody[b].ends and everybody[b].starts < everybody[a].ends
    ]
    return any(all(not (way[a] & way[b]) for a, b in crossing) for way in product(*ways))


def layout(directory: Directory):
    return layout_of(directory, "place")
