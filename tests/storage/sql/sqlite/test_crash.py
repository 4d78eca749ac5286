"""Processes that are killed in the middle: what was acknowledged is heard once, in order, by those that are left."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from domain.clock import SystemClock
from domain.ports import Outcome
from storage.sql.sqlite import SqliteStore
from tests.builders import LUZ_CHAT, arrival, commit_for
from tests.storage.sql.sqlite.support import change, database, opened, rows
from tests.storage.sql.sqlite.worker import LEASE, fenced_off

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


FREEZES = 12
"""How often each worker is frozen at most until a freeze meets it between claim and commit."""


def killed(path: Path, names: tuple[str, ...], seconds: float) -> set[str]:
    """Run workers on one file, kill them without warning, and return what they said was acknowledged."""
    command = [sys.executable, "-m", "tests.storage.sql.sqlite.worker", str(path)]
    running = [subprocess.Popen([*command, name], stdout=subprocess.PIPE) for name in names]
    try:
        for one in running:
            assert one.stdout is not None
            assert one.stdout.readline(), "the worker did not start"
        time.sleep(seconds)
    finally:
        for one in running:
            one.kill()
    # A line that was cut by the kill was not said; the id before it is whole.
    said = [line for one in running for line in one.communicate()[0].decode().split("\n")[:-1]]
    return set(said)


async def drain(path: Path) -> None:
    """Hear what is left once the leases of the dead are over."""
    store = SqliteStore(path, lease=LEASE, clock=SystemClock())
    await store.open()
    try:
        await asyncio.sleep(LEASE.total_seconds() + 0.1)
        while claims := await store.mailbox.claim(64):
            assert set(await store.mailbox.commit([commit_for(one) for one in claims])) == {Outcome.COMMITTED}
    finally:
        await store.close()


def by_lane(path: Path) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return what was accepted and what was heard, in order, by conversation."""
    heard: dict[str, list[str]] = {}
    for lane, external_ids in rows(path, "SELECT conversation_id, heard FROM turns ORDER BY conversation_id, version"):
        heard.setdefault(lane, []).extend(json.loads(external_ids))
    # Read second: what is heard was accepted before.
    accepted: dict[str, list[str]] = {}
    for external_id, lane in rows(path, "SELECT external_id, lane FROM mailbox ORDER BY id"):
        accepted.setdefault(lane, []).append(external_id)
    return accepted, heard


def frozen(path: Path, seen: Callable[[], bool], *how: str) -> bool:
    """Freeze two workers in turn past their lease until `seen` says that it told, then kill both.

    Returns False if it never did.
    """
    command = [sys.executable, "-m", "tests.storage.sql.sqlite.worker", str(path)]
    running = [subprocess.Popen([*command, name, *how], stdout=subprocess.PIPE) for name in ("a", "b")]
    # What they print is read all the time, so that they never wait for us.
    readers = [threading.Thread(target=one.stdout.readlines, daemon=True) for one in running if one.stdout is not None]
    try:
        for reader in readers:
            reader.start()
        for one in running * FREEZES:
            one.send_signal(signal.SIGSTOP)
            time.sleep(LEASE.total_seconds() + 0.4)
            one.send_signal(signal.SIGCONT)
            time.sleep(0.3)
            assert one.poll() is None, "the worker did not stay alive"
            if seen():
                return True
        return False
    finally:
        for one in running:
            one.kill()
        for one, reader in zip(running, readers, strict=True):
            one.wait()
            reader.join()
            assert one.stdout is not None
            one.stdout.close()


def seeded(folder: Path) -> Path:
    """Return the path of a database with the salon set up."""
    path = database(folder)

    async def set_up() -> None:
        async with opened(path):
            pass

    asyncio.run(set_up())
    return path


def test_a_worker_that_was_frozen_past_its_lease_is_fenced_off(tmp_path: Path) -> None:
    path = seeded(tmp_path)
    assert frozen(path, fenced_off(path).exists), "nothing was under way when a worker was frozen: nothing was tried"
    asyncio.run(drain(path))
    accepted, heard = by_lane(path)
    assert heard == accepted


def test_without_fence_version_and_keys_the_same_freeze_does_harm(tmp_path: Path) -> None:
    path = seeded(tmp_path)
    columns = [name for _, name, *_ in rows(path, "PRAGMA table_info(turns)")]
    change(path, "DROP TABLE turns")
    change(path, f"CREATE TABLE turns ({', '.join(columns)})")

    def harm() -> bool:
        accepted, heard = by_lane(path)
        return any(lane != accepted[name][: len(lane)] for name, lane in heard.items())

    assert frozen(path, harm, "broken")


def test_what_killed_processes_acknowledged_is_heard_once_and_in_order(tmp_path: Path) -> None:
    path = seeded(tmp_path)
    said: set[str] = set()
    for round_ in range(2):
        said |= killed(path, (f"a{round_}", f"b{round_}"), 0.7)
    asyncio.run(drain(path))

    accepted, heard = by_lane(path)
    assert len(said) > 50
    assert said <= {one for lane in accepted.values() for one in lane}, "acknowledged, then gone"
    assert heard == accepted, "each once, in the order they were accepted"
    assert rows(path, "SELECT sum(pending), count(lease_until) FROM lanes") == [(0, 0)]
    assert rows(path, "SELECT count(*) FROM turns") == rows(path, "SELECT sum(version) FROM conversations")
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]


def test_a_turn_that_was_not_committed_leaves_nothing(tmp_path: Path) -> None:
    path = database(tmp_path)

    async def story() -> None:
        async with opened(path) as store:
            await store.mailbox.accept([arrival()])
            await store.mailbox.claim(1)

    asyncio.run(story())
    for table in ("conversations", "customers", "messages", "turns", "outbox", "heard"):
        assert rows(path, f"SELECT count(*) FROM {table}") == [(0,)]
    assert rows(path, "SELECT business_id, pending FROM lanes") == [(LUZ_CHAT.business_id, 1)]
