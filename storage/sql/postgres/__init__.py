"""The store for many machines: PostgreSQL holds what must not be lost, Redis what makes it fast."""

from storage.sql.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
