"""Wake-ups: telling the waiting workers of all machines that there is something to do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.redis.subscriber import Subscriber

POLL = 0.5
"""Seconds between looks while Redis is away."""
_GRAIN = 0.01


class Wakeup:
    """One thing that workers wait for, such as ready lanes."""

    def __init__(self, subscriber: Subscriber, topic: str) -> None:
        """Wait on this topic of the subscriber."""
        self._subscriber = subscriber
        self._topic = topic
        self._event = asyncio.Event()
        self._later: dict[int, asyncio.TimerHandle] = {}

    async def open(self) -> None:
        """Begin to listen."""
        await self._subscriber.add(self._topic, self._told)

    async def close(self) -> None:
        """Stop listening and wake everybody who waits."""
        await self._subscriber.remove(self._topic, self._told)
        for handle in self._later.values():
            handle.cancel()
        self._later.clear()
        self._event.set()

    async def notify(self, delay: float = 0.0) -> None:
        """Wake those who wait, or will wait next, everywhere, after so many seconds."""
        await self._subscriber.publish([(self._topic, b"%d" % round(max(0.0, delay) * 1000))])

    def remind(self, delay: float) -> None:
        """Wake those who wait in this process after so many seconds."""
        if delay <= 0:
            self._event.set()
            return
        loop = asyncio.get_running_loop()
        grain = int((loop.time() + delay) / _GRAIN) + 1  # many reminders of one moment cost one timer
        if grain not in self._later:
            self._later[grain] = loop.call_at(grain * _GRAIN, self._due, grain)

    async def wait(self, seconds: float) -> None:
        """Return when notified, at the latest after so many seconds, earlier if Redis is away."""
        if not self._event.is_set():
            longest = seconds if self._subscriber.connected else min(seconds, POLL)
            try:
                async with asyncio.timeout(longest):
                    await self._event.wait()
            except TimeoutError:
                return
        self._event.clear()

    def _told(self, payload: bytes) -> None:
        self.remind(int(payload) / 1000 if payload.isdigit() else 0.0)

    def _due(self, grain: int) -> None:
        self._later.pop(grain, None)
        self._event.set()
