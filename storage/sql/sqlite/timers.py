"""Timers on SQLite: what is due is moved into the mailbox, what is over is swept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.ports import Arrival
from storage.sql.sqlite.effects import release_expired
from storage.sql.sqlite.mailbox import accept_in
from storage.sql.sqlite.rows import timer_of
from storage.sql.types import to_micros

if TYPE_CHECKING:
    from datetime import datetime

    from domain.conversations import Timer
    from storage.sql.sqlite.bell import Bell
    from storage.sql.sqlite.writer import Transaction, Writer

ENDPOINT = "timers"
"""The endpoint that mail of timers names."""
KEPT = timedelta(days=8)
"""How long keys of handled mail and rows of what was sent are kept."""
ANSWERS_KEPT = timedelta(hours=48)
"""How long it is known what a request was answered."""
BATCH = 2000
"""How many rows a sweep looks at in one transaction, so that nobody waits for it long."""

DUE = """
    SELECT business_id, conversation_id, kind, account_id, due_at, body FROM timers
    WHERE due_at <= ? ORDER BY due_at LIMIT ?"""
DELETE = "DELETE FROM timers WHERE business_id = ? AND conversation_id = ? AND kind = ?"
# Rows are handled about in the order they came, so the oldest are at the front and a look at them is enough.
SWEEP_MAIL = """
    DELETE FROM mailbox WHERE id IN (SELECT id FROM mailbox ORDER BY id LIMIT ?)
      AND done_at IS NOT NULL AND received_at <= ?"""
SWEEP_ANSWERS = """
    DELETE FROM answers WHERE (business_id, key) IN (SELECT business_id, key FROM answers WHERE at <= ?2 LIMIT ?1)"""
SWEEP_OUTBOX = """
    DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox ORDER BY seq LIMIT ?)
      AND done_at IS NOT NULL AND done_at <= ?"""


class SqliteTimers:
    """The Timers; they are due by the Clock."""

    def __init__(self, writer: Writer, mail: Bell) -> None:
        self._writer = writer
        self._bell = mail

    async def fire(self, now: datetime, most: int) -> int:
        """Turn due timers into mail of kind `timer` in their lanes, each exactly once; returns how many."""
        return await self._writer.do(
            lambda transaction: _fire(transaction, now, most), weight=most, rings=(self._bell.ring,)
        )

    async def sweep(self, now: datetime) -> int:
        """Delete expired holds, keys of handled mail older than 8 days and old answers; returns how many rows."""
        at, before = to_micros(now), to_micros(now - KEPT)
        swept = await self._writer.do(lambda transaction: release_expired(transaction, at))
        answered = to_micros(now - ANSWERS_KEPT)
        for statement, until in ((SWEEP_MAIL, before), (SWEEP_OUTBOX, before), (SWEEP_ANSWERS, answered)):
            while gone := await self._writer.do(
                lambda transaction, sql=statement, at=until: transaction.execute(sql, (BATCH, at)).rowcount  # type: ignore[misc]
            ):
                swept += gone
        return swept


def _fire(transaction: Transaction, now: datetime, most: int) -> int:
    timers = [timer_of(row) for row in transaction.execute(DUE, (to_micros(now), most)).fetchall()]
    for timer in timers:
        transaction.execute(DELETE, (timer.business_id, timer.conversation_id, timer.kind))
    accept_in(transaction, [_arrival(timer, now) for timer in timers])
    return len(timers)


def _arrival(timer: Timer, now: datetime) -> Arrival:
    return Arrival(
        endpoint_id=ENDPOINT,
        kind="timer",
        external_id=f"{timer.kind}|{timer.conversation_id}|{timer.due_at.isoformat()}",
        lane=timer.conversation_id,
        business_id=timer.business_id,
        account_id=timer.account_id,
        sender="",
        body=timer.body,
        sent_at=timer.due_at,
        received_at=now,
    )
