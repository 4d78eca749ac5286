"""Languages: which one a message is written in, told from its words and letters before any lexicon is compiled."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from dialogs.understanding import lexicon
from dialogs.understanding.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SILENT = frozenset({"particles", "services", "parts", "order", "written_24", "foreign"})
"""Sections that say nothing of a language: parts of names, names of services, settings, words of other languages."""
_KIND = re.compile(r"<[^>]*>")
_LETTER = 2
"""Words that a letter counts for that only one of the languages writes."""
_LETTERS_MOST = 4
"""Words that all the letters of a message count for together."""


class Signs(NamedTuple):
    """What tells that a text is in a language: the words its files are made of, and the letters they are written in."""

    words: frozenset[str]
    services: frozenset[str]
    """Words that only name services there: they tell something where nothing else does."""
    common: frozenset[str]
    """Words that sentences are made of: names have them too, and they speak for the language all the same."""
    letters: frozenset[str]
    """Letters that are not of the Latin alphabet's 26, as written."""


class Own(NamedTuple):
    """The words of a business's own names."""

    alone: frozenset[str]
    """Names of one word."""
    parts: frozenset[str]
    """Words of names that have several."""


_NOTHING: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def own(names: tuple[str, ...]) -> Own:
    """Return the words of names."""
    split = [words(name) for name in names]
    return Own(
        frozenset(one[0] for one in split if len(one) == 1), frozenset(word for one in split for word in one[:20])
    )


@cache
def signs(language: str, trade: str) -> Signs:
    """Return the signs of a language, read from its files as they stand: no template is expanded, nothing compiled."""
    files = [_of_file(language, name) for name in ("words", "times", trade)]
    said, services, common, letters = (_NOTHING.union(*(one[at] for one in files)) for at in range(4))
    return Signs(said, services - said, common, letters)


@cache
def _of_file(language: str, name: str) -> Signs:
    path = lexicon.LOCALES / language / f"{name}.yaml"
    if not name.isidentifier() or not path.exists():
        return Signs(_NOTHING, _NOTHING, _NOTHING, _NOTHING)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    file: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or {}  # noqa: S506 - it is safe
    said = _KIND.sub(" ", " | ".join(_strings({key: file[key] for key in file if key not in _SILENT})))
    services = " | ".join(_strings(file.get("services", {})))
    foreign = frozenset(words(str(file.get("foreign", ""))))
    letters = {sign for sign in unicodedata.normalize("NFC", said).lower() if not sign.isascii() and sign.isalpha()}
    common = _alphabetic(f"{file.get('stops', '')} {file.get('fillers', '')}")
    return Signs(_alphabetic(said) - foreign, _alphabetic(services), common, frozenset(letters))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, str):
        yield value


def _alphabetic(text: str) -> frozenset[str]:
    return frozenset(word for word in words(text) if word.isalpha())


class Spoken:
    """The languages of a business, the one to begin with first."""

    def __init__(self, languages: Sequence[str], trade: str) -> None:
        """Read what tells them apart; nothing where there is only one."""
        self.languages = tuple(languages)
        self._signs = [signs(one, trade) for one in languages] if len(languages) > 1 else []
        self._common = _NOTHING.union(*(one.common for one in self._signs))

    def rival(self, said: Sequence[str], folded: Sequence[str], names: Own, *, known: bool) -> tuple[int, int]:
        """Return the language that leads the first one and by how many words; (0, 0) where none does.

        A word or letter of all the languages is no evidence, nor is a word of the business's own names.

        Args:
            said: the words as written.
            folded: the same as compared.
            names: words of the business's own names.
            known: the customer was heard before in the first language, so that a service's name tells nothing.
        """
        if not self._signs:
            return 0, 0
        scores = [0] * len(self._signs)
        strange: list[str] = []
        for word, written in dict(zip(folded, said, strict=True)).items():
            if not word.isalpha() or word in names.alone or (word in names.parts and word not in self._common):
                continue
            held = [at for at, one in enumerate(self._signs) if word in one.words]
            if not held:
                strange.append(written)
            elif len(held) < len(scores):
                for at in held:
                    scores[at] += 1
        self._letters(strange, scores, capitals=not known)
        if not known and not any(scores):
            for word in folded:
                for at, one in enumerate(self._signs):
                    scores[at] += word in one.services
        most = max(scores)
        lead = most - scores[0]
        return (scores.index(most), lead) if lead else (0, 0)

    def _letters(self, strange: Sequence[str], scores: list[int], *, capitals: bool) -> None:
        """Count the letters of words that are in no file; names, which have capitals, may come from anywhere."""
        counted = [0] * len(scores)
        for place, written in enumerate(strange):
            if written.isascii() or not (written.islower() or (capitals and place == 0)):
                continue
            for sign in set(written.lower()):
                held = [] if sign.isascii() else [at for at, one in enumerate(self._signs) if sign in one.letters]
                if len(held) == 1:
                    counted[held[0]] = min(_LETTERS_MOST, counted[held[0]] + _LETTER)
        for at, count in enumerate(counted):
            scores[at] += count
