"""Redis parts by themselves: states, wake-ups, live events and limits, with Redis there and with Redis gone."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from domain.clock import ManualClock, SystemClock
from domain.ids import new_id
from domain.ports import Bucket, Live
from storage.buckets import Buckets, micros, span
from storage.redis.limits import RedisLimiter
from storage.redis.link import RedisLink
from storage.redis.live import RedisLiveEvents
from storage.redis.states import StateCache
from storage.redis.subscriber import Subscriber
from storage.redis.wakeups import POLL, Wakeup
from tests.builders import NOW
from tests.contracts.stores import houses

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

pytestmark = pytest.mark.service
NOBODY = "redis://127.0.0.1:1/0"
"""Where no Redis listens."""
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True, scope="module")
def _service() -> None:
    if missing := asyncio.run(houses.services_missing()):
        pytest.skip(missing)


@asynccontextmanager
async def linked(url: str = houses.REDIS) -> AsyncIterator[RedisLink]:
    link = RedisLink(url, f"test-{new_id()}")
    try:
        yield link
    finally:
        await link.close()
        async with Redis.from_url(houses.REDIS) as redis:
            async for key in redis.scan_iter(match=f"{link.prefix}*"):
                await redis.delete(key)


@asynccontextmanager
async def subscribed(link: RedisLink) -> AsyncIterator[Subscriber]:
    subscriber = Subscriber(link)
    subscriber.open()
    try:
        yield subscriber
    finally:
        await subscriber.close()


async def connected(subscriber: Subscriber) -> None:
    async with asyncio.timeout(5):
        while not subscriber.connected:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)


def test_a_state_is_given_for_its_version_only() -> None:
    async def story() -> None:
        async with linked() as link:
            states = StateCache(link)
            await states.put([("ana", 3, b"three|with a bar"), ("rui", 1, b"")])
            assert await states.get({"ana": 3, "rui": 1, "eva": 1}) == {"ana": b"three|with a bar", "rui": b""}
            assert await states.get({"ana": 2}) == {}
            assert await states.get({"ana": 33}) == {}

    asyncio.run(story())


def test_an_older_state_never_covers_a_newer_one() -> None:
    async def story() -> None:
        async with linked() as link:
            states = StateCache(link)
            await states.put([("ana", 10, b"ten")])
            await states.put([("ana", 9, b"nine")])
            assert await states.get({"ana": 10}) == {"ana": b"ten"}
            await states.put([("ana", 11, b"eleven")])
            assert await states.get({"ana": 11}) == {"ana": b"eleven"}
            assert await states.forget(["ana"]) == 1
            assert await states.get({"ana": 11}) == {}

    asyncio.run(story())


def test_a_worker_on_another_machine_wakes() -> None:
    async def story() -> None:
        async with linked() as link, subscribed(link) as here, subscribed(link) as there:
            mine, theirs = Wakeup(here, link.key("wake")), Wakeup(there, link.key("wake"))
            await mine.open()
            await theirs.open()
            await connected(here)
            await connected(there)
            began = time.monotonic()
            waiting = asyncio.create_task(theirs.wait(5))
            await asyncio.sleep(0.05)
            await mine.notify()
            await waiting
            assert time.monotonic() - began < 1
            await mine.wait(5)
            assert time.monotonic() - began < 1, "who notifies wakes as well"

    asyncio.run(story())


def test_a_wakeup_may_be_for_later_and_none_is_missed_before_waiting() -> None:
    async def story() -> None:
        async with linked() as link, subscribed(link) as subscriber:
            wakeup = Wakeup(subscriber, link.key("wake"))
            await wakeup.open()
            await connected(subscriber)
            began = time.monotonic()
            await wakeup.notify(0.3)
            await wakeup.wait(5)
            assert 0.25 < time.monotonic() - began < 2
            await wakeup.notify()
            began = time.monotonic()
            await wakeup.wait(5)
            assert time.monotonic() - began < 0.2, "it was notified before it waited"
            began = time.monotonic()
            await wakeup.wait(0.1)
            assert time.monotonic() - began > 0.05, "and that notice is used up"

    asyncio.run(story())


def test_pages_hear_of_their_conversation_and_of_their_business() -> None:
    async def story() -> None:
        async with linked() as link, subscribed(link) as here, subscribed(link) as there:
            await here.add(link.key("anything"), lambda _: None)
            await there.add(link.key("anything"), lambda _: None)
            await connected(here)
            await connected(there)
            told = RedisLiveEvents(link, here)
            heard = RedisLiveEvents(link, there)
            async with aclosing(heard.listen("talk-1")) as lines, aclosing(heard.listen("luz")) as desk:
                first = asyncio.create_task(anext(lines))
                second = asyncio.create_task(anext(desk))
                await asyncio.sleep(0.1)
                event = Live("talk-1", "luz", "message", {"id": "7"})
                await told.publish([Live("talk-2", "mar", "message"), event])
                async with asyncio.timeout(2):
                    assert await first == event
                    assert await second == event

    asyncio.run(story())


def test_a_limit_is_shared_and_slides() -> None:
    async def story() -> None:
        async with linked() as link, linked() as other:
            other.prefix = link.prefix
            clock = ManualClock(NOW)
            here, there = RedisLimiter(link, clock), RedisLimiter(other, clock)
            assert await here.allow("talk:ana", 2, MINUTE)
            clock.advance(timedelta(seconds=30))
            assert await there.allow("talk:ana", 2, MINUTE)
            assert not await here.allow("talk:ana", 2, MINUTE)
            assert await here.allow("talk:rui", 2, MINUTE)
            clock.advance(timedelta(seconds=31))
            assert await here.allow("talk:ana", 2, MINUTE), "the first is out of the window"
            assert not await there.allow("talk:ana", 2, MINUTE), "the second is not"

    asyncio.run(story())


SLOW = Bucket("pace:account", 0.01, 5)


async def crowd(*limiters: RedisLimiter) -> int:
    """Let many take from one bucket at once, here and there; returns how many had a token."""
    answers = await asyncio.gather(*(limiters[one % len(limiters)].take([SLOW]) for one in range(30)))
    return answers.count(0.0)


class Torn(RedisLimiter):
    """The broken twin: looks first and takes afterwards."""

    async def take(self, buckets: Sequence[Bucket]) -> float:
        (bucket,), now = buckets, micros(self._clock.now())
        key = self._link.key("bucket", bucket.key)
        full_at = max(int(await self._link.client.get(key) or 0), now) + span(bucket)
        if full_at - now > bucket.size * span(bucket):
            return 1.0
        await self._link.client.set(key, full_at)
        return 0.0


@pytest.mark.parametrize("limits", [RedisLimiter, Torn])
def test_two_machines_never_take_one_token(limits: type[RedisLimiter]) -> None:
    async def story() -> int:
        async with linked() as link, linked() as other:
            other.prefix = link.prefix
            clock = ManualClock(NOW)
            for one in (link, other):  # connected before they race
                await one.client.ping()
            return await crowd(limits(link, clock), limits(other, clock))

    through = asyncio.run(story())
    assert through == 5 if limits is RedisLimiter else through > 5, f"{through} were let through"


def test_in_redis_buckets_do_what_they_do_in_memory() -> None:
    async def story() -> None:
        async with linked() as link:
            chance, clock, beside = random.Random(5), ManualClock(NOW), Buckets()
            limiter = RedisLimiter(link, clock)
            known = [Bucket("account", 0.7, 3), Bucket("chat:ana", 0.3, 1), Bucket("chat:rui", 0.11, 2)]
            passed = 0
            for _ in range(200):
                clock.advance(timedelta(milliseconds=chance.choice((0, 0, 10, 700, 3000))))
                wanted = chance.sample(known, chance.randint(1, 3))
                wait = await limiter.take(wanted)
                assert wait == beside.take(wanted, micros(clock.now()))
                passed += wait == 0
            assert 20 < passed < 180

    asyncio.run(story())


def test_a_bucket_is_kept_until_it_is_full_again() -> None:
    async def story() -> None:
        async with linked() as link:
            limiter = RedisLimiter(link, SystemClock())
            assert await limiter.take([Bucket("a", 10.0, 2), Bucket("b", 1000.0, 2)]) == 0.0
            assert 0 < await link.client.pttl(link.key("bucket", "a")) <= 101
            await asyncio.sleep(0.15)
            assert [key async for key in link.client.scan_iter(match=f"{link.prefix}*")] == []

    asyncio.run(story())


def test_a_server_that_forgot_the_script_is_told_it_again() -> None:
    async def story() -> None:
        async with linked() as link:
            limiter = RedisLimiter(link, ManualClock(NOW))
            assert await limiter.take([SLOW]) == 0.0
            await link.client.script_flush()
            assert [await limiter.take([SLOW]) for _ in range(4)] == [0.0] * 4
            assert await limiter.take([SLOW]) > 0.0

    asyncio.run(story())


def test_while_redis_is_away_messages_go_on_and_the_log_says_so_once() -> None:
    async def story() -> None:
        async with linked(NOBODY) as link:
            limiter = RedisLimiter(link, ManualClock(NOW))
            with capture_logs() as logs:
                bucket = Bucket("pace:account:+351910000001", 0.01, 1)
                assert [await limiter.take([bucket]) for _ in range(20)] == [0.0] * 20
            (told,) = [one for one in logs if one["event"] == "limit_not_counted"]
            assert told["key"] == "pace", "nobody is named"

    asyncio.run(story())


def test_without_redis_everybody_goes_on() -> None:
    async def story() -> None:
        async with linked(NOBODY) as link, subscribed(link) as subscriber:
            states = StateCache(link)
            await states.put([("ana", 1, b"one")])
            assert await states.get({"ana": 1}) == {}
            assert await states.forget(["ana"]) == 0
            limiter = RedisLimiter(link, ManualClock(NOW))
            assert [await limiter.allow("ana", 1, MINUTE) for _ in range(3)] == [True] * 3, "it fails open"
            wakeup = Wakeup(subscriber, link.key("wake"))
            await wakeup.open()
            began = time.monotonic()
            await wakeup.wait(30)
            assert time.monotonic() - began < POLL + 0.5, "it looks again by itself"
            live = RedisLiveEvents(link, subscriber)
            async with aclosing(live.listen("talk-1")) as lines:
                waiting = asyncio.create_task(anext(lines))
                await asyncio.sleep(0.01)
                await live.publish([Live("talk-1", "luz", "turn")])
                async with asyncio.timeout(1):
                    assert (await waiting).kind == "turn", "pages of the same process still hear"
            assert await link.healthy() != "ok"

    asyncio.run(story())


def test_a_redis_that_is_gone_is_not_asked_by_every_turn() -> None:
    async def story() -> None:
        async with linked(NOBODY) as link:
            asked = 0

            async def call(redis: Redis) -> bool:
                nonlocal asked
                asked += 1
                return bool(await redis.ping())

            answers = [await link.ask(call, False) for _ in range(50)]
            assert answers == [False] * 50
            assert asked == 1

    asyncio.run(story())


def test_it_comes_back_by_itself() -> None:
    async def story() -> None:
        async with linked(NOBODY) as link, linked() as sound:
            states = StateCache(link)
            await states.put([("ana", 1, b"one")])
            assert link.trouble
            link.client.connection_pool, old = sound.client.connection_pool, link.client.connection_pool
            try:
                await asyncio.sleep(0.6)
                await states.put([("ana", 2, b"two")])
                assert not link.trouble
                assert await states.get({"ana": 2}) == {"ana": b"two"}
            finally:
                link.client.connection_pool = old
                await sound.client.delete(link.key("state", "ana"))

    asyncio.run(story())


def test_a_killed_subscription_is_made_anew() -> None:
    async def story() -> None:
        async with linked() as link, subscribed(link) as subscriber, subscribed(link) as other:
            wakeup, elsewhere = Wakeup(subscriber, link.key("wake")), Wakeup(other, link.key("wake"))
            await wakeup.open()
            await elsewhere.open()
            await connected(subscriber)
            await connected(other)
            async with Redis.from_url(houses.REDIS) as redis:
                for client in await redis.client_list(_type="pubsub"):
                    if client["name"] == link.key("subscriber"):
                        await redis.client_kill_filter(_id=client["id"])
            async with asyncio.timeout(5):
                while subscriber.connected:  # noqa: ASYNC110 - nothing tells
                    await asyncio.sleep(0.01)
            await connected(subscriber)
            await connected(other)
            waiting = asyncio.create_task(wakeup.wait(5))
            await asyncio.sleep(0.05)
            began = time.monotonic()
            await elsewhere.notify()
            await waiting
            assert time.monotonic() - began < 1

    asyncio.run(story())
