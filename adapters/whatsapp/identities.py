"""New ids of people whom WhatsApp knew by others before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.base import Ignored, Told
from adapters.meta import block, ident, rows, word
from adapters.whatsapp.people import digits
from domain.signals import IdentityChanged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from adapters.meta import Row
    from adapters.whatsapp.change import Change

NEW_IDS = frozenset({"user_changed_number", "user_changed_user_id", "user_id_update", "customer_changed_number"})
"""System messages that name new ids; the last is how the first was called before Graph v12."""


def system(change: Change, message: Row, wamid: str) -> Told | Ignored:
    """Return what a system message tells: a new number or a new user id; everything else is told to nobody.

    `from` names the person as they were, `system` as they are. A new user id often comes without the old one; then
    only `user_id_update` links the two. The sentence in `body` names both, but a sentence is for reading.
    """
    said = block(message.get("system"))
    kind = word(said.get("type"))
    if kind not in NEW_IDS:
        return Ignored("not_a_message", kind or "system")
    before = (
        ident(said.get("previous_user_id")),
        ident(message.get("from_user_id")),
        digits(message.get("from")),
        digits(said.get("customer")),
        ident(message.get("from_parent_user_id")),
    )
    after = (
        ident(said.get("user_id")),
        digits(said.get("wa_id")),
        digits(said.get("new_wa_id")),
        ident(said.get("parent_user_id")),
    )
    if not any(before):
        return Ignored("no_sender", kind)
    at = change.moment(message.get("timestamp"))
    return _renamed(change, before, after, at, kind, wamid) or Ignored("not_a_message", kind)


def user_id_updates(change: Change) -> list[Told | Ignored]:
    """Return who has a new user id: each with the old one, the link that system messages lack."""
    return [_update(change, one) for one in rows(change.value.get("user_id_update"))]


def _update(change: Change, said: object) -> Told | Ignored:
    row = block(said)
    user, parent = block(row.get("user_id")), block(row.get("parent_user_id"))
    previous, current = ident(user.get("previous")), ident(user.get("current"))
    if not previous or not current:
        return Ignored("not_a_message", change.field)
    if not change.account:
        return Ignored("unknown_account", change.field)
    before = (previous, digits(row.get("wa_id")), ident(parent.get("previous")))
    at = change.moment(row.get("timestamp"))
    found = _renamed(change, before, (current,), at, change.field, change.hashed(said))
    return found or Ignored("not_a_message", change.field)


def _renamed(
    change: Change, before: Sequence[str], after: Sequence[str], at: datetime, note: str, external_id: str
) -> Told | None:
    """Return the step from the best id that is no more to the best that is new; None where nothing changed."""
    old = next((one for one in before if one and one not in after), "")
    new = next((one for one in after if one and one not in before), "")
    if not old or not new:
        return None
    known = tuple(dict.fromkeys(one for one in before if one))
    return Told(change.account, external_id, IdentityChanged(old, new, at, note), sender=known[0], known_as=known)
