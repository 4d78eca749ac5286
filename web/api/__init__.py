"""The HTTP API of businesses: openings, holds, bookings and the waitlist, for their own servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from web.api import bookings, catalogue, holds, openings, waitlist
from web.api.doors import BASE, Door, Lost, grouped
from web.api.openapi import document
from web.api.problems import explained

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from web.pages import Pages
    from web.tools import Tools

OPERATIONS = (
    *openings.OPERATIONS,
    *holds.OPERATIONS,
    *bookings.OPERATIONS,
    *waitlist.OPERATIONS,
    *catalogue.OPERATIONS,
)


def routes(tools: Tools, pages: Pages) -> list[BaseRoute]:
    """Return the routes under `/api/`; the document needs no key, for it says nothing about anybody."""
    described = document(OPERATIONS, tools.version or "0", tools.limits)

    async def openapi(_: Request) -> Response:
        return Response(described, 200, {"cache-control": "public, max-age=300"}, "application/json")

    async def page(request: Request) -> Response:
        return explained(request, pages)

    return [
        Route("/api/v1/openapi.json", openapi, methods=["GET"]),
        *(Route(f"{BASE}/{{business}}{path}", Door(tools, pages, some)) for path, some in grouped(OPERATIONS).items()),
        Route("/api/{rest:path}", Lost(pages)),
        Route("/problems/{name}", page, methods=["GET"]),
    ]
