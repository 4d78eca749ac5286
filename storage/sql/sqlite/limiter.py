"""Rate limits of one process: token buckets, and windows that begin with the first use."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from storage.buckets import Buckets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from domain.ports import Bucket

MOST_KEYS = 10_000
"""Windows that are over are dropped when there are more."""


class LocalLimiter:
    """The Limiter. Every process of the machine counts for itself, by real time."""

    def __init__(self) -> None:
        self._windows: dict[str, tuple[float, int]] = {}
        """By key: when the window ends, by the monotonic clock, and how many came in it."""
        self._sweep_at = MOST_KEYS
        self._buckets = Buckets()

    async def take(self, buckets: Sequence[Bucket]) -> float:
        """Take a token out of each bucket, or none at all; returns 0.0, or after how many seconds to try again."""
        return self._buckets.take(buckets, time.monotonic_ns() // 1000)

    async def allow(self, key: str, limit: int, per: timedelta) -> bool:
        """Return whether this one is still within `limit` in a window of `per`."""
        now = time.monotonic()
        ends_at, count = self._windows.get(key, (now, 0))
        if ends_at <= now:
            ends_at, count = now + per.total_seconds(), 0
            if len(self._windows) >= self._sweep_at:
                self._windows = {name: one for name, one in self._windows.items() if one[0] > now}
                self._sweep_at = max(MOST_KEYS, 2 * len(self._windows))
        self._windows[key] = (ends_at, count + 1)
        return count < limit
