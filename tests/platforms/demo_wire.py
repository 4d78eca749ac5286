"""The wire between Frontdesk and the fake platforms of the demo: what passes is written down, its secrets masked."""

from __future__ import annotations

import re
import time
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from tests.platforms.demo_words import asked, masked, pretty, proof_of, told
from tests.platforms.telegram_http import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from domain.clock import Clock

MOST = 200
"""Exchanges that are kept."""
HOOK = re.compile(r"/hooks/(telegram|whatsapp)/[^/]+")
NOT_PASSED_ON = frozenset({"host", "content-length", "connection", "transfer-encoding", "accept-encoding"})
NOT_PASSED_BACK = frozenset({"content-length", "content-encoding", "transfer-encoding", "connection", "date", "server"})


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook as it arrived: kept so that it can be sent once more."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, fit to be shown to anybody."""

    number: int
    at: datetime
    direction: str
    """`in`: a platform's webhook; `out`: a call of Frontdesk's."""
    channel: str
    method: str
    path: str
    proof: str
    """By what it shows who it is from, shortened."""
    about: str
    """What it is about, in a few words."""
    status: int
    """Of the answer; 0 where there was none."""
    milliseconds: int
    body: str


@dataclass
class Wire:
    """All that has passed, newest last."""

    clock: Clock
    exchanges: deque[Exchange] = field(default_factory=lambda: deque(maxlen=MOST))
    last: dict[str, Delivery] = field(default_factory=dict)
    """The newest webhook with words of a customer, by channel."""
    count: int = 0

    def write(
        self,
        direction: str,
        channel: str,
        request: tuple[str, str],
        headers: dict[str, str],
        body: bytes,
        status: int,
        began: float,
    ) -> None:
        """Write an exchange down; `request` is its method, and its path with the query."""
        method, path = request
        self.count += 1
        about = told(channel, body) if direction == "in" else asked(channel, path, headers, body)
        self.exchanges.append(
            Exchange(
                self.count,
                self.clock.now(),
                direction,
                channel,
                method,
                masked(path),
                proof_of(path, headers),
                about,
                status,
                round((time.monotonic() - began) * 1000),
                pretty(headers, body),
            )
        )

    def watched(self, app: ASGIApp) -> ASGIApp:
        """Return an application whose webhooks are written down."""

        async def asgi(scope: Scope, receive: Receive, send: Send) -> None:
            found = HOOK.fullmatch(scope["path"]) if scope["type"] == "http" else None
            if found is None:
                await app(scope, receive, send)
                return
            body, status, began = bytearray(), 0, time.monotonic()
            headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}

            async def heard() -> Message:
                message = await receive()
                body.extend(message.get("body", b""))
                return message

            async def answered(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            try:
                await app(scope, heard, answered)
            finally:
                path = scope["path"] + (f"?{scope['query_string'].decode()}" if scope["query_string"] else "")
                channel = found[1]
                if status == 200 and told(channel, bytes(body)).startswith("message"):
                    self.last[channel] = Delivery(scope["path"], headers, bytes(body))
                self.write("in", channel, (scope["method"], path), headers, bytes(body), status, began)

        return asgi

    @asynccontextmanager
    async def before(self, url: str, channel: str) -> AsyncIterator[str]:
        """Serve an address that passes on to a platform and writes down what passes; yields it."""
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:

            async def passed(request: Request) -> Response:
                began, body = time.monotonic(), await request.body()
                path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
                headers = dict(request.headers)
                there = {name: value for name, value in headers.items() if name not in NOT_PASSED_ON}
                status = 0
                try:
                    answer = await client.request(request.method, path, content=body, headers=there)
                    status = answer.status_code
                finally:
                    self.write("out", channel, (request.method, path), headers, body, status, began)
                back = {name: value for name, value in answer.headers.items() if name not in NOT_PASSED_BACK}
                return Response(answer.content, status, back)

            methods = ["GET", "POST", "DELETE"]
            async with serving(Starlette(routes=[Route("/{path:path}", passed, methods=methods)])) as address:
                yield address


def facts(exchange: Exchange) -> dict[str, Any]:
    """Return an exchange as the page's template reads it."""
    return {
        "arrow": "webhook in" if exchange.direction == "in" else "request out",
        "tone": "ok" if 200 <= exchange.status < 300 else "warn" if exchange.status in {403, 429} else "danger",
        "platform": {"telegram": "Telegram", "whatsapp": "WhatsApp"}[exchange.channel],
        "one": exchange,
    }
