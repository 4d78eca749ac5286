"""The question of `classes.rearrange`, asked of OR-Tools' CP-SAT: exact, where the extra `[optimizer]` is installed."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.seating.classes import Classes

EFFORT = 2.0
"""CP-SAT's deterministic time, about as many seconds: the answer does not depend on the machine."""


@cache
def is_installed() -> bool:
    """Return whether OR-Tools can be imported."""
    return find_spec("ortools") is not None


def rearrange(
    classes: Classes,
    spans: Sequence[tuple[int, int]],
    options: Sequence[Sequence[int]],
    present: Sequence[int | None],
    fixed: Iterable[tuple[int, int, int]] = (),
    effort: float = EFFORT,
) -> list[int] | None:
    """Return a kind for each party with nobody too many anywhere and few changes; None where there is none.

    None also when the effort did not suffice, which is rare. Raises ModuleNotFoundError where OR-Tools is missing.
    """
    from ortools.sat.python import cp_model

    fixed = list(fixed)
    model = cp_model.CpModel()
    chosen = [{kind: model.new_bool_var("") for kind in those} for those in options]
    for one in chosen:
        model.add_exactly_one(one.values())
    for moment in sorted({one[0] for one in spans} | {one[1] for one in fixed}):
        there = [who for who, (starts, ends) in enumerate(spans) if starts <= moment < ends]
        for number, size in enumerate(classes.sizes):
            taken = sum(classes.class_of[table] == number and starts <= moment < ends for table, starts, ends in fixed)
            needs = [
                many * variable
                for who in there
                for kind, variable in chosen[who].items()
                for one, many in classes.kinds[kind].needs
                if one == number
            ]
            if needs:
                model.add(sum(needs) <= size - taken)
    changes = [1 - chosen[who][kind] for who, kind in enumerate(present) if kind is not None]
    if changes:
        model.minimize(sum(changes))
    for who, kind in enumerate(present):
        if kind is not None:
            model.add_hint(chosen[who][kind], True)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = effort
    solver.parameters.relative_gap_limit = 0.5  # a few changes more cost less than the wait for their proof
    if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None
    return [next(kind for kind, variable in one.items() if solver.boolean_value(variable)) for one in chosen]
