"""Turns a second, from the web chat's JSON to replies in the outbox: `python -m bench.turns --store memory`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from adapters.base import Request
from bench.script import Script, businesses, scripts
from bots.application import Application
from domain.bookings import Status
from domain.clock import SystemClock
from domain.ids import conversation_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from domain.businesses import Account, Directory
    from domain.ports import Live, Store

ANSWER_SECONDS = 60.0
WARM_UP = 20
"""Conversations played before the clock starts: lexicons, sentences and calendars of the languages are loaded then."""


class Answers:
    """Live events that also wake whoever waits for a turn of this process."""

    def __init__(self, real: Any) -> None:
        """Wrap the store's own live events, which are still told."""
        self._real = real
        self.waiting: dict[str, asyncio.Future[None]] = {}

    async def publish(self, events: Sequence[Live]) -> None:
        """Tell everybody, then wake the clients."""
        await self._real.publish(events)
        for event in events:
            waiting = self.waiting.pop(event.conversation_id, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(None)

    def listen(self, topic: str) -> AsyncIterator[Live]:
        """Listen to the real events."""
        return self._real.listen(topic)


class Watched:
    """A store whose live events are watched; everything else is the store's own."""

    def __init__(self, store: Store) -> None:
        """Take a store's parts: asking it each time would be counted as its own work."""
        self.live = Answers(store.live)
        self.mailbox, self.outbox, self.timers, self.control = store.mailbox, store.outbox, store.timers, store.control
        self.directories, self.limiter, self.privacy = store.directories, store.limiter, store.privacy
        self.calendar, self.transcripts, self.healthy = store.calendar, store.transcripts, store.healthy


class Client:
    """A customer who sends JSON to one account and waits for each answer."""

    def __init__(
        self, app: Application, answers: Answers, directory: Directory, account: Account, script: Script
    ) -> None:
        """Sit down to one conversation."""
        self._app, self._answers = app, answers
        self.directory, self._account, self.script = directory, account, script
        self._conversation: str | None = None
        self._channel = app.channels["webchat"]

    async def say(self, number: int) -> float:
        """Send one message as a waiting caller; returns the seconds until its turn was committed."""
        started = time.perf_counter()
        body = json.dumps(
            {
                "conversation": self._conversation,
                "id": f"{self._account.external_id}-message-{number}",
                "text": self.script.messages[number],
            }
        ).encode()
        request = Request(
            "POST",
            f"/webchat/{self._account.external_id}/messages",
            {"content-type": "application/json"},
            {"wait": "60"},
            body,
            self._app.clock.now(),
            self._account.external_id,
        )
        events = self._channel.parse(request)
        sender: str = events[0].sender  # type: ignore[union-attr]
        self._conversation = sender
        answered = asyncio.get_running_loop().create_future()
        self._answers.waiting[conversation_id(self._account.id, sender)] = answered
        await self._app.intake.take(self._channel, self._account.endpoint_id, events)
        await answered
        return time.perf_counter() - started

    async def play(self) -> None:
        """Say the whole script. Raises TimeoutError when it takes too long."""
        async with asyncio.timeout(ANSWER_SECONDS):
            for number in range(len(self.script.messages)):
                await self.say(number)

    async def right(self) -> bool:
        """Return whether there is exactly the one booking that the script asked for."""
        calendar = self._app.store.calendar(self.directory.business.id)
        start = self.script.starts_at
        found = await calendar.bookings_between(start.replace(year=start.year - 1), start.replace(year=start.year + 1))
        confirmed = [one for one in found if one.status is Status.CONFIRMED]
        if len(found) != 1 or len(confirmed) != 1:
            return False
        one = found[0]
        staff = self.directory.person[one.staff_id].name if one.staff_id else ""
        return (one.starts_at, one.items[0].name, staff, one.name) == (
            start,
            self.script.service,
            self.script.staff,
            self.script.name,
        )


async def closed_loop(clients: list[Client], concurrent: int) -> tuple[float, float]:
    """Play all scripts, so many at a time; returns wall and CPU seconds."""
    waiting = iter(clients)

    async def seat() -> None:
        for client in waiting:
            await client.play()

    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*(seat() for _ in range(concurrent)))
    return time.perf_counter() - wall, time.process_time() - cpu


async def open_loop(clients: list[Client], rate: float) -> list[float]:
    """Let messages come at a fixed rate, whatever is under way; returns milliseconds from due time to commit."""
    latencies: list[float] = []
    gap, begun = 1 / rate, time.perf_counter()

    async def one(client: Client, number: int, due: float) -> None:
        await client.say(number)
        latencies.append((time.perf_counter() - due) * 1000)

    position, under_way = 0, []
    for number in range(8):
        for client in clients:
            due = begun + position * gap
            position += 1
            if (pause := due - time.perf_counter()) > 0:
                await asyncio.sleep(pause)
            under_way.append(asyncio.create_task(one(client, number, due)))
        await asyncio.gather(*under_way)
        under_way.clear()
        begun = time.perf_counter() - position * gap
    return latencies


async def measure(store: Store, conversations: int, concurrent: int, loops: int) -> dict[str, Any]:
    """Run both loops on a store that is open and empty; returns what the JSON line says."""
    watched = Watched(store)
    app = Application(watched, SystemClock(), b"a secret that only a bench uses!", loops=loops)  # type: ignore[arg-type]
    today = app.clock.now().date()
    extra = min(conversations, 200)
    salons = businesses(WARM_UP + conversations + extra)
    for directory, account in salons:
        await store.directories.save(directory, [account])
    clients = [
        Client(app, watched.live, directory, account, script)
        for (directory, account), script in zip(salons, scripts(len(salons), today), strict=True)
    ]
    stop = asyncio.Event()
    working = asyncio.create_task(app.worker.run(stop))
    try:
        await closed_loop(clients[:WARM_UP], concurrent)
        wall, cpu = await closed_loop(clients[WARM_UP:-extra], concurrent)
        turns = conversations * 8
        latencies = sorted(await open_loop(clients[-extra:], turns / wall / 2))
        checked = [await client.right() for client in clients]
    finally:
        stop.set()
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working
    return {
        "turns_per_s": round(turns / wall),
        "turns_per_cpu_s": round(turns / cpu),
        "p50_ms": round(statistics.median(latencies), 3),
        "p99_ms": round(latencies[int(len(latencies) * 0.99)], 3),
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "right": sum(checked),
        "wrong": len(checked) - sum(checked),
    }


def import_seconds() -> float:
    """Return the median of five times that a fresh interpreter needs to import the core, less its own start."""
    core = "dialogs, domain, dialogs.engine, domain.desk"
    code = f"import time; t = time.perf_counter(); import {core}; print(time.perf_counter() - t)"
    runs = [
        float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)
        for _ in range(5)
    ]
    return round(statistics.median(runs), 3)


async def run(options: argparse.Namespace) -> dict[str, Any]:
    """Open the store that the options name, measure, and clean up."""
    from bench.stores import opened

    async with opened(options.store, Path(options.folder)) as store:
        found = await measure(store, options.conversations, options.concurrent, options.loops)
    return {
        "bench": "turns",
        "store": options.store,
        "conversations": options.conversations,
        "concurrent": options.concurrent,
        **found,
    }


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", choices=("memory", "sqlite", "postgres"), default="memory")
    parser.add_argument("--conversations", type=int, default=500)
    parser.add_argument("--concurrent", type=int, default=50)
    parser.add_argument("--loops", type=int, default=1)
    options = parser.parse_args()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR), cache_logger_on_first_use=True
    )
    with tempfile.TemporaryDirectory() as folder:
        options.folder = folder
        import uvloop

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            line = runner.run(run(options))
    line["import_s"] = import_seconds()
    print(json.dumps(line))


if __name__ == "__main__":
    main()
