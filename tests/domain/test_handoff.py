"""Who may answer after whom, and the two timers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain import handoff
from domain.businesses import Policies
from domain.conversations import Conversation, Owner
from domain.errors import ControlLost
from tests.builders import NOW

POLICIES = Policies(answer_within=timedelta(minutes=5), reply_within=timedelta(minutes=30))
BOT = Conversation("talk", "biz", "acc", "cus", "ana", Owner.BOT, 3, 7, "collecting", NOW, NOW)
QUEUE = replace(BOT, owner=Owner.QUEUE, reason="asked")
ROSA = replace(BOT, owner=Owner.HUMAN, owner_id="rosa")
APP = replace(BOT, owner=Owner.EXTERNAL_APP)


def test_the_table_of_owners_is_total() -> None:
    assert set(handoff.TRANSITIONS) == set(Owner)
    assert handoff.may_follow(Owner.HUMAN, Owner.BOT)
    assert handoff.may_follow(Owner.HUMAN, Owner.HUMAN)
    assert not handoff.may_follow(Owner.BOT, Owner.BOT)
    assert not handoff.may_follow(Owner.QUEUE, Owner.QUEUE)


def test_asking_for_people_sets_the_first_timer() -> None:
    change = handoff.handed_over(BOT.owner, POLICIES, NOW, "asked")
    assert change is not None
    assert (change.owner, change.reason, change.keep_epoch) == (Owner.QUEUE, "asked", False)
    (timer,) = change.alarms
    assert (timer.kind, timer.due_at) == ("unanswered", NOW + timedelta(minutes=5))
    assert set(change.cancelled) == {"nudge", "close", "silent"}


def test_nobody_is_there() -> None:
    assert handoff.handed_over(BOT.owner, replace(POLICIES, staffed=False), NOW, "asked") is None


@pytest.mark.parametrize("conversation", [QUEUE, ROSA, APP])
def test_people_have_it_already(conversation: Conversation) -> None:
    assert handoff.handed_over(conversation.owner, POLICIES, NOW, "asked") is None


@pytest.mark.parametrize("conversation", [BOT, QUEUE, APP, replace(ROSA, owner_id="miguel")])
def test_claiming_takes_control_from_anybody(conversation: Conversation) -> None:
    change = handoff.claimed(conversation, POLICIES, NOW, "rosa")
    assert (change.owner, change.owner_id, change.keep_epoch) == (Owner.HUMAN, "rosa", False)
    assert handoff.may_follow(change.owner, conversation.owner)
    assert [(one.kind, one.due_at) for one in change.alarms] == [("silent", NOW + timedelta(minutes=30))]
    assert "unanswered" in change.cancelled


def test_claiming_twice_changes_nothing() -> None:
    assert handoff.claimed(ROSA, POLICIES, NOW, "rosa").keep_epoch


@pytest.mark.parametrize("conversation", [BOT, QUEUE, APP, replace(ROSA, owner_id="miguel")])
def test_a_public_reply_takes_control(conversation: Conversation) -> None:
    change = handoff.replied(conversation, POLICIES, NOW, "rosa")
    assert (change.owner, change.owner_id, change.keep_epoch) == (Owner.HUMAN, "rosa", False)
    assert handoff.replied(ROSA, POLICIES, NOW, "rosa").keep_epoch


def test_a_reply_typed_in_the_platforms_own_app_takes_control() -> None:
    change = handoff.replied(BOT, POLICIES, NOW, "", in_app=True)
    assert (change.owner, change.keep_epoch) == (Owner.EXTERNAL_APP, False)
    assert handoff.replied(APP, POLICIES, NOW, "", in_app=True).keep_epoch


@pytest.mark.parametrize("conversation", [BOT, QUEUE, ROSA, APP])
def test_a_private_note_changes_nothing(conversation: Conversation) -> None:
    change = handoff.noted(conversation)
    assert (change.owner, change.owner_id) == (conversation.owner, conversation.owner_id)
    assert change.keep_epoch
    assert not change.alarms
    assert not change.cancelled


@pytest.mark.parametrize("conversation", [QUEUE, ROSA, APP])
def test_handing_back(conversation: Conversation) -> None:
    change = handoff.handed_back(conversation)
    assert change.owner is Owner.BOT
    assert set(change.cancelled) == {"unanswered", "silent"}


def test_the_bot_cannot_be_given_what_it_has() -> None:
    with pytest.raises(ControlLost):
        handoff.handed_back(BOT)


def test_who_waits_in_the_queue_may_go_on_with_the_bot() -> None:
    change = handoff.asked_for_bot(QUEUE)
    assert change is not None
    assert change.owner is Owner.BOT
    assert handoff.asked_for_bot(ROSA) is None
    assert handoff.asked_for_bot(BOT) is None


def test_nobody_claimed_it_in_time() -> None:
    change = handoff.unanswered(QUEUE)
    assert change is not None
    assert (change.owner, change.reason) == (Owner.BOT, "unanswered")


@pytest.mark.parametrize("conversation", [BOT, ROSA, APP, replace(QUEUE, reason="silent")])
def test_the_first_timer_is_out_of_date(conversation: Conversation) -> None:
    assert handoff.unanswered(conversation) is None


def test_claimed_and_then_silent() -> None:
    (timer,) = handoff.claimed(QUEUE, POLICIES, NOW, "rosa").alarms
    change = handoff.went_silent(ROSA, POLICIES, timer.due_at, timer.facts)
    assert change is not None
    assert (change.owner, change.reason, change.keep_epoch) == (Owner.QUEUE, "silent", False)
    assert handoff.unanswered(replace(ROSA, owner=change.owner, reason=change.reason)) is None


@pytest.mark.parametrize("in_app", [False, True])
def test_staff_who_answered_are_not_silent_while_the_customer_thinks(in_app: bool) -> None:
    (timer,) = handoff.replied(QUEUE, POLICIES, NOW, "rosa", in_app=in_app).alarms
    now = replace(ROSA, owner=Owner.EXTERNAL_APP if in_app else Owner.HUMAN)
    change = handoff.went_silent(now, POLICIES, timer.due_at, timer.facts)
    assert change is not None
    assert (change.owner, change.keep_epoch) == (now.owner, True)
    (again,) = change.alarms
    assert (again.kind, again.due_at) == ("silent", timer.due_at + timedelta(minutes=30))
    wrote = replace(now, last_heard_at=NOW + timedelta(minutes=40))
    change = handoff.went_silent(wrote, POLICIES, again.due_at, again.facts)
    assert change is not None
    assert change.owner is Owner.QUEUE


@pytest.mark.parametrize("conversation", [BOT, QUEUE, replace(ROSA, owner_id="miguel")])
def test_the_second_timer_is_out_of_date(conversation: Conversation) -> None:
    (timer,) = handoff.claimed(QUEUE, POLICIES, NOW, "rosa").alarms
    assert handoff.went_silent(conversation, POLICIES, timer.due_at, timer.facts) is None
