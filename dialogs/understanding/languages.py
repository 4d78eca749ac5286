"""Languages: which one a message is written in, as far as its words tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialogs.understanding.lexicon import Lexicon


def detect(words: Sequence[str], lexicons: Sequence[Lexicon], *, settled: bool) -> int:
    """Return the index of the language that the words speak; 0, the present one, where they do not tell clearly.

    Args:
        words: the compared words of a message.
        lexicons: the possible languages, the present one first.
        settled: the customer has been heard in the present one before, so that one foreign word is not enough.
    """
    if len(lexicons) < 2:
        return 0
    scores = [0] * len(lexicons)
    for word in words:
        holders = [at for at, lexicon in enumerate(lexicons) if word in lexicon.vocabulary]
        if len(holders) < len(lexicons):
            for at in holders:
                scores[at] += 1
    best = max(range(len(lexicons)), key=lambda at: (scores[at], -at))
    margin = scores[best] - scores[0]
    return best if margin >= (2 if settled else 1) else 0
