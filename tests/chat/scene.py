"""What a transcript consists of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

INDENT = "     "


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: where and when it plays."""

    line: str
    title: str
    business: str
    channel: str
    at: datetime
    zone: str
    needs: frozenset[str] = frozenset()
    """What a channel must have: `buttons`."""
    everywhere: bool = False
    """Whether it runs on all stores and on every channel that has what it needs."""


@dataclass(frozen=True, slots=True)
class Says:
    """Somebody writes."""

    line: str
    person: str
    text: str


@dataclass(frozen=True, slots=True)
class Taps:
    """Somebody taps a choice."""

    line: str
    person: str
    label: str


@dataclass(frozen=True, slots=True)
class Writes:
    """A member of staff writes."""

    line: str
    person: str
    text: str


@dataclass(frozen=True, slots=True)
class Direction:
    """Something happens."""

    line: str
    words: str


Input: TypeAlias = Says | Taps | Writes | Direction


@dataclass(slots=True)
class Beat:
    """What happens before the bot's next word: a burst of one person, or one other thing; then directions meanwhile."""

    inputs: list[Says | Taps] = field(default_factory=list)
    other: Writes | Direction | None = None
    meanwhile: list[Direction] = field(default_factory=list)
    """Directions that take effect while the turn is heard."""

    @property
    def lines(self) -> list[str]:
        """The lines as they were written."""
        every: list[Input] = [*self.inputs, *([self.other] if self.other else []), *self.meanwhile]
        return [one.line for one in every]


@dataclass(slots=True)
class Script:
    """A transcript: its scene, and beats with the lines between them that are kept as they are."""

    header: Header
    parts: list[Beat | str] = field(default_factory=list)
