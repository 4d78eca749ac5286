"""A house behind a real port, for browsers: the application runs on its own thread and event loop."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from dialogs.replies import Replies, Voice
from tests.builders import NOW
from tests.web.house import House, house

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


@cache
def _replies() -> Replies:
    return Replies()


def words(key: str, language: str) -> str:
    """Return the pages' own words."""
    return _replies().text(key, {}, Voice(language, "", "", NOW.date()))


class Served:
    """The address of a house, and a way to do things on its loop."""

    def __init__(self, url: str, one: House, loop: asyncio.AbstractEventLoop) -> None:
        self.url = url
        self.house = one
        self._loop = loop

    async def close(self) -> None:
        """Let the open pages go, so that the server can stop."""
        self.house.app.close()

    def run(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """Do something on the application's loop and return what comes of it."""

        async def it() -> Any:
            return await work()

        return asyncio.run_coroutine_threadsafe(it(), self._loop).result(20)


@contextmanager
def served(**more: Any) -> Iterator[Served]:
    """Serve a house on a free port of this machine."""
    ready = threading.Event()
    box: dict[str, Any] = {}

    async def serve() -> None:
        async with house(words=words, **more) as one:
            listener = socket.socket()
            listener.bind(("127.0.0.1", 0))
            server = uvicorn.Server(
                uvicorn.Config(one.app, log_level="warning", timeout_graceful_shutdown=1, lifespan="off")
            )
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            box.update(served=Served(url, one, asyncio.get_running_loop()), server=server)
            ready.set()
            await server.serve(sockets=[listener])

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield box["served"]
    finally:
        box["served"].run(box["served"].close)
        box["server"].should_exit = True
        thread.join(10)


def chromium() -> str:
    """Return where Chromium is; without one the test is skipped, which is a failure in continuous integration."""
    for path in (os.environ.get("CHROMIUM", ""), *CHROMIUM):
        if path and Path(path).exists():
            return path
    pytest.skip("no Chromium on this machine: set CHROMIUM or install Debian's chromium")
