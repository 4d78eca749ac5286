"""The outbox: hands what must be sent to senders, in order within a conversation, each row leased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.sql.postgres import rows
from storage.sql.postgres.grouping import Grouper
from storage.sql.postgres.pool import scope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from domain.clock import Clock
    from domain.ports import Parcel
    from storage.redis.wakeups import Wakeup
    from storage.sql.postgres.pool import Database

_SHORTEST = 0.02
_SENT = """
UPDATE outbox o SET status = 'sent', external_id = w.external_id, done_at = $3, body = '', error = ''
FROM unnest($1::text[], $2::text[]) AS w(id, external_id)
WHERE o.id = w.id AND o.done_at IS NULL
"""
_FAILED = """
UPDATE outbox SET error = $3, status = CASE WHEN $4::double precision IS NULL THEN 'failed' ELSE 'waiting' END,
  done_at = CASE WHEN $4 IS NULL THEN $5::timestamptz END, body = CASE WHEN $4 IS NULL THEN '' ELSE body END,
  due_at = clock_timestamp() + make_interval(secs => coalesce($4, 0))
WHERE id = $1 AND fence = $2 AND done_at IS NULL
"""


class PostgresOutbox:
    """Rows are leased by the database's clock; talk of a lost epoch is cancelled when it is met."""

    def __init__(self, database: Database, wakeup: Wakeup, lease: timedelta, clock: Clock) -> None:
        self._database = database
        self._wakeup = wakeup
        self._lease = lease
        self._clock = clock
        self._marking: Grouper[Parcel, bool] = Grouper(self._mark)
        self._finishing: Grouper[tuple[str, str], None] = Grouper(self._finish)

    async def due(self, most: int) -> Sequence[Parcel]:
        """Lease rows that may be sent now: at most one a conversation; talk of a lost epoch is cancelled here."""
        found = await self._database.fetch(
            "SELECT * FROM lease_outbox($1, $2, $3)", most, self._lease, self._clock.now()
        )
        return [rows.parcel(row) for row in found]

    async def sending(self, parcels: Sequence[Parcel]) -> Sequence[bool]:
        """Mark before the call; False where the row was cancelled, taken over or its talk lost its epoch."""
        return await self._marking.add(parcels)

    async def sent(self, parcel: Parcel, external_id: str) -> None:
        """It was accepted by the platform under this id: true whoever has the row leased by now."""
        await self._finishing.add([(parcel.outgoing.id, external_id.replace("\0", ""))])

    async def failed(self, parcel: Parcel, error: str, retry_after: timedelta | None) -> None:
        """It was refused; None gives up, shows it to staff and lets the lane go on."""
        pause = None if retry_after is None else retry_after.total_seconds()
        await self._database.fetch(
            _FAILED, parcel.outgoing.id, parcel.fence, error.replace("\0", "")[:2000], pause, self._clock.now()
        )
        await self._wakeup.notify(pause or 0.0)

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

    async def _finish(self, sent: Sequence[tuple[str, str]]) -> Sequence[None]:
        sent_last = dict(sent)
        ids = sorted(sent_last)
        await self._database.fetch(_SENT, ids, [sent_last[one] for one in ids], self._clock.now())
        self._wakeup.remind(0.0)  # the next row of the same conversation may go
        return [None] * len(sent)
