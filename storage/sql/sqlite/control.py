"""Control on SQLite: who answers a conversation changes by one compare-and-swap on its epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.sql.sqlite.changes import apply_change
from storage.sql.sqlite.mailbox import accept_in
from storage.sql.types import to_micros

if TYPE_CHECKING:
    from domain.clock import Clock
    from domain.conversations import Conversation
    from domain.ports import ControlChange
    from storage.sql.sqlite.bell import Bell
    from storage.sql.sqlite.writer import Transaction, Writer


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
    conversation = apply_change(transaction, change, now)
    accept_in(transaction, change.arrivals)
    return conversation
