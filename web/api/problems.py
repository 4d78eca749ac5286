"""Problems of the API (RFC 9457): one for every way in which a request can fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

from domain.errors import FrontdeskError, OpeningTaken
from web.api.schemas import Alternative, Problem, Wrong
from web.requests import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request

    from web.pages import Pages

CONTENT_TYPE = "application/problem+json"
SECONDS = 60
"""The window of rate limits: after so long trying again makes sense."""
_encode = msgspec.json.Encoder().encode


class Invalid(FrontdeskError):
    """The request is not as the document says; carries the field."""

    status, reply = 422, "invalid-request"


class NotJson(FrontdeskError):
    """A body that is not announced as JSON."""

    status, reply = 415, "not-json"


class NothingHere(FrontdeskError):
    """There is nothing at this address, for this key."""

    status, reply = 404, "nothing-here"


class NoSuchMethod(FrontdeskError):
    """The address knows no such method; carries those it knows."""

    status, reply = 405, "no-such-method"


DOCUMENTED: dict[str, int] = {
    "answered-before": 409,
    "booking-closed": 409,
    "booking-not-found": 404,
    "hold-expired": 409,
    "internal": 500,
    "invalid-request": 422,
    "key-reused": 422,
    "malformed": 400,
    "no-such-method": 405,
    "not-json": 415,
    "not-offered": 422,
    "nothing-here": 404,
    "opening-taken": 409,
    "store-unavailable": 503,
    "too-large": 413,
    "too-many": 429,
    "unknown-key": 401,
}
"""Status by the name that ends a problem's type."""


def explained(request: Request, pages: Pages) -> Response:
    """Return the page that a problem's type leads to. Raises NotFound for a type that there is not."""
    name = request.path_params["name"]
    if name not in DOCUMENTED:
        raise NotFound("no such problem")
    language = pages.language(request)
    key = f"page-error-{name}"
    return pages.page(
        "error.html",
        language,
        reply_status=0,
        title=pages.say(language, key),
        help=pages.say(language, key + "-help"),
        request_id="",
    )


def problem(
    request: Request,
    pages: Pages,
    error: FrontdeskError,
    *,
    fields: Callable[[str], str] = str,
    alternatives: Sequence[Alternative] = (),
) -> Response:
    """Return the answer to a request that failed; `fields` gives what the client calls a field of the domain."""
    language = pages.language(request)
    key = f"page-error-{error.reply.removeprefix('error-')}"
    # What a store says of itself is for the log, never for the caller.
    detail = (str(error) if error.status < 500 else "") or pages.say(language, key + "-help")
    field = fields(error.field) if error.field and error.status != 429 else ""
    body = Problem(
        type=f"/problems/{error.reply.removeprefix('error-')}",
        title=pages.say(language, key),
        status=error.status,
        detail=detail,
        request_id=request.scope.get("request_id", ""),
        field=field or msgspec.UNSET,
        errors=(Wrong(field, detail),) if field else msgspec.UNSET,
        alternatives=tuple(alternatives) if isinstance(error, OpeningTaken) else msgspec.UNSET,
    )
    headers = {"cache-control": "no-store", "content-language": language}
    if error.status == 401:
        headers["www-authenticate"] = 'Bearer realm="frontdesk"'
    if error.status == 429:
        headers["retry-after"] = str(SECONDS)
    if error.status == 503:
        headers["retry-after"] = "5"
    if isinstance(error, NoSuchMethod):
        headers["allow"] = str(error)
    return Response(_encode(body), error.status, headers, CONTENT_TYPE)
