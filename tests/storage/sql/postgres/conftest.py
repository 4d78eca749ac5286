"""One migrated database for all tests of this folder, emptied before each; a Redis prefix of its own for each store."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg
import pytest
from redis.asyncio import Redis

from domain.clock import ManualClock
from domain.ids import new_id
from storage.sql.postgres import PostgresStore
from tests.builders import NOW
from tests.contracts.stores import houses

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from datetime import timedelta


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str]:
    """Return the URL of a migrated PostgreSQL database; skips loudly where there is no service."""
    if missing := asyncio.run(houses.services_missing()):
        pytest.skip(missing)
    url = asyncio.run(houses.create_database())
    yield url
    asyncio.run(houses.drop_database(url))


async def empty(url: str) -> None:
    """Delete every row: far quicker than a new database for each test."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [name for (name,) in tables if name != "alembic_version"]
        deletes = "".join(f'DELETE FROM "{name}";' for name in names)
        await connection.execute(f"SET session_replication_role = replica; BEGIN; {deletes} COMMIT")
    finally:
        await connection.close()


class Scene:
    """Opens stores on one database under one prefix, as several machines would, and closes them."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.prefix = f"test-{new_id()}"
        self.clock = ManualClock(NOW)
        self._stores: list[PostgresStore] = []

    async def store(
        self, redis_url: str = houses.REDIS, lease: timedelta = houses.LEASE, dsn: str = "", connections: int = 4
    ) -> PostgresStore:
        """Open a store."""
        store = PostgresStore(
            dsn or self.dsn,
            redis_url=redis_url,
            prefix=self.prefix,
            lease=lease,
            clock=self.clock,
            connections=connections,
        )
        await store.open()
        self._stores.append(store)
        return store

    async def execute(self, *statements: str) -> None:
        """Run statements as the owner of the database."""
        connection = await asyncpg.connect(self.dsn)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def forget(self) -> int:
        """Delete all that Redis keeps for us; returns how many keys there were."""
        async with Redis.from_url(houses.REDIS) as redis:
            keys = [key async for key in redis.scan_iter(match=f"{self.prefix}*")]
            return int(await redis.delete(*keys)) if keys else 0

    async def close(self) -> None:
        """Close every store and leave no trace in Redis."""
        for store in self._stores:
            await store.close()
        await self.forget()


@pytest.fixture
def scene(postgres_database: str) -> Callable[[], object]:
    """Return what opens an empty scene with the salon and the bistro set up."""

    @asynccontextmanager
    async def opened(**how: object) -> AsyncIterator[tuple[Scene, PostgresStore]]:
        await empty(postgres_database)
        made = Scene(postgres_database)
        try:
            store = await made.store(**how)  # type: ignore[arg-type]
            await houses.set_up(store)
            yield made, store
        finally:
            await made.close()

    return opened
