"""Web chat as a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from adapters.base import HttpAnswer, Message, Receipt, SendRefused
from adapters.webchat import inbound
from dialogs.messages import Capabilities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.base import Accepted, Attachment, Event, Request, Secret, Sendable
    from dialogs.messages import Media
    from domain.businesses import Account


class WebChat:
    """Frontdesk's own chat: its pages read the transcript, so nothing is sent anywhere."""

    name = "webchat"
    can = Capabilities(text_limit=4000, buttons=20, button_label=80, list_rows=0, window=0, cards=True, quiet_ms=700)

    def __init__(self, key: bytes, text_chars: int = 20_000) -> None:
        """Take the key that conversation ids are made with (32 bytes or more) and the longest text heard."""
        self._key = key
        self._text_chars = text_chars

    def verify(self, request: Request, secret: Secret | None) -> None:
        """Check the conversation id in the query, if there is one; the one in the body is checked as it is parsed.

        The id is the capability, so there is no secret to ask for. Raises NotIssued.
        """
        if "conversation" in request.query:
            inbound.check(self._key, request.endpoint_id, request.query["conversation"])

    def parse(self, request: Request) -> Sequence[Event]:
        """Read the one message of a request. Raises Malformed, naming the field."""
        return [inbound.parse(self._key, self._text_chars, request)]

    def answer(self, request: Request, outcome: Accepted) -> HttpAnswer:
        """Tell the conversation: 202, because the turn comes later."""
        event = inbound.parse(self._key, self._text_chars, request)
        return HttpAnswer(202, msgspec.json.encode({"conversation": event.sender}))

    async def prepare(self) -> None:
        """Do nothing: nothing is loaded late."""

    async def send(self, account: Account, message: Sendable) -> Receipt:
        """Take note: the committed transcript line is what pages show, and live events have woken them."""
        return Receipt(message.key if isinstance(message, Message) else "")

    def fault(self, code: str) -> SendRefused | None:
        """Return None: there are no receipts here."""
        return None

    async def media(self, account: Account, media: Media) -> Attachment:
        """Refuse: no file ever comes in here. Raises SendRefused."""
        raise SendRefused("web chat takes no files")

    async def close(self) -> None:
        """Do nothing: there is nothing open."""
