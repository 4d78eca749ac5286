"""The library is loaded when something is sent, once, and beside the event loop."""

from __future__ import annotations

import asyncio
import importlib
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from adapters.base import Secret, SendLater
from adapters.telegram.lazy import open_client
from tests.adapters.telegram.channels import account, chatting, telegram, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_business_without_telegram_does_not_pay_for_it() -> None:
    code = (
        "import sys, adapters.telegram.channel, adapters.telegram.connector, adapters.telegram.lazy\n"
        "print(sorted({'aiogram', 'aiohttp', 'pydantic', 'certifi'} & set(sys.modules)))"
    )
    assert python(code) == "[]\n"
    assert python(f"import aiohttp\n{code}") == "['aiohttp']\n", "the check can fail"


def test_a_library_that_is_missing_is_named_at_the_start() -> None:
    code = (
        "import sys\nsys.modules['aiogram'] = None\nfrom adapters.registry import UnknownChannel, load\n"
        "try:\n    load(['telegram'])\nexcept UnknownChannel as missing:\n    print(missing)"
    )
    assert "'telegram' needs the library 'aiogram'" in python(code)


class Watch:
    """Notes on which thread a module is looked for."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.threads: list[threading.Thread] = []
        self.away = 0
        """How many times it is not found."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        if name == self.name:
            self.threads.append(threading.current_thread())
            if self.away:
                self.away -= 1
                raise ModuleNotFoundError(name)
        return None


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    name = "adapters.telegram.client"
    importlib.import_module(name)
    monkeypatch.delitem(sys.modules, name)
    watch = Watch(name)
    monkeypatch.setattr(sys, "meta_path", [watch, *sys.meta_path])
    return watch


def test_the_loop_goes_on_while_the_library_loads(watch: Watch) -> None:
    async def story() -> None:
        await (await open_client("http://127.0.0.1:9", 1.0)).close()

    asyncio.run(story())
    (thread,) = watch.threads
    assert thread is not threading.main_thread()


def test_what_could_not_be_loaded_is_tried_again(watch: Watch) -> None:
    async def story() -> None:
        channel = telegram()
        watch.away = 1
        for failure in (ModuleNotFoundError, SendLater):
            with pytest.raises(failure):
                await channel.send(account(), words(4711))
        await channel.close()
        watch.away = 1
        sys.modules.pop(watch.name)
        with pytest.raises(ModuleNotFoundError):
            await channel.prepare()
        await channel.close()

    asyncio.run(story())


def test_loading_on_the_loop_is_caught(watch: Watch) -> None:
    """The broken twin: the import stands where it is used."""

    async def story() -> None:
        importlib.import_module("adapters.telegram.client")

    asyncio.run(story())
    assert watch.threads == [threading.main_thread()]


def test_many_bots_share_a_session_and_the_ones_used_last_are_kept() -> None:
    async def story() -> None:
        from adapters.telegram.client import BOTS

        client = await open_client("http://127.0.0.1:9", 1.0)
        secrets = [Secret(f"{number}:{'x' * 35}".encode()) for number in range(BOTS + 1)]
        first, second = client.bot(secrets[0]), client.bot(secrets[1])
        assert first.session is second.session
        for secret in secrets[2:]:
            client.bot(secret)
            assert client.bot(secrets[0]) is first, "it is used all the time"
        assert client.bot(secrets[1]) is not second, "it was not used for long"
        await client.close()

    asyncio.run(story())


def test_it_can_be_closed_and_used_again_also_from_another_loop() -> None:
    channel = telegram()

    async def story() -> None:
        with pytest.raises(SendLater):
            await channel.send(account(), words(4711))
        await channel.close()
        await channel.close()
        with pytest.raises(SendLater):
            await channel.send(account(), words(4711))
        await channel.close()

    asyncio.run(story())
    asyncio.run(story())


def test_who_gives_up_waiting_does_not_stop_the_others() -> None:
    async def story() -> None:
        async with chatting() as (fake, _, ana, channel):
            first = asyncio.create_task(channel.send(account(), words(ana.id, "first")))
            second = asyncio.create_task(channel.send(account(), words(ana.id, "second")))
            await asyncio.sleep(0)
            first.cancel()
            await second
            assert [one.text for one in fake.sent] == ["second"]

    asyncio.run(story())
