"""Asking the Graph API on an owner's behalf: whatever it says instead of yes becomes words that an owner can act on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from adapters.base import AccountStopped, ConnectRefused, SendLater, SendUnknown, Unauthorised
from adapters.whatsapp.errors import GraphRefused, error_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from adapters.base import Secret
    from adapters.whatsapp.errors import Refusal
    from adapters.whatsapp.lazy import LazyGraph

Doing: TypeAlias = Literal["app", "exchange", "hook", "register", "template", ""]
"""What is being asked for, where the same code means different things."""

PAGES = 50
"""So many pages of a list are read at most."""
TRY_AGAIN = "WhatsApp does not answer at the moment. Please try again in a minute."
_ID = re.compile(r"[0-9]{1,32}")
_REGISTER = {
    100: "WhatsApp does not take this PIN. It must have six digits.",
    131031: "WhatsApp has locked this account, or the PIN is not the number's own. Check both in WhatsApp Manager.",
    133005: "The PIN is not the one that protects this number. Enter that one, or reset it in WhatsApp Manager under "
    "Two-step verification.",
    133006: "The number must be verified first: ask for a code in WhatsApp Manager.",
    133008: "The PIN was guessed too often. WhatsApp says in WhatsApp Manager when it may be tried again.",
    133009: "The PIN was tried too quickly. Please wait a few minutes.",
    133015: "The number was removed a moment ago. Please wait five minutes and try again.",
    133016: "The number was registered too often in the last three days. WhatsApp takes it again after 72 hours.",
}
"""Source: Cloud API, error codes and registration."""
_TEMPLATE = {
    2388019: "the account has as many templates as WhatsApp allows",
    2388023: "a template of this name is being deleted; WhatsApp takes it again in four weeks",
    2388024: "there is a template of this name in this language already",
}


class Asking:
    """Asks the Graph API. Raises ConnectRefused only."""

    def __init__(self, graph: LazyGraph) -> None:
        """Take the Graph API."""
        self._graph = graph

    async def ask(
        self,
        method: str,
        path: str,
        token: Secret | None,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        doing: Doing = "",
    ) -> dict[str, Any]:
        """Return what it says. Raises ConnectRefused, with nothing of the request in it or behind it."""
        graph = await self._graph.open()
        bearer = "" if token is None else token.value.decode("utf-8", "replace")
        try:
            return await graph.call(method, path, bearer, query=query, body=body)
        except GraphRefused as refused:
            why = words(refused.refusal, doing)
        except (SendLater, SendUnknown):
            why = TRY_AGAIN
        raise ConnectRefused(why)

    async def pages(self, path: str, token: Secret, fields: str) -> AsyncIterator[dict[str, Any]]:
        """Yield a list, page by page. Meta's own address of the next page holds the token, so it is not used."""
        query = {"fields": fields, "limit": "100"}
        for _ in range(PAGES):
            said = await self.ask("GET", path, token, query=query)
            for row in rows(said.get("data")):
                yield row
            paging = row_of(said.get("paging"))
            after = row_of(paging.get("cursors")).get("after")
            if not isinstance(after, str) or not after or "next" not in paging:
                return
            query["after"] = after


def words(refusal: Refusal, doing: Doing = "") -> str:
    """Return what an owner can do about a no."""
    code = f"{refusal.code}/{refusal.subcode}" if refusal.subcode else str(refusal.code)
    if (doing == "exchange" and refusal.code in {1, 101}) or (doing == "app" and refusal.code in {100, 101, 190}):
        return f"Meta does not know this app: check whatsapp.app_id and whatsapp.app_secret (code {code})."
    if doing == "exchange" and refusal.status < 500 and refusal.status != 429:
        return f"The sign-in could not be finished: it took too long or was used already. Connect again (code {code})."
    if doing == "hook" and refusal.code in {100, 2200}:
        return (
            "WhatsApp cannot deliver here: this server's address must be reachable from the internet over https. Check "
            f"server.public_url and connect again (code {code})."
        )
    if doing == "register" and refusal.code in _REGISTER:
        return _REGISTER[refusal.code]
    if doing == "template" and refusal.subcode in _TEMPLATE:
        return _TEMPLATE[refusal.subcode]
    error = error_of(refusal)
    if isinstance(error, Unauthorised):
        return "Meta does not give access to this. Connect again and leave all permissions ticked."
    if isinstance(error, AccountStopped):
        return f"{str(error)[:1].upper()}{str(error)[1:]}. Open WhatsApp Manager to see what to do."
    if isinstance(error, SendLater | SendUnknown):
        return TRY_AGAIN
    return f"Meta refused this (code {code})."


def is_id(value: object) -> bool:
    """Return whether something is an id of Meta's, and may stand in a path."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def rows(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def row_of(value: object) -> dict[str, Any]:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """Return a text in one line, "" for anything else."""
    return " ".join(value.split())[:200] if isinstance(value, str) else ""
