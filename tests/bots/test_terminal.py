"""`frontdesk chat`: a conversation in the terminal, typed or piped."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from adapters.terminal.channel import Terminal
from bots.clockwork import Clockwork
from bots.delivery import Delivery
from bots.terminal import chat
from dialogs.fit import fit
from dialogs.messages import Reply, Text
from dialogs.wire import decode_content, encode_outbound
from domain.businesses import Account, Business, Directory
from domain.clock import ManualClock
from domain.conversations import Conversation, Message, Outgoing, Owner, TurnRecord
from domain.customers import Customer, Identity
from domain.ids import new_id
from domain.ports import Commit
from storage.memory.store import MemoryStore
from web.intake import Intake

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from adapters.base import Channel
    from domain.ports import Claim

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
CHOICES = (("t1", "tea"), ("t2", "coffee"))


class Parrot:
    """A worker that says again what it hears."""

    def __init__(self, store: MemoryStore, terminal: Terminal) -> None:
        self._store = store
        self._terminal = terminal

    async def drain(self) -> int:
        claims = await self._store.mailbox.claim(10)
        await self._store.mailbox.commit([self._turn(claim) for claim in claims])
        return len(claims)

    def _turn(self, claim: Claim) -> Commit:
        content = decode_content(claim.mail[0].body)
        assert isinstance(content, Text)
        sender = claim.mail[0].sender
        new = Conversation(claim.lane, "salon", claim.account_id, sender, sender, Owner.BOT, 1, 0, "greeting", NOW, NOW)
        before = claim.conversation or new
        after = replace(before, version=before.version + 1)
        heard = tuple(mail.external_id for mail in claim.mail)
        said = f"You said {content.text}."
        line = Message(claim.lane, "salon", "bot", said, NOW)
        return Commit(
            claim,
            after,
            b"{}",
            TurnRecord(new_id(), claim.lane, "salon", heard, "", "", (), 1.0, "en", 0.0, 0, "answered", NOW),
            messages=[line],
            outbox=[
                Outgoing(
                    claim.lane,
                    "salon",
                    claim.account_id,
                    "terminal",
                    sender,
                    "talk",
                    1,
                    line.id,
                    encode_outbound(one),
                    NOW,
                )
                for one in fit(Reply(said, CHOICES), self._terminal.can)
            ],
            newcomer=None
            if claim.conversation
            else (Customer(sender, "salon", NOW), Identity(claim.account_id, sender, sender, "salon")),
        )


@dataclass
class Small:
    """An application with a parrot in it."""

    store: MemoryStore
    clock: ManualClock
    intake: Intake
    channels: Mapping[str, Channel]
    worker: Parrot
    delivery: Delivery
    clockwork: Clockwork


async def small(screen: io.StringIO) -> Small:
    clock = ManualClock(NOW)
    store = MemoryStore(clock)
    terminal = Terminal(screen)
    channels = {"terminal": terminal}
    business = Business("salon", "salon", "Salão Lisboa", "salon", "EUR", "PT")
    account = Account("a1", "salon", "terminal", "salon", "e1")
    await store.directories.save(Directory(business, (), (), (), (), ()), [account])
    return Small(
        store,
        clock,
        Intake(store, clock),
        channels,
        Parrot(store, terminal),
        Delivery(store, channels, clock),
        Clockwork(store, clock),
    )


def talk(lines: str, *, account: str = "salon") -> tuple[int, str]:
    async def story() -> tuple[int, str]:
        screen = io.StringIO()
        app = await small(screen)
        status = await chat(app, account, lines=io.StringIO(lines), screen=screen)
        return status, screen.getvalue()

    return asyncio.run(story())


def test_a_piped_conversation_reads_like_one() -> None:
    status, shown = talk("hi\n\n2\nexit\nnever heard\n")
    assert status == 0
    assert shown.splitlines() == [
        "You are writing to Salão Lisboa. A number chooses, exit leaves.",
        "",
        "You: hi",
        "Bot: You said hi.",
        "     1. tea",
        "     2. coffee",
        "You: 2",
        "Bot: You said 2.",
        "     1. tea",
        "     2. coffee",
    ]


def test_the_end_of_the_input_ends_the_chat() -> None:
    status, shown = talk("hi")
    assert status == 0
    assert "Bot: You said hi." in shown


def test_an_account_that_is_not_there_is_told_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    status, _ = talk("hi\n", account="barber")
    assert status == 2
    assert capsys.readouterr().err == "There is no account 'barber'. There are: salon.\n"


def test_a_line_that_is_too_long_gets_a_clear_word_and_the_chat_goes_on() -> None:
    _, shown = talk("x" * 70_000 + "\nhi\n")
    assert "(a line has at most 65536 bytes)" in shown
    assert "Bot: You said hi." in shown


def test_two_chats_are_two_people_unless_they_say_who_they_are() -> None:
    async def story() -> None:
        screen = io.StringIO()
        app = await small(screen)
        for who in ("", "", "ana", "ana"):
            await chat(app, "salon", who=who, lines=io.StringIO("hi\n"), screen=screen)
        conversations = await app.store.transcripts("salon").open_conversations()
        assert sorted(one.version for one in conversations) == [1, 1, 2]

    asyncio.run(story())
