"""Closed: something was finished; contact may still be given, the booking corrected, or something new begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs import frames, prompts
from dialogs.stages import Stage, changing, collecting, greeting
from dialogs.understanding.commands import Affirm, Deny, Skip
from domain.bookings import OPEN
from domain.errors import BookingClosed, BookingNotFound

if TYPE_CHECKING:
    from dialogs.turn import Turn
    from domain.desk import Desk

_MOVES_A_BOOKING = {"date", "time", "staff", "party_size"}
_PERSONAL = {"name", "phone", "email", "notes"}


async def hear(turn: Turn, desk: Desk) -> Stage:
    """Hear what comes after the end: a contact, a correction of what was just booked, or a new wish."""
    state = turn.state
    if turn.changed & _PERSONAL and not turn.changed - _PERSONAL:
        return await _amend(turn, desk)
    if state.asked in ("phone", "email"):
        if turn.take(Skip, Deny):
            state.asked, state.offer = "", None
            turn.say("no-contact")
            return Stage.CLOSED
        if turn.refused or (turn.take(Affirm) and not turn.changed):
            prompts.reprompt(turn)
            return Stage.CLOSED
    if state.booking and turn.changed and turn.changed <= _MOVES_A_BOOKING | _PERSONAL and not state.frame:
        try:
            booking = await desk.booking(state.booking)
        except BookingNotFound:
            booking = None
        if booking is not None and booking.status in OPEN and booking.starts_at > turn.now:
            said = state.slots
            frames.begin(turn, "move", target=booking.id, slots=changing.moved_from(turn, booking, said))
            return await collecting.advance(turn, desk)
    if not turn.changed and not state.asked and turn.take(Affirm):
        turn.say("all-done")
        return Stage.CLOSED
    return await greeting.hear(turn, desk)


async def _amend(turn: Turn, desk: Desk) -> Stage:
    """Write down a name or a contact that was given after booking."""
    state, slots = turn.state, turn.state.slots
    desk.amend_customer(turn.customer.id, name=slots.name, phone=slots.phone, email=slots.email)
    if state.booking:
        try:
            booking = await desk.booking(state.booking)
            desk.amend(
                booking,
                name=slots.name or None,
                phone=slots.phone or None,
                email=slots.email or None,
                notes=slots.notes or None,
            )
        except (BookingNotFound, BookingClosed):
            turn.say("booking-closed", phone=turn.place.phone or "none")
            return Stage.CLOSED
    state.asked, state.offer, slots.notes = "", None, ""
    turn.say("contact-saved", name=slots.name or "none")
    return Stage.CLOSED
