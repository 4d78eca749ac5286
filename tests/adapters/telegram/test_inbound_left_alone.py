"""What the Bot API tells and nobody here can answer: left alone, or malformed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.base import Event, Ignored
from adapters.telegram.inbound import READ, callback_query_id, parse
from adapters.telegram.updates import AROUND, UNWRITTEN
from domain.errors import Malformed
from tests.adapters.telegram.samples import (
    ANA,
    BOT,
    CHANNEL,
    DATE,
    FILE,
    GROUP,
    PRIVATE,
    SAMPLES,
    asked,
    business,
    message,
    reaction,
    tapped,
    update,
)

SENT = datetime.fromtimestamp(DATE, UTC)


def only(kind: str, content: Any, update_id: Any = 700_001) -> Event:
    (event,) = parse(asked(update(kind, content, update_id)))
    return event


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (tapped(data=None), "not_a_message"),
        (tapped(data=""), "not_a_message"),
        ({"id": "1", "from": ANA, "chat_instance": "1", "game_short_name": "g", "message": message()}, "not_a_message"),
        ({"id": "1", "from": ANA, "chat_instance": "1", "data": "x", "inline_message_id": "i"}, "not_a_message"),
        (tapped(message=message(chat=GROUP)), "group_chat"),
        (tapped(message=message(chat=CHANNEL)), "channel_post"),
        (tapped(**{"from": BOT}), "own_echo"),
    ],
)
def test_taps_that_nobody_here_can_answer_are_left_alone(query: dict[str, Any], reason: str) -> None:
    assert only("callback_query", query) == Ignored(reason, "callback_query")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "content", "ignored"),
    [
        ("message", message(text="hi", chat=GROUP), Ignored("group_chat", "message")),
        ("message", message(text="/book@bistro_bot", chat=GROUP | {"type": "group"}), Ignored("group_chat", "message")),
        ("edited_message", message(text="hi", chat=GROUP), Ignored("group_chat", "edited_message")),
        ("message", message(text="hi", chat=CHANNEL), Ignored("channel_post", "message")),
        ("message", message(text="hi", chat={"id": 1, "type": "forum"}), Ignored("not_a_message", "message")),
        ("channel_post", message(text="news", chat=CHANNEL), Ignored("channel_post", "channel_post")),
        ("edited_channel_post", message(text="news", chat=CHANNEL), Ignored("channel_post", "edited_channel_post")),
        ("message", message(text="hi", **{"from": BOT}), Ignored("own_echo", "message")),
        ("message", message(text="hi", **{"from": None}), Ignored("no_sender", "message")),
        ("business_message", business(text="hi", **{"from": None}), Ignored("no_sender", "business_message")),
        ("business_message", business(text="hi", chat=GROUP), Ignored("group_chat", "business_message")),
        ("business_message", business(text="hi", **{"from": BOT}), Ignored("own_echo", "business_message")),
        ("message", message(new_chat_title="x", chat=PRIVATE), Ignored("not_a_message", "new_chat_title")),
        ("message", message(write_access_allowed={}, sparkle=1), Ignored("not_a_message", "write_access_allowed")),
        ("message", message(), Ignored("not_a_message", "empty")),
        ("my_chat_member", {"chat": PRIVATE, "from": ANA}, Ignored("not_a_message", "my_chat_member")),
        ("inline_query", {"id": "1", "from": ANA, "query": "", "offset": ""}, Ignored("not_a_message", "inline_query")),
        ("poll", {"id": "1"}, Ignored("not_a_message", "poll")),
        ("pre_checkout_query", {"id": "1"}, Ignored("not_a_message", "pre_checkout_query")),
        ("message_reaction_count", {"chat": PRIVATE}, Ignored("not_a_message", "message_reaction_count")),
        ("guest_message", message(text="hi"), Ignored("not_a_message", "guest_message")),
        ("from_next_year", 5, Ignored("not_a_message", "from_next_year")),
        ("<script>", 5, Ignored("not_a_message", "")),
    ],
)
def test_what_is_no_customers_message_is_left_alone_and_named(kind: str, content: Any, ignored: Ignored) -> None:
    if isinstance(content, dict) and content.get("from", ...) is None:
        content = {name: value for name, value in content.items() if name != "from"}
    assert only(kind, content) == ignored


def test_an_update_of_nothing_is_left_alone() -> None:
    assert parse(asked({"update_id": 5})) == [Ignored("not_a_message", "")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"7",
        b"\xff\xfe{}",
        b'{"update_id": 1, "poll": "\xff"}',
        b'{"update_id": 1, "message": {"message_id": 1, "date": 1, "text": "\\ud83d"}}',
        b"[" * 100_000,
        b'{"update_id":1,"poll":' + b"[" * 100_000,
        b'{"update_id":1,"message":' + b'{"reply_to_message":' * 50_000,
        b'{"update_id":' + b"9" * 5_000 + b"}",
        b'{"update_id":1e400}',
        {},
        {"message": message(text="hi")},
        update("message", message(text="hi"), "700001"),
        update("message", message(text="hi"), None),
        update("message", message(text="hi"), True),
        update("message", message(text="hi"), 1.5),
        update("message", message(text="hi"), 2**60),
        update("message", None),
        update("message", []),
        update("message", "hi"),
        update("message", message(text=5)),
        update("message", message(text="hi", message_id="17")),
        update("message", message(text="hi", date=-1)),
        update("message", message(text="hi", date=10**15)),
        update("message", message(text="hi", date="now")),
        update("message", message(text="hi", chat=4711)),
        update("message", message(text="hi", chat={"id": 4711})),
        update("message", message(text="hi", **{"from": {"first_name": "Ana"}})),
        update("message", message(text="hi", **{"from": ANA | {"id": 2**70}})),
        update("message", message(location={"latitude": 95, "longitude": 0})),
        update("message", message(location={"latitude": "38", "longitude": 0})),
        update("message", message(photo=[{"width": 1}])),
        update("message", message(voice=FILE | {"duration": -1})),
        update("message", message(voice=FILE | {"file_id": ""})),
        update("message", message(voice=FILE | {"file_id": "a\nb"})),
        update("business_message", message(text="hi")),
        update("business_message", message(text="hi", business_connection_id="")),
        update("business_message", message(text="hi", business_connection_id="a:b")),
        update("business_message", message(text="hi", business_connection_id="a" * 257)),
        update("callback_query", tapped(id=5)),
        update("message_reaction", reaction(new_reaction={})),
        update("deleted_business_messages", {"business_connection_id": "b", "chat": PRIVATE, "message_ids": ["1"]}),
    ],
    ids=lambda body: (body if isinstance(body, bytes) else json.dumps(body).encode())[:40].decode("latin-1"),
)
def test_what_cannot_be_read_is_malformed(body: Any) -> None:
    with pytest.raises(Malformed):
        parse(asked(body))


def test_malformed_says_where_and_never_what_a_customer_wrote() -> None:
    with pytest.raises(Malformed) as refused:
        parse(asked(update("message", message(text="my secret", **{"from": ANA | {"first_name": ["Ana"]}}))))
    assert "$.from.first_name" in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_taps_query_is_found_in_an_update_and_in_nothing_else(name: str) -> None:
    assert callback_query_id(asked(SAMPLES[name]).body) == ("4382" if name == "tap" else "")


@pytest.mark.parametrize(
    "body",
    [
        b'"callback_query"',
        b'{"callback_query": 5}',
        b'{"callback_query": {}}',
        b'{"callback_query": {"id": 5}}',
        b'{"callback_query": {"id": "5"}',
        b'{"callback_query": {"id": "\xff"}}',
        b'{"callback_query":' + b"[" * 100_000,
        update("message", message(text='"callback_query"')),
    ],
)
def test_trouble_with_a_taps_query_is_no_trouble(body: Any) -> None:
    assert callback_query_id(asked(body).body) == ""


def test_every_field_of_a_message_is_known_for_what_it_is() -> None:
    """A field that aiogram knows and that is named nowhere here is a new kind of content, or must be named."""
    from aiogram.types import Message, Update

    from adapters.telegram.updates import Message as Read

    names = {field.alias or name for name, field in Message.model_fields.items()}
    content = set(Read.__struct_encode_fields__) - AROUND
    unsupported = {
        "checklist", "chat_shared", "dice", "game", "gift", "giveaway", "giveaway_winners", "invoice", "live_photo",
        "paid_media", "passport_data", "poll", "rich_message", "story", "unique_gift", "user_shared", "users_shared",
        "web_app_data",
    }  # fmt: skip
    assert names == AROUND | UNWRITTEN | content | unsupported
    assert not AROUND & UNWRITTEN
    assert set(READ) < set(Update.model_fields)
