"""Signals: many claims of them settled in one call of the server, each judged by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg

from domain.errors import UnknownConversation
from domain.ports import Outcome
from domain.signals import RANK
from storage.sql.postgres.control import UNKNOWN, change_record
from storage.sql.postgres.encoding import encoded
from storage.sql.postgres.grouping import Grouper
from storage.sql.postgres.pool import scope
from storage.sql.postgres.regroup import regrouped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.clock import Clock
    from domain.conversations import Outgoing
    from domain.ports import Claim, ControlChange, Tracked
    from domain.signals import ReceiptStatus
    from storage.redis.wakeups import Wakeup
    from storage.sql.postgres.pool import Database


@dataclass(frozen=True, slots=True)
class _Settling:
    """What is settled with one claim."""

    claim: Claim
    change: ControlChange | None
    tracked: Sequence[Tracked]


class Settler:
    """Groups claims of signals and sends each group to `settle_claims`."""

    def __init__(self, database: Database, lanes: Wakeup, outbox: Wakeup, clock: Clock) -> None:
        self._database = database
        self._lanes = lanes
        self._outbox = outbox
        self._clock = clock
        self._grouper: Grouper[_Settling, Outcome | Exception] = Grouper(
            lambda group: regrouped(group, self._write), under_way=2
        )

    async def settle(self, claim: Claim, change: ControlChange | None, tracked: Sequence[Tracked]) -> Outcome:
        """Settle a claim in a group with those of other callers. Raises StoreUnavailable, UnknownConversation."""
        (outcome,) = await self._grouper.add([_Settling(claim, change, tracked)])
        if not isinstance(outcome, Exception):
            return outcome
        if change is not None and isinstance(outcome, asyncpg.PostgresError) and outcome.sqlstate == UNKNOWN:
            raise UnknownConversation(change.conversation_id)
        raise outcome

    async def close(self) -> None:
        """Finish what is under way."""
        await self._grouper.close()

    async def _write(self, group: Sequence[_Settling]) -> Sequence[Outcome]:
        businesses = {one.claim.business_id for one in group}
        businesses |= {one.change.business_id for one in group if one.change is not None}
        businesses |= {told.business_id for one in group for told in one.tracked}
        found = await self._database.fetch(
            "SELECT * FROM settle_claims($1, $2, $3, $4, $5)",
            scope(businesses),
            self._clock.now(),
            encoded([_judged(o, one.claim) for o, one in enumerate(group)]).decode(),
            encoded([change_record(one.change, o) for o, one in enumerate(group) if one.change is not None]).decode(),
            encoded([_receipt(told, o) for o, one in enumerate(group) for told in one.tracked]).decode(),
        )
        outcomes = [Outcome.FENCED] * len(group)
        for row in found:
            outcomes[row["o"]] = Outcome(row["outcome"])
        done = [one for one, outcome in zip(group, outcomes, strict=True) if outcome is Outcome.COMMITTED]
        changes = [one.change for one in done if one.change is not None]
        due = [row["due"] for row in found if row["due"] is not None]
        due += [0.0 for one in changes if one.arrivals]
        if due:
            await self._lanes.notify(min(due))
        if changes or any(row["freed"] for row in found):
            await self._outbox.notify()
        return outcomes


def told_by_sender(
    row: Outgoing, status: ReceiptStatus, at: datetime, *, external_id: str = "", problem: str = ""
) -> dict[str, Any]:
    """Return what its sender knows of a message, as `write_deliveries` reads it."""
    return {
        "o": 0,
        "business_id": row.business_id,
        "conversation_id": row.conversation_id,
        "outgoing_id": row.id,
        "message_id": row.message_id,
        "channel": row.channel,
        "external_id": external_id,
        "status": status,
        "rank": RANK[status],
        "at": at,
        "problem": problem,
    }


def _receipt(told: Tracked, o: int) -> dict[str, Any]:
    return {
        "o": o,
        "business_id": told.business_id,
        "conversation_id": told.conversation_id,
        "outgoing_id": told.outgoing_id,
        "message_id": told.message_id,
        "channel": told.channel,
        "external_id": told.external_id,
        "status": told.status,
        "rank": RANK[told.status],
        "at": told.at,
        "problem": told.problem,
    }


def _judged(o: int, claim: Claim) -> dict[str, Any]:
    """Return what a claim is judged by."""
    return {"o": o, "lane": claim.lane, "fence": claim.fence, "mail": [one.id for one in claim.mail]}
