"""Errors into answers: a page for people, a problem in JSON for programs, and never a stack trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import structlog
from starlette.exceptions import HTTPException
from starlette.responses import Response

from domain.errors import FrontdeskError, Malformed

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

    from web.pages import Pages

log = structlog.get_logger("web")
RETRY_AFTER = {429: "10", 503: "5"}
"""Seconds after which trying again makes sense, by status."""
KEYS = {404: "not-found", 405: "not-found", 413: "too-large", 429: "too-many"}


def install(app: FastAPI, pages: Pages) -> None:
    """Have an application answer every error in words."""

    async def known(request: Request, error: Exception) -> Response:
        assert isinstance(error, FrontdeskError)
        if error.status >= 500:
            log.error("request failed", path=request.url.path, error=repr(error))
        detail = str(error) if isinstance(error, Malformed) else ""
        return answer(request, pages, error.status, error.reply, detail=detail, field=getattr(error, "field", ""))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        made = answer(request, pages, error.status_code, KEYS.get(error.status_code, "malformed"))
        made.headers.update(error.headers or {})
        return made

    async def unknown(request: Request, error: Exception) -> Response:
        log.error("request crashed", path=request.url.path, error=repr(error), exc_info=error)
        return answer(request, pages, 500, FrontdeskError.reply)

    app.add_exception_handler(FrontdeskError, known)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, unknown)


def answer(request: Request, pages: Pages, status: int, reply: str, *, detail: str = "", field: str = "") -> Response:
    """Return the answer to a request that cannot be served; `reply` names its words."""
    language = pages.language(request)
    key = "page-" + (reply if reply.startswith("error-") else f"error-{reply}")
    headers = {"cache-control": "no-store"}
    if status in RETRY_AFTER:
        headers["retry-after"] = RETRY_AFTER[status]
    if request.method != "HEAD" and "text/html" in request.headers.get("accept", ""):
        page = pages.page(
            "error.html",
            language,
            status,
            reply_status=status,
            title=pages.say(language, key),
            help=pages.say(language, key + "-help"),
            request_id=request.scope.get("request_id", ""),
        )
        page.headers.update(headers)
        return page
    problem = {
        "type": "about:blank",
        "title": pages.say(language, key),
        "status": status,
        "detail": detail or pages.say(language, key + "-help"),
        "request_id": request.scope.get("request_id", ""),
    }
    if field:
        problem["field"] = field
    return Response(msgspec.json.encode(problem), status, headers, "application/problem+json")
