"""Timers: what is due becomes mail; what is over is swept away."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from storage.redis.wakeups import Wakeup
    from storage.sql.postgres.pool import Database

KEYS_KEPT = timedelta(days=8)
_MOST_BUSINESSES = 500


class PostgresTimers:
    """Fires and sweeps; several machines may do so at the same time."""

    def __init__(self, database: Database, wakeup: Wakeup) -> None:
        self._database = database
        self._wakeup = wakeup

    async def fire(self, now: datetime, most: int) -> int:
        """Turn due timers into mail of kind `timer` in their lanes, each exactly once; returns how many."""
        fired: int = await self._database.value("SELECT fire_timers($1, $2)", now, most)
        if fired:
            await self._wakeup.notify()
        return fired

    async def sweep(self, now: datetime) -> int:
        """Delete expired holds, and keys of handled mail and sent rows older than 8 days; returns how many rows."""
        swept: int = await self._database.value("SELECT sweep_handled($1)", now - KEYS_KEPT)
        last = ""
        while True:  # holds are their business's: so many businesses at a time
            found = await self._database.fetch(
                "SELECT DISTINCT business_id FROM accounts WHERE business_id > $1 ORDER BY business_id LIMIT $2",
                last,
                _MOST_BUSINESSES,
            )
            if not found:
                return swept
            last = found[-1][0]
            async with self._database.within(*(row[0] for row in found)) as session:
                held = await session.one("SELECT count(*) FROM occupancy WHERE expires_at <= $1", now)
                await session.fetch(
                    "DELETE FROM holds h USING (SELECT business_id, id FROM holds WHERE expires_at <= $1 "
                    "ORDER BY business_id, id FOR UPDATE SKIP LOCKED) e "
                    "WHERE h.business_id = e.business_id AND h.id = e.id",
                    now,
                )
                swept += 0 if held is None else held[0]
