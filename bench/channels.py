"""Whether chats survive their platforms: `python -m bench.channels --events 100000 --kill-every 500 --store sqlite`.

Signed deliveries of WhatsApp and Telegram go through the web application, doubled, batched and reordered, forged and
broken ones among them, while the workers that answer are killed and frozen. At the end every event must have been
handled once, and the bookings must be exactly those that customers made.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import tempfile
import time
from collections import deque
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import structlog
import uvloop

from bench.channels_checker import Checker
from bench.channels_crew import PATIENCE, WORKERS, Crew, school
from bench.channels_house import build
from bench.channels_people import Customer, Outcome, Town
from bench.channels_post import Post
from bench.channels_watch import Platforms, Pulse
from bench.channels_worker import Job
from bench.fault_worker import Slowed
from bench.stores import Tables, connected, database

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.channels_house import House, Seat
    from domain.ports import Arrival, Store

WRONG = (
    "lost", "handled_twice", "doubled_bookings", "lost_bookings", "wrong_bookings", "out_of_order", "overlaps",
    "never_sent", "accepted_twice", "wrong_lane", "control_wrong", "receipts_wrong", "repeated_wrongly", "owed",
)  # fmt: skip
"""What a checker finds and none may be of."""


class CountedMailbox:
    """The broken twin of the intake: each arrival gets an id of its own, so that nothing is ever known already."""

    def __init__(self, store: Store) -> None:
        """Wrap a store's mailbox."""
        self._mailbox = store.mailbox
        self._numbers = count(1)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._mailbox, name)

    async def accept(self, arrivals: Sequence[Arrival]) -> Sequence[bool]:
        """Accept, with a counter behind each id."""
        counted = [replace(one, external_id=f"{one.external_id}#{next(self._numbers)}") for one in arrivals]
        return await self._mailbox.accept(counted)


class Run:
    """One run: who delivers, who works, who writes."""

    def __init__(self, options: argparse.Namespace, folder: Path, house: House, tables: Tables, address: str) -> None:
        """Put it together."""
        chance = Random(options.seed)
        self._options, self._tables, self._chance = options, tables, chance
        self._numbers = count(1)
        self.post = Post(house, Random(chance.random()))
        self.pulse = Pulse(tables)
        self.platforms = Platforms(folder / "sends", house.boxes, self.post, self._number, Random(chance.random()))
        self.outcomes: dict[str, Outcome] = {}
        job = Job("", options.store, address, folder, options.broken, 0)
        self.crew = Crew(job, Random(chance.random()))
        self._seats = deque(chance.sample(house.seats, len(house.seats)))
        self._calm = False
        self.customers = 0

    def _number(self) -> int:
        return next(self._numbers)

    def handled(self) -> int:
        """Return how many events were handled."""
        waiting: int = sum(self.pulse.pending.values())
        return self.post.taken - waiting

    async def play(self) -> bool:
        """Play until so many events were told and handled, and nothing waits; False where nothing moves any more."""
        town = Town(
            self.post, self.pulse, self.platforms, self._tables, self._chance, self._enough, self._number, self.outcomes
        )
        for _ in range(WORKERS):
            self.crew.hire()
        await self.crew.ready()
        others = [
            asyncio.create_task(work) for work in (self.pulse.beat(), self.platforms.watch(), self.post.batches())
        ]
        try:
            async with asyncio.timeout(None) as limit, asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(self._watch(limit))
                writing = [
                    tasks.create_task(self._disturb()),
                    *(tasks.create_task(self._sit(town)) for _ in range(self._concurrent())),
                ]
                await asyncio.wait(writing)
                await self._rest()
                await self.post.once_more()
                await self._rest()
                watching.cancel()
        except TimeoutError:
            return False
        finally:
            for one in others:
                one.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        return True

    def _concurrent(self) -> int:
        """Return how many customers write at a time."""
        most: int = max(12, self._options.events // 25)
        return min(120, most, len(self._seats))

    def _enough(self) -> bool:
        return self._calm and len(self.post.told) >= self._options.events

    async def _disturb(self) -> None:
        every = self._options.kill_every
        await self.crew.disturb(self.handled, self._options.events // every if every else 0, every)
        self._calm = True

    async def _sit(self, town: Town) -> None:
        """Let one customer after another write, each in hours that nobody else has."""
        while not self._enough():
            seat: Seat = self._seats.popleft()
            self.customers += 1
            if await Customer(town, seat).play():
                self._seats.append(seat)

    async def _rest(self) -> None:
        """Wait until nothing is under way, in the post, in a lane or in the outbox."""
        while True:
            await self.post.idle()
            await self.pulse.after()
            ((open_rows,),) = await self._tables.rows("SELECT count(*) FROM outbox WHERE done_at IS NULL")
            self.platforms.look()
            await self.post.idle()
            if not open_rows and not self.pulse.pending:
                return
            await asyncio.sleep(0.05)

    async def _watch(self, limit: asyncio.Timeout) -> None:
        """Give up when nothing has moved for long."""
        before, moved = (-1, -1), time.monotonic()
        while True:
            await asyncio.sleep(0.5)
            self.post.look()
            self.crew.look()
            now = (self.handled(), self.post.count["deliveries"])
            if now != before:
                before, moved = now, time.monotonic()
            elif time.monotonic() - moved > PATIENCE * 1.5:
                limit.reschedule(asyncio.get_running_loop().time())
                return


async def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Set up, play, check; returns what the JSON line says."""
    school(options.store)
    async with database(options.store, folder) as address, connected(options.store, address) as store:
        front: Any = Slowed(store, CountedMailbox(store)) if options.broken == "dedupe" else store  # type: ignore[arg-type]
        house = await build(store, front, min(12, max(3, options.events // 2_500)))
        tables = await Tables(options.store, address).open()
        played = Run(options, folder, house, tables, address)
        begun = time.perf_counter()
        try:
            finished = await played.play()
            seconds = time.perf_counter() - begun
            played.crew.dismiss()
            checker = Checker(tables, played.post, played.platforms, played.outcomes)
            await checker.check()
        finally:
            played.crew.dismiss()
            await tables.close()
    return line_of(options, played, checker, seconds, finished=finished)


def line_of(
    options: argparse.Namespace, played: Run, checker: Checker, seconds: float, *, finished: bool
) -> dict[str, Any]:
    """Return what is printed."""
    told, found = played.post.count, checker.found
    events = len(played.post.told)
    wrong = [name for name in WRONG if found[name]]
    wrong += ["stalled"] * (not finished)
    wrong += ["genuine_refused"] * any(status < 500 for status in played.post.statuses)
    wrong += ["answered_wrongly"] * bool(told["answered_wrongly"])
    kills, freezes = played.crew.kills, played.crew.freezes
    if found["sent_twice"] > kills + freezes + found["unknown"]:
        wrong.append("sent_twice")
    return {
        "bench": "channels",
        "store": options.store,
        "broken": options.broken,
        "events": events,
        **{kind: told[kind] for kind in ("message", "tap", "extra", "status", "echo")},
        **{
            name: told[name]
            for name in ("deliveries", "doubled", "late", "in_another", "batched", "largest", "reordered")
        },
        "overtaken": found["overtaken"],
        "refused": told["forged"],
        **{name: told[name] for name in ("malformed", "stray", "spoilt")},
        "retried": sum(played.post.statuses.values()),
        "kills": kills,
        "freezes": freezes,
        **{name: found[name] for name in WRONG},
        "customers": played.customers,
        "bookings": sum(one.booked for one in played.outcomes.values()),
        **{name: found[name] for name in ("receipts", "sends", "unknown", "sent_twice")},
        "given_up": found["given_up"],
        "never_handed": found["never_handed"],
        "seconds": round(seconds, 1),
        "events_per_s": round(events / seconds, 1),
        "examples": {name: checker.examples[name] for name in WRONG if name in checker.examples},
        "violations": wrong,
    }


def main() -> int:
    """Print one JSON line; returns 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--events", type=int, default=100_000, help="how many are told at least")
    parser.add_argument("--kill-every", type=int, default=500, help="events that are handled between two kills")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--broken", choices=("fence", "dedupe"), default="", help="take a guard away")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        line = runner.run(run(options, Path(folder)))
    print(json.dumps(line))
    return 1 if line["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
