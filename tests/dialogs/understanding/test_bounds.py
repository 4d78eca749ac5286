"""Reading is bounded: the work done on hostile texts, counted in steps, grows with their length and no faster."""

from __future__ import annotations

import pytest

from dialogs.understanding import contacts
from dialogs.understanding.commands import Heard
from dialogs.understanding.lexicon import load
from dialogs.understanding.phrases import Phrases
from dialogs.understanding.rules import Rules
from dialogs.understanding.text import LONGEST, fold, tokens
from tests.dialogs.understanding.scenes import NOW, SALON

NASTY = {
    "letters": "a",
    "digits": "1",
    "dots": ".",
    "spaces": " ",
    "emoji": "😀",
    "right to left": "שלום ",
    "combining": "e\u0301",
    "numbers": "1 ",
    "times": "at 5 ",
    "dashes": "1-",
    "colons": "1:",
    "slashes": "1/1/",
    "at signs": "a@",
    "an address that never ends": "a@a.",
    "a number that never ends": "1 2-3(4)",
    "fillers": "please the a ",
    "days": "monday next ",
    "names": "my name is ",
    "between": "between 3 and ",
    "typos": "tomorov hairct ",
    "long typos": "appointmeent reservattion ",
    "the start of long phrases": "talk to the ",
    "questions": "what when where who ",
    "not": "not not ",
    "and": "haircut and ",
    "or": "monday or ",
    "apostrophes": "a'",
    "control": "\x00\x1b",
    "brackets": "([{",
    "halves": "half past quarter to ",
}
STEPS_A_TOKEN = 15


def steps(text: str, language: str) -> tuple[int, int]:
    said = tokens(text)
    phrases = Phrases(said, [fold(word) for word in said], load(language, "salon"), SALON, NOW.date())
    return phrases.visits, len(said)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", NASTY)
def test_the_steps_of_reading_grow_with_the_words_and_no_faster(kind: str, language: str) -> None:
    unit = NASTY[kind]
    short, few = steps((unit * 10_000)[:500], language)
    long, many = steps((unit * 10_000)[:2000], language)
    assert short <= STEPS_A_TOKEN * few
    assert long <= STEPS_A_TOKEN * many
    assert many <= 2000


@pytest.mark.parametrize("kind", NASTY)
def test_ten_thousand_characters_are_read_as_their_beginning(kind: str) -> None:
    text = (NASTY[kind] * 10_000)[:10_000]
    rules = Rules()
    for asked in ("", "name", "phone"):
        whole = rules.read(Heard(text, NOW, SALON, language="en", asked=asked))
        cut = rules.read(Heard(text[:LONGEST], NOW, SALON, language="en", asked=asked))
        assert whole == cut


def test_contacts_are_found_in_long_texts_of_their_own_signs() -> None:
    assert contacts.email("a@" * 500) is None
    assert contacts.phone("1 " * 500, "PT", asked=False) is None
