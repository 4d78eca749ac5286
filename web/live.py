"""Waiting for live events: an aid to reading the store again, never a source of truth."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from domain.ports import Live, LiveEvents


class Wake:
    """Listens to one topic from the moment that it is entered until it is left."""

    def __init__(self, live: LiveEvents, topic: str) -> None:
        """Take where to listen, and the conversation id or business id to listen to."""
        self._events = live.listen(topic)
        self._next: asyncio.Task[Live] | None = None

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        self._next = asyncio.create_task(self._take())
        await asyncio.sleep(0)  # the listener subscribes when it is first awaited
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        if self._next is not None:
            self._next.cancel()
            await asyncio.wait({self._next})
            if not self._next.cancelled():
                self._next.exception()  # looked at, so that nobody is warned of it
        close = getattr(self._events, "aclose", None)
        if close is not None:
            await close()

    async def wait(self, seconds: float) -> Live | None:
        """Return the next event, None when there is none within so many seconds."""
        if self._next is None:
            await asyncio.sleep(seconds)
            return None
        done, _ = await asyncio.wait({self._next}, timeout=seconds)
        if not done:
            return None
        ended = self._next.exception()
        if ended is not None:  # the listener is gone: the slow fallback of reading again is left
            self._next = None
            return None
        event = self._next.result()
        self._next = asyncio.create_task(self._take())
        return event

    async def _take(self) -> Live:
        async for event in self._events:
            return event
        raise RuntimeError("the listener ended")
