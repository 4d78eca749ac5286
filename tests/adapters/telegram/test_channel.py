"""Telegram as a channel, against a fake Bot API."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import (
    Accepted,
    Secret,
    SendRefused,
    Template,
    Typing,
    Unauthorised,
    WindowClosed,
)
from adapters.registry import load
from adapters.telegram.channel import SECRET_HEADER, Telegram
from adapters.telegram.lazy import open_client
from dialogs.messages import TemplateUse
from domain.errors import BadSignature
from tests.adapters.telegram.channels import TOKEN, account, chatting, telegram, words
from tests.adapters.telegram.leaks import leaks, shown
from tests.adapters.telegram.samples import SAMPLES, SECRET, STEADY, asked
from tests.platforms.telegram import FakeTelegram
from tests.platforms.telegram_chaos import Fault

ACCEPTED = Accepted(1, 0, 0)


def test_it_is_the_channel_of_its_name() -> None:
    assert load(["telegram"]) == {"telegram": Telegram}


def test_the_secret_opens_and_nothing_else_does() -> None:
    channel, body = telegram(), SAMPLES["text"]
    channel.verify(asked(body, **{SECRET_HEADER: SECRET}), Secret(SECRET.encode()))
    for header in ({}, {SECRET_HEADER: ""}, {SECRET_HEADER: SECRET + "x"}, {SECRET_HEADER: "é\udcff"}):
        for secret in (None, Secret(b""), Secret(SECRET.encode()), Secret("é".encode())):
            with pytest.raises(BadSignature) as refused:
                channel.verify(asked(body, **header), secret)
            assert SECRET not in shown(refused.value)


@STEADY
@given(header=st.text(alphabet=st.characters(exclude_categories=()), max_size=30), secret=st.binary(max_size=30))
def test_a_guess_is_a_bad_signature_and_never_another_error(header: str, secret: bytes) -> None:
    try:
        telegram().verify(asked(b"", **{SECRET_HEADER: header}), Secret(secret))
    except BadSignature:
        return
    assert secret
    assert header.encode("utf-8", "surrogatepass") == secret


def test_a_tap_is_answered_in_the_answer_whatever_became_of_it() -> None:
    for outcome in (ACCEPTED, Accepted(0, 1, 0), Accepted(0, 0, 1)):
        answer = telegram().answer(asked(SAMPLES["tap"]), outcome)
        assert (answer.status, answer.content_type) == (200, "application/json")
        assert json.loads(answer.body) == {"method": "answerCallbackQuery", "callback_query_id": "4382"}


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"tap"}))
def test_everything_else_is_answered_without_words(name: str) -> None:
    answer = telegram().answer(asked(SAMPLES[name]), ACCEPTED)
    assert (answer.status, answer.body) == (200, b"")


def test_what_is_sent_is_seen_with_its_choices() -> None:
    async def story() -> None:
        async with chatting() as (fake, _, ana, channel):
            times = ["19:15", "19:30", "20:00", "20:15", "20:45", "Another day"]
            receipt = await channel.send(account(), words(ana.id, "When? *today* <b>", *times))
            (seen,) = fake.shown_to(ana)
            assert receipt.external_id == str(seen.message_id)
            assert seen.text == "When? *today* <b>"
            assert seen.labels == [["19:15", "19:30", "20:00", "20:15"], ["20:45", "Another day"]]
            assert seen.keyboard[0][1] == ("19:30", "token-1")
            assert fake.violations == []
            (call,) = fake.calls
            assert call.given["link_preview_options"] == {"is_disabled": True}
            assert "parse_mode" not in call.given

    asyncio.run(story())


def test_one_call_a_message_and_one_connection_for_many() -> None:
    async def story() -> None:
        async with chatting() as (fake, _, ana, channel):
            await channel.prepare()
            sent = await asyncio.gather(*(channel.send(account(), words(ana.id, f"{n}")) for n in range(20)))
            assert len({one.external_id for one in sent}) == len(fake.calls) == len(fake.sent) == 20

    asyncio.run(story())


def test_a_customer_sees_that_somebody_is_typing() -> None:
    async def story() -> None:
        async with chatting() as (fake, _, ana, channel):
            assert (await channel.send(account(), Typing(str(ana.id), about="17"))).external_id == ""
            assert fake.methods.typing == [ana.id]
            assert fake.violations == []

    asyncio.run(story())


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500])
def test_typing_never_fails(status: int) -> None:
    async def story() -> None:
        async with chatting() as (fake, _, ana, channel):
            fake.faults = [Fault("sendChatAction", status, retry_after=9 if status == 429 else None)]
            await channel.send(account(), Typing(str(ana.id)))
            await channel.send(account(), Typing("me"))
            await telegram("").send(account(), Typing(str(ana.id)))
            assert fake.methods.typing == []
            assert len(fake.calls) == 1

    asyncio.run(story())


def test_there_are_no_templates_because_there_is_no_window() -> None:
    with pytest.raises(SendRefused, match="no templates"):
        asyncio.run(telegram().send(account(), Template("4711", TemplateUse("reminder", "en", ()), "key-1")))


@pytest.mark.parametrize("text", ["", "x" * 4097])
def test_what_cannot_be_sent_is_refused_without_a_call(text: str) -> None:
    async def story() -> None:
        async with chatting() as (fake, _, ana, channel):
            with pytest.raises(SendRefused):
                await channel.send(account(), words(ana.id, text))
            assert fake.calls == []

    asyncio.run(story())


def test_an_account_without_a_token_is_unauthorised() -> None:
    with pytest.raises(Unauthorised):
        asyncio.run(telegram("").send(account(), words(4711)))


def test_a_business_account_is_written_through_as_long_as_that_is_allowed() -> None:
    async def story() -> None:
        async with chatting() as (fake, _, ana, channel):
            rosa = fake.person("Rosa", started=False)
            connection = await fake.business_connects(rosa)
            await fake.business_says(connection, ana, "hello")
            await channel.send(account(), words(f"{connection.id}:{ana.id}", "Hello Ana", "Yes"))
            await channel.send(account(), Typing(f"{connection.id}:{ana.id}"))
            assert [(one.chat, one.connection, one.text) for one in fake.sent] == [(ana.id, connection.id, "Hello Ana")]
            assert fake.methods.typing == [ana.id]
            fake.world.connections[connection.id].heard[ana.id] = fake.world.clock.now().replace(year=2025)
            with pytest.raises(WindowClosed):
                await channel.send(account(), words(f"{connection.id}:{ana.id}"))
            await fake.business_connects(rosa, enabled=False)
            with pytest.raises(SendRefused, match="business connection is off"):
                await channel.send(account(), words(f"{connection.id}:{ana.id}"))

    asyncio.run(story())


def test_two_bots_send_each_under_its_own_name() -> None:
    async def story() -> None:
        async with FakeTelegram() as fake:
            bots = {"b1": fake.robot("bistro_bot"), "s1": fake.robot("salon_bot")}
            ana = fake.person("Ana")

            async def tokens(of: Any) -> Secret:
                return Secret(bots[of.external_id].token.encode())

            channel = Telegram(tokens, fake.url)
            await asyncio.gather(*(channel.send(account(name), words(ana.id, name)) for name in ("b1", "s1") * 5))
            assert {(one.robot.username, one.text) for one in fake.sent} == {("bistro_bot", "b1"), ("salon_bot", "s1")}
            await channel.close()

    asyncio.run(story())


def test_nothing_that_is_kept_shows_the_token() -> None:
    async def story() -> str:
        channel = telegram()
        client = await open_client("http://127.0.0.1:9", 1.0)
        bot = client.bot(Secret(TOKEN.encode()))
        await client.close()
        return f"{channel!r} {client!r} {bot!r} {Secret(TOKEN.encode())!r} {bot.session!r} {vars(channel)!r}"

    assert not leaks(asyncio.run(story()), TOKEN)
