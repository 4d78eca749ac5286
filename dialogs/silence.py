"""Silence and returns: what happens when a timer runs out or people give a conversation back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dialogs import frames, prompts
from dialogs.stages import Stage
from dialogs.turn import Alarm
from domain.conversations import Owner

if TYPE_CHECKING:
    from datetime import datetime

    from dialogs.messages import Due
    from dialogs.turn import Turn
    from domain.conversations import Conversation
    from domain.desk import Desk

NUDGE, CLOSE, UNANSWERED, SILENT = "nudge", "close", "unanswered", "silent"
"""Kinds of timers: the customer fell silent; for long; nobody claims (T1); who claimed is silent (T2)."""


def watch(turn: Turn, had_form: bool) -> None:
    """Set the timers that this turn leaves: one a conversation for its silence, one for the queue."""
    policies = turn.directory.business.policies
    if turn.owner is Owner.QUEUE and turn.outcome == "handed_over":
        turn.alarms.append(Alarm(UNANSWERED, turn.now + policies.answer_within))
        turn.cancelled_alarms += [NUDGE, CLOSE]
    elif turn.owner is Owner.BOT and turn.state.form:
        if turn.state.nudged:
            turn.alarms.append(Alarm(CLOSE, turn.now + policies.close_after))
        else:
            turn.alarms.append(Alarm(NUDGE, _waking(turn, turn.now + policies.nudge_after)))
    elif had_form:
        turn.cancelled_alarms += [NUDGE, CLOSE]


async def due(turn: Turn, desk: Desk, conversation: Conversation | None, timer: Due) -> None:
    """Hear a timer of this conversation; one that is out of date does nothing."""
    turn.log.append(f"Due:{timer.kind}")
    owner = conversation.owner if conversation else Owner.BOT
    if timer.kind == NUDGE and owner is Owner.BOT and turn.state.form and not turn.opted_out:
        turn.state.nudged, turn.outcome = True, "nudged"
        turn.say("nudge")
        prompts.reprompt(turn)
    elif timer.kind == CLOSE and owner is Owner.BOT and turn.state.form:
        frames.leave(turn, desk)
        turn.state.stage, turn.outcome = Stage.CLOSED.value, "abandoned"
    elif timer.kind == UNANSWERED and owner is Owner.QUEUE:
        turn.owner, turn.reason = Owner.BOT, "nobody claimed it"
        turn.say("nobody-free", role="notice", phone=turn.place.phone or "none")
        _begin_again(turn)
    elif timer.kind == SILENT and owner is Owner.HUMAN:
        turn.owner, turn.reason, turn.outcome = Owner.QUEUE, "staff fell silent", "requeued"


async def handed_back(turn: Turn, desk: Desk) -> None:
    """Be the bot again: say so, drop what was promised, and go on from the booking's real state."""
    turn.log.append("HandedBack")
    turn.owner, turn.reason, turn.outcome = Owner.BOT, "", "answered"
    state = turn.state
    if state.kept is not None:
        desk.release(state.kept.hold_id)
        state.kept = None
    state.offer, state.failed, state.anger = None, 0, 0
    turn.say("bot-again", role="notice", business=turn.directory.business.name)
    if state.form == "book" and state.stage in (Stage.CONFIRMING, Stage.ALTERNATIVES, Stage.COLLECTING):
        from dialogs.stages import collecting

        state.stage = (await collecting.advance(turn, desk)).value
    elif state.form:
        frames.finish(turn)
        state.stage = Stage.CLOSED.value
        await _real_state(turn, desk)
    else:
        await _real_state(turn, desk)


def _begin_again(turn: Turn) -> None:
    if turn.state.form or turn.state.asked:
        prompts.reprompt(turn)
    else:
        prompts.help_with(turn, "help-short")


async def _real_state(turn: Turn, desk: Desk) -> None:
    from dialogs import wording

    for one in (await desk.bookings_of(turn.customer.id))[:1]:
        turn.say("your-booking", wording.of_booking(turn, one))
    prompts.help_with(turn, "help-short")


def _waking(turn: Turn, at: datetime) -> datetime:
    """Return a moment moved out of the quiet hours of the place."""
    policies = turn.directory.business.policies
    local = at.astimezone(turn.zone)
    minute = local.hour * 60 + local.minute
    if policies.quiet_until <= minute < policies.quiet_from:
        return at
    morning = local.replace(hour=policies.quiet_until // 60, minute=policies.quiet_until % 60, second=0, microsecond=0)
    if minute >= policies.quiet_from:
        morning += timedelta(days=1)
    return morning.astimezone(at.tzinfo)
