"""A turn while it is heard: what is known, what was said, and what is to be written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from zoneinfo import ZoneInfo

from dialogs.messages import Offer, Say
from domain import handoff
from domain.conversations import Owner
from domain.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime

    from dialogs.forms import Form
    from dialogs.messages import Fact, Option, Role
    from dialogs.offers import Pick, Resume
    from dialogs.state import State
    from dialogs.understanding.commands import Command
    from domain.bookings import Booking
    from domain.businesses import Directory, Place
    from domain.customers import Customer
    from domain.handoff import Alarm

Kind = TypeVar("Kind")


@dataclass(slots=True)
class Turn:
    """One turn of one conversation."""

    state: State
    directory: Directory
    form: Form
    now: datetime
    """When it is heard, aware UTC."""
    customer: Customer
    """As far as known; a new one has no name yet."""
    channel: str = ""
    owner: Owner = Owner.BOT
    reason: str = ""
    """Why it was handed over."""
    opted_out: bool = False
    says: list[Say] = field(default_factory=list)
    rest: list[Command | Pick | Resume] = field(default_factory=list)
    """Commands of the message in hand that nobody has answered yet."""
    changed: set[str] = field(default_factory=set)
    """Slots that the message in hand changed."""
    base: Booking | None = None
    """The booking that is spoken of: what "an hour later" counts from where nothing else is known."""
    refused: bool = False
    """The message in hand had a value that cannot be; it was said why."""
    log: list[str] = field(default_factory=list)
    """Names of all commands heard."""
    certainty: float = 1.0
    outcome: str = "answered"
    alternatives: int = 0
    alarms: list[Alarm] = field(default_factory=list)
    cancelled_alarms: list[str] = field(default_factory=list)
    made: Booking | None = None
    """The booking that this turn made, moved or cancelled."""
    unseen: bool = False
    """The summary changed in this very turn: the customer has not read it yet, so a yes cannot be meant for it."""
    arrived_with: State | None = None
    """What was begun elsewhere, where a link from there opened this conversation."""
    hint: str = ""
    """What the app of whoever wrote speaks (ISO 639-1), "" where the platform does not tell."""
    retry: bool = False
    """It is heard again, because an opening was taken meanwhile: what is kept must be looked at anew."""

    @property
    def place(self) -> Place:
        """The place that is spoken of: the chosen one, else the first."""
        return self.directory.place.get(self.state.slots.place) or self.directory.places[0]

    @property
    def zone(self) -> ZoneInfo:
        """The zone of that place."""
        return ZoneInfo(self.place.zone)

    @property
    def local(self) -> datetime:
        """The present moment in that zone."""
        return self.now.astimezone(self.zone)

    def say(
        self,
        key: str,
        facts: dict[str, Fact] | None = None,
        *,
        role: Role = "answer",
        card: dict[str, Any] | None = None,
        **more: Fact,
    ) -> None:
        """Say a sentence."""
        self.says.append(Say(key, {**(facts or {}), **more}, role=role, card=card))

    def ask(
        self,
        asked: str,
        key: str,
        options: list[Option] | None = None,
        kind: str = "",
        facts: dict[str, Fact] | None = None,
    ) -> None:
        """Ask for something, with choices; it becomes the offer that the next message may answer."""
        self.state.asked = asked
        self.state.offer = Offer(new_id()[-10:], kind or asked, options) if options else None
        self.says.append(Say(key, facts or {}, list(options or ()), "prompt"))

    def take(self, *kinds: type[Kind]) -> list[Kind]:
        """Remove the commands of these kinds from the rest, and return them."""
        taken = [one for one in self.rest if isinstance(one, kinds)]
        if taken:
            self.rest = [one for one in self.rest if not isinstance(one, kinds)]
        return cast("list[Kind]", taken)

    def hand_over(self, reason: str) -> bool:
        """Put the conversation into the queue of people; where there is nobody, say how they can be reached instead."""
        change = handoff.handed_over(self.owner, self.directory.business.policies, self.now, reason)
        if change is None:
            self.say("nobody-here", phone=self.place.phone or "none", email=self.place.email or "none")
            return False
        self.owner, self.reason, self.outcome = change.owner, change.reason, "handed_over"
        self.alarms += change.alarms
        self.cancelled_alarms += change.cancelled
        return True
