"""What platforms deliver, as they write it: signed WhatsApp bodies of many events, and Telegram's updates."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

Kind = Literal["message", "tap", "extra", "status", "echo"]
"""What an event is to whoever counts: `extra` is what is said besides (reactions, edits, places)."""
MAIL: dict[Kind, str] = {"message": "message", "tap": "tap", "extra": "message", "status": "control", "echo": "control"}
"""Under which kind the mailbox keeps each."""
FIELDS = {"messages": "messages", "statuses": "messages", "message_echoes": "smb_message_echoes"}
"""The field of a change by the list that an event stands in."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where one account's events are delivered."""

    channel: str
    account_id: str
    account: str
    """What the platform calls it: the number's id, the bot's."""
    business_id: str
    group: str
    endpoint: str
    secret: bytes = field(repr=False)

    @property
    def path(self) -> str:
        """Return the webhook's path."""
        return f"/hooks/{self.channel}/{self.endpoint}"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a platform, by what it tells of them."""

    name: str
    phone: str = ""
    """WhatsApp: digits; "" where it is not told."""
    user: str = ""
    """WhatsApp: the business-scoped user id; Telegram: the number."""

    @property
    def contact(self) -> dict[str, Any]:
        """Return the entry of `contacts`."""
        told = {"profile": {"name": self.name}, "wa_id": self.phone, "user_id": self.user}
        return {key: value for key, value in told.items() if value}

    def named(self, user: str, phone: str) -> dict[str, str]:
        """Return the ids that are told, under these names."""
        return {name: value for name, value in ((user, self.user), (phone, self.phone)) if value}


@dataclass(eq=False, slots=True)
class Event:
    """One thing that a platform tells, once; however often it is delivered."""

    number: int
    """In the order of happening."""
    kind: Kind
    external_id: str
    lane: str
    box: Box
    body: dict[str, Any]
    where: str = ""
    """WhatsApp: the list of a change that it stands in."""
    person: Person | None = None
    accepted: int = 0
    """How often it was delivered and answered with 200."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One HTTP request of a platform."""

    path: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    events: tuple[Event, ...] = ()
    """What of it must be taken; () where it must be refused."""


def whatsapp(number: int, kind: Kind, lane: str, box: Box, person: Person, said: dict[str, Any]) -> Event:
    """Return what a customer did on WhatsApp; `said` is what stands beside who and when."""
    wamid = f"wamid.{number:09}"
    body = {**person.named("from_user_id", "from"), "id": wamid, "timestamp": str(int(time.time())), **said}
    return Event(number, kind, wamid, lane, box, body, "messages", person)


def echo(number: int, lane: str, box: Box, person: Person, text: str) -> Event:
    """Return words that staff typed in the WhatsApp Business app."""
    wamid = f"wamid.{number:09}"
    to = person.named("to_user_id", "to")
    body = {"from": "351210000000", **to, "id": wamid, "timestamp": str(int(time.time())), "type": "text"}
    return Event(number, "echo", wamid, lane, box, {**body, "text": {"body": text}}, "message_echoes", person)


def status(number: int, lane: str, box: Box, wamid: str, said: str, key: str) -> Event:
    """Return what WhatsApp tells of a message of ours."""
    body = {
        "id": wamid,
        "status": said,
        "timestamp": str(int(time.time())),
        "recipient_id": "351910000000",
        "biz_opaque_callback_data": key,
    }
    if said == "failed":
        body["errors"] = [{"code": 131026, "title": "Message undeliverable"}]  # type: ignore[assignment]
    return Event(number, "status", f"{wamid}:{said}", lane, box, body, "statuses")


def telegram(number: int, kind: Kind, lane: str, box: Box, person: Person, said: dict[str, Any]) -> Event:
    """Return what a customer did on Telegram: words, an edit (`of` names the message), a tap."""
    sender = {"id": int(person.user), "is_bot": False, "first_name": person.name, "language_code": "en"}
    chat = {"id": int(person.user), "type": "private"}
    if kind == "tap":
        message = {"message_id": number, "date": int(time.time()), "chat": chat}
        told = {"id": f"q{number}", "from": sender, "message": message, "chat_instance": "1", "data": said["data"]}
        update = {"update_id": number, "callback_query": told}
    else:
        now = int(time.time())
        words = {"message_id": said.get("of", number), "from": sender, "chat": chat, "date": now, **said}
        words.pop("of", None)
        edited = {"edited_message": {**words, "edit_date": now}} if "of" in said else {"message": words}
        update = {"update_id": number, **edited}
    return Event(number, kind, str(number), lane, box, update, person=person)


def written(events: Sequence[Event], chance: Random, *, spoilt: bool = False) -> Delivery:
    """Return the delivery of one Telegram event, or of any number of WhatsApp's, grouped as Meta groups them.

    `spoilt` puts elements in between that nobody can read: they must not cost the others.
    """
    box = events[0].box
    if box.channel == "telegram":
        body = json.dumps(events[0].body).encode()
        return Delivery(box.path, proven(box, body), body, tuple(events))
    values: dict[tuple[str, str, str], dict[str, Any]] = {}
    for event in events:
        where = (event.box.group, FIELDS[event.where], event.box.account)
        metadata = {"display_phone_number": event.box.account, "phone_number_id": event.box.account}
        value = values.setdefault(where, {"messaging_product": "whatsapp", "metadata": metadata})
        value.setdefault(event.where, []).append(event.body)
        if event.person is not None and (contact := event.person.contact) not in value.setdefault("contacts", []):
            value["contacts"].append(contact)
    entries: dict[str, dict[str, Any]] = {}
    for (group, name, _), value in values.items():
        if spoilt and "messages" in value:
            value["messages"].insert(chance.randrange(len(value["messages"]) + 1), chance.choice((7, {"id": ""}, None)))
        entry = entries.setdefault(group, {"id": group, "time": int(time.time()), "changes": []})
        entry["changes"].append({"field": name, "value": value})
    body = json.dumps({"object": "whatsapp_business_account", "entry": list(entries.values())}).encode()
    return Delivery(box.path, proven(box, body), body, tuple(events))


def proven(box: Box, body: bytes, secret: bytes | None = None) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers of a delivery that prove who sends it, by the box's own secret or by another."""
    known = box.secret if secret is None else secret
    if box.channel == "telegram":
        proof = (b"x-telegram-bot-api-secret-token", known)
    else:
        proof = (b"x-hub-signature-256", b"sha256=" + hmac.new(known, body, hashlib.sha256).hexdigest().encode())
    return (
        (b"host", b"frontdesk.example"),
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        proof,
    )
