"""A link from another conversation: what was begun there is gone on with here."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from dialogs.messages import Shortcut
from dialogs.stages import Stage
from dialogs.state import Kept, State, load
from tests.dialogs.talk import BISTRO, SALON, Talk, keys

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from dialogs.turn import Turn
    from domain.businesses import Directory

SUMMARY = "a haircut tomorrow at 3pm, I'm Zoe Hart"


def told(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())


async def begun(*words: str, directory: Directory = SALON) -> tuple[Talk, State]:
    """Return a conversation in which this was said, and its state as another one would be given it."""
    talk = Talk(directory)
    for one in words:
        await talk.say(one)
    return talk, load(talk.raw)


async def arrived(there: State, talk: Talk | None = None) -> tuple[Talk, Turn]:
    here = talk or Talk()
    here.arrived_with = there
    turn = await here.send(Shortcut("start", "c-4f7c2a9e"))
    here.arrived_with = None
    return here, turn


def test_what_was_begun_elsewhere_is_gone_on_with() -> None:
    async def story() -> None:
        _, there = await begun("hola", "un corte mañana a las 3 de la tarde")
        here, turn = await arrived(there)
        assert keys(turn) == ["greeting", "link-arrived", "ask-name"]
        assert here.state.language == "es"
        assert here.state.slots.date == there.slots.date
        assert (here.state.kept, here.state.failed) == (None, 0)
        assert keys(await here.say("Zoe Hart")) == ["summary"]

    told(story)


def test_what_was_kept_offered_and_counted_there_stays_there() -> None:
    async def story() -> None:
        elsewhere, there = await begun(SUMMARY)
        there.failed, there.nudged = 1, True
        assert isinstance(there.kept, Kept)
        here = Talk()
        here, turn = await arrived(there, here)
        assert keys(turn)[1:] == ["link-arrived", "summary"]
        kept = here.state.kept
        assert kept is not None
        assert kept.hold_id != there.kept.hold_id
        assert (here.state.failed, here.state.nudged) == (0, False)
        offer, theirs = here.state.offer, elsewhere.state.offer
        assert offer is not None
        assert theirs is not None
        assert offer.id != theirs.id

    told(story)


def test_a_link_that_has_run_out_says_so_and_greets() -> None:
    async def story() -> None:
        assert keys(await Talk().send(Shortcut("start", "c-old"))) == ["greeting", "link-over", "help-first"]
        assert keys(await Talk().send(Shortcut("start"))) == ["greeting", "help-first"]

    told(story)


def test_a_booking_that_was_made_there_can_be_moved_here() -> None:
    async def story() -> None:
        talk, there = await begun(SUMMARY, "yes", "skip")
        here, turn = await arrived(there, talk)
        assert keys(turn) == ["your-booking", "help-first"]
        assert here.state.booking == there.booking
        other, moving = await begun(SUMMARY, "yes", "skip", "can I move my appointment?")
        here = Talk()
        here.calendar = other.calendar
        _, turn = await arrived(moving, here)
        assert keys(turn) == ["greeting", "link-arrived", "which-booking-it-is", "ask-new-date"]
        assert keys(await here.say("Monday at 10")) == ["summary-move"]

    told(story)


def test_a_booking_that_is_gone_meanwhile_is_told() -> None:
    async def story() -> None:
        _, moving = await begun(SUMMARY, "yes", "skip", "can I move my appointment?")
        here, turn = await arrived(moving)  # another calendar, in which there is no such booking
        assert keys(turn)[:3] == ["greeting", "link-arrived", "booking-closed"]
        assert here.state.form == ""

    told(story)


def test_a_cancellation_goes_on_with_its_question() -> None:
    async def story() -> None:
        talk, _ = await begun(SUMMARY, "yes", "skip", "cancel my appointment")
        _, turn = await arrived(load(talk.raw), talk)
        assert keys(turn) == ["link-arrived", "ask-cancel"]
        assert (await talk.say("yes")).outcome == "cancelled"

    told(story)


def test_what_is_under_way_here_becomes_the_draft_and_its_time_is_given_back() -> None:
    async def story() -> None:
        _, there = await begun("a beard trim on Tuesday")
        here = Talk()
        await here.say(SUMMARY)
        kept = here.state.kept
        assert kept is not None
        await arrived(there, here)
        assert here.state.frame is not None
        assert here.state.frame.slots.service != here.state.slots.service
        start, end = kept.blocks_from, kept.blocks_until
        assert not await here.calendar.busy(kept.resource_ids, start, end, here.clock.now())

    told(story)


def test_a_day_that_is_over_meanwhile_is_asked_again() -> None:
    async def story() -> None:
        _, there = await begun("a table for 2 tomorrow at 8pm", directory=BISTRO)
        here = Talk(BISTRO)
        here.wait(timedelta(days=3))
        _, turn = await arrived(there, here)
        assert keys(turn)[-1] == "ask-date"
        assert here.state.slots.party_size == 2
        assert here.state.stage == Stage.COLLECTING

    told(story)
