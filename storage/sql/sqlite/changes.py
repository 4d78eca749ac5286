"""Changes of control: what one writes, whoever asks for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.errors import ControlLost, UnknownConversation
from storage.sql.sqlite.outbox import cancel_talk
from storage.sql.sqlite.records import cancel_timers, write_messages, write_outgoing, write_timers
from storage.sql.sqlite.rows import conversation_of

if TYPE_CHECKING:
    from domain.conversations import Conversation
    from domain.ports import ControlChange
    from storage.sql.sqlite.writer import Transaction

CONVERSATION = """
    SELECT business_id, id, account_id, customer_id, external_id, owner, control_epoch, version, stage, created_at,
        last_heard_at, owner_id, reason, language, opted_out, state
    FROM conversations WHERE business_id = ? AND id = ?"""
CHANGE = """
    UPDATE conversations SET owner = ?, owner_id = ?, reason = ?, control_epoch = control_epoch + 1
    WHERE business_id = ? AND id = ? AND control_epoch = ?"""
MOVE = "UPDATE conversations SET external_id = ? WHERE business_id = ? AND id = ?"


def apply_change(transaction: Transaction, change: ControlChange, now: int) -> Conversation:
    """Write a change of control but for the mail that it leaves.

    Raises ControlLost when the epoch is another one, UnknownConversation; then nothing is written.
    """
    execute, key = transaction.execute, (change.business_id, change.conversation_id)
    row = execute(CONVERSATION, key).fetchone()
    if row is None:
        raise UnknownConversation(change.conversation_id)
    conversation = conversation_of(row)
    epoch = conversation.control_epoch
    if change.epoch is not None and change.epoch != epoch:
        raise ControlLost(f"{conversation.owner} {conversation.owner_id}".rstrip())
    if not change.keep_epoch:
        execute(CHANGE, (change.owner.value, change.owner_id, change.reason, *key, epoch))
        conversation = replace(
            conversation,
            owner=change.owner,
            owner_id=change.owner_id,
            reason=change.reason,
            control_epoch=epoch + 1,
        )
        cancel_talk(transaction, conversation.id, now)
    if change.external_id:
        execute(MOVE, (change.external_id, *key))
        conversation = replace(conversation, external_id=change.external_id)
    write_messages(transaction, change.messages)
    write_outgoing(transaction, change.outbox, conversation.control_epoch)
    cancel_timers(transaction, change.business_id, conversation.id, change.cancel_timers)
    write_timers(transaction, change.timers)
    return conversation
