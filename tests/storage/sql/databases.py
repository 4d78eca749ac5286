"""PostgreSQL databases for tests of the schema: one each, migrated, dropped afterwards."""

from __future__ import annotations

import asyncio
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from domain.ids import new_id
from storage.sql.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER = os.environ.get("FRONTDESK_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


@contextmanager
def postgres(revision: str = "head") -> Iterator[str]:
    """Yield the SQLAlchemy URL of an empty database at a revision; skips where there is no server."""
    import asyncpg

    name = f"fd_schema_{new_id()}"
    try:
        asyncio.run(_execute(f'CREATE DATABASE "{name}"'))
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        pytest.skip(f"PostgreSQL does not answer at {SERVER}: {error}")
    url = f"{SERVER.rpartition('/')[0]}/{name}".replace("postgresql://", "postgresql+asyncpg://", 1)
    try:
        migrate(url, revision)
        yield url
    finally:
        asyncio.run(_execute(f'DROP DATABASE "{name}" WITH (FORCE)'))


async def _execute(statement: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(SERVER, timeout=3)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
