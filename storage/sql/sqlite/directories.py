"""How businesses are set up, on SQLite: read as one directory, kept while its version stands."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.errors import UnknownAccount
from domain.setup import check
from storage.sql.sqlite.account_rows import account_of, write_accounts
from storage.sql.sqlite.kept_accounts import ALL, KEPT, TRUSTED
from storage.sql.sqlite.setup import read_directory, write_directory
from storage.sql.sqlite.waitlist import BUSINESSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.businesses import Account, Directory
    from domain.ids import AccountId, BusinessId
    from storage.sql.sqlite.connection import Reader
    from storage.sql.sqlite.kept_accounts import KeptAccounts
    from storage.sql.sqlite.writer import Transaction, Writer

VERSION = "SELECT version FROM businesses WHERE id = ?"


class SqliteDirectories:
    """The Directories."""

    def __init__(self, writer: Writer, reader: Reader, accounts: KeptAccounts) -> None:
        self._writer = writer
        self._reader = reader
        self._accounts = accounts
        self._kept: OrderedDict[BusinessId, tuple[Directory, float]] = OrderedDict()
        """With when its version was last seen, by the monotonic clock."""

    async def directory(self, business_id: BusinessId) -> Directory:
        """Return a business's set-up. Raises UnknownAccount when there is none."""
        now = time.monotonic()
        kept = self._kept.get(business_id)
        if kept is not None and now - kept[1] < TRUSTED:
            return kept[0]
        version = self._reader.one(VERSION, (business_id,))
        if version is None:
            self._kept.pop(business_id, None)
            raise UnknownAccount(business_id)
        directory = kept[0] if kept is not None and kept[0].version == version[0] else self._read(business_id)
        self._kept[business_id] = (directory, now)
        self._kept.move_to_end(business_id)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return directory

    async def account(self, channel: str, external_id: str) -> Account:
        """Return the account a channel knows by this name. Raises UnknownAccount."""
        return self._accounts.by_name(channel, external_id)

    async def account_by_id(self, account_id: AccountId) -> Account:
        """Return an account. Raises UnknownAccount."""
        return self._accounts.by_id(account_id)

    async def accounts(self) -> Sequence[Account]:
        """Return all accounts, in order of channel and name."""
        return [account_of(row) for row in self._reader.all(ALL)]

    async def waiting(self) -> Sequence[BusinessId]:
        """Return the businesses on whose waitlists somebody is, in order."""
        return [row[0] for row in self._reader.all(BUSINESSES)]

    async def save(self, directory: Directory, accounts: Sequence[Account]) -> None:
        """Create or replace a business's set-up; the version grows if it differs.

        Of the accounts only those that a set-up wrote are replaced: what was connected stays as it is, also when it was
        disconnected again. Raises InvalidSetup, AccountTaken when an account belongs to another business, or
        StoreUnavailable.
        """
        check(directory)
        await self._writer.do(lambda transaction: _save(transaction, directory, accounts))
        self._kept.pop(directory.business.id, None)
        self._accounts.forget()

    def _read(self, business_id: BusinessId) -> Directory:
        directory = read_directory(self._reader.all, business_id)
        if directory is None:
            raise UnknownAccount(business_id)
        return directory


def _save(transaction: Transaction, directory: Directory, accounts: Sequence[Account]) -> None:
    business_id = directory.business.id
    before = read_directory(lambda sql, given: transaction.execute(sql, tuple(given)).fetchall(), business_id)
    if before is None:
        write_directory(transaction, directory)
    elif replace(directory, version=before.version) != before:
        write_directory(transaction, replace(directory, version=before.version + 1))
    write_accounts(transaction, business_id, accounts)
