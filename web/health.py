"""Whether this process can serve: for load balancers and for `make run`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from web.tools import Tools


def routes(tools: Tools) -> list[BaseRoute]:
    """Return GET /healthz."""

    async def healthz(_: Request) -> Response:
        try:
            parts = await tools.store.healthy()
        except StoreUnavailable as problem:
            parts = {"store": str(problem) or "not available"}
        well = all(said == "ok" for said in parts.values())
        body = {"status": "ok" if well else "unavailable", "version": tools.version, "parts": parts}
        headers = {"cache-control": "no-store"} if well else {"cache-control": "no-store", "retry-after": "5"}
        return JSONResponse(body, 200 if well else 503, headers)

    return [Route("/healthz", healthz, methods=["GET"])]
