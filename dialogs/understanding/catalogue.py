"""The catalogue: a business's own names, compiled once so that they are found in what customers write."""

from __future__ import annotations

from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING

from dialogs.understanding.fuzzy import FewWords
from dialogs.understanding.lexicon import concepts
from dialogs.understanding.text import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.businesses import Directory, Place, Service, Staff

_DULL = frozenset(
    [
        "and",
        "or",
        "the",
        "a",
        "an",
        "of",
        "with",
        "for",
        "in",
        "on",
        "y",
        "e",
        "de",
        "del",
        "la",
        "el",
        "los",
        "las",
        "con",
        "para",
        "en",
    ]
)
"""Words of names that name nothing by themselves."""


class Catalogue:
    """Services, staff, places and questions of one business, indexed by their words."""

    def __init__(self, directory: Directory) -> None:
        """Compile a directory; the shops of a chain, whose names are the same, share what is compiled."""
        self.directory = directory
        self.tables = any(service.needs == "table" for service in directory.services)
        """Whether parties are seated at tables."""
        services = [one for one in directory.services if one.needs != "table"]
        places = directory.places if len(directory.places) > 1 else ()
        self._ids: dict[str, Sequence[Service | Staff | Place]] = {
            "<service>": services,
            "<staff>": directory.staff,
            "<place>": places,
        }
        self._compiled = compiled = _compile(
            directory.business.trade, _names_of(services), _names_of(directory.staff), _names_of(places)
        )
        self.names = compiled.names
        self.parts = compiled.parts
        self._questions = _questions(tuple((*faq.keywords, faq.question) for faq in directory.faqs))
        self.asked = self._questions.asked

    def ids(self, kind: str, found: tuple[int, ...]) -> tuple[str, ...]:
        """Return the ids of what a name names."""
        entries = self._ids[kind]
        return tuple(entries[one].id for one in found)

    def meant(self, word: str) -> str | None:
        """Return the word that a mistyped one was meant to be, None where it could belong to several names."""
        found = self._compiled.speller.nearest(word)
        if not found:
            return None
        named = [{(kind, entries) for _, kind, entries in self.names[one]} for one in found]
        return sorted(found)[0] if all(one == named[0] for one in named) else None

    def faq(self, said: list[str]) -> str | None:
        """Return the id of the question whose keywords the words hold best, None where none is held."""
        best, most = None, 0
        candidates = dict.fromkeys(found for word in said for found in self.asked.get(word, ()))
        if not candidates:
            return None
        present = {form for word in said for form in _forms(word)}
        for candidate in candidates:
            *keywords, question = self._questions.phrases[candidate]
            score = sum(3 * len(keyword) for keyword in keywords if present.issuperset(keyword))
            if score:
                score += len(present.intersection(question))
            if score > most:
                best, most = candidate, score
        return None if best is None else self.directory.faqs[best].id


Names = tuple[tuple[str, ...], ...]
"""Of each entry its name and its other names."""


class _Compiled:
    """The names of a set-up, without whose they are: entries are counted, not named by their ids."""

    def __init__(self, trade: str, services: Names, staff: Names, places: Names) -> None:
        self.names: dict[str, list[tuple[tuple[str, ...], str, tuple[int, ...]]]] = {}
        """First word to (further words, kind, entries): several entries where a name fits several."""
        self.parts: set[str] = set()
        """Words that are only part of a name."""
        self._index("<service>", _with_synonyms(trade, services))
        self._index("<staff>", staff)
        self._index("<place>", places)

    def _index(self, kind: str, entries: Iterable[tuple[str, ...]]) -> None:
        full: dict[tuple[str, ...], tuple[int, ...]] = {}
        parts: dict[str, tuple[int, ...]] = {}
        for number, names in enumerate(entries):
            whole, partly = _ways(names)
            for key in whole:
                full[key] = (*full.get(key, ()), number)
            for word in partly:
                parts[word] = (*parts.get(word, ()), number)
        for key, numbers in full.items():
            self.names.setdefault(key[0], []).append((key[1:], kind, numbers))
        for word, numbers in parts.items():
            if (word,) not in full:
                self.parts.add(word)
                self.names.setdefault(word, []).append(((), kind, numbers))

    @cached_property
    def speller(self) -> FewWords:
        """The first words of names, to find mistyped ones."""
        return FewWords(word for word in self.names if len(word) >= 4)


class _Questions:
    """The questions that a business answers itself, without whose they are."""

    def __init__(self, faqs: Names) -> None:
        self.asked: dict[str, list[int]] = {}
        """A word of a question's keywords to the questions."""
        self.phrases: list[list[tuple[str, ...]]] = []
        """Of each question its keywords and, last, its own words."""
        for number, faq in enumerate(faqs):
            keywords = [_keys(keyword) for keyword in faq]
            self.phrases.append([keyword for keyword in keywords if keyword])
            for form in dict.fromkeys(form for key in keywords[:-1] for word in key for form in _forms(word)):
                self.asked.setdefault(form, []).append(number)


def _names_of(entries: Sequence[Service | Staff | Place]) -> Names:
    return tuple((one.name, *one.aliases) for one in entries)


_compile = lru_cache(maxsize=4096)(_Compiled)
_questions = lru_cache(maxsize=4096)(_Questions)


def _with_synonyms(trade: str, services: Names) -> list[tuple[str, ...]]:
    """Return the names of services with what their trade calls them in every language."""
    named = list(services)
    keyed = [{_keys(name) for name in names} for names in services]
    taken = {key for keys in keyed for key in keys}
    for synonyms, keys, single in _concepts(trade):
        whole = [number for number, known in enumerate(keyed) if not keys.isdisjoint(known)]
        # "Men's haircut" and "Women's haircut" are both a "corte": said alone, it asks which.
        partly = whole or [number for number, names in enumerate(services) if not single.isdisjoint(_keys(names[0]))]
        new = tuple(name for name, key in synonyms if key not in taken)
        for number in partly:
            named[number] = (*named[number], *new)
    return named


@cache
def _concepts(trade: str) -> list[tuple[list[tuple[str, tuple[str, ...]]], frozenset[tuple[str, ...]], frozenset[str]]]:
    """Return what a trade's services are called: names with their words, all their words, the single ones."""
    found = []
    for synonyms in concepts(trade):
        named = [(name, _keys(name)) for name in synonyms]
        keys = frozenset(key for _, key in named)
        found.append((named, keys, frozenset(key[0] for key in keys if len(key) == 1)))
    return found


@lru_cache(maxsize=65_536)
def _keys(name: str) -> tuple[str, ...]:
    """Return the compared words of a name of the business."""
    return tuple(words(name))


@lru_cache(maxsize=16_384)
def _ways(names: tuple[str, ...]) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Return how something with these names may be said: in whole, and by a single word of them."""
    whole: dict[tuple[str, ...], None] = {}
    partly: dict[str, None] = {}
    for name in names:
        keys = [one for one in _keys(name) if one[0].isalnum()]
        if not keys:
            continue
        for last in _forms(keys[-1]):
            whole[(*keys[:-1], last)] = None
        if len(keys) > 1:
            for key in keys:
                if len(key) > 2 and key not in _DULL and key.isalpha():
                    partly.update(dict.fromkeys(_forms(key)))
    return tuple(whole), tuple(partly)


@lru_cache(maxsize=65_536)
def _forms(word: str) -> tuple[str, ...]:
    """Return a word with its other number: "trim", "trims"."""
    if not word.isalpha():
        return (word,)
    if word.endswith("es") and len(word) > 4:
        return (word, word[:-1], word[:-2])
    if word.endswith("s") and len(word) > 3:
        return (word, word[:-1])
    return (word, f"{word}s", f"{word}es") if len(word) > 2 else (word,)
