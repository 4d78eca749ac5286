"""The HTTP API of web chat: a message in, and its turn out for a caller who waits."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

from adapters.base import Received
from domain.errors import Malformed, UnknownAccount
from domain.ids import conversation_id
from web.intake import Intake
from web.live import Wake
from web.requests import NotFound, TooMany, body_of, is_here, peer_of, raw_request
from web.webchat import lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from adapters.base import Request as ChannelRequest
    from domain.businesses import Account
    from domain.conversations import Message, TurnRecord
    from web.streams import Streams
    from web.tools import Tools

MINUTE = timedelta(minutes=1)
LOOK_AGAIN = 1.0
"""Seconds after which a waiting caller's turn is looked for again though nothing woke us."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that was accepted."""

    account: Account
    conversation: str
    """The capability."""
    external_id: str

    @property
    def row_id(self) -> str:
        """The id of the conversation's row."""
        return conversation_id(self.account.id, self.conversation)


class Api:
    """Takes messages and answers those who wait."""

    def __init__(self, tools: Tools, streams: Streams) -> None:
        """Take the tools, and what tells that the site closes."""
        self._tools = tools
        self._streams = streams
        self._intake = Intake(tools.store, tools.clock)

    async def message(self, request: Request) -> Response:
        """POST /webchat/{account}/messages: 202 once stored; with `wait`, 200 and the turn if it comes in time."""
        tools = self._tools
        name = request.path_params["account"]
        seconds = self._seconds(request)
        body = await body_of(request, tools.limits.body_bytes)
        raw = raw_request(request, name, body, tools.clock.now())
        heard = await self.hear(raw, peer_of(request))
        if seconds is None:
            return json_answer(202, {"conversation": heard.conversation})
        found = await self.turn_of(heard, seconds)
        if found is None:
            return json_answer(202, {"conversation": heard.conversation})
        return json_answer(200, lines.turn(heard.conversation, *found))

    async def hear(self, raw: ChannelRequest, peer: str) -> Heard:
        """Store a message. Raises Malformed, UnknownAccount, TooMany, StoreUnavailable."""
        tools = self._tools
        channel = tools.channels.get("webchat")
        if channel is None:
            raise NotFound("no web chat here")
        channel.verify(raw, None)
        account = await self.account(raw.endpoint_id)
        (event,) = channel.parse(raw)
        assert isinstance(event, Received)
        await self._limit(event.sender, peer)
        await self._intake.take(channel, account.endpoint_id, [event])
        return Heard(account, event.sender, event.external_id)

    async def account(self, name: str) -> Account:
        """Return a web chat account. Raises UnknownAccount."""
        if "\x00" in name or len(name) > 200:
            raise UnknownAccount("no such account")
        return await self._tools.store.directories.account("webchat", name)

    async def turn_of(self, heard: Heard, seconds: float) -> tuple[TurnRecord, Sequence[Message]] | None:
        """Return the turn that answered a message, None when there is none within so many seconds."""
        transcripts = self._tools.store.transcripts(heard.account.business_id)
        clock = asyncio.get_running_loop().time
        until = clock() + seconds
        async with Wake(self._tools.store.live, heard.row_id) as wake:
            while True:
                found = await transcripts.turn_of(heard.row_id, heard.external_id)
                left = until - clock()
                if found is not None or left <= 0 or self._streams.closing:
                    return found
                await wake.wait(min(left, LOOK_AGAIN))

    def _seconds(self, request: Request) -> float | None:
        asked = request.query_params.get("wait")
        if asked is None:
            return None
        try:
            seconds = float(asked)
        except ValueError:
            seconds = math.nan
        if not 0 <= seconds < math.inf:
            raise Malformed("must be a number of seconds", "wait")
        return min(seconds, self._tools.limits.wait_seconds)

    async def _limit(self, conversation: str, peer: str) -> None:
        limits, allow = self._tools.limits, self._tools.store.limiter.allow
        if not await allow(f"webchat:conversation:{conversation}", limits.messages_per_minute, MINUTE):
            raise TooMany("too many messages in this conversation")
        if (
            peer
            and not is_here(peer)
            and not await allow(f"webchat:peer:{peer}", limits.messages_per_minute_per_address, MINUTE)
        ):
            raise TooMany("too many messages from this address")


def json_answer(status: int, body: dict[str, Any]) -> Response:
    """Return an answer that is nobody else's business."""
    return Response(msgspec.json.encode(body), status, {"cache-control": "no-store"}, "application/json")
