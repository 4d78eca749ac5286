"""Moments: what phrases of days and times add to a reading."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dialogs.understanding import times
from dialogs.understanding.commands import Clarify, Day, Move, Seek, Shift, Start, TimeOfDay
from dialogs.understanding.days import OPEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from dialogs.understanding.numbers import Atom
    from dialogs.understanding.phrases import Match
    from dialogs.understanding.reading import Reading


def _date(reading: Reading, match: Match) -> None:
    value = times.first(match.values, "<date>")
    written = times.first(reading.phrases.singles[match.start], "<hhmm>")
    if written is not None and match.end == match.start + 1 and reading.heard.asked == "time":
        # "10.30" and "19.10" may be days elsewhere; asked for a time they are times.
        _time_at(reading, match, times.clock("at", (("<hhmm>", written),), {}))
    elif isinstance(value, str):
        reading.refuse(match, "date", value)
    else:
        reading.put("date", value, match.start, reading.certainty_of(match))


def _date_part(reading: Reading, match: Match) -> None:
    """Take "Montag morgen", where a word is a part of the day behind a day, and a day elsewhere."""
    _date(reading, match)
    if times.first(match.values, "<part_after>"):
        span = reading.phrases.lexicon.parts[times.first(match.values, "<part_after>")]
        reading.put("time", TimeOfDay(*span), match.end - 1)
    else:
        _part(reading, match)


def _days(reading: Reading, match: Match) -> list[Day] | None:
    """Return the days of a phrase; None, after saying so, where one is impossible."""
    found = []
    for key, value in match.values:
        if key != "<date>":
            continue
        if isinstance(value, str):
            reading.refuse(match, "date", value)
            return None
        found.append(value)
    return found


def _after_date(reading: Reading, match: Match) -> None:
    """Take "after the 10th": any of the days behind it, for two weeks."""
    found = _days(reading, match)
    if found:
        start = found[0].last + timedelta(days=1)
        reading.put("date", Day(start, start + timedelta(days=OPEN)), match.start, reading.certainty_of(match))


def _before_date(reading: Reading, match: Match) -> None:
    """Take "before Friday": any day from today on until then."""
    found = _days(reading, match)
    if found:
        today, end = reading.heard.now.date(), found[0].first - timedelta(days=1)
        if end < today:
            reading.refuse(match, "date", times.PAST)
        else:
            reading.put("date", Day(today, end), match.start, reading.certainty_of(match))


def _between_dates(reading: Reading, match: Match) -> None:
    """Take "between Monday and Wednesday": the end is the first such day behind the beginning."""
    found = _days(reading, match)
    if not found or len(found) < 2:
        return
    if reading.has(Move) or reading.correcting:
        # "change it from Tuesday to Wednesday"
        reading.put("date", found[1], match.start, reading.certainty_of(match))
        return
    start, end = found[0].first, found[1].last
    if "/" in reading.phrases.words[match.start : match.end] and abs((end - start).days) > 1:
        reading.put("date", found[0], match.start)
        reading.either = True
        reading.put("date", found[1], match.end - 1)
        return
    if end < start:
        end += timedelta(days=7 if (start - end).days < 7 else 0)
    if end < start:
        reading.refuse(match, "date", times.IMPOSSIBLE)
    else:
        reading.put("date", Day(start, end), match.start, reading.certainty_of(match))


def _clock(reading: Reading, match: Match, kind: str = "<clock>") -> list[TimeOfDay] | None:
    """Return the times of a phrase; None, after saying so, where one is impossible."""
    found: list[TimeOfDay] = []
    phrases = reading.phrases
    for key, value in match.values:
        if key not in {"<clock>", "<hour>", "<mnum>", "<from_hour>"}:
            continue
        if key == "<hour>" and not phrases.lexicon.articles_are_hours and phrases.is_article(match.end - 1):
            continue
        one = value if key == "<clock>" else times.clock("at", (("<hour>", value),), {})
        if isinstance(one, str):
            reading.refuse(match, "time", one)
            return None
        found.append(one)
    return found


def _time(reading: Reading, match: Match, change: Callable[..., TimeOfDay | str]) -> None:
    found = _clock(reading, match)
    if found:
        _time_at(reading, match, change(*found))


def _time_at(reading: Reading, match: Match, value: TimeOfDay | str) -> None:
    if isinstance(value, str):
        reading.refuse(match, "time", value)
    else:
        reading.put("time", value, match.start, reading.certainty_of(match))


def _at(reading: Reading, match: Match) -> None:
    _time(reading, match, lambda one: one)


def _for(reading: Reading, match: Match) -> None:
    """Take "a table, for 4 in the evening": at a restaurant so many people, elsewhere an hour."""
    phrases = reading.phrases
    inside = [atom for atoms in phrases.singles[match.start : match.end] for atom in atoms]
    count, part = times.first(inside, "<n>"), times.first(inside, "<part>")
    open_party = reading.heard.catalogue.tables and "party_size" not in reading.heard.slots
    before = max((at for at in phrases.content if at < match.start), default=match.start)
    seated = any(key == "<seat>" for key, _ in phrases.singles[before])
    open_party = open_party and seated and reading.heard.asked != "time"
    if open_party and count and part and times.first(inside, "<hhmm>") is None:
        reading.figures.append((count, match.start, "for", False))
        reading.put("time", TimeOfDay(*phrases.lexicon.parts[part]), match.start)
    else:
        _at(reading, match)


def _about(reading: Reading, match: Match) -> None:
    _time(reading, match, lambda one: TimeOfDay(one.earliest, one.latest, one.halves, about=True))


def _after(reading: Reading, match: Match) -> None:
    _time(reading, match, lambda one: TimeOfDay(one.earliest, max(times.DAY - 1, one.earliest + 60), one.halves))


def _before(reading: Reading, match: Match) -> None:
    _time(reading, match, lambda one: TimeOfDay(0, one.latest, one.halves))


def _between(reading: Reading, match: Match) -> None:
    pair = times.first(match.values, "<range>")
    if pair is None:
        half = times.first(match.values, "<ampm>")
        found = _clock(reading, match)
        if not found or len(found) < 2:
            return
        start, end = found
    else:
        half = times.first(match.values, "<ampm>")
        if max(pair) > 24:
            reading.refuse(match, "time", times.IMPOSSIBLE)
            return
        extra = (("<ampm>", half),) if half else ()
        ends = [times.clock("at", (("<hour>", hour), *extra), {}) for hour in pair]
        if any(isinstance(one, str) for one in ends):
            return
        start, end = ends  # type: ignore[assignment]
    if half == "pm" and start.earliest >= times.NOON and end.earliest <= start.earliest:
        start = TimeOfDay(start.earliest - times.NOON, start.latest - times.NOON)
    value = times.spanning(start, end)
    if isinstance(value, str):
        reading.refuse(match, "time", value)
    else:
        reading.put("time", value, match.start)


def _either_time(reading: Reading, match: Match) -> None:
    found = _clock(reading, match)
    if found and len(found) == 2:
        one, other = found
        if one.halves and not other.halves and other.earliest >= times.NOON:
            one = TimeOfDay(one.earliest + times.NOON, one.latest + times.NOON)
        reading.emit(match.start, Clarify("time", (one, other)))


def _part(reading: Reading, match: Match) -> None:
    part = times.first(match.values, "<part>")
    span = reading.phrases.lexicon.parts.get(part, (0, times.DAY - 1))
    reading.put("time", TimeOfDay(*span), match.start)


def _today_part(reading: Reading, match: Match) -> None:
    today = reading.heard.now.date()
    at = next(((kind, value) for kind, value in match.values if kind in {"<clock>", "<hour>"}), None)
    reading.put("date", Day(today, today), match.start if at is None or _ends_in(reading, match, at) else match.end - 1)
    part = times.first(match.values, "<part>", "night")
    span = reading.phrases.lexicon.parts.get(part, (0, times.DAY - 1))
    if at is None:
        reading.put("time", TimeOfDay(*span), match.start)
        return
    found = times.clock("at", (at,), {}) if at[0] == "<hour>" else at[1]
    if isinstance(found, str):
        reading.refuse(match, "time", found)
        return
    minute = found.earliest
    if found.halves or times.NOON <= minute < times.NOON + 60:
        minute = times.within(minute % times.NOON, span)
    reading.put("time", TimeOfDay(minute, minute, about=found.about), match.start)


def _ends_in(reading: Reading, match: Match, value: Atom) -> bool:
    """Return whether a value is the last that a phrase said: "tonight at 8", not "8 tonight"."""
    phrases = reading.phrases
    return value in phrases.singles[match.end - 1] or any(
        (*value, match.end) in phrases.spans.get(at, ()) for at in range(match.start, match.end)
    )


def _beside_part(reading: Reading, match: Match) -> None:
    """Take "after lunch", "before dinner"; "ab mittags" is from its beginning, "bis abends" until its end."""
    earliest, latest = reading.phrases.lexicon.parts[times.first(match.values, "<part>")]
    spans = {
        "time.after_part": (latest, times.DAY - 1),
        "time.before_part": (0, earliest),
        "time.from_part": (earliest, times.DAY - 1),
        "time.until_part": (0, latest),
    }
    reading.put("time", TimeOfDay(*spans[match.meaning]), match.start)


def _late(reading: Reading, match: Match) -> None:
    reading.put("time", TimeOfDay(*reading.phrases.lexicon.parts["late"]), match.start)


def _now(reading: Reading, match: Match) -> None:
    """Take "right now" beside a wish or as an answer; "I need nothing right now" is none."""
    alone = len(reading.phrases.matches) == 1
    if alone or reading.has(Start) or reading.heard.asked in {"date", "time"}:
        reading.emit(match.start, Seek("earliest"))


def _in(reading: Reading, match: Match) -> None:
    then: datetime = reading.heard.now + timedelta(minutes=min(times.first(match.values, "<length>"), 60 * 24 * 30))
    minute = then.hour * 60 + then.minute
    reading.put("date", Day(then.date(), then.date()), match.start)
    reading.put("time", TimeOfDay(minute, minute, about=True), match.start)


def _shift(slot: Any, sign: int, default: int) -> Callable[[Reading, Match], None]:
    def act(reading: Reading, match: Match) -> None:
        by = times.first(match.values, "<length>" if slot == "time" else "<days>", default)
        reading.emit(match.start, Shift(slot, sign * by))

    return act


def any_time(reading: Reading, match: Match) -> None:
    """Take "any time"."""
    reading.put("time", times.ALL_DAY, match.start)


def any_day(reading: Reading, match: Match) -> None:
    """Take "any day": the first that there is."""
    reading.emit(match.start, Seek("earliest"))


ACTIONS: dict[str, Callable[[Reading, Match], None]] = {
    "date.on": _date,
    "date.part": _date_part,
    "date.week_part": _date,
    "date.after": _after_date,
    "date.before": _before_date,
    "date.between": _between_dates,
    "time.at": _at,
    "time.for": _for,
    "time.about": _about,
    "time.after": _after,
    "time.before": _before,
    "time.between": _between,
    "time.or": _either_time,
    "time.part": _part,
    "time.today_part": _today_part,
    "time.tonight": _today_part,
    "time.late": _late,
    "time.after_part": _beside_part,
    "time.before_part": _beside_part,
    "time.from_part": _beside_part,
    "time.until_part": _beside_part,
    "time.now": _now,
    "time.in": _in,
    "shift.later": _shift("time", 1, 60),
    "shift.earlier": _shift("time", -1, 60),
    "shift.days_later": _shift("date", 1, 1),
    "shift.week_later": _shift("date", 1, 7),
    "shift.days_earlier": _shift("date", -1, 1),
    "any.time": any_time,
    "any.day": any_day,
}
"""Meanings of days and times."""
