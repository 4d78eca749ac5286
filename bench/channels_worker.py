"""A worker of the channels bench: the real one on a short lease, whose platforms only write down what they get."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
import uvloop

from adapters.base import Message, Receipt, SendLater, SendUnknown, Template
from adapters.telegram.channel import Telegram
from adapters.whatsapp.channel import WhatsApp
from bench.channels_house import no_token, unpaced
from bench.fault_worker import SECRET, Marks, Slowed, SlowMailbox, UnfencedMailbox, append
from bench.stores import Tables, connected
from bots.application import Application
from domain.clock import SystemClock
from domain.ids import new_id
from domain.ports import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.base import Sendable
    from domain.businesses import Account

LEASE = timedelta(seconds=1.5)
LATER, UNKNOWN = 0.01, 0.01
"""Shares of sends that are to be tried later, and whose outcome nobody knows although they arrived."""
CALL_SECONDS = (0.001, 0.006)
SETTLE_SECONDS = (0.0, 0.006)


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is told when it is hired."""

    name: str
    store: str
    address: str
    folder: Path
    broken: str
    seed: int


class Notebook:
    """Where every send is written down, by all workers in one file."""

    def __init__(self, path: Path, name: str, chance: random.Random) -> None:
        """Take the file, who writes, and what decides about outcomes."""
        self._path, self._name, self._chance = path, name, chance

    async def send(self, account: Account, message: Message | Template, prefix: str) -> Receipt:
        """Write a message down as the platform that got it. Raises SendLater, before, and SendUnknown, afterwards."""
        drawn = self._chance.random()
        if drawn < LATER:
            append(self._path, json.dumps({"key": message.key, "later": True}))
            raise SendLater(0.05, "a bench's platform asks for patience")
        unknown = drawn < LATER + UNKNOWN
        content = message.content if isinstance(message, Message) else None
        receipt = f"{prefix}{new_id()}"
        line = {
            "key": message.key,
            "account": account.id,
            "to": message.to,
            "id": receipt,
            "worker": self._name,
            "at": time.monotonic(),
            "unknown": unknown,
            "tokens": [one[0] for one in (*content.buttons, *content.rows)] if content else [],
        }
        append(self._path, json.dumps(line))
        await asyncio.sleep(self._chance.uniform(*CALL_SECONDS))  # a worker may die while its platform answers
        if unknown:
            raise SendUnknown("a bench's platform did not answer")
        return Receipt(receipt)


class NotedWhatsApp(WhatsApp):
    """WhatsApp that writes down what it is given."""

    def __init__(self, notebook: Notebook) -> None:
        """Take where."""
        super().__init__(no_token)
        self._notebook = notebook

    async def send(self, account: Account, message: Sendable) -> Receipt:
        """Write it down; signs of writing are shown to nobody."""
        if isinstance(message, Message | Template):
            return await self._notebook.send(account, message, "wamid.out.")
        return Receipt("")


class NotedTelegram(Telegram):
    """Telegram that writes down what it is given."""

    def __init__(self, notebook: Notebook) -> None:
        """Take where."""
        super().__init__(no_token)
        self._notebook = notebook

    async def send(self, account: Account, message: Sendable) -> Receipt:
        """Write it down; signs of writing are shown to nobody."""
        if isinstance(message, Message):
            return await self._notebook.send(account, message, "")
        return Receipt("")


class _Settling(SlowMailbox):
    """A slow mailbox that is slow at signals too."""

    async def settle(self, *told: Any, **named: Any) -> Outcome:
        """Wait a little, then settle. Nobody is struck for the sake of it: most of what is in hand are signals."""
        await asyncio.sleep(self._rng.uniform(*SETTLE_SECONDS))
        outcome: Outcome = await self._mailbox.settle(*told, **named)
        if outcome is Outcome.FENCED:
            append(self._fenced, "fenced")
        return outcome


class _Unfenced(_Settling, UnfencedMailbox):
    """The broken twin of it."""


async def work(job: Job) -> None:
    """Hear and send until killed, or until nobody is left to work for."""
    marks = Marks(job.folder / job.name)
    async with connected(job.store, job.address, lease=LEASE) as store:
        fenced = job.folder / "fenced"
        mailbox: SlowMailbox = _Settling(store, marks, fenced)
        if job.broken == "fence":
            mailbox = _Unfenced(store, marks, fenced, await Tables(job.store, job.address).open())
        notebook = Notebook(job.folder / "sends", job.name, random.Random(job.seed))
        channels = {"whatsapp": unpaced(NotedWhatsApp(notebook)), "telegram": unpaced(NotedTelegram(notebook))}
        slowed: Any = Slowed(store, mailbox)
        app = Application(
            slowed,
            SystemClock(),
            SECRET,
            channels=channels,
            turns=8,
            loops=2,
        )
        never = asyncio.Event()
        tasks = [asyncio.create_task(app.worker.run(never)), asyncio.create_task(app.delivery.run(never))]
        marks.clear()
        parent = os.getppid()
        while os.getppid() == parent and not any(task.done() for task in tasks):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        for task in tasks:
            if task.done():
                task.result()


def begin(job: Job) -> None:
    """Work in a process of its own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work(job))
    os._exit(1)  # reached only when nobody is left to work for: nothing needs to be finished
