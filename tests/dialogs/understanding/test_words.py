"""The small parts of understanding: tokens, numbers, spelling, names, contacts, parties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding import contacts, names, numbers, parties
from dialogs.understanding.fuzzy import FewWords, Speller, distance
from dialogs.understanding.lexicon import load
from dialogs.understanding.phrases import Phrases
from dialogs.understanding.text import fold, tokens
from tests.dialogs.understanding.scenes import NOW, SALON


def phrases(text: str) -> Phrases:
    said = tokens(text)
    return Phrases(said, [fold(word) for word in said], load("en", "salon"), SALON, NOW.date())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tomorrow at 3pm!", ["tomorrow", "at", "3", "pm", "!"]),
        ("at 3:30 p.m. please", ["at", "3:30", "p.m.", "please"]),
        ("I don't know", ["I", "don't", "know"]),
        ("21/11, 17h30", ["21/11", ",", "17h30"]),
        ("Nov. 21", ["Nov", "21"]),
        ("for two. Thanks", ["for", "two", ".", "Thanks"]),
        ("for -3", ["for", "-3"]),
        ("3pm-5pm", ["3", "pm", "-", "5", "pm"]),
        ("👍ok", ["👍", "ok"]),
        ("caf\u0065\u0301", ["café"]),
        ("", []),
    ],
)
def test_a_text_is_split_into_words_numbers_and_signs(text: str, found: list[str]) -> None:
    assert tokens(text) == found


@pytest.mark.parametrize(
    ("word", "folded"), [("Mañana", "manana"), ("DON'T", "dont"), ("p.m.", "pm"), ("Straße", "strasse"), ("’", "’")]
)
def test_words_are_compared_without_capitals_accents_and_apostrophes(word: str, folded: str) -> None:
    assert fold(word) == folded


@given(st.text(max_size=50))
def test_every_token_is_compared_by_something(text: str) -> None:
    assert all(fold(word) for word in tokens(text))


@pytest.mark.parametrize(
    ("word", "kind", "value"),
    [
        ("3", "<hour>", 3),
        ("31", "<dom>", 31),
        ("1530", "<hhmm>", (15, 30, False)),
        ("0930", "<hhmm>", (9, 30, True)),
        ("15:30", "<hhmm>", (15, 30, False)),
        ("09:30", "<hhmm>", (9, 30, True)),
        ("17h30", "<hhmm>", (17, 30, False)),
        ("21/11", "<figures>", (21, 11)),
        ("2026-11-21", "<figures>", (2026, 11, 21)),
        ("21.11.2026", "<figures>", (21, 11, 2026)),
        ("3-5", "<range>", (3, 5)),
        ("-3", "<n>", -3),
        ("2027", "<year>", 2027),
    ],
)
def test_figures_are_read_for_all_that_they_may_be(word: str, kind: str, value: object) -> None:
    assert (kind, value) in numbers.of_figures(word)


@pytest.mark.parametrize("word", ["12345678901234567890", "1/2/3/4/5/6", "1:2:3:4", "99999999"])
def test_figures_that_are_nothing_have_no_reading(word: str) -> None:
    assert numbers.of_figures(word) == ()


def test_tens_and_ones_make_numbers() -> None:
    assert numbers.compounds({"twenty": 20, "one": 1, "ten": 10}, " ") == {"twenty one": 21}


@given(st.sampled_from(["tomorrow", "wednesday", "appointment", "haircut"]), st.data())
def test_one_mistake_is_forgiven(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(word) - 2))
    wrong = data.draw(
        st.sampled_from([word[:at] + word[at + 1 :], word[:at] + "x" + word[at:], word[:at] + "x" + word[at + 1 :]])
    )
    known = ["tomorrow", "wednesday", "appointment", "haircut"]
    assert Speller(known).nearest(wrong) == [word]
    assert FewWords(known).nearest(wrong) == [word]


def test_two_mistakes_are_forgiven_in_long_words_only() -> None:
    known = Speller(["appointment", "colour"])
    assert known.near("apointmant") == "appointment"
    assert known.near("coler") is None
    assert known.near("col") is None


def test_what_is_as_near_to_two_words_is_neither() -> None:
    known = Speller(["march", "match"])
    assert known.near("mauch") is None
    assert sorted(known.nearest("mauch")) == ["march", "match"]


@pytest.mark.parametrize(
    ("one", "other", "steps"), [("abc", "abc", 0), ("abcd", "abdc", 1), ("abc", "xyz", 2), ("a", "abcd", 2)]
)
def test_distances_are_counted_up_to_what_is_asked(one: str, other: str, steps: int) -> None:
    assert distance(one, other, 1) == steps


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("john smith", "John Smith"),
        ("JOHN SMITH", "John Smith"),
        ("Ronald McDonald", "Ronald McDonald"),
        ("maria DE la cruz", "Maria de la Cruz"),
        ("o'brien", "O'Brien"),
    ],
)
def test_names_get_their_capitals(text: str, name: str) -> None:
    assert names.bare(phrases(text)) == name


@pytest.mark.parametrize("text", ["a b c d e f", "John 5", "12", ""])
def test_what_is_too_long_or_has_figures_is_no_name(text: str) -> None:
    assert names.bare(phrases(text)) == ""


@pytest.mark.parametrize(
    ("text", "sure", "name"),
    [
        ("John and I want", True, "John"),
        ("John tomorrow", True, "John"),
        ("Will Smith", True, "Will Smith"),
        ("not important", True, ""),
        ("looking for a haircut", False, ""),
        ("vegetarian", False, ""),
        ("Juan de la tomorrow", True, "Juan"),
    ],
)
def test_a_name_ends_where_other_words_begin(text: str, sure: bool, name: str) -> None:
    assert names.after_lead(phrases(text), 0, sure=sure)[0] == name


def test_phones_are_read_with_the_country_of_the_business() -> None:
    assert contacts.phone("call 912 345 678", "PT", asked=False) == ("+351912345678", "912 345 678", 5, 16)
    assert contacts.phone("+44 20 7946 0018", "PT", asked=False) == ("+442079460018", "+44 20 7946 0018", 0, 16)
    assert contacts.phone("2026-11-21", "PT", asked=True) is None
    assert contacts.phone("123456", "PT", asked=False) is None
    assert contacts.phone("123456", "PT", asked=True) == ("", "123456", 0, 6)


def test_addresses_are_found_in_a_sentence() -> None:
    assert contacts.email("write to Ana.Sol@Example.com.") == ("ana.sol@example.com", 9, 28)
    assert contacts.email("see you @ 5") is None


@pytest.mark.parametrize(
    ("meaning", "values", "size"),
    [
        ("party.n", (("<n>", 4),), 4),
        ("party.plus", (("<n>", 4), ("<people>", 1), ("<n>", 2)), 6),
        ("party.me_plus", (("<n>", 2),), 3),
        ("party.two", (), 2),
        ("party.one", (), 1),
        ("party.n", (), None),
    ],
)
def test_descriptions_of_parties_come_to_a_number(
    meaning: str, values: tuple[tuple[str, int], ...], size: int | None
) -> None:
    assert parties.size(meaning, values) == size
