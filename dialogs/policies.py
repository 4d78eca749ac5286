"""Policies: what is decided before anything is understood, from who answers and how old a message is."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from dialogs.understanding.commands import Affirm, Cancel, Choose, Command, Deny, Move, OptIn, OptOut, Start
from domain.conversations import Owner

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.conversations import Conversation

STALE = timedelta(hours=6)
"""An older message is stored and shown, and the bot asks instead of acting on it."""

_ACTING = (Affirm, Deny, Choose, Cancel, Move)


class Verdict(StrEnum):
    """What the bot may do with a message."""

    ANSWER = "answer"
    SILENT = "silent"
    """People answer, or the customer wants no messages."""
    ASK_AGAIN = "ask_again"
    """It is too old to be acted on."""


def judge(conversation: Conversation | None, sent_at: datetime, now: datetime) -> Verdict:
    """Return what the bot may do with a message of this conversation."""
    if conversation is not None and conversation.owner is not Owner.BOT:
        return Verdict.SILENT
    if now - sent_at > STALE:
        return Verdict.ASK_AGAIN
    return Verdict.ANSWER


def heard_though_opted_out(commands: Sequence[Command]) -> bool:
    """Return whether a customer who wanted no messages wants to talk again: by saying so, or by booking."""
    return any(isinstance(one, OptIn | Start) for one in commands) and not any(
        isinstance(one, OptOut) for one in commands
    )


def without_acting(commands: Sequence[Command]) -> list[Command]:
    """Return the commands of a message that is too old: what it says is known, what it decides is asked again."""
    return [one for one in commands if not isinstance(one, _ACTING)]
