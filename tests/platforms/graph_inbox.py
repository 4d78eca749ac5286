"""Our end of a webhook in the small: verifies, answers the handshake, keeps what it was told, refuses when told to."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from adapters.base import Accepted, Request
from domain.errors import BadSignature
from tests.platforms.graph_http import served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request as Asked

    from adapters.base import Channel, Event, Secret
    from domain.clock import Clock


class Inbox:
    """One endpoint."""

    def __init__(self, channel: Channel, secret: Secret, clock: Clock) -> None:
        self._channel = channel
        self._secret = secret
        self._clock = clock
        self.url = ""
        self.told: list[Event] = []
        """What was taken, in order, repeats too."""
        self.statuses: list[int] = []
        """What the next deliveries are answered instead of being taken."""
        self.bad = 0
        """How many could not prove where they come from."""

    async def answer(self, asked: Asked) -> Response:
        """Take a delivery."""
        headers = {name.lower(): value for name, value in asked.headers.items()}
        query = dict(asked.query_params)
        request = Request(asked.method, "/hook", headers, query, await asked.body(), self._clock.now(), "app")
        try:
            self._channel.verify(request, self._secret)
        except BadSignature:
            self.bad += 1
            return Response(status_code=403)
        if request.method == "POST" and self.statuses:
            return Response(status_code=self.statuses.pop(0))
        self.told += self._channel.parse(request)
        said = self._channel.answer(request, Accepted(1, 0, 0))
        return Response(said.body, said.status, dict(said.headers), said.content_type)


@asynccontextmanager
async def inbox(channel: Channel, secret: Secret, clock: Clock) -> AsyncIterator[Inbox]:
    """Serve an endpoint on loopback."""
    box = Inbox(channel, secret, clock)
    async with served(Starlette(routes=[Route("/hook", box.answer, methods=["GET", "POST"])])) as address:
        box.url = f"{address}/hook"
        yield box
