"""Web chat over HTTP: the API, its live events and the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from web.webchat.api import Api
from web.webchat.events import Events
from web.webchat.page import ChatPage

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from web.pages import Pages
    from web.streams import Streams
    from web.tools import Tools


def routes(tools: Tools, pages: Pages, streams: Streams) -> list[BaseRoute]:
    """Return the routes under `/webchat/{account}`, the one that messages take first."""
    api = Api(tools, streams)
    page = ChatPage(tools, pages, api)
    return [
        Route("/webchat/{account}/messages", api.message, methods=["POST"]),
        Route("/webchat/{account}/events", Events(tools, api, streams).stream, methods=["GET"]),
        Route("/webchat/{account}", page.show, methods=["GET"]),
        Route("/webchat/{account}", page.post, methods=["POST"]),
        Route("/webchat/{account}/continue/{channel}", page.go_on, methods=["GET"]),
        Route("/chat/{account}", page.short, methods=["GET"]),
    ]
