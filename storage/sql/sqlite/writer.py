"""The one thread that writes: it takes whole jobs and commits as many as wait as one group."""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from domain.errors import StoreUnavailable
from storage.sql.sqlite.connection import BUSY, NOW, connect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")
log = structlog.get_logger(__name__)

GROUP = 64
"""How many turns, or jobs as large as one, share a transaction."""
LOCKED_FOR = 5.0
"""Seconds that a lock of another process is waited for."""
PATIENCE = 0.01
"""Seconds that jobs are collected at most while the event loop is busy; they are handed over when it turns."""
LOOK_EVERY = 0.03
"""Seconds after which an idle writer looks whether another process wrote."""


class Order(IntEnum):
    """Where a job stands in its group: what came in first, what is handed out last."""

    ACCEPT = 0
    CHANGE = 1
    CLAIM = 2


@dataclass(frozen=True, slots=True)
class Transaction:
    """The open transaction that a job writes in."""

    execute: Callable[..., sqlite3.Cursor]
    """Run one statement."""
    executemany: Callable[..., sqlite3.Cursor]
    """Run one statement for many rows."""
    now: int
    """The database's clock, microseconds since 1970."""
    careful: bool = True
    """Whether each job, and each turn, has its savepoint. Without them a group costs a third less."""


@dataclass(eq=False, slots=True)
class Job:
    """Something to write, and who waits for it."""

    work: Callable[[Transaction], Any]
    future: asyncio.Future[Any]
    order: Order
    weight: int
    rings: tuple[Callable[[], None], ...]
    abandoned: Callable[[Any], None] | None
    value: Any = None
    error: BaseException | None = field(default=None)


class Writer:
    """Writes for one process. Other processes of the machine write too, one at a time."""

    def __init__(self, path: Path, foreign: Callable[[], None]) -> None:
        """Take the file and what to call, on the event loop, when another process has written."""
        self._path = path
        self._foreign = foreign
        self._handed: SimpleQueue[list[Job] | None] = SimpleQueue()
        """What the thread takes; None ends it."""
        self._jobs: deque[Job] = deque()
        """What the thread has taken and not yet written; its own."""
        self._asked: list[Job] = []
        """What is handed over when the event loop turns: turns that were heard side by side share a group."""
        self._asked_at = 0.0
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connection: sqlite3.Connection | None = None
        self._seen = 0
        self._file = (0, 0)
        self.trouble = ""
        """Why the last group could not be written; empty when it could."""

    def open(self) -> None:
        """Connect and start the thread. Raises StoreUnavailable."""
        self._loop = asyncio.get_running_loop()
        self._connection = connect(self._path)
        self._file = _identity(self._path)
        self._seen = self._version()
        self._thread = threading.Thread(target=self._run, name="sqlite-writer", daemon=True)
        self._thread.start()

    async def close(self) -> None:
        """Write what waits, end the thread, disconnect."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._hand_over()
        self._handed.put(None)
        await asyncio.to_thread(thread.join)
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def do(
        self,
        work: Callable[[Transaction], T],
        *,
        order: Order = Order.CHANGE,
        weight: int = 1,
        rings: tuple[Callable[[], None], ...] = (),
        abandoned: Callable[[T], None] | None = None,
    ) -> T:
        """Write a job in the next group and return what it answers once that is on the disk.

        What it raises itself undoes only this job. `rings` are called on the event loop after the commit; `abandoned`
        gets the answer if the caller has gone meanwhile.
        Raises StoreUnavailable when the group could not be written: then nothing of it is stored.
        """
        if self._thread is None or self._loop is None:
            raise StoreUnavailable("the store is not open")
        future: asyncio.Future[T] = self._loop.create_future()
        self._ask(Job(work, future, order, weight, rings, abandoned))
        return await future

    def post(self, work: Callable[[Transaction], object], rings: tuple[Callable[[], None], ...] = ()) -> None:
        """Write a job that nobody waits for; what goes wrong with it is logged."""
        if self._thread is None or self._loop is None:
            return
        future: asyncio.Future[Any] = self._loop.create_future()
        future.add_done_callback(_log_failure)
        self._ask(Job(work, future, Order.CHANGE, 1, rings, None))

    def file_is_ours(self) -> bool:
        """Return whether the path still names the file that was opened."""
        try:
            return _identity(self._path) == self._file
        except StoreUnavailable:
            return False

    def _ask(self, job: Job) -> None:
        """Hand a job over when the event loop turns, or at once if that takes too long."""
        assert self._loop is not None
        self._asked.append(job)
        now = self._loop.time()
        if len(self._asked) == 1:
            self._asked_at = now
            self._loop.call_soon(self._hand_over)
        elif now - self._asked_at > PATIENCE:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._asked:
            self._handed.put(self._asked)
            self._asked = []

    def _run(self) -> None:
        going = True
        while going or self._jobs:
            if not self._jobs:
                try:
                    handed = self._handed.get(timeout=LOOK_EVERY)
                except Empty:
                    self._look()
                    continue
                going = self._take(handed) and going
            while going and not self._handed.empty():
                going = self._take(self._handed.get_nowait())
            group: list[Job] = []
            weight = 0
            while self._jobs and weight < GROUP:
                job = self._jobs.popleft()
                group.append(job)
                weight += job.weight
            if group:
                self._group(group)

    def _take(self, handed: list[Job] | None) -> bool:
        """Line up what was handed over; False when it is the end."""
        if handed is None:
            return False
        self._jobs.extend(handed)
        return True

    def _group(self, jobs: list[Job]) -> None:
        jobs.sort(key=_order)
        changed = False
        connection = self._connection
        assert connection is not None
        try:
            self._begin(connection)
            changed = self._changed()
            now = connection.execute(SELECT_NOW).fetchone()[0]
            try:
                quick = Transaction(connection.execute, connection.executemany, now, careful=False)
                for job in jobs:
                    job.value = job.work(quick)
            except Exception as error:
                if _of_the_database(error):
                    raise
                # Rare: some job or turn was refused. Undo all, then find out which, each under its savepoint.
                connection.execute("ROLLBACK")
                self._begin(connection)
                careful = Transaction(connection.execute, connection.executemany, now)
                for job in jobs:
                    _perform(job, careful)
            connection.execute("COMMIT")
            self.trouble = ""
        except Exception as error:
            self._give_up(connection, jobs, error)
        self._tell(self._resolve, jobs, changed)

    def _begin(self, connection: sqlite3.Connection) -> None:
        if _identity(self._path) != self._file:
            raise StoreUnavailable(f"{self._path} is another file than the one that was opened")
        end = time.monotonic() + LOCKED_FOR
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in BUSY or time.monotonic() > end:
                    raise
            time.sleep(random.uniform(0.0003, 0.002))

    def _give_up(self, connection: sqlite3.Connection, jobs: list[Job], error: Exception) -> None:
        """Undo the group; where the wait for a lock was in vain, what queued behind it has waited long enough too."""
        self.trouble = str(error)
        log.warning("sqlite_group_refused", jobs=len(jobs), error=str(error))
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error as again:
            self.trouble = f"{error}; {again}"
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in BUSY:
            while not self._handed.empty():
                handed = self._handed.get_nowait()
                if not self._take(handed):
                    self._handed.put(None)
                    break
            jobs.extend(self._jobs)
            self._jobs.clear()
        for job in jobs:
            job.error = StoreUnavailable(f"{self._path}: {error}")

    def _look(self) -> None:
        try:
            changed = self._changed()
        except sqlite3.Error:
            return
        if changed:
            self._tell(self._foreign)

    def _changed(self) -> bool:
        version = self._version()
        if version == self._seen:
            return False
        self._seen = version
        return True

    def _version(self) -> int:
        """Return a number that another connection's commit changes and our own does not."""
        assert self._connection is not None
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def _tell(self, what: Callable[..., None], *arguments: Any) -> None:
        assert self._loop is not None
        try:
            self._loop.call_soon_threadsafe(what, *arguments)
        except RuntimeError:
            # The loop was closed without closing the store: nobody is left to be told.
            log.warning("sqlite_loop_gone")

    def _resolve(self, jobs: list[Job], changed: bool) -> None:
        rings = {ring: None for job in jobs if job.error is None for ring in job.rings}
        for job in jobs:
            if job.future.done():
                if job.error is None and job.abandoned is not None:
                    job.abandoned(job.value)
            elif job.error is None:
                job.future.set_result(job.value)
            else:
                job.future.set_exception(job.error)
        for ring in rings:
            ring()
        if changed:
            self._foreign()


OF_ONE_JOB = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError, sqlite3.InterfaceError)
"""Errors of what was written, not of the database."""
SELECT_NOW = f"SELECT {NOW}"


def _log_failure(future: asyncio.Future[Any]) -> None:
    error = None if future.cancelled() else future.exception()
    if error is not None:
        log.warning("sqlite_job_failed", error=str(error))


def _order(job: Job) -> Order:
    return job.order


def _of_the_database(error: Exception) -> bool:
    return isinstance(error, sqlite3.Error) and not isinstance(error, OF_ONE_JOB)


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 - half the cost of Path.stat, before every group
    except OSError as error:
        raise StoreUnavailable(f"{path}: {error.strerror}") from error
    return found.st_dev, found.st_ino


def _perform(job: Job, transaction: Transaction) -> None:
    """Do one job under its savepoint; raises only what concerns the whole database."""
    transaction.execute("SAVEPOINT job")
    try:
        job.value = job.work(transaction)
    except Exception as error:
        if _of_the_database(error):
            raise
        transaction.execute("ROLLBACK TO job")
        job.error = error
    transaction.execute("RELEASE job")
