"""The draft: what is known so far, as callers and staff read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dialogs.state import SLOT_NAMES
from dialogs.understanding.commands import ANYONE

if TYPE_CHECKING:
    from dialogs.state import State
    from dialogs.turn import Turn
    from domain.businesses import Directory


def view(turn: Turn) -> dict[str, Any]:
    """Return what a caller of the web chat is shown of the state: stage, expects, draft."""
    state = turn.state
    known = shown(state, turn.directory) if state.form else {}
    return {"stage": state.stage, "expects": expects(state.asked), "draft": known}


def expects(asked: str) -> str | None:
    """Return the slot that is asked for, None where it is something else or nothing."""
    return asked if asked in SLOT_NAMES else None


def shown(state: State, directory: Directory) -> dict[str, Any]:
    """Return slots with names for ids, ISO dates and HH:MM; a range is `first/last`, any member of staff `anyone`."""
    slots = state.slots
    found: dict[str, Any] = {}
    if slots.service:
        found["service"] = ", ".join(directory.service[one].name for one in slots.service if one in directory.service)
    if slots.staff:
        person = directory.person.get(slots.staff)
        found["staff"] = "anyone" if slots.staff == ANYONE else person.name if person else slots.staff
    if slots.place:
        place = directory.place.get(slots.place)
        found["place"] = place.name if place else slots.place
    if slots.date is not None:
        first, last = slots.date.first.isoformat(), slots.date.last.isoformat()
        found["date"] = first if slots.date.exact else f"{first}/{last}"
    if slots.time is not None:
        first = _clock(slots.time.earliest)
        found["time"] = first if slots.time.exact else f"{first}/{_clock(min(slots.time.latest, 1439))}"
    if slots.party_size is not None:
        found["party_size"] = slots.party_size
    if slots.features:
        found["features"] = ", ".join(slots.features)
    found.update({name: value for name in ("name", "phone", "email", "notes") if (value := getattr(slots, name))})
    return found


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"
