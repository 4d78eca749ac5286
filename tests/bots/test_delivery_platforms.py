"""Delivery to real platforms: their pace, their windows, outcomes that nobody knows, tokens that are revoked."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from adapters.base import AccountStopped, SendLater, SendUnknown, Unauthorised, Unreachable, WindowClosed
from bots.delivery import RECONCILED_WITHIN
from bots.switchboard import Switchboard
from dialogs.messages import TemplateUse
from dialogs.wire import encode_signal
from domain.ids import control_lane
from domain.ports import Arrival, Credential, Endpoint
from domain.signals import Receipt, tracked
from tests.bots.posting import NOW, Platform, Post, play

USE = TemplateUse("confirmation", "en", ("Ana", "Haircut", "Sat 21 Nov", "Salon"), "b/salon/x")
TRACKED: dict[str, Any] = {"receipts": True, "reconciles": True}


async def told(post: Post, status: str, key: str, external_id: str = "wamid.1", problem: str = "") -> None:
    """The platform tells what became of a message."""
    ours = tracked(key)
    assert ours is not None
    now = post.clock.now()
    receipt = Receipt(external_id, status, now, key, problem=problem)  # type: ignore[arg-type]
    lane = control_lane(ours[0])
    name = f"{external_id}:{status}"
    body = encode_signal(receipt)
    mail = Arrival("e1", "control", name, lane, "salon", post.account.id, "", body, now, now)
    await post.store.mailbox.accept([mail])
    switchboard = Switchboard(post.store, {"pigeon": post.platform}, post.clock)
    for claim in await post.store.mailbox.claim(10):
        await switchboard.serve(claim)


def test_a_chat_is_written_to_at_its_platforms_pace_and_nothing_is_lost() -> None:
    async def story() -> None:
        post = await Post(Platform(per_account=(10.0, 10), per_chat=(1.0, 2))).open()
        await post.says("one", "two", "three", "four")
        await post.delivery.drain()
        assert post.platform.got == ["one", "two"], "a burst, as far as the platform takes one"
        post.clock.advance(timedelta(seconds=1))
        await post.delivery.drain()
        assert post.platform.got == ["one", "two", "three"]
        post.clock.advance(timedelta(hours=30))
        await post.delivery.drain()
        assert post.platform.got == ["one", "two", "three", "four"], "our own pace uses up nobody's patience"

    play(story)


def test_an_accounts_pace_holds_for_all_its_chats_together() -> None:
    async def story() -> None:
        post = await Post(Platform(per_account=(4.0, 4))).open()
        for number in range(12):
            await post.says("hello", who=f"person {number}")
        sent = []
        for _ in range(3):
            await post.delivery.drain()
            sent.append(len(post.platform.got))
            post.clock.advance(timedelta(seconds=1))
        assert sent == [4, 8, 12]

    play(story)


def test_an_outcome_that_nobody_knows_is_settled_by_the_receipt() -> None:
    async def story() -> None:
        post = await Post(Platform(SendUnknown("timed out"), **TRACKED)).open()
        await post.says("Booked.", "See you.", kind="notice")
        await post.delivery.drain()
        assert post.platform.got == ["Booked."], "the rest of the conversation waits, and nothing is sent twice"
        await told(post, "delivered", post.platform.keys[0])
        await post.delivery.drain()
        assert post.platform.got == ["Booked.", "See you."]
        assert not await post.store.outbox.given_up()

    play(story)


@pytest.mark.parametrize(("kind", "again"), [("notice", True), ("talk", False), ("staff", False)])
def test_without_a_receipt_a_notice_is_sent_once_more_and_the_rest_is_shown_to_staff(kind: Any, again: bool) -> None:
    async def story() -> None:
        post = await Post(Platform(SendUnknown("timed out"), **TRACKED)).open()
        await post.says("words", "and more", kind=kind)
        await post.delivery.drain()
        post.clock.advance(RECONCILED_WITHIN + timedelta(seconds=1))
        shown = await post.drain()
        assert post.platform.got == (["words", "words", "and more"] if again else ["words", "and more"])
        assert shown == ([] if again else ["nobody knows whether it arrived"])

    play(story)


def test_a_notice_that_stays_in_doubt_is_sent_twice_at_the_most() -> None:
    async def story() -> None:
        post = await Post(Platform(*[SendUnknown("timed out")] * 5, **TRACKED)).open()
        await post.says("Booked.", kind="notice")
        for _ in range(6):
            await post.delivery.drain()
            post.clock.advance(RECONCILED_WITHIN + timedelta(seconds=1))
        assert post.platform.got == ["Booked.", "Booked."]
        (letter,) = await post.store.outbox.given_up()
        assert "nobody knows" in letter.problem

    play(story)


def test_receipts_are_shown_on_the_message_by_rank_whatever_their_order() -> None:
    async def story() -> None:
        post = await Post(Platform(**TRACKED)).open()
        await post.says("Booked.", kind="notice")
        await post.delivery.drain()
        (key,) = post.platform.keys
        for status in ("read", "sent", "delivered"):
            await told(post, status, key)
        ((_, delivery),) = post.store.tables.deliveries.items()
        assert delivery.status == "read"

    play(story)


def test_a_message_that_failed_after_it_was_taken_is_a_dead_letter() -> None:
    async def story() -> None:
        post = await Post(Platform(**TRACKED)).open()
        await post.says("Booked.", kind="notice")
        await post.delivery.drain()
        await told(post, "failed", post.platform.keys[0], problem="cannot be delivered")
        (letter,) = await post.store.outbox.given_up("salon")
        assert letter.problem == "cannot be delivered"

    play(story)


def test_outside_the_window_a_notice_goes_as_an_approved_template_and_talk_does_not_go() -> None:
    async def story() -> None:
        post = await Post(Platform(window=24, templates=True)).open()
        await post.says("Booked.", kind="notice", template=USE, who="ana")
        await post.says("And for lunch?", who="ben")
        post.clock.advance(timedelta(hours=24))
        assert await post.drain() == ["outside the window for free text"]
        assert post.platform.got == ["template confirmation"]

    play(story)


def test_a_window_that_the_platform_finds_closed_is_answered_by_the_template() -> None:
    async def story() -> None:
        post = await Post(Platform(WindowClosed("re-engagement"), window=24, templates=True)).open()
        await post.says("Booked.", kind="notice", template=USE)
        assert await post.drain() == []
        assert post.platform.got == ["Booked.", "template confirmation"]

    play(story)


async def connected(post: Post) -> None:
    """The account is one that was connected, with a token."""
    credential = Credential("salon", post.account.id, b"sealed", "k1", NOW)
    await post.store.accounts.connect(post.account, Endpoint("e1", "pigeon"), credential)


@pytest.mark.parametrize(
    ("refused", "times", "state"),
    [(Unauthorised("the token was revoked"), 2, "reauth_required"), (AccountStopped("not paid"), 1, "stopped")],
)
def test_a_token_that_is_revoked_in_mid_conversation_loses_no_word(refused: Exception, times: int, state: str) -> None:
    async def story() -> None:
        post = await Post(Platform(*[refused] * times)).open()
        await connected(post)
        await post.says("Booked.", "See you.", kind="notice")
        await post.delivery.drain()
        post.clock.advance(timedelta(seconds=2))
        await post.delivery.drain()
        account = await post.store.directories.account_by_id(post.account.id)
        assert (account.state, account.problem) == (state, str(refused))
        tried = len(post.platform.got)
        for _ in range(5):
            post.clock.advance(timedelta(minutes=2))
            await post.delivery.drain()
        assert len(post.platform.got) == tried, "nothing is called while the owner has not mended it"
        await connected(post)
        post.clock.advance(timedelta(minutes=2))
        await post.delivery.drain()
        assert post.platform.got[tried:] == ["Booked.", "See you."]

    play(story)


def test_a_token_that_was_just_replaced_is_read_anew_before_the_account_is_blamed() -> None:
    async def story() -> None:
        post = await Post(Platform(Unauthorised("an old token"))).open()
        await connected(post)
        await post.says("Booked.", kind="notice")
        await post.delivery.drain()
        post.clock.advance(timedelta(seconds=2))
        await post.delivery.drain()
        assert post.platform.got == ["Booked.", "Booked."]
        assert (await post.store.directories.account_by_id(post.account.id)).state == "connected"

    play(story)


def test_somebody_who_blocked_us_is_left_alone_and_nobody_else_waits_for_it() -> None:
    async def story() -> None:
        post = await Post(Platform(Unreachable("blocked by the customer"))).open()
        await post.says("Hello?", who="ana")
        await post.says("Hello!", who="ben")
        await post.delivery.drain()
        assert sorted(post.platform.got) == ["Hello!", "Hello?"]
        (letter,) = await post.store.outbox.given_up()
        assert letter.problem == "blocked by the customer"

    play(story)


def test_an_account_that_was_disconnected_sends_nothing_any_more() -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        await connected(post)
        await post.says("Booked.", kind="notice")
        await post.store.accounts.disconnect("salon", post.account.id)
        assert await post.drain() == ["the account is not connected any more"]
        assert post.platform.got == []

    play(story)


def test_a_send_that_hangs_leaves_the_others_alone() -> None:
    async def story() -> None:
        post = await Post(Platform(lambda: asyncio.sleep(1), **TRACKED)).open()
        await post.says("slow", who="ana")
        await post.says("quick", who="ben")
        await post.delivery.drain()
        assert sorted(post.platform.got) == ["quick", "slow"]

    play(story)


def test_a_notice_that_was_put_off_and_whose_sender_then_vanished_is_still_owed() -> None:
    async def story() -> None:
        post = await Post(Platform(SendLater(30))).open()
        await post.says("Booked.", kind="notice")
        await post.delivery.drain()
        post.clock.advance(timedelta(seconds=31))
        (parcel,) = await post.store.outbox.due(10)
        assert await post.store.outbox.sending([parcel]) == [True]  # and its process is gone
        post.clock.advance(timedelta(minutes=2))
        assert await post.drain() == []
        assert post.platform.got == ["Booked.", "Booked."]

    play(story)


def test_what_is_put_off_again_and_again_is_tried_ever_more_seldom() -> None:
    async def story() -> None:
        post = await Post(Platform(*[SendLater(5)] * 100)).open()
        await post.says("Booked.", kind="notice")
        for _ in range(720):
            await post.delivery.drain()
            post.clock.advance(timedelta(seconds=5))
        assert 10 < len(post.platform.got) < 60, "an hour of a platform that is not there"

    play(story)
