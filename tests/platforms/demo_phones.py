"""The two phones of the demo: what a customer of each fake platform sees, and does."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from datetime import datetime

    from tests.platforms.graph import FakeGraph
    from tests.platforms.graph_world import Customer
    from tests.platforms.telegram import FakeTelegram
    from tests.platforms.telegram_world import Person, Robot

TYPING_SECONDS = 5.0
"""So long Telegram shows that somebody is typing (core.telegram.org/bots/api#sendchataction)."""


@dataclass
class Line:
    """A message on a phone."""

    side: str
    """`customer`, `tap` (which writes nothing), `business`, or `owner`: who types on the business's phone."""
    text: str
    at: datetime
    id: str = ""
    buttons: list[list[str]] = field(default_factory=list)
    """Rows of labels."""
    opener: str = ""
    """What opens the list of rows; "" where there is none."""
    rows: list[tuple[str, str]] = field(default_factory=list)
    """Title and description."""
    ticks: str = ""
    """Of the customer's own: `sent`, `delivered`, `read`."""
    edited: bool = False

    @property
    def choices(self) -> list[str]:
        """All that can be tapped."""
        return [label for row in self.buttons for label in row] + [title for title, _ in self.rows]


class Phone(Protocol):
    """One customer's phone."""

    channel: str
    who: str
    lines: list[Line]

    def look(self) -> None:
        """See what has arrived."""
        ...

    @property
    def typing(self) -> bool:
        """Whether it is shown that an answer is being written."""
        ...

    async def says(self, text: str) -> None:
        """Write."""
        ...

    async def taps(self, label: str, of: str = "") -> None:
        """Tap a choice of a message, or of the newest that has it. Raises LookupError where none has."""
        ...


class _Typing:
    """Shows typing from each sign on, until something arrives or time is up."""

    def __init__(self) -> None:
        self._signs = 0
        self._until = 0.0

    def look(self, signs: int, *, arrived: bool) -> None:
        if signs != self._signs:
            self._signs, self._until = signs, time.monotonic() + TYPING_SECONDS
        if arrived:
            self._until = 0.0

    @property
    def shown(self) -> bool:
        return time.monotonic() < self._until


class TelegramPhone:
    """Somebody who writes to a bot."""

    channel = "telegram"

    def __init__(self, fake: FakeTelegram, robot: Robot, person: Person) -> None:
        """Take the platform, the bot, and whose phone it is."""
        self.fake = fake
        self.robot = robot
        self.person = person
        self.who = person.first_name
        self.lines: list[Line] = []
        self.acts = False
        """Whether what was done last is still being delivered."""
        self._typing = _Typing()

    def look(self) -> None:
        """See what has arrived."""
        known = {one.id: one for one in self.lines}
        shown = self.fake.shown_to(self.person)
        arrived = False
        for one in shown:
            line = known.get(str(one.message_id))
            if line is None:
                line = Line("business", "", one.at, str(one.message_id))
                self.lines.append(line)
                arrived = True
            line.text, line.buttons, line.edited = one.text, one.labels, one.edited
        there = {str(one.message_id) for one in shown}
        self.lines = [one for one in self.lines if one.side != "business" or one.id in there]
        mine = self.fake.methods.typing.count(self.person.id)
        self._typing.look(mine, arrived=arrived)

    @property
    def typing(self) -> bool:
        """Whether it is shown that an answer is being written."""
        return self._typing.shown

    async def says(self, text: str) -> None:
        """Write."""
        line = self._mine(text)
        await self._ticked(line, self.fake.says(self.person, text, bot=self.robot))

    async def taps(self, label: str, of: str = "") -> None:
        """Tap a button: nothing is written, the button shows that it waits until the bot answers."""
        if not any(label in one.choices for one in self.lines if of in {"", one.id}):
            raise LookupError(f"{self.who} sees no {label!r}")
        line = self._mine(label, "tap")
        await self._ticked(line, self.fake.taps(self.person, label, of=int(of) if of else None, bot=self.robot))

    def _mine(self, text: str, side: str = "customer") -> Line:
        line = Line(side, text, self.fake.world.clock.now(), ticks="sent")
        self.lines.append(line)
        return line

    async def _ticked(self, line: Line, deed: Awaitable[dict[str, Any]]) -> None:
        self.acts = True
        try:
            update = await deed
        finally:
            self.acts = False
        taken = any(at == update["update_id"] and 200 <= status < 300 for at, status in self.fake.deliveries)
        line.ticks = "delivered" if taken else "sent"


class WhatsAppPhone:
    """Somebody who writes to a business's number."""

    channel = "whatsapp"

    def __init__(self, fake: FakeGraph, customer: Customer) -> None:
        """Take the platform, and whose phone it is."""
        self.fake = fake
        self.customer = customer
        self.who = customer.name
        self.lines: list[Line] = []
        self._typing = _Typing()
        self._read: set[str] = set()

    def look(self) -> None:
        """See what has arrived."""
        known = {one.id for one in self.lines}
        arrived = False
        for one in self.fake.sent:
            if one.to == self.who and one.id not in known:
                line = Line("business", one.text, one.at or self.fake.clock.now(), one.id)
                titles = [title for _, title in one.choices]
                if one.kind == "list":
                    details = one.details or ("",) * len(titles)
                    line.opener, line.rows = one.opener, list(zip(titles, details, strict=True))
                elif one.kind == "button":
                    line.buttons = [[title] for title in titles]
                self.lines.append(line)
                arrived = True
        heard = set(self.fake.world.read)
        for mine in self.lines:
            if mine.id in heard:
                mine.ticks = "read"
        signs = sum(self.fake.world.heard.get(one) == self.who for one in self.fake.world.typing)
        self._typing.look(signs, arrived=arrived)

    @property
    def typing(self) -> bool:
        """Whether it is shown that an answer is being written."""
        return self._typing.shown

    async def says(self, text: str) -> None:
        """Write, after reading what was there."""
        line = self._mine(text)
        self._reads()
        before = len(self.fake.webhooks.delivered)
        line.id = await self.fake.says(self.customer, text)
        self._ticked(line, before)

    async def taps(self, label: str, of: str = "") -> None:
        """Tap a button or a row: it is sent as a message of one's own."""
        if not any(label in one.choices for one in self.lines if of in {"", one.id}):
            raise LookupError(f"{self.who} sees no {label!r}")
        line = self._mine(label)
        self._reads()
        before = len(self.fake.webhooks.delivered)
        line.id = await self.fake.taps(self.customer, label)
        self._ticked(line, before)

    async def answered_by_owner(self, text: str) -> None:
        """Show what the owner types in the WhatsApp Business app."""
        wamid = await self.fake.echo(self.customer, text)
        self.lines.append(Line("owner", text, self.fake.clock.now(), wamid))

    def _mine(self, text: str) -> Line:
        line = Line("customer", text, self.fake.clock.now(), ticks="sent")
        self.lines.append(line)
        return line

    def _reads(self) -> None:
        """Tell that what was there has been read: with the next delivery, as WhatsApp does."""
        for sent in self.fake.sent:
            if sent.to == self.who and sent.id not in self._read:
                self._read.add(sent.id)
                self.fake.customers.status(self.fake.number, sent, self.customer, "read")

    def _ticked(self, line: Line, before: int) -> None:
        mine = any(line.id.encode() in body for body in self.fake.webhooks.delivered[before:])
        line.ticks = "delivered" if mine else "sent"
