"""The watching page of the demo: two phones, what passes on the wire, and what can go wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.platforms.demo_deeds import PLATFORMS, Deeds
from tests.platforms.demo_wire import facts
from web.app import Site
from web.landing.links import desk_link
from web.middleware import Headers
from web.pages import initials, linked
from web.requests import NotFound
from web.static_files import FOLDER as WEB
from web.static_files import StaticFiles
from web.streams import HEARTBEAT, Streams

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.requests import Request

    from tests.platforms.demo_house import House

OURS = Path(__file__).parent / "demo"
SHOWN = 60
"""Exchanges on the page."""
WORDS = 1000
"""Characters of a message."""
TRIES = ("a haircut with Anna tomorrow at 3pm", "what is free on Saturday?", "do you take cards?")
BOTH = ("telegram", "whatsapp")
DEEDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("again", "The last webhook comes again", BOTH),
    ("forged", "A webhook with a wrong signature", BOTH),
    ("flooded", "The next message is answered 429", BOTH),
    ("revoked", "The token is revoked", BOTH),
    ("connected", "Connect it again, with a new token", BOTH),
    ("answered", "The owner answers in the WhatsApp Business app", ("whatsapp",)),
    ("handed_back", "Hand back to the assistant", BOTH),
)
STATES = {
    "connected": ("ok", "Connected"),
    "reauth_required": ("danger", "Interrupted"),
    "stopped": ("danger", "Stopped"),
    "disconnected": ("warn", "Disconnected"),
}
OWNERS = {
    "": ("", "No messages yet"),
    "bot": ("brand", "Assistant"),
    "queue": ("warn", "In the queue"),
    "human": ("warn", "A person"),
    "external_app": ("warn", "The owner"),
}


class Page:
    """Serves the page of one house."""

    def __init__(self, house: House) -> None:
        """Take the house; templates and files are read once."""
        self._house = house
        self._deeds = Deeds(house)
        self._streams = Streams()
        self._static = StaticFiles()
        own = StaticFiles(OURS / "static")
        self._static.assets |= own.assets
        self._static.version = self._static.version[:6] + own.version[:6]
        self._zone = ZoneInfo(house.directory.places[0].zone)
        self._note = ""
        self._jinja = Environment(
            loader=FileSystemLoader([OURS / "templates", WEB.parent / "templates"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.filters.update(linked=linked, initials=initials, clock=self._clock)
        self._jinja.globals["asset"] = self._static.url

    def site(self) -> Site:
        """Return the application."""
        routes = [
            Route("/", self._show, methods=["GET"]),
            Route("/events", self._events, methods=["GET"]),
            Route("/phones/{channel}/{act}", self._act, methods=["POST"]),
            Route("/deeds/{channel}/{deed}", self._do, methods=["POST"]),
            *self._static.routes(),
        ]
        app = Starlette(routes=routes, exception_handlers={NotFound: _not_found})
        return Site(Headers(app), self._streams)

    async def _show(self, request: Request) -> Response:
        house = self._house
        phones = [
            {
                "channel": channel,
                "platform": PLATFORMS[channel],
                "phone": phone,
                "lines": list(enumerate(phone.lines)),
                "state": STATES[house.states.get(channel, ("connected", ""))[0]],
                "owner": OWNERS[house.states.get(channel, ("", ""))[1]],
            }
            for channel, phone in house.phones.items()
        ]
        text = self._jinja.get_template("watching.html").render(
            lang="en",
            dir="ltr",
            title="Frontdesk: try the channels",
            business=house.directory.business.name,
            phones=phones,
            deeds=[(name, words, [(one, PLATFORMS[one]) for one in channels]) for name, words, channels in DEEDS],
            exchanges=[facts(one) for one in list(house.wire.exchanges)[: -SHOWN - 1 : -1]],
            tries=TRIES,
            note=self._note,
            frontdesk=house.url,
            desk=desk_link(house.app.tools().link_key, house.url, house.app.clock.now()),
        )
        return HTMLResponse(text, headers={"cache-control": "no-store"})

    async def _events(self, request: Request) -> Response:
        return self._streams.answer(self._changes())

    async def _changes(self) -> AsyncGenerator[bytes, None]:
        yield b"retry: 1000\n\n"
        while True:
            changed = await self._house.change(HEARTBEAT)
            yield b"event: changed\ndata: {}\n\n" if changed else b": still here\n\n"

    async def _act(self, request: Request) -> Response:
        """POST /phones/{channel}/{act}: say or tap."""
        phone = self._house.phones.get(request.path_params["channel"])
        form = await _form(request)
        words = form.get("text", "").strip()[:WORDS]
        if phone is None or form is None:
            raise NotFound("no such phone")
        if request.path_params["act"] == "tap":
            try:
                await phone.taps(form.get("label", ""), form.get("of", ""))
            except LookupError:
                self._note = "That choice is gone."
        elif words:
            await phone.says(words)
        return RedirectResponse("/", 303)

    async def _do(self, request: Request) -> Response:
        """POST /deeds/{channel}/{deed}."""
        await _form(request)
        channel, deed = request.path_params["channel"], request.path_params["deed"]
        if not any(deed == name and channel in channels for name, _, channels in DEEDS):
            raise NotFound("no such deed")
        self._note = f"{PLATFORMS[channel]}. {await getattr(self._deeds, deed)(channel)}"
        return RedirectResponse("/", 303)

    def _clock(self, at: Any) -> str:
        return f"{at.astimezone(self._zone):%H:%M}"


async def _form(request: Request) -> dict[str, str]:
    """Return a form of this page's own. Raises NotFound for one of another page."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise NotFound("another page's form")
    async with request.form() as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


async def _not_found(request: Request, error: Exception) -> Response:
    await asyncio.sleep(0)
    return Response("There is no such page.\n", 404, media_type="text/plain")
