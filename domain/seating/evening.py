"""The parties of an evening: where each sits, for how long, and whether it may still change tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.bookings import Status
from domain.hours import floor_minute
from domain.seating.layout import MUST, OUTDOOR, Layout, Seats, Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from domain import occupancy
    from domain.bookings import Booking
    from domain.businesses import Policies
    from domain.ids import ResourceId

_REACH = 360
"""How many minutes before and after a party others may change tables for it: what is read covers at least so much."""
_PRESENT = frozenset({Status.SEATED, Status.IN_SERVICE})


@dataclass(frozen=True, slots=True)
class Party:
    """Some people and the time for which they have tables, or want some. Epoch minutes, buffers included, half-open."""

    id: str
    """Of the booking; "" for one that only asks."""
    size: int | None
    starts: int
    ends: int
    table_ids: tuple[ResourceId, ...] = ()
    """What it has, ascending; () for one that only asks."""
    fixed: bool = False
    """Whether it stays where it is: promised, there already, or about to come."""
    features: tuple[str, ...] = ()
    """What it wishes of its tables."""
    strict: bool = False
    """Whether nothing will do that lacks one of them."""
    area: str = ""
    """The area it asks for."""
    online: bool = True
    """Whether it asks from outside."""
    history: tuple[ResourceId, ...] = ()
    """Tables that it had before."""
    name: str = ""
    """For people to read."""


@dataclass(frozen=True, slots=True)
class Block:
    """A table that nobody can have for a time: broken, kept by staff, held by somebody who decides. Epoch minutes."""

    table_id: ResourceId
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class Evening:
    """Who sits where: the present seating, which re-seating may change."""

    parties: tuple[Party, ...] = ()
    blocks: tuple[Block, ...] = ()

    def with_(self, *parties: Party) -> Evening:
        """Return the evening with these parties too; one of the same id takes the other's place."""
        new = {one.id for one in parties}
        return Evening((*(one for one in self.parties if one.id not in new), *parties), self.blocks)

    def without(self, *ids: str) -> Evening:
        """Return the evening without the parties of these ids."""
        return Evening(tuple(one for one in self.parties if one.id not in ids), self.blocks)


def needs_of(layout: Layout, party: Party) -> Seats:
    """Return what a party needs without exception.

    A party that has tables keeps what it has of its wishes, stays inside or outside, and is not moved to tables that
    are kept for the house unless it has such a one.
    """
    unit = unit_at(layout, party)
    if unit is None:
        must = frozenset(party.features) if party.strict else MUST.intersection(party.features)
        return Seats(party.size, must, party.area, party.online)
    kept = (MUST | unit.features).intersection(party.features)
    return Seats(party.size, kept, party.area, party.online and unit.online, OUTDOOR in unit.features)


def unit_at(layout: Layout, party: Party) -> Unit | None:
    """Return the unit that a party has; None if it has none, or tables that are no unit of the house."""
    return layout.unit_of.get(party.table_ids)


def evening_of(
    bookings: Iterable[Booking],
    taken: Mapping[ResourceId, Sequence[occupancy.Block]],
    now: datetime,
    policies: Policies,
    without: Collection[str] = (),
) -> Evening:
    """Return the evening that is taken of these tables.

    What a booking among `bookings` takes is a party; all else is a block: holds, what staff keep, bookings that take
    their tables for different times. A party is fixed when it is pinned, must have an accessible table, was not
    counted, is there already, begins within `pin_before`, or the house never re-seats.

    Args:
        bookings: of any status; those that take nothing are left out.
        taken: what is taken by table, with its owners; what expired before `now` is left out.
        now: the present moment.
        policies: whether and until when the house re-seats.
        without: ids of holds and bookings that do not count.
    """
    minute = floor_minute(now)
    rows: dict[str, list[Block]] = {}
    for table_id, blocks in taken.items():
        for one in blocks:
            if one.owner not in without and not (one.expires and one.expires <= minute):
                rows.setdefault(one.owner, []).append(Block(table_id, one.start, one.end))
    parties = []
    for booking in bookings:
        mine = rows.get(booking.id, ())
        spans = {(row.starts, row.ends) for row in mine}
        if len(spans) != 1:
            continue
        del rows[booking.id]
        ((starts, ends),) = spans
        parties.append(
            Party(
                booking.id,
                booking.party_size,
                starts,
                ends,
                tuple(sorted(row.table_id for row in mine)),
                is_fixed(booking, now, policies),
                booking.features,
                name=booking.name,
            )
        )
    return Evening(tuple(parties), tuple(block for others in rows.values() for block in others))


def around(evening: Evening, starts: int, ends: int) -> Evening:
    """Return what matters to re-seating for such a stretch; parties that reach beyond the next hours stay put."""
    first, last = starts - _REACH, ends + _REACH
    return Evening(
        tuple(
            one if first <= one.starts and one.ends <= last else replace(one, fixed=True)
            for one in evening.parties
            if one.starts < last and one.ends > first
        ),
        tuple(one for one in evening.blocks if one.starts < last and one.ends > first),
    )


def is_fixed(booking: Booking, now: datetime, policies: Policies) -> bool:
    """Return whether a booking stays at its tables."""
    return (
        policies.seating == "fixed"
        or booking.pinned
        or booking.party_size is None
        or not MUST.isdisjoint(booking.features)
        or booking.status in _PRESENT
        or booking.starts_at - now <= policies.pin_before
    )
