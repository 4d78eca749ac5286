"""The sentences of every language mean what its folder says."""

from __future__ import annotations

import pytest

from dialogs.understanding.lexicon import languages
from dialogs.understanding.rules import Rules
from tests.dialogs.understanding.scenes import Sentence, all_written, sentences

RULES = Rules()
ALL = [(language, one) for language in languages() for one in sentences(language)]


@pytest.mark.parametrize(("language", "sentence"), ALL, ids=lambda one: one.text if isinstance(one, Sentence) else one)
def test_a_sentence_means_what_its_language_says(language: str, sentence: Sentence) -> None:
    understood = RULES.read(sentence.heard)
    assert all_written(understood.commands) == sentence.means
    assert (understood.certainty > 0) == bool(sentence.means)


@pytest.mark.parametrize("language", languages())
def test_a_language_has_sentences_enough(language: str) -> None:
    assert len(sentences(language)) >= 80
