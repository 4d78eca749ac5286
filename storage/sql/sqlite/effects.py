"""Effects: what the desk collected, written inside the transaction of a turn or of a request."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, update

from domain.bookings import (
    FREE,
    OPEN,
    PINNING,
    AddCustomer,
    AmendBooking,
    AmendCustomer,
    Answered,
    CancelBooking,
    MakeBooking,
    MoveBooking,
    PlaceHold,
    ReleaseHold,
    Reseat,
    Status,
    expected_sequence,
    expected_statuses,
)
from domain.errors import AnsweredBefore, BookingClosed, OpeningTaken
from domain.waitlist import ChangeWaitlist, JoinWaitlist
from storage.sql.models import AnswerRow, BookingEventRow, BookingItemRow, BookingRow, CustomerRow, HoldRow
from storage.sql.sqlite.connection import compiled
from storage.sql.sqlite.occupancy import Occupancy
from storage.sql.sqlite.rows import booking_row, columns, customer_row, event_row, from_json, item_rows, to_json
from storage.sql.sqlite.waitlist import change_waitlist, join_waitlist
from storage.sql.types import to_micros

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.bookings import Booking, BookingEvent, Change, Effect
    from domain.ids import BusinessId, HoldId
    from domain.occupancy import SeatMove
    from storage.sql.sqlite.writer import Transaction

INSERT_CUSTOMER = compiled(insert(CustomerRow).prefix_with("OR IGNORE"))
INSERT_HOLD = compiled(insert(HoldRow))
INSERT_BOOKING = compiled(insert(BookingRow))
INSERT_ITEM = compiled(insert(BookingItemRow))
INSERT_ANSWER = compiled(insert(AnswerRow))
INSERT_EVENT = compiled(
    insert(BookingEventRow).values({one.name: bindparam(one.name) for one in columns(BookingEventRow, "seq")})
)
_NAMES = [one.name for one in columns(BookingRow)]


def _update(*keeping: str) -> tuple[str, tuple[int, ...]]:
    """Return the statement that changes a booking, and which of its row's columns it takes."""
    changing = [name for name in _NAMES if name not in ("business_id", "id", "key", *keeping)]
    sql = compiled(
        update(BookingRow)
        .where(BookingRow.business_id == bindparam("b"), BookingRow.id == bindparam("i"))
        .values({name: bindparam(name) for name in changing})
    )
    return sql, tuple(_NAMES.index(name) for name in changing)


# What a booking has, and was promised, is changed by moves, re-seats and pins alone: older copies do not bring it back.
MOVE = _update("pinned")
CHANGE = _update("pinned", "resource_ids")
PIN = _update("resource_ids")
HOLDS_OF = "SELECT id FROM holds WHERE business_id = ? AND conversation_id = ?"
PRESENT = "SELECT status, sequence, starts_at, ends_at, counted FROM bookings WHERE business_id = ? AND id = ?"
SEATED = "SELECT status, pinned, resource_ids FROM bookings WHERE business_id = ? AND id = ?"
TIMES = """
    SELECT DISTINCT starts_at, ends_at FROM occupancy INDEXED BY ix_occupancy_booking
    WHERE business_id = ? AND booking_id = ?"""
RESEAT = "UPDATE bookings SET resource_ids = ? WHERE business_id = ? AND id = ?"


def write_effects(transaction: Transaction, business_id: BusinessId, effects: Sequence[Effect], now: datetime) -> None:
    """Write effects in order; `now` is the Clock's and decides which holds are over.

    Raises OpeningTaken when an occupancy or a count is refused, BookingClosed when a booking changed meanwhile,
    AnsweredBefore for a key that is known: the caller undoes what was written until then.
    """
    desk = _Desk(transaction, business_id, to_micros(now))
    for effect in effects:
        desk.write(effect)


def release_expired(transaction: Transaction, now: int) -> int:
    """Delete the holds that are over; returns how many rows of time went."""
    expired = transaction.execute("SELECT business_id, id FROM holds WHERE expires_at <= ?", (now,)).fetchall()
    return sum(Occupancy(transaction, business_id, now).release(hold_id) for business_id, hold_id in expired)


def release_holds(transaction: Transaction, business_id: BusinessId, hold_ids: Sequence[HoldId]) -> int:
    """Give holds back; returns how many there were."""
    occupancy = Occupancy(transaction, business_id, 0)
    for hold_id in hold_ids:
        occupancy.release(hold_id)
    return len(hold_ids)


class _Desk:
    """The writes of one business in one transaction."""

    def __init__(self, transaction: Transaction, business_id: BusinessId, now: int) -> None:
        self._transaction = transaction
        self._execute = transaction.execute
        self._business_id = business_id
        self._occupancy = Occupancy(transaction, business_id, now)

    def write(self, effect: Effect) -> None:
        match effect:
            case PlaceHold():
                self._hold(effect)
            case ReleaseHold():
                self._occupancy.release(effect.hold_id)
            case MakeBooking():
                self._book(effect)
            case MoveBooking():
                self._move(effect)
            case CancelBooking() | AmendBooking():
                self._change(effect)
            case AmendCustomer():
                self._amend(effect)
            case AddCustomer():
                self._execute(INSERT_CUSTOMER, customer_row(effect.customer))
            case Reseat():
                self._reseat(effect)
            case JoinWaitlist():
                join_waitlist(self._transaction, effect.entry)
            case ChangeWaitlist():
                change_waitlist(self._transaction, effect)
            case Answered():
                self._answer(effect)

    def _hold(self, effect: PlaceHold) -> None:
        if effect.replaces is not None:
            self._occupancy.release(effect.replaces)
        if effect.conversation_id is not None:
            for (hold_id,) in self._execute(HOLDS_OF, (self._business_id, effect.conversation_id)).fetchall():
                self._occupancy.release(hold_id)
        expires_at, counted = to_micros(effect.expires_at), bool(effect.take.counts)
        row = (self._business_id, effect.hold_id, effect.conversation_id, expires_at, effect.reason, counted)
        try:
            self._execute(INSERT_HOLD, row)
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorname != "SQLITE_CONSTRAINT_PRIMARYKEY":
                raise
            self._occupancy.release(effect.hold_id)
            self._execute(INSERT_HOLD, row)
        self._occupancy.take_for_hold(effect.hold_id, effect.take, expires_at)

    def _book(self, effect: MakeBooking) -> None:
        if effect.hold_id is not None:
            self._occupancy.release(effect.hold_id)
        known = "SELECT 1 FROM bookings WHERE business_id = ? AND key = ?"
        if self._execute(known, (self._business_id, effect.key)).fetchone():
            return
        booking = effect.booking
        self._execute(INSERT_BOOKING, booking_row(booking, effect.key, bool(effect.take.counts)))
        self._items(booking)
        self._event(effect.event)
        self._occupancy.take_for_booking(booking.id, effect.take)

    def _move(self, effect: MoveBooking) -> None:
        booking = effect.booking
        counted, _ = self._present(effect)
        if effect.hold_id is not None:
            self._occupancy.release(effect.hold_id)
        self._occupancy.free_booking(booking.id, counted)
        self._put(MOVE, booking, effect.event, bool(effect.take.counts))
        self._occupancy.take_for_booking(booking.id, effect.take)

    def _change(self, effect: CancelBooking | AmendBooking) -> None:
        booking = effect.booking
        counted, times = self._present(effect)
        if times != (to_micros(booking.starts_at), to_micros(booking.ends_at)):
            raise BookingClosed(booking.id)
        if booking.status in FREE:
            self._occupancy.free_booking(booking.id, counted)
            counted = False
        self._put(PIN if effect.event.kind in PINNING else CHANGE, booking, effect.event, counted)

    def _reseat(self, effect: Reseat) -> None:
        for move in effect.moves:
            if not self._may_change_tables(move):
                raise OpeningTaken(move.booking_id)
        for move in effect.moves:
            self._occupancy.free_rows(move.booking_id)
        for move in effect.moves:
            start, end = to_micros(move.starts_at), to_micros(move.ends_at)
            rows = [(resource_id, start, end) for resource_id in sorted(move.resource_ids)]
            self._occupancy.insert(rows, None, move.booking_id, None)
            self._execute(RESEAT, (to_json(move.resource_ids), self._business_id, move.booking_id))
        for event in effect.events:
            self._event(event)

    def _may_change_tables(self, move: SeatMove) -> bool:
        """Return whether a party is still to come, was promised nothing, and has the tables and the time it had."""
        key = (self._business_id, move.booking_id)
        row = self._execute(SEATED, key).fetchone()
        if row is None or Status(row[0]) not in OPEN or row[1] or tuple(from_json(row[2])) != move.was:
            return False
        times = self._execute(TIMES, key).fetchall()
        return times == [(to_micros(move.starts_at), to_micros(move.ends_at))]

    def _answer(self, effect: Answered) -> None:
        row = (self._business_id, effect.key, effect.fingerprint, effect.status, effect.body, to_micros(effect.at))
        try:
            self._execute(INSERT_ANSWER, row)
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorname != "SQLITE_CONSTRAINT_PRIMARYKEY":
                raise
            raise AnsweredBefore(effect.key) from None

    def _amend(self, effect: AmendCustomer) -> None:
        self._execute(
            "UPDATE customers SET name = coalesce(nullif(?, ''), name), phone = coalesce(nullif(?, ''), phone), "
            "email = coalesce(nullif(?, ''), email) WHERE business_id = ? AND id = ?",
            (effect.name, effect.phone, effect.email, self._business_id, effect.customer_id),
        )

    def _present(self, effect: Change) -> tuple[bool, tuple[int, int]]:
        """Return whether a booking counts for something, and its time; BookingClosed where it changed meanwhile."""
        row = self._execute(PRESENT, (self._business_id, effect.booking.id)).fetchone()
        if row is None or row[1] != expected_sequence(effect) or Status(row[0]) not in expected_statuses(effect):
            raise BookingClosed(effect.booking.id)
        return bool(row[4]), (row[2], row[3])

    def _put(
        self, statement: tuple[str, tuple[int, ...]], booking: Booking, event: BookingEvent, counted: bool
    ) -> None:
        sql, taken = statement
        row = booking_row(booking, "", counted)
        self._execute(sql, (*(row[one] for one in taken), self._business_id, booking.id))
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
