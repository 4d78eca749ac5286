"""Answering: of all that the messages of a turn called for, what is said in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs.messages import Say
from domain.conversations import Owner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialogs.turn import Turn


def once(turn: Turn, steps: Sequence[int]) -> None:
    """Answer a burst once, and introduce the assistant the first time.

    `steps` are how much had been said before each message. The prompt of the last message only is kept, with the
    reasons given for it; nothing is said twice.
    """
    says = turn.says
    asking = _asking(turn)
    prompts_at = [index for index, said in enumerate(says) if said.role == "prompt" and asking]
    last = prompts_at[-1] if prompts_at else -1
    step = max((start for start in steps if start <= last), default=0)
    kept: list[Say] = []
    for index, said in enumerate(says):
        stale = (said.role == "prompt" and index != last) or (said.role == "context" and index < step)
        if not stale and said not in kept:
            kept.append(said)
    turn.says = sorted(kept, key=lambda said: said.role == "prompt")
    if kept and not turn.state.greeted:
        turn.state.greeted = True
        turn.says.insert(0, _greeting(turn))


def _asking(turn: Turn) -> bool:
    """Return whether something is asked for in the end: not after a draft was dropped, or people were called."""
    return turn.owner is Owner.BOT and not turn.opted_out and bool(turn.state.asked or turn.state.offer)


def _greeting(turn: Turn) -> Say:
    name = turn.customer.name.split(" ")[0] if turn.customer.name else "none"
    return Say("greeting", {"name": name, "business": turn.directory.business.name}, role="greeting")
