"""The clockwork: timers fire when they are due, whatever the clock does."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from bots.clockwork import Clockwork
from domain.clock import ManualClock
from domain.conversations import Owner, Timer
from domain.ids import new_id
from domain.ports import ControlChange
from tests.bots.test_delivery import Platform, Post, play

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


async def with_timer(due_at: datetime) -> Post:
    post = await Post(Platform()).open()
    conversation = await post.says("When would you like to come?")
    timer = Timer(conversation.id, "salon", post.account.id, "nudge", due_at)
    await post.store.control.change(
        ControlChange(conversation.id, "salon", conversation.control_epoch, Owner.BOT, timers=[timer], keep_epoch=True)
    )
    return post


def test_a_timer_fires_once_and_not_before_its_time() -> None:
    async def story() -> None:
        post = await with_timer(NOW + timedelta(hours=1))
        clockwork = Clockwork(post.store, post.clock)
        assert await clockwork.tick() == 0
        post.clock.advance(timedelta(hours=1))
        assert await clockwork.tick() == 1
        assert await clockwork.tick() == 0
        (claim,) = await post.store.mailbox.claim(5)
        assert [mail.kind for mail in claim.mail] == ["timer"]

    play(story)


class Swept:
    """Timers that count sweeps."""

    def __init__(self) -> None:
        self.sweeps = 0

    async def fire(self, now: datetime, most: int) -> int:
        return 0

    async def sweep(self, now: datetime) -> int:
        self.sweeps += 1
        return 0


class OnlyTimers:
    def __init__(self) -> None:
        self.timers = Swept()


def test_sweeping_is_rare_but_a_clock_that_jumps_back_does_not_stop_it() -> None:
    async def story() -> None:
        clock, store = ManualClock(NOW), OnlyTimers()
        clockwork = Clockwork(store, clock)  # type: ignore[arg-type]
        for _ in range(3):
            await clockwork.tick()
        assert store.timers.sweeps == 1
        clock.advance(timedelta(minutes=1))
        await clockwork.tick()
        assert store.timers.sweeps == 2
        clock.advance(timedelta(days=-1))
        await clockwork.tick()
        assert store.timers.sweeps == 3

    play(story)


def test_run_ticks_until_it_is_stopped() -> None:
    async def story() -> None:
        post = await with_timer(NOW)
        stop = asyncio.Event()
        running = asyncio.create_task(Clockwork(post.store, post.clock, every=timedelta(milliseconds=5)).run(stop))
        await asyncio.sleep(0.02)
        stop.set()
        await running
        assert len(await post.store.mailbox.claim(5)) == 1

    play(story)


def test_more_timers_than_one_transaction_takes_all_fire() -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        for number in range(250):
            conversation = await post.says("hello", who=f"person {number}")
            timer = Timer(conversation.id, "salon", post.account.id, f"nudge:{new_id()}", NOW)
            await post.store.control.change(
                ControlChange(conversation.id, "salon", None, Owner.BOT, timers=[timer], keep_epoch=True)
            )
        assert await Clockwork(post.store, post.clock).tick() == 250

    play(story)
