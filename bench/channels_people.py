"""Customers of the channels bench: they book, correct, move and cancel by words and taps, some until staff step in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.channels_mail import Person, echo, telegram, whatsapp
from bench.stores import document
from domain.ids import control_lane, conversation_id

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime
    from random import Random

    from bench.channels_house import Seat
    from bench.channels_mail import Event, Kind
    from bench.channels_post import Post
    from bench.channels_watch import Platforms, Pulse
    from bench.stores import Tables

MOST_CYCLES = 3
BESIDE = 0.3
"""How often something is said besides, in no particular order."""
TAPPED = 0.7
STEPPED_IN, WROTE_AFTERWARDS = 0.03, 0.1
"""How often staff write in their app before the customer has agreed, and when all is over."""
LOOKS = 60
"""How often a customer looks whether the buttons that were promised are there, before they type."""
QUESTIONS = ("do you take cards?", "where are you?")


@dataclass(slots=True)
class Outcome:
    """What a conversation must have come to."""

    business_id: str
    staff_id: str
    booked: int = 0
    moved: int = 0
    cancelled: int = 0
    standing: datetime | None = None
    """When the booking that stands begins."""
    taken: bool = False
    """Staff have stepped in."""


@dataclass(slots=True)
class Town:
    """What all customers share."""

    post: Post
    pulse: Pulse
    platforms: Platforms
    tables: Tables
    chance: Random
    enough: Callable[[], bool]
    """Whether nobody need write any more."""
    number: Callable[[], int]
    outcomes: dict[str, Outcome]
    """By conversation."""


class Customer:
    """One person in one chat with one business."""

    def __init__(self, town: Town, seat: Seat) -> None:
        """Take a seat, and choose how to write."""
        chance, number = town.chance, town.number()
        self._town, self._seat = town, seat
        self._box = chance.choice(seat.boxes)
        phone, user = f"35191{number:08}", f"PT.{number:012}"
        name = f"Ana Sousa {number}"
        if self._box.channel == "telegram":
            self._ways = [Person(name, user=str(10_000_000 + number))]
        else:
            both, by_phone, by_user = Person(name, phone, user), Person(name, phone), Person(name, user=user)
            self._ways = chance.choice(([both], [by_phone], [by_user], [by_phone, both], [both, by_user]))
        first = self._ways[0]
        self.lane = conversation_id(self._box.account_id, first.user or first.phone)
        self._said: list[int] = []
        self._asked = False
        """Whether a time is held or booked."""
        self.outcome = town.outcomes[self.lane] = Outcome(seat.boxes[0].business_id, seat.staff_id)

    async def play(self) -> bool:
        """Play until nothing is left to do or nobody need write any more; returns whether the seat is free again."""
        for step in self._script():
            if self._town.enough():
                break
            await step()
            if self.outcome.taken:
                break
        self._town.platforms.shown.pop(self.lane, None)
        return not self._asked

    def _script(self) -> list[Callable[[], Awaitable[None]]]:
        steps: list[Callable[[], Awaitable[None]]] = [lambda: self._say("hi", beside=False), self._introduce]
        for _ in range(self._town.chance.randint(1, MOST_CYCLES)):
            steps += [
                lambda: self._say(f"I want to book a haircut with {self._seat.staff}"),
                self._ask,
                lambda: self._say(f"actually make it {self._seat.text(1)}"),
                self._step_in,
                self._book,
                lambda: self._say(f"can I move it to {self._seat.text(2)}?"),
                self._move,
                lambda: self._say(self._town.chance.choice(QUESTIONS)),
                lambda: self._say("cancel my booking"),
                self._cancel,
            ]
        return [*steps, self._afterwards]

    async def _introduce(self) -> None:
        """Say two things, whichever is first."""
        two = [self._words("my name is John Smith"), self._words("my email is john.smith@example.com")]
        self._town.chance.shuffle(two)
        await self._heard(*two)

    async def _ask(self) -> None:
        self._asked = True
        await self._say(f"{self._seat.day.day} {self._seat.day:%B} at {self._seat.text(0)}")

    async def _book(self) -> None:
        await self._agree()
        self.outcome.booked += 1
        self.outcome.standing = self._seat.starts_at(1)

    async def _move(self) -> None:
        await self._agree()
        self.outcome.moved += 1
        self.outcome.standing = self._seat.starts_at(2)

    async def _cancel(self) -> None:
        await self._agree()
        self.outcome.cancelled += 1
        self.outcome.standing = None
        self._asked = False

    async def _step_in(self) -> None:
        """Staff write in their app, perhaps: then what the customer agrees to is not for the bot any more."""
        if self._box.channel == "whatsapp" and self._town.chance.random() < STEPPED_IN:
            await self._staff("I'll see to it myself")
            await self._say("yes", beside=False)

    async def _afterwards(self) -> None:
        if self._box.channel == "whatsapp" and self._town.chance.random() < WROTE_AFTERWARDS:
            await self._staff("Until the next time!")
            await self._say("thanks", beside=False)

    async def _staff(self, text: str) -> None:
        self.outcome.taken = True
        event = echo(self._town.number(), control_lane(self.lane), self._box, self._person, text)
        await self._heard(event)

    async def _say(self, text: str, *, beside: bool = True) -> None:
        """Write, perhaps with something besides that changes nothing."""
        chance = self._town.chance
        events = [self._words(text)]
        if beside and chance.random() < BESIDE:
            events.append(self._words(chance.choice(QUESTIONS)) if chance.random() < 0.5 else self._wordless())
        await self._heard(*events)

    async def _agree(self) -> None:
        """Tap the first button of what was asked last, or write yes."""
        chance = self._town.chance
        token = await self._token() if chance.random() < TAPPED else ""
        if not token:
            await self._say("yes")
            return
        if self._box.channel == "telegram":
            event = self._event("tap", {"data": token})
        else:
            tapped = {"type": "button_reply", "button_reply": {"id": token, "title": "Yes"}}
            event = self._event("tap", {"type": "interactive", "interactive": tapped})
        await self._heard(event, *([self._wordless()] if chance.random() < BESIDE else []))

    async def _token(self) -> str:
        """Return the token of the first button that was shown last, "" where it never reached the customer."""
        query = (
            f"SELECT choices FROM messages WHERE business_id = '{self._box.business_id}' "  # noqa: S608 - our own ids
            f"AND conversation_id = '{self.lane}' AND author = 'bot' ORDER BY seq DESC LIMIT 1"
        )
        rows = await self._town.tables.rows(query)
        choices = document(rows[0][0]) if rows else []
        if not choices:
            return ""
        token: str = choices[0][0]
        for _ in range(LOOKS):
            if token in self._town.platforms.shown.get(self.lane, ()):
                return token
            await self._town.pulse.after()
        return ""

    @property
    def _person(self) -> Person:
        """Return by which ids the platform tells of them this time; the first time is always the same."""
        return self._town.chance.choice(self._ways) if self._said else self._ways[0]

    def _words(self, text: str) -> Event:
        if self._box.channel == "telegram":
            return self._event("message", {"text": text})
        return self._event("message", {"type": "text", "text": {"body": text}})

    def _wordless(self) -> Event:
        """Return something that a person does besides: it is written down and answered with nothing."""
        if self._box.channel == "telegram":
            return self._event("extra", {"text": "hi!", "of": self._said[0]})
        reaction = {"message_id": f"wamid.{self._said[0]:09}", "emoji": "👍"}
        return self._event("extra", {"type": "reaction", "reaction": reaction})

    def _event(self, kind: Kind, said: dict[str, Any]) -> Event:
        person, number = self._person, self._town.number()
        self._said.append(number)
        make = telegram if self._box.channel == "telegram" else whatsapp
        return make(number, kind, self.lane, self._box, person, said)

    async def _heard(self, *events: Event) -> None:
        """Have events delivered in any order, and wait until all were handled."""
        town = self._town
        for event in events:
            town.post.tell(event)
        while not all(event.accepted for event in events):
            await town.pulse.after()
        await town.pulse.after()
        while any(event.lane in town.pulse.pending for event in events):
            await town.pulse.after()
