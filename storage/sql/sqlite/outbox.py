"""The outbox on SQLite: hands what must be sent to senders, in order within a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.ports import Parcel
from storage.sql.sqlite.connection import NOW
from storage.sql.sqlite.deliveries import track as track_delivery
from storage.sql.sqlite.rows import given_up_of, micros, outgoing_of
from storage.sql.sqlite.writer import Order
from storage.sql.types import to_micros

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from domain.clock import Clock
    from domain.conversations import Outgoing
    from domain.ids import BusinessId, ConversationId
    from domain.ports import GivenUp
    from storage.sql.sqlite.bell import Bell
    from storage.sql.sqlite.connection import Reader
    from storage.sql.sqlite.writer import Transaction, Writer

DUE = """
    SELECT o.id, o.business_id, o.conversation_id, o.account_id, o.channel, o.recipient, o.kind, o.epoch, o.message_id,
        o.body, o.created_at, o.has_link, o.position, o.attempts, o.doubts,
        o.kind = 'talk' AND c.control_epoch <> o.epoch
    FROM outbox o LEFT JOIN conversations c ON c.business_id = o.business_id AND c.id = o.conversation_id
    WHERE o.done_at IS NULL AND o.due_at <= ?
      AND NOT EXISTS (SELECT 1 FROM outbox p
                      WHERE p.conversation_id = o.conversation_id AND p.done_at IS NULL AND p.seq < o.seq)
    ORDER BY o.due_at, o.seq LIMIT ?"""
# One row, found among the few that its conversation has open.
_ROW = "conversation_id = ? AND id = ? AND done_at IS NULL"
LEASE = f"UPDATE outbox SET fence = fence + 1, due_at = ? WHERE {_ROW} RETURNING fence"  # noqa: S608 - a constant
UNLEASE = f"UPDATE outbox SET due_at = ? WHERE {_ROW} AND fence = ?"  # noqa: S608
CANCEL = f"UPDATE outbox SET status = 'cancelled', done_at = ?, body = x'' WHERE {_ROW}"  # noqa: S608
CANCEL_TALK = """
    UPDATE outbox SET status = 'cancelled', done_at = ?, body = x''
    WHERE conversation_id = ? AND done_at IS NULL AND kind = 'talk' AND status = 'waiting'"""
LOST = """
    SELECT o.kind = 'talk' AND c.control_epoch <> o.epoch
    FROM outbox o LEFT JOIN conversations c ON c.business_id = o.business_id AND c.id = o.conversation_id
    WHERE o.conversation_id = ? AND o.id = ? AND o.done_at IS NULL AND o.fence = ?"""
SENDING = f"UPDATE outbox SET status = 'sending', attempts = attempts + 1, doubts = doubts + 1, due_at = ? WHERE {_ROW}"  # noqa: S608
SENT = f"UPDATE outbox SET status = 'sent', external_id = ?, done_at = ?, body = x'' WHERE {_ROW}"  # noqa: S608
RETRY = f"""
    UPDATE outbox SET status = ?, doubts = ?, error = ?, due_at = ?, fence = fence + 1 WHERE {_ROW} AND fence = ?
"""  # noqa: S608
DOUBT = f"""
    UPDATE outbox SET error = ?, due_at = ?, fence = fence + 1 WHERE {_ROW} AND fence = ? AND status = 'sending'
"""  # noqa: S608
GIVE_UP = f"""
    UPDATE outbox SET status = 'failed', error = ?, done_at = ?, body = x'' WHERE {_ROW} AND fence = ?
"""  # noqa: S608
# What was given up here and of which no receipt told, and what a receipt said that it failed.
GIVEN_UP = """
    SELECT business_id, conversation_id, message_id, channel, kind, done_at AS at, error FROM outbox o
    WHERE status = 'failed' AND (?1 IS NULL OR business_id = ?1) AND NOT EXISTS (
        SELECT 1 FROM deliveries d WHERE d.business_id = o.business_id AND d.message_id = o.message_id)
    UNION ALL
    SELECT business_id, conversation_id, message_id, channel, kind, at, problem FROM deliveries
    WHERE status = 'failed' AND (?1 IS NULL OR business_id = ?1)
    ORDER BY at DESC, message_id DESC LIMIT ?2"""
IS_DUE = f"""
    SELECT o.due_at - {NOW} FROM outbox o
    WHERE o.done_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM outbox p WHERE p.conversation_id = o.conversation_id AND p.done_at IS NULL AND p.seq < o.seq)
    ORDER BY o.due_at LIMIT 1
"""  # noqa: S608 - a constant


def cancel_talk(transaction: Transaction, conversation_id: ConversationId, now: int) -> None:
    """Cancel the bot's talk that is not on its way."""
    transaction.execute(CANCEL_TALK, (now, conversation_id))


class SqliteOutbox:
    """The Outbox. Leases and retries go by the database's clock."""

    def __init__(self, writer: Writer, reader: Reader, *, clock: Clock, lease: timedelta, bell: Bell) -> None:
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._lease = micros(lease)
        self._bell = bell
        self._rings = (bell.ring,)

    async def due(self, most: int) -> Sequence[Parcel]:
        """Lease rows that may be sent now: at most one a conversation; talk of a lost epoch is cancelled here."""
        due = self._due()
        if due is None or due > 0:
            return ()
        return await self._writer.do(
            lambda transaction: self._lease_due(transaction, most), order=Order.CLAIM, abandoned=self._give_back
        )

    async def sending(self, parcels: Sequence[Parcel]) -> Sequence[bool]:
        """Mark before the call; False where the row was cancelled, taken over or its talk lost its epoch."""
        return await self._writer.do(
            lambda transaction: [self._mark(transaction, one) for one in parcels], rings=self._rings
        )

    async def sent(self, parcel: Parcel, external_id: str, *, track: bool = False) -> None:
        """It was accepted by the platform: true whoever has the row leased by now."""
        outgoing, now = parcel.outgoing, to_micros(self._clock.now())

        def write(transaction: Transaction) -> None:
            transaction.execute(SENT, (external_id, now, *_row(outgoing)))
            if track:
                track_delivery(transaction, outgoing, "sent", now, external_id=external_id)

        await self._writer.do(write, rings=self._rings)

    async def doubt(self, parcel: Parcel, error: str, wait: timedelta) -> None:
        """Nobody knows whether it was accepted: its conversation waits so long for a receipt."""
        key = (*_row(parcel.outgoing), parcel.fence)
        await self._writer.do(
            lambda transaction: transaction.execute(DOUBT, (error, transaction.now + micros(wait), *key)).rowcount,
            rings=self._rings,
        )

    async def given_up(self, business_id: BusinessId | None = None, most: int = 50) -> Sequence[GivenUp]:
        """Return dead letters of one business or of all, the latest first: given up here, or failed by receipt."""
        return [given_up_of(row) for row in self._reader.all(GIVEN_UP, (business_id, max(most, 0)))]

    async def failed(self, parcel: Parcel, error: str, retry_after: timedelta | None) -> None:
        """It was refused; None gives up and lets the conversation go on."""
        now = to_micros(self._clock.now())
        key = (*_row(parcel.outgoing), parcel.fence)

        def write(transaction: Transaction) -> None:
            if retry_after is None:
                if transaction.execute(GIVE_UP, (error, now, *key)).rowcount == 1:
                    track_delivery(transaction, parcel.outgoing, "failed", now, problem=error)
            else:
                as_before = ("sending" if parcel.doubtful else "waiting", parcel.doubts)
                transaction.execute(RETRY, (*as_before, error, transaction.now + micros(retry_after), *key))

        await self._writer.do(write, rings=self._rings)

    async def wait(self, seconds: float) -> None:
        """Return when there may be something to send, at the latest after so many seconds."""
        await self._bell.wait(seconds, self._due)

    def _due(self) -> float | None:
        """Return in how many seconds a row can be leased, None if nothing waits."""
        row = self._reader.one(IS_DUE)
        return None if row is None or row[0] is None else row[0] / 1_000_000

    def _lease_due(self, transaction: Transaction, most: int) -> list[Parcel]:
        parcels: list[Parcel] = []
        until = transaction.now + self._lease
        cancelled = True
        # What is cancelled uncovers what its conversation says next.
        while cancelled and len(parcels) < most:
            cancelled = False
            for row in transaction.execute(DUE, (transaction.now, most - len(parcels))).fetchall():
                attempts, doubts, lost = row[13:]
                if lost:
                    transaction.execute(CANCEL, (to_micros(self._clock.now()), row[2], row[0]))
                    cancelled = True
                    continue
                fence = transaction.execute(LEASE, (until, row[2], row[0])).fetchall()[0][0]
                parcels.append(Parcel(outgoing_of(row), fence, attempts, doubts))
        return parcels

    def _mark(self, transaction: Transaction, parcel: Parcel) -> bool:
        lost = transaction.execute(LOST, (*_row(parcel.outgoing), parcel.fence)).fetchone()
        if lost is None:
            return False
        if lost[0]:
            transaction.execute(CANCEL, (to_micros(self._clock.now()), *_row(parcel.outgoing)))
            return False
        transaction.execute(SENDING, (transaction.now + self._lease, *_row(parcel.outgoing)))
        return True

    def _give_back(self, parcels: list[Parcel]) -> None:
        """Release rows whose sender went away while they were being leased."""
        self._writer.post(
            lambda transaction: [
                transaction.execute(UNLEASE, (transaction.now, *_row(one.outgoing), one.fence)) for one in parcels
            ],
            rings=self._rings,
        )


def _row(outgoing: Outgoing) -> tuple[str, str]:
    return outgoing.conversation_id, outgoing.id
