"""Booking dialogues, understood turn by turn: `python -m bench.dialogues FILE.jsonl --directory FILE.json`."""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bench.assistant import SLOTS, Assistant
from bots.verticals import FORMS
from dialogs.slots import LATEST, fill
from dialogs.state import State
from dialogs.turn import Turn
from dialogs.understanding import lexicon
from dialogs.understanding.catalogue import Catalogue
from dialogs.understanding.commands import (
    Affirm,
    Choose,
    Clarify,
    Correct,
    Day,
    Deny,
    Heard,
    Invalid,
    Remove,
    Seek,
    Set,
    Shift,
    TimeOfDay,
)
from dialogs.understanding.rules import Rules
from domain.businesses import Business, Directory, Place, Policies, Service, Staff
from domain.customers import Customer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dialogs.forms import Form
    from dialogs.understanding.commands import Understanding

ZONE = ZoneInfo("America/Los_Angeles")
TRADES = {"table": "restaurant", "appointment": "salon"}
USUAL_PARTY = 2
"""A table that nobody counts people for."""
RULES = Rules()
_CHANGES = (Set, Correct, Shift, Remove, Clarify, Invalid)
"""A correction goes before a yes said with it, as in the stage `confirming`."""


class Broken(Exception):
    """A file is not what the format says; the message names the line."""


def set_aside(dialogue_id: str) -> bool:
    """Return whether a dialogue is of the third that nobody who writes rules has read."""
    return hashlib.sha256(dialogue_id.encode()).digest()[0] % 3 == 0


@dataclass(slots=True)
class Understood:
    """One turn as it was understood."""

    goal: dict[str, Any]
    seconds: float
    understood: Understanding


@dataclass(slots=True)
class Score:
    """What is counted over some dialogues."""

    turns: int = 0
    right: int = 0
    changed: int = 0
    changed_right: int = 0
    bookings: int = 0
    exact: int = 0
    unspelled: int = 0
    exact_unspelled: int = 0
    slots: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def line(self) -> dict[str, Any]:
        """Return the scores as they are printed."""
        return {
            "joint_goal_accuracy": _share(self.right, self.turns),
            "changed_turn_accuracy": _share(self.changed_right, self.changed),
            "exact_bookings": _share(self.exact, self.bookings),
            "exact_unspelled": _share(self.exact_unspelled, self.unspelled),
            "turns": self.turns,
            "bookings": self.bookings,
        }

    def by_slot(self) -> dict[str, dict[str, float | None]]:
        """Return precision and recall of each slot."""
        found = {}
        for slot in SLOTS:
            right, wrong, missed = (self.slots[slot, kind] for kind in ("right", "wrong", "missed"))
            found[slot] = {"precision": _share(right, right + wrong), "recall": _share(right, right + missed)}
        return found


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


class Businesses:
    """The businesses of a directory file, compiled once each."""

    def __init__(self, configured: dict[str, Any]) -> None:
        """Take the file: service to `providers` and `places`."""
        self._configured = configured
        self._made: dict[tuple[str, str], Catalogue] = {}

    def catalogue(self, service: str, kind: str) -> Catalogue:
        """Return the catalogue of a service run as a trade. Raises Broken where the file does not have it."""
        known = self._made.get((service, kind))
        if known is None:
            if service not in self._configured:
                raise Broken(f"the directory has no service {service!r}")
            if kind not in TRADES:
                raise Broken(f"kind is {kind!r}, not one of {', '.join(TRADES)}")
            known = self._made[service, kind] = Catalogue(_directory(service, kind, self._configured[service]))
        return known


def _directory(service: str, kind: str, configured: dict[str, Any]) -> Directory:
    table = kind == "table"
    names = configured["places"] or [service]
    return Directory(
        business=Business(
            service,
            service.lower(),
            service,
            TRADES[kind],
            "USD",
            "US",
            ("en",),
            Policies(horizon_days=400, party_limit=99),
        ),
        places=tuple(Place(name, name, str(ZONE)) for name in names),
        services=(Service(service, "Table" if table else "Appointment", 60, needs="table" if table else "staff"),),
        staff=tuple(Staff(name, name, (service,)) for name in configured["providers"]),
        resources=(),
        hours=(),
    )


def understand(dialogue: dict[str, Any], catalogue: Catalogue) -> list[Understood]:
    """Return what is understood after each turn; of a turn only what the bot said and the words are looked at."""
    form = FORMS[catalogue.directory.business.trade]
    now = datetime.fromisoformat(dialogue["today"]).replace(hour=9, tzinfo=ZONE)
    state = State(form="book", language="en")
    state.slots.service = [catalogue.directory.services[0].id]
    assistant = Assistant()
    usual: dict[str, Any] = {"date": Day(now.date(), now.date())}
    if form.table:
        usual["party_size"] = USUAL_PARTY
    found = []
    for turn in dialogue["turns"]:
        assistant.say(turn["bot_acts"], state, usual)
        heard = Heard(
            turn["user"],
            now,
            catalogue,
            language=state.language,
            stage=assistant.stage,
            asked=state.asked,
            offer=state.offer,
            slots={**state.slots.known(), **assistant.summary},
        )
        began = time.perf_counter()
        understood = RULES.read(heard)
        took = time.perf_counter() - began
        _apply(state, understood, assistant, catalogue.directory, form, now)
        settled = goal(state, form)
        if assistant.any_day:
            settled.setdefault("date", "dontcare")
        found.append(Understood(settled, took, understood))
    return found


def _apply(
    state: State, understood: Understanding, assistant: Assistant, directory: Directory, form: Form, now: datetime
) -> None:
    """Do with the commands what the stages do: a choice and a yes become slots, then the slots are filled."""
    commands: list[Any] = []
    agreed = any(isinstance(one, Affirm) for one in understood.commands) and not any(
        isinstance(one, Deny) for one in understood.commands
    )
    for one in understood.commands:
        if isinstance(one, Choose) and state.offer is not None:
            option = state.offer.options[one.index]
            if option.value == "yes":
                agreed = True
            else:
                commands += assistant.meaning(option)
        else:
            if isinstance(one, Seek) and one.way == "earliest":
                assistant.any_day = True
            commands.append(one)
    if agreed and state.offer is not None and len(state.offer.options) == 1:
        commands = [*assistant.meaning(state.offer.options[0]), *commands]
    elif agreed and assistant.summary and not any(isinstance(one, _CHANGES) for one in commands):
        for slot, value in assistant.summary.items():
            setattr(state.slots, slot, value)
    turn = Turn(
        state=state, directory=directory, form=form, now=now, customer=Customer("nobody", directory.business.id, now)
    )
    turn.rest = commands
    asked, offer = state.asked, state.offer
    fill(turn)
    state.asked, state.offer = asked, offer  # what is asked next is up to the other assistant


def goal(state: State, form: Form) -> dict[str, Any]:
    """Return the slots that are settled, in the words of the file."""
    slots = state.slots
    found: dict[str, Any] = {}
    if slots.staff and slots.staff != "*":
        found["provider"] = slots.staff
    if slots.place:
        found["place"] = slots.place
    if slots.party_size:
        found["party_size"] = slots.party_size
    if slots.date is not None:
        found["date"] = slots.date.first.isoformat()
    minute = None if slots.time is None else _usual(slots.time, form)
    if minute is not None:
        found["time"] = f"{minute // 60 % 24:02}:{minute % 60:02}"
    return found


def _usual(said: TimeOfDay, form: Form) -> int | None:
    """Return the minute that is meant where no opening hours settle it: in the usual hours of the trade.

    Of "after 5" and "by 5" it is the hour that was named; a part of the day alone is no time yet.
    """
    if (said.earliest, said.latest) in lexicon.load("en", form.trade).parts.values():
        return None
    if said.exact or said.latest >= 1439:
        minute = said.earliest
    elif said.earliest == 0:
        minute = said.latest
    else:
        return None
    first, last = form.usual
    if said.halves and not first <= minute < last and minute + 720 < LATEST:
        return minute + 720
    return minute


def _booked(booking: dict[str, Any], understood: dict[str, Any], dialogue: dict[str, Any]) -> bool:
    """Return whether all that was booked was understood, with the two defaults of the format."""
    known = dict(understood)
    known.setdefault("date", dialogue["today"])
    if dialogue["kind"] == "table":
        known.setdefault("party_size", USUAL_PARTY)
    return all(
        known.get(slot) == value
        for slot, value in booking.items()
        if slot in SLOTS and (slot, value) != ("date", "dontcare")
    )


def _spelled_out(booking: dict[str, Any], turn: dict[str, Any]) -> bool:
    """Return whether the assistant said everything that was booked in its own CONFIRM acts just before."""
    said = {act["slot"]: str(act["values"][0]) for act in turn["bot_acts"] if act["act"] == "CONFIRM" and act["values"]}
    return all(said.get(slot) == str(value) for slot, value in booking.items() if slot in SLOTS)


def measure(dialogue: dict[str, Any], found: Sequence[Understood], score: Score) -> list[dict[str, Any]]:
    """Add what was understood of a dialogue to a score; returns its misses."""
    misses = []
    before: dict[str, Any] = {}
    was_right = True
    for at, (turn, heard) in enumerate(zip(dialogue["turns"], found, strict=True)):
        wanted = turn["goal"]
        right = heard.goal == wanted
        score.turns += 1
        score.right += right
        if wanted != before:
            score.changed += 1
            score.changed_right += right
        before = wanted
        score.seconds.append(heard.seconds)
        for slot in SLOTS:
            have, want = heard.goal.get(slot), wanted.get(slot)
            score.slots[slot, "right"] += want is not None and have == want
            score.slots[slot, "wrong"] += have is not None and have != want
            score.slots[slot, "missed"] += want is not None and have != want
        if not right:
            misses.append(
                {
                    "id": dialogue["id"],
                    "turn": at,
                    "first": was_right,
                    "bot": turn["bot"],
                    "user": turn["user"],
                    "missing": {k: v for k, v in wanted.items() if heard.goal.get(k) != v},
                    "invented": {k: v for k, v in heard.goal.items() if wanted.get(k) != v},
                    "commands": [str(one) for one in heard.understood.commands],
                }
            )
        was_right = right
    for booking in dialogue["bookings"]:
        at = booking["after_turn"]
        exact = _booked(booking, found[at].goal, dialogue)
        score.bookings += 1
        score.exact += exact
        if not _spelled_out(booking, dialogue["turns"][at]):
            score.unspelled += 1
            score.exact_unspelled += exact
    return misses


def _check(dialogue: dict[str, Any]) -> None:
    """Raise Broken or ValueError for what is no dialogue."""
    _has("the dialogue", dialogue, "id", "kind", "service", "today", "turns", "bookings")
    date.fromisoformat(dialogue["today"])
    for at, turn in enumerate(dialogue["turns"]):
        _has(f"turn {at}", turn, "bot", "bot_acts", "user", "goal")
        for act in turn["bot_acts"]:
            _has(f"an act of turn {at}", act, "act", "slot", "values")
    for booking in dialogue["bookings"]:
        _has("a booking", booking, "after_turn")
        if not 0 <= booking["after_turn"] < len(dialogue["turns"]):
            raise Broken(f"a booking is after turn {booking['after_turn']}, which there is not")


def _has(what: str, found: dict[str, Any], *names: str) -> None:
    missing = [name for name in names if name not in found]
    if missing:
        raise Broken(f"{what} lacks {', '.join(missing)}")


def read(paths: Sequence[Path]) -> Iterable[dict[str, Any]]:
    """Return the dialogues of files. Raises Broken for a line that is none."""
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                dialogue = json.loads(line)
                _check(dialogue)
            except (ValueError, TypeError, Broken) as error:
                raise Broken(f"{path.name}, line {number}: {error}") from error
            yield dialogue


def main(arguments: Sequence[str] | None = None) -> None:
    """Understand the dialogues of files and print one JSON line of scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--directory", required=True, type=Path, metavar="FILE.json")
    parser.add_argument("--misses", action="store_true", help="print what was missed, of the part that may be read")
    parser.add_argument("--all", action="store_true", help="with --misses: also of the part set aside")
    chosen = parser.parse_args(arguments)
    try:
        scores = run(chosen.files, chosen.directory, misses=chosen.misses, everything=chosen.all)
    except (Broken, OSError, json.JSONDecodeError) as error:
        sys.exit(f"bench.dialogues: {error}")
    print(json.dumps(scores))


def run(files: Sequence[Path], directory: Path, *, misses: bool = False, everything: bool = False) -> dict[str, Any]:
    """Return the scores of files, over all and of the two parts."""
    businesses = Businesses(json.loads(directory.read_text(encoding="utf-8")))
    whole, seen, unseen = Score(), Score(), Score()
    for dialogue in read(files):
        catalogue = businesses.catalogue(dialogue["service"], dialogue["kind"])
        found = understand(dialogue, catalogue)
        missed = measure(dialogue, found, whole)
        aside = set_aside(dialogue["id"])
        measure(dialogue, found, unseen if aside else seen)
        if misses and (everything or not aside):
            for miss in missed:
                if miss["first"]:
                    print(json.dumps(miss, ensure_ascii=False), file=sys.stderr)
    times = sorted(whole.seconds)
    return {
        **whole.line(),
        "slots": whole.by_slot(),
        "ms_per_turn_median": round(statistics.median(times) * 1000, 4) if times else None,
        "ms_per_turn_p99": round(times[int(len(times) * 0.99)] * 1000, 4) if times else None,
        "seen": seen.line(),
        "unseen": unseen.line(),
    }


if __name__ == "__main__":
    main()
