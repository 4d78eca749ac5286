"""The resident engine: answers wishes from what it keeps, with the same result as `domain.availability`."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from domain.availability import counted_of, reach_of, taken_of, visit_for
from domain.bit_plan import Plan, by_bits
from domain.bit_search import Search
from domain.hours import ceil_minute, floor_minute
from domain.kept import View
from domain.limits import used_with
from domain.starts import NOTHING, starts, within_horizon

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from domain.availability import Wish
    from domain.businesses import Directory
    from domain.ids import BusinessId, ResourceId
    from domain.kept import Row, Source
    from domain.limits import Used
    from domain.occupancy import Block, Busy, Count
    from domain.starts import Look, Start
    from domain.visits import Visit

_WEEK = 7 * 1440
_MONDAY = 4 * 1440
"""The first Monday of the epoch: windows are whole weeks, so that neighbouring questions read the same."""
_ROOM = 3 * _WEEK
"""A window that grows once grows by so much more than is asked for."""
_AGE = 6 * _WEEK
"""A window that began so long ago is left behind with all that has passed."""
_PLANS = 128
_LOOKS = 256
"""After so many answers a view is measured again: what was derived for new kinds of visits takes memory too."""


class Resident:
    """Keeps views of businesses; those asked for longest ago are dropped when all together take too much memory."""

    def __init__(self, most_bytes: int = 64 << 20) -> None:
        """Begin with nothing known; `most_bytes` is about what all views together may take."""
        self._most = most_bytes
        self._views: OrderedDict[BusinessId, View] = OrderedDict()
        self._measured: dict[BusinessId, int] = {}
        self._answers = 0
        self.fallbacks = 0
        """How many wishes were answered by the interval engine, from the same blocks."""

    @property
    def bytes(self) -> int:
        """About how much memory all views take together."""
        return sum(self._measured.values())

    async def starts(
        self,
        directory: Directory,
        wish: Wish,
        now: datetime,
        calendar: Source,
        without: Collection[str] = (),
        overlay: Sequence[Busy] = (),
        overlay_used: Sequence[Count] = (),
    ) -> list[Start]:
        """Return every start that suits the wish, in order of time, with the choice that the business would make.

        `without` names holds and bookings that do not block, `overlay` what is taken beside what the calendar holds,
        and `overlay_used` what it uses up. Raises NotOffered.
        """
        visit = visit_for(directory, wish)
        reach = reach_of(directory, wish, now)
        if reach is None:
            return []
        minute = floor_minute(now)
        view = self._view(directory, floor_minute(reach[0]), ceil_minute(reach[1]), minute)
        used: Used = NOTHING
        counted = counted_of(visit, *reach)
        if counted is not None:
            used = used_with(await calendar.used(*counted, now, tuple(without)), overlay_used)
        await view.read(calendar, visit.resource_ids, minute)  # last: until the answer nobody else can renew the rows
        found = self._found(view, visit, wish, now, used, without, taken_of(overlay) if overlay else {})
        self._settle(view)
        return found

    def _found(
        self,
        view: View,
        visit: Visit,
        wish: Wish,
        now: datetime,
        used: Used,
        without: Collection[str],
        more: Mapping[ResourceId, Sequence[Block]],
    ) -> list[Start]:
        rows: Mapping[ResourceId, Row] = view.rows
        changed = bool(more)
        if without or more:
            rows = {one: view.rows[one].but(without, more.get(one, ())) for one in visit.resource_ids}
            changed = any(rows[one] is not view.rows[one] for one in visit.resource_ids)
        if not changed:
            rows = view.rows  # which goes on being true: a search that is kept must see what is read later
        directory = view.directory
        if not by_bits(directory, visit):
            self.fallbacks += 1
            return starts(directory, visit, wish, {one: rows[one].blocks for one in visit.resource_ids}, now, used)
        plan = self._plan(view, visit)
        kept = {} if changed else view.derived

        def find(asked: Wish, looks: Sequence[Look]) -> list[Start]:
            days = plan.candidates([one[0] for one in looks])
            search = kept.get(plan)
            if not isinstance(search, Search) or search.cell != plan.cell:
                search = kept[plan] = Search(plan, rows)
            return search.found(asked, looks, days, used)

        return within_horizon(directory, visit, wish, now, find)

    @staticmethod
    def _plan(view: View, visit: Visit) -> Plan:
        plan: Plan | None = view.plans.get(id(visit))  # which the plan keeps, so that no other visit has this id
        if plan is None:
            if len(view.plans) >= _PLANS:
                view.plans.clear()
                view.derived.clear()
            plan = view.plans[id(visit)] = Plan(view, visit)
        return plan

    def _view(self, directory: Directory, start: int, end: int, now: int) -> View:
        """Return the view of a business whose window holds a range of epoch minutes."""
        business_id = directory.business.id
        view = self._views.get(business_id)
        origin = start - (start - _MONDAY) % _WEEK
        if view is not None and view.directory is directory:
            fresh = now - view.origin <= _AGE
            if fresh and view.origin <= start and end <= view.end:
                self._views.move_to_end(business_id)
                return view
            if end > view.end:
                end += _ROOM
            origin, end = min(origin, view.origin) if fresh else origin, max(end, view.end)
        view = self._views[business_id] = View(directory, origin, origin - (origin - end) // _WEEK * _WEEK)
        self._views.move_to_end(business_id)
        return view

    def _settle(self, view: View) -> None:
        """Measure a view after it was asked, and drop others until there is room for it."""
        self._answers += 1
        business_id = view.directory.business.id
        if not view.grown and self._answers % _LOOKS and business_id in self._measured:
            return
        view.grown = False
        self._measured[business_id] = view.bytes
        while self.bytes > self._most and len(self._views) > 1:
            oldest, _ = self._views.popitem(last=False)
            self._measured.pop(oldest, None)
