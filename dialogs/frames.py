"""The form under way: begun, interrupted, finished, dropped, gone on with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dialogs import offers
from dialogs.messages import Option
from dialogs.stages import Stage
from dialogs.state import Frame, Slots
from dialogs.understanding.commands import ANYONE

if TYPE_CHECKING:
    from dialogs.state import State
    from dialogs.turn import Turn
    from domain.desk import Desk


def begin(turn: Turn, name: str, target: str = "", slots: Slots | None = None) -> None:
    """Begin a form; one that is under way is kept as the interrupted frame."""
    state = turn.state
    if state.form and state.form != name and _worth_keeping(state.slots):
        state.frame = Frame(state.form, _visit(state.slots), state.target)
        state.slots = person(state.slots)
    state.form, state.target, state.asked, state.offer, state.nudged = name, target, "", None, False
    if slots is not None:
        state.slots = slots


def interrupt(turn: Turn) -> None:
    """Keep the form under way for later, since something else is to be said first."""
    state = turn.state
    if state.form and _worth_keeping(state.slots):
        state.frame = Frame(state.form, _visit(state.slots), state.target)
    finish(turn)


def finish(turn: Turn) -> None:
    """End the form under way; what is known of the person stays."""
    state = turn.state
    state.form = state.target = state.asked = state.waiting = ""
    state.offer, state.kept, state.slots = None, None, person(state.slots)


def resume(turn: Turn) -> Stage:
    """Go back to the form that was interrupted, by asking; else the conversation is closed for now."""
    frame = turn.state.frame
    if frame is not None and frame.form == "book":
        turn.ask("resume", "ask-resume", [Option("resume", "=choice-resume"), Option("forget", "=choice-forget")])
    return Stage.CLOSED


def drop(turn: Turn, desk: Desk) -> None:
    """Let the form under way go, and give back what was kept."""
    if turn.state.kept is not None:
        desk.release(turn.state.kept.hold_id)
    finish(turn)


def leave(turn: Turn, desk: Desk) -> None:
    """The customer went silent: the form becomes a draft that coming back picks up."""
    state = turn.state
    draft = (
        Frame(state.form, _visit(state.slots), state.target)
        if state.form == "book" and _worth_keeping(state.slots)
        else None
    )
    drop(turn, desk)
    state.frame = draft


def restore(turn: Turn) -> bool:
    """Take up the draft again, without a day that is over; False when there is none."""
    state = turn.state
    if state.frame is None:
        return False
    frame, state.frame = state.frame, None
    who = state.slots
    state.form, state.slots, state.target = frame.form, frame.slots, frame.target
    state.slots.name, state.slots.phone, state.slots.email = who.name, who.phone, who.email
    _forget_the_past(turn)
    state.asked, state.offer = "", None
    return True


def adopt(turn: Turn, desk: Desk, there: State) -> None:
    """Take over what was begun in another conversation: slots, form, booking and language.

    What it kept, offered and counted stays there. What is under way here becomes the draft, if there is none.
    """
    state = turn.state
    if state.form:
        leave(turn, desk)
    known, slots = state.slots, replace(there.slots)
    for slot in ("name", "phone", "email", "place"):
        setattr(slots, slot, getattr(slots, slot) or getattr(known, slot))
    state.form, state.slots, state.target = there.form, slots, there.target
    state.booking, state.language = there.booking or state.booking, there.language or state.language
    state.frame = there.frame or state.frame
    state.asked, state.offer, state.kept, state.waiting, state.nudged = "", None, None, "", False
    state.stage = Stage.GREETING.value
    _forget_the_past(turn)
    refresh(turn)


def refresh(turn: Turn) -> None:
    """Forget what the business does not have any more: services and people change while somebody is booking."""
    state, directory = turn.state, turn.directory
    offers.complete(state.offer, directory)
    for slots in (state.slots, *([state.frame.slots] if state.frame else [])):
        slots.service = [one for one in slots.service if one in directory.service]
        slots.staff = slots.staff if slots.staff in directory.person or slots.staff == ANYONE else ""
        slots.avoided = slots.avoided if slots.avoided in directory.person else ""
        slots.place = slots.place if slots.place in directory.place else ""
    kept = state.kept
    if kept is not None and not (
        directory.service.keys() >= set(kept.service_ids)
        and (kept.staff_id is None or kept.staff_id in directory.person)
        and kept.place_id in directory.place
    ):
        state.kept, state.asked, state.offer = None, "", None  # the time that was kept expires by itself
        state.stage = (Stage.CHANGING if state.form == "move" else Stage.COLLECTING).value


def person(slots: Slots) -> Slots:
    """Return slots with only what is known of the person."""
    return Slots(place=slots.place, name=slots.name, phone=slots.phone, email=slots.email)


def _forget_the_past(turn: Turn) -> None:
    """Let a day go that is over."""
    slots = turn.state.slots
    if slots.date is not None and slots.date.last < turn.local.date():
        slots.date = slots.time = None


def _visit(slots: Slots) -> Slots:
    """Return slots with only what is known of the visit; the person stays known meanwhile."""
    return replace(slots, name="", phone="", email="")


def _worth_keeping(slots: Slots) -> bool:
    return bool(slots.service or slots.date or slots.time or slots.party_size)
