"""Stretches: in which minutes a way to serve a visit could begin, by what is open, taken and full."""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from domain.hours import MOMENTS, local_date, open_ranges, open_stretches
from domain.ids import derived_id
from domain.limits import counts_at, fits, full

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from domain.businesses import Directory
    from domain.ids import ResourceId, ServiceId
    from domain.limits import Used
    from domain.occupancy import Block
    from domain.visits import Choice, Part, Pool, Visit

Span: TypeAlias = tuple[int, int]
"""First and last minute, both inclusive."""
Stretch: TypeAlias = tuple[int, int, int]
"""When the range opens that it lies in, first and last minute in which the visit could begin, both inclusive."""

_ONE_DAY = timedelta(days=1)


def session_of(choice: Choice, minute: int) -> str:
    """Return the id of the class session that a choice of a class joins when it begins at an epoch minute."""
    return derived_id("session", choice.class_id or "", choice.staff_id or "", MOMENTS[minute].isoformat())


class Free:
    """Looks where the choices of a visit are free, in a window of epoch minutes, both ends inclusive."""

    def __init__(
        self,
        directory: Directory,
        visit: Visit,
        taken: Mapping[ResourceId, Sequence[Block]],
        used: Used,
        window: Span,
    ) -> None:
        """Take what is taken, ascending, and what is used up."""
        self._directory = directory
        self._place = visit.place
        self._taken = taken
        self._used = used
        self._used_by_key: dict[str, list[tuple[datetime, int]]] = {}
        for (key, begins), amount in used.items():
            self._used_by_key.setdefault(key, []).append((begins, amount))
        self._low, self._high = window
        zone = visit.place.zone
        self._first = local_date(zone, MOMENTS[self._low]) - _ONE_DAY
        self._last = local_date(zone, MOMENTS[self._high + visit.until]) + _ONE_DAY
        self._passed: dict[ResourceId, tuple[int, int]] = {}
        self._begins: dict[tuple[ResourceId, tuple[object, ...]], list[Span]] = {}
        self._elses: dict[int, list[Span]] = {}
        self._sessions: dict[int, list[int]] = {}
        self._owners: dict[ResourceId, set[str]] = {}
        self._opens: dict[tuple[ResourceId, ServiceId | None], list[Span]] = {}

    def stretches(self, choice: Choice, day: date, low: int, high: int) -> list[Stretch]:
        """Return when a choice could begin in the hours of a day, from `low` to `high`, both inclusive, ascending."""
        part = choice.parts[0]
        minutes = part.open_until
        before, needed = -part.busy_from, part.busy_until
        blocks = self._taken.get(part.resource_id, ())
        found: list[Stretch] = []
        ranges = open_ranges(self._directory, self._place, part.resource_id, day, part.service_id)
        for opens, closes, until in ranges:
            first = opens if opens > low else low
            last = min(closes - 1, until - minutes, high)
            if first > last:
                continue
            # Blocks that were over before an earlier stretch need not be looked at again.
            at, reached = self._passed.get(part.resource_id, (0, first))
            if first < reached:
                at = 0
            while at < len(blocks) and blocks[at][1] + before <= first:
                at += 1
            self._passed[part.resource_id] = (at, first)
            for index in range(at, len(blocks)):
                start, end, _, _ = blocks[index]
                if start - needed >= last:
                    break
                if end + before <= first:
                    continue
                if start - needed >= first:
                    found.append((opens, first, start - needed))
                first = end + before
            if first <= last:
                found.append((opens, first, last))
        if len(choice.parts) == 1 and not choice.pools and not choice.counts:
            return found
        return self._narrowed(choice, found, ranges, low, high)

    def pooled(self, choice: Choice, minute: int) -> tuple[ResourceId, ...]:
        """Return what is taken of a choice's pools when it begins at a minute in which it can; in order of pools."""
        session = self._session_at(choice, minute)
        taken: list[ResourceId] = []
        for pool in choice.pools:
            free = [one for one in pool.options if self._is_free(one, pool, minute, session)]
            if session:  # its room is the room of all who are in it
                free.sort(key=lambda one: not self._belongs(one, session))
            taken += free[: pool.needed]
        return tuple(taken)

    def _narrowed(
        self, choice: Choice, found: list[Stretch], ranges: Sequence[tuple[int, int, int]], low: int, high: int
    ) -> list[Stretch]:
        """Return the stretches that suit all else that a choice takes as well."""
        elses = self._elses.get(id(choice))
        if elses is None:
            elses = self._elses[id(choice)] = self._all_else(choice)
        narrowed: list[Stretch] = []
        for opens, first, last in found:
            at = max(0, bisect_right(elses, (first, self._high)) - 1)
            for other_first, other_last in elses[at:]:
                if other_first > last:
                    break
                if other_last >= first:
                    narrowed.append((opens, max(first, other_first), min(last, other_last)))
        if choice.class_id is None:
            return narrowed
        sessions = self._sessions.get(id(choice))
        if sessions is None:
            sessions = self._sessions[id(choice)] = self._joinable(choice)
        minutes = choice.parts[0].open_until
        for opens, closes, until in ranges:
            joined = [
                (opens, one, one)
                for one in sessions
                if max(opens, low) <= one <= min(closes - 1, until - minutes, high)
            ]
            narrowed += joined
        return _in_one(narrowed)

    def _all_else(self, choice: Choice) -> list[Span]:
        """Return when all but the owner's own time is free, and what is counted is not full."""
        spans = [(self._low, self._high)]
        for part in choice.parts[1:]:
            spans = _both(spans, self._of(part.resource_id, part))
        for pool in choice.pools:
            spans = _both(spans, _enough([self._of(one, pool) for one in pool.options], pool.needed))
        if self._used:
            spans = _without(spans, full(choice.counts, self._used_by_key, self._place.zone))
        return spans

    def _of(self, resource_id: ResourceId, part: Part | Pool) -> list[Span]:
        """Return when the visit could begin for all that a part or a pool takes of a resource."""
        key = (resource_id, part[-5:])
        found = self._begins.get(key)
        if found is not None:
            return found
        found = [
            (max(start - part.open_from, self._low), min(end - part.open_until, self._high))
            for start, end in self._open(resource_id, part.service_id)
        ]
        if part.open_from == part.open_until:  # nothing of it is open to the customer
            found = [(self._low, self._high)]
        if part.busy_from < part.busy_until:
            blocks = self._taken.get(resource_id, ())
            found = _without(found, [(one[0] - part.busy_until + 1, one[1] - part.busy_from) for one in blocks])
        found = self._begins[key] = [one for one in found if one[0] <= one[1]]
        return found

    def _joinable(self, choice: Choice) -> list[int]:
        """Return the starts at which a class is held already and has room."""
        part = choice.parts[0]
        starts = {one[0] - part.busy_from for one in self._taken.get(part.resource_id, ()) if one[2]}
        return sorted(
            start
            for start in starts
            if self._low <= start <= self._high and self._session_at(choice, start) and self._can_join(choice, start)
        )

    def _can_join(self, choice: Choice, minute: int) -> bool:
        session = session_of(choice, minute)
        return (
            all(self._is_free(one.resource_id, one, minute, session) for one in choice.parts)
            and all(
                sum(self._is_free(one, pool, minute, session) for one in pool.options) >= pool.needed
                for pool in choice.pools
            )
            and fits(counts_at(choice.counts, self._place.zone, minute), self._used)
        )

    def _session_at(self, choice: Choice, minute: int) -> str:
        """Return the session that the choice would join at a minute, "" where there is none yet."""
        if choice.class_id is None:
            return ""
        session = session_of(choice, minute)
        return session if self._belongs(choice.parts[0].resource_id, session) else ""

    def _belongs(self, resource_id: ResourceId, session: str) -> bool:
        owners = self._owners.get(resource_id)
        if owners is None:
            owners = self._owners[resource_id] = {one[2] for one in self._taken.get(resource_id, ())}
        return session in owners

    def _open(self, resource_id: ResourceId, service_id: ServiceId | None) -> list[Span]:
        """Return when a resource is open, half-open."""
        key = (resource_id, service_id)
        if key not in self._opens:
            span = (self._first, self._last)
            self._opens[key] = open_stretches(self._directory, self._place, resource_id, *span, service_id)
        return self._opens[key]

    def _is_free(self, resource_id: ResourceId, part: Part | Pool, minute: int, session: str) -> bool:
        """Return whether a resource could serve a start: open, and taken by nobody but the session that is joined."""
        if not session:
            spans = self._of(resource_id, part)
            at = bisect_right(spans, (minute, self._high)) - 1
            return at >= 0 and spans[at][0] <= minute <= spans[at][1]
        if part.open_from < part.open_until and not any(
            start <= minute + part.open_from and minute + part.open_until <= end
            for start, end in self._open(resource_id, part.service_id)
        ):
            return False
        begin, end = minute + part.busy_from, minute + part.busy_until
        return begin >= end or not any(
            one[0] < end and begin < one[1] and one[2] != session for one in self._taken.get(resource_id, ())
        )


def current(
    taken: Mapping[ResourceId, Sequence[Block]], minute: int, without: Collection[str] = ()
) -> dict[ResourceId, list[Block]]:
    """Return what is still taken in an epoch minute: without holds that are over and without these owners' blocks."""
    return {
        resource_id: [one for one in blocks if (not one[3] or one[3] > minute) and not (without and one[2] in without)]
        for resource_id, blocks in taken.items()
    }


def _both(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """Return what two lists of spans, each ascending, have in common."""
    found, left, right = [], 0, 0
    while left < len(some) and right < len(others):
        first, last = max(some[left][0], others[right][0]), min(some[left][1], others[right][1])
        if first <= last:
            found.append((first, last))
        if some[left][1] < others[right][1]:
            left += 1
        else:
            right += 1
    return found


def _enough(lists: Iterable[Sequence[Span]], needed: int) -> list[Span]:
    """Return when at least so many of these lists have a span."""
    edges = sorted(
        [(one[0], 1) for spans in lists for one in spans] + [(one[1] + 1, -1) for spans in lists for one in spans]
    )
    found: list[Span] = []
    count, begun = 0, None
    for index, (at, by) in enumerate(edges):
        count += by
        if index + 1 < len(edges) and edges[index + 1][0] == at:
            continue
        if count >= needed and begun is None:
            begun = at
        elif count < needed and begun is not None:
            found.append((begun, at - 1))
            begun = None
    return found


def _without(spans: Sequence[Span], gone: Sequence[Span]) -> list[Span]:
    """Return spans less what is gone: half-open, ascending by its start."""
    found: list[Span] = []
    at = 0
    for first, last in spans:
        while at < len(gone) and gone[at][1] <= first:
            at += 1
        for start, end in gone[at:]:
            if start > last:
                break
            if end <= first:
                continue
            if start > first:
                found.append((first, start - 1))
            first = end  # noqa: PLW2901 - what is left of it
        if first <= last:
            found.append((first, last))
    return found


def _in_one(stretches: list[Stretch]) -> list[Stretch]:
    """Sort stretches of the same range and join those that meet."""
    joined: list[Stretch] = []
    for opens, first, last in sorted(stretches, key=lambda one: (one[1], one[2])):
        if joined and joined[-1][0] == opens and first <= joined[-1][2] + 1:
            joined[-1] = (opens, joined[-1][1], max(joined[-1][2], last))
        else:
            joined.append((opens, first, last))
    return joined
