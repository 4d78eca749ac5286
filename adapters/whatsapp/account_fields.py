"""What WhatsApp tells besides talk: which of it an owner must know, and why the rest is set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.base import Ignored, Told
from adapters.meta import facts
from domain.signals import AccountChanged

if TYPE_CHECKING:
    from adapters.base import IgnoredReason
    from adapters.whatsapp.change import Change

MATTERS = {
    "message_template_status_update": "A template that is not approved cannot remind anybody.",
    "message_template_quality_update": "Bad marks come before a template is paused.",
    "message_template_components_update": "Somebody changed a template's words: ours may not fill its holes any more.",
    "template_category_update": "As marketing a reminder costs more, and people can switch it off.",
    "template_correct_category_detection": "Meta will move a template into another category soon.",
    "account_update": "The account is restricted, banned, given away or disconnected: nothing can be sent.",
    "account_alerts": "Meta asks the owner for something, and limits the account until it is done.",
    "account_review_update": "An account that was not approved cannot send.",
    "business_status_update": "The business behind the account was restricted or verified.",
    "business_capability_update": "How many people may be written to in a day, and how many numbers there may be.",
    "phone_number_quality_update": "A bad mark lowers how many people the number may write to.",
    "phone_number_name_update": "Under a name that was refused nobody knows who writes.",
    "security": "Somebody changed or removed the number's PIN.",
    "errors": "What Meta says it could not do for an account; it comes under `messages`.",
}
"""Fields that an owner is told of, and why."""

LEFT_ALONE: dict[str, tuple[IgnoredReason, str]] = {
    "user_preferences": ("not_a_message", "Who wants no marketing: none is sent from here."),
    "smb_app_state_sync": ("not_a_message", "The address book of the owner's phone: it is not ours to keep."),
    "history": ("not_a_message", "Chats of the months before the account was connected: nobody asked us to know them."),
    "partner_solutions": ("not_a_message", "Contracts between Meta's partners."),
    "tracking_events": ("other_product", "Clicks counted for advertisements."),
    "automatic_events": ("other_product", "Sales that Meta guesses from chats."),
    "calls": ("other_product", "Calls on WhatsApp, which another product takes."),
    "account_settings_update": ("other_product", "Settings of calls on WhatsApp."),
    "flows": ("other_product", "Forms on WhatsApp: none are sent from here."),
    "payment_configuration_update": ("other_product", "Payments on WhatsApp: they are taken elsewhere."),
    "group_lifecycle_update": ("group_chat", "A group was made or closed."),
    "group_settings_update": ("group_chat", "A group has another name or picture."),
    "group_participants_update": ("group_chat", "Somebody joined or left a group."),
    "group_status_update": ("group_chat", "A group was stopped or may go on."),
}
"""Fields that are set aside, for what reason, and why."""


_NO_FACTS = frozenset({"metadata", "messaging_product"})
"""What a change says of itself and not of the account."""


def account_changed(change: Change, kind: str = "", said: object = None) -> Told | Ignored:
    """Return what is told about an account: of one number where the change names it, else of the whole group.

    WhatsApp gives these no ids. Theirs is made of all that they say: delivered again they are the same.

    Args:
        change: where it stands.
        kind: what to call it, if not by the field.
        said: the part of the change that it is, if not all of it.
    """
    row = change.value if said is None else said
    kind = kind or change.field
    if not isinstance(row, dict):
        return Ignored("unsupported", kind)
    if not change.account and not change.group:
        return Ignored("unknown_account", kind)
    told = {name: one for name, one in row.items() if name not in _NO_FACTS}
    return Told(
        account=change.account,
        external_id=f"{kind}:{change.hashed(row)}",
        signal=AccountChanged(kind, change.moment(told.get("timestamp")), facts(told)),
        group=change.group,
    )
