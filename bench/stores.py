"""Stores for benches: made for one run, dropped afterwards."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.clock import SystemClock
from domain.ids import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from domain.ports import Store

SERVER = os.environ.get("FRONTDESK_BENCH_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
REDIS = os.environ.get("FRONTDESK_BENCH_REDIS", "redis://127.0.0.1:6379/0")
LEASE = timedelta(seconds=30)


@asynccontextmanager
async def opened(kind: str, folder: Path, *, lease: timedelta = LEASE) -> AsyncIterator[Store]:
    """Yield an open, empty store: `memory`, `sqlite` in the folder, or `postgres` in a database of its own."""
    async with database(kind, folder) as address, connected(kind, address, lease=lease) as store:
        yield store


@asynccontextmanager
async def database(kind: str, folder: Path) -> AsyncIterator[str]:
    """Yield where a migrated, empty database of a kind is: a path or a URL. It is dropped afterwards."""
    from storage.sql.migrate import migrate

    if kind == "postgres":
        import asyncpg

        name = f"frontdesk_bench_{new_id()[-8:]}"
        owner = await asyncpg.connect(f"{SERVER}/postgres")
        try:
            await owner.execute(f"CREATE DATABASE {name}")
            try:
                migrate(f"{SERVER}/{name}".replace("postgresql://", "postgresql+asyncpg://"))
                yield f"{SERVER}/{name}"
            finally:
                await _forget(name)
                await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
        finally:
            await owner.close()
    elif kind == "sqlite":
        migrate(f"sqlite:///{folder / 'bench.db'}")
        yield str(folder / "bench.db")
    else:
        yield "memory"


@asynccontextmanager
async def connected(kind: str, address: str, *, lease: timedelta = LEASE) -> AsyncIterator[Store]:
    """Yield an open store on a database that exists; any number of processes may have one."""
    store: Store
    if kind == "postgres":
        from storage.sql.postgres import PostgresStore

        prefix = address.rpartition("/")[2]
        store = PostgresStore(address, redis_url=REDIS, prefix=prefix, clock=SystemClock(), lease=lease)
    elif kind == "sqlite":
        from storage.sql.sqlite import SqliteStore

        store = SqliteStore(Path(address), clock=SystemClock(), lease=lease)
    else:
        from storage.memory.store import MemoryStore

        store = MemoryStore(SystemClock(), lease=lease)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


async def _forget(prefix: str) -> None:
    """Delete what a store kept in Redis under its prefix."""
    import redis.asyncio

    async with redis.asyncio.from_url(REDIS) as client:
        async for key in client.scan_iter(f"{prefix}*", count=1000):
            await client.delete(key)


class Tables:
    """Looks at the tables of a SQL store from outside, beside the store itself."""

    def __init__(self, kind: str, address: str) -> None:
        """Take which database."""
        self._kind, self._address = kind, address
        self._connection: Any = None
        self._turn = asyncio.Lock()

    async def open(self) -> Tables:
        """Connect, as somebody whom no policy stops."""
        if self._kind == "postgres":
            import asyncpg

            self._connection = await asyncpg.connect(self._address)
        else:
            self._connection = sqlite3.connect(self._address, timeout=30, isolation_level=None)
        return self

    async def close(self) -> None:
        """Disconnect."""
        if self._kind == "postgres":
            await self._connection.close()
        else:
            self._connection.close()

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query that both databases understand."""
        if self._kind == "postgres":
            async with self._turn:
                return [tuple(row) for row in await self._connection.fetch(query)]
        with closing(self._connection.execute(query)) as cursor:
            return [tuple(row) for row in cursor.fetchall()]

    async def overdue(self) -> float:
        """Return how many seconds the longest waiting lane has been ready without being leased; 0 without any."""
        if self._kind == "postgres":
            ago = "extract(epoch FROM clock_timestamp() - min(due_at))"
        else:
            ago = "(julianday('now') - 2440587.5) * 86400.0 - min(due_at) / 1000000.0"
        ((seconds,),) = await self.rows(f"SELECT {ago} FROM lanes WHERE pending > 0")  # noqa: S608 - constants
        return max(0.0, float(seconds or 0.0))

    async def size(self) -> int:
        """Return how many rows all tables have together."""
        listing = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        if self._kind == "postgres":
            listing = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        names = [name for (name,) in await self.rows(listing)]
        counts = " UNION ALL ".join(f"SELECT count(*) FROM {name}" for name in names)  # noqa: S608 - our own tables
        return sum(count for (count,) in await self.rows(counts))


def document(value: Any) -> Any:
    """Return a JSON column's value, however the driver hands it over."""
    return json.loads(value) if isinstance(value, str) else value
