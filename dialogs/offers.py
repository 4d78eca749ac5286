"""Offers: choices as they are shown, and the commands that choosing one means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from dialogs import menu
from dialogs.messages import Option
from dialogs.understanding.commands import (
    Affirm,
    Ask,
    AskHuman,
    Cancel,
    Command,
    Correct,
    Day,
    Deny,
    JoinWaitlist,
    Move,
    Remove,
    Restart,
    Seek,
    Set,
    Skip,
    Start,
    TimeOfDay,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dialogs.messages import Offer
    from dialogs.turn import Turn
    from domain.availability import Opening
    from domain.bookings import Booking
    from domain.businesses import Directory


@dataclass(frozen=True, slots=True)
class Pick:
    """One of the customer's bookings, by its id."""

    booking_id: str


@dataclass(frozen=True, slots=True)
class Resume:
    """The draft that was left is gone on with, or let go."""

    resumed: bool


YES = Option("yes", "=choice-yes")
NO = Option("no", "=choice-no")
CANCEL_IT = Option("yes", "=choice-cancel")
KEEP_IT = Option("no", "=choice-keep-booking")
SKIP = Option("skip", "=choice-skip")
CHANGE = Option("change", "=choice-change")
TAKE = Option("yes", "=choice-take")
DECLINE = Option("no", "=choice-decline")
WAITLIST = Option("waitlist", "=choice-waitlist")
OTHER_DAY = Option("other-day", "=choice-other-day")
PLAIN = Option("plain", "=choice-other-table")
STAY = Option("yes", "=choice-stay")
LEAVE = Option("no", "=choice-leave")
"""A label that begins with `=` is a key of the locale's replies."""

MOST_SHOWN = 50
"""So many choices are shown at once; what a channel cannot show at once it shows in pages, or numbered."""
_FEW = 10

_FIXED: dict[str, list[Command | Resume]] = {
    "yes": [Affirm()],
    "no": [Deny()],
    "change": [Deny()],
    "skip": [Skip()],
    "waitlist": [JoinWaitlist()],
    "plain": [Remove("features")],
    "other-day": [Seek("other_day")],
    "do:book": [Start()],
    "do:move": [Move()],
    "do:cancel": [Cancel(booking=True)],
    "do:mine": [Ask("mine")],
    "do:hours": [Ask("hours")],
    "do:services": [Ask("services")],
    "do:human": [AskHuman()],
    "do:restart": [Restart()],
    "drop": [Cancel()],
    "resume": [Resume(resumed=True)],
    "forget": [Resume(resumed=False)],
}


def meaning(option: Option) -> list[Command | Pick | Resume]:
    """Return the commands that choosing an option means."""
    if option.value in _FIXED:
        return list(_FIXED[option.value])
    kind, _, rest = option.value.partition(":")
    if kind == "at":
        day, minute, staff = rest.split("|")
        on = date.fromisoformat(day)
        found: list[Command | Pick | Resume] = [
            Correct("date", Day(on, on)),
            Correct("time", TimeOfDay(int(minute), int(minute))),
        ]
        if staff:
            found.append(Correct("staff", staff))
        return found
    if kind == "booking":
        return [Pick(rest)]
    if kind == "change":
        return [Remove(rest)]  # type: ignore[arg-type]
    if kind == "date":
        on = date.fromisoformat(rest)
        return [Correct("date", Day(on, on))]
    if kind == "time":
        return [Correct("time", TimeOfDay(int(rest), int(rest)))]
    if kind == "party_size":
        return [Set("party_size", int(rest))]
    return [Set(kind, rest)]  # type: ignore[arg-type]


def complete(offer: Offer | None, directory: Directory) -> None:
    """Give options their names back that a state had no room for; openings and days are worded when they are said."""
    if offer is None:
        return
    for at, one in enumerate(offer.options):
        if one.label:
            continue
        kind, _, name = one.value.partition(":")
        if kind in ("service", "place"):
            named = (directory.service if kind == "service" else directory.place).get(name)
            if named is not None:
                offer.options[at] = replace(one, label=named.name, words=_others(named.aliases))
        elif kind == "staff" and name in directory.person:
            offer.options[at] = replace(one, label=directory.person[name].name)
        elif kind == "at" and not one.words and (person := directory.person.get(name.rpartition("|")[2])):
            offer.options[at] = replace(one, words=(person.name,))


def services(turn: Turn, ids: Iterable[str] | None = None) -> list[Option]:
    """Return services as choices, all that can be chosen at first unless ids are given."""
    if ids is None:
        chosen = menu.shown(turn.directory)
    else:
        wanted = set(ids)
        chosen = [one for one in turn.directory.services if one.id in wanted]
    return [Option(f"service:{one.id}", one.name, words=_others(one.aliases)) for one in chosen[: _most(chosen)]]


def staff(turn: Turn, ids: Iterable[str]) -> list[Option]:
    """Return members of staff as choices."""
    able = [turn.directory.person[one] for one in ids if one in turn.directory.person]
    return [Option(f"staff:{one.id}", one.name) for one in able[: _most(able)]]


def places(turn: Turn) -> list[Option]:
    """Return places as choices."""
    all_of_them = turn.directory.places
    chosen = all_of_them[: _most(all_of_them)]
    return [Option(f"place:{one.id}", one.name, words=_others(one.aliases)) for one in chosen]


def _most(found: Sequence[object]) -> int:
    """Return how many of these are shown: all that there are, a few where there are more than anybody would read."""
    return MOST_SHOWN if len(found) <= MOST_SHOWN else _FEW


def _others(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return a few other names of an option: the offer lives in the state, and the catalogue knows them all."""
    return tuple(one for one in names[:4] if len(one) <= 24)


def days(found: Iterable[date]) -> list[Option]:
    """Return days as choices; their labels are worded by replies."""
    return [Option(f"date:{on.isoformat()}", "", day=on.isoformat()) for on in found]


def openings(turn: Turn, found: Iterable[Opening], *, who: bool = False) -> list[Option]:
    """Return openings as choices; `who` names and fixes the member of staff of each."""
    zone = turn.zone
    options = []
    for one in found:
        start = one.starts_at.astimezone(zone)
        day, minute = start.date().isoformat(), start.hour * 60 + start.minute
        by = one.staff_id if who and one.staff_id else ""
        name = (turn.directory.person[by].name,) if by else ()
        options.append(Option(f"at:{day}|{minute}|{by}", "", day=day, minute=minute, words=name))
    return options


def bookings(turn: Turn, found: Iterable[Booking]) -> list[Option]:
    """Return bookings as choices."""
    zone = turn.zone
    options = []
    for one in found:
        start = one.starts_at.astimezone(zone)
        words = tuple(item.name for item in one.items) if not turn.form.table else ()
        minute = start.hour * 60 + start.minute
        options.append(Option(f"booking:{one.id}", "", day=start.date().isoformat(), minute=minute, words=words))
    return options[:5]
