"""How businesses are set up: read as one directory, kept while its version stands."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

import asyncpg
import msgspec

from domain.errors import AccountTaken, UnknownAccount
from domain.setup import check
from storage.sql.postgres import rows
from storage.sql.postgres.encoding import account_record, encoded
from storage.sql.postgres.kept_accounts import ALONE, KEPT, TRUSTED
from storage.sql.postgres.pool import scope
from storage.sql.postgres.setup import directory_document, directory_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.businesses import Account, Directory
    from domain.ids import AccountId, BusinessId
    from storage.redis.subscriber import Subscriber
    from storage.sql.postgres.kept_accounts import KeptAccounts
    from storage.sql.postgres.pool import Database


class PostgresDirectories:
    """Claims bring the version of each business along, so that workers never answer from an old set-up.

    Whoever saves one tells the others, so that what is kept of it goes at once.
    """

    def __init__(self, database: Database, subscriber: Subscriber, topic: str, accounts: KeptAccounts) -> None:
        self._database = database
        self._subscriber = subscriber
        self._topic = topic
        self._accounts = accounts
        self._kept: OrderedDict[BusinessId, tuple[Directory, float]] = OrderedDict()
        """With when its version was last seen, by the monotonic clock."""

    async def open(self) -> None:
        """Begin to hear what other machines save."""
        await self._subscriber.add(self._topic, self._told)

    async def close(self) -> None:
        """Stop hearing it."""
        await self._subscriber.remove(self._topic, self._told)

    def noticed(self, business_id: BusinessId, version: int | None) -> None:
        """Take note of a business's present version."""
        kept = self._kept.get(business_id)
        if kept is None:
            return
        if kept[0].version == version:
            self._kept[business_id] = (kept[0], time.monotonic())
        else:
            del self._kept[business_id]

    async def directory(self, business_id: BusinessId) -> Directory:
        """Return a business's set-up. Raises UnknownAccount when there is none."""
        now = time.monotonic()
        kept = self._kept.get(business_id)
        if kept is not None and now - kept[1] < self._trusted():
            return kept[0]
        document = await self._database.value("SELECT read_directory($1)", scope((business_id,)))
        if document is None:
            self._kept.pop(business_id, None)
            raise UnknownAccount(business_id)
        directory = directory_of(msgspec.json.decode(document))
        if kept is not None and kept[0] == directory:
            directory = kept[0]  # what was compiled from it stays
        self._kept[business_id] = (directory, now)
        self._kept.move_to_end(business_id)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return directory

    async def account(self, channel: str, external_id: str) -> Account:
        """Return the account a channel knows by this name. Raises UnknownAccount."""
        return await self._accounts.by_name(channel, external_id)

    async def account_by_id(self, account_id: AccountId) -> Account:
        """Return an account. Raises UnknownAccount."""
        return await self._accounts.by_id(account_id)

    async def accounts(self) -> Sequence[Account]:
        """Return all accounts, in order of channel and name."""
        found = await self._database.fetch(
            'SELECT * FROM accounts ORDER BY channel COLLATE "C", external_id COLLATE "C"'
        )
        return [rows.account(row) for row in found]

    async def waiting(self) -> Sequence[BusinessId]:
        """Return the businesses on whose waitlists somebody is."""
        found = await self._database.fetch(
            "SELECT business_id FROM waitlist_sizes WHERE waiting > 0 ORDER BY business_id"
        )
        return [row[0] for row in found]

    async def save(self, directory: Directory, accounts: Sequence[Account]) -> None:
        """Create or replace a business's set-up (seeding); the version grows if it differs.

        Of the accounts only those that a set-up wrote are replaced: what was connected stays as it is, also when it was
        disconnected again. Raises InvalidSetup, or AccountTaken when an account belongs to another business.
        """
        check(directory)
        business_id = directory.business.id
        try:
            await self._write(directory, accounts)
        except asyncpg.UniqueViolationError as error:
            if error.table_name != "accounts":
                raise
            raise AccountTaken(str(error.detail)) from error
        self._told(business_id.encode())
        await self._subscriber.publish([(self._topic, business_id.encode())])
        await self._accounts.changed()

    async def _write(self, directory: Directory, accounts: Sequence[Account]) -> None:
        business_id = directory.business.id
        async with self._database.within(business_id) as session:
            await session.fetch("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"directory:{business_id}")
            row = await session.one("SELECT read_directory($1)", business_id)
            before = None if row is None or row[0] is None else directory_of(msgspec.json.decode(row[0]))
            if before is None or replace(directory, version=before.version) != before:
                version = directory.version if before is None else before.version + 1
                document = encoded(directory_document(replace(directory, version=version))).decode()
                await session.fetch("SELECT write_directory($1, $2)", business_id, document)
            records = encoded([account_record(one) for one in accounts]).decode()
            await session.fetch("SELECT write_accounts($1, $2)", business_id, records)

    def _told(self, business_id: bytes) -> None:
        """Forget what was saved anew."""
        self._kept.pop(business_id.decode(), None)

    def _trusted(self) -> float:
        return TRUSTED if self._subscriber.connected else ALONE
