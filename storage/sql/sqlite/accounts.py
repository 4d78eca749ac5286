"""Connected accounts on SQLite: endpoints, sealed tokens, sign-ins under way, templates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from domain.errors import UnknownAccount
from domain.ports import Credential, Endpoint, Pending, TemplateState
from storage.sql.models import AccountRow, CredentialRow, EndpointRow, PendingRow, TemplateRow
from storage.sql.sqlite.account_rows import account_of, write_account
from storage.sql.sqlite.connection import compiled
from storage.sql.sqlite.kept_accounts import IN_USE
from storage.sql.sqlite.rows import columns, from_json, to_json
from storage.sql.sqlite.setup import upsert
from storage.sql.types import from_micros, to_micros

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.businesses import Account, AccountState
    from domain.clock import Clock
    from domain.ids import AccountId, BusinessId
    from storage.sql.sqlite.connection import Reader
    from storage.sql.sqlite.kept_accounts import KeptAccounts
    from storage.sql.sqlite.rows import Row
    from storage.sql.sqlite.writer import Transaction, Writer

_accounts = select(*columns(AccountRow))
_credentials = select(*columns(CredentialRow)).where(CredentialRow.business_id == bindparam("b"))
OF = compiled(
    _accounts.where(AccountRow.business_id == bindparam("b")).order_by(
        AccountRow.channel, AccountRow.name, AccountRow.id
    )
)
OF_GROUP = f"""
    {compiled(_accounts)} WHERE channel = ? AND group_id = ? AND group_id <> '' AND {IN_USE} ORDER BY name, id"""
ENDPOINT = compiled(select(*columns(EndpointRow)).where(EndpointRow.id == bindparam("i")))
ENDPOINTS = compiled(select(*columns(EndpointRow)).where(EndpointRow.secret.is_not(None)).order_by(EndpointRow.id))
CREDENTIAL = compiled(_credentials.where(CredentialRow.account_id == bindparam("a")))
CREDENTIALS = compiled(_credentials.order_by(CredentialRow.account_id))
TEMPLATES = compiled(
    select(*columns(TemplateRow))
    .where(TemplateRow.group_id == bindparam("g"))
    .order_by(TemplateRow.name, TemplateRow.language)
)

PRESENT = "SELECT endpoint_id, state, problem FROM accounts WHERE business_id = ? AND id = ?"
UPSERT_ENDPOINT = f"{upsert(EndpointRow)} WHERE excluded.secret IS NOT NULL"
UPSERT_CREDENTIAL = upsert(CredentialRow)
FORGET_SECRET = f"""
    UPDATE endpoints SET secret = NULL, key_id = ''
    WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM accounts WHERE endpoint_id = ?1 AND {IN_USE})"""  # noqa: S608
JUDGE = "UPDATE accounts SET state = ?, problem = ? WHERE business_id = ? AND id = ?"
DISCONNECT = """
    UPDATE accounts SET state = 'disconnected', problem = '', external_id = 'gone:' || id
    WHERE business_id = ? AND id = ?"""
DELETE_CREDENTIAL = "DELETE FROM credentials WHERE business_id = ? AND account_id = ?"
RESEAL = """
    UPDATE credentials SET sealed = ?, key_id = ?, updated_at = ?, expires_at = ?
    WHERE business_id = ? AND account_id = ? AND sealed = ?"""
RESEAL_ENDPOINT = "UPDATE endpoints SET secret = ?, key_id = ? WHERE id = ? AND secret IS ?"
SWEEP = "DELETE FROM pending_connections WHERE expires_at <= ?"
BEGIN = upsert(PendingRow)
FINISH = "DELETE FROM pending_connections WHERE state_hash = ? RETURNING *"
NOTE = f"{upsert(TemplateRow)} WHERE excluded.updated_at >= templates.updated_at"


class SqliteAccounts:
    """The Accounts. Raises StoreUnavailable from everything that reads or writes."""

    def __init__(self, writer: Writer, reader: Reader, kept: KeptAccounts, clock: Clock) -> None:
        self._writer = writer
        self._reader = reader
        self._kept = kept
        self._clock = clock

    async def connect(self, account: Account, endpoint: Endpoint, credential: Credential) -> None:
        """Write all three in one transaction, over what the same account had before.

        It is in the state that it is handed in; one that was disconnected is so no more. Raises AccountTaken when the
        external id is another account's, and then nothing is written.
        """
        await self._writer.do(lambda transaction: _connect(transaction, account, endpoint, credential))
        self._kept.forget()

    async def of(self, business_id: BusinessId) -> Sequence[Account]:
        """Return a business's accounts, in order of channel and name."""
        return [account_of(row) for row in self._reader.all(OF, (business_id,))]

    async def of_endpoint(self, endpoint_id: str) -> Sequence[Account]:
        """Return the accounts whose events an endpoint delivers, at most 2; one that is disconnected is none."""
        return self._kept.of_endpoint(endpoint_id)

    async def of_group(self, channel: str, group: str) -> Sequence[Account]:
        """Return the accounts of a group, in order of name; one that is disconnected is none."""
        return [account_of(row) for row in self._reader.all(OF_GROUP, (channel, group))]

    async def endpoint(self, endpoint_id: str) -> Endpoint | None:
        """Return an endpoint; None when there is no such one."""
        row = self._reader.one(ENDPOINT, (endpoint_id,))
        return None if row is None else Endpoint(*row)

    async def endpoints(self) -> Sequence[Endpoint]:
        """Return all endpoints that have a sealed secret, in order."""
        return [Endpoint(*row) for row in self._reader.all(ENDPOINTS)]

    async def credential(self, business_id: BusinessId, account_id: AccountId) -> Credential | None:
        """Return an account's token as it is sealed; None where it has none."""
        row = self._reader.one(CREDENTIAL, (business_id, account_id))
        return None if row is None else _credential_of(row)

    async def credentials(self, business_id: BusinessId) -> Sequence[Credential]:
        """Return all of a business's, in order of account."""
        return [_credential_of(row) for row in self._reader.all(CREDENTIALS, (business_id,))]

    async def reseal(self, before: Credential, after: Credential) -> bool:
        """Write a token anew; False, and nothing written, where it is not what `before` says any more."""
        *_, sealed, key_id, updated_at, expires_at = _credential_row(after)
        written = (sealed, key_id, updated_at, expires_at, before.business_id, before.account_id, before.sealed)
        return await self._writer.do(lambda transaction: transaction.execute(RESEAL, written).rowcount) == 1

    async def reseal_endpoint(self, before: Endpoint, after: Endpoint) -> bool:
        """Write an endpoint's secret anew; False where it is not what `before` says any more."""
        written = (after.sealed, after.key_id, before.id, before.sealed)
        return await self._writer.do(lambda transaction: transaction.execute(RESEAL_ENDPOINT, written).rowcount) == 1

    async def judge(self, business_id: BusinessId, account_id: AccountId, state: AccountState, problem: str) -> bool:
        """Write what state an account is in; True where that changed. Raises UnknownAccount.

        One that was disconnected stays so: what is found out late about it brings it back no more.
        """
        changed = await self._writer.do(
            lambda transaction: _judge(transaction, business_id, account_id, state, problem)
        )
        if changed:
            self._kept.forget()
        return changed

    async def disconnect(self, business_id: BusinessId, account_id: AccountId) -> None:
        """Forget the token, mark the account and free its external id for others. Raises UnknownAccount."""
        await self._writer.do(lambda transaction: _disconnect(transaction, business_id, account_id))
        self._kept.forget()

    async def begin(self, pending: Pending) -> None:
        """Remember a sign-in that was begun; those that ran out go."""
        now = to_micros(self._clock.now())
        row = (
            pending.state_hash,
            pending.business_id,
            pending.channel,
            pending.session,
            to_micros(pending.expires_at),
            to_json(pending.facts),
        )

        def work(transaction: Transaction) -> None:
            transaction.execute(SWEEP, (now,))
            transaction.execute(BEGIN, row)

        await self._writer.do(work)

    async def finish(self, state_hash: bytes, now: datetime) -> Pending | None:
        """Take a sign-in out, once; None where there is none, or it ran out."""
        rows = await self._writer.do(lambda transaction: transaction.execute(FINISH, (state_hash,)).fetchall())
        if not rows:
            return None
        hashed, business_id, channel, session, expires_at, facts = rows[0]
        if expires_at <= to_micros(now):
            return None
        return Pending(hashed, business_id, channel, session, from_micros(expires_at), from_json(facts))

    async def note_template(self, template: TemplateState) -> None:
        """Write what a platform says of a template, unless what is known is newer."""
        told = (template.status, template.reason, to_micros(template.updated_at))
        row = (template.group, template.name, template.language, *told)
        await self._writer.do(lambda transaction: transaction.execute(NOTE, row).rowcount)

    async def templates(self, group: str) -> Sequence[TemplateState]:
        """Return what is known of a group's templates, in order of name and language."""
        return [
            TemplateState(of, name, language, status, from_micros(updated_at), reason)
            for of, name, language, status, reason, updated_at in self._reader.all(TEMPLATES, (group,))
        ]


def _connect(transaction: Transaction, account: Account, endpoint: Endpoint, credential: Credential) -> None:
    execute = transaction.execute
    before = execute(PRESENT, (account.business_id, account.id)).fetchone()
    execute(UPSERT_ENDPOINT, (endpoint.id, endpoint.channel, endpoint.sealed, endpoint.key_id))
    if account.state == "disconnected":
        account = replace(account, state="connected", problem="")
    write_account(transaction, account)
    execute(UPSERT_CREDENTIAL, _credential_row(credential))
    if before is not None:
        execute(FORGET_SECRET, before[:1])


def _judge(
    transaction: Transaction, business_id: BusinessId, account_id: AccountId, state: AccountState, problem: str
) -> bool:
    _, *present = _present(transaction, business_id, account_id)
    if present[0] == "disconnected" or present == [state, problem]:
        return False
    transaction.execute(JUDGE, (state, problem, business_id, account_id))
    return True


def _disconnect(transaction: Transaction, business_id: BusinessId, account_id: AccountId) -> None:
    endpoint_id, *_ = _present(transaction, business_id, account_id)
    transaction.execute(DISCONNECT, (business_id, account_id))
    transaction.execute(DELETE_CREDENTIAL, (business_id, account_id))
    transaction.execute(FORGET_SECRET, (endpoint_id,))


def _present(transaction: Transaction, business_id: BusinessId, account_id: AccountId) -> Row:
    row: Row | None = transaction.execute(PRESENT, (business_id, account_id)).fetchone()
    if row is None:
        raise UnknownAccount(account_id)
    return row


def _credential_row(one: Credential) -> Row:
    expires_at = None if one.expires_at is None else to_micros(one.expires_at)
    return one.business_id, one.account_id, one.sealed, one.key_id, to_micros(one.updated_at), expires_at


def _credential_of(row: Row) -> Credential:
    business_id, account_id, sealed, key_id, updated_at, expires_at = row
    expires = None if expires_at is None else from_micros(expires_at)
    return Credential(business_id, account_id, sealed, key_id, from_micros(updated_at), expires)
