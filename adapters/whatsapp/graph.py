"""Meta's Graph API over one pool of connections: no secret in a log or an error, and no guess at what was sent.

Imported only when something is sent: httpx takes a moment to load, and a business without WhatsApp does not pay for it.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import logging
import socket
from functools import cache
from typing import TYPE_CHECKING, Any

import httpx
import msgspec

from adapters.base import Attachment, SendLater, SendRefused, SendUnknown
from adapters.whatsapp.errors import GraphRefused, Refusal, refusal_of

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from pywa_async.client import WhatsApp as Client

    from adapters.base import Secret

CONNECT_SECONDS = 5.0
UNSENT_SECONDS = 5.0
"""How long to wait where nothing was sent, because nobody could be reached."""
ANSWER_BYTES = 4 * 1024 * 1024
"""The longest answer of the API that is read."""
CONNECTIONS = httpx.Limits(max_connections=128, max_keepalive_connections=32, keepalive_expiry=30.0)
MEDIA_HOSTS = ("lookaside.fbsbx.com", ".fbcdn.net", ".whatsapp.net")
"""Where files of customers lie, a leading dot meaning any host below. Source: Cloud API, media reference."""
NO_TOKEN = Refusal(401, 190)
"""What the Graph API would say to something that is no token, and what is not even asked."""


class Wire(httpx.AsyncBaseTransport):
    """One request at a time over the pool: proof added, time limited, and every outcome named.

    It stands below httpx's client, which logs the addresses that it asks for: what is added here is in no log. Errors
    are raised where no other is being handled, because httpx's own carry the request with the token in its headers.
    """

    def __init__(self, pool: httpx.AsyncBaseTransport, app_secret: Secret | None, seconds: float) -> None:
        """Take the pool, the app's secret if there is one, and how long a call may take, in seconds."""
        self._pool = pool
        self._app_secret = app_secret
        self._timeouts = {"connect": min(CONNECT_SECONDS, seconds), "read": seconds, "write": seconds, "pool": seconds}
        self._seconds = seconds

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer, read whole.

        Raises GraphRefused for a no, SendLater where nothing was sent, SendUnknown where something may have been.
        """
        status, headers, body = await self._exchange(request)
        if status >= 400:
            raise GraphRefused(refusal_of(status, headers, body))
        if not 200 <= status < 300 or not _is_object(body):
            raise SendUnknown(f"WhatsApp's answer cannot be read (HTTP {status})")
        return httpx.Response(status, headers={"content-type": "application/json"}, content=body)

    async def _exchange(self, request: httpx.Request) -> tuple[int, Mapping[str, str], bytes]:
        begun = False

        async def trace(event: str, _: object) -> None:
            nonlocal begun
            begun = begun or event.endswith(".send_request_headers.started")

        proven = httpx.Request(
            request.method,
            self._proven(request),
            headers=request.headers,
            stream=request.stream,
            extensions={"timeout": self._timeouts, "trace": trace},
        )
        try:
            async with asyncio.timeout(self._seconds):
                response = await self._pool.handle_async_request(proven)
                return response.status_code, response.headers, await _read(response, ANSWER_BYTES)
        except TimeoutError:
            why = "did not answer in time"
        except httpx.TransportError as error:
            why = f"failed ({type(error).__name__})"
        except httpx.DecodingError:
            why = "answered in no known encoding"
        except _TooLong:
            why = "answered too much"
        if begun:
            raise SendUnknown(f"WhatsApp {why}")
        raise SendLater(UNSENT_SECONDS, f"WhatsApp cannot be reached: it {why}")

    def _proven(self, request: httpx.Request) -> httpx.URL:
        """Return the address with proof that we are the app the token was made for.

        Source: Graph API, securing requests, appsecret_proof.
        """
        if self._app_secret is None:
            return request.url
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        proof = hmac.new(self._app_secret.value, token.encode(), hashlib.sha256).hexdigest()
        return request.url.copy_merge_params({"appsecret_proof": proof}) if token else request.url


class Graph:
    """The Graph API for all accounts of an installation. It holds no token."""

    def __init__(self, url: str, version: str, app_secret: Secret | None, seconds: float) -> None:
        """Take where it is, its version (`v25.0`), the app's secret if there is one, and a call's time in seconds."""
        self.base = httpx.URL(f"{url.rstrip('/')}/{version}/")
        self._version = version.removeprefix("v")
        self._local = _is_loopback(self.base.host)
        self._pool = httpx.AsyncHTTPTransport(verify=_tls(), limits=CONNECTIONS)
        self._seconds = seconds
        self.wire = Wire(self._pool, app_secret, seconds)

    def client(self, token: str, phone_id: str = "") -> Client:
        """Return pywa's client for one token, sending over the wire.

        pywa writes the token and an address of its own into the session that it is given, and refuses one that has a
        token already. So every client has a session to itself, and what costs something is shared below it.
        Raises GraphRefused for what is no token.
        """
        if not token or not is_token(token):
            raise GraphRefused(NO_TOKEN)
        from pywa_async.client import WhatsApp as Client

        logging.getLogger("pywa").setLevel(logging.WARNING)  # at debug level it writes down what customers read
        session = httpx.AsyncClient(transport=self.wire, trust_env=False)
        client = Client(phone_id or None, token, session=session, api_version=self._version)
        session.base_url = self.base
        return client

    async def call(
        self,
        method: str,
        path: str,
        token: str = "",
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Ask for something, past httpx's client and its log. Raises what `Wire` raises."""
        if not is_token(token):
            raise GraphRefused(NO_TOKEN)
        headers = {"authorization": f"Bearer {token}"} if token else {}
        url = self.base.join(path)
        request = httpx.Request(method, url, params=query, headers=headers, json=body)
        found = await self.wire.handle_async_request(request)
        return msgspec.json.decode(found.content, type=dict[str, Any])

    async def fetch(self, address: str, token: str, most: int) -> Attachment:
        """Return a file that a customer sent.

        Only Meta's own hosts are asked, by addresses of the public net, and no redirect is followed: the token goes
        nowhere else. Raises SendRefused for any other place, for a file that is too large and for one that is gone;
        SendLater otherwise.
        """
        url = httpx.URL(address)
        ours = self._local and (url.scheme, url.host, url.port) == (self.base.scheme, self.base.host, self.base.port)
        if not ours and not is_media_host(url):
            raise SendRefused("the file lies on a host that is not WhatsApp's")
        extensions: dict[str, Any] = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), self._seconds)}
        headers = {"authorization": f"Bearer {token}", "host": url.netloc.decode("ascii")}
        if not ours:
            extensions["sni_hostname"] = url.host  # what was checked is asked: the name is not looked up again
            url = url.copy_with(host=await public_address(url.host))
        try:
            async with asyncio.timeout(self._seconds * 4):
                request = httpx.Request("GET", url, headers=headers, extensions=extensions)
                response = await self._pool.handle_async_request(request)
                content = await _read(response, most)
        except _TooLong:
            raise SendRefused(f"the file has more than {most // 1024 // 1024} MB") from None
        except (TimeoutError, httpx.TransportError, httpx.DecodingError):
            content = None
        if content is None:
            raise SendLater(UNSENT_SECONDS, "the file could not be fetched")
        if response.status_code == 200:
            mime = response.headers.get("content-type", "").partition(";")[0].strip()
            return Attachment(content, mime or "application/octet-stream")
        if response.status_code >= 500 or response.status_code == 429:
            raise SendLater(UNSENT_SECONDS, f"the file could not be fetched (HTTP {response.status_code})")
        raise SendRefused(f"the file is not where WhatsApp said (HTTP {response.status_code})")

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


@cache
def _tls() -> ssl.SSLContext:
    """Return what connections are verified with; reading all certificates takes a while, so it is done once."""
    return httpx.create_ssl_context()


class _TooLong(Exception):
    """More came than anybody wants."""


async def _read(response: httpx.Response, most: int) -> bytes:
    """Return a body of at most so many bytes, and give the connection back. Raises _TooLong."""
    parts, size = [], 0
    try:
        async for part in response.aiter_bytes():
            size += len(part)
            if size > most:
                raise _TooLong
            parts.append(part)
    finally:
        await response.aclose()
    return b"".join(parts)


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(body), dict)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


def is_token(text: str) -> bool:
    """Return whether something may stand in a header at all."""
    return text.isascii() and text.isprintable()


def is_media_host(url: httpx.URL) -> bool:
    """Return whether a file may lie at an address: on one of Meta's hosts, over https, and nothing odd about it."""
    return (
        url.scheme == "https"
        and url.port is None
        and not url.userinfo
        and any(url.host.endswith(one) if one.startswith(".") else url.host == one for one in MEDIA_HOSTS)
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def public_address(host: str) -> str:
    """Return an address of a host; raises SendRefused where any of them is not of the public net."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        found = []
    if not found:
        raise SendLater(UNSENT_SECONDS, "the file's host is not known")
    addresses = [ipaddress.ip_address(entry[4][0]) for entry in found]
    if not all(address.is_global for address in addresses):
        raise SendRefused("the file's host is not on the public net")
    return str(addresses[0])
