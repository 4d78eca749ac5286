"""The one subscription of a process: topics of Redis and who is told."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from storage.redis.link import TROUBLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from redis.asyncio import Redis
    from redis.asyncio.client import PubSub

    from storage.redis.link import RedisLink

_ORIGIN = 8
_log = structlog.get_logger(__name__)


class Subscriber:
    """Tells callbacks what is published on their topics, here at once and on other machines through Redis.

    Lossy: what is published while Redis is away is heard in this process only.
    """

    def __init__(self, link: RedisLink) -> None:
        """Prepare; `open` connects."""
        self._link = link
        self._told: dict[str, list[Callable[[bytes], None]]] = {}
        self._origin = os.urandom(_ORIGIN)
        self._task: asyncio.Task[None] | None = None
        self._pubsub: PubSub | None = None
        self._changed = asyncio.Event()
        self._leaving: list[tuple[str, bytes]] = []
        self._sending: asyncio.Task[None] | None = None
        self.connected = False

    def open(self) -> None:
        """Begin to listen, for ever, coming back by itself when the connection breaks."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="redis-subscriber")

    async def close(self) -> None:
        """Publish what is left, and stop listening."""
        if self._sending is not None:
            await self._sending
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def add(self, topic: str, told: Callable[[bytes], None]) -> None:
        """Tell `told` the payloads published on a topic from now on."""
        callbacks = self._told.setdefault(topic, [])
        callbacks.append(told)
        if len(callbacks) == 1:
            self._changed.set()
            await self._tell_redis("subscribe", topic)

    async def remove(self, topic: str, told: Callable[[bytes], None]) -> None:
        """Stop telling it."""
        callbacks = self._told.get(topic, [])
        if told in callbacks:
            callbacks.remove(told)
        if not callbacks and self._told.pop(topic, None) is not None:
            await self._tell_redis("unsubscribe", topic)

    async def publish(self, messages: Iterable[tuple[str, bytes]]) -> None:
        """Publish (topic, payload) pairs: callbacks of this process at once, the others by the next round trip.

        One round trip is under way at a time, and takes all that was published while the former was.
        """
        listed = list(messages)
        for topic, payload in listed:
            self._deliver(topic, payload)
        self._leaving += listed
        if self._leaving and self._sending is None:
            self._sending = asyncio.create_task(self._send(), name="redis-publish")

    async def _send(self) -> None:
        try:
            while self._leaving:
                leaving, self._leaving = self._leaving, []

                async def send(redis: Redis, batch: list[tuple[str, bytes]] = leaving) -> None:
                    async with redis.pipeline(transaction=False) as pipeline:
                        for topic, payload in batch:
                            pipeline.publish(topic, self._origin + payload)
                        await pipeline.execute()

                await self._link.ask(send, None)
        finally:
            self._sending = None

    def _deliver(self, topic: str, payload: bytes) -> None:
        for told in tuple(self._told.get(topic, ())):
            told(payload)

    async def _tell_redis(self, verb: str, topic: str) -> None:
        pubsub = self._pubsub
        if pubsub is None or not self.connected:
            return  # everything wanted is subscribed on connecting
        try:
            await getattr(pubsub, verb)(topic)
        except TROUBLE:
            self.connected = False  # the reading side fails as well and connects anew

    async def _run(self) -> None:
        pause = 0.2
        while True:
            client = self._link.pubsub_client()
            try:
                async with client.pubsub() as pubsub:
                    await self._listen(pubsub)
            except TROUBLE as error:
                if self.connected:
                    pause = 0.2
                    _log.warning("redis_subscription_lost", error=f"{type(error).__name__}: {error}")
            finally:
                self._pubsub, self.connected = None, False
                with suppress(*TROUBLE):
                    await client.aclose()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    async def _listen(self, pubsub: PubSub) -> None:
        while not self._told:
            self._changed.clear()
            await self._changed.wait()
        await pubsub.subscribe(*self._told)
        self._pubsub, self.connected = pubsub, True
        while True:
            message = await pubsub.get_message(timeout=20.0)
            if message is None:
                await pubsub.ping()  # finds out about a peer that vanished without a word
            elif message["type"] == "message":
                data: bytes = message["data"]
                if data[:_ORIGIN] != self._origin:
                    self._deliver(message["channel"].decode(), data[_ORIGIN:])
