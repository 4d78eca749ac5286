"""A fake Telegram: the Bot API over real HTTP on loopback, and people who write, tap and block."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

import aiohttp
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.responses import Response
from starlette.routing import Route

from domain.clock import ManualClock
from tests.platforms.telegram_chaos import Chaos, Fault
from tests.platforms.telegram_http import serving
from tests.platforms.telegram_limits import NOT_BY_DEFAULT, Refusal
from tests.platforms.telegram_methods import Methods
from tests.platforms.telegram_people import People
from tests.platforms.telegram_world import Json, Robot, Shown, World

if TYPE_CHECKING:
    from types import TracebackType

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from domain.clock import Clock

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
ATTEMPTS = 5
"""How often an update is delivered before it waits for the next deed."""


@dataclass(frozen=True)
class Call:
    """One call of a method over HTTP."""

    method: str
    given: Json


class FakeTelegram(People):
    """Telegram on loopback: `url` is its Bot API while the context is open."""

    url: str

    def __init__(self, *, clock: Clock | None = None, chaos: Chaos | None = None) -> None:
        self.world = World(clock or ManualClock(NOW))
        self.chaos = chaos or Chaos()
        self.methods = Methods(self.world)
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        """What goes wrong next, each once."""
        self.updates: list[Json] = []
        """Every update that was to be delivered."""
        self.deliveries: list[tuple[int, int]] = []
        """(update id, status of the answer) of each delivery with the right secret."""
        self.forgeries: list[int] = []
        """The status that each delivery without the secret was answered."""
        self.method_answers: list[Call] = []
        """Methods that stood in the answers to updates."""

    @property
    def violations(self) -> list[str]:
        """Limits that whoever called has broken."""
        return self.methods.violations

    @property
    def sent(self) -> list[Shown]:
        """All that bots have written, oldest first."""
        return self.world.shown

    @property
    def answered(self) -> list[str]:
        """Taps that were answered."""
        return [query for query, done in self.world.queries.items() if done]

    @property
    def spinning(self) -> list[str]:
        """Taps that nobody has answered."""
        return [query for query, done in self.world.queries.items() if not done]

    async def __aenter__(self) -> Self:
        self._open = AsyncExitStack()
        routes = [
            Route("/bot{token}/{method}", self._api, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._file, methods=["GET"]),
        ]
        self.url = await self._open.enter_async_context(serving(Starlette(routes=routes)))
        self._http = await self._open.enter_async_context(aiohttp.ClientSession())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    def revoke(self, robot: Robot) -> None:
        """Have BotFather replace a bot's token."""
        robot.revoked = True

    async def deliver(self, robot: Robot, kind: str, content: Json) -> Json:
        """Deliver an update to a bot's webhook, or keep it for getUpdates; returns it as it is now."""
        update: Json = json.loads(json.dumps({"update_id": robot.next_update, kind: content}))
        robot.next_update += 1
        wanted = robot.hook.kinds if robot.hook is not None else None
        if kind in NOT_BY_DEFAULT if wanted is None else kind not in wanted:
            return update
        self.updates.append(update)
        robot.waiting.append(update)
        if robot.hook is None:
            return update
        if not robot.held and self.chaos.happens(self.chaos.reorder):
            robot.held.append(update)
            return update
        await self._post(robot, update)
        await self.settle(robot)
        return update

    async def settle(self, robot: Robot | None = None) -> None:
        """Deliver what was held back."""
        for one in [robot] if robot is not None else list(self.world.robots.values()):
            held, one.held = one.held, []
            for update in held:
                await self._post(one, update)

    async def deliver_waiting(self, robot: Robot) -> None:
        """Deliver what the webhook has not taken so far, as Telegram does again and again."""
        for update in list(robot.waiting):
            await self._post(robot, update)

    async def _post(self, robot: Robot, update: Json) -> None:
        if self.chaos.happens(self.chaos.delay):
            await asyncio.sleep(self.chaos.milliseconds())
        if self.chaos.happens(self.chaos.forged):
            self.forgeries.append((await self._deliver_once(robot, update, "guessed"))[0])
        for _ in range(ATTEMPTS):
            if robot.hook is None:
                return
            status, answer = await self._deliver_once(robot, update, robot.hook.secret)
            self.deliveries.append((update["update_id"], status))
            if 200 <= status < 300:
                robot.waiting = [one for one in robot.waiting if one is not update]
                self._act(robot, answer)
                if not self.chaos.happens(self.chaos.duplicate):
                    return
            else:
                robot.last_error = (self.world.stamp(), f"Wrong response from the webhook: {status}")

    async def _deliver_once(self, robot: Robot, update: Json, secret: str) -> tuple[int, bytes]:
        assert robot.hook is not None
        headers = {"content-type": "application/json"}
        if secret:
            headers[SECRET_HEADER] = secret
        try:
            async with self._http.post(robot.hook.url, data=json.dumps(update), headers=headers) as answer:
                return answer.status, await answer.read()
        except aiohttp.ClientError:
            return 0, b""

    def _act(self, robot: Robot, answer: bytes) -> None:
        """Do what the answer to an update says, if it is a method: nobody is told what became of it."""
        try:
            given = json.loads(answer or b"null")
        except ValueError:
            return
        if isinstance(given, dict) and "method" in given:
            method = given.pop("method")
            self.method_answers.append(Call(method, given))
            try:
                self.methods.call(robot, method, given)
            except Refusal:
                return

    async def _api(self, request: Request) -> Response:
        method = request.path_params["method"]
        given = await _given(request)
        self.calls.append(Call(method, given))
        fault = self._fault(method)
        if fault is not None and fault.slow:
            await asyncio.sleep(fault.slow)
        if self.chaos.happens(self.chaos.slow):
            await asyncio.sleep(self.chaos.milliseconds())
        if fault is not None and fault.status != 200 and not fault.after:
            return _faulty(fault)
        try:
            answer = _json(200, {"ok": True, "result": self.methods.call(self._robot(request), method, given)})
        except Refusal as refusal:
            return _refused(refusal.status, refusal.description, refusal.retry_after)
        harmless = fault is None or (fault.status == 200 and fault.body is None and not fault.cut)
        return answer if fault is None or harmless else _faulty(fault)

    async def _file(self, request: Request) -> Response:
        fault = self._fault("file")
        if fault is not None:
            return _faulty(fault)
        try:
            self._robot(request)
        except Refusal as refusal:
            return _refused(refusal.status, refusal.description)
        for path, content in self.world.files.values():
            if path == request.path_params["path"]:
                return Response(content, media_type="application/octet-stream")
        return _refused(404, "Not Found")

    def _robot(self, request: Request) -> Robot:
        token = request.path_params["token"]
        if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]{30,}", token):
            raise Refusal(404, "Not Found")
        robot = self.world.robots.get(token)
        if robot is None or robot.revoked:
            raise Refusal(401, "Unauthorized")
        return robot

    def _fault(self, method: str) -> Fault | None:
        for fault in self.faults:
            if fault.method in {method, "*"}:
                self.faults.remove(fault)
                return fault
        return self.chaos.fault(method)


async def _given(request: Request) -> dict[str, Any]:
    """Return what a method is given: in the query, as JSON, or as a form."""
    given: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        given |= json.loads(await request.body() or b"{}")
    elif kind:
        async with request.form() as form:
            given |= {name: value for name, value in form.items() if not isinstance(value, UploadFile)}
    return given


def _json(status: int, body: Json) -> Response:
    return Response(json.dumps(body), status, media_type="application/json")


def _refused(status: int, description: str, retry_after: int | None = None) -> Response:
    body: Json = {"ok": False, "error_code": status, "description": description}
    if retry_after is not None:
        body["parameters"] = {"retry_after": retry_after}
    return _json(status, body)


class _Cut(Response):
    """An answer that ends before it is complete."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"ok": tr', "more_body": True})


def _faulty(fault: Fault) -> Response:
    if fault.cut:
        return _Cut()
    if fault.body is not None:
        return Response(fault.body, fault.status, fault.headers, media_type="text/html")
    answer = _refused(fault.status, fault.description, fault.retry_after)
    answer.headers.update(fault.headers)
    return answer
