"""The search by bits: which starts suit a visit, and who would serve them, from the bitsets of what is taken."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from domain.bitset import positions
from domain.limits import full
from domain.starts import Start

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from domain.availability import Wish
    from domain.bit_plan import Candidates, Plan
    from domain.ids import ResourceId, ServiceId, StaffId
    from domain.kept import Row
    from domain.limits import Counted, Used
    from domain.starts import Look
    from domain.visits import Choice, Part, Pool

_MOST = 1 << 40
"""More minutes than anybody has to do."""
_START_BYTES = 120
_minute = itemgetter(0)
_new = tuple.__new__
_TAIL = tuple(Start._field_defaults.values())
_NO_MASKS: Mapping[tuple[Counted, ...], int] = {}


class Search:
    """Finds the starts of one visit, and keeps those of each day as long as nothing that day depends on is changed."""

    def __init__(self, plan: Plan, rows: Mapping[ResourceId, Row]) -> None:
        """Take the plan and what is taken."""
        self.cell = plan.cell
        self._plan = plan
        self._rows = rows
        self._choices: dict[int, int] = {}
        self._together: list[int] = []
        self._free: dict[tuple[ResourceId, ServiceId | None, int, int, int, int], int] = {}
        self._loads: dict[date, tuple[int, ...]] = {}
        self._days: dict[tuple[date, StaffId | None], list[Start]] = {}

    @property
    def bytes(self) -> int:
        """About how much memory it takes."""
        width = (self._plan.view.end - self._plan.view.origin) // self.cell // 7
        masks = len(self._choices) + len(self._free) + len(self._together)
        return masks * width + _START_BYTES * sum(map(len, self._days.values()))

    def found(self, wish: Wish, looks: Sequence[Look], days: Sequence[Candidates], used: Used) -> list[Start]:
        """Return the starts of a wish in order of time, the same as the search of `domain.starts` finds.

        `days` are the candidates of the plan for the days of the looks.
        """
        filled = _full(self._plan, used) if used else _NO_MASKS
        preferred = wish.preferred if self._plan.view.directory.business.policies.anyone == "last" else None
        found: list[Start] = []
        for (day, low, high), candidates in zip(looks, days, strict=True):
            if filled:
                more = self._starts(day, candidates, wish, filled)
            else:
                key = (day, preferred)
                kept = self._days.get(key)
                if kept is None:
                    kept = self._days[key] = self._starts(day, candidates, wish, filled)
                more = kept
            if not more:
                continue
            if more[0][0] < low or more[-1][0] > high:
                more = [one for one in more if low <= one[0] <= high]
                if not more:
                    continue
            if found and more[0][0] <= found[-1][0]:  # the night before runs into this day
                found = sorted({one[0]: one for one in (*more, *found)}.values(), key=_minute)
            else:
                found += more
        return found

    def forget(self, changed: Mapping[ResourceId, tuple[int, int]]) -> None:
        """Leave out what depends on resources of which something was changed from one epoch minute to another."""
        plan = self._plan
        mine = {one: span for one, span in changed.items() if one in plan.choices_of}
        if not mine:
            return
        for resource_id in mine:
            for index in plan.choices_of[resource_id]:
                self._choices.pop(index, None)
        for key in [one for one in self._free if one[0] in mine]:
            del self._free[key]
        self._together = []
        self._loads = {}
        before, until = plan.visit.before, plan.visit.until
        for day, preferred in list(self._days):
            begin, end = plan.reach(day)
            if any(start < end + until and begin - before < last for start, last in mine.values()):
                del self._days[day, preferred]

    def _starts(
        self, day: date, candidates: Candidates, wish: Wish, filled: Mapping[tuple[Counted, ...], int]
    ) -> list[Start]:
        """Return all starts of the hours of a day, in order of time."""
        plan, cell, begins = self._plan, self.cell, candidates.begins
        left = 0
        for mask, none in zip(candidates.masks, self._nobody(filled), strict=True):
            left |= mask ^ (mask & (none >> begins))
        if not left:
            return []
        at = plan.view.origin + begins * cell
        found: list[Start] = []
        for index in self._order(day, wish):
            mask = candidates.masks[plan.key_of[index]] & left
            if not mask:
                continue
            choice = plan.visit.choices[index]
            mask ^= mask & (self._choice(index) >> begins)
            if filled:
                mask &= ~(filled.get(choice.counts, 0) >> begins)
            if not mask:
                continue
            left ^= mask
            if choice.pools:
                found += [
                    Start(at + one * cell, choice, day, self._pooled(choice, begins + one)) for one in positions(mask)
                ]
            else:
                found += [_new(Start, (at + one * cell, choice, day, *_TAIL)) for one in positions(mask)]
            if not left:
                break
        found.sort(key=_minute)
        return found

    def _nobody(self, filled: Mapping[tuple[Counted, ...], int]) -> list[int]:
        """Return by key of the plan where none of its choices can begin."""
        if self._together and not filled:
            return self._together
        plan = self._plan
        together = [-1] * len(plan.keys)
        for index, key in enumerate(plan.key_of):
            none = self._choice(index)
            if filled:
                none |= filled.get(plan.visit.choices[index].counts, 0)
            together[key] &= none
        if not filled:
            self._together = together
        return together

    def _choice(self, index: int) -> int:
        """Return where a choice cannot begin."""
        found = self._choices.get(index)
        if found is None:
            found = self._choices[index] = self._blocked(self._plan.visit.choices[index])
        return found

    def _blocked(self, choice: Choice) -> int:
        cell, first = self.cell, choice.parts[0]
        blocked = self._rows[first.resource_id].blocked(cell, first.busy_from, first.busy_until)
        if len(choice.parts) > 1 or choice.pools:
            free = [self._of(one.resource_id, one) for one in choice.parts[1:]]
            free += [_enough([self._of(one, pool) for one in pool.options], pool.needed) for pool in choice.pools]
            for one in free:
                blocked |= self._plan.whole & ~one
        return blocked

    def _of(self, resource_id: ResourceId, part: Part | Pool) -> int:
        """Return where a visit can begin for all that a part or a pool takes of a resource."""
        key = (resource_id, part.service_id, part.busy_from, part.busy_until, part.open_from, part.open_until)
        found = self._free.get(key)
        if found is None:
            taken = self._rows[resource_id].blocked(self.cell, part.busy_from, part.busy_until)
            found = self._free[key] = self._plan.opened(resource_id, part) & ~taken
        return found

    def _pooled(self, choice: Choice, position: int) -> tuple[ResourceId, ...]:
        """Return what is taken of a choice's pools when it begins at a position, in order of pools."""
        taken: list[ResourceId] = []
        for pool in choice.pools:
            free = [one for one in pool.options if self._of(one, pool) >> position & 1]
            taken += free[: pool.needed]
        return tuple(taken)

    def _order(self, day: date, wish: Wish) -> Sequence[int]:
        """Return the choices, whom the business would choose first that day; the same as `domain.starts.in_order`."""
        visit, directory = self._plan.visit, self._plan.view.directory
        if not visit.balanced:
            return range(len(visit.choices))
        if not self._loads:
            self._loads = self._all_loads()
        loads: Sequence[int] = self._loads[day]
        policy = directory.business.policies.anyone
        if policy == "priority":
            ranks = [-directory.person[one.staff_ids[0]].priority for one in visit.choices]
            loads = [rank * _MOST + load for rank, load in zip(ranks, loads, strict=True)]
        elif policy == "last":
            others = [one.staff_id != wish.preferred for one in visit.choices]
            loads = [rank * _MOST + load for rank, load in zip(others, loads, strict=True)]
        return sorted(range(len(loads)), key=loads.__getitem__)

    def _all_loads(self) -> dict[date, tuple[int, ...]]:
        """Return by day how many minutes are taken of those who would serve each choice."""
        plan, rows = self._plan, self._rows
        days = plan.view.days(plan.visit.place.zone)
        columns = []
        for choice in plan.visit.choices:
            of_each = [rows[who].loads(days, self.cell) for who in choice.staff_ids]
            columns.append(of_each[0] if len(of_each) == 1 else list(map(sum, zip(*of_each, strict=True))))
        return dict(zip(days.days, zip(*columns, strict=True), strict=True))


def _full(plan: Plan, used: Used) -> dict[tuple[Counted, ...], int]:
    """Return by what choices use up where there is no room for it."""
    found: dict[tuple[Counted, ...], int] = {}
    by_key: dict[str, list[tuple[datetime, int]]] = {}
    for (key, begins), amount in used.items():
        by_key.setdefault(key, []).append((begins, amount))
    for counts in {one.counts for one in plan.visit.choices}:
        for start, end in full(counts, by_key, plan.visit.place.zone):
            found[counts] = found.get(counts, 0) | plan.between(start, end)
    return found


def _enough(masks: Sequence[int], needed: int) -> int:
    """Return the positions that at least so many of the masks have."""
    least = [-1] + [0] * needed
    for mask in masks:
        for count in range(needed, 0, -1):
            least[count] |= least[count - 1] & mask
    return least[needed]
