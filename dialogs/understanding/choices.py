"""Choices: which option of the offer last shown was meant."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from dialogs.understanding import counting
from dialogs.understanding.commands import (
    Affirm,
    Ask,
    Bye,
    Choose,
    Day,
    Deny,
    JoinWaitlist,
    LeaveWaitlist,
    Remove,
    Seek,
    Start,
    Thank,
    TimeOfDay,
)
from dialogs.understanding.text import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialogs.messages import Offer, Option
    from dialogs.understanding.reading import Reading, Said


_SUGGESTED = frozenset({"staff", "place"})
"""Kinds of which one alone may be suggested without having been asked for."""


_MOST_COUNTED = 5
"""Nobody counts options up to more: "the seventeenth" is a day."""


def choose(reading: Reading) -> None:
    """Find the option that was meant, if one was, and take away the words that described it."""
    offer = reading.heard.offer
    waits = reading.has(JoinWaitlist) or reading.has(LeaveWaitlist)
    if offer is None or not offer.options or waits or (offer.kind == "forms" and reading.has(Start)):
        _without_offer(reading)
        return
    if len(offer.options) == 1 and offer.kind in _SUGGESTED:
        _suggested(reading, offer)
        return
    index = picked(offer, reading.picks)
    at = min((at for _, _, at in reading.picks), default=0)
    if index is None and offer.kind == "change" and not reading.said:
        index = partly(offer, reading.phrases.words, reading.phrases.lexicon.fillers | reading.phrases.lexicon.stops)
        if index is not None:
            reading.commands.clear()  # "la hora" is what is to be changed, not an appointment
    if index is None and not reading.rejected and not reading.has(Deny) and not _asks_hours(reading):
        index, at = _described(reading, offer)
    if index is None and not (reading.said or reading.commands or reading.marks or reading.rejected):
        lexicon = reading.phrases.lexicon
        index = partly(offer, reading.phrases.words, lexicon.fillers | lexicon.stops)
    if index is None:
        _without_offer(reading)
        return
    reading.commands = [pair for pair in reading.commands if not isinstance(pair[1], Affirm | Seek)]
    reading.emit(at, Choose(index))


def _suggested(reading: Reading, offer: Offer) -> None:
    """Take up the one member of staff or the one place that was suggested, or leave it.

    Whoever goes on with the booking has taken it up: gives a day or a time, asks to book. A question is neither, and
    who asks for another or names another has left it.
    """
    slot = offer.kind
    named = [one for one in reading.said if one.slot == slot]
    values = _values(offer.options[0])
    same = [one for one in named if any(value in values for value in one.value)]
    asks = reading.asks() and not _only_yes(reading)
    pointed = any(kind in {"this", "value"} for kind, _, _ in reading.picks)
    agreed = reading.has(Affirm) or reading.has(Thank) or reading.has(Bye)
    other = (
        reading.has(Deny)
        or reading.has(Seek)
        or bool(reading.rejected)
        or bool(named and not same)
        or "search" in reading.marks
        or bool(reading.of("place") and slot != "place")
    )
    on = reading.has(Start) or any(one.slot in {"date", "time", "party_size"} for one in reading.said)
    reading.picks.clear()
    if same:
        reading.said = [one for one in reading.said if one not in same]
    if other or (asks and not on):
        if asks:
            reading.commands = [pair for pair in reading.commands if not isinstance(pair[1], Affirm)]
        return
    if agreed or on or pointed or same:
        reading.commands = [pair for pair in reading.commands if not isinstance(pair[1], Affirm)]
        reading.emit(0, Choose(0))


def _only_yes(reading: Reading) -> bool:
    """Return whether a yes is all that there is: "yes, that will work?"."""
    return (
        bool(reading.commands)
        and all(isinstance(command, Affirm) for _, command in reading.commands)
        and reading.known.issuperset(reading.phrases.content)
        and "question" not in reading.marks
    )


def _numbered_instead(reading: Reading, offer: Offer) -> tuple[int | None, int]:
    """Take "le 2", "la 2", "the 2nd" for the second option, where nothing is offered on such a day or at such an hour.

    Whoever confirms a summary corrects it by a day or a time; who was asked for a day may say one as "the 2nd".
    """
    at = counting.counted(reading)
    asked = reading.heard.asked
    if at is None or len(reading.said) != 1 or len(offer.options) < 2 or asked in {"confirm", "party_size"}:
        return None, 0
    if asked == "date" and counting.ending(reading, at + 1):
        return None, 0
    index = numbered(offer, counting.number(reading, at) or 0)
    if index is not None:
        reading.said = []
    return index, at


def labelled(offer: Offer, said: Sequence[str]) -> int | None:
    """Return the option whose label or other name is all that was said."""
    wanted = [word for word in said if word[0].isalnum()]
    if not wanted:
        return None
    found = [at for at, option in enumerate(offer.options) if any(wanted == one for one in _labels(option))]
    return found[0] if len(found) == 1 else None


def partly(offer: Offer, said: Sequence[str], dull: frozenset[str]) -> int | None:
    """Return the one option whose label or other names hold every telling word that was said."""
    wanted = {word for word in said if word[0].isalnum() and word not in dull}
    if not wanted or not any(len(word) > 2 for word in wanted):
        return None
    found = [
        at
        for at, option in enumerate(offer.options)
        if wanted.issubset(word for label in _labels(option) for word in label)
    ]
    return found[0] if len(found) == 1 else None


def numbered(offer: Offer, number: int) -> int | None:
    """Return the option of a number counted from 1."""
    return number - 1 if 1 <= number <= len(offer.options) else None


def picked(offer: Offer, picks: Sequence[tuple[str, object, int]]) -> int | None:
    """Return the option that a description by place ("the second", "the later one") or by kind names."""
    for kind, value, _ in picks:
        index: int | None = None
        if kind == "index" and isinstance(value, int):
            index = value
        elif kind == "ord" and isinstance(value, int):
            index = numbered(offer, value)
        elif kind in {"first", "last"}:
            index = extreme(offer, last=kind == "last")
        elif kind == "half":
            half = [at for at in _openings(offer) if offer.options[at].minute % 60 == 30]
            index = half[0] if len(half) == 1 else None
        elif kind == "middle":
            index = len(_openings(offer) or offer.options) // 2
        elif kind == "day" and isinstance(value, Day):
            found = [at for at, option in enumerate(offer.options) if _on(option, value)]
            index = found[0] if len(found) == 1 else None
        elif kind == "this" and len(_openings(offer) or offer.options) == 1:
            index = (_openings(offer) or [0])[0]
        elif kind == "value":
            index = next((at for at, option in enumerate(offer.options) if option.value == value), None)
        if index is not None:
            return index
    return None


def extreme(offer: Offer, *, last: bool) -> int | None:
    """Return the earliest or the latest opening; of other choices the first or the last."""
    order = _openings(offer) or list(range(len(offer.options)))
    if _openings(offer):
        order.sort(key=lambda at: (offer.options[at].day, offer.options[at].minute))
    return (order[-1] if last else order[0]) if order else None


def _openings(offer: Offer) -> list[int]:
    """Return which options are openings: beside them the waitlist may be offered."""
    return [at for at, option in enumerate(offer.options) if option.minute >= 0]


def _described(reading: Reading, offer: Offer) -> tuple[int | None, int]:
    """Find the one option that the days, times and names said describe; what describes none of them stays a wish."""
    options = offer.options
    left = list(range(len(options)))
    used: list[Said] = []
    openings = any(option.minute >= 0 for option in options)
    clocks = [one for one in reading.of("time") if one.value.exact]
    for one in reading.said:
        keep: list[int] = []
        if one.slot == "date" and any(option.day for option in options):
            if not one.value.exact:
                return None, 0
            keep = [at for at in left if _on(options[at], one.value)]
        elif one.slot == "time" and openings:
            if one not in clocks and (clocks or not one.value.halves or not _between(one.value)):
                return None, 0  # "in the evening", "after 2" ask for others
            keep = [at for at in left if _at(options[at], one.value)]
            exact = [at for at in keep if options[at].minute == one.value.earliest]
            keep = exact if len(keep) > 1 and exact else keep
        elif one.slot in {"staff", "service", "place", "party_size"}:
            values = one.value if isinstance(one.value, tuple) else (str(one.value),)
            keep = [at for at in left if any(value in _values(options[at]) for value in values)]
            if not keep and not openings and not any(option.value.startswith(f"{one.slot}:") for option in options):
                continue
        else:
            continue
        if not keep:
            return _numbered_instead(reading, offer) if one.slot in {"date", "time"} else (None, 0)
        left = keep
        used.append(one)
    if not used:
        return _numbered_instead(reading, offer)
    if len(left) != 1:
        return None, 0
    reading.said = [one for one in reading.said if one not in used]
    return left[0], min(one.at for one in used)


def _asks_hours(reading: Reading) -> bool:
    """Return whether the day that was said is one whose hours are asked for, not one of the days offered."""
    asked = [at for at, command in reading.commands if command == Ask("hours")]
    return any(reading.phrases.together(one.at, at) for one in reading.of("date") for at in asked)


def _without_offer(reading: Reading) -> None:
    """Take what chose no option for what it is otherwise: a day, something to be changed."""
    offer = reading.heard.offer
    shown = max(_MOST_COUNTED, len(offer.options) if offer is not None else 0)
    days = {at for kind, _, at in reading.picks if kind == "day"}
    alone = offer is None and len(reading.phrases.content) == 1
    for kind, value, at in reading.picks:
        if kind == "ord" and at in days:
            continue  # "a segunda" is Monday
        high = isinstance(value, int) and value > shown and at not in reading.phrases.fuzzy  # "teeth" are no tenth
        if kind == "ord" and isinstance(value, int) and (reading.heard.asked == "date" or high or alone):
            reading.figures.append((value, at, "dom", False))
        elif kind == "day":
            reading.put("date", value, at)
        elif kind == "value" and isinstance(value, str):
            name, _, slot = value.partition(":")
            if name == "change" and slot and not reading.of(slot):  # type: ignore[arg-type]
                reading.emit(at, Remove(slot))  # type: ignore[arg-type]
            elif name == "change" and not slot and reading.heard.asked == "confirm" and not reading.said:
                reading.emit(at, Deny())


def _on(option: Option, wanted: Day) -> bool:
    try:
        return bool(option.day) and wanted.first <= date.fromisoformat(option.day) <= wanted.last
    except ValueError:
        return False


def _between(moment: TimeOfDay) -> bool:
    """Return whether a span has two ends that were said: "between 4 and 5"."""
    return moment.earliest > 0 and moment.latest < 1439


def _at(option: Option, moment: TimeOfDay) -> bool:
    if option.minute < 0:
        return False
    if moment.earliest <= option.minute <= moment.latest:
        return True
    return moment.halves and moment.earliest <= option.minute - 720 <= moment.latest


def _values(option: Option) -> tuple[str, ...]:
    """Return what an option's value may be called: whole, and its parts ("staff:anna", "at:2026-11-21|990|anna")."""
    rest = option.value.partition(":")[2]
    return (option.value, rest, *rest.split("|"))


def _labels(option: Option) -> list[list[str]]:
    return [_words_of(label) for label in (option.label, *option.words) if label and not label.startswith("=")]


@lru_cache(maxsize=16_384)
def _words_of(label: str) -> list[str]:
    """Return the words of a label of ours; the same few are shown again and again."""
    return [word for word in words(label) if word[0].isalnum()]
