"""Spelling: the known word that a mistyped one was meant to be, by an index of deletions."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHORT = 4
"""Shorter words are not thought to be mistyped."""
_LONG = 8
"""From this many letters on two mistakes are forgiven."""
_LONGEST = 24


def _less(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


class FewWords:
    """A `Speller` for few words, made at no cost: it compares letters first, and measures what is left."""

    def __init__(self, known: Iterable[str]) -> None:
        """Keep words by their length; shorter ones than can be mistyped are only heard."""
        self._known = tuple(known)
        self._by_length: dict[int, list[tuple[int, str]]] = {}
        for word in self._known:
            if word.isalpha() and _SHORT <= len(word) <= _LONGEST:
                self._by_length.setdefault(len(word), []).append((_letters(word), word))

    def nearest(self, word: str) -> list[str]:
        """Return the words that are nearest to one, all as near: by how it is spelled, else by how it sounds."""
        size = len(word)
        if size > _LONGEST or not word.isalpha():
            return []
        found: list[str] = []
        if size >= _SHORT:
            letters, reach = _letters(word), 2 if size >= _LONG - 1 else 1
            close = [
                other
                for length in range(size - reach, size + reach + 1)
                for mask, other in self._by_length.get(length, ())
                if (mask ^ letters).bit_count() <= 2 * reach
            ]
            found = _nearest_of(word, close)
        return found if found or word.isascii() else self._sounds.nearest(word)

    @cached_property
    def _sounds(self) -> Sounds:
        """The words by what they sound like, for those who write them in other letters."""
        return Sounds(self._known)


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
        """Index words; shorter ones than can be mistyped are only heard."""
        self._known = tuple(known)
        self._index: dict[str, tuple[str, ...]] = {}
        for word in self._known:
            if not word.isalpha() or not _SHORT <= len(word) <= _LONGEST:
                continue
            keys = {word} | _less(word)
            if len(word) >= _LONG:
                keys |= {shorter for key in list(keys) for shorter in _less(key) if len(shorter) >= _LONG - 2}
            alone = (word,)  # shared by all keys that lead to this word only, which most do
            for key in keys:
                others = self._index.get(key)
                self._index[key] = alone if others is None else (*others, word)

    def near(self, word: str) -> str | None:
        """Return the one word that is spelled most like another, None where there is none or several are."""
        found = self._spelled(word)
        return found[0] if len(found) == 1 else None

    def nearest(self, word: str) -> list[str]:
        """Return the words that are nearest to one, all as near: by how it is spelled, else by how it sounds."""
        found = self._spelled(word)
        return found if found or word.isascii() else self._sounds.nearest(word)

    @cached_property
    def _sounds(self) -> Sounds:
        """The words by what they sound like, for those who write them in other letters."""
        return Sounds(self._known)

    def _spelled(self, word: str) -> list[str]:
        size = len(word)
        if size < _SHORT or size > _LONGEST or not word.isalpha():
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


class Sounds:
    """Finds names that are written in other letters than ours, in whatever case: "к Анне" is a word for Anna."""

    def __init__(self, known: Iterable[str]) -> None:
        """Index words by what they sound like."""
        self._index: dict[str, list[str]] = {}
        for word in known:
            if word.isalpha() and len(word) <= _LONGEST:
                for sound in _sounds_of(word):
                    self._index.setdefault(sound, []).append(word)

    def nearest(self, word: str) -> list[str]:
        """Return the words that sound like one in Cyrillic letters, cut down to its stem; none for other letters."""
        if not 2 <= len(word) <= _LONGEST or not "а" <= word[0] <= "я" or not word.isalpha():
            return []
        sound = _plain(word)
        for ending in _ENDINGS:
            if not sound.endswith(ending):
                continue
            stem = sound.removesuffix(ending)
            found = self._index.get(stem) if _tells(stem) else None
            if found is None and ending and _tells(stem):
                found = self._index.get(f"{stem}и")  # "Кате" is said of Катя, whose stem is soft
            if found:
                return found
        return []


_ENDINGS = ("", "а", "у", "е", "и", "о", "ои", "еи", "иу", "иа", "ом", "ем", "им")
"""What a name may end in, case by case, as it sounds: Анна, Анны, Анне, Анной, Бену, Беном."""
_CYRILLIC = str.maketrans(
    {"з": "с", "ы": "и", "э": "е", "ё": "е", "й": "и", "я": "иа", "ю": "иу", "ь": "", "ъ": "", "щ": "ш", "ц": "с"}
)
_LATIN = {
    **{
        "sch": "ш",
        "tch": "ч",
        "gue": "ге",
        "gui": "ги",
        "ce": "се|че",
        "ci": "си|чи",
        "ge": "ге|же|хе",
        "gi": "ги|жи|хи",
    },
    **{"ch": "ч|ш|х|к", "sh": "ш", "zh": "ж", "kh": "х", "ph": "ф", "th": "т", "qu": "к", "ck": "к", "cz": "ч"},
    **{"gn": "н|гн", "ts": "с", "tz": "с", "ee": "и", "oo": "у", "ou": "у"},
    **{"a": "а", "b": "б", "c": "к|с", "d": "д", "e": "е", "f": "ф", "g": "г", "h": "х|г|", "i": "и", "j": "ж|и|х"},
    **{"k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "q": "к", "r": "р", "s": "с", "t": "т", "u": "у"},
    **{"v": "в", "w": "в|у", "x": "кс", "y": "и", "z": "с"},
}
"""Latin letters, the longest first, and what they may sound like in Cyrillic ones."""
_MOST_SOUNDS = 24
"""Ways to say one name that are indexed."""
_VOWELS = frozenset("аеиоу")


def _sounds_of(word: str) -> list[str]:
    """Return the stems that a folded word may sound like, in Cyrillic letters."""
    whole = [""]
    at = 0
    while at < len(word):
        size = next((size for size in (3, 2, 1) if word[at : at + size] in _LATIN), 1)
        said = _LATIN.get(word[at : at + size], word[at : at + size]).split("|")
        whole = [before + one for before in whole for one in said][:_MOST_SOUNDS]
        at += size
    sounds = dict.fromkeys(_plain(one) for one in whole)
    # Names that end in a vowel lose it where they are declined.
    cut = [one[:-1] for one in sounds if len(one) > 2 and one[-1] in _VOWELS]
    return [one for one in dict.fromkeys([*sounds, *cut]) if _tells(one)]


def _plain(word: str) -> str:
    """Return a word as it sounds: one letter for what sounds alike, none twice in a row."""
    low = word.translate(_CYRILLIC).replace("дж", "ж")
    return "".join(letter for at, letter in enumerate(low) if not at or letter != low[at - 1])


def _tells(stem: str) -> bool:
    """Return whether a stem is enough to tell a name."""
    return len(stem) > 1 and not _VOWELS.issuperset(stem)
