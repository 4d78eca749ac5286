"""Whether a long history makes turns slower: `python -m bench.history --store memory`."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import logging
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
import uvloop

from bench.customer import CYCLE, OPENING, Customer
from bench.script import businesses
from bench.stores import Tables, connected, database
from bots.application import Application
from domain.clock import SystemClock

if TYPE_CHECKING:
    from domain.ports import Store

MARKS = (10, 100, 1_000, 10_000)
PAIRS = 15
"""How often the veteran's turns are compared with those of a newcomer, side by side."""


@dataclass
class Cycle:
    """What one cycle of ten turns cost."""

    ms: list[float] = field(default_factory=list)
    """By position in the cycle."""
    statements: list[int] = field(default_factory=list)
    """By position in the cycle."""
    rows: int = 0
    """By how many rows all tables grew."""
    state_bytes: int = 0
    """The longest checkpoint in the cycle."""


class Statements:
    """Counts what a store asks its database."""

    def __init__(self, store: Store) -> None:
        """Listen to a store's connections; one in memory has none."""
        self.count = 0
        self.kinds: Counter[str] = Counter()
        if (pool := getattr(store, "database", None)) is not None:
            pool.watchers.append(self._counted)
        for name in ("_reader", "_writer"):
            connection = getattr(getattr(store, name, None), "_connection", None)
            if connection is not None:
                connection.set_trace_callback(self._counted)

    def _counted(self, statement: str) -> None:
        # What triggers run is traced as a comment; the look for other processes' writes comes by the clock.
        if not statement.startswith(("--", "PRAGMA data_version")):
            self.count += 1


class Run:
    """One store with one worker that hears whenever it is told to."""

    def __init__(self, store: Store, tables: Tables | None) -> None:
        """Build the application on the store."""
        self._store = store
        self._tables = tables
        self.app = Application(store, SystemClock(), b"a secret that only a bench uses!")
        self._statements: Statements | None = None

    async def customer(self, number: int) -> Customer:
        """Return a new customer of a new business."""
        ((directory, account),) = businesses(number + 1)[number:]
        await self._store.directories.save(directory, [account])
        return Customer(self.app, directory, account)

    def count(self) -> None:
        """Count statements from now on; counting costs time, so it is never on while time is measured."""
        self._statements = Statements(self._store)

    async def turn(self, customer: Customer) -> None:
        """Say the next message and have it heard."""
        await customer.say()
        heard = await self.app.worker.drain()
        assert heard == 1, heard

    async def cycle(self, customer: Customer) -> Cycle:
        """Play one cycle and return what it cost."""
        found = Cycle()
        before = await self._tables.size() if self._tables and self._statements else 0
        for _ in CYCLE:
            asked = self._statements.count if self._statements else 0
            begun = time.perf_counter()
            await self.turn(customer)
            found.ms.append((time.perf_counter() - begun) * 1000)
            if self._statements:
                found.statements.append(self._statements.count - asked)
                transcripts = self._store.transcripts(customer.directory.business.id)
                found.state_bytes = max(found.state_bytes, len(await transcripts.state(customer.conversation_id)))
        if self._tables and self._statements:
            found.rows = await self._tables.size() - before
        return found


async def measure(run: Run, last: int) -> dict[str, Any]:
    """Play one customer to turn `last` and compare with newcomers; returns what the JSON line says."""
    for number in range(3):
        await _young(run, await run.customer(number))
    gc.collect()
    gc.freeze()
    veteran = await run.customer(3)
    for _ in OPENING:
        await run.turn(veteran)
    ms: dict[str, float] = {}
    while veteran.said < last:
        begin, found = veteran.said, await run.cycle(veteran)
        for mark in MARKS:
            if begin < mark <= veteran.said:
                ms[str(mark)] = round(statistics.median(found.ms), 3)
    pairs = []
    for number in range(4, 4 + PAIRS):
        newcomer = await _young(run, await run.customer(number))
        pairs.append((newcomer, await run.cycle(veteran)))
    young, old = (_typical([pair[side].ms for pair in pairs]) for side in (0, 1))
    run.count()
    first, late = Cycle(), Cycle()
    for number in range(4 + PAIRS, 7 + PAIRS):
        first = _least(first, await _young(run, await run.customer(number)))
        await run.cycle(veteran)  # the newcomer's cycle had one just before it, too
        late = _least(late, await run.cycle(veteran))
    return {
        "turns": veteran.said,
        "ms": ms,
        "ms_10": round(young, 3),
        f"ms_{last}": round(old, 3),
        f"ratio_{last}_to_10": round(old / young, 3),
        "statements_equal": first.statements == late.statements,
        "statements": {"10": first.statements, str(last): late.statements},
        "rows_equal": first.rows == late.rows,
        "rows": {"10": first.rows, str(last): late.rows},
        "state_bytes": {"10": first.state_bytes, str(last): late.state_bytes},
    }


async def _young(run: Run, customer: Customer) -> Cycle:
    """Play a newcomer to just after turn 10 and return the next cycle: as the veteran's, it has a booking behind it."""
    for _ in OPENING:
        await run.turn(customer)
    await run.cycle(customer)
    return await run.cycle(customer)


def _least(one: Cycle, other: Cycle) -> Cycle:
    """Return the fewest statements of two cycles: what a cache reads again by the clock is not of the turn."""
    if one.statements:
        other.statements = [min(pair) for pair in zip(one.statements, other.statements, strict=True)]
    return other


def _typical(cycles: list[list[float]]) -> float:
    """Return the mean time of a turn in a cycle, each position by its median over the cycles."""
    return statistics.mean(statistics.median(one) for one in zip(*cycles, strict=True))


async def measured(kind: str, folder: Path, last: int) -> dict[str, Any]:
    """Make a store, measure, and clean up."""
    async with database(kind, folder) as address, connected(kind, address) as store:
        tables = None if kind == "memory" else await Tables(kind, address).open()
        try:
            found = await measure(Run(store, tables), last)
        finally:
            if tables is not None:
                await tables.close()
    return {"bench": "history", "store": kind, **found}


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", choices=("memory", "sqlite", "postgres"), default="memory")
    parser.add_argument("--turns", type=int, default=MARKS[-1])
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(measured(options.store, Path(folder), options.turns))))


if __name__ == "__main__":
    main()
