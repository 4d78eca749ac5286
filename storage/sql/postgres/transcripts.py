"""One business's conversations, for reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from domain.errors import UnknownConversation
from storage.sql.postgres import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.conversations import Conversation, Message, TurnRecord
    from domain.customers import Customer
    from domain.ids import BusinessId, ConversationId, CustomerId
    from storage.sql.postgres.pool import Database


class PostgresTranscripts:
    """The conversations of one business; row-level security shows no other."""

    def __init__(self, business_id: BusinessId, database: Database) -> None:
        self._business_id = business_id
        self._database = database

    async def conversation(self, conversation_id: ConversationId) -> Conversation:
        """Return a conversation. Raises UnknownConversation."""
        async with self._database.within(self._business_id) as session:
            row = await session.one(
                f"SELECT {rows.CONVERSATION} FROM conversations WHERE business_id = $1 AND id = $2",  # noqa: S608 - ours
                self._business_id,
                conversation_id,
            )
        if row is None:
            raise UnknownConversation(conversation_id)
        return rows.conversation(row, self._business_id)

    async def open_conversations(self, most: int = 50) -> Sequence[Conversation]:
        """Return conversations, those waiting for people first, then the latest heard."""
        async with self._database.within(self._business_id) as session:
            found = await session.fetch(
                f"SELECT {rows.CONVERSATION} FROM conversations WHERE business_id = $1 "  # noqa: S608 - ours
                "ORDER BY owner <> 'queue', last_heard_at DESC, id LIMIT $2",
                self._business_id,
                most,
            )
        return [rows.conversation(row, self._business_id) for row in found]

    async def messages(self, conversation_id: ConversationId, after: str = "", most: int = 100) -> Sequence[Message]:
        """Return transcript lines in commit order, after the given message id ("" is from the start)."""
        async with self._database.within(self._business_id) as session:
            found = await session.fetch(
                f"{rows.MESSAGE} WHERE m.business_id = $1 AND m.conversation_id = $2 AND m.seq > coalesce("  # noqa: S608
                "(SELECT a.seq FROM messages a WHERE a.business_id = $1 AND a.id = $3 AND a.conversation_id = $2), 0) "
                "ORDER BY m.seq LIMIT $4",
                self._business_id,
                conversation_id,
                after.replace("\0", ""),
                max(0, most),
            )
        return tuple(rows.message(row) for row in found)

    async def last_messages(self, conversation_id: ConversationId, most: int = 6) -> Sequence[Message]:
        """Return the newest lines, oldest first."""
        async with self._database.within(self._business_id) as session:
            found = await session.fetch(
                f"{rows.MESSAGE} WHERE m.business_id = $1 AND m.conversation_id = $2 ORDER BY m.seq DESC LIMIT $3",
                self._business_id,
                conversation_id,
                max(0, most),
            )
        return tuple(rows.message(row) for row in reversed(found))

    async def turn_of(
        self, conversation_id: ConversationId, external_id: str
    ) -> tuple[TurnRecord, Sequence[Message]] | None:
        """Return the turn that answered a customer's message, with the words it said; None while it is waiting."""
        async with self._database.within(self._business_id) as session:
            turn = await session.one(
                "SELECT t.* FROM heard h JOIN turns t ON t.business_id = h.business_id AND t.id = h.turn_id "
                "WHERE h.business_id = $1 AND h.conversation_id = $2 AND h.external_id = $3",
                self._business_id,
                conversation_id,
                external_id.replace("\0", ""),
            )
            if turn is None:
                return None
            said = await session.fetch(
                f"{rows.MESSAGE} WHERE m.business_id = $1 AND m.id = ANY ($2) AND m.author = 'bot' ORDER BY m.seq",
                self._business_id,
                msgspec.json.decode(turn["message_ids"]),
            )
        return rows.turn(turn), tuple(rows.message(row) for row in said)

    async def customer(self, customer_id: CustomerId) -> Customer:
        """Return a customer. Raises UnknownConversation when there is none."""
        async with self._database.within(self._business_id) as session:
            row = await session.one(
                "SELECT * FROM customers WHERE business_id = $1 AND id = $2", self._business_id, customer_id
            )
        if row is None:
            raise UnknownConversation(customer_id)
        return rows.customer(row)

    async def state(self, conversation_id: ConversationId) -> bytes:
        """Return the engine's checkpoint. Raises UnknownConversation."""
        async with self._database.within(self._business_id) as session:
            row = await session.one(
                "SELECT state FROM conversations WHERE business_id = $1 AND id = $2", self._business_id, conversation_id
            )
        if row is None:
            raise UnknownConversation(conversation_id)
        state: bytes = row["state"]
        return state
