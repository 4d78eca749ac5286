"""A calendar that is a list: what is taken of one business, as engines read it, without a store behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.hours import ceil_minute, floor_minute
from domain.occupancy import Block, Occupied

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from domain.ids import ResourceId
    from domain.occupancy import Count, Take


@dataclass(frozen=True, slots=True)
class _Used:
    owner: str
    count: Count
    expires_at: datetime | None


class ListedCalendar:
    """Answers `versions`, `occupied` and `used` of the calendar's port; it refuses nothing that is written."""

    def __init__(self) -> None:
        """Begin with nothing taken."""
        self.blocks: dict[ResourceId, list[Block]] = {}
        """Ascending, by resource."""
        self.reads = 0
        """How many resources were read so far."""
        self._versions: dict[ResourceId, int] = {}
        self._used: list[_Used] = []
        self._users: dict[str, set[str]] = {}

    @property
    def owners(self) -> list[str]:
        """Return the ids of the holds and bookings that take something, and of the sessions."""
        found = dict.fromkeys(block.owner for blocks in self.blocks.values() for block in blocks)
        return list(found | dict.fromkeys(one.owner for one in self._used))

    def block(self, resource_id: ResourceId, start: int, end: int, owner: str, expires: int = 0) -> None:
        """Take a resource for a range of epoch minutes."""
        self.blocks[resource_id] = sorted([*self.blocks.get(resource_id, ()), Block(start, end, owner, expires)])
        self._raise(resource_id)

    def write(self, take: Take, owner: str, expires_at: datetime | None = None) -> None:
        """Take what an opening takes: rows, unless it is a seat in a class that has them, and counts."""
        users = self._users.setdefault(take.session, set())
        if not (take.session and users):
            over = 0 if expires_at is None or take.session else ceil_minute(expires_at)
            for row in take.rows:
                start, end = floor_minute(row.starts_at), ceil_minute(row.ends_at)
                self.block(row.resource_id, start, end, take.session or owner, over)
        users.add(owner)
        self._used += [_Used(owner, count, expires_at) for count in take.counts]

    def give_back(self, owner: str) -> None:
        """Delete what a hold, a booking or a session takes."""
        for resource_id, blocks in self.blocks.items():
            left = [one for one in blocks if one.owner != owner]
            if len(left) < len(blocks):
                self.blocks[resource_id] = left
                self._raise(resource_id)
        self._used = [one for one in self._used if one.owner != owner]

    async def versions(self, resource_ids: Sequence[ResourceId]) -> Mapping[ResourceId, int]:
        """Return each resource's version."""
        known = self._versions
        return {one: known.get(one, 0) for one in resource_ids}

    async def occupied(
        self, resource_ids: Sequence[ResourceId], start: datetime, end: datetime
    ) -> Mapping[ResourceId, Occupied]:
        """Return what overlaps [start, end) of each resource, holds that are over among it."""
        first, last = floor_minute(start), ceil_minute(end)
        self.reads += len(resource_ids)
        return {
            one: Occupied(
                self._versions.get(one, 0),
                tuple([block for block in self.blocks.get(one, ()) if block.start < last and block.end > first]),
            )
            for one in resource_ids
        }

    async def used(
        self, keys: Sequence[str], start: datetime, end: datetime, now: datetime, without: tuple[str, ...] = ()
    ) -> Mapping[tuple[str, datetime], int]:
        """Return what is used up of each (key, bucket) in [start, end), without expired holds and these owners."""
        found: dict[tuple[str, datetime], int] = {}
        for one in self._used:
            count = one.count
            if count.key not in keys or not start <= count.bucket < end or one.owner in without:
                continue
            if one.expires_at is None or one.expires_at > now:
                found[count.key, count.bucket] = found.get((count.key, count.bucket), 0) + count.amount
        return found

    def _raise(self, resource_id: ResourceId) -> None:
        self._versions[resource_id] = self._versions.get(resource_id, 0) + 1
