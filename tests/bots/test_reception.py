"""One turn from claim to commit: what is heard again, what is set aside, and what a customer is told then."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from adapters.base import Received
from bots.application import Application
from bots.reception import MOST_TRIES
from bots.seed import seed
from dialogs.messages import Text
from dialogs.understanding.rules import Rules
from domain.clock import ManualClock
from domain.conversations import Owner
from domain.ids import conversation_id
from domain.ports import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from dialogs.understanding.commands import Heard, Understanding
    from domain.businesses import Account

FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@dataclass
class Salon:
    """The demo salon in memory, and one customer who writes to it."""

    app: Application
    clock: ManualClock
    account: Account
    sent: int = 0
    seen: str = ""
    sender: str = "ana"
    answers: list[str] = field(default_factory=list)

    @property
    def talk(self) -> str:
        return conversation_id(self.account.id, self.sender)

    async def write(self, text: str) -> None:
        self.sent += 1
        event = Received("salon", self.sender, f"{self.sender}-{self.sent}", Text(text), self.clock.now(), wait=True)
        await self.app.intake.take(self.app.channels["webchat"], self.account.endpoint_id, [event])

    async def say(self, text: str) -> str:
        await self.write(text)
        await self.app.worker.drain()
        return await self.read()

    async def read(self) -> str:
        transcripts = self.app.store.transcripts(self.account.business_id)
        lines = await transcripts.messages(self.talk, self.seen)
        if lines:
            self.seen = lines[-1].id
        return "\n".join(line.text for line in lines if line.author in ("bot", "staff"))


def play(story: Callable[[Salon], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        clock = ManualClock(FRIDAY)
        app = Application.in_memory(clock)
        await app.open()
        await seed(app)
        await story(Salon(app, clock, await app.store.directories.account("webchat", "salon")))

    asyncio.run(run())


class Stumbling(Rules):
    """Understands all but one word, over which it falls."""

    async def understand(self, heard: Heard) -> Understanding:
        if "xyzzy" in heard.text:
            raise RuntimeError("a fault of ours")
        return await super().understand(heard)


class Judged:
    """A mailbox whose commits come back with what it was told, before the real one judges."""

    def __init__(self, real: Any, *outcomes: Outcome) -> None:
        self._real, self._outcomes = real, list(outcomes)
        self.heard = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def commit(self, commits: Any) -> Any:
        self.heard += 1
        if self._outcomes:
            return [self._outcomes.pop(0)]
        return await self._real.commit(commits)


def judged(salon: Salon, *outcomes: Outcome) -> Judged:
    mailbox = Judged(salon.app.store.mailbox, *outcomes)

    class Store:
        def __getattr__(self, name: str) -> Any:
            return mailbox if name == "mailbox" else getattr(store, name)

    store = salon.app.store
    salon.app.reception._store = Store()  # type: ignore[assignment]
    return mailbox


def test_a_message_that_cannot_be_heard_is_set_aside_and_the_customer_goes_on() -> None:
    async def story(salon: Salon) -> None:
        salon.app.reception._engine.understander = Stumbling()
        await salon.say("hi")
        await salon.write("xyzzy")
        for _ in range(5):
            await salon.app.worker.drain()
            salon.clock.advance(timedelta(minutes=3))
        assert "went wrong on our side" in await salon.read()
        conversation = await salon.app.store.transcripts(salon.account.business_id).conversation(salon.talk)
        assert (conversation.owner, conversation.reason) == (Owner.QUEUE, "a message could not be heard")
        await salon.app.staff.hand_back(salon.account.business_id, salon.talk, "Rosa")
        await salon.app.worker.drain()
        assert "Which day" in await salon.say("I want a haircut")

    play(story)


def set_aside(salon: Salon) -> Coroutine[Any, Any, None]:
    async def happens() -> None:
        salon.app.reception._engine.understander = Stumbling()
        await salon.say("hi")
        await salon.write("xyzzy")
        for _ in range(5):
            await salon.app.worker.drain()
            salon.clock.advance(timedelta(minutes=2.5))

    return happens()


def test_the_bot_goes_on_when_nobody_comes_to_a_message_that_was_set_aside() -> None:
    async def story(salon: Salon) -> None:
        await set_aside(salon)
        assert "went wrong on our side" in await salon.read()
        salon.clock.advance(timedelta(minutes=5))
        assert await salon.app.clockwork.tick()
        await salon.app.worker.drain()
        assert "so I go on helping you" in await salon.read()
        assert "Which day" in await salon.say("I want a haircut")

    play(story)


def test_where_there_are_no_people_the_bot_keeps_the_conversation() -> None:
    async def story(salon: Salon) -> None:
        directory = await salon.app.store.directories.directory(salon.account.business_id)
        alone = replace(directory.business.policies, staffed=False)
        accounts = [
            one for one in await salon.app.store.directories.accounts() if one.business_id == salon.account.business_id
        ]
        await salon.app.store.directories.save(
            replace(directory, business=replace(directory.business, policies=alone)), accounts
        )
        await set_aside(salon)
        assert "went wrong on our side" in await salon.read()
        conversation = await salon.app.store.transcripts(salon.account.business_id).conversation(salon.talk)
        assert conversation.owner is Owner.BOT
        assert "Which day" in await salon.say("I want a haircut")

    play(story)


def test_other_customers_are_answered_while_one_message_fails() -> None:
    async def story(salon: Salon) -> None:
        salon.app.reception._engine.understander = Stumbling()
        await salon.write("xyzzy")
        other = Salon(salon.app, salon.clock, salon.account, sender="ben")
        assert "haircut" not in (await other.say("hello")).lower()
        assert "Which day" in await other.say("a haircut please")

    play(story)


def test_a_turn_whose_opening_was_taken_is_heard_again() -> None:
    async def story(salon: Salon) -> None:
        mailbox = judged(salon, Outcome.TAKEN, Outcome.TAKEN)
        assert "Shall I book it?" in await salon.say("haircut with Anna tomorrow at 3pm, my name is Ana Sousa")
        assert mailbox.heard == 3

    play(story)


def test_after_three_times_the_customer_is_told() -> None:
    async def story(salon: Salon) -> None:
        await salon.say("hi")
        mailbox = judged(salon, *[Outcome.TAKEN] * MOST_TRIES)
        assert "Nothing was booked" in await salon.say("haircut with Anna tomorrow at 3pm, my name is Ana Sousa")
        assert mailbox.heard == MOST_TRIES + 1
        start = FRIDAY.replace(hour=0)
        assert not await salon.app.store.calendar(salon.account.business_id).bookings_between(
            start, start + timedelta(9)
        )

    play(story)


def test_a_turn_that_was_fenced_off_is_dropped() -> None:
    async def story(salon: Salon) -> None:
        mailbox = judged(salon, Outcome.FENCED)
        assert await salon.say("hi") == ""
        assert mailbox.heard == 1

    play(story)


def test_a_state_that_cannot_be_read_does_not_block_the_customer() -> None:
    async def story(salon: Salon) -> None:
        await salon.say("hi")
        await salon.write("a haircut tomorrow")
        (claim,) = await salon.app.store.mailbox.claim(1)
        outcome = await salon.app.reception.serve(replace(claim, state=b"{broken"))
        assert outcome is Outcome.COMMITTED
        assert "times are free" in await salon.read()

    play(story)


def test_the_assistant_says_once_that_it_is_one() -> None:
    async def story(salon: Salon) -> None:
        said = [
            await salon.say(text) for text in ("hi", "a haircut", "tomorrow at 3pm", "Ana Sousa", "yes", "hi again")
        ]
        assert sum("assistant" in one for one in said) == 1

    play(story)
