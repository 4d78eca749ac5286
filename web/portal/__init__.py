"""The pages of a booking, for the customer who made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from web.portal.pages import Portal

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from web.businesses import Businesses
    from web.pages import Pages
    from web.tools import Tools


def routes(tools: Tools, pages: Pages, businesses: Businesses) -> list[BaseRoute]:
    """Return the routes under `/b/{business}/{code}`."""
    portal = Portal(tools, pages, businesses)
    path = "/b/{business}/{code}"
    return [
        Route(path, portal.show, methods=["GET"]),
        Route(f"{path}/calendar.ics", portal.calendar, methods=["GET"]),
        Route(f"{path}/move", portal.times, methods=["GET"]),
        Route(f"{path}/move", portal.move, methods=["POST"]),
        Route(f"{path}/cancel", portal.ask_cancel, methods=["GET"]),
        Route(f"{path}/cancel", portal.cancel, methods=["POST"]),
    ]
