"""One business's occupancy and bookings, read and written outside turns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg

from domain.bookings import OPEN
from domain.errors import BookingClosed, BookingNotFound, OpeningTaken
from domain.occupancy import Busy
from storage.sql.postgres import rows
from storage.sql.postgres.encoding import effect_record, encoded
from storage.sql.postgres.grouping import Grouper
from storage.sql.postgres.pool import scope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.bookings import Booking, BookingEvent, Effect
    from domain.clock import Clock
    from domain.ids import BookingId, BusinessId, CustomerId, ResourceId
    from storage.sql.postgres.pool import Database

CLOSED = "FD409"


@dataclass(frozen=True, slots=True)
class _Wanted:
    business_id: BusinessId
    resources: tuple[ResourceId, ...]
    starts_at: datetime
    ends_at: datetime
    moment: datetime
    without: tuple[str, ...]


class BusyReader:
    """Reads occupancy for many turns at a time: one call of the server a group."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._grouper: Grouper[_Wanted, list[Busy]] = Grouper(self._read, under_way=2)

    async def read(self, wanted: _Wanted) -> list[Busy]:
        """Return what is taken."""
        return (await self._grouper.add([wanted]))[0]

    async def close(self) -> None:
        """Finish what is under way."""
        await self._grouper.close()

    async def _read(self, group: Sequence[_Wanted]) -> Sequence[list[Busy]]:
        wanted = [
            {
                "o": o,
                "business_id": one.business_id,
                "resources": one.resources,
                "starts_at": one.starts_at,
                "ends_at": one.ends_at,
                "moment": one.moment,
                "without": one.without,
            }
            for o, one in enumerate(group)
        ]
        found = await self._database.fetch(
            "SELECT * FROM busy_times($1, $2)", scope(one.business_id for one in group), encoded(wanted).decode()
        )
        busy: list[list[Busy]] = [[] for _ in group]
        for o, resource_id, starts_at, ends_at in found:
            busy[o].append(Busy(resource_id, starts_at, ends_at))
        return busy


class PostgresCalendar:
    """The calendar of one business; row-level security shows no other."""

    def __init__(self, business_id: BusinessId, database: Database, reader: BusyReader, clock: Clock) -> None:
        self._business_id = business_id
        self._database = database
        self._reader = reader
        self._clock = clock

    async def busy(
        self,
        resource_ids: Sequence[ResourceId],
        start: datetime,
        end: datetime,
        now: datetime,
        without: tuple[str, ...] = (),
    ) -> Sequence[Busy]:
        """Return what overlaps [start, end), without expired holds and without the holds or bookings of these ids."""
        if not resource_ids:
            return []
        return await self._reader.read(_Wanted(self._business_id, tuple(resource_ids), start, end, now, without))

    async def booking(self, booking_id: BookingId) -> Booking:
        """Return a booking. Raises BookingNotFound."""
        found = await self._bookings("b.id = $2", booking_id)
        if not found:
            raise BookingNotFound(booking_id)
        return found[0]

    async def booking_by_code(self, code: str) -> Booking:
        """Return the booking that a manage link names. Raises BookingNotFound."""
        found = await self._bookings("b.code = $2 AND b.code <> ''", code.replace("\0", ""))
        if not found:
            raise BookingNotFound(code)
        return found[0]

    async def bookings_of(self, customer_id: CustomerId, since: datetime) -> Sequence[Booking]:
        """Return a customer's open bookings that end after `since`, in order of time."""
        return await self._bookings(
            "b.customer_id = $2 AND b.ends_at > $3 AND b.status = ANY ($4)", customer_id, since, sorted(OPEN)
        )

    async def bookings_between(self, start: datetime, end: datetime) -> Sequence[Booking]:
        """Return bookings of any status that start in [start, end), in order of time."""
        return await self._bookings("b.starts_at >= $2 AND b.starts_at < $3", start, end)

    async def events_of(self, booking_id: BookingId) -> Sequence[BookingEvent]:
        """Return what happened to a booking, oldest first."""
        async with self._database.within(self._business_id) as session:
            found = await session.fetch(
                "SELECT * FROM booking_events WHERE business_id = $1 AND booking_id = $2 ORDER BY seq",
                self._business_id,
                booking_id,
            )
        return [rows.booking_event(row) for row in found]

    async def apply(self, effects: Sequence[Effect]) -> None:
        """Write effects outside a turn (a manage link, staff, the API), in one transaction.

        Raises OpeningTaken when an occupancy is refused, BookingClosed when the booking changed meanwhile.
        """
        if not effects:
            return
        records = encoded([effect_record(effect, self._business_id) for effect in effects]).decode()
        try:
            await self._write(records)
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
            await self._write(records)

    async def _write(self, records: str) -> None:
        try:
            await self._database.fetch(
                "SELECT write_effects($1, $2, $3)", scope((self._business_id,)), records, self._clock.now()
            )
        except (asyncpg.ExclusionViolationError, asyncpg.UniqueViolationError) as error:
            raise OpeningTaken(str(error)) from None
        except asyncpg.PostgresError as error:
            if error.sqlstate == CLOSED:
                raise BookingClosed(str(error)) from None
            raise

    async def _bookings(self, condition: str, *values: Any) -> list[Booking]:
        async with self._database.within(self._business_id) as session:
            found = await session.fetch(
                f"SELECT {rows.BOOKING} FROM bookings b WHERE b.business_id = $1 AND {condition} "  # noqa: S608 - ours
                "ORDER BY b.starts_at, b.id",
                self._business_id,
                *values,
            )
        return [rows.booking(row) for row in found]
