"""Tables: which of them, alone or joined, seat a party, the best first, for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.errors import NotOffered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.businesses import Directory, Policies, Resource
    from domain.ids import PlaceId, ResourceId


class Seating(NamedTuple):
    """A table, or tables that are put together."""

    table_ids: tuple[ResourceId, ...]
    min_party: int
    max_party: int
    priority: int


def turn_minutes(policies: Policies, party_size: int) -> int:
    """Return for how many minutes a party keeps its table; beyond the last step it is the last step's."""
    for up_to, minutes in policies.turn_minutes:
        if party_size <= up_to:
            return minutes
    return policies.turn_minutes[-1][1]


def seatings_for(
    directory: Directory,
    place_id: PlaceId,
    party_size: int | None,
    *,
    area: str = "",
    features: Sequence[str] = (),
    online: bool = True,
) -> tuple[Seating, ...]:
    """Return what seats the party: fewest seats wasted, single tables before joined, priority, directory order.

    A party that nobody has counted yet may have any single table. Of joined tables each must be in the area, have the
    features and may be booked from outside. Raises NotOffered naming the field that leaves nothing.
    """
    tables = {one.id: one for one in directory.resources if one.kind == "table" and one.place_id == place_id}
    found = [Seating((one.id,), one.min_party, one.max_party, one.priority) for one in tables.values()]
    if party_size is not None:
        found += [
            Seating(tuple(sorted(one.table_ids)), one.min_party, one.max_party, one.priority)
            for one in directory.joins
            if tables.keys() >= set(one.table_ids)
        ]
        found = [one for one in found if one.min_party <= party_size <= one.max_party]
    if not found:
        raise NotOffered("no table here seats such a party", "party_size")

    def narrowed(field: str, suits: set[ResourceId]) -> None:
        found[:] = [one for one in found if suits.issuperset(one.table_ids)]
        if not found:
            raise NotOffered(f"no table for this party is left by its {field}", field)

    if area:
        narrowed("area", {one.id for one in tables.values() if one.area == area})
    if features:
        narrowed("features", {one.id for one in tables.values() if _has(one, features)})
    if online:
        narrowed("party_size", {one.id for one in tables.values() if one.online})
    return tuple(sorted(found, key=lambda one: (one.max_party, len(one.table_ids) > 1, -one.priority)))


def _has(table: Resource, features: Sequence[str]) -> bool:
    return set(features) <= set(table.features)


def longest_turn(policies: Policies) -> int:
    """Return for how many minutes a party keeps its table at most."""
    return max(minutes for _, minutes in policies.turn_minutes)
