"""Spelling: words that people write together, apart or with other letters, as the words they stand for."""

from __future__ import annotations

import re
from typing import Any

from dialogs.understanding.text import fold, words

_LETTERS = re.compile(r"[^\W\d_]+")


class Spellings:
    """What one language may write otherwise: `instead`, `joined` and `spelled` of its files.

    | section | example | means |
    |---|---|---|
    | `instead` | `domattina: domani mattina` | a word is read as these words |
    | `joined` | `- {first: montag dienstag, then: abend mittag}` | each first word may be written with each second |
    | `spelled` | `{ä: ae, ö: oe, ü: ue}` | words with such a letter may be written with the others |
    """

    def __init__(self) -> None:
        """Begin with nothing written otherwise."""
        self._instead: dict[str, tuple[str, ...]] = {}
        self._signed: dict[str, tuple[str, ...]] = {}
        """Words with an apostrophe that without it are others: "we'd" is not Wednesday."""

    def read(self, file: dict[str, Any]) -> None:
        """Add what a file says."""
        for word, meant in file.get("instead", {}).items():
            table = self._signed if "'" in str(word) else self._instead
            table[word if table is self._signed else fold(str(word))] = tuple(words(str(meant)))
        for pair in file.get("joined", ()):
            for first in str(pair["first"]).split():
                for then in str(pair["then"]).split():
                    self._instead[fold(first + then)] = (fold(first), fold(then))

    def respell(self, file: dict[str, Any], letters: dict[str, str]) -> None:
        """Let every word of a file with one of these letters be written with what may stand for it."""
        table = str.maketrans(letters)
        for text in _texts(file):
            for word in _LETTERS.findall(text):
                low = word.lower()
                other = low.translate(table)
                if other != low and fold(other) != fold(low):
                    self._instead.setdefault(fold(other), (fold(low),))

    def apply(self, said: list[str], folded: list[str]) -> tuple[list[str], list[str]]:
        """Return words, as written and as compared, with those that stand for others replaced by them."""
        instead = self._instead
        signed = self._signed and any("'" in word or "’" in word for word in said)
        if not signed and (not instead or instead.keys().isdisjoint(folded)):
            return said, folded
        written: list[str] = []
        compared: list[str] = []
        for word, low in zip(said, folded, strict=True):
            meant = instead.get(low)
            if signed and not word.isalpha():
                meant = self._signed.get(word.lower().replace("’", "'"), meant)
            if meant is None:
                written.append(word)
                compared.append(low)
            else:
                written += [word] if len(meant) == 1 else list(meant)
                compared += meant
        return written, compared


def _texts(entry: Any) -> list[str]:
    """Return every text of a file."""
    if isinstance(entry, dict):
        return [text for one in entry.values() for text in _texts(one)]
    if isinstance(entry, list):
        return [text for one in entry for text in _texts(one)]
    return [entry] if isinstance(entry, str) else []
