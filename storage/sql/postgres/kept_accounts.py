"""Accounts on PostgreSQL as every webhook and every message asks for them: kept for a moment."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from domain.errors import UnknownAccount
from storage.sql.postgres import rows
from storage.sql.postgres.encoding import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.businesses import Account
    from domain.ids import AccountId
    from storage.redis.subscriber import Subscriber
    from storage.sql.postgres.pool import Database

KEPT = 4096
"""How many set-ups, accounts, and endpoints' accounts are kept, of each."""
TRUSTED = 10.0
"""Seconds after which what is kept is looked at again, while other machines tell through Redis what they write."""
ALONE = 1.0
"""The same while Redis is away and nobody can tell."""

IN_USE = "state <> 'disconnected'"


class KeptAccounts:
    """Whoever writes an account tells the other machines, so that what is kept of it goes at once."""

    def __init__(self, database: Database, subscriber: Subscriber, topic: str) -> None:
        self._database = database
        self._subscriber = subscriber
        self._topic = topic
        self._kept: OrderedDict[tuple[str, ...], tuple[Sequence[Account], float]] = OrderedDict()
        """By what was asked and with which values, with when it was read, by the monotonic clock."""
        self._forgotten = 0
        """How often all was forgotten: what was asked for before must not be kept after."""

    async def open(self) -> None:
        """Begin to hear what other machines write."""
        await self._subscriber.add(self._topic, self._told)

    async def close(self) -> None:
        """Stop hearing it."""
        await self._subscriber.remove(self._topic, self._told)

    async def changed(self) -> None:
        """Read all anew, here and on every machine: some were written, and they may have moved between businesses."""
        self._told(b"")
        await self._subscriber.publish([(self._topic, b"")])

    async def by_name(self, channel: str, external_id: str) -> Account:
        """Return the account a channel knows by this name. Raises UnknownAccount."""
        return await self._one("channel = $1 AND external_id = $2", channel, external_id)

    async def by_id(self, account_id: AccountId) -> Account:
        """Return an account. Raises UnknownAccount."""
        return await self._one("id = $1", account_id)

    async def of_endpoint(self, endpoint_id: str) -> Sequence[Account]:
        """Return at most 2 of the accounts whose events an endpoint delivers."""
        return await self._read(f"endpoint_id = $1 AND {IN_USE} LIMIT 2", endpoint_id)

    def _told(self, _: bytes) -> None:
        self._kept.clear()
        self._forgotten += 1

    async def _one(self, condition: str, *values: str) -> Account:
        found = await self._read(condition, *values)
        if not found:
            raise UnknownAccount(" ".join(values))
        return found[0]

    async def _read(self, condition: str, *values: str) -> Sequence[Account]:
        now = time.monotonic()
        key = (condition, *values)
        kept = self._kept.get(key)
        if kept is not None and now - kept[1] < (TRUSTED if self._subscriber.connected else ALONE):
            return kept[0]
        before = self._forgotten
        found = await self._database.fetch(
            f"SELECT * FROM accounts WHERE {condition}",  # noqa: S608 - ours
            *map(plain, values),
        )
        accounts = tuple(rows.account(row) for row in found)
        self._kept.pop(key, None)
        if accounts and before == self._forgotten:
            self._kept[key] = (accounts, now)
            if len(self._kept) > 2 * KEPT:
                self._kept.popitem(last=False)
        return accounts
