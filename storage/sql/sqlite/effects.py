"""Effects: what the desk collected, written inside the transaction of a turn or of a request."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, update

from domain.bookings import (
    TRANSITIONS,
    AmendBooking,
    AmendCustomer,
    CancelBooking,
    MakeBooking,
    MoveBooking,
    PlaceHold,
    ReleaseHold,
    Status,
)
from domain.errors import BookingClosed, OpeningTaken
from storage.sql.guards import OVERLAP
from storage.sql.models import BookingEventRow, BookingItemRow, BookingRow, HoldRow, OccupancyRow
from storage.sql.sqlite.connection import compiled
from storage.sql.sqlite.rows import booking_row, columns, event_row, item_rows
from storage.sql.types import to_micros

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.bookings import Booking, BookingEvent, Effect
    from domain.ids import BusinessId, HoldId
    from domain.occupancy import Take
    from storage.sql.sqlite.writer import Transaction

FREE = frozenset({Status.CANCELLED, Status.NO_SHOW})
"""A booking that stands so takes no time."""

INSERT_HOLD = compiled(insert(HoldRow))
INSERT_OCCUPANCY = compiled(insert(OccupancyRow))
INSERT_BOOKING = compiled(insert(BookingRow))
INSERT_ITEM = compiled(insert(BookingItemRow))
INSERT_EVENT = compiled(
    insert(BookingEventRow).values({one.name: bindparam(one.name) for one in columns(BookingEventRow, "seq")})
)
_CHANGING = [one.name for one in columns(BookingRow, "business_id", "id", "key")]
UPDATE_BOOKING = compiled(
    update(BookingRow)
    .where(BookingRow.business_id == bindparam("b"), BookingRow.id == bindparam("i"))
    .values({name: bindparam(name) for name in _CHANGING})
)
BUMP = "UPDATE resources SET calendar_version = calendar_version + 1 WHERE business_id = ? AND id = ?"
FREE_HOLD = "DELETE FROM occupancy WHERE business_id = ? AND hold_id = ? RETURNING resource_id"
FREE_BOOKING = "DELETE FROM occupancy WHERE business_id = ? AND booking_id = ? RETURNING resource_id"
DELETE_HOLD = "DELETE FROM holds WHERE business_id = ? AND id = ?"
HOLDS_OF = "SELECT id FROM holds WHERE business_id = ? AND conversation_id = ?"
# Of one resource's disjoint rows only the last that starts before the range and those that start in it can overlap.
OVERLAPPING = """
    SELECT DISTINCT hold_id, expires_at FROM occupancy WHERE business_id = ?1 AND resource_id = ?2
      AND starts_at < ?4 AND ends_at > ?3
      AND starts_at >= coalesce((SELECT max(starts_at) FROM occupancy
                                 WHERE business_id = ?1 AND resource_id = ?2 AND starts_at <= ?3), ?3)"""


def write_effects(transaction: Transaction, business_id: BusinessId, effects: Sequence[Effect], now: datetime) -> None:
    """Write effects in order; `now` is the Clock's and decides which holds are over.

    Raises OpeningTaken when an occupancy is refused, BookingClosed when a booking changed meanwhile: the caller
    undoes what was written until then.
    """
    desk = _Desk(transaction, business_id, to_micros(now))
    for effect in effects:
        desk.write(effect)


def release_expired(transaction: Transaction, now: int) -> int:
    """Delete the holds that are over; returns how many occupancy rows went."""
    expired = transaction.execute("SELECT business_id, id FROM holds WHERE expires_at <= ?", (now,)).fetchall()
    return sum(_Desk(transaction, business_id, now).release(hold_id) for business_id, hold_id in expired)


def release_holds(transaction: Transaction, business_id: BusinessId, hold_ids: Sequence[HoldId]) -> int:
    """Give holds back; returns how many there were."""
    desk = _Desk(transaction, business_id, 0)
    for hold_id in hold_ids:
        desk.release(hold_id)
    return len(hold_ids)


class _Desk:
    """The writes of one business in one transaction."""

    def __init__(self, transaction: Transaction, business_id: BusinessId, now: int) -> None:
        self._execute = transaction.execute
        self._business_id = business_id
        self._now = now

    def write(self, effect: Effect) -> None:
        match effect:
            case PlaceHold():
                self._hold(effect)
            case ReleaseHold():
                self.release(effect.hold_id)
            case MakeBooking():
                self._book(effect)
            case MoveBooking():
                self._move(effect)
            case CancelBooking() | AmendBooking():
                self._change(effect)
            case AmendCustomer():
                self._amend(effect)

    def release(self, hold_id: str) -> int:
        """Give a hold back; returns how many rows it had."""
        freed = self._free(FREE_HOLD, hold_id)
        self._execute(DELETE_HOLD, (self._business_id, hold_id))
        return freed

    def _hold(self, effect: PlaceHold) -> None:
        if effect.replaces is not None:
            self.release(effect.replaces)
        if effect.conversation_id is not None:
            for (hold_id,) in self._execute(HOLDS_OF, (self._business_id, effect.conversation_id)).fetchall():
                self.release(hold_id)
        expires_at = to_micros(effect.expires_at)
        row = (self._business_id, effect.hold_id, effect.conversation_id, expires_at, effect.reason, False)
        self._execute(INSERT_HOLD, row)
        self._take(effect.take, (effect.hold_id, None, expires_at))

    def _book(self, effect: MakeBooking) -> None:
        if effect.hold_id is not None:
            self.release(effect.hold_id)
        known = "SELECT 1 FROM bookings WHERE business_id = ? AND key = ?"
        if self._execute(known, (self._business_id, effect.key)).fetchone():
            return
        booking = effect.booking
        self._execute(INSERT_BOOKING, booking_row(booking, effect.key, False))
        self._items(booking)
        self._event(effect.event)
        self._take(effect.take, (None, booking.id, None))

    def _move(self, effect: MoveBooking) -> None:
        booking = effect.booking
        status, sequence, _, _ = self._present(booking)
        if sequence != effect.was or status is Status.COMPLETED:
            raise BookingClosed(booking.id)
        if status in FREE and booking.status not in TRANSITIONS[status]:
            raise BookingClosed(booking.id)
        if effect.hold_id is not None:
            self.release(effect.hold_id)
        self._free(FREE_BOOKING, booking.id)
        self._put(booking, effect.event)
        self._take(effect.take, (None, booking.id, None))

    def _change(self, effect: CancelBooking | AmendBooking) -> None:
        booking = effect.booking
        status, sequence, starts_at, ends_at = self._present(booking)
        if sequence > booking.sequence or (starts_at, ends_at) != (
            to_micros(booking.starts_at),
            to_micros(booking.ends_at),
        ):
            raise BookingClosed(booking.id)
        if status != booking.status:
            # Taking the time again goes through a move, which passes the occupancy insert.
            if status in FREE or booking.status not in TRANSITIONS[status]:
                raise BookingClosed(booking.id)
        elif isinstance(effect, CancelBooking):
            raise BookingClosed(booking.id)
        if booking.status in FREE:
            self._free(FREE_BOOKING, booking.id)
        self._put(booking, effect.event)

    def _amend(self, effect: AmendCustomer) -> None:
        self._execute(
            "UPDATE customers SET name = coalesce(nullif(?, ''), name), phone = coalesce(nullif(?, ''), phone), "
            "email = coalesce(nullif(?, ''), email) WHERE business_id = ? AND id = ?",
            (effect.name, effect.phone, effect.email, self._business_id, effect.customer_id),
        )

    def _present(self, booking: Booking) -> tuple[Status, int, int, int]:
        row = self._execute(
            "SELECT status, sequence, starts_at, ends_at FROM bookings WHERE business_id = ? AND id = ?",
            (self._business_id, booking.id),
        ).fetchone()
        if row is None:
            raise BookingClosed(booking.id)
        return Status(row[0]), row[1], row[2], row[3]

    def _put(self, booking: Booking, event: BookingEvent) -> None:
        self._execute(UPDATE_BOOKING, (*_changing(booking, False), self._business_id, booking.id))
        self._execute(
            "DELETE FROM booking_items WHERE business_id = ? AND booking_id = ?", (self._business_id, booking.id)
        )
        self._items(booking)
        self._event(event)

    def _items(self, booking: Booking) -> None:
        for row in item_rows(booking):
            self._execute(INSERT_ITEM, row)

    def _event(self, event: BookingEvent) -> None:
        self._execute(INSERT_EVENT, event_row(event, self._business_id))

    def _free(self, sql: str, owner_id: str) -> int:
        freed = self._execute(sql, (self._business_id, owner_id)).fetchall()
        for (resource_id,) in freed:
            self._execute(BUMP, (self._business_id, resource_id))
        return len(freed)

    def _take(self, take: Take, owner: tuple[str | None, str | None, int | None]) -> None:
        """Insert a row a resource, in order; a hold that is over gives way. Raises OpeningTaken."""
        start, end = to_micros(take.starts_at), to_micros(take.ends_at)
        for resource_id in sorted(take.resource_ids):
            row = (self._business_id, resource_id, start, end, *owner, None)
            if not self._insert(row):
                self._clear(resource_id, start, end)
                if not self._insert(row):
                    raise OpeningTaken(resource_id)
            self._execute(BUMP, (self._business_id, resource_id))

    def _insert(self, row: tuple[object, ...]) -> bool:
        try:
            self._execute(INSERT_OCCUPANCY, row)
        except sqlite3.IntegrityError as error:
            # The trigger speaks first; should it be gone, two equal starts still meet in the key.
            if str(error) == OVERLAP or error.sqlite_errorname == "SQLITE_CONSTRAINT_PRIMARYKEY":
                return False
            raise
        return True

    def _clear(self, resource_id: str, start: int, end: int) -> None:
        for hold_id, expires_at in self._execute(OVERLAPPING, (self._business_id, resource_id, start, end)).fetchall():
            if hold_id is not None and expires_at <= self._now:
                self.release(hold_id)


def _changing(booking: Booking, counted: bool) -> tuple[object, ...]:
    row = booking_row(booking, "", counted)
    return (*row[2:-4], *row[-3:])
