"""Reading requests: the body up to a limit, who sent it, and the form of a page."""

from __future__ import annotations

import os
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from adapters.base import Request as ChannelRequest
from domain.errors import FrontdeskError, Malformed

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request


class TooLarge(FrontdeskError):
    """The body is longer than we read."""

    status, reply = 413, "too-large"


class TooMany(FrontdeskError):
    """Too many requests in a short time; trying again in a moment is fine."""

    status, reply = 429, "too-many"


class NotFound(FrontdeskError):
    """There is no such page."""

    status, reply = 404, "not-found"


class Forbidden(FrontdeskError):
    """The link or the form that was used does not open this."""

    status, reply = 403, "forbidden"


class OtherSite(Forbidden):
    """The form was posted by a page that is not ours, or was made for somebody else."""

    reply = "other-site"


async def body_of(request: Request, limit: int) -> bytes:
    """Return the body. Raises TooLarge as soon as it is longer than `limit` bytes."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > limit:
        raise TooLarge(f"at most {limit} bytes")
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"at most {limit} bytes")
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def form_of(request: Request, limit: int) -> dict[str, str]:
    """Return the fields of a posted form, the last of each name. Raises TooLarge, and Malformed for what is no form."""
    body = await body_of(request, limit)
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=40)
    except ValueError:
        raise Malformed("not a form") from None
    return {name: value.replace("\x00", "") for name, value in pairs}


def peer_of(request: Request) -> str:
    """Return the address of whoever sent it, "" where it is not known."""
    return request.client.host if request.client else ""


def is_here(peer: str) -> bool:
    """Return whether a peer is this machine: a proxy, behind which all callers have one address, or the owner."""
    try:
        return ip_address(peer).is_loopback
    except ValueError:
        return False


def raw_request(request: Request, endpoint_id: str, body: bytes, now: datetime) -> ChannelRequest:
    """Return a request as channels see it."""
    return ChannelRequest(
        method=request.method,
        path=request.scope["path"],
        headers=dict(request.headers),
        query=dict(request.query_params),
        body=body,
        received_at=now,
        endpoint_id=endpoint_id,
        client=peer_of(request),
        nonce=os.urandom(16).hex(),
    )


def same_site(request: Request) -> bool:
    """Return whether a form was posted by a page of ours, as far as the browser tells."""
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin in {None, "null"} or urlsplit(origin).netloc == request.headers.get("host")


def is_secure(request: Request) -> bool:
    """Return whether the browser reached us over TLS."""
    return request.url.scheme == "https"
