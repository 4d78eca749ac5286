"""Where transcripts marked `everywhere` run besides their own scene: every store, on the channels of the house."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from domain.ids import new_id
from storage.memory import MemoryStore
from tests.chat.wire import SHOWN
from tests.contracts.stores import houses

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from domain.clock import Clock
    from domain.ports import Store
    from tests.chat.scene import Header
    from tests.chat.world import OpenStore


class Somewhere(NamedTuple):
    """A store and a channel to play on."""

    store: str
    channel: str
    open_store: OpenStore


@asynccontextmanager
async def memory(clock: Clock) -> AsyncIterator[Store]:
    """Make a store in memory."""
    yield MemoryStore(clock)


@asynccontextmanager
async def sqlite(clock: Clock) -> AsyncIterator[Store]:
    """Make a store on a copy of an empty, migrated file."""
    from storage.sql.sqlite import SqliteStore

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "frontdesk.db"
        shutil.copy(_sqlite_template(), path)
        yield SqliteStore(path, clock=clock)


@asynccontextmanager
async def postgres(clock: Clock) -> AsyncIterator[Store]:
    """Make a store on a database of its own, with Redis; skips where there is no service."""
    from redis.asyncio import Redis

    from storage.sql.postgres import PostgresStore

    template = await _postgres_template()
    name = f"fd_{new_id()}"
    dsn, prefix = f"{houses.POSTGRES.rpartition('/')[0]}/{name}", f"{name}:"
    await _execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield PostgresStore(dsn, redis_url=houses.REDIS, prefix=prefix, clock=clock)
    finally:
        await _execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        async with Redis.from_url(houses.REDIS) as redis:
            async for key in redis.scan_iter(match=f"{prefix}*"):
                await redis.delete(key)


PLATFORMS = frozenset({"telegram", "whatsapp"})
SOMEWHERE = [
    Somewhere("memory", "webchat", memory),
    Somewhere("memory", "terminal", memory),
    Somewhere("memory", "telegram", memory),
    Somewhere("memory", "whatsapp", memory),
    Somewhere("sqlite", "webchat", sqlite),
    Somewhere("postgres", "terminal", postgres),
]
"""Every store and every channel of the house; stores know nothing of channels, so not every pair of them."""


def places(scene: Header) -> Iterator[Somewhere]:
    """Yield every other place that has what the scene needs."""
    for one in SOMEWHERE:
        can = SHOWN[one.channel]
        # Through a real platform a scene is played anew: its own channel is a wire there.
        own = one.store == "memory" and one.channel == scene.channel and one.channel not in PLATFORMS
        if not own and ("buttons" not in scene.needs or can.buttons or can.list_rows):
            yield one


async def _execute(statement: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(houses.POSTGRES)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@cache
def _sqlite_template() -> Path:
    from storage.sql.migrate import migrate

    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    migrate(f"sqlite:///{folder / 'template.db'}")
    return folder / "template.db"


_templates: list[str] = []


async def _postgres_template() -> str:
    if missing := await houses.services_missing():
        pytest.skip(missing)
    if not _templates:
        url = await houses.create_database()
        atexit.register(lambda: asyncio.run(houses.drop_database(url)))
        _templates.append(url.rpartition("/")[2])
    return _templates[0]
