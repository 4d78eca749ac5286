"""Timers: what is due becomes mail; what is over is swept away."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage.sql.postgres.calendar import ANSWERS_KEPT
from storage.sql.postgres.pool import scope

if TYPE_CHECKING:
    from datetime import datetime

    from storage.redis.wakeups import Wakeup
    from storage.sql.postgres.pool import Database

KEYS_KEPT = timedelta(days=8)
_MOST_BUSINESSES = 500
_MOST_HOLDS = 200
"""A transaction: their calendars are locked meanwhile."""


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
        """Delete expired holds, keys of handled mail and sent rows of 8 days, keys of requests of 48 hours.

        Returns how many rows.
        """
        swept: int = await self._database.value("SELECT sweep_handled($1)", now - KEYS_KEPT)
        last = ""
        while True:  # holds and answers are their business's: so many businesses at a time
            found = await self._database.fetch(
                "SELECT DISTINCT business_id FROM accounts WHERE business_id > $1 ORDER BY business_id LIMIT $2",
                last,
                _MOST_BUSINESSES,
            )
            if not found:
                return swept
            last = found[-1][0]
            businesses = scope(row[0] for row in found)
            swept += await self._database.value("SELECT sweep_answers($1, $2)", businesses, now - ANSWERS_KEPT)
            holds = _MOST_HOLDS
            while holds == _MOST_HOLDS:
                (row,) = await self._database.fetch(
                    "SELECT holds, swept FROM sweep_calendars($1, $2, $3)", businesses, now, _MOST_HOLDS
                )
                holds = row["holds"]
                swept += row["swept"]
