"""Meta's own examples of deliveries, each compared field by field with what the file itself says."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.base import Ignored, Received, Told
from adapters.whatsapp.inbound import parse
from bench.webhooks import measure, read_deliveries
from domain.signals import IdentityChanged

pytestmark = pytest.mark.data

PATHS = {
    "text": {"text": "text.body"},
    "reaction": {"emoji": "reaction.emoji", "to": "reaction.message_id"},
    "image": {
        "kind": "type",
        "ref": "image.id",
        "caption": "image.caption",
        "mime": "image.mime_type",
        "sha256": "image.sha256",
    },
    "location": {name: f"location.{name}" for name in ("latitude", "longitude", "name", "address", "url")},
    "contacts": {"name": "contacts.0.name.formatted_name", "company": "contacts.0.org.company"},
    "unsupported": {"kind": "errors.0.title"},
    "button": {"token": "button.payload"},
    "interactive": {"token": "interactive.{0}.id"},
    "order": {"catalogue": "order.catalog_id", "text": "order.text"},
}
"""Where each field of a content stands in a message of that type."""
NOT_KEPT = {
    "type",
    "context.from",  # the business itself
    "context.referred_product.catalog_id",
    "button.text",
    "interactive.type",
    *(f"interactive.{kind}.{part}" for kind in ("list_reply", "button_reply") for part in ("title", "description")),
    "contacts.0.name.first_name",
    "contacts.0.name.last_name",
    "contacts.0.phones.0.phone",  # its digits are: wa_id
    "contacts.0.phones.0.type",
    "errors.0.code",
    "errors.0.message",
    "errors.0.error_data.details",
    "referral.media_type",
    "referral.image_url",
    "referral.welcome_message.text",
    "system.body",
    "system.type",
}
"""What a message says and no event carries: the label of what was tapped, a preview of an advertisement."""


@pytest.fixture(scope="module")
def examples():
    place = os.environ.get("FRONTDESK_DATA", "")
    found = sorted(Path(place, "webhooks").glob("*.yaml")) if place else []
    if not found:
        pytest.skip("FRONTDESK_DATA does not say where the test data is")
    return [(one, json.loads(one.body)) for path in found for one in read_deliveries(path)]


def at(value, path):
    """Return what stands at a path, None where there is nothing."""
    for step in path.split("."):
        if isinstance(value, list):
            value = value[int(step)] if step.isdigit() and int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def leaves(value, path=""):
    """Return every path of a value with what stands there."""
    if not isinstance(value, dict | list):
        return {path: value}
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    return {
        found: leaf for key, one in inside for found, leaf in leaves(one, f"{path}.{key}" if path else str(key)).items()
    }


def messages_of(body):
    """Yield each message of a delivery with the value that it stands in."""
    for entry in body["entry"]:
        for change in entry["changes"]:
            for message in change["value"].get("messages", ()):
                yield change["value"], message


def event_of(delivery):
    (event,) = parse(delivery.request())
    return event


def test_each_example_is_read_or_set_aside_for_a_stated_reason(examples):
    line = measure([one for one, _ in examples], rounds=1)
    assert line["deliveries"] == line["read"] + line["ignored"]
    assert (line["read"], line["ignored"], line["failed"]) == (13, 3, 0)
    assert line["reasons"] == {"group_chat": 3}


def test_what_is_set_aside_has_no_message_that_could_be_lost(examples):
    for delivery, body in examples:
        if isinstance(event_of(delivery), Ignored):
            assert not list(messages_of(body))


def test_each_message_is_read_with_its_own_ids_times_and_names(examples):
    for delivery, body in examples:
        for value, message in messages_of(body):
            event = event_of(delivery)
            assert event.account == value["metadata"]["phone_number_id"]
            assert event.external_id == message["id"]
            assert event.sender == message["from"]
            assert event.known_as == (message["from"],)
            when = datetime.fromtimestamp(int(message["timestamp"]), UTC)
            if isinstance(event, Told):
                assert event.signal == IdentityChanged(
                    message["from"], message["system"]["wa_id"], when, message["system"]["type"]
                )
                continue
            assert event.sent_at == when
            assert event.sender_name == value["contacts"][0]["profile"]["name"]
            assert event.phone == "+" + value["contacts"][0]["wa_id"]
            assert event.reply_to == (at(message, "context.id") or "")
            assert not event.standby


def test_each_content_is_what_its_message_says(examples):
    seen = set()
    for delivery, body in examples:
        for _, message in messages_of(body):
            event = event_of(delivery)
            if not isinstance(event, Received):
                continue
            kind = message["type"]
            seen.add(kind)
            for field, path in PATHS[kind].items():
                wanted = at(message, path.format(at(message, "interactive.type")))
                assert getattr(event.content, field) == wanted, (kind, field)
            if kind == "order":
                items = message["order"]["product_items"]
                lines = [(one.product, one.quantity, one.price, one.currency) for one in event.content.lines]
                assert lines == [
                    (one["product_retailer_id"], one["quantity"], str(one["item_price"]), one["currency"])
                    for one in items
                ]
            if kind == "contacts":
                phones = [f"+{one['wa_id']}" for one in message["contacts"][0]["phones"]]
                assert event.content.phones == tuple(phones)
    assert seen == PATHS.keys()


def test_what_brought_the_sender_is_kept(examples):
    found = []
    for delivery, body in examples:
        for _, message in messages_of(body):
            event = event_of(delivery)
            referral, product = message.get("referral"), at(message, "context.referred_product")
            if referral:
                names = ("source_type", "source_id", "source_url", "headline", "body", "ctwa_clid")
                fields = ("kind", "id", "url", "headline", "body", "click_id")
                assert [getattr(event.referral, one) for one in fields] == [referral[one] for one in names]
            elif product:
                assert (event.referral.kind, event.referral.id) == ("product", product["product_retailer_id"])
            else:
                assert getattr(event, "referral", None) is None
                continue
            found.append(event.referral.kind)
    assert sorted(found) == ["ad", "product"]


def test_no_leaf_of_a_message_is_lost_unseen(examples):
    """Every value that a message carries is in its event, or stands in the list of those that nobody needs."""
    for delivery, body in examples:
        for _, message in messages_of(body):
            kept = repr(event_of(delivery))
            for path, leaf in leaves(message).items():
                if path == "timestamp" or path in NOT_KEPT or leaf == "":
                    continue
                assert str(leaf) in kept, path
