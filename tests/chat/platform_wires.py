"""Wires of real channels: everything crosses them as the platform's own JSON, signed, and within its limits."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from adapters.base import Message, Received, Request, Secret
from adapters.telegram.channel import SECRET_HEADER, Telegram
from adapters.telegram.outbound import message_fields
from adapters.whatsapp.channel import WhatsApp
from adapters.whatsapp.outbound import to_whatsapp
from dialogs.messages import Tap, Text
from tests.chat.wire import AT_ONCE, Wire
from tests.platforms import telegram_limits
from tests.platforms.graph_limits import violations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from adapters.base import Channel, Event, Receipt, Sendable
    from dialogs.messages import Content
    from domain.businesses import Account

SECRET = Secret(b"the secret of a platform that is only played")


async def _no_token(account: Account) -> Secret:
    raise AssertionError("nothing is sent over a network here")


class PlatformWire(Wire):
    """A wire whose ends are a real channel."""

    channel: Channel

    def __init__(self, channel: Channel) -> None:
        self.name = channel.name
        self.can = replace(channel.can, **AT_ONCE)
        self.channel = channel
        self.sent = []
        self.seen = []
        self._numbers = count(1)

    def events(self, account: Account, person: str, content: Content, at: datetime, name: str) -> Sequence[Event]:
        """Return what is read of something that a person does. A person keeps their name as their id."""
        body = self._written(account, person, content, at, name)
        if body is None:
            return super().events(account, person, content, at, name)
        raw = json.dumps(body).encode()
        request = Request("POST", f"/hooks/{self.name}/e", self._proof(raw), {}, raw, at, account.endpoint_id)
        self.channel.verify(request, SECRET)
        events = list(self.channel.parse(request))
        assert self.channel.answer(request, _accepted()).status == 200
        assert all(isinstance(one, Received) for one in events), events
        return [
            replace(
                one, account=account.external_id, sender=person, known_as=(), sender_name=name, wait=True, language=""
            )
            for one in events
            if isinstance(one, Received)
        ]

    async def send(self, account: Account, message: Sendable) -> Receipt:
        if isinstance(message, Message):
            self._check(message)
        return await super().send(account, message)

    def _written(self, account: Account, person: str, content: Content, at: datetime, name: str) -> Any:
        raise AssertionError("every platform writes its own")

    def _proof(self, body: bytes) -> dict[str, str]:
        raise AssertionError("every platform proves itself in its own way")

    def _check(self, message: Message) -> None:
        raise AssertionError("every platform has limits of its own")


class TelegramWire(PlatformWire):
    """Telegram."""

    def __init__(self) -> None:
        super().__init__(Telegram(_no_token))

    def _written(self, account: Account, person: str, content: Content, at: datetime, name: str) -> Any:
        number = next(self._numbers)
        user = {"id": 77, "is_bot": False, "first_name": name or "Somebody"}
        chat = {"id": 77, "type": "private", "first_name": user["first_name"]}
        stamp = int(at.timestamp())
        match content:
            case Text(text) if text:
                said = {"message_id": number, "from": user, "chat": chat, "date": stamp, "text": text}
                return {"update_id": number, "message": said}
            case Tap(token):
                shown = {"message_id": number, "from": user, "chat": chat, "date": stamp, "text": "?"}
                query = {"id": str(number), "from": user, "chat_instance": "1", "message": shown, "data": token}
                return {"update_id": number, "callback_query": query}
        return None

    def _proof(self, body: bytes) -> dict[str, str]:
        return {SECRET_HEADER: SECRET.value.decode()}

    def _check(self, message: Message) -> None:
        fields = message_fields(replace(message, to="77"))
        telegram_limits.check_text(fields["text"])
        if fields.get("reply_markup"):
            telegram_limits.check_keyboard(fields["reply_markup"])


class WhatsAppWire(PlatformWire):
    """WhatsApp."""

    def __init__(self) -> None:
        super().__init__(WhatsApp(_no_token))

    def _written(self, account: Account, person: str, content: Content, at: datetime, name: str) -> Any:
        number = next(self._numbers)
        user = "PT.7000000000000000"
        message: dict[str, Any] = {"from_user_id": user, "id": f"wamid.{number}", "timestamp": str(int(at.timestamp()))}
        match content:
            case Text(text) if text:
                message |= {"type": "text", "text": {"body": text}}
            case Tap(token):
                # Whether it stood on a button or in a row shows in the shape of the answer.
                kind = "list_reply" if any(token in dict(one.content.rows) for one in self.seen) else "button_reply"
                message |= {"type": "interactive", "interactive": {"type": kind, kind: {"id": token, "title": "…"}}}
            case _:
                return None
        contacts = [{"profile": {"name": name or "Somebody"}, "user_id": user}]
        value = {"messaging_product": "whatsapp", "contacts": contacts, "messages": [message]}
        value["metadata"] = {"display_phone_number": "351210000000", "phone_number_id": account.external_id}
        entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
        return {"object": "whatsapp_business_account", "entry": [entry]}

    def _proof(self, body: bytes) -> dict[str, str]:
        return {"x-hub-signature-256": "sha256=" + hmac.new(SECRET.value, body, hashlib.sha256).hexdigest()}

    def _check(self, message: Message) -> None:
        assert violations(to_whatsapp(replace(message, to="351910000001"))) == []


def _accepted() -> Any:
    from adapters.base import Accepted

    return Accepted(stored=1, known=0, ignored=0)
