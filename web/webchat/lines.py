"""What a customer may see of a conversation, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.conversations import Conversation, Message, TurnRecord

PUBLIC = frozenset({"customer", "bot", "staff"})
"""Whose lines customers see. Notes, and what the system wrote down, are for staff."""


def line(message: Message) -> dict[str, Any]:
    """Return a line of the transcript. `key` is the id that the customer's client gave it."""
    row: dict[str, Any] = {
        "id": message.id,
        "author": message.author,
        "text": message.text,
        "at": message.at.isoformat(),
    }
    if message.author == "staff":
        row["name"] = message.author_id
    if message.author == "customer" and message.external_id:
        row["key"] = message.external_id.partition(":")[2]
    return {**row, **_shown(message)}


def owner(conversation: Conversation) -> dict[str, str]:
    """Return who answers now; `name` is the member of staff, where it is one."""
    return {"owner": conversation.owner.value, "name": conversation.owner_id}


def turn(conversation: str, record: TurnRecord, words: Sequence[Message]) -> dict[str, Any]:
    """Return the answer to a caller who waited: what was said, and where the conversation stands."""
    view = msgspec.json.decode(record.view)
    replies = [{"text": one.text, **{"choices": []}, **_shown(one)} for one in words if one.author == "bot"]
    return {
        "conversation": conversation,
        "replies": replies,
        "stage": view.get("stage", record.stage_after),
        "expects": view.get("expects"),
        "owner": view.get("owner", "bot"),
        "draft": view.get("draft", {}),
        "booking": view.get("booking"),
    }


def _shown(message: Message) -> dict[str, Any]:
    row: dict[str, Any] = {}
    if message.choices:
        row["choices"] = [{"token": token, "label": label} for token, label in message.choices]
    if message.card is not None:
        row["card"] = message.card
    return row
