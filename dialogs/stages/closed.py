"""Closed: something was finished; contact may still be given, the booking corrected, or something new begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs import frames, offers, prompts
from dialogs.slots import both_notes
from dialogs.stages import Stage, alternatives, changing, collecting, greeting, waiting
from dialogs.understanding.commands import Affirm, Day, Deny, Seek, Skip, TimeOfDay
from domain.bookings import OPEN
from domain.errors import BookingClosed, BookingNotFound

if TYPE_CHECKING:
    from dialogs.turn import Turn
    from domain.bookings import Booking
    from domain.desk import Desk

_MOVES_A_BOOKING = {"date", "time", "staff", "party_size", "features"}
_ELSEWHERE = {"earlier", "later", "other_day", "other_staff"}
_PERSONAL = {"name", "phone", "email", "notes"}


async def hear(turn: Turn, desk: Desk) -> Stage:
    """Hear what comes after the end: a contact, a correction of what was just booked, or a new wish."""
    state = turn.state
    if state.asked == "waitlist" and not turn.changed and any(isinstance(one, Affirm | Deny) for one in turn.rest):
        return await waiting.stay(turn, desk)
    if turn.changed & _PERSONAL and not turn.changed - _PERSONAL:
        return await _amend(turn, desk)
    if state.asked in ("phone", "email", "name"):
        if turn.take(Skip, Deny):
            state.asked, state.offer = "", None
            turn.say("no-contact")
            return Stage.CLOSED
        if turn.refused or (turn.take(Affirm) and not turn.changed):
            prompts.reprompt(turn)
            return Stage.CLOSED
    elsewhere = next((one for one in turn.rest if isinstance(one, Seek) and one.way in _ELSEWHERE), None)
    if state.booking and (turn.changed or elsewhere) and turn.changed <= _MOVES_A_BOOKING | _PERSONAL:
        booking = None if state.frame else await _open_booking(turn, desk)
        if booking is not None:
            said = state.slots
            frames.begin(turn, "move", target=booking.id, slots=changing.moved_from(turn, booking, said))
            if elsewhere is not None:
                return await _elsewhere(turn, desk, booking, elsewhere)
            return await collecting.advance(turn, desk)
    if not turn.changed and not state.asked and turn.take(Affirm):
        turn.say("all-done")
        return Stage.CLOSED
    return await greeting.hear(turn, desk)


async def _open_booking(turn: Turn, desk: Desk) -> Booking | None:
    """Return the booking last made here if it can still be changed."""
    try:
        booking = await desk.booking(turn.state.booking)
    except BookingNotFound:
        return None
    return booking if booking.status in OPEN and booking.starts_at > turn.now else None


async def _elsewhere(turn: Turn, desk: Desk, booking: Booking, seek: Seek) -> Stage:
    """Look for another time or somebody else for what was just booked."""
    slots, start = turn.state.slots, booking.starts_at.astimezone(turn.zone)
    minute = start.hour * 60 + start.minute
    slots.date = slots.date or Day(start.date(), start.date())
    slots.time = slots.time or TimeOfDay(minute, minute)
    if seek.way == "other_staff":
        slots.staff = booking.staff_id or ""
    return await alternatives.seek(turn, desk, seek)


async def _amend(turn: Turn, desk: Desk) -> Stage:
    """Write down a name or a contact that was given after booking."""
    state, slots = turn.state, turn.state.slots
    emptied = next(
        (slot for slot in ("name", "phone", "email") if slot in turn.changed and not getattr(slots, slot)), ""
    )
    if emptied:  # "can I change my number?"
        turn.ask(emptied, f"ask-{emptied}", [offers.SKIP])
        return Stage.CLOSED
    desk.amend_customer(turn.customer.id, name=slots.name, phone=slots.phone, email=slots.email)
    if state.booking:
        try:
            booking = await desk.booking(state.booking)
            desk.amend(
                booking,
                name=slots.name or None,
                phone=slots.phone or None,
                email=slots.email or None,
                notes=both_notes(booking.notes, slots.notes) if slots.notes else None,
            )
        except (BookingNotFound, BookingClosed):
            turn.say("booking-closed", phone=turn.place.phone or "none")
            return Stage.CLOSED
    state.asked, state.offer, slots.notes = "", None, ""
    turn.say("contact-saved", name=slots.name or "none")
    return Stage.CLOSED
