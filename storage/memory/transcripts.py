"""One business's conversations in memory, for reading."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.conversations import Owner
from domain.errors import UnknownConversation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.conversations import Conversation, Message, TurnRecord
    from domain.customers import Customer
    from domain.ids import BusinessId, ConversationId, CustomerId
    from storage.memory.tables import Tables, Thread


class MemoryTranscripts:
    """The Transcripts of one business."""

    def __init__(self, business_id: BusinessId, tables: Tables) -> None:
        self._business_id = business_id
        self._tables = tables

    async def conversation(self, conversation_id: ConversationId) -> Conversation:
        """Return a conversation. Raises UnknownConversation."""
        return self._known(conversation_id).conversation

    async def open_conversations(self, most: int = 50) -> Sequence[Conversation]:
        """Return conversations, those waiting for people first, then the latest heard."""
        ids = self._tables.conversations_of.get(self._business_id, ())
        found = [self._tables.threads[one].conversation for one in ids]
        found.sort(key=lambda one: one.last_heard_at, reverse=True)
        found.sort(key=lambda one: one.owner is not Owner.QUEUE)
        return found[:most]

    async def messages(self, conversation_id: ConversationId, after: str = "", most: int = 100) -> Sequence[Message]:
        """Return transcript lines in commit order, after the given message id ("" is from the start)."""
        thread = self._own(conversation_id)
        if thread is None:
            return ()
        lines = thread.messages
        first = 0
        if after:
            first = next((index + 1 for index in range(len(lines) - 1, -1, -1) if lines[index].id == after), 0)
        return tuple(map(self._shown, lines[first : first + most]))

    async def last_messages(self, conversation_id: ConversationId, most: int = 6) -> Sequence[Message]:
        """Return the newest lines, oldest first."""
        thread = self._own(conversation_id)
        return () if thread is None or most <= 0 else tuple(map(self._shown, thread.messages[-most:]))

    async def turn_of(
        self, conversation_id: ConversationId, external_id: str
    ) -> tuple[TurnRecord, Sequence[Message]] | None:
        """Return the turn that answered a customer's message, with the words it said; None while it is waiting."""
        thread = self._own(conversation_id)
        answer = None if thread is None else thread.answered.get(external_id)
        if answer is None:
            return None
        turn, lines = answer
        return turn, tuple(self._shown(line) for line in lines if line.author == "bot")

    async def customer(self, customer_id: CustomerId) -> Customer:
        """Return a customer. Raises UnknownConversation when there is none."""
        customer = self._tables.customers.get(customer_id)
        if customer is None or customer.business_id != self._business_id:
            raise UnknownConversation(customer_id)
        return customer

    async def state(self, conversation_id: ConversationId) -> bytes:
        """Return the engine's checkpoint. Raises UnknownConversation."""
        return self._known(conversation_id).state

    def _shown(self, line: Message) -> Message:
        """Return a line with what became of it."""
        told = self._tables.deliveries.get((self._business_id, line.id))
        status, problem = ("", "") if told is None else (told.status, told.problem)
        if (line.delivery, line.problem) == (status, problem):
            return line
        return replace(line, delivery=status, problem=problem)

    def _own(self, conversation_id: ConversationId) -> Thread | None:
        thread = self._tables.threads.get(conversation_id)
        if thread is None or thread.conversation.business_id != self._business_id:
            return None
        return thread

    def _known(self, conversation_id: ConversationId) -> Thread:
        thread = self._own(conversation_id)
        if thread is None:
            raise UnknownConversation(conversation_id)
        return thread
