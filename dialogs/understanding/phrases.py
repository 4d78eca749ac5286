"""Phrases: one pass over a message's words that finds what each stretch of it means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from dialogs.understanding import days, times
from dialogs.understanding.lexicon import ALONE, CLAUSE, LEAF
from dialogs.understanding.numbers import of_figures
from dialogs.understanding.text import BREAKS

if TYPE_CHECKING:
    from datetime import date

    from dialogs.understanding.catalogue import Catalogue
    from dialogs.understanding.lexicon import Lexicon, Node
    from dialogs.understanding.numbers import Atom

_ELIDED = re.compile(r"(\w['’`´]) (?=\w)")
_BEFORE = re.compile(r" (?=[.,:;!?](?: |$))")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
"""Letters that are drawn out: "yesss", "heyyy"."""
_FUZZY_MOST = 8
"""Words of one message that are looked up as misspelt."""
_RANKS = {"time.at": 1, "time.between": 2}
"""What one token is rather than a date ("3.30", "10-12"), unless dates are written so or it is no span of hours."""
_FIRST = frozenset({"pick.ord", "pick.this"})
"""Meanings that are taken where another phrase is as long: what was offered goes before the calendar."""
_KINDS = {
    f"{composite}.{builder}": (builder if builder in {"days", "months"} else composite, builder)
    for composite, builders in times.BUILDERS.items()
    for builder in builders
}
"""Meanings of the inner phrases: what they are found as ("<days>" and "<months>" are lengths too), by which builder."""
_NOTHING: tuple[Atom, ...] = ()
_WHOLE: Atom = ("<whole>", None)
"""Caught by a phrase that is all of its clause."""
_COUNTED = frozenset({"<people>", "<kids>"})
"""Kinds of words that a figure before them counts."""
_OF_ORDINALS = frozenset({"<dom>", "<nth>", "<ord>"})
"""Kinds that a figure keeps before "th"."""
_OF_THE_CLOCK = frozenset({"<h>", "<oclock>"})
"""Kinds behind a figure that is no day of the month: "20 Uhr"."""
_OF_COUNTS = frozenset({"<n>", "<dom>", "<one>"})
"""Kinds that a figure loses before "pm"."""


class Match(NamedTuple):
    """A stretch of the message, from one word to another (exclusive), and what it means."""

    meaning: str
    values: tuple[Atom, ...]
    start: int
    end: int


class Phrases:
    """A message: its words, what is known of each, and the phrases they make."""

    __slots__ = (
        "_covered",
        "_inside",
        "content",
        "fuzzy",
        "led",
        "lexicon",
        "matches",
        "partly",
        "said",
        "singles",
        "spans",
        "unknown",
        "visits",
        "words",
    )

    def __init__(self, said: list[str], folded: list[str], lexicon: Lexicon, catalogue: Catalogue, today: date) -> None:
        """Read a message: its words as written and as compared."""
        self.lexicon = lexicon
        said, folded = lexicon.spellings.apply(said, folded)
        self.said = said
        self.words = list(folded)
        self.singles: list[tuple[Atom, ...]] = []
        self.spans: dict[int, list[tuple[str, Any, int]]] = {}
        self.fuzzy: set[int] = set()
        self._covered: list[tuple[int, int]] = []
        self.led: set[tuple[int, int, str]] = set()
        """Those of `partly` that are the beginning of a name."""
        self.partly: set[tuple[int, int, str]] = set()
        """Where words may name something or be the words that they are: from one word to another, and the kind."""
        self.unknown: list[int] = []
        self.content = [at for at, word in enumerate(folded) if word not in lexicon.fillers and word[0].isalnum()]
        """Words that carry a meaning of their own."""
        self.visits = 0
        """Steps taken in the lexicon: what the work of reading is counted by."""
        self._atoms(catalogue)
        if self.singles:
            self._inner(today, lexicon.order_in.get(catalogue.directory.business.country, lexicon.order))
        self.matches: list[Match] = self._outer() if self.singles else []
        self._inside = {at for match in self.matches for at in range(match.start, match.end)}
        """Words that a phrase holds, and signs: the dot of "am 24. offen" ends nothing."""

    def _atoms(self, catalogue: Catalogue) -> None:
        lexicon = self.lexicon
        known, many, names = lexicon.words, lexicon.spans, catalogue.names
        words = self.words
        for at, word in enumerate(words):
            atoms = known.get(word, _NOTHING)
            found = False
            if word[0].isdigit() or (word[0] == "-" and len(word) > 1):
                atoms = (*atoms, *of_figures(word, lexicon.written_24, dotted_dates=lexicon.dotted_dates))
            if word in many:
                found = self._long(at, many[word])
            if (names.knows(word) or (names.abbreviates and self._shortens(at))) and self._names(at, catalogue):
                found = True
            if not atoms and not found and word not in lexicon.fillers and word not in lexicon.stops and word.isalpha():
                self.unknown.append(at)
            self.singles.append(atoms)
        self._suffixes()
        if self.unknown:
            self._spell(catalogue)
        taken = 0
        for start, end in sorted(self._covered, key=lambda span: (span[0], -span[1])):
            if start >= taken:
                self._cover(start, end)
                taken = end

    def _suffixes(self) -> None:
        """Let a figure with an ending count nothing: "13th" is a day or a place in a row, "7 pm" an hour."""
        singles = self.singles
        for at in range(len(singles) - 1):
            if not singles[at] or not self.words[at][0].isalnum():
                continue
            behind = {key for key, _ in singles[at + 1]}
            if not behind.isdisjoint(_OF_THE_CLOCK):
                singles[at] = tuple(atom for atom in singles[at] if atom[0] != "<dom>")
            if "<th>" in behind and self.words[at].isdigit():
                singles[at] = tuple(atom for atom in singles[at] if atom[0] in _OF_ORDINALS)
            elif "<ampm>" in behind:
                singles[at] = tuple(atom for atom in singles[at] if atom[0] not in _OF_COUNTS)

    def _cover(self, start: int, end: int) -> None:
        """Let the words of a long name say nothing else: "the 3rd Street Salon" is no third."""
        for at in range(start, end):
            self.singles[at] = _NOTHING
            if at > start:
                self.spans.pop(at, None)
        self.spans[start] = [one for one in self.spans[start] if one[2] >= end or one[0] in NAMED]

    def _long(self, at: int, entries: list[tuple[tuple[str, ...], str, Any]]) -> bool:
        words = self.words
        found = False
        for rest, key, value in entries:
            end = at + 1 + len(rest)
            if not rest or tuple(words[at + 1 : end]) == rest:
                self.spans.setdefault(at, []).append((key, value, end))
                found = True
        return found

    def _names(self, at: int, catalogue: Catalogue) -> bool:
        """Keep what the words from one on name; returns whether one of them surely is a name."""
        surely = False
        names = catalogue.names
        found = names.at(self.words, at)
        if not found and names.abbreviates and self._shortens(at) and 2 <= len(self.words[at]) <= 4:
            short = names.abbreviated(self.words[at])
            found = [short._replace(end=at + 1)] if short else []
        for one in found:
            self.spans.setdefault(at, []).append((one.kind, catalogue.ids(one.kind, one.entries), one.end))
            many = one.kind in names.many
            sure = one.sure and (one.whole or not many or not self.said[at].islower())
            if not sure:
                self.partly.add((at, one.end, one.kind))
                if one.first:
                    self.led.add((at, one.end, one.kind))
            elif one.end > at + 1:
                self._covered.append((at, one.end))
            surely = surely or sure or not many
        return surely

    def _shortens(self, at: int) -> bool:
        """Return whether a word may be short for a place: in capitals, or behind "in" and nothing else."""
        if self.said[at].isupper():
            return True
        lexicon = self.lexicon
        unknown = self.words[at] not in lexicon.words and self.words[at] not in lexicon.stops
        long = len(self.words[at]) > 2 and self.words[at].isalpha()
        return at > 0 and long and unknown and self.words[at - 1] in lexicon.leading

    def _spell(self, catalogue: Catalogue) -> None:
        lexicon = self.lexicon
        for at in self.unknown[:_FUZZY_MOST]:
            word = self.words[at]
            if at in self.spans or word in lexicon.spared:
                continue  # a word of a name
            meant = catalogue.meant(word)
            if meant is not None:
                was, self.words[at] = word, meant
                surely = self._names(at, catalogue)
                if at in self.spans:
                    self.fuzzy.add(at)
                if surely:
                    continue
                self.words[at] = was
            short = _DRAWN_OUT.sub(r"\1", word)
            meant = short if short in lexicon.words else lexicon.speller.near(word)
            if meant is not None:
                self.singles[at] = lexicon.words[meant]
                self.fuzzy.add(at)

    def _inner(self, today: date, order: str) -> None:
        """Find clock times, dates and lengths, which stand in phrases as one word each."""
        root = self.lexicon.inner
        for at in range(len(self.words) - 1, -1, -1):
            # From the end, so that "in two weeks" finds "two weeks" already there.
            found = self._composites(root, at, today, order)
            if found and not found.isdisjoint(root):
                self._composites(root, at, today, order)  # "two weeks" begins "two weeks after Easter"

    def _composites(self, root: Node, at: int, today: date, order: str) -> set[str]:
        """Keep the longest of each kind that begins at a word; returns the kinds that were not known there before."""
        best: dict[str, tuple[int, int, str, tuple[Atom, ...], Any]] = {}
        for meaning, end, values in self._walk(root, at):
            kind, builder = _KINDS[meaning]
            size = len(values)
            if kind in best and (end, size) <= best[kind][:2]:
                continue
            if end > at + 1 and end < len(self.singles) and self._counts(end - 1):
                continue
            value = self._built(kind, builder, values, today, order)
            if value is not None:
                best[kind] = (end, size, builder, values, value)
        if not best:
            return set()
        spans = self.spans.setdefault(at, [])
        new = set()
        for kind, (end, _, builder, values, value) in best.items():
            key = f"<{kind}>"
            known = next((place for place, one in enumerate(spans) if one[0] == key), None)
            if known is not None:
                if spans[known][2] >= end:
                    continue
                spans[:] = [one for one in spans if one[0] not in {key, "<anchor>"}]
            else:
                new.add(key)
            spans.append((key, value, end))
            if kind == "date" and days.depth(values) < days.DEEP:
                spans.append(("<anchor>", (builder, values), end))
                new.add("<anchor>")
        return new

    def _counts(self, at: int) -> bool:
        """Return whether a figure counts the people behind it: "19 Uhr 12 Personen" is no 19:12."""
        return not _COUNTED.isdisjoint(key for key, _ in self.singles[at + 1]) and any(
            key == "<n>" for key, _ in self.singles[at]
        )

    def _built(self, kind: str, builder: str, values: tuple[Atom, ...], today: date, order: str) -> Any:
        """Return what the pieces of a phrase come to, None where they are not what they seemed."""
        if kind == "clock":
            return times.clock(builder, values, self.lexicon.parts)
        if kind == "date":
            return days.read(builder, values, today, order)
        return times.length(builder, values)

    def _outer(self) -> list[Match]:
        root = self.lexicon.outer
        found: list[Match] = []
        at, size = 0, len(self.words)
        dates = self.lexicon.dotted_dates
        while at < size:
            best: Match | None = None
            most = (0, False, False, 0, 0)
            for meaning, end, values in self._walk(root, at):
                weight = (
                    end,
                    _WHOLE in values,  # "hasta mañana" alone is a goodbye
                    meaning in _FIRST,
                    len(values),
                    _RANKS.get(meaning, 0) + (meaning == "date.on" and (dates or "-" in self.words[at])) * 3,
                )
                if best is None or weight > most:
                    best, most = Match(meaning, values, at, end), weight
            if best is None:
                best = self._named(at)
            if best is None:
                at += 1
            else:
                found.append(best)
                at = best.end
        return found

    def _named(self, at: int) -> Match | None:
        """Return the longest name of the catalogue that begins here."""
        best: Match | None = None
        for key, value, end in self.spans.get(at, ()):
            if key in NAMED and (
                best is None
                or (end, -len(value), key == "<place>") > (best.end, -len(best.values[0][1]), best.meaning == "<place>")
            ):
                best = Match(key, ((key, value),), at, end)
        return best

    @staticmethod
    def empty(word: str, lexicon: Lexicon) -> bool:
        """Return whether a word carries no meaning of its own."""
        return word in lexicon.fillers or not (word[0].isalnum())

    def _walk(self, root: Node, start: int) -> list[tuple[str, int, tuple[Atom, ...]]]:
        """Return every phrase that begins at a word: its meaning, its end, and the values it caught."""
        singles, spans, words = self.singles, self.spans, self.words
        for key, _ in singles[start]:
            if key in root:
                break
        else:
            if start not in spans:
                return []
        fillers = self.lexicon.fillers
        size = len(words)
        first, last = (self.content[0], self.content[-1]) if self.content else (size, -1)
        found: list[tuple[str, int, tuple[Atom, ...]]] = []
        stack: list[tuple[Node, int, tuple[Atom, ...]]] = [(root, start, ())]
        visits = 0
        while stack:
            node, at, values = stack.pop()
            visits += 1
            leaf = node.get(LEAF)
            if ALONE in node and start <= first and at > last:
                found.append((node[ALONE], at, values))
            elif CLAUSE in node and self._is_clause(start, at):
                found.append((node[CLAUSE], at, (*values, _WHOLE)))
            elif leaf is not None:
                found.append((leaf, at, values))
            if at >= size:
                continue
            for key, value in singles[at]:
                if key in node:
                    stack.append((node[key], at + 1, values if value is None else (*values, (key, value))))
            if at in spans:
                for key, value, end in spans[at]:
                    if key in node:
                        stack.append((node[key], end, values if value is None else (*values, (key, value))))
            if (
                at > start
                and leaf is None
                and words[at] in fillers
                and not (at > start + 2 and words[at - 1] in fillers and words[at - 2] in fillers)  # keeps it linear
            ):
                stack.append((node, at + 1, values))
        self.visits += visits
        return found

    def _is_clause(self, start: int, end: int) -> bool:
        """Return whether nothing else is said between the signs around a stretch."""
        words, fillers = self.words, self.lexicon.fillers
        before, after = start - 1, end
        while before >= 0 and words[before] in fillers:
            before -= 1
        while after < len(words) and words[after] in fillers:
            after += 1
        return (before < 0 or not words[before][0].isalnum()) and (after >= len(words) or not words[after][0].isalnum())

    def text(self, start: int, end: int) -> str:
        """Return words as they were written; an elided one stands before the next without a blank."""
        return _ELIDED.sub(r"\1", _BEFORE.sub("", " ".join(self.said[start:end])))

    def is_article(self, at: int) -> bool:
        """Return whether a number word is an article as well ("una", where "a" counts one)."""
        return any(key == "<one>" for key, _ in self.singles[at])

    def together(self, one: int, other: int) -> bool:
        """Return whether two words stand in one clause."""
        return not any(self.breaks(at) for at in range(min(one, other), max(one, other)) if at not in self._inside)

    def breaks(self, at: int) -> bool:
        """Return whether a phrase ends at this word."""
        return at >= len(self.words) or self.words[at] in BREAKS


NAMED = frozenset({"<service>", "<staff>", "<place>"})
"""Kinds of the catalogue."""
