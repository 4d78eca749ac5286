"""Every webhook: raw body, endpoint, signature, parsing, mailbox, and only then the answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from domain.errors import BadSignature
from web.intake import Intake
from web.requests import NotFound, body_of, raw_request

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from adapters.base import HttpAnswer
    from web.tools import Tools

LARGE = 262_144
"""Bytes from which on a delivery is read beside the event loop."""


def routes(tools: Tools) -> list[BaseRoute]:
    """Return `/hooks/{channel}/{endpoint}`, where platforms deliver and where they check that somebody is there."""
    intake = Intake(tools.store, tools.clock)

    async def hook(request: Request) -> Response:
        name, endpoint_id = request.path_params["channel"], request.path_params["endpoint"]
        channel = tools.channels.get(name)
        if channel is None:
            raise NotFound("no such channel")
        body = await body_of(request, tools.limits.hook_bytes)
        secret = await tools.endpoint_secret(name, endpoint_id)
        if secret is None:
            raise BadSignature("no secret is configured for this endpoint")
        raw = raw_request(request, endpoint_id, body, tools.clock.now())
        channel.verify(raw, secret)
        # A large batch takes a while to read: nobody else is to wait for it.
        events = await asyncio.to_thread(channel.parse, raw) if len(body) > LARGE else channel.parse(raw)
        outcome = await intake.take(channel, endpoint_id, events)
        return response_of(channel.answer(raw, outcome))

    return [Route("/hooks/{channel}/{endpoint}", hook, methods=["GET", "POST"])]


def response_of(answer: HttpAnswer) -> Response:
    """Return what a channel answers as a response."""
    return Response(answer.body, answer.status, {**answer.headers, "cache-control": "no-store"}, answer.content_type)
