"""Services that vanish: Redis is missed by nobody, PostgreSQL is said to be gone and comes back by itself."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from domain.errors import StoreUnavailable
from domain.ports import Live, Outcome
from storage.sql.migrate import head
from storage.sql.postgres import PostgresStore
from tests.builders import LUZ, LUZ_CHAT, arrival, commit_for
from tests.contracts.stores import houses

if TYPE_CHECKING:
    from domain.ports import Claim

pytestmark = pytest.mark.service
NOBODY = "redis://127.0.0.1:1/0"


async def say(store: PostgresStore, text: str) -> Claim:
    """One message, heard and answered."""
    await store.mailbox.accept([arrival(text)])
    (claim,) = await store.mailbox.claim(5)
    answered = commit_for(claim, f"heard {text}", state=f"state after {text}".encode())
    assert await store.mailbox.commit([answered]) == [Outcome.COMMITTED]
    return claim


def test_redis_forgets_everything_in_the_middle_of_a_dialogue(scene: Any) -> None:
    async def story() -> None:
        async with scene() as (made, store):
            assert (await say(store, "one")).state is None
            assert (await say(store, "two")).state == b"state after one"
            told: list[str] = []
            store.database.watchers.append(told.append)
            assert await made.forget() > 0
            assert (await say(store, "three")).state == b"state after two"
            assert any("read_states" in one for one in told), "Redis still had it: the test proves nothing"
            told.clear()
            assert (await say(store, "four")).state == b"state after three"
            assert not any("read_states" in one for one in told), "the state is hot again"
            lines = [one.text for one in await store.transcripts("biz-luz").messages((await say(store, "five")).lane)]
            assert lines[::2] == ["one", "two", "three", "four", "five"]

    asyncio.run(story())


def test_a_state_that_lags_behind_is_not_believed(scene: Any) -> None:
    async def story() -> None:
        async with scene() as (made, store):
            lane = (await say(store, "one")).lane
            await made.forget()
            await store.states.put([(lane, 7, b"from another world")])
            assert (await say(store, "two")).state == b"state after one"

    asyncio.run(story())


def test_without_redis_everything_is_kept_and_only_slower(scene: Any) -> None:
    async def story() -> None:
        async with scene(redis_url=NOBODY) as (_, store):
            assert (await say(store, "one")).state is None
            assert (await say(store, "two")).state == b"state after one"
            began = time.monotonic()
            for number in range(20):
                await say(store, f"more {number}")
            assert time.monotonic() - began < 10
            await store.live.publish([Live("x", "biz-luz", "turn")])
            waiting = asyncio.create_task(store.mailbox.wait(20))
            await asyncio.sleep(0.05)
            await store.mailbox.accept([arrival("hello")])
            async with asyncio.timeout(2):
                await waiting
            health = await store.healthy()
            assert health["postgres"] == "ok"
            assert health["redis"] != "ok"

    asyncio.run(story())


def test_a_worker_elsewhere_finds_work_without_redis(scene: Any) -> None:
    async def story() -> None:
        async with scene(redis_url=NOBODY) as (made, store):
            elsewhere = await made.store(redis_url=NOBODY)
            waiting = asyncio.create_task(elsewhere.mailbox.wait(30))
            await asyncio.sleep(0.05)
            await store.mailbox.accept([arrival("hello")])
            async with asyncio.timeout(3):
                await waiting
            assert len(await elsewhere.mailbox.claim(1)) == 1

    asyncio.run(story())


def test_a_worker_elsewhere_is_woken_at_once(scene: Any) -> None:
    async def story() -> None:
        async with scene() as (made, store):
            elsewhere = await made.store()
            await asyncio.sleep(0.3)  # until both listen
            waiting = asyncio.create_task(elsewhere.mailbox.wait(30))
            await asyncio.sleep(0.1)
            began = time.monotonic()
            await store.mailbox.accept([arrival("hello")])
            async with asyncio.timeout(5):
                await waiting
            assert time.monotonic() - began < 0.4

    asyncio.run(story())


def test_killed_connections_are_made_anew(scene: Any) -> None:
    async def story() -> None:
        async with scene() as (made, store):
            await say(store, "one")
            await made.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            refused = 0
            for _ in range(10):
                try:
                    claim = await say(store, "two")
                    break
                except StoreUnavailable:
                    refused += 1
            assert refused <= 4, "at most once a connection"
            assert claim.state == b"state after one"
            assert (await store.healthy())["postgres"] == "ok"

    asyncio.run(story())


def test_a_connection_killed_under_a_commit_leaves_all_of_it_or_nothing(scene: Any) -> None:
    async def story() -> None:
        async with scene(connections=2) as (made, store):
            lane = (await say(store, "one")).lane
            await store.mailbox.accept([arrival("two")])
            (claim,) = await store.mailbox.claim(1)
            holder = await asyncpg.connect(made.dsn)
            transaction = holder.transaction()
            await transaction.start()
            await holder.execute("SELECT * FROM conversations FOR UPDATE")
            committing = asyncio.create_task(store.mailbox.commit([commit_for(claim)]))
            await asyncio.sleep(0.2)
            assert not committing.done(), "it must wait for the row"
            await made.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND query LIKE '%commit_turns%' AND pid <> pg_backend_pid()"
            )
            with pytest.raises(StoreUnavailable):
                await committing
            await transaction.rollback()
            await holder.close()
            assert len(await store.transcripts("biz-luz").messages(lane)) == 2
            assert await store.mailbox.commit([commit_for(claim)]) == [Outcome.COMMITTED], "trying again is safe"
            assert await store.mailbox.commit([commit_for(claim)]) == [Outcome.FENCED], "and once is enough"

    asyncio.run(story())


def test_a_database_that_is_not_there_is_said_so_quickly(scene: Any) -> None:
    async def story() -> None:
        async with scene() as (made, _):
            began = time.monotonic()
            with pytest.raises(StoreUnavailable):
                await made.store(dsn="postgresql://postgres@127.0.0.1:1/frontdesk")
            with pytest.raises(StoreUnavailable):
                await made.store(dsn=f"{made.dsn}_nowhere")
            assert time.monotonic() - began < 5

    asyncio.run(story())


def test_a_schema_that_is_not_the_current_one_is_refused_with_the_remedy(scene: Any) -> None:
    async def story() -> None:
        async with scene() as (made, _):
            await made.execute("UPDATE alembic_version SET version_num = '2026_11_20_0001'")
            try:
                with pytest.raises(StoreUnavailable, match="frontdesk migrate"):
                    await made.store()
            finally:
                await made.execute(f"UPDATE alembic_version SET version_num = '{head()}'")
            await made.execute("ALTER TABLE alembic_version RENAME TO elsewhere")
            try:
                with pytest.raises(StoreUnavailable, match="frontdesk migrate"):
                    await made.store()
            finally:
                await made.execute("ALTER TABLE elsewhere RENAME TO alembic_version")

    asyncio.run(story())


def test_a_store_that_is_closed_says_so() -> None:
    async def story() -> None:
        from domain.clock import SystemClock

        store = PostgresStore("postgresql://nowhere/x", redis_url=houses.REDIS, clock=SystemClock())
        with pytest.raises(StoreUnavailable):
            await store.mailbox.accept([arrival("hi")])

    asyncio.run(story())


@pytest.mark.parametrize("redis_url", [houses.REDIS, NOBODY])
def test_another_machine_answers_from_the_new_set_up(scene: Any, redis_url: str) -> None:
    async def story() -> None:
        async with scene(redis_url=redis_url) as (made, store):
            elsewhere = await made.store(redis_url=redis_url)
            await asyncio.sleep(0.3)  # until both listen
            assert (await elsewhere.directories.directory("biz-luz")).business.name == "Luz Studio"
            assert (await elsewhere.directories.account_by_id(LUZ_CHAT.id)).name == "Luz Studio"
            renamed = replace(LUZ, business=replace(LUZ.business, name="Luz & Sombra"))
            await store.directories.save(renamed, [replace(LUZ_CHAT, name="Luz & Sombra")])
            assert (await store.directories.directory("biz-luz")).business.name == "Luz & Sombra"
            await asyncio.sleep(0.3 if redis_url == houses.REDIS else 1.2)
            assert (await elsewhere.directories.directory("biz-luz")).business.name == "Luz & Sombra"
            assert (await elsewhere.directories.account_by_id(LUZ_CHAT.id)).name == "Luz & Sombra"

    asyncio.run(story())
