"""Connected accounts on PostgreSQL: endpoints, sealed tokens, sign-ins under way, templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import msgspec

from domain.errors import AccountTaken, UnknownAccount
from domain.ports import Credential, Endpoint, Pending, TemplateState
from storage.sql.postgres import rows
from storage.sql.postgres.encoding import encoded, plain
from storage.sql.postgres.kept_accounts import IN_USE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.businesses import Account, AccountState
    from domain.clock import Clock
    from domain.ids import AccountId, BusinessId
    from storage.sql.postgres.kept_accounts import KeptAccounts
    from storage.sql.postgres.pool import Database, Session

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
PRESENT = "SELECT endpoint_id, state, problem FROM accounts WHERE business_id = $1 AND id = $2 FOR NO KEY UPDATE"
CREATE_ENDPOINT = "INSERT INTO endpoints (id, channel) VALUES ($1, $2) ON CONFLICT DO NOTHING"
UPSERT_ENDPOINT = """
INSERT INTO endpoints (id, channel, secret, key_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (id) DO UPDATE SET channel = excluded.channel, secret = excluded.secret, key_id = excluded.key_id
"""
UPSERT_ACCOUNT = """
INSERT INTO accounts (business_id, id, channel, external_id, endpoint_id, name, place_id, state, problem, group_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (business_id, id) DO UPDATE SET channel = excluded.channel, external_id = excluded.external_id,
    endpoint_id = excluded.endpoint_id, name = excluded.name, place_id = excluded.place_id,
    state = excluded.state, problem = excluded.problem, group_id = excluded.group_id
"""
UPSERT_CREDENTIAL = """
INSERT INTO credentials (business_id, account_id, sealed, key_id, updated_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (business_id, account_id) DO UPDATE SET sealed = excluded.sealed, key_id = excluded.key_id,
    updated_at = excluded.updated_at, expires_at = excluded.expires_at
"""
FORGET_SECRET = f"""
UPDATE endpoints SET secret = NULL, key_id = ''
WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM accounts WHERE endpoint_id = $1 AND {IN_USE})
"""  # noqa: S608 - a constant
DISCONNECT = """
UPDATE accounts SET state = 'disconnected', problem = '', external_id = 'gone:' || id
WHERE business_id = $1 AND id = $2
"""
RESEAL = """
UPDATE credentials SET sealed = $4, key_id = $5, updated_at = $6, expires_at = $7
WHERE business_id = $1 AND account_id = $2 AND sealed = $3
"""
RESEAL_ENDPOINT = """
UPDATE endpoints SET secret = $3, key_id = $4 WHERE id = $1 AND secret IS NOT DISTINCT FROM $2 RETURNING 1
"""
BEGIN = """
WITH swept AS (DELETE FROM pending_connections WHERE expires_at <= $7 AND state_hash <> $1)
INSERT INTO pending_connections (state_hash, business_id, channel, session, expires_at, facts)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (state_hash) DO UPDATE SET business_id = excluded.business_id, channel = excluded.channel,
    session = excluded.session, expires_at = excluded.expires_at, facts = excluded.facts
"""
FINISH = """
DELETE FROM pending_connections WHERE state_hash = $1
RETURNING state_hash, business_id, channel, session, expires_at, facts
"""
NOTE = """
INSERT INTO templates (group_id, name, language, status, updated_at, reason) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (group_id, name, language) DO UPDATE SET status = excluded.status, updated_at = excluded.updated_at,
    reason = excluded.reason
WHERE excluded.updated_at >= templates.updated_at
"""
TEMPLATES = """
SELECT group_id, name, language, status, updated_at, reason FROM templates WHERE group_id = $1
ORDER BY name COLLATE "C", language COLLATE "C"
"""
_CREDENTIAL = "SELECT business_id, account_id, sealed, key_id, updated_at, expires_at FROM credentials"
_ENDPOINT = "SELECT id, channel, secret, key_id FROM endpoints"


class PostgresAccounts:
    """The Accounts. Tokens exist only within their business; the rest is read before the business is known."""

    lock = LOCK

    def __init__(self, database: Database, kept: KeptAccounts, clock: Clock) -> None:
        self._database = database
        self._kept = kept
        self._clock = clock

    async def connect(self, account: Account, endpoint: Endpoint, credential: Credential) -> None:
        """Write all three in one transaction, over what the same account had before.

        It is in the state that it is handed in; one that was disconnected is so no more. Raises AccountTaken when the
        external id is another account's, and then nothing is written.
        """
        key = (account.business_id, account.id)
        sealed = (endpoint.sealed, endpoint.key_id)
        try:
            async with self._database.within(account.business_id) as session:
                await self._stand_in_line(session, account.business_id)
                before = await session.one(PRESENT, *key)
                if endpoint.sealed is None:  # a shared one is locked by nobody
                    await session.change(CREATE_ENDPOINT, endpoint.id, endpoint.channel)
                else:
                    await session.change(UPSERT_ENDPOINT, endpoint.id, endpoint.channel, *sealed)
                await session.change(UPSERT_ACCOUNT, *key, *_account_values(account))
                await session.change(UPSERT_CREDENTIAL, *_credential_values(credential))
                if before is not None and before["endpoint_id"] != account.endpoint_id:
                    await session.change(FORGET_SECRET, before["endpoint_id"])
        except asyncpg.UniqueViolationError as error:
            raise AccountTaken(f"{account.channel} {account.external_id}") from error
        await self._kept.changed()

    async def of(self, business_id: BusinessId) -> Sequence[Account]:
        """Return a business's accounts, in order of channel and name."""
        return await self._accounts(
            'business_id = $1 ORDER BY channel COLLATE "C", name COLLATE "C", id COLLATE "C"', business_id
        )

    async def of_endpoint(self, endpoint_id: str) -> Sequence[Account]:
        """Return the accounts whose events an endpoint delivers, at most 2; one that is disconnected is none."""
        return await self._kept.of_endpoint(endpoint_id)

    async def of_group(self, channel: str, group: str) -> Sequence[Account]:
        """Return the accounts of a group, in order of name; one that is disconnected is none."""
        return await self._accounts(
            f"channel = $1 AND group_id = $2 AND group_id <> '' AND {IN_USE} "
            'ORDER BY name COLLATE "C", id COLLATE "C"',
            channel,
            group,
        )

    async def endpoint(self, endpoint_id: str) -> Endpoint | None:
        """Return an endpoint; None when there is no such one."""
        found = await self._database.fetch(f"{_ENDPOINT} WHERE id = $1", plain(endpoint_id))
        return Endpoint(*found[0]) if found else None

    async def endpoints(self) -> Sequence[Endpoint]:
        """Return all endpoints that have a sealed secret, in order."""
        found = await self._database.fetch(f'{_ENDPOINT} WHERE secret IS NOT NULL ORDER BY id COLLATE "C"')
        return [Endpoint(*row) for row in found]

    async def credential(self, business_id: BusinessId, account_id: AccountId) -> Credential | None:
        """Return an account's token as it is sealed; None where it has none."""
        async with self._database.within(business_id) as session:
            row = await session.one(
                f"{_CREDENTIAL} WHERE business_id = $1 AND account_id = $2", business_id, account_id
            )
        return None if row is None else Credential(*row)

    async def credentials(self, business_id: BusinessId) -> Sequence[Credential]:
        """Return all of a business's, in order of account."""
        async with self._database.within(business_id) as session:
            found = await session.fetch(
                f'{_CREDENTIAL} WHERE business_id = $1 ORDER BY account_id COLLATE "C"', business_id
            )
        return [Credential(*row) for row in found]

    async def reseal(self, before: Credential, after: Credential) -> bool:
        """Write a token anew; False, and nothing written, where it is not what `before` says any more."""
        sealed = _credential_values(after)[2:]
        async with self._database.within(before.business_id) as session:
            return await session.change(RESEAL, before.business_id, before.account_id, before.sealed, *sealed) == 1

    async def reseal_endpoint(self, before: Endpoint, after: Endpoint) -> bool:
        """Write an endpoint's secret anew; False where it is not what `before` says any more."""
        return bool(await self._database.fetch(RESEAL_ENDPOINT, before.id, before.sealed, after.sealed, after.key_id))

    async def judge(self, business_id: BusinessId, account_id: AccountId, state: AccountState, problem: str) -> bool:
        """Write what state an account is in; True where that changed. Raises UnknownAccount.

        One that was disconnected stays so: what is found out late about it brings it back no more.
        """
        said = plain(problem)
        async with self._database.within(business_id) as session:
            present = await _present(session, business_id, account_id)
            if present["state"] == "disconnected" or (present["state"], present["problem"]) == (state, said):
                return False
            await session.change(
                "UPDATE accounts SET state = $3, problem = $4 WHERE business_id = $1 AND id = $2",
                business_id,
                account_id,
                state,
                said,
            )
        await self._kept.changed()
        return True

    async def disconnect(self, business_id: BusinessId, account_id: AccountId) -> None:
        """Forget the token, mark the account and free its external id for others. Raises UnknownAccount."""
        async with self._database.within(business_id) as session:
            await self._stand_in_line(session, business_id)
            present = await _present(session, business_id, account_id)
            await session.change(DISCONNECT, business_id, account_id)
            await session.change(
                "DELETE FROM credentials WHERE business_id = $1 AND account_id = $2", business_id, account_id
            )
            await session.change(FORGET_SECRET, present["endpoint_id"])
        await self._kept.changed()

    async def begin(self, pending: Pending) -> None:
        """Remember a sign-in that was begun; those that ran out go."""
        await self._database.fetch(
            BEGIN,
            pending.state_hash,
            pending.business_id,
            pending.channel,
            pending.session,
            pending.expires_at,
            encoded(pending.facts).decode(),
            self._clock.now(),
        )

    async def finish(self, state_hash: bytes, now: datetime) -> Pending | None:
        """Take a sign-in out, once; None where there is none, or it ran out."""
        found = await self._database.fetch(FINISH, state_hash)
        if not found or found[0]["expires_at"] <= now:
            return None
        hashed, business_id, channel, session, expires_at, facts = found[0]
        return Pending(hashed, business_id, channel, session, expires_at, msgspec.json.decode(facts))

    async def note_template(self, template: TemplateState) -> None:
        """Write what a platform says of a template, unless what is known is newer."""
        key = (plain(template.group), plain(template.name), plain(template.language))
        await self._database.fetch(NOTE, *key, plain(template.status), template.updated_at, plain(template.reason))

    async def templates(self, group: str) -> Sequence[TemplateState]:
        """Return what is known of a group's templates, in order of name and language."""
        return [TemplateState(*row) for row in await self._database.fetch(TEMPLATES, plain(group))]

    async def _stand_in_line(self, session: Session, business_id: BusinessId) -> None:
        """Wait for whoever sets up or connects the same business.

        A set-up that looks for a token while it is being written here would remove the account together with it.
        """
        await session.fetch(self.lock, f"directory:{business_id}")

    async def _accounts(self, condition: str, *values: str) -> Sequence[Account]:
        found = await self._database.fetch(
            f"SELECT * FROM accounts WHERE {condition}",  # noqa: S608 - ours
            *map(plain, values),
        )
        return [rows.account(row) for row in found]


async def _present(session: Session, business_id: BusinessId, account_id: AccountId) -> asyncpg.Record:
    row = await session.one(PRESENT, business_id, plain(account_id))
    if row is None:
        raise UnknownAccount(account_id)
    return row


def _account_values(one: Account) -> tuple[str | None, ...]:
    state, problem = ("connected", "") if one.state == "disconnected" else (one.state, plain(one.problem))
    names = (one.channel, plain(one.external_id), one.endpoint_id, plain(one.name), one.place_id)
    return *names, state, problem, plain(one.group)


def _credential_values(one: Credential) -> tuple[str | bytes | datetime | None, ...]:
    return one.business_id, one.account_id, one.sealed, one.key_id, one.updated_at, one.expires_at
