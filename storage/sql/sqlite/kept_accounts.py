"""Accounts on SQLite as every webhook and every message asks for them: kept for a moment."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from domain.errors import UnknownAccount
from storage.sql.models import AccountRow
from storage.sql.sqlite.account_rows import account_of
from storage.sql.sqlite.connection import compiled
from storage.sql.sqlite.rows import columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.businesses import Account
    from domain.ids import AccountId
    from storage.sql.sqlite.connection import Reader

KEPT = 4096
"""How many set-ups, accounts, and endpoints' accounts are kept, of each."""
TRUSTED = 1.0
"""Seconds after which what is kept is read again: another process may have written it."""

_accounts = select(*columns(AccountRow))
BY_NAME = compiled(_accounts.where(AccountRow.channel == bindparam("c"), AccountRow.external_id == bindparam("e")))
BY_ID = compiled(_accounts.where(AccountRow.id == bindparam("i")))
ALL = compiled(_accounts.order_by(AccountRow.channel, AccountRow.external_id))
IN_USE = "state <> 'disconnected'"
OF_ENDPOINT = f"{compiled(_accounts)} WHERE endpoint_id = ? AND {IN_USE} LIMIT 2"


class KeptAccounts:
    """What this process writes is forgotten at once, what others write after a moment."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._one: dict[tuple[str, ...], tuple[Account, float]] = {}
        """By (channel, name) and by (id,), with when it was read, by the monotonic clock."""
        self._of_endpoint: dict[str, tuple[Sequence[Account], float]] = {}

    def forget(self) -> None:
        """Read all anew: this process has written some."""
        self._one.clear()
        self._of_endpoint.clear()

    def by_name(self, channel: str, external_id: str) -> Account:
        """Return the account a channel knows by this name. Raises UnknownAccount."""
        return self._account(BY_NAME, (channel, external_id))

    def by_id(self, account_id: AccountId) -> Account:
        """Return an account. Raises UnknownAccount."""
        return self._account(BY_ID, (account_id,))

    def of_endpoint(self, endpoint_id: str) -> Sequence[Account]:
        """Return at most 2 of the accounts whose events an endpoint delivers."""
        now = time.monotonic()
        kept = self._of_endpoint.get(endpoint_id)
        if kept is not None and now - kept[1] < TRUSTED:
            return kept[0]
        found = tuple(account_of(row) for row in self._reader.all(OF_ENDPOINT, (endpoint_id,)))
        if len(self._of_endpoint) >= KEPT:
            self._of_endpoint.clear()
        if found:
            self._of_endpoint[endpoint_id] = found, now
        return found

    def _account(self, sql: str, key: tuple[str, ...]) -> Account:
        now = time.monotonic()
        kept = self._one.get(key)
        if kept is not None and now - kept[1] < TRUSTED:
            return kept[0]
        row = self._reader.one(sql, key)
        if row is None:
            self._one.pop(key, None)
            raise UnknownAccount(" ".join(key))
        if len(self._one) >= KEPT:
            self._one.clear()
        account = account_of(row)
        self._one[key] = account, now
        return account
