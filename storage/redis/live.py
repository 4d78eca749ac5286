"""Live events through Redis: what pages show the moment it happens."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from domain.ports import Live

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from storage.redis.link import RedisLink
    from storage.redis.subscriber import Subscriber

_WAITING = 256
"""Events kept for a listener who is slow; the oldest is dropped for the next."""


class RedisLiveEvents:
    """Tells pages on every machine; lossy on purpose, whoever hears it reads the store."""

    def __init__(self, link: RedisLink, subscriber: Subscriber) -> None:
        """Publish and listen through this subscriber."""
        self._link = link
        self._subscriber = subscriber

    async def publish(self, events: Sequence[Live]) -> None:
        """Tell everybody who listens to the conversation or to the business."""
        messages = []
        for event in events:
            payload = msgspec.json.encode(event)
            messages.append((self._topic(event.conversation_id), payload))
            messages.append((self._topic(event.business_id), payload))
        await self._subscriber.publish(messages)

    async def listen(self, topic: str) -> AsyncIterator[Live]:
        """Yield events of a conversation or business id, from the moment that it is first awaited, until closed."""
        waiting: asyncio.Queue[bytes] = asyncio.Queue(_WAITING)

        def told(payload: bytes) -> None:
            if waiting.full():
                waiting.get_nowait()
            waiting.put_nowait(payload)

        name = self._topic(topic)
        await self._subscriber.add(name, told)
        try:
            while True:
                event = msgspec.json.decode(await waiting.get())
                yield Live(event["conversation_id"], event["business_id"], event["kind"], event["data"])
        finally:
            await self._subscriber.remove(name, told)

    def _topic(self, topic: str) -> str:
        return self._link.key("live", topic)
