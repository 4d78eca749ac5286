"""The fake wire: a channel that remembers what it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.base import HttpAnswer, Message, Receipt
from adapters.terminal.channel import Terminal
from adapters.webchat.channel import WebChat
from dialogs.messages import Capabilities
from domain.errors import BadSignature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.base import Accepted, Event, Request, Secret, Typing
    from domain.businesses import Account

SHOWN = {
    "webchat": WebChat.can,
    "terminal": Terminal.can,
    "whatsapp": Capabilities(
        text_limit=4096,
        choices_text_limit=1024,
        buttons=3,
        button_label=20,
        list_rows=10,
        row_label=24,
        row_detail=72,
        window=24,
    ),
    "telegram": Capabilities(text_limit=4096, text_unit="utf16", buttons=100, button_label=64),
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

    def verify(self, request: Request, secret: Secret | None) -> None:
        raise BadSignature("nothing comes in here")

    def parse(self, request: Request) -> Sequence[Event]:
        return []

    def answer(self, request: Request, outcome: Accepted) -> HttpAnswer:
        return HttpAnswer(200)

    async def send(self, account: Account, message: Message | Typing) -> Receipt:
        if isinstance(message, Message):
            self.sent.append(message)
        return Receipt(f"wire-{len(self.sent)}")

    def take(self) -> list[Message]:
        """Return what was sent since the last time."""
        sent, self.sent = self.sent, []
        return sent
