"""Names: where a person's name begins and ends, and how it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialogs.understanding.phrases import Phrases

_MOST = 5
"""Words of a name."""


def after_lead(phrases: Phrases, at: int, *, sure: bool) -> tuple[str, int]:
    """Return the name that begins at a word and the word after it; "" where none does.

    Args:
        phrases: the message.
        at: where the name would begin.
        sure: a name was announced ("my name is"); otherwise ("I'm", "this is") a word must look like one.
    """
    end = at
    lexicon = phrases.lexicon
    while end < len(phrases.words) and end - at < _MOST:
        said, word = phrases.said[end], phrases.words[end]
        if not said[0].isalpha():
            if said != "-" or end in {at, len(phrases.words) - 1}:
                break
            end += 1  # "Sousa-Reis"
            continue
        known = bool(phrases.singles[end]) and end not in phrases.fuzzy
        common = word in lexicon.stops or word in lexicon.fillers
        capital = said[0].isupper() and len(said) > 1
        elided = said[-1] in "'’" and end + 1 < len(phrases.words) and phrases.said[end + 1][0].isalpha()
        if (word in lexicon.particles and end > at) or (elided and said[0].isupper()):
            end += 1  # "D'Angelo"
            continue
        if end == at and sure:
            if word in lexicon.not_names or (common and not capital):
                break
        elif common or (not sure and word in lexicon.not_names):
            break
        elif known:
            part = sure or (end > at and _mere(phrases, end))
            if not (capital and part):
                break
        end += 1
    while end > at + 1 and (phrases.words[end - 1] in lexicon.particles or phrases.words[end - 1] == "-"):
        end -= 1
    return written(phrases.said[at:end], lexicon.particles), end


def _mere(phrases: Phrases, at: int) -> bool:
    """Return whether a word is known only as part of a phrase ("en paz"), not as a day, a number or the like."""
    return all(value is None for _, value in phrases.singles[at])


def bare(phrases: Phrases) -> str:
    """Return the whole message as a name, "" where it cannot be one. "for Bob" is Bob, "the children" is nobody."""
    lexicon = phrases.lexicon
    pairs = [(said, word) for said, word in zip(phrases.said, phrases.words, strict=True) if _of_a_name(said)]
    while len(pairs) > 1 and (pairs[0][1] in lexicon.stops or pairs[0][0] == "-"):
        if pairs[0][1] in lexicon.particles and pairs[0][0].istitle() and pairs[1][0].istitle():
            break  # "Di Stefano"
        pairs = pairs[1:]
    words = [said for said, _ in pairs if said != "-"]
    if not 1 <= len(words) <= 4 or not all(word[0].isalpha() for word in words) or pairs[-1][0] == "-":
        return ""
    if any(said == word and word in lexicon.stops and word not in lexicon.particles for said, word in pairs[1:]):
        return ""  # names are written with capitals: "Ana Will", not "ana will"
    return written([said for said, _ in pairs], lexicon.particles)


def _of_a_name(said: str) -> bool:
    return said[0].isalnum() or said == "-"


def signed(phrases: Phrases) -> tuple[str, int]:
    """Return a first and last name that stand for themselves between commas, and where; ("", 0) where none does."""
    start = 0
    for at in range(len(phrases.words) + 1):
        if at < len(phrases.words) and not phrases.breaks(at):
            continue
        piece = range(start, at)
        unknown = all(
            phrases.said[one].istitle() and one in phrases.unknown and one not in phrases.fuzzy for one in piece
        )
        if start and 2 <= len(piece) <= 4 and unknown:
            return written(phrases.said[start:at], phrases.lexicon.particles), start
        start = at + 1
    return "", 0


def written(said: list[str], particles: frozenset[str]) -> str:
    """Return a name with its capitals: "john smith" and "JOHN SMITH" are John Smith, "McDonald" stays."""
    fixed = []
    mixed = not any(len(word) > 3 and word.isupper() for word in said)  # "Anna Dal Bosco", but "MARIA DE LA CRUZ"
    for at, word in enumerate(said):
        if at and word.lower() in particles and not (word.istitle() and mixed):
            fixed.append(word.lower())
        elif word.islower() or (word.isupper() and len(word) > 2):
            fixed.append("'".join(piece[:1].upper() + piece[1:].lower() for piece in word.split("'")))
        else:
            fixed.append(word)
    return " ".join(fixed).replace(" - ", "-").replace("' ", "'").replace("’ ", "’")
