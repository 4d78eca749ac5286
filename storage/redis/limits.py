"""Rate limits shared by all machines, in Redis: token buckets, and a sliding window of moments a key."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import structlog

from storage.buckets import micros, span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from redis.asyncio import Redis

    from domain.clock import Clock
    from domain.ports import Bucket
    from storage.redis.link import RedisLink

_COUNT = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[2])
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1
"""
# As `storage.buckets` does it: of each bucket the moment is kept at which it is full again, and so long it is kept.
_TAKE = """
local now, wait, after = tonumber(ARGV[1]), 0, {}
for i, key in ipairs(KEYS) do
  local interval, size = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local full_at = math.max(after[key] or tonumber(redis.call('GET', key) or 0), now) + interval
  wait = math.max(wait, full_at - now - size * interval)
  after[key] = full_at
end
if wait > 0 then return wait end
for key, full_at in pairs(after) do
  redis.call('SET', key, string.format('%.0f', full_at), 'PX', math.ceil((full_at - now) / 1000))
end
return 0
"""
AT_ONCE = 8
"""How many questions of one process are under way at most: half of the link's connections, so that a crowd waits here
instead of finding none left, which would look like a Redis that is away."""
TELL_EVERY = 60.0
"""Seconds between two lines of the log about what was not counted."""
_log = structlog.get_logger(__name__)


class RedisLimiter:
    """Counts by the clock; while Redis is away everybody is let through, and the log says so."""

    def __init__(self, link: RedisLink, clock: Clock) -> None:
        """Count through this link, by this clock."""
        self._link = link
        self._clock = clock
        self._script = link.client.register_script(_COUNT)
        self._taking = link.client.register_script(_TAKE)
        self._asking = asyncio.Semaphore(AT_ONCE)
        self._told_at: float | None = None

    async def take(self, buckets: Sequence[Bucket]) -> float:
        """Take a token out of each bucket, or none at all; returns 0.0, or after how many seconds to try again.

        All of them are looked at in one script: two machines never take the same token.
        """
        if not buckets:
            return 0.0
        keys = [self._link.key("bucket", one.key) for one in buckets]
        arguments = [micros(self._clock.now())]
        for one in buckets:
            arguments += (span(one), one.size)

        async def take(redis: Redis) -> int | None:
            return int(await self._taking(keys=keys, args=arguments, client=redis))

        async with self._asking:
            wait = await self._link.ask(take, None)
        if wait is None:
            self._not_counted(buckets[0].key)
            return 0.0
        return wait / 1_000_000

    async def allow(self, key: str, limit: int, per: timedelta) -> bool:
        """Return whether this one is still within `limit` in a window of `per`; one that is refused is not counted."""
        if limit <= 0:
            return False
        now = int(self._clock.now().timestamp() * 1_000_000)
        window = int(per.total_seconds() * 1_000_000)

        async def count(redis: Redis) -> int | None:
            arguments: list[int | str] = [now, now - window + 1, limit, os.urandom(8).hex(), window // 1000 + 1]
            return int(await self._script(keys=[self._link.key("limit", key)], args=arguments, client=redis))

        async with self._asking:
            counted = await self._link.ask(count, None)
        if counted is None:
            self._not_counted(key)
            return True
        return counted == 1

    def _not_counted(self, key: str) -> None:
        """Say once in a while that everybody is let through; the rest of a key may name a person."""
        now = asyncio.get_running_loop().time()
        if self._told_at is None or now - self._told_at >= TELL_EVERY:
            self._told_at = now
            _log.warning("limit_not_counted", key=key.split(":", 1)[0])
