"""Handovers: which app answers somebody on a number that several share (Meta: conversation routing).

The other app is Meta's own assistant. While it has a conversation its messages come under `standby`; `control_passed`
and `control_taken` say when that changes. Meta has documented the roles in two spellings and examples without any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.base import Ignored, Told
from adapters.meta import block, ident, rows, word
from adapters.whatsapp.people import Contacts
from domain.signals import ControlMoved

if TYPE_CHECKING:
    from adapters.meta import Row
    from adapters.whatsapp.change import Change

AGENTS = frozenset({"ai_agent", "meta_business_agent", "meta_ai", "business_agent"})
"""Roles of Meta's assistant; every other role is the business, and that is us."""
KINDS = {"control_passed": True, "pass_thread_control": True, "control_taken": False, "take_thread_control": False}
"""Whether we have the conversation after a handover that says no more: whoever loses control is told that it was
taken, whoever gets it that it was passed."""


def handovers(change: Change) -> list[Told | Ignored]:
    """Return each move that a change tells of; usually the change is the move itself."""
    several = rows(change.value.get("messaging_handovers"))
    return [_handover(change, block(one)) for one in several or (change.value,)]


def _handover(change: Change, row: Row) -> Told | Ignored:
    kind = word(row.get("type"))
    if kind not in KINDS:
        kind = next((one for one in KINDS if isinstance(row.get(one), dict)), kind)
    if kind not in KINDS:
        return Ignored("not_a_message", kind or change.field)
    account = ident(block(row.get("recipient")).get("phone_number_id")) or change.account
    if not account:
        return Ignored("unknown_account", change.field)
    sender = block(row.get("sender"))
    number = sender.get("phone_number") or sender.get("wa_id")
    who = Contacts(row.get("contacts")).person(sender.get("user_id"), number, sender.get("parent_user_id"))
    if not who.known_as:
        return Ignored("no_sender", kind)
    to_us, by = _moved(kind, block(row.get(kind)), change.app_id)
    moved = ControlMoved(to_us, change.moment(row.get("timestamp")), by)
    return Told(account, change.hashed(row), moved, sender=who.id, known_as=who.known_as)


def _moved(kind: str, said: Row, app_id: str) -> tuple[bool, str]:
    """Return whether we have the conversation now, and what the other app is called.

    Ids decide where they are given and our own is known; then the roles, of which the new owner's says more; then what
    kind of handover it is.
    """
    previous_id, previous_role = _owner(said, "previous_owner")
    new_id, new_role = _owner(said, "new_owner")
    if app_id and new_id:
        to_us = new_id == app_id
    elif app_id and previous_id:
        to_us = previous_id != app_id
    elif new_role:
        to_us = new_role not in AGENTS
    elif previous_role:
        to_us = previous_role in AGENTS
    else:
        to_us = KINDS[kind]
    role, other_id = (previous_role, previous_id) if to_us else (new_role, new_id)
    return to_us, role.replace("_", " ") or other_id


def _owner(said: Row, whose: str) -> tuple[str, str]:
    """Return an owner's app id and role, "" for what is not told."""
    owner = block(said.get(whose))
    app_id = ident(said.get(f"{whose}_app_id")) or ident(owner.get("app_id"))
    role = said.get(f"{whose}_app_role") or said.get(f"{whose}_role") or owner.get("app_role")
    return app_id, word(role).lower()
