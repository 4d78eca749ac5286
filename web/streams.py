"""Answers that go on: event streams, and callers who wait. They end when the site closes, so that it can."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.responses import StreamingResponse

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

HEARTBEAT = 15.0
"""Seconds between comments that keep proxies from closing a quiet stream."""
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


class Streams:
    """Knows whether the site is closing."""

    def __init__(self) -> None:
        self._closing = asyncio.Event()

    @property
    def closing(self) -> bool:
        """Whether answers that go on should come to an end."""
        return self._closing.is_set()

    def close(self) -> None:
        """End every stream. Browsers come back by themselves, to this site's next process."""
        self._closing.set()

    def answer(self, events: AsyncGenerator[bytes, None]) -> StreamingResponse:
        """Return the answer that streams server-sent events until the reader goes away or the site closes."""
        return StreamingResponse(self._until_closed(events), media_type="text/event-stream", headers=HEADERS)

    async def _until_closed(self, events: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
        closing = asyncio.ensure_future(self._closing.wait())
        following: asyncio.Future[bytes] | None = None
        try:
            while True:
                following = asyncio.ensure_future(anext(events))
                await asyncio.wait({following, closing}, return_when=asyncio.FIRST_COMPLETED)
                if not following.done():
                    return
                try:
                    yield following.result()
                except StopAsyncIteration:
                    return
        finally:
            left = {one for one in (closing, following) if one is not None and not one.done()}
            for one in left:
                one.cancel()
            if left:
                await asyncio.wait(left)
            await events.aclose()
