"""Numbers: what a figure or a number word may stand for."""

from __future__ import annotations

from typing import Any

Atom = tuple[str, Any]
"""A reading of a word: its kind ("<hour>") or the word itself, and its value (None for the word itself)."""


def _readings(value: int) -> tuple[Atom, ...]:
    found: list[Atom] = [("<n>", value)]
    if value <= 24:
        found.append(("<hour>", value))
    if value <= 59:
        found.append(("<min>", value))
        if value >= 10 and value % 5 == 0:
            found.append(("<mm>", value))
    if value <= 31:
        found.append(("<dom>", value))
    return tuple(found)


_SMALL = tuple(_readings(value) for value in range(100))


def of_value(value: int) -> tuple[Atom, ...]:
    """Return the readings of a whole number."""
    if value < 100:
        return _SMALL[value]
    if value < 10_000:
        found: list[Atom] = [("<n>", value)]
        if 2000 <= value < 2100:
            found.append(("<year>", value))
        if value // 100 < 24 and value % 100 < 60:
            found.append(("<hhmm>", (value // 100, value % 100, False)))
        return tuple(found)
    return (("<n>", value),)


def of_figures(word: str) -> tuple[Atom, ...]:
    """Return the readings of a token that begins with a digit: a number, a clock time, a date, a range."""
    if word[0] == "-":
        return (("<n>", -int(word[1:6])),)
    if word.isdigit():
        if len(word) > 6:
            return ()
        readings = of_value(int(word))
        if len(word) == 4 and word[0] == "0":
            return (*readings, ("<hhmm>", (int(word[:2]), int(word[2:]), True))) if int(word[2:]) < 60 else readings
        return readings
    if len(word) > 10:
        return ()
    for sign in ":h":
        if sign in word:
            return _clock(word.split(sign), word[0] == "0")
    if "/" in word:
        return _date(word.split("/"))
    if "-" in word:
        parts = word.split("-")
        if len(parts) == 2 and all(part.isdigit() and len(part) < 3 for part in parts):
            return (("<range>", (int(parts[0]), int(parts[1]))),)
        return _date(parts)
    parts = word.split(".")
    if len(parts) == 2:
        return (*_clock(parts, word[0] == "0"), *_date(parts)) if len(parts[1]) == 2 else ()
    return _date(parts)


def _clock(parts: list[str], written_24: bool) -> tuple[Atom, ...]:
    if len(parts) not in {2, 3} or not all(part.isdigit() for part in parts) or len(parts[1]) != 2 or len(parts[0]) > 2:
        return ()
    return (("<hhmm>", (int(parts[0]), int(parts[1]), written_24)),)


def _date(parts: list[str]) -> tuple[Atom, ...]:
    if len(parts) not in {2, 3} or not all(part.isdigit() and len(part) in {1, 2, 4} for part in parts):
        return ()
    if len(parts) == 2 and max(map(len, parts)) > 2:
        return ()
    return (("<figures>", tuple(int(part) for part in parts)),)


def compounds(units: dict[str, int], joint: str) -> dict[str, int]:
    """Return "twenty one" to "ninety nine" from a language's number words and what stands between them."""
    tens = {word: value for word, value in units.items() if 20 <= value <= 90 and value % 10 == 0}
    ones = {word: value for word, value in units.items() if 1 <= value <= 9}
    return {f"{ten}{joint}{one}": tens[ten] + ones[one] for ten in tens for one in ones}
