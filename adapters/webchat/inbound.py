"""Web chat requests into events: pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from adapters.base import Received
from adapters.webchat import capability
from dialogs.messages import Tap, Text
from domain.errors import Malformed

if TYPE_CHECKING:
    from adapters.base import Request

ID_CHARS = 200
CHOICE_CHARS = 500

_decode = msgspec.json.Decoder().decode
_control = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Everything that is not written: all control characters but tab and line feed."""


class NotIssued(Malformed):
    """No conversation here has this id: it was made up, or belongs to another account."""

    status, reply = 404, "unknown-conversation"


def parse(key: bytes, text_chars: int, request: Request) -> Received:
    """Read the one message of a request. Raises Malformed, naming the field; NotIssued for a foreign conversation."""
    row = _object(request.body)
    message_id = _message_id(row)
    conversation = row.get("conversation")
    account = request.endpoint_id
    if conversation is None:
        conversation = capability.issue(key, account, message_id, request.nonce)
    else:
        check(key, account, conversation)
    return Received(
        account=account,
        sender=conversation,
        external_id=f"{conversation}:{message_id}",
        content=_content(row, text_chars),
        sent_at=request.received_at,
        wait="wait" in request.query,
    )


def check(key: bytes, account: str, conversation: object) -> None:
    """Raise Malformed for what is no conversation id, NotIssued for one that was not issued here for this account."""
    if not isinstance(conversation, str):
        raise Malformed("must be a string or null", "conversation")
    if not capability.issued(key, account, conversation):
        raise NotIssued("no such conversation", "conversation")


def _object(body: bytes) -> dict[str, Any]:
    try:
        row = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Malformed("the body must be a JSON object in UTF-8") from None
    if not isinstance(row, dict):
        raise Malformed("the body must be a JSON object")
    return row


def _message_id(row: dict[str, Any]) -> str:
    value = row.get("id")
    if not isinstance(value, str) or not value.strip():
        raise Malformed("must be a string that is not empty", "id")
    if len(value) > ID_CHARS:
        raise Malformed(f"must have at most {ID_CHARS} characters", "id")
    if not value.isprintable():
        raise Malformed("must have no control characters", "id")
    return value


def _content(row: dict[str, Any], text_chars: int) -> Text | Tap:
    text, choice = row.get("text"), row.get("choice")
    if text is not None and choice is not None:
        raise Malformed("either text or choice, not both", "choice")
    if choice is not None:
        if not isinstance(choice, str) or not choice:
            raise Malformed("must be a string that is not empty", "choice")
        if len(choice) > CHOICE_CHARS:
            raise Malformed(f"must have at most {CHOICE_CHARS} characters", "choice")
        return Tap(_control.sub("", choice))
    if not isinstance(text, str):
        raise Malformed("must be a string", "text")
    if len(text) > text_chars:
        raise Malformed(f"must have at most {text_chars} characters", "text")
    return Text(written(text))


def written(text: str) -> str:
    """Return a text without control characters and without space around it; lines end in line feeds."""
    if text.isprintable():
        return text.strip()
    return _control.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
