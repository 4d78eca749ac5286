"""The ASGI application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI

from web import answers, api, connect, health, hooks, landing, portal, webchat
from web.businesses import Businesses
from web.middleware import Headers
from web.pages import Pages
from web.static_files import StaticFiles
from web.streams import Streams

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from web.tools import Tools


class Site:
    """The ASGI application."""

    def __init__(self, app: ASGIApp, streams: Streams) -> None:
        """Take the application, and the streams that must end before it can."""
        self._app = app
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._app(scope, receive, send)

    def close(self) -> None:
        """End the answers that go on, so that the server need not cut them off: to be called when it is to stop."""
        self._streams.close()


def create_app(tools: Tools) -> Site:
    """Return the application that serves webhooks, web chat and pages with these tools.

    The tools are opened and closed by whoever made them. The way of a web chat message is the first route, and like the
    webhooks it is a plain one, at half the cost of a typed endpoint.
    """
    static, streams = StaticFiles(), Streams()
    pages = Pages(tools, static)
    businesses = Businesses(tools)
    app = FastAPI(title="Frontdesk", version=tools.version or "0", docs_url=None, redoc_url=None, openapi_url=None)
    app.router.routes[:] = [
        *webchat.routes(tools, pages, streams),
        *hooks.routes(tools),
        *api.routes(tools, pages),
        *static.routes(),
        *portal.routes(tools, pages, businesses),
        *connect.routes(tools, pages, businesses, tools.connections),
        *landing.routes(tools, pages, businesses, streams),
        *health.routes(tools),
    ]
    answers.install(app, pages)
    return Site(Headers(app), streams)
