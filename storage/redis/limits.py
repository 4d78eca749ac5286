"""Rate limits shared by all machines: a sliding window of moments a key, in Redis."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from datetime import timedelta

    from redis.asyncio import Redis

    from domain.clock import Clock
    from storage.redis.link import RedisLink

_COUNT = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[2])
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1
"""
_log = structlog.get_logger(__name__)


class RedisLimiter:
    """Counts by the clock; while Redis is away everybody is let through, and the log says so."""

    def __init__(self, link: RedisLink, clock: Clock) -> None:
        """Count through this link, by this clock."""
        self._link = link
        self._clock = clock
        self._script = link.client.register_script(_COUNT)

    async def allow(self, key: str, limit: int, per: timedelta) -> bool:
        """Return whether this one is still within `limit` in a window of `per`; one that is refused is not counted."""
        if limit <= 0:
            return False
        now = int(self._clock.now().timestamp() * 1_000_000)
        window = int(per.total_seconds() * 1_000_000)

        async def count(redis: Redis) -> int | None:
            arguments: list[int | str] = [now, now - window + 1, limit, os.urandom(8).hex(), window // 1000 + 1]
            return int(await self._script(keys=[self._link.key("limit", key)], args=arguments, client=redis))

        counted = await self._link.ask(count, None)
        if counted is None:
            _log.warning("limit_not_counted", key=key.split(":", 1)[0])  # the rest of a key may name a person
            return True
        return counted == 1
