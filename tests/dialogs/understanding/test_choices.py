"""Choices: an option is found by its label, its place, its day or its time, and only if no other fits."""

from __future__ import annotations

import pytest

from dialogs.messages import Offer, Option
from dialogs.understanding import choices
from dialogs.understanding.text import words

OPENINGS = Offer(
    "o",
    "openings",
    [
        Option("at:2026-11-23|900|rosa", "", "2026-11-23", 900, ("Rosa",)),
        Option("at:2026-11-21|990|anna", "", "2026-11-21", 990, ("Anna",)),
    ],
)
SERVICES = Offer(
    "s", "service", [Option("service:a", "Beard trim", words=("shave",)), Option("service:b", "Hair trim")]
)


@pytest.mark.parametrize(
    ("said", "index"), [("beard trim", 0), ("Shave!", 0), ("Hair  TRIM", 1), ("trim", None), ("", None)]
)
def test_a_label_must_be_all_that_was_said(said: str, index: int | None) -> None:
    assert choices.labelled(SERVICES, words(said)) == index


@pytest.mark.parametrize(
    ("said", "index"), [("the beard one", 0), ("hair", 1), ("trim", None), ("nails", None), ("of", None)]
)
def test_part_of_a_label_will_do_where_it_tells_the_options_apart(said: str, index: int | None) -> None:
    assert choices.partly(SERVICES, words(said), frozenset({"the", "one"})) == index


@pytest.mark.parametrize(("number", "index"), [(1, 0), (2, 1), (3, None), (0, None), (-1, None)])
def test_numbers_count_from_one(number: int, index: int | None) -> None:
    assert choices.numbered(SERVICES, number) == index


def test_the_later_one_is_later_in_time_and_not_in_the_list() -> None:
    assert choices.extreme(OPENINGS, last=True) == 0
    assert choices.extreme(OPENINGS, last=False) == 1
    assert choices.extreme(SERVICES, last=True) == 1
    assert choices.extreme(Offer("e", "openings", []), last=True) is None


def test_an_option_is_found_by_its_value() -> None:
    offer = Offer("c", "change", [Option("change:date", "=choice-change-date"), Option("drop", "=choice-drop")])
    assert choices.picked(offer, [("value", "drop", 0)]) == 1
    assert choices.picked(offer, [("value", "change:time", 0)]) is None
    assert choices.labelled(offer, ["choice", "drop"]) is None
