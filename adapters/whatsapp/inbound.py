"""Deliveries of WhatsApp into events: pure.

A delivery is entries (one a WhatsApp Business Account) of changes (one a field) of messages, statuses, echoes; each
number's are mixed with those of others. All are read, in the order in which they stand, and each by itself: one that
cannot be read never costs another. Every delivery gives at least one event, so that nothing is lost in silence.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from adapters.base import Ignored, Received, Told
from adapters.meta import block, entries, ident, line, rows, word
from adapters.whatsapp.account_fields import LEFT_ALONE, MATTERS, account_changed
from adapters.whatsapp.change import Change
from adapters.whatsapp.contents import content_of, referral_of
from adapters.whatsapp.echoes import echo
from adapters.whatsapp.handovers import handovers
from adapters.whatsapp.identities import system, user_id_updates
from adapters.whatsapp.people import Contacts
from adapters.whatsapp.receipts import receipt
from dialogs.messages import Deleted, Edited
from domain.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from adapters.base import Event, Request
    from adapters.meta import Row

Found: TypeAlias = "Received | Told | Ignored"

OBJECT = "whatsapp_business_account"
TALK = frozenset({"messages", "smb_message_echoes", "standby"})
"""Fields that carry what is said: by customers, in the owner's app, and to another app."""


def parse(request: Request, app_id: str = "") -> list[Event]:
    """Return all that a delivery tells, in order; [] for a GET, which is the handshake.

    With our own `app_id` a handover is read by the ids of its apps; without, by their roles. Raises Malformed where
    the envelope cannot be read: no JSON, nested too deep, not about a WhatsApp account.
    """
    if request.method == "GET":
        return []
    try:
        found = chain.from_iterable(_entry(one, request.received_at, app_id) for one in entries(request, OBJECT))
        return list(_once(found)) or [Ignored("unsupported", "no entry")]
    except RecursionError:
        raise Malformed("the body is nested too deep") from None


def _once(events: Iterable[Found]) -> Iterator[Event]:
    """Yield events, those that were there before in the same delivery as Ignored."""
    seen: set[tuple[bool, str]] = set()
    for event in events:
        if isinstance(event, Ignored):
            yield event
            continue
        key = (isinstance(event, Received), event.external_id)
        if key in seen:
            yield Ignored("duplicate_in_request", "message" if key[0] else "signal")
        else:
            seen.add(key)
            yield event


def _entry(entry: object, received_at: datetime, app_id: str) -> Iterator[Found]:
    row = block(entry)
    changes = rows(row.get("changes"))
    if not changes:
        yield Ignored("unsupported", "an entry without changes")
    for one in changes:
        change = Change.of(row, block(one), received_at, app_id)
        if change is None:
            yield Ignored("unsupported", word(block(one).get("field")) or "a change without a field")
        else:
            yield from _change(change)


def _change(change: Change) -> Iterator[Found]:
    found: Iterable[Found]
    if change.field in TALK:
        found = _talk(change)
    elif change.field == "messaging_handovers":
        found = handovers(change)
    elif change.field == "user_id_update":
        found = user_id_updates(change)
    elif change.field in MATTERS:
        found = [account_changed(change)]
    elif change.field in LEFT_ALONE:
        reason, _ = LEFT_ALONE[change.field]
        found = [Ignored(reason, change.field)] * max(1, len(rows(change.value.get("groups"))))
    else:
        found = [Ignored("unsupported", change.field)]
    empty = True
    for one in found:
        empty = False
        yield one
    if empty:
        yield Ignored("not_a_message", change.field)


def _talk(change: Change) -> Iterator[Found]:
    """Yield what was said and what became of it.

    Under `standby` all of it stands one level deeper (Meta: standby webhooks), but for the number that it is about.
    """
    standby = change.field == "standby"
    value = (block(change.value.get("standby")) or change.value) if standby else change.value
    contacts = Contacts(value.get("contacts") or change.value.get("contacts"))
    for one in rows(value.get("messages")):
        yield _message(change, one, contacts, standby=standby)
    for one in rows(value.get("message_echoes")):
        yield echo(change, one, contacts, standby=standby)
    for one in rows(value.get("statuses")):
        yield receipt(change, one, contacts, standby=standby)
    for one in rows(value.get("errors")):
        yield account_changed(change, "errors", one)


def _message(change: Change, said: object, contacts: Contacts, *, standby: bool) -> Found:
    message = block(said)
    wamid, kind = ident(message.get("id")), word(message.get("type"))
    if not wamid:
        return Ignored("unsupported", "a message without an id")
    if message.get("group_id"):
        return Ignored("group_chat", kind)
    if not change.account:
        return Ignored("unknown_account", "a message without a number")
    if kind == "system":
        return system(change, message, wamid)
    who = contacts.person(message.get("from_user_id"), message.get("from"), message.get("from_parent_user_id"))
    if not who.known_as:
        return Ignored("no_sender", kind)
    content = content_of(message, who.known_as)
    if isinstance(content, Edited | Deleted) and content.of == wamid:
        # The event has an id of its own; were it the message's, it would pass for one that is known already.
        wamid = f"{wamid}:{kind}:{line(message.get('timestamp'), 20)}"
    return Received(
        account=change.account,
        sender=who.id,
        external_id=wamid,
        content=content,
        sent_at=change.moment(message.get("timestamp")),
        sender_name=who.name,
        known_as=who.known_as,
        phone=who.phone,
        reply_to=_reply_to(message),
        referral=referral_of(message),
        standby=standby,
    )


def _reply_to(message: Row) -> str:
    return ident(block(message.get("context")).get("id"))
