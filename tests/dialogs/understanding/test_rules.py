"""The rules as a whole: what they promise for any text."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.messages import Offer, Option
from dialogs.understanding.catalogue import Catalogue
from dialogs.understanding.commands import Correct, Day, Heard, Set, TimeOfDay
from dialogs.understanding.lexicon import languages, load
from dialogs.understanding.rules import Rules
from domain.businesses import Service
from tests.builders import luz_studio
from tests.dialogs.understanding.hostile import grown
from tests.dialogs.understanding.scenes import NOW, RESTAURANT, SALON, all_written, sentences

RULES = Rules()
OFFER = Offer(
    "o",
    "openings",
    [
        Option("at:2026-11-21|990|", "", day="2026-11-21", minute=990),
        Option("at:2026-11-21|1050|", "", day="2026-11-21", minute=1050),
    ],
)
WORDS = st.sampled_from(sorted({word for one in (*sentences("en"), *sentences("es")) for word in one.text.split()}))
TEXTS = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=12).map(" ".join))
ASKED = st.sampled_from(
    ["", "service", "staff", "date", "time", "party_size", "name", "phone", "email", "notes", "confirm"]
)


def heard(text: str, **more: object) -> Heard:
    return replace(Heard(text, NOW, SALON, language="en"), **more)  # type: ignore[arg-type]


@settings(max_examples=400, deadline=None)
@given(
    TEXTS,
    ASKED,
    st.sampled_from([SALON, RESTAURANT]),
    st.sampled_from([None, OFFER]),
    st.sampled_from(["", "en", "es"]),
)
def test_any_text_is_read_the_same_twice_and_never_raises(
    text: str, asked: str, catalogue: Catalogue, offer: Offer | None, language: str
) -> None:
    one = Heard(text, NOW, catalogue, language, "collecting", asked, offer, {"time": TimeOfDay(900, 900)})
    understood = RULES.read(one)
    assert understood == Rules().read(one)
    assert (understood.certainty == 0) == (not understood.commands)
    assert understood.language in {*languages(), language}
    assert understood.language or not language


@pytest.mark.parametrize("catalogue", [SALON, RESTAURANT], ids=["salon", "restaurant"])
@pytest.mark.parametrize("language", languages())
def test_no_beginning_of_a_phrase_of_any_language_raises(language: str, catalogue: Catalogue) -> None:
    for unit in grown(load(language, catalogue.directory.business.trade), 1500):
        for asked in ("", "time"):
            understood = RULES.read(Heard(unit * 2, NOW, catalogue, language, asked=asked))
            assert (understood.certainty == 0) == (not understood.commands), unit


@given(st.integers(0, 3000))
def test_the_same_words_on_another_day_mean_days_as_much_later(days: int) -> None:
    when = NOW.replace(hour=0) + timedelta(days=7 * days)  # the same weekday
    for text in ("tomorrow", "Monday", "next Tuesday", "in two weeks", "this weekend", "next week"):
        (command,) = RULES.read(heard(text, now=when)).commands
        (before,) = RULES.read(heard(text)).commands
        assert isinstance(command, Set)
        assert isinstance(before, Set)
        assert isinstance(command.value, Day)
        assert isinstance(before.value, Day)
        assert command.value.first - before.value.first == timedelta(days=7 * days)
        assert command.value.last - before.value.last == timedelta(days=7 * days)


def test_it_answers_as_an_understander() -> None:
    assert all_written(asyncio.run(RULES.understand(heard("hi"))).commands) == "Greet"


@pytest.mark.parametrize(
    ("text", "language", "spoken"),
    [
        ("hola", "", "es"),
        ("hi", "", "en"),
        ("2", "", ""),
        ("👍", "", ""),
        ("Ana Sousa", "", ""),
        ("👍", "es", "es"),
        ("quiero reservar una cita para mañana", "en", "es"),
        ("I would like to book an appointment", "es", "en"),
        ("gracias", "en", "en"),
        ("ok", "es", "es"),
        ("con Anna", "en", "en"),
        ("maria de la cruz", "en", "en"),
    ],
)
def test_the_language_changes_only_where_the_words_are_clear(text: str, language: str, spoken: str) -> None:
    asked = "name" if "maria" in text else ""
    assert RULES.read(heard(text, language=language, asked=asked)).language == spoken


def test_a_foreign_word_is_understood_without_changing_the_language() -> None:
    understood = RULES.read(heard("gracias"))
    assert all_written(understood.commands) == "Thank"
    assert understood.language == "en"


def test_a_language_without_words_falls_back_to_one_that_has_some() -> None:
    directory = luz_studio()
    foreign = Catalogue(replace(directory, business=replace(directory.business, languages=("xx",))))
    assert all_written(RULES.read(heard("hi", catalogue=foreign, language="xx")).commands) == "Greet"


@pytest.mark.parametrize(("stage", "means"), [("greeting", "OptOut"), ("closed", "OptOut"), ("collecting", "Cancel")])
def test_stop_ends_what_is_under_way_before_it_ends_the_messages(stage: str, means: str) -> None:
    assert all_written(RULES.read(heard("stop", stage=stage)).commands) == means


def test_what_was_mistyped_is_less_certain_than_what_was_not() -> None:
    assert RULES.read(heard("haircut")).certainty == 1
    assert 0 < RULES.read(heard("hairct")).certainty < 1


def test_a_name_that_fits_two_services_is_asked_about() -> None:
    directory = luz_studio()
    services = (Service("men", "Men's haircut", 30), Service("women", "Women's haircut", 45), *directory.services[1:])
    catalogue = Catalogue(replace(directory, services=services))
    assert all_written(RULES.read(heard("a haircut", catalogue=catalogue)).commands) == "service?men|women"
    assert all_written(RULES.read(heard("a men's haircut", catalogue=catalogue)).commands) == "service=men"


def test_what_is_known_already_is_no_correction() -> None:
    known = {"time": TimeOfDay(960, 960)}
    (same,) = RULES.read(heard("4pm", slots=known)).commands
    (other,) = RULES.read(heard("5pm", slots=known)).commands
    assert isinstance(same, Set)
    assert isinstance(other, Correct)


def test_branches_are_told_by_their_names() -> None:
    assert all_written(RULES.read(heard("in Alfama please")).commands) == "place=alfama"


def test_importing_the_engine_loads_no_words() -> None:
    code = "import sys, dialogs; assert 'yaml' not in sys.modules and 'phonenumbers' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
