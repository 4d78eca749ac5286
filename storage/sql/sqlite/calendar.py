"""One business's occupancy and bookings on SQLite."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, literal_column, select

from domain.bookings import OPEN, Answered, PlaceHold
from domain.errors import BookingNotFound
from domain.occupancy import Block, Busy, Occupied, taken_by
from storage.sql.models import BookingEventRow, BookingItemRow, BookingRow
from storage.sql.sqlite import waitlist
from storage.sql.sqlite.connection import compiled
from storage.sql.sqlite.effects import write_effects
from storage.sql.sqlite.rows import booking_of, columns, event_of
from storage.sql.sqlite.waitlist import entry_of
from storage.sql.types import from_micros, to_micros

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from domain.bookings import Booking, BookingEvent, Effect
    from domain.clock import Clock
    from domain.ids import BookingId, BusinessId, CustomerId, ResourceId, StaffId
    from domain.waitlist import WaitlistEntry
    from storage.sql.sqlite.connection import Reader
    from storage.sql.sqlite.rows import Row
    from storage.sql.sqlite.writer import Writer

# Of one resource's disjoint rows only the last that starts before the range and those that start in it can overlap.
BUSY = """
    SELECT o.resource_id, o.starts_at, o.ends_at, coalesce(o.hold_id, o.booking_id, o.session_id), o.session_id
    FROM json_each(?2) r CROSS JOIN occupancy o
    WHERE o.business_id = ?1 AND o.resource_id = r.value AND o.starts_at < ?4 AND o.ends_at > ?3
      AND o.starts_at >= coalesce((SELECT max(p.starts_at) FROM occupancy p
                                   WHERE p.business_id = ?1 AND p.resource_id = r.value AND p.starts_at <= ?3), ?3)
      AND (o.expires_at IS NULL OR o.expires_at > ?5)
    ORDER BY r.key, o.starts_at"""
# Rows as `BUSY` finds them, in minutes and as one document a resource: half the cost of 25,000 rows one by one.
OCCUPIED = """
    SELECT coalesce(v.calendar_version, 0), (
        SELECT json_group_array(json_array(
            o.starts_at / 60000000, (o.ends_at + 59999999) / 60000000, coalesce(o.hold_id, o.booking_id, o.session_id),
            coalesce((o.expires_at + 59999999) / 60000000, 0)))
        FROM occupancy o
        WHERE o.business_id = ?1 AND o.resource_id = r.value AND o.starts_at < ?4 AND o.ends_at > ?3
          AND o.starts_at >= coalesce((SELECT max(p.starts_at) FROM occupancy p
                                       WHERE p.business_id = ?1 AND p.resource_id = r.value AND p.starts_at <= ?3), ?3))
    FROM json_each(?2) r LEFT JOIN resources v ON v.business_id = ?1 AND v.id = r.value
    ORDER BY r.key"""
VERSIONS = """
    SELECT r.value, coalesce(v.calendar_version, 0)
    FROM json_each(?2) r LEFT JOIN resources v ON v.business_id = ?1 AND v.id = r.value"""
LIVE_IN = """
    SELECT owner_id FROM counter_uses INDEXED BY ix_counter_uses_session
    WHERE business_id = ? AND session_id = ? AND (expires_at IS NULL OR expires_at > ?)"""
USED = """
    SELECT c.key, c.bucket, c.used
        - coalesce((SELECT sum(u.amount) FROM counter_uses u INDEXED BY ix_counter_uses_held
                    WHERE u.business_id = ?1 AND u.key = c.key AND u.bucket = c.bucket
                      AND u.expires_at IS NOT NULL AND u.expires_at <= ?5), 0)
        - coalesce((SELECT sum(u.amount) FROM json_each(?6) w CROSS JOIN counter_uses u
                    WHERE u.business_id = ?1 AND u.owner_id = w.value AND u.key = c.key AND u.bucket = c.bucket
                      AND (u.expires_at IS NULL OR u.expires_at > ?5)), 0)
    FROM json_each(?2) k CROSS JOIN counters c
    WHERE c.business_id = ?1 AND c.key = k.value AND c.bucket >= ?3 AND c.bucket < ?4"""
HOLDS = """
    SELECT h.id, h.conversation_id, h.expires_at, h.reason, o.resource_id, o.starts_at, o.ends_at, ''
    FROM holds h CROSS JOIN occupancy o INDEXED BY ix_occupancy_hold
    WHERE h.business_id = ?1 AND h.expires_at > ?2 AND o.business_id = ?1 AND o.hold_id = h.id
    UNION
    SELECT h.id, h.conversation_id, h.expires_at, h.reason, o.resource_id, o.starts_at, o.ends_at, o.session_id
    FROM holds h CROSS JOIN counter_uses u CROSS JOIN occupancy o INDEXED BY ix_occupancy_session
    WHERE h.business_id = ?1 AND h.expires_at > ?2 AND h.counted AND u.business_id = ?1 AND u.owner_id = h.id
      AND o.business_id = ?1 AND o.session_id = u.session_id"""
LAST_STAFF = """
    SELECT staff_id FROM bookings INDEXED BY ix_bookings_customer
    WHERE business_id = ? AND customer_id = ? AND status NOT IN ('cancelled', 'no_show') AND staff_id IS NOT NULL
    ORDER BY starts_at DESC, id DESC LIMIT 1"""
ANSWERED = "SELECT key, fingerprint, status, body, at FROM answers WHERE business_id = ? AND key = ?"
_blocks = msgspec.json.Decoder(tuple[Block, ...]).decode
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
        # The plus keeps SQLite from reading all bookings in order instead of sorting the few of this customer.
    ).order_by(literal_column("+bookings.starts_at"))
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
_item = ", ".join(f"i.{one.name}" for one in columns(BookingItemRow))
ITEMS_OF = f"""
    SELECT {_item} FROM json_each(?2) b CROSS JOIN booking_items i
    WHERE i.business_id = ?1 AND i.booking_id = b.value ORDER BY b.key, i.position"""  # noqa: S608 - names of columns
EVENTS = compiled(
    select(*columns(BookingEventRow, "seq"))
    .where(BookingEventRow.business_id == bindparam("b"), BookingEventRow.booking_id == bindparam("i"))
    .order_by(BookingEventRow.seq)
)


def holds_of(rows: Sequence[Row], start: datetime, end: datetime) -> list[PlaceHold]:
    """Put rows of `HOLDS` together, hold by hold, those that overlap [start, end), in order of time."""
    times: dict[Row, list[Busy]] = {}
    for *hold, resource_id, starts_at, ends_at, session in rows:
        row = Busy(resource_id, from_micros(starts_at), from_micros(ends_at))
        times.setdefault((*hold, session), []).append(row)
    found = [
        PlaceHold(hold_id, conversation_id, taken_by(taken, session), from_micros(expires_at), None, reason)
        for (hold_id, conversation_id, expires_at, reason, session), taken in times.items()
        if any(one.starts_at < end and one.ends_at > start for one in taken)
    ]
    return sorted(found, key=lambda one: (one.take.starts_at, one.hold_id))


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
        emptied = self._emptied({row[4] for row in rows}, without, span[2]) if without else ()
        return [
            Busy(resource_id, from_micros(starts_at), from_micros(ends_at), owner)
            for resource_id, starts_at, ends_at, owner, _ in rows
            if owner not in without and owner not in emptied
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

    async def versions(self, resource_ids: Sequence[ResourceId]) -> Mapping[ResourceId, int]:
        """Return each resource's `calendar_version`, 0 for one that there is not."""
        return dict(self._reader.all(VERSIONS, (self._business_id, json.dumps(resource_ids))))

    async def occupied(
        self, resource_ids: Sequence[ResourceId], start: datetime, end: datetime
    ) -> Mapping[ResourceId, Occupied]:
        """Return what overlaps [start, end) of each resource, with the version that it is true of."""
        span = (to_micros(start), to_micros(end))
        rows = self._reader.all(OCCUPIED, (self._business_id, json.dumps(resource_ids), *span))
        return {
            resource_id: Occupied(version, _blocks(document))
            for resource_id, (version, document) in zip(resource_ids, rows, strict=True)
        }

    async def used(
        self, keys: Sequence[str], start: datetime, end: datetime, now: datetime, without: tuple[str, ...] = ()
    ) -> Mapping[tuple[str, datetime], int]:
        """Return what is used up of each (key, bucket) whose bucket begins in [start, end)."""
        span = (to_micros(start), to_micros(end), to_micros(now))
        rows = self._reader.all(USED, (self._business_id, json.dumps(keys), *span, json.dumps(without)))
        return {(key, from_micros(bucket)): used for key, bucket, used in rows if used > 0}

    async def holds_between(self, start: datetime, end: datetime, now: datetime) -> Sequence[PlaceHold]:
        """Return holds that are not over and overlap [start, end), in order of time; staff's own have a reason."""
        return holds_of(self._reader.all(HOLDS, (self._business_id, to_micros(now))), start, end)

    async def last_staff(self, customer_id: CustomerId) -> StaffId | None:
        """Return who served a customer's latest visit that was not cancelled, nor waited for in vain."""
        row = self._reader.one(LAST_STAFF, (self._business_id, customer_id))
        return None if row is None else row[0]

    async def waiting(self, now: datetime) -> Sequence[WaitlistEntry]:
        """Return entries that wait or have an offer, in order of joining."""
        return [entry_of(row) for row in self._reader.all(waitlist.WAITING, (self._business_id,))]

    async def waitlist_of(self, customer_id: CustomerId) -> Sequence[WaitlistEntry]:
        """Return a customer's entries that wait or have an offer, in order of joining."""
        return [entry_of(row) for row in self._reader.all(waitlist.OF_CUSTOMER, (self._business_id, customer_id))]

    async def waitlist_entry(self, entry_id: str) -> WaitlistEntry | None:
        """Return an entry, None if there is none."""
        row = self._reader.one(waitlist.BY_ID, (self._business_id, entry_id))
        return None if row is None else entry_of(row)

    async def answered(self, key: str) -> Answered | None:
        """Return what a request with this idempotency key was answered."""
        row = self._reader.one(ANSWERED, (self._business_id, key))
        if row is None:
            return None
        known, fingerprint, status, body, at = row
        return Answered(known, fingerprint, status, body, from_micros(at))

    async def apply(self, effects: Sequence[Effect]) -> None:
        """Write effects outside a turn, all or none.

        Raises OpeningTaken, BookingClosed, AnsweredBefore or StoreUnavailable.
        """
        now = self._clock.now()
        await self._writer.do(lambda transaction: write_effects(transaction, self._business_id, effects, now))

    def _emptied(self, sessions: set[str | None], without: tuple[str, ...], now: int) -> set[str]:
        """Return the sessions in which only those are who are left out."""
        return {
            one
            for one in sessions
            if one is not None
            and all(owner in without for (owner,) in self._reader.all(LIVE_IN, (self._business_id, one, now)))
        }

    def _bookings(self, sql: str, *parameters: Any) -> list[Booking]:
        rows = self._reader.all(sql, (self._business_id, *parameters))
        if len(rows) < 2:
            return [booking_of(row, self._reader.all(ITEMS, (self._business_id, row[1]))) for row in rows]
        items: dict[str, list[Row]] = {}
        for item in self._reader.all(ITEMS_OF, (self._business_id, json.dumps([row[1] for row in rows]))):
            items.setdefault(item[1], []).append(item)
        return [booking_of(row, items.get(row[1], ())) for row in rows]

    @staticmethod
    def _found(what: str, found: list[Booking]) -> Booking:
        if not found:
            raise BookingNotFound(what)
        return found[0]
