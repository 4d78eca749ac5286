"""One conversation with the engine on the memory calendar: words, taps or commands in, turns and messages out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bots.seed import bistro, salon
from bots.verticals import FORMS
from dialogs import state as states
from dialogs.engine import Engine, Incoming
from dialogs.fit import fit
from dialogs.messages import Tap, Text
from dialogs.replies import Replies, voice_of
from dialogs.tappable import reply_of
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

    from dialogs.messages import Capabilities, Content, Outbound
    from dialogs.understanding.commands import Command, Heard, Understander
    from domain.businesses import Directory

FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
SALON, BISTRO = salon(), bistro()
TALK = "talk"
REPLIES = Replies()
TOKENS = Tokens(b"the key of a talk")


class Scripted:
    """Understands a message as the commands that were prepared for it."""

    def __init__(self) -> None:
        self.commands: tuple[Command, ...] = ()

    async def understand(self, heard: Heard) -> Understanding:
        return Understanding(self.commands, heard.language or "en", 1.0 if self.commands else 0.0)


class Talk:
    """A customer, a business, and what is remembered of them between turns.

    With a channel's capabilities, what is said is also worded and fitted to it.
    """

    def __init__(
        self,
        directory: Directory = SALON,
        state: bytes | None = None,
        now: datetime = FRIDAY,
        can: Capabilities | None = None,
    ) -> None:
        self.directory = directory
        self.clock = ManualClock(now)
        self.calendar = MemoryStore(self.clock).calendar(directory.business.id)
        self.scripted = Scripted()
        self.raw = state
        self.opted_out = False
        self.owner = Owner.BOT
        self.arrived_with: states.State | None = None
        self.hint = ""
        self.can = can
        self.sent: list[Outbound] = []
        """The platform messages of the last turn."""
        self._catalogue = Catalogue(directory)
        self._rules: Understander = Rules()

    @property
    def state(self) -> states.State:
        return states.load(self.raw)

    async def say(self, *texts: str) -> Turn:
        """Hear words that were sent in one burst."""
        return await self._hear([Text(one) for one in texts], self._rules)

    async def send(self, *contents: Content) -> Turn:
        """Hear whatever else was sent."""
        return await self._hear(contents, self._rules)

    async def mean(self, *commands: Command) -> Turn:
        """Hear a message that means these commands."""
        self.scripted.commands = commands
        return await self._hear([Text("…")], self.scripted)

    async def tap(self, index: int) -> Turn:
        """Hear a tap on one of the options last offered."""
        offer = self.state.offer
        assert offer is not None
        return await self.tap_on(TOKENS.token(TALK, offer.id, index))

    async def tap_on(self, token: str) -> Turn:
        """Hear a tap on something that was shown."""
        return await self._hear([Tap(token)], self._rules)

    def wait(self, time: timedelta) -> None:
        self.clock.advance(time)

    async def _hear(self, contents: Sequence[Content], understander: Understander) -> Turn:
        now = self.clock.now()
        state = self.state
        turn = Turn(
            state=state,
            directory=self.directory,
            form=FORMS[self.directory.business.trade],
            now=now,
            customer=Customer("ana", self.directory.business.id, now, ""),
            channel="webchat",
            owner=self.owner,
            opted_out=self.opted_out,
            arrived_with=self.arrived_with,
            hint=self.hint,
        )
        desk = Desk(self.directory, self.calendar, "bot", new_id(), now, TALK)
        engine = Engine(understander, TOKENS)
        await engine.hear(turn, desk, None, TALK, self._catalogue, [Incoming(one, now) for one in contents])
        await self.calendar.apply(desk.effects)
        self.sent = self._fitted(turn)
        self.raw = states.dump(state)
        self.opted_out = turn.opted_out
        return turn

    def _fitted(self, turn: Turn) -> list[Outbound]:
        """Return the platform messages of a turn."""
        if self.can is None:
            return []
        voice, offer, found = voice_of(turn), turn.state.offer, []
        for worded in REPLIES.compose(turn.says, voice):
            reply = reply_of(worded, offer, TALK, self.can, tokens=TOKENS, replies=REPLIES, voice=voice)
            found += fit(reply, self.can)
        return found


def keys(turn: Turn) -> list[str]:
    """Return what was said, by its keys."""
    return [said.key for said in turn.says]
