"""Tables: which of them seat a party, the best first, for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.businesses import Directory, Policies, Resource
    from domain.ids import PlaceId


def turn_minutes(policies: Policies, party_size: int) -> int:
    """Return for how many minutes a party keeps its table; beyond the last step it is the last step's."""
    for up_to, minutes in policies.turn_minutes:
        if party_size <= up_to:
            return minutes
    return policies.turn_minutes[-1][1]


def tables_for(directory: Directory, place_id: PlaceId, party_size: int | None) -> tuple[Resource, ...]:
    """Return a place's tables that seat the party: the smallest first, then the highest priority, then directory order.

    A party that nobody has counted yet may have any table.
    """
    tables = [one for one in directory.resources if one.kind == "table" and one.place_id == place_id]
    if party_size is not None:
        tables = [one for one in tables if one.min_party <= party_size <= one.max_party]
    return tuple(sorted(tables, key=lambda one: (one.max_party, -one.priority)))
