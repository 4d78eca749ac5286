"""Deliveries: what became of messages of ours, as their senders and their platforms tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.signals import RANK
from storage.sql.types import to_micros

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.conversations import Outgoing
    from domain.ports import Tracked
    from domain.signals import ReceiptStatus
    from storage.sql.sqlite.writer import Transaction

# The highest rank stands, in whatever order they come; of a conversation that was erased nothing is kept.
TRACK = """
    INSERT INTO deliveries (business_id, message_id, conversation_id, channel, kind, external_id, status, rank, at,
        problem)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
    WHERE EXISTS (SELECT 1 FROM conversations WHERE business_id = ?1 AND id = ?3)
    ON CONFLICT (business_id, message_id) DO UPDATE SET external_id = excluded.external_id, status = excluded.status,
        rank = excluded.rank, at = excluded.at, problem = excluded.problem
    WHERE excluded.rank > deliveries.rank"""
OPEN = """
    SELECT kind, status, attempts FROM outbox
    WHERE conversation_id = ? AND id = ? AND business_id = ? AND done_at IS NULL"""
END = """
    UPDATE outbox SET status = ?, external_id = ?, error = ?, done_at = ?, body = x''
    WHERE conversation_id = ? AND id = ? AND business_id = ? AND done_at IS NULL"""


def track(
    transaction: Transaction, row: Outgoing, status: ReceiptStatus, at: int, *, external_id: str = "", problem: str = ""
) -> None:
    """Write what its sender knows of a message, unless its platform has told more."""
    transaction.execute(
        TRACK,
        (
            row.business_id,
            row.message_id,
            row.conversation_id,
            row.channel,
            row.kind,
            external_id,
            status,
            RANK[status],
            at,
            problem,
        ),
    )


def write_receipts(transaction: Transaction, tracked: Sequence[Tracked], now: int) -> None:
    """Write receipts: what nobody knew of a row of the outbox is known then, and its conversation goes on."""
    execute = transaction.execute
    for told in sorted(tracked, key=lambda one: -RANK[one.status]):  # of one message the highest counts
        row = (told.conversation_id, told.outgoing_id, told.business_id)
        kind, status, attempts = execute(OPEN, row).fetchone() or ("", "", 0)
        failed = told.status == "failed"
        # Whatever was tried has arrived, unless the receipt says that it failed: then only what is in doubt is decided.
        if status == "sending" or (attempts and not failed):
            execute(END, ("failed" if failed else "sent", told.external_id, told.problem, now, *row))
        execute(
            TRACK,
            (
                told.business_id,
                told.message_id,
                told.conversation_id,
                told.channel,
                kind,
                told.external_id,
                told.status,
                RANK[told.status],
                to_micros(told.at),
                told.problem,
            ),
        )
