"""Meanings: what each phrase of the lexicon adds to the reading of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dialogs.understanding import mentions, moments, persons, times
from dialogs.understanding.commands import (
    Add,
    Affirm,
    Ask,
    AskHuman,
    Bye,
    Cancel,
    Command,
    Complain,
    Day,
    Deny,
    Greet,
    JoinWaitlist,
    LeaveWaitlist,
    Move,
    OptIn,
    OptOut,
    Remove,
    Repeat,
    Restart,
    Seek,
    Set,
    Skip,
    Start,
    Thank,
    Wait,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from dialogs.understanding.commands import SlotName
    from dialogs.understanding.phrases import Match
    from dialogs.understanding.reading import Reading

_REFUSED: tuple[tuple[str, SlotName], ...] = (
    ("<service>", "service"),
    ("<staff>", "staff"),
    ("<date>", "date"),
    ("<clock>", "time"),
)
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
    "waitlist.join": JoinWaitlist(),
    "waitlist.leave": LeaveWaitlist(),
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
    "seek.one": Seek("one"),
    "time.first": Seek("earliest"),
    "ask.hours": Ask("hours"),
    "ask.address": Ask("address"),
    "ask.prices": Ask("prices"),
    "ask.services": Ask("services"),
    "ask.staff": Ask("staff"),
    "ask.phone": Ask("phone"),
    "ask.mine": Ask("mine"),
    "ask.waitlist": Ask("waitlist"),
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


def _correction(reading: Reading, match: Match) -> None:
    if "mine" in reading.marks and not reading.has(Move):
        reading.emit(match.start, Move())  # "I have a booking at 3, can I make it 4"
        return
    reading.correcting = True
    reading.marks.add("correction")


def _change_of(reading: Reading, match: Match) -> None:
    reading.correcting = True
    reading.picks.append(("value", f"change:{times.first(match.values, '<slot>')}", match.start))


def _not(reading: Reading, match: Match) -> None:
    reading.deny("not", match.end)


def _without(reading: Reading, match: Match) -> None:
    reading.deny("without", match.end)


def _refuse(reading: Reading, match: Match) -> None:
    for kind, slot in _REFUSED:
        value = times.first(match.values, kind)
        if value is None or isinstance(value, str):
            continue
        known = reading.heard.slots.get(slot)
        behind = all(key != kind for key, _, _ in reading.phrases.spans.get(match.start, ()))  # "no Friday"
        said_no = behind and reading.heard.asked == "confirm"
        if slot in {"date", "time"} and known is not None and known != value and said_no:
            # "no Friday at 3" of a Saturday that is to be confirmed: a "no", and what is wanted instead.
            reading.emit(match.start, Deny())
            reading.correcting = True
        else:
            reading.deny("not", match.end)
        reading.put(slot, value, match.start, reading.certainty_of(match))
    for kind in ("<n>", "<hour>"):
        number = times.first(match.values, kind)
        if isinstance(number, int):
            reading.figures.append((number, match.start, "", True))
            return


def _also(reading: Reading, match: Match) -> None:
    reading.adding = True
    reading.marks.add("also")


def _or(reading: Reading, match: Match) -> None:
    reading.either = True


def _optout(reading: Reading, match: Match) -> None:
    # "stop" alone calls off what is under way; where nothing is, it is the opt-out word of the platforms.
    # In capitals it is that word everywhere: carriers tell customers to write it so.
    shouted = reading.phrases.text(match.start, match.end).isupper()
    alone = match.meaning == "optout.word" and not shouted and reading.heard.stage not in {"greeting", "closed"}
    reading.emit(match.start, Cancel() if alone else OptOut())


def _it(reading: Reading, match: Match) -> None:
    """Take "I have an appointment …, can I move it": of another booking "it" is what is under way."""
    if "mine" in reading.marks:
        reading.emit(match.start, Move() if match.meaning == "move.it" else Cancel(booking=True))
    elif match.meaning == "cancel.it":
        reading.emit(match.start, Cancel())
    elif Cancel(booking=True) in (command for _, command in reading.commands):
        reading.emit(match.start, Move())  # "I can't come on Saturday, can we move it"
    else:
        _correction(reading, match)


def _of_service(reading: Reading, match: Match) -> None:
    """Take "move the haircut", "cancel my haircut": of a booking there is, unless it is what is being put together."""
    services = times.first(match.values, "<service>")
    known = reading.heard.slots.get("service")
    if isinstance(known, (list, tuple)) and any(one in known for one in services):
        if match.meaning == "cancel.service":
            if set(known) <= set(services):
                reading.emit(match.start, Cancel())  # nothing would be left of it
                return
            reading.denying = "without"
        else:
            reading.correcting = True
    else:
        reading.emit(match.start, Move() if match.meaning == "move.service" else Cancel(booking=True))
    reading.put("service", services, match.start, reading.certainty_of(match))


def _not_that_day(reading: Reading, match: Match) -> None:
    """Take "I can't come on Friday": of a day that is being talked about another is wanted, else a booking is off."""
    heard = reading.heard
    if "date" in heard.slots or heard.asked in {"date", "time"}:
        reading.denying = "not"
    else:
        reading.emit(match.start, Cancel(booking=True))
    value = times.first(match.values, "<date>")
    if value is not None and not isinstance(value, str):
        reading.put("date", value, match.start, reading.certainty_of(match))


def _note(reading: Reading, match: Match) -> None:
    """Take "please note that …", "one of us has a nut allergy": words for whoever serves."""
    phrases = reading.phrases
    start, end = match.start, match.end
    if match.meaning == "note.that":
        start, end = match.end, len(phrases.words)
    else:
        while start and not phrases.breaks(start - 1):
            start -= 1
        while end < len(phrases.words) and not phrases.breaks(end):
            end += 1
    text = phrases.text(start, end).strip(" .,;:")
    if "?" in phrases.words or not text or reading.of("notes"):
        return
    reading.emit(match.start, Set("notes", text[:1].upper() + text[1:]))
    reading.taken = end


def _accessible(reading: Reading, match: Match) -> None:
    """Take "one of us is in a wheelchair": a note, and where parties are seated a wish for the table."""
    _note(reading, match)
    if reading.heard.catalogue.tables:
        reading.emit(match.start, Add("features", "accessible"))


def _feature(reading: Reading, match: Match) -> None:
    """Take "by the window", "not outside"."""
    value = times.first(match.values, "<feature>")
    if reading.denying:
        reading.denying = ""
        reading.emit(match.start, Remove("features", value))
    else:
        reading.emit(match.start, Add("features", value))


def _instead_of(reading: Reading, match: Match) -> None:
    reading.marks.add("correction")
    reading.deny("not", match.end)


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


def _weekday_too(reading: Reading, match: Match) -> None:
    """Take "a segunda" for Monday as well, where a language counts its days: what is offered on a Monday goes first."""
    weekday = times.first(reading.phrases.singles[match.end - 1], "<weekday>")
    if weekday is not None:
        found = times.day("weekday", (("<weekday>", weekday),), reading.heard.now.date(), "dmy")
        reading.picks.append(("day", found, match.start))


def _counts_something(reading: Reading, at: int) -> bool:
    """Return whether a word that is none of ours stands behind a number: "a four star restaurant"."""
    phrases = reading.phrases
    if any(key == "<service>" for key, _, _ in phrases.spans.get(at, ())):
        return True  # "two haircuts"
    return at < len(phrases.words) and at in phrases.unknown and at not in phrases.fuzzy


def _figure(kind: str) -> Callable[[Reading, Match], None]:
    def act(reading: Reading, match: Match) -> None:
        phrases = reading.phrases
        if not kind and phrases.words[match.start] in phrases.lexicon.pronouns and len(phrases.content) > 1:
            return  # "the blue one", "una manicura"
        last = match.end - 1
        if last + 1 < len(phrases.words) and not phrases.breaks(last + 1) and phrases.is_article(last):
            return  # "para una manicura"
        if not kind and _counts_something(reading, match.end):
            return
        value = next((value for _, value in match.values if isinstance(value, int)), None)
        if value is not None:
            if kind == "ord":
                _weekday_too(reading, match)
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


def _price_of_it(reading: Reading, match: Match) -> None:
    """Take "how much is it": what is being booked, where that is known."""
    known = reading.heard.slots.get("service")
    first = known[0] if isinstance(known, (list, tuple)) and len(known) == 1 else known
    reading.emit(match.start, Ask("prices", first if isinstance(first, str) else ""))


def _mine(reading: Reading, match: Match) -> None:
    reading.marks.add("mine")
    reading.mine = match.start


def _wait(reading: Reading, match: Match) -> None:
    """Take "wait": alone it asks for a moment, before something else that is a correction."""
    if len(reading.phrases.matches) == 1:
        reading.emit(match.start, Wait())
    else:
        _correction(reading, match)


_ACTIONS: dict[str, Callable[[Reading, Match], None]] = {
    **moments.ACTIONS,
    **persons.ACTIONS,
    **mentions.ACTIONS,
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
    "ask.price_it": _price_of_it,
    "wait": _wait,
    "mine": _mine,
    "optout": _optout,
    "optout.word": _optout,
    "yes": _yes,
    "no": _no,
    "instead_of": _instead_of,
    "move.service": _of_service,
    "cancel.service": _of_service,
    "cancel.day": _not_that_day,
    "note.that": _note,
    "note": _note,
    "note.accessible": _accessible,
    "table.feature": _feature,
    "move.it": _it,
    "cancel.it": _it,
    "for.n": _figure("for"),
    "number": _figure(""),
    "ordinal_date": _figure("dom"),
    "pick.ord": _figure("ord"),
    "pick.first": _pick("first"),
    "pick.half": _pick("half"),
    "pick.last": _pick("last"),
    "pick.middle": _pick("middle"),
    "pick.this": _pick("this"),
    "pick.day": _day_pick,
}
_MARKS = frozenset({"aside", "sorry", "nothing", "question", "time.same", "ask.offers", "place.at", "search"})
"""Meanings that are only kept in mind until the message is decided."""


def known() -> frozenset[str]:
    """Return every meaning that a language's file may use."""
    return frozenset(_PLAIN) | frozenset(_ACTIONS) | _MARKS
