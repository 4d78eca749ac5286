"""WhatsApp as a channel: what is let in, how what goes out travels, and that no business sends as another."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from adapters.base import (
    Accepted,
    Channel,
    Message,
    Receipt,
    Received,
    Request,
    Secret,
    SendRefused,
    SendUnknown,
    Template,
    Typing,
    Unauthorised,
    Unreachable,
)
from adapters.registry import load
from adapters.whatsapp.channel import WhatsApp
from adapters.whatsapp.outbound import to_whatsapp
from adapters.whatsapp.templates import definitions
from dialogs.messages import Media, Outbound, TemplateUse
from domain.errors import BadSignature, Malformed
from tests.platforms.graph import NOW, FakeGraph
from tests.platforms.graph_chaos import Fault
from tests.platforms.graph_house import ana, house

if TYPE_CHECKING:
    from adapters.base import Sendable
    from domain.businesses import Account

KEY = "c1.o1.m1"


USE = TemplateUse("change", "de", ("Ana", "Haarschnitt", "Sa. 10:30", "Markt 1"), "abc")


def request(body: bytes = b"", method: str = "POST", secret: bytes = b"s3cret", **query: str) -> Request:
    signature = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    asked = {name.replace("hub_", "hub."): value for name, value in query.items()}
    return Request(method, "/hooks/whatsapp/app", {"x-hub-signature-256": signature}, asked, body, NOW, "app")


def test_importing_the_channel_loads_neither_pywa_nor_httpx() -> None:
    """A business without WhatsApp must not wait for them."""
    code = (
        "import sys, adapters.whatsapp.channel, adapters.whatsapp.connector\n"
        "heavy = {'pywa', 'pywa_async', 'httpx', 'httpcore'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_they_are_loaded_beside_the_event_loop() -> None:
    """Nobody's turn may wait half a second because somebody is written to for the first time."""
    code = """
import asyncio, sys, threading
from adapters.base import Message, Secret, SendLater
from adapters.whatsapp.channel import WhatsApp
from dialogs.messages import Outbound
from domain.businesses import Account

seen = {}

class Watcher:
    def find_spec(self, name, path=None, target=None):
        if name in ("httpx", "pywa_async"):
            seen[name] = threading.current_thread() is threading.main_thread()

async def token(account):
    return Secret(b"token")

async def story():
    channel = WhatsApp(token, graph_url="http://127.0.0.1:9")
    account = Account("a", "b", "whatsapp", "111", "app")
    try:
        await channel.send(account, Message("PT.1", Outbound("hi"), "c.o.m"))
    except SendLater:
        print(sorted(seen.items()))
    await channel.close()

sys.meta_path.insert(0, Watcher())
asyncio.run(story())
"""
    shown = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[('httpx', False), ('pywa_async', False)]"


def test_it_is_found_by_its_name() -> None:
    channel: Channel = WhatsApp(FakeGraph().tokens)  # mypy compares it with the seam
    assert channel.name == "whatsapp"
    assert load(["whatsapp"]) == {"whatsapp": WhatsApp}


def test_the_handshake_is_answered_with_its_word_and_a_delivery_with_a_yes() -> None:
    channel, secret = WhatsApp(FakeGraph().tokens), Secret(b"s3cret", "our word")
    asked = request(method="GET", hub_mode="subscribe", hub_verify_token="our word", hub_challenge="1158201444")
    channel.verify(asked, secret)
    assert channel.parse(asked) == []
    answer = channel.answer(asked, Accepted(0, 0, 0))
    assert (answer.status, answer.body, answer.content_type.split(";")[0]) == (200, b"1158201444", "text/plain")
    answer = channel.answer(request(b"{}"), Accepted(1, 0, 0))
    assert (answer.status, answer.content_type) == (200, "application/json")


@pytest.mark.parametrize("secret", [None, Secret(b""), Secret(b"another")])
def test_what_is_not_signed_with_our_secret_is_not_let_in(secret: Secret | None) -> None:
    with pytest.raises(BadSignature):
        WhatsApp(FakeGraph().tokens).verify(request(b"{}"), secret)


def test_what_cannot_be_read_is_malformed() -> None:
    with pytest.raises(Malformed):
        WhatsApp(FakeGraph().tokens).parse(request(b"[]"))


SAMPLES: list[Sendable] = [
    Message("PT.1000000000000", Outbound("olá 😀 https://desk.test/b/1"), KEY),
    Message("351900000000", Outbound("When?", buttons=(("t", "19:15"), ("u", "20:45"))), ""),
    Message("PT.1000000000000", Outbound("Who?", rows=(("t", "Rosa"),), details=("from 10:00",), opener="Choose"), KEY),
    Template("PT.1000000000000", USE, KEY),
]


def test_pywa_sends_exactly_what_was_checked() -> None:
    async def story() -> None:
        async with house() as (fake, channel):
            for one in definitions("https://desk.test/b"):
                fake.templates.submitted(fake.waba, one)
            fake.templates.judge(fake.waba)
            for message in SAMPLES:
                assert (await channel.send(fake.account(), message)).external_id.startswith("wamid.")
                method, path, headers, body = fake.door.requests[-1]
                assert (method, path.partition("?")[0]) == ("POST", f"/v25.0/{fake.number.id}/messages")
                assert json.loads(body) == to_whatsapp(message)
                assert headers["user-agent"].startswith("PyWa/")
                assert fake.token.value not in path
            assert len(fake.sent) == len(SAMPLES)
            assert not fake.violations

    asyncio.run(story())


def test_what_is_over_a_limit_is_never_asked_for() -> None:
    async def story() -> None:
        async with house() as (fake, channel):
            for message in (Message(ana(fake), Outbound("x" * 4097), KEY), Message("nobody", Outbound("hi"), KEY)):
                with pytest.raises(SendRefused):
                    await channel.send(fake.account(), message)
            assert not fake.door.requests

    asyncio.run(story())


def test_typing_is_shown_for_the_message_that_is_answered_and_never_fails() -> None:
    async def story() -> None:
        async with house() as (fake, channel):
            (wamid,) = fake.world.heard
            assert await channel.send(fake.account(), Typing(ana(fake), wamid)) == Receipt("")
            assert (fake.world.read, fake.world.typing) == ([wamid], [wamid])
            asked = len(fake.door.requests)
            await channel.send(fake.account(), Typing(ana(fake)))
            assert len(fake.door.requests) == asked  # without a message there is nothing to read
            await channel.send(fake.account(), Typing(ana(fake), "wamid.nobody-knows"))
            for fault in (Fault(190, 401), Fault(status=503), Fault(status=429), Fault(cut=True)):
                fake.fail(fault)
                assert await channel.send(fake.account(), Typing(ana(fake), wamid)) == Receipt("")
            nobody = WhatsApp(fake.tokens, graph_url="http://127.0.0.1:9")
            assert await nobody.send(fake.account(), Typing(ana(fake), wamid)) == Receipt("")
            await nobody.close()

    asyncio.run(story())


def test_a_new_token_is_used_from_the_next_message_on() -> None:
    async def story() -> None:
        async with house() as (fake, channel):
            words = Message(ana(fake), Outbound("hello"), KEY)
            await channel.send(fake.account(), words)
            fake.token.valid = False
            with pytest.raises(Unauthorised):
                await channel.send(fake.account(), words)
            fake.world.add_token(fake.waba.id)
            await channel.send(fake.account(), words)
            assert len(fake.sent) == 2

    asyncio.run(story())


@pytest.mark.parametrize("value", [b"", b"\xff\xfe", "tokén".encode(), b"a\nb"])
def test_what_is_no_token_asks_for_a_new_one(value: bytes) -> None:
    async def story() -> None:
        async with house() as (fake, _):

            async def tokens(_: Account) -> Secret:
                return Secret(value)

            channel = WhatsApp(tokens, graph_url=fake.url)
            with pytest.raises(Unauthorised):
                await channel.send(fake.account(), Message(ana(fake), Outbound("hello"), KEY))
            assert not fake.door.requests
            await channel.close()

    asyncio.run(story())


def test_without_a_token_nothing_is_asked_for() -> None:
    async def story() -> None:
        async with house() as (fake, _):

            async def tokens(_: Account) -> Secret:
                raise Unauthorised("there is none")

            channel = WhatsApp(tokens, graph_url=fake.url)
            with pytest.raises(Unauthorised):
                await channel.send(fake.account(), Message(ana(fake), Outbound("hello"), KEY))
            assert not fake.door.requests
            await channel.close()

    asyncio.run(story())


class OneForAll(WhatsApp):
    """The broken twin: whoever comes first lends its client, and its token, to all."""

    first = asyncio.Lock()

    async def _client(self, account: Account) -> Any:
        async with self.first:
            kept = next(iter(self._clients.values()), None)
            return kept[1] if kept else await super()._client(account)


async def sent_at_once(kind: type[WhatsApp], clients: int) -> tuple[list[str], int]:
    """Have five businesses send eight messages each; returns whose token went wrong, and how many clients are kept."""
    async with FakeGraph() as fake:
        channel = kind(fake.tokens, graph_url=fake.url, app_secret=fake.secret, clients=clients)
        tokens = {fake.number.id: fake.token.value}
        for count in range(4):
            _, (number,), token = fake.add_business(f"house {count}")
            tokens[number.id] = token.value
        for number_id in tokens:
            number = fake.world.numbers[number_id]
            fake.customers.message("Ana", number, {"type": "text", "text": {"body": "hi"}})
        await asyncio.gather(
            *(
                channel.send(fake.account(fake.world.numbers[number_id]), Message(ana(fake), Outbound("hi"), KEY))
                for _ in range(8)
                for number_id in tokens
            ),
            return_exceptions=True,
        )
        wrong = [
            path
            for _, path, headers, _ in fake.door.requests
            if headers["authorization"] != f"Bearer {tokens[path.split('/')[2]]}"
        ]
        assert len(fake.door.requests) == 40
        assert len(fake.sent) == 40 - len(wrong)
        kept = len(channel._clients)
        await channel.close()
        return wrong, kept


@pytest.mark.parametrize("clients", [1, 2, 512])
def test_many_businesses_send_at_once_each_with_its_own_token(clients: int) -> None:
    wrong, kept = asyncio.run(sent_at_once(WhatsApp, clients))
    assert wrong == []
    assert kept == min(clients, 5)


def test_a_client_that_is_lent_would_be_seen() -> None:
    wrong, _ = asyncio.run(sent_at_once(OneForAll, 512))
    assert wrong


def test_one_session_for_two_tokens_is_what_pywa_refuses() -> None:
    """Why every number has a client of its own: the day this fails, that may be looked at again."""
    from pywa_async.client import WhatsApp as Client

    async def story() -> None:
        async with httpx.AsyncClient() as shared:
            Client("1", "token-1", session=shared)
            with pytest.raises(ValueError, match=r"same httpx\.Client"):
                Client("2", "token-2", session=shared)

    asyncio.run(story())


def test_after_closing_it_opens_again() -> None:
    async def story() -> None:
        async with house() as (fake, channel):
            words = Message(ana(fake), Outbound("hello"), KEY)
            await channel.send(fake.account(), words)
            await channel.close()
            await channel.send(fake.account(), words)
            await channel.close()
            await channel.close()
            assert len(fake.sent) == 2

    asyncio.run(story())


def test_nothing_secret_and_nobodys_words_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def story() -> tuple[str, ...]:
        async with house() as (fake, channel):
            await fake.sends_picture("Ana")
            (media_id,) = fake.world.media
            caplog.clear()  # the fake's own end may log what it delivers
            words = Message(ana(fake), Outbound("the blue table is yours"), KEY)
            await channel.send(fake.account(), words)
            for fault in (Fault(190, 401), Fault(131026), Fault(status=500), Fault(status=500, raw=b"the blue table")):
                fake.fail(fault)
                try:
                    await channel.send(fake.account(), words)
                except (SendRefused, SendUnknown) as error:
                    logging.getLogger("test").error("not sent", exc_info=error)
            with pytest.raises(Unreachable):
                await channel.send(fake.account(), replace(words, to="PT.9"))
            await channel.media(fake.account(), Media("image", media_id))
            proof = fake.door.requests[-2][1].partition("appsecret_proof=")[2]
            assert len(proof) == 64
            return fake.token.value, fake.app_secret, "blue table", "appsecret_proof", proof

    hidden = asyncio.run(story())
    assert "HTTP Request: POST" in caplog.text  # httpx does log the address, and there is nothing in it
    assert [one for one in hidden if one in caplog.text] == []


def test_the_search_for_words_would_find_them(caplog: pytest.LogCaptureFixture) -> None:
    """The broken twin: pywa as it comes, which writes down at debug level what customers read."""
    caplog.set_level(logging.DEBUG)

    async def story() -> None:
        async with house() as (fake, channel):
            await channel.send(fake.account(), Message(ana(fake), Outbound("hello"), KEY))
            logging.getLogger("pywa").setLevel(logging.DEBUG)
            await channel.send(fake.account(), Message(ana(fake), Outbound("the blue table is yours"), KEY))

    try:
        asyncio.run(story())
    finally:
        logging.getLogger("pywa").setLevel(logging.WARNING)
    assert "blue table" in caplog.text


def test_what_was_heard_is_answered_where_it_came_from() -> None:
    async def story() -> None:
        async with house() as (fake, channel):
            told: list[Any] = []

            async def hook(body: bytes, headers: dict[str, str]) -> int:
                asked = Request("POST", "/hooks/whatsapp/app", headers, {}, body, fake.clock.now(), "app")
                channel.verify(asked, fake.secret)
                told.extend(channel.parse(asked))
                return channel.answer(asked, Accepted(1, 0, 0)).status

            fake.deliver_to(hook=hook)
            await fake.deliver()
            (event,) = told
            assert isinstance(event, Received)
            receipt = await channel.send(fake.account(), Message(event.sender, Outbound("hello"), KEY))
            await fake.deliver()
            assert [(one.signal.external_id, one.signal.key) for one in told[1:]] == [(receipt.external_id, KEY)] * 2

    asyncio.run(story())
