"""What turns and changes of control leave: transcript lines, words to be sent, timers."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert

from storage.sql.models import MessageRow, TimerRow
from storage.sql.sqlite.connection import compiled
from storage.sql.sqlite.rows import columns, message_row, outgoing_row, timer_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.conversations import Message, Outgoing, Timer
    from domain.ids import BusinessId, ConversationId
    from storage.sql.sqlite.writer import Transaction

INSERT_MESSAGE = compiled(
    insert(MessageRow).values({one.name: bindparam(one.name) for one in columns(MessageRow, "seq")})
)
INSERT_OUTGOING = """
    INSERT INTO outbox (id, business_id, conversation_id, account_id, channel, recipient, kind, epoch, message_id, body,
        created_at, has_link, position, due_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
SET_TIMER = compiled(insert(TimerRow).prefix_with("OR REPLACE"))
CANCEL = "DELETE FROM timers WHERE business_id = ? AND conversation_id = ? AND kind = ?"
CANCEL_ALL = "DELETE FROM timers WHERE business_id = ? AND conversation_id = ? AND substr(kind, 1, ?) = ?"


def write_messages(transaction: Transaction, messages: Sequence[Message]) -> None:
    """Append to the transcript."""
    transaction.executemany(INSERT_MESSAGE, [message_row(one) for one in messages])


def write_outgoing(transaction: Transaction, outgoing: Sequence[Outgoing], epoch: int | None = None) -> None:
    """Append to the outbox in order of position, with this epoch instead of their own if one is given."""
    if len(outgoing) > 1:
        outgoing = sorted(outgoing, key=attrgetter("position"))
    now = transaction.now
    transaction.executemany(
        INSERT_OUTGOING, [outgoing_row(one, one.epoch if epoch is None else epoch, now) for one in outgoing]
    )


def write_timers(transaction: Transaction, timers: Sequence[Timer]) -> None:
    """Set timers, each in place of the one of its conversation and kind."""
    transaction.executemany(SET_TIMER, [timer_row(one) for one in timers])


def cancel_timers(
    transaction: Transaction, business_id: BusinessId, conversation_id: ConversationId, kinds: Sequence[str]
) -> int:
    """Cancel timers of these kinds; a trailing `*` means all that begin so. Returns how many."""
    cancelled = 0
    for kind in kinds:
        if kind.endswith("*"):
            start = kind[:-1]
            done = transaction.execute(CANCEL_ALL, (business_id, conversation_id, len(start), start))
        else:
            done = transaction.execute(CANCEL, (business_id, conversation_id, kind))
        cancelled += done.rowcount
    return cancelled
