"""Plays a transcript, and writes the conversation down again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dialogs import state as states
from dialogs.messages import Tap, Text
from domain.bookings import CancelBooking, MakeBooking, MoveBooking
from domain.ids import conversation_id
from domain.waitlist import ChangeWaitlist, JoinWaitlist
from tests.chat.directions import direct, received
from tests.chat.everywhere import memory
from tests.chat.scene import INDENT, Beat, Taps, Writes
from tests.chat.wire import NAMING
from tests.chat.world import world
from tests.chat.written import noted, outcome_event, spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.base import Message
    from dialogs.messages import Content
    from domain.ports import Commit
    from tests.chat.scene import Script
    from tests.chat.world import OpenStore, World


async def play(script: Script, channel: str = "", open_store: OpenStore = memory) -> str:
    """Play a transcript, on its own channel unless another is named, and return it as it went.

    On another one everything goes through that channel's own reading and writing.
    """
    where = channel or script.header.channel
    async with world(script.header, where, open_store, through=bool(channel)) as opened:
        return await Player(script, opened).play()


class Derailed(AssertionError):
    """The conversation cannot go on as written: what should be tapped or happen is not there."""

    def __init__(self, why: str, so_far: str) -> None:
        super().__init__(f"{why}\n\nThe conversation so far:\n{so_far}")
        self.so_far = so_far


class Player:
    """One run of one transcript."""

    def __init__(self, script: Script, opened: World) -> None:
        self._script = script
        self.app, self.clock, self.store, self.wire = opened.app, opened.clock, opened.store, opened.wire
        self.account, self.directory = opened.account, opened.directory
        self.business = self.account.business_id
        self.names_known = script.header.channel in NAMING
        """What the scene's platform tells of people is part of the scene, wherever it is played."""
        self.zone = ZoneInfo(script.header.zone)
        people = [one.person for part in script.parts if isinstance(part, Beat) for one in part.inputs]
        self.person = people[0] if people else "Ana"
        """Who wrote last."""
        self.offered: dict[str, tuple[tuple[str, str], ...]] = {}
        """(token, label) of what each person can tap now."""
        self.shown: dict[str, list[tuple[str, str]]] = {}
        """All that each person could ever tap."""
        self.last: dict[str, Sequence[Content]] = {}
        self._drafts: dict[str, dict[str, Any]] = {}
        self._owners: dict[str, str] = {}
        self._holds: dict[str, str] = {}
        self._lines: list[str] = []
        self._answered = self.person
        self._names: dict[str, str] = {}
        self.learn_names()

    @property
    def conversation(self) -> str:
        """The conversation of whoever wrote last."""
        return conversation_id(self.account.id, self.person)

    def learn_names(self) -> None:
        """Take the names of what there is now."""
        self._names |= {one.id: one.name.split()[0] for one in self.directory.staff}
        self._names |= {one.id: one.name for one in self.directory.services}
        self._names |= {one.id: one.name for one in self.directory.places}

    @staticmethod
    def utc(moment: datetime) -> datetime:
        """Return a moment in UTC."""
        return moment.astimezone(UTC)

    async def play(self) -> str:
        """Play all parts, and return the transcript."""
        self._lines = [self._script.header.line]
        for part in self._script.parts:
            if isinstance(part, str):
                self._lines.append(part)
                continue
            if not isinstance(part.other, Writes):
                self._lines += part.lines
            try:
                await self._beat(part)
            except AssertionError as error:
                raise Derailed(str(error), "\n".join(self._lines)) from error
        return "\n".join(self._lines) + "\n"

    async def _beat(self, beat: Beat) -> None:
        dies = False
        for direction in beat.meanwhile:
            if direction.words == "the worker dies":
                dies = True
            else:
                await direct(self, direction.words)
        if beat.inputs:
            person = beat.inputs[0].person
            await self.hand_in(person, [self._content(one) for one in beat.inputs])
            if dies:
                await direct(self, "the worker dies")
                return
        elif isinstance(beat.other, Writes):
            await self._staff_writes(beat.other)
        elif beat.other is not None:
            await direct(self, beat.other.words)
        await self.settle()

    def _content(self, said: Any) -> Text | Tap:
        if not isinstance(said, Taps):
            return Text(said.text)
        offered = self.offered.get(said.person, ())
        labels = [label for _, label in offered]
        assert said.label in labels, f"[{said.label}] cannot be tapped, only {labels}"
        token = offered[labels.index(said.label)][0]
        return Text(token) if token.isdecimal() else Tap(token)  # a number is what stands before a line of text

    async def hand_in(self, person: str, contents: Sequence[Content], sent_at: datetime | None = None) -> None:
        """Accept messages of one person at once, as a burst that was claimed together."""
        self.person = person
        self.last[person] = contents
        events = [event for content in contents for event in received(self, person, content, sent_at)]
        await self.app.intake.take(self.wire, self.account.endpoint_id, events)

    async def _staff_writes(self, said: Writes) -> None:
        """A person's own words stand where the customer read them: after being told who writes."""
        await self.app.staff.reply(self.business, self.conversation, said.person, said.text)
        await self.app.delivery.drain()
        for message in self.wire.take():
            same = message.content.text == said.text and message.to == self.person
            self._lines += [said.line] if same else self._spoken(message)
        await self.settle()

    async def settle(self) -> None:
        """Let everything happen that is due now, and write it down."""
        while await self.app.worker.drain() + await self.app.delivery.drain():
            pass
        sent = self.wire.take()
        committed = self.store.mailbox.take()
        of_turns = {outgoing.id for commit, _ in committed for outgoing in commit.outbox}
        for message in sent:
            if message.key not in of_turns:
                self._lines += self._spoken(message)
        await self._tell_owner({commit.conversation.id for commit, _ in committed})
        for commit, again in committed:
            ours = {outgoing.id for outgoing in commit.outbox}
            for message in sent:
                if message.key in ours:
                    self._lines += self._spoken(message)
            self._lines.append(await self._noted(commit, again))

    def _spoken(self, message: Message) -> list[str]:
        content = message.content
        choices = content.buttons or content.rows or self._numbered(content.text)
        if choices:
            self.offered[message.to] = choices
            self.shown.setdefault(message.to, []).extend(choices)
        return spoken(content, to="" if message.to == self.person else message.to)

    @staticmethod
    def _numbered(text: str) -> tuple[tuple[str, str], ...]:
        """Return the choices of a text and what is typed for each: its number, or the number that it is."""
        *_, last = text.split("\n")
        if all(map(str.isdecimal, labels := last.split(" · "))):
            return tuple((label, label) for label in labels)
        lines = [line.partition(". ") for line in text.split("\n")]
        return tuple((number, label) for number, _, label in lines if number.isdecimal())

    async def _tell_owner(self, told: set[str]) -> None:
        """Write down who answers now, where that changed without a turn."""
        conversation = self.conversation
        if conversation in told or conversation not in self._owners:
            return
        now = (await self.store.transcripts(self.business).conversation(conversation)).owner
        if now != self._owners[conversation]:
            self._owners[conversation] = now
            self._lines.append(noted("", {}, {}, [f"owner={now}"], {}))

    async def _noted(self, commit: Commit, again: int) -> str:
        conversation, turn = commit.conversation, commit.turn
        view = json.loads(turn.view)
        events: list[str] = []
        if again:
            events.append("again")
        kept = states.load(commit.state).kept
        if kept is not None and kept.hold_id != self._holds.get(conversation.id):
            events.append("hold")
        self._holds[conversation.id] = kept.hold_id if kept else ""
        events += [await self._booked(effect) for effect in commit.effects if _books(effect)]
        events += [
            f"waitlist={effect.entry.status}"
            for effect in commit.effects
            if isinstance(effect, JoinWaitlist | ChangeWaitlist)
        ]
        if conversation.owner != self._owners.get(conversation.id, "bot"):
            events.append(f"owner={conversation.owner}")
        self._owners[conversation.id] = conversation.owner
        before = self._drafts.get(conversation.id, {})
        after = self._drafts[conversation.id] = view.get("draft") or {}
        return noted(turn.stage_after, before, after, events + outcome_event(turn.outcome), self._names)

    async def _booked(self, effect: Any) -> str:
        """Return what became of a booking, as the store has it."""
        booking = await self.store.calendar(self.business).booking(effect.booking.id)
        if isinstance(effect, MoveBooking):
            assert booking.starts_at == effect.booking.starts_at
            return "booking=moved"
        return f"booking={booking.status}"


def _books(effect: object) -> bool:
    return isinstance(effect, MakeBooking | MoveBooking | CancelBooking)


def only_notes(transcript: str) -> list[str]:
    """Return the `~` lines of a transcript: what must be the same everywhere."""
    return [line.strip() for line in transcript.splitlines() if line.startswith(f"{INDENT}~ ")]
