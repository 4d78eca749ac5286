"""Figures: which slot a number that may stand for anything is meant for, by what was asked and known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs.understanding import choices, counting, times
from dialogs.understanding.commands import Clarify, Day, Invalid, Move, TimeOfDay
from dialogs.understanding.parties import MOST

if TYPE_CHECKING:
    from dialogs.understanding.reading import Reading

_HOURLY = frozenset({"morning", "afternoon", "evening", "night"})
"""Parts of the day of which an hour may be said by its number alone."""
_FIGURES_MOST = 20
"""Loose numbers of one message that are looked at; who writes more of them says nothing by any."""


def _bare(reading: Reading) -> bool:
    """Return whether a number is all that the message says."""
    return len(reading.phrases.content) == 1


def place(reading: Reading) -> None:
    """Give numbers that may stand for anything the slot that the moment suggests."""
    heard = reading.heard
    if not reading.figures:
        return
    offer, asked = heard.offer, heard.asked
    figures, reading.figures = reading.figures[:_FIGURES_MOST], []
    if heard.catalogue.tables:
        figures = _either_party(reading, figures)
    for value, at, kind, refused in figures:
        bare = _bare(reading)
        instead = [one.slot for one in reading.rejected if one.at > at and one.slot in {"party_size", "time"}]
        if not refused and kind == "" and instead and "correction" in reading.marks:
            reading.correcting = True
            if instead[0] == "party_size":  # "4 instead of 2 people"
                reading.put("party_size", value, at)
            else:
                _time_of(reading, value, at)
            continue
        alone = (bare and kind == "") or (at == counting.counted(reading) and asked not in {"date", "confirm"})
        if offer is not None and alone and asked != "party_size":
            index = choices.numbered(offer, value)
            if index is not None and value > 0:
                reading.picks.append(("index", index, at))
                continue
        if kind == "" and not refused and _hour_of_part(reading, value, at):
            continue
        slot = _slot_of(reading, kind, bare=bare)
        if refused:
            # "three instead of two" refuses a number of the kind that was just said.
            slot = next((one.slot for one in reversed(reading.said) if one.slot in {"party_size", "time"}), slot)
            reading.denying = "not"
        if slot == "party_size":
            if 1 <= value <= MOST:
                reading.put("party_size", value, at)
            else:
                reading.emit(at, Invalid("party_size", reading.phrases.said[at], times.IMPOSSIBLE))
        elif slot == "time":
            _time_of(reading, value, at)
        elif slot == "date":
            found = times.day("dom", (("<dom>", value),), heard.now.date(), "dmy")
            if isinstance(found, Day):
                reading.put("date", found, at)
            else:
                reading.emit(at, Invalid("date", reading.phrases.said[at], found))


def _hour_of_part(reading: Reading, value: int, at: int) -> bool:
    """Take "evening 6": a number directly behind a part of the day is an hour of it."""
    phrases = reading.phrases
    part = times.first(phrases.singles[at - 1], "<part>") if at else None
    span = phrases.lexicon.parts.get(part) if part in _HOURLY else None
    if span is None or not 1 <= value <= 12:
        return False
    minute = times.within(value % 12 * 60, span)
    reading.said = [one for one in reading.said if one.slot != "time" or one.at != at - 1]
    reading.put("time", TimeOfDay(minute, minute), at)
    return True


def _either_party(reading: Reading, figures: list[tuple[int, int, str, bool]]) -> list[tuple[int, int, str, bool]]:
    """Ask which of "2 or 3", "4 or 5 people" is meant; returns the numbers that are left."""
    matches = reading.phrases.matches
    place = {match.start: number for number, match in enumerate(matches)}
    counted = {value.at: value for value in reading.of("party_size")}
    loose = {at: value for value, at, _, _ in figures}
    refused = {at for _, at, kind, denied in figures if denied or kind == "dom"}
    for first in sorted({*counted, *loose} - refused):
        found, at, used = [], first, []
        while at in loose or at in counted:
            used.append(at)
            found.append(loose[at] if at in loose else counted[at].value)
            if at not in place or place[at] + 2 >= len(matches) or matches[place[at] + 1].meaning != "or":
                break
            at = matches[place[at] + 2].start
        if len(used) > 1:
            break
    else:
        return figures
    people = any(at in counted for at in used) or _slot_of(reading, "", bare=False) == "party_size"
    if not people or not all(1 <= value <= MOST for value in found):
        return figures
    reading.said = [one for one in reading.said if one.slot != "party_size" or one.at not in used]
    reading.emit(first, Clarify("party_size", tuple(dict.fromkeys(found))))
    return [figure for figure in figures if figure[1] not in used]


def _slot_of(reading: Reading, kind: str, *, bare: bool) -> str:
    """Return the slot that a number answers, "" for none."""
    asked, tables = reading.heard.asked, reading.heard.catalogue.tables
    if kind == "dom":
        return "date"
    if asked in {"party_size", "time", "date"} and (bare or not reading.of(asked)):  # type: ignore[arg-type]
        return asked
    known = reading.heard.slots
    party = "party_size" in known or bool(reading.of("party_size"))
    timed = any(one.value.exact for one in reading.of("time"))
    if reading.has(Move) and not timed:
        return "time"  # "move it to Wednesday, to 8"
    if tables and kind == "for" and not reading.of("party_size"):
        return "party_size"
    if tables:
        if not party or (timed and not reading.of("party_size")):
            return "party_size"
        if reading.correcting and not reading.of("party_size") and kind != "for" and "time" not in known:
            return "party_size"
        return "" if timed else "time"
    if timed:
        return ""
    if kind == "for" or reading.of("date") or reading.correcting or "time" in known or "time" in reading.marks:
        return "time"
    return ""


def _time_of(reading: Reading, value: int, at: int) -> None:
    atoms = reading.phrases.singles[at] if at < len(reading.phrases.singles) else ()
    written = times.first(atoms, "<hhmm>")
    found = times.clock("at", (("<hhmm>", written),) if written else (("<hour>", value),), {})
    if isinstance(found, TimeOfDay):
        reading.put("time", found, at)
    else:
        reading.emit(at, Invalid("time", reading.phrases.said[at], found))
