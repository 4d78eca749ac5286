"""Meanings: what each phrase of the lexicon adds to the reading of a message."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dialogs.understanding import names, parties, times
from dialogs.understanding.commands import (
    ANYONE,
    Affirm,
    Ask,
    AskHuman,
    Bye,
    Cancel,
    Clarify,
    Command,
    Complain,
    Day,
    Deny,
    Greet,
    Invalid,
    Move,
    OptIn,
    OptOut,
    Repeat,
    Restart,
    Seek,
    Shift,
    Skip,
    Start,
    Thank,
    TimeOfDay,
)
from dialogs.understanding.reading import GUESSED, SPELLED, SURE

if TYPE_CHECKING:
    from collections.abc import Callable

    from dialogs.understanding.commands import SlotName
    from dialogs.understanding.phrases import Match
    from dialogs.understanding.reading import Reading

_REFUSED: tuple[tuple[str, SlotName], ...] = (("<service>", "service"), ("<date>", "date"), ("<clock>", "time"))
"""What may be refused in one phrase with its value ("no trim")."""

_PLAIN: dict[str, Command] = {
    "greet": Greet(),
    "thank": Thank(),
    "bye": Bye(),
    "start": Start(),
    "avail": Start(),
    "cancel": Cancel(),
    "cancel.booking": Cancel(booking=True),
    "move": Move(),
    "human": AskHuman(),
    "restart": Restart(),
    "repeat": Repeat(),
    "skip": Skip(),
    "optin": OptIn(),
    "complain": Complain(),
    "seek.earlier": Seek("earlier"),
    "seek.later": Seek("later"),
    "seek.earliest": Seek("earliest"),
    "seek.other_day": Seek("other_day"),
    "seek.other_staff": Seek("other_staff"),
    "seek.more": Seek("more"),
    "time.first": Seek("earliest"),
    "ask.hours": Ask("hours"),
    "ask.address": Ask("address"),
    "ask.prices": Ask("prices"),
    "ask.services": Ask("services"),
    "ask.staff": Ask("staff"),
    "ask.phone": Ask("phone"),
    "ask.mine": Ask("mine"),
    "ask.bot": Ask("bot"),
    "ask.help": Ask("help"),
}


def add(reading: Reading, match: Match) -> None:
    """Add what one phrase means to a reading."""
    meaning = match.meaning
    plain = _PLAIN.get(meaning)
    if plain is not None:
        if meaning == "avail":
            reading.marks.add(meaning)
        reading.emit(match.start, plain)
        return
    _ACTIONS.get(meaning, _mark)(reading, match)


def _mark(reading: Reading, match: Match) -> None:
    reading.marks.add(match.meaning)


def _certainty(reading: Reading, match: Match) -> float:
    fuzzy = reading.phrases.fuzzy
    return SPELLED if fuzzy and any(at in fuzzy for at in range(match.start, match.end)) else SURE


def _invalid(reading: Reading, match: Match, slot: Any, reason: str) -> None:
    reading.emit(match.start, Invalid(slot, reading.phrases.text(match.start, match.end), reason))


def _correction(reading: Reading, match: Match) -> None:
    reading.correcting = True
    reading.marks.add("correction")


def _change_of(reading: Reading, match: Match) -> None:
    reading.correcting = True
    reading.picks.append(("value", f"change:{times.first(match.values, '<slot>')}", match.start))


def _not(reading: Reading, match: Match) -> None:
    reading.denying = "not"


def _without(reading: Reading, match: Match) -> None:
    reading.denying = "without"


def _refuse(reading: Reading, match: Match) -> None:
    for kind, slot in _REFUSED:
        value = times.first(match.values, kind)
        if value is not None and not isinstance(value, str):
            reading.denying = "not"
            reading.put(slot, value, match.start, _certainty(reading, match))


def _also(reading: Reading, match: Match) -> None:
    reading.adding = True
    reading.marks.add("also")


def _or(reading: Reading, match: Match) -> None:
    reading.either = True


def _optout(reading: Reading, match: Match) -> None:
    # "stop" alone calls off what is under way; where nothing is, it is the opt-out word of the platforms.
    alone = match.meaning == "optout.word" and reading.heard.stage not in {"greeting", "closed"}
    reading.emit(match.start, Cancel() if alone else OptOut())


def _date(reading: Reading, match: Match) -> None:
    value = times.first(match.values, "<date>")
    if isinstance(value, str):
        _invalid(reading, match, "date", value)
    else:
        reading.put("date", value, match.start, _certainty(reading, match))


def _clock(reading: Reading, match: Match, kind: str = "<clock>") -> list[TimeOfDay] | None:
    """Return the times of a phrase; None, after saying so, where one is impossible."""
    found: list[TimeOfDay] = []
    for key, value in match.values:
        if key not in {"<clock>", "<hour>"}:
            continue
        one = times.clock("at", ((key, value),), {}) if key == "<hour>" else value
        if isinstance(one, str):
            _invalid(reading, match, "time", one)
            return None
        found.append(one)
    return found


def _time(reading: Reading, match: Match, change: Callable[..., TimeOfDay | str]) -> None:
    found = _clock(reading, match)
    if found:
        value = change(*found)
        if isinstance(value, str):
            _invalid(reading, match, "time", value)
        else:
            reading.put("time", value, match.start, _certainty(reading, match))


def _at(reading: Reading, match: Match) -> None:
    _time(reading, match, lambda one: one)


def _about(reading: Reading, match: Match) -> None:
    _time(reading, match, lambda one: TimeOfDay(one.earliest, one.latest, one.halves, about=True))


def _after(reading: Reading, match: Match) -> None:
    _time(reading, match, lambda one: TimeOfDay(one.earliest, times.DAY - 1, one.halves))


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
            _invalid(reading, match, "time", times.IMPOSSIBLE)
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
        _invalid(reading, match, "time", value)
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
    reading.put("date", Day(today, today), match.start)
    if times.first(match.values, "<part>"):
        _part(reading, match)
    else:
        reading.put("time", TimeOfDay(*reading.phrases.lexicon.parts["night"]), match.start)


def _beside_part(reading: Reading, match: Match) -> None:
    """Take "after lunch", "before dinner"."""
    earliest, latest = reading.phrases.lexicon.parts[times.first(match.values, "<part>")]
    after = match.meaning == "time.after_part"
    reading.put("time", TimeOfDay(latest, times.DAY - 1) if after else TimeOfDay(0, earliest), match.start)


def _unsure(reading: Reading, match: Match) -> None:
    reading.marks.add("unsure")
    if reading.heard.asked == "staff":
        reading.put("staff", ANYONE, match.start, GUESSED)


def _it(reading: Reading, match: Match) -> None:
    """Take "I have an appointment …, can I move it": of another booking "it" is what is under way."""
    if "mine" in reading.marks:
        reading.emit(match.start, Move() if match.meaning == "move.it" else Cancel(booking=True))
    elif match.meaning == "cancel.it":
        reading.emit(match.start, Cancel())
    else:
        _correction(reading, match)


def _instead_of(reading: Reading, match: Match) -> None:
    reading.marks.add("correction")
    reading.denying = "not"


def _no(reading: Reading, match: Match) -> None:
    """Take "no" where it is an answer, not a word of a sentence ("it does no harm")."""
    phrases = reading.phrases
    if match.end - match.start == 1:
        at, before = match.end, match.start - 1
        if before >= 0 and not phrases.breaks(before) and before not in reading.known and not _filler(reading, before):
            return
        if at < len(phrases.words) and not phrases.breaks(at) and at not in reading.known and not _filler(reading, at):
            return
    reading.emit(match.start, Deny())


def _yes(reading: Reading, match: Match) -> None:
    """Take "sí"; without its accent it is another word where a sentence goes on behind it."""
    phrases = reading.phrases
    word = phrases.words[match.start]
    accents = phrases.lexicon.accents
    if word in accents and match.end - match.start == 1 and phrases.said[match.start].lower() != accents[word]:
        at = match.end
        if match.start or (at < len(phrases.words) and not phrases.breaks(at)):
            return
    reading.emit(match.start, Affirm())


def _filler(reading: Reading, at: int) -> bool:
    return reading.phrases.empty(reading.phrases.words[at], reading.phrases.lexicon)


def _late(reading: Reading, match: Match) -> None:
    reading.put("time", TimeOfDay(*reading.phrases.lexicon.parts["late"]), match.start)


def _now(reading: Reading, match: Match) -> None:
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
        _any_time(reading, match) if asked == "time" else _any_day(reading, match)
    elif asked in {"phone", "email", "notes", "service", "place"}:
        reading.emit(match.start, Skip())
    elif heard.offer is not None and heard.offer.options:
        reading.picks.append(("first", None, match.start))
    elif heard.catalogue.directory.staff and not heard.catalogue.tables and heard.stage != "greeting":
        reading.put("staff", ANYONE, match.start)


def _any_time(reading: Reading, match: Match) -> None:
    reading.put("time", times.ALL_DAY, match.start)


def _any_day(reading: Reading, match: Match) -> None:
    reading.emit(match.start, Seek("earliest"))


def _name(reading: Reading, match: Match) -> None:
    name, end = names.after_lead(reading.phrases, match.end, sure=True)
    if name:
        reading.put("name", name, match.start)
        reading.taken = end
    else:
        reading.marks.add("name")


def _weak_name(reading: Reading, match: Match) -> None:
    name, end = names.after_lead(reading.phrases, match.end, sure=False)
    asked = reading.heard.asked == "name"
    if name and (asked or reading.phrases.said[match.end][0].isupper()):
        reading.put("name", name, match.start, SURE if asked else GUESSED + 0.2)
        reading.taken = end


def _party(reading: Reading, match: Match) -> None:
    if match.meaning.startswith("party.table"):
        reading.emit(match.start, Start())
    value = parties.size(match.meaning, match.values)
    if value is None:
        return
    value += _named_before(reading, match.start)
    if 1 <= value <= parties.MOST:
        reading.put("party_size", value, match.start, _certainty(reading, match))
    else:
        _invalid(reading, match, "party_size", times.IMPOSSIBLE)


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


def _figure(kind: str) -> Callable[[Reading, Match], None]:
    def act(reading: Reading, match: Match) -> None:
        phrases = reading.phrases
        last = match.end - 1
        if (
            last + 1 < len(phrases.words)
            and not phrases.breaks(last + 1)
            and any(key == "<one>" for key, _ in phrases.singles[last])
        ):
            return  # an article: "una manicura"
        value = next((value for _, value in match.values if isinstance(value, int)), None)
        if value is not None:
            if kind == "ord":
                reading.picks.append(("ord", value, match.start))
            else:
                reading.figures.append((value, match.start, kind, bool(reading.denying)))
                reading.denying = ""

    return act


def _pick(kind: str, value: Any = None) -> Callable[[Reading, Match], None]:
    def act(reading: Reading, match: Match) -> None:
        reading.picks.append((kind, value, match.start))

    return act


def _day_pick(reading: Reading, match: Match) -> None:
    weekday = times.first(match.values, "<weekday>")
    found = times.first(match.values, "<date>")
    if weekday is not None:
        found = times.day("weekday", (("<weekday>", weekday),), reading.heard.now.date(), "dmy")
    if isinstance(found, Day):
        reading.picks.append(("day", found, match.start))


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


def _named(slot: Any) -> Callable[[Reading, Match], None]:
    def act(reading: Reading, match: Match) -> None:
        reading.put(slot, match.values[0][1], match.start, _certainty(reading, match))

    return act


_ACTIONS: dict[str, Callable[[Reading, Match], None]] = {
    "correction": _correction,
    "change": _pick("value", "change"),
    "change.slot": _change_of,
    "option.skip": _pick("value", "skip"),
    "option.resume": _pick("value", "resume"),
    "option.forget": _pick("value", "forget"),
    "option.drop": _pick("value", "drop"),
    "not": _not,
    "without": _without,
    "refuse": _refuse,
    "also": _also,
    "or": _or,
    "optout": _optout,
    "optout.word": _optout,
    "date.on": _date,
    "time.at": _at,
    "time.about": _about,
    "time.after": _after,
    "time.before": _before,
    "time.between": _between,
    "time.or": _either_time,
    "time.part": _part,
    "time.today_part": _today_part,
    "time.tonight": _today_part,
    "time.late": _late,
    "yes": _yes,
    "no": _no,
    "instead_of": _instead_of,
    "party.two_plus": _party,
    "time.after_part": _beside_part,
    "time.before_part": _beside_part,
    "unsure": _unsure,
    "move.it": _it,
    "cancel.it": _it,
    "time.now": _now,
    "time.in": _in,
    "shift.later": _shift("time", 1, 60),
    "shift.earlier": _shift("time", -1, 60),
    "shift.days_later": _shift("date", 1, 1),
    "shift.week_later": _shift("date", 1, 7),
    "shift.days_earlier": _shift("date", -1, 1),
    "any": _any,
    "any.staff": _any,
    "any.time": _any_time,
    "any.day": _any_day,
    "name.strong": _name,
    "name.weak": _weak_name,
    "party.n": _party,
    "party.plus": _party,
    "party.me_plus": _party,
    "party.two": _party,
    "party.three": _party,
    "party.one": _party,
    "party.table": _party,
    "party.table_one": _party,
    "party.table_two": _party,
    "party.table_plus": _party,
    "for.n": _figure("for"),
    "number": _figure(""),
    "ordinal_date": _figure("dom"),
    "pick.ord": _figure("ord"),
    "pick.first": _pick("first"),
    "pick.last": _pick("last"),
    "pick.middle": _pick("middle"),
    "pick.this": _pick("this"),
    "pick.day": _day_pick,
    "staff.with": _with,
    "<service>": _named("service"),
    "<staff>": _named("staff"),
    "<place>": _named("place"),
}

_MARKS = frozenset({"sorry", "nothing", "question", "time.same", "ask.offers", "mine", "place.at"})
"""Meanings that are only kept in mind until the message is decided."""


def known() -> frozenset[str]:
    """Return every meaning that a language's file may use."""
    return frozenset(_PLAIN) | frozenset(_ACTIONS) | _MARKS
