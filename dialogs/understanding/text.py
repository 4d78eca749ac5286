"""Tokens: a message split once into words as they were written and as they are compared."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 1000
"""Characters of a message that are read; what is longer is cut."""

_TOKEN = re.compile(
    r"[ap]\.\s?m\b\.?"  # p.m. is one word, not two
    r"|\d+(?:[:./\-h]\d+)+"  # 15:00, 3.30, 21/11, 2026-11-21, 3-5, 17h30
    r"|(?:(?<=[^\dmh] )|^)-\d+"  # "for -3"; "3pm -5pm" is a range
    r"|\d+"
    r"|(?<![^\W\d_])(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|un|dell|all|nell|sull|dall|dov|com|quest|quell|bell)['’`´](?=[^\W\d_]{2})"
    r"(?!mon\b)"  # an elided word of a Romance language is a word of its own: "l'heure", "un'ora"; "c'mon" is none
    r"|[^\W\d_]+(?:['’`´\"][^\W\d_]+)*"
    r"|\.(?!\s*\d)"  # "Nov. 21" is one expression, "for two. Thanks" is two
    r"|[^\w\s.]",
    re.IGNORECASE,
)
_SPAN = re.compile(r"(\d+(?:[:.h/]\d+)*)-(\d+(?:[:.h/]\d+)*)", re.IGNORECASE)
_TWINS = str.maketrans("aeopcyxkmtbh", "аеорсухкмтвн")
"""Latin letters and the Cyrillic ones that look like them."""
_QUOTES = str.maketrans("", "", "'’`´.\"")
_MIXED = re.compile("[a-z][а-яё]|[а-яё][a-z]")
BREAKS = frozenset(',;!.()"«»“”…:|/')
"""Tokens that no phrase crosses."""


def tokens(text: str) -> list[str]:
    """Return the words, numbers and signs of a text, as written."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)  # some keyboards send letter and accent apart
    found = _TOKEN.findall(text)
    return [piece for one in found for piece in _apart(one)] if "-" in text else found


def _apart(token: str) -> list[str]:
    """Return "15:00-17:00" as two clock times; "3-5" is one range, "2026-11-21" one day."""
    span = _SPAN.fullmatch(token)
    return [token] if span is None or (span[1].isdigit() and span[2].isdigit()) else [span[1], "-", span[2]]


def fold(word: str) -> str:
    """Return a word as it is compared: small letters without accents or apostrophes."""
    if word.isascii():
        low = word.lower()
    else:
        low = word.casefold()
        if _MIXED.search(low):
            low = low.translate(_TWINS)  # a keyboard that was switched too late: "cпасибо"
        if not unicodedata.is_normalized("NFKD", low):
            low = unicodedata.normalize("NFKD", low)
        if not low.isalnum():
            low = "".join(sign for sign in low if not unicodedata.combining(sign)) or word
    if len(low) < 2 or low[0].isdigit():
        return low
    return low.translate(_QUOTES) or low[0]  # "‥" is nothing but dots


def words(text: str) -> list[str]:
    """Return the compared words of a text."""
    return [fold(one) for one in tokens(text)]
