"""Messages into the JSON that WhatsApp takes: pure, and checked against its limits before anything is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from adapters.base import Message, SendRefused, Template, Typing, Unreachable
from adapters.whatsapp.templates import to_template

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adapters.base import Sendable
    from dialogs.messages import Outbound

Json: TypeAlias = "dict[str, Any]"

TEXT_CHARS = 4096
BODY_CHARS = 1024
"""Of the words above buttons and lists."""
BUTTONS = 3
BUTTON_CHARS = 20
BUTTON_ID_CHARS = 256
ROWS = 10
"""Of all sections together."""
ROW_CHARS = 24
ROW_ID_CHARS = 200
DETAIL_CHARS = 72
OPENER_CHARS = 20
KEY_CHARS = 512
"""Of what is handed back with every receipt. Source of all of these: Cloud API, messages and webhooks reference."""
OPENER = "⋯"
"""What the button says that opens a list, where the customer's language did not say it: better than no list."""
_BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
"""A business-scoped user id: a country, a dot, for a parent business `ENT.`. Source: Meta, business-scoped user ids."""
_PHONE = re.compile(r"\+?[0-9]{5,15}")


def to_whatsapp(message: Sendable) -> Json:
    """Return the body of the request that sends a message, a template or a sign that an answer is being written.

    Links get no preview: WhatsApp would open them before the customer does, and some work only once.
    Raises SendRefused naming the limit that is passed, Unreachable for an id that is none of WhatsApp's.
    """
    match message:
        case Typing():
            return {
                "messaging_product": "whatsapp",
                "status": "read",
                "message_id": message.about,
                "typing_indicator": {"type": "text"},
            }
        case Template():
            return _addressed(message.to, message.key, "template", to_template(message.use))
        case Message():
            kind, content = _content(message.content)
            return _addressed(message.to, message.key, kind, content)


def _addressed(to: str, key: str, kind: str, content: Json) -> Json:
    body: Json = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    if _BSUID.fullmatch(to):
        body["recipient"] = to
    elif _PHONE.fullmatch(to):
        body["to"] = to
    else:
        raise Unreachable("this is neither a phone number nor a WhatsApp user id")
    body |= {"type": kind, kind: content}
    if key:
        body["biz_opaque_callback_data"] = _limited(key, KEY_CHARS, "a message's key")
    return body


def _content(outbound: Outbound) -> tuple[str, Json]:
    if outbound.buttons and outbound.rows:
        raise SendRefused("a message has either buttons or a list")
    if outbound.buttons:
        return "interactive", _buttons(outbound)
    if outbound.rows:
        return "interactive", _list(outbound)
    return "text", {"body": _limited(outbound.text, TEXT_CHARS, "a message"), "preview_url": False}


def _buttons(outbound: Outbound) -> Json:
    _at_most(len(outbound.buttons), BUTTONS, "buttons")
    _different((token for token, _ in outbound.buttons), "ids of buttons")
    _different((label.strip() for _, label in outbound.buttons), "labels of buttons")
    buttons = [
        {
            "type": "reply",
            "reply": {
                "id": _id(token, BUTTON_ID_CHARS, "the id of a button"),
                "title": _limited(label, BUTTON_CHARS, "the label of a button"),
            },
        }
        for token, label in outbound.buttons
    ]
    return {"type": "button", "body": _body(outbound), "action": {"buttons": buttons}}


def _list(outbound: Outbound) -> Json:
    _at_most(len(outbound.rows), ROWS, "rows")
    _different((token for token, _ in outbound.rows), "ids of rows")
    if outbound.details and len(outbound.details) != len(outbound.rows):
        raise SendRefused(f"a list of {len(outbound.rows)} rows has {len(outbound.details)} second lines")
    rows = []
    for (token, label), detail in zip(outbound.rows, outbound.details or [""] * len(outbound.rows), strict=True):
        row = {
            "id": _id(token, ROW_ID_CHARS, "the id of a row"),
            "title": _limited(label, ROW_CHARS, "the label of a row"),
        }
        if detail.strip():
            row["description"] = _limited(detail, DETAIL_CHARS, "the second line of a row")
        rows.append(row)
    opener = _limited(outbound.opener.strip() or OPENER, OPENER_CHARS, "the button that opens a list")
    return {"type": "list", "body": _body(outbound), "action": {"button": opener, "sections": [{"rows": rows}]}}


def _body(outbound: Outbound) -> Json:
    return {"text": _limited(outbound.text, BODY_CHARS, "a message with choices")}


def _limited(text: str, most: int, what: str) -> str:
    """Return a text that may be sent: neither empty nor too long, and possible as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair: no text of anybody's, and no JSON either
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if not text.strip():
        raise SendRefused(f"{what} must not be empty")
    if len(text) > most:
        raise SendRefused(f"{what} has at most {most} characters, not {len(text)}")
    return text


def _id(token: str, most: int, what: str) -> str:
    if token != token.strip():
        raise SendRefused(f"{what} must not begin or end with a space")
    return _limited(token, most, what)


def _at_most(count: int, most: int, what: str) -> None:
    if count > most:
        raise SendRefused(f"a message has at most {most} {what}, not {count}")


def _different(values: Iterable[str], what: str) -> None:
    found = list(values)
    if len(set(found)) < len(found):
        raise SendRefused(f"the {what} must be different")
