"""The menu: what naming a variant or an add-on does to the services that are known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogs import menu
from domain.businesses import Service
from tests.dialogs.talk import SALON

CUT, BEARD = (one.id for one in SALON.services[:2])
SHORT, LONG, MASSAGE = "short", "long", "massage"
DIRECTORY = replace(
    SALON,
    services=(
        *SALON.services,
        Service(SHORT, "Short hair", 30, variant_of=CUT),
        Service(LONG, "Long hair", 60, variant_of=CUT),
        Service(MASSAGE, "Head massage", 15, addon_to=(LONG, BEARD)),
    ),
    staff=tuple(
        replace(one, service_ids=(*one.service_ids, LONG)) if one.name == "Anna" else one for one in SALON.staff
    ),
)


@pytest.mark.parametrize(
    ("known", "named", "chosen"),
    [
        ([], CUT, [CUT]),
        ([CUT], LONG, [LONG]),
        ([BEARD, CUT], LONG, [BEARD, LONG]),
        ([LONG], SHORT, [SHORT]),
        ([LONG], CUT, [LONG]),
        ([BEARD], CUT, [CUT]),
        ([LONG], MASSAGE, [LONG, MASSAGE]),
        ([SHORT], MASSAGE, [MASSAGE]),
        ([MASSAGE], LONG, [LONG, MASSAGE]),
        ([MASSAGE], CUT, [CUT, MASSAGE]),
        ([BEARD, MASSAGE], MASSAGE, [BEARD, MASSAGE]),
    ],
)
def test_a_service_that_is_named_takes_the_place_of_others_or_goes_with_them(
    known: list[str], named: str, chosen: list[str]
) -> None:
    assert menu.chosen(DIRECTORY, known, named) == chosen


def test_a_service_named_as_well_is_added_and_a_variant_is_chosen() -> None:
    assert menu.added(DIRECTORY, [CUT], BEARD) == [CUT, BEARD]
    assert menu.added(DIRECTORY, [CUT], LONG) == [LONG]
    assert menu.added(DIRECTORY, [LONG], CUT) == [LONG]


def test_what_is_still_open_is_told() -> None:
    assert menu.heading(DIRECTORY, [BEARD, CUT]) == CUT
    assert menu.heading(DIRECTORY, [BEARD, LONG]) == ""
    assert menu.lone(DIRECTORY, [MASSAGE]) == MASSAGE
    assert menu.lone(DIRECTORY, [SHORT, MASSAGE]) == MASSAGE
    assert menu.lone(DIRECTORY, [CUT, MASSAGE]) == ""
    assert menu.goes_with(DIRECTORY, MASSAGE) == [CUT, BEARD]


def test_the_first_choice_has_neither_variants_nor_what_is_added() -> None:
    assert [one.id for one in menu.shown(DIRECTORY)] == [one.id for one in SALON.services]


def test_whoever_gives_a_variant_gives_the_service() -> None:
    anna, ben = DIRECTORY.staff[:2]
    assert menu.does(DIRECTORY, anna, LONG)
    assert menu.does(DIRECTORY, replace(anna, service_ids=(LONG,)), CUT)
    assert not menu.does(DIRECTORY, ben, LONG)
