"""Live events in memory: pages of this process are told what happened."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from domain.ports import Live

BACKLOG = 256
"""How many events a slow listener may be behind; then the oldest are lost, as the port allows."""


class MemoryLive:
    """The LiveEvents."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[asyncio.Queue[Live]]] = {}

    async def publish(self, events: Sequence[Live]) -> None:
        """Tell everybody who listens."""
        if not self._listeners:
            return
        for event in events:
            for topic in (event.conversation_id, event.business_id):
                for queue in self._listeners.get(topic, ()):
                    if queue.full():
                        queue.get_nowait()
                    queue.put_nowait(event)

    async def listen(self, topic: str) -> AsyncIterator[Live]:
        """Yield events of a conversation or a business, from the moment that it is first awaited, until closed."""
        queue: asyncio.Queue[Live] = asyncio.Queue(BACKLOG)
        self._listeners.setdefault(topic, set()).add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._listeners[topic].discard(queue)
            if not self._listeners[topic]:
                del self._listeners[topic]
