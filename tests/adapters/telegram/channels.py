"""Telegram channels and accounts for tests."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from adapters.base import Message, Secret, Unauthorised
from adapters.telegram.channel import Telegram
from dialogs.messages import Outbound
from domain.businesses import Account
from tests.platforms.telegram import FakeTelegram

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.platforms.telegram_world import Person, Robot

TOKEN = "123456:AAFsecret-Token_that-nobody-may-ever-see"
NOWHERE = "http://127.0.0.1:9"


def account(external_id: str = "123456") -> Account:
    return Account(f"a-{external_id}", "b1", "telegram", external_id, "e1", "@bistro_bot")


def telegram(token: str = TOKEN, url: str = NOWHERE, call_seconds: float = 5.0) -> Telegram:
    """Return a channel of which every account has the same token; "" is none."""

    async def tokens(of: Account) -> Secret:
        if not token:
            raise Unauthorised("no token")
        return Secret(token.encode())

    return Telegram(tokens, url, call_seconds)


def channel_of(fake: FakeTelegram, robot: Robot, call_seconds: float = 5.0) -> Telegram:
    return telegram(robot.token, fake.url, call_seconds)


def words(to: object, text: str = "Hello", *labels: str, rows: bool = False) -> Message:
    """Return a message, with a choice for each label."""
    choices = tuple((f"token-{number}", label) for number, label in enumerate(labels))
    return Message(str(to), Outbound(text, rows=choices) if rows else Outbound(text, choices), "key-1")


@asynccontextmanager
async def chatting() -> AsyncIterator[tuple[FakeTelegram, Robot, Person, Telegram]]:
    """Yield a fake Telegram with a bot, somebody who has started it, and the channel through which it sends."""
    async with FakeTelegram() as fake:
        robot = fake.robot()
        channel = channel_of(fake, robot)
        try:
            yield fake, robot, fake.person("Ana"), channel
        finally:
            await channel.close()
