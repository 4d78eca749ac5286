"""What was sent, as a transcript shows it: words as they are, everything else in brackets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs.messages import (
    Contact,
    Deleted,
    Due,
    Edited,
    HandedBack,
    Location,
    Media,
    Order,
    Reaction,
    Shortcut,
    Tap,
    Text,
    Unsupported,
)

if TYPE_CHECKING:
    from dialogs.messages import Content, Option

_MEDIA = {
    "image": "picture",
    "video": "video",
    "audio": "audio",
    "voice": "voice note",
    "document": "file",
    "sticker": "sticker",
}


def line_of(content: Content) -> str:
    """Return the line of something that was sent; "" for what nobody sent: a timer, a handing back.

    A tap is shown by `tapped`, which knows what could be tapped.
    """
    match content:
        case Text(text):
            return text
        case Tap():
            return "…"
        case Media():
            return _line("[" + _named(content) + "]", content.caption)
        case Location():
            where = ", ".join(filter(None, (content.name, content.address)))
            return _line("[location]", where or f"{content.latitude:.5f}, {content.longitude:.5f}")
        case Contact():
            return _line("[contact]", content.name, *content.phones)
        case Order(lines, _, text):
            bought = ", ".join(f"{one.quantity} × {one.product}" for one in lines)
            return _line("[order]", bought, f"({text})" if text else "")
        case Reaction(emoji):
            return emoji or "[reaction taken back]"
        case Edited(text):
            return f"edited: {text}"
        case Deleted():
            return "[message deleted]"
        case Shortcut(name):
            return f"/{name}"
        case Unsupported(kind):
            return f"[{kind}]"
        case Due() | HandedBack():
            return ""


def tapped(option: Option) -> str:
    """Return the line of a choice that was tapped: its label, or its day and time where there was no room for that."""
    if option.label or option.minute < 0:
        return option.label or option.day or option.value.rpartition(":")[2]
    return " ".join(filter(None, (option.day, f"{option.minute // 60 % 24:02}:{option.minute % 60:02}")))


def _named(media: Media) -> str:
    """Return what a file is called: its kind, how long it plays, its name."""
    length = f"{media.seconds // 60}:{media.seconds % 60:02}" if media.seconds else ""
    name = media.name if media.kind in ("document", "audio") else ""
    return " ".join(filter(None, (_MEDIA[media.kind], length, name)))


def _line(*parts: str) -> str:
    return " ".join(part for part in (" ".join(one.split()) for one in parts) if part)
