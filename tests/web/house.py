"""A web application on the memory store, with a tiny worker that answers everybody, for tests of the web alone."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import msgspec

from adapters.webchat.channel import WebChat
from dialogs.messages import Tap, Text
from dialogs.wire import decode_content
from domain.clock import ManualClock
from domain.conversations import Conversation, Message, Owner
from domain.errors import BookingNotFound, StoreUnavailable
from domain.ports import ControlChange, Live
from storage.memory.store import MemoryStore
from tests.builders import LUZ, LUZ_CHAT, MAR, MAR_CHAT, NOW, commit_for
from web.app import create_app
from web.tools import Limits, Tools

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from adapters.base import Secret
    from domain.ports import Claim, Commit

KEY = b"k" * 32


def words(key: str, language: str) -> str:
    """Return the key itself, in brackets when it is not English: what is tested is which words, not their wording."""
    return key if language == "en" else f"[{language}] {key}"


class People:
    """A StaffDesk that writes straight into the store."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def claim(self, business_id: str, conversation_id: str, staff: str) -> Conversation:
        return await self._change(business_id, conversation_id, Owner.HUMAN, staff)

    async def reply(self, business_id: str, conversation_id: str, staff: str, text: str) -> Conversation:
        line = Message(conversation_id, business_id, "staff", text, NOW, author_id=staff)
        return await self._change(business_id, conversation_id, Owner.HUMAN, staff, line)

    async def remind(self, business_id: str, conversation_id: str, staff: str) -> Conversation:
        raise BookingNotFound("nobody has one here")

    async def note(self, business_id: str, conversation_id: str, staff: str, text: str) -> Conversation:
        line = Message(conversation_id, business_id, "note", text, NOW, author_id=staff)
        now = await self._store.transcripts(business_id).conversation(conversation_id)
        return await self._change(business_id, conversation_id, now.owner, now.owner_id, line, keep=True)

    async def hand_back(self, business_id: str, conversation_id: str, staff: str) -> Conversation:
        return await self._change(business_id, conversation_id, Owner.BOT, "")

    async def _change(
        self, business_id: str, conversation_id: str, owner: Owner, who: str, *lines: Message, keep: bool = False
    ) -> Conversation:
        after = await self._store.control.change(
            ControlChange(conversation_id, business_id, None, owner, who, messages=lines, keep_epoch=keep)
        )
        await self._store.live.publish([Live(conversation_id, business_id, "control")])
        return after


class House:
    """The parts, and a client without a network."""

    def __init__(self, limits: Limits | None = None, secrets: Mapping[str, Secret] | None = None, **more: Any) -> None:
        self.clock = more.pop("clock", None) or ManualClock(NOW)
        self.store = more.pop("store", None) or MemoryStore(self.clock)
        self.says: dict[str, Any] = {}
        """What the worker answers: `text`, `choices`, `card`, `view`, `state`."""
        self.mute = False
        self._secrets = dict(secrets or {})
        self.tools = Tools(
            store=self.store,
            clock=self.clock,
            channels={"webchat": WebChat(KEY), **more.pop("channels", {})},
            endpoint_secret=self._secret,
            staff=People(self.store),
            link_key=KEY,
            draft=lambda state, _: msgspec.json.decode(state) if state else {},
            words=more.pop("words", words),
            limits=limits or Limits(wait_seconds=5),
            **more,
        )
        self.app = create_app(self.tools)
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False, client=("203.0.113.7", 40000)),
            base_url="http://desk.example",
        )

    async def _secret(self, _channel: str, endpoint_id: str) -> Secret | None:
        return self._secrets.get(endpoint_id)

    async def post(self, body: Any, account: str = "luz", wait: str | None = "5", **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        query = {} if wait is None else {"wait": wait}
        return await self.client.post(f"/webchat/{account}/messages", content=content, params=query, headers=headers)

    async def work(self) -> None:
        """Answer whatever waits, for as long as it is not cancelled."""
        while True:
            if not self.mute:
                for claim in await self.store.mailbox.claim(10):
                    commit = self.turn(claim)
                    await self.store.mailbox.commit([commit])
                    await self.store.live.publish([Live(claim.lane, claim.business_id, "turn")])
            await asyncio.sleep(0.005)
            self.clock.advance(timedelta(milliseconds=100))

    def turn(self, claim: Claim) -> Commit:
        """Return the commit of a turn that repeats what it heard."""
        commit = commit_for(claim, "…")
        contents = [decode_content(one.body) for one in claim.mail]
        heard = [
            "" if not isinstance(one, Text | Tap) else one.text if isinstance(one, Text) else one.token
            for one in contents
        ]
        customer = [replace(line, text=text) for line, text in zip(commit.messages, heard, strict=False)]
        said = replace(
            commit.messages[-1],
            text=self.says.get("text", "You said: " + " / ".join(heard)),
            choices=self.says.get("choices", ()),
            card=self.says.get("card"),
        )
        commit.messages = [*customer, said]
        if "state" in self.says:
            commit.state = msgspec.json.encode(self.says["state"])
        view = {"stage": "collecting", "expects": "date", "owner": "bot", "draft": {}, "booking": None}
        commit.turn = replace(commit.turn, view=msgspec.json.encode({**view, **self.says.get("view", {})}))
        return commit


class DownStore(MemoryStore):
    """A store whose database is gone."""

    async def healthy(self) -> dict[str, str]:
        return {"database": "disk I/O error at /secret/path"}

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)

        async def refuse(_: Any) -> Any:
            raise StoreUnavailable("disk I/O error at /secret/path")

        self.mailbox.accept = refuse  # type: ignore[method-assign]


@asynccontextmanager
async def house(limits: Limits | None = None, **more: Any) -> AsyncIterator[House]:
    """Yield a house with a salon `luz` and a restaurant `mar`, its worker at work."""
    one = House(limits, **more)
    await one.store.directories.save(LUZ, [LUZ_CHAT])
    await one.store.directories.save(MAR, [MAR_CHAT])
    worker = asyncio.create_task(one.work())
    try:
        yield one
    finally:
        worker.cancel()
        await asyncio.wait({worker})
        await one.client.aclose()


class Stream:
    """Reads server-sent events straight from the application, as many as are asked for."""

    def __init__(self, app: Any, path: str, query: str = "", **headers: str) -> None:
        self._scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
            "client": ("192.0.2.7", 1), "server": ("desk.example", 80),
        }  # fmt: skip
        self._app = app
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self._gone = asyncio.Event()
        self.status = 0
        self.headers: dict[str, str] = {}
        self._left = b""

    async def __aenter__(self) -> Stream:
        self._task = asyncio.create_task(self._app(self._scope, self._receive, self._send))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._gone.set()
        await asyncio.wait({self._task}, timeout=2)
        assert self._task.done(), "the stream did not end when its reader went away"

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            await self._chunks.put(message.get("body", b""))

    async def block(self, seconds: float = 3) -> dict[str, str]:
        """Return the fields of the next event or comment."""
        while b"\n\n" not in self._left:
            self._left += await asyncio.wait_for(self._chunks.get(), seconds)
        raw, _, self._left = self._left.partition(b"\n\n")
        return dict(line.partition(": ")[::2] for line in raw.decode().split("\n"))

    async def next(self, kind: str = "message", seconds: float = 3) -> dict[str, Any]:
        """Return the data of the next event of a kind, with the event's id under `event_id`."""
        while True:
            fields = await self.block(seconds)
            if fields.get("event") == kind:
                return {**msgspec.json.decode(fields["data"]), "event_id": fields.get("id", "")}

    async def several(self, most: int) -> list[str]:
        """Return the texts of the next messages."""
        return [(await self.next())["text"] for _ in range(most)]

    async def ended(self, seconds: float = 2) -> bool:
        """Return whether the application has finished its answer by itself."""
        done, _ = await asyncio.wait({self._task}, timeout=seconds)
        return bool(done) and self._task.exception() is None

    async def silent(self, seconds: float = 0.3) -> bool:
        """Return whether no message comes within so many seconds."""
        try:
            await asyncio.wait_for(self.next(), seconds)
        except TimeoutError:
            return True
        return False
