"""Languages: which one a message is written in, as far as its words tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialogs.understanding.lexicon import Lexicon


class Spoken:
    """The languages that a message may be written in, the present one first, and the words that tell them apart."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        """Index the words that not all of the languages have."""
        self.lexicons = tuple(lexicons)
        holders: dict[str, list[int]] = {}
        for at, lexicon in enumerate(self.lexicons):
            for word in lexicon.vocabulary:
                holders.setdefault(word, []).append(at)
        self._evidence = {word: tuple(ats) for word, ats in holders.items() if len(ats) < len(self.lexicons)}

    def rival(self, words: Sequence[str]) -> tuple[int, int]:
        """Return the language that leads the present one and by how many words; (0, 0) where none does."""
        evidence = self._evidence
        if not evidence:
            return 0, 0
        scores = [0] * len(self.lexicons)
        for word in words:
            for at in evidence.get(word, ()):
                scores[at] += 1
        most = max(scores)
        lead = most - scores[0]
        return (scores.index(most), lead) if lead else (0, 0)
