"""Spelling: words written together, elided, without umlauts or with an apostrophe are the words they stand for."""

from __future__ import annotations

import pytest

from dialogs.understanding.lexicon import CLAUSE, load
from dialogs.understanding.spelling import Spellings
from dialogs.understanding.text import fold, tokens

FILE = {
    "instead": {"domattina": "domani mattina", "we'd": "we would"},
    "joined": [{"first": "montag dienstag", "then": "abend früh"}],
    "spelled": {"ü": "ue"},
    "says": {"time.part": ["frühstück"]},
}


def read(text: str) -> list[str]:
    spellings = Spellings()
    spellings.read(FILE)
    spellings.respell(FILE, {"ü": "ue"})
    said = tokens(text)
    written, compared = spellings.apply(said, [fold(word) for word in said])
    assert len(written) == len(compared)
    return compared


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Domattina alle 9", ["domani", "mattina", "alle", "9"]),
        ("dienstagabend", ["dienstag", "abend"]),
        ("Montagfrüh", ["montag", "fruh"]),
        ("fruehstueck", ["fruhstuck"]),
        ("we'd like", ["we", "would", "like"]),
        ("we’d like", ["we", "would", "like"]),
        ("wed at 3", ["wed", "at", "3"]),
        ("nothing of these", ["nothing", "of", "these"]),
    ],
)
def test_words_are_read_as_those_they_stand_for(text: str, found: list[str]) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("l'heure", ["l", "heure"]),
        ("aujourd'hui", ["aujourdhui"]),
        ("qu'Anna", ["qu", "anna"]),
        ("dell'anno", ["dell", "anno"]),
        ("un'ora", ["un", "ora"]),
        ("I don't, c'mon", ["i", "dont", ",", "cmon"]),
        ("O'Brien", ["obrien"]),
        ('4 o"clock', ["4", "oclock"]),
        ("21.11", ["21.11"]),
    ],
)
def test_elided_words_stand_for_themselves(text: str, found: list[str]) -> None:
    assert [fold(word) for word in tokens(text)] == found


def test_a_phrase_may_be_all_of_its_clause() -> None:
    assert CLAUSE in load("en", "salon").outer["correct"]
