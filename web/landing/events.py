"""The live events of several businesses as one stream that says only what to read anew."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from web import streams
from web.live import Wake
from web.webchat.events import event

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from domain.ports import Live, LiveEvents

QUIET = frozenset({"typing"})
"""Kinds that change nothing on the desk."""


async def changes(live: LiveEvents, topics: Sequence[str]) -> AsyncGenerator[bytes, None]:
    """Yield a `changed` event for whatever happens in these businesses, with its conversation and kind."""
    happened: asyncio.Queue[Live] = asyncio.Queue(100)

    async def forward(wake: Wake) -> None:
        while True:
            one = await wake.wait(streams.HEARTBEAT)
            if one is not None and one.kind not in QUIET and not happened.full():
                happened.put_nowait(one)

    async with AsyncExitStack() as stack:
        wakes = [await stack.enter_async_context(Wake(live, topic)) for topic in topics]
        tasks = [asyncio.create_task(forward(wake)) for wake in wakes]
        try:
            yield b"retry: 1500\n\n"
            while True:
                try:
                    one = await asyncio.wait_for(happened.get(), streams.HEARTBEAT)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                yield event("changed", {"conversation": one.conversation_id, "kind": one.kind})
        finally:
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks)
