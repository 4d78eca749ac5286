"""WhatsApp as a channel: the Cloud API, spoken to through pywa."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

from adapters import meta
from adapters.base import HttpAnswer, Receipt, SendLater, SendRefused, SendUnknown, Typing
from adapters.whatsapp import inbound
from adapters.whatsapp.errors import GraphRefused, error_of, fault_of
from adapters.whatsapp.lazy import LazyGraph
from adapters.whatsapp.outbound import to_whatsapp
from dialogs.messages import Capabilities

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from pywa_async.client import WhatsApp as Client

    from adapters.base import Accepted, Attachment, Event, Request, Secret, Sendable, TokenOf
    from adapters.whatsapp.errors import Refusal
    from dialogs.messages import Media
    from domain.businesses import Account

T = TypeVar("T")
if find_spec("pywa_async") is None:  # looked for, not loaded: that takes half a second, and is done when it is used
    raise ModuleNotFoundError("WhatsApp needs pywa, which is not installed", name="pywa")

GRAPH_URL = "https://graph.facebook.com"
DOCUMENT_BYTES = 100 * 1024 * 1024
MEDIA_BYTES = 16 * 1024 * 1024
"""Of everything but documents. Source: Cloud API, media reference, supported types."""
FETCH_SECONDS = 5.0
"""How long to wait until a file is fetched again."""
GONE = (100, 33)
"""What Meta says of a file that is not there, and of a number that the token may not use: code and subcode."""
VERSION = "v25.0"
"""Of the Graph API: until 2028-07-29. Source: Graph API changelog."""


class WhatsApp:
    """All WhatsApp numbers of an installation; of a business it holds nothing but a client that can be made again."""

    name = "whatsapp"
    can = Capabilities(
        text_limit=4096,
        choices_text_limit=1024,
        text_unit="chars",
        buttons=3,
        button_label=20,
        list_rows=10,
        row_label=24,
        row_detail=72,
        window=24,
        quiet_ms=700,
        templates=True,
        receipts=True,
        reconciles=True,
        per_account=(80.0, 80),
        per_chat=(1 / 6, 45),
    )
    """Source: Cloud API, messages and throughput: 80 a second for a number; one in 6 s to a person, 45 in a burst."""

    def __init__(
        self,
        tokens: TokenOf,
        *,
        graph_url: str = GRAPH_URL,
        version: str = VERSION,
        app_secret: Secret | None = None,
        call_seconds: float = 15.0,
        app_id: str = "",
        clients: int = 512,
    ) -> None:
        """Take where tokens come from, and where Meta is.

        Args:
            tokens: Returns an account's token, and raises Unauthorised where there is none.
            graph_url: Where the Graph API is; on this machine in tests.
            version: Of the Graph API.
            app_secret: With it every call proves that it is the app's.
            call_seconds: After so long the outcome of a call is unknown.
            app_id: The app's id, by which it knows which of two apps has a conversation.
            clients: So many numbers keep their client; the others' is made again when they send, in a millisecond.
        """
        self._tokens = tokens
        self._app_id = app_id
        self._most = clients
        self._graph = LazyGraph(graph_url, version, app_secret, call_seconds)
        self._clients: OrderedDict[tuple[str, str], tuple[str, Client]] = OrderedDict()

    def verify(self, request: Request, secret: Secret | None) -> None:
        """Check the signature of a delivery, or the words of the handshake. Raises BadSignature."""
        meta.verify(request, secret)

    def parse(self, request: Request) -> Sequence[Event]:
        """Read a delivery; the handshake says nothing. Raises Malformed."""
        return inbound.parse(request, self._app_id)

    def answer(self, request: Request, outcome: Accepted) -> HttpAnswer:
        """Say the handshake's word back, or that a delivery is stored."""
        return meta.challenge(request) or HttpAnswer(200, b'{"success":true}')

    def fault(self, code: str) -> SendRefused | None:
        """Return what an error code in a receipt means, as `send` would have raised it; None where it says nothing."""
        return fault_of(code)

    async def send(self, account: Account, message: Sendable) -> Receipt:
        """Hand a message to WhatsApp; the sign that an answer is being written never fails.

        Raises SendRefused and its kinds, also for what passes a limit and is not sent; SendLater where nothing was
        sent; SendUnknown where nobody knows.
        """
        if isinstance(message, Typing):
            if message.about:
                with suppress(SendRefused, SendLater, SendUnknown):
                    await _outcome(self._type(account, message))
            return Receipt("")
        return Receipt(_id_of(await _outcome(self._send(account, to_whatsapp(message)))))

    async def media(self, account: Account, media: Media) -> Attachment:
        """Fetch a file that a customer sent: up to 100 MB of a document, 16 MB of anything else.

        Raises what `send` raises, but for SendUnknown: nothing is sent here, so it may be tried again.
        """
        if not (media.ref.isascii() and media.ref.isalnum()):
            raise SendRefused("the file has no id of WhatsApp's")
        most = DOCUMENT_BYTES if media.kind == "document" else MEDIA_BYTES
        try:
            return await _outcome(self._fetch(account, media.ref, most))
        except SendUnknown as unknown:
            why = str(unknown)
        raise SendLater(FETCH_SECONDS, why)

    async def prepare(self) -> None:
        """Load what sending needs, so that the first message does not wait for it."""
        await self._graph.open()

    async def close(self) -> None:
        """Close all connections; the next message opens new ones. They belong to the event loop that opened them."""
        self._clients.clear()
        await self._graph.aclose()

    async def _send(self, account: Account, body: dict[str, Any]) -> dict[str, Any]:
        """Send a body that was checked: just this goes out, a test compares; pywa's own builders lose something."""
        client, kind = await self._client(account), body["type"]
        return await client.api.send_message(
            sender=account.external_id,
            to=body.get("to"),
            recipient=body.get("recipient"),
            recipient_type=body["recipient_type"],
            typ=kind,
            msg=body[kind],
            biz_opaque_callback_data=body.get("biz_opaque_callback_data"),
        )

    async def _type(self, account: Account, typing: Typing) -> None:
        client = await self._client(account)
        await client.indicate_typing(typing.about, sender=account.external_id)

    async def _fetch(self, account: Account, media_id: str, most: int) -> Attachment:
        client = await self._client(account)
        address: Any = None
        try:
            address = (await client.api.get_media_url(media_id)).get("url")
        except GraphRefused as refused:
            if (refused.refusal.code, refused.refusal.subcode) != GONE:
                raise
        if not isinstance(address, str):
            raise SendRefused("the file is not on WhatsApp any more")
        graph = await self._graph.open()
        return await graph.fetch(address, await self._token(account), most)

    async def _client(self, account: Account) -> Client:
        """Return the client of an account's number, with the token that it has now."""
        graph = await self._graph.open()
        token = await self._token(account)
        key = account.id, account.external_id
        kept = self._clients.pop(key, None)
        if kept is None or kept[0] != token:
            kept = token, graph.client(token, account.external_id)
        self._clients[key] = kept
        while len(self._clients) > self._most:
            self._clients.popitem(last=False)
        return kept[1]

    async def _token(self, account: Account) -> str:
        return (await self._tokens(account)).value.decode("utf-8", "replace")


async def _outcome(call: Awaitable[T]) -> T:
    """Wait for a call. A no is raised as what it means, with nothing of the request behind it."""
    refusal: Refusal
    try:
        return await call
    except GraphRefused as refused:
        refusal = refused.refusal
    raise error_of(refusal)


def _id_of(said: dict[str, Any]) -> str:
    """Return the id of the message that WhatsApp took; SendUnknown where it does not say one."""
    messages = said.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    found = first.get("id") if isinstance(first, dict) else None
    if not isinstance(found, str) or not found:
        raise SendUnknown("WhatsApp took the message and named no id")
    return found
