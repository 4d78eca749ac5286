"""Timers: each rings once, in its conversation's lane."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.conversations import Conversation, Timer
from tests.builders import NOW, arrival
from tests.contracts.stores.story import claim_one, hear, meet, story

if TYPE_CHECKING:
    from datetime import datetime

    from domain.ports import Claim
    from tests.contracts.stores.houses import House


def timer(of: Conversation, kind: str, due_at: datetime = NOW, body: bytes = b"{}") -> Timer:
    return Timer(of.id, of.business_id, of.account_id, kind, due_at, body)


def kinds(claim: Claim) -> list[str]:
    return sorted(one.external_id.partition("|")[0] for one in claim.mail)


@story
async def test_a_timer_rings_once_in_its_conversation(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    in_an_hour = NOW + timedelta(hours=1)
    await hear(store, arrival("hm"), timers=(timer(conversation, "nudge", in_an_hour, b'{"times": 1}'),))
    assert await store.timers.fire(in_an_hour - timedelta(seconds=1), 10) == 0
    fired = await asyncio.gather(*(store.timers.fire(in_an_hour, 10) for _ in range(4)))
    assert sum(fired) == 1
    claim = await claim_one(store)
    assert claim.lane == conversation.id
    (mail,) = claim.mail
    assert (mail.kind, mail.body, mail.sender) == ("timer", b'{"times": 1}', "")
    assert mail.external_id == f"nudge|{conversation.id}|{in_an_hour.isoformat()}"
    assert await store.timers.fire(in_an_hour + timedelta(days=1), 10) == 0


@story
async def test_a_timer_replaces_the_one_of_its_kind(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await hear(store, arrival("hm"), timers=(timer(conversation, "nudge", NOW + timedelta(hours=1)),))
    await hear(store, arrival("hm"), timers=(timer(conversation, "nudge", NOW + timedelta(hours=2)),))
    assert await store.timers.fire(NOW + timedelta(hours=1), 10) == 0
    await hear(store, arrival("hm"), timers=(timer(conversation, "nudge", NOW + timedelta(minutes=90)),))
    assert await store.timers.fire(NOW + timedelta(minutes=90), 10) == 1
    assert await store.timers.fire(NOW + timedelta(hours=3), 10) == 0


@story
async def test_timers_are_cancelled_by_kind_or_by_beginning(house: House) -> None:
    store = house.store
    conversation, other = await meet(store, "ana"), await meet(store, "rui")
    names = ("nudge", "close", "reminder:1", "reminder:2", "reminded")
    await hear(store, arrival("hm", "ana"), timers=tuple(timer(conversation, name) for name in names))
    await hear(store, arrival("hm", "rui"), timers=(timer(other, "reminder:3"),))
    await hear(store, arrival("hm", "ana"), cancel_timers=("nudge", "reminder:*", "never set"))
    assert await store.timers.fire(NOW, 10) == 3
    rung = {claim.lane: kinds(claim) for claim in await store.mailbox.claim(10)}
    assert rung == {conversation.id: ["close", "reminded"], other.id: ["reminder:3"]}


@story
async def test_a_turn_cancels_before_it_sets(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await hear(store, arrival("hm"), timers=(timer(conversation, "nudge", NOW + timedelta(hours=1)),))
    await hear(store, arrival("hm"), cancel_timers=("*",), timers=(timer(conversation, "nudge"),))
    assert await store.timers.fire(NOW, 10) == 1


@story
async def test_timers_ring_a_few_at_a_time_the_longest_due_first(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await hear(
        store,
        arrival("hm"),
        timers=tuple(timer(conversation, f"t{n}", NOW + timedelta(minutes=n)) for n in (3, 1, 5, 2, 4)),
    )
    later = NOW + timedelta(hours=1)
    assert [await store.timers.fire(later, 2) for _ in range(4)] == [2, 2, 1, 0]
    claim = await claim_one(store)
    assert [one.external_id.partition("|")[0] for one in claim.mail] == ["t1", "t2", "t3", "t4", "t5"]


@story
async def test_keys_of_handled_mail_are_forgotten_after_eight_days(house: House) -> None:
    store = house.store
    await hear(store, arrival("hi", external_id="w1"))
    await store.mailbox.accept([arrival("waiting", external_id="w2")])
    house.clock.advance(timedelta(days=7, hours=23))
    await store.timers.sweep(house.clock.now())
    assert list(await store.mailbox.accept([arrival("hi", external_id="w1")])) == [False]
    house.clock.advance(timedelta(hours=2))
    assert await store.timers.sweep(house.clock.now()) >= 1
    assert list(await store.mailbox.accept([arrival("waiting", external_id="w2")])) == [False], "it still waits"
    assert list(await store.mailbox.accept([arrival("hi again", external_id="w1")])) == [True]
    assert [one.body for one in (await claim_one(store)).mail] == [b"waiting", b"hi again"]
