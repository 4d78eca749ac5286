"""Control: who answers a conversation changes by one compare-and-swap on its epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asyncpg

from domain.errors import ControlLost, UnknownConversation
from storage.sql.postgres import rows
from storage.sql.postgres.encoding import arrival_record, encoded

if TYPE_CHECKING:
    from domain.clock import Clock
    from domain.conversations import Conversation
    from domain.ports import ControlChange
    from storage.redis.wakeups import Wakeup
    from storage.sql.postgres.pool import Database

UNKNOWN = "FD404"
LOST = "FD410"


class PostgresControl:
    """One call of the server a change; it waits for no lane."""

    def __init__(self, database: Database, lanes: Wakeup, outbox: Wakeup, clock: Clock) -> None:
        self._database = database
        self._lanes = lanes
        self._outbox = outbox
        self._clock = clock

    async def change(self, change: ControlChange) -> Conversation:
        """Apply it: epoch raised, unsent talk cancelled, rows written, in one transaction.

        Raises ControlLost when the epoch is another one, UnknownConversation when there is none.
        """
        try:
            (row,) = await self._database.fetch(
                "SELECT * FROM change_control($1, $2)", encoded(change_record(change)).decode(), self._clock.now()
            )
        except asyncpg.PostgresError as error:
            if error.sqlstate == UNKNOWN:
                raise UnknownConversation(change.conversation_id) from None
            if error.sqlstate == LOST:
                raise ControlLost(error.args[0] if error.args else "") from None
            raise
        if change.arrivals:
            await self._lanes.notify()
        await self._outbox.notify()
        return rows.conversation(row, change.business_id)


def change_record(change: ControlChange, o: int = 0) -> dict[str, Any]:
    """Return a change as `apply_change` reads it; `o` is its claim's place in a group."""
    return {
        "o": o,
        "business_id": change.business_id,
        "conversation_id": change.conversation_id,
        "epoch": change.epoch,
        "owner": change.owner,
        "owner_id": change.owner_id,
        "reason": change.reason,
        "keep_epoch": change.keep_epoch,
        "external_id": change.external_id,
        "arrivals": [arrival_record(one) for one in change.arrivals],
        "messages": change.messages,
        "outbox": change.outbox,
        "timers": change.timers,
        "cancels": [
            {"o": 0, "business_id": change.business_id, "conversation_id": change.conversation_id, "kind": kind}
            for kind in change.cancel_timers
        ],
    }
