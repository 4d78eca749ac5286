"""A salon owner connects a bot."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from adapters.base import Connected, ConnectRefused, Finding, Grant, Hook, Secret
from adapters.telegram.connector import MANY_WAITING, TelegramConnector
from adapters.telegram.inbound import READ
from adapters.telegram.menu import languages, menu
from tests.adapters.telegram.channels import NOWHERE, TOKEN, account
from tests.adapters.telegram.leaks import everything_logged, leaks, shown
from tests.platforms.telegram import FakeTelegram
from tests.platforms.telegram_chaos import Fault, flood
from tests.platforms.telegram_world import Hook as Delivered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from domain.businesses import Account
    from tests.platforms.telegram_world import Robot

HOOK = Hook("https://chat.bistro.example/hooks/telegram/e1", Secret(b"a-hooks_Secret"))


@asynccontextmanager
async def connecting() -> AsyncIterator[tuple[FakeTelegram, Robot, TelegramConnector]]:
    async with FakeTelegram() as fake:
        yield fake, fake.robot(), TelegramConnector(fake.url, 2.0)


def token_of(robot: Robot) -> Secret:
    return Secret(robot.token.encode())


def of(robot: Robot) -> Account:
    return account(str(robot.id))


def pasted(text: str) -> Grant:
    return Grant(token=Secret(text.encode()))


def test_a_token_is_pasted_because_there_is_no_sign_in() -> None:
    connector = TelegramConnector()
    assert connector.begin("state", "https://chat.bistro.example/connect") is None
    assert (connector.name, connector.shared_endpoint) == ("telegram", False)


@pytest.mark.parametrize(
    "paste",
    [
        "{}",
        "  {}\n",
        "Done! Congratulations on your new bot.\n\nUse this token to access the HTTP API:\n{}\nKeep your token secure.",
        "{0} {0}",
    ],
)
def test_the_token_is_found_in_what_was_pasted(paste: str) -> None:
    async def story() -> None:
        async with connecting() as (fake, robot, connector):
            connected = await connector.finish(pasted(paste.format(robot.token)))
            assert connected == [Connected(str(robot.id), "@bistro_bot", token_of(robot))]
            assert [call.method for call in fake.calls] == ["getMe"]

    asyncio.run(story())


@pytest.mark.parametrize(
    "paste", ["", "hello", "123456", "123456:short", "@bistro_bot", f"{TOKEN} 7{TOKEN}", "x" + TOKEN, "\udcff", "токен"]
)
def test_what_is_no_token_is_refused_in_an_owners_words_and_without_a_call(paste: str) -> None:
    async def story() -> None:
        async with connecting() as (fake, _, connector):
            with pytest.raises(ConnectRefused, match="@BotFather") as refused:
                await connector.finish(Grant(token=Secret(paste.encode("utf-8", "surrogatepass"))))
            assert fake.calls == []
            assert not leaks(shown(refused.value), TOKEN)

    asyncio.run(story())


def test_nothing_pasted_is_refused_likewise() -> None:
    with pytest.raises(ConnectRefused, match="@BotFather"):
        asyncio.run(TelegramConnector(NOWHERE).finish(Grant(code="x")))


def test_a_revoked_or_mistyped_token_is_refused_with_where_to_copy_it() -> None:
    async def story() -> None:
        async with connecting() as (fake, robot, connector):
            for token in (robot.token[:-1] + "y", TOKEN):
                with pytest.raises(ConnectRefused, match=r"does not know this token.*@BotFather"):
                    await connector.finish(pasted(token))
            fake.revoke(robot)
            with everything_logged() as lines, pytest.raises(ConnectRefused, match="@BotFather") as refused:
                await connector.finish(pasted(robot.token))
            assert not leaks(shown(refused.value) + "".join(lines), robot.token)

    asyncio.run(story())


@pytest.mark.parametrize("fault", [Fault("getMe", 500), flood(3, "getMe"), Fault("getMe", 200, body=b"<", after=True)])
def test_a_platform_in_trouble_is_no_fault_of_the_owners(fault: Fault) -> None:
    async def story() -> None:
        async with connecting() as (fake, robot, connector):
            fake.faults = [fault]
            with pytest.raises(ConnectRefused, match=r"could not be asked.*Try again in a minute"):
                await connector.finish(pasted(robot.token))
            assert await connector.finish(pasted(robot.token))

    asyncio.run(story())


def test_connecting_sets_webhook_secret_kinds_and_menu() -> None:
    async def story() -> None:
        async with connecting() as (fake, robot, connector):
            robot.waiting.append({"update_id": 1})
            await connector.subscribe(of(robot), token_of(robot), HOOK)
            assert robot.hook == Delivered(HOOK.url, "a-hooks_Secret", list(READ), 40)
            assert robot.waiting, "what customers wrote meanwhile is heard"
            assert set(robot.commands) == {"", *languages()}
            for language in languages():
                assert [(one["command"], one["description"]) for one in robot.commands[language]] == menu(language)
            assert robot.commands[""] == robot.commands["en"]
            assert fake.calls[-1].method == "getWebhookInfo"
            assert fake.violations == []
            await connector.subscribe(of(robot), token_of(robot), HOOK)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://chat.bistro.example/hooks", "server.public_url.*https"),
        ("http://127.0.0.1:8000/hooks", "server.public_url.*https"),
        ("", "server.public_url"),
        ("https://chat.bistro.example:8000/hooks", "443, 80, 88 and 8443"),
        ("https://chat.bistro.example:port/hooks", "443, 80, 88 and 8443"),
        ("https://[::1/hooks", "443, 80, 88 and 8443"),
    ],
)
def test_an_address_that_telegram_would_not_take_is_refused_with_the_setting(url: str, why: str) -> None:
    with pytest.raises(ConnectRefused, match=why):
        asyncio.run(TelegramConnector().subscribe(account(), Secret(TOKEN.encode()), Hook(url, HOOK.secret)))


def test_a_bot_api_server_of_ones_own_delivers_to_any_address() -> None:
    async def story() -> None:
        async with connecting() as (_, robot, connector):
            await connector.subscribe(of(robot), token_of(robot), Hook("http://127.0.0.1:8000/hooks", HOOK.secret))
            assert robot.hook is not None

    asyncio.run(story())


@pytest.mark.parametrize("secret", [b"", b"a b", b"\xff", b"x" * 257])
def test_a_secret_that_no_header_can_carry_is_refused(secret: bytes) -> None:
    with pytest.raises(ConnectRefused, match="secret must be"):
        asyncio.run(TelegramConnector(NOWHERE).subscribe(account(), Secret(TOKEN.encode()), Hook("", Secret(secret))))


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault("setWebhook", 400, "Bad Request: bad webhook: IP address 10.0.0.1 is reserved"), "10.0.0.1 is reserved"),
        (Fault("setWebhook", 401, "Unauthorized"), "does not know this token"),
        (Fault("setMyCommands", 500), "Try again in a minute"),
        (flood(3, "getWebhookInfo"), "Try again in a minute"),
    ],
)
def test_a_webhook_that_is_not_taken_is_told_with_what_telegram_says(fault: Fault, why: str) -> None:
    async def story() -> None:
        async with connecting() as (fake, robot, connector):
            fake.faults = [fault]
            with pytest.raises(ConnectRefused, match=why) as refused:
                await connector.subscribe(of(robot), token_of(robot), HOOK)
            assert not leaks(shown(refused.value), robot.token)
            assert HOOK.secret.value.decode() not in shown(refused.value)

    asyncio.run(story())


def test_another_program_that_takes_the_bot_back_is_found_at_once() -> None:
    async def story() -> None:
        async with connecting() as (fake, robot, connector):
            other = {"ok": True, "result": {"url": "", "has_custom_certificate": False, "pending_update_count": 0}}
            fake.faults = [Fault("getWebhookInfo", 200, body=json.dumps(other).encode(), after=True)]
            with pytest.raises(ConnectRefused, match="Another program"):
                await connector.subscribe(of(robot), token_of(robot), HOOK)

    asyncio.run(story())


async def looked_at(fake: FakeTelegram, robot: Robot, connector: TelegramConnector) -> tuple[list[str], list[Finding]]:
    """Return what is not well, and everything that was found."""
    findings = list(await connector.check(of(robot), token_of(robot), HOOK))
    assert findings
    assert all(one.ok or one.remedy for one in findings), "each has its remedy"
    assert not leaks(repr(findings), robot.token)
    assert HOOK.secret.value.decode() not in repr(findings)
    return [one.what for one in findings if not one.ok], findings


def test_all_is_well_after_connecting() -> None:
    async def story() -> None:
        async with connecting() as (fake, robot, connector):
            await connector.subscribe(of(robot), token_of(robot), HOOK)
            wrong, findings = await looked_at(fake, robot, connector)
            assert wrong == []
            assert any("@bistro_bot" in one.what for one in findings)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"url": "https://other.example/hook"}, "to another address"),
        ({"kinds": ["message"]}, "callback_query"),
        ({"kinds": None}, "does not deliver message_reaction"),
        ({"hook": None}, "nowhere"),
        (
            {"waiting": 3, "error": True},
            "that failed was at 2026-11-20 10:00 UTC: .*500; 3 are waiting",
        ),
        ({"waiting": MANY_WAITING + 1}, "101 of customers' messages wait"),
        ({"revoked": True}, "does not know the bot's token any more"),
        ({"id": 1}, "belongs to another bot"),
        ({"fault": Fault("getWebhookInfo", 500)}, "could not be asked"),
        ({"fault": Fault("getMe", 200, body=b"<", after=True)}, "could not be asked"),
    ],
)
def test_what_is_not_well_is_found_with_its_remedy(changed: dict[str, Any], what: str) -> None:
    async def story() -> list[str]:
        async with connecting() as (fake, robot, connector):
            await connector.subscribe(of(robot), token_of(robot), HOOK)
            hook = robot.hook
            assert hook is not None
            hook.url = changed.get("url", hook.url)
            hook.kinds = changed.get("kinds", hook.kinds)
            robot.hook = changed.get("hook", hook)
            robot.waiting = [{"update_id": number} for number in range(changed.get("waiting", 0))]
            if changed.get("error"):
                robot.last_error = (fake.world.stamp(), "Wrong response from the webhook: 500")
            robot.revoked = changed.get("revoked", False)
            fake.faults = [changed["fault"]] if "fault" in changed else []
            of_it = of(robot)
            robot.id = changed.get("id", robot.id)
            findings = await connector.check(of_it, token_of(robot), HOOK)
            assert all(one.ok or one.remedy for one in findings)
            return [one.what for one in findings if not one.ok]

    (wrong,) = asyncio.run(story())
    assert re.search(what, wrong)


def test_trouble_that_is_over_is_told_and_is_no_trouble() -> None:
    async def story() -> None:
        async with connecting() as (fake, robot, connector):
            await connector.subscribe(of(robot), token_of(robot), HOOK)
            robot.last_error = (fake.world.stamp(), "Connection timed out")
            wrong, findings = await looked_at(fake, robot, connector)
            assert wrong == []
            assert "Connection timed out; all have arrived since" in findings[-1].what

    asyncio.run(story())


def test_checking_never_raises_even_where_nobody_answers() -> None:
    async def story() -> None:
        (finding,) = await TelegramConnector(NOWHERE, 1.0).check(account(), Secret(TOKEN.encode()), HOOK)
        assert not finding.ok
        (finding,) = await TelegramConnector(NOWHERE, 1.0).check(account(), Secret(b"\xff"), HOOK)
        assert "does not know" in finding.what

    asyncio.run(story())


def test_disconnecting_ends_deliveries_and_is_done_although_nobody_answers() -> None:
    async def story() -> None:
        async with connecting() as (fake, robot, connector):
            await connector.subscribe(of(robot), token_of(robot), HOOK)
            robot.waiting.append({"update_id": 1})
            await connector.disconnect(of(robot), token_of(robot))
            assert robot.hook is None
            assert robot.waiting, "another program may want them"
            fake.revoke(robot)
            await connector.disconnect(of(robot), token_of(robot))
        await TelegramConnector(NOWHERE, 1.0).disconnect(account(), Secret(TOKEN.encode()))

    asyncio.run(story())
