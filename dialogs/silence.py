"""Silence and returns: what happens when a timer runs out or people give a conversation back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dialogs import frames, prompts
from dialogs.stages import Stage, waiting
from domain import handoff
from domain.conversations import Owner
from domain.handoff import CLOSE, NUDGE, SILENT, UNANSWERED, Alarm

if TYPE_CHECKING:
    from datetime import datetime

    from dialogs.messages import Due
    from dialogs.turn import Turn
    from domain.conversations import Conversation
    from domain.desk import Desk


def watch(turn: Turn, conversation: Conversation | None, had_form: bool) -> None:
    """Set the alarms for the silence of the customer; those for people end when the bot answers again."""
    policies = turn.directory.business.policies
    if turn.owner is Owner.BOT and turn.state.form:
        if turn.state.nudged:
            turn.alarms.append(Alarm(CLOSE, turn.now + policies.close_after))
        else:
            turn.alarms.append(Alarm(NUDGE, _waking(turn, turn.now + policies.nudge_after)))
    elif had_form:
        turn.cancelled_alarms += [NUDGE, CLOSE]
    if turn.owner is Owner.BOT and conversation is not None and conversation.owner is not Owner.BOT:
        turn.cancelled_alarms += [UNANSWERED, SILENT]


async def due(turn: Turn, desk: Desk, conversation: Conversation | None, timer: Due) -> None:
    """Hear an alarm of this conversation; one that is out of date does nothing."""
    turn.log.append(f"Due:{timer.kind}")
    if conversation is None:
        return
    if timer.kind in (NUDGE, CLOSE):
        if conversation.owner is Owner.BOT and turn.state.form and not turn.opted_out:
            await (_nudge if timer.kind == NUDGE else _close)(turn, desk)
        return
    if timer.kind in (waiting.OFFERED, waiting.OVER):
        await waiting.due(turn, desk, conversation, timer)
        return
    policies = turn.directory.business.policies
    if timer.kind == UNANSWERED:
        change = handoff.unanswered(conversation)
    else:
        change = handoff.went_silent(conversation, policies, turn.now, timer.body)
    if change is None:
        return
    turn.owner, turn.reason = change.owner, change.reason
    turn.alarms += change.alarms
    turn.cancelled_alarms += change.cancelled
    if change.owner is Owner.BOT:
        turn.say("nobody-free", role="notice", phone=turn.place.phone or "none")
        _begin_again(turn)
    elif not change.keep_epoch:
        turn.outcome = "requeued"


async def _nudge(turn: Turn, _desk: Desk) -> None:
    turn.state.nudged, turn.outcome = True, "nudged"
    turn.say("nudge")
    prompts.reprompt(turn)


async def _close(turn: Turn, desk: Desk) -> None:
    frames.leave(turn, desk)
    turn.state.stage, turn.outcome = Stage.CLOSED.value, "abandoned"


async def handed_back(turn: Turn, desk: Desk) -> None:
    """Be the bot again: say so, drop what was promised, and go on from the booking's real state."""
    turn.log.append("HandedBack")
    turn.owner, turn.reason, turn.outcome = Owner.BOT, "", "answered"
    state = turn.state
    if state.kept is not None:
        desk.release(state.kept.hold_id)
        state.kept = None
    state.waiting = ""
    state.offer, state.failed = None, 0
    turn.say("bot-again", role="notice", business=turn.directory.business.name)
    if state.form in ("book", "wait") and state.stage in (Stage.CONFIRMING, Stage.ALTERNATIVES, Stage.COLLECTING):
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
