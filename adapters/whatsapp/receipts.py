"""Receipts: what WhatsApp says became of our messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from adapters.base import Ignored, Told
from adapters.meta import block, ident, line, rows, word
from domain.signals import Receipt, ReceiptStatus

if TYPE_CHECKING:
    from adapters.whatsapp.change import Change
    from adapters.whatsapp.people import Contacts

KEY_CHARS = 512
"""Of `biz_opaque_callback_data` (Meta: messages reference)."""
STATUSES: dict[str, ReceiptStatus] = {one: one for one in get_args(ReceiptStatus)}


def receipt(change: Change, status: object, contacts: Contacts, *, standby: bool = False) -> Told | Ignored:
    """Return what became of a message.

    While another app has the conversation its messages are told of as well: a receipt without our key is not ours.
    """
    row = block(status)
    wamid, said = ident(row.get("id")), word(row.get("status"))
    if not wamid:
        return Ignored("unsupported", "a status without an id")
    if said not in STATUSES:
        return Ignored("unsupported", f"status {said}".rstrip())
    if row.get("recipient_type") == "group" or "group_id" in row:
        return Ignored("group_chat", "status")
    if not change.account:
        return Ignored("unknown_account", "status")
    key = line(row.get("biz_opaque_callback_data"), KEY_CHARS)
    who = contacts.person(row.get("recipient_user_id"), row.get("recipient_id"), row.get("recipient_parent_user_id"))
    if not key and standby:
        return Ignored("not_ours", "status")
    if not key and not who.known_as:
        return Ignored("no_sender", "status")
    error = block(next(iter(rows(row.get("errors"))), None))
    details = line(block(error.get("error_data")).get("details"))
    return Told(
        account=change.account,
        external_id=f"{wamid}:{said}",
        signal=Receipt(
            external_id=wamid,
            status=STATUSES[said],
            at=change.moment(row.get("timestamp")),
            key=key,
            code=line(error.get("code"), 20),
            problem=details or line(error.get("title")) or line(error.get("message")),
        ),
        sender=who.id,
        known_as=who.known_as,
    )
