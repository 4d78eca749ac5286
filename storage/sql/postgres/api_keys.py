"""The keys of the API: read before the business is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.ports import ApiKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    import asyncpg

    from domain.ids import BusinessId
    from storage.sql.postgres.pool import Database

_COLUMNS = "id, business_id, name, digest, created_at, revoked_at"


class PostgresApiKeys:
    """The ApiKeys."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_digest(self, digest: bytes) -> ApiKey | None:
        """Return the key of this digest that is not revoked."""
        found = await self._database.fetch(
            f"SELECT {_COLUMNS} FROM api_keys WHERE digest = $1 AND revoked_at IS NULL",  # noqa: S608 - a constant
            digest,
        )
        return _api_key(found[0]) if found else None

    async def of(self, business_id: BusinessId) -> Sequence[ApiKey]:
        """Return a business's keys, revoked ones too, in order of creation."""
        found = await self._database.fetch(
            f"SELECT {_COLUMNS} FROM api_keys WHERE business_id = $1 ORDER BY created_at, id",  # noqa: S608 - a constant
            business_id,
        )
        return [_api_key(row) for row in found]

    async def save(self, key: ApiKey) -> None:
        """Create a key, or replace the one of its id (to revoke it)."""
        await self._database.fetch(
            f"INSERT INTO api_keys ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6) "  # noqa: S608 - a constant
            "ON CONFLICT (id) DO UPDATE SET business_id = excluded.business_id, name = excluded.name, "
            "digest = excluded.digest, created_at = excluded.created_at, revoked_at = excluded.revoked_at",
            key.id,
            key.business_id,
            key.name.replace("\0", ""),
            key.digest,
            key.created_at,
            key.revoked_at,
        )


def _api_key(row: asyncpg.Record) -> ApiKey:
    return ApiKey(*row)
