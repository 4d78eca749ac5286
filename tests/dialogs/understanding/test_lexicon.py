"""The lexicon: templates, contradictions, and files that every language keeps to."""

from __future__ import annotations

import pytest

from dialogs.understanding import meanings
from dialogs.understanding.lexicon import LOCALES, Lexicon, concepts, expand, languages, load


@pytest.mark.parametrize(
    ("template", "phrases"),
    [
        ("good morning", [("good", "morning")]),
        ("(hi|hello) [there]", [("hi", "there"), ("hi",), ("hello", "there"), ("hello",)]),
        ("[the] <weekday>", [("the", "<weekday>"), ("<weekday>",)]),
        ("at <time>", [("at", "<clock>"), ("at", "<hour>")]),
        ("I don't", [("i", "dont")]),
        ("a (b (c|d)|e)", [("a", "b", "c"), ("a", "b", "d"), ("a", "e")]),
        ("[a]", [("a",)]),
    ],
)
def test_a_template_stands_for_its_phrases(template: str, phrases: list[tuple[str, ...]]) -> None:
    assert expand(template) == phrases


@pytest.mark.parametrize("template", ["(a", "a)", "[a|b", "a]"])
def test_brackets_must_match(template: str) -> None:
    with pytest.raises(ValueError, match="brackets"):
        expand(template)


def test_a_template_may_not_stand_for_thousands() -> None:
    with pytest.raises(ValueError, match="stands for"):
        expand("(a|b|c|d|e|f|g|h) (a|b|c|d|e|f|g|h) (a|b|c|d|e|f|g|h)")


def test_one_phrase_may_not_mean_two_things() -> None:
    with pytest.raises(ValueError, match="'hi' means greet and bye"):
        Lexicon("xx", "", [{"says": {"greet": ["hi"], "bye": ["hi"]}}])


def test_a_phrase_may_mean_another_thing_where_it_stands_alone() -> None:
    Lexicon("xx", "", [{"says": {"repeat": ["=what"], "question": ["what"]}}])


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("trade", ["", "salon", "restaurant"])
def test_every_meaning_of_a_language_is_one_that_is_understood(language: str, trade: str) -> None:
    known = meanings.known()
    stack, found = [load(language, trade).outer], set()
    while stack:
        node = stack.pop()
        for key, value in node.items():
            if isinstance(value, str):
                found.add(value)
            else:
                assert key
                stack.append(value)
    assert found <= known
    assert found


@pytest.mark.parametrize("language", languages())
def test_a_language_says_all_that_english_says(language: str) -> None:
    """What one language has and another lacks is an oversight, unless it is listed here."""
    spared = {"es": {"time.first", "place.at", "ordinal_date"}, "fr": {"ordinal_date"}}
    missing = _meanings("en") - _meanings(language) - spared.get(language, set())
    assert not missing


def _meanings(language: str) -> set[str]:
    stack, found = [load(language, "").outer], set()
    while stack:
        for value in stack.pop().values():
            if isinstance(value, str):
                found.add(value)
            else:
                stack.append(value)
    return found


def test_trades_name_their_services_in_several_languages() -> None:
    assert any({"haircut", "corte de pelo"} <= set(names) for names in concepts("salon"))


def test_every_language_folder_has_sentences() -> None:
    for language in languages():
        assert (LOCALES / language / "sentences.yaml").exists()
