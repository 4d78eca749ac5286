"""Delivery: the outbox goes out in order, at most once where it matters, and what cannot be sent is shown."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from adapters.base import SendLater, SendRefused, SendUnknown
from bots.delivery import Delivery
from domain.conversations import Owner
from domain.ports import ControlChange
from tests.bots.posting import Platform, Post, play

if TYPE_CHECKING:
    from domain.conversations import OutboxKind


def test_words_of_a_conversation_arrive_in_order() -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        await post.says("one", "two", "three")
        assert await post.delivery.drain() == 3
        assert post.platform.got == ["one", "two", "three"]
        assert await post.delivery.drain() == 0

    play(story)


def test_conversations_do_not_wait_for_each_other_and_calls_are_bounded() -> None:
    async def story() -> None:
        slow = [lambda: asyncio.sleep(0.01)] * 12
        post = await Post(Platform(*slow)).open()
        post.delivery = Delivery(post.store, {"pigeon": post.platform}, post.clock, most=4)
        for number in range(12):
            await post.says("hello", who=f"person {number}")
        assert await post.delivery.drain() == 12
        assert post.platform.most_at_once == 4

    play(story)


def test_a_busy_platform_is_asked_again_when_it_said_so_and_order_stays() -> None:
    async def story() -> None:
        post = await Post(Platform(SendLater(30))).open()
        await post.says("one", "two")
        assert await post.drain() == []
        assert post.platform.got == ["one"]
        post.clock.advance(timedelta(seconds=31))
        await post.drain()
        assert post.platform.got == ["one", "one", "two"]

    play(story)


def test_old_talk_is_given_up_but_a_notice_is_not() -> None:
    async def story() -> None:
        post = await Post(Platform(SendLater(7200), SendLater(7200), SendLater(7200))).open()
        await post.says("how about 3pm?", who="ana")
        await post.says("Booked.", who="ben", kind="notice")
        assert await post.drain() == []
        post.clock.advance(timedelta(hours=2, seconds=1))
        post.platform.answers = [SendLater(60), SendLater(60)]
        (given_up,) = await post.drain()
        assert "not taken in 2:00:01" in given_up
        post.clock.advance(timedelta(minutes=2))
        assert await post.delivery.drain() == 1
        assert post.platform.got[-1] == "Booked."

    play(story)


def test_a_refusal_is_shown_and_does_not_block_the_conversation() -> None:
    async def story() -> None:
        post = await Post(Platform(SendRefused("blocked by the user"))).open()
        await post.says("one", "two")
        assert await post.drain() == ["blocked by the user"]
        assert post.platform.got == ["one", "two"]
        assert [lost.problem for lost in await post.store.outbox.given_up()] == ["blocked by the user"]

    play(story)


@pytest.mark.parametrize(
    ("kind", "has_link", "calls"), [("notice", False, 2), ("notice", True, 1), ("talk", False, 1), ("staff", False, 1)]
)
@pytest.mark.parametrize("trouble", [SendUnknown("line cut"), RuntimeError("a defect")])
def test_only_a_notice_without_a_link_is_sent_once_more(
    kind: OutboxKind, has_link: bool, calls: int, trouble: Exception
) -> None:
    async def story() -> None:
        post = await Post(Platform(trouble, trouble, trouble)).open()
        await post.says("Booked.", kind=kind, has_link=has_link)
        (error,) = await post.drain()
        assert "nobody knows whether it arrived" in error
        assert post.platform.got == ["Booked."] * calls

    play(story)


def test_a_call_that_never_answers_is_an_unknown_outcome() -> None:
    async def story() -> None:
        post = await Post(Platform(lambda: asyncio.sleep(60))).open()
        await post.says("one")
        (error,) = await post.drain()
        assert "no answer in 0.05 s" in error

    play(story)


@pytest.mark.parametrize(("kind", "again"), [("notice", 1), ("talk", 0)])
def test_what_a_dead_sender_left_is_treated_as_doubtful(kind: OutboxKind, again: int) -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        await post.says("Booked.", kind=kind)
        parcels = await post.store.outbox.due(10)
        assert await post.store.outbox.sending(parcels) == [True]  # and then its process is gone
        post.clock.advance(timedelta(minutes=2))
        errors = await post.drain()
        assert len(post.platform.got) == again
        assert errors == ([] if again else ["nobody knows whether it arrived"])

    play(story)


def test_a_doubtful_notice_is_not_sent_a_third_time() -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        await post.says("Booked.", kind="notice")
        for _ in range(2):
            parcels = await post.store.outbox.due(10)
            assert await post.store.outbox.sending(parcels) == [True]
            post.clock.advance(timedelta(minutes=2))
        assert await post.drain() == ["nobody knows whether it arrived"]
        assert post.platform.got == []

    play(story)


def test_a_claim_stops_talk_that_is_not_on_its_way_but_not_a_notice() -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        conversation = await post.says("Booked.", kind="notice")
        await post.says("Anything else?")
        parcels = await post.store.outbox.due(10)
        await post.store.control.change(
            ControlChange(conversation.id, "salon", conversation.control_epoch, Owner.HUMAN, "rosa")
        )
        assert await post.store.outbox.sending(parcels) == [True]
        await post.store.outbox.sent(parcels[0], "x")
        assert await post.delivery.drain() == 0

    play(story)


def test_free_text_outside_the_window_is_shown_to_staff() -> None:
    async def story() -> None:
        post = await Post(Platform(window=24)).open()
        await post.says("inside")
        assert await post.drain() == []
        await post.says("outside")
        post.clock.advance(timedelta(hours=24))
        assert await post.drain() == ["outside the window for free text"]
        assert post.platform.got == ["inside"]

    play(story)


def test_a_channel_of_another_process_is_left_to_it() -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        await post.says("for the terminal", channel="terminal")
        assert await post.drain() == []
        post.clock.advance(timedelta(seconds=3))
        (parcel,) = await post.store.outbox.due(10)
        assert not parcel.doubtful

    play(story)


def test_an_account_that_is_gone_is_told() -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        await post.says("hello", account="gone")
        assert len(await post.drain()) == 1
        assert post.platform.got == []

    play(story)


def test_run_sends_what_comes_while_it_waits_and_finishes_what_it_began() -> None:
    async def story() -> None:
        post = await Post(Platform(None, lambda: asyncio.sleep(0.03))).open()
        stop = asyncio.Event()
        running = asyncio.create_task(post.delivery.run(stop))
        await asyncio.sleep(0)
        await post.says("one")
        await asyncio.sleep(0.01)
        assert post.platform.got == ["one"]
        await post.says("two")
        await asyncio.sleep(0.01)
        stop.set()
        await running
        assert post.platform.got == ["one", "two"]
        assert await post.store.outbox.due(10) == []

    play(story)
