"""The most covers that an evening could have had, all requests known: what decisions one at a time are measured by.

Tables of a size are interchangeable, so requests are given to classes of tables and only counted (see
`domain.seating.classes`). That is an upper bound: what it accepts must still be laid out on tables, which
`is_laid_out` tries. With OR-Tools it is solved as a mixed-integer program, without it as the dual of its linear
relaxation, which is a little higher.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.seating import optimizer
from domain.seating.classes import classes_of
from domain.seating.evening import Evening, Party, needs_of
from domain.seating.protect import GRAIN, Demand, prices_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.evenings import Night
    from domain.businesses import Policies
    from domain.seating.layout import Layout

MIP = "class counts, mixed-integer, CP-SAT"
DUAL = "class counts, dual of the linear relaxation, own steps"
SECONDS = 30.0
"""Of CP-SAT's deterministic time for a night."""


class Optimum(NamedTuple):
    """How many covers there could have been at most."""

    covers: float
    method: str
    is_proven: bool
    """Whether the program was solved to its end; otherwise `covers` is the bound it had."""
    is_laid_out: bool
    """Whether so many covers were laid out on tables: then the bound is the optimum."""


def optimum_of(layout: Layout, policies: Policies, night: Night) -> Optimum:
    """Return the optimum of a night, by OR-Tools where it is installed."""
    parties = [Party(str(one.number), one.size, one.starts, one.ends) for one in night.requests]
    return _mip(layout, parties) if optimizer.is_installed() else _dual(layout, policies, parties)


def _dual(layout: Layout, policies: Policies, parties: Sequence[Party]) -> Optimum:
    demands = [Demand(one.size or 0, one.starts, 1.0) for one in parties]
    prices = prices_of(layout, Evening(), policies, demands, steps=1_500)
    worth = sum(max(0.0, (one.size or 0) - prices.cost(one)) for one in parties)
    rent = sum(row[-1] * size for row, size in zip(prices.table, classes_of(layout).sizes, strict=True))
    assert all((one.starts - prices.origin) % GRAIN == 0 for one in parties)
    return Optimum(worth + rent, DUAL, True, False)


def _mip(layout: Layout, parties: Sequence[Party]) -> Optimum:
    from ortools.sat.python import cp_model

    classes = classes_of(layout)
    model = cp_model.CpModel()
    chosen = []
    for one in parties:
        kinds = {classes.kind_of[unit.id] for unit in layout.units_for(needs_of(layout, one))}
        chosen.append({kind: model.new_bool_var("") for kind in sorted(kinds)})
        model.add_at_most_one(chosen[-1].values())
    for moment in sorted({one.starts for one in parties}):
        for number, size in enumerate(classes.sizes):
            there = [
                many * variable
                for one, ways in zip(parties, chosen, strict=True)
                if one.starts <= moment < one.ends
                for kind, variable in ways.items()
                for needed, many in classes.kinds[kind].needs
                if needed == number
            ]
            if there:
                model.add(sum(there) <= size)
    model.maximize(sum((one.size or 0) * sum(ways.values()) for one, ways in zip(parties, chosen, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = SECONDS
    status = solver.solve(model)
    proven = status == cp_model.OPTIMAL
    bound = solver.best_objective_bound
    taken = [
        (one, kind)
        for one, ways in zip(parties, chosen, strict=True)
        for kind, variable in ways.items()
        if status in {cp_model.OPTIMAL, cp_model.FEASIBLE} and solver.boolean_value(variable)
    ]
    return Optimum(round(bound, 6), MIP, proven, proven and is_laid_out(layout, taken))


def is_laid_out(layout: Layout, parties: Sequence[tuple[Party, int]]) -> bool:
    """Return whether parties with their kinds have tables of their own; False also where that was not found."""
    from ortools.sat.python import cp_model

    classes = classes_of(layout)
    model = cp_model.CpModel()
    tables: list[list[cp_model.IntervalVar]] = [[] for _ in layout.tables]
    for party, kind in parties:
        ways = []
        for unit in classes.kinds[kind].units:
            has = model.new_bool_var("")
            ways.append(has)
            for table in unit.tables:
                tables[table].append(
                    model.new_optional_fixed_size_interval_var(party.starts, party.ends - party.starts, has, "")
                )
        model.add_exactly_one(ways)
    for each in tables:
        model.add_no_overlap(each)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = SECONDS
    return solver.solve(model) in {cp_model.OPTIMAL, cp_model.FEASIBLE}
