"""The lexicon: one language's words and phrases, loaded from its folder and compiled for one pass over a message."""

from __future__ import annotations

import itertools
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dialogs.understanding import holidays, numbers, times
from dialogs.understanding.fuzzy import Speller
from dialogs.understanding.spelling import Spellings
from dialogs.understanding.text import fold, words

LOCALES = Path(__file__).parent.parent / "locales"
_MOST = 400
"""Phrases that one template may stand for; more is a mistake in the file."""


_COMPOUND = {"number": "compound_numbers", "ord": "compound_ordinals"}
_A_LEAP_YEAR = 2028

_SETS = ("fillers", "stops", "not_names", "particles", "agreeing", "pronouns", "leading", "choosing", "spared")
"""What a file lists as words with blanks between them."""

Node = dict[str, Any]
"""Next key to next node; LEAF and ALONE to what a phrase that ends here means."""
LEAF = ""
ALONE = "\0="
"""Where the phrase is all that was said."""
CLAUSE = "\0~"
"""Where the phrase is all that was said between two signs."""


_WHERE = {"=": ALONE, "~": CLAUSE}
"""How a template begins that holds only there."""


class Lexicon:
    """What one language says, with the words of one trade."""

    def __init__(self, language: str, trade: str, files: list[dict[str, Any]]) -> None:
        """Compile the files, later ones adding to earlier ones. Raises ValueError for what contradicts itself."""
        self.language = language
        self.trade = trade
        self.order = "dmy"
        self.written_24 = ""
        """Signs between the hour and the minutes of a 24-hour time."""
        self.dotted_dates = False
        """Whether "10.10" alone is a day, not a time."""
        self.articles_are_hours = True
        """Whether an article that counts one may be one o'clock, as in "à uma"; not in "à une"."""
        self.order_in: dict[str, str] = {}
        """Countries where figures are written in another order."""
        self.fillers: frozenset[str] = frozenset()
        self.stops: frozenset[str] = frozenset()
        self.not_names: frozenset[str] = frozenset()
        self.particles: frozenset[str] = frozenset()
        self.agreeing: frozenset[str] = frozenset()
        self.pronouns: frozenset[str] = frozenset()
        """Number words that stand for a noun beside other words."""
        self.spared: frozenset[str] = frozenset()
        """Words that are never taken for misspelt ones, first names most of all."""
        self.leading: frozenset[str] = frozenset()
        """Words that the name of somebody or of some place may follow."""
        self.choosing: frozenset[str] = frozenset()
        """Words that the number of a choice may follow, where nothing else is said."""
        self.accents: dict[str, str] = {}
        """Words that are others without their accent, as compared and as written."""
        self.parts: dict[str, tuple[int, int]] = {}
        self.words: dict[str, tuple[numbers.Atom, ...]] = {}
        self.spans: dict[str, list[tuple[tuple[str, ...], str, Any]]] = {}
        self.inner: Node = {}
        self.outer: Node = {}
        self.spellings = Spellings()
        self._literals: set[str] = set()
        letters = {letter: other for file in files for letter, other in file.get("spelled", {}).items()}
        for file in files:
            self._read(file)
            self.spellings.read(file)
            if letters:
                self.spellings.respell(file, letters)
        for word in self._literals:
            self.words[word] = ((word, None), *self.words.get(word, ()))
        self.vocabulary = frozenset(
            word for word in (*self.words, *self.spans, *self.stops, *self.fillers) if word.isalpha()
        )
        """Words that speak for the language."""
        known: dict[frozenset[tuple[str, Any]], Node] = {}
        self.inner, self.outer = _shared(self.inner, known), _shared(self.outer, known)
        self.speller = Speller(word for word in self.words if len(word) >= 5)

    def _read(self, file: dict[str, Any]) -> None:
        self.order = file.get("order", self.order)
        self.written_24 = file.get("written_24", self.written_24)
        self.dotted_dates = file.get("dotted_dates", self.dotted_dates)
        self.articles_are_hours = file.get("articles_are_hours", self.articles_are_hours)
        self.order_in |= file.get("order_in", {})
        for name in _SETS:
            extra = frozenset(fold(word) for word in str(file.get(name, "")).split())
            setattr(self, name, getattr(self, name) | extra)
        self.accents |= {fold(word): word for word in str(file.get("accents", "")).split()}
        self.parts |= {name: (first, last) for name, (first, last) in file.get("parts", {}).items()}
        for name, phrases in file.get("sets", {}).items():
            for phrase in phrases:
                self._atom(phrase, f"<{name}>", None)
        for kind, values in file.get("words", {}).items():
            self._kind(kind, values, file)
        for composite in ("clock", "date", "length"):
            for builder, templates in file.get(composite, {}).items():
                if builder not in times.BUILDERS[composite]:
                    raise ValueError(f"{self.language}: there is no {composite}.{builder}")
                # A date inside a date is counted from, not taken: it is kept as what it was said to be.
                inside = [template.replace("<date>", "<anchor>") for template in templates]
                self._phrases(self.inner, f"{composite}.{builder}", inside)
        for meaning, templates in file.get("says", {}).items():
            self._phrases(self.outer, meaning, templates)

    def _kind(self, kind: str, values: dict[Any, list[str]], file: dict[str, Any]) -> None:
        spelled = _spelled(values)
        if kind in {"number", "ord"} and (patterns := file.get(_COMPOUND[kind])) is not None:
            units, ordinals = (_spelled(file["words"].get(one, {})) for one in ("number", "ord"))
            spelled = numbers.compounds(units, patterns, ordinals) | spelled
        for phrase, value in spelled.items():
            if kind == "number":
                for key, reading in numbers.of_value(value):
                    self._atom(phrase, key, reading)
            else:
                if kind == "holiday":
                    holidays.on(value, _A_LEAP_YEAR)  # a rule that is none is told when the file is loaded
                self._atom(phrase, f"<{kind}>", value)

    def _atom(self, phrase: str, key: str, value: Any) -> None:
        first, *rest = words(phrase)
        if rest:
            self.spans.setdefault(first, []).append((tuple(rest), key, value))
        else:
            self.words[first] = (*self.words.get(first, ()), (key, value))

    def _phrases(self, root: Node, meaning: str, templates: list[str]) -> None:
        for template in templates:
            where = _WHERE.get(template[0], LEAF)
            for keys in expand(template[1:] if where else template):
                node = root
                for key in keys:
                    if not key.startswith("<"):
                        self._literals.add(key)
                    node = node.setdefault(key, {})
                known = node.setdefault(where, meaning)
                if known != meaning:
                    raise ValueError(f"{self.language}: {' '.join(keys)!r} means {known} and {meaning}")


def _spelled(values: dict[Any, list[str]]) -> dict[str, Any]:
    return {phrase: value for value, phrases in values.items() for phrase in phrases}


def _shared(node: Node, known: dict[frozenset[tuple[str, Any]], Node]) -> Node:
    """Return a tree in which what goes on alike is there once: a twentieth of its nodes, half of a lexicon's memory."""
    for key, after in node.items():
        if isinstance(after, dict):
            node[key] = _shared(after, known)
    alike = frozenset((key, id(after) if isinstance(after, dict) else after) for key, after in node.items())
    return known.setdefault(alike, node)


def expand(template: str) -> list[tuple[str, ...]]:
    """Return the phrases of a template: `(a|b)` is one of them, `[a]` may be missing, `<kind>` is any word of a kind.

    `<time>` stands for a clock time or a bare hour. Raises ValueError for brackets that do not match.
    """
    found, rest = _sequence(template.replace("<time>", "(<clock>|<hour>)"), 0)
    if rest != len(template.replace("<time>", "(<clock>|<hour>)")):
        raise ValueError(f"brackets do not match: {template!r}")
    if len(found) > _MOST:
        raise ValueError(f"stands for {len(found)} phrases: {template!r}")
    unique = dict.fromkeys(keys for keys in found if keys)
    return list(unique)


def _sequence(template: str, at: int) -> tuple[list[tuple[str, ...]], int]:
    """Read alternatives from `at` to a closing bracket or the end."""
    alternatives: list[tuple[str, ...]] = []
    parts: list[list[tuple[str, ...]]] = []
    plain = ""

    def flush() -> None:
        nonlocal plain
        keys: list[str] = []
        for piece in plain.split():
            keys += [piece] if piece.startswith("<") else words(piece)
        if keys:
            parts.append([tuple(keys)])
        plain = ""

    def close() -> None:
        flush()
        alternatives.extend(
            tuple(itertools.chain.from_iterable(combination)) for combination in itertools.product(*parts)
        )
        parts.clear()

    while at < len(template):
        sign = template[at]
        if sign in "([":
            flush()
            inner, at = _sequence(template, at + 1)
            if at >= len(template):
                raise ValueError(f"brackets do not match: {template!r}")
            parts.append([*inner, ()] if sign == "[" else inner)
        elif sign == "|":
            close()
        elif sign in ")]":
            break
        else:
            plain += sign
        at += 1
    close()
    return alternatives, at


def languages() -> tuple[str, ...]:
    """Return the languages that have words, in order of their codes."""
    return tuple(sorted(path.parent.name for path in LOCALES.glob("*/words.yaml")))


@cache
def concepts(trade: str) -> tuple[tuple[str, ...], ...]:
    """Return what a trade's services are called in all languages, each with all its names."""
    found: dict[str, list[str]] = {}
    for language in languages():
        for concept, names in _file(language, trade).get("services", {}).items():
            found.setdefault(concept, []).extend(names)
    return tuple(tuple(names) for names in found.values())


@cache
def load(language: str, trade: str) -> Lexicon:
    """Return the lexicon of a language with the words of a trade, compiled once."""
    return Lexicon(language, trade, [file for name in ("words", "times", trade) if (file := _file(language, name))])


@cache
def _file(language: str, name: str) -> dict[str, Any]:
    path = LOCALES / language / f"{name}.yaml"
    if not name.isidentifier() or not path.exists():
        return {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or {}  # noqa: S506 - it is the safe loader
