"""Deciding: which commands a reading comes to, by what was asked, offered and known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dialogs.understanding import choices, names, times
from dialogs.understanding.commands import (
    ANYONE,
    Add,
    Affirm,
    Ask,
    Cancel,
    Choose,
    Clarify,
    Command,
    Correct,
    Day,
    Deny,
    Invalid,
    Move,
    Remove,
    Repeat,
    Seek,
    Set,
    Skip,
    Start,
    TimeOfDay,
    Understanding,
)
from dialogs.understanding.parties import MOST
from dialogs.understanding.reading import GUESSED, SPELLED, SURE, Said

if TYPE_CHECKING:
    from dialogs.understanding.commands import Heard, SlotName
    from dialogs.understanding.reading import Reading

_WORDS_OF_A_FREE_ANSWER = 4


def decide(reading: Reading) -> Understanding:
    """Return what a reading comes to."""
    language = reading.phrases.lexicon.language
    free = _free_answer(reading)
    if free is not None:
        return free
    _figures(reading)
    _choice(reading)
    _questions(reading)
    _settle(reading)
    _yes_and_no(reading)
    if not reading.commands:
        _last_resort(reading)
    commands = tuple(command for _, command in sorted(reading.commands, key=lambda pair: pair[0]))
    if not commands:
        return Understanding((), language, 0.0)
    return Understanding(commands, language, reading.certainty)


def _content(reading: Reading) -> list[str]:
    phrases = reading.phrases
    return [word for word in phrases.words if not phrases.empty(word, phrases.lexicon)]


def _free_answer(reading: Reading) -> Understanding | None:
    """Return the understanding of an answer in the customer's own words: notes, or a name that is also something else."""
    heard, phrases = reading.heard, reading.phrases
    if heard.asked == "notes":
        plain = (Deny, Skip, Cancel, Repeat)
        commands = [command for _, command in reading.commands]
        short = len(_content(reading)) <= _WORDS_OF_A_FREE_ANSWER
        if "nothing" in reading.marks or (commands and short and all(isinstance(one, Deny | Skip) for one in commands)):
            return Understanding((Skip(),), phrases.lexicon.language)
        if commands and not any(isinstance(one, Affirm | Deny) for one in commands) and short and not reading.said:
            return None
        if commands and all(isinstance(one, plain) for one in commands):
            return None
        text = heard.text.strip()[:500]
        if text and phrases.words:
            return Understanding((Set("notes", text),), phrases.lexicon.language)
        return None
    if heard.asked == "name" and not reading.of("name"):
        soft = {"<staff>", "<service>", "<place>", "date.on", "staff.with", "time.part", "number", "correction"}
        matched = [match for match in phrases.matches if match.meaning not in {"name.weak", "name.strong"}]
        known = {at for match in matched for at in range(match.start, match.end)}
        loose = any(
            at not in known or at in phrases.fuzzy for at, word in enumerate(phrases.words) if word[0].isalpha()
        )
        hard = [
            match
            for match in matched
            if match.meaning not in soft and not all(at in phrases.fuzzy for at in range(match.start, match.end))
        ]
        name = names.bare(phrases)
        common = all(word in phrases.lexicon.stops or word in phrases.lexicon.fillers for word in phrases.words)
        named = any(match.meaning == "<staff>" for match in matched)
        if name and not hard and not common and (loose or named or name.istitle()) and "?" not in phrases.words:
            return Understanding((_change(heard, "name", name, SURE, False),), phrases.lexicon.language)
    return None


def _bare(reading: Reading) -> bool:
    """Return whether a number is all that the message says."""
    return len(_content(reading)) == 1


def _figures(reading: Reading) -> None:
    """Give numbers that may stand for anything the slot that the moment suggests."""
    heard = reading.heard
    offer, asked, tables = heard.offer, heard.asked, heard.catalogue.tables
    figures, reading.figures = reading.figures, []
    for value, at, kind in figures:
        bare = _bare(reading)
        if offer is not None and len(offer.options) > 1 and kind != "for" and bare:
            index = choices.numbered(offer, value)
            if index is not None and value > 0:
                reading.picks.append(("index", index, at))
                continue
        slot = _slot_of(reading, kind, asked, tables, at, bare)
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


def _slot_of(reading: Reading, kind: str, asked: str, tables: bool, at: int, bare: bool) -> str:
    if kind == "dom":
        return "date"
    if asked in {"party_size", "time", "date"} and (bare or not reading.of(asked)):  # type: ignore[arg-type]
        return asked
    known = reading.heard.slots
    party = "party_size" in known or bool(reading.of("party_size"))
    timed = bool(reading.of("time"))
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


def _choice(reading: Reading) -> None:
    """Find the option of the offer that was meant, if one was, and take away what described it."""
    offer = reading.heard.offer
    if offer is None or not offer.options:
        _ordinals_without_offer(reading)
        return
    index = choices.labelled(offer, reading.phrases.words)
    if index is not None and not (offer.kind == "confirm" and (reading.has(Affirm) or reading.has(Deny))):
        # The label itself was typed: nothing else was meant.
        reading.commands.clear()
        reading.said.clear()
        reading.emit(0, Choose(index))
        return
    index, at = _picked(reading), 0
    if index is None and reading.rejected:
        return
    if index is None and not reading.has(Deny):
        index, at = _by_values(reading)
    if index is None and not reading.said and not reading.commands and not reading.marks:
        index = choices.partly(offer, reading.phrases.words, reading.phrases.lexicon.fillers | reading.phrases.lexicon.stops)
    if index is not None:
        if reading.has(Affirm):
            reading.commands = [(at_, one) for at_, one in reading.commands if not isinstance(one, Affirm)]
        reading.commands = [(at_, one) for at_, one in reading.commands if not isinstance(one, Seek)]
        reading.emit(at, Choose(index))


def _picked(reading: Reading) -> int | None:
    offer = reading.heard.offer
    assert offer is not None
    for kind, value, _ in reading.picks:
        index: int | None = None
        if kind == "index":
            index = value
        elif kind == "ord":
            index = choices.numbered(offer, value)
        elif kind in {"first", "last"}:
            index = choices.extreme(offer, last=kind == "last")
        elif kind == "middle":
            index = len(offer.options) // 2
        elif kind == "day":
            index = choices.described(offer, [value])
        elif kind == "this" and len(offer.options) == 1:
            index = 0
        if index is not None:
            return index
    return None


def _by_values(reading: Reading) -> tuple[int | None, int]:
    """Find the option that the days, times, names and services said describe."""
    offer = reading.heard.offer
    assert offer is not None
    days = [one for one in reading.of("date") if isinstance(one.value, Day)]
    clock = next((one for one in reading.of("time")), None)
    named = [one for slot in ("staff", "service", "place") for one in reading.of(slot)]  # type: ignore[arg-type]
    values = [value for one in named for value in (one.value if isinstance(one.value, tuple) else (one.value,))]
    if offer.kind in {"confirm", "forms"} or (not days and clock is None and not values):
        return None, 0
    if clock is not None and not clock.value.exact and not clock.value.halves and not days and len(offer.options) > 1:
        return None, 0  # "in the evening" asks for others, unless one alone lies there
    index = choices.described(offer, [one.value for one in days], clock.value if clock else None, values)
    if index is None:
        return None, 0
    used = {id(one) for one in (*days, *named, *([clock] if clock else []))}
    at = min(one.at for one in reading.said if id(one) in used)
    reading.said = [one for one in reading.said if id(one) not in used]
    return index, at


def _ordinals_without_offer(reading: Reading) -> None:
    for kind, value, at in reading.picks:
        if kind == "ord" and reading.heard.asked == "date":
            found = times.day("dom", (("<dom>", value),), reading.heard.now.date(), "dmy")
            if isinstance(found, Day):
                reading.put("date", found, at)
        elif kind == "day":
            reading.put("date", value, at)


def _questions(reading: Reading) -> None:
    """Say what a question is about, and find the business's own answers."""
    phrases, heard = reading.phrases, reading.heard
    asking = "?" in phrases.words or "question" in reading.marks
    commands = reading.commands
    for place, (at, command) in enumerate(commands):
        if not isinstance(command, Ask):
            continue
        services = reading.of("service")
        if command.topic in {"prices", "services"} and services:
            about = services[0].value
            reading.said = [one for one in reading.said if one.slot != "service"]
            if len(about) == 1:
                commands[place] = (at, Ask(command.topic, about[0]))
        elif command.topic == "hours" and reading.of("date"):
            first = reading.of("date")[0].value.first
            reading.said = [one for one in reading.said if one.slot not in {"date", "time"}]
            commands[place] = (at, Ask("hours", first.isoformat()))
        elif command.topic == "mine":
            reading.said = [one for one in reading.said if one.slot not in {"date", "time"}]
    if reading.has(Ask) or reading.said or reading.picks or heard.asked == "notes":
        return
    quiet = not commands or all(type(one).__name__ in {"Greet", "Thank", "Affirm", "Deny", "Start"} for _, one in commands)
    if quiet and (asking or not commands):
        known = heard.catalogue.faq(phrases.words)
        if known is not None:
            reading.commands = [pair for pair in commands if not isinstance(pair[1], Start)]
            reading.emit(0, Ask("faq", known))
        elif asking and not commands and len(_content(reading)) > 1:
            reading.emit(0, Ask("unknown"))


def _settle(reading: Reading) -> None:
    """Turn the values said into commands, slot by slot."""
    heard = reading.heard
    if reading.said or reading.rejected:
        _services(reading)
        _dates(reading)
        _times(reading)
        for slot in ("staff", "place", "party_size", "name", "phone", "email"):
            _last(reading, slot)  # type: ignore[arg-type]
        _refused(reading)
    if "avail" in reading.marks and ("date" in heard.slots or "time" in heard.slots):
        reading.commands = [pair for pair in reading.commands if not isinstance(pair[1], Start)]


def _put(reading: Reading, one: Said, value: Any) -> None:
    command = _change(reading.heard, one.slot, value, one.certainty, one.corrected)
    reading.certainty = min(reading.certainty, one.certainty)
    reading.emit(one.at, command)


def _change(heard: Heard, slot: SlotName, value: Any, certainty: float, corrected: bool) -> Command:
    known = heard.slots.get(slot)
    if isinstance(known, (list, tuple)):
        differs = value not in known
        filled = bool(known)
    else:
        filled = known is not None and known != ""
        differs = known != value
    if (filled and differs) or corrected:
        return Correct(slot, value, certainty)
    return Set(slot, value, certainty)


def _last(reading: Reading, slot: SlotName) -> None:
    """Take the last value said for a slot; several joined by "or" are asked about."""
    said = reading.of(slot)
    if not said:
        return
    one = said[-1]
    value = one.value
    if slot in {"staff", "place"} and isinstance(value, tuple):
        if len(value) > 1:
            reading.emit(one.at, Clarify(slot, value))
            return
        value = value[0]
    if one.either and len(said) > 1:
        if slot == "staff" and ANYONE in {value, said[-2].value}:
            value = ANYONE
        else:
            reading.emit(one.at, Clarify(slot, tuple(_single(each.value) for each in said)))
            return
    _put(reading, one, value)


def _single(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) else value


def _dates(reading: Reading) -> None:
    said = reading.of("date")
    if not said:
        return
    one = said[-1]
    if one.either and len(said) > 1:
        days = tuple(dict.fromkeys(each.value for each in said))
        if len(days) == 2 and days[0].exact and days[1].exact and abs((days[1].first - days[0].first).days) == 1:
            reading.emit(one.at, _change(reading.heard, "date", Day(min(days[0].first, days[1].first), max(days[0].last, days[1].last)), SURE, one.corrected))
        else:
            reading.emit(one.at, Clarify("date", days))
        return
    value = one.value
    if not one.corrected and len(said) > 1 and not value.exact:
        # "Friday next week": the day lies in the week that was named with it.
        inside = [each.value for each in said if each.value.exact and value.first <= each.value.first <= value.last]
        value = inside[-1] if inside else value
    _put(reading, one, value)


def _times(reading: Reading) -> None:
    said = reading.of("time")
    if not said:
        return
    last = said[-1]
    after = said
    for at, each in enumerate(said):
        if each.corrected and not (at and said[at - 1].corrected):
            after = said[at:]
    exact = [each for each in after if each.value.exact]
    spans = [each for each in after if not each.value.exact]
    if exact:
        one = exact[-1]
        value: TimeOfDay = one.value
        if spans and value.halves:
            span = spans[-1].value
            minute = times.within(value.earliest, (span.earliest, span.latest))
            value = TimeOfDay(minute, minute, about=value.about)
        _put(reading, Said("time", value, one.at, one.certainty, one.corrected), value)
        return
    value = last.value
    if len(spans) > 1:
        earliest = max(each.value.earliest for each in spans)
        latest = min(each.value.latest for each in spans)
        if earliest < latest:
            value = TimeOfDay(earliest, latest)
        else:
            # "in the afternoon, after 5": the span that was said in figures settles by the other.
            halves = next((each.value for each in spans if each.value.halves), None)
            if halves is not None and halves.earliest:
                value = TimeOfDay(times.within(halves.earliest, (720, 1439)), halves.latest)
    _put(reading, last, value)


def _services(reading: Reading) -> None:
    said = reading.of("service")
    if not said:
        return
    known = reading.heard.slots.get("service")
    have = tuple(known) if isinstance(known, (list, tuple)) else ((known,) if known else ())
    common = set(said[0].value)
    for one in said[1:]:
        common &= set(one.value)
    if len(said) > 1 and common and len(common) < max(len(one.value) for one in said):
        # "a haircut for men" names one service by two of its words.
        said = [Said("service", tuple(value for value in said[0].value if value in common), said[0].at, said[0].certainty, said[0].corrected, said[0].added)]
    taken = 0
    for one in dict.fromkeys(each.value for each in said):
        each = next(each for each in said if each.value == one)
        if len(one) > 1:
            reading.emit(each.at, Clarify("service", one))
        elif taken or (have and each.added and one[0] not in have):
            reading.emit(each.at, Add("service", one[0]))
        else:
            _put(reading, each, one[0])
        taken += 1


def _refused(reading: Reading) -> None:
    """Handle "not Friday": the other value said for the slot corrects it; alone, it only takes it away."""
    known = reading.heard.slots
    for one in reading.rejected:
        value = one.value
        for place, (at, command) in enumerate(reading.commands):
            if isinstance(command, Set) and command.slot == one.slot and one.slot in known:
                reading.commands[place] = (at, Correct(command.slot, command.value, command.certainty))
        if one.slot == "service":
            for each in value:
                if len(value) == 1 or each in _listed(known.get("service")):
                    reading.emit(one.at, Remove("service", each))
        elif not any(getattr(command, "slot", "") == one.slot for _, command in reading.commands):
            reading.emit(one.at, Remove(one.slot, _single(value)))


def _listed(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def _yes_and_no(reading: Reading) -> None:
    """Settle what yes and no mean beside other words."""
    kinds = {type(command) for _, command in reading.commands}
    heard = reading.heard
    if "nothing" in reading.marks and not reading.commands:
        reading.emit(0, Deny())
    if Affirm in kinds and Deny in kinds:
        # "no, that's fine": what came first is the answer.
        first = min(at for at, command in reading.commands if isinstance(command, Affirm | Deny))
        reading.commands = [
            pair for pair in reading.commands if pair[0] == first or not isinstance(pair[1], Affirm | Deny)
        ]
    if Move in kinds and Cancel in kinds:
        reading.commands = [pair for pair in reading.commands if not isinstance(pair[1], Cancel)]
    if (Move in kinds or Cancel in kinds) and Start in kinds:
        reading.commands = [pair for pair in reading.commands if not isinstance(pair[1], Start)]
    if Deny in kinds and heard.asked in {"phone", "email"} and len(kinds) == 1:
        reading.emit(1, Skip())


def _last_resort(reading: Reading) -> None:
    """Try what a message that says nothing else may be: an ordinal, a correction alone, an unknown name."""
    heard, phrases = reading.heard, reading.phrases
    if heard.asked == "staff" and 1 <= len(_content(reading)) <= 2 and phrases.unknown:
        said = names.bare(phrases)
        if said:
            reading.emit(0, Invalid("staff", said, "unknown"))
    elif heard.asked == "phone" and any(word[0].isdigit() for word in phrases.words):
        reading.emit(0, Invalid("phone", heard.text.strip()[:40]))
    elif heard.asked == "email" and phrases.words:
        reading.emit(0, Invalid("email", heard.text.strip()[:60]))
    elif "sorry" in reading.marks and len(_content(reading)) == 1:
        reading.emit(0, Repeat())
    if reading.phrases.fuzzy:
        reading.certainty = min(reading.certainty, SPELLED)
    if reading.commands:
        reading.certainty = min(reading.certainty, GUESSED + 0.2)
