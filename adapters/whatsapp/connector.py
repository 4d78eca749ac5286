"""Connecting WhatsApp numbers: Meta's Embedded Signup by redirect, or a token that an owner pastes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from adapters.base import Connected, ConnectRefused, Finding, Secret
from adapters.whatsapp import approval, checkup
from adapters.whatsapp.asking import Asking, is_id, row_of, rows, text
from adapters.whatsapp.lazy import LazyGraph
from adapters.whatsapp.templates import CODES
from domain.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from adapters.base import Grant, Hook
    from adapters.whatsapp.templates import Judged
    from domain.businesses import Account
    from domain.clock import Clock

EXTRAS = {"version": "v4", "sessionInfoVersion": "3", "setup": {}}
"""What makes Facebook's sign-in the WhatsApp signup. Source: Embedded Signup, implementation (28 June 2026)."""
SCOPES = ("whatsapp_business_management", "whatsapp_business_messaging")
"""To subscribe and to submit templates; to send."""
NUMBER_FIELDS = "id,display_phone_number,verified_name,status"
GONE = frozenset({"DELETED", "MIGRATED"})
"""States of numbers that are somewhere else now."""
PIN_NEEDED = "WhatsApp protects this number with six digits. Choose six, or enter those that it has already."
_TOKEN = re.compile(r"[A-Za-z0-9_|.-]{16,2048}")
_PIN = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Opened:
    """What a token opens, by Meta's own word."""

    token: Secret
    groups: tuple[str, ...]
    """WhatsApp Business Accounts."""
    expires_at: datetime | None


class WhatsAppConnector:
    """Connects the numbers of WhatsApp Business Accounts, all through one Meta app."""

    name = "whatsapp"
    shared_endpoint = True

    def __init__(
        self,
        app_id: str,
        app_secret: Secret | None,
        config_id: str,
        graph_url: str,
        version: str,
        dialog_url: str = "https://www.facebook.com",
        *,
        link_base: str = "",
        call_seconds: float = 15.0,
        clock: Clock | None = None,
    ) -> None:
        """Take the Meta app, and where Meta is.

        Args:
            app_id: The app's id; "" where it is not set, and then nothing can be connected.
            app_secret: Of the app.
            config_id: The configuration of "Facebook Login for Business" with the variant WhatsApp Embedded Signup.
            graph_url: Where the Graph API is.
            version: Of the Graph API and of the sign-in, `v25.0`.
            dialog_url: Where owners sign in.
            link_base: Where links for managing a booking begin: templates lead only there.
            call_seconds: How long to wait for one answer.
            clock: For what ends soon; the machine's own if nothing is said.
        """
        self._settings = {"app_id": app_id, "app_secret": app_secret, "config_id": config_id}
        self._app_id = app_id
        self._app_secret = b"" if app_secret is None else app_secret.value
        self._dialog = f"{dialog_url.rstrip('/')}/{version}/dialog/oauth"
        self._link_base = link_base.rstrip("/")
        self._clock = clock or SystemClock()
        self._graph = LazyGraph(graph_url, version, app_secret, call_seconds)
        self._asking = Asking(self._graph)

    def begin(self, state: str, redirect: str) -> str:
        """Return Meta's address for an owner: the whole page goes there, and no script of Meta's runs on ours.

        Raises ConnectRefused naming the setting that is missing.
        """
        self._require("app_id", "app_secret", "config_id")
        asked = {
            "client_id": self._app_id,
            "redirect_uri": redirect,
            "state": state,
            "response_type": "code",
            "config_id": str(self._settings["config_id"]),
            "override_default_response_type": "true",
            "extras": json.dumps(EXTRAS, separators=(",", ":")),
        }
        return f"{self._dialog}?{urlencode(asked)}"

    async def finish(self, grant: Grant) -> Sequence[Connected]:
        """Return the numbers that a grant opens. Only what Meta says of the token counts. Raises ConnectRefused."""
        self._require("app_id", "app_secret")
        opened = await self._inspect(grant.token or await self._exchange(grant))
        found = {
            number["id"]: Connected(
                external_id=number["id"],
                name=" · ".join(
                    filter(None, (text(number.get(name)) for name in ("display_phone_number", "verified_name")))
                ),
                token=opened.token,
                group=group,
                expires_at=opened.expires_at,
            )
            for group in opened.groups
            async for number in self._asking.pages(f"{group}/phone_numbers", opened.token, NUMBER_FIELDS)
            if is_id(number.get("id")) and number.get("status") not in GONE
        }
        if not found:
            raise ConnectRefused("There is no phone number yet. Add one in WhatsApp Manager and connect again.")
        return list(found.values())

    async def subscribe(self, account: Account, token: Secret, hook: Hook, pin: str = "") -> None:
        """Have Meta deliver to the hook, and register the number where it is not yet. Raises ConnectRefused.

        Meta takes another address only from an app that is subscribed already, so it is asked twice. A number that is
        connected to the Cloud API is not registered again: that would only check a PIN which the owner may not have.
        """
        if not is_id(account.group) or not is_id(account.external_id):
            raise ConnectRefused("This is no number of WhatsApp's. Connect it again.")
        path = f"{account.group}/subscribed_apps"
        await self._asking.ask("POST", path, token)
        override = {"override_callback_uri": hook.url, "verify_token": hook.secret.challenge}
        await self._asking.ask("POST", path, token, body=override, doing="hook")
        fields = {"fields": "status,platform_type"}
        number = await self._asking.ask("GET", account.external_id, token, query=fields)
        if number.get("status") == "CONNECTED" and number.get("platform_type") in {None, "CLOUD_API"}:
            return
        if not _PIN.fullmatch(pin):
            raise ConnectRefused(PIN_NEEDED)
        registration = {"messaging_product": "whatsapp", "pin": pin}
        await self._asking.ask("POST", f"{account.external_id}/register", token, body=registration, doing="register")

    async def check(self, account: Account, token: Secret, hook: Hook) -> Sequence[Finding]:
        """Say what is well and what is not, each with its remedy. Never raises."""
        try:
            self._require("app_id", "app_secret")
        except ConnectRefused as refused:
            return [Finding(False, "Settings: incomplete", str(refused))]
        return await checkup.findings(
            self._asking, account, token, hook, app_id=self._app_id, app_token=self._app_token, now=self._clock.now()
        )

    async def disconnect(self, account: Account, token: Secret) -> None:
        """Ask Meta to deliver nothing of this number's WhatsApp Business Account any more.

        Meta delivers the events of all its numbers together. That it cannot be asked is no error.
        """
        if not is_id(account.group):
            return
        try:
            await self._asking.ask("DELETE", f"{account.group}/subscribed_apps", token)
        except ConnectRefused:
            return

    async def sync_templates(
        self, account: Account, token: Secret, languages: Sequence[str] = tuple(CODES)
    ) -> list[Judged]:
        """Submit the templates that Meta does not have, and write anew those that say something else.

        Returns how each stands; what Meta would not take is `NOT_SUBMITTED` with a reason. Raises ConnectRefused.
        """
        if not self._link_base.startswith("https://"):
            raise ConnectRefused("A template's link must be an https address: set server.public_url.")
        if not is_id(account.group):
            raise ConnectRefused("This is no number of WhatsApp's. Connect it again.")
        return await approval.sync(self._asking, account.group, token, self._link_base, languages)

    async def close(self) -> None:
        """Close all connections; the next call opens new ones."""
        await self._graph.aclose()

    async def _exchange(self, grant: Grant) -> Secret:
        """Return the token that a code stands for. Source: Embedded Signup, onboarding as a Tech Provider."""
        if not grant.code:
            raise ConnectRefused("Nothing came back from Meta. Connect again.")
        query = {
            "client_id": self._app_id,
            "client_secret": self._app_secret.decode(),
            "code": grant.code,
            "redirect_uri": grant.redirect,
        }
        said = await self._asking.ask("GET", "oauth/access_token", None, query=query, doing="exchange")
        return Secret(str(said.get("access_token", "")).encode())

    async def _inspect(self, token: Secret) -> Opened:
        """Return what a token opens. Ids that a browser hands along are not even read."""
        written = token.value.decode("utf-8", "replace").strip()
        if not _TOKEN.fullmatch(written):
            raise ConnectRefused("This is no access token of Meta's. Copy all of it.")
        said = await self._asking.ask(
            "GET", "debug_token", self._app_token, query={"input_token": written}, doing="app"
        )
        facts = row_of(said.get("data"))
        if facts.get("is_valid") is not True:
            raise ConnectRefused("Meta says that this access is not valid any more. Connect again.")
        if str(facts.get("app_id")) != self._app_id:
            raise ConnectRefused(f"This token is another app's. Make one for the Meta app {self._app_id}.")
        return Opened(Secret(written.encode()), _groups(facts), checkup.moment(facts.get("expires_at")))

    @property
    def _app_token(self) -> Secret:
        """The app's own token. Source: Facebook Login, app access tokens."""
        return Secret(self._app_id.encode() + b"|" + self._app_secret)

    def _require(self, *names: str) -> None:
        for name in names:
            if not self._settings[name]:
                raise ConnectRefused(f"WhatsApp is not set up on this server: set whatsapp.{name}.")


def _groups(facts: dict[str, Any]) -> tuple[str, ...]:
    """Return the WhatsApp Business Accounts that a token may both manage and send for.

    A permission without ids holds for whatever the other one names. Neither names any: nobody vouches for any account.
    """
    allowed: set[str] | None = None
    granted = {text(one.get("scope")): one.get("target_ids") for one in rows(facts.get("granular_scopes"))}
    for scope in SCOPES:
        if scope not in granted:
            raise ConnectRefused(f"The permission {scope} is missing. Connect again and leave it ticked.")
        ids = granted[scope]
        if isinstance(ids, list):
            named = {one for one in map(str, ids) if is_id(one)}
            allowed = named if allowed is None else allowed & named
    if not allowed:
        raise ConnectRefused("This access names no WhatsApp Business Account. Connect again and choose one.")
    return tuple(sorted(allowed))
