"""Re-seating: whether some seating of the evening has room for one more party, and who changes tables for it.

Four steps. A direct fit by the score. Where there is none, a bound that is certain. Then chains of few moves over
tables. Then a search over classes of equal tables, by OR-Tools where it is installed and otherwise by our own, whose
answer is laid out on tables again. Parties that are fixed and what is blocked are taken tables to all four.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from domain.seating import optimizer
from domain.seating.chains import Chains, Undecided
from domain.seating.classes import Crowd, classes_of, rearrange
from domain.seating.evening import Block, needs_of
from domain.seating.score import choose, why_this_size
from domain.seating.timeline import Timelines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.businesses import Policies
    from domain.seating.evening import Evening, Party
    from domain.seating.layout import Layout, Unit


class Effort(NamedTuple):
    """How long is searched before a party counts as one that cannot be seated. Steps, so that it is always the same."""

    chains: int = 1_500
    """10 to 40 µs each."""
    classes: int = 300_000
    """Divided by the number of parties (at least 50): 0.5 to 1 µs each."""
    optimizer: bool = True
    """Whether OR-Tools is used where it is installed."""


THOROUGH = Effort()
BRIEF = Effort(chains=150, classes=20_000, optimizer=False)
"""For a question about many starts."""


class Move(NamedTuple):
    """A party that changes tables."""

    party: Party
    unit: Unit
    """Where it goes."""
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seating:
    """Where a party is seated, who changes tables for it, and why."""

    unit: Unit
    moves: tuple[Move, ...] = ()
    reasons: tuple[str, ...] = ()

    def applied(self, evening: Evening, party: Party) -> Evening:
        """Return the evening afterwards."""
        moved = [replace(one.party, table_ids=one.unit.table_ids) for one in self.moves]
        return evening.with_(*moved, replace(party, table_ids=self.unit.table_ids))


def seat(
    layout: Layout, evening: Evening, party: Party, policies: Policies, effort: Effort = THOROUGH
) -> Seating | None:
    """Return where a party can be seated with the fewest moves that were found, None where it cannot.

    It is complete as far as the effort goes: with small houses always.
    """
    found = direct(layout, evening, party, policies)
    if found is None and policies.seating == "late":
        found = reseated(layout, evening, party, effort)
    return found


def direct(layout: Layout, evening: Evening, party: Party, policies: Policies) -> Seating | None:
    """Return the best of the tables that are free for the party, None where none is."""
    units = layout.units_for(needs_of(layout, party))
    shortest = min(minutes for _, minutes in policies.turn_minutes)
    fit = choose(party, units, Timelines(layout, evening, party), shortest)
    return None if fit is None else Seating(fit.unit, (), fit.reasons)


def reseated(layout: Layout, evening: Evening, party: Party, effort: Effort = THOROUGH) -> Seating | None:
    """Return a seating in which others change tables for the party, None where there is none or none was found."""
    chains = Chains(layout, evening, party)
    if chains.is_hopeless():
        return None
    found: Mapping[int, Unit] | None
    try:
        found = chains.search(effort.chains)
    except Undecided:
        found = _by_classes(layout, chains, effort)
    return None if found is None else _told(layout, chains, found)


def _by_classes(layout: Layout, chains: Chains, effort: Effort) -> Mapping[int, Unit] | None:
    classes = classes_of(layout)
    parties = chains.parties
    options = [
        list(dict.fromkeys(classes.kind_of[one.id] for one in chains.options(who))) for who in range(len(parties))
    ]
    present = [None if unit is None else classes.kind_of[unit.id] for unit in chains.present]
    fixed = [(layout.position[one.table_id], one.starts, one.ends) for one in _fixed(chains.fixed, layout)]
    spans = [(one.starts, one.ends) for one in parties]
    if effort.optimizer and optimizer.is_installed():
        kinds = optimizer.rearrange(classes, spans, options, present, fixed)
    else:
        kinds = rearrange(Crowd(classes, spans, fixed), options, present, effort.classes // max(len(parties), 50))
    if kinds is None:
        return None
    return chains.arrange([classes.unit_ids[kind] for kind in kinds], effort.chains)


def _fixed(evening: Evening, layout: Layout) -> list[Block]:
    parties = [Block(table, one.starts, one.ends) for one in evening.parties for table in one.table_ids]
    return [one for one in (*parties, *evening.blocks) if one.table_id in layout.position]


def _told(layout: Layout, chains: Chains, found: Mapping[int, Unit]) -> Seating:
    """Return the seating with its reasons."""
    moves = []
    for who, unit in sorted(found.items()):
        party = chains.parties[who]
        if who and unit.table_ids != party.table_ids:
            units = layout.units_for(needs_of(layout, party))
            moves.append(Move(party, unit, ("makes_room", *why_this_size(unit, party, units))))
    asks, unit = chains.parties[0], found[0]
    why = why_this_size(unit, asks, layout.units_for(needs_of(layout, asks)))
    return Seating(unit, tuple(moves), (*why, f"reseats:{len(moves)}"))
