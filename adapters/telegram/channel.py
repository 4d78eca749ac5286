"""Telegram as a channel."""

from __future__ import annotations

import asyncio
import mimetypes
from hmac import compare_digest
from importlib.util import find_spec
from typing import TYPE_CHECKING

import msgspec

from adapters.base import (
    Attachment,
    HttpAnswer,
    Message,
    Receipt,
    SendLater,
    SendRefused,
    SendUnknown,
    Typing,
)
from adapters.telegram import inbound, outbound
from adapters.telegram.lazy import open_client
from dialogs.messages import Capabilities
from domain.errors import BadSignature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.base import Accepted, Event, Request, Secret, Sendable, TokenOf
    from adapters.telegram.client import Client
    from dialogs.messages import Media
    from domain.businesses import Account

if find_spec("aiogram") is None:  # said at the start, as for other channels, although it is loaded later
    raise ModuleNotFoundError("Telegram needs aiogram", name="aiogram")

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the name of a header
FILE_BYTES = 20 * 1000 * 1000
"""What a bot may download (core.telegram.org/bots/api#getfile)."""


class Telegram:
    """Bots of businesses: each is its own endpoint, and what it sends goes through the Bot API."""

    name = "telegram"
    can = Capabilities(
        text_limit=outbound.TEXT_UNITS,
        text_unit="utf16",
        buttons=outbound.BUTTONS,
        button_label=64,
        list_rows=0,
        window=0,
        quiet_ms=700,
        per_account=(30.0, 30),
        per_chat=(1.0, 3),
    )

    def __init__(self, tokens: TokenOf, api_url: str = "https://api.telegram.org", call_seconds: float = 15.0) -> None:
        """Take how an account's token is found, where the Bot API is, and how many seconds a call may take."""
        self._tokens = tokens
        self._api_url = api_url
        self._call_seconds = call_seconds
        self._opening: asyncio.Task[Client] | None = None

    def verify(self, request: Request, secret: Secret | None) -> None:
        """Check the header that Telegram was given with the webhook. Raises BadSignature.

        Source: core.telegram.org/bots/api#setwebhook, `secret_token`.
        """
        shown = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogatepass")
        if secret is None or not secret.value or not compare_digest(shown, secret.value):
            raise BadSignature("the webhook's secret token is not the endpoint's")

    def parse(self, request: Request) -> Sequence[Event]:
        """Read the one update of a request: pure. Raises Malformed."""
        return inbound.parse(request)

    def answer(self, request: Request, outcome: Accepted) -> HttpAnswer:
        """Say that the update is safe, and have Telegram end the waiting sign of a tapped button.

        A method of the Bot API may be the answer to an update (core.telegram.org/bots/api#making-requests-when-getting-
        updates). So every tap is answered at once and without a call: new, known, stale, or of no account of ours.
        """
        query = inbound.callback_query_id(request.body)
        if not query:
            return HttpAnswer(200)
        return HttpAnswer(200, msgspec.json.encode({"method": "answerCallbackQuery", "callback_query_id": query}))

    async def send(self, account: Account, message: Sendable) -> Receipt:
        """Hand words to Telegram. Raises SendRefused (or one of its kinds), SendLater, SendUnknown.

        Showing that somebody types never fails: there is nothing that could be done about it.
        """
        if isinstance(message, Message):
            fields = outbound.message_fields(message)
            secret = await self._tokens(account)
            sent = await (await self._client()).bot(secret).send_message(**fields)
            return Receipt(str(sent.message_id))
        if isinstance(message, Typing):
            try:
                fields = outbound.typing_fields(message)
                secret = await self._tokens(account)
                await (await self._client()).bot(secret).send_chat_action(**fields)
            except (SendRefused, SendLater, SendUnknown):
                pass
            return Receipt("")
        raise SendRefused("Telegram has no templates, and no window that would need them")

    async def media(self, account: Account, media: Media) -> Attachment:
        """Fetch a file that a customer sent, of at most 20 MB. Raises SendRefused, SendLater."""
        if media.size > FILE_BYTES:
            raise SendRefused("Telegram hands no file larger than 20 MB to a bot")
        secret = await self._tokens(account)
        client = await self._client()
        bot = client.bot(secret)
        problem = None
        try:
            file = await bot.get_file(media.ref)
        except SendUnknown as unknown:
            problem = SendLater(5.0, str(unknown))  # asking has no effect: it may be tried again
        if problem is not None:
            raise problem
        if not file.file_path:
            raise SendRefused("Telegram does not say where the file is")
        content = await client.fetch(secret, file.file_path, FILE_BYTES)
        mime = media.mime or mimetypes.guess_type(file.file_path)[0] or "application/octet-stream"
        return Attachment(content, mime)

    async def prepare(self) -> None:
        """Load what sending needs, so that the first customer does not wait for it."""
        await self._client()

    async def close(self) -> None:
        """Close every connection. It may be used again afterwards, also from another event loop."""
        opening, self._opening = self._opening, None
        if opening is not None:
            await asyncio.wait({opening})
            if not opening.cancelled() and opening.exception() is None:
                await opening.result().close()

    async def _client(self) -> Client:
        opening = self._opening
        if opening is None or _useless(opening):
            opening = self._opening = asyncio.create_task(open_client(self._api_url, self._call_seconds))
        return await asyncio.shield(opening)  # who gives up waiting must not stop it for the others


def _useless(opening: asyncio.Task[Client]) -> bool:
    """Whether it came to nothing, or belongs to an event loop that is not this one."""
    failed = opening.done() and (opening.cancelled() or opening.exception() is not None)
    return failed or opening.get_loop() is not asyncio.get_running_loop()
