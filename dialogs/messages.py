"""What is heard and what is said: the typed words between channels, engine and replies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from domain.money import Money


@dataclass(frozen=True, slots=True)
class Text:
    """Words that a customer wrote or spoke."""

    text: str


@dataclass(frozen=True, slots=True)
class Tap:
    """A choice that a customer tapped, by its opaque token."""

    token: str


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Something that the engine cannot hear: a picture, a sticker, a voice note without a transcript."""

    kind: str


@dataclass(frozen=True, slots=True)
class Due:
    """A timer of this conversation ran out."""

    kind: str
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HandedBack:
    """Staff gave the conversation back to the bot."""

    by: str = ""
    note: str = ""


Content = Text | Tap | Unsupported | Due | HandedBack


@dataclass(frozen=True, slots=True)
class Moment:
    """A start, as replies word it: in the zone of its place."""

    at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A wall time without a date: minute of the day."""

    minute: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Several things in a row, joined as the language joins them ("a, b and c")."""

    items: tuple[Fact, ...]
    either: bool = False
    """Joined by "or" instead of "and"."""


@dataclass(frozen=True, slots=True)
class WeekHours:
    """Opening hours of a week: (first weekday, last weekday, ranges in minutes of the day), Monday being 0."""

    days: tuple[tuple[int, int, tuple[tuple[int, int], ...]], ...]


@dataclass(frozen=True, slots=True)
class Priced:
    """A service with what it costs and how long it takes, as a price list shows it."""

    name: str
    minutes: int
    price: Money | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a sentence that is part of another: a key of the locale's replies, with its own facts."""

    key: str
    facts: dict[str, Fact] = field(default_factory=dict)


Fact = str | int | date | Money | Moment | ClockTime | Listing | WeekHours | Priced | Phrase
"""What a sentence may speak of. Worded by `dialogs.replies` in the customer's language."""

Role = Literal["answer", "context", "prompt", "notice", "greeting"]


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be chosen. Small, because the last offer lives in the state."""

    value: str
    """What choosing it means: `yes`, a service's id, a start with its staff; opaque to understanding."""
    label: str
    """What is shown; for openings it is worded by replies from the fields below."""
    day: str = ""
    """ISO date of an opening, in the place's zone."""
    minute: int = -1
    """Minute of the day of an opening, -1 for other choices."""
    words: tuple[str, ...] = ()
    """Other names of it."""


@dataclass(slots=True)
class Offer:
    """The choices last shown."""

    id: str
    kind: str
    """`openings`, `services`, `staff`, `places`, `bookings`, `confirm`, `dates`, `forms`, …"""
    options: list[Option]


@dataclass(slots=True)
class Say:
    """Something to be said: a key of the locale's replies, with facts, never text."""

    key: str
    facts: dict[str, Fact] = field(default_factory=dict)
    choices: list[Option] = field(default_factory=list)
    role: Role = "answer"
    """`prompt` asks for what comes next (only the last of a turn is kept, with its `context`); `notice` is owed."""
    card: dict[str, Any] | None = None
    """The booking that pages show with it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A worded `Say`: text, and (token, label) of what can be tapped."""

    text: str
    choices: tuple[tuple[str, str], ...] = ()
    notice: bool = False
    card: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can show."""

    text_limit: int = 4096
    """In units of `text_unit`."""
    text_unit: Literal["chars", "bytes", "utf16"] = "chars"
    buttons: int = 0
    """How many choices fit under a message as buttons; 0 is none."""
    button_label: int = 20
    list_rows: int = 0
    """How many choices fit in a list message; 0 is none."""
    row_label: int = 24
    window: int = 0
    """Hours in which free text may be sent after the customer's last message; 0 is always."""
    cards: bool = False
    """Whether a booking can be shown as a card."""
    quiet_ms: int = 700
    """How long to wait for the rest of a burst of messages."""


@dataclass(frozen=True, slots=True)
class Outbound:
    """One platform message, fitted to its channel. It is what an outbox row carries, as JSON."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    """(token, label) shown as buttons."""
    rows: tuple[tuple[str, str], ...] = ()
    """(token, label) shown as a list."""
    card: dict[str, Any] | None = None
    author: str = "bot"
