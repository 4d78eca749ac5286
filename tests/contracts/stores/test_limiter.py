"""Token buckets: never more than was promised, all or none of several, and nobody waits for ever."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.clock import ManualClock
from domain.ports import Bucket
from storage.buckets import Buckets, micros
from storage.memory.limiter import MemoryLimiter
from tests.builders import NOW
from tests.contracts.stores.broken import GreedyBuckets, LeakyBuckets
from tests.contracts.stores.story import story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.contracts.stores.houses import House

START = micros(NOW)
SECOND = 1_000_000


@story
async def test_so_many_at_once_and_then_at_the_pace_that_tokens_come_back(house: House) -> None:
    limiter, bucket = house.store.limiter, [Bucket("account:1", 4.0, 3)]
    assert [await limiter.take(bucket) for _ in range(3)] == [0.0] * 3
    wait = await limiter.take(bucket)
    assert 0.0 < wait <= 0.25
    assert await limiter.take(bucket) <= 0.25, "who is refused takes nothing"
    await house.pass_time(wait)
    assert await limiter.take(bucket) == 0.0
    assert await limiter.take(bucket) > 0.0
    assert await limiter.take([Bucket("account:2", 4.0, 3)]) == 0.0, "others are not affected"


@story
async def test_who_must_wait_for_one_bucket_takes_nothing_out_of_another(house: House) -> None:
    limiter, account = house.store.limiter, Bucket("account:1", 0.01, 3)
    busy, other = Bucket("chat:busy", 0.01, 1), Bucket("chat:other", 0.01, 1)
    assert await limiter.take([account, busy]) == 0.0
    for order in ([account, busy], [busy, account]) * 3:
        assert await limiter.take(order) > 90
    assert await limiter.take([account, other]) == 0.0
    assert await limiter.take([account]) == 0.0
    assert await limiter.take([account]) > 90


@story
async def test_the_longest_wait_is_told(house: House) -> None:
    limiter = house.store.limiter
    quick, slow = Bucket("quick", 1.0, 1), Bucket("slow", 0.01, 1)
    assert await limiter.take([quick, slow]) == 0.0
    assert 99 < await limiter.take([quick, slow]) <= 100
    assert await limiter.take([]) == 0.0


@story
async def test_one_bucket_named_twice_gives_two_tokens(house: House) -> None:
    limiter, bucket = house.store.limiter, Bucket("account:1", 0.01, 3)
    assert await limiter.take([bucket, bucket]) == 0.0
    assert await limiter.take([bucket, bucket]) > 90
    assert await limiter.take([bucket]) == 0.0


@story
async def test_a_crowd_takes_no_more_than_there_is(house: House) -> None:
    limiter, bucket = house.store.limiter, Bucket("account:1", 0.01, 7)
    answers = await asyncio.gather(*(limiter.take([bucket]) for _ in range(40)))
    assert answers.count(0.0) == 7


@story
async def test_a_bucket_that_can_hold_nothing_is_a_mistake(house: House) -> None:
    for bucket in (Bucket("b", 0.0, 1), Bucket("b", -1.0, 1), Bucket("b", 1.0, 0)):
        with pytest.raises(ValueError, match="never holds a token"):
            await house.store.limiter.take([bucket])


RATES = st.floats(0.01, 1000.0, allow_nan=False)
SIZES = st.integers(1, 20)
PAUSES = st.lists(st.integers(0, 3 * SECOND) | st.just(0), min_size=1, max_size=80)


def passed(buckets: Buckets, bucket: Bucket, pauses: Sequence[int]) -> list[int]:
    """Return at which moments a token was given to somebody who asks after each of these pauses."""
    now, moments = START, []
    for pause in pauses:
        now += pause
        if buckets.take([bucket], now) == 0.0:
            moments.append(now)
    return moments


def too_many(moments: Sequence[int], bucket: Bucket) -> bool:
    """Whether in any window more was given than `size + rate * t`."""
    return any(
        last - first + 1 > bucket.size + bucket.rate * (moments[last] - moments[first]) / SECOND + 1e-9
        for first in range(len(moments))
        for last in range(first, len(moments))
    )


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(RATES, SIZES, PAUSES)
@example(3.0, 1, [0] + [333_333] * 20)
def test_in_no_window_is_more_given_than_was_promised(rate: float, size: int, pauses: list[int]) -> None:
    bucket = Bucket("b", rate, size)
    moments = passed(Buckets(), bucket, pauses)
    assert moments[0] == START + pauses[0], "a full bucket gives at once"
    assert not too_many(moments, bucket)


def test_a_bucket_that_always_gives_is_caught() -> None:
    bucket = Bucket("b", 1.0, 2)
    assert too_many(passed(LeakyBuckets(), bucket, [0, 0, 0]), bucket)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(RATES, SIZES)
def test_whoever_waits_as_long_as_was_told_has_a_token(rate: float, size: int) -> None:
    bucket, buckets, now = Bucket("b", rate, size), Buckets(), START
    for _ in range(2 * size + 3):
        wait = round(buckets.take([bucket], now) * SECOND)
        if wait:
            assert buckets.take([bucket], now + wait - 1) > 0, "and not a moment earlier"
            now += wait
            assert buckets.take([bucket], now) == 0.0


def served(buckets: Buckets, guests: int, each: int) -> dict[int, list[int]]:
    """Let guests of one account be sent so much each, waiting as they are told; a blocked one asks without end.

    Returns when each was let through, in the time in which the account and then the last one's chat have the tokens.
    """
    account = Bucket("account", 10.0, 2)
    chats = [Bucket(f"chat:{guest}", 5.0, 1) for guest in range(guests)]
    blocked = Bucket("chat:blocked", 0.001, 1)
    buckets.take([blocked], START)
    through: dict[int, list[int]] = {guest: [] for guest in range(guests)}
    waiting = [(START, guest, guest) for guest in range(guests)]
    heapify(waiting)
    asked = guests
    end = START + guests * each * SECOND // 10 + each * SECOND // 5
    while waiting and waiting[0][0] <= end:
        now, _, guest = heappop(waiting)
        buckets.take([account, blocked], now)  # somebody whose chat is full asks all the time
        wait = round(buckets.take([account, chats[guest]], now) * SECOND)
        if wait == 0:
            through[guest].append(now)
        asked += 1
        if len(through[guest]) < each:
            heappush(waiting, (now + max(wait, 1), asked, guest))
    return through


@pytest.mark.parametrize("guests", [2, 5, 13])
def test_nobody_starves_in_a_crowd(guests: int) -> None:
    through = served(Buckets(), guests, 8)
    assert {len(moments) for moments in through.values()} == {8}


def test_where_the_refused_take_tokens_too_everybody_starves() -> None:
    through = served(GreedyBuckets(), 5, 8)
    assert min(len(moments) for moments in through.values()) < 8


def test_buckets_that_are_full_again_are_forgotten() -> None:
    buckets = Buckets(most=10)
    for number in range(1000):
        buckets.take([Bucket(f"chat:{number}", 1.0, 3)], START + number * SECOND)
        assert len(buckets) <= 11


def test_the_memory_store_asks_its_clock() -> None:
    async def asked() -> None:
        clock = ManualClock(NOW)
        limiter = MemoryLimiter(clock)
        bucket = [Bucket("account", 3.0, 1)]
        assert await limiter.take(bucket) == 0.0
        wait = await limiter.take(bucket)
        assert wait == 0.333334
        clock.advance(timedelta(seconds=wait))
        assert await limiter.take(bucket) == 0.0

    asyncio.run(asked())
