"""The page that `make run` opens: what this is, the businesses to try, and the way to the desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from web.landing.guard import Guard

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from web.businesses import Businesses
    from web.pages import Pages
    from web.tools import Tools

TRADES = frozenset({"salon", "restaurant"})
MOST = 12


@dataclass(frozen=True, slots=True)
class Demo:
    """A business as a card."""

    name: str
    trade: str
    address: str
    chat: str
    """The path of its chat."""
    tries: tuple[tuple[str, str], ...]
    """(words, path that opens the chat with them written)."""


class Start:
    """Shows the landing page."""

    def __init__(self, tools: Tools, pages: Pages, businesses: Businesses) -> None:
        """Take the tools, the templates and the businesses."""
        self._guard = Guard(tools)
        self._pages = pages
        self._businesses = businesses

    async def show(self, request: Request) -> Response:
        """GET /."""
        language = self._pages.language(request)
        demos: list[Demo] = []
        for front in (await self._businesses.all())[:MOST]:
            if front.chat is None:
                continue
            business = front.directory.business
            trade = business.trade if business.trade in TRADES else "any"
            chat = f"/webchat/{quote(front.chat.external_id, safe='')}"
            spoken = self._pages.language(request, business.languages)
            tries = [self._pages.say(spoken, f"landing-try-{trade}-{number}") for number in (1, 2, 3)]
            links = tuple((words, f"{chat}?{urlencode({'draft': words})}") for words in tries)
            demos.append(Demo(business.name, trade, front.directory.places[0].address, chat, links))
        return self._pages.page(
            "landing.html",
            language,
            title=self._pages.say(language, "landing-title"),
            demos=demos,
            here=str(request.base_url).rstrip("/"),
            signed_in=self._guard.session(request) is not None,
        )
