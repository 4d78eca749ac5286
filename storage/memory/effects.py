"""Effects in memory: what the desk collected, written all or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

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
    expected_sequence,
    expected_statuses,
)
from domain.errors import AnsweredBefore, BookingClosed, OpeningTaken
from domain.occupancy import Busy
from domain.waitlist import ChangeWaitlist, JoinWaitlist, Waiting
from storage.memory.occupancy import Occupancy, Taken

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.bookings import Booking, BookingEvent, Change, Effect
    from domain.clock import Clock
    from domain.ids import BookingId, ConversationId, HoldId
    from domain.occupancy import SeatMove
    from domain.waitlist import WaitlistEntry
    from storage.memory.occupancy import Undo

STILL = frozenset({Waiting.WAITING, Waiting.OFFERED})
"""Somebody who stands so is on the waitlist."""
ANSWERS_KEPT = timedelta(hours=48)
OfCustomers = list["AmendCustomer | AddCustomer"]


class Effects(Occupancy):
    """The bookings, waitlist and answers of one business, and how they are written."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._keys: dict[str, BookingId] = {}
        self.bookings: dict[BookingId, Booking] = {}
        self.events: dict[BookingId, list[BookingEvent]] = {}
        self.waitlist: dict[str, WaitlistEntry] = {}
        self.answers: dict[str, Answered] = {}

    def write(self, effects: Sequence[Effect]) -> OfCustomers:
        """Write effects, all or none, and return those on customers, which the caller writes.

        Raises OpeningTaken when an occupancy or a count is refused, BookingClosed when the booking changed meanwhile,
        AnsweredBefore for a key that is known.
        """
        undo: Undo = []
        told: OfCustomers = []
        try:
            for effect in effects:
                match effect:
                    case PlaceHold():
                        self._hold(effect, undo)
                    case ReleaseHold():
                        self._give_back(effect.hold_id, undo)
                    case MakeBooking():
                        self._book(effect, undo)
                    case MoveBooking():
                        self._move(effect, undo)
                    case CancelBooking() | AmendBooking():
                        self._change(effect, undo)
                    case Reseat():
                        self._change_tables(effect, undo)
                    case JoinWaitlist():
                        self._join_waitlist(effect.entry, undo)
                    case ChangeWaitlist():
                        self._change_waitlist(effect, undo)
                    case Answered():
                        self._answer(effect, undo)
                    case AmendCustomer() | AddCustomer():
                        told.append(effect)
        except Exception:
            for step in reversed(undo):
                step()
            raise
        return told

    def sweep(self, now: datetime) -> int:
        """Delete expired holds and old answers; returns how many rows of time, and answers, went."""
        expired = [one for one in self._taken.values() if one.expires_at is not None and one.expires_at <= now]
        for taken in expired:
            self._give_back(taken.owner_id, [])
        old = [key for key, one in self.answers.items() if one.at <= now - ANSWERS_KEPT]
        for key in old:
            del self.answers[key]
        return sum(len(taken.rows) for taken in expired) + len(old)

    def forget(self, conversation_ids: Sequence[ConversationId], hold_ids: Sequence[HoldId]) -> int:
        """Give back what conversations hold, and these holds; returns how many there were."""
        held = [self._held_by[one] for one in conversation_ids if one in self._held_by]
        gone = {one for one in (*held, *hold_ids) if one in self._taken}
        for hold_id in gone:
            self._give_back(hold_id, [])
        return len(gone)

    def _hold(self, effect: PlaceHold, undo: Undo) -> None:
        if effect.replaces is not None:
            self._give_back(effect.replaces, undo)
        self._give_back(effect.hold_id, undo)
        if effect.conversation_id is not None and effect.conversation_id in self._held_by:
            self._give_back(self._held_by[effect.conversation_id], undo)
        held = Taken(effect.hold_id, effect.take, effect.expires_at, effect.conversation_id, effect.reason)
        self._take(held, undo)

    def _book(self, effect: MakeBooking, undo: Undo) -> None:
        if effect.hold_id is not None:
            self._give_back(effect.hold_id, undo)
        if self._booked_before(effect.key):
            return
        booking = effect.booking
        if booking.id in self.bookings:
            raise BookingClosed(booking.id)
        self._take(Taken(booking.id, effect.take), undo)
        self._keys[effect.key] = booking.id
        undo.append(lambda: self._keys.pop(effect.key))
        self._put(booking, effect.event, undo)

    def _move(self, effect: MoveBooking, undo: Undo) -> None:
        booking, present = effect.booking, self._present(effect)
        if effect.hold_id is not None:
            self._give_back(effect.hold_id, undo)
        self._give_back(booking.id, undo)
        self._take(Taken(booking.id, effect.take), undo)
        self._put(replace(booking, pinned=present.pinned), effect.event, undo)

    def _change(self, effect: CancelBooking | AmendBooking, undo: Undo) -> None:
        booking, present = effect.booking, self._present(effect)
        if (present.starts_at, present.ends_at) != (booking.starts_at, booking.ends_at):
            raise BookingClosed(booking.id)
        if booking.status in FREE:
            self._give_back(booking.id, undo)
        # Its tables are what it has and what it was promised, whatever they were when this change was thought of.
        pinned = booking.pinned if effect.event.kind in PINNING else present.pinned
        self._put(replace(booking, resource_ids=present.resource_ids, pinned=pinned), effect.event, undo)

    def _present(self, effect: Change) -> Booking:
        """Return the booking as it stands. Raises BookingClosed where this change is no longer one of it."""
        present = self.bookings.get(effect.booking.id)
        if present is None or not self._follows(effect, present):
            raise BookingClosed(effect.booking.id)
        return present

    @staticmethod
    def _follows(effect: Change, present: Booking) -> bool:
        return present.sequence == expected_sequence(effect) and present.status in expected_statuses(effect)

    def _change_tables(self, effect: Reseat, undo: Undo) -> None:
        for move in effect.moves:
            if not self._may_change_tables(move) or not self._sits_there(move):
                raise OpeningTaken(move.booking_id)
        for move in effect.moves:
            self._unseat(self._taken[move.booking_id], undo)
        for move in effect.moves:
            rows = tuple(Busy(one, move.starts_at, move.ends_at) for one in sorted(move.resource_ids))
            self._reseat(self._taken[move.booking_id], rows, undo)
            self._replace(replace(self.bookings[move.booking_id], resource_ids=move.resource_ids), undo)
        for event in effect.events:
            self._tell(event, undo)

    def _may_change_tables(self, move: SeatMove) -> bool:
        booking, taken = self.bookings.get(move.booking_id), self._taken.get(move.booking_id)
        if booking is None or taken is None or taken.session:
            return False
        return booking.status in OPEN and not booking.pinned

    def _sits_there(self, move: SeatMove) -> bool:
        """Return whether a party still has the tables and the time that it was to change from."""
        rows = self._taken[move.booking_id].rows
        times = {(one.starts_at, one.ends_at) for one in rows}
        return self.bookings[move.booking_id].resource_ids == move.was and times == {(move.starts_at, move.ends_at)}

    def _join_waitlist(self, entry: WaitlistEntry, undo: Undo) -> None:
        if entry.id not in self.waitlist:
            self.waitlist[entry.id] = entry
            undo.append(lambda: self.waitlist.pop(entry.id))

    def _change_waitlist(self, effect: ChangeWaitlist, undo: Undo) -> None:
        before = self.waitlist.get(effect.entry.id)
        if before is None or not self._stands(before, effect.was):
            raise OpeningTaken(effect.entry.id)
        self.waitlist[before.id] = effect.entry
        undo.append(lambda: self.waitlist.update({before.id: before}))

    @staticmethod
    def _stands(entry: WaitlistEntry, was: Waiting) -> bool:
        return entry.status is was

    def _answer(self, effect: Answered, undo: Undo) -> None:
        if self._answered_before(effect.key):
            raise AnsweredBefore(effect.key)
        self.answers[effect.key] = effect
        undo.append(lambda: self.answers.pop(effect.key))

    def _put(self, booking: Booking, event: BookingEvent, undo: Undo) -> None:
        self._replace(booking, undo)
        self._tell(event, undo)

    def _replace(self, booking: Booking, undo: Undo) -> None:
        before = self.bookings.get(booking.id)
        self.bookings[booking.id] = booking
        if before is None:
            self.events[booking.id] = []
            undo.append(lambda: (self.bookings.pop(booking.id), self.events.pop(booking.id)))
        else:
            undo.append(lambda: self.bookings.update({before.id: before}))

    def _tell(self, event: BookingEvent, undo: Undo) -> None:
        events = self.events[event.booking_id]
        events.append(event)
        undo.append(events.pop)

    def _booked_before(self, key: str) -> bool:
        return key in self._keys

    def _answered_before(self, key: str) -> bool:
        return key in self.answers
