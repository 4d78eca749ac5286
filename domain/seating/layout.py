"""The layout of a place: its tables, their joins, and all units that can seat a party."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from domain.errors import InvalidSetup, NotOffered

if TYPE_CHECKING:
    from domain.businesses import Directory, Join, Resource
    from domain.ids import PlaceId, ResourceId

MUST = frozenset({"accessible"})
"""Features that a party must have when it asks for them; the others are wishes."""
OUTDOOR = "outdoor"
_KEPT = 256


class Unit(NamedTuple):
    """What seats one party: a table, or tables that are put together."""

    id: str
    """Of the table or of the join."""
    table_ids: tuple[ResourceId, ...]
    """Ascending."""
    tables: tuple[int, ...]
    """Their positions in Layout.tables."""
    mask: int
    """The same as bits."""
    min_party: int
    max_party: int
    features: frozenset[str]
    """Of a join: what all of its tables have."""
    area: str
    priority: int
    online: bool
    """Whether all of it can be booked from outside."""


@dataclass(frozen=True)
class Layout:
    """A place's tables and units. Immutable, kept on the directory it was made of."""

    place_id: PlaceId
    tables: tuple[Resource, ...]
    units: tuple[Unit, ...]
    """The smallest first, single tables before joins, then the highest priority."""
    _asked: dict[Seats, tuple[Unit, ...]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def position(self) -> dict[ResourceId, int]:
        """Positions in `tables` by id."""
        return {one.id: at for at, one in enumerate(self.tables)}

    @cached_property
    def unit_of(self) -> dict[tuple[ResourceId, ...], Unit]:
        """Units by their tables, ascending."""
        return {one.table_ids: one for one in reversed(self.units)}

    def units_for(self, seats: Seats) -> tuple[Unit, ...]:
        """Return the units that keep every hard rule for such a party, the smallest first."""
        found = self._asked.get(seats)
        if found is None:
            if len(self._asked) >= _KEPT:
                self._asked.clear()
            found = self._asked[seats] = tuple(one for one in self.units if seats.fit(one))
        return found


class Seats(NamedTuple):
    """What a party needs of its tables without exception."""

    size: int | None
    """None: nobody has counted it yet, any single table will do."""
    must: frozenset[str] = frozenset()
    area: str = ""
    online: bool = True
    """Whether only what can be booked from outside will do."""
    outdoor: bool | None = None
    """Of a party that has a table: whether that is outside, which no re-seating changes."""

    def fit(self, unit: Unit) -> bool:
        """Return whether a unit keeps them."""
        return (
            (len(unit.tables) == 1 if self.size is None else unit.min_party <= self.size <= unit.max_party)
            and self.must <= unit.features
            and (not self.area or unit.area == self.area)
            and (unit.online or not self.online)
            and (self.outdoor is None or self.outdoor == (OUTDOOR in unit.features))
        )


def layout_of(directory: Directory, place_id: PlaceId) -> Layout:
    """Return the layout of a place.

    Raises NotOffered for an unknown place, InvalidSetup (field `joins`) for a join of fewer than two tables, of what
    is no table, of tables in two areas or places, or whose parties are no range.
    """
    kept: dict[PlaceId, Layout] = directory.__dict__.setdefault("_layouts", {})
    found = kept.get(place_id)
    if found is None:
        if place_id not in directory.place:
            raise NotOffered(f"no such place: {place_id}", "place_id")
        found = kept[place_id] = _layout(directory, place_id)
    return found


def _layout(directory: Directory, place_id: PlaceId) -> Layout:
    tables = tuple(one for one in directory.resources if one.kind == "table" and one.place_id == place_id)
    position = {one.id: at for at, one in enumerate(tables)}
    units = [
        Unit(
            one.id,
            (one.id,),
            (at,),
            1 << at,
            one.min_party,
            one.max_party,
            frozenset(one.features),
            one.area,
            one.priority,
            one.online,
        )
        for at, one in enumerate(tables)
    ]
    for join in directory.joins:
        members = _members(directory, join)
        if members[0].place_id == place_id:
            units.append(_joined(join, members, position))
    units.sort(key=lambda one: (one.max_party, len(one.tables), -one.priority))
    return Layout(place_id, tables, tuple(units))


def _members(directory: Directory, join: Join) -> list[Resource]:
    """Return the tables of a join in ascending order. Raises InvalidSetup where it is none."""
    found = [directory.resource.get(one) for one in sorted(set(join.table_ids))]
    members = [one for one in found if one is not None and one.kind == "table"]
    if len(members) != len(found):
        raise InvalidSetup(f"join {join.id} names something that is no table", "joins")
    if len(members) < 2:
        raise InvalidSetup(f"join {join.id} has fewer than two tables", "joins")
    if len({(one.place_id, one.area) for one in members}) > 1:
        raise InvalidSetup(f"join {join.id} has tables of two areas", "joins")
    if not 1 <= join.min_party <= join.max_party:
        raise InvalidSetup(f"join {join.id} seats from {join.min_party} to {join.max_party}", "joins")
    return members


def _joined(join: Join, members: list[Resource], position: dict[ResourceId, int]) -> Unit:
    tables = tuple(position[one.id] for one in members)
    return Unit(
        join.id,
        tuple(one.id for one in members),
        tables,
        sum(1 << one for one in tables),
        join.min_party,
        join.max_party,
        frozenset.intersection(*(frozenset(one.features) for one in members)),
        members[0].area,
        join.priority,
        all(one.online for one in members),
    )
