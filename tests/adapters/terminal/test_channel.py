"""The terminal as a channel."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime

import pytest

from adapters.base import Message, Receipt, Request, Secret, SendUnknown, Typing
from adapters.terminal.channel import LINE_BYTES, Terminal
from dialogs.messages import Outbound, Text
from domain.businesses import Account
from domain.errors import BadSignature, Malformed

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
ACCOUNT = Account("a", "b", "terminal", "salon", "e")


def typed(body: bytes) -> Request:
    return Request("", "", {}, {}, body, NOW, "salon", client="me", nonce="n1")


def send(channel: Terminal, message: Message | Typing) -> Receipt:
    return asyncio.run(channel.send(ACCOUNT, message))


def test_words_are_printed_with_their_lines_aligned() -> None:
    screen = io.StringIO()
    send(Terminal(screen), Message("me", Outbound("When?\n1. 09:00\n2. 10:00"), "k"))
    assert screen.getvalue() == "Bot: When?\n     1. 09:00\n     2. 10:00\n"


def test_a_person_of_the_staff_is_named() -> None:
    screen = io.StringIO()
    send(Terminal(screen), Message("me", Outbound("Hello!", author="Rosa"), "k"))
    assert screen.getvalue() == "Rosa: Hello!\n"


def test_typing_shows_nothing() -> None:
    screen = io.StringIO()
    send(Terminal(screen), Typing("me"))
    assert screen.getvalue() == ""


def test_characters_that_the_screen_lacks_do_not_stop_the_chat() -> None:
    raw = io.BytesIO()
    screen = io.TextIOWrapper(raw, encoding="ascii")
    send(Terminal(screen), Message("me", Outbound("café 😀"), "k"))
    assert raw.getvalue() == b"Bot: caf? ?\n"


def test_a_screen_that_is_gone_is_an_unknown_outcome() -> None:
    screen = io.StringIO()
    screen.close()
    with pytest.raises(SendUnknown):
        send(Terminal(screen), Message("me", Outbound("hi"), "k"))


def test_a_line_becomes_one_event_that_waits() -> None:
    (event,) = Terminal().parse(typed("  olá \n".encode()))
    assert (event.account, event.sender, event.external_id) == ("salon", "me", "n1")
    assert event.content == Text("olá")
    assert event.wait


@pytest.mark.parametrize("body", [b"\xff\xfe", b"x" * (LINE_BYTES + 1)])
def test_junk_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        Terminal().parse(typed(body))


@pytest.mark.parametrize("secret", [None, Secret(b"any")])
def test_nothing_may_come_over_the_network(secret: Secret | None) -> None:
    with pytest.raises(BadSignature):
        Terminal().verify(typed(b"hi"), secret)
