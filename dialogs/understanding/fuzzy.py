"""Spelling: the known word that a mistyped one was meant to be, by an index of deletions."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONG = 8
"""From this many letters on two mistakes are forgiven."""
_LONGEST = 24


def _less(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


class FewWords:
    """A `Speller` for few words, made at no cost: it compares letters first, and measures what is left."""

    def __init__(self, known: Iterable[str]) -> None:
        """Keep words by their length."""
        self._by_length: dict[int, list[tuple[int, str]]] = {}
        for word in known:
            if word.isalpha() and len(word) <= _LONGEST:
                self._by_length.setdefault(len(word), []).append((_letters(word), word))

    def nearest(self, word: str) -> list[str]:
        """Return the words that are nearest to one, all as near; none that is too far."""
        size = len(word)
        if size < 4 or size > _LONGEST or not word.isalpha():
            return []
        letters, reach = _letters(word), 2 if size >= _LONG - 1 else 1
        close = [
            other
            for length in range(size - reach, size + reach + 1)
            for mask, other in self._by_length.get(length, ())
            if (mask ^ letters).bit_count() <= 2 * reach
        ]
        return _nearest_of(word, close)


@lru_cache(maxsize=65_536)
def _letters(word: str) -> int:
    """Return which letters a word has, as bits; one mistake changes two of them at most."""
    mask = 0
    for letter in word:
        mask |= 1 << (ord(letter) & 63)
    return mask


class Speller:
    """Finds the words within one mistake (two in words of eight letters or more) of a given one."""

    def __init__(self, known: Iterable[str]) -> None:
        """Index words."""
        self._index: dict[str, tuple[str, ...]] = {}
        for word in known:
            if not word.isalpha() or len(word) > _LONGEST:
                continue
            keys = {word} | _less(word)
            if len(word) >= _LONG:
                keys |= {shorter for key in list(keys) for shorter in _less(key) if len(shorter) >= _LONG - 2}
            alone = (word,)  # shared by all keys that lead to this word only, which most do
            for key in keys:
                others = self._index.get(key)
                self._index[key] = alone if others is None else (*others, word)

    def near(self, word: str) -> str | None:
        """Return the one nearest word, None where there is none or several are as near."""
        found = self.nearest(word)
        return found[0] if len(found) == 1 else None

    def nearest(self, word: str) -> list[str]:
        """Return the words that are nearest to one, all as near; none that is too far."""
        size = len(word)
        if size < 4 or size > _LONGEST or not word.isalpha():
            return []
        index = self._index
        found: set[str] = set(index.get(word, ()))
        once = _less(word)
        for key in once:
            if key in index:
                found.update(index[key])
        if size >= _LONG and not found:
            # Two mistakes are not looked for in the first letter, which is hardly ever wrong.
            found = {
                other
                for shorter in {word[0] + end for key in _less(word[1:]) for end in _less(key)}
                if shorter in index
                for other in index[shorter]
                if other[0] == word[0] and abs(len(other) - size) <= 2
            }
        return _nearest_of(word, found)


def _nearest_of(word: str, found: Iterable[str]) -> list[str]:
    """Return those of some words that are nearest to one and not too far, all as near."""
    best: list[str] = []
    nearest, size = 3, len(word)
    for other in found:
        if other[0] != word[0] and other[1] != word[0]:
            continue  # the first letter is hardly ever wrong: it may be left out or swapped with the second
        allowed = 2 if min(size, len(other)) >= _LONG else 1
        steps = distance(word, other, allowed)
        if steps > allowed or steps > nearest:
            continue
        if steps < nearest:
            best.clear()
            nearest = steps
        best.append(other)
    return best


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters were left out, put in, changed or swapped; beyond `most` only that it is more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(last) >= most:
            return most + 1  # a swap reaches back two rows, no further
        before, last = last, row
    return last[-1]
