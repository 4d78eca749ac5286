"""Doors: the addresses of the API, each of which checks a request from outside in before anything is done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from domain.errors import FrontdeskError, OpeningTaken
from web.api import showing
from web.api.attempts import attempt_of
from web.api.calls import Call, Reply
from web.api.keys import key_of
from web.api.openings import seats_used
from web.api.problems import SECONDS, NoSuchMethod, NothingHere, problem
from web.api.reading import body_as, query_of
from web.requests import TooMany, body_of, is_here, peer_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.types import Receive, Scope, Send

    from domain.businesses import Directory
    from domain.ports import ApiKey
    from web.api import schemas
    from web.api.calls import Operation
    from web.pages import Pages
    from web.tools import Tools

log = structlog.get_logger("api")
BASE = "/api/v1/businesses"
TRIES = 4
"""As often as a turn of a conversation is heard again when an opening was taken meanwhile, and once more."""
_NAMES = {"first": "from", "last": "to"}
_IN_QUERY = {"services": "service", "addons": "addon", "features": "feature"}
_IN_BODY = {"service": "services", "addon": "addons", "feature": "features", "hold_id": "hold"}


class _Made(msgspec.Struct):
    """What every answer to making something has."""

    id: str


class Door:
    """One address with its methods."""

    def __init__(self, tools: Tools, pages: Pages, operations: Sequence[Operation]) -> None:
        """Take the operations, one a method."""
        self._tools = tools
        self._pages = pages
        self._operations: dict[str, Operation] = {one.method: one for one in operations}
        limits = tools.limits
        self._policy = ", ".join(
            f'"{name}";q={quota};w={SECONDS}'
            for name, quota in (("key", limits.api_per_minute), ("address", limits.api_per_minute_per_address))
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; every error becomes a problem."""
        request = Request(scope, receive)
        operation = self._operations.get("GET" if request.method == "HEAD" else request.method)
        call: Call | None = None
        try:
            key = await self._open(request)
            if operation is None:
                raise NoSuchMethod(", ".join(sorted(self._operations)))
            directory = await self._directory(key, scope["path_params"]["business"])
            call = await self._read(request, operation, key, directory)
            answer = self._answer(request, operation, directory, await _done(operation, call))
        except FrontdeskError as error:
            if error.status >= 500:
                log.error("request failed", path=request.url.path, error=repr(error))
            answer = problem(
                request,
                self._pages,
                error,
                fields=lambda name: _field(name, operation),
                alternatives=await self._alternatives(error, call),
            )
            if isinstance(error, TooMany):
                answer.headers["ratelimit"] = f'"{error.field}";r=0;t={SECONDS}'
        except ClientDisconnect:
            return  # nobody is there to be answered
        except Exception as error:
            log.error("request crashed", path=request.url.path, error=repr(error), exc_info=error)
            answer = problem(request, self._pages, FrontdeskError())
        answer.headers["ratelimit-policy"] = self._policy
        await answer(scope, receive, send)

    async def _open(self, request: Request) -> ApiKey:
        """Return the key that opens it. Raises TooMany, UnknownKey; the body has not been touched."""
        allow, limits, per = self._tools.store.limiter.allow, self._tools.limits, timedelta(seconds=SECONDS)
        peer = peer_of(request)
        if peer and not is_here(peer) and not await allow(f"api:peer:{peer}", limits.api_per_minute_per_address, per):
            raise TooMany("too many requests from this address", "address")
        key = await key_of(self._tools.store.api_keys, request.headers.get("authorization"))
        if not await allow(f"api:key:{key.id}", limits.api_per_minute, per):
            raise TooMany("too many requests with this key", "key")
        return key

    async def _directory(self, key: ApiKey, business: str) -> Directory:
        """Return the key's business. Raises NothingHere for any other, whether it exists or not."""
        directory = await self._tools.store.directories.directory(key.business_id)
        if business not in (key.business_id, directory.business.slug):
            raise NothingHere("this key opens no such business")
        return directory

    async def _read(self, request: Request, operation: Operation, key: ApiKey, directory: Directory) -> Call:
        query: Any = query_of(request.scope["query_string"], operation.query)
        body: Any = None
        attempt = None
        if operation.method == "POST":
            raw = await body_of(request, self._tools.limits.body_bytes)
            attempt = attempt_of(request, key.id, raw)
            assert operation.body is not None
            body = body_as(request, raw, operation.body, may_be_empty=operation.body_may_be_empty)
        return Call(
            self._tools,
            key,
            directory,
            self._tools.store.calendar(key.business_id),
            self._tools.clock.now(),
            {name: _id(value) for name, value in request.path_params.items()},
            query,
            body,
            attempt,
        )

    def _answer(self, request: Request, operation: Operation, directory: Directory, reply: Reply) -> Response:
        headers = {"cache-control": "no-store"}
        if reply.etag:
            headers = {"cache-control": "private, no-cache", "etag": reply.etag, "vary": "authorization"}
            if reply.etag in request.headers.get("if-none-match", ""):
                return Response(b"", 304, headers)
        if reply.status == 201:
            made = msgspec.json.decode(reply.body, type=_Made).id
            headers["location"] = f"{BASE}/{quote(directory.business.slug, safe='')}{operation.path}/{made}"
        if reply.replayed:
            headers["idempotent-replayed"] = "true"
        return Response(reply.body, reply.status, headers, "application/json" if reply.body else None)

    async def _alternatives(self, error: FrontdeskError, call: Call | None) -> list[schemas.Alternative]:
        """Return what is offered instead, as it is sent."""
        if call is None or not isinstance(error, OpeningTaken) or not error.alternatives:
            return []
        openings = [one.opening for one in error.alternatives]
        try:
            used = await seats_used(call.calendar, openings, call.now)
        except FrontdeskError:  # what went wrong first is what the caller must know
            return []
        shown = showing.Openings(call.directory, openings[0].place_id, call.service_ids, used)
        return [shown.alternative(one) for one in error.alternatives]


async def _done(operation: Operation, call: Call) -> Reply:
    """Carry a call out; one that was carried out before, or meanwhile by its twin, is answered the same."""
    attempt = call.attempt
    if attempt is None:
        return await _tried(operation, call)
    if (known := await attempt.answer(call.calendar)) is None:
        try:
            return await _tried(operation, call)
        except FrontdeskError:
            # The twin may have been faster: then its time is taken for us, and its answer is ours.
            if (known := await attempt.answer(call.calendar)) is None:
                raise
    if not known.body and known.status != 204:
        raise NothingHere("what this request did was forgotten with its customer")
    return Reply(known.status, known.body, replayed=True)


async def _tried(operation: Operation, call: Call) -> Reply:
    """Carry a call out; where somebody was faster it is tried again, for another table or person may serve that time.

    Raises OpeningTaken (field `start`) when nobody can, or when others were faster `TRIES` times.
    """
    for left in reversed(range(TRIES)):
        try:
            return await operation.do(call)
        except OpeningTaken as taken:
            if taken.field or not left:  # it was looked for, and is not offered
                taken.field = "start"
                raise
    raise AssertionError("the last try has answered or raised")


def _field(name: str, operation: Operation | None) -> str:
    """Return what the client calls a field of the domain."""
    name = _NAMES.get(name, name)
    if operation is None:
        return name
    return (_IN_QUERY if operation.method == "GET" else _IN_BODY).get(name, name)


def _id(text: str) -> str:
    """Return an id of a path. Raises NothingHere for what can be none."""
    if not text or len(text) > 64 or not text.isprintable():
        raise NothingHere("there is no such id")
    return text


def grouped(operations: Sequence[Operation]) -> Mapping[str, list[Operation]]:
    """Return the operations by their path."""
    found: dict[str, list[Operation]] = {}
    for one in operations:
        found.setdefault(one.path, []).append(one)
    return found


class Lost:
    """Every other address under `/api/`: a problem, also for browsers."""

    def __init__(self, pages: Pages) -> None:
        """Take the words."""
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer that there is nothing."""
        answer = problem(Request(scope, receive), self._pages, NothingHere("the API has no such address"))
        await answer(scope, receive, send)
