"""Token buckets: how long until there is a token, in whole microseconds."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.ports import Bucket

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MOST_KEYS = 10_000
"""Buckets that are full again are dropped when there are more."""


def micros(at: datetime) -> int:
    """Return a moment in microseconds since 1970."""
    return (at - EPOCH) // MICROSECOND


def span(bucket: Bucket) -> int:
    """Return the microseconds in which one token comes back, rounded up: what is promised is never exceeded.

    Raises ValueError for a bucket that can never give one.
    """
    if bucket.rate <= 0 or bucket.size < 1:
        raise ValueError(f"the bucket {bucket.key} never holds a token")
    return math.ceil(1_000_000 / bucket.rate)


class Buckets:
    """The buckets of one process.

    Of each only the moment is kept at which it is full again: every token taken moves it on by the time in which one
    comes back, and it may be at most a whole bucket away. A bucket that is full needs no entry.
    """

    def __init__(self, most: int = MOST_KEYS) -> None:
        """Keep so many before looking which of them are full again."""
        self._full_at: dict[str, int] = {}
        self._most = self._sweep_at = most

    def take(self, buckets: Sequence[Bucket], now: int) -> float:
        """Take a token out of each bucket at a moment, in microseconds, or none at all.

        Returns 0.0, or after how many seconds there will be one in each, if nobody else takes it.
        """
        after: dict[str, int] = {}
        wait = 0
        for one in buckets:
            interval = span(one)
            full_at = max(after.get(one.key, self._full_at.get(one.key, 0)), now) + interval
            wait = max(wait, full_at - now - one.size * interval)
            after[one.key] = full_at
        if wait > 0:
            return wait / 1_000_000
        self._keep(after, now)
        return 0.0

    def __len__(self) -> int:
        """Return how many buckets are kept."""
        return len(self._full_at)

    def _keep(self, after: dict[str, int], now: int) -> None:
        self._full_at |= after
        if len(self._full_at) > self._sweep_at:
            self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
            self._sweep_at = max(self._most, 2 * len(self._full_at))
