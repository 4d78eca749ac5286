"""One business's occupancy, bookings and waitlist, read and written outside turns."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import asyncpg

from domain.bookings import FREE, OPEN
from domain.errors import AnsweredBefore, BookingClosed, BookingNotFound, OpeningTaken
from storage.sql.postgres import readings, rows
from storage.sql.postgres.encoding import effect_record, encoded
from storage.sql.postgres.pool import scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from domain.bookings import Answered, Booking, BookingEvent, Effect, PlaceHold
    from domain.clock import Clock
    from domain.ids import BookingId, BusinessId, CustomerId, ResourceId, StaffId
    from domain.occupancy import Busy, Occupied
    from domain.waitlist import WaitlistEntry
    from storage.sql.postgres.pool import Database

RAISED = {"FD409": BookingClosed, "FD411": AnsweredBefore, "FD412": OpeningTaken}
"""What the server's functions raise, by SQLSTATE."""
ANSWERS_KEPT = timedelta(hours=48)
TRIES = 5
"""How often effects are written that got in another's way through no fault of theirs."""
AGAIN = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


class PostgresCalendar:
    """The calendar of one business; row-level security shows no other."""

    def __init__(self, business_id: BusinessId, database: Database, reader: readings.BusyReader, clock: Clock) -> None:
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
        resources = tuple(resource_ids)
        return await self._reader.read(readings.Wanted(self._business_id, resources, start, end, now, without))

    async def versions(self, resource_ids: Sequence[ResourceId]) -> Mapping[ResourceId, int]:
        """Return each resource's `calendar_version`, which grows with every change of what is taken of it."""
        return await readings.versions(self._database, self._business_id, resource_ids)

    async def occupied(
        self, resource_ids: Sequence[ResourceId], start: datetime, end: datetime
    ) -> Mapping[ResourceId, Occupied]:
        """Return what overlaps [start, end) of each resource, with the version that it is true of."""
        return await readings.occupied(self._database, self._business_id, resource_ids, start, end)

    async def used(
        self, keys: Sequence[str], start: datetime, end: datetime, now: datetime, without: tuple[str, ...] = ()
    ) -> Mapping[tuple[str, datetime], int]:
        """Return what is used up of each (key, bucket) whose bucket begins in [start, end)."""
        if not keys:
            return {}
        return await readings.used(self._database, self._business_id, keys, start, end, now, without)

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
        found = await self._fetch(
            "SELECT * FROM booking_events WHERE business_id = $1 AND booking_id = $2 ORDER BY seq", booking_id
        )
        return [rows.booking_event(row) for row in found]

    async def holds_between(self, start: datetime, end: datetime, now: datetime) -> Sequence[PlaceHold]:
        """Return holds that are not over and overlap [start, end), in order of time; staff's own have a reason."""
        found = await self._fetch(rows.HOLDS_BETWEEN, start, end, now)
        return [rows.hold(row) for row in found]

    async def last_staff(self, customer_id: CustomerId) -> StaffId | None:
        """Return who served a customer's latest visit that was not cancelled, nor waited for in vain."""
        found = await self._fetch(
            "SELECT staff_id FROM bookings WHERE business_id = $1 AND customer_id = $2 AND status <> ALL ($3) "
            "AND staff_id IS NOT NULL ORDER BY starts_at DESC, id DESC LIMIT 1",
            customer_id,
            sorted(FREE),
        )
        return found[0][0] if found else None

    async def waiting(self, now: datetime) -> Sequence[WaitlistEntry]:
        """Return entries that wait or have an offer, in order of joining."""
        return await self._waitlist("status IN ('waiting', 'offered')")

    async def waitlist_of(self, customer_id: CustomerId) -> Sequence[WaitlistEntry]:
        """Return a customer's entries that wait or have an offer, in order of joining."""
        return await self._waitlist("status IN ('waiting', 'offered') AND customer_id = $2", customer_id)

    async def waitlist_entry(self, entry_id: str) -> WaitlistEntry | None:
        """Return an entry, None if there is none."""
        found = await self._waitlist("id = $2", entry_id.replace("\0", ""))
        return found[0] if found else None

    async def answered(self, key: str) -> Answered | None:
        """Return what a request with this idempotency key was answered; keys are kept for 48 hours."""
        found = await self._fetch(
            "SELECT key, fingerprint, status, body, at FROM answers WHERE business_id = $1 AND key = $2",
            key.replace("\0", ""),
        )
        return rows.answered(found[0]) if found else None

    async def apply(self, effects: Sequence[Effect]) -> None:
        """Write effects outside a turn (a manage link, staff, the API), in one transaction.

        Raises OpeningTaken when an occupancy or a count is refused, BookingClosed when the booking changed meanwhile,
        AnsweredBefore for an idempotency key that is known.
        """
        if not effects:
            return
        records = encoded([effect_record(effect, self._business_id) for effect in effects]).decode()
        for tried in range(1, TRIES + 1):
            try:
                await self._write(records)
            except AGAIN:
                if tried == TRIES:
                    raise
            else:
                return

    async def _write(self, records: str) -> None:
        try:
            await self._database.fetch(
                "SELECT write_effects($1, $2, $3)", scope((self._business_id,)), records, self._clock.now()
            )
        except (asyncpg.ExclusionViolationError, asyncpg.UniqueViolationError) as error:
            raise OpeningTaken(str(error)) from None
        except asyncpg.PostgresError as error:
            if (kind := RAISED.get(error.sqlstate)) is not None:
                raise kind(str(error)) from None
            raise

    async def _bookings(self, condition: str, *values: Any) -> list[Booking]:
        found = await self._fetch(
            f"SELECT {rows.BOOKING} FROM bookings b WHERE b.business_id = $1 AND {condition} "  # noqa: S608 - ours
            "ORDER BY b.starts_at, b.id",
            *values,
        )
        return [rows.booking(row) for row in found]

    async def _waitlist(self, condition: str, *values: Any) -> list[WaitlistEntry]:
        found = await self._fetch(
            f"SELECT * FROM waitlist WHERE business_id = $1 AND {condition} ORDER BY created_at, id",  # noqa: S608 - ours
            *values,
        )
        return [rows.waitlist_entry(row) for row in found]

    async def _fetch(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        """Return rows of our business, which is the first value."""
        async with self._database.within(self._business_id) as session:
            return await session.fetch(statement, self._business_id, *values)
