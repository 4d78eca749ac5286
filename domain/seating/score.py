"""The score of tables for a party: criteria one after another, each with the reason that it leaves.

Hard rules first (`Layout.units_for` and what is taken). Then, among the units that are free: the most of the wished
features, the fewest seats wasted, the fewest tables, the fewest minutes in gaps that nobody can use, tables that the
guest had before, the priority of the table, the order of the directory. A criterion decides only where all those
before it are equal. What a table is worth to others (`domain.seating.protect`) is asked before any of it, because
tables of one size cost the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from domain.seating.evening import Party
    from domain.seating.layout import Unit
    from domain.seating.timeline import Timelines

_SENTENCES = {
    "promised": "It was promised.",
    "fits": "It is the smallest that seats them.",
    "no_smaller_free": "No smaller one is free.",
    "keeps_gap": "It leaves no gap that is too short for anybody.",
    "history": "They have had it before.",
    "priority": "Of equal tables it goes first.",
    "any_table": "Nobody has counted them yet.",
    "makes_room": "They make room for a party that could not sit otherwise.",
}


class Fit(NamedTuple):
    """The unit that a party is given, and why."""

    unit: Unit
    reasons: tuple[str, ...]


def wasted(unit: Unit, size: int | None) -> int:
    """Return how many seats stay empty."""
    return 0 if size is None else unit.max_party - size


def missing(unit: Unit, features: Sequence[str]) -> int:
    """Return how many of the wished features a unit lacks."""
    return sum(one not in unit.features for one in features)


def choose(party: Party, units: Sequence[Unit], timelines: Timelines, shortest: int) -> Fit | None:
    """Return the best of the units that are free for the party, None if none is.

    Args:
        party: who asks, with the time.
        units: those that keep the hard rules.
        timelines: what is taken.
        shortest: the shortest turn of the house in minutes; a gap below it is lost.
    """
    bits = timelines.bits(party.starts, party.ends)
    free = [one for one in units if timelines.is_free(one, bits)]
    if not free:
        return None
    left = _least(free, lambda one: missing(one, party.features))
    left = _least(left, lambda one: wasted(one, party.size))
    left = _least(left, lambda one: len(one.tables))
    reasons = list(why_this_size(left[0], party, units))
    for criterion, reason in (
        (lambda one: timelines.slivers(one, party.starts, party.ends, shortest), "keeps_gap"),
        (lambda one: party.history.count(one.id) == 0, "history"),
        (lambda one: -one.priority, "priority"),
    ):
        if len(left) == 1 and reason != "history":
            continue
        fewer = _least(left, criterion)
        if len(fewer) < len(left) or (reason == "history" and left[0].id in party.history):
            reasons.append(reason)
        left = fewer
    return Fit(left[0], tuple(reasons))


def why_this_size(unit: Unit, party: Party, units: Iterable[Unit]) -> Iterable[str]:
    """Yield the reasons of a unit that lie in the wishes and in the size."""
    for feature in party.features:
        yield f"{'features' if feature in unit.features else 'without'}:{feature}"
    if party.size is None:
        yield "any_table"
    elif smaller := [one for one in units if wasted(one, party.size) < wasted(unit, party.size)]:
        lacks = missing(unit, party.features)
        if any(missing(one, party.features) <= lacks for one in smaller):
            yield "no_smaller_free"
    else:
        yield "fits"
    if len(unit.tables) > 1:
        yield f"joins:{len(unit.tables)}"


def in_words(reasons: Sequence[str]) -> tuple[str, ...]:
    """Return a sentence for each reason, for people of the house. Raises ValueError for what is no reason."""
    return tuple(_SENTENCES.get(one) or _with_more(*one.partition(":")) for one in reasons)


def _with_more(kind: str, _: str, what: str) -> str:
    if kind == "features":
        return f"They asked for {what}."
    if kind == "without":
        return f"They asked for {what}; no such table is free."
    if kind == "joins":
        return f"They have {what} tables, put together."
    if kind == "reseats":
        return "One party changes tables for it." if what == "1" else f"For it {what} parties change tables."
    raise ValueError(f"no such reason: {kind}")


def _least(units: Sequence[Unit], criterion: Callable[[Unit], int]) -> list[Unit]:
    if len(units) == 1:
        return list(units)
    marks = [criterion(one) for one in units]
    least = min(marks)
    return [one for one, mark in zip(units, marks, strict=True) if mark == least]
