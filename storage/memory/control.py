"""Control in memory: who answers a conversation changes by one compare-and-swap on its epoch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.errors import ControlLost, UnknownConversation

if TYPE_CHECKING:
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
        thread = self._tables.threads.get(change.conversation_id)
        if thread is None or thread.conversation.business_id != change.business_id:
            raise UnknownConversation(change.conversation_id)
        conversation = thread.conversation
        if not self._agrees(conversation, change.epoch):
            raise ControlLost(f"{conversation.owner} {conversation.owner_id}".rstrip())
        if not change.keep_epoch:
            conversation = thread.conversation = replace(
                conversation,
                owner=change.owner,
                owner_id=change.owner_id,
                reason=change.reason,
                control_epoch=conversation.control_epoch + 1,
            )
            self._outbox.cancel_talk(conversation.id)
        thread.messages += change.messages
        if change.outbox:
            self._outbox.put([replace(one, epoch=conversation.control_epoch) for one in change.outbox])
        self._timers.cancel(conversation.id, change.cancel_timers)
        for timer in change.timers:
            self._timers.set(timer)
        if change.arrivals:
            self._mailbox.put(change.arrivals)
        return conversation

    def _agrees(self, conversation: Conversation, epoch: int | None) -> bool:
        """Whether the actor saw the conversation as it stands."""
        return epoch is None or epoch == conversation.control_epoch
