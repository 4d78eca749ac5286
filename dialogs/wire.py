"""The JSON of what is heard and said, as mailbox and outbox rows carry it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec

from dialogs.messages import Due, HandedBack, Outbound, Tap, Text, Unsupported
from domain.errors import Malformed

if TYPE_CHECKING:
    from dialogs.messages import Content

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def encode_content(content: Content, sender_name: str = "") -> bytes:
    """Return the JSON of something that is to be heard, with its kind under `type` and its sender's name, if known."""
    match content:
        case Text(text):
            named = {"sender_name": sender_name} if sender_name else {}
            return _encode({"type": "text", "text": text, **named})
        case Tap(token):
            return _encode({"type": "tap", "token": token})
        case Unsupported(kind):
            return _encode({"type": "unsupported", "kind": kind})
        case Due(kind, body):
            return _encode({"type": "due", "kind": kind, "body": body})
        case HandedBack(by, note):
            return _encode({"type": "handed_back", "by": by, "note": note})


def decode_content(body: bytes) -> Content:
    """Return what a mailbox row carries. Raises Malformed when it is not what `encode_content` writes."""
    row = _object(body)
    try:
        match row.get("type"):
            case "text":
                return Text(row["text"])
            case "tap":
                return Tap(row["token"])
            case "unsupported":
                return Unsupported(row["kind"])
            case "due":
                return Due(row["kind"], row["body"])
            case "handed_back":
                return HandedBack(row["by"], row["note"])
            case other:
                raise Malformed(f"nothing is heard as {other!r}")
    except KeyError as missing:
        raise Malformed(f"{row['type']} without {missing}") from None


def sender_name(body: bytes) -> str:
    """Return the name that a platform gave with a message, "" where it gave none."""
    found = _object(body).get("sender_name", "")
    return found[:80] if isinstance(found, str) else ""


def encode_outbound(outbound: Outbound) -> bytes:
    """Return the JSON of one platform message; what is empty is left out."""
    row: dict[str, Any] = {"text": outbound.text}
    if outbound.buttons:
        row["buttons"] = outbound.buttons
    if outbound.rows:
        row["rows"] = outbound.rows
    if outbound.card is not None:
        row["card"] = outbound.card
    if outbound.author != "bot":
        row["author"] = outbound.author
    return _encode(row)


def decode_outbound(body: bytes) -> Outbound:
    """Return the platform message that an outbox row carries. Raises Malformed when it carries none."""
    row = _object(body)
    try:
        return Outbound(
            text=row["text"],
            buttons=_pairs(row.get("buttons", ())),
            rows=_pairs(row.get("rows", ())),
            card=row.get("card"),
            author=row.get("author", "bot"),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise Malformed(f"not a platform message: {problem}") from None


def _pairs(rows: Any) -> tuple[tuple[str, str], ...]:
    return tuple((token, label) for token, label in rows)


def _object(body: bytes) -> dict[str, Any]:
    try:
        row = _decode(body)
    except msgspec.DecodeError as problem:
        raise Malformed(str(problem)) from None
    if not isinstance(row, dict):
        raise Malformed("not a JSON object")
    return cast("dict[str, Any]", row)
