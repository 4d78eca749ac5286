"""Counting: whether a number is all that was said, so that it may be the number of a choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs.understanding import times

if TYPE_CHECKING:
    from dialogs.understanding.reading import Reading


def counted(reading: Reading) -> int | None:
    """Return the word that is the number of an option, if a number is all that was said: "2", "I'll take the 2nd".

    None where there is more: another number, a word that makes it a time or a day, a plural article ("las 2").
    """
    phrases, lexicon = reading.phrases, reading.phrases.lexicon
    found, at = None, 0
    while at < len(phrases.words):
        word, (value, end) = phrases.words[at], _value(reading, at)
        if value is not None:
            before = phrases.words[at - 1] if at else ""
            if found is not None or (before[:1].isalnum() and before not in lexicon.choosing):
                return None
            found = at
            end += end < len(phrases.words) and ending(reading, end)
        elif word[0].isalnum() and word not in lexicon.choosing and word not in lexicon.fillers:
            return None
        at = end
    return found


def number(reading: Reading, at: int) -> int | None:
    """Return the whole number that begins at a word; an article that counts one is none beside other words."""
    return _value(reading, at)[0]


def _value(reading: Reading, at: int) -> tuple[int | None, int]:
    """Return the number that begins at a word, and the word behind it: "twenty three" is one of two words."""
    phrases = reading.phrases
    if phrases.words[at].isdecimal():
        return int(phrases.words[at][:4]), at + 1
    if phrases.is_article(at) and len(phrases.content) > 1:
        return None, at + 1
    long = [(end, value) for key, value, end in phrases.spans.get(at, ()) if key == "<n>" and isinstance(value, int)]
    if long:
        end, value = max(long)
        return value, end
    found = times.first(phrases.singles[at], "<n>")
    return (found if isinstance(found, int) else None), at + 1


def ending(reading: Reading, at: int) -> bool:
    """Return whether a word is the ending of a figure: "2nd"."""
    singles = reading.phrases.singles
    return at < len(singles) and any(key in {"<th>", "<nth>"} for key, _ in singles[at])
