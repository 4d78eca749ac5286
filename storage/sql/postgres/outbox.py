"""The outbox: hands what must be sent to senders, in order within a conversation, each row leased."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from storage.sql.postgres import rows
from storage.sql.postgres.encoding import encoded, plain
from storage.sql.postgres.grouping import Grouper
from storage.sql.postgres.pool import scope
from storage.sql.postgres.signals import told_by_sender

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from domain.clock import Clock
    from domain.ids import BusinessId
    from domain.ports import GivenUp, Parcel
    from storage.redis.wakeups import Wakeup
    from storage.sql.postgres.pool import Database

_SHORTEST = 0.02
_SENT = """
UPDATE outbox o SET status = 'sent', external_id = w.external_id, done_at = $3, body = '', error = ''
FROM unnest($1::text[], $2::text[]) AS w(id, external_id)
WHERE o.id = w.id AND o.done_at IS NULL
"""
_LATER = """
UPDATE outbox SET error = $3, status = $5, doubts = $6, due_at = clock_timestamp() + make_interval(secs => $4)
WHERE id = $1 AND fence = $2 AND done_at IS NULL
"""
_DOUBT = """
UPDATE outbox SET error = $3, due_at = clock_timestamp() + make_interval(secs => $4), fence = fence + 1
WHERE id = $1 AND fence = $2 AND done_at IS NULL AND status = 'sending'
"""
_BUSINESSES = """
SELECT DISTINCT business_id FROM accounts UNION SELECT DISTINCT business_id FROM outbox WHERE status = 'failed'
"""
# What was given up here and of which no receipt told, and what a receipt said that it failed.
_GIVEN_UP = """
SELECT o.business_id, o.conversation_id, o.message_id, o.channel, o.kind, o.done_at AS at, o.error AS problem
FROM outbox o
WHERE o.status = 'failed' AND o.business_id = ANY ($1) AND NOT EXISTS (
  SELECT 1 FROM deliveries d WHERE d.business_id = o.business_id AND d.message_id = o.message_id)
UNION ALL
SELECT business_id, conversation_id, message_id, channel, kind, at, problem FROM deliveries
WHERE status = 'failed' AND business_id = ANY ($1)
ORDER BY at DESC, message_id DESC LIMIT $2
"""
_MOST_BUSINESSES = 500
_LONGEST_ERROR = 2000


class _Sent(NamedTuple):
    """A parcel that its platform took."""

    parcel: Parcel
    external_id: str
    track: bool


class PostgresOutbox:
    """Rows are leased by the database's clock; talk of a lost epoch is cancelled when it is met."""

    def __init__(self, database: Database, wakeup: Wakeup, lease: timedelta, clock: Clock) -> None:
        self._database = database
        self._wakeup = wakeup
        self._lease = lease
        self._clock = clock
        self._marking: Grouper[Parcel, bool] = Grouper(self._mark)
        self._finishing: Grouper[_Sent, None] = Grouper(self._finish)

    async def due(self, most: int) -> Sequence[Parcel]:
        """Lease rows that may be sent now: at most one a conversation; talk of a lost epoch is cancelled here."""
        found = await self._database.fetch(
            "SELECT * FROM lease_outbox($1, $2, $3)", most, self._lease, self._clock.now()
        )
        return [rows.parcel(row) for row in found]

    async def sending(self, parcels: Sequence[Parcel]) -> Sequence[bool]:
        """Mark before the call; False where the row was cancelled, taken over or its talk lost its epoch."""
        return await self._marking.add(parcels)

    async def sent(self, parcel: Parcel, external_id: str, *, track: bool = False) -> None:
        """It was accepted by the platform under this id: true whoever has the row leased by now."""
        await self._finishing.add([_Sent(parcel, plain(external_id), track)])

    async def doubt(self, parcel: Parcel, error: str, wait: timedelta) -> None:
        """Nobody knows whether it was accepted: its conversation waits so long for a receipt."""
        seconds = wait.total_seconds()
        await self._database.fetch(_DOUBT, parcel.outgoing.id, parcel.fence, plain(error)[:_LONGEST_ERROR], seconds)
        await self._wakeup.notify(seconds)

    async def given_up(self, business_id: BusinessId | None = None, most: int = 50) -> Sequence[GivenUp]:
        """Return dead letters of one business or of all, the latest first: given up here, or failed by receipt."""
        if business_id is None:
            businesses = sorted(row[0] for row in await self._database.fetch(_BUSINESSES))
        else:
            businesses = [business_id]
        found: list[GivenUp] = []
        for first in range(0, len(businesses), _MOST_BUSINESSES):
            some = businesses[first : first + _MOST_BUSINESSES]
            async with self._database.within(*some) as session:
                found += [rows.given_up(row) for row in await session.fetch(_GIVEN_UP, some, max(0, most))]
        found.sort(key=lambda one: (one.at, one.message_id), reverse=True)
        return found[: max(0, most)]

    async def failed(self, parcel: Parcel, error: str, retry_after: timedelta | None) -> None:
        """It was refused; None gives up, shows it to staff and lets the lane go on."""
        outgoing, problem = parcel.outgoing, plain(error)[:_LONGEST_ERROR]
        if retry_after is not None:
            pause = retry_after.total_seconds()
            as_before = ("sending" if parcel.doubtful else "waiting", parcel.doubts)
            await self._database.fetch(_LATER, outgoing.id, parcel.fence, problem, pause, *as_before)
            await self._wakeup.notify(pause)
            return
        now = self._clock.now()
        await self._database.fetch(
            "SELECT give_up($1, $2, $3, $4, $5, $6)",
            scope((outgoing.business_id,)),
            outgoing.id,
            parcel.fence,
            encoded([told_by_sender(outgoing, "failed", now, problem=problem)]).decode(),
            problem,
            now,
        )
        await self._wakeup.notify()

    async def wait(self, seconds: float) -> None:
        """Return when there may be something to send, at the latest after so many seconds."""
        due = await self._database.value(
            "SELECT extract(epoch FROM min(due_at) - clock_timestamp())::double precision FROM outbox "
            "WHERE done_at IS NULL"
        )
        if due is not None and due > 0:  # what is due already may wait behind another row
            seconds = min(seconds, max(due, _SHORTEST))
        await self._wakeup.wait(seconds)

    async def close(self) -> None:
        """Finish what is under way."""
        await self._marking.close()
        await self._finishing.close()

    async def _mark(self, parcels: Sequence[Parcel]) -> Sequence[bool]:
        marked = await self._database.fetch(
            "SELECT mark_sending($1, $2, $3, $4, $5)",
            scope(one.outgoing.business_id for one in parcels),
            [one.outgoing.id for one in parcels],
            [one.fence for one in parcels],
            self._lease,
            self._clock.now(),
        )
        ours = {row[0] for row in marked}
        if len(ours) < len(parcels):
            await self._wakeup.notify()  # what was cancelled lets the next row go
        return [one.outgoing.id in ours for one in parcels]

    async def _finish(self, sent: Sequence[_Sent]) -> Sequence[None]:
        now = self._clock.now()
        sent_last = {one.parcel.outgoing.id: one.external_id for one in sent}
        ids = sorted(sent_last)
        external_ids = [sent_last[one] for one in ids]
        tracked = [one for one in sent if one.track]
        if tracked:
            await self._database.fetch(
                "SELECT finish_sent($1, $2, $3, $4, $5)",
                scope(one.parcel.outgoing.business_id for one in tracked),
                ids,
                external_ids,
                encoded(
                    [told_by_sender(one.parcel.outgoing, "sent", now, external_id=one.external_id) for one in tracked]
                ).decode(),
                now,
            )
        else:
            await self._database.fetch(_SENT, ids, external_ids, now)
        self._wakeup.remind(0.0)  # the next row of the same conversation may go
        return [None] * len(sent)
