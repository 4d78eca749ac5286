"""Rows of accounts: how a set-up and the connecting of accounts write them, each leaving the other's alone."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from domain.businesses import Account
from domain.errors import AccountTaken
from storage.sql.models import AccountRow
from storage.sql.sqlite.rows import to_json
from storage.sql.sqlite.setup import upsert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.ids import BusinessId
    from storage.sql.sqlite.rows import Row
    from storage.sql.sqlite.writer import Transaction

UPSERT_ACCOUNT = upsert(AccountRow)
CONNECTED = """(accounts.external_id = 'gone:' || accounts.id OR EXISTS (
    SELECT 1 FROM credentials c WHERE c.business_id = accounts.business_id AND c.account_id = accounts.id))"""
"""Whether an account has a token, or was disconnected: then no set-up may write over it."""
DROP_ACCOUNTS = f"""
    DELETE FROM accounts
    WHERE business_id = ? AND id NOT IN (SELECT value FROM json_each(?)) AND NOT {CONNECTED}"""  # noqa: S608
IN_THE_WAY = f"""
    SELECT 1 FROM accounts
    WHERE business_id = ?1 AND (id = ?2 OR (channel = ?3 AND external_id = ?4)) AND {CONNECTED}"""  # noqa: S608


def write_accounts(transaction: Transaction, business_id: BusinessId, accounts: Sequence[Account]) -> None:
    """Write a set-up's accounts over those that a set-up wrote before; connected ones stay as they are.

    An endpoint that is new has no secret yet. Raises AccountTaken when one belongs to another business.
    """
    execute = transaction.execute
    execute(DROP_ACCOUNTS, (business_id, to_json([one.id for one in accounts])))
    for one in accounts:
        if execute(IN_THE_WAY, (one.business_id, one.id, one.channel, one.external_id)).fetchone() is None:
            execute("INSERT OR IGNORE INTO endpoints (id, channel) VALUES (?, ?)", (one.endpoint_id, one.channel))
            write_account(transaction, one)


def write_account(transaction: Transaction, one: Account) -> None:
    """Write an account over what it was before. Whether its name is free the database says. Raises AccountTaken."""
    row = (
        one.business_id,
        one.id,
        one.channel,
        one.external_id,
        one.endpoint_id,
        one.name,
        one.place_id,
        one.state,
        one.problem,
        one.group,
    )
    try:
        transaction.execute(UPSERT_ACCOUNT, row)
    except sqlite3.IntegrityError as error:
        if error.sqlite_errorcode not in (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY):
            raise
        raise AccountTaken(f"{one.channel} {one.external_id}") from error


def account_of(row: Row) -> Account:
    """Read all columns of `accounts`."""
    business, id_, channel, external, endpoint, name, place, state, problem, group = row
    return Account(id_, business, channel, external, endpoint, name, place, state, problem, group)
