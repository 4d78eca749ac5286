"""Persons: what phrases of names, of who should serve and of how many come add to a reading."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from dialogs.understanding import moments, names, parties, times
from dialogs.understanding.commands import ANYONE, Invalid, Shift, Skip, Start
from dialogs.understanding.reading import GUESSED, SPELLED, SURE

if TYPE_CHECKING:
    from collections.abc import Callable

    from dialogs.understanding.phrases import Match
    from dialogs.understanding.reading import Reading


def _unsure(reading: Reading, match: Match) -> None:
    reading.marks.add("unsure")
    if reading.heard.asked == "staff":
        reading.put("staff", ANYONE, match.start, GUESSED)


def _any(reading: Reading, match: Match) -> None:
    heard = reading.heard
    asked = heard.asked
    # "anyone" speaks of people whatever was asked; "no preference" answers the question.
    if match.meaning == "any.staff":
        if asked == "staff" or (heard.catalogue.directory.staff and not heard.catalogue.tables):
            reading.put("staff", ANYONE, match.start)
    elif asked == "staff":
        reading.put("staff", ANYONE, match.start)
    elif asked in {"time", "date"}:
        moments.any_time(reading, match) if asked == "time" else moments.any_day(reading, match)
    elif asked in {"phone", "email", "notes", "service", "place"}:
        reading.emit(match.start, Skip())
    elif heard.offer is not None and heard.offer.options:
        reading.picks.append(("first", None, match.start))
    elif heard.catalogue.directory.staff and not heard.catalogue.tables and heard.stage != "greeting":
        reading.put("staff", ANYONE, match.start)


def _past_corrections(reading: Reading, at: int) -> int:
    """Return the word behind what only corrects: "my name is actually …"."""
    matches = reading.phrases.matches
    for match in matches[bisect_left(matches, at, key=lambda one: one.start) :]:
        if match.start != at or match.meaning != "correction":
            break
        at = match.end
    return at


def _name(reading: Reading, match: Match) -> None:
    at = match.end + (reading.phrases.words[match.end : match.end + 1] == [":"])  # "name: Ana Sousa"
    at = _past_corrections(reading, at)
    if _of_ours(reading, match, at):
        return
    name, end = names.after_lead(reading.phrases, at, sure=True)
    if name:
        reading.put("name", name, match.start)
        reading.taken = end
    else:
        reading.marks.add("name")


def _of_ours(reading: Reading, match: Match, at: int) -> bool:
    """Return whether not the customer's own name follows, but that of whom they want: "the dentist's name is"."""
    phrases = reading.phrases
    names = reading.heard.catalogue.names
    if not any(key in {"<staff>", "<place>"} for key, _, _ in phrases.spans.get(at, ())):
        return False
    before = phrases.singles[max(0, match.start - 4) : match.start + 1]
    return bool(names.many) or any(key == "<venue>" for atoms in before for key, _ in atoms)


def _weak_name(reading: Reading, match: Match) -> None:
    name, end = names.after_lead(reading.phrases, match.end, sure=False)
    asked = reading.heard.asked == "name"
    if name and (asked or reading.phrases.said[match.end][0].isupper()):
        reading.put("name", name, match.start, SURE if asked else SPELLED)
        reading.taken = end


def _party(reading: Reading, match: Match) -> None:
    if match.meaning.startswith("party.table"):
        reading.emit(match.start, Start())
    value = parties.size(match.meaning, match.values)
    if value is None:
        return
    last = reading.phrases.words[match.end - 1]
    if match.meaning == "party.n" and last in reading.phrases.lexicon.pronouns:
        return  # "that's the one"
    if match.meaning == "party.table" and _hour_of(reading, match):
        return
    value += _named_before(reading, match.start)
    if 1 <= value <= parties.MOST:
        reading.put("party_size", value, match.start, reading.certainty_of(match))
    else:
        reading.refuse(match, "party_size", times.IMPOSSIBLE)


def _hour_of(reading: Reading, match: Match) -> bool:
    """Take "a reservation for one in the afternoon" for the hour where the time was asked or the party is known."""
    phrases, heard = reading.phrases, reading.heard
    at = match.end
    hour = next((value for key, value in phrases.singles[at - 1] if key == "<hour>"), None)
    seated = any(key == "<seat>" for atoms in phrases.singles[match.start : at] for key, _ in atoms)
    if hour is None or (seated and heard.asked != "time" and "party_size" not in heard.slots):
        return False
    halves = [value for key, value, _ in phrases.spans.get(at, ()) if key == "<ampm>"]
    if not halves:
        return False
    found = times.clock("at", (("<hour>", hour), ("<ampm>", halves[0])), phrases.lexicon.parts)
    if isinstance(found, str):
        return False
    reading.put("time", found, match.start)
    return True


def _more(reading: Reading, match: Match) -> None:
    """Take "two more people", "one less": at a restaurant, of how many were spoken of before."""
    if not reading.heard.catalogue.tables or match.end in reading.phrases.unknown:
        return  # "one more question"
    value = next((value for key, value in match.values if key in {"<n>", "<one>"}), 1)
    reading.emit(match.start, Shift("party_size", -value if match.meaning == "party.fewer" else value))


def _named_before(reading: Reading, at: int) -> int:
    """Count who was named in a row before "and me": "my husband, my daughter and me"."""
    phrases = reading.phrases
    count = 0
    while at >= 2 and phrases.words[at - 1] == ",":
        at -= 2
        if not any(key == "<partner>" for key, _ in phrases.singles[at]):
            break
        count += 1
        while at and not phrases.breaks(at - 1):
            at -= 1
    return count


def _with(reading: Reading, match: Match) -> None:
    """Take "with Zoe" for a member of staff that there is none of, where the word is nothing else."""
    phrases = reading.phrases
    at = match.end
    if at not in phrases.unknown or at in phrases.fuzzy or not reading.heard.catalogue.directory.staff:
        return
    said, end = names.after_lead(phrases, at, sure=False)
    if phrases.words[at] in reading.heard.catalogue.asked:
        return
    asking = "?" in phrases.words or "question" in reading.marks
    sure = phrases.said[at][0].isupper() or reading.heard.asked == "staff"
    if said and (sure or (end - at == 1 and not asking)):
        reading.emit(match.start, Invalid("staff", said, "unknown"))
        reading.taken = end


ACTIONS: dict[str, Callable[[Reading, Match], None]] = {
    "party.two_plus": _party,
    "unsure": _unsure,
    "any": _any,
    "any.staff": _any,
    "name.strong": _name,
    "name.weak": _weak_name,
    "party.n": _party,
    "party.more": _more,
    "party.fewer": _more,
    "party.plus": _party,
    "party.me_plus": _party,
    "party.two": _party,
    "party.three": _party,
    "party.one": _party,
    "party.table": _party,
    "party.table_one": _party,
    "party.table_two": _party,
    "party.table_plus": _party,
    "staff.with": _with,
}
"""Meanings of people."""
