"""The stores under contract, each opened empty with the salon and the bistro set up, and closed without a trace."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections import deque
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from domain.clock import ManualClock
from domain.ids import new_id
from storage.memory import MemoryStore
from tests.builders import LUZ, LUZ_CHAT, MAR, MAR_CHAT, NOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from domain.ports import Store

POSTGRES = os.environ.get("FRONTDESK_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("FRONTDESK_TEST_REDIS", "redis://127.0.0.1:6379/0")
LEASE = timedelta(seconds=30)
SHORT = timedelta(seconds=0.3)
"""A lease that a story can let run out."""
LONG_AGO = datetime.fromisoformat("2001-01-01T00:00:00+00:00")


class House(Protocol):
    """A store in a story, and the ways to let its time pass."""

    store: Store
    clock: ManualClock
    """Drives holds, timers and windows everywhere; in memory also leases, pauses and quiet times."""

    async def lease_over(self) -> None:
        """Let the leases given out so far run out; the story is told with a short lease."""
        ...

    async def pass_time(self, seconds: float) -> None:
        """Let a short while pass, by every clock."""
        ...

    async def pauses_over(self) -> None:
        """Let the pauses after failures end."""
        ...

    def another(self) -> AbstractAsyncContextManager[Store]:
        """Open the same store once more, as another process would; in memory it is the same one."""
        ...

    async def traces(self) -> str:
        """Return everything stored anywhere, as one text to look for canaries in."""
        ...


Opener: TypeAlias = Callable[[timedelta], AbstractAsyncContextManager[House]]
"""Opens an empty store with a lease of so long."""


async def set_up(store: Store) -> None:
    """Set up the salon and the bistro."""
    await store.directories.save(LUZ, [LUZ_CHAT])
    await store.directories.save(MAR, [MAR_CHAT])


@asynccontextmanager
async def opened(store: Store) -> AsyncIterator[Store]:
    """Open a store and close it."""
    await store.open()
    try:
        yield store
    finally:
        await store.close()


@dataclass
class MemoryHouse:
    """The memory store: all of its time is the clock's."""

    store: Store
    clock: ManualClock
    lease: timedelta

    async def lease_over(self) -> None:
        self.clock.advance(self.lease)

    async def pass_time(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    async def pauses_over(self) -> None:
        self.clock.advance(timedelta(seconds=120))

    @asynccontextmanager
    async def another(self) -> AsyncIterator[Store]:
        yield self.store

    async def traces(self) -> str:
        return "\n".join(_walk(self.store))


@asynccontextmanager
async def memory(lease: timedelta = LEASE, make: Callable[..., Any] = MemoryStore) -> AsyncIterator[House]:
    """Open a memory store, or a broken twin of it."""
    clock = ManualClock(NOW)
    async with opened(make(clock, lease=lease)) as store:
        await set_up(store)
        yield MemoryHouse(store, clock, lease)


@dataclass
class SqliteHouse:
    """SQLite: leases, pauses and quiet times are real time."""

    store: Store
    clock: ManualClock
    lease: timedelta
    path: Path

    async def lease_over(self) -> None:
        await asyncio.sleep(self.lease.total_seconds() + 0.05)

    async def pass_time(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))
        await asyncio.sleep(seconds)

    async def pauses_over(self) -> None:
        connection = sqlite3.connect(self.path, timeout=10)
        try:
            connection.execute("UPDATE lanes SET ready_at = 0, due_at = 0, lease_until = NULL")
            connection.execute("UPDATE outbox SET due_at = 0 WHERE done_at IS NULL")
            connection.commit()
        finally:
            connection.close()

    @asynccontextmanager
    async def another(self) -> AsyncIterator[Store]:
        from storage.sql.sqlite import SqliteStore

        async with opened(SqliteStore(self.path, lease=self.lease, clock=self.clock)) as store:
            yield store

    async def traces(self) -> str:
        connection = sqlite3.connect(self.path, timeout=10)
        try:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows = [row for table in tables for row in connection.execute(f'SELECT * FROM "{table}"')]
        finally:
            connection.close()
        return "\n".join(_text(value) for row in rows for value in row)


@asynccontextmanager
async def sqlite(lease: timedelta, template: Path, path: Path) -> AsyncIterator[House]:
    """Open a SQLite store on a copy of a migrated, empty database."""
    from storage.sql.sqlite import SqliteStore

    shutil.copy(template, path)
    clock = ManualClock(NOW)
    async with opened(SqliteStore(path, lease=lease, clock=clock)) as store:
        await set_up(store)
        yield SqliteHouse(store, clock, lease, path)


@dataclass
class PostgresHouse:
    """PostgreSQL and Redis: leases, pauses and quiet times are the database's."""

    store: Store
    clock: ManualClock
    lease: timedelta
    dsn: str
    prefix: str

    async def lease_over(self) -> None:
        await asyncio.sleep(self.lease.total_seconds() + 0.05)

    async def pass_time(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))
        await asyncio.sleep(seconds)

    async def pauses_over(self) -> None:
        await _execute(
            self.dsn,
            "UPDATE lanes SET ready_at = '2001-01-01', due_at = '2001-01-01', lease_until = NULL",
            "UPDATE outbox SET due_at = '2001-01-01' WHERE done_at IS NULL",
        )

    @asynccontextmanager
    async def another(self) -> AsyncIterator[Store]:
        from storage.sql.postgres import PostgresStore

        made = PostgresStore(self.dsn, redis_url=REDIS, prefix=self.prefix, lease=self.lease, clock=self.clock)
        async with opened(made) as store:
            yield store

    async def traces(self) -> str:
        import asyncpg
        from redis.asyncio import Redis

        found = []
        connection = await asyncpg.connect(self.dsn)
        try:
            for (table,) in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
                for row in await connection.fetch(f'SELECT * FROM "{table}"'):
                    found += [_text(value) for value in row.values()]
        finally:
            await connection.close()
        async with Redis.from_url(REDIS) as redis:
            async for key in redis.scan_iter(match=f"{self.prefix}*"):
                found.append(_text(key))
                if await redis.type(key) == b"string":
                    found.append(_text(await redis.get(key)))
        return "\n".join(found)


@asynccontextmanager
async def postgres(lease: timedelta, database: str) -> AsyncIterator[House]:
    """Open a PostgreSQL and Redis store on a migrated database, emptied before, and under a prefix of its own."""
    from redis.asyncio import Redis

    from storage.sql.postgres import PostgresStore

    prefix = f"{new_id()}:"
    clock = ManualClock(NOW)
    await _empty(database)
    try:
        made = PostgresStore(database, redis_url=REDIS, prefix=prefix, lease=lease, clock=clock)
        async with opened(made) as store:
            await set_up(store)
            yield PostgresHouse(store, clock, lease, database, prefix)
    finally:
        async with Redis.from_url(REDIS) as redis:
            async for key in redis.scan_iter(match=f"{prefix}*"):
                await redis.delete(key)


async def create_database(revision: str = "head") -> str:
    """Create an empty database of our own, migrated so far, and return its URL."""
    from storage.sql.migrate import migrate

    name = f"fd_contract_{new_id()}"
    await _execute(POSTGRES, f'CREATE DATABASE "{name}"')
    url = f"{POSTGRES.rpartition('/')[0]}/{name}"
    migrate(url.replace("postgresql://", "postgresql+asyncpg://", 1), revision)
    return url


async def drop_database(url: str) -> None:
    """Drop the database that `create_database` made."""
    await _execute(POSTGRES, f'DROP DATABASE "{url.rpartition("/")[2]}" WITH (FORCE)')


async def services_missing() -> str:
    """Return which of PostgreSQL and Redis does not answer and why, "" when both do."""
    import asyncpg
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    try:
        connection = await asyncpg.connect(POSTGRES, timeout=3)
        await connection.close()
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        return f"PostgreSQL does not answer at {POSTGRES}: {error}"
    try:
        async with Redis.from_url(REDIS, socket_connect_timeout=3, socket_timeout=3) as redis:
            await redis.ping()
    except (OSError, TimeoutError, RedisError) as error:
        return f"Redis does not answer at {REDIS}: {error}"
    return ""


async def _empty(url: str) -> None:
    """Delete every row: far quicker than a new database for each story."""
    import asyncpg

    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [name for (name,) in tables if name != "alembic_version"]
        deletes = "".join(f'DELETE FROM "{name}";' for name in names)
        await connection.execute(f"SET session_replication_role = replica; BEGIN; {deletes} COMMIT")
    finally:
        await connection.close()


async def _execute(dsn: str, *statements: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def _text(value: Any) -> str:
    return bytes(value).decode(errors="replace") if isinstance(value, bytes | memoryview) else str(value)


def _walk(root: Any) -> list[str]:
    """Return every text that can be reached from an object."""
    found: list[str] = []
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str | bytes):
            found.append(_text(value))
        elif isinstance(value, int | float | type(None) | type) or id(value) in seen:
            continue
        elif isinstance(value, dict):
            seen.add(id(value))
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list | tuple | set | frozenset | deque):
            seen.add(id(value))
            waiting += value
        else:
            seen.add(id(value))
            waiting += vars(value).values() if hasattr(value, "__dict__") else ()
            for kind in type(value).__mro__:
                slots = kind.__dict__.get("__slots__", ())
                waiting += [getattr(value, slot, None) for slot in ((slots,) if isinstance(slots, str) else slots)]
    return found
