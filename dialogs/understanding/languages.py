"""Languages: which one a message is written in, told from its words and letters before any lexicon is compiled."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from dialogs.understanding import lexicon
from dialogs.understanding.text import fold, tokens, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SILENT = frozenset(
    {"particles", "services", "parts", "order", "order_in", "written_24", "foreign", "spelled", "joined"}
)
"""Sections that say nothing of a language: parts of names, names of services, settings, words of other languages."""
_KIND = re.compile(r"<[^>\s]*>|\{\w+\}")
_BORROWED = 0.5
"""What a word counts for a language that has it from another: "hello" is English in Spanish too."""
_AS_WRITTEN = 0.1
"""What a word counts for more that is written with just these accents: "dias" is Portuguese, "días" Spanish."""
_SERVICE = 0.5
"""What each word counts for of what a service is called."""
_CONSONANTS = frozenset("bcdfghjklmnpqrstvwxz")
"""Letters that are units, initials or what is left of an elided word, everywhere."""
_LETTER = 2
"""What a word counts for more that only one of the languages has the letters for."""
_NAME = 0.1
_LETTERS_MOST = 4
"""What all the letters of a message count for together."""


class Signs(NamedTuple):
    """What tells that a text is in a language: the words its files are made of, and the letters they are written in."""

    words: frozenset[str]
    services: frozenset[str]
    """What services are called there: that tells something of a customer who was not heard before."""
    common: frozenset[str]
    """Words that sentences are made of: names have them too, and they speak for the language all the same."""
    letters: frozenset[str]
    """Letters that are not of the Latin alphabet's 26, as written."""
    foreign: frozenset[str]
    """Words of other languages that are used in this one."""
    written: frozenset[str]
    """The words as they are written, with their accents."""
    marks: frozenset[str]
    """Signs that are no letters and that English has not, as its replies have them: "¿"."""


class Own(NamedTuple):
    """The words of a business's own names."""

    alone: frozenset[str]
    """Names of one word."""
    parts: frozenset[str]
    """Words of names that have several."""


class Told(NamedTuple):
    """What a message tells of its language."""

    language: str
    """The language that leads."""
    lead: float
    """By how many words it leads the first one; a borrowed word is half of one."""
    anything: bool
    """Whether any word or letter told something."""


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
    said, services, common, letters, foreign, written, _ = (
        _NOTHING.union(*(one[at] for one in files)) for at in range(len(Signs._fields))
    )
    replies = lexicon.LOCALES / language / "replies.ftl"
    marks = (
        {sign for sign in set(replies.read_text(encoding="utf-8")) if ord(sign) > 127 and not sign.isalnum()}
        if replies.exists()
        else _NOTHING
    )
    return Signs(said - foreign, services, common, letters, foreign, written, frozenset(marks))


@cache
def _of_file(language: str, name: str) -> Signs:
    path = lexicon.LOCALES / language / f"{name}.yaml"
    if not name.isidentifier() or not path.exists():
        return Signs(*(_NOTHING for _ in Signs._fields))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    file: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or {}  # noqa: S506 - it is safe
    said = _KIND.sub(" ", "\n".join(_strings({key: file[key] for key in file if key not in _SILENT})))
    own_words = _alphabetic(said) | {fold(str(word)) for word in file.get("instead", {})}
    for pair in file.get("joined", ()):
        own_words |= {fold(first + then) for first in pair["first"].split() for then in pair["then"].split()}
    spelled = file.get("spelled", {})
    if spelled:
        own_words |= _alphabetic(said.lower().translate(str.maketrans(spelled)))
    letters = {
        sign for sign in set(unicodedata.normalize("NFC", said).lower()) if sign.isalpha() and not sign.isascii()
    }
    return Signs(
        frozenset(own_words),
        frozenset(f" {' '.join(words(name))} " for name in _strings(file.get("services", {}))),
        _alphabetic(f"{file.get('stops', '')} {file.get('fillers', '')}"),
        frozenset(letters),
        _alphabetic(str(file.get("foreign", ""))),
        frozenset(word for word in (one.lower() for one in tokens(said)) if word.isalpha()),
        _NOTHING,
    )


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


def _weight(word: str, of: Signs) -> float:
    return 1 if word in of.words else _BORROWED if word in of.foreign else 0


def _letters_of(word: str) -> frozenset[str]:
    return frozenset(sign for sign in word.lower() if not sign.isascii())


class Spoken:
    """The languages of a business, the one to begin with first."""

    def __init__(self, languages: Sequence[str], trade: str) -> None:
        """Read nothing yet: other languages are looked at when a message has words that the first one has not."""
        self.languages = tuple(languages)
        self._trade = trade

    @cached_property
    def _signs(self) -> list[Signs]:
        return [signs(one, self._trade) for one in self.languages]

    @cached_property
    def _common(self) -> frozenset[str]:
        return _NOTHING.union(*(one.common for one in self._signs))

    def told(self, said: Sequence[str], folded: Sequence[str], names: Own, *, known: bool) -> Told:
        """Return which language a message is in.

        A word or letter of all the languages is no evidence, nor is a word of the business's own names.

        Args:
            said: the words as written.
            folded: the same as compared.
            names: words of the business's own names.
            known: the customer was heard before in the first language, so that a service's name tells nothing.
        """
        first = signs(self.languages[0], self._trade)
        telling = {
            word: raw
            for word, raw in zip(folded, said, strict=True)
            if word.isalpha() and word not in names.alone and word not in _CONSONANTS
        }
        heard = any(word in first.words for word in telling)
        marks = frozenset(raw for raw in said if not raw.isascii() and len(raw) == 1 and not raw.isalnum())
        if len(self.languages) < 2 or (
            marks <= first.marks
            and all(
                word in first.words and (raw.isascii() or _letters_of(raw) <= first.letters)
                for word, raw in telling.items()
            )
        ):
            return Told(self.languages[0], 0, heard)  # all may be of the first language, so none can lead it
        scores = [0.0] * len(self.languages)
        for word, raw in telling.items():
            if word in names.parts and word not in self._common:
                continue
            held = [_weight(word, one) for one in self._signs]
            if min(held) < max(held):
                scores = [score + weight for score, weight in zip(scores, held, strict=True)]
            low = raw.lower()
            for at, one in enumerate(self._signs):
                scores[at] += _AS_WRITTEN * (low in one.written)
        if not known:
            text = f" {' '.join(folded)} "
            for at, one in enumerate(self._signs):
                scores[at] += max(
                    (_SERVICE * (name.count(" ") - 1) for name in one.services if name in text), default=0
                )
        self._letters([raw for raw in telling.values() if not raw.isascii()], scores)
        for mark in marks:
            holders = [at for at, one in enumerate(self._signs) if mark in one.marks]
            if len(holders) == 1:
                scores[holders[0]] += _LETTER
        most = max(scores)
        return Told(self.languages[scores.index(most)], most - scores[0], heard or most >= _BORROWED)

    def _letters(self, said: Sequence[str], scores: list[float]) -> None:
        """Count words that not all languages have the letters for."""
        counted = [0.0] * len(scores)
        for written in said:
            letters = _letters_of(written)
            held = [at for at, one in enumerate(self._signs) if letters <= one.letters]
            if len(held) < len(scores):
                # Names, which have capitals, may come from anywhere: they only decide between languages that are even.
                weight = _NAME if not written.islower() else _LETTER if len(held) == 1 else 1
                for at in held:
                    counted[at] = min(_LETTERS_MOST, counted[at] + weight)
        for at, count in enumerate(counted):
            scores[at] += count
