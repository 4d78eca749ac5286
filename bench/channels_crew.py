"""The crew of the channels bench: worker processes that are hired, frozen and killed as work is done."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import time
from dataclasses import replace
from multiprocessing import forkserver
from typing import TYPE_CHECKING

from bench.channels_worker import LEASE, Job, begin
from bench.fault_worker import Marks

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import ForkServerProcess
    from random import Random

WORKERS = 3
FREEZE_EVERY = 2
"""Kills between two freezes."""
PATIENCE = 60.0
"""Seconds without anything that happens after which a run is given up."""


def school(store: str) -> None:
    """Start the server that workers are forked from, which loads what they need: a run hires hundreds of them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["bench.channels_worker", f"storage.sql.{store}.store", "bench.channels_warm"])
    forkserver.ensure_running()


class Crew:
    """The workers. `school` must have been called before."""

    def __init__(self, job: Job, chance: Random) -> None:
        """Take what all are told; each gets a name and a seed of its own."""
        self._job, self._chance = job, chance
        self._context = multiprocessing.get_context("forkserver")
        self._running: dict[str, ForkServerProcess] = {}
        self._hired = 0
        self.kills = self.freezes = 0

    def hire(self) -> None:
        """Start one more worker."""
        self._hired += 1
        job = replace(self._job, name=f"worker-{self._hired}", seed=self._chance.randrange(2**31))
        process = self._context.Process(target=begin, args=(job,), daemon=True)
        process.start()
        self._running[job.name] = process

    async def ready(self) -> None:
        """Wait until every worker has opened its store."""
        while missing := [name for name in self._running if not self._marks(name).there()]:
            for name in missing:
                self._check(name)
            await asyncio.sleep(0.02)

    async def disturb(self, handled: Callable[[], int], kills: int, every: int) -> None:
        """Kill one with something in hand whenever so many more events were handled; freeze one now and then."""
        for number in range(1, kills + 1):
            if number % FREEZE_EVERY == 0:
                await self._until(handled, number * every - every // 2)
                await self._freeze()
            await self._until(handled, number * every)
            await self._kill()

    def look(self) -> None:
        """Raise RuntimeError where a worker has ended by itself."""
        for name in self._running:
            self._check(name)

    def dismiss(self) -> None:
        """End all workers."""
        for process in self._running.values():
            process.kill()
        for process in self._running.values():
            process.join()

    async def _until(self, handled: Callable[[], int], many: int) -> None:
        while handled() < many:  # noqa: ASYNC110 - the count grows elsewhere
            await asyncio.sleep(0.005)

    async def _kill(self) -> None:
        name = await self._busy()
        process = self._running.pop(name)
        self.kills += 1
        process.kill()
        await asyncio.to_thread(process.join)
        (self._job.folder / name).unlink()
        self.hire()

    async def _freeze(self) -> None:
        name = await self._busy()
        pid = self._running[name].pid
        assert pid is not None
        self.freezes += 1
        os.kill(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(LEASE.total_seconds() * self._chance.uniform(1.3, 1.8))
        finally:
            os.kill(pid, signal.SIGCONT)

    async def _busy(self) -> str:
        """Return a worker that is between claim and commit, drawn by lot as soon as there is one."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            names = list(self._running)
            self._chance.shuffle(names)
            for name in names:
                self._check(name)
                if self._marks(name).in_hand():
                    return name
            await asyncio.sleep(0.001)
        raise TimeoutError("no worker has anything in hand")

    def _marks(self, name: str) -> Marks:
        return Marks(self._job.folder / name)

    def _check(self, name: str) -> None:
        if not self._running[name].is_alive():
            raise RuntimeError(f"{name} ended by itself with {self._running[name].exitcode}")
