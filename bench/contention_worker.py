"""A worker of the contention bench: a process of its own, with its own store and some rivals."""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
import uvloop

from bench.contention_attempts import KINDS
from bench.contention_house import houses
from bench.contention_journal import Journal
from bench.contention_rival import Known, Plan, Rival
from bench.stores import connected

if TYPE_CHECKING:
    from domain.ports import Store

RIVALS = 16
"""How many things a worker has in hand at once."""


async def play(store: Store, options: argparse.Namespace, name: str, attempts: int, rivals: int) -> Journal:
    """Let some rivals make so many attempts; their progress is told in a file. Returns what they were told."""
    journal, known, everybody = Journal(), Known(), houses(options.store)
    names, weights = list(KINDS), [weight for _, weight in KINDS.values()]
    end = time.monotonic() + options.seconds
    told = options.folder / f"{name}.progress"

    async def one(number: int) -> None:
        rng = random.Random(f"{options.seed} {name} {number}")
        plan = Plan(options.first, options.days)
        lift_caps = options.broken == "counters"
        who = f"{name}-{number}"
        rival = Rival(who, store, everybody, plan, known, journal, rng, lift_caps=lift_caps)
        while journal.attempts < attempts and time.monotonic() < end:
            rival.progress = min(1.0, journal.attempts / attempts)
            kind = rng.choices(names, weights)[0]
            await rival.play(kind, KINDS[kind][0])
            await asyncio.sleep(0)  # a store in memory never makes anybody wait

    async def tell() -> None:
        while True:
            told.write_text(str(journal.attempts))
            await asyncio.sleep(1)

    telling = asyncio.create_task(tell())
    await asyncio.gather(*(one(number) for number in range(rivals)))
    telling.cancel()
    told.write_text(str(journal.attempts))
    return journal


async def work(options: argparse.Namespace) -> None:
    """Play on the database that the command line names, and leave the journal."""
    async with connected(options.store, options.address) as store:
        journal = await play(store, options, options.name, options.attempts, RIVALS)
    journal.save(options.folder / f"{options.name}.json")


def main() -> None:
    """Work with what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", required=True)
    parser.add_argument("--address", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--attempts", type=int, required=True)
    parser.add_argument("--first", type=date.fromisoformat, required=True)
    parser.add_argument("--days", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--broken", default="")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work(options))


if __name__ == "__main__":
    main()
