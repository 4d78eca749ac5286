"""Lanes: fair across businesses, bounded in what a claim reads, and woken without being asked over and over."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.ports import Outcome
from tests.builders import LUZ_CHAT, MAR, MAR_CHAT, NOW, arrival, commit_for, luz_studio, webchat_account
from tests.storage.sql.sqlite.support import database, opened, rows

if TYPE_CHECKING:
    from pathlib import Path

    from domain.ports import Live


def test_a_backlog_of_one_business_does_not_keep_the_others_waiting(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as store:
            await store.mailbox.accept([arrival(sender=f"c{one}") for one in range(500)])
            await store.mailbox.accept([arrival(sender="late", account=MAR_CHAT)])
            claims = await store.mailbox.claim(4)
            assert [one.business_id for one in claims].count(MAR.business.id) == 1
            assert len(claims) == 4

    path = database(tmp_path)
    asyncio.run(story())


def test_businesses_take_turns_even_one_lane_at_a_time(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as store:
            accounts = [webchat_account(luz_studio(f"biz-{one}")) for one in range(5)]
            for number, account in enumerate(accounts):
                await store.directories.save(luz_studio(f"biz-{number}"), [account])
            for sender in range(20):
                for account in accounts:
                    await store.mailbox.accept([arrival(sender=f"c{sender}", account=account)])
            served = [(await store.mailbox.claim(1))[0].business_id for _ in range(15)]
            assert {served.count(one) for one in set(served)} == {3}
            assert len(set(served)) == 5

    path = database(tmp_path)
    asyncio.run(story())


def test_lanes_of_two_stores_on_one_file_are_leased_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as one, opened(path, seeded=False) as other:
            await one.mailbox.accept([arrival(sender=f"c{number}") for number in range(200)])
            claims = []
            while found := await asyncio.gather(*(store.mailbox.claim(7) for store in (one, other, one, other))):
                claims += [claim for part in found for claim in part]
                if not any(found):
                    break
            assert len(claims) == 200
            assert len({claim.lane for claim in claims}) == 200
            halves = await asyncio.gather(
                one.mailbox.commit([commit_for(claim) for claim in claims[::2]]),
                other.mailbox.commit([commit_for(claim) for claim in claims[1::2]]),
            )
            assert [outcome for half in halves for outcome in half] == [Outcome.COMMITTED] * 200

    path = database(tmp_path)
    asyncio.run(story())
    assert rows(path, "SELECT count(*), sum(pending) FROM lanes") == [(200, 0)]


def test_mail_that_another_process_accepts_wakes_a_waiting_worker(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as one, opened(path, seeded=False) as other:
            waiting = asyncio.create_task(other.mailbox.wait(10))
            sending = asyncio.create_task(other.outbox.wait(10))
            await asyncio.sleep(0.1)
            assert not waiting.done()
            began = time.monotonic()
            await one.mailbox.accept([arrival()])
            await waiting
            (claim,) = await one.mailbox.claim(1)
            await one.mailbox.commit([commit_for(claim)])
            await sending
            assert time.monotonic() - began < 2

    path = database(tmp_path)
    asyncio.run(story())


def test_pages_of_another_process_hear_that_something_changed(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as one, opened(path, seeded=False) as other:
            heard = other.live.listen(LUZ_CHAT.business_id)

            async def first() -> Live:
                return await anext(heard)

            listening = asyncio.create_task(first())
            await asyncio.sleep(0.1)
            await one.mailbox.accept([arrival()])
            assert (await asyncio.wait_for(listening, 5)).kind == "changed"

    path = database(tmp_path)
    asyncio.run(story())


def test_a_set_up_saved_by_another_process_is_seen_within_a_second(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as one, opened(path, seeded=False) as other:
            business_id = LUZ_CHAT.business_id
            assert (await other.directories.directory(business_id)).version == 1
            await one.directories.save(luz_studio(business_id, grid=30), [LUZ_CHAT])
            assert (await one.directories.directory(business_id)).business.policies.grid == 30
            await asyncio.sleep(1.05)
            seen = await other.directories.directory(business_id)
            assert (seen.version, seen.business.policies.grid) == (2, 30)
            assert await other.directories.directory(business_id) is seen, "kept, not read again"

    path = database(tmp_path)
    asyncio.run(story())


def test_a_quiet_lane_wakes_its_worker_when_its_time_has_come(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as store:
            await store.mailbox.accept([arrival(quiet=timedelta(seconds=0.3))])
            assert await store.mailbox.claim(1) == ()
            began = time.monotonic()
            await store.mailbox.wait(10)
            assert 0.1 < time.monotonic() - began < 2
            assert len(await store.mailbox.claim(1)) == 1

    path = database(tmp_path)
    asyncio.run(story())


def test_sweeping_deletes_old_keys_in_batches(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as store:
            old = NOW - timedelta(days=9)
            await store.mailbox.accept([arrival(at=old) for _ in range(10)] + [arrival(sender="open", at=old)])
            claim = next(one for one in await store.mailbox.claim(5) if len(one.mail) == 10)
            await store.mailbox.commit([commit_for(claim)])
            assert await store.timers.sweep(NOW) == 10
            assert await store.timers.sweep(NOW) == 0

    path = database(tmp_path)
    asyncio.run(story())
    assert rows(path, "SELECT sender FROM mailbox") == [("open",)]


def test_statements_are_answered_from_an_index(tmp_path: Path) -> None:
    from storage.sql.sqlite import calendar, changes, deliveries, lanes, mailbox, outbox, transcripts

    path = database(tmp_path)
    allowed = (
        "SCAN b",
        "SCAN (subquery",
        "SCAN r VIRTUAL TABLE",
        "SCAN json_each VIRTUAL TABLE",
        "SCAN anon",
        "SCAN CONSTANT",
    )
    for sql in (
        lanes.WALK, lanes.LANES_OF, mailbox.OPEN_MAIL, mailbox.LEASE, mailbox.WAKE_LANE,
        changes.CONVERSATION, changes.MOVE, deliveries.OPEN, deliveries.END, deliveries.TRACK,
        outbox.LEASE, outbox.CANCEL_TALK, outbox.SENT, outbox.DOUBT, calendar.BUSY, calendar.BY_ID, calendar.BY_CODE,
        calendar.BY_CUSTOMER, calendar.BETWEEN, calendar.EVENTS, transcripts.QUEUED, transcripts.OTHERS,
        transcripts.AFTER, transcripts.LAST, transcripts.LINES, transcripts.TURN, transcripts.HEARD,
    ):  # fmt: skip
        numbers = [int(part) for part in re.findall(r"\?(\d+)", sql)]
        plan = explain(path, sql, max(numbers) if numbers else sql.count("?"))
        scans = [step for step in plan if step.startswith("SCAN") and not step.startswith(allowed)]
        assert scans == [], f"{sql}\n{plan}"
        sorts = [] if sql in {calendar.BUSY, calendar.BY_CUSTOMER} else [step for step in plan if "TEMP B-TREE" in step]
        assert sorts == [], f"{sql}\n{plan}"


def explain(path: Path, sql: str, parameters: int) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", ("[]",) * parameters)]
