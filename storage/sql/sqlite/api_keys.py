"""Keys of the API on SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select

from domain.ports import ApiKey
from storage.sql.models import ApiKeyRow
from storage.sql.sqlite.connection import compiled
from storage.sql.sqlite.rows import columns
from storage.sql.types import from_micros, to_micros

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.ids import BusinessId
    from storage.sql.sqlite.connection import Reader
    from storage.sql.sqlite.rows import Row
    from storage.sql.sqlite.writer import Writer

_keys = select(*columns(ApiKeyRow))
BY_DIGEST = compiled(_keys.where(ApiKeyRow.digest == bindparam("d"), ApiKeyRow.revoked_at.is_(None)))
OF = compiled(_keys.where(ApiKeyRow.business_id == bindparam("b")).order_by(ApiKeyRow.created_at, ApiKeyRow.id))
SAVE = f"""
    {compiled(insert(ApiKeyRow))} ON CONFLICT (id) DO UPDATE SET business_id = excluded.business_id,
        name = excluded.name, digest = excluded.digest, created_at = excluded.created_at,
        revoked_at = excluded.revoked_at"""


class SqliteApiKeys:
    """The ApiKeys."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def by_digest(self, digest: bytes) -> ApiKey | None:
        """Return the key of this digest that is not revoked."""
        row = self._reader.one(BY_DIGEST, (digest,))
        return None if row is None else _key_of(row)

    async def of(self, business_id: BusinessId) -> Sequence[ApiKey]:
        """Return a business's keys, revoked ones too, in order of creation."""
        return [_key_of(row) for row in self._reader.all(OF, (business_id,))]

    async def save(self, key: ApiKey) -> None:
        """Create a key, or replace the one of its id (to revoke it). Raises StoreUnavailable."""
        revoked_at = None if key.revoked_at is None else to_micros(key.revoked_at)
        row = (key.id, key.business_id, key.name, key.digest, to_micros(key.created_at), revoked_at)
        await self._writer.do(lambda transaction: transaction.execute(SAVE, row).rowcount)


def _key_of(row: Row) -> ApiKey:
    id_, business, name, digest, created_at, revoked_at = row
    revoked = None if revoked_at is None else from_micros(revoked_at)
    return ApiKey(id_, business, name, digest, from_micros(created_at), revoked)
