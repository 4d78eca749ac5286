"""How businesses are set up, in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.errors import UnknownAccount
from domain.setup import check
from storage.memory.effects import STILL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.businesses import Account, Directory
    from domain.ids import AccountId, BusinessId
    from storage.memory.accounts import AccountTable
    from storage.memory.tables import Tables


class MemoryDirectories:
    """The Directories."""

    def __init__(self, tables: Tables, accounts: AccountTable) -> None:
        self._tables = tables
        self._accounts = accounts
        self._directories: dict[BusinessId, Directory] = {}

    async def directory(self, business_id: BusinessId) -> Directory:
        """Return a business's set-up. Raises UnknownAccount when there is none."""
        try:
            return self._directories[business_id]
        except KeyError:
            raise UnknownAccount(business_id) from None

    async def account(self, channel: str, external_id: str) -> Account:
        """Return the account a channel knows by this name. Raises UnknownAccount."""
        try:
            return self._accounts.by_name[channel, external_id]
        except KeyError:
            raise UnknownAccount(f"{channel} {external_id}") from None

    async def account_by_id(self, account_id: AccountId) -> Account:
        """Return an account. Raises UnknownAccount."""
        try:
            return self._accounts.by_id[account_id]
        except KeyError:
            raise UnknownAccount(account_id) from None

    async def accounts(self) -> Sequence[Account]:
        """Return all accounts, in order of channel and name."""
        return [account for _, account in sorted(self._accounts.by_name.items())]

    async def waiting(self) -> Sequence[BusinessId]:
        """Return the businesses on whose waitlists somebody is, in order."""
        return sorted(
            business_id
            for business_id, calendar in self._tables.calendars.items()
            if any(one.status in STILL for one in calendar.waitlist.values())
        )

    async def save(self, directory: Directory, accounts: Sequence[Account]) -> None:
        """Create or replace a business's set-up; the version grows if it differs.

        Of the accounts only those that a set-up wrote are replaced: what was connected stays as it is, also when it was
        disconnected again. Raises InvalidSetup, or AccountTaken when an account belongs to another business.
        """
        check(directory)
        business_id = directory.business.id
        self._accounts.set_up(business_id, accounts)
        before = self._directories.get(business_id)
        if before is None or replace(directory, version=before.version) != before:
            version = directory.version if before is None else before.version + 1
            self._directories[business_id] = replace(directory, version=version)
