"""Submitting the templates to WhatsApp, and learning how they were judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.base import ConnectRefused
from adapters.whatsapp.asking import is_id, text
from adapters.whatsapp.templates import Judged, definitions, says_the_same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.base import Secret
    from adapters.whatsapp.asking import Asking

FIELDS = "id,name,language,status,category,components,rejected_reason"
EDITABLE = frozenset({"APPROVED", "REJECTED", "PAUSED"})
"""What may be written anew. Source: WhatsApp message templates, edit a template."""
NOT_SUBMITTED = "NOT_SUBMITTED"


async def sync(
    asking: Asking, group: str, token: Secret, link_base: str, languages: Sequence[str], *, submit: bool = True
) -> list[Judged]:
    """Submit what is missing, write anew what says something else, and return how each template stands.

    What is there and says the same is left alone, however it was judged. With `submit` off nothing is changed.
    Raises ConnectRefused where not even the list can be had.
    """
    path = f"{group}/message_templates"
    found = {(text(one.get("name")), text(one.get("language"))): one async for one in asking.pages(path, token, FIELDS)}
    judged = []
    for ours in definitions(link_base, languages):
        theirs = found.get((ours["name"], ours["language"]))
        status, reason = await _settle(asking, path, token, ours, theirs, submit=submit)
        judged.append(Judged(ours["name"], ours["language"], status, reason))
    return judged


async def _settle(
    asking: Asking, path: str, token: Secret, ours: dict[str, Any], theirs: dict[str, Any] | None, *, submit: bool
) -> tuple[str, str]:
    """Return how one template stands, after it was submitted or written anew where that is needed."""
    if theirs is None:
        if not submit:
            return NOT_SUBMITTED, ""
        return await _hand_in(asking, path, token, ours, NOT_SUBMITTED)
    status = text(theirs.get("status"))
    if says_the_same(ours, theirs) or not submit:
        return status, _reason(theirs)
    if status not in EDITABLE or not is_id(theirs.get("id")):
        return status, "it says something else, and cannot be changed while WhatsApp looks at it"
    return await _hand_in(asking, theirs["id"], token, {"components": ours["components"]}, status)


async def _hand_in(asking: Asking, path: str, token: Secret, body: dict[str, Any], otherwise: str) -> tuple[str, str]:
    try:
        said = await asking.ask("POST", path, token, body=body, doing="template")
    except ConnectRefused as refused:
        return otherwise, str(refused)
    return text(said.get("status")) or "PENDING", ""


def _reason(theirs: dict[str, Any]) -> str:
    reason = text(theirs.get("rejected_reason"))
    if reason and reason != "NONE":
        return reason
    category = text(theirs.get("category"))
    return f"WhatsApp counts it as {category}" if category not in {"", "UTILITY"} else ""
