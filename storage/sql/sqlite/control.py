"""Control on SQLite: who answers a conversation changes by one compare-and-swap on its epoch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.errors import ControlLost, UnknownConversation
from storage.sql.sqlite.mailbox import CONVERSATION, accept_in
from storage.sql.sqlite.outbox import cancel_talk
from storage.sql.sqlite.records import cancel_timers, write_messages, write_outgoing, write_timers
from storage.sql.sqlite.rows import conversation_of
from storage.sql.types import to_micros

if TYPE_CHECKING:
    from domain.clock import Clock
    from domain.conversations import Conversation
    from domain.ports import ControlChange
    from storage.sql.sqlite.bell import Bell
    from storage.sql.sqlite.writer import Transaction, Writer

CHANGE = """
    UPDATE conversations SET owner = ?, owner_id = ?, reason = ?, control_epoch = control_epoch + 1
    WHERE business_id = ? AND id = ? AND control_epoch = ?"""


class SqliteControl:
    """The Control."""

    def __init__(self, writer: Writer, *, clock: Clock, mail: Bell, outbox: Bell) -> None:
        self._writer = writer
        self._clock = clock
        self._rings = (mail.ring, outbox.ring)

    async def change(self, change: ControlChange) -> Conversation:
        """Apply it in one transaction. Raises ControlLost when the epoch is another one, UnknownConversation."""
        now = to_micros(self._clock.now())
        return await self._writer.do(lambda transaction: _change(transaction, change, now), rings=self._rings)


def _change(transaction: Transaction, change: ControlChange, now: int) -> Conversation:
    row = transaction.execute(CONVERSATION, (change.business_id, change.conversation_id)).fetchone()
    if row is None:
        raise UnknownConversation(change.conversation_id)
    conversation = conversation_of(row)
    epoch = conversation.control_epoch
    if change.epoch is not None and change.epoch != epoch:
        raise ControlLost(f"{conversation.owner} {conversation.owner_id}".rstrip())
    if not change.keep_epoch:
        owner = (change.owner.value, change.owner_id, change.reason)
        transaction.execute(CHANGE, (*owner, change.business_id, change.conversation_id, epoch))
        conversation = replace(
            conversation,
            owner=change.owner,
            owner_id=change.owner_id,
            reason=change.reason,
            control_epoch=epoch + 1,
        )
        cancel_talk(transaction, conversation.id, now)
    write_messages(transaction, change.messages)
    write_outgoing(transaction, change.outbox, conversation.control_epoch)
    cancel_timers(transaction, change.business_id, conversation.id, change.cancel_timers)
    write_timers(transaction, change.timers)
    accept_in(transaction, change.arrivals)
    return conversation
