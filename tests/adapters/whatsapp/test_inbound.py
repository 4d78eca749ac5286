"""What customers send: alone, in batches, on standby, twice, and beside what is broken."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.base import Ignored, Received
from adapters.whatsapp.inbound import parse
from dialogs.messages import (
    Edited,
    Text,
    Unsupported,
)
from domain.errors import Malformed
from tests.adapters.whatsapp.deliveries import (
    AT,
    BISTRO,
    INES,
    MESSAGES,
    NOW,
    OTTO,
    SALON,
    SHOP,
    change,
    contact,
    delivery,
    entry,
    message,
    one,
    read,
    request,
    sent,
    told,
)


def heard(kind, block=None, **more):
    event = one(sent(kind, block, **more))
    assert isinstance(event, Received), event
    return event


def test_a_message_says_who_wrote_what_to_whom_and_when():
    event = heard("text", {"body": "a table for two?"}, context={"id": "wamid.ours", "from": "351210000000"})
    assert event == Received(
        account=SALON,
        sender=INES["user"],
        external_id="wamid.m1",
        content=Text("a table for two?"),
        sent_at=AT,
        sender_name="Inês",
        known_as=(INES["user"], INES["number"]),
        phone="+" + INES["number"],
        reply_to="wamid.ours",
    )


def test_an_edit_that_has_the_id_of_its_message_is_not_taken_for_the_message():
    """The mailbox knows that id: without one of its own the edit would be dropped as heard before."""
    block = {"original_message_id": "wamid.m1", "message": {"type": "text", "text": {"body": "for three"}}}
    event = heard("edit", block)
    assert event.content == Edited("for three", "wamid.m1")
    assert event.external_id.startswith("wamid.m1:edit:")
    assert heard("edit", MESSAGES["edit"]).external_id == "wamid.m1"


def test_a_message_in_a_group_is_left_alone():
    assert one(sent("text", {"body": "hi all"}, group_id="g-1")) == Ignored("group_chat", "text")


def test_what_another_app_answers_is_heard_on_standby():
    """Meta puts all of it one level deeper, but for the number; both ways are read."""
    parts = {"contacts": [contact(INES)], "messages": [message("text", {"body": "hi"})]}
    metadata = change()["value"]["metadata"]
    deeper = one(delivery(entry({"field": "standby", "value": {"metadata": metadata, "standby": parts}})))
    flat = one(delivery(entry(change("standby", **parts))))
    assert deeper == flat
    assert (deeper.standby, deeper.content, deeper.account) == (True, Text("hi"), SALON)
    assert not one(delivery(entry(change(**parts)))).standby


@pytest.mark.parametrize("stamp", ["", None, "soon", {}, 10**30, int(NOW.timestamp()) + 60])
def test_a_message_without_a_time_or_of_the_future_is_of_now(stamp):
    assert heard("text", {"body": "hi"}, timestamp=stamp).sent_at == NOW


def test_milliseconds_and_numbers_are_times_too():
    for stamp in (int(AT.timestamp()), int(AT.timestamp()) * 1000, str(int(AT.timestamp()) * 1000)):
        assert heard("text", {"body": "hi"}, timestamp=stamp).sent_at == AT


def test_a_get_is_the_handshake_and_tells_nothing():
    assert parse(request(b"", "GET", {"hub.mode": "subscribe"})) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", ""),
        (b"hub.mode=subscribe", ""),
        (b"\x00", ""),
        (b"[]", ""),
        ({}, "object"),
        ({"object": "page", "entry": []}, "object"),
        ({"object": "whatsapp_business_account"}, "entry"),
        ({"object": "whatsapp_business_account", "entry": {"0": entry()}}, "entry"),
        (b'{"object":"whatsapp_business_account","entry":' + b"[" * 200_000, ""),
    ],
)
def test_only_a_broken_envelope_is_malformed(body, field):
    with pytest.raises(Malformed) as why:
        read(body)
    assert why.value.field == field


def test_a_value_nested_without_end_is_malformed_and_no_accident():
    deep = b'{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"security","value":{"a":'
    read_to_the_end = []
    for levels in (10, *range(600, 1000), 5000, 100_000):  # where the interpreter gives up depends on who calls
        body = deep + b"[" * levels + b"]" * levels + b"}}]}]}"
        try:
            read_to_the_end.append(len(read(body)))
        except Malformed:
            read_to_the_end.append(0)
    assert (read_to_the_end[0], read_to_the_end[-1]) == (1, 0)


def below(frames, do):
    return do() if frames == 0 else below(frames - 1, do)


def test_where_the_stack_ends_a_delivery_is_malformed_and_nothing_else():
    """Only Malformed may be raised, however little room the caller has left."""
    asked = request(told("security", None, event="PIN_CHANGED"))  # shallow to decode, deep to walk
    for frames in range(sys.getrecursionlimit() // 2, sys.getrecursionlimit()):
        try:
            below(frames, lambda: parse(asked))
        except Malformed:
            return
    pytest.fail("the stack never ended")


BROKEN = {
    "a string": "hello",
    "nothing": None,
    "a list": [[]],
    "no id": {key: value for key, value in message("text", {"body": "x"}).items() if key != "id"},
    "an id that is none": message("text", {"body": "x"}, wamid={"id": 1}),
    "an id with a nul": message("text", {"body": "x"}, wamid="wamid.\u0000"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_one_broken_message_does_not_cost_the_others(broken):
    first, last = message("text", {"body": "one"}, wamid="wamid.1"), message("text", {"body": "two"}, wamid="wamid.2")
    events = read(delivery(entry(change(contacts=[contact(INES)], messages=[first, broken, last]))))
    assert [type(event) for event in events] == [Received, Ignored, Received]
    assert events[1].reason == "unsupported"
    assert [event.content for event in (events[0], events[2])] == [Text("one"), Text("two")]


def test_a_message_with_id_and_sender_is_heard_whatever_else_is_wrong_with_it():
    events = read(
        delivery(
            entry(
                change(
                    messages=[
                        message("text", {"body": ["x"]}, wamid="wamid.1"),
                        message("image", "x", wamid="wamid.2", timestamp=[], context=7, referral="x"),
                        message(None, wamid="wamid.3", errors="x"),
                    ]
                )
            )
        )
    )
    assert [event.content for event in events] == [
        Unsupported("text"),
        Unsupported("image"),
        Unsupported("unsupported"),
    ]
    assert {event.sender for event in events} == {INES["user"]}


@pytest.mark.parametrize(
    ("entries", "details"),
    [
        ([], ["no entry"]),
        ([None, 7, {}], ["an entry without changes"] * 3),
        (
            [{"id": "1", "changes": [None, {"value": {}}, {"field": "messages"}, {"field": "messages", "value": []}]}],
            None,
        ),
    ],
)
def test_nothing_is_lost_in_silence(entries, details):
    """Each part that cannot be read says so; a whole that is well beside it is read."""
    well = entry(change(messages=[message("text", {"body": "hi"})]))
    events = read(delivery(*entries))
    assert all(isinstance(event, Ignored) and event.reason == "unsupported" for event in events)
    assert details is None or [event.detail for event in events] == details
    assert len(events) == max(
        1, sum(len((one or {}).get("changes", [1])) if isinstance(one, dict) else 1 for one in entries)
    )
    assert isinstance(read(delivery(*entries, well))[-1], Received)


def test_one_that_stands_alone_instead_of_in_a_list_is_read():
    body = sent("text", {"body": "hi"})
    value = body["entry"][0]["changes"][0]["value"]
    value["messages"], value["contacts"] = value["messages"][0], value["contacts"][0]
    body["entry"][0]["changes"] = body["entry"][0]["changes"][0]
    assert one(body) == one(sent("text", {"body": "hi"}))


def test_a_change_that_says_nothing_is_set_aside_and_not_forgotten():
    assert one(delivery(entry(change()))) == Ignored("not_a_message", "messages")
    assert one(delivery(entry(change(messages=[], statuses=[])))) == Ignored("not_a_message", "messages")


def test_a_message_that_names_no_number_is_nobodys():
    """The only account of an endpoint is "": on an app that many share it would be somebody's else."""
    event = one(delivery(entry(change(account="", messages=[message("text", {"body": "hi"})]))))
    assert event.reason == "unknown_account"


def test_the_same_message_twice_in_a_delivery_is_heard_once():
    twice = message("text", {"body": "hi"})
    events = read(delivery(entry(change(messages=[twice, twice])), entry(change(messages=[twice], account=BISTRO))))
    assert [type(event) for event in events] == [Received, Ignored, Ignored]
    assert {event.reason for event in events[1:]} == {"duplicate_in_request"}


def batch():
    """A delivery of 50 messages and 25 receipts over three numbers of two WhatsApp Business Accounts, mixed."""
    accounts, people = (SALON, BISTRO, SHOP), (INES, OTTO)
    changes = []
    for number in range(25):
        account = accounts[number % 3]
        pair = [
            message("text", {"body": f"message {2 * number + at}"}, wamid=f"wamid.{2 * number + at}", person=people[at])
            for at in (0, 1)
        ]
        receipts = [
            {"id": f"wamid.out{number}", "status": "read", "recipient_id": OTTO["number"], "timestamp": "1796027400"}
        ]
        changes.append(
            change(account=account, contacts=[contact(INES), contact(OTTO)], messages=pair, statuses=receipts)
        )
    return delivery(entry(*changes[:12]), entry(*changes[12:], waba="990000000002")), accounts, people


def reads_the_whole_batch(parse):
    body, accounts, people = batch()
    events = parse(request(body))
    heard = [event for event in events if isinstance(event, Received)]
    assert [event.content.text for event in heard] == [f"message {number}" for number in range(50)]
    assert [event.account for event in heard] == [accounts[number // 2 % 3] for number in range(50)]
    assert [event.sender for event in heard] == [people[number % 2]["user"] for number in range(50)]
    assert [event.sender_name for event in heard] == [people[number % 2]["name"] for number in range(50)]
    told = [event for event in events if not isinstance(event, Received)]
    assert [event.external_id for event in told] == [f"wamid.out{number}:read" for number in range(25)]
    assert [event.account for event in told] == [accounts[number % 3] for number in range(25)]


def test_a_batch_of_fifty_messages_over_three_accounts_loses_none():
    reads_the_whole_batch(parse)


def first_of_each_change(asked):
    """The twin that keeps the first message of each change, as a library does whose handlers take one update."""
    body = json.loads(asked.body)
    for row in body["entry"]:
        for each in row["changes"]:
            each["value"]["messages"] = each["value"]["messages"][:1]
    return parse(request(body))


def number_of_the_first(asked):
    """The twin that routes a whole delivery by its first number, as a client does that belongs to one number."""
    events = parse(asked)
    return [replace(event, account=events[0].account) for event in events]


@pytest.mark.parametrize("twin", [first_of_each_change, number_of_the_first])
def test_a_parser_that_takes_a_batch_for_one_message_is_caught(twin):
    with pytest.raises(AssertionError):
        reads_the_whole_batch(twin)


def test_entries_of_other_fields_stand_between_messages_without_harm():
    body = sent("text", {"body": "one"}, wamid="wamid.1")
    body["entry"] += told("security", None, event="PIN_CHANGED")["entry"]
    body["entry"] += sent("text", {"body": "two"}, wamid="wamid.2")["entry"]
    assert [getattr(event, "external_id", "")[:7] for event in read(body)] == ["wamid.1", "securit", "wamid.2"]


def test_times_are_in_utc():
    assert heard("text", {"body": "hi"}).sent_at == datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
