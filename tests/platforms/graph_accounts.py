"""Signing in and connecting at the fake Graph API: the dialog, tokens, subscriptions, numbers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tests.platforms.graph_chaos import Answer, good, refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.platforms.graph_world import Number, Token, Waba, World

PAGE = 2
"""So many numbers come on a page, so that there are more."""


class Accounts:
    """Everything about access."""

    def __init__(self, world: World, handshake: Callable[[str, str], Awaitable[bool]]) -> None:
        """Take the world, and how an address is asked whether it is ours: (address, verify token)."""
        self._world = world
        self._handshake = handshake
        self._codes: dict[str, tuple[str, str]] = {}
        self.consent: tuple[str, ...] | None = ()
        """The accounts that the owner ticks in the dialog; None is a click on Cancel."""
        self.asked: list[dict[str, str]] = []
        """What the dialog was opened with."""

    def dialog(self, query: dict[str, str]) -> tuple[int, str]:
        """Return the redirect by which an owner comes back, or (400, why)."""
        world = self._world
        self.asked.append(query)
        wanted = {
            "client_id": world.app_id,
            "config_id": world.config_id,
            "response_type": "code",
            "override_default_response_type": "true",
        }
        for name, value in wanted.items():
            if query.get(name) != value:
                return 400, f"{name} is wrong"
        if not query.get("state") or json.loads(query.get("extras", "{}")).get("version") != "v4":
            return 400, "state or extras are wrong"
        if self.consent is None:
            back = {"error": "access_denied", "error_reason": "user_denied", "state": query["state"]}
        else:
            code = f"AQ{world.new_id()}"
            self._codes[code] = (query["redirect_uri"], world.add_token(*self.consent).value)
            back = {"code": code, "state": query["state"]}
        return 302, f"{query['redirect_uri']}?{urlencode(back)}"

    def exchange(self, query: dict[str, str]) -> Answer:
        """Give a token for a code: once, to the app itself, for the address that it was sent to."""
        world = self._world
        if query.get("client_id") != world.app_id:
            return refused(101, "Error validating application")
        if query.get("client_secret") != world.app_secret:
            return refused(1, f"Error validating client secret {query.get('client_secret')}")
        redirect, token = self._codes.pop(query.get("code", ""), ("", ""))
        if not token:
            return refused(100, "This authorization code has been used", subcode=36009)
        if redirect != query.get("redirect_uri"):
            return refused(100, "Error validating verification code", subcode=36008)
        return good(access_token=token, token_type="bearer")

    def inspected(self, query: dict[str, str], bearer: str) -> Answer:
        """Say what a token is: to the app only."""
        world = self._world
        if bearer != f"{world.app_id}|{world.app_secret}":
            return refused(190, f"Invalid OAuth access token {bearer}", 401)
        token = world.tokens.get(query.get("input_token", ""))
        if token is None:
            error = {"code": 190, "message": "The access token could not be decrypted"}
            return good(data={"is_valid": False, "scopes": [], "error": error})
        named = {"target_ids": list(token.wabas)} if token.names_ids else {}
        return good(
            data={
                "app_id": token.app_id,
                "type": "SYSTEM_USER",
                "expires_at": token.expires_at,
                "is_valid": token.valid,
                "scopes": list(token.scopes),
                "granular_scopes": [{"scope": scope, **named} for scope in token.scopes],
            }
        )

    def numbers(self, waba: Waba, query: dict[str, str]) -> Answer:
        """Return one page of an account's numbers."""
        start = int(query.get("after") or 0)
        page = [_number(one, query) for one in waba.numbers[start : start + PAGE]]
        paging: dict[str, Any] = {"cursors": {"after": str(start + PAGE)}}
        if start + PAGE < len(waba.numbers):
            paging["next"] = "https://graph.facebook.com/never-asked?access_token=SECRET"
        return good(data=page, paging=paging)

    def number(self, number: Number, query: dict[str, str]) -> Answer:
        """Return the fields of a number."""
        return good(**_number(number, query))

    def register(self, number: Number, row: dict[str, Any]) -> Answer:
        """Register a number, with the PIN that it has or gets."""
        pin = row.get("pin")
        if not isinstance(pin, str) or len(pin) != 6 or not pin.isdigit() or row.get("messaging_product") != "whatsapp":
            self._world.violations.append("register: six digits")
            return refused(100, f"Invalid parameter {pin}")
        if number.pin and number.pin != pin:
            return refused(133005, "Two step verification PIN Mismatch")
        number.pin, number.status, number.platform = pin, "CONNECTED", "CLOUD_API"
        return good(success=True)

    def subscriptions(self, waba: Waba) -> Answer:
        """Return the apps that are told of an account's events."""
        rows = []
        for app, override in waba.subscribed.items():
            row: dict[str, Any] = {
                "whatsapp_business_api_data": {"id": app, "name": "An app", "link": "https://x.test"}
            }
            rows.append(row | ({"override_callback_uri": override} if override else {}))
        return good(data=rows)

    async def subscribe(self, waba: Waba, token: Token, row: dict[str, Any]) -> Answer:
        """Subscribe the app; another address only where it is subscribed already and answers the handshake."""
        address = row.get("override_callback_uri", "")
        if address:
            if token.app_id not in waba.subscribed:
                return refused(100, "Before override the current callback uri, your app must be subscribed")
            if not await self._handshake(address, row.get("verify_token", "")):
                return refused(2200, f"Callback verification failed for {row.get('verify_token')}")
        waba.subscribed[token.app_id] = address
        return good(success=True)

    def unsubscribe(self, waba: Waba, token: Token) -> Answer:
        """Stop telling the app."""
        waba.subscribed.pop(token.app_id, None)
        return good(success=True)


def _number(number: Number, query: dict[str, str]) -> dict[str, Any]:
    everything = {
        "id": number.id,
        "display_phone_number": number.display,
        "verified_name": number.name,
        "status": number.status,
        "platform_type": number.platform,
        "quality_rating": number.quality,
        "code_verification_status": number.verification,
        "name_status": number.name_status,
        "throughput": {"level": "STANDARD"},
    }
    wanted = {"id", *query.get("fields", "display_phone_number,verified_name").split(",")}
    return {name: value for name, value in everything.items() if name in wanted}
