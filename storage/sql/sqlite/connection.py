"""Connections to the SQLite file: how they are opened, and the one that reads."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy.dialects import sqlite

from domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import ClauseElement

NOW = "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"
"""The database's clock: microseconds since 1970."""
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def connect(path: Path, *, reading: bool = False) -> sqlite3.Connection:
    """Open a database that exists. Raises StoreUnavailable when it cannot be opened.

    A write is on the disk when its transaction returns (`synchronous=FULL`): what is acknowledged survives a power cut.
    """
    try:
        connection = sqlite3.connect(
            f"file:{quote(str(path.absolute()))}?mode=rw",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
            # The writer waits for its turn itself; a reader only ever waits for recovery after a crash.
            timeout=1 if reading else 0,
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -16000")
        connection.execute("PRAGMA temp_store = MEMORY")
        # What is deleted is overwritten, so that an erased customer is not left in free pages.
        connection.execute("PRAGMA secure_delete = ON")
        if reading:
            connection.execute("PRAGMA query_only = ON")
        else:
            connection.execute("PRAGMA wal_autocheckpoint = 4000")
            connection.execute("PRAGMA journal_size_limit = 67108864")
    except sqlite3.Error as error:
        raise StoreUnavailable(f"{path}: {error}") from error
    return connection


def compiled(statement: ClauseElement, *, limited: bool = False) -> str:
    """Return a Core statement as SQLite's text with `?` in the order of its parameters; the last is the limit."""
    text = str(statement.compile(dialect=sqlite.dialect(paramstyle="qmark")))
    return f"{text} LIMIT ?" if limited else text


class Reader:
    """The connection that reads: short indexed queries, run where they are asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def open(self) -> None:
        """Connect. Raises StoreUnavailable."""
        self._connection = connect(self._path, reading=True)

    def close(self) -> None:
        """Disconnect."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def all(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows. Raises StoreUnavailable when the database does not answer."""
        if self._connection is None:
            raise StoreUnavailable("the store is not open")
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.ProgrammingError:
            raise
        except sqlite3.Error as error:
            raise StoreUnavailable(f"{self._path}: {error}") from error

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row, None if there is none. Raises StoreUnavailable."""
        rows = self.all(sql, parameters)
        return rows[0] if rows else None
