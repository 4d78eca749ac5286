"""The desk: bookings and conversations for staff, and what they do in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from adapters.base import SendLater, SendRefused, SendUnknown
from dialogs.wire import decode_media
from domain.errors import ControlLost, OutsideWindow, UnknownConversation
from web import formats
from web.brands import BRANDS
from web.landing import links, view
from web.landing.events import changes
from web.landing.guard import Guard
from web.requests import Forbidden, NotFound
from web.transcript import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from domain.conversations import Conversation
    from web.businesses import Businesses, Front
    from web.landing.links import Session
    from web.pages import Pages
    from web.streams import Streams
    from web.tools import Tools

BUSINESSES = 20
"""The desk of `make run` shows at most so many."""
SAFE_TO_SHOW = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
        "audio/ogg",
        "audio/mpeg",
        "audio/mp4",
        "audio/aac",
        "video/mp4",
    }
)
"""What a browser shows without running anything; every other file is only downloaded."""


class Desk:
    """Serves the staff pages."""

    def __init__(self, tools: Tools, pages: Pages, businesses: Businesses, streams: Streams) -> None:
        """Take the tools, the templates, the businesses, and what ends streams."""
        self._tools = tools
        self._streams = streams
        self._pages = pages
        self._businesses = businesses
        self._guard = Guard(tools)

    async def overview(self, request: Request) -> Response:
        """GET /desk, and with `?key=` the way in."""
        key = request.query_params.get("key")
        if key is not None:
            if not links.link_opens(self._tools.link_key, key, self._tools.clock.now()):
                raise Forbidden("the link has expired or is not ours")
            return self._guard.let_in(request, RedirectResponse("/desk", 303), "")
        return await self._page(request, self._guard.required(request), None)

    async def conversation(self, request: Request) -> Response:
        """GET /desk/{business}/{conversation}."""
        session = self._guard.required(request)
        front, one = await self._open(request)
        return await self._page(request, session, (front, one))

    async def act(self, request: Request) -> Response:
        """POST /desk/{business}/{conversation}/{act}: claim, reply, note, hand-back."""
        session, form = await self._guard.form(request)
        front, one = await self._open(request)
        staff, business_id = self._tools.staff, front.directory.business.id
        language = self._pages.language(request)
        name = session.name or self._pages.say(language, "desk-you-default")
        text = form.get("text", "").strip()[: self._tools.limits.text_chars]
        act = request.path_params["act"]
        path = f"/desk/{quote(front.directory.business.slug, safe='')}/{one.id}"
        if act in {"reply", "note"} and not text:
            return RedirectResponse(f"{path}?problem=empty", 303)
        try:
            match act:
                case "claim":
                    await staff.claim(business_id, one.id, name)
                case "reply":
                    await staff.reply(business_id, one.id, name, text)
                case "note":
                    await staff.note(business_id, one.id, name, text)
                case "hand-back":
                    await staff.hand_back(business_id, one.id, name)
                case "remind":
                    await staff.remind(business_id, one.id, name)
                case _:
                    raise NotFound("no such action")
        except (ControlLost, OutsideWindow) as problem:
            # What was written is shown again with what is wrong: nothing has to be typed twice.
            front, one = await self._open(request)
            return await self._page(request, session, (front, one), problem.reply, text, problem.status)
        return RedirectResponse(path, 303)

    async def file(self, request: Request) -> Response:
        """GET /desk/{business}/{conversation}/files/{message}: a file that a customer sent, from its platform."""
        self._guard.required(request)
        front, one = await self._open(request)
        lines = await self._tools.store.transcripts(front.directory.business.id).last_messages(one.id, view.LINES)
        line = next((line for line in lines if line.id == request.path_params["message"]), None)
        if line is None or line.media is None:
            raise NotFound("no such file")
        account = await self._tools.store.directories.account_by_id(one.account_id)
        try:
            attachment = await self._tools.channels[account.channel].media(account, decode_media(line.media))
        except (SendRefused, SendLater, SendUnknown):
            raise NotFound("its platform does not hand this file out (any more)") from None
        shown_here = attachment.mime.partition(";")[0].strip().lower() in SAFE_TO_SHOW
        return Response(
            attachment.content,
            headers={
                "cache-control": "private, no-store",
                "content-disposition": "inline" if shown_here else "attachment",
                "content-security-policy": "sandbox; default-src 'none'; img-src 'self'; media-src 'self'",
            },
            media_type=attachment.mime if shown_here else "application/octet-stream",
        )

    async def name(self, request: Request) -> Response:
        """POST /desk/name: whose words one's replies are."""
        _, form = await self._guard.form(request)
        back = form.get("back", "")
        target = back if back == "/desk" or back.startswith("/desk/") else "/desk"
        return self._guard.let_in(request, RedirectResponse(target, 303), form.get("name", ""))

    async def events(self, request: Request) -> Response:
        """GET /desk/events: server-sent events that say what changed; pages read the rest anew."""
        self._guard.required(request)
        topics = [front.directory.business.id for front in await self._fronts()]
        return self._streams.answer(changes(self._tools.store.live, topics))

    async def _fronts(self) -> Sequence[Front]:
        return await self._businesses.all(BUSINESSES)

    async def _open(self, request: Request) -> tuple[Front, Conversation]:
        front = await self._businesses.front(request.path_params["business"])
        conversation_id = request.path_params["conversation"]
        if not conversation_id.isalnum():
            raise UnknownConversation("not the id of a conversation")
        return front, await self._tools.store.transcripts(front.directory.business.id).conversation(conversation_id)

    async def _page(
        self,
        request: Request,
        session: Session,
        opened: tuple[Front, Conversation] | None,
        problem: str = "",
        written: str = "",
        status: int = 200,
    ) -> Response:
        tools, language = self._tools, self._pages.language(request)
        fronts = await self._fronts()
        context: dict[str, Any] = {"one": None}
        if opened is not None:
            front, one = opened
            directory = front.directory
            locale = formats.written(language, directory.business.country)
            context = {
                "one": one,
                "business": directory.business.name,
                "via": BRANDS.get((await tools.store.directories.account_by_id(one.account_id)).channel, ""),
                "path": f"/desk/{quote(directory.business.slug, safe='')}/{one.id}",
                "shown": shown(await view.newest(tools, one), directory.places[0].zone, locale),
                "known": await view.known(tools, directory, one, locale),
                "window": await view.window(tools, directory, one, locale),
            }
        else:
            context |= {
                "letters": await view.undelivered(tools, fronts, language),
                "troubled": await view.troubled(tools, fronts),
            }
        problem = problem or ("empty" if request.query_params.get("problem") == "empty" else "")
        return self._pages.page(
            "desk.html",
            language,
            status,
            title=self._pages.say(language, "desk-title"),
            boards=[await view.board(tools, front, language) for front in fronts],
            rows=await view.rows(tools, fronts, language, opened[1].id if opened else ""),
            me=session.name or self._pages.say(language, "desk-you-default"),
            token=self._guard.token(session),
            problem=problem,
            written=written,
            here=request.url.path,
            slot_names=view.SLOTS,
            stage_names=view.STAGES,
            reasons=view.REASONS,
            **context,
        )
