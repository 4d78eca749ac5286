"""The writer: groups are written wholly or not at all, and trouble with the database is said."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from domain.errors import OpeningTaken, StoreUnavailable
from domain.ports import Outcome
from storage.sql.sqlite import writer
from tests.builders import ANNA, LUZ, NOW, arrival, at, book, booking, commit_for, hold
from tests.storage.sql.sqlite.support import database, opened, rows

if TYPE_CHECKING:
    from pathlib import Path

    from storage.sql.sqlite import SqliteStore
    from storage.sql.sqlite.writer import Transaction


class Pause:
    """Keeps the writer busy, so that what is asked meanwhile becomes one group."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._store._writer.do(lambda _: time.sleep(0.15)))
        await asyncio.sleep(0.05)

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        await self._task


def commits_of(path: Path) -> int:
    """Return how many transactions the write-ahead log holds: frames that say so in their header."""
    log = path.with_name(f"{path.name}-wal").read_bytes()[32:]
    return sum(1 for at_ in range(0, len(log), 24 + 4096) if log[at_ + 4 : at_ + 8] != b"\0\0\0\0")


def test_what_waits_is_written_as_one_group(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as store:
            await store.mailbox.accept([arrival(sender="first")])
            before = commits_of(path)
            async with Pause(store):
                accepted = [asyncio.create_task(store.mailbox.accept([arrival(sender=f"c{one}")])) for one in range(30)]
                await asyncio.sleep(0.05)
            assert await asyncio.gather(*accepted) == [[True]] * 30
            assert commits_of(path) - before == 1

    path = database(tmp_path)
    asyncio.run(story())
    assert rows(path, "SELECT count(*) FROM mailbox") == [(31,)]


def test_one_refused_job_leaves_the_others_of_its_group(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as store:
            calendar = store.calendar(LUZ.business.id)
            await calendar.apply([hold(at(15), hold_id="first")])

            def broken(transaction: Transaction) -> None:
                transaction.execute("UPDATE holds SET expires_at = 0")
                raise LookupError("of this job only")

            async with Pause(store):
                asked: list[Any] = [
                    calendar.apply([hold(at(16), hold_id="second")]),
                    calendar.apply([hold(at(17), hold_id="third"), hold(at(15))]),
                    store._writer.do(broken),
                    store.mailbox.accept([arrival()]),
                    store.mailbox.accept([arrival(external_id="\udce9")]),
                ]
                tasks = [asyncio.create_task(one) for one in asked]
                await asyncio.sleep(0.05)
            answers = await asyncio.gather(*tasks, return_exceptions=True)
            kinds = [type(one) for one in answers]
            assert kinds == [type(None), OpeningTaken, LookupError, list, UnicodeEncodeError]

    path = database(tmp_path)
    asyncio.run(story())
    assert rows(path, "SELECT id FROM holds ORDER BY id") == [("first",), ("second",)]
    assert rows(path, "SELECT count(*) FROM holds WHERE expires_at = 0") == [(0,)]
    assert rows(path, "SELECT count(*) FROM mailbox") == [(1,)]


def test_one_taken_turn_leaves_the_others_of_its_group(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as store:
            await store.mailbox.accept([arrival(sender=f"c{one}") for one in range(20)])
            claims = await store.mailbox.claim(20)
            commits = []
            for claim in claims:
                commit = commit_for(claim)
                assert commit.newcomer is not None
                one = booking(at(15), customer_id=commit.newcomer[0].id, conversation=claim.lane)
                commit.effects = (book(one),)
                commits.append(commit)
            outcomes = await store.mailbox.commit(commits)
            assert sorted(outcomes) == [Outcome.COMMITTED] + [Outcome.TAKEN] * 19
            assert len(await store.calendar(LUZ.business.id).busy((ANNA,), at(0), at(0, day=1), NOW)) == 1
            kept = [await store.mailbox.read(claim) for claim in claims]
            assert [one.conversation is not None for one in kept] == [one is Outcome.COMMITTED for one in outcomes]

    path = database(tmp_path)
    asyncio.run(story())
    assert rows(path, "SELECT count(*) FROM turns") == [(1,)]
    assert rows(path, "SELECT count(*) FROM customers") == [(1,)]
    assert rows(path, "SELECT sum(pending) FROM lanes") == [(19,)]


def test_the_second_wall_stands_when_the_fence_is_forged(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as store:
            await store.mailbox.accept([arrival("one")])
            (claim,) = await store.mailbox.claim(1)
            assert await store.mailbox.commit([commit_for(claim)]) == [Outcome.COMMITTED]
            assert await store.mailbox.commit([commit_for(claim)]) == [Outcome.FENCED]

            def forge(transaction: Transaction) -> None:
                transaction.execute("UPDATE lanes SET fence = ?", (claim.fence,))
                transaction.execute("UPDATE mailbox SET done_at = NULL")
                transaction.execute("DELETE FROM conversations")

            await store._writer.do(lambda transaction: transaction.execute("PRAGMA foreign_keys").fetchall())
            assert store._writer._connection is not None
            store._writer._connection.execute("PRAGMA foreign_keys = OFF")
            await store._writer.do(forge)
            assert await store.mailbox.commit([commit_for(claim)]) == [Outcome.FENCED]

    path = database(tmp_path)
    asyncio.run(story())
    assert rows(path, "SELECT count(*) FROM turns") == [(1,)]


def test_a_locked_database_is_waited_for(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as store:
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                waiting = asyncio.create_task(store.mailbox.accept([arrival()]))
                await asyncio.sleep(0.2)
                assert not waiting.done()
                other.execute("ROLLBACK")
            assert await waiting == [True]

    path = database(tmp_path)
    asyncio.run(story())


def test_a_database_that_stays_locked_is_said_to_be_and_nothing_is_half_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with opened(path) as store:
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                asked = [store.mailbox.accept([arrival(sender=f"c{one}")]) for one in range(100)]
                answers = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 3)
                assert all(isinstance(one, StoreUnavailable) for one in answers)
                assert "locked" in (await store.healthy())["sqlite"]
                assert await store.transcripts(LUZ.business.id).open_conversations() == [], "reading goes on"
                other.execute("ROLLBACK")
            assert await store.mailbox.accept([arrival()]) == [True]
            assert await store.healthy() == {"sqlite": "ok"}

    monkeypatch.setattr(writer, "LOCKED_FOR", 0.3)
    path = database(tmp_path)
    asyncio.run(story())
    assert rows(path, "SELECT count(*) FROM mailbox") == [(1,)]


def test_a_full_disk_refuses_the_whole_group_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as store:
            connection = store._writer._connection
            assert connection is not None
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 5}")
            big = [arrival("x" * 10_000, sender=f"c{one}") for one in range(50)]
            with pytest.raises(StoreUnavailable, match="full"):
                await store.mailbox.accept(big)
            assert rows(path, "SELECT count(*) FROM mailbox") == [(0,)]
            connection.execute("PRAGMA max_page_count = 1000000")
            assert await store.mailbox.accept(big) == [True] * 50

    path = database(tmp_path)
    asyncio.run(story())


def test_a_database_that_was_taken_away_is_noticed_before_anything_is_promised(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as store:
            path.rename(tmp_path / "elsewhere.db")
            with pytest.raises(StoreUnavailable):
                await store.mailbox.accept([arrival()])
            assert (await store.healthy())["sqlite"] != "ok"
            path.write_bytes(b"not the same")
            with pytest.raises(StoreUnavailable, match="another file"):
                await store.mailbox.accept([arrival()])
            path.unlink()
            (tmp_path / "elsewhere.db").rename(path)
            assert await store.mailbox.accept([arrival()]) == [True]

    path = database(tmp_path)
    asyncio.run(story())


def test_a_read_only_database_refuses(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as store:
            connection = store._writer._connection
            assert connection is not None
            connection.execute("PRAGMA query_only = ON")
            with pytest.raises(StoreUnavailable, match="readonly"):
                await store.mailbox.accept([arrival()])

    path = database(tmp_path)
    asyncio.run(story())


def test_a_closed_store_refuses(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as store:
            pass
        with pytest.raises(StoreUnavailable):
            await store.mailbox.accept([arrival()])
        with pytest.raises(StoreUnavailable):
            await store.mailbox.claim(1)
        await store.close()

    path = database(tmp_path)
    asyncio.run(story())


def test_what_was_asked_before_closing_is_written(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as store:
            asked = [asyncio.create_task(store.mailbox.accept([arrival(sender=f"c{one}")])) for one in range(200)]
            await asyncio.sleep(0)
        assert await asyncio.gather(*asked) == [[True]] * 200

    path = database(tmp_path)
    asyncio.run(story())
    assert rows(path, "SELECT count(*) FROM mailbox") == [(200,)]


def test_a_worker_that_gives_up_waiting_for_its_claim_leaves_the_lane_to_others(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as store:
            await store.mailbox.accept([arrival()])
            async with Pause(store):
                claiming = asyncio.create_task(store.mailbox.claim(1))
                await asyncio.sleep(0.05)
                claiming.cancel()
            async with asyncio.timeout(5):  # not when the lease of 30 s is over
                while not await store.mailbox.claim(1):
                    await store.mailbox.wait(1)

    path = database(tmp_path)
    asyncio.run(story())
