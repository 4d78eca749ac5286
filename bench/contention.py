"""Whether a time can be had twice: `python -m bench.contention --store postgres --attempts 200000 --workers 4`."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import tempfile
import time
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
import uvloop

from bench.contention_attempts import KINDS
from bench.contention_checker import Booked, Row, Snapshot, Use, check, micros, read
from bench.contention_house import houses
from bench.contention_journal import Journal
from bench.contention_worker import play
from bench.stores import Tables, connected, database
from domain.bookings import AddCustomer
from storage.memory.store import MemoryStore
from storage.sql.guards import POSTGRES_EXCLUSION, SQLITE_TRIGGERS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from bench.contention_house import House

ROOT = str(Path(__file__).resolve().parents[1])
A_DAY = 2_500
"""Attempts after which everybody turns to the next day of the calendar."""
EXAMPLES = 3
"""How many of each kind of fault are told on standard error."""
PAUSES = (2, 3, 5, 10, 20, 40, 80, 160)
"""Seconds between the looks of PostgreSQL at its tables."""
TELL = 10.0
"""Seconds after which it is told on standard error how far it is."""


async def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Play and check; returns what the JSON line says."""
    options.folder = folder
    options.first = datetime.now(UTC).date() + timedelta(days=7)
    options.days = max(1, options.attempts // A_DAY)
    everybody = houses(options.store)
    async with database(options.store, folder) as address, connected(options.store, address) as store:
        for house in everybody:
            await store.directories.save(house.directory, [])
            await store.calendar(house.id).apply([AddCustomer(one) for one in house.customers])
        if options.broken == "guard":
            await _unguarded(options.store, address)
        begun = time.perf_counter()
        if options.store == "memory":
            async with _telling(options):
                journal = await play(store, options, "worker-0", options.attempts, options.workers)
        else:
            journal = await _crowd(options, address)
        seconds = time.perf_counter() - begun
        if isinstance(store, MemoryStore):
            found = await _inside(store, everybody)
        else:
            tables = await Tables(options.store, address).open()
            try:
                found = await read(tables)
            finally:
                await tables.close()
    wrong = check(found, {one.id: one.terms for one in everybody}, journal)
    for name, examples in wrong.items():
        for example in examples[: 0 if options.broken else EXAMPLES]:
            print(f"{name}: {example}", file=sys.stderr)
    return _line(options, journal, found, wrong, seconds)


def _line(
    options: argparse.Namespace, journal: Journal, found: Snapshot, wrong: dict[str, list[Any]], seconds: float
) -> dict[str, Any]:
    ms = sorted(journal.ms) or [0.0]
    refused: dict[str, int] = {}
    for name, many in journal.refused.items():
        error = name.partition(": ")[2]
        refused[error] = refused.get(error, 0) + many
    kinds = {
        kind: [journal.done[kind], sum(n for name, n in journal.refused.items() if name.startswith(f"{kind}: "))]
        for kind in KINDS
    }
    return {
        "bench": "contention",
        "store": options.store,
        "broken": options.broken,
        "workers": options.workers,
        "attempts": journal.attempts,
        **{name: len(examples) for name, examples in wrong.items()},
        "broken_promises": journal.broken_promises,
        "errors": dict(journal.errors),
        "refused": dict(sorted(refused.items())),
        "kinds": kinds,
        "reseating": [journal.reseating["done"], journal.reseating["refused"]],
        "bookings": len(found.bookings),
        "rows": len(found.rows),
        "sessions": len({row.session for row in found.rows if row.session}),
        "attempts_per_s": round(journal.attempts / seconds, 1),
        "p50_ms": ms[len(ms) // 2],
        "p99_ms": ms[len(ms) * 99 // 100],
        "seconds": round(seconds, 1),
    }


def violations(line: dict[str, Any]) -> list[str]:
    """Return what must not be: empty for a sound run."""
    counts = list(check(Snapshot(), {}, Journal()))
    wrong = [name for name in (*counts, "broken_promises") if line[name]]
    return [*wrong, "errors"] if line["errors"] else wrong


async def _crowd(options: argparse.Namespace, address: str) -> Journal:
    """Let worker processes play until all attempts are made; returns all of their journals."""
    folder: Path = options.folder
    running = {}
    for number in range(options.workers):
        name = f"worker-{number}"
        share = options.attempts // options.workers + (number < options.attempts % options.workers)
        command = [sys.executable, "-m", "bench.contention_worker", "--store", options.store, "--address", address]
        command += ["--folder", str(folder), "--name", name, "--attempts", str(share), "--seed", str(options.seed)]
        command += ["--first", str(options.first), "--days", str(options.days), "--seconds", str(options.seconds)]
        command += ["--broken", options.broken]
        environment = {**os.environ, "PYTHONPATH": ROOT}
        running[name] = await asyncio.create_subprocess_exec(*command, env=environment)
    try:
        async with _telling(options), _analysed(address) if options.store == "postgres" else nullcontext():
            statuses = await asyncio.gather(*(worker.wait() for worker in running.values()))
    finally:
        for worker in running.values():
            if worker.returncode is None:
                worker.kill()
                await worker.wait()
    if any(statuses):
        raise RuntimeError(f"workers ended with {statuses}")
    journal = Journal()
    for name in running:
        journal.add(Journal.load(folder / f"{name}.json"))
    return journal


@asynccontextmanager
async def _telling(options: argparse.Namespace) -> AsyncIterator[None]:
    """Tell on standard error how far it is, meanwhile."""

    async def tell() -> None:
        begun = time.monotonic()
        while True:
            await asyncio.sleep(TELL)
            done = sum(int(file.read_text() or 0) for file in options.folder.glob("*.progress"))
            print(f"{done} of {options.attempts} after {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)

    telling = asyncio.create_task(tell())
    try:
        yield
    finally:
        telling.cancel()


@asynccontextmanager
async def _analysed(address: str) -> AsyncIterator[None]:
    """Let PostgreSQL look at its tables while they fill, as autovacuum does in databases that live for longer."""
    import asyncpg

    async def analyse() -> None:
        owner = await asyncpg.connect(address)
        try:
            for seconds in PAUSES:
                await asyncio.sleep(seconds)
                await owner.execute("ANALYZE")
        finally:
            await owner.close()

    analysing = asyncio.create_task(analyse())
    try:
        yield
    finally:
        analysing.cancel()
        with suppress(asyncio.CancelledError):
            await analysing


async def _unguarded(store: str, address: str) -> None:
    """Take away what refuses an overlap."""
    if store == "postgres":
        import asyncpg

        owner = await asyncpg.connect(address)
        try:
            await owner.execute(f"ALTER TABLE occupancy DROP CONSTRAINT {POSTGRES_EXCLUSION}")
        finally:
            await owner.close()
    else:
        import sqlite3

        with sqlite3.connect(address) as connection:
            for trigger in SQLITE_TRIGGERS:
                connection.execute(f"DROP TRIGGER {trigger}")
        connection.close()


async def _inside(store: MemoryStore, everybody: Sequence[House]) -> Snapshot:
    """Return what a store in memory has inside, as the tables would say it."""
    found = Snapshot()
    for house in everybody:
        calendar: Any = store.calendar(house.id)
        for resource, rows in calendar._rows.items():
            for start, end, owner in rows:
                kept = owner.owner_id
                session = kept if kept in calendar._sessions else None
                booking = kept if kept in calendar.bookings else None
                hold = None if session or booking else kept
                found.rows.append(Row(house.id, resource, micros(start), micros(end), hold, booking, session))
        for taken in calendar._taken.values():
            if taken.owner_id not in calendar.bookings:
                found.holds.add((house.id, taken.owner_id))
        counted = [(key, bucket, used) for key, buckets in calendar._used.items() for bucket, used in buckets.items()]
        for key, bucket, used in counted:
            found.counters[house.id, key, micros(bucket)] = sum(amount for amount, _ in used.values())
            for owner_id, (amount, taken) in used.items():
                found.uses.append(Use(house.id, owner_id, key, micros(bucket), amount, taken.session or None))
        for one in calendar.bookings.values():
            span = (micros(one.starts_at), micros(one.ends_at))
            sold = (one.staff_id, one.resource_ids, one.party_size, one.name, one.sequence, one.pinned, one.source)
            found.bookings.append(Booked(house.id, one.id, str(one.status), *span, *sold, one.items[0].service_id))
            found.events += [(house.id, event.id, one.id, event.kind) for event in calendar.events[one.id]]
    return found


def main() -> int:
    """Print one JSON line; returns 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", choices=("sqlite", "postgres", "memory"), default="sqlite")
    parser.add_argument("--attempts", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=4, help="processes; tasks for memory")
    parser.add_argument(
        "--broken", choices=("guard", "counters"), default="", help="take a guard away, to see it missed"
    )
    parser.add_argument("--seconds", type=float, default=3600, help="stop after so long, however many were made")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    if options.store == "memory" and options.broken == "guard":
        parser.error("in memory there is no database whose guard could be taken away")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        line = runner.run(run(options, Path(folder)))
    line["violations"] = violations(line)
    print(json.dumps(line))
    return 1 if line["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
