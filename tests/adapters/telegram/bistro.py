"""A bistro behind a Telegram bot: a webhook as the house has one, and a bot that knows one conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from adapters.base import Accepted, Message, Received, Request, Secret, SendLater, SendUnknown
from dialogs.messages import Edited, Outbound, Shortcut, Tap, Text
from domain.errors import BadSignature, Malformed, StoreUnavailable
from tests.adapters.telegram.channels import account
from tests.adapters.telegram.samples import NOW, SECRET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request as HttpRequest

    from adapters.base import Event
    from adapters.telegram.channel import Telegram
    from dialogs.messages import Content

TIMES = ("19:15", "19:30", "20:45")


class Bistro:
    """Stores what came in under its unique key, and answers it when `work` is called, as a worker would."""

    def __init__(self, channel: Telegram, *, once: bool = True) -> None:
        self.channel = channel
        self.app = Starlette(routes=[Route("/hooks/telegram/e1", self._hook, methods=["POST"])])
        self.heard: list[Received] = []
        self.other: list[Event] = []
        self.waits: list[float] = []
        """How long the platform asked to wait, each time."""
        self.doubtful = 0
        """How many messages were sent of which nobody knows whether they arrived."""
        self.away = 0
        """How many requests its database is away for."""
        self._once = once
        self._keys: set[tuple[str, str]] = set()
        self._mail: list[Received] = []

    async def _hook(self, request: HttpRequest) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        raw = Request("POST", request.url.path, headers, {}, await request.body(), NOW, "e1")
        try:
            self.channel.verify(raw, Secret(SECRET.encode()))
            outcome = self._accept(self.channel.parse(raw))
        except (BadSignature, Malformed, StoreUnavailable) as refused:
            return Response(status_code=refused.status)
        answer = self.channel.answer(raw, outcome)
        return Response(answer.body, answer.status, media_type=answer.content_type)

    def _accept(self, events: Sequence[Event]) -> Accepted:
        if self.away:
            self.away -= 1
            raise StoreUnavailable
        stored = known = ignored = 0
        for event in events:
            if not isinstance(event, Received):
                self.other.append(event)
                ignored += 1
                continue
            key = ("tap" if isinstance(event.content, Tap) else "message", event.external_id)
            if self._once and key in self._keys:
                known += 1
                continue
            self._keys.add(key)
            self._mail.append(event)
            stored += 1
        return Accepted(stored, known, ignored)

    async def work(self) -> None:
        """Hear what waits, and answer it."""
        while self._mail:
            event = self._mail.pop(0)
            self.heard.append(event)
            if answer := self._answer(event.content):
                await self._send(Message(event.sender, answer, f"key-{len(self.heard)}"))

    def _answer(self, content: Content) -> Outbound | None:
        match content:
            case Shortcut("start") | Text("hello"):
                return Outbound("Hi, I'm the bistro's assistant. When?", tuple((f"at-{one}", one) for one in TIMES))
            case Tap(token) if token.startswith("at-"):
                asked = f"A table for 2 at {token[3:]}. Shall I book it?"
                return Outbound(asked, ((f"yes-{token[3:]}", "Yes"), ("change", "Change")))
            case Tap(token) if token.startswith("yes-"):
                return Outbound(f"Booked. See you at {token[4:]}.")
            case Tap("change") | Edited():
                return Outbound("When, then?", tuple((f"at-{one}", one) for one in TIMES))
        return None

    async def _send(self, message: Message) -> None:
        """Send until it is sent, as delivery does: later when asked to, and once more where nobody knows."""
        unknown = 0
        while True:
            try:
                await self.channel.send(account(), message)
            except SendLater as later:
                self.waits.append(later.seconds)
            except SendUnknown:
                self.doubtful += 1
                unknown += 1
                if unknown > 1:
                    return
            else:
                return
