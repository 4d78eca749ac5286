from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import Accepted, Message, Received, Request
from adapters.webchat.capability import LENGTH, issue, issued
from adapters.webchat.channel import WebChat
from adapters.webchat.inbound import NotIssued
from dialogs.messages import Outbound, Tap, Text
from domain.businesses import Account
from domain.errors import FrontdeskError, Malformed

KEY = b"k" * 32
CHAT = WebChat(KEY)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
UUID = "0b0c1f3e-5e1c-4c57-9f3a-0d7f4f2f9b11"


def request(body: Any, account: str = "salon", nonce: str = "n1", **query: str) -> Request:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request("POST", f"/webchat/{account}/messages", {}, query, raw, NOW, account, nonce=nonce)


def parsed(body: Any, **more: str) -> Received:
    (event,) = CHAT.parse(request(body, **more))
    assert isinstance(event, Received)
    return event


def test_a_retry_of_the_first_message_finds_the_same_conversation() -> None:
    first = parsed({"conversation": None, "id": UUID, "text": "hi"}, nonce="n1")
    again = parsed({"conversation": None, "id": UUID, "text": "hi"}, nonce="n2")
    assert (first.sender, first.external_id) == (again.sender, again.external_id)
    assert len(first.sender) == LENGTH


def test_a_short_first_id_never_opens_the_conversation_of_somebody_else() -> None:
    mine = parsed({"conversation": None, "id": "1", "text": "hi"}, nonce="n1")
    other = parsed({"conversation": None, "id": "1", "text": "hi"}, nonce="n2")
    assert mine.sender != other.sender


def test_the_same_id_with_another_account_is_another_conversation() -> None:
    salon = parsed({"id": UUID, "text": "hi"}, account="salon")
    bistro = parsed({"id": UUID, "text": "hi"}, account="bistro")
    assert salon.sender != bistro.sender


def test_a_message_goes_on_in_its_conversation() -> None:
    first = parsed({"id": UUID, "text": "hi"})
    then = parsed({"conversation": first.sender, "id": "2", "choice": "abc"}, wait="5")
    assert then.sender == first.sender
    assert then.external_id == f"{first.sender}:2"
    assert then.content == Tap("abc")
    assert then.wait and not first.wait


@pytest.mark.parametrize("change", ["account", "first", "last", "short", "long", "unicode"])
def test_a_conversation_that_was_not_issued_here_is_refused(change: str) -> None:
    mine = issue(KEY, "salon", UUID, "")
    other = {
        "account": issue(KEY, "bistro", UUID, ""),
        "first": ("A" if mine[0] != "A" else "B") + mine[1:],
        "last": mine[:-1] + ("A" if mine[-1] != "A" else "B"),
        "short": mine[:-1],
        "long": mine + "A",
        "unicode": mine[:-1] + "é",
    }[change]
    with pytest.raises(NotIssued) as refused:
        parsed({"conversation": other, "id": "1", "text": "hi"})
    assert refused.value.status == 404
    with pytest.raises(NotIssued):
        CHAT.verify(request(b"", conversation=other), None)


def test_an_issued_conversation_may_be_listened_to() -> None:
    CHAT.verify(request(b"", conversation=issue(KEY, "salon", UUID, "")), None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", ""),
        (b"{", ""),
        (b"\xff\xfe\x00\x01", ""),
        (b'{"id":"\xff","text":"x"}', ""),
        (b"[" * 100_000, ""),
        (b'["id"]', ""),
        (b"null", ""),
        ({"text": "hi"}, "id"),
        ({"id": "", "text": "hi"}, "id"),
        ({"id": "  ", "text": "hi"}, "id"),
        ({"id": 5, "text": "hi"}, "id"),
        ({"id": "x" * 201, "text": "hi"}, "id"),
        ({"id": "a\u0000b", "text": "hi"}, "id"),
        ({"id": "1"}, "text"),
        ({"id": "1", "text": None}, "text"),
        ({"id": "1", "text": ["hi"]}, "text"),
        ({"id": "1", "text": "x" * 20_001}, "text"),
        ({"id": "1", "text": "hi", "choice": "c"}, "choice"),
        ({"id": "1", "choice": ""}, "choice"),
        ({"id": "1", "choice": 3}, "choice"),
        ({"id": "1", "choice": "c" * 501}, "choice"),
        ({"id": "1", "text": "hi", "conversation": 7}, "conversation"),
    ],
)
def test_what_cannot_be_read_is_malformed_and_names_the_field(body: Any, field: str) -> None:
    with pytest.raises(Malformed) as refused:
        parsed(body)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("", ""),
        ("   \n", ""),
        ("two\r\nlines", "two\nlines"),
        ("nul\x00 bell\x07 del\x7f", "nul bell del"),
        ("مرحبا 👩‍🦰 tomorrow", "مرحبا 👩‍🦰 tomorrow"),
        ("x" * 20_000, "x" * 20_000),
    ],
)
def test_text_is_heard_without_control_characters(text: str, heard: str) -> None:
    assert parsed({"id": "1", "text": text}).content == Text(heard)


def test_the_answer_tells_the_conversation_that_parsing_found() -> None:
    asked = request({"conversation": None, "id": "1", "text": "hi"})
    (event,) = CHAT.parse(asked)
    assert isinstance(event, Received)
    answer = CHAT.answer(asked, Accepted(1, 0, 0))
    assert answer.status == 202
    assert json.loads(answer.body) == {"conversation": event.sender}


def test_sending_leaves_the_outbox_rows_key_as_receipt() -> None:
    account = Account("a1", "b1", "webchat", "salon", "salon")
    receipt = asyncio.run(CHAT.send(account, Message("someone", Outbound("Hello"), "row-1")))
    assert receipt.external_id == "row-1"


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_parser(body: bytes) -> None:
    try:
        events = CHAT.parse(replace(request(b""), body=body))
    except FrontdeskError as refused:
        assert refused.status in {400, 404}
    else:
        assert len(events) == 1


@given(st.text(max_size=40), st.text(max_size=40))
def test_only_what_was_issued_is_issued(account: str, guess: str) -> None:
    assert issued(KEY, account, issue(KEY, account, guess, "n"))
    assert not issued(KEY, account, guess)
    assert not issued(b"other" * 8, account, issue(KEY, account, guess, "n"))
