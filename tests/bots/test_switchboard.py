"""The switchboard: echoes take control, identities follow, accounts are stopped, and the engine sleeps on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bots.switchboard import Switchboard
from dialogs.wire import decode_content, encode_signal
from domain.conversations import Owner
from domain.ids import account_lane, control_lane, new_id
from domain.ports import Arrival, Outcome
from domain.signals import AccountChanged, ControlMoved, Echo, IdentityChanged
from tests.bots.posting import NOW, Platform, Post, play

if TYPE_CHECKING:
    from domain.conversations import Conversation
    from domain.ports import Claim
    from domain.signals import Signal


async def told(post: Post, lane: str, *signals: Signal) -> list[Outcome | None]:
    """The platform tells something; returns what became of it."""
    now = post.clock.now()
    for signal in signals:
        mail = Arrival("e1", "control", new_id(), lane, "salon", post.account.id, "", encode_signal(signal), now, now)
        await post.store.mailbox.accept([mail])
    switchboard = Switchboard(post.store, {"pigeon": post.platform}, post.clock)
    outcomes = []
    while claims := await post.store.mailbox.claim(10):
        outcomes += [await switchboard.serve(claim) for claim in claims]
    return outcomes


async def now_of(post: Post, conversation: Conversation) -> Conversation:
    return await post.store.transcripts("salon").conversation(conversation.id)


def test_words_typed_in_the_platforms_own_app_take_control_and_cancel_the_bots_talk() -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        ana = await post.says("How about 3pm?")
        outcomes = await told(post, control_lane(ana.id), Echo("wamid.9", "I'll do it at 4, Ana", NOW))
        assert outcomes == [Outcome.COMMITTED]
        now = await now_of(post, ana)
        assert (now.owner, now.control_epoch) == (Owner.EXTERNAL_APP, ana.control_epoch + 1)
        lines = await post.store.transcripts("salon").messages(ana.id)
        assert [(line.author, line.text) for line in lines] == [("staff", "I'll do it at 4, Ana")]
        assert await post.delivery.drain() == 0, "the bot does not talk over a person"

    play(story)


def test_a_second_echo_keeps_control_where_it_is() -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        ana = await post.says("How about 3pm?")
        lane = control_lane(ana.id)
        await told(post, lane, Echo("wamid.9", "one", NOW), Echo("wamid.10", "two", NOW))
        await told(post, lane, Echo("wamid.11", "three", NOW))
        assert (await now_of(post, ana)).control_epoch == ana.control_epoch + 1
        lines = await post.store.transcripts("salon").messages(ana.id)
        assert [line.text for line in lines] == ["one", "two", "three"]

    play(story)


def test_an_echo_that_comes_days_late_is_shown_and_takes_nothing() -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        ana = await post.says("How about 3pm?")
        await told(post, control_lane(ana.id), Echo("wamid.9", "Hello", NOW - timedelta(days=2)))
        assert (await now_of(post, ana)).owner is Owner.BOT
        assert len(await post.store.transcripts("salon").messages(ana.id)) == 1

    play(story)


def test_an_echo_to_somebody_who_never_wrote_blocks_nothing() -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        assert await told(post, control_lane("nobody"), Echo("wamid.9", "Hi", NOW)) == [Outcome.COMMITTED]
        assert not await post.store.mailbox.set_aside()

    play(story)


def test_a_worker_that_died_after_reading_leaves_the_echo_to_the_next_one_and_it_is_shown_once() -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        ana = await post.says("How about 3pm?")
        now = post.clock.now()
        lane = control_lane(ana.id)
        body = encode_signal(Echo("wamid.9", "Hello", NOW))
        mail = Arrival("e1", "control", "echo", lane, "salon", post.account.id, "", body, now, now)
        await post.store.mailbox.accept([mail])
        switchboard = Switchboard(post.store, {"pigeon": post.platform}, post.clock)
        (dead,) = await post.store.mailbox.claim(1)
        post.clock.advance(timedelta(minutes=5))
        (alive,) = await post.store.mailbox.claim(1)
        assert await switchboard.serve(alive) is Outcome.COMMITTED
        assert await switchboard.serve(dead) is Outcome.FENCED
        assert len(await post.store.transcripts("salon").messages(ana.id)) == 1

    play(story)


def test_staff_who_are_faster_than_the_echo_are_not_overwritten_blindly() -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        ana = await post.says("How about 3pm?")
        now = post.clock.now()
        body = encode_signal(Echo("wamid.9", "Hello", NOW))
        lane = control_lane(ana.id)
        await post.store.mailbox.accept(
            [Arrival("e1", "control", "echo", lane, "salon", post.account.id, "", body, now, now)]
        )
        (claim,) = await post.store.mailbox.claim(1)
        assert claim.conversation is not None
        behind = replace(claim.conversation, control_epoch=claim.conversation.control_epoch - 1)
        stale: Claim = replace(claim, conversation=behind)
        assert await Switchboard(post.store, {"pigeon": post.platform}, post.clock).serve(stale) is Outcome.COMMITTED
        assert (await now_of(post, ana)).control_epoch == ana.control_epoch + 1

    play(story)


def test_a_new_number_is_the_same_person_and_answers_go_there() -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        ana = await post.says("How about 3pm?")
        assert await post.store.addresses.resolve(post.account, ("ana",)) == "ana"
        await told(post, control_lane(ana.id), IdentityChanged("ana", "ana-new", NOW))
        assert await post.store.addresses.resolve(post.account, ("ana-new",)) == "ana"
        assert (await now_of(post, ana)).external_id == "ana-new"
        (line,) = await post.store.transcripts("salon").messages(ana.id)
        assert line.author == "system"
        assert "ana-new" in line.text

    play(story)


def test_another_app_of_the_platform_takes_the_thread_and_gives_it_back_to_the_bot() -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        ana = await post.says("How about 3pm?")
        lane = control_lane(ana.id)
        await told(post, lane, ControlMoved(to_us=False, at=NOW, by="agent"))
        assert (await now_of(post, ana)).owner is Owner.EXTERNAL_APP
        now = post.clock.now()
        moved = encode_signal(ControlMoved(to_us=True, at=NOW, by="agent"))
        await post.store.mailbox.accept(
            [Arrival("e1", "control", "back", lane, "salon", post.account.id, "", moved, now, now)]
        )
        (claim,) = await post.store.mailbox.claim(1)
        await Switchboard(post.store, {"pigeon": post.platform}, post.clock).serve(claim)
        assert (await now_of(post, ana)).owner is Owner.BOT
        (heard,) = await post.store.mailbox.claim(1)
        assert heard.lane == ana.id
        assert type(decode_content(heard.mail[0].body)).__name__ == "HandedBack"

    play(story)


@pytest.mark.parametrize(("event", "state"), [("DISABLED_UPDATE", "stopped"), ("VERIFIED_ACCOUNT", "connected")])
def test_an_account_that_the_platform_stops_says_so(event: str, state: str) -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        await told(post, account_lane(post.account.id), AccountChanged("account_update", NOW, {"event": event}))
        assert (await post.store.directories.account_by_id(post.account.id)).state == state

    play(story)


def test_a_template_that_is_judged_is_known_here() -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        facts = {
            "event": "APPROVED",
            "message_template_name": "frontdesk_reminder",
            "message_template_language": "en",
        }
        told_of = AccountChanged("message_template_status_update", NOW, facts)
        await told(post, account_lane(post.account.id), told_of)
        (template,) = await post.store.accounts.templates("")
        assert (template.name, template.language, template.status) == ("frontdesk_reminder", "en", "APPROVED")

    play(story)


def test_what_cannot_be_read_is_set_aside_in_the_end_and_blocks_nobody() -> None:
    async def story() -> None:
        post = await Post(Platform()).open()
        ana = await post.says("How about 3pm?")
        now = post.clock.now()
        lane = control_lane(ana.id)
        mail = Arrival("e1", "control", "junk", lane, "salon", post.account.id, "", b'{"type": "?"}', now, now)
        await post.store.mailbox.accept([mail])
        switchboard = Switchboard(post.store, {"pigeon": post.platform}, post.clock)
        for _ in range(6):
            for claim in await post.store.mailbox.claim(10):
                assert await switchboard.serve(claim) is None
            post.clock.advance(timedelta(minutes=10))
        (letter,) = await post.store.mailbox.set_aside()
        assert (letter.external_id, letter.error) == ("junk", "Malformed")
        assert await told(post, lane, Echo("wamid.9", "Hello", NOW)) == [Outcome.COMMITTED]

    play(story)
