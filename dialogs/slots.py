"""Filling slots: what a command does to what is known, and why a value is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dialogs import menu, offers
from dialogs.messages import ClockTime, Option
from dialogs.understanding.commands import (
    ANYONE,
    Add,
    Clarify,
    Correct,
    Day,
    Invalid,
    Remove,
    Set,
    Shift,
    TimeOfDay,
)
from domain.horizon import furthest_day
from domain.hours import hours_on

if TYPE_CHECKING:
    from dialogs.messages import Fact
    from dialogs.turn import Turn
    from dialogs.understanding.commands import SlotName, Value

LIMITS = {"name": 120, "phone": 24, "email": 160, "notes": 400}
"""Bytes of what people write about themselves: the state is small."""
FEATURES = ("window", "quiet", "outdoor", "accessible")
"""What may be wished of a table."""
MOST_SERVICES = 6
"""Services of one visit."""
_SLOT_COMMANDS = (Set, Correct, Add, Remove, Shift, Clarify, Invalid)
LATEST = 1440 + 720
"""The last minute that a day's evening may reach to."""


def fill(turn: Turn) -> None:
    """Apply the slot commands of the message in hand, in order; what is refused is said and leaves the old value."""
    for command in turn.take(*_SLOT_COMMANDS):
        match command:
            case Set(slot, value) | Correct(slot, value):
                assign(turn, slot, value)
            case Add(slot, value):
                _add(turn, slot, value)
            case Remove(slot, value):
                _remove(turn, slot, value)
            case Shift(slot, by):
                _shift(turn, slot, by)
            case Clarify(slot, values):
                _clarify(turn, slot, values)
            case Invalid(slot, said, reason):
                refuse(turn, slot, said, reason)
    settle_time(turn)


def assign(turn: Turn, slot: SlotName, value: Value) -> None:
    """Give a slot a value, or say why it cannot have it."""
    if slot == "features":
        _add(turn, slot, value)
        return
    check = _CHECKS.get(slot)
    known = turn.state.slots
    accepted = check(turn, value) if check else _clipped(slot, value)
    if slot == "notes" and accepted:
        accepted = both_notes(known.notes, str(accepted))
    if slot == "staff" and accepted:
        known.avoided = ""
    if accepted is None or accepted == getattr(known, slot):
        return
    setattr(known, slot, accepted)
    turn.changed.add(slot)


def refuse(turn: Turn, slot: str, said: str, reason: str) -> None:
    """Say why a value cannot be; the old one stays."""
    turn.refused = True
    if slot == "features":
        return  # nobody is told of a wish that was none
    if slot == "party_size" and said.isdigit() and int(said) > turn.directory.business.policies.party_limit:
        turn.say("party-too-large", said=said)
        turn.hand_over("large party")
        return
    turn.say(f"invalid-{slot.replace('_', '-')}", said=said[:60], why=reason)


def settle_time(turn: Turn) -> TimeOfDay | None:
    """Settle "at 3" by the opening hours of the day, once the day is known; None where it must be asked.

    Said without am or pm, the one of the two that lies in opening hours is meant; of two that do, the one in the
    trade's usual hours; where both are usual or neither is, the customer is asked.
    """
    slots = turn.state.slots
    if slots.time is None or not slots.time.halves or slots.date is None:
        return slots.time
    found = _half(turn, slots.time, slots.date)
    if found is not None:
        slots.time = found
    return found


def _half(turn: Turn, wanted: TimeOfDay, day: Day) -> TimeOfDay | None:
    """Return the half of the day that is meant on a day, None where both may be."""
    ranges = hours_on(turn.directory, turn.place.id, day.first) or ()
    early = [replace(wanted, halves=False), _later(wanted)]
    opened = [one for one in early if any(start <= one.earliest < end for start, end in ranges)]
    if len(opened) != 1:
        first, last = turn.form.usual
        usual = [one for one in (opened or early) if first <= one.earliest < last]
        opened = usual if len(usual) == 1 else opened
    if len(opened) == 1:
        return opened[0]
    if not opened:
        return early[1] if wanted.earliest < turn.form.usual[0] else early[0]
    return None


def _later(wanted: TimeOfDay) -> TimeOfDay:
    return replace(wanted, earliest=wanted.earliest + 720, latest=min(wanted.latest + 720, LATEST), halves=False)


def _service(turn: Turn, value: Value) -> list[str] | None:
    if value not in turn.directory.service:
        refuse(turn, "service", str(value), "unknown")
        return None
    staff = turn.state.slots.staff
    if staff and staff != ANYONE and not menu.does(turn.directory, turn.directory.person[staff], str(value)):
        turn.state.slots.staff = ""
        turn.say(
            "staff-does-not", staff=turn.directory.person[staff].name, service=turn.directory.service[str(value)].name
        )
    return menu.chosen(turn.directory, turn.state.slots.service, str(value))


def _staff(turn: Turn, value: Value) -> str | None:
    if value == ANYONE:
        return ANYONE
    person = turn.directory.person.get(str(value))
    if person is None:
        refuse(turn, "staff", str(value), "unknown")
        return None
    lacking = [one for one in turn.state.slots.service if not menu.does(turn.directory, person, one)]
    if lacking:
        turn.refused = True
        turn.say("staff-does-not", staff=person.name, service=turn.directory.service[lacking[0]].name)
        return None
    return person.id


def _place(turn: Turn, value: Value) -> str | None:
    return str(value) if value in turn.directory.place else None


def _date(turn: Turn, value: Value) -> Day | None:
    if not isinstance(value, Day):
        return None
    today = turn.local.date()
    last = furthest_day(turn.directory, turn.place, today)
    if value.last < today:
        turn.refused = True
        turn.say("date-past", date=value.last)
        return None
    if value.first > last:
        turn.refused = True
        turn.say("date-too-far", date=value.first, last=last)
        return None
    return Day(max(value.first, today), min(value.last, last))


def _time(turn: Turn, value: Value) -> TimeOfDay | None:
    return value if isinstance(value, TimeOfDay) and 0 <= value.earliest <= value.latest <= LATEST else None


def _party_size(turn: Turn, value: Value) -> int | None:
    if not isinstance(value, int) or value < 1:
        refuse(turn, "party_size", str(value), "impossible")
        return None
    if value > turn.directory.business.policies.party_limit:
        refuse(turn, "party_size", str(value), "large")
        return None
    return value


def _name(turn: Turn, value: Value) -> str | None:
    return _clipped("name", " ".join(str(value).split()))


def both_notes(before: str, more: str) -> str:
    """Return what was noted before and what is to be noted as well, no longer than notes may be."""
    if more in before:
        return before
    return _clipped("notes", f"{before}; {more}" if before else more) or before


def _clipped(slot: str, value: Value) -> str | None:
    """Return what people wrote, no longer than the slot takes, cut between letters."""
    return str(value).strip().encode()[: LIMITS[slot]].decode(errors="ignore") or None


_CHECKS = {
    "service": _service,
    "staff": _staff,
    "place": _place,
    "date": _date,
    "time": _time,
    "party_size": _party_size,
    "name": _name,
}


def _add(turn: Turn, slot: SlotName, value: Value) -> None:
    slots = turn.state.slots
    if slot == "features":
        if value in FEATURES and value not in slots.features:
            slots.features.append(str(value))
            turn.changed.add("features")
    elif slot != "service":
        assign(turn, slot, value)
    elif value in turn.directory.service and value not in slots.service and len(slots.service) < MOST_SERVICES:
        after = menu.added(turn.directory, slots.service, str(value))
        if after != slots.service:
            slots.service = after
            turn.changed.add("service")


def _remove(turn: Turn, slot: SlotName, value: Value | None) -> None:
    slots = turn.state.slots
    if slot == "features":
        left = [] if value is None else [one for one in slots.features if one != value]
        if left != slots.features:
            slots.features = left
            turn.changed.add("features")
    elif slot == "service" and value is not None:
        if value in slots.service:
            slots.service.remove(str(value))
            turn.changed.add("service")
    elif slot == "staff" and value in turn.directory.person:
        if slots.staff in ("", ANYONE, value):
            slots.staff, slots.avoided = "", str(value)
            turn.changed.add("staff")
    elif value is None or getattr(slots, slot) == value:
        empty: object = [] if slot == "service" else None if slot in ("date", "time", "party_size") else ""
        setattr(slots, slot, empty)
        turn.changed.add(slot)


def _shift(turn: Turn, slot: SlotName, by: int) -> None:
    slots = turn.state.slots
    if slot == "party_size":
        party = slots.party_size or (turn.base.party_size if turn.base else None)
        assign(turn, "party_size", (party or 0) + by)
        return
    known_day, known_time = slots.date, slots.time
    if turn.base is not None:
        start = turn.base.starts_at.astimezone(turn.zone)
        known_day = known_day or Day(start.date(), start.date())
        minute = start.hour * 60 + start.minute
        known_time = known_time or TimeOfDay(minute, minute)
    if slot == "date" and known_day is not None:
        step = timedelta(days=by)
        assign(turn, "date", Day(known_day.first + step, known_day.last + step))
    elif slot == "time" and known_time is not None:
        minute = known_time.earliest + by
        if 0 <= minute < LATEST:
            assign(turn, "time", TimeOfDay(minute, minute))
        else:
            refuse(turn, "time", "", "impossible")
    elif slot == "date":
        today: date = turn.local.date()
        assign(turn, "date", Day(today + timedelta(days=by), today + timedelta(days=by)))


def _clarify(turn: Turn, slot: SlotName, values: tuple[Value, ...]) -> None:
    turn.refused = True
    if slot == "service":
        turn.ask("service", "which-service", offers.services(turn, [str(one) for one in values]), "services")
    elif slot == "staff":
        turn.ask("staff", "which-staff", offers.staff(turn, [str(one) for one in values]), "staff")
    elif slot == "place":
        turn.ask("place", "ask-place", offers.places(turn), "places")
    elif slot == "time":
        day = turn.state.slots.date or Day(turn.local.date(), turn.local.date())
        said = [one for one in values if isinstance(one, TimeOfDay)]
        minutes = [((_half(turn, one, day) or one) if one.halves else one).earliest for one in said]
        options = [Option(f"time:{minute}", "", minute=minute) for minute in minutes]
        facts: dict[str, Fact] = {"first": ClockTime(min(minutes)), "second": ClockTime(max(minutes))}
        turn.ask("time", "which-time", options, "times", facts)
    elif slot == "party_size":
        sizes = [Option(f"party_size:{size}", str(size)) for size in values]
        turn.ask("party_size", "ask-party-size", sizes, "party_sizes")
    elif slot == "date":
        turn.ask("date", "which-date", offers.days(one.first for one in values if isinstance(one, Day)), "dates")
