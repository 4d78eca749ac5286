"""The fake Bot API is one that a real client believes, and that lets nothing pass which the real one would refuse."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from pydantic import BaseModel

from domain.clock import ManualClock
from tests.platforms.telegram import NOW, SECRET_HEADER, FakeTelegram
from tests.platforms.telegram_chaos import Chaos, Fault, flood
from tests.platforms.telegram_http import on_a_thread, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiogram import Bot
    from starlette.types import Receive, Scope, Send

    from tests.platforms.telegram_world import Json, Robot

SECRET = "a-secret_1"


class Inbox:
    """A webhook that writes down what it gets, and answers as it is told to."""

    def __init__(self) -> None:
        self.got: list[Json] = []
        self.refuse: list[int] = []
        self.answer = b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while (part := await receive())["type"] == "http.request":
            body += part["body"]
            if not part.get("more_body"):
                break
        secret = dict(scope["headers"]).get(SECRET_HEADER.lower().encode(), b"")
        status = 403 if secret != SECRET.encode() else self.refuse.pop(0) if self.refuse else 200
        if status != 403:
            self.got.append(json.loads(body))
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(self.answer))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": self.answer})

    @property
    def ids(self) -> list[int]:
        return [update["update_id"] for update in self.got]


@asynccontextmanager
async def listening(chaos: Chaos | None = None) -> AsyncIterator[tuple[FakeTelegram, Robot, Inbox]]:
    inbox = Inbox()
    async with FakeTelegram(chaos=chaos) as fake, serving(inbox) as url:
        robot = fake.robot()
        fake.methods.call(robot, "setWebhook", {"url": f"{url}/hook", "secret_token": SECRET})
        yield fake, robot, inbox


@asynccontextmanager
async def client(fake: FakeTelegram, robot: Robot) -> AsyncIterator[Bot]:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    session = AiohttpSession(api=TelegramAPIServer.from_base(fake.url))
    try:
        yield Bot(robot.token, session=session)
    finally:
        await session.close()


def invented(model: Any, path: str = "") -> list[str]:
    """Return the fields in a tree of models that the Bot API does not have."""
    if isinstance(model, list | tuple):
        return [name for at, one in enumerate(model) for name in invented(one, f"{path}[{at}]")]
    if not isinstance(model, BaseModel):
        return []
    names = [f"{path}.{name}" for name in model.model_extra or ()]
    for name in type(model).model_fields:
        names += invented(getattr(model, name), f"{path}.{name}")
    return names


async def call(fake: FakeTelegram, robot: Robot, method: str, given: Json) -> Json:
    async with aiohttp.ClientSession() as http, http.post(f"{fake.url}/bot{robot.token}/{method}", json=given) as got:
        answer: Json = await got.json()
        assert got.status == (200 if answer["ok"] else answer["error_code"])
        return answer


def test_a_real_client_believes_every_answer() -> None:
    async def story() -> list[Any]:
        from aiogram.types import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup

        async with FakeTelegram() as fake:
            robot, ana = fake.robot(), fake.person("Ana", "Lopes")
            file_id = fake.file("voice/file_1.oga", b"sound")
            keys = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="t1")]])
            async with client(fake, robot) as bot:
                told: list[Any] = [await bot.get_me(), await bot.get_updates()]
                told += [await bot.send_message(ana.id, "Hello", reply_markup=keys)]
                told += [await bot.send_chat_action(ana.id, "typing")]
                message_id = told[2].message_id
                told += [await bot.edit_message_text("Good day", chat_id=ana.id, message_id=message_id)]
                told += [await bot.edit_message_reply_markup(chat_id=ana.id, message_id=message_id, reply_markup=keys)]
                tap = await fake.taps(ana, "Yes")
                told += [await bot.answer_callback_query(tap["callback_query"]["id"])]
                told += [await bot.delete_message(ana.id, message_id), await bot.get_chat(ana.id)]
                await bot.set_my_commands([BotCommand(command="book", description="Book")], language_code="es")
                told += [await bot.get_my_commands(language_code="es"), await bot.get_my_commands()]
                told += [await bot.get_file(file_id)]
                content = await bot.download(file_id)
                assert content is not None and content.read() == b"sound"
                told += [await bot.set_webhook(f"{fake.url}/nowhere", allowed_updates=["message"], secret_token="s")]
                told += [await bot.get_webhook_info(), await bot.delete_webhook(), await bot.get_webhook_info()]
                assert fake.violations == []
                assert not fake.spinning
            return told

    told = asyncio.run(story())
    assert [name for one in told for name in invented(one)] == []


async def a_busy_day(fake: FakeTelegram) -> None:
    robot = fake.robot()
    ana, rosa = fake.person("Ana", "Lopes", language="pt-br"), fake.person("Rosa", language="")
    first = await fake.says(ana, "/start web")
    message_id = first["message"]["message_id"]
    await fake.says(ana, "and a table?", reply_to=message_id)
    await fake.edits(ana, message_id, "hello")
    fake.methods.call(
        robot,
        "sendMessage",
        {
            "chat_id": ana.id,
            "text": "When?",
            "reply_markup": {"inline_keyboard": [[{"text": "1", "callback_data": "a"}]]},
        },
    )
    await fake.taps(ana, "1")
    await fake.sends_contact(ana, "+351 912 345 678")
    await fake.sends_contact(ana, "351911111111", of=rosa)
    await fake.sends_photo(ana, b"x" * 90, "my hair")
    await fake.sends_voice(ana, b"x", 7)
    await fake.sends_location(ana, 38.7, -9.1)
    await fake.sends_location(ana, 38.7, -9.1, "Graça")
    await fake.reacts(ana, message_id, "👍")
    await fake.reacts(ana, message_id, "")
    await fake.says_in_group(ana, "who comes?")
    await fake.blocks(ana)
    connection = await fake.business_connects(rosa)
    said = await fake.business_says(connection, ana, "hi")
    await fake.business_says(connection, ana, "hello Ana", by_owner=True)
    await fake.business_says(connection, ana, "We are closed", by_owner=True, offline=True)
    await fake.business_deletes(connection, ana, [said["business_message"]["message_id"]])
    await fake.business_connects(rosa, can_reply=False, enabled=False)


def test_a_real_client_understands_every_update() -> None:
    async def story() -> list[Json]:
        async with FakeTelegram() as fake:
            await a_busy_day(fake)
            return fake.updates

    from aiogram.types import Update

    updates = asyncio.run(story())
    read = [Update.model_validate(update) for update in updates]
    assert [name for one in read for name in invented(one)] == []
    assert len({update["update_id"] for update in updates}) == len(updates) == 18
    broken = updates[0] | {"message": updates[0]["message"] | {"mood": "good"}}
    assert invented(Update.model_validate(broken)) == [".message.mood"]


KEY = {"text": "Yes", "callback_data": "t"}


def keys(*rows: list[Json]) -> Json:
    return {"text": "a", "reply_markup": {"inline_keyboard": list(rows)}}


@pytest.mark.parametrize(
    ("method", "given", "description"),
    [
        ("sendMessage", {"text": ""}, "message text is empty"),
        ("sendMessage", {"text": " \n"}, "message text is empty"),
        ("sendMessage", {}, "text is missing"),
        ("sendMessage", {"text": "x" * 4097}, "message is too long"),
        ("sendMessage", {"text": "😀" * 2049}, "message is too long"),
        ("sendMessage", {"text": "\ud83d"}, "strings must be encoded in UTF-8"),
        ("sendMessage", {"text": "a", "chat_id": 99}, "chat not found"),
        ("sendMessage", {"text": "a", "chat_id": "@ana"}, "chat_id must be an integer"),
        ("sendMessage", {"text": "a", "colour": "red"}, "no such parameters: colour"),
        ("sendMessage", {"text": "a", "business_connection_id": "bc9"}, "business connection not found"),
        ("sendMessage", {"text": "a", "link_preview_options": {"off": True}}, "can't parse link preview options"),
        ("sendMessage", keys([KEY] * 9), "a row has more than 8 buttons"),
        ("sendMessage", keys([]), "a row of a keyboard must be an array that is not empty"),
        ("sendMessage", keys(*[[KEY] * 8] * 13), "reply markup is too long"),
        ("sendMessage", keys([KEY | {"text": " "}]), "inline keyboard button text is empty"),
        ("sendMessage", keys([KEY | {"callback_data": ""}]), "BUTTON_DATA_INVALID"),
        ("sendMessage", keys([KEY | {"callback_data": "é" * 33}]), "BUTTON_DATA_INVALID"),
        ("sendMessage", keys([KEY | {"url": "https://a.example"}]), "inline keyboard button must"),
        ("sendMessage", {"text": "a", "reply_markup": {"buttons": []}}, "can't parse reply keyboard markup"),
        ("sendChatAction", {"action": "dancing"}, "wrong parameter action"),
        ("answerCallbackQuery", {"callback_query_id": "1"}, "query is too old"),
        ("editMessageText", {"message_id": 1, "text": "a"}, "message to edit not found"),
        ("deleteMessage", {"message_id": 1}, "message to delete not found"),
        ("setMyCommands", {"commands": [{"command": "Book", "description": "a"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "b" * 33, "description": "a"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "b", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("setMyCommands", {"commands": [{"command": "b", "description": "b"}] * 2}, "BOT_COMMAND_DUPLICATE"),
        ("setMyCommands", {"commands": [], "language_code": "pt-br"}, "LANGUAGE_CODE_INVALID"),
        ("setWebhook", {"url": "ftp://a.example"}, "bad webhook"),
        ("setWebhook", {"url": "https://a.example", "secret_token": "a b"}, "secret token contains unallowed"),
        ("setWebhook", {"url": "https://a.example", "secret_token": "a" * 257}, "secret token contains unallowed"),
        ("setWebhook", {"url": "https://a.example", "allowed_updates": ["messages"]}, "no updates of kind messages"),
        ("setWebhook", {"url": "https://a.example", "max_connections": 101}, "max_connections must be 1 to 100"),
        ("dance", {}, "method not found"),
    ],
)
def test_what_breaks_a_limit_is_refused_and_written_down(method: str, given: Json, description: str) -> None:
    from tests.platforms.telegram_limits import Refusal

    fake = FakeTelegram()
    robot, ana = fake.robot(), fake.person("Ana")
    if method.startswith(("send", "edit", "delete")):
        given = {"chat_id": ana.id} | given
    with pytest.raises(Refusal, match=description.replace("(", r"\(")):
        fake.methods.call(robot, method, given)
    (violation,) = fake.violations
    assert description in violation


def test_who_has_blocked_or_never_started_a_bot_is_not_reached_by_it() -> None:
    from tests.platforms.telegram_limits import Refusal

    fake = FakeTelegram()
    robot, ana, rosa = fake.robot(), fake.person("Ana"), fake.person("Rosa", started=False)
    with pytest.raises(Refusal, match="can't initiate conversation"):
        fake.methods.call(robot, "sendMessage", {"chat_id": rosa.id, "text": "hello"})
    assert len(fake.violations) == 1
    robot.blocked_by.add(ana.id)
    with pytest.raises(Refusal, match="bot was blocked by the user"):
        fake.methods.call(robot, "sendMessage", {"chat_id": ana.id, "text": "hello"})
    assert len(fake.violations) == 1, "that somebody has blocked a bot cannot be known before"


def test_a_business_account_can_be_written_through_while_it_is_connected_and_for_a_day() -> None:
    from tests.platforms.telegram_limits import Refusal

    async def story() -> None:
        clock = ManualClock(NOW)
        async with FakeTelegram(clock=clock) as fake:
            robot, ana, rosa = fake.robot(), fake.person("Ana"), fake.person("Rosa")
            connection = await fake.business_connects(rosa)
            given = {"chat_id": ana.id, "text": "hi", "business_connection_id": connection.id}

            def refused(description: str) -> None:
                with pytest.raises(Refusal, match=description):
                    fake.methods.call(robot, "sendMessage", given)

            refused("BUSINESS_PEER_INVALID")
            await fake.business_says(connection, ana, "hello")
            sent = fake.methods.call(robot, "sendMessage", given)
            assert sent["from"]["id"] == rosa.id
            assert sent["sender_business_bot"]["id"] == robot.id
            clock.advance(timedelta(hours=25))
            refused("BUSINESS_PEER_USAGE_MISSING")
            await fake.business_connects(rosa, can_reply=False)
            refused("BUSINESS_CONNECTION_NOT_ALLOWED")
            await fake.business_connects(rosa, enabled=False)
            refused("BUSINESS_CONNECTION_INVALID")

    asyncio.run(story())


def test_an_update_that_is_not_taken_comes_again_with_the_same_id() -> None:
    async def story() -> None:
        async with listening() as (fake, robot, inbox):
            ana = fake.person("Ana")
            inbox.refuse = [500, 503]
            await fake.says(ana, "hello")
            assert inbox.ids == [700_001] * 3
            assert [status for _, status in fake.deliveries] == [500, 503, 200]
            inbox.refuse = [500] * 5
            await fake.says(ana, "anybody?")
            told = (await call(fake, robot, "getWebhookInfo", {}))["result"]
            assert told["pending_update_count"] == 1
            assert told["last_error_message"] == "Wrong response from the webhook: 500"
            await fake.deliver_waiting(robot)
            assert robot.waiting == []

    asyncio.run(story())


def test_a_method_in_the_answer_to_an_update_is_done() -> None:
    async def story() -> None:
        async with listening() as (fake, robot, inbox):
            ana = fake.person("Ana")
            fake.methods.call(robot, "sendMessage", {"chat_id": ana.id} | keys([KEY]))
            tap = await fake.taps(ana, "Yes")
            assert len(fake.spinning) == 1
            answer = {"method": "answerCallbackQuery", "callback_query_id": tap["callback_query"]["id"]}
            inbox.answer = json.dumps(answer).encode()
            await fake.says(ana, "well?")
            assert not fake.spinning
            inbox.answer = b'{"method": "answerCallbackQuery", "callback_query_id": "unknown"}'
            await fake.says(ana, "well?")
            assert len(fake.violations) == 1

    asyncio.run(story())


def test_only_the_kinds_that_were_asked_for_are_delivered() -> None:
    async def story() -> None:
        async with listening() as (fake, robot, inbox):
            ana = fake.person("Ana")
            first = await fake.says(ana, "hello")
            await fake.reacts(ana, first["message"]["message_id"], "👍")
            assert len(inbox.got) == 1
            hook = robot.hook
            assert hook is not None
            hook.kinds = ["message_reaction"]
            await fake.reacts(ana, first["message"]["message_id"], "")
            await fake.says(ana, "hello")
            assert len(inbox.got) == 2

    asyncio.run(story())


def test_the_same_seed_gives_the_same_trouble() -> None:
    async def story(seed: int) -> tuple[list[int], list[int], list[int]]:
        chaos = Chaos(seed, duplicate=0.3, reorder=0.3, delay=0.3, forged=0.3)
        async with listening(chaos) as (fake, _, inbox):
            ana = fake.person("Ana")
            for number in range(12):
                await fake.says(ana, f"message {number}")
            await fake.settle()
            return inbox.ids, sorted(set(inbox.ids)), fake.forgeries

    first, again, other = (asyncio.run(story(seed)) for seed in (7, 7, 8))
    assert first == again
    assert first != other
    ids, different, forgeries = first
    assert different == list(range(700_001, 700_013)), "nothing is lost"
    assert len(ids) > len(different), "something came twice"
    assert ids != sorted(ids), "something came late"
    assert forgeries and set(forgeries) == {403}


def test_faults_come_as_ordered_and_then_all_is_well() -> None:
    async def story() -> None:
        async with FakeTelegram() as fake:
            robot, ana = fake.robot(), fake.person("Ana")
            given = {"chat_id": ana.id, "text": "hello"}
            fake.faults = [flood(7), Fault(status=502, after=True), Fault("getMe", 503)]
            answer = await call(fake, robot, "sendMessage", given)
            assert (answer["error_code"], answer["parameters"]) == (429, {"retry_after": 7})
            assert fake.sent == []
            assert (await call(fake, robot, "sendMessage", given))["error_code"] == 502
            assert len(fake.sent) == 1, "it has arrived all the same"
            assert (await call(fake, robot, "sendMessage", given))["ok"]
            assert (await call(fake, robot, "getMe", {}))["error_code"] == 503
            fake.revoke(robot)
            assert (await call(fake, robot, "getMe", {}))["error_code"] == 401
            robot.token = "nonsense"
            assert (await call(fake, robot, "getMe", {}))["error_code"] == 404

    asyncio.run(story())


def test_it_serves_from_a_thread_for_callers_with_many_loops() -> None:
    fake = FakeTelegram()
    robot = fake.robot()
    with on_a_thread(fake):
        for _ in range(2):
            assert asyncio.run(call(fake, robot, "getMe", {}))["result"]["username"] == "bistro_bot"
