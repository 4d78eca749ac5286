"""The other assistant: what it said in a booking dialogue, as the state of our own conversation would hold it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from dialogs import offers
from dialogs.messages import Offer, Option
from dialogs.understanding.commands import Day, Set, TimeOfDay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialogs.state import State

SLOTS = ("date", "time", "party_size", "provider", "place")
"""Slots of the file."""
OURS = {"provider": "staff"}
"""What is called otherwise here; the rest have the same names."""


class Assistant:
    """Translates `bot_acts`, one turn after another.

    | act | becomes |
    |---|---|
    | REQUEST | `asked`: the slot; of several the first that this product knows |
    | OFFER of a provider or place | an offer of one option, a suggestion; what belongs together is chosen together |
    | OFFER of a day or time | an offer of one opening |
    | CONFIRM | the summary: `asked` is `confirm`, and what it says counts as known, not yet as settled |
    | OFFER_INTENT | "shall I book it?": an offer with the one option to book |
    | NOTIFY_SUCCESS, NOTIFY_FAILURE | nothing is asked and nothing offered any more |
    | INFORM, INFORM_COUNT, REQ_MORE, GOODBYE | an answer beside: what was asked and offered stays |
    """

    def __init__(self) -> None:
        """Begin with nothing said."""
        self.stage = "greeting"
        self.summary: dict[str, Any] = {}
        """What the summary to be confirmed says, by our slots."""
        self._together: dict[str, list[Any]] = {}
        self.any_day = False
        """Whether the customer would take any day, the earliest that there is; the file writes it `dontcare`."""

    def say(self, acts: Sequence[dict[str, Any]], state: State, usual: dict[str, Any]) -> None:
        """Let the state be as it would be after the assistant said this.

        Args:
            acts: what it said.
            state: of our conversation; `asked` and `offer` are changed.
            usual: what a summary says of slots that nobody has spoken of: today, and of a table two people.
        """
        by_kind: dict[str, dict[str, str]] = {}
        for act in acts:
            by_kind.setdefault(act["act"], {})[act["slot"]] = str(act["values"][0]) if act["values"] else ""
        self.summary = {}
        if not acts:
            return
        self.stage = "collecting"
        if "CONFIRM" in by_kind:
            self.stage = "confirming"
            said = dict(filter(None, (_value(slot, one) for slot, one in by_kind["CONFIRM"].items())))
            known = state.slots.known()
            self.summary = {**{slot: value for slot, value in usual.items() if slot not in known}, **said}
            state.asked = "confirm"
            state.offer = Offer("summary", "confirm", [offers.YES, offers.CHANGE])
            return
        if "OFFER" in by_kind:
            state.offer = self._offer(by_kind["OFFER"])
            state.asked = {"openings": "time"}.get(state.offer.kind, "") if state.offer else ""
        elif "NOTIFY_SUCCESS" in by_kind or "NOTIFY_FAILURE" in by_kind:
            self.stage = "closed"
            state.asked, state.offer = "", None
        elif "OFFER_INTENT" in by_kind:
            state.asked = ""
            state.offer = Offer("intent", "forms", [Option("do:book", "")])
        if "REQUEST" in by_kind:
            known = [OURS.get(slot, slot) for slot in by_kind["REQUEST"] if slot in SLOTS]
            state.asked = known[0] if known else ""
            if "OFFER" not in by_kind:
                state.offer = None

    def _offer(self, said: dict[str, str]) -> Offer | None:
        """Return a suggestion of somebody, somewhere, at some time: one option, chosen as a whole."""
        values = dict(filter(None, (_value(slot, one) for slot, one in said.items())))
        if not values:
            return None
        self._together = {"all": [Set(slot, value) for slot, value in values.items()]}
        day, clock = values.get("date"), values.get("time")
        staff, place = values.get("staff", ""), values.get("place", "")
        if day or clock:
            option = Option(
                "at:",
                "",
                day.first.isoformat() if day else "",
                clock.earliest if clock else -1,
                (staff,) if staff else (),
            )
            return Offer("suggestion", "openings", [option])
        if staff:
            return Offer("suggestion", "staff", [Option(f"staff:{staff}", staff)])
        if place:
            return Offer("suggestion", "place", [Option(f"place:{place}", place)])
        return None

    def meaning(self, option: Option) -> list[Any]:
        """Return what choosing an option means."""
        if option.value == "do:book":
            return []
        return list(self._together["all"]) if self._together else list(offers.meaning(option))


def _value(slot: str, said: str) -> tuple[str, Any] | None:
    """Return one of our slots with its value, None for what this product has no slot for."""
    if slot not in SLOTS or not said:
        return None
    ours = OURS.get(slot, slot)
    if slot == "date":
        try:
            on = date.fromisoformat(said)
        except ValueError:
            return None
        return ours, Day(on, on)
    if slot == "time":
        hours, minutes = said.split(":")
        minute = int(hours) * 60 + int(minutes)
        return ours, TimeOfDay(minute, minute)
    if slot == "party_size":
        return ours, int(said)
    return ours, said
