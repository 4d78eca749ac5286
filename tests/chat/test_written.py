"""Writing conversations down."""

from __future__ import annotations

from dialogs.messages import Outbound
from tests.chat.written import noted, outcome_event, spoken


def test_words_and_choices_of_the_bot() -> None:
    message = Outbound("When?\nAny day will do.", buttons=(("a", "today"), ("b", "tomorrow")))
    assert spoken(message) == ["Bot: When?", "     Any day will do.", "     [today] [tomorrow]"]


def test_a_blank_line_is_drawn_so_that_it_does_not_end_the_entry() -> None:
    assert spoken(Outbound("One.\n\nTwo.")) == ["Bot: One.", "     ¶", "     Two."]


def test_rows_of_a_list_are_choices_too() -> None:
    assert spoken(Outbound("Which?", rows=(("a", "Haircut"),))) == ["Bot: Which?", "     [Haircut]"]


def test_somebody_else_is_named() -> None:
    assert spoken(Outbound("Hello"), to="Ben") == ["Bot (to Ben): Hello"]
    assert spoken(Outbound("Hello", author="Rosa")) == ["Rosa: Hello"]


def test_a_turn_tells_its_stage_the_slots_that_changed_and_events() -> None:
    before = {"date": "2026-11-21", "service": "s1"}
    after = {"date": "2026-11-21", "service": "s1", "time": "20:00", "staff": "p1"}
    names = {"s1": "Haircut", "p1": "Anna"}
    assert noted("confirming", before, after, ["hold"], names) == "     ~ confirming  time=20:00 staff=Anna  hold"
    assert noted("collecting", after, {"service": ["s1", "s2"]}, [], names | {"s2": "Beard trim"}) == (
        "     ~ collecting  service=Haircut+Beard trim -date -time -staff"
    )


def test_a_draft_that_was_finished_is_not_told_slot_by_slot() -> None:
    assert noted("closed", {"date": "2026-11-21"}, {}, ["booking=confirmed"], {}) == "     ~ closed  booking=confirmed"


def test_only_outcomes_that_nothing_else_tells_are_events() -> None:
    assert outcome_event("booked") == []
    assert outcome_event("silent") == ["silent"]
