"""Mentions: whether words that could name a service, a member of staff or a place are meant as the name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dialogs.understanding import names
from dialogs.understanding.naming import DULL, TITLES
from dialogs.understanding.reading import SPELLED

if TYPE_CHECKING:
    from collections.abc import Callable

    from dialogs.understanding.phrases import Match, Phrases
    from dialogs.understanding.reading import Reading

_ANNOUNCING = frozenset({"staff.with", "place.at", "name.strong"})
"""What stands before the name of somebody or of some place."""

_SHORT = 4
"""Letters of a word that is too short to be a misspelt name among many."""


def _named(slot: Any) -> Callable[[Reading, Match], None]:
    def act(reading: Reading, match: Match) -> None:
        phrases = reading.phrases
        if (match.start, match.end, match.meaning) in phrases.partly and not _is_a_name(reading, match, slot):
            return
        if slot == "staff" and _somebody(reading, match):
            return
        reading.put(slot, match.values[0][1], match.start, reading.certainty_of(match))

    return act


def _somebody(reading: Reading, match: Match) -> bool:
    """Take "Ana Sousa" for who comes, not for the Ana who works here; "with Ana Sousa" stays a wish."""
    phrases, at = reading.phrases, match.end
    if at not in phrases.unknown or at in phrases.fuzzy or not phrases.said[at][0].isupper():
        return False
    if any(one.end == match.start and one.meaning == "staff.with" for one in phrases.matches):
        return False
    name, end = names.after_lead(phrases, match.start, sure=True)
    if name:
        reading.put("name", name, match.start, SPELLED)
        reading.taken = end
    return bool(name)


def _is_a_name(reading: Reading, match: Match, slot: str) -> bool:
    """Return whether a single word of a name is meant as one, not as the word that it is otherwise.

    A word that says something else too ("children" of "Children's cut") names only what was asked for or offered. Where
    there are very many names, nearly every word is part of one: there it must be announced, or written as names are.
    """
    phrases, heard = reading.phrases, reading.heard
    offered = heard.offer.kind if heard.offer is not None else ""
    many = match.meaning in heard.catalogue.names.many
    if many and heard.offer is not None and offered == slot:
        return any(option.value.partition(":")[2] in match.values[0][1] for option in heard.offer.options)
    if many and match.start in phrases.fuzzy and len(phrases.said[match.start]) <= _SHORT:
        return False
    if slot in {heard.asked, offered} or (reading.denying and not many):
        return True
    if many:
        spelled = not any(at in phrases.fuzzy for at in range(match.start, match.end))
        long = len(phrases.words[match.start]) > _SHORT
        return (spelled and _proper(reading, match)) or (slot == "place" and long and _announced(phrases, match.start))
    if not phrases.singles[match.start]:
        return True
    after = match.end + (phrases.words[match.end : match.end + 1] == ["'"])  # "the kids' one"
    return phrases.words[after : after + 1] != [] and phrases.words[after] in phrases.lexicon.pronouns


def _announced(phrases: Phrases, at: int) -> bool:
    """Return whether a name was announced: "with …", "called …"."""
    return any(one.end == at and one.meaning in _ANNOUNCING for one in phrases.matches)


def _proper(reading: Reading, match: Match) -> bool:
    """Return whether words are written as a name: with a capital, announced, or before what such a place is called."""
    phrases, at = reading.phrases, match.start
    word, said = phrases.words[at], phrases.said[at]
    alone = (word,) in reading.heard.catalogue.names.alone and not phrases.singles[at]
    if alone and (said[0].isupper() or match.meaning == "<place>"):
        return True
    capital, long = said[0].isupper(), match.end > at + 1
    if not capital and not long:
        return False
    announced = _announced(phrases, at) or _led_to(phrases, at)
    if (at, match.end, match.meaning) not in phrases.led:
        return announced and capital and long and _titled(phrases, at)  # the last words of a name: "with Dr. …"
    article = at > 0 and any(key == "<one>" for key, _ in phrases.singles[at - 1])
    behind = match.end < len(phrases.words) and any(key == "<venue>" for key, _ in phrases.singles[match.end])
    return announced or (capital and behind and not article)


def _titled(phrases: Phrases, at: int) -> bool:
    """Return whether a title stands before a word, with or without its dot."""
    before = [word for word in phrases.words[max(0, at - 2) : at] if word != "."]
    return bool(before) and before[-1] in TITLES


def _led_to(phrases: Phrases, at: int) -> bool:
    """Return whether "at", "with" or the wish to book stands before a name, with no more than a title between."""
    leading = phrases.lexicon.leading
    before = at - 1
    while before >= 0 and phrases.words[before] not in leading and (phrases.words[before] in (*DULL, ".")):
        before -= 1
    if before >= 0 and phrases.words[before] in leading:
        return True
    return any(one.end == before + 1 and one.meaning == "start" for one in phrases.matches)


ACTIONS: dict[str, Callable[[Reading, Match], None]] = {
    "<service>": _named("service"),
    "<staff>": _named("staff"),
    "<place>": _named("place"),
}
"""Kinds of names."""
