"""One business's occupancy and bookings on SQLite."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, literal_column, select

from domain.bookings import OPEN
from domain.errors import BookingNotFound
from domain.occupancy import Busy
from storage.sql.models import BookingEventRow, BookingItemRow, BookingRow
from storage.sql.sqlite.connection import compiled
from storage.sql.sqlite.effects import write_effects
from storage.sql.sqlite.rows import booking_of, columns, event_of
from storage.sql.types import from_micros, to_micros

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.bookings import Booking, BookingEvent, Effect
    from domain.clock import Clock
    from domain.ids import BookingId, BusinessId, CustomerId, ResourceId
    from storage.sql.sqlite.connection import Reader
    from storage.sql.sqlite.writer import Writer

# Of one resource's disjoint rows only the last that starts before the range and those that start in it can overlap.
BUSY = """
    SELECT o.resource_id, o.starts_at, o.ends_at, coalesce(o.hold_id, o.booking_id)
    FROM json_each(?2) r CROSS JOIN occupancy o
    WHERE o.business_id = ?1 AND o.resource_id = r.value AND o.starts_at < ?4 AND o.ends_at > ?3
      AND o.starts_at >= coalesce((SELECT max(p.starts_at) FROM occupancy p
                                   WHERE p.business_id = ?1 AND p.resource_id = r.value AND p.starts_at <= ?3), ?3)
      AND (o.expires_at IS NULL OR o.expires_at > ?5)
    ORDER BY r.key, o.starts_at"""
_bookings = select(*columns(BookingRow)).where(BookingRow.business_id == bindparam("b"))
BY_ID = compiled(_bookings.where(BookingRow.id == bindparam("i")))
BY_CODE = compiled(_bookings.where(BookingRow.code == bindparam("c"), BookingRow.code != literal_column("''")))
# The statuses stand in the text, so that years of closed bookings are never read on the way to the open ones.
_OPEN = ", ".join(f"'{status}'" for status in sorted(OPEN))
BY_CUSTOMER = compiled(
    _bookings.where(
        BookingRow.customer_id == bindparam("c"),
        literal_column(f"bookings.status IN ({_OPEN})"),
        BookingRow.ends_at > bindparam("e"),
    ).order_by(BookingRow.starts_at)
)
BETWEEN = compiled(
    _bookings.where(BookingRow.starts_at >= bindparam("f"), BookingRow.starts_at < bindparam("t")).order_by(
        BookingRow.starts_at
    )
)
ITEMS = compiled(
    select(*columns(BookingItemRow))
    .where(BookingItemRow.business_id == bindparam("b"), BookingItemRow.booking_id == bindparam("i"))
    .order_by(BookingItemRow.position)
)
EVENTS = compiled(
    select(*columns(BookingEventRow, "seq"))
    .where(BookingEventRow.business_id == bindparam("b"), BookingEventRow.booking_id == bindparam("i"))
    .order_by(BookingEventRow.seq)
)


class SqliteCalendar:
    """The Calendar of one business."""

    def __init__(self, business_id: BusinessId, writer: Writer, reader: Reader, clock: Clock) -> None:
        self._business_id = business_id
        self._writer = writer
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
        span = (to_micros(start), to_micros(end), to_micros(now))
        rows = self._reader.all(BUSY, (self._business_id, json.dumps(resource_ids), *span))
        return [
            Busy(resource_id, from_micros(starts_at), from_micros(ends_at))
            for resource_id, starts_at, ends_at, owner in rows
            if owner not in without
        ]

    async def booking(self, booking_id: BookingId) -> Booking:
        """Return a booking. Raises BookingNotFound."""
        return self._found(booking_id, self._bookings(BY_ID, booking_id))

    async def booking_by_code(self, code: str) -> Booking:
        """Return the booking that a manage link names. Raises BookingNotFound."""
        return self._found(code, self._bookings(BY_CODE, code))

    async def bookings_of(self, customer_id: CustomerId, since: datetime) -> Sequence[Booking]:
        """Return a customer's open bookings that end after `since`, in order of time."""
        return self._bookings(BY_CUSTOMER, customer_id, to_micros(since))

    async def bookings_between(self, start: datetime, end: datetime) -> Sequence[Booking]:
        """Return bookings of any status that start in [start, end), in order of time."""
        return self._bookings(BETWEEN, to_micros(start), to_micros(end))

    async def events_of(self, booking_id: BookingId) -> Sequence[BookingEvent]:
        """Return what happened to a booking, oldest first."""
        return [event_of(row) for row in self._reader.all(EVENTS, (self._business_id, booking_id))]

    async def apply(self, effects: Sequence[Effect]) -> None:
        """Write effects outside a turn, all or none. Raises OpeningTaken, BookingClosed or StoreUnavailable."""
        now = self._clock.now()
        await self._writer.do(lambda transaction: write_effects(transaction, self._business_id, effects, now))

    def _bookings(self, sql: str, *parameters: Any) -> list[Booking]:
        return [
            booking_of(row, self._reader.all(ITEMS, (self._business_id, row[1])))
            for row in self._reader.all(sql, (self._business_id, *parameters))
        ]

    @staticmethod
    def _found(what: str, found: list[Booking]) -> Booking:
        if not found:
            raise BookingNotFound(what)
        return found[0]
