"""Connecting accounts: the page of a business's channels, sign-ins at platforms, and the way back from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from web.connect.channels import Channels
from web.connect.sign_in import SignIn

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from web.businesses import Businesses
    from web.connect.desk import ConnectDesk
    from web.pages import Pages
    from web.tools import Tools


def routes(tools: Tools, pages: Pages, businesses: Businesses, desk: ConnectDesk | None) -> list[BaseRoute]:
    """Return `/desk/channels` and the routes under `/connect`; none where nothing can be connected."""
    if desk is None:
        return []
    channels = Channels(tools, pages, businesses, desk)
    sign_in = SignIn(tools, pages, businesses, desk, channels)
    account = "/connect/accounts/{account}"
    return [
        Route("/desk/channels", channels.show, methods=["GET"]),
        Route(account + "/check", channels.check, methods=["POST"]),
        Route(account + "/retry", channels.retry, methods=["POST"]),
        Route(account + "/disconnect", channels.ask, methods=["GET"]),
        Route(account + "/disconnect", channels.disconnect, methods=["POST"]),
        Route("/connect/{channel}/token", channels.token, methods=["POST"]),
        Route("/connect/{channel}/begin", sign_in.begin, methods=["GET"]),
        Route("/connect/{channel}/back", sign_in.back, methods=["GET"]),
        Route("/connect/{channel}/choose", sign_in.choices, methods=["GET"]),
        Route("/connect/{channel}/choose", sign_in.choose, methods=["POST"]),
    ]
