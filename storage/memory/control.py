"""Control in memory: who answers a conversation changes by one compare-and-swap on its epoch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.errors import ControlLost, UnknownConversation

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.conversations import Conversation
    from domain.ports import ControlChange
    from storage.memory.mailbox import MemoryMailbox
    from storage.memory.outbox import MemoryOutbox
    from storage.memory.tables import Tables
    from storage.memory.timers import TimerTable


class MemoryControl:
    """The Control."""

    def __init__(self, tables: Tables, mailbox: MemoryMailbox, outbox: MemoryOutbox, timers: TimerTable) -> None:
        self._tables = tables
        self._mailbox = mailbox
        self._outbox = outbox
        self._timers = timers

    async def change(self, change: ControlChange) -> Conversation:
        """Apply it at once. Raises ControlLost when the epoch is another one, UnknownConversation."""
        return apply_change(change, self._tables, self._mailbox, self._outbox, self._timers, self._agrees)

    def _agrees(self, conversation: Conversation, epoch: int | None) -> bool:
        return agrees(conversation, epoch)


def agrees(conversation: Conversation, epoch: int | None) -> bool:
    """Return whether the actor saw the conversation as it stands."""
    return epoch is None or epoch == conversation.control_epoch


def apply_change(
    change: ControlChange,
    tables: Tables,
    mailbox: MemoryMailbox,
    outbox: MemoryOutbox,
    timers: TimerTable,
    may: Callable[[Conversation, int | None], bool] = agrees,
) -> Conversation:
    """Write a change of control, or raise ControlLost or UnknownConversation with nothing written."""
    thread = tables.threads.get(change.conversation_id)
    if thread is None or thread.conversation.business_id != change.business_id:
        raise UnknownConversation(change.conversation_id)
    conversation = thread.conversation
    if not may(conversation, change.epoch):
        raise ControlLost(f"{conversation.owner} {conversation.owner_id}".rstrip())
    if not change.keep_epoch:
        conversation = replace(
            conversation,
            owner=change.owner,
            owner_id=change.owner_id,
            reason=change.reason,
            control_epoch=conversation.control_epoch + 1,
        )
        outbox.cancel_talk(conversation.id)
    if change.external_id:
        conversation = replace(conversation, external_id=change.external_id)
    thread.conversation = conversation
    thread.messages += change.messages
    if change.outbox:
        outbox.put([replace(one, epoch=conversation.control_epoch) for one in change.outbox])
    timers.cancel(conversation.id, change.cancel_timers)
    for timer in change.timers:
        timers.set(timer)
    if change.arrivals:
        mailbox.put(change.arrivals)
    return conversation
