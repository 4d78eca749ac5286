"""Confirming: a time is kept, a summary was shown, and nothing is written before the customer says yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs import frames, offers, prompts, search, wording
from dialogs.stages import Stage, waiting
from dialogs.state import keep
from dialogs.understanding.commands import ANYONE, Affirm, Deny, Seek
from domain.errors import BookingClosed, BookingNotFound, NotOffered

if TYPE_CHECKING:
    from dialogs.state import Slots
    from dialogs.turn import Turn
    from domain.availability import Opening
    from domain.bookings import Booking
    from domain.desk import Desk


async def hear(turn: Turn, desk: Desk) -> Stage:
    """Hear the answer to a summary. A correction goes before a yes said with it."""
    from dialogs.stages import alternatives, collecting

    state = turn.state
    if state.form == "cancel":
        return await _hear_cancel(turn, desk)
    if turn.changed == {"staff"} and state.asked == "change" and not (state.slots.staff or state.slots.avoided):
        prompts.ask_for(turn, "staff")  # another person, without saying whom
        return Stage.CONFIRMING
    if turn.changed - {"notes"}:
        toward = search.steer(turn)
        return await (alternatives.seek(turn, desk, toward) if toward else collecting.advance(turn, desk))
    if seeks := turn.take(Seek):
        return await alternatives.seek(turn, desk, seeks[-1])
    if turn.take(Deny):
        turn.take(Affirm)
        if state.waiting:
            return await waiting.declined(turn, desk)
        prompts.what_to_change(turn)
        return Stage.CONFIRMING
    if turn.take(Affirm) and not turn.refused and not turn.unseen:
        if state.asked == "confirm":
            if state.waiting and not state.slots.name and "name" in turn.form.needs:
                return collecting.ask(turn, "name")
            return await _commit(turn, desk)
        prompts.summary(turn)  # "yes" to "what would you like to change?": first the summary again
        return Stage.CONFIRMING
    if not turn.refused or state.asked == "confirm":
        prompts.reprompt(turn)
    return Stage.CONFIRMING


async def enter(turn: Turn, desk: Desk, opening: Opening) -> Stage:
    """Keep an opening, in exchange for what was kept before, and show the summary."""
    state, slots = turn.state, turn.state.slots
    kept = state.kept
    if kept is None or kept.opening != opening or turn.retry or _wants_something_else(turn):
        moving = await desk.booking(state.target) if state.form == "move" and state.target else None
        if moving is not None and _there_already(turn, moving, opening):
            return _unmoved(turn, desk, moving)
        state.waiting = state.waiting if kept is not None and kept.starts_at == opening.starts_at else ""
        hold = desk.hold(opening, kept.hold_id if kept else None, moving=moving)
        state.kept = keep(hold.hold_id, hold.expires_at, opening, _services(turn), slots.party_size, slots.features)
    turn.unseen = True
    prompts.summary(turn)
    return Stage.CONFIRMING


def still_kept(turn: Turn) -> Opening | None:
    """Return the opening that is kept if it is what the slots still say and its time is not over."""
    kept, slots = turn.state.kept, turn.state.slots
    if kept is None or turn.retry or kept.expires_at <= turn.now or _wants_something_else(turn):
        return None
    start = kept.starts_at.astimezone(turn.zone)
    minute, day, time = start.hour * 60 + start.minute, slots.date, slots.time
    same = (
        day is not None
        and time is not None
        and day.first == day.last == start.date()
        and time.earliest == time.latest == minute
        and slots.staff in ("", ANYONE, kept.staff_id)
        and not (slots.avoided and slots.avoided == kept.staff_id)
        and turn.place.id == kept.place_id
    )
    return kept.opening if same else None


async def _commit(turn: Turn, desk: Desk) -> Stage:
    """Book or move what is kept. After the hold has run out the time is looked for once more."""
    from dialogs.stages import alternatives

    state = turn.state
    kept = state.kept
    assert kept is not None
    opening = kept.opening
    if turn.retry or kept.expires_at <= turn.now:
        assert state.slots.date is not None
        again = await search.look(turn, desk, state.slots.date, state.slots.time)
        free = next((one for one in again if one.starts_at == kept.starts_at), None)
        if free is None:
            desk.release(kept.hold_id)
            state.kept = None
            await waiting.gone(turn, desk)
            return await alternatives.offer(turn, desk, taken=True)
        opening = free
    return await _move(turn, desk, opening) if state.form == "move" else await _book(turn, desk, opening)


async def _book(turn: Turn, desk: Desk, opening: Opening) -> Stage:
    state, slots = turn.state, turn.state.slots
    assert state.kept is not None
    booking = desk.book(
        opening,
        customer_id=turn.customer.id,
        service_ids=state.kept.service_ids,
        party_size=state.kept.party_size,
        name=slots.name,
        phone=slots.phone,
        email=slots.email,
        notes=slots.notes,
        source=turn.channel,
        staff_wished=_wished(slots),
        features=state.kept.features,
        hold_id=state.kept.hold_id,
    )
    desk.amend_customer(turn.customer.id, name=slots.name, phone=slots.phone, email=slots.email)
    if state.waiting:
        await waiting.booked(turn, desk, booking)
    state.kept, state.booking = None, booking.id
    turn.made, turn.outcome = booking, "booked"
    turn.say("booked", wording.of_booking(turn, booking), role="notice", card=wording.booking_card(turn, booking))
    frames.finish(turn)
    policies = turn.directory.business.policies
    if policies.contact == "after" and not (slots.phone or slots.email or state.contact_asked):
        state.contact_asked = True
        turn.ask("phone", "ask-contact", [offers.SKIP])
    return frames.resume(turn)


async def _move(turn: Turn, desk: Desk, opening: Opening) -> Stage:
    state = turn.state
    assert state.kept is not None
    try:
        before = await desk.booking(state.target)
        wished = _wished(state.slots) if state.slots.staff or state.slots.avoided else None
        party = state.kept.party_size if turn.form.table else None
        moved = desk.move(
            before, opening, state.kept.hold_id, party_size=party, staff_wished=wished, features=state.kept.features
        )
    except (BookingClosed, BookingNotFound):
        return too_late(turn, desk)
    except NotOffered:
        return _unmoved(turn, desk, before)
    state.kept, state.booking = None, moved.id
    turn.made, turn.outcome = moved, "moved"
    turn.say("moved", wording.of_booking(turn, moved), role="notice", card=wording.booking_card(turn, moved))
    frames.finish(turn)
    return frames.resume(turn)


async def _hear_cancel(turn: Turn, desk: Desk) -> Stage:
    state = turn.state
    if turn.take(Deny):
        turn.say("booking-stays")
        frames.finish(turn)
        return frames.resume(turn)
    if not turn.take(Affirm) or turn.unseen:
        prompts.reprompt(turn)
        return Stage.CONFIRMING
    try:
        cancelled = desk.cancel(await desk.booking(state.target), "the customer asked in the chat")
    except (BookingClosed, BookingNotFound):
        return too_late(turn, desk)
    turn.made, turn.outcome = cancelled, "cancelled"
    turn.say(
        "cancelled", wording.of_booking(turn, cancelled), role="notice", card=wording.booking_card(turn, cancelled)
    )
    frames.finish(turn)
    return frames.resume(turn)


def too_late(turn: Turn, desk: Desk) -> Stage:
    """Say that the booking cannot be changed here any more, and let the form go."""
    if turn.state.kept is not None:
        desk.release(turn.state.kept.hold_id)
    turn.say("booking-closed", phone=turn.place.phone or "none")
    frames.finish(turn)
    return frames.resume(turn)


def _there_already(turn: Turn, booking: Booking, opening: Opening) -> bool:
    """Return whether a booking would be moved to where it is: for people that is the time, who serves and how many."""
    slots = turn.state.slots
    same = (opening.starts_at, opening.place_id) == (booking.starts_at, booking.place_id)
    staff = opening.staff_id == booking.staff_id and _wished(slots) <= booking.staff_wished
    wishes = (slots.party_size, tuple(slots.features)) == (booking.party_size, booking.features)
    return same and staff and wishes


def _unmoved(turn: Turn, desk: Desk, booking: Booking) -> Stage:
    """Say that a booking is there already, and let the form go."""
    turn.say("booking-unmoved", wording.of_booking(turn, booking))
    frames.drop(turn, desk)
    return frames.resume(turn)


def _wished(slots: Slots) -> bool:
    """Return whether it matters to the customer who serves: somebody was named, or refused."""
    return bool(slots.avoided) or slots.staff not in ("", ANYONE)


def _services(turn: Turn) -> list[str]:
    return list(turn.state.slots.service) or [one.id for one in turn.directory.services[:1]]


def _wants_something_else(turn: Turn) -> bool:
    """Return whether what is kept is for other services or another party than the slots say."""
    kept = turn.state.kept
    slots = turn.state.slots
    return kept is not None and (kept.service_ids, kept.party_size, kept.features) != (
        _services(turn),
        slots.party_size,
        slots.features,
    )
