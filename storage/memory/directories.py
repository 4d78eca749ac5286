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
    from storage.memory.tables import Tables


class MemoryDirectories:
    """The Directories."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._directories: dict[BusinessId, Directory] = {}
        self._accounts: dict[AccountId, Account] = {}
        self._by_name: dict[tuple[str, str], Account] = {}

    async def directory(self, business_id: BusinessId) -> Directory:
        """Return a business's set-up. Raises UnknownAccount when there is none."""
        try:
            return self._directories[business_id]
        except KeyError:
            raise UnknownAccount(business_id) from None

    async def account(self, channel: str, external_id: str) -> Account:
        """Return the account a channel knows by this name. Raises UnknownAccount."""
        try:
            return self._by_name[channel, external_id]
        except KeyError:
            raise UnknownAccount(f"{channel} {external_id}") from None

    async def account_by_id(self, account_id: AccountId) -> Account:
        """Return an account. Raises UnknownAccount."""
        try:
            return self._accounts[account_id]
        except KeyError:
            raise UnknownAccount(account_id) from None

    async def accounts(self) -> Sequence[Account]:
        """Return all accounts, in order of channel and name."""
        return [self._by_name[name] for name in sorted(self._by_name)]

    async def waiting(self) -> Sequence[BusinessId]:
        """Return the businesses on whose waitlists somebody is, in order."""
        return sorted(
            business_id
            for business_id, calendar in self._tables.calendars.items()
            if any(one.status in STILL for one in calendar.waitlist.values())
        )

    async def save(self, directory: Directory, accounts: Sequence[Account]) -> None:
        """Create or replace a business's set-up; the version grows if it differs. Raises InvalidSetup."""
        check(directory)
        business_id = directory.business.id
        before = self._directories.get(business_id)
        if before is None or replace(directory, version=before.version) != before:
            version = directory.version if before is None else before.version + 1
            self._directories[business_id] = replace(directory, version=version)
        for account in [one for one in self._accounts.values() if one.business_id == business_id]:
            del self._accounts[account.id]
            del self._by_name[account.channel, account.external_id]
        for account in accounts:
            self._accounts[account.id] = account
            self._by_name[account.channel, account.external_id] = account
