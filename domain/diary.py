"""The diary: when something can be had as one desk sees it, its own holds and bookings of this turn included."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.availability import counted_of, reach_of, starts, taken_of, visit_for
from domain.limits import used_with

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.availability import Start, Wish
    from domain.businesses import Directory
    from domain.ids import CustomerId, ResourceId, StaffId
    from domain.limits import Used
    from domain.occupancy import Busy
    from domain.overlay import Overlay
    from domain.ports import Calendar
    from domain.starts import Taken
    from domain.visits import Visit


class Diary:
    """Answers wishes from the calendar and from what its desk was told; what it has read it does not read again."""

    def __init__(
        self,
        directory: Directory,
        calendar: Calendar,
        overlay: Overlay,
        now: datetime,
        customer_id: CustomerId | None = None,
    ) -> None:
        """Open it at a moment; `customer_id` is who asks, where some are given whom they had last."""
        self._directory = directory
        self._calendar = calendar
        self._overlay = overlay
        self._now = now
        self._customer_id = customer_id
        self._usual: StaffId | None = None
        self._read: dict[tuple[object, ...], Sequence[Busy]] = {}

    async def starts(self, wish: Wish, without: Sequence[str] = ()) -> tuple[Visit, list[Start]]:
        """Return what a wish takes and every start that suits it, in order of time. Raises NotOffered.

        `without` names holds and bookings that do not block.
        """
        wish = await self._with_the_usual(wish)
        visit = visit_for(self._directory, wish)
        reach = reach_of(self._directory, wish, self._now)
        if reach is None:
            return visit, []
        hidden = (*self._overlay.gone, *without)
        taken = await self._taken(visit.resource_ids, *reach, hidden, without)
        used = await self._used(visit, *reach, hidden, without)
        return visit, starts(self._directory, visit, wish, taken, self._now, used)

    async def _with_the_usual(self, wish: Wish) -> Wish:
        """Prefer whom the customer had last, where the business wants it so and nobody is wished."""
        customer = self._customer_id if self._directory.business.policies.anyone == "last" else None
        if customer is None or wish.staff_id or wish.preferred:
            return wish
        if self._usual is None:
            self._usual = await self._calendar.last_staff(customer) or ""
        return replace(wish, preferred=self._usual or None)

    async def _taken(
        self,
        resource_ids: tuple[ResourceId, ...],
        start: datetime,
        end: datetime,
        hidden: tuple[str, ...],
        without: Sequence[str],
    ) -> Taken:
        key = (resource_ids, start, end, hidden)
        stored = self._read.get(key)
        if stored is None:
            stored = self._read[key] = await self._calendar.busy(resource_ids, start, end, self._now, hidden)
        return taken_of([*stored, *self._overlay.busy(resource_ids, start, end, without)])

    async def _used(
        self, visit: Visit, start: datetime, end: datetime, hidden: tuple[str, ...], without: Sequence[str]
    ) -> Used:
        counted = counted_of(visit, start, end)
        if counted is None:
            return {}
        stored = await self._calendar.used(*counted, self._now, hidden)
        return used_with(stored, self._overlay.used(counted[0], without))
