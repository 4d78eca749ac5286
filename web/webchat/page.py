"""The chat page: it works with its script live, and without it as a form that the page answers."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec
from starlette.responses import RedirectResponse

from domain.errors import Malformed
from domain.ids import conversation_id
from web import formats
from web.brands import BRANDS
from web.requests import NotFound, OtherSite, form_of, is_secure, peer_of, raw_request, same_site
from web.transcript import shown
from web.webchat import lines
from web.webchat.events import known, newest

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from domain.businesses import Account, Directory
    from domain.conversations import Conversation, Message
    from web.pages import Pages
    from web.tools import Tools
    from web.webchat.api import Api

COOKIE = "chat"
KEEP = 90 * 24 * 3600
"""Seconds for which a browser without script remembers its conversation."""
ANSWER_WITHIN = 8.0
"""Seconds a posted form waits for its turn before the page is shown without it."""
SHOWN = 60
SAMPLE = "0" * 32
"""A conversation's id, to ask whether there is a way at all."""
DRAFT = 300
"""Characters that a link may write into the field; nothing is sent by it."""
WORDS = (
    "chat-assistant",
    "chat-queue",
    "chat-person",
    "chat-reconnecting",
    "chat-offline",
    "chat-not-sent",
    "chat-again",
    "chat-sending",
    "chat-sent",
    "chat-today",
    "chat-yesterday",
    "says-customer",
    "says-bot",
    "says-staff",
    "zone-time",
    "card-table",
    "card-calendar",
    "card-manage",
    "card-directions",
    "fact-staff",
    "fact-place",
    "fact-party",
    "fact-price",
    "fact-name",
    "status-inquiry",
    "status-pending",
    "status-confirmed",
    "status-seated",
    "status-in_service",
    "status-completed",
    "status-cancelled",
    "status-no_show",
)
"""The words that the page's script needs."""


class ChatPage:
    """Shows a conversation to its customer."""

    def __init__(self, tools: Tools, pages: Pages, api: Api) -> None:
        """Take the tools, the templates, and the API that hears what forms post."""
        self._tools = tools
        self._pages = pages
        self._api = api

    async def short(self, request: Request) -> Response:
        """GET /chat/{account}: the address that is easy to say."""
        return RedirectResponse(f"/webchat/{quote(request.path_params['account'], safe='')}", 307)

    async def show(self, request: Request) -> Response:
        """GET /webchat/{account}."""
        account = await self._api.account(request.path_params["account"])
        directory = await self._tools.store.directories.directory(account.business_id)
        business = directory.business
        language = self._pages.language(request, business.languages)
        conversation, messages, row = await self._remembered(request, account)
        locale = formats.written(language, business.country)
        trade = business.trade if business.trade in {"salon", "restaurant"} else "any"
        return self._pages.page(
            "chat.html",
            language,
            title=business.name,
            name=business.name,
            account=account.external_id,
            action=f"/webchat/{quote(account.external_id, safe='')}",
            conversation=conversation,
            words={key: self._pages.say(language, key) for key in WORDS},
            owner=self._owner(language, row),
            locale=locale,
            trade=trade,
            starters=[f"chat-starter-{trade}", "chat-starter-hours", "chat-starter-person"],
            shown=shown(messages, zone_of(directory, account), locale),
            choices=messages[-1].choices if messages and messages[-1].author == "bot" else (),
            refresh=refresh(messages, row),
            fresh_id=str(uuid.uuid4()),
            draft=request.query_params.get("draft", "")[:DRAFT],
            longest=self._tools.limits.text_chars,
            elsewhere=await self._elsewhere(account),
        )

    async def go_on(self, request: Request) -> Response:
        """GET /webchat/{account}/continue/{channel}: go on with the conversation in another app.

        The conversation is the one in the query, else the one that the browser's cookie names. Raises NotFound.
        """
        account = await self._api.account(request.path_params["account"])
        named = request.query_params.get("conversation") or request.cookies.get(COOKIE, "")
        raw = raw_request(request, account.external_id, b"", self._tools.clock.now())
        self._tools.channels["webchat"].verify(replace(raw, query={"conversation": named}), None)
        row_id = conversation_id(account.id, named)
        for other in await self._tools.store.accounts.of(account.business_id):
            address = self._tools.elsewhere(other, row_id) if other.channel == request.path_params["channel"] else None
            if address is not None:
                return RedirectResponse(address, 303, {"referrer-policy": "no-referrer", "cache-control": "no-store"})
        raise NotFound("there is no such account")

    async def _elsewhere(self, account: Account) -> list[tuple[str, str]]:
        """Return where a conversation can be gone on with: the channels by name, and the paths that lead there."""
        path = f"/webchat/{quote(account.external_id, safe='')}/continue/"
        others = await self._tools.store.accounts.of(account.business_id)
        named = {other.channel for other in others if self._tools.elsewhere(other, SAMPLE) is not None}
        return [(BRANDS.get(channel, channel), path + channel) for channel in sorted(named)]

    async def post(self, request: Request) -> Response:
        """POST /webchat/{account} from a page without script: hear it, wait a little for the answer, show the page."""
        if not same_site(request):
            raise OtherSite("this form belongs to another site")
        name = request.path_params["account"]
        form = await form_of(request, self._tools.limits.body_bytes)
        said = {"choice": form["choice"]} if form.get("choice") else {"text": form.get("text", "")}
        body = {"conversation": request.cookies.get(COOKIE) or None, "id": form.get("id", ""), **said}
        raw = replace(
            raw_request(request, name, msgspec.json.encode(body), self._tools.clock.now()), query={"wait": "1"}
        )
        try:
            heard = await self._api.hear(raw, peer_of(request))
        except Malformed as problem:
            if problem.field != "conversation":
                raise
            heard = await self._api.hear(
                replace(raw, body=msgspec.json.encode({**body, "conversation": None})), peer_of(request)
            )
        await self._api.turn_of(heard, ANSWER_WITHIN)
        path = f"/webchat/{quote(name, safe='')}"
        answer = RedirectResponse(f"{path}#end", 303)
        answer.set_cookie(
            COOKIE,
            heard.conversation,
            max_age=KEEP,
            path=path,
            httponly=True,
            samesite="lax",
            secure=is_secure(request),
        )
        return answer

    async def _remembered(self, request: Request, account: Account) -> tuple[str, list[Message], Conversation | None]:
        """Return the conversation that this browser's cookie names, with its newest public lines."""
        conversation = request.cookies.get(COOKIE, "")
        if not conversation:
            return "", [], None
        raw = raw_request(request, account.external_id, b"", self._tools.clock.now())
        try:
            self._tools.channels["webchat"].verify(replace(raw, query={"conversation": conversation}), None)
        except Malformed:
            return "", [], None
        transcripts = self._tools.store.transcripts(account.business_id)
        row_id = conversation_id(account.id, conversation)
        messages = [one for one in await newest(transcripts, row_id, SHOWN) if one.author in lines.PUBLIC]
        return conversation, messages, await known(transcripts, row_id)

    def _owner(self, language: str, row: Conversation | None) -> str:
        owner = row.owner.value if row else "bot"
        if owner == "human" and row and row.owner_id:
            return self._pages.say(language, "chat-person", name=row.owner_id)
        return self._pages.say(language, "chat-assistant" if owner == "bot" else "chat-queue")


def zone_of(directory: Directory, account: Account) -> str:
    """Return the zone that an account speaks."""
    place = directory.place.get(account.place_id or "") or directory.places[0]
    return place.zone


def refresh(messages: list[Message], row: Conversation | None) -> int:
    """Return after how many seconds a page without script looks again, 0 for never."""
    if not messages:
        return 0
    if messages[-1].author == "customer":
        return 3
    return 15 if row is not None and row.owner.value != "bot" else 0
