"""What a message says: every type that WhatsApp has, as it should be and as it should not."""

from __future__ import annotations

import pytest

from adapters.base import Received
from dialogs.messages import (
    Contact,
    Deleted,
    Edited,
    Location,
    Media,
    Order,
    OrderLine,
    Reaction,
    Referral,
    Shortcut,
    Tap,
    Text,
    Unsupported,
)
from tests.adapters.whatsapp.deliveries import (
    CARD,
    FILE,
    INES,
    INTERACTIVE,
    MESSAGES,
    REFERRAL,
    change,
    delivery,
    entry,
    message,
    one,
    sent,
)


def heard(kind, block=None, **more):
    event = one(sent(kind, block, **more))
    assert isinstance(event, Received), event
    return event


CONTENTS = [
    ("text", {"body": "two\r\nlines\u0000 "}, Text("two\nlines")),
    ("text", "as a string", Text("as a string")),
    ("text", {"body": ""}, Text("")),
    ("interactive", INTERACTIVE[0], Tap("token-1")),
    ("interactive", INTERACTIVE[1], Tap("token-2")),
    ("interactive", {"button_reply": {"id": "token-1"}}, Tap("token-1")),
    ("interactive", {"type": "list_reply", "list_reply": {"title": "16:30"}}, Text("16:30")),
    ("interactive", INTERACTIVE[2], Unsupported("form")),
    ("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "{no json"}}, Unsupported("form")),
    ("interactive", {"type": "nfm_reply"}, Unsupported("form")),
    ("interactive", {"type": "call_permission_reply"}, Unsupported("call_permission_reply")),
    ("interactive", {"type": "button_reply"}, Unsupported("button_reply")),
    ("interactive", None, Unsupported("interactive")),
    ("button", MESSAGES["button"], Tap("token-3")),
    ("button", {"text": "Confirm"}, Text("Confirm")),
    ("button", {}, Unsupported("button")),
    ("image", FILE, Media("image", "770001", "this colour", "image/jpeg", sha256="q83vEjRWeJA=")),
    (
        "image",
        {**FILE, "id": 770001, "caption": None},
        Media("image", "770001", "", "image/jpeg", "", sha256=FILE["sha256"]),
    ),
    ("image", {"caption": "no file"}, Unsupported("image")),
    ("video", MESSAGES["video"], Media("video", "770002", mime="video/mp4")),
    ("audio", MESSAGES["audio"], Media("voice", "770003", mime="audio/ogg; codecs=opus")),
    ("audio", {"id": "770003", "voice": False}, Media("audio", "770003")),
    ("audio", {"id": "770003", "voice": "true"}, Media("audio", "770003")),
    ("voice", {"id": "770003"}, Media("voice", "770003")),
    ("document", MESSAGES["document"], Media("document", "770004", mime="application/pdf", name="menu.pdf")),
    ("sticker", MESSAGES["sticker"], Media("sticker", "770005", mime="image/webp")),
    ("location", MESSAGES["location"], Location(38.7, -9.1, "Largo", "Largo 1", "https://map.test/1")),
    ("location", {"latitude": "38.7", "longitude": 9}, Location(38.7, 9.0)),
    ("location", {"latitude": 91, "longitude": 9}, Unsupported("location")),
    ("location", {"latitude": True, "longitude": 9}, Unsupported("location")),
    ("location", {"latitude": 38.7}, Unsupported("location")),
    ("contacts", [CARD], Contact("Rita Lopes", ("+351910000009", "21 000 00 00"), company="Lopes Lda")),
    ("contacts", [{"name": {"first_name": "Rui", "last_name": "Sá"}}], Contact("Rui Sá")),
    ("contacts", [{"phones": [{"phone": "112"}]}], Contact("", ("112",))),
    ("contacts", [{}], Unsupported("contacts")),
    ("contacts", [], Unsupported("contacts")),
    ("contacts", "Rita", Unsupported("contacts")),
    ("reaction", MESSAGES["reaction"], Reaction("👍", "wamid.ours")),
    ("reaction", {"message_id": "wamid.ours"}, Reaction("", "wamid.ours")),
    ("reaction", {"emoji": "👍"}, Unsupported("reaction")),
    ("edit", MESSAGES["edit"], Edited("for three", "wamid.first")),
    ("edited", {"message_id": "wamid.first", "text": {"body": "for three"}}, Edited("for three", "wamid.first")),
    (
        "edit",
        {"original_message_id": "wamid.first", "message": {"type": "image", "image": FILE}},
        Edited("this colour", "wamid.first"),
    ),
    ("edit", {"original_message_id": "wamid.first", "message": {"type": "image"}}, Edited("", "wamid.first")),
    ("edit", {"message": {"type": "text", "text": {"body": "for three"}}}, Unsupported("edit")),
    ("edit", {"original_message_id": "wamid.first"}, Unsupported("edit")),
    ("revoke", MESSAGES["revoke"], Deleted("wamid.first")),
    ("revoke", {}, Unsupported("revoke")),
    ("request_welcome", None, Shortcut("start")),
    ("unsupported", {"type": "poll_creation"}, Unsupported("poll_creation")),
    ("unsupported", None, Unsupported("unsupported")),
    ("hologram", {"id": "1"}, Unsupported("hologram")),
    ("x" * 500, None, Unsupported("x" * 80)),
    (None, None, Unsupported("unsupported")),
    (["text"], None, Unsupported("unsupported")),
]


@pytest.mark.parametrize(("kind", "block", "content"), CONTENTS, ids=[str(one[2])[:60] for one in CONTENTS])
def test_every_type_is_one_of_our_contents(kind, block, content):
    said = message("text", person=INES) | {"type": kind}
    if block is not None:
        said[kind] = block
    assert one(delivery(entry(change(messages=[said])))).content == content


def test_an_order_keeps_its_lines_and_leaves_out_what_is_none():
    block = MESSAGES["order"]
    lines = (OrderLine("soap-1", 2, "7.5", "EUR"), OrderLine("oil-2", 1, "12", "EUR"))
    assert heard("order", block).content == Order(lines, "440001", "by noon, please")
    more = [{"quantity": 1}, {"product_retailer_id": "a"}, {"product_retailer_id": "a", "quantity": 0}, None, 7]
    assert heard("order", {"product_items": [*block["product_items"], *more]}).content == Order(lines)
    assert heard("order", {"product_items": more}).content == Unsupported("order")


def test_what_whatsapp_does_not_hand_on_is_called_by_the_best_word_there_is():
    error = [{"code": 131051, "title": "Nobody knows this type"}]
    assert heard("unsupported", errors=error).content == Unsupported("Nobody knows this type")
    assert heard("unsupported", {"type": "edit"}, errors=error).content == Unsupported("edit")
    assert heard("image", errors=error).content == Unsupported("image")


def test_several_cards_are_one_contact_with_the_names_of_all_and_the_numbers_of_the_first():
    other = {"name": {"formatted_name": "Rui Sá"}, "phones": [{"wa_id": "351910000010"}]}
    content = heard("contacts", [CARD, "broken", other]).content
    assert content == Contact("Rita Lopes, Rui Sá", ("+351910000009", "21 000 00 00"), company="Lopes Lda")


@pytest.mark.parametrize("phone", [{"wa_id": INES["number"]}, {"phone": "+351 910 000 001", "user_id": INES["user"]}])
def test_a_card_with_an_id_of_the_senders_is_their_own(phone):
    assert heard("contacts", [{"name": {"formatted_name": "Inês"}, "phones": [phone]}]).content.own
    assert not heard("contacts", [{"name": {"formatted_name": "Inês"}, "phones": [{"phone": "1"}]}]).content.own


def test_what_brought_somebody_here_is_kept():
    ad = Referral("ad", "330001", "https://ad.test/1", "Winter offer", "Half price on Mondays", "click-1")
    product = {"id": "wamid.ours", "referred_product": {"catalog_id": "440001", "product_retailer_id": "soap-1"}}
    assert heard("text", {"body": "hi"}, referral=REFERRAL).referral == ad
    assert heard("text", {"body": "hi"}, referral=REFERRAL, context=product).referral == ad
    asked = heard("text", {"body": "is it there?"}, context=product)
    assert (asked.referral, asked.reply_to) == (Referral("product", "soap-1"), "wamid.ours")
    for nothing in ({"referral": {}}, {"referral": []}, {"referral": {"source_id": None}}, {"context": {"id": "x"}}):
        assert heard("text", {"body": "hi"}, **nothing).referral is None
