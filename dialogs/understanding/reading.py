"""A reading: what the phrases of one message say, collected slot by slot before it is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dialogs.understanding.commands import Ask, Invalid

if TYPE_CHECKING:
    from dialogs.understanding.commands import Command, Heard, SlotName
    from dialogs.understanding.phrases import Match, Phrases

SURE, SPELLED, GUESSED = 1.0, 0.8, 0.6
"""Certainty of what was said outright, of what was mistyped, of what was taken for it."""


@dataclass(slots=True)
class Said:
    """A value that was said for a slot."""

    slot: SlotName
    value: Any
    at: int
    """The word where it was said."""
    certainty: float = SURE
    corrected: bool = False
    """Said after "actually", "I mean"."""
    added: bool = False
    """Said after "also", "and"."""
    either: bool = False
    """Said after "or"."""


class Reading:
    """What one message has said so far."""

    __slots__ = (
        "adding",
        "certainty",
        "commands",
        "correcting",
        "denied",
        "denying",
        "either",
        "figures",
        "heard",
        "known",
        "marks",
        "mine",
        "phrases",
        "picks",
        "rejected",
        "said",
        "taken",
    )

    def __init__(self, heard: Heard, phrases: Phrases) -> None:
        """Begin with nothing."""
        self.heard = heard
        self.phrases = phrases
        self.commands: list[tuple[int, Command]] = []
        self.said: list[Said] = []
        self.rejected: list[Said] = []
        """Values that were refused: "not Friday", "without the trim"."""
        self.figures: list[tuple[int, int, str, bool]] = []
        """Numbers that may stand for anything: value, word, what stood with it (`for`, `dom`, ""), whether refused."""
        self.picks: list[tuple[str, Any, int]] = []
        """Descriptions of an option: `first`, `last`, `ord`, `day`, …"""
        self.marks: set[str] = set()
        """Meanings seen that are no commands by themselves."""
        self.mine = 0
        """The word where a booking that there is already was spoken of."""
        self.correcting = False
        self.denying = ""
        self.denied = 0
        """The word behind the last refusal."""
        self.adding = False
        self.either = False
        self.known = {at for match in phrases.matches for at in range(match.start, match.end)}
        """Words that a phrase has explained."""
        self.taken = 0
        """Word up to which a name or the like has been taken."""
        self.certainty = SURE

    def begin(self, at: int) -> None:
        """Come to a phrase: a refusal that has refused nothing before the next sign is over."""
        if not self.denying:
            return
        phrases = self.phrases
        between = range(self.denied, at)
        other = any(one in phrases.unknown and one not in phrases.fuzzy for one in between)
        if other or any(phrases.breaks(one) and (one > self.denied or phrases.words[one] != ",") for one in between):
            self.denying = ""

    def deny(self, how: str, at: int) -> None:
        """Refuse the value that comes next: `not` any of them, `without` a service or a person."""
        self.denying, self.denied = how, at

    def emit(self, at: int, command: Command) -> None:
        """Keep a command, once."""
        if all(command != known for _, known in self.commands):
            self.commands.append((at, command))

    def asks(self) -> bool:
        """Return whether something is asked: by a sign, or by how it begins."""
        return "?" in self.phrases.words or "question" in self.marks or self.has(Ask)

    def has(self, kind: type) -> bool:
        """Return whether a command of a kind is there."""
        return any(isinstance(command, kind) for _, command in self.commands)

    def put(self, slot: SlotName, value: Any, at: int, certainty: float = SURE) -> None:
        """Keep a value, as refused where "not" stood before it."""
        if slot == "party_size" and not self.heard.catalogue.tables:
            return  # who comes along is no slot where nobody is seated
        one = Said(slot, value, at, certainty, self.correcting, self.adding, self.either)
        if self.denying and (self.denying == "not" or slot in {"service", "staff"}):
            self.rejected.append(one)
            self.denying = ""
            return
        self.said.append(one)
        self.either = False
        if slot != "service":
            self.adding = False

    def of(self, slot: SlotName) -> list[Said]:
        """Return the values said for a slot, in order."""
        return [one for one in self.said if one.slot == slot]

    def certainty_of(self, match: Match) -> float:
        """Return how certain a phrase is: less where one of its words was mistyped."""
        fuzzy = self.phrases.fuzzy
        return SPELLED if fuzzy and any(at in fuzzy for at in range(match.start, match.end)) else SURE

    def refuse(self, match: Match, slot: SlotName, reason: str) -> None:
        """Keep that a phrase said what cannot be, without the "on" or "at" before it."""
        start, stops = match.start, self.phrases.lexicon.stops
        while start < match.end - 1 and self.phrases.words[start] in stops:
            start += 1
        self.emit(match.start, Invalid(slot, self.phrases.text(start, match.end), reason))
