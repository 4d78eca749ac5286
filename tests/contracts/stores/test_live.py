"""Live events and rate limits."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from domain.ports import Live
from tests.builders import LUZ, MAR
from tests.contracts.stores.story import story

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from domain.ports import LiveEvents
    from tests.contracts.stores.houses import House


async def hear_next(live: LiveEvents, topic: str, most: int, listening: asyncio.Event) -> list[Live]:
    heard: list[Live] = []
    stream = cast("AsyncGenerator[Live, None]", live.listen(topic))
    async with aclosing(stream):
        listening.set()
        async for event in stream:
            heard.append(event)
            if len(heard) == most:
                break
    return heard


@story
async def test_pages_hear_what_happens_in_their_conversation_or_business(house: House) -> None:
    live = house.store.live
    ours = [Live("c1", LUZ.business.id, "turn", {"id": "1"}), Live("c2", LUZ.business.id, "message")]
    other = Live("c3", MAR.business.id, "turn")
    events = [asyncio.Event() for _ in range(3)]
    listeners = [
        asyncio.create_task(hear_next(live, topic, most, listening))
        for (topic, most), listening in zip((("c1", 1), (LUZ.business.id, 2), ("c1", 1)), events, strict=True)
    ]
    for listening in events:
        await listening.wait()
    await asyncio.sleep(0.3)
    await live.publish([other, *ours])
    heard = await asyncio.wait_for(asyncio.gather(*listeners), 10)
    assert heard == [ours[:1], ours, ours[:1]]


@story
async def test_nobody_listens_and_nothing_breaks(house: House) -> None:
    await house.store.live.publish([Live("c1", LUZ.business.id, "turn")])
    await house.store.live.publish([])


@story
async def test_a_limit_lets_so_many_through(house: House) -> None:
    limiter = house.store.limiter
    per = timedelta(seconds=0.5)
    assert [await limiter.allow("ana", 3, per) for _ in range(5)] == [True, True, True, False, False]
    assert await limiter.allow("rui", 3, per), "others are not affected"
    await house.pass_time(0.6)
    assert await limiter.allow("ana", 3, per)


@story
async def test_a_store_says_that_it_is_well(house: House) -> None:
    assert set((await house.store.healthy()).values()) == {"ok"}
