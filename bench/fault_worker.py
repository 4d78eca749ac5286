"""A worker that is going to be killed: the real one on a short lease, slow between claim and commit."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
import uvloop

from adapters.base import Message, Receipt
from adapters.webchat.channel import WebChat
from bench.stores import Tables, connected
from bots.application import Application
from domain.clock import SystemClock
from domain.ports import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.base import Sendable
    from domain.businesses import Account
    from domain.ports import Commit, Store

LEASE = timedelta(seconds=0.8)
SECRET = b"a secret that only a bench uses!"
PAUSE = (0.005, 0.04)
"""Seconds between claim and commit, so that a turn is in hand when a worker is struck."""


class Marks:
    """One byte that says whether a worker is between claim and commit, for whoever strikes it."""

    def __init__(self, path: Path) -> None:
        """Take the file."""
        self._path = path
        self._open = 0

    def begin(self) -> None:
        """A turn is in hand."""
        self._open += 1
        self._path.write_bytes(b"1")

    def end(self) -> None:
        """It is not any more."""
        self._open -= 1
        if not self._open:
            self._path.write_bytes(b"0")

    def clear(self) -> None:
        """Nothing is in hand yet."""
        self._path.write_bytes(b"0")

    def there(self) -> bool:
        """Return whether the worker has begun."""
        return self._path.exists()

    def in_hand(self) -> bool:
        """Return what the worker last said."""
        return self.there() and self._path.read_bytes() == b"1"


class SlowMailbox:
    """The store's mailbox, with a pause before each commit and a line for each that was fenced off."""

    def __init__(self, store: Store, marks: Marks, fenced: Path) -> None:
        """Wrap a store's mailbox."""
        self._mailbox = store.mailbox
        self._marks = marks
        self._fenced = fenced
        self._rng = random.Random()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._mailbox, name)

    async def commit(self, commits: Sequence[Commit]) -> Sequence[Outcome]:
        """Wait a little, then commit."""
        self._marks.begin()
        try:
            await asyncio.sleep(self._rng.uniform(*PAUSE))
            outcomes = [await self.commit_one(one) for one in commits]
        finally:
            self._marks.end()
        for outcome in outcomes:
            if outcome is Outcome.FENCED:
                append(self._fenced, "fenced")
        return outcomes

    async def commit_one(self, commit: Commit) -> Outcome:
        """Commit as the store does."""
        return (await self._mailbox.commit([commit]))[0]


class UnfencedMailbox(SlowMailbox):
    """The broken twin: whoever once had a lane commits, whatever became of its fence, version and mail."""

    def __init__(self, store: Store, marks: Marks, fenced: Path, tables: Tables) -> None:
        """Take where to look up what a commit ought to have known."""
        super().__init__(store, marks, fenced)
        self._tables = tables

    async def commit_one(self, commit: Commit) -> Outcome:
        """Commit with the fence, version and open mail of this moment: every check is passed."""
        outcome = Outcome.FENCED
        for _ in range(20):
            query = f"SELECT fence FROM lanes WHERE lane = '{commit.claim.lane}'"  # noqa: S608 - our own id
            ((fence,),) = await self._tables.rows(query)
            present = await self._mailbox.read(replace(commit.claim, fence=fence))
            still_open = {mail.id for mail in present.mail}
            mail = tuple(one for one in commit.claim.mail if one.id in still_open)
            after, newcomer = commit.conversation, commit.newcomer
            if present.conversation is not None:
                before, newcomer = present.conversation, None
                after = replace(after, customer_id=before.customer_id, version=before.version + 1)
            claim = replace(present, fence=fence, mail=mail)
            blind = replace(commit, claim=claim, conversation=after, newcomer=newcomer)
            outcome = (await self._mailbox.commit([blind]))[0]
            if outcome is Outcome.COMMITTED:
                return outcome
            if outcome is Outcome.TAKEN:
                return Outcome.FENCED
        return outcome


class Recorder(WebChat):
    """Web chat that writes down what it sends, where the dead can be counted with the living."""

    def __init__(self, sends: Path) -> None:
        """Take the file."""
        super().__init__(b"\0" * 32)
        self._sends = sends

    async def send(self, account: Account, message: Sendable) -> Receipt:
        """Write the row's id down."""
        assert isinstance(message, Message)
        append(self._sends, message.key)
        await asyncio.sleep(0.002)  # a platform takes its time, and a worker may die meanwhile
        return await super().send(account, message)


class Slowed:
    """A store whose mailbox is another; everything else is the store's own."""

    def __init__(self, store: Store, mailbox: SlowMailbox) -> None:
        """Wrap a store."""
        self._store = store
        self.mailbox = mailbox

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def append(path: Path, line: str) -> None:
    """Append a line in one write, which other processes' lines do not break."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        os.write(file, f"{line}\n".encode())
    finally:
        os.close(file)


async def work(options: argparse.Namespace) -> None:
    """Hear and send until killed, or until the process that started this one is gone."""
    marks = Marks(options.folder / options.name)
    async with connected(options.store, options.address, lease=LEASE) as store:
        fenced = options.folder / "fenced"
        mailbox = SlowMailbox(store, marks, fenced)
        if options.broken:
            mailbox = UnfencedMailbox(store, marks, fenced, await Tables(options.store, options.address).open())
        slowed = Slowed(store, mailbox)
        channel = Recorder(options.folder / "sends")
        app = Application(slowed, SystemClock(), SECRET, channels={"webchat": channel}, turns=8, loops=2)  # type: ignore[arg-type]
        working = asyncio.create_task(app.worker.run(asyncio.Event()))
        sending = asyncio.create_task(app.delivery.run(asyncio.Event()))
        marks.clear()
        parent = os.getppid()
        while os.getppid() == parent and not working.done() and not sending.done():  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        for task in (working, sending):
            if task.done():
                task.result()


def main() -> None:
    """Work with what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", required=True)
    parser.add_argument("--address", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--broken", default="")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work(options))
    os._exit(1)  # reached only when nobody is left to work for: nothing needs to be finished


if __name__ == "__main__":
    main()
