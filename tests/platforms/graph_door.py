"""The door of the fake Graph API: who may come in, what is asked for, and what goes wrong on the way."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from starlette.responses import RedirectResponse, Response, StreamingResponse

from tests.platforms.graph_chaos import Answer, refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request

    from tests.platforms.graph_accounts import Accounts
    from tests.platforms.graph_chaos import Fault, Faults
    from tests.platforms.graph_messages import Messages
    from tests.platforms.graph_templates import Templates
    from tests.platforms.graph_world import Token, World

FILES = "whatsapp_business"
UNKNOWN = refused(
    100, "Unsupported request. Object does not exist, cannot be loaded due to missing permissions", 400, 33
)


class Door:
    """One request in, one answer out."""

    def __init__(
        self, world: World, messages: Messages, templates: Templates, accounts: Accounts, faults: Faults
    ) -> None:
        """Take whatever answers."""
        self._world = world
        self._messages = messages
        self._templates = templates
        self._accounts = accounts
        self._faults = faults
        self.proof = True
        """Whether every token must come with proof that the app sends it."""
        self.files: Callable[[Request], Awaitable[Response]] = self._file
        """Who answers for files, so that a test can have another do it."""
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        """(method, path and query, headers, body) of all."""

    async def answer(self, request: Request) -> Response:
        """Answer a request."""
        body = await request.body()
        path = request.url.path.strip("/").split("/")
        self.requests.append((request.method, f"{request.url.path}?{request.url.query}", dict(request.headers), body))
        if path[0] == FILES:
            return await self.files(request)
        if path[1:] == ["dialog", "oauth"]:
            status, where = self._accounts.dialog(dict(request.query_params))
            return RedirectResponse(where, 302) if status == 302 else Response(where, status)
        fault = self._faults.next(path[-1], is_sent=b'"status"' not in body)
        if fault is not None and fault.refuses and not fault.after_effect:
            answer = _of(fault)
        else:
            answer = await self._answer(request, path[1:], body)
            if fault is not None and fault.after_effect:
                answer = _of(fault)
        if fault is not None and fault.seconds:
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.cut:
            return StreamingResponse(_cut(), 200, {"content-length": "1000"}, "application/json")
        status, row, headers = answer
        raw = fault.raw if fault is not None else None
        return Response(json.dumps(row) if raw is None else raw, status, headers, "application/json")

    async def _answer(self, request: Request, path: list[str], body: bytes) -> Answer:
        query = dict(request.query_params)
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if "access_token" in query:
            self._world.violations.append("a token stands in an address")
        if path == ["oauth", "access_token"]:
            return self._accounts.exchange(query)
        if self.proof and query.get("appsecret_proof") != self._proof(bearer):
            return refused(100, "Invalid appsecret_proof provided in the API argument")
        if path == ["debug_token"]:
            return self._accounts.inspected(query, bearer)
        token = self._world.tokens.get(bearer)
        if token is None or not token.valid:
            return refused(190, f"Error validating access token {bearer[:8]}", 401, 463 if token else 0)
        row: Any = {}
        if path[-1] == "media":
            row = dict(await request.form())
        elif body:
            try:
                row = json.loads(body)
            except ValueError:
                self._world.violations.append("the body is no JSON")
                return refused(100, "Invalid JSON")
        return await self._node(request.method, path, token, row, query)

    async def _node(self, method: str, path: list[str], token: Token, row: Any, query: dict[str, str]) -> Answer:
        node, edge = path[0], "/".join(path[1:])
        number, waba = self._world.numbers.get(node), self._world.wabas.get(node)
        if number is not None and self._world.reach(token, number.waba.id):
            match method, edge:
                case "POST", "messages":
                    return self._messages.post(number, row)
                case "POST", "media":
                    return await self._messages.upload(row)
                case "POST", "register":
                    return self._accounts.register(number, row)
                case "GET", "":
                    return self._accounts.number(number, query)
        if waba is not None and self._world.reach(token, waba.id):
            match method, edge:
                case "GET", "phone_numbers":
                    return self._accounts.numbers(waba, query)
                case "GET", "subscribed_apps":
                    return self._accounts.subscriptions(waba)
                case "POST", "subscribed_apps":
                    return await self._accounts.subscribe(waba, token, row)
                case "DELETE", "subscribed_apps":
                    return self._accounts.unsubscribe(waba, token)
                case "GET", "message_templates":
                    return self._templates.listed(waba, query)
                case "POST", "message_templates":
                    return self._templates.submitted(waba, row)
        if not edge and method == "GET" and node in self._world.media:
            return self._messages.file(node)
        if not edge and method == "POST":
            return self._templates.edited(node, row, token) or UNKNOWN
        return UNKNOWN

    async def _file(self, request: Request) -> Response:
        """Return a file: for whoever has a token, as Meta's file servers do."""
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        found = self._world.media.get(request.query_params.get("mid", ""))
        if bearer not in self._world.tokens:
            return Response(status_code=401)
        return Response(status_code=404) if found is None else Response(found[0], media_type=found[1])

    def _proof(self, bearer: str) -> str:
        return hmac.new(self._world.app_secret.encode(), bearer.encode(), hashlib.sha256).hexdigest()


def _of(fault: Fault) -> Answer:
    """Return a fault's answer. Meta's own words quote what was sent and by what, so these do, too."""
    if fault.code is None:
        return fault.status, {"oops": "Service Unavailable"}, fault.headers
    status, row, _ = refused(
        fault.code, "No, for these words: a table for two", fault.status, fault.subcode, "+351910000"
    )
    return status, row, fault.headers


async def _cut() -> AsyncIterator[bytes]:
    yield b'{"messages":'
    raise ConnectionResetError("cut off on purpose")
