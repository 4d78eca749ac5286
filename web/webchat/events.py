"""The live events of one conversation: the transcript in commit order, resumable, nothing missed and nothing twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from domain.errors import Malformed, UnknownConversation
from domain.ids import conversation_id
from web import streams
from web.live import Wake
from web.requests import raw_request
from web.webchat import lines

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

    from domain.conversations import Conversation, Message
    from domain.ports import Transcripts
    from web.streams import Streams
    from web.tools import Tools
    from web.webchat.api import Api

FIRST_LOOK = 1.0
"""Seconds after which a new stream looks again, because a listener on another machine may have come too late."""
BATCH = 100
_id = re.compile(r"[0-9A-Za-z_-]{0,64}")


class Events:
    """Streams conversations to their customers."""

    def __init__(self, tools: Tools, api: Api, streams: Streams) -> None:
        """Take the tools, the API for its accounts, and what ends streams."""
        self._tools = tools
        self._streams = streams
        self._api = api

    async def stream(self, request: Request) -> Response:
        """GET /webchat/{account}/events?conversation=ID[&after=ID | &last=N]: server-sent events.

        `message` carries the transcript line's id; Last-Event-ID (or `after`) goes on behind it. `owner` says who
        answers, `typing` that an answer is being written. `last` begins with the newest N lines instead of the first.
        """
        name, query = request.path_params["account"], request.query_params
        if "conversation" not in query:
            raise Malformed("is missing", "conversation")
        after = request.headers.get("last-event-id") or query.get("after", "")
        if not _id.fullmatch(after):
            raise Malformed("is not the id of an event", "after")
        last = query.get("last", "")
        if last and not (last.isascii() and last.isdigit() and 0 < int(last) <= BATCH):
            raise Malformed(f"must be a number from 1 to {BATCH}", "last")
        account = await self._api.account(name)
        channel = self._tools.channels["webchat"]
        channel.verify(raw_request(request, name, b"", self._tools.clock.now()), None)
        row_id = conversation_id(account.id, query["conversation"])
        transcripts = self._tools.store.transcripts(account.business_id)
        events = self._events(transcripts, row_id, after, int(last or 0))
        return self._streams.answer(events)

    async def _events(
        self, transcripts: Transcripts, row_id: str, after: str, last: int
    ) -> AsyncGenerator[bytes, None]:
        yield b"retry: 1500\n\n"
        shown_owner: dict[str, str] | None = None
        async with Wake(self._tools.store.live, row_id) as wake:
            patience = FIRST_LOOK
            if last and not after:
                for message in await newest(transcripts, row_id, last):
                    after = message.id
                    yield event_of(message)
            while True:
                async for message in following(transcripts, row_id, after):
                    after = message.id
                    yield event_of(message)
                conversation = await known(transcripts, row_id)
                if conversation is not None and lines.owner(conversation) != shown_owner:
                    shown_owner = lines.owner(conversation)
                    yield event("owner", shown_owner)
                live = await wake.wait(patience)
                patience = streams.HEARTBEAT
                if live is None:
                    yield b": still here\n\n"
                elif live.kind == "typing":
                    yield event("typing", {})


async def newest(transcripts: Transcripts, row_id: str, most: int) -> list[Message]:
    """Return the newest lines, none where there is no such conversation yet."""
    try:
        return list(await transcripts.last_messages(row_id, most))
    except UnknownConversation:
        return []


async def following(transcripts: Transcripts, row_id: str, after: str) -> AsyncIterator[Message]:
    """Yield every line after this one, in commit order; none where there is no such conversation yet."""
    while True:
        try:
            batch = await transcripts.messages(row_id, after, BATCH)
        except UnknownConversation:
            return
        for message in batch:
            after = message.id
            yield message
        if len(batch) < BATCH:
            return


async def known(transcripts: Transcripts, row_id: str) -> Conversation | None:
    """Return a conversation, None before its first turn."""
    try:
        return await transcripts.conversation(row_id)
    except UnknownConversation:
        return None


def event_of(message: Message) -> bytes:
    """Return a transcript line as an event; of a note only its id, so that resuming stays exact."""
    if message.author not in lines.PUBLIC:
        return b"id: %s\n\n" % message.id.encode()
    return event("message", lines.line(message), message.id)


def event(kind: str, data: dict[str, Any], event_id: str = "") -> bytes:
    """Return one server-sent event; JSON never has a raw line break."""
    head = b"id: %s\n" % event_id.encode() if event_id else b""
    return head + b"event: %s\ndata: %s\n\n" % (kind.encode(), msgspec.json.encode(data))
