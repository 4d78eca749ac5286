"""How businesses are set up: read as one directory, kept while its version stands."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from domain.errors import UnknownAccount
from domain.setup import check
from storage.sql.postgres import rows
from storage.sql.postgres.encoding import encoded
from storage.sql.postgres.pool import scope
from storage.sql.postgres.setup import directory_document, directory_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.businesses import Account, Directory
    from domain.ids import AccountId, BusinessId
    from storage.redis.subscriber import Subscriber
    from storage.sql.postgres.pool import Database

KEPT = 4096
"""How many businesses' set-ups are kept, and how many accounts."""
TRUSTED = 10.0
"""Seconds after which what is kept is looked at again, while other machines tell through Redis what they save."""
ALONE = 1.0
"""The same while Redis is away and nobody can tell."""


class PostgresDirectories:
    """Claims bring the version of each business along, so that workers never answer from an old set-up.

    Whoever saves one tells the others, so that what is kept of it goes at once.
    """

    def __init__(self, database: Database, subscriber: Subscriber, topic: str) -> None:
        self._database = database
        self._subscriber = subscriber
        self._topic = topic
        self._kept: OrderedDict[BusinessId, tuple[Directory, float]] = OrderedDict()
        """With when its version was last seen, by the monotonic clock."""
        self._accounts: OrderedDict[tuple[str, ...], tuple[Account, float]] = OrderedDict()

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
        return await self._account(
            "channel = $1 AND external_id = $2", channel.replace("\0", ""), external_id.replace("\0", "")
        )

    async def account_by_id(self, account_id: AccountId) -> Account:
        """Return an account. Raises UnknownAccount."""
        return await self._account("id = $1", account_id.replace("\0", ""))

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
        """Create or replace a business's set-up (seeding); the version grows if it differs. Raises InvalidSetup."""
        check(directory)
        business_id = directory.business.id
        async with self._database.within(business_id) as session:
            await session.fetch("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"directory:{business_id}")
            row = await session.one("SELECT read_directory($1)", business_id)
            before = None if row is None or row[0] is None else directory_of(msgspec.json.decode(row[0]))
            if before is None or replace(directory, version=before.version) != before:
                version = directory.version if before is None else before.version + 1
                document = encoded(directory_document(replace(directory, version=version))).decode()
                await session.fetch("SELECT write_directory($1, $2)", business_id, document)
            await session.fetch("SELECT write_accounts($1, $2)", business_id, encoded(list(accounts)).decode())
        self._told(business_id.encode())
        await self._subscriber.publish([(self._topic, business_id.encode())])

    def _told(self, business_id: bytes) -> None:
        """Forget what was saved anew; accounts may have moved between businesses."""
        self._kept.pop(business_id.decode(), None)
        self._accounts.clear()

    def _trusted(self) -> float:
        return TRUSTED if self._subscriber.connected else ALONE

    async def _account(self, condition: str, *values: str) -> Account:
        now = time.monotonic()
        kept = self._accounts.get(values)
        if kept is not None and now - kept[1] < self._trusted():
            return kept[0]
        found = await self._database.fetch(f"SELECT * FROM accounts WHERE {condition}", *values)  # noqa: S608 - ours
        if not found:
            self._accounts.pop(values, None)
            raise UnknownAccount(" ".join(values))
        account = rows.account(found[0])
        self._accounts[values] = (account, now)
        if len(self._accounts) > KEPT:
            self._accounts.popitem(last=False)
        return account
