"""Changing: which existing booking is meant, and when it should be instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs import frames, offers, prompts, wording
from dialogs.offers import Pick
from dialogs.stages import Stage
from dialogs.state import Slots
from dialogs.understanding.commands import ANYONE, Affirm, Day, Deny, Seek, Skip, TimeOfDay
from domain.errors import BookingNotFound

if TYPE_CHECKING:
    from dialogs.turn import Turn
    from domain.bookings import Booking
    from domain.desk import Desk


async def hear(turn: Turn, desk: Desk) -> Stage:
    """Hear which booking is meant, or its new time."""
    from dialogs.stages import alternatives, collecting

    state = turn.state
    if picked := turn.take(Pick):
        return await _target(turn, desk, picked[-1].booking_id)
    if state.target and (seeks := turn.take(Seek, Skip)):
        way = seeks[-1]
        return await alternatives.seek(turn, desk, way if isinstance(way, Seek) else Seek("earliest"))
    if turn.take(Deny):
        turn.say("booking-stays")
        frames.drop(turn, desk)
        return frames.resume(turn)
    if not state.target:
        offer = state.offer
        if turn.take(Affirm) and offer and len(offer.options) == 1:
            return await _target(turn, desk, offer.options[0].value.partition(":")[2])
        matching = await _described(turn, desk, state.form)
        if len(matching) == 1:
            return await _target(turn, desk, matching[0].id)
        prompts.reprompt(turn)
        return Stage.CHANGING
    turn.take(Affirm)
    if state.form == "cancel":
        return _confirm_cancel(turn, await desk.booking(state.target))
    return await collecting.advance(turn, desk)


async def begin(turn: Turn, desk: Desk, name: str) -> Stage:
    """Begin to move or cancel a booking: find which one, by what was said if there are several."""
    said = turn.state.slots
    mine = await desk.bookings_of(turn.customer.id)
    if not mine:
        frames.drop(turn, desk)
        turn.say("no-bookings")
        prompts.help_with(turn, "help-short")
        return Stage.CLOSED
    if turn.state.kept is not None:
        desk.release(turn.state.kept.hold_id)
        turn.state.kept = None
    frames.begin(turn, name, slots=_said_now(turn, said))
    matching = await _described(turn, desk, name)
    if len(mine) == 1 or len(matching) == 1:
        return await _target(turn, desk, (mine if len(mine) == 1 else matching)[0].id)
    turn.ask("booking", "ask-which-booking", offers.bookings(turn, mine), "bookings")
    return Stage.CHANGING


async def go_on(turn: Turn, desk: Desk) -> Stage:
    """Go on with a booking that is moved or cancelled; ask which one where it is not known. Raises BookingNotFound."""
    if not turn.state.target:
        return await begin(turn, desk, turn.state.form)
    await desk.booking(turn.state.target)
    return await _target(turn, desk, turn.state.target)


async def spoken_of(turn: Turn, desk: Desk) -> Booking | None:
    """Return the booking that is moved, was just made, or is the customer's only one; None if unclear."""
    state = turn.state
    if state.form not in ("", "move") or (state.form == "move" and not state.target):
        return None
    mine = await desk.bookings_of(turn.customer.id)
    meant = state.target or state.booking
    found = [one for one in mine if one.id == meant] or (mine if len(mine) == 1 else [])
    return found[0] if found else None


async def _target(turn: Turn, desk: Desk, booking_id: str) -> Stage:
    from dialogs.stages import collecting

    try:
        booking = await desk.booking(booking_id)
    except BookingNotFound:
        prompts.reprompt(turn)
        return Stage.CHANGING
    turn.state.target = booking.id
    if turn.state.form == "cancel":
        return _confirm_cancel(turn, booking)
    turn.state.slots = moved_from(turn, booking, turn.state.slots)
    if turn.state.slots.date is None:
        turn.say("which-booking-it-is", wording.of_booking(turn, booking))
    return await collecting.advance(turn, desk)


def moved_from(turn: Turn, booking: Booking, said: Slots) -> Slots:
    """Return the slots of a move: the booking's own, changed by what was said.

    A new day alone keeps the time of day; a new time alone keeps the day.
    """
    start = booking.starts_at.astimezone(turn.zone)
    minute = start.hour * 60 + start.minute
    date, time = said.date, said.time
    if date is None and (time is not None or said.staff or said.party_size):
        date = Day(start.date(), start.date())
    if time is None and date is not None:
        time = TimeOfDay(minute, minute)
    return Slots(
        service=[one.service_id for one in booking.items] if not turn.form.table else [],
        staff=said.staff or (booking.staff_id or "" if booking.staff_wished else ""),
        place=said.place or booking.place_id,
        date=date,
        time=time,
        party_size=said.party_size or booking.party_size,
        name=booking.name,
        phone=booking.phone or said.phone,
        email=booking.email or said.email,
        notes=booking.notes,
        features=said.features or list(booking.features),
    )


def _confirm_cancel(turn: Turn, booking: Booking) -> Stage:
    turn.unseen = True
    turn.ask(
        "confirm",
        "ask-cancel",
        [offers.CANCEL_IT, offers.KEEP_IT],
        facts=wording.of_booking(turn, booking),
    )
    return Stage.CONFIRMING


def _said_now(turn: Turn, said: Slots) -> Slots:
    """Return only what this very message said: an older draft is another visit."""
    slots = frames.person(said)
    for slot in turn.changed & {"date", "time", "staff", "party_size", "service", "features"}:
        setattr(slots, slot, getattr(said, slot))
    if slots.staff == ANYONE:
        slots.staff = ""
    return slots


async def _described(turn: Turn, desk: Desk, name: str) -> list[Booking]:
    """Return the bookings that fit the service that was said, and to cancel one also the day and the person."""
    slots = turn.state.slots
    if name == "move" and not turn.state.asked:
        slots = Slots(service=slots.service)  # the day and the person are what is wanted instead
    found = []
    for one in await desk.bookings_of(turn.customer.id):
        start = one.starts_at.astimezone(turn.zone)
        if slots.date and not slots.date.first <= start.date() <= slots.date.last:
            continue
        if slots.service and not {item.service_id for item in one.items} & set(slots.service):
            continue
        if slots.staff and one.staff_id != slots.staff:
            continue
        found.append(one)
    return found
