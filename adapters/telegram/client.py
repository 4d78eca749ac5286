"""The Bot API through aiogram: imported on first use only, because it takes seconds to load."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

import aiohttp
import certifi
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError
from aiogram.types import Message

from adapters.base import SendLater, SendRefused, SendUnknown
from adapters.telegram import errors
from adapters.telegram.tokens import token_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from aiogram.methods import TelegramMethod
    from aiogram.methods.base import TelegramType

    from adapters.base import Secret

BOTS = 256
"""How many bots are kept; each is a token and a reference."""
ANSWER_BYTES = 1 << 20
"""No answer that is read here is longer."""
CONNECT_SECONDS = 5.0
"""A connection that is not there by then counts as not made: nothing was sent."""
CHUNK_BYTES = 1 << 16


class Client:
    """Bots by their tokens, on one HTTP session. Belongs to the event loop that opened it."""

    def __init__(self, session: Session) -> None:
        """Take the session that all bots share."""
        self._session = session
        self._bots: OrderedDict[str, Bot] = OrderedDict()

    @classmethod
    async def open(cls, api_url: str, call_seconds: float) -> Client:
        """Return a client of a Bot API server, whose calls take at most so many seconds."""
        trusted: ssl.SSLContext | bool = True
        if api_url.startswith("https:"):  # reading the certificates takes longer than a loop should stand still
            trusted = await asyncio.to_thread(ssl.create_default_context, cafile=certifi.where())
        http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=trusted),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=call_seconds, connect=min(CONNECT_SECONDS, call_seconds / 2)),
        )
        return cls(Session(http, api_url, call_seconds))

    def bot(self, secret: Secret) -> Bot:
        """Return the bot of a token; those used last are kept. Raises Unauthorised for what cannot be a token.

        Its methods raise what `adapters.base` has for sending, and nothing of aiogram's or aiohttp's: their errors hold
        the token, or the URL with the token in it.
        """
        token = token_of(secret)
        bot = self._bots.pop(token, None) or Bot(token, session=self._session)
        self._bots[token] = bot
        if len(self._bots) > BOTS:
            self._bots.popitem(last=False)
        return bot

    async def fetch(self, secret: Secret, path: str, most: int) -> bytes:
        """Return a file by the path that getFile gave, of at most so many bytes.

        Raises SendRefused for a file that is gone or larger, SendLater for everything that may be over by then.
        """
        if path.startswith("/") or ".." in path.split("/"):  # a Bot API server of one's own in its local mode
            raise SendRefused("the Bot API server keeps its files to itself")
        content = bytearray()
        async for chunk in self._session.stream_content(
            self._session.api.file_url(token_of(secret), quote(path)), chunk_size=CHUNK_BYTES
        ):
            content += chunk
            if len(content) > most:
                raise SendRefused("the file is larger than Telegram said")
        return bytes(content)

    async def close(self) -> None:
        """Close every connection."""
        self._bots.clear()
        await self._session.close()


class Session(BaseSession):
    """Bot API calls as JSON over aiohttp.

    aiogram's own session would do but for three things: it follows redirects, with the token in the URL; its errors do
    not tell a connection that was never made from one that was lost; and it reads answers of any length.
    """

    def __init__(self, http: aiohttp.ClientSession, api_url: str, call_seconds: float) -> None:
        """Take the HTTP session, which is closed with this one, and where the Bot API is."""
        super().__init__(api=TelegramAPIServer.from_base(api_url), timeout=call_seconds)
        self._http = http

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        """Call a method. Raises SendRefused, SendLater, SendUnknown."""
        status, body = await self._post(self.api.api_url(bot.token, method.__api_method__), self._fields(bot, method))
        problem = errors.problem_in(status, body)
        if problem is not None:
            raise problem
        try:
            return cast("TelegramType", self.check_response(bot, method, status, body.decode()).result)
        except ClientDecodeError:
            pass  # raised below, where no error of aiogram's is around that could be shown with ours
        result = json.loads(body).get("result")
        if method.__returning__ is Message and isinstance(result, dict) and isinstance(result.get("message_id"), int):
            # The customer has the message. A field that aiogram does not know yet must not have it sent once more.
            return cast("TelegramType", Message.model_construct(**result))
        raise SendUnknown("an answer of Telegram's that cannot be read")

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109 - aiogram's signature
        chunk_size: int = CHUNK_BYTES,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """Yield a file in pieces; `timeout` is the longest silence in seconds. Raises SendRefused, SendLater."""
        limits = aiohttp.ClientTimeout(total=4 * timeout, connect=CONNECT_SECONDS, sock_read=timeout)
        problem: SendRefused | SendLater | None = None
        try:
            async with self._http.get(url, headers=headers, timeout=limits, allow_redirects=False) as answer:
                if answer.status == 404:
                    problem = SendRefused("Telegram has the file no more", "404")
                elif answer.status != 200:
                    problem = SendLater(errors.RETRY_SECONDS, f"no file: HTTP {answer.status}")
                else:
                    async for chunk in answer.content.iter_chunked(chunk_size):
                        yield chunk
        except (aiohttp.ClientError, TimeoutError, OSError):
            problem = errors.unreached()  # reading has no effect: it may always be tried again
        if problem is not None:
            raise problem

    async def close(self) -> None:
        """Close every connection."""
        await self._http.close()

    def _fields(self, bot: Bot, method: TelegramMethod[Any]) -> dict[str, Any]:
        """Return a method's fields as they go out: only those that were given."""
        given = method.model_dump(warnings=False)
        ready = {name: self.prepare_value(value, bot, files={}, _dumps_json=False) for name, value in given.items()}
        return {name: value for name, value in ready.items() if value is not None}

    async def _post(self, url: str, fields: dict[str, Any]) -> tuple[int, bytes]:
        """Return status and body of the answer to a call. Raises SendLater if it never left, SendUnknown otherwise."""
        try:
            async with self._http.post(url, json=fields, allow_redirects=False) as answer:
                body = bytearray()
                async for chunk in answer.content.iter_chunked(CHUNK_BYTES):
                    body += chunk
                    if len(body) > ANSWER_BYTES:
                        break
                return answer.status, bytes(body)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            problem: SendLater | SendUnknown = errors.unreached()
        except (aiohttp.ClientError, TimeoutError, OSError):
            problem = errors.lost()
        raise problem  # out here, so that it has no context: theirs would show the URL
