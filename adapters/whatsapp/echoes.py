"""Echoes: words of the business that we did not send, as a transcript shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.base import Ignored, Told
from adapters.meta import block, ident, line, word, words
from adapters.whatsapp.contents import content_of
from adapters.whatsapp.people import digits
from dialogs.messages import Contact, Edited, Location, Media, Text, Unsupported
from domain.signals import Echo

if TYPE_CHECKING:
    from adapters.meta import Row
    from adapters.whatsapp.change import Change
    from adapters.whatsapp.people import Contacts
    from dialogs.messages import Content

ANOTHER_APP = "another app"
"""The app of echoes that come while it has the conversation: they are no words of the staff."""
_LABELS = {
    "image": "picture",
    "video": "video",
    "audio": "sound",
    "voice": "voice message",
    "document": "document",
    "sticker": "sticker",
}
_NO_REPLY = frozenset({"reaction", "revoke"})
"""What people do in their app without writing: it is no reply, and takes no control."""


def echo(change: Change, said: object, contacts: Contacts, *, standby: bool = False) -> Told | Ignored:
    """Return words that were typed in the WhatsApp Business app or on a linked device, or sent by another app.

    Of the latter we are told while that app has the conversation (`standby`); what it sent stands one level deeper
    then, as it was handed to the API.
    """
    row = block(said)
    row = {**block(row.get("message")), **row}
    wamid, kind = ident(row.get("id")), word(row.get("type"))
    if not wamid:
        return Ignored("unsupported", "an echo without an id")
    if row.get("recipient_type") == "group" or "group_id" in row:
        return Ignored("group_chat", "echo")
    if kind in _NO_REPLY:
        return Ignored("not_a_message", kind)
    if not change.account:
        return Ignored("unknown_account", "echo")
    user = ident(row.get("to_user_id")) or ident(row.get("recipient"))
    if digits(user).isdigit():
        user = ""  # `recipient` may repeat the number
    who = contacts.person(user, row.get("to") or row.get("recipient"), row.get("to_parent_user_id"))
    if not who.known_as:
        return Ignored("no_sender", "echo")
    at = change.moment(row.get("timestamp"))
    return Told(
        account=change.account,
        external_id=wamid,
        signal=Echo(wamid, _as_shown(row, kind), at, app=ANOTHER_APP if standby else ""),
        sender=who.id,
        known_as=who.known_as,
    )


def _as_shown(row: Row, kind: str) -> str:
    """Return the words of something sent: what a business sends has two shapes that no customer can."""
    if kind == "interactive":
        return words(block(block(row.get("interactive")).get("body")).get("text")) or "[buttons]"
    if kind == "template":
        return f"[template] {line(block(row.get('template')).get('name'))}".rstrip()
    return shown(content_of(row))


def shown(content: Content) -> str:
    """Return how a line of a transcript shows what was sent: its words, and in brackets what is no words."""
    match content:
        case Text(text):
            return text or "[empty]"
        case Media():
            return _joined(f"[{_LABELS[content.kind]}]", content.name, content.caption)
        case Location():
            return _joined("[place]", content.name, content.address)
        case Contact():
            return _joined("[contact]", content.name, content.company)
        case Edited():
            return _joined("[edited]", content.text)
        case Unsupported():
            return f"[{content.kind}]"
        case _:
            return f"[{type(content).__name__.lower()}]"


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts))
