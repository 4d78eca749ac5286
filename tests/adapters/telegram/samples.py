"""Updates as the Bot API's documentation describes them, one of each kind that matters here."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings

from adapters.base import Request

STEADY = settings(deadline=None, derandomize=True, database=None)
"""The same examples each time, however slow the machine is at the moment."""
NOW = datetime(2026, 11, 20, 10, 0, 5, tzinfo=UTC)
DATE = int((NOW - timedelta(seconds=5)).timestamp())
SECRET = "the-hooks_own-Secret"

ANA: dict[str, Any] = {
    "id": 4711,
    "is_bot": False,
    "first_name": "Ana",
    "last_name": "Lopes",
    "username": "ana",
    "language_code": "pt-br",
}
OWNER: dict[str, Any] = {"id": 5001, "is_bot": False, "first_name": "Rosa"}
BOT: dict[str, Any] = {"id": 900_001, "is_bot": True, "first_name": "Bistro", "username": "bistro_bot"}
PRIVATE = {"id": 4711, "type": "private", "first_name": "Ana", "last_name": "Lopes", "username": "ana"}
GROUP = {"id": -100_200, "type": "supergroup", "title": "Friends"}
CHANNEL = {"id": -100_300, "type": "channel", "title": "News"}
FILE = {"file_id": "AgAD", "file_unique_id": "u1"}
PHOTO = [
    FILE | {"file_id": "small", "width": 90, "height": 60, "file_size": 1_000},
    FILE | {"file_id": "large", "width": 1280, "height": 853, "file_size": 180_000},
    FILE | {"file_id": "medium", "width": 320, "height": 213, "file_size": 20_000},
]
CARD = {"phone_number": "351912345678", "first_name": "Ana", "user_id": 4711}
SPOT = {"latitude": 38.7169, "longitude": -9.1304}


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 17, "from": ANA, "chat": PRIVATE, "date": DATE} | content


def business(**content: Any) -> dict[str, Any]:
    return message(business_connection_id="bc-1", **content)


def tapped(**more: Any) -> dict[str, Any]:
    shown = message(text="When?", **{"from": BOT})
    return {"id": "4382", "from": ANA, "message": shown, "chat_instance": "-1", "data": "token-1"} | more


def reaction(*new: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {"chat": PRIVATE, "message_id": 12, "user": ANA, "date": DATE, "old_reaction": []}
    return told | {"new_reaction": list(new)} | more


def update(kind: str, content: Any, update_id: Any = 700_001) -> dict[str, Any]:
    return {"update_id": update_id, kind: content}


def asked(body: Any, **headers: str) -> Request:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request("POST", "/hooks/telegram/e1", headers, {}, raw, NOW, "e1", nonce="n" * 32)


SAMPLES: dict[str, dict[str, Any]] = {
    "text": update("message", message(text="a table for 2")),
    "command": update("message", message(text="/start web-1", entities=[])),
    "quote": update("message", message(text="that one", reply_to_message=message(text="When?", message_id=12))),
    "photo": update("message", message(photo=PHOTO, caption="like this")),
    "voice": update("message", message(voice=FILE | {"duration": 4, "mime_type": "audio/ogg", "file_size": 9_000})),
    "document": update("message", message(document=FILE | {"file_name": "menu.pdf", "mime_type": "application/pdf"})),
    "contact": update("message", message(contact=CARD)),
    "venue": update("message", message(venue={"location": SPOT, "title": "Graça", "address": "Rua 1"}, location=SPOT)),
    "location": update("message", message(location=SPOT)),
    "poll": update("message", message(poll={"id": "1", "question": "?"})),
    "pinned": update("message", message(pinned_message=message(text="x"))),
    "group": update("message", message(text="hi", chat=GROUP)),
    "edited": update("edited_message", message(text="for 3", edit_date=DATE + 3)),
    "tap": update("callback_query", tapped()),
    "reaction": update("message_reaction", reaction({"type": "emoji", "emoji": "👍"})),
    "business": update("business_message", business(text="hello")),
    "owner": update("business_message", business(text="hello Ana", **{"from": OWNER})),
    "business edited": update("edited_business_message", business(text="hullo", edit_date=DATE + 3)),
    "business deleted": update(
        "deleted_business_messages", {"business_connection_id": "bc-1", "chat": PRIVATE, "message_ids": [5, 6]}
    ),
    "connection": update(
        "business_connection",
        {
            "id": "bc-1",
            "user": OWNER,
            "user_chat_id": 5001,
            "date": DATE,
            "is_enabled": True,
            "rights": {"can_reply": True},
        },
    ),
    "channel post": update("channel_post", {"message_id": 3, "chat": CHANNEL, "date": DATE, "text": "news"}),
    "poll answer": update("poll_answer", {"poll_id": "1", "user": ANA, "option_ids": [0]}),
}
