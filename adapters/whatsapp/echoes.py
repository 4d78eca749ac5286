"""Echoes: words of the business that we did not send, as a transcript shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.base import Ignored, Told
from adapters.meta import block, ident, line, word, words
from adapters.whatsapp.contents import content_of
from adapters.whatsapp.people import digits
from dialogs.shown import line_of
from domain.signals import Echo

if TYPE_CHECKING:
    from adapters.meta import Row
    from adapters.whatsapp.change import Change
    from adapters.whatsapp.people import Contacts

ANOTHER_APP = "another app"
"""The app of echoes that come while it has the conversation: they are no words of the staff."""
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
    return line_of(content_of(row)) or "[empty]"
