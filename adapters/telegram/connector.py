"""Connects businesses' Telegram bots: a pasted token, a webhook, a menu."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from datetime import UTC
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from adapters.base import Connected, ConnectRefused, Finding, Secret, SendLater, SendRefused, SendUnknown, Unauthorised
from adapters.telegram.inbound import READ
from adapters.telegram.lazy import open_client
from adapters.telegram.menu import DEFAULT, languages, menu
from adapters.telegram.tokens import found_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from aiogram import Bot
    from aiogram.types import WebhookInfo

    from adapters.base import Grant, Hook
    from adapters.telegram.client import Client
    from domain.businesses import Account

CONNECTIONS = 40
"""How many updates are delivered at once."""
PORTS = frozenset({443, 80, 88, 8443})
"""Where Telegram delivers to (core.telegram.org/bots/api#setwebhook)."""
MANY_WAITING = 100
"""More updates than this are not just on their way."""
_BY_REQUEST = frozenset({"message_reaction"})
"""Of what is read here, the kinds that are delivered only where they were asked for by name."""
_SECRET = re.compile(rb"[A-Za-z0-9_-]{1,256}")
_FAILED = (SendRefused, SendLater, SendUnknown)
HOW_TO_COPY = (
    "BotFather is the Telegram account that makes bots: open @BotFather in Telegram, send /mybots, choose your bot, "
    'tap "API Token" and copy all of it, from the first digit to the last letter.'
)


class TelegramConnector:
    """Connects one bot a business; each is an endpoint of its own."""

    name = "telegram"
    shared_endpoint = False

    def __init__(self, api_url: str = "https://api.telegram.org", call_seconds: float = 15.0) -> None:
        """Take where the Bot API is, and how many seconds a call may take."""
        self._api_url = api_url
        self._call_seconds = call_seconds

    def begin(self, state: str, redirect: str) -> str | None:
        """Return None: Telegram has no sign-in for bots, a token is pasted."""
        return None

    async def finish(self, grant: Grant) -> Sequence[Connected]:
        """Return the bot that a pasted token belongs to. Raises ConnectRefused."""
        pasted = "" if grant.token is None else grant.token.value.decode("utf-8", "replace")
        token = found_in(pasted)
        if not token:
            raise ConnectRefused(f"That is not a bot's token. {HOW_TO_COPY}")
        secret = Secret(token.encode())
        problem: Exception | None = None
        try:
            async with self._client() as client:
                me = await client.bot(secret).get_me()
        except _FAILED as failed:
            problem = failed
        if problem is not None:
            raise _refused(problem, "Telegram could not be asked about the token")
        return [Connected(str(me.id), f"@{me.username}" if me.username else me.first_name, secret)]

    async def subscribe(self, account: Account, token: Secret, hook: Hook, pin: str = "") -> None:
        """Have Telegram deliver the bot's updates to the hook, and set up its menu. Raises ConnectRefused."""
        self._check_hook(hook)
        problem: Exception | None = None
        try:
            async with self._client() as client:
                bot = client.bot(token)
                await bot.set_webhook(
                    url=hook.url,
                    secret_token=hook.secret.value.decode("ascii"),
                    allowed_updates=list(READ),
                    max_connections=CONNECTIONS,
                    drop_pending_updates=False,  # what customers wrote meanwhile is heard
                )
                await _set_menu(bot)
                told = await bot.get_webhook_info()
        except _FAILED as failed:
            problem = failed
        if problem is not None:
            raise _refused(problem, "Telegram did not take the bot's webhook")
        if told.url != hook.url:
            raise ConnectRefused(
                "Another program has just connected the same bot to itself. Stop it, or make a new token with "
                "/revoke in @BotFather, and connect the bot again."
            )

    async def check(self, account: Account, token: Secret, hook: Hook) -> Sequence[Finding]:
        """Say what is well and what is not, each with its remedy. Never raises."""
        try:
            async with self._client() as client:
                bot = client.bot(token)
                me = await bot.get_me()
                told = await bot.get_webhook_info()
        except Unauthorised:
            return [
                Finding(
                    False,
                    "Telegram does not know the bot's token any more: it was revoked, or the bot was deleted",
                    f"Connect the bot again with its present token. {HOW_TO_COPY}",
                )
            ]
        except _FAILED as failed:
            return [Finding(False, f"Telegram could not be asked: {failed}", "Look again in a few minutes.")]
        except ModuleNotFoundError as missing:
            return [Finding(False, f"the library {missing.name} is not installed", "Install frontdesk[telegram].")]
        if str(me.id) != account.external_id:
            return [
                Finding(
                    False,
                    f"the token belongs to another bot, @{me.username}",
                    "Disconnect this bot, and connect the one that you want.",
                )
            ]
        return [Finding(True, f"the token is that of @{me.username}"), *_webhook_findings(told, hook)]

    async def disconnect(self, account: Account, token: Secret) -> None:
        """Ask Telegram to deliver nothing any more; that it cannot be asked is no error."""
        try:
            async with self._client() as client:
                await client.bot(token).delete_webhook(drop_pending_updates=False)
        except _FAILED:
            return

    async def close(self) -> None:
        """Do nothing: every call closes what it opened."""

    def _check_hook(self, hook: Hook) -> None:
        """Raise ConnectRefused for an address that Telegram would not deliver to."""
        if not _SECRET.fullmatch(hook.secret.value):
            raise ConnectRefused("The webhook's secret must be 1 to 256 of A-Z, a-z, 0-9, _ and -.")
        if not self._api_url.startswith("https:"):  # a Bot API server of one's own takes any address
            return
        if not hook.url.startswith("https://"):
            raise ConnectRefused(
                "Telegram delivers messages only to an https address. Set server.public_url in the settings to the "
                "https address by which this server is reached from outside, and connect the bot again."
            )
        if _port(hook.url) not in PORTS:
            raise ConnectRefused(
                "Telegram delivers messages only to the ports 443, 80, 88 and 8443. Set server.public_url in the "
                "settings to an https address with one of them, and connect the bot again."
            )

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[Client]:
        client = await open_client(self._api_url, self._call_seconds)
        try:
            yield client
        finally:
            await client.close()


def _port(url: str) -> int:
    try:
        return urlsplit(url).port or 443
    except ValueError:  # no address at all
        return 0


async def _set_menu(bot: Bot) -> None:
    from aiogram.types import BotCommand

    for language in languages():
        commands = [BotCommand(command=name, description=words) for name, words in menu(language)]
        if language == DEFAULT:
            await bot.set_my_commands(commands)
        await bot.set_my_commands(commands, language_code=language)


def _refused(problem: Exception, what: str) -> ConnectRefused:
    """Return what an owner is told of a call that failed."""
    if isinstance(problem, Unauthorised):
        return ConnectRefused(f"Telegram does not know this token: it is not complete, or was replaced. {HOW_TO_COPY}")
    if isinstance(problem, SendRefused):
        return ConnectRefused(f"{what}: {problem}.")
    return ConnectRefused(f"{what}: {problem}. Try again in a minute.")


def _webhook_findings(told: WebhookInfo, hook: Hook) -> list[Finding]:
    again = "Connect the bot again; nothing that customers wrote in the last 24 hours is lost."
    if not told.url:
        return [Finding(False, "Telegram delivers the bot's messages nowhere", again)]
    found = [
        Finding(True, "Telegram delivers the bot's messages to this server")
        if told.url == hook.url
        else Finding(
            False,
            "Telegram delivers the bot's messages to another address",
            f"If another program uses the bot, make a new token with /revoke in @BotFather. {again}",
        )
    ]
    asked = set(READ) - _BY_REQUEST if told.allowed_updates is None else set(told.allowed_updates)
    if missing := sorted(set(READ) - asked):
        found.append(Finding(False, f"Telegram does not deliver {', '.join(missing)}", again))
    waiting = told.pending_update_count
    if told.last_error_date is not None:
        when = f"{told.last_error_date.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        what = f"the last delivery that failed was at {when}: {told.last_error_message or 'no reason told'}"
        if waiting:
            remedy = "See that server.public_url answers from outside, with a certificate that is valid."
            found.append(Finding(False, f"{what}; {waiting} are waiting", remedy))
        else:
            found.append(Finding(True, f"{what}; all have arrived since"))
    if waiting > MANY_WAITING:
        found.append(
            Finding(
                False,
                f"{waiting} of customers' messages wait at Telegram",
                "See that this server runs and is reached from outside; they arrive by themselves then.",
            )
        )
    return found
