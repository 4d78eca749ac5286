"""Occupancy: what a booking or a hold takes, namely resources for a time, seats of a class, covers of a quarter."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from domain.ids import BookingId, ResourceId  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Busy:
    """A resource that is taken from one moment to another, half-open, buffers included."""

    resource_id: ResourceId
    starts_at: datetime
    ends_at: datetime
    owner_id: str = field(default="", compare=False)
    """The hold, booking or class session that takes it, "" where that does not matter."""


class Block(NamedTuple):
    """A stretch of one resource that is taken, as engines read it."""

    start: int
    """Epoch minute, rounded down."""
    end: int
    """Epoch minute, rounded up; half-open."""
    owner: str
    """Id of the hold, booking or class session."""
    expires: int
    """Epoch minute, rounded up, at which a hold is over; 0 for what does not expire."""


class Occupied(NamedTuple):
    """What is taken of one resource in a range, and the version of its calendar when that was read."""

    version: int
    blocks: tuple[Block, ...]
    """Ascending; holds that are over may still be among them."""


@dataclass(frozen=True, slots=True)
class Count:
    """So much of something countable: seats of a class, covers of a quarter of an hour, bookings of a day."""

    key: str
    """What is counted: `seats:<service>:<staff>`, `pace:<place>`, `day:<service or staff>`, …"""
    bucket: datetime
    """The aware UTC moment at which the counted stretch begins."""
    amount: int
    cap: int
    """The sum over all that count may not exceed it."""


@dataclass(frozen=True, slots=True)
class Take:
    """Resources taken for a range of time, buffers included: what becomes occupancy rows, in this order."""

    resource_ids: tuple[ResourceId, ...]
    starts_at: datetime
    ends_at: datetime
    parts: tuple[Busy, ...] = ()
    """Where resources are taken for different times, each with its own, by resource; empty: all for the whole range."""
    session: str = ""
    """Id of a class: its resources are taken once, by everybody in it together, until the last one leaves."""
    counts: tuple[Count, ...] = ()
    """What it uses up, guarded when it is written."""

    @property
    def rows(self) -> tuple[Busy, ...]:
        """Each resource with the time for which it is taken, by resource."""
        return self.parts or tuple(Busy(one, self.starts_at, self.ends_at) for one in sorted(self.resource_ids))


@dataclass(frozen=True, slots=True)
class SeatMove:
    """A party that is given other tables for the same time."""

    booking_id: BookingId
    was: tuple[ResourceId, ...]
    """The tables that it must still have."""
    resource_ids: tuple[ResourceId, ...]
    starts_at: datetime
    """Of what is taken, buffers included."""
    ends_at: datetime


def gathered(counts: Sequence[Count]) -> tuple[Count, ...]:
    """Return counts with each key and bucket once, its amounts summed under the lowest cap, in their order."""
    found: dict[tuple[str, datetime], Count] = {}
    for one in counts:
        name = (one.key, one.bucket)
        if (known := found.get(name)) is None:
            found[name] = one
        else:
            found[name] = replace(known, amount=known.amount + one.amount, cap=min(known.cap, one.cap))
    return tuple(found[name] for name in sorted(found))


def taken_by(rows: Sequence[Busy], session: str = "") -> Take:
    """Return the take that leaves these rows, its counts aside; there is at least one."""
    rows = tuple(sorted((Busy(one.resource_id, one.starts_at, one.ends_at) for one in rows), key=_by_resource))
    starts_at, ends_at = min(one.starts_at for one in rows), max(one.ends_at for one in rows)
    alike = all((one.starts_at, one.ends_at) == (starts_at, ends_at) for one in rows)
    ids = tuple(one.resource_id for one in rows)
    return Take(ids, starts_at, ends_at, () if alike else rows, session)


def _by_resource(one: Busy) -> tuple[ResourceId, datetime]:
    return one.resource_id, one.starts_at


def beyond(take: Take, own: Take) -> Take:
    """Return what one take has beyond another: its longer end where they share a resource and overlap."""
    if set(take.resource_ids).isdisjoint(own.resource_ids):
        return take
    if take.parts or own.parts:
        return _beyond_by_resource(take, own)
    if own.ends_at <= take.starts_at or own.starts_at >= take.ends_at:
        return take
    earlier, later = own.starts_at - take.starts_at, take.ends_at - own.ends_at
    if max(earlier, later) <= timedelta(0):
        return replace(take, resource_ids=())
    return replace(take, ends_at=own.starts_at) if earlier > later else replace(take, starts_at=own.ends_at)


def _beyond_by_resource(take: Take, own: Take) -> Take:
    parts = []
    for row in take.rows:
        mine = [one for one in own.rows if one.resource_id == row.resource_id]
        rest: tuple[datetime, datetime] | None = (row.starts_at, row.ends_at)
        for one in mine:
            if rest is None or one.ends_at <= rest[0] or one.starts_at >= rest[1]:
                continue
            earlier, later = one.starts_at - rest[0], rest[1] - one.ends_at
            if max(earlier, later) <= timedelta(0):
                rest = None
            else:
                rest = (rest[0], one.starts_at) if earlier > later else (one.ends_at, rest[1])
        if rest is not None:
            parts.append(Busy(row.resource_id, *rest))
    return replace(take, resource_ids=tuple(one.resource_id for one in parts), parts=tuple(parts))
