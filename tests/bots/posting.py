"""A business whose conversations have something to send, and a platform that answers as it is told to."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from structlog.testing import capture_logs

from adapters.base import Attachment, HttpAnswer, Message, Receipt, SendRefused, Template
from bots.delivery import Delivery
from dialogs.messages import Capabilities, Outbound
from dialogs.wire import encode_outbound
from domain.businesses import Account, Business, Directory
from domain.clock import ManualClock
from domain.conversations import Conversation, Outgoing, Owner, TurnRecord
from domain.customers import Customer, Identity
from domain.ids import new_id
from domain.ports import Arrival, Commit, Outcome
from storage.memory.store import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from adapters.base import Accepted, Event, Request, Secret, Sendable
    from dialogs.messages import Media, TemplateUse
    from domain.conversations import OutboxKind

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


class Platform:
    """A channel that answers as it is told to."""

    name = "pigeon"

    def __init__(self, *answers: Exception | Callable[[], Awaitable[None]] | None, **can: Any) -> None:
        self.can = Capabilities(**can)
        self.answers = list(answers)
        self.got: list[str] = []
        self.keys: list[str] = []
        self.most_at_once = 0
        self._at_once = 0

    def verify(self, request: Request, secret: Secret | None) -> None: ...

    def parse(self, request: Request) -> Sequence[Event]:
        return []

    def answer(self, request: Request, outcome: Accepted) -> HttpAnswer:
        return HttpAnswer(200)

    def fault(self, code: str) -> SendRefused | None:
        return None

    async def media(self, account: Account, media: Media) -> Attachment:
        raise SendRefused("no files here")

    async def send(self, account: Account, message: Sendable) -> Receipt:
        assert isinstance(message, Message | Template)
        self.got.append(message.content.text if isinstance(message, Message) else f"template {message.use.kind}")
        self.keys.append(message.key)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            answer = self.answers.pop(0) if self.answers else None
            if isinstance(answer, Exception):
                raise answer
            await (answer() if answer else asyncio.sleep(0))
        finally:
            self._at_once -= 1
        return Receipt("taken")


class Post:
    """A business whose conversations have something to send."""

    def __init__(self, platform: Platform) -> None:
        self.clock = ManualClock(NOW)
        self.store = MemoryStore(self.clock)
        self.platform = platform
        self.delivery = Delivery(self.store, {"pigeon": platform}, self.clock, call_seconds=0.05)
        self.account = Account(new_id(), "salon", "pigeon", "loft", "e1")

    async def open(self) -> Post:
        business = Business("salon", "salon", "Salon", "salon", "EUR", "PT")
        directory = Directory(business, (), (), (), (), ())
        await self.store.directories.save(directory, [self.account])
        return self

    async def says(
        self,
        *texts: str,
        who: str = "ana",
        kind: OutboxKind = "talk",
        has_link: bool = False,
        channel: str = "pigeon",
        account: str = "",
        template: TemplateUse | None = None,
    ) -> Conversation:
        """Commit a turn that says these texts."""
        now = self.clock.now()
        key = new_id()
        lane = f"conversation-{who}"
        arrival = Arrival("e1", "message", key, lane, "salon", self.account.id, who, b"{}", now, now)
        await self.store.mailbox.accept([arrival])
        (claim,) = await self.store.mailbox.claim(1)
        conversation = Conversation(
            id=lane,
            business_id="salon",
            account_id=self.account.id,
            customer_id=who,
            external_id=who,
            owner=Owner.BOT,
            control_epoch=claim.conversation.control_epoch if claim.conversation else 1,
            version=claim.conversation.version + 1 if claim.conversation else 1,
            stage="collecting",
            created_at=now,
            last_heard_at=now,
        )
        turn = TurnRecord(new_id(), lane, "salon", (key,), "", "", (), 1.0, "en", 0.0, 0, "answered", now)
        outbox = [
            Outgoing(
                lane,
                "salon",
                account or self.account.id,
                channel,
                who,
                kind,
                conversation.control_epoch,
                new_id(),
                encode_outbound(Outbound(text, template=template)),
                now,
                has_link=has_link,
                position=position,
            )
            for position, text in enumerate(texts)
        ]
        newcomer = None
        if claim.conversation is None:
            newcomer = Customer(who, "salon", now), Identity(self.account.id, who, who, "salon")
        commit = Commit(claim, conversation, b"{}", turn, outbox=outbox, newcomer=newcomer)
        assert await self.store.mailbox.commit([commit]) == [Outcome.COMMITTED]
        return conversation

    async def drain(self) -> list[str]:
        """Send, and return what staff are shown as undelivered."""
        with capture_logs() as logs:
            await self.delivery.drain()
        return [entry["error"] for entry in logs if entry["event"] == "not_delivered"]


def play(story: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await story()

    asyncio.run(whole())
