"""Waiting: how somebody joins a waitlist, hears what became free, and leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs import frames, offers, prompts, search, wording
from dialogs.slots import settle_time
from dialogs.stages import Stage
from dialogs.state import keep, offered
from dialogs.understanding.commands import Affirm, Day, Deny, JoinWaitlist, LeaveWaitlist, TimeOfDay
from domain.conversations import Owner
from domain.errors import NotOffered
from domain.waiting import wish_of
from domain.waitlist import Waiting

if TYPE_CHECKING:
    from dialogs.messages import Due
    from dialogs.state import Slots
    from dialogs.turn import Turn
    from domain.availability import Opening, Wish
    from domain.bookings import Booking
    from domain.conversations import Conversation
    from domain.desk import Desk
    from domain.waitlist import WaitlistEntry

MOST = 5
"""So many things one customer may wait for."""
OFFERED, OVER = "waitlist", "waitlist-over"
"""Kinds of what a waitlist tells a conversation: something is kept for it; it no longer is."""
_WHAT = {"service", "place", "date", "time", "party_size", "staff", "features"}


async def begin(turn: Turn, desk: Desk, _command: JoinWaitlist) -> Stage | None:
    """Hear that somebody wants to wait: for what is being looked for, or for what is still to be said."""
    state = turn.state
    if not turn.directory.business.policies.waitlist:
        turn.say("waitlist-off")
        return None
    if state.form in ("move", "cancel"):
        turn.say("waitlist-not-for-moves")
        return None
    if state.waiting and state.kept is not None:
        return await declined(turn, desk, stay=True)
    if not state.form:
        if not turn.changed & _WHAT and await standing(turn, desk):
            return Stage.CLOSED
        frames.begin(turn, "wait")
    elif state.kept is not None:
        if not turn.changed & _WHAT:
            turn.say("waitlist-free", role="context")
            return None
        desk.release(state.kept.hold_id)
        state.kept = None
    return await join(turn, desk)


async def join(turn: Turn, desk: Desk) -> Stage:
    """Wait for what is being looked for."""
    turn.state.form = "wait"
    return await advance(turn, desk)


async def advance(turn: Turn, desk: Desk) -> Stage:
    """Ask for what is missing, show what is free after all, or write it down."""
    from dialogs.stages import alternatives, collecting

    state, slots = turn.state, turn.state.slots
    missing = collecting.missing(turn)
    if missing and missing != "name":
        if "JoinWaitlist" in turn.log:
            turn.say("waitlist-yes")
        return collecting.ask(turn, missing)
    assert slots.date is not None
    if slots.date.last < turn.local.date():  # it was said some days ago, and nobody can wait for what is over
        slots.date = slots.time = None
        return collecting.ask(turn, "date")
    time = settle_time(turn)
    if time is None and slots.time is not None:
        return collecting.ask_which_half(turn, slots.time)
    try:
        found = await search.look(turn, desk, slots.date, time)
    except NotOffered:
        return await collecting.not_offered(turn, desk)
    if found:
        if time is None and state.offer is not None and state.offer.kind == "openings":
            turn.ask("time", "waitlist-which-time")  # what is free was shown, and none of it suits
            return Stage.COLLECTING
        turn.say("waitlist-free", role="context")
        state.form = "book"
        return await collecting.advance(turn, desk)
    why = search.why_not(turn, slots.date, time)
    if why != "full":
        alternatives.say_why(turn, why, slots.date, time)
        slots.date = slots.time = None
        return collecting.ask(turn, "date")
    if missing:
        return collecting.ask(turn, missing)
    return await _join(turn, desk, search.wish(turn, slots.date, time))


async def _join(turn: Turn, desk: Desk, wish: Wish) -> Stage:
    slots = turn.state.slots
    mine = await desk.waitlist_of(turn.customer.id)
    facts = wording.of_waiting(turn, wish)
    if len(mine) >= MOST:
        turn.say("waitlist-enough")
        frames.finish(turn)
        return frames.resume(turn)
    entry = await desk.join_waitlist(wish, customer_id=turn.customer.id, name=slots.name, phone=slots.phone)
    if entry.id in {one.id for one in mine}:
        turn.say("waitlist-already", facts, role="notice")
    else:
        desk.amend_customer(turn.customer.id, name=slots.name, phone=slots.phone, email=slots.email)
        turn.outcome = "waiting"
        turn.say("waitlist-joined", facts, role="notice")
    frames.finish(turn)
    return frames.resume(turn)


def may_wait(turn: Turn) -> bool:
    """Return whether what is looked for could become free, and somebody could wait for it."""
    slots, policies = turn.state.slots, turn.directory.business.policies
    if not policies.waitlist or turn.state.form != "book" or slots.date is None:
        return False
    return search.why_not(turn, slots.date, slots.time) == "full"


def ask_to_wait(turn: Turn) -> Stage:
    """None of what is free suits: ask whether to wait or to look at another day."""
    slots = turn.state.slots
    assert slots.date is not None
    facts = wording.of_waiting(turn, search.wish(turn, slots.date, settle_time(turn)))
    turn.ask("waitlist", "ask-waitlist", [offers.WAITLIST, offers.OTHER_DAY], "waitlist", facts)
    return Stage.ALTERNATIVES


async def standing(turn: Turn, desk: Desk) -> bool:
    """Say what the customer waits for; False where it is nothing."""
    mine = await desk.waitlist_of(turn.customer.id)
    for one in mine:
        if one.status is Waiting.OFFERED and one.offer_until is not None and one.id == turn.state.waiting:
            continue  # the offer under way says it itself
        turn.say("waitlist-already", wording.of_waiting(turn, wish_of(one)))
    return bool(mine)


async def leave(turn: Turn, desk: Desk, _command: LeaveWaitlist) -> Stage | None:
    """Hear that somebody waits no longer: for a day that was named, or for anything."""
    state = turn.state
    day = state.slots.date if "date" in turn.changed else None
    mine = await desk.waitlist_of(turn.customer.id)
    chosen = [one for one in mine if day is None or (one.first <= day.last and one.last >= day.first)]
    if state.asked == "waitlist" and state.target:
        chosen = [one for one in mine if one.id == state.target]
    for one in chosen:
        desk.leave_waitlist(one)
    if not chosen:
        turn.say("waitlist-none")
    else:
        turn.outcome = "left"
        turn.say("waitlist-left", role="notice")
    under_way = state.form == "wait" or bool(state.waiting) or state.asked == "waitlist"
    if under_way or not state.form:
        frames.finish(turn)
        return frames.resume(turn)
    return None


async def due(turn: Turn, desk: Desk, conversation: Conversation, timer: Due) -> None:
    """Hear that something is kept for somebody who waits, or that it no longer is."""
    if timer.kind == OVER:
        _over(turn, conversation, str(timer.body.get("entry", "")))
        return
    entry = await _entry(turn, desk, str(timer.body.get("entry", "")))
    if entry is None or entry.status is not Waiting.OFFERED or entry.offered != timer.body.get("n"):
        return
    assert entry.hold_id is not None
    assert entry.offer_until is not None
    state = turn.state
    if entry.offer_until <= turn.now:
        return  # it is given back by the clock
    busy = state.kept is not None and state.kept.expires_at > turn.now
    if conversation.owner is not Owner.BOT or turn.opted_out or busy:
        desk.pass_over(entry, behind=False)
        return
    opening = offered(entry.offer)
    frames.interrupt(turn)
    state.form, state.waiting = "book", entry.id
    state.slots = _slots_of(turn, entry, opening)
    state.kept = keep(
        entry.hold_id, entry.offer_until, opening, list(entry.service_ids), entry.party_size, entry.features
    )
    state.stage, turn.outcome = Stage.CONFIRMING.value, "offered"
    prompts.summary(turn)


def _over(turn: Turn, conversation: Conversation, entry_id: str) -> None:
    state = turn.state
    if state.waiting != entry_id or state.kept is None:
        return
    facts = wording.of_offer(turn, state.kept)
    frames.finish(turn)
    state.stage = Stage.CLOSED.value
    if conversation.owner is Owner.BOT and not turn.opted_out:
        turn.say("waitlist-over", facts)
        turn.outcome = "offer_over"
        frames.resume(turn)


async def declined(turn: Turn, desk: Desk, *, stay: bool = False) -> Stage:
    """Give back what was offered, and ask whether to go on waiting unless that was said."""
    state = turn.state
    entry = await _entry(turn, desk, state.waiting)
    if entry is not None and entry.status is Waiting.OFFERED:
        desk.pass_over(entry)
    elif state.kept is not None:
        desk.release(state.kept.hold_id)
    frames.finish(turn)
    if entry is None:
        turn.say("waitlist-none")
        return frames.resume(turn)
    if stay:
        turn.say("waitlist-stays")
        return frames.resume(turn)
    state.target = entry.id
    turn.ask("waitlist", "waitlist-stay", [offers.STAY, offers.LEAVE], "waitlist")
    return Stage.CLOSED


async def stay(turn: Turn, desk: Desk) -> Stage:
    """Hear whether somebody goes on waiting."""
    state = turn.state
    if turn.take(Affirm):
        turn.say("waitlist-stays")
    elif turn.take(Deny):
        entry = await _entry(turn, desk, state.target)
        if entry is not None:
            desk.leave_waitlist(entry)
        turn.outcome = "left"
        turn.say("waitlist-left", role="notice")
    frames.finish(turn)
    return frames.resume(turn)


async def booked(turn: Turn, desk: Desk, booking: Booking) -> None:
    """Write down that what was offered was taken."""
    entry = await _entry(turn, desk, turn.state.waiting)
    turn.state.waiting = ""
    if entry is not None:
        desk.waited_for(entry, booking)


async def gone(turn: Turn, desk: Desk) -> None:
    """What was offered is not free any more, since the answer came late: wait for the next."""
    entry = await _entry(turn, desk, turn.state.waiting)
    turn.state.waiting = ""
    if entry is not None and entry.status is Waiting.OFFERED:
        desk.pass_over(entry)


async def _entry(turn: Turn, desk: Desk, entry_id: str) -> WaitlistEntry | None:
    mine = await desk.waitlist_of(turn.customer.id)
    return next((one for one in mine if one.id == entry_id), None)


def _slots_of(turn: Turn, entry: WaitlistEntry, opening: Opening) -> Slots:
    slots = frames.person(turn.state.slots)
    start = opening.starts_at.astimezone(turn.zone)
    minute = start.hour * 60 + start.minute
    slots.date, slots.time = Day(start.date(), start.date()), TimeOfDay(minute, minute)
    slots.service = [] if turn.form.table else list(entry.service_ids)
    slots.staff, slots.party_size = entry.staff_id or "", entry.party_size
    slots.features = list(entry.features)
    slots.name, slots.phone = entry.name or slots.name, entry.phone or slots.phone
    slots.place = entry.place_id if len(turn.directory.places) > 1 else slots.place
    return slots
