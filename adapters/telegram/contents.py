"""What a Bot API message says, and what is told of whoever wrote it: pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast, get_args

import msgspec

from adapters.base import Ignored
from adapters.telegram.updates import AROUND, UNWRITTEN
from dialogs.messages import Contact, Edited, Location, Media, Shortcut, ShortcutName, Text, Unsupported
from domain.errors import Malformed

if TYPE_CHECKING:
    from adapters.telegram.updates import File, Message, User
    from dialogs.messages import Content, MediaKind

SHORTCUTS = frozenset(get_args(ShortcutName))
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_COMMAND = re.compile(r"/([A-Za-z]+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL | re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_LANGUAGE = re.compile(r"[A-Za-z]{2}(-[A-Za-z0-9-]*)?")
"""IETF tags; a language that ISO 639-1 has no two letters for is none that is spoken here."""
_MIME = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,100}", re.ASCII)
_FILES: tuple[tuple[str, MediaKind], ...] = (
    ("voice", "voice"),
    ("audio", "audio"),
    ("video", "video"),
    ("video_note", "video"),
    ("animation", "video"),  # before the document: an animation comes as both
    ("sticker", "sticker"),
    ("document", "document"),
)


def content_of(message: Message, raw: msgspec.Raw) -> Content | Ignored:
    """Return what a message says, `raw` being the message as it came; or why there is nothing in it to hear."""
    if message.text is not None:
        return _words(written(message.text))
    if message.contact is not None:
        return _contact(message)
    if message.venue is not None:
        spot = message.venue.location
        name, address = written(message.venue.title), written(message.venue.address)
        return Location(spot.latitude, spot.longitude, name, address)
    if message.location is not None:
        return Location(message.location.latitude, message.location.longitude)
    if message.photo:
        return _media("image", max(message.photo, key=lambda one: one.width * one.height), message.caption)
    for field, kind in _FILES:
        file: File | None = getattr(message, field)
        if file is not None:
            return _media(kind, file, message.caption)
    fields = _FIELDS.decode(raw)
    if unwritten := next((name for name in fields if name in UNWRITTEN), ""):
        return Ignored("not_a_message", unwritten)
    if kind_of_it := next((name for name in fields if name not in AROUND), ""):
        return Unsupported(word(kind_of_it) or "unknown")
    return Ignored("not_a_message", "empty")


def edit_of(message: Message) -> Edited | Ignored:
    """Return what a message says since it was edited, or why that is nothing to hear."""
    if message.location is not None:  # a live location moves every few seconds
        return Ignored("not_a_message", "live_location")
    has_caption = message.photo or any(getattr(message, field) is not None for field, _ in _FILES)
    if message.text is None and not has_caption:
        return Ignored("not_a_message", "edited_message")
    return Edited(written(message.caption if message.text is None else message.text), str(message.message_id))


def _words(text: str) -> Text | Shortcut:
    command = _COMMAND.fullmatch(text)
    if command is None:
        return Text(text)
    name = command[1].lower()
    if name not in SHORTCUTS:
        return Text(text)
    return Shortcut(cast("ShortcutName", name), (command[2] or "").strip())


def _contact(message: Message) -> Contact:
    card = message.contact
    if card is None or message.sender is None:
        raise Malformed("a card has a sender", "contact")
    own = card.user_id is not None and card.user_id == message.sender.id
    phone = written(card.phone_number)
    number = "+" + re.sub(r"[^0-9]", "", phone)
    if own and _E164.fullmatch(number):  # a person's own number is the platform's word, with its country code
        phone = number
    name = written(f"{card.first_name} {card.last_name}")
    return Contact(name, (phone,) if phone else (), own)


def _media(kind: MediaKind, file: File, caption: str) -> Media:
    return Media(
        kind=kind,
        ref=file.file_id,
        caption=written(caption),
        mime=file.mime_type if _MIME.fullmatch(file.mime_type) else "",
        name=written(file.file_name) or (written(file.emoji) if kind == "sticker" else ""),
        size=file.file_size,
        seconds=file.duration,
    )


def name_of(user: User) -> str:
    """Return what somebody calls themselves."""
    return " ".join(f"{written(user.first_name)} {written(user.last_name)}".split())


def phone_of(content: Content) -> str:
    """Return the sender's own number (E.164) where that is what they sent, "" otherwise."""
    own = isinstance(content, Contact) and content.own and content.phones
    return own[0] if own and _E164.fullmatch(own[0]) else ""


def language_of(user: User) -> str:
    """Return the language of somebody's app (ISO 639-1), "" where it is not told."""
    return user.language_code[:2].lower() if _LANGUAGE.fullmatch(user.language_code) else ""


def written(text: str) -> str:
    """Return a text without control characters and without space around it."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def word(name: str) -> str:
    """Return a name of the platform's, "" for what is too odd to be one: it is counted and shown."""
    return name if name.isidentifier() and len(name) <= 64 else ""
