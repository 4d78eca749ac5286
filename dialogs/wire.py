"""The JSON of what is heard, told and said, as mailbox and outbox rows carry it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec

from dialogs.messages import (
    Contact,
    Deleted,
    Due,
    Edited,
    Envelope,
    HandedBack,
    Location,
    Media,
    Order,
    Outbound,
    Reaction,
    Referral,
    Sender,
    Shortcut,
    Tap,
    TemplateUse,
    Text,
    Unsupported,
)
from domain.errors import Malformed
from domain.signals import (
    AccountChanged,
    ControlMoved,
    Echo,
    IdentityChanged,
    Receipt,
    Signal,
)

if TYPE_CHECKING:
    from dialogs.messages import Content

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode

CONTENTS: dict[str, type] = {
    "text": Text,
    "tap": Tap,
    "media": Media,
    "location": Location,
    "contact": Contact,
    "order": Order,
    "reaction": Reaction,
    "edited": Edited,
    "deleted": Deleted,
    "shortcut": Shortcut,
    "unsupported": Unsupported,
    "due": Due,
    "handed_back": HandedBack,
}
SIGNALS: dict[str, type] = {
    "receipt": Receipt,
    "echo": Echo,
    "identity": IdentityChanged,
    "control": ControlMoved,
    "account": AccountChanged,
}
_CONTENT_NAMES = {kind: name for name, kind in CONTENTS.items()}
_SIGNAL_NAMES = {kind: name for name, kind in SIGNALS.items()}
NAME_CHARS = 80
"""So much of a name that a platform tells is kept."""
NOBODY = Sender()


def encode_content(content: Content, sender_name: str = "") -> bytes:
    """Return the JSON of something that is to be heard, of a sender of whom no more than the name is known."""
    return encode_envelope(Envelope(content, Sender(sender_name)))


def encode_envelope(envelope: Envelope) -> bytes:
    """Return the JSON of something that is to be heard, its kind under `type`; what is empty is left out."""
    row: dict[str, Any] = {"type": _CONTENT_NAMES[type(envelope.content)]}
    row |= _fields(envelope.content)
    if envelope.sender != NOBODY:
        row["sender"] = _filled(envelope.sender)
    if envelope.reply_to:
        row["reply_to"] = envelope.reply_to
    if envelope.referral is not None:
        row["referral"] = _filled(envelope.referral)
    if envelope.standby:
        row["standby"] = True
    return _encode(row)


def decode_content(body: bytes) -> Content:
    """Return what a mailbox row says. Raises Malformed when it is not what `encode_envelope` writes."""
    return decode_envelope(body).content


def decode_envelope(body: bytes) -> Envelope:
    """Return what a mailbox row carries. Raises Malformed when it is not what `encode_envelope` writes."""
    row = _object(body)
    kind = CONTENTS.get(str(row.get("type")))
    if kind is None:
        raise Malformed(f"nothing is heard as {row.get('type')!r}")
    sender = row.get("sender") or {"name": row.get("sender_name", "")}  # rows of earlier versions have the name alone
    try:
        referral = row.get("referral")
        return Envelope(
            content=msgspec.convert(row, kind),
            sender=msgspec.convert({**sender, "name": str(sender.get("name", ""))[:NAME_CHARS]}, Sender),
            reply_to=str(row.get("reply_to", "")),
            referral=None if referral is None else msgspec.convert(referral, Referral),
            standby=bool(row.get("standby", False)),
        )
    except (msgspec.ValidationError, AttributeError, TypeError) as problem:
        raise Malformed(f"{row['type']}: {problem}") from None


def sender_name(body: bytes) -> str:
    """Return the name that a platform gave with a message, "" where it gave none."""
    return decode_envelope(body).sender.name


def encode_media(media: Media) -> dict[str, Any]:
    """Return a file as a transcript line keeps it: by its platform's name, never its bytes."""
    return _filled(media)


def decode_media(row: Any) -> Media:
    """Return a file that a transcript line names. Raises Malformed."""
    try:
        return msgspec.convert(row, Media)
    except msgspec.ValidationError as problem:
        raise Malformed(f"media: {problem}") from None


def encode_signal(signal: Signal) -> bytes:
    """Return the JSON of something that a platform tells, its kind under `type`."""
    return _encode({"type": _SIGNAL_NAMES[type(signal)], **_fields(signal)})


def decode_signal(body: bytes) -> Signal:
    """Return what a control row carries. Raises Malformed when it is not what `encode_signal` writes."""
    row = _object(body)
    kind = SIGNALS.get(str(row.get("type")))
    if kind is None:
        raise Malformed(f"nothing is told as {row.get('type')!r}")
    try:
        return cast("Signal", msgspec.convert(row, kind))
    except msgspec.ValidationError as problem:
        raise Malformed(f"{row['type']}: {problem}") from None


def encode_outbound(outbound: Outbound) -> bytes:
    """Return the JSON of one platform message; what is empty is left out."""
    row: dict[str, Any] = {"text": outbound.text}
    if outbound.buttons:
        row["buttons"] = outbound.buttons
    if outbound.rows:
        row["rows"] = outbound.rows
    if outbound.details:
        row["details"] = outbound.details
    if outbound.opener:
        row["opener"] = outbound.opener
    if outbound.card is not None:
        row["card"] = outbound.card
    if outbound.author != "bot":
        row["author"] = outbound.author
    if outbound.template is not None:
        row["template"] = outbound.template
    return _encode(row)


def decode_outbound(body: bytes) -> Outbound:
    """Return the platform message that an outbox row carries. Raises Malformed when it carries none."""
    row = _object(body)
    try:
        template = row.get("template")
        return Outbound(
            text=row["text"],
            buttons=_pairs(row.get("buttons", ())),
            rows=_pairs(row.get("rows", ())),
            details=tuple(row.get("details", ())),
            opener=row.get("opener", ""),
            card=row.get("card"),
            author=row.get("author", "bot"),
            template=None if template is None else msgspec.convert(template, TemplateUse),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise Malformed(f"not a platform message: {problem}") from None


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def _filled(record: Any) -> dict[str, Any]:
    return {name: value for name, value in _fields(record).items() if value}


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
