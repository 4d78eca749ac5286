"""Settling: the values that were said, slot by slot, as commands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dialogs.understanding import times
from dialogs.understanding.commands import ANYONE, Add, Clarify, Command, Correct, Day, Remove, Set, Start, TimeOfDay
from dialogs.understanding.reading import SURE, Said

if TYPE_CHECKING:
    from dialogs.understanding.commands import Heard, SlotName
    from dialogs.understanding.reading import Reading


def settle(reading: Reading) -> None:
    """Turn the values said into commands, slot by slot."""
    heard = reading.heard
    if reading.said or reading.rejected:
        _services(reading)
        _dates(reading)
        _times(reading)
        for slot in ("staff", "place", "party_size", "name", "phone", "email"):
            _last(reading, slot)
        _refused(reading)
    if "avail" in reading.marks and ("date" in heard.slots or "time" in heard.slots):
        reading.commands = [pair for pair in reading.commands if not isinstance(pair[1], Start)]


def _put(reading: Reading, one: Said, value: Any) -> None:
    command = change(reading.heard, one.slot, value, one.certainty, corrected=one.corrected)
    reading.certainty = min(reading.certainty, one.certainty)
    reading.emit(one.at, command)


def change(heard: Heard, slot: SlotName, value: Any, certainty: float = SURE, *, corrected: bool = False) -> Command:
    """Return the command that gives a slot a value: a correction where it had another one or "actually" was said."""
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
            if reading.heard.slots.get(slot) not in value:  # of whom we speak already
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
            reading.emit(
                one.at,
                change(
                    reading.heard,
                    "date",
                    Day(min(days[0].first, days[1].first), max(days[0].last, days[1].last)),
                    SURE,
                    corrected=one.corrected,
                ),
            )
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
        if one.either and len(exact) > 1 and exact[-2].value != value:
            reading.emit(one.at, Clarify("time", (_in_the_half_of(exact[-2].value, value), value)))
            return
        if spans and value.halves:
            span = spans[-1].value
            minute = times.within(value.earliest, (span.earliest, span.latest))
            value = TimeOfDay(minute, minute, about=value.about)
        _put(reading, Said("time", value, one.at, one.certainty, one.corrected), value)
        return
    value = last.value
    if len(spans) > 1:
        spans = _moved(spans)
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


def _moved(spans: list[Said]) -> list[Said]:
    """Move a span that was said in figures into the part of the day beside it: "in the evening after 6"."""
    parts = [one.value for one in spans if not one.value.halves]
    if not parts or len(parts) == len(spans):
        return spans
    part = (parts[-1].earliest, parts[-1].latest)
    found = []
    for one in spans:
        value: TimeOfDay = one.value
        if value.halves and value.earliest:
            earliest = times.within(value.earliest, part)
            latest = value.latest if value.latest >= times.DAY - 1 else times.within(value.latest, part)
            found.append(replace(one, value=TimeOfDay(earliest, max(latest, earliest), about=value.about)))
        else:
            found.append(one)
    return found


def _in_the_half_of(one: TimeOfDay, other: TimeOfDay) -> TimeOfDay:
    """Return "3" of "3 or 5pm" as what it means beside the other."""
    if one.halves and not other.halves and other.earliest >= times.NOON:
        return TimeOfDay(one.earliest + times.NOON, one.latest + times.NOON, about=one.about)
    return one


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
        said = [
            Said(
                "service",
                tuple(value for value in said[0].value if value in common),
                said[0].at,
                said[0].certainty,
                said[0].corrected,
                said[0].added,
            )
        ]
    if len(said) > 1 and said[-1].either and all(len(each.value) == 1 for each in said):
        several = tuple(dict.fromkeys(each.value[0] for each in said))
        if len(several) > 1:
            reading.emit(said[-1].at, Clarify("service", several))
            return
    taken = False
    for one in dict.fromkeys(each.value for each in said):
        each = next(each for each in said if each.value == one)
        if len(one) > 1:
            reading.emit(each.at, Clarify("service", one))
        elif taken or (have and each.added and one[0] not in have):
            reading.emit(each.at, Add("service", one[0]))
        else:
            _put(reading, each, one[0])
        taken = True


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
