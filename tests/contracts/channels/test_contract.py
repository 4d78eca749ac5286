"""What every channel must do, whatever its platform."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import (
    Accepted,
    HttpAnswer,
    Ignored,
    Message,
    Receipt,
    Received,
    Request,
    Secret,
    SendLater,
    SendRefused,
    SendUnknown,
    Told,
    Typing,
    Unauthorised,
)
from adapters.registry import load
from adapters.telegram.channel import Telegram
from adapters.terminal.channel import Terminal
from adapters.webchat.channel import WebChat
from adapters.whatsapp.channel import WhatsApp
from dialogs.fit import fit, size
from dialogs.messages import Outbound, Reply
from domain.businesses import Account
from domain.errors import BadSignature, Malformed

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.base import Channel

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
NAMED = (SendRefused, SendLater, SendUnknown)


@dataclass(frozen=True)
class Case:
    """A channel, and what the suite must know of it."""

    make: Callable[[], Channel]
    bodies: tuple[bytes, ...]
    """Requests that carry something."""
    junk: tuple[bytes, ...] = ()
    """Requests that are malformed here."""
    needs_secret: bool = True
    """Whether it proves its senders with a secret of the endpoint."""
    to: str = "me"
    """Somebody who can be written to."""
    account: str = "salon"
    """What parsing calls the account."""
    sends: bool = True
    """Whether its platform is here: what a platform takes over HTTP is tested beside each adapter and its fake."""


def webchat(**fields: object) -> bytes:
    return json.dumps({"conversation": None, "id": "0123456789abcdef", **fields}).encode()


def update(number: int, **parts: object) -> bytes:
    user = {"id": 4711, "is_bot": False, "first_name": "Ana"}
    said = {"message_id": number, "from": user, "chat": {"id": 4711, "type": "private"}, "date": 1795000000}
    return json.dumps({"update_id": number, "message": {**said, **parts}}).encode()


def change(**message: object) -> bytes:
    said = {"from": "351910000001", "timestamp": "1795000000", **message}
    value = {"metadata": {"phone_number_id": "salon"}, "messages": [said]}
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


async def no_token(account: Account) -> Secret:
    raise Unauthorised("there is no platform here")


CASES = {
    "telegram": Case(
        make=lambda: Telegram(no_token),
        bodies=(update(1, text="hi"), update(2, text="¿mañana? 😀"), update(3, sticker={"file_id": "s"})),
        junk=(b"", b"{", b"[]", b"\xff", b"[" * 100_000),
        to="4711",
        account="",
        sends=False,
    ),
    "whatsapp": Case(
        make=lambda: WhatsApp(no_token),
        bodies=(
            change(id="wamid.1", type="text", text={"body": "hi"}),
            change(id="wamid.2", type="text", text={"body": "مرحبا 😀"}),
            change(id="wamid.3", type="button", button={"payload": "token", "text": "Yes"}),
        ),
        junk=(b"", b"{", b"[]", b"\xff", b'{"object": "page", "entry": []}', b"[" * 100_000),
        to="351910000001",
        sends=False,
    ),
    "terminal": Case(
        make=lambda: Terminal(io.StringIO()),
        bodies=(b"hi\n", "¿mañana a las 5? 😀".encode()),
        junk=(b"\xff\xfe", b"x" * 100_000),
    ),
    "webchat": Case(
        make=lambda: WebChat(b"k" * 32),
        bodies=(webchat(text="hi"), webchat(id="a" * 16, choice="a-token"), webchat(id="b" * 16, text="مرحبا 😀")),
        junk=(b"", b"{", b"[]", b"\xff", webchat(), webchat(text=1), webchat(text="a", choice="b"), webchat(id="")),
        needs_secret=False,
    ),
}


@pytest.fixture(params=CASES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def case(name: str) -> Case:
    return CASES[name]


def asked(body: bytes) -> Request:
    return Request(
        "POST", "/hooks", {"content-type": "application/json"}, {}, body, NOW, "salon", client="me", nonce="n" * 32
    )


def account(name: str) -> Account:
    return Account("a1", "b1", name, "salon", "salon")


async def deliver(channel: Channel, message: Outbound) -> Receipt:
    return await channel.send(account(channel.name), Message(CASES[channel.name].to, message, "key-1"))


def test_every_channel_of_the_house_is_in_this_suite(name: str, case: Case) -> None:
    assert load([name])[name] is type(case.make())
    assert case.make().name == name


def test_without_a_secret_nothing_is_let_in(case: Case) -> None:
    if not case.needs_secret:
        case.make().verify(asked(case.bodies[0]), None)  # the id in the body is the proof, checked as it is parsed
        return
    for secret in (None, Secret(b""), Secret(b"wrong")):
        with pytest.raises(BadSignature):
            case.make().verify(asked(case.bodies[0]), secret)


def test_parsing_the_same_request_gives_the_same_events(case: Case) -> None:
    for body in case.bodies:
        events = case.make().parse(asked(body))
        assert list(events) == list(case.make().parse(asked(body)))
        assert events


def test_events_are_complete(case: Case) -> None:
    for body in case.bodies:
        for event in case.make().parse(asked(body)):
            assert isinstance(event, Received)
            assert event.account == case.account
            assert event.sender
            assert event.external_id
            assert event.sent_at <= NOW
            assert event.sent_at.tzinfo is not None


def test_another_message_has_another_key(case: Case) -> None:
    first, second = asked(case.bodies[0]), replace(asked(case.bodies[-1]), nonce="m" * 32)
    keys = [event.external_id for request in (first, second) for event in case.make().parse(request)]  # type: ignore[union-attr]
    assert len(set(keys)) == len(keys)


def test_what_cannot_be_read_is_malformed(case: Case) -> None:
    for body in case.junk:
        with pytest.raises(Malformed):
            case.make().parse(asked(body))


@pytest.mark.parametrize("channel", CASES)
@given(body=st.binary(max_size=200) | st.text().map(lambda text: text.encode("utf-8", "replace")))
def test_junk_raises_malformed_and_nothing_else(channel: str, body: bytes) -> None:
    try:
        events = CASES[channel].make().parse(asked(body))
    except Malformed:
        return
    assert all(isinstance(event, Received | Told | Ignored) for event in events)


@pytest.mark.parametrize("channel", CASES)
@given(
    fields=st.dictionaries(
        st.sampled_from(["conversation", "id", "text", "choice", "extra"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
            max_leaves=4,
        ),
    )
)
def test_well_formed_nonsense_raises_malformed_and_nothing_else(channel: str, fields: dict[str, object]) -> None:
    body = json.dumps(fields).encode()
    try:
        CASES[channel].make().parse(asked(body))
    except Malformed:
        return


def test_what_it_can_show_is_possible(case: Case) -> None:
    can = case.make().can
    assert can.text_limit >= 160
    assert can.buttons >= 0
    assert can.list_rows >= 0
    assert can.button_label >= 3
    assert can.row_label >= 3
    assert 0 <= can.quiet_ms <= 5000
    assert can.window >= 0


def test_what_fits_is_sent(case: Case) -> None:
    channel = case.make()
    choices = tuple((f"token-{number}", f"choice {number}") for number in range(30))
    replies = [
        Reply("Hello 😀"),
        Reply("a word " * 5000),
        Reply("When?", choices[:2]),
        Reply("When?", choices),
        Reply("Booked.", card={"id": "b1"}, notice=True),
    ]
    for reply in replies:
        for message in fit(reply, channel.can):
            assert size(message.text, channel.can.text_unit) <= channel.can.text_limit
            assert len(message.buttons) <= channel.can.buttons
            assert len(message.rows) <= channel.can.list_rows
            if case.sends:
                assert asyncio.run(deliver(channel, message)).external_id
            else:  # it comes as far as asking for the token: nothing about the message was refused
                with pytest.raises(Unauthorised):
                    asyncio.run(deliver(channel, message))


@pytest.mark.parametrize("channel", CASES)
@given(text=st.text(max_size=80), label=st.text(min_size=1, max_size=30))
def test_sending_raises_only_errors_with_names(channel: str, text: str, label: str) -> None:
    made = CASES[channel].make()
    for message in fit(Reply(text, (("t", label),)), made.can):
        with contextlib.suppress(*NAMED):
            asyncio.run(deliver(made, message))


def test_typing_may_be_shown_and_never_fails(case: Case) -> None:
    channel = case.make()
    with contextlib.suppress(*(() if case.sends else (Unauthorised,))):
        asyncio.run(channel.send(account(channel.name), Typing(case.to, "wamid.1")))


def test_the_http_answer_is_one(case: Case) -> None:
    answer = case.make().answer(asked(case.bodies[0]), Accepted(stored=1, known=0, ignored=0))
    assert isinstance(answer, HttpAnswer)
    assert 200 <= answer.status < 500
