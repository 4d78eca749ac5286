"""Naming: names of a business are found by all their words, by some of them, shortened and misspelt."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.messages import Offer, Option
from dialogs.understanding.catalogue import Catalogue
from dialogs.understanding.commands import Choose, Clarify, Heard, Set, Understanding
from dialogs.understanding.naming import Register
from dialogs.understanding.rules import Rules
from domain.businesses import Place, Staff
from tests.builders import bistro_mar, luz_studio
from tests.dialogs.understanding.scenes import NOW

RULES = Rules()
FEW = Register({"<service>": (("Haircut",), ("Kids' haircut",), ("Beard trim", "beard"), ("Cut & colour",))})
HOUSES = tuple(f"{first} {second}" for first, second in product(("Quill", "Vesper", "Umber"), ("Grill", "Kitchen")))
CROWD = (
    "Tallow & Reed",
    "The Ninth Lantern",
    "Marlowe Fish House",
    "Dr. Ilse Varga-Toth, MD",
    *(f"{name} Restaurant" for name in ("Oriel", "Pavan", "Sorrel", "Tamsin", "Wicklow", "Yarrow", "Zephyr", "Brume")),
    *(f"Chez {name}" for name in ("Ardal", "Bryn", "Corin", "Daire", "Emrys", "Faelan", "Gwil", "Hollis", "Idris")),
    *HOUSES,
    *(f"House of {name}" for name in ("Juniper", "Kelp", "Lovage", "Mace", "Nettle", "Orache")),
)
TOWNS = ("Port Ellery", "Saint Brannock", "North Saint Brannock", "Lower Quay", "Ardle")


def chain() -> Catalogue:
    """Return a group of many houses in several towns, as a directory of theirs would be."""
    directory = bistro_mar()
    place = directory.places[0]
    return Catalogue(
        replace(
            directory,
            business=replace(directory.business, languages=("en",)),
            staff=tuple(Staff(name, name, (directory.services[0].id,)) for name in CROWD),
            places=tuple(Place(name, name, place.zone) for name in TOWNS),
        )
    )


CHAIN = chain()


def understood(text: str, **more: object) -> Understanding:
    return RULES.read(Heard(text, NOW, CHAIN, language="en", **more))  # type: ignore[arg-type]


def named(text: str, slot: str = "staff", **more: object) -> object:
    said = [one for one in understood(text, **more).commands if isinstance(one, Set) and one.slot == slot]
    return said[0].value if said else None


@pytest.mark.parametrize(
    ("text", "entries", "end", "sure"),
    [
        ("haircut", (0,), 1, True),
        ("haircuts", (0,), 1, True),
        ("kids haircut", (1,), 2, True),
        ("haircut for kids", (1,), 3, True),
        ("kids", (1,), 1, False),
        ("beard", (2,), 1, True),
        ("cut and colour", (3,), 3, True),
        ("colour", (3,), 1, False),
    ],
)
def test_a_few_names_are_found_by_any_of_their_words(text: str, entries: tuple[int, ...], end: int, sure: bool) -> None:
    best = max(FEW.at(text.split(), 0), key=lambda one: one.end)
    assert (best.entries, best.end, best.sure) == (entries, end, sure)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a table at Tallow & Reed", "Tallow & Reed"),
        ("a table at tallow and reed", "Tallow & Reed"),
        ("a table at the Ninth Lantern at 8", "The Ninth Lantern"),
        ("book me in at Oriel", "Oriel Restaurant"),
        ("I want the Oriel restaurant", "Oriel Restaurant"),
        ("with Dr. Varga-Toth please", "Dr. Ilse Varga-Toth, MD"),
        ("see dr ilse varga-toth", "Dr. Ilse Varga-Toth, MD"),
        ("reservation for The Vesper Kitchen", "Vesper Kitchen"),
        ("the restaurant's name is Chez Corin", "Chez Corin"),
    ],
)
def test_among_many_names_one_is_found_as_people_say_it(text: str, name: str) -> None:
    assert named(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "I feel like fish tonight",
        "a house with a garden",
        "a grill place",
        "a restaurant with a lantern",
        "the ninth of May",
    ],
)
def test_a_word_of_one_of_many_names_is_first_of_all_a_word(text: str) -> None:
    assert named(text) is None


def test_asked_for_the_name_a_word_of_it_will_do() -> None:
    assert named("marlowe", asked="staff") == "Marlowe Fish House"


def test_what_fits_several_names_is_asked_about() -> None:
    assert any(isinstance(one, Clarify) for one in understood("at Umber", asked="staff").commands)


def test_figures_of_a_long_name_are_no_date() -> None:
    commands = understood("a table at the Ninth Lantern").commands
    assert not any(getattr(one, "slot", "") == "date" for one in commands)


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("somewhere in PE", "Port Ellery"),
        ("in Port Ell", "Port Ellery"),
        ("in Saint Bran please", "Saint Brannock"),
        ("in Saint Brannock", "Saint Brannock"),
        ("in North Saint Brannock", "North Saint Brannock"),
        ("in NSB", "North Saint Brannock"),
        ("in ardle", "Ardle"),
        ("in la", None),
    ],
)
def test_places_are_shortened_as_people_shorten_them(text: str, town: str | None) -> None:
    assert named(text, "place") == town


SUGGESTED = Offer("1", "staff", [Option("staff:Oriel Restaurant", "Oriel Restaurant")])


@pytest.mark.parametrize(
    "text",
    [
        "sounds good",
        "yes please",
        "I like that one",
        "book it for 8pm",
        "can you reserve a table there tomorrow?",
        "Oriel it is",
    ],
)
def test_a_suggestion_is_taken_up_by_going_on(text: str) -> None:
    assert Choose(0) in understood(text, offer=SUGGESTED, stage="collecting").commands


@pytest.mark.parametrize(
    "text",
    [
        "do they have a terrace?",
        "great, what's their phone number?",
        "anything else?",
        "find me another one",
        "no",
        "I'd rather go to Chez Bryn",
        "I'm looking for something in Ardle",
    ],
)
def test_a_question_or_another_wish_takes_no_suggestion_up(text: str) -> None:
    assert Choose(0) not in understood(text, offer=SUGGESTED, stage="collecting").commands


def test_a_misspelt_name_is_found_and_less_certain() -> None:
    salon = Catalogue(replace(luz_studio(), business=replace(luz_studio().business, languages=("en",))))
    (one,) = RULES.read(Heard("with Migeul", NOW, salon, language="en")).commands
    assert isinstance(one, Set)
    assert one.value == "biz-luz:miguel"
    assert one.certainty < 1


@given(st.lists(st.sampled_from([*CROWD, *TOWNS, "at", "in", "and", ".", "the", "8", "for"]), max_size=12))
def test_whatever_names_are_strung_together_what_is_found_is_of_the_business(said: list[str]) -> None:
    for one in understood(" ".join(said)).commands:
        if isinstance(one, Set) and one.slot == "staff":
            assert one.value in CROWD
        if isinstance(one, Set) and one.slot == "place":
            assert one.value in TOWNS
