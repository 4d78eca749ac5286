"""The ASGI application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI

from web import answers, health, hooks, landing, portal, webchat
from web.businesses import Businesses
from web.middleware import Headers
from web.pages import Pages
from web.static_files import StaticFiles

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from web.tools import Tools


def create_app(tools: Tools) -> ASGIApp:
    """Return the application that serves webhooks, web chat and pages with these tools.

    The tools are opened and closed by whoever made them. The way of a web chat message is the first route, and like the
    webhooks it is a plain one, at half the cost of a typed endpoint.
    """
    static = StaticFiles()
    pages = Pages(tools, static)
    businesses = Businesses(tools)
    app = FastAPI(title="Frontdesk", version=tools.version or "0", docs_url=None, redoc_url=None, openapi_url=None)
    app.router.routes[:] = [
        *webchat.routes(tools, pages),
        *hooks.routes(tools),
        *static.routes(),
        *portal.routes(tools, pages, businesses),
        *landing.routes(tools, pages, businesses),
        *health.routes(tools),
    ]
    answers.install(app, pages)
    return Headers(app)
