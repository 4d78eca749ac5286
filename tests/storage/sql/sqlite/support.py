"""What the tests of the SQLite store share: a migrated file, a store on it, and lanes with mail."""

from __future__ import annotations

import sqlite3
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from domain.clock import ManualClock
from storage.sql.migrate import migrate
from storage.sql.sqlite import SqliteStore
from tests.builders import LUZ, LUZ_CHAT, MAR, MAR_CHAT, NOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

LEASE = timedelta(seconds=30)


def database(folder: Path) -> Path:
    """Return the path of a migrated, empty database."""
    path = folder / "frontdesk.db"
    migrate(f"sqlite:///{path}")
    return path


@asynccontextmanager
async def opened(path: Path, lease: timedelta = LEASE, *, seeded: bool = True) -> AsyncIterator[SqliteStore]:
    """Open a store, with the salon and the bistro set up."""
    store = SqliteStore(path, lease=lease, clock=ManualClock(NOW))
    await store.open()
    try:
        if seeded:
            await store.directories.save(LUZ, [LUZ_CHAT])
            await store.directories.save(MAR, [MAR_CHAT])
        yield store
    finally:
        await store.close()


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return what another connection sees."""
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        return connection.execute(sql).fetchall()


def change(path: Path, sql: str) -> None:
    """Change the database from another connection."""
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        connection.execute(sql)
        connection.commit()
