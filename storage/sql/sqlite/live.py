"""Live events of one machine: pages of this process are told what, those of others that something happened."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from domain.ports import Live

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

BACKLOG = 256
"""How many events a slow listener may be behind; then the oldest are lost, as the port allows."""
CHANGED = "changed"
"""The kind of event that says only that another process has written something."""


class LocalLive:
    """The LiveEvents."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[asyncio.Queue[Live]]] = {}

    async def publish(self, events: Sequence[Live]) -> None:
        """Tell everybody in this process who listens; other processes see that the database has changed."""
        if not self._listeners:
            return
        for event in events:
            for topic in (event.conversation_id, event.business_id):
                for queue in self._listeners.get(topic, ()):
                    _put(queue, event)

    def changed(self) -> None:
        """Tell everybody that another process has written."""
        for topic, queues in self._listeners.items():
            for queue in queues:
                # Several such say no more than one.
                if queue.empty():
                    _put(queue, Live(topic, topic, CHANGED))

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


def _put(queue: asyncio.Queue[Live], event: Live) -> None:
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(event)
