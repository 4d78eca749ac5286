"""The ports of how businesses are set up, and of who may use their API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.businesses import Account, Directory
    from domain.ids import AccountId, BusinessId


class Directories(Protocol):
    """Reads how businesses are set up."""

    async def directory(self, business_id: BusinessId) -> Directory:
        """Return a business's set-up, from a cache kept true by its version."""
        ...

    async def account(self, channel: str, external_id: str) -> Account:
        """Return the account a channel knows by this name. Raises UnknownAccount."""
        ...

    async def account_by_id(self, account_id: AccountId) -> Account:
        """Return an account. Raises UnknownAccount."""
        ...

    async def accounts(self) -> Sequence[Account]:
        """Return all accounts, in order of channel and name."""
        ...

    async def waiting(self) -> Sequence[BusinessId]:
        """Return the businesses on whose waitlists somebody is."""
        ...

    async def save(self, directory: Directory, accounts: Sequence[Account]) -> None:
        """Create or replace a business's set-up (seeding); the version grows if it differs.

        Bookings, customers, conversations and accounts that were connected stay. Raises InvalidSetup, before anything
        is written, for what `domain.setup` refuses, and AccountTaken for a name that another business has.
        """
        ...


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What opens one business's API. Only a hash of the key itself is kept."""

    id: str
    business_id: BusinessId
    name: str
    digest: bytes = field(repr=False)
    """SHA-256 of the key."""
    created_at: datetime
    revoked_at: datetime | None = None


class ApiKeys(Protocol):
    """Keeps the keys of the API. Read before the business is known."""

    async def by_digest(self, digest: bytes) -> ApiKey | None:
        """Return the key of this digest that is not revoked."""
        ...

    async def of(self, business_id: BusinessId) -> Sequence[ApiKey]:
        """Return a business's keys, revoked ones too, in order of creation."""
        ...

    async def save(self, key: ApiKey) -> None:
        """Create a key, or replace the one of its id (to revoke it)."""
        ...
