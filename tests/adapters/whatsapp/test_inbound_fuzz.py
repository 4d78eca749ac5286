"""Whatever comes: spoilt bodies are read as far as they can be, and nothing but Malformed is ever raised."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.base import Ignored, Received
from adapters.whatsapp.account_fields import LEFT_ALONE, MATTERS
from adapters.whatsapp.inbound import TALK, parse
from bench.spoiling import check, fuzz
from dialogs.messages import Text
from domain.errors import Malformed
from tests.adapters.whatsapp.deliveries import (
    INES,
    change,
    contact,
    delivery,
    entry,
    everything,
    message,
    read,
    request,
)

REQUESTS = [request(body) for body in everything()]
BODIES = 6000


def test_thousands_of_spoilt_bodies_raise_nothing_but_malformed():
    line = fuzz(REQUESTS, BODIES, 1, parse)
    assert (line["raised"], line["untouched_failed"]) == (0, 0), line
    assert line["bodies"] == BODIES
    assert line["malformed"] and line["read"] > BODIES / 4
    assert line["untouched"] == BODIES / 20
    assert line["beside"] > BODIES / 40


def keyed(asked):
    """A twin that trusts the shape, as libraries do: a key that is missing is an error."""
    events = parse(asked)
    body = json.loads(asked.body)
    for row in body["entry"]:
        for each in row["changes"]:
            for said in each["value"].get("messages", ()):
                assert said["from"]
    return events


def all_or_nothing(asked):
    """A twin that refuses a delivery in which one part cannot be read."""
    events = parse(asked)
    if any(isinstance(one, Ignored) and one.reason == "unsupported" for one in events):
        raise Malformed("something in it is broken")
    return events


def silent(asked):
    """A twin that forgets what it sets aside."""
    return [one for one in parse(asked) if not isinstance(one, Ignored)]


@pytest.mark.parametrize(
    ("twin", "caught"), [(keyed, "raised"), (all_or_nothing, "untouched_failed"), (silent, "raised")]
)
def test_a_parser_without_its_guards_is_caught(twin, caught):
    requests = [one for one, events in ((one, parse(one)) for one in REQUESTS) if not isinstance(events[0], Ignored)]
    requests = requests[:16] if twin is keyed else requests
    assert fuzz(requests, 400, 1, twin)[caught] > 0


def test_the_same_seed_spoils_the_same_way():
    one, again = (fuzz(REQUESTS, 300, 7, parse) | {"seconds": 0} for _ in range(2))
    assert one == again
    assert fuzz(REQUESTS, 300, 8, parse) | {"seconds": 0} != one


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
SMALL = st.sampled_from(
    (None, True, 7, -1.5, "", "text", "wamid.1", "1796027400", "\u0000", [], [None], {}, [{}], "US.1")
)
FIELDS = st.sampled_from(sorted(TALK | MATTERS.keys() | LEFT_ALONE.keys() | {"messaging_handovers", "user_id_update"}))
NAMES = st.sampled_from(
    (
        *("id", "from", "from_user_id", "type", "timestamp", "text", "body", "image", "caption", "contacts", "phones"),
        *("interactive", "button_reply", "context", "referral", "order", "product_items", "reaction", "message_id"),
        *("system", "user_id", "wa_id", "edit", "revoke", "status", "recipient_id", "errors", "message_echoes", "to"),
        *("standby", "messages", "metadata", "phone_number_id", "groups", "user_id_update", "control_passed"),
    )
)
ROWS = st.dictionaries(NAMES, SMALL | st.dictionaries(NAMES, SMALL, max_size=3), max_size=6)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(FIELDS, ROWS, st.lists(ROWS, max_size=2)), max_size=3))
def test_objects_of_the_right_names_with_anything_in_them_are_read(changes):
    """Names that Meta uses, values that it does not; a message that is well stands behind all of them."""
    parts = [{"field": field, "value": row | {"messages": rows, "statuses": rows}} for field, row, rows in changes]
    well = change(contacts=[contact(INES)], messages=[message("text", {"body": "still here"}, wamid="wamid.well")])
    asked = request(delivery(entry(*parts), entry(well)))
    events = parse(asked)
    check(events, asked)
    assert isinstance(events[-1], Received)
    assert events[-1].content == Text("still here")


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_bytes_are_a_delivery_or_malformed(body):
    with pytest.raises(Malformed):
        parse(request(body))


@given(ANYTHING)
def test_json_that_is_no_delivery_is_malformed(body):
    with pytest.raises(Malformed):
        read(body)


@given(st.lists(ANYTHING, max_size=4))
def test_entries_that_are_anything_are_set_aside(entries):
    events = read(delivery(*entries))
    assert len(events) >= max(1, len(entries))
    assert all(isinstance(event, Ignored) and event.reason == "unsupported" for event in events)


def test_only_what_stands_above_the_entries_can_make_a_delivery_malformed():
    """Every value below is replaced once by every kind of nonsense, one at a time."""
    for asked in REQUESTS:
        body = json.loads(asked.body)
        for path in list(paths(body["entry"])):
            for nonsense in (None, 7, "x\u0000", [], {}, [[]], "\ud83d", 10**400):
                spoilt = json.loads(asked.body)
                holder = spoilt["entry"]
                for step in path[:-1]:
                    holder = holder[step]
                holder[path[-1]] = nonsense
                assert read(spoilt)


def paths(value, above=()):
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*above, key)
        yield from paths(inner, (*above, key))
