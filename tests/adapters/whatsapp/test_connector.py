"""Connecting a number: by Meta's own page or by a pasted token, and whoever claims more than Meta says gets nothing."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from adapters.base import Connector, ConnectRefused, Grant, Hook, Message, Received, Secret
from adapters.whatsapp.channel import WhatsApp
from dialogs.messages import Outbound
from tests.platforms.graph import NOW, FakeGraph
from tests.platforms.graph_house import connecting, connector_of, problems, told
from tests.platforms.graph_inbox import inbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.base import Connected
    from adapters.whatsapp.connector import WhatsAppConnector

BACK = "https://desk.test/connect/whatsapp"


async def signed_in(fake: FakeGraph, connector: WhatsAppConnector, state: str = "state-1") -> dict[str, str]:
    """Return what an owner's browser brings back."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(connector.begin(state, BACK))
    assert answer.status_code == 302, answer.text
    assert answer.headers["location"].startswith(f"{BACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def pasted(fake: FakeGraph, **more: Any) -> Grant:
    return Grant(Secret(fake.world.add_token(fake.waba.id, **more).value.encode()))


def test_an_owner_connects_writes_with_a_customer_checks_and_disconnects() -> None:
    async def story() -> None:
        async with connecting() as (fake, connector):
            channel = WhatsApp(fake.tokens, graph_url=fake.url, app_secret=fake.secret)
            back = await signed_in(fake, connector)
            assert back["state"] == "state-1"
            (number,) = await connector.finish(Grant(code=back["code"], redirect=BACK))
            assert (number.external_id, number.group) == (fake.number.id, fake.waba.id)
            assert number.name == "+351 21 000 0000 · Bistro"
            assert number.token.value.decode() in fake.world.tokens
            assert number.expires_at is None
            account = fake.account()
            async with inbox(channel, fake.secret, fake.clock) as box:
                hook = Hook(box.url, fake.secret)
                await connector.subscribe(account, number.token, hook)
                assert fake.waba.subscribed == {fake.app_id: box.url}
                await fake.says("Ana", "hi")
                assert isinstance(box.told[0], Received)
                await channel.send(account, Message(box.told[0].sender, Outbound("hello"), "c.o.m"))
                judged = await connector.sync_templates(account, number.token)
                assert {one.status for one in judged} == {"PENDING"}
                assert len(judged) == 21
                assert await fake.approve() == 21
                public = Hook("https://desk.example/hooks/whatsapp/app", fake.secret)
                assert problems(await connector.check(account, number.token, hook)) == {
                    "Address: not reachable from the internet": "WhatsApp delivers only to https addresses on the "
                    "internet: set server.public_url."
                }
                fake.waba.subscribed[fake.app_id] = public.url
                assert problems(await connector.check(account, number.token, public)) == {}
            await connector.disconnect(account, number.token)
            assert not fake.waba.subscribed
            await channel.close()

    asyncio.run(story())


def test_an_owner_is_sent_to_the_signup_with_all_that_it_needs() -> None:
    fake = FakeGraph()
    connector: Connector = connector_of(fake, dialog_url="https://www.facebook.com/")  # mypy compares it with the seam
    asked = urlsplit(connector.begin("s t&a", BACK) or "")
    assert (asked.scheme, asked.netloc, asked.path) == ("https", "www.facebook.com", "/v25.0/dialog/oauth")
    assert {name: values for name, (values,) in parse_qs(asked.query).items()} == {
        "client_id": fake.app_id,
        "redirect_uri": BACK,
        "state": "s t&a",
        "response_type": "code",
        "config_id": fake.config_id,
        "override_default_response_type": "true",
        "extras": '{"version":"v4","sessionInfoVersion":"3","setup":{}}',
    }
    assert fake.app_secret not in asked.query


@pytest.mark.parametrize("name", ["app_id", "app_secret", "config_id"])
def test_a_setting_that_is_missing_is_named(name: str) -> None:
    connector = connector_of(FakeGraph(), **{name: None if name == "app_secret" else ""})
    with pytest.raises(ConnectRefused, match=rf"whatsapp\.{name}"):
        connector.begin("state", BACK)
    if name != "config_id":  # which only the signup needs
        with pytest.raises(ConnectRefused, match=rf"whatsapp\.{name}"):
            asyncio.run(connector.finish(Grant(Secret(b"a-token-of-sixteen"))))
        account = FakeGraph().account()
        (finding,) = asyncio.run(connector.check(account, Secret(b"x"), Hook("https://desk.test", Secret(b""))))
        assert f"whatsapp.{name}" in finding.remedy


def test_a_code_is_good_once_and_for_the_address_that_it_was_sent_to() -> None:
    async def story() -> None:
        async with connecting() as (fake, connector):
            back = await signed_in(fake, connector)
            with pytest.raises(ConnectRefused) as elsewhere:
                await connector.finish(Grant(code=back["code"], redirect="https://evil.test/connect"))
            assert "Connect again" in told(elsewhere.value, fake)
            back = await signed_in(fake, connector)
            await connector.finish(Grant(code=back["code"], redirect=BACK))
            with pytest.raises(ConnectRefused) as again:
                await connector.finish(Grant(code=back["code"], redirect=BACK))
            assert "used already" in told(again.value, fake)
            with pytest.raises(ConnectRefused, match="Nothing came back"):
                await connector.finish(Grant())

    asyncio.run(story())


def test_a_wrong_app_secret_is_named_as_the_setting_that_it_is() -> None:
    async def story() -> None:
        async with connecting(app_secret=Secret(b"wrong")) as (fake, connector):
            back = await signed_in(fake, connector)
            for grant in (Grant(code=back["code"], redirect=BACK), pasted(fake)):
                with pytest.raises(ConnectRefused) as error:
                    await connector.finish(grant)
                assert "whatsapp.app_secret" in told(error.value, fake)

    asyncio.run(story())


def test_a_pasted_token_goes_the_same_way() -> None:
    async def story() -> None:
        async with connecting() as (fake, connector):
            ends = int((NOW + timedelta(days=60)).timestamp())
            grant = pasted(fake, expires_at=ends)
            assert grant.token is not None
            (number,) = await connector.finish(Grant(Secret(b"  " + grant.token.value + b"\n")))
            assert number.external_id == fake.number.id
            assert number.token == grant.token
            assert number.expires_at == NOW + timedelta(days=60)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"app_id": "666"}, "another app's"),
        ({"valid": False}, "not valid any more"),
        ({"scopes": ("whatsapp_business_messaging",)}, "whatsapp_business_management is missing"),
        ({"scopes": ("whatsapp_business_management",)}, "whatsapp_business_messaging is missing"),
        ({"scopes": ()}, "is missing"),
        ({"names_ids": False}, "names no WhatsApp Business Account"),
    ],
)
def test_a_token_that_does_not_prove_enough_opens_nothing(change: dict[str, Any], why: str) -> None:
    async def story() -> None:
        async with connecting() as (fake, connector):
            with pytest.raises(ConnectRefused) as error:
                await connector.finish(pasted(fake, **change))
            assert why in told(error.value, fake)
            assert all("phone_numbers" not in path for _, path, _, _ in fake.door.requests)

    asyncio.run(story())


@pytest.mark.parametrize(
    "text", [b"", b"short", b"x" * 3000, b"with a space in the middle", "EAA–dash–token–x".encode(), b"\xff" * 20]
)
def test_what_is_no_token_is_not_even_asked_about(text: bytes) -> None:
    async def story() -> None:
        async with connecting() as (fake, connector):
            with pytest.raises(ConnectRefused, match="no access token"):
                await connector.finish(Grant(Secret(text)))
            assert not fake.door.requests

    asyncio.run(story())


def test_a_token_nobody_knows_is_not_valid() -> None:
    async def story() -> None:
        async with connecting() as (fake, connector):
            with pytest.raises(ConnectRefused, match="not valid"):
                await connector.finish(Grant(Secret(b"EAAGnobodyknowsthisone")))
            assert fake.door.requests

    asyncio.run(story())


def test_only_the_accounts_that_the_token_names_are_believed() -> None:
    async def story() -> None:
        async with connecting() as (fake, connector):
            foreign, _, _ = fake.add_business("Somebody else's salon")
            mine, numbers, _ = fake.add_business("Bistro", numbers=5)
            fake.accounts.consent = (mine.id,)
            back = await signed_in(fake, connector)
            found = await connector.finish(Grant(code=back["code"], redirect=BACK))
            assert [one.external_id for one in found] == [one.id for one in numbers]  # over three pages
            assert {one.group for one in found} == {mine.id}
            paths = [path for _, path, _, _ in fake.door.requests]
            assert all(foreign.id not in path and "never-asked" not in path for path in paths)
            numbers[0].status, numbers[1].status = "MIGRATED", "PENDING"
            found = await connector.finish(pasted(fake))
            assert len(found) == 1

    asyncio.run(story())


def test_numbers_that_went_elsewhere_and_accounts_without_any_are_not_offered() -> None:
    async def story() -> None:
        async with connecting() as (fake, connector):
            fake.number.status = "MIGRATED"
            with pytest.raises(ConnectRefused, match="no phone number"):
                await connector.finish(pasted(fake))

    asyncio.run(story())


def test_two_permissions_for_different_accounts_open_only_what_both_name() -> None:
    from adapters.whatsapp.connector import _groups

    def facts(manage: Any, send: Any) -> dict[str, Any]:
        scopes = ("whatsapp_business_management", manage), ("whatsapp_business_messaging", send)
        return {
            "granular_scopes": [{"scope": name} | ({} if ids is None else {"target_ids": ids}) for name, ids in scopes]
        }

    assert _groups(facts(["1", "2"], ["2", "3"])) == ("2",)
    assert _groups(facts(None, ["3"])) == ("3",)
    assert _groups(facts(["1", 2, "../x", "4?a=b"], None)) == ("1", "2")
    for nobody in (facts(None, None), facts(["1"], ["2"]), facts([], None)):
        with pytest.raises(ConnectRefused):
            _groups(nobody)
    for odd in ({}, {"granular_scopes": None}, {"granular_scopes": ["x", {"scope": 1}]}):
        with pytest.raises(ConnectRefused):
            _groups(odd)


def test_a_number_that_is_not_registered_needs_its_pin() -> None:
    async def story() -> None:
        async with connecting() as (fake, connector):
            channel = WhatsApp(fake.tokens, graph_url=fake.url, app_secret=fake.secret)
            fake.number.status, fake.number.platform, fake.number.pin = "PENDING", "NOT_APPLICABLE", "123456"
            token = Secret(fake.token.value.encode())
            async with inbox(channel, fake.secret, fake.clock) as box:
                hook = Hook(box.url, fake.secret)
                for pin in ("", "12345", "12345x", "1234567"):
                    with pytest.raises(ConnectRefused, match="six digits"):
                        await connector.subscribe(fake.account(), token, hook, pin)
                with pytest.raises(ConnectRefused) as wrong:
                    await connector.subscribe(fake.account(), token, hook, "654321")
                why = told(wrong.value, fake)
                assert "WhatsApp Manager" in why and "654321" not in why
                await connector.subscribe(fake.account(), token, hook, "123456")
                assert fake.number.status == "CONNECTED"
                asked = len(fake.door.requests)
                await connector.subscribe(fake.account(), token, hook, "000000")  # connected: the PIN is not needed
                assert all("register" not in path for _, path, _, _ in fake.door.requests[asked:])
            await channel.close()

    asyncio.run(story())


def test_an_address_that_whatsapp_cannot_reach_is_told() -> None:
    async def story() -> None:
        async with connecting() as (fake, connector):
            token = Secret(fake.token.value.encode())
            with pytest.raises(ConnectRefused) as error:
                await connector.subscribe(fake.account(), token, Hook("http://127.0.0.1:9/hook", fake.secret))
            assert "server.public_url" in told(error.value, fake)

    asyncio.run(story())


def test_an_address_that_answers_the_wrong_word_is_not_ours() -> None:
    async def story() -> None:
        async with connecting() as (fake, connector):
            channel = WhatsApp(fake.tokens, graph_url=fake.url, app_secret=fake.secret)
            async with inbox(channel, Secret(b"x", "another word"), fake.clock) as box:
                with pytest.raises(ConnectRefused, match="cannot deliver here"):
                    await connector.subscribe(
                        fake.account(), Secret(fake.token.value.encode()), Hook(box.url, fake.secret)
                    )
                assert box.bad == 1
            await channel.close()

    asyncio.run(story())


def test_nothing_secret_is_logged_whatever_happens(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def story() -> list[str]:
        async with connecting() as (fake, connector):
            back = await signed_in(fake, connector)
            found: Sequence[Connected] = await connector.finish(Grant(code=back["code"], redirect=BACK))
            caplog.clear()  # up to here an owner's browser logs too
            for grant in (Grant(code=back["code"], redirect=BACK), pasted(fake), pasted(fake, app_id="7")):
                try:
                    await connector.finish(grant)
                except ConnectRefused as refused:
                    logging.getLogger("test").error("refused", exc_info=refused)
            hook = Hook("http://127.0.0.1:9/hook", fake.secret)
            try:
                await connector.subscribe(fake.account(), found[0].token, hook, "123456")
            except ConnectRefused as refused:
                logging.getLogger("test").error("refused", exc_info=refused)
            await connector.check(fake.account(), found[0].token, hook)
            await connector.sync_templates(fake.account(), found[0].token)
            return [fake.app_secret, fake.secret.challenge, back["code"], *fake.world.tokens]

    secrets = asyncio.run(story())
    assert "refused" in caplog.text
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name != "asyncio")
    ours += "\n".join(str(record.exc_text) for record in caplog.records)
    # The handshake is asked by the fake, on the platform's side: its own address is in its own log.
    ours = "\n".join(line for line in ours.splitlines() if "hub.challenge" not in line)
    assert [secret for secret in secrets if secret in ours] == []


def test_the_search_for_secrets_would_find_one(caplog: pytest.LogCaptureFixture) -> None:
    """The broken twin: the same call by httpx's own client, which logs the address that it asks."""
    caplog.set_level(logging.INFO)

    async def story() -> str:
        async with FakeGraph() as fake, httpx.AsyncClient() as client:
            await client.get(f"{fake.url}/v25.0/oauth/access_token", params={"client_secret": fake.app_secret})
            return fake.app_secret

    assert asyncio.run(story()) in caplog.text
