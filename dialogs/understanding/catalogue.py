"""The catalogue: a business's own names, compiled once so that they are found in what customers write."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from dialogs.understanding import naming
from dialogs.understanding.lexicon import concepts
from dialogs.understanding.naming import forms, keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialogs.understanding.naming import Names
    from domain.businesses import Directory, Place, Service, Staff

_OWN_LANGUAGE = 1000
"""More than any number of keywords scores."""


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
        self.names = naming.register(
            (
                ("<service>", tuple(_with_synonyms(directory.business.trade, naming.every(services)))),
                ("<staff>", naming.every(directory.staff)),
                ("<place>", naming.every(places)),
            )
        )
        self._questions = _questions(tuple((*faq.keywords, faq.question) for faq in directory.faqs))
        self.asked = self._questions.asked

    def ids(self, kind: str, found: tuple[int, ...]) -> tuple[str, ...]:
        """Return the ids of what a name names."""
        entries = self._ids[kind]
        return tuple(entries[one].id for one in found)

    def meant(self, word: str) -> str | None:
        """Return the word that a mistyped one was meant to be, None where it could belong to several names."""
        found = self.names.speller.nearest(word)
        if not found:
            return None
        best = sorted(found)[0]
        return best if all(self.names.same(best, one) for one in found) else None

    def faq(self, said: list[str], language: str = "") -> str | None:
        """Return the id of the question whose keywords the words hold best, None where none is held.

        One in the customer's language goes before all others.
        """
        best, most = None, 0
        candidates = dict.fromkeys(found for word in said for found in self.asked.get(word, ()))
        if not candidates:
            return None
        present = {form for word in said for form in forms(word)}
        for candidate in candidates:
            *keywords, question = self._questions.phrases[candidate]
            score = sum(3 * len(keyword) for keyword in keywords if present.issuperset(keyword))
            if score:
                score += len(present.intersection(question))
                score += _OWN_LANGUAGE * (self.directory.faqs[candidate].language == language)
            if score > most:
                best, most = candidate, score
        return None if best is None else self.directory.faqs[best].id


class _Questions:
    """The questions that a business answers itself, without whose they are."""

    def __init__(self, faqs: Names) -> None:
        self.asked: dict[str, list[int]] = {}
        """A word of a question's keywords to the questions."""
        self.phrases: list[list[tuple[str, ...]]] = []
        """Of each question its keywords and, last, its own words."""
        for number, faq in enumerate(faqs):
            keywords = [keys(keyword) for keyword in faq]
            self.phrases.append([keyword for keyword in keywords if keyword])
            for form in dict.fromkeys(form for key in keywords[:-1] for word in key for form in forms(word)):
                self.asked.setdefault(form, []).append(number)


_questions = lru_cache(maxsize=4096)(_Questions)


def _with_synonyms(trade: str, services: Names) -> list[tuple[str, ...]]:
    """Return the names of services with what their trade calls them in every language."""
    named = list(services)
    keyed = [{keys(name) for name in names} for names in services]
    taken = {key for named_as in keyed for key in named_as}
    for synonyms, known_as, single in _concepts(trade):
        whole = [number for number, known in enumerate(keyed) if not known_as.isdisjoint(known)]
        # "Men's haircut" and "Women's haircut" are both a "corte": said alone, it asks which.
        partly = whole or [number for number, names in enumerate(services) if not single.isdisjoint(keys(names[0]))]
        new = tuple(name for name, key in synonyms if key not in taken)
        for number in partly:
            named[number] = (*named[number], *new)
    return named


@cache
def _concepts(trade: str) -> list[tuple[list[tuple[str, tuple[str, ...]]], frozenset[tuple[str, ...]], frozenset[str]]]:
    """Return what a trade's services are called: names with their words, all their words, the single ones."""
    found = []
    for synonyms in concepts(trade):
        named = [(name, keys(name)) for name in synonyms]
        known_as = frozenset(key for _, key in named)
        found.append((named, known_as, frozenset(key[0] for key in known_as if len(key) == 1)))
    return found
