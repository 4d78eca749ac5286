"""Borders between graphemes: where a text may be cut without breaking what a reader sees as one character."""

from __future__ import annotations

from unicodedata import category, combining

_JOINER = "\u200d"
_NON_JOINER = "\u200c"
_VIRAMA = 9
"""Canonical combining class of the sign that joins two consonants in Indic scripts."""


def border_before(text: str, at: int) -> int:
    """Return the last grapheme border at or before the index `at`; 0 when the first grapheme reaches past it.

    Follows the extended clusters of Unicode Annex 29 as far as the standard library knows the properties:
    combining marks, joined and coloured emoji, flags, Hangul syllables, Indic conjuncts, CR LF.
    """
    while 0 < at < len(text) and not _is_border(text, at):
        at -= 1
    return at


def border_after(text: str, at: int) -> int:
    """Return the first grapheme border at or behind the index `at`."""
    while 0 < at < len(text) and not _is_border(text, at):
        at += 1
    return at


def _is_border(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if before < "\u0300" and after < "\u0300":
        return not (before == "\r" and after == "\n")
    if before in "\r\n" or after in "\r\n":
        return True
    if after in (_JOINER, _NON_JOINER) or before == _JOINER or _extends(after):
        return False
    if "\U0001f1e6" <= after <= "\U0001f1ff" and "\U0001f1e6" <= before <= "\U0001f1ff":
        return _flags_end(text, at)
    if combining(before) == _VIRAMA and category(after) == "Lo":
        return False
    return not _same_syllable(before, after)


def _extends(char: str) -> bool:
    return (
        category(char) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin colours
        or "\U000e0020" <= char <= "\U000e007f"  # tags: flags of regions
    )


def _flags_end(text: str, at: int) -> bool:
    """Whether an even number of regional letters ends here: two make a flag."""
    first = at
    while first > 0 and "\U0001f1e6" <= text[first - 1] <= "\U0001f1ff":
        first -= 1
    return (at - first) % 2 == 0


def _same_syllable(before: str, after: str) -> bool:
    left, right = _hangul(before), _hangul(after)
    if left == "L":
        return right in ("L", "V", "LV", "LVT")
    if left in ("LV", "V"):
        return right in ("V", "T")
    return left in ("LVT", "T") and right == "T"


def _hangul(char: str) -> str:
    if "\u1100" <= char <= "\u115f" or "\ua960" <= char <= "\ua97c":
        return "L"
    if "\u1160" <= char <= "\u11a7" or "\ud7b0" <= char <= "\ud7c6":
        return "V"
    if "\u11a8" <= char <= "\u11ff" or "\ud7cb" <= char <= "\ud7fb":
        return "T"
    if "\uac00" <= char <= "\ud7a3":
        return "LV" if (ord(char) - 0xAC00) % 28 == 0 else "LVT"
    return ""
