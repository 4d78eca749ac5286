"""The engine: stages and how they follow one another, and the commands that every stage answers alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from dialogs import common
from dialogs.engine import STAGES
from dialogs.stages import MOVES, Stage
from dialogs.state import Slots, State, dump
from dialogs.understanding.commands import (
    Ask,
    AskHuman,
    Cancel,
    Command,
    Day,
    JoinWaitlist,
    OptOut,
    Repeat,
    Restart,
    Thank,
    TimeOfDay,
    Wait,
)
from domain.conversations import Owner
from tests.dialogs.talk import BISTRO, Talk, keys

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

WAYS: dict[Stage, tuple[str, ...]] = {
    Stage.GREETING: (),
    Stage.COLLECTING: ("a haircut tomorrow",),
    Stage.ALTERNATIVES: ("a haircut on Sunday at 3pm, I'm Zoe Hart",),
    Stage.CONFIRMING: ("a haircut tomorrow at 3pm, I'm Zoe Hart",),
    Stage.CHANGING: ("a haircut tomorrow at 3pm, I'm Zoe Hart", "yes", "skip", "can I move my appointment?"),
    Stage.CLOSED: ("a haircut tomorrow at 3pm, I'm Zoe Hart", "yes", "skip"),
}
"""What a customer writes to come to each stage. Paying comes with payments."""
UNDER_WAY = [Stage.COLLECTING, Stage.ALTERNATIVES, Stage.CONFIRMING, Stage.CHANGING]


def told(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())


async def come_to(stage: Stage) -> Talk:
    talk = Talk()
    for words in WAYS[stage]:
        await talk.say(words)
    assert talk.state.stage == stage
    return talk


def test_moves_name_every_stage() -> None:
    assert set(MOVES) == set(Stage)
    assert all(after <= set(Stage) for after in MOVES.values())


def test_every_stage_can_be_reached_and_left() -> None:
    reached, edge = {Stage.GREETING}, [Stage.GREETING]
    while edge:
        new = MOVES[edge.pop()] - reached
        reached |= new
        edge += new
    assert reached == set(Stage)
    assert all(MOVES[stage] - {stage} for stage in Stage)


def test_every_stage_but_paying_is_heard_and_has_its_way() -> None:
    assert set(STAGES) == set(Stage) - {Stage.PAYING} == set(WAYS)


@pytest.mark.parametrize("stage", WAYS)
def test_a_question_is_answered_and_the_thread_goes_on_where_it_was(stage: Stage) -> None:
    async def story() -> None:
        talk = await come_to(stage)
        before = talk.state
        turn = await talk.mean(Ask("hours"))
        after = talk.state
        assert keys(turn)[-2 if stage in UNDER_WAY else -1] == "hours"
        assert (turn.says[-1].role == "prompt") == (stage in UNDER_WAY)
        assert (after.stage, after.form, after.slots, after.asked) == (
            before.stage,
            before.form,
            before.slots,
            before.asked,
        )
        assert after.kept == before.kept

    told(story)


@pytest.mark.parametrize("stage", WAYS)
def test_a_person_is_called_from_every_stage_and_nothing_is_lost(stage: Stage) -> None:
    async def story() -> None:
        talk = await come_to(stage)
        before = talk.state
        turn = await talk.mean(AskHuman())
        assert turn.owner is Owner.QUEUE
        assert turn.outcome == "handed_over"
        assert keys(turn).count("handed-over") == 1
        assert (talk.state.stage, talk.state.form, talk.state.kept) == (before.stage, before.form, before.kept)

    told(story)


@pytest.mark.parametrize("stage", WAYS)
def test_restart_begins_from_nothing_in_every_stage(stage: Stage) -> None:
    async def story() -> None:
        talk = await come_to(stage)
        turn = await talk.mean(Restart())
        state = talk.state
        assert "restarted" in keys(turn)
        assert (state.stage, state.form, state.kept, state.frame) == (Stage.GREETING, "", None, None)
        assert not (state.slots.service or state.slots.date or state.slots.time)

    told(story)


@pytest.mark.parametrize("stage", WAYS)
def test_cancel_drops_what_is_under_way_and_gives_the_time_back(stage: Stage) -> None:
    async def story() -> None:
        talk = await come_to(stage)
        turn = await talk.mean(Cancel())
        state = talk.state
        assert state.kept is None
        expected = {
            Stage.GREETING: "no-bookings",
            Stage.COLLECTING: "dropped",
            Stage.ALTERNATIVES: "dropped",
            Stage.CONFIRMING: "dropped",
            Stage.CHANGING: "booking-stays",
            Stage.CLOSED: "ask-cancel",
        }
        assert expected[stage] in keys(turn)
        assert state.stage == (Stage.CONFIRMING if stage == Stage.CLOSED else Stage.CLOSED)

    told(story)


def test_a_dropped_draft_leaves_its_time_to_others() -> None:
    async def story() -> None:
        talk = await come_to(Stage.CONFIRMING)
        kept = talk.state.kept
        assert kept is not None
        await talk.mean(Cancel())
        start, end = kept.blocks_from, kept.blocks_until
        assert not await talk.calendar.busy(kept.resource_ids, start, end, talk.clock.now())

    told(story)


def test_a_hold_is_swapped_and_never_doubled() -> None:
    async def story() -> None:
        talk = await come_to(Stage.CONFIRMING)
        for words in ("actually 4pm", "with Ben", "on Tuesday", "no, at 11", "with somebody else"):
            await talk.say(words)
            kept = talk.state.kept
            assert kept is not None
            everybody = [one.id for one in talk.directory.resources]
            first, last = talk.clock.now().replace(hour=0), talk.clock.now().replace(day=30)
            busy = await talk.calendar.busy(everybody, first, last, talk.clock.now())
            assert [one.starts_at for one in busy] == [kept.blocks_from], words

    told(story)


@pytest.mark.parametrize("command", [Repeat(), Thank(), Wait()], ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("stage", WAYS)
def test_nobody_is_left_without_an_answer(stage: Stage, command: Command) -> None:
    async def story() -> None:
        talk = await come_to(stage)
        assert (await talk.mean(command)).says

    told(story)


@pytest.mark.parametrize("stage", WAYS)
def test_who_wants_no_messages_gets_one_last_one(stage: Stage) -> None:
    async def story() -> None:
        talk = await come_to(stage)
        turn = await talk.mean(OptOut())
        assert keys(turn)[-1] == "opted-out"
        assert turn.opted_out
        assert talk.state.kept is None
        assert not (await talk.say("hello?")).says
        assert "opted-in" in keys(await talk.say("START"))

    told(story)


def test_every_common_command_is_answered_by_the_table() -> None:
    assert {Ask, AskHuman, Restart, Cancel, Repeat} <= set(common.GLOBAL)


def test_a_burst_is_asked_for_the_next_thing_once() -> None:
    async def story() -> None:
        talk = Talk()
        turn = await talk.say("hi", "I need a haircut", "tomorrow at 3", "do you take cards?")
        assert [said.role for said in turn.says].count("prompt") == 1
        assert turn.says[-1].role == "prompt"
        assert keys(turn) == ["greeting", "faq", "ask-name"]

    told(story)


def test_a_burst_that_ends_the_talk_asks_nothing() -> None:
    async def story() -> None:
        talk = await come_to(Stage.COLLECTING)
        turn = await talk.say("anything later?", "forget it")
        assert keys(turn) == ["dropped"]
        turn = await talk.say("a haircut tomorrow", "can I talk to a person?")
        assert keys(turn) == ["handed-over"]

    told(story)


def test_a_service_that_is_gone_is_forgotten_and_what_was_kept_of_it() -> None:
    async def story() -> None:
        talk = await come_to(Stage.CONFIRMING)
        gone = talk.state.slots.service[0]
        rest = tuple(one for one in talk.directory.services if one.id != gone)
        later = Talk(replace(talk.directory, services=rest), talk.raw)
        turn = await later.say("yes")
        assert keys(turn) == ["ask-service"]
        assert later.state.kept is None
        assert later.state.stage == Stage.COLLECTING

    told(story)


def test_the_assistant_introduces_itself_once() -> None:
    async def story() -> None:
        talk = Talk()
        said = [key for words in ("hi", "a haircut", "hello", "restart", "hi") for key in keys(await talk.say(words))]
        assert said.count("greeting") == 1
        assert said[0] == "greeting"

    told(story)


def test_two_failed_turns_in_a_row_call_people_and_one_does_not() -> None:
    async def story() -> None:
        talk = Talk()
        assert (await talk.say("qwrtz plmk")).owner is Owner.BOT
        assert (await talk.say("a haircut")).owner is Owner.BOT
        assert (await talk.say("qwrtz plmk")).owner is Owner.BOT
        assert (await talk.say("xcvbn")).owner is Owner.QUEUE

    told(story)


def test_a_correction_that_cannot_be_had_keeps_the_old_time_and_says_why() -> None:
    async def story() -> None:
        talk = await come_to(Stage.CONFIRMING)
        before = talk.state.kept
        turn = await talk.say("on Sunday")
        said = turn.says[-1]
        assert (said.key, said.facts["why"]) == ("correction-not-free", "closed")
        assert talk.state.kept == before
        assert talk.state.slots.date is not None
        assert str(talk.state.slots.date.first) == "2026-11-21"

    told(story)


def test_an_hour_later_counts_from_the_booking_that_was_made() -> None:
    async def story() -> None:
        talk = await come_to(Stage.CLOSED)
        await talk.say("can we make it an hour later")
        kept = talk.state.kept
        assert kept is not None
        assert (kept.starts_at.day, kept.starts_at.hour) == (21, 16)
        await talk.say("forget it")
        await talk.say("can you move it to Monday? half an hour earlier")
        kept = talk.state.kept
        assert kept is not None
        assert (kept.starts_at.day, kept.starts_at.hour, kept.starts_at.minute) == (23, 14, 30)

    told(story)


def test_a_choice_may_be_tapped() -> None:
    async def story() -> None:
        talk = Talk(BISTRO)
        await talk.say("a table on Monday at 8pm for 2, Zoe Hart")
        assert talk.state.stage == Stage.ALTERNATIVES
        turn = await talk.tap(1)
        assert keys(turn) == ["summary"]
        kept = talk.state.kept
        assert kept is not None
        assert kept.starts_at.day == 24

    told(story)


@pytest.mark.parametrize(
    "days", [Day(date(2026, 11, 14), date(2026, 11, 14)), Day(date(2026, 11, 9), date(2026, 11, 15))]
)
def test_who_would_wait_for_days_that_are_over_is_asked_for_others(days: Day) -> None:
    async def story() -> None:
        slots = Slots(date=days, time=TimeOfDay(1200, 1200), party_size=2, name="Zoe Hart")
        talk = Talk(BISTRO, dump(State(stage="alternatives", form="book", slots=slots, greeted=True)))
        turn = await talk.mean(JoinWaitlist())
        assert turn.state.slots.date is None
        assert (talk.state.stage, talk.state.asked) == (Stage.COLLECTING, "date")
        assert await talk.calendar.waitlist_of("ana") == []

    told(story)
