"""The connection to Redis whose failures never reach a caller."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")
TROUBLE = (RedisError, OSError, TimeoutError)
"""What a Redis that is gone, slow or full raises."""
_log = structlog.get_logger(__name__)


class RedisLink:
    """One client of Redis with a breaker: after a failure nobody asks it for a while, and everybody goes on without.

    Names of keys and topics begin with the prefix, so that several installations can share a server.
    """

    def __init__(self, url: str, prefix: str, timeout: float = 0.5) -> None:
        """Prepare a client; nothing is connected yet. `timeout` in seconds bounds each answer."""
        self.prefix = prefix
        self.client = Redis.from_url(
            url,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=Retry(NoBackoff(), 1),  # once: an idle connection may have been closed by the server
            retry_on_error=[ConnectionResetError],
            max_connections=16,
        )
        self._url = url
        self._timeout = timeout
        self._asleep_until = 0.0
        self._pause = 0.5
        self.trouble = ""

    def key(self, *parts: str) -> str:
        """Return a key or topic of this installation."""
        return ":".join((self.prefix, *parts))

    def pubsub_client(self) -> Redis:
        """Return a client of its own for a subscription, whose reads may wait."""
        return Redis.from_url(
            self._url,
            socket_connect_timeout=self._timeout,
            socket_timeout=None,
            retry=Retry(NoBackoff(), 0),
            client_name=self.key("subscriber").replace(" ", "-"),
        )

    async def ask(self, call: Callable[[Redis], Awaitable[T]], otherwise: T) -> T:
        """Return what Redis answers, or `otherwise` when it does not; never raises because of Redis."""
        now = asyncio.get_running_loop().time()
        if now < self._asleep_until:
            return otherwise
        if self.trouble:  # one caller tries; the others go on without until it is known to work
            self._asleep_until = now + self._pause
        try:
            answer = await call(self.client)
        except TROUBLE as error:
            self._failed(error)
            return otherwise
        if self.trouble:
            _log.info("redis_back", prefix=self.prefix)
            self.trouble, self._pause, self._asleep_until = "", 0.5, 0.0
        return answer

    async def healthy(self) -> str:
        """Return "ok" or what is wrong, asking now."""
        try:
            await self.client.ping()
        except TROUBLE as error:
            return f"{type(error).__name__}: {error}"
        return "ok"

    async def close(self) -> None:
        """Disconnect."""
        with suppress(*TROUBLE):
            await self.client.aclose()

    def _failed(self, error: Exception) -> None:
        if not self.trouble:
            _log.warning("redis_gone", prefix=self.prefix, error=f"{type(error).__name__}: {error}")
        self.trouble = str(error) or type(error).__name__
        self._asleep_until = asyncio.get_running_loop().time() + self._pause
        self._pause = min(self._pause * 2, 5.0)
