"""What Meta documents of a message's limits, stated once more and strictly: nothing of the adapter is used here."""

from __future__ import annotations

import re
from typing import Any

PHONE = re.compile(r"\+?\d{5,15}")
BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
TOP = {"messaging_product", "recipient_type", "to", "recipient", "type", "context", "biz_opaque_callback_data"}


def violations(payload: Any) -> list[str]:
    """Return every limit that a request passes."""
    if not isinstance(payload, dict):
        return ["the body is no object"]
    if payload.get("messaging_product") != "whatsapp":
        return ["messaging_product must be whatsapp"]
    if "status" in payload:
        return _marked(payload)
    found = _addressed(payload)
    kind = payload.get("type")
    unknown = set(payload) - TOP - {str(kind)}
    found += [f"{name} is not known" for name in sorted(unknown)]
    content = payload.get(str(kind))
    if not isinstance(content, dict):
        return [*found, f"{kind} is missing"]
    key = payload.get("biz_opaque_callback_data", "x")
    if not isinstance(key, str) or not 1 <= len(key) <= 512:
        found.append("biz_opaque_callback_data has 1 to 512 characters")
    match kind:
        case "text":
            found += _text(content)
        case "interactive":
            found += _interactive(content)
        case "template":
            found += _template(content)
        case _:
            found.append(f"nothing here sends {kind}")
    return found


def _marked(payload: dict[str, Any]) -> list[str]:
    found = [] if payload["status"] == "read" else ["status must be read"]
    if not str(payload.get("message_id", "")).startswith("wamid."):
        found.append("message_id must be a message's")
    if payload.get("typing_indicator", {"type": "text"}) != {"type": "text"}:
        found.append("typing_indicator must be text")
    found += [
        f"{name} is not known"
        for name in set(payload) - {"messaging_product", "status", "message_id", "typing_indicator"}
    ]
    return found


def _addressed(payload: dict[str, Any]) -> list[str]:
    to, user = payload.get("to"), payload.get("recipient")
    found = []
    if payload.get("recipient_type") != "individual":
        found.append("recipient_type must be individual")
    if (to is None) == (user is None):
        found.append("either to or recipient")
    if to is not None and not (isinstance(to, str) and PHONE.fullmatch(to)):
        found.append("to must be a phone number")
    if user is not None and not (isinstance(user, str) and BSUID.fullmatch(user)):
        found.append("recipient must be a user id")
    return found


def words(value: Any, most: int, what: str) -> list[str]:
    """Return what is wrong with a text of at most so many characters."""
    if not isinstance(value, str) or not value.strip():
        return [f"{what} must not be empty"]
    return [f"{what} has {len(value)} characters, {most} are allowed"] if len(value) > most else []


def _text(content: dict[str, Any]) -> list[str]:
    found = words(content.get("body"), 4096, "text.body")
    if not isinstance(content.get("preview_url", False), bool) or set(content) - {"body", "preview_url"}:
        found.append("text is not as it must be")
    return found


def _interactive(content: dict[str, Any]) -> list[str]:
    body = content.get("body")
    found = words(body.get("text") if isinstance(body, dict) else None, 1024, "interactive.body")
    action = content.get("action")
    if not isinstance(action, dict):
        return [*found, "interactive.action is missing"]
    match content.get("type"):
        case "button":
            return found + _buttons(action.get("buttons"))
        case "list":
            return found + words(action.get("button"), 20, "the list's button") + _sections(action.get("sections"))
        case _:
            return [*found, "interactive.type is not known"]


def _buttons(buttons: Any) -> list[str]:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        return ["1 to 3 buttons"]
    replies = [one.get("reply", {}) for one in buttons if one.get("type") == "reply"]
    found = [] if len(replies) == len(buttons) else ["a button must be a reply"]
    for reply in replies:
        found += words(reply.get("title"), 20, "a button's title") + _id(reply.get("id"), 256)
    found += _different([one.get("id") for one in replies], "ids of buttons")
    return found + _different([str(one.get("title")).strip() for one in replies], "titles of buttons")


def _sections(sections: Any) -> list[str]:
    if not isinstance(sections, list) or not 1 <= len(sections) <= 10:
        return ["1 to 10 sections"]
    found = []
    for one in sections:
        if len(sections) > 1 or "title" in one:
            found += words(one.get("title"), 24, "a section's title")
    rows = [row for one in sections for row in one.get("rows", ())]
    if not 1 <= len(rows) <= 10:
        found.append(f"1 to 10 rows in all, not {len(rows)}")
    for row in rows:
        found += words(row.get("title"), 24, "a row's title") + _id(row.get("id"), 200)
        if "description" in row:
            found += words(row["description"], 72, "a row's description")
    return found + _different([row.get("id") for row in rows], "ids of rows")


def _template(content: dict[str, Any]) -> list[str]:
    found = words(content.get("name"), 512, "template.name")
    if not re.fullmatch(r"[a-z0-9_]+", str(content.get("name"))):
        found.append("template.name has small letters, digits and _")
    if not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2})?", str(content.get("language", {}).get("code"))):
        found.append("template.language.code is none")
    for part in content.get("components", ()):
        for value in part.get("parameters", ()):
            found += _value(value)
    return found


def _value(value: dict[str, Any]) -> list[str]:
    text = value.get("text")
    found = [] if value.get("type") == "text" else ["a template's value must be text"]
    found += words(text, 2000, "a template's value")
    if isinstance(text, str) and re.search(r"[\n\t]| {5,}", text):
        found.append("a template's value has no line breaks, tabs, nor more than four spaces")
    return found


def _id(value: Any, most: int) -> list[str]:
    found = words(value, most, "an id")
    return found or ([] if value == value.strip() else ["an id begins or ends with a space"])


def _different(values: list[Any], what: str) -> list[str]:
    return [] if len(set(values)) == len(values) else [f"the {what} must be different"]
