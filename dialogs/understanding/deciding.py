"""Deciding: which commands a reading comes to, by what was asked, offered and known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs.understanding import choices, figures, names
from dialogs.understanding.commands import (
    Add,
    Affirm,
    Ask,
    Bye,
    Cancel,
    Choose,
    Command,
    Correct,
    Deny,
    Greet,
    Invalid,
    Move,
    Remove,
    Repeat,
    Set,
    Skip,
    Start,
    Thank,
    Understanding,
)
from dialogs.understanding.reading import GUESSED, SPELLED
from dialogs.understanding.settling import change, settle

if TYPE_CHECKING:
    from dialogs.understanding.reading import Reading

_WORDS_OF_A_FREE_ANSWER = 4
_POLITE: frozenset[type[Command]] = frozenset({Thank, Bye, Greet})


def decide(reading: Reading) -> Understanding:
    """Return what a reading comes to."""
    language = reading.phrases.lexicon.language
    label = _label(reading)
    if label is not None:
        return Understanding((Choose(label),), language)
    free = _free_answer(reading)
    if free is not None:
        return free
    figures.place(reading)
    choices.choose(reading)
    figures.place(reading)
    _questions(reading)
    _signature(reading)
    if _small_talk(reading):
        return Understanding((), language, 0.0)
    settle(reading)
    _yes_and_no(reading)
    if not reading.commands:
        _last_resort(reading)
    commands = tuple(command for _, command in sorted(reading.commands, key=lambda pair: pair[0]))
    if not commands:
        return Understanding((), language, 0.0)
    return Understanding(commands, language, reading.certainty)


def _label(reading: Reading) -> int | None:
    """Return the option whose very label was typed; yes and no are what they are."""
    offer = reading.heard.offer
    if offer is None or reading.has(Affirm) or reading.has(Deny):
        return None
    return choices.labelled(offer, reading.phrases.words)


def _free_answer(reading: Reading) -> Understanding | None:
    """Return what an answer in the customer's own words comes to: notes, or a name that also is something else."""
    heard, phrases = reading.heard, reading.phrases
    if heard.asked == "notes":
        plain = (Deny, Skip, Cancel, Repeat)
        commands = [command for _, command in reading.commands]
        short = len(reading.phrases.content) <= _WORDS_OF_A_FREE_ANSWER
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
        soft = {"<staff>", "<service>", "<place>", "date.on", "time.part", "number", "correction"}
        matched = [match for match in phrases.matches if match.meaning not in {"name.weak", "name.strong"}]
        known = {at for match in matched for at in range(match.start, match.end)}
        loose = any(at not in known or at in phrases.fuzzy for at in phrases.content if phrases.words[at][0].isalpha())
        hard = [
            match
            for match in matched
            if match.meaning not in soft and not all(at in phrases.fuzzy for at in range(match.start, match.end))
        ]
        name = names.bare(phrases)
        common = all(word in phrases.lexicon.stops or word in phrases.lexicon.fillers for word in phrases.words)
        named = any(match.meaning == "<staff>" for match in matched)
        capitals = all(word[0].isupper() for word in phrases.said if word[0].isalpha())
        if name and not hard and not common and (loose or named or capitals) and "?" not in phrases.words:
            return Understanding((change(heard, "name", name),), phrases.lexicon.language)
        for at in phrases.unknown[:1]:
            # "John, 4pm": a word that is nothing else, where a name was asked for.
            name, _ = names.after_lead(phrases, at, sure=False)
            if name and (at == 0 or phrases.breaks(at - 1) or phrases.said[at][0].isupper()):
                reading.put("name", name, at, GUESSED)
    return None


def _questions(reading: Reading) -> None:
    """Say what a question is about, and find the business's own answers."""
    phrases, heard = reading.phrases, reading.heard
    asking = "?" in phrases.words or bool({"question", "ask.offers"} & reading.marks)
    if "ask.offers" in reading.marks and reading.of("service") and not reading.of("date") and not reading.of("time"):
        reading.emit(0, Ask("services"))
    if asking and heard.stage in {"greeting", "closed"} and not reading.said and _only_features(reading):
        reading.commands = []  # "is there a terrace?" asks; with a table, a day or a time it is a wish
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
        elif command.topic == "hours":
            inside = [one for one in reading.said if one.slot in {"date", "time"} and phrases.together(one.at, at)]
            days = [one for one in inside if one.slot == "date"]
            reading.said = [one for one in reading.said if one not in inside]
            if days:
                commands[place] = (at, Ask("hours", days[0].value.first.isoformat()))
        elif command.topic == "mine":
            reading.said = [one for one in reading.said if one.slot not in {"date", "time"}]
    if _about_another_day(reading):
        reading.emit(0, Ask("hours", reading.said.pop().value.first.isoformat()))
    if reading.has(Ask) or reading.said or reading.picks or heard.asked == "notes":
        return
    quiet = not commands or all(
        type(one).__name__ in {"Greet", "Thank", "Affirm", "Deny", "Start"} for _, one in commands
    )
    if quiet and (asking or not commands):
        known = heard.catalogue.faq(phrases.words, phrases.lexicon.language)
        if known is not None:
            reading.commands = [pair for pair in commands if not isinstance(pair[1], Start)]
            reading.emit(0, Ask("faq", known))
        elif asking and not commands and (len(reading.phrases.content) > 1 or "question" in reading.marks):
            reading.emit(0, Ask("unknown"))


def _only_features(reading: Reading) -> bool:
    """Return whether nothing but what tables may have was spoken of."""
    return bool(reading.commands) and all(
        isinstance(one, Add | Remove) and one.slot == "features" for _, one in reading.commands
    )


def _about_another_day(reading: Reading) -> bool:
    """Return whether a day alone was asked about, with nothing under way: "and on Tuesday?"."""
    heard, said = reading.heard, reading.said
    return (
        heard.stage in {"greeting", "closed"}
        and not heard.asked
        and "?" in reading.phrases.words
        and [one.slot for one in said] == ["date"]
        and said[0].value.exact
        and not (reading.commands or reading.rejected or reading.picks or reading.figures or reading.marks - {"also"})
    )


def _signature(reading: Reading) -> None:
    """Take "…, Ana Sousa" at the end of a wish for who it is for."""
    heard = reading.heard
    if not reading.said or reading.of("name") or "name" in heard.slots or "question" in reading.marks:
        return
    name, at = names.signed(reading.phrases)
    if name:
        reading.put("name", name, at, GUESSED)


def _small_talk(reading: Reading) -> bool:
    """Return whether a day is only spoken of: "nice weather today" books nothing where nothing is under way."""
    heard, phrases = reading.heard, reading.phrases
    idle = heard.stage in {"greeting", "closed"} and heard.asked in {"", "phone", "email"}
    if _taking_leave(reading):
        reading.said.clear()
        return False
    if not (idle or heard.asked == "confirm") or reading.commands or len(reading.said) != 1:
        return False
    if reading.said[0].slot != "date":
        return False
    if heard.asked == "confirm" and abs((reading.said[0].value.first - heard.now.date()).days) > 1:
        return False  # of another day than what is to be confirmed
    if reading.rejected or reading.picks or reading.marks:
        return False
    lexicon = phrases.lexicon
    other = [at for at in phrases.content if at not in reading.known and phrases.words[at] not in lexicon.stops]
    return len(other) >= 2


def _taking_leave(reading: Reading) -> bool:
    """Return whether "today" only belongs to thanks or to a goodbye: "thanks for your help today"."""
    today = reading.heard.now.date()
    leaving = reading.has(Thank) or reading.has(Bye) or "nothing" in reading.marks
    return (
        leaving
        and not reading.has(Start)
        and [one.slot for one in reading.said] == ["date"]
        and reading.said[0].value.first == reading.said[0].value.last == today
    )


def _yes_and_no(reading: Reading) -> None:
    """Settle what yes and no mean beside other words."""
    kinds = {type(command) for _, command in reading.commands}
    heard = reading.heard
    if "nothing" in reading.marks and not reading.commands:
        reading.emit(0, Deny())
    if Affirm in kinds and Deny in kinds and heard.asked == "confirm" and _first_is(reading, Affirm):
        # "yes no yes no": nothing is booked on that; the summary is shown again.
        reading.commands = [pair for pair in reading.commands if not isinstance(pair[1], Affirm | Deny)]
    elif Affirm in kinds and Deny in kinds:
        # "no, that's fine": what came first is the answer.
        first = min(at for at, command in reading.commands if isinstance(command, Affirm | Deny))
        reading.commands = [
            pair for pair in reading.commands if pair[0] == first or not isinstance(pair[1], Affirm | Deny)
        ]
    if Move in kinds and Cancel in kinds:
        reading.commands = [pair for pair in reading.commands if not isinstance(pair[1], Cancel)]
    if (Move in kinds or Cancel in kinds) and Start in kinds:
        reading.commands = [pair for pair in reading.commands if not isinstance(pair[1], Start)]
    if "mine" in reading.marks:
        # A booking that there is already was spoken of: its day is no wish, only what was said after "move it" is.
        moved = next((at for at, command in reading.commands if isinstance(command, Move)), None)
        spoken = len(reading.phrases.words) if moved is None else min(moved, _clause_end(reading, reading.mine))
        reading.commands = [
            pair for pair in reading.commands if pair[0] > spoken or not isinstance(pair[1], Set | Correct)
        ]
        if not kinds & {Move, Cancel, Ask}:
            reading.emit(0, Ask("mine"))
    if (
        heard.asked == "confirm"
        and kinds
        and kinds <= _POLITE
        and reading.phrases.words[0] in reading.phrases.lexicon.agreeing
    ):
        reading.emit(-1, Affirm())  # "ok, thanks"
    if Deny in kinds and heard.asked in {"phone", "email"} and len(kinds) == 1:
        reading.emit(1, Skip())


def _clause_end(reading: Reading, at: int) -> int:
    """Return where the clause of a word ends."""
    phrases = reading.phrases
    return next((one for one in range(at, len(phrases.words)) if phrases.breaks(one)), len(phrases.words))


def _first_is(reading: Reading, kind: type[Command]) -> bool:
    """Return whether of yes and no this one came first."""
    said = [pair for pair in reading.commands if isinstance(pair[1], Affirm | Deny)]
    return isinstance(min(said, key=lambda pair: pair[0])[1], kind)


def _last_resort(reading: Reading) -> None:
    """Try what a message that says nothing else may be: an ordinal, a correction alone, an unknown name."""
    heard, phrases = reading.heard, reading.phrases
    if heard.asked == "staff" and 1 <= len(reading.phrases.content) <= 2 and phrases.unknown:
        said = names.bare(phrases)
        if said:
            reading.emit(0, Invalid("staff", said, "unknown"))
    elif heard.asked == "phone" and any(word[0].isdigit() for word in phrases.words):
        reading.emit(0, Invalid("phone", heard.text.strip()[:40]))
    elif heard.asked == "email" and phrases.words:
        reading.emit(0, Invalid("email", heard.text.strip()[:60]))
    elif _introduced(reading):
        reading.emit(0, change(heard, "name", names.bare(phrases), GUESSED))
    elif "sorry" in reading.marks and len(reading.phrases.content) == 1:
        reading.emit(0, Repeat())
    if reading.phrases.fuzzy:
        reading.certainty = min(reading.certainty, SPELLED)
    if reading.commands:
        reading.certainty = min(reading.certainty, GUESSED + 0.2)


def _introduced(reading: Reading) -> bool:
    """Return whether the message is nothing but first and last name in capitals: a signature, whatever was asked."""
    phrases = reading.phrases
    words = [at for at, word in enumerate(phrases.said) if word[0].isalnum()]
    return (
        2 <= len(words) <= 4
        and ("name" not in reading.heard.slots or reading.heard.asked == "confirm")
        and all(phrases.said[at].istitle() and (at in phrases.unknown) for at in words)
    )
