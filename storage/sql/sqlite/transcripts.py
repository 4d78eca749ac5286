"""One business's conversations on SQLite, for reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, func, literal_column, select

from domain.errors import UnknownConversation
from storage.sql.models import ConversationRow, CustomerRow, DeliveryRow, MessageRow, TurnRow
from storage.sql.sqlite.connection import compiled
from storage.sql.sqlite.rows import columns, conversation_of, customer_of, from_json, message_of, turn_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.conversations import Conversation, Message, TurnRecord
    from domain.customers import Customer
    from domain.ids import BusinessId, ConversationId, CustomerId
    from storage.sql.sqlite.connection import Reader

_conversations = select(*columns(ConversationRow, "state")).where(ConversationRow.business_id == bindparam("b"))
CONVERSATION = compiled(_conversations.where(ConversationRow.id == bindparam("i")))
_latest = _conversations.order_by(ConversationRow.last_heard_at.desc())
# Two reads, each along its index: those that wait for people, then the others.
QUEUED = compiled(
    _latest.where(ConversationRow.owner != literal_column("'bot'"), ConversationRow.owner == literal_column("'queue'")),
    limited=True,
)
OTHERS = compiled(_latest.where(ConversationRow.owner != literal_column("'queue'")), limited=True)
STATE = "SELECT state FROM conversations WHERE business_id = ? AND id = ?"
# Each line with what became of it, found by its primary key.
_lines = select(*columns(MessageRow, "seq"), DeliveryRow.status, DeliveryRow.problem).outerjoin(
    DeliveryRow, and_(DeliveryRow.business_id == MessageRow.business_id, DeliveryRow.message_id == MessageRow.id)
)
_of_conversation = _lines.where(MessageRow.business_id == bindparam("b"), MessageRow.conversation_id == bindparam("c"))
AFTER = compiled(_of_conversation.where(MessageRow.seq > bindparam("s")).order_by(MessageRow.seq), limited=True)
LAST = compiled(_of_conversation.order_by(MessageRow.seq.desc()), limited=True)
# Lines are looked for from the newest back: what is resumed or answered again is near the end.
POSITION = """
    SELECT seq FROM messages WHERE business_id = ? AND conversation_id = ? AND id = ? ORDER BY seq DESC LIMIT 1"""
LINES = compiled(
    _of_conversation.where(
        MessageRow.id.in_(select(func.json_each(bindparam("m")).table_valued("value").c.value))
    ).order_by(MessageRow.seq.desc()),
    limited=True,
)
TURN = compiled(select(*columns(TurnRow)).where(TurnRow.business_id == bindparam("b"), TurnRow.id == bindparam("i")))
HEARD = "SELECT turn_id FROM heard WHERE business_id = ? AND conversation_id = ? AND external_id = ?"
CUSTOMER = compiled(
    select(*columns(CustomerRow)).where(CustomerRow.business_id == bindparam("b"), CustomerRow.id == bindparam("i"))
)


class SqliteTranscripts:
    """The Transcripts of one business."""

    def __init__(self, business_id: BusinessId, reader: Reader) -> None:
        self._business_id = business_id
        self._reader = reader

    async def conversation(self, conversation_id: ConversationId) -> Conversation:
        """Return a conversation. Raises UnknownConversation."""
        row = self._reader.one(CONVERSATION, (self._business_id, conversation_id))
        if row is None:
            raise UnknownConversation(conversation_id)
        return conversation_of(row)

    async def open_conversations(self, most: int = 50) -> Sequence[Conversation]:
        """Return conversations, those waiting for people first, then the latest heard."""
        rows = self._reader.all(QUEUED, (self._business_id, most))
        if len(rows) < most:
            rows += self._reader.all(OTHERS, (self._business_id, most - len(rows)))
        return [conversation_of(row) for row in rows]

    async def messages(self, conversation_id: ConversationId, after: str = "", most: int = 100) -> Sequence[Message]:
        """Return transcript lines in commit order, after the given message id ("" is from the start)."""
        position = self._reader.one(POSITION, (self._business_id, conversation_id, after)) if after else None
        since = -1 if position is None else position[0]
        rows = self._reader.all(AFTER, (self._business_id, conversation_id, since, most))
        return [message_of(row) for row in rows]

    async def last_messages(self, conversation_id: ConversationId, most: int = 6) -> Sequence[Message]:
        """Return the newest lines, oldest first."""
        rows = self._reader.all(LAST, (self._business_id, conversation_id, max(most, 0)))
        return [message_of(row) for row in reversed(rows)]

    async def turn_of(
        self, conversation_id: ConversationId, external_id: str
    ) -> tuple[TurnRecord, Sequence[Message]] | None:
        """Return the turn that answered a customer's message, with the words it said; None while it is waiting."""
        heard = self._reader.one(HEARD, (self._business_id, conversation_id, external_id))
        row = None if heard is None else self._reader.one(TURN, (self._business_id, heard[0]))
        if row is None:
            return None
        written = len(from_json(row[5]))
        rows = self._reader.all(LINES, (self._business_id, conversation_id, row[5], written))
        lines = [message_of(one) for one in reversed(rows)]
        return turn_of(row), [line for line in lines if line.author == "bot"]

    async def customer(self, customer_id: CustomerId) -> Customer:
        """Return a customer. Raises UnknownConversation when there is none."""
        row = self._reader.one(CUSTOMER, (self._business_id, customer_id))
        if row is None:
            raise UnknownConversation(customer_id)
        return customer_of(row)

    async def state(self, conversation_id: ConversationId) -> bytes:
        """Return the engine's checkpoint. Raises UnknownConversation."""
        row = self._reader.one(STATE, (self._business_id, conversation_id))
        if row is None:
            raise UnknownConversation(conversation_id)
        return bytes(row[0])
