"""Serves a fake over real HTTP on loopback, in the running event loop or on a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from contextlib import AbstractAsyncContextManager

    from starlette.types import ASGIApp


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """Serve on a free port of this machine; yields the address."""
    # The protocol is named because asyncio sends without delay only where it is; otherwise each answer takes 40 ms.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=1
        )
        server = _Server(config)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has nothing that could be waited for
            await asyncio.sleep(0.001)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


@contextmanager
def on_a_thread(fake: AbstractAsyncContextManager[Any]) -> Iterator[Any]:
    """Run a fake on a thread and loop of its own, for tests that start an event loop for each call."""
    ready = threading.Event()
    stop = asyncio.Event()
    loop: list[asyncio.AbstractEventLoop] = []

    async def run() -> None:
        async with fake:
            loop.append(asyncio.get_running_loop())
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield fake
    finally:
        loop[0].call_soon_threadsafe(stop.set)
        thread.join(10)
        assert not thread.is_alive()
