"""Whether anything is lost or doubled when workers die: `python -m bench.faults --store sqlite --kills 100`."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import random
import signal
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
import uvloop

from bench.customer import BURSTS, OPENING, Customer, effects_of, number_of
from bench.fault_worker import LEASE, SECRET, Marks
from bench.script import businesses
from bench.stores import Tables, connected, database, document
from bots.application import Application
from domain.clock import SystemClock

if TYPE_CHECKING:
    from domain.ports import Store

WORKERS = 3
REPEATED = 0.1
"""The share of messages that is delivered twice."""
ROOT = str(Path(__file__).resolve().parents[1])
PATIENCE = 60.0
"""Seconds without any answer after which a run is given up."""


class Crew:
    """The worker processes, and what is done to them."""

    def __init__(self, command: list[str], folder: Path, rng: random.Random) -> None:
        """Take how a worker is started and where it leaves its marks."""
        self._command = command
        self._folder = folder
        self._rng = rng
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._started = 0
        self.kills = self.freezes = 0

    async def hire(self) -> None:
        """Start one more worker."""
        self._started += 1
        name = f"worker-{self._started}"
        environment = {**os.environ, "PYTHONPATH": ROOT}
        self._running[name] = await asyncio.create_subprocess_exec(*self._command, "--name", name, env=environment)

    async def ready(self) -> None:
        """Wait until every worker has opened its store."""
        while missing := [name for name in self._running if not Marks(self._folder / name).there()]:
            for name in missing:
                self._check(name)
            await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """End a worker that has a turn in hand without a word, and hire another."""
        name = await self._busy()
        worker = self._running.pop(name)
        worker.kill()
        self.kills += 1
        await worker.wait()
        await self.hire()

    async def freeze(self) -> None:
        """Stop a worker that has a turn in hand until its leases are over, and let it go on."""
        worker = self._running[await self._busy()]
        worker.send_signal(signal.SIGSTOP)
        self.freezes += 1
        await asyncio.sleep(LEASE.total_seconds() * self._rng.uniform(1.5, 2.5))
        worker.send_signal(signal.SIGCONT)

    async def dismiss(self) -> None:
        """End all workers."""
        for worker in self._running.values():
            if worker.returncode is None:
                worker.kill()
            await worker.wait()

    async def _busy(self) -> str:
        """Return a worker that is between claim and commit, drawn by lot as soon as there is one."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            names = list(self._running)
            self._rng.shuffle(names)
            for name in names:
                self._check(name)
                if Marks(self._folder / name).in_hand():
                    return name
            await asyncio.sleep(0.001)
        raise RuntimeError("no worker has anything in hand")

    def _check(self, name: str) -> None:
        if (status := self._running[name].returncode) is not None:
            raise RuntimeError(f"{name} ended by itself with {status}")


class Lanes:
    """Customers who write in bursts, each waiting until the last burst was heard."""

    def __init__(self, customers: list[Customer], messages: int, tables: Tables, rng: random.Random) -> None:
        """Take who writes, how much in all, and where to see that it was heard."""
        self._customers = customers
        self._messages = messages
        self._tables = tables
        self._rng = rng
        self.accepted: dict[str, list[str]] = {one.account.id: [] for one in customers}
        """External ids by account, in accept order."""
        self.count = 0
        self.calm = False
        """Whether all kills and freezes are done; before, customers go on writing."""
        self.longest = 0.0
        """Seconds that a lane was ready, its lease over, without being leased, at most."""

    async def play(self) -> None:
        """Let all write until so many messages were accepted, nothing more is done to workers, and all was heard.

        Raises TimeoutError when nothing moves.
        """
        waiting = dict.fromkeys(self._customers, 0)
        heard_at = time.monotonic()
        left = -1
        while waiting:
            await asyncio.sleep(0.01)
            self.longest = max(self.longest, await self._tables.overdue())
            rows = await self._tables.rows("SELECT conversation_id, pending FROM lanes WHERE pending > 0")
            pending = dict(rows)
            if (now_left := sum(pending.values())) != left:
                left, heard_at = now_left, time.monotonic()
            if time.monotonic() - heard_at > PATIENCE:
                raise TimeoutError(f"nothing was heard for {PATIENCE:g} s; {left} messages wait")
            for customer in list(waiting):
                if customer.said and customer.conversation_id in pending:
                    continue
                if self.calm and self.count >= self._messages:
                    del waiting[customer]
                    continue
                await self._write(customer, waiting[customer])
                waiting[customer] += 1

    async def _write(self, customer: Customer, burst: int) -> None:
        opening = len(OPENING)
        many = 1 if burst < opening else BURSTS[(burst - opening) % len(BURSTS)]
        for _ in range(many):
            external_id = await customer.say(twice=self._rng.random() < REPEATED)
            self.accepted[customer.account.id].append(external_id)
            self.count += 1


async def disturb(crew: Crew, lanes: Lanes, messages: int, kills: int, rng: random.Random) -> None:
    """Kill and freeze workers by turns, spread over the run: every second one is frozen first, then killed."""
    moments = sorted(rng.uniform(0.05, 0.95) * messages for _ in range(kills))
    for number, moment in enumerate(moments):
        while lanes.count < moment:  # noqa: ASYNC110 - the count grows elsewhere
            await asyncio.sleep(0.005)
        await asyncio.sleep(rng.uniform(0, 0.05))
        await (crew.freeze() if number % 2 else crew.kill())
    lanes.calm = True


async def found(tables: Tables, lanes: Lanes, customers: list[Customer], sent: list[str]) -> dict[str, Any]:
    """Compare what the database and the channel hold with what was accepted."""
    heard: dict[str, list[list[str]]] = {}
    turns = await tables.rows("SELECT conversation_id, heard FROM turns ORDER BY conversation_id, version")
    for conversation, ids in turns:
        heard.setdefault(conversation, []).append(document(ids))
    lost = doubled = out_of_order = 0
    effects: dict[tuple[str, str], int] = {}
    events = "SELECT business_id, kind, count(*) FROM booking_events GROUP BY business_id, kind"
    for business, kind, count in await tables.rows(events):
        effects[business, kind] = count
    for customer in customers:
        turns_of = [one for ids in heard.get(customer.conversation_id, []) for one in ids]
        accepted = lanes.accepted[customer.account.id]
        lost += len(set(accepted) - set(turns_of))
        doubled += len(turns_of) - len(set(turns_of))
        numbers = [number_of(one) for one in turns_of]
        out_of_order += sum(later <= earlier for earlier, later in pairwise(numbers))
        for kind, expected in zip(("booked", "moved", "cancelled"), effects_of(customer.said), strict=True):
            count = effects.get((customer.directory.business.id, kind), 0)
            lost += max(0, expected - count)
            doubled += max(0, count - expected)
    extra = (
        "SELECT count(*) - count(DISTINCT external_id) FROM messages WHERE author = 'customer'",
        "SELECT count(*) - count(DISTINCT message_id) FROM outbox",
    )
    for query in extra:
        doubled += (await tables.rows(query))[0][0]
    ((bot_lines,),) = await tables.rows("SELECT count(*) FROM messages WHERE author = 'bot'")
    ((rows,),) = await tables.rows("SELECT count(*) FROM outbox")
    doubled += max(0, rows - bot_lines)
    lost += max(0, bot_lines - rows)
    ((unsent,),) = await tables.rows("SELECT count(*) FROM outbox WHERE status = 'failed'")
    return {
        "lost": lost,
        "doubled": doubled,
        "out_of_order": out_of_order,
        "sent_twice": len(sent) - len(set(sent)),
        "given_up": unsent,
        "turns": len(turns),
        "bookings": sum(count for (_, kind), count in effects.items() if kind == "booked"),
    }


async def _outbox_empty(tables: Tables) -> None:
    end = time.monotonic() + PATIENCE
    while (await tables.rows("SELECT count(*) FROM outbox WHERE done_at IS NULL"))[0][0]:
        if time.monotonic() > end:
            raise TimeoutError("the outbox does not empty")
        await asyncio.sleep(0.05)


async def _customers(app: Application, store: Store, many: int) -> list[Customer]:
    made = businesses(many)
    for directory, account in made:
        await store.directories.save(directory, [account])
    return [Customer(app, directory, account) for directory, account in made]


def lines_of(path: Path) -> list[str]:
    """Return what workers appended to a file; nothing when none did."""
    return path.read_text().split() if path.exists() else []


async def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Play, disturb, check; returns what the JSON line says."""
    rng = random.Random(options.seed)
    async with database(options.store, folder) as address, connected(options.store, address) as store:
        app = Application(store, SystemClock(), SECRET)
        customers = await _customers(app, store, max(4, min(40, options.messages // 40)))
        tables = await Tables(options.store, address).open()
        lanes = Lanes(customers, options.messages, tables, rng)
        command = [sys.executable, "-m", "bench.fault_worker", "--store", options.store, "--address", address]
        command += ["--folder", str(folder), *(["--broken", options.broken] if options.broken else [])]
        crew = Crew(command, folder, rng)
        begun = time.perf_counter()
        try:
            for _ in range(WORKERS):
                await crew.hire()
            await crew.ready()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(disturb(crew, lanes, options.messages, options.kills, rng))
                tasks.create_task(lanes.play())
            await _outbox_empty(tables)
            seconds = time.perf_counter() - begun
            line = await found(tables, lanes, customers, lines_of(folder / "sends"))
        finally:
            await crew.dismiss()
            await tables.close()
    return {
        "bench": "faults",
        "store": options.store,
        "broken": options.broken,
        "messages": lanes.count,
        **line,
        "stalled_s": round(lanes.longest, 3),
        "kills": crew.kills,
        "freezes": crew.freezes,
        "fenced": len(lines_of(folder / "fenced")),
        "seconds": round(seconds, 1),
    }


def violations(line: dict[str, Any]) -> list[str]:
    """Return what must not be: empty for a sound run."""
    wrong = [name for name in ("lost", "doubled", "out_of_order") if line[name]]
    if line["sent_twice"] > line["kills"] + line["freezes"]:
        wrong.append("sent_twice")
    if not line["broken"] and line["freezes"] and not line["fenced"]:
        wrong.append("fenced")  # nothing was in hand when a worker was frozen: the run proves nothing
    return wrong


def main() -> int:
    """Print one JSON line; returns 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument(
        "--kills", type=int, default=10, help="how often a worker is killed or, every second time, frozen"
    )
    parser.add_argument("--broken", choices=("fence",), default="", help="take the guards away, to see them missed")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        line = runner.run(run(options, Path(folder)))
    line["violations"] = violations(line)
    print(json.dumps(line))
    return 1 if line["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
