"""Deliveries of WhatsApp as Meta writes them, with invented people, for the tests of what comes in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from adapters.base import Request
from adapters.whatsapp.inbound import parse

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
AT = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
STAMP = str(int(AT.timestamp()))
SALON, BISTRO, SHOP = "551000000001", "551000000002", "551000000003"
WABA = "990000000001"
INES = {"number": "351910000001", "user": "PT.70000000000000001", "parent": "PT.ENT.80000000000000001", "name": "Inês"}
OTTO = {"number": "4915100000002", "user": "DE.70000000000000002", "parent": "DE.ENT.80000000000000002", "name": "Otto"}


def request(body: Any, method: str = "POST", query: dict[str, str] | None = None, **headers: str) -> Request:
    """Return a request with this body; what is no bytes is written as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(method, "/hooks/whatsapp/e1", headers, query or {}, raw, NOW, "e1")


def read(body, **more):
    """Return the events of a body."""
    return parse(request(body), **more)


def one(body, **more):
    """Return the only event of a body."""
    (event,) = read(body, **more)
    return event


def delivery(*entries):
    """Return the body of a delivery."""
    return {"object": "whatsapp_business_account", "entry": list(entries)}


def entry(*changes, waba=WABA, **more):
    """Return an entry of one WhatsApp Business Account."""
    return {"id": waba, "changes": list(changes), **more}


def change(field="messages", account=SALON, **parts):
    """Return a change with these parts in its value; without an account it names no number."""
    metadata = {"metadata": {"display_phone_number": "351210000000", "phone_number_id": account}} if account else {}
    return {"field": field, "value": {"messaging_product": "whatsapp", **metadata, **parts}}


def contact(person, **more):
    """Return what a change says of a person."""
    return {"profile": {"name": person["name"]}, "wa_id": person["number"], "user_id": person["user"], **more}


def message(kind, block=None, wamid="wamid.m1", person=INES, **more):
    """Return a message of a person who has a number and a user id."""
    said = {"from": person["number"], "from_user_id": person["user"], "id": wamid, "timestamp": STAMP, "type": kind}
    return said | ({} if block is None else {kind: block}) | more


def sent(kind, block=None, person=INES, **more):
    """Return the body of a delivery of one message."""
    return delivery(entry(change(contacts=[contact(person)], messages=[message(kind, block, person=person, **more)])))


def status(word="delivered", wamid="wamid.s1", **more):
    """Return what became of a message of ours."""
    return {"id": wamid, "status": word, "timestamp": STAMP, "recipient_id": INES["number"], **more}


def echoed(kind, block, wamid="wamid.e1", **more):
    """Return words of the business that were typed in its app."""
    return {
        "from": "351210000000",
        "to": INES["number"],
        "id": wamid,
        "timestamp": STAMP,
        "type": kind,
        kind: block,
    } | more


def told(field, account=SALON, waba=WABA, **parts):
    """Return the body of a delivery of one change that is no message."""
    return delivery(entry(change(field, account, **parts), waba=waba, time=int(STAMP)))


FILE = {"id": "770001", "mime_type": "image/jpeg", "sha256": "q83vEjRWeJA=", "caption": "this colour"}
CARD = {
    "name": {"formatted_name": "Rita Lopes", "first_name": "Rita"},
    "org": {"company": "Lopes Lda"},
    "phones": [{"phone": "+351 910 000 009", "wa_id": "351910000009", "type": "CELL"}, {"phone": "21 000 00 00"}],
}
MESSAGES = {
    "text": {"body": "a table for two?"},
    "image": FILE,
    "video": {"id": "770002", "mime_type": "video/mp4"},
    "audio": {"id": "770003", "mime_type": "audio/ogg; codecs=opus", "voice": True},
    "document": {"id": "770004", "filename": "menu.pdf", "mime_type": "application/pdf"},
    "sticker": {"id": "770005", "mime_type": "image/webp", "animated": False},
    "location": {
        "latitude": 38.7,
        "longitude": -9.1,
        "name": "Largo",
        "address": "Largo 1",
        "url": "https://map.test/1",
    },
    "contacts": [CARD],
    "reaction": {"message_id": "wamid.ours", "emoji": "👍"},
    "order": {
        "catalog_id": "440001",
        "text": "by noon, please",
        "product_items": [
            {"product_retailer_id": "soap-1", "quantity": 2, "item_price": 7.5, "currency": "EUR"},
            {"product_retailer_id": "oil-2", "quantity": "1", "item_price": "12", "currency": "EUR"},
        ],
    },
    "button": {"payload": "token-3", "text": "Confirm"},
    "edit": {"original_message_id": "wamid.first", "message": {"type": "text", "text": {"body": "for three"}}},
    "revoke": {"original_message_id": "wamid.first"},
    "request_welcome": {},
    "unsupported": {"type": "poll_creation"},
    "hologram": {"id": "1"},
}
INTERACTIVE = (
    {"type": "button_reply", "button_reply": {"id": "token-1", "title": "Yes"}},
    {"type": "list_reply", "list_reply": {"id": "token-2", "title": "16:30", "description": "with Rita"}},
    {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": '{"day": "2026-12-01"}'}},
)
REFERRAL = {
    "source_url": "https://ad.test/1",
    "source_id": "330001",
    "source_type": "ad",
    "headline": "Winter offer",
    "body": "Half price on Mondays",
    "ctwa_clid": "click-1",
}
HANDOVER = {
    "recipient": {"display_phone_number": "351210000000", "phone_number_id": SALON},
    "sender": {"phone_number": INES["number"], "user_id": INES["user"]},
    "timestamp": STAMP,
    "type": "control_passed",
    "control_passed": {"previous_owner_app_role": "meta_business_agent", "new_owner_role": "escalation"},
}
NEW_ID = {
    "wa_id": "351910000077",
    "detail": "User id was updated",
    "user_id": {"previous": INES["user"], "current": "PT.70000000000000077"},
    "timestamp": STAMP,
}
RENUMBERED = {
    "type": "user_changed_number",
    "wa_id": "351910000077",
    "user_id": "PT.70000000000000077",
    "body": "changed",
}


def everything():
    """Return a delivery of every shape that there is, in a fixed order."""
    talk = change(contacts=[contact(INES)], messages=[message("text", {"body": "hello"}, wamid="wamid.standby")])[
        "value"
    ]
    talk |= {"message_echoes": [{"id": "wamid.agent", "message": {"to": INES["number"], "type": "text"}}]}
    deeper = {"metadata": talk.pop("metadata"), "standby": talk}
    return [
        *(sent(kind, block, wamid=f"wamid.{kind}") for kind, block in MESSAGES.items()),
        *(sent("interactive", block, wamid=f"wamid.i{at}") for at, block in enumerate(INTERACTIVE)),
        sent("text", {"body": "the ad?"}, wamid="wamid.ad", referral=REFERRAL, context={"id": "wamid.ours"}),
        sent("system", RENUMBERED, wamid="wamid.sys"),
        sent("text", {"body": "hi all"}, wamid="wamid.group", group_id="group-1"),
        told(
            "messages", statuses=[status(one, biz_opaque_callback_data="c.o.m") for one in ("sent", "read", "failed")]
        ),
        told("messages", errors=[{"code": 130429, "title": "Rate limit hit", "error_data": {"details": "slower"}}]),
        told(
            "smb_message_echoes", message_echoes=[echoed("text", {"body": "typed"}), echoed("image", FILE, "wamid.e2")]
        ),
        delivery(entry({"field": "standby", "value": deeper})),
        told("messaging_handovers", None, **HANDOVER),
        told("user_id_update", contacts=[contact(INES)], user_id_update=[NEW_ID]),
        told("message_template_status_update", None, event="APPROVED", message_template_name="reminder_1"),
        told(
            "account_update", None, event="ACCOUNT_RESTRICTION", restriction_info=[{"restriction_type": "NO_SENDING"}]
        ),
        told("user_preferences", user_preferences=[{"value": "stop"}]),
        told("group_lifecycle_update", groups=[{"type": "group_create"}, {"type": "group_create"}]),
        told("tea_time", None, kettle="on"),
    ]
