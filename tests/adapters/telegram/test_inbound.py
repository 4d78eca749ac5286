"""What the Bot API tells, as events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.base import Event, Ignored, Received, Told
from adapters.telegram.inbound import parse
from dialogs.messages import (
    Contact,
    Content,
    Deleted,
    Edited,
    Location,
    Media,
    Reaction,
    Shortcut,
    Tap,
    Text,
    Unsupported,
)
from dialogs.wire import decode_envelope, decode_signal, encode_content, encode_signal
from domain.signals import AccountChanged, Echo
from tests.adapters.telegram.samples import (
    ANA,
    BOT,
    DATE,
    FILE,
    GROUP,
    NOW,
    OWNER,
    PHOTO,
    PRIVATE,
    SAMPLES,
    SPOT,
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


def heard(kind: str, content: Any) -> Received:
    event = only(kind, content)
    assert isinstance(event, Received)
    return event


def told(kind: str, content: Any) -> Told:
    event = only(kind, content)
    assert isinstance(event, Told)
    return event


def test_a_text_is_heard_with_all_that_is_told_of_its_sender() -> None:
    assert heard("message", message(text="a table for 2")) == Received(
        account="",
        sender="4711",
        external_id="700001",
        content=Text("a table for 2"),
        sent_at=SENT,
        sender_name="Ana Lopes",
        language="pt",
    )


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("/start", Shortcut("start")),
        ("/start web-1_x", Shortcut("start", "web-1_x")),
        ("/help", Shortcut("help")),
        ("/book", Shortcut("book")),
        ("/book@Bistro_Bot", Shortcut("book")),
        ("/book@Bistro_Bot for 2  ", Shortcut("book", "for 2")),
        ("/Book a cut\ntomorrow", Shortcut("book", "a cut\ntomorrow")),
        ("/bookings", Shortcut("bookings")),
        ("/change", Shortcut("change")),
        ("/cancel", Shortcut("cancel")),
        ("/person", Shortcut("person")),
        ("/stop", Shortcut("stop")),
        ("/dance", Text("/dance")),
        ("/booking", Text("/booking")),
        ("/", Text("/")),
        ("//book", Text("//book")),
        ("please /book", Text("please /book")),
        ("7/8", Text("7/8")),
        (" two\r\nlines\x00 ", Text("two\nlines")),
        ("مرحبا 👩‍🦰", Text("مرحبا 👩‍🦰")),
        ("\x07", Text("")),
    ],
)
def test_commands_of_the_menu_are_shortcuts_and_everything_else_is_text(text: str, content: Content) -> None:
    assert heard("message", message(text=text)).content == content


@pytest.mark.parametrize(
    ("fields", "content"),
    [
        ({"photo": PHOTO, "caption": " like this "}, Media("image", "large", "like this", size=180_000)),
        (
            {"voice": FILE | {"duration": 4, "mime_type": "audio/ogg", "file_size": 9}},
            Media("voice", "AgAD", mime="audio/ogg", size=9, seconds=4),
        ),
        (
            {"audio": FILE | {"duration": 200, "file_name": "a.mp3", "performer": "x"}},
            Media("audio", "AgAD", name="a.mp3", seconds=200),
        ),
        ({"video": FILE | {"width": 1, "height": 1, "duration": 9}}, Media("video", "AgAD", seconds=9)),
        ({"video_note": FILE | {"length": 240, "duration": 5}}, Media("video", "AgAD", seconds=5)),
        (
            {
                "animation": FILE | {"mime_type": "video/mp4", "duration": 1},
                "document": FILE | {"file_id": "other", "mime_type": "video/mp4"},
            },
            Media("video", "AgAD", mime="video/mp4", seconds=1),
        ),
        (
            {"document": FILE | {"file_name": "hair\x00.pdf", "mime_type": "application/pdf"}, "caption": "see"},
            Media("document", "AgAD", "see", "application/pdf", "hair.pdf"),
        ),
        ({"document": FILE | {"mime_type": "text/html; <script>"}}, Media("document", "AgAD")),
        (
            {"sticker": FILE | {"emoji": "👍", "type": "regular", "file_size": 5}},
            Media("sticker", "AgAD", name="👍", size=5),
        ),
        ({"location": SPOT}, Location(38.7169, -9.1304)),
        (
            {"venue": {"location": SPOT, "title": "Graça", "address": "Rua da Graça 12"}, "location": SPOT},
            Location(38.7169, -9.1304, "Graça", "Rua da Graça 12"),
        ),
        (
            {"contact": {"phone_number": "+44 20 7946 0000", "first_name": "Bo", "last_name": "Li", "user_id": 9}},
            Contact("Bo Li", ("+44 20 7946 0000",)),
        ),
        ({"contact": {"phone_number": "", "first_name": "Bo"}}, Contact("Bo")),
        ({"poll": {"id": "1", "question": "?"}}, Unsupported("poll")),
        ({"dice": {"emoji": "🎲", "value": 3}}, Unsupported("dice")),
        ({"story": {"id": 1}}, Unsupported("story")),
        ({"paid_media": {"star_count": 1}}, Unsupported("paid_media")),
        ({"photo": []}, Unsupported("photo")),
        ({"hologram": {}, "effect_id": "1", "caption": "from next year"}, Unsupported("hologram")),
        ({"holo <gram>": {}}, Unsupported("unknown")),
    ],
)
def test_everything_that_people_send_is_heard_as_what_it_is(fields: dict[str, Any], content: Content) -> None:
    assert heard("message", message(**fields)).content == content
    assert heard("business_message", business(**fields)).content == content


@pytest.mark.parametrize("written", ["351912345678", "+351 912 345 678", "+351-912-345-678"])
def test_the_senders_own_card_tells_their_number(written: str) -> None:
    event = heard("message", message(contact={"phone_number": written, "first_name": "Ana", "user_id": 4711}))
    assert event.content == Contact("Ana", ("+351912345678",), own=True)
    assert event.phone == "+351912345678"


@pytest.mark.parametrize("card", [{"user_id": 9}, {}, {"user_id": 4711, "phone_number": "12"}])
def test_nobody_elses_card_tells_the_senders_number(card: dict[str, Any]) -> None:
    assert heard("message", message(contact={"phone_number": "351912345678", "first_name": "Ana"} | card)).phone == ""


def test_what_was_quoted_is_named() -> None:
    assert heard("message", message(text="that", reply_to_message=message(text="?", message_id=12))).reply_to == "12"


@pytest.mark.parametrize(
    ("user", "name", "language"),
    [
        ({"first_name": "Ana"}, "Ana", "pt"),
        ({"last_name": ""}, "Ana", "pt"),
        ({"first_name": " A\nna ", "last_name": "\x00"}, "A na", "pt"),
        ({"first_name": ""}, "Lopes", "pt"),
        ({"language_code": "DE"}, "Ana Lopes", "de"),
        ({"language_code": "zh-hans"}, "Ana Lopes", "zh"),
        ({"language_code": "fil"}, "Ana Lopes", ""),
        ({"language_code": ""}, "Ana Lopes", ""),
        ({"language_code": "пт"}, "Ana Lopes", ""),
    ],
)
def test_names_and_languages_are_told_as_far_as_they_are_known(user: dict[str, Any], name: str, language: str) -> None:
    sender = ANA | user
    if "last_name" not in user and "first_name" in user and user["first_name"] == "Ana":
        sender = {key: value for key, value in sender.items() if key != "last_name"}
    event = heard("message", message(text="hi", **{"from": sender}))
    assert (event.sender_name, event.language) == (name, language)


def test_a_clock_that_is_ahead_tells_no_time_after_receipt() -> None:
    assert heard("message", message(text="hi", date=DATE + 3600)).sent_at == NOW
    assert heard("message", message(text="hi", date=0)).sent_at == datetime(1970, 1, 1, tzinfo=UTC)


def test_an_edit_tells_what_it_says_now_and_when_that_was_written() -> None:
    event = heard("edited_message", message(text="/book for 3", edit_date=DATE + 3))
    assert event.content == Edited("/book for 3", "17")
    assert event.sent_at == SENT + timedelta(seconds=3)
    assert heard("edited_message", message(photo=PHOTO, caption="so", edit_date=DATE)).content == Edited("so", "17")
    assert heard("edited_message", message(photo=PHOTO, edit_date=DATE)).content == Edited("", "17")


def test_a_live_location_is_heard_once_and_not_at_every_step() -> None:
    assert heard("message", message(location=SPOT | {"live_period": 900})).content == Location(38.7169, -9.1304)
    moved = message(location=SPOT | {"live_period": 900}, edit_date=DATE)
    assert only("edited_message", moved) == Ignored("not_a_message", "live_location")
    assert only("edited_message", message(poll={"id": "1"})) == Ignored("not_a_message", "edited_message")


def test_a_tap_is_its_data_from_whoever_tapped() -> None:
    event = heard("callback_query", tapped())
    assert event == Received("", "4711", "700001", Tap("token-1"), NOW, sender_name="Ana Lopes", language="pt")
    too_old = {"chat": PRIVATE, "message_id": 12, "date": 0}
    assert heard("callback_query", tapped(message=too_old)).content == Tap("token-1")


def test_a_tap_in_a_business_chat_is_the_customers_and_never_the_owners() -> None:
    shown = business(text="When?", **{"from": OWNER}, sender_business_bot=BOT)
    assert heard("callback_query", tapped(message=shown)).sender == "bc-1:4711"
    assert only("callback_query", tapped(message=shown, **{"from": OWNER})) == Ignored("own_echo", "callback_query")


def test_a_reaction_is_put_on_changed_and_taken_away() -> None:
    thumb, heart, own = {"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "❤"}, {"type": "custom_emoji"}
    event = heard("message_reaction", reaction(thumb))
    assert (event.content, event.sender, event.sent_at) == (Reaction("👍", "12"), "4711", SENT)
    assert heard("message_reaction", reaction(own, heart)).content == Reaction("❤", "12")
    assert heard("message_reaction", reaction()).content == Reaction("", "12")
    assert only("message_reaction", reaction(own)) == Ignored("unsupported", "custom_emoji")
    assert only("message_reaction", reaction(thumb, chat=GROUP)) == Ignored("group_chat", "message_reaction")
    assert only("message_reaction", reaction(thumb, user=None)) == Ignored("no_sender", "message_reaction")
    assert only("message_reaction", reaction(thumb, user=BOT)) == Ignored("own_echo", "message_reaction")


def test_a_customer_of_a_business_account_is_heard_through_its_connection() -> None:
    event = heard("business_message", business(text="hello"))
    assert (event.sender, event.content, event.sender_name) == ("bc-1:4711", Text("hello"), "Ana Lopes")
    assert heard("edited_business_message", business(text="hullo")).content == Edited("hullo", "17")


@pytest.mark.parametrize("kind", ["business_message", "edited_business_message"])
def test_what_the_owner_types_on_their_phone_is_an_echo(kind: str) -> None:
    event = told(kind, business(text="hello Ana", **{"from": OWNER}))
    assert event == Told("", "700001", Echo("17", "hello Ana", SENT, "Rosa"), "bc-1:4711")
    assert told(kind, business(photo=PHOTO, caption="look", **{"from": OWNER})).signal == Echo(
        "17", "look", SENT, "Rosa"
    )


def test_our_own_words_and_automatic_ones_take_nothing_over() -> None:
    ours = business(text="When?", **{"from": OWNER}, sender_business_bot=BOT)
    assert only("business_message", ours) == Ignored("own_echo", "business_message")
    assert only("edited_business_message", ours) == Ignored("own_echo", "edited_business_message")
    away = business(text="We are closed", is_from_offline=True, **{"from": OWNER})
    assert only("business_message", away) == Ignored("own_echo", "is_from_offline")
    pinned = business(pinned_message=message(text="x"), **{"from": OWNER})
    assert only("business_message", pinned) == Ignored("not_a_message", "pinned_message")


def test_each_message_that_is_taken_back_is_told_on_its_own() -> None:
    content = {"business_connection_id": "bc-1", "chat": PRIVATE, "message_ids": [5, 6, 5]}
    events = parse(asked(update("deleted_business_messages", content)))
    assert events == [
        Received("", "bc-1:4711", "700001:5", Deleted("5"), NOW),
        Received("", "bc-1:4711", "700001:6", Deleted("6"), NOW),
        Ignored("duplicate_in_request", "deleted_business_messages"),
    ]
    assert only("deleted_business_messages", content | {"message_ids": []}) == Ignored(
        "not_a_message", "deleted_business_messages"
    )


@pytest.mark.parametrize(
    ("more", "enabled", "can_reply"),
    [
        ({"is_enabled": True, "rights": {"can_reply": True}}, "true", "true"),
        ({"is_enabled": True, "rights": {}}, "true", "false"),
        ({"is_enabled": True}, "true", "false"),
        ({"is_enabled": True, "can_reply": True}, "true", "true"),
        ({"is_enabled": False, "rights": {"can_reply": True}}, "false", "true"),
    ],
)
def test_a_business_connection_is_told_with_what_it_allows(more: dict[str, Any], enabled: str, can_reply: str) -> None:
    event = told("business_connection", {"id": "bc-1", "user": OWNER, "user_chat_id": 5002, "date": DATE} | more)
    facts = {"id": "bc-1", "user": "5001", "chat": "5002", "enabled": enabled, "can_reply": can_reply}
    assert event == Told("", "700001", AccountChanged("business_connection", SENT, facts))


@pytest.mark.parametrize("name", SAMPLES)
def test_events_are_complete_and_survive_the_mailbox(name: str) -> None:
    events = parse(asked(SAMPLES[name]))
    assert events
    assert events == parse(asked(SAMPLES[name]))
    for event in events:
        if isinstance(event, Received):
            assert event.account == ""
            assert event.sender and event.external_id
            assert event.sent_at <= NOW and event.sent_at.utcoffset() == timedelta(0)
            envelope = decode_envelope(encode_content(event.content, event.sender_name))
            assert envelope.content == event.content
        elif isinstance(event, Told):
            assert event.external_id
            assert decode_signal(encode_signal(event.signal)) == event.signal
