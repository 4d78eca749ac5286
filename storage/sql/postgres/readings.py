"""What engines read of calendars: what is taken, how old that is and what is used up, each in one round trip."""

from __future__ import annotations

import sys
from array import array
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from domain.occupancy import Block, Busy, Occupied
from storage.sql.postgres.encoding import encoded
from storage.sql.postgres.grouping import Grouper
from storage.sql.postgres.pool import scope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.ids import BusinessId, ResourceId
    from storage.sql.postgres.pool import Database

_block = partial(tuple.__new__, Block)
"""Makes a block of its four values, in order, without a call of Python's: there are ten thousands of them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question for what is taken of some resources."""

    business_id: BusinessId
    resources: tuple[ResourceId, ...]
    starts_at: datetime
    ends_at: datetime
    moment: datetime
    without: tuple[str, ...]


class BusyReader:
    """Reads occupancy for many turns at a time: one call of the server a group."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._grouper: Grouper[Wanted, list[Busy]] = Grouper(self._read, under_way=2)

    async def read(self, wanted: Wanted) -> list[Busy]:
        """Return what is taken."""
        return (await self._grouper.add([wanted]))[0]

    async def close(self) -> None:
        """Finish what is under way."""
        await self._grouper.close()

    async def _read(self, group: Sequence[Wanted]) -> Sequence[list[Busy]]:
        wanted = [
            {
                "o": o,
                "business_id": one.business_id,
                "resources": one.resources,
                "starts_at": one.starts_at,
                "ends_at": one.ends_at,
                "moment": one.moment,
                "without": one.without,
            }
            for o, one in enumerate(group)
        ]
        found = await self._database.fetch(
            "SELECT * FROM busy_times($1, $2)", scope(one.business_id for one in group), encoded(wanted).decode()
        )
        busy: list[list[Busy]] = [[] for _ in group]
        for o, resource_id, starts_at, ends_at, owner_id in found:
            busy[o].append(Busy(resource_id, starts_at, ends_at, owner_id))
        return busy


async def occupied(
    database: Database, business_id: BusinessId, resource_ids: Sequence[ResourceId], start: datetime, end: datetime
) -> dict[ResourceId, Occupied]:
    """Return what is taken of each resource, in minutes; of one that is not set up nothing is, at version 0."""
    found = dict.fromkeys(resource_ids, Occupied(0, ()))
    rows = await database.fetch(
        "SELECT * FROM occupied_times($1, $2, $3, $4)", scope((business_id,)), list(found), start, end
    )
    for resource_id, version, starts, ends, expires, owners in rows:
        blocks: tuple[Block, ...] = ()
        if starts is not None:
            columns = zip(_minutes(starts), _minutes(ends), owners.split(" "), _minutes(expires), strict=True)
            blocks = tuple(map(_block, columns))
        found[resource_id] = Occupied(version, blocks)
    return found


async def versions(
    database: Database, business_id: BusinessId, resource_ids: Sequence[ResourceId]
) -> dict[ResourceId, int]:
    """Return each resource's version; 0 for one that is not set up."""
    found = dict.fromkeys(resource_ids, 0)
    rows = await database.fetch("SELECT * FROM calendar_versions($1, $2)", scope((business_id,)), list(found))
    found.update((resource_id, version) for resource_id, version in rows)
    return found


async def used(
    database: Database,
    business_id: BusinessId,
    keys: Sequence[str],
    start: datetime,
    end: datetime,
    now: datetime,
    without: tuple[str, ...],
) -> dict[tuple[str, datetime], int]:
    """Return how much of each (key, bucket) is used up, of those of which something is."""
    rows = await database.fetch(
        "SELECT * FROM used_counts($1, $2, $3, $4, $5, $6)",
        scope((business_id,)),
        list(dict.fromkeys(keys)),
        start,
        end,
        now,
        sorted(set(without)),
    )
    return {(key, bucket): amount for key, bucket, amount in rows}


def _minutes(packed: bytes) -> array[int]:
    """Read numbers of four bytes each, the highest first."""
    numbers = array("i", packed)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
