"""Commands: all that understanding may yield, and the question it answers. Never an action, never text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date  # noqa: TC003 - msgspec reads the annotations of what the state holds
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from dialogs.messages import Offer
    from dialogs.understanding.catalogue import Catalogue

SlotName = Literal[
    "service", "staff", "place", "date", "time", "party_size", "name", "phone", "email", "notes", "features"
]
ANYONE = "*"
"""The value of the slot `staff` when any member of staff will do."""


@dataclass(frozen=True, slots=True)
class Day:
    """The day that was said: one, or any of an inclusive range ("next week", "the weekend")."""

    first: date
    last: date

    @property
    def exact(self) -> bool:
        """Whether it is one day."""
        return self.first == self.last


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """The start that was said: one minute of the local day, or any of an inclusive range ("after 5", "evening")."""

    earliest: int
    latest: int
    halves: bool = False
    """Said without am or pm ("at 3"): 12 hours later is meant just as well, until opening hours settle it."""
    about: bool = False
    """Said as about ("5ish"): what is near will do."""

    @property
    def exact(self) -> bool:
        """Whether it is one minute."""
        return self.earliest == self.latest


Value = str | int | Day | TimeOfDay


@dataclass(frozen=True, slots=True)
class Set:
    """A slot has this value: service, staff and place as ids (staff may be ANYONE), phone in E.164."""

    slot: SlotName
    value: Value
    certainty: float = 1.0


@dataclass(frozen=True, slots=True)
class Correct:
    """A slot that had a value has this one instead ("actually 4pm", "not Friday, Saturday")."""

    slot: SlotName
    value: Value
    certainty: float = 1.0


@dataclass(frozen=True, slots=True)
class Add:
    """One more value for a list slot ("and a beard trim too")."""

    slot: SlotName
    value: Value


@dataclass(frozen=True, slots=True)
class Remove:
    """A value is no longer wanted ("without the beard trim", "not Friday"); None empties the slot ("another day")."""

    slot: SlotName
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """A value relative to what is known: minutes for `time` ("an hour later"), days for `date` ("the day after").

    People for `party_size` ("two more").
    """

    slot: Literal["date", "time", "party_size"]
    by: int


@dataclass(frozen=True, slots=True)
class Clarify:
    """A slot could have several values: ask which."""

    slot: SlotName
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Invalid:
    """A slot was given a value that cannot be: 31 February, 25:00, a party of 0, a phone that is none."""

    slot: SlotName
    said: str
    reason: str = "impossible"
    """`impossible`, `past`, `unknown` (no such service or person here)."""


@dataclass(frozen=True, slots=True)
class Affirm:
    """Yes."""


@dataclass(frozen=True, slots=True)
class Deny:
    """No."""


@dataclass(frozen=True, slots=True)
class Choose:
    """The option at this index of the offer last shown."""

    index: int


@dataclass(frozen=True, slots=True)
class Start:
    """A new booking is wanted."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Calling off: what is under way, or an existing booking (`booking`, where that was meant clearly)."""

    booking: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """An existing booking should be at another time."""


@dataclass(frozen=True, slots=True)
class JoinWaitlist:
    """To be told when what is not free becomes free."""


@dataclass(frozen=True, slots=True)
class LeaveWaitlist:
    """No longer to wait for anything."""


@dataclass(frozen=True, slots=True)
class AskHuman:
    """A person is wanted."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question, by its topic.

    `hours`, `address`, `prices`, `services`, `staff`, `phone`, `mine` (my bookings), `waitlist` (am I on it?), `bot`
    (are you one?), `help`, `faq` (about: its id), or `unknown`.
    """

    topic: str
    about: str = ""
    """A service's id for prices, an ISO date for hours, a FAQ's id."""


@dataclass(frozen=True, slots=True)
class Seek:
    """Other openings are wanted."""

    way: Literal["earlier", "later", "earliest", "other_day", "other_staff", "more", "one"]
    """`one`: no more than one other."""


@dataclass(frozen=True, slots=True)
class Skip:
    """The question need not be answered."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Say that again."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One moment: what comes next is being thought about."""


@dataclass(frozen=True, slots=True)
class Restart:
    """Begin again from nothing."""


@dataclass(frozen=True, slots=True)
class Greet:
    """Hello."""


@dataclass(frozen=True, slots=True)
class Thank:
    """Thanks."""


@dataclass(frozen=True, slots=True)
class Bye:
    """Goodbye."""


@dataclass(frozen=True, slots=True)
class OptOut:
    """No more messages."""


@dataclass(frozen=True, slots=True)
class OptIn:
    """Messages are welcome again."""


@dataclass(frozen=True, slots=True)
class Complain:
    """Anger or a complaint."""


Command = (
    Set
    | Correct
    | Add
    | Remove
    | Shift
    | Clarify
    | Invalid
    | Affirm
    | Deny
    | Choose
    | Start
    | Cancel
    | Move
    | JoinWaitlist
    | LeaveWaitlist
    | AskHuman
    | Ask
    | Seek
    | Skip
    | Repeat
    | Wait
    | Restart
    | Greet
    | Thank
    | Bye
    | OptOut
    | OptIn
    | Complain
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard, and what is needed to understand it."""

    text: str
    now: datetime
    """When it was sent, in the zone of the place: relative words count from it."""
    catalogue: Catalogue
    """The business's own names, compiled."""
    language: str = ""
    """What the conversation speaks, "" when nothing is known yet."""
    stage: str = "greeting"
    asked: str = ""
    """The slot just asked for; `confirm` for a summary to be confirmed; "" for nothing."""
    offer: Offer | None = None
    slots: Mapping[str, object] = field(default_factory=dict)
    """What is known: for corrections and relations."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood, in the order it was said."""

    commands: tuple[Command, ...]
    language: str
    """What was spoken; "" where nothing was known of it and nothing told it (a figure, an emoji, a name)."""
    certainty: float = 1.0
    """0 where nothing was understood."""


class Understander(Protocol):
    """Anything that turns words into commands: the rules, or a model behind the same question."""

    async def understand(self, heard: Heard) -> Understanding:
        """Return the commands that the words mean; none and certainty 0 where nothing was understood."""
        ...
