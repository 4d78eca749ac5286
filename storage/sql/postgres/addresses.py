"""Who is who on PostgreSQL: the ids by which a platform knows one person."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from domain.ids import conversation_id
from storage.sql.postgres.encoding import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.businesses import Account
    from domain.ids import AccountId
    from storage.redis.subscriber import Subscriber
    from storage.sql.postgres.pool import Database, Session

KEPT = 16384
"""How many people's answers are kept."""
TRUSTED = 60.0
"""Seconds after which what is kept is looked up again, while other machines tell through Redis whom they erase."""
ALONE = 1.0
"""The same while Redis is away and nobody can tell."""

LOCK = """
SELECT pg_advisory_xact_lock(key) FROM (
    SELECT DISTINCT hashtextextended(one, 0) AS key FROM unnest($1::text[]) one ORDER BY key) keys
"""
"""One lock an id, all in one order, so that two callers who know a person by different ids stand in line."""
KNOWN = """
SELECT one, known.opened_as FROM unnest($2::text[]) one CROSS JOIN LATERAL (
    SELECT a.opened_as FROM addresses a WHERE a.account_id = $1 AND a.external_id = one LIMIT 1) known
"""
"""Each id by itself: a plan that was made while the table was empty would else read all of an account for them."""
LEARN = """
INSERT INTO addresses (account_id, external_id, business_id, opened_as, conversation_id)
SELECT $1, one, $3, $4, $5 FROM unnest($2::text[]) one ORDER BY one
ON CONFLICT DO NOTHING
"""


class PostgresAddresses:
    """Answers for people whose ids are all known come from what is kept, or from one statement without a lock.

    Rows are only ever added, and an answer is kept only once the first of its ids has a row: what that says stands
    until the customer is erased. An answer that outlived an erasure would still be a string that names one of theirs,
    but its rows are gone: another process could open their next conversation under another id, and one person would
    have two. So an erasure drops what is kept, here at once and elsewhere through Redis; a word that was lost there
    does harm no longer than `TRUSTED`.
    """

    lock = LOCK

    def __init__(self, database: Database, subscriber: Subscriber, topic: str) -> None:
        self._database = database
        self._subscriber = subscriber
        self._topic = topic
        self._kept: OrderedDict[tuple[AccountId, tuple[str, ...]], tuple[str, float]] = OrderedDict()
        """By account and ids, with when it was seen, by the monotonic clock."""
        self._forgotten = 0
        """How often all was forgotten: what was asked for before must not be kept after."""

    async def open(self) -> None:
        """Begin to hear whom other machines erase."""
        await self._subscriber.add(self._topic, self._told)

    async def close(self) -> None:
        """Stop hearing it."""
        await self._subscriber.remove(self._topic, self._told)

    async def forget(self) -> None:
        """Keep no answer any more, here and on every machine: somebody was erased."""
        self._told(b"")
        await self._subscriber.publish([(self._topic, b"")])

    async def resolve(self, account: Account, known_as: Sequence[str], *, learn: bool = True) -> str | None:
        """Return the id that this person's conversation was opened under.

        The first of the ids that is known says which; the others are remembered with it, and what is known of them
        already stays. Nobody known: the first id opens a conversation, or None without `learn`. An empty id is
        nobody's. Raises StoreUnavailable.
        """
        ids = tuple(filter(None, dict.fromkeys(map(plain, known_as))))
        if not ids:
            return None
        now, key = time.monotonic(), (account.id, ids)
        kept = self._kept.get(key)
        if kept is not None and now - kept[1] < (TRUSTED if self._subscriber.connected else ALONE):
            self._kept.move_to_end(key)
            return kept[0]
        before = self._forgotten
        known = {row[0]: row[1] for row in await self._database.fetch(KNOWN, account.id, ids)}
        opened_as = next((known[one] for one in ids if one in known), None)
        if learn and len(known) < len(ids):
            opened_as = await self._settle(account, ids)
        if opened_as is not None and (learn or ids[0] in known) and before == self._forgotten:
            self._kept[key] = (opened_as, now)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return opened_as

    async def link(self, account: Account, before: str, after: str) -> None:
        """Remember that whoever was known as `before` is known as `after` too. Known already as another: stays so.

        Nobody known as `before`: there is nobody to remember. Raises StoreUnavailable.
        """
        before, after = plain(before), plain(after)
        async with self._database.within(account.business_id) as session:
            await self._stand_in_line(session, account, (before, after))
            row = await session.one(KNOWN, account.id, (before,))
            if row is not None and after:
                await _learn(session, account, (after,), row["opened_as"])

    async def _settle(self, account: Account, ids: Sequence[str]) -> str:
        """Look again and learn, alone: somebody else may have been told of the same person meanwhile."""
        async with self._database.within(account.business_id) as session:
            await self._stand_in_line(session, account, ids)
            known = {row[0]: row[1] for row in await session.fetch(KNOWN, account.id, ids)}
            opened_as: str = next((known[one] for one in ids if one in known), ids[0])
            await _learn(session, account, ids, opened_as)
        return opened_as

    async def _stand_in_line(self, session: Session, account: Account, ids: Sequence[str]) -> None:
        await session.fetch(self.lock, [f"address:{account.id}:{one}" for one in ids])

    def _told(self, _: bytes) -> None:
        self._kept.clear()
        self._forgotten += 1


async def _learn(session: Session, account: Account, ids: Sequence[str], opened_as: str) -> None:
    opened = conversation_id(account.id, opened_as)
    await session.change(LEARN, account.id, ids, account.business_id, opened_as, opened)
