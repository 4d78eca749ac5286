"""Numbers: what a figure or a number word may stand for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

Atom = tuple[str, Any]
"""A reading of a word: its kind ("<hour>") or the word itself, and its value (None for the word itself)."""


def first(values: Sequence[Atom], kind: str, default: Any = None) -> Any:
    """Return the first value of a kind."""
    for key, value in values:
        if key == kind:
            return value
    return default


def _readings(value: int) -> tuple[Atom, ...]:
    found: list[Atom] = [("<n>", value)]
    if value <= 24:
        found.append(("<hour>", value))
    if value <= 59:
        found.append(("<min>", value))
        if value >= 10:
            found.append(("<minute>", value))
            if value % 5 == 0:
                found.append(("<mm>", value))
    if value <= 31:
        found.append(("<dom>", value))
    return tuple(found)


_SMALL = tuple(_readings(value) for value in range(100))
_FIGURES: tuple[tuple[Atom, ...], ...] = tuple(
    (("<mnum>", value),) if 1 <= value <= 12 else (("<yy>", value),) if value > 12 else () for value in range(100)
)
"""What only a figure may be: a month, a year of two digits."""


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


def of_figures(word: str, written_24: str = "", *, dotted_dates: bool = False) -> tuple[Atom, ...]:
    """Return the readings of a token that begins with a digit: a number, a clock time, a date, a range.

    `written_24` has the signs of the language's 24-hour times: "5:30" is then half past five in the morning, "15-30" a
    time at all. Where dates are written with dots, "15.2" is one.
    """
    if word[0] == "-":
        return (("<n>", -int(word[1:6])),)
    if word.isdigit():
        if len(word) > 6:
            return ()
        value = int(word)
        readings = of_value(value)
        if len(word) < 3:
            zero = (("<minute>", value),) if len(word) == 2 and value < 10 else ()  # "8 Uhr 05"
            return (*readings, *_FIGURES[value], *zero, *((("<nth>", value),) if value > 31 else ()))
        if len(word) == 4 and word[0] == "0":
            return (*readings, ("<hhmm>", (int(word[:2]), int(word[2:]), True))) if int(word[2:]) < 60 else readings
        return readings
    if len(word) > 10:
        return ()
    for sign in ":h":
        if sign in word:
            return _clock(word.split(sign), written_24=word[0] == "0" or sign in written_24)
    if "/" in word:
        return _date(word.split("/"))
    if "-" in word:
        parts = word.split("-")
        if len(parts) == 2 and all(part.isdigit() and len(part) < 3 for part in parts):
            start, end = int(parts[0]), int(parts[1])
            if "-" not in written_24 or len(parts[1]) < 2 or start > 24 or end > 59:
                return (("<range>", (start, end)),)
            written = (("<hhmm>", (start, end, True)),)
            return written if end == 0 or end > 24 else (*written, ("<range>", (start, end)))
        return _date(parts)
    parts = word.split(".")
    if len(parts) == 2:
        if len(parts[1]) != 2:
            found = tuple(("<figures>" if dotted_dates else "<dotted>", value) for _, value in _date(parts))
            return (*found, ("<decimal>", int(parts[0]) + int(parts[1]) / 10)) if found else ()
        if parts[0].isdigit() and int(parts[0]) > 23:
            return _date(parts)  # no hour
        if not 1 <= int(parts[1] if parts[1].isdigit() else 0) <= 12:
            return _clock(parts, written_24=word[0] == "0" or "." in written_24)
        return (*_clock(parts, written_24=word[0] == "0" or "." in written_24), *_date(parts))
    return _date(parts)


def _clock(parts: list[str], *, written_24: bool) -> tuple[Atom, ...]:
    if len(parts) not in {2, 3} or not all(part.isdigit() for part in parts) or len(parts[1]) != 2 or len(parts[0]) > 2:
        return ()
    return (("<hhmm>", (int(parts[0]), int(parts[1]), written_24)),)


def _date(parts: list[str]) -> tuple[Atom, ...]:
    if len(parts) not in {2, 3} or not all(part.isdigit() and len(part) in {1, 2, 4} for part in parts):
        return ()
    if len(parts) == 2 and max(map(len, parts)) > 2:
        return ()
    return (("<figures>", tuple(int(part) for part in parts)),)


def compounds(
    units: dict[str, int], patterns: str | Sequence[str], ordinals: dict[str, int] | None = None
) -> dict[str, int]:
    """Return the numbers that a language puts together, from 21 to 99, by what its file says of them.

    A pattern puts `{ten}` (20, 30, …) and `{one}` (1 to 9) of the number words together, or their ordinals `{tenth}`
    and `{first}`: "{ten} {one}", "{one}und{ten}", "{ten} {first}", "{one}und{tenth}". Nothing but a joint (" y ") is a
    number between two others. What a file lists itself goes before what is put together.
    """
    found: dict[str, int] = {}
    for pattern in [patterns] if isinstance(patterns, str) else patterns:
        whole = pattern if "{" in pattern else "{ten}" + pattern + "{one}"
        tens = _only((ordinals or {}) if "{tenth}" in whole else units, range(20, 100, 10))
        ones = _only((ordinals or {}) if "{first}" in whole else units, range(1, 10))
        for ten, many in tens.items():
            for one, few in ones.items():
                spelled = _PLACE.sub(lambda place, t=ten, o=one: t if "ten" in place[0] else o, whole)  # type: ignore[misc]
                found.setdefault(spelled, many + few)
    return found


_PLACE = re.compile(r"\{(?:ten|tenth|one|first)\}")


def _only(known: dict[str, int], values: range) -> dict[str, int]:
    return {word: value for word, value in known.items() if value in values}
