"""Greeting: nothing is under way yet; whatever says what is wanted begins it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs import frames, prompts
from dialogs.offers import Resume
from dialogs.stages import Stage, collecting
from dialogs.understanding.commands import Affirm, Deny, Seek, Skip

if TYPE_CHECKING:
    from dialogs.turn import Turn
    from domain.desk import Desk

BOOKING_SLOTS = {"service", "staff", "place", "date", "time", "party_size", "notes", "features"}


async def hear(turn: Turn, desk: Desk) -> Stage:
    """Begin a booking from the first slot that is heard; else say what can be done here."""
    state = turn.state
    if taken := turn.take(Resume):
        return await _resume(turn, desk, resumed=taken[-1].resumed)
    if state.asked == "resume" and (turn.take(Affirm) or turn.changed & BOOKING_SLOTS):
        return await _resume(turn, desk, resumed=True)
    if state.asked == "resume" and turn.take(Deny):
        return await _resume(turn, desk, resumed=False)
    if turn.changed & BOOKING_SLOTS or (turn.rest and isinstance(turn.rest[0], Seek)):
        if not state.form:
            frames.begin(turn, "book")
        return await collecting.hear(turn, desk)
    turn.take(Affirm, Deny, Skip)
    if not turn.refused:
        prompts.help_with(turn)
    return Stage(state.stage)


async def _resume(turn: Turn, desk: Desk, *, resumed: bool) -> Stage:
    said = turn.state.slots
    if not resumed:
        turn.state.frame = None
        turn.state.asked, turn.state.offer = "", None
        turn.say("draft-forgotten")
        prompts.help_with(turn, "help-short")
        return Stage.CLOSED
    if frames.restore(turn):
        for slot in turn.changed:
            setattr(turn.state.slots, slot, getattr(said, slot))
    return await collecting.advance(turn, desk)
