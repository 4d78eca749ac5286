"""Rate limits in memory: token buckets, and windows that begin with the first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.buckets import Buckets, micros

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from domain.clock import Clock
    from domain.ports import Bucket

MOST_KEYS = 10_000
"""Windows that are over are dropped when there are more."""


class MemoryLimiter:
    """The Limiter."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._windows: dict[str, tuple[datetime, int]] = {}
        """By key: when the window ends, and how many came in it."""
        self._sweep_at = MOST_KEYS
        self.buckets = Buckets()

    async def take(self, buckets: Sequence[Bucket]) -> float:
        """Take a token out of each bucket, or none at all; returns 0.0, or after how many seconds to try again."""
        return self.buckets.take(buckets, micros(self._clock.now()))

    async def allow(self, key: str, limit: int, per: timedelta) -> bool:
        """Return whether this one is still within `limit` in a window of `per`."""
        now = self._clock.now()
        window = self._windows.get(key)
        if window is None or window[0] <= now:
            if len(self._windows) >= self._sweep_at:
                self._windows = {name: one for name, one in self._windows.items() if one[0] > now}
                self._sweep_at = max(MOST_KEYS, 2 * len(self._windows))
            window = (now + per, 0)
        self._windows[key] = (window[0], window[1] + 1)
        return window[1] < limit
