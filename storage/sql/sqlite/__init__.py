"""The store on SQLite."""

from storage.sql.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
