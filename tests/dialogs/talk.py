"""One conversation with the engine on the memory calendar: words or commands in, turns out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bots.seed import bistro, salon
from bots.verticals import FORMS
from dialogs import state as states
from dialogs.engine import Engine, Incoming
from dialogs.messages import Tap, Text
from dialogs.tokens import Tokens
from dialogs.turn import Turn
from dialogs.understanding.catalogue import Catalogue
from dialogs.understanding.commands import Understanding
from dialogs.understanding.rules import Rules
from domain.clock import ManualClock
from domain.conversations import Owner
from domain.customers import Customer
from domain.desk import Desk
from domain.ids import new_id
from storage.memory import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from dialogs.understanding.commands import Command, Heard, Understander
    from domain.businesses import Directory

FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
SALON, BISTRO = salon(), bistro()
TALK = "talk"


class Scripted:
    """Understands a message as the commands that were prepared for it."""

    def __init__(self) -> None:
        self.commands: tuple[Command, ...] = ()

    async def understand(self, heard: Heard) -> Understanding:
        return Understanding(self.commands, heard.language or "en", 1.0 if self.commands else 0.0)


class Talk:
    """A customer, a business, and what is remembered of them between turns."""

    def __init__(self, directory: Directory = SALON, state: bytes | None = None, now: datetime = FRIDAY) -> None:
        self.directory = directory
        self.clock = ManualClock(now)
        self.calendar = MemoryStore(self.clock).calendar(directory.business.id)
        self.scripted = Scripted()
        self.raw = state
        self.opted_out = False
        self._catalogue = Catalogue(directory)
        self._tokens = Tokens(b"the key of a talk")
        self._rules: Understander = Rules()

    @property
    def state(self) -> states.State:
        return states.load(self.raw)

    async def say(self, *texts: str) -> Turn:
        """Hear words that were sent in one burst."""
        return await self._hear([Text(one) for one in texts], self._rules)

    async def mean(self, *commands: Command) -> Turn:
        """Hear a message that means these commands."""
        self.scripted.commands = commands
        return await self._hear([Text("…")], self.scripted)

    async def tap(self, index: int) -> Turn:
        """Hear a tap on one of the options last offered."""
        offer = self.state.offer
        assert offer is not None
        return await self._hear([Tap(self._tokens.token(TALK, offer.id, index))], self._rules)

    def wait(self, time: timedelta) -> None:
        self.clock.advance(time)

    async def _hear(self, contents: Sequence[Text | Tap], understander: Understander) -> Turn:
        now = self.clock.now()
        state = self.state
        turn = Turn(
            state=state,
            directory=self.directory,
            form=FORMS[self.directory.business.trade],
            now=now,
            customer=Customer("ana", self.directory.business.id, now, ""),
            channel="webchat",
            owner=Owner.BOT,
            opted_out=self.opted_out,
        )
        desk = Desk(self.directory, self.calendar, "bot", new_id(), now, TALK)
        engine = Engine(understander, self._tokens)
        await engine.hear(turn, desk, None, TALK, self._catalogue, [Incoming(one, now) for one in contents])
        await self.calendar.apply(desk.effects)
        self.raw = states.dump(state)
        self.opted_out = turn.opted_out
        return turn


def keys(turn: Turn) -> list[str]:
    """Return what was said, by its keys."""
    return [said.key for said in turn.says]
