"""What the memory store promises beyond the contract: the clock drives it, and it does not grow for nothing."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from domain.clock import ManualClock, SystemClock
from domain.conversations import Timer
from domain.ports import Live
from storage.memory import MemoryStore, limiter, live
from tests.builders import LUZ_CHAT, NOW, arrival, commit_for

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


def test_a_replayed_burst_is_heard_when_its_clock_says_so() -> None:
    async def story() -> None:
        clock = ManualClock(NOW)
        mailbox = MemoryStore(clock).mailbox
        quiet = timedelta(milliseconds=700)
        await mailbox.accept([arrival("hi", quiet=quiet)])
        clock.advance(timedelta(milliseconds=600))
        await mailbox.accept([arrival("a haircut", quiet=quiet)])
        clock.advance(timedelta(milliseconds=600))
        assert not await mailbox.claim(1), "600 ms after the latest"
        clock.advance(timedelta(milliseconds=100))
        (claim,) = await mailbox.claim(1)
        assert len(claim.mail) == 2

    asyncio.run(story())


def test_waiting_ends_with_the_quiet_time() -> None:
    async def story() -> None:
        mailbox = MemoryStore(SystemClock()).mailbox
        await mailbox.accept([arrival("hi", quiet=timedelta(milliseconds=50))])
        loop = asyncio.get_running_loop()
        started = loop.time()
        while not await mailbox.claim(1):
            await mailbox.wait(20)
        assert 0.04 < loop.time() - started < 5

    asyncio.run(story())


def test_waiting_ends_with_the_lease_of_a_vanished_worker() -> None:
    async def story() -> None:
        mailbox = MemoryStore(SystemClock(), lease=timedelta(milliseconds=50)).mailbox
        await mailbox.accept([arrival("hi")])
        (lost,) = await mailbox.claim(1)
        while not (found := await mailbox.claim(1)):
            await mailbox.wait(20)
        assert found[0].fence > lost.fence

    asyncio.run(story())


def test_a_late_word_that_it_was_sent_is_believed() -> None:
    async def story() -> None:
        clock = ManualClock(NOW)
        store = MemoryStore(clock)
        await store.mailbox.accept([arrival("hi")])
        (claim,) = await store.mailbox.claim(1)
        await store.mailbox.commit([commit_for(claim, "Hi Ana")])
        (parcel,) = await store.outbox.due(1)
        await store.outbox.sending([parcel])
        clock.advance(timedelta(seconds=30))
        (again,) = await store.outbox.due(1)
        await store.outbox.sent(parcel, "platform-1")
        assert list(await store.outbox.sending([again])) == [False]

    asyncio.run(story())


def test_timers_that_are_put_off_do_not_pile_up() -> None:
    async def story() -> None:
        clock = ManualClock(NOW)
        store = MemoryStore(clock)
        for turn in range(500):
            await store.mailbox.accept([arrival("hm")])
            (claim,) = await store.mailbox.claim(1)
            nudge = Timer(claim.lane, claim.business_id, claim.account_id, "nudge", NOW + timedelta(minutes=60 + turn))
            await store.mailbox.commit([commit_for(claim, timers=(nudge,))])
        assert len(store.timers.table._due) == 1
        assert await store.timers.fire(NOW + timedelta(minutes=558), 10) == 0
        assert await store.timers.fire(NOW + timedelta(minutes=559), 10) == 1

    asyncio.run(story())


def test_a_slow_page_loses_the_oldest_events() -> None:
    async def story() -> None:
        events = live.MemoryLive()
        stream = cast("AsyncGenerator[Live, None]", events.listen("c1"))
        async with aclosing(stream):
            first = asyncio.create_task(anext(stream))
            await asyncio.sleep(0)
            await events.publish([Live("c1", LUZ_CHAT.business_id, str(number)) for number in range(live.BACKLOG + 9)])
            assert (await first).kind == "9"
        await events.publish([Live("c1", LUZ_CHAT.business_id, "nobody listens")])
        assert not events._listeners

    asyncio.run(story())


def test_windows_that_are_over_are_forgotten() -> None:
    async def story() -> None:
        clock = ManualClock(NOW)
        limits = limiter.MemoryLimiter(clock)
        limits._sweep_at = 10
        for number in range(10):
            assert await limits.allow(f"guest {number}", 1, timedelta(seconds=1))
        clock.advance(timedelta(seconds=1))
        assert await limits.allow("ana", 1, timedelta(seconds=1))
        assert list(limits._windows) == ["ana"]

    asyncio.run(story())
