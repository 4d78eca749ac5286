"""Writes down what the bot said and what a turn did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.chat.scene import INDENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dialogs.messages import Outbound

_PLAIN = frozenset({"answered", "booked", "moved", "cancelled", "handed_over", "waiting", "left"})
"""Outcomes that other words of the line already tell."""

_LINK = re.compile(r"http://[^/ ]+(/b/[\w-]+/)[\w-]+")
"""A link to a booking: its code is drawn anew in every run."""


def spoken(message: Outbound, to: str = "") -> list[str]:
    """Return the lines of one platform message; `to` names who reads it where that is not plain."""
    author = "Bot" if message.author == "bot" else message.author
    name = f"{author} (to {to})" if to else author
    first, *rest = _LINK.sub(r"\g<1>…", message.text).split("\n")
    # A blank line would end the entry, so it is drawn.
    lines = [f"{name}: {first}".rstrip(), *(f"{INDENT}{line.rstrip() or '¶'}" for line in rest)]
    if choices := message.buttons or message.rows:
        lines.append(INDENT + " ".join(f"[{label}]" for _, label in choices))
    return lines


def noted(
    stage: str, before: Mapping[str, Any], after: Mapping[str, Any], events: Sequence[str], names: Mapping[str, str]
) -> str:
    """Return the `~` line of a turn.

    Args:
        stage: Where the conversation stands now; "" for what was no turn.
        before: The draft's slots before the turn.
        after: The draft's slots now. Slots that were lost are told only where others are left.
        events: What else happened.
        names: Names of services, staff and places by id.
    """
    slots = [f"{slot}={_value(value, names)}" for slot, value in after.items() if before.get(slot) != value]
    if after:
        slots += [f"-{slot}" for slot in before if slot not in after]
    return INDENT + "~ " + "  ".join(part for part in (stage, " ".join(slots), " ".join(events)) if part)


def outcome_event(outcome: str) -> list[str]:
    """Return the event that an outcome adds to the line."""
    return [] if outcome in _PLAIN else [outcome]


def _value(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, list | tuple):
        return "+".join(_value(one, names) for one in value)
    return names.get(value, value) if isinstance(value, str) else str(value)
