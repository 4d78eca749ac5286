"""The fake wire: a channel that remembers what it was given."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adapters.base import Attachment, HttpAnswer, Message, Receipt, Received, SendRefused
from adapters.telegram.channel import Telegram
from adapters.terminal.channel import Terminal
from adapters.webchat.channel import WebChat
from adapters.whatsapp.channel import WhatsApp
from dialogs.messages import Capabilities
from domain.errors import BadSignature
from domain.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from adapters.base import Accepted, Event, Request, Secret, Sendable
    from dialogs.messages import Content, Media
    from domain.businesses import Account

AT_ONCE: dict[str, Any] = {"per_account": (0.0, 0), "per_chat": (0.0, 0)}
"""A frozen clock knows no pace: that is the delivery's own business, and tested there."""
SHOWN = {
    "webchat": WebChat.can,
    "terminal": Terminal.can,
    "whatsapp": replace(WhatsApp.can, **AT_ONCE),
    "telegram": replace(Telegram.can, **AT_ONCE),
    "instagram": Capabilities(text_limit=1000, text_unit="bytes", buttons=13, button_label=20, window=24),
    "sms": Capabilities(text_limit=1600, buttons=0),
}
"""What the channels that transcripts play on can show."""
NAMING = frozenset({"whatsapp", "telegram", "instagram"})
"""Channels whose platform tells what its users call themselves."""


class Wire:
    """A channel of any kind whose platform is a list."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.can = SHOWN[name]
        self.sent: list[Message] = []
        self.seen: list[Message] = []
        """All that was ever sent."""

    def events(self, account: Account, person: str, content: Content, at: datetime, name: str) -> Sequence[Event]:
        """Return what the channel reads of something that a person does; `name` is what the platform tells of them."""
        return [Received(account.external_id, person, new_id(), content, at, sender_name=name, wait=True)]

    def verify(self, request: Request, secret: Secret | None) -> None:
        raise BadSignature("nothing comes in here")

    def parse(self, request: Request) -> Sequence[Event]:
        return []

    def answer(self, request: Request, outcome: Accepted) -> HttpAnswer:
        return HttpAnswer(200)

    async def send(self, account: Account, message: Sendable) -> Receipt:
        if isinstance(message, Message):
            self.sent.append(message)
            self.seen.append(message)
        return Receipt(f"wire-{len(self.sent)}")

    def fault(self, code: str) -> SendRefused | None:
        return None

    async def media(self, account: Account, media: Media) -> Attachment:
        raise SendRefused("no files here")

    def take(self) -> list[Message]:
        """Return what was sent since the last time."""
        sent, self.sent = self.sent, []
        return sent
