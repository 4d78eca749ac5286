"""Naming: which of a business's services, staff or places a stretch of words names, in whole or by some words."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from dialogs.understanding.fuzzy import FewWords, Speller
from dialogs.understanding.text import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Names = tuple[tuple[str, ...], ...]
"""Of each entry its name and its other names."""
Node = dict[str, Any]
_END = ""
"""Where a whole name ends: kind to entries."""
_APART = frozenset(",;+/|!?")
"""Signs between two things, not inside the name of one."""
TITLES = frozenset(["dr", "dra", "doctor", "mr", "mrs", "ms", "prof"])
DULL = TITLES | frozenset(
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
        "at",
        "by",
        "to",
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
_MANY = 30
"""From so many entries of a kind on, a word of a name alone is thought to be meant as the word that it is."""
_COMMON = 8
"""A word that more names have tells none of them."""
_MOST_KEYS = 400
"""Words of names up to which misspelt ones are measured one by one instead of by an index."""
_SHORTEST_START = 3
"""Letters of a word that stand for the rest of it, behind another word of the name: "San Fran"."""


_ALL, _BEGINNING, _FIRST, _INSIDE = range(4)
"""How well words name an entry: by all its telling words, its beginning, its first telling word, or others."""


_ABBREVIATED = frozenset({"<place>"})
"""Kinds whose names are shortened to their first letters."""
_LONGEST_SHORT = 4
"""Letters of what is such a short form."""


class Named(NamedTuple):
    """A stretch of words that names something."""

    kind: str
    entries: tuple[int, ...]
    """Which ones, by their place in the list; several where the words fit several."""
    end: int
    """The word after it."""
    whole: bool
    """Whether it is the whole name, not some words of it."""
    sure: bool
    """Whether this many words must mean the name: the whole of it, or its beginning in two words or more."""
    first: bool = True
    """Whether the first telling word of the name is among them."""


class Register:
    """The names of one set-up, without whose they are: entries are counted, not named by their ids."""

    def __init__(self, kinds: dict[str, Names]) -> None:
        """Index the names of each kind."""
        self._whole: Node = {}
        self._holders: dict[str, dict[str, frozenset[int]]] = {}
        self._ways: dict[str, list[tuple[tuple[str, ...], ...]]] = {}
        self._initials: dict[str, list[tuple[str, tuple[str, ...], int]]] = {}
        self.alone = {
            keys(name) for entries in kinds.values() for names in entries for name in names if len(keys(name)) == 1
        }
        """Names that are a single word."""
        self.many = frozenset(kind for kind, entries in kinds.items() if len(entries) > _MANY)
        """Kinds with so many entries that a single word must be meant as a name to be one."""
        for kind, entries in kinds.items():
            self._add(kind, entries)
        self._with_commas = self._written_with_commas(kinds)
        self.abbreviates = bool(self._initials)
        """Whether there are names that could be shortened to their first letters."""

    def _written_with_commas(self, kinds: dict[str, Names]) -> frozenset[int]:
        """Return the entries whose names have a comma: "Varga, Ilse"."""
        return frozenset(
            number for names in kinds.values() for number, one in enumerate(names) if any("," in name for name in one)
        )

    def _add(self, kind: str, entries: Names) -> None:
        holders: dict[str, set[int]] = {}
        self._ways[kind] = []
        for number, names in enumerate(entries):
            ways = tuple(filter(None, (keys(name) for name in names)))
            self._ways[kind].append(ways)
            for way in ways:
                for last in forms(way[-1]):
                    self._end((*way[:-1], last), kind, number)
                if len(way) > 1:
                    initials = "".join(word[0] for word in way)
                    if initials.isalpha() and kind in _ABBREVIATED:
                        self._initials.setdefault(initials, []).append((kind, way, number))
                    for word in way:
                        if word not in DULL:
                            for form in forms(word):
                                holders.setdefault(form, set()).add(number)
        for word, found in holders.items():
            self._holders.setdefault(word, {})[kind] = frozenset(found)

    def _end(self, way: tuple[str, ...], kind: str, number: int) -> None:
        node = self._whole
        for word in way:
            node = node.setdefault(word, {})
        found = node.setdefault(_END, {})
        if number not in found.setdefault(kind, ()):
            found[kind] = (*found[kind], number)

    def knows(self, word: str) -> bool:
        """Return whether a name begins with a word, or some name has it."""
        return word in self._whole or word in self._holders

    def at(self, said: Sequence[str], start: int) -> list[Named]:
        """Return what the words from one on name: whole names, and of each kind the longest run of a name's words."""
        found = self._wholes(said, start)
        holders = self._holders.get(said[start])
        if holders:
            longest = max((one.end for one in found), default=0)
            for kind in holders:
                run = self._run(said, start, kind)
                whole = max((one.end for one in found if one.kind == kind), default=0)
                if run is not None and run.end > whole and (run.end > longest or run.sure or not found):
                    found.append(run)
        return found

    def abbreviated(self, word: str) -> Named | None:
        """Return what a word in capitals shortens: first letters, and perhaps more of the last word ("SF", "SFO")."""
        found: dict[int, str] = {}
        for size in range(2, len(word) + 1):
            for kind, way, number in self._initials.get(word[:size], ()):
                rest = iter(way[-1][1:])
                if all(letter in rest for letter in word[size:]):
                    found[number] = kind
        if len(found) != 1 or len(word) > _LONGEST_SHORT:
            return None
        ((number, kind),) = found.items()
        return Named(kind, (number,), 1, True, True)

    def _wholes(self, said: Sequence[str], start: int) -> list[Named]:
        node: Node | None = self._whole.get(said[start])
        found: list[Named] = []
        at, count = start + 1, 1
        while node is not None:
            for kind, entries in node.get(_END, {}).items():
                found.append(Named(kind, entries, at, True, count > 1 or kind not in self.many))
            while at < len(said) and _silent(said[at]):
                at += 1
            if at >= len(said):
                break
            node = node.get(said[at])
            at, count = at + 1, count + 1
        return found

    def _run(self, said: Sequence[str], start: int, kind: str) -> Named | None:
        """Return the longest stretch whose words some names of a kind hold all of."""
        left = self._holders[said[start]][kind]
        run = [said[start]]
        end = at = start + 1
        while at < len(said):
            word = said[at]
            if word in _APART and not (word == "," and left & self._with_commas):
                break
            if _silent(word) or word in DULL:
                at += 1
                if at - end > 2:
                    break
                continue
            both = left & self._holders.get(word, {}).get(kind, frozenset())
            if not both or word in run:
                both = self._begun(left, word, kind) if at == end else frozenset()
                if both:
                    left, end = both, at + 1
                    run.append(word)
                break
            left = both
            run.append(word)
            end = at = at + 1
        plain = [word for word in run if word.isalpha() and len(word) > 2]
        telling = [word for word in plain if not self._common(word)]
        if not plain or (not telling and len(left) > 1):
            return None
        best, rank = self._best(left, run, kind)
        many = kind in self.many
        if len(best) > _COMMON or (many and rank == _INSIDE and self._common(run[0])):
            return None
        sure = len(run) > 1 and (not many or (rank < _INSIDE and len(plain) > 1))
        return Named(kind, best, end, False, sure, rank < _INSIDE)

    def _begun(self, left: frozenset[int], word: str, kind: str) -> frozenset[int]:
        """Return the entries that have a word which begins so."""
        if len(word) < _SHORTEST_START or len(left) > _MANY:
            return frozenset()
        ways = self._ways[kind]
        return frozenset(one for one in left if any(key.startswith(word) for way in ways[one] for key in way[1:]))

    def _best(self, left: frozenset[int], run: list[str], kind: str) -> tuple[tuple[int, ...], int]:
        """Return the entries that are named best, and how well: all telling words, from the first, or from inside."""
        said = {form for word in run for form in forms(word)}
        ranked: dict[int, list[int]] = {}
        for one in sorted(left):
            rank = min(self._rank(way, said, run) for way in self._ways[kind][one])
            ranked.setdefault(rank, []).append(one)
        return tuple(ranked[min(ranked)]), min(ranked)

    def _rank(self, way: tuple[str, ...], said: set[str], run: list[str]) -> int:
        plain = [word for word in way if word not in DULL]
        if plain[: len(run) - 1] == run[:-1] and len(plain) == len(run) > 1 and plain[-1].startswith(run[-1]):
            return _ALL
        telling = [word for word in plain if not self._common(word)] or list(way)
        if telling[0] not in said:
            return _INSIDE
        if said.issuperset(telling):
            return _ALL
        return _BEGINNING if plain[: len(run)] == run else _FIRST

    def _common(self, word: str) -> bool:
        return any(len(found) > _COMMON for found in self._holders.get(word, {}).values())

    @cached_property
    def speller(self) -> FewWords | Speller:
        """The words of names, to find mistyped ones."""
        known = [word for word in {*self._whole, *self._holders} if len(word) > 2]
        return FewWords(known) if len(known) <= _MOST_KEYS else Speller(known)

    def same(self, one: str, other: str) -> bool:
        """Return whether two words lead to the same entries."""
        return self.at([one], 0) == self.at([other], 0)


def _silent(word: str) -> bool:
    """Return whether a token is passed over inside a name: signs, and the "and" that "&" stands for."""
    return not word[0].isalnum() or word == "and"


@lru_cache(maxsize=65_536)
def keys(name: str) -> tuple[str, ...]:
    """Return the compared words of a name of the business."""
    return tuple(word for word in words(name) if not _silent(word))


@lru_cache(maxsize=65_536)
def forms(word: str) -> tuple[str, ...]:
    """Return a word with its other number: "trim", "trims"."""
    if not word.isalpha():
        return (word,)
    if word.endswith("es") and len(word) > 4:
        return (word, word[:-1], word[:-2])
    if word.endswith("s") and len(word) > 3:
        return (word, word[:-1])
    return (word, f"{word}s", f"{word}es") if len(word) > 2 else (word,)


@lru_cache(maxsize=4096)
def register(kinds: tuple[tuple[str, Names], ...]) -> Register:
    """Return the register of these names; the shops of a chain, whose names are the same, share one."""
    return Register(dict(kinds))


def every(entries: Iterable[Any]) -> Names:
    """Return of each entry its name and its other names."""
    return tuple((one.name, *one.aliases) for one in entries)
