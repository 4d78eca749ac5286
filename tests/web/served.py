"""A house behind a real port, for browsers: the application runs on its own thread and event loop."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pytest

from bots.server import Server
from dialogs.replies import Replies, Voice
from tests.builders import NOW
from tests.web.house import House, house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from contextlib import AbstractAsyncContextManager

    from web.app import Site

T = TypeVar("T")
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


class Served(Generic[T]):
    """The address of something served, and a way to do things on its loop."""

    def __init__(self, url: str, house: T, loop: asyncio.AbstractEventLoop) -> None:
        self.url = url
        self.house = house
        self._loop = loop

    def run(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """Do something on the application's loop and return what comes of it."""

        async def it() -> Any:
            return await work()

        return asyncio.run_coroutine_threadsafe(it(), self._loop).result(20)


@contextmanager
def listening(opened: Callable[[], AbstractAsyncContextManager[tuple[T, Site]]]) -> Iterator[Served[T]]:
    """Serve on a free port of this machine what `opened` yields."""
    ready = threading.Event()
    box: dict[str, Any] = {}

    async def serve() -> None:
        async with opened() as (one, site):
            listener = socket.socket()
            listener.bind(("127.0.0.1", 0))
            server = Server(site)
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
        box["server"].should_exit = True
        thread.join(10)
        assert not thread.is_alive(), "open pages kept the server from stopping"


@contextmanager
def served(**more: Any) -> Iterator[Served[House]]:
    """Serve a house."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[tuple[House, Site]]:
        async with house(words=words, **more) as one:
            yield one, one.app

    with listening(opened) as one:
        yield one


def chromium() -> str:
    """Return where Chromium is; without one the test is skipped, which is a failure in continuous integration."""
    for path in (os.environ.get("CHROMIUM", ""), *CHROMIUM):
        if path and Path(path).exists():
            return path
    pytest.skip("no Chromium on this machine: set CHROMIUM or install Debian's chromium")
