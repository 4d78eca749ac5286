"""Keys of the API in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.ids import BusinessId
    from domain.ports import ApiKey


class MemoryApiKeys:
    """The ApiKeys."""

    def __init__(self) -> None:
        self._keys: dict[str, ApiKey] = {}

    async def by_digest(self, digest: bytes) -> ApiKey | None:
        """Return the key of this digest that is not revoked."""
        found = (one for one in self._keys.values() if one.digest == digest and one.revoked_at is None)
        return next(found, None)

    async def of(self, business_id: BusinessId) -> Sequence[ApiKey]:
        """Return a business's keys, revoked ones too, in order of creation."""
        own = (one for one in self._keys.values() if one.business_id == business_id)
        return sorted(own, key=lambda one: (one.created_at, one.id))

    async def save(self, key: ApiKey) -> None:
        """Create a key, or replace the one of its id (to revoke it)."""
        self._keys[key.id] = key
