"""What goes wrong with a call, by its right name and without showing the token."""

from __future__ import annotations

import asyncio
import gc
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import SendLater, SendRefused, SendUnknown, Unauthorised, Unreachable, WindowClosed
from adapters.telegram.errors import problem_in
from tests.adapters.telegram.channels import TOKEN, account, channel_of, telegram, words
from tests.adapters.telegram.leaks import everything_logged, leaks, shown
from tests.adapters.telegram.samples import STEADY
from tests.adapters.telegram.servers import closed_door, full_house, http, saying
from tests.platforms.telegram import FakeTelegram
from tests.platforms.telegram_chaos import Fault, flood

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from adapters.telegram.channel import Telegram


def refused(status: int, description: str, **parameters: int) -> bytes:
    body = {"ok": False, "error_code": status, "description": description}
    return json.dumps(body | ({"parameters": parameters} if parameters else {})).encode()


@pytest.mark.parametrize(
    ("status", "description", "kind", "why"),
    [
        (401, "Unauthorized", Unauthorised, "does not know the bot's token"),
        (404, "Not Found", Unauthorised, "does not know the bot's token"),
        (404, "Not Found: method not found", SendRefused, "Not Found"),
        (403, "Forbidden: bot was blocked by the user", Unreachable, "bot was blocked by the user"),
        (403, "Forbidden: user is deactivated", Unreachable, "user is deactivated"),
        (403, "Forbidden: bot can't initiate conversation with a user", Unreachable, "can't initiate"),
        (403, "Forbidden: bot can't send messages to bots", Unreachable, "can't send messages to bots"),
        (400, "Bad Request: chat not found", Unreachable, "chat not found"),
        (400, "Bad Request: PEER_ID_INVALID", Unreachable, "PEER_ID_INVALID"),
        (403, "Forbidden: something new", SendRefused, "something new"),
        (400, "Bad Request: business connection not found", SendRefused, "business connection is off"),
        (400, "Bad Request: BUSINESS_CONNECTION_INVALID", SendRefused, "business connection is off"),
        (403, "Forbidden: BUSINESS_CONNECTION_NOT_ALLOWED", SendRefused, "business connection is off"),
        (400, "Bad Request: BUSINESS_PEER_USAGE_MISSING", WindowClosed, "24 hours"),
        (400, "Bad Request: message is too long", SendRefused, "message is too long"),
        (400, "Bad Request: can't parse entities: Unsupported start tag \"Ana's\" at 3", SendRefused, "can't parse"),
        (400, "Bad Request: Ana's words: \x00", SendRefused, "Ana's words"),
        (400, "Анна", SendRefused, "refused"),
        (400, "", SendRefused, "refused"),
        (409, "Conflict: terminated by other getUpdates request", SendRefused, "Conflict"),
        (413, "Request Entity Too Large", SendRefused, "Request Entity Too Large"),
    ],
)
def test_a_refusal_has_the_name_that_the_outbox_acts_on(
    status: int, description: str, kind: type[Exception], why: str
) -> None:
    problem = problem_in(status, refused(status, description))
    assert type(problem) is kind
    assert why in str(problem)
    assert len(str(problem)) < 120
    assert isinstance(problem, SendRefused)
    assert problem.code == str(status)


def test_a_refusal_never_quotes_what_a_customer_wrote() -> None:
    for quoting in ("can't parse entities: Ana has a rash", 'bad "Ana has a rash"', "Ana\nhas a rash"):
        description = f"Bad Request: {quoting}"
        assert "rash" not in str(problem_in(400, refused(400, description)))


@pytest.mark.parametrize(
    ("status", "body", "seconds"),
    [
        (429, refused(429, "Too Many Requests: retry after 7", retry_after=7), 7.0),
        (429, refused(429, "Too Many Requests: retry after 11"), 11.0),
        (429, refused(429, "Too Many Requests"), 5.0),
        (420, refused(420, "FLOOD", retry_after=3), 3.0),
        (500, refused(500, "Internal Server Error: sent retry after 4"), 4.0),
        (429, refused(429, "", retry_after=-3), 0.0),
    ],
)
def test_later_is_as_late_as_the_platform_asks(status: int, body: bytes, seconds: float) -> None:
    problem = problem_in(status, body)
    assert isinstance(problem, SendLater)
    assert problem.seconds == seconds


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 407, 451])
@pytest.mark.parametrize("body", [b"", b"<html>Forbidden", b'"no"', b"\xff", b"[" * 100_000, b'{"ok": true}'])
def test_nobody_but_telegram_says_that_a_customer_or_a_bot_is_gone(status: int, body: bytes) -> None:
    assert isinstance(problem_in(status, body), SendLater), "a proxy in between; nothing was sent, and it may be mended"


@pytest.mark.parametrize(
    ("status", "body"), [(500, refused(500, "Internal Server Error")), (502, b"<html>"), (504, b"")]
)
def test_after_the_servers_own_errors_nobody_knows(status: int, body: bytes) -> None:
    assert isinstance(problem_in(status, body), SendUnknown)


@pytest.mark.parametrize("body", [b"", b"<html>welcome to our wifi", b'{"ok": 1}', b'{"fine": true}'])
def test_a_success_that_is_not_telegrams_is_none(body: bytes) -> None:
    assert isinstance(problem_in(200, body), SendUnknown)


def test_success_is_no_problem() -> None:
    assert problem_in(200, b'{"ok": true, "result": {"message_id": 1}}') is None
    assert isinstance(problem_in(200, refused(400, "Bad Request: chat not found")), Unreachable)


@STEADY
@given(status=st.integers(100, 599), body=st.binary(max_size=60))
def test_no_answer_breaks_the_judge(status: int, body: bytes) -> None:
    assert isinstance(problem_in(status, body), SendRefused | SendLater | SendUnknown)


async def failing(channel: Telegram, to: object = 4711) -> Exception:
    """Return what a message ends with."""
    try:
        await channel.send(account(), words(to))
    except (SendRefused, SendLater, SendUnknown) as problem:
        return problem
    finally:
        await channel.close()
    raise AssertionError("it was sent")


async def by_fault(fault: Fault) -> tuple[Exception, str]:
    async with FakeTelegram() as fake:
        robot, ana = fake.robot(), fake.person("Ana")
        fake.faults = [fault]
        problem = await failing(channel_of(fake, robot, call_seconds=0.3), ana.id)
        assert len(fake.calls) == 1
        return problem, robot.token


async def by_answer(answer: bytes) -> tuple[Exception, str]:
    async with saying(answer) as (url, heard):
        problem = await failing(telegram(url=url))
        assert len(heard) == 1
        return problem, TOKEN


async def at_closed_door() -> tuple[Exception, str]:
    return await failing(telegram(url=closed_door())), TOKEN


async def at_full_house() -> tuple[Exception, str]:
    with full_house() as url:
        return await failing(telegram(url=url, call_seconds=0.4)), TOKEN


async def revoked() -> tuple[Exception, str]:
    async with FakeTelegram() as fake:
        robot, ana = fake.robot(), fake.person("Ana")
        fake.revoke(robot)
        return await failing(channel_of(fake, robot), ana.id), robot.token


async def blocked() -> tuple[Exception, str]:
    async with FakeTelegram() as fake:
        robot, ana = fake.robot(), fake.person("Ana")
        robot.blocked_by.add(ana.id)
        return await failing(channel_of(fake, robot), ana.id), robot.token


async def unknown_chat() -> tuple[Exception, str]:
    async with FakeTelegram() as fake:
        robot = fake.robot()
        return await failing(channel_of(fake, robot), 99), robot.token


async def strange_token() -> tuple[Exception, str]:
    token = "123456:AAF/../../secret-Token_that-nobody-may-ever-see"
    return await failing(telegram(token)), token


OK = b'{"ok": true, "result": {"strange": "answer"}}'
ENDLESS = b" " * 3_000_000 + b'{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"}}}'
"""It would be a good one, if anybody read that far."""
TROUBLE: dict[str, tuple[Callable[[], Coroutine[Any, Any, tuple[Exception, str]]], type[Exception]]] = {
    "revoked": (revoked, Unauthorised),
    "strange token": (strange_token, Unauthorised),
    "blocked": (blocked, Unreachable),
    "unknown chat": (unknown_chat, Unreachable),
    "flood": (lambda: by_fault(flood(7)), SendLater),
    "refused": (lambda: by_fault(Fault(status=400, description="Bad Request: TEXT_INVALID")), SendRefused),
    "broken": (lambda: by_fault(Fault(status=500)), SendUnknown),
    "gateway": (lambda: by_fault(Fault(status=502, body=b"<html>Bad Gateway")), SendUnknown),
    "proxy": (lambda: by_fault(Fault(status=403, body=b"<html>Forbidden")), SendLater),
    "cut": (lambda: by_fault(Fault(status=200, cut=True, after=True)), SendUnknown),
    "slow": (lambda: by_fault(Fault(status=200, slow=0.5)), SendUnknown),
    "no JSON": (lambda: by_fault(Fault(status=200, body=b"<html>Welcome", after=True)), SendUnknown),
    "strange answer": (lambda: by_fault(Fault(status=200, body=OK, after=True)), SendUnknown),
    "endless answer": (lambda: by_fault(Fault(status=200, body=ENDLESS, after=True)), SendUnknown),
    "hangs up": (lambda: by_answer(b""), SendUnknown),
    "nonsense": (lambda: by_answer(b"NONSENSE 123\r\n\r\n"), SendUnknown),
    "redirect": (lambda: by_answer(http("307 Moved", b"", "location: http://127.0.0.1:9/elsewhere")), SendLater),
    "closed door": (at_closed_door, SendLater),
    "full house": (at_full_house, SendLater),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_trouble_has_its_right_name_and_shows_no_token(name: str) -> None:
    trouble, kind = TROUBLE[name]
    with everything_logged() as lines:
        problem, token = asyncio.run(trouble(), debug=True)
        gc.collect(1)  # what a connection says that nobody has closed
    assert type(problem) is kind, shown(problem)
    assert problem.__cause__ is None
    assert not leaks(shown(problem), token)
    assert not leaks("\n".join(lines), token)
    assert lines, "logs are really looked at"


def test_the_librarys_own_session_is_caught_showing_the_token() -> None:
    """The broken twin: a server that talks nonsense is enough for aiogram's session."""

    async def story() -> Exception:
        from aiogram import Bot
        from aiogram.client.session.aiohttp import AiohttpSession
        from aiogram.client.telegram import TelegramAPIServer
        from aiogram.exceptions import TelegramNetworkError

        async with saying(b"NONSENSE 123\r\n\r\n") as (url, _):
            session = AiohttpSession(api=TelegramAPIServer.from_base(url))
            try:
                await Bot(TOKEN, session=session).get_me()
            except TelegramNetworkError as error:
                return error
            finally:
                await session.close()
        raise AssertionError("it was understood")

    assert leaks(shown(asyncio.run(story())), TOKEN)


def test_a_redirect_is_not_followed_with_the_token_in_it() -> None:
    async def story() -> None:
        async with saying(http("200 OK", OK)) as (elsewhere, heard):
            for status in ("301 Moved", "302 Found", "307 Moved", "308 Moved"):
                async with saying(http(status, b"", f"location: {elsewhere}/bot{TOKEN}/sendMessage")) as (url, _):
                    assert isinstance(await failing(telegram(url=url)), SendLater)
            assert heard == []

    asyncio.run(story())


def test_a_message_that_was_taken_is_taken_although_the_library_cannot_read_the_answer() -> None:
    async def story() -> str:
        result: dict[str, Any] = {"message_id": 77, "date": "soon", "chat": {"id": 4711, "type": "hologram"}}
        async with FakeTelegram() as fake:
            robot, ana = fake.robot(), fake.person("Ana")
            fake.faults = [Fault(status=200, body=json.dumps({"ok": True, "result": result}).encode(), after=True)]
            channel = channel_of(fake, robot)
            receipt = await channel.send(account(), words(ana.id))
            await channel.close()
            return receipt.external_id

    assert asyncio.run(story()) == "77"


def test_a_name_that_is_not_found_was_never_asked() -> None:
    import aiohttp

    for unmade in (aiohttp.ClientConnectorDNSError, aiohttp.ClientSSLError, aiohttp.ClientConnectorCertificateError):
        assert issubclass(unmade, aiohttp.ClientConnectorError), "so it is tried again later, like a closed door"
