"""Stores for benches: made for one run, dropped afterwards."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from domain.clock import SystemClock
from domain.ids import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import timedelta
    from pathlib import Path

    from domain.ports import Store

SERVER = os.environ.get("FRONTDESK_BENCH_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
REDIS = os.environ.get("FRONTDESK_BENCH_REDIS", "redis://127.0.0.1:6379/0")


@asynccontextmanager
async def opened(kind: str, folder: Path, **options: timedelta) -> AsyncIterator[Store]:
    """Yield an open, empty store of a kind: `memory`, `sqlite` in the folder, or `postgres` in a database of its own."""
    if kind == "memory":
        from storage.memory.store import MemoryStore

        yield MemoryStore(SystemClock(), **options)
    elif kind == "sqlite":
        from storage.sql.migrate import migrate
        from storage.sql.sqlite import SqliteStore

        migrate(f"sqlite:///{folder / 'bench.db'}")
        store = SqliteStore(folder / "bench.db", clock=SystemClock(), **options)
        await store.open()
        try:
            yield store
        finally:
            await store.close()
    else:
        async with _postgres(**options) as made:
            yield made


@asynccontextmanager
async def _postgres(**options: timedelta) -> AsyncIterator[Store]:
    import asyncpg

    from storage.sql.migrate import migrate
    from storage.sql.postgres import PostgresStore

    name = f"frontdesk_bench_{new_id()[-8:]}"
    owner = await asyncpg.connect(f"{SERVER}/postgres")
    await owner.execute(f"CREATE DATABASE {name}")
    try:
        migrate(f"{SERVER}/{name}".replace("postgresql://", "postgresql+asyncpg://"))
        store = PostgresStore(f"{SERVER}/{name}", redis_url=REDIS, prefix=name, clock=SystemClock(), **options)
        await store.open()
        try:
            yield store
        finally:
            await store.close()
    finally:
        await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await owner.close()
