"""The catalogue: a business's own names, compiled once so that they are found in what customers write."""

from __future__ import annotations

from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from dialogs.understanding.fuzzy import FewWords
from dialogs.understanding.lexicon import concepts
from dialogs.understanding.text import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.businesses import Directory, Service

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
        """Compile a directory."""
        self.directory = directory
        self.tables = any(service.needs == "table" for service in directory.services)
        """Whether parties are seated at tables."""
        self.names: dict[str, list[tuple[tuple[str, ...], str, Any]]] = {}
        """First word to (further words, kind, ids): several ids where a name fits several."""
        self.parts: set[str] = set()
        """Words that are only part of a name."""
        services = [one for one in directory.services if one.needs != "table"]
        self._index("<service>", _with_synonyms(directory.business.trade, services))
        self._index("<staff>", ((one.id, (one.name, *one.aliases)) for one in directory.staff))
        if len(directory.places) > 1:
            self._index("<place>", ((one.id, (one.name, *one.aliases)) for one in directory.places))
        self.asked: dict[str, list[str]] = {}
        """A word of a question's keywords to the ids of the questions."""
        self._phrases: dict[str, list[tuple[str, ...]]] = {}
        for faq in directory.faqs:
            keywords = [_keys(keyword) for keyword in (*faq.keywords, faq.question)]
            self._phrases[faq.id] = [keyword for keyword in keywords if keyword]
            for keyword in keywords[:-1]:
                for word in keyword:
                    for form in _forms(word):
                        known = self.asked.setdefault(form, [])
                        if faq.id not in known:
                            known.append(faq.id)

    def _index(self, kind: str, entries: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        full: dict[tuple[str, ...], tuple[str, ...]] = {}
        parts: dict[str, tuple[str, ...]] = {}
        for identifier, names in entries:
            whole, partly = _ways(names)
            for key in whole:
                full[key] = (*full[key], identifier) if key in full else (identifier,)
            for word in partly:
                parts[word] = (*parts[word], identifier) if word in parts else (identifier,)
        found = self.names
        for key, ids in full.items():
            entry = (key[1:], kind, ids)
            if key[0] in found:
                found[key[0]].append(entry)
            else:
                found[key[0]] = [entry]
        for word, ids in parts.items():
            if (word,) not in full:
                self.parts.add(word)
                found.setdefault(word, []).append(((), kind, ids))

    @cached_property
    def speller(self) -> FewWords:
        """The first words of names, to find mistyped ones."""
        return FewWords(word for word in self.names if len(word) >= 4)

    def meant(self, word: str) -> str | None:
        """Return the word that a mistyped one was meant to be, None where it could belong to several names."""
        found = self.speller.nearest(word)
        if not found:
            return None
        named = [{(kind, ids) for _, kind, ids in self.names[one]} for one in found]
        return sorted(found)[0] if all(one == named[0] for one in named) else None

    def faq(self, said: list[str]) -> str | None:
        """Return the id of the question whose keywords the words hold best, None where none is held."""
        best, most = None, 0
        candidates = dict.fromkeys(found for word in said for found in self.asked.get(word, ()))
        if not candidates:
            return None
        present = {form for word in said for form in _forms(word)}
        for identifier in candidates:
            *keywords, question = self._phrases[identifier]
            score = sum(3 * len(keyword) for keyword in keywords if present.issuperset(keyword))
            if score:
                score += len(present.intersection(question))
            if score > most:
                best, most = identifier, score
        return best


def _with_synonyms(trade: str, services: Sequence[Service]) -> list[tuple[str, tuple[str, ...]]]:
    """Return services with their names, and with what their trade calls them in every language."""
    named = {one.id: (one.name, *one.aliases) for one in services}
    keyed = {identifier: {_keys(name) for name in names} for identifier, names in named.items()}
    taken = {key for keys in keyed.values() for key in keys}
    for synonyms, keys, single in _concepts(trade):
        whole = [one.id for one in services if not keys.isdisjoint(keyed[one.id])]
        # "Men's haircut" and "Women's haircut" are both a "corte": said alone, it asks which.
        partly = whole or [one.id for one in services if not single.isdisjoint(_keys(one.name))]
        if not partly:
            continue
        new = tuple(name for name, key in synonyms if key not in taken)
        for identifier in partly:
            named[identifier] = (*named[identifier], *new)
    return list(named.items())


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
