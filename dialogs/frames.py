"""The form under way: begun, interrupted, finished, dropped, gone on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs.messages import Option
from dialogs.stages import Stage
from dialogs.state import Frame, Slots

if TYPE_CHECKING:
    from dialogs.turn import Turn
    from domain.desk import Desk


def begin(turn: Turn, name: str, target: str = "", slots: Slots | None = None) -> None:
    """Begin a form; one that is under way is kept as the interrupted frame."""
    state = turn.state
    if state.form and state.form != name and _worth_keeping(state.slots):
        state.frame = Frame(state.form, state.slots, state.target)
        state.slots = person(state.slots)
    state.form, state.target, state.asked, state.offer, state.nudged = name, target, "", None, False
    if slots is not None:
        state.slots = slots


def finish(turn: Turn) -> None:
    """End the form under way; what is known of the person stays."""
    state = turn.state
    state.form = state.target = state.asked = ""
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
        Frame(state.form, state.slots, state.target) if state.form == "book" and _worth_keeping(state.slots) else None
    )
    drop(turn, desk)
    state.frame = draft


def restore(turn: Turn) -> bool:
    """Take up the draft again, without a day that is over; False when there is none."""
    state = turn.state
    if state.frame is None:
        return False
    frame, state.frame = state.frame, None
    state.form, state.slots, state.target = frame.form, frame.slots, frame.target
    if state.slots.date is not None and state.slots.date.last < turn.local.date():
        state.slots.date = state.slots.time = None
    state.asked, state.offer = "", None
    return True


def person(slots: Slots) -> Slots:
    """Return slots with only what is known of the person."""
    return Slots(place=slots.place, name=slots.name, phone=slots.phone, email=slots.email)


def _worth_keeping(slots: Slots) -> bool:
    return bool(slots.service or slots.date or slots.time or slots.party_size)
