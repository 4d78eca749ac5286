"""What WhatsApp tells about accounts and groups: what an owner must know, and what is left alone."""

from __future__ import annotations

import pytest

from adapters.base import Ignored
from adapters.whatsapp.account_fields import LEFT_ALONE, MATTERS
from domain.signals import AccountChanged
from tests.adapters.whatsapp.deliveries import AT, NOW, SALON, WABA, message, one, read, told


@pytest.mark.parametrize("field", [one for one in MATTERS if one != "errors"])
def test_news_of_an_account_that_matter_are_told_to_its_owner(field):
    event = one(told(field, None, event="SOMETHING", details={"why": "because"}))
    assert event.signal == AccountChanged(field, AT, {"event": "SOMETHING", "details.why": "because"})
    assert (event.account, event.group, event.sender) == ("", WABA, "")


def test_a_template_that_was_judged_is_told_with_the_names_that_meta_gives():
    facts = {"event": "REJECTED", "message_template_id": 5, "message_template_name": "reminder_1"}
    event = one(told("message_template_status_update", None, message_template_language="pt_PT", reason="TAG", **facts))
    assert event.signal.facts == {
        "event": "REJECTED",
        "message_template_id": "5",
        "message_template_name": "reminder_1",
        "message_template_language": "pt_PT",
        "reason": "TAG",
    }


def test_news_of_one_number_name_it():
    assert one(told("security", SALON, event="PIN_CHANGED")).account == SALON
    assert one(told("phone_number_quality_update", None, phone_number_id=int(SALON), event="FLAGGED")).account == SALON


def test_the_same_news_again_have_the_same_id_and_others_another():
    first = one(told("account_update", None, event="ACCOUNT_RESTRICTION", a=1, b=2)).external_id
    assert one(told("account_update", None, b=2, a=1, event="ACCOUNT_RESTRICTION")).external_id == first
    later = told("account_update", None, event="ACCOUNT_RESTRICTION", a=1, b=2)
    later["entry"][0]["time"] += 60
    others = [
        later,
        told("account_update", None, event="ACCOUNT_RESTRICTION", a=1, b=3),
        told("account_update", None, waba="990000000002", event="ACCOUNT_RESTRICTION", a=1, b=2),
        told("account_alerts", None, event="ACCOUNT_RESTRICTION", a=1, b=2),
    ]
    assert len({first, *(one(other).external_id for other in others)}) == 5


def test_an_error_of_an_account_comes_beside_its_messages():
    error = {"code": 130429, "title": "Rate limit hit", "error_data": {"details": "slower, please"}}
    events = read(told("messages", messages=[message("text", {"body": "hi"})], errors=[error, error, "x"]))
    assert events[1].signal.kind == "errors"
    assert events[1].signal.facts == {
        "code": "130429",
        "title": "Rate limit hit",
        "error_data.details": "slower, please",
    }
    assert (events[1].account, events[1].group) == (SALON, WABA)
    assert events[2].reason == "duplicate_in_request"
    assert events[3] == Ignored("unsupported", "errors")


def test_news_of_nobody_are_nobodys():
    """Without number and group they would be read as news of every account of the endpoint."""
    assert one(told("security", None, None, event="PIN_CHANGED")) == Ignored("unknown_account", "security")


@pytest.mark.parametrize(("field", "decided"), LEFT_ALONE.items())
def test_what_is_left_alone_says_why(field, decided):
    assert one(told(field, anything=[1, 2])) == Ignored(decided[0], field)


def test_each_event_of_a_group_is_left_alone_by_itself():
    assert (
        read(told("group_settings_update", groups=[{}, {}, "x"]))
        == [Ignored("group_chat", "group_settings_update")] * 3
    )


def test_a_field_that_nobody_knows_is_named():
    assert one(told("tea_time", kettle="on")) == Ignored("unsupported", "tea_time")


def test_every_decision_is_explained_and_none_is_made_twice():
    assert not MATTERS.keys() & LEFT_ALONE.keys()
    assert all(why.endswith(".") for why in (*MATTERS.values(), *(why for _, why in LEFT_ALONE.values())))


def test_nothing_is_told_of_the_future():
    body = told("account_update", None, event="X")
    body["entry"][0]["time"] = int(NOW.timestamp()) + 900
    assert one(body).signal.at == NOW
