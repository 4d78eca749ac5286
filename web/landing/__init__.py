"""The first look of a business: the start page, and the desk behind a signed link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from web.landing.desk import Desk
from web.landing.start import Start

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from web.businesses import Businesses
    from web.pages import Pages
    from web.streams import Streams
    from web.tools import Tools


def routes(tools: Tools, pages: Pages, businesses: Businesses, streams: Streams) -> list[BaseRoute]:
    """Return `/` and the routes under `/desk`."""
    desk = Desk(tools, pages, businesses, streams)
    one = "/desk/{business}/{conversation}"
    return [
        Route("/", Start(tools, pages, businesses).show, methods=["GET"]),
        Route("/desk", desk.overview, methods=["GET"]),
        Route("/desk/events", desk.events, methods=["GET"]),
        Route("/desk/name", desk.name, methods=["POST"]),
        Route(one, desk.conversation, methods=["GET"]),
        Route(one + "/files/{message}", desk.file, methods=["GET"]),
        Route(one + "/{act}", desk.act, methods=["POST"]),
    ]
