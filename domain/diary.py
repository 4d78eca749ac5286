"""The diary: when something can be had as one desk sees it, its own holds and bookings of this turn included."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.availability import Start, counted_of, grid_starts, reach_of, starts, taken_of, visit_for
from domain.bookings import TAKING
from domain.hours import floor_minute, local_date
from domain.limits import used_with
from domain.seating.evening import evening_of
from domain.seating.forecast import forecast_of
from domain.seating.layout import layout_of
from domain.seating.openings import seated_openings
from domain.seating.protect import prices_of
from domain.tables import longest_turn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from domain.availability import Opening, Wish
    from domain.bookings import Booking
    from domain.businesses import Directory
    from domain.ids import CustomerId, PlaceId, ResourceId, StaffId
    from domain.limits import Used
    from domain.occupancy import Busy
    from domain.overlay import Overlay
    from domain.ports import Calendar
    from domain.resident import Resident
    from domain.seating.evening import Evening
    from domain.seating.forecast import Forecast
    from domain.seating.protect import Prices
    from domain.starts import Taken
    from domain.visits import Visit


_AN_EVENING = timedelta(days=1)
"""In a longer window of days nobody is re-seated: what has a table free is enough to choose from."""

_PAST = timedelta(weeks=8)
"""So far back bookings say what to expect."""
_LARGE = 20
"""So many calendars times days are worth keeping: what is smaller is read as quickly as it is looked up."""


class Diary:
    """Answers wishes from the calendar and from what its desk was told; what it has read it does not read again."""

    def __init__(
        self,
        directory: Directory,
        calendar: Calendar,
        overlay: Overlay,
        now: datetime,
        customer_id: CustomerId | None = None,
        resident: Resident | None = None,
    ) -> None:
        """Open it at a moment.

        `customer_id` is who asks, where some are given whom they had last; `resident` the engine that keeps calendars
        of this process, without which they are read.
        """
        self._directory = directory
        self._calendar = calendar
        self._overlay = overlay
        self._now = now
        self._customer_id = customer_id
        self._resident = resident
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
        if visit.services[0].needs == "table" and wish.last - wish.first <= _AN_EVENING:
            return visit, await self._seated(visit, wish, reach, hidden, without)
        if self._resident is not None and len(visit.resource_ids) * ((wish.last - wish.first).days + 1) >= _LARGE:
            return visit, await self._resident.starts(
                self._directory,
                wish,
                self._now,
                self._calendar,
                hidden,
                list(self._overlay.busy(visit.resource_ids, *reach, without)),
                self._overlay.used(without),
            )
        taken = await self._taken(visit.resource_ids, *reach, hidden, without)
        used = await self._used(visit, *reach, hidden, without)
        return visit, starts(self._directory, visit, wish, taken, self._now, used)

    async def _seated(
        self,
        visit: Visit,
        wish: Wish,
        reach: tuple[datetime, datetime],
        hidden: tuple[str, ...],
        without: Sequence[str],
    ) -> list[Start]:
        """Return the starts at which a party can be seated, others changing tables for it where the house does that.

        Who sits where is only read when a start of the grid has no table free, or when large tables are protected from
        who asks from outside.
        """
        directory, policies, now = self._directory, self._directory.business.policies, self._now
        tables = tuple(one.id for one in layout_of(directory, wish.place_id).tables)
        taken = await self._taken(tables, *reach, hidden, without)
        used = await self._used(visit, *reach, hidden, without)
        if policies.protect > 0 and wish.online:
            evening = evening_of(await self._parties(reach, hidden), taken, now, policies)
            prices = await self._prices(wish, evening)
            return _as_starts(visit, seated_openings(directory, wish, evening, now, used, prices=prices))
        evening = evening_of((), taken, now, policies)
        found = seated_openings(directory, wish, evening, now, used)
        if policies.seating == "late" and taken and len(found) < len(grid_starts(directory, visit, wish, now)):
            evening = evening_of(await self._parties(reach, hidden), taken, now, policies)
            found = seated_openings(directory, wish, evening, now, used)
        return _as_starts(visit, found)

    async def _prices(self, wish: Wish, evening: Evening) -> Prices:
        """Return what tables are worth to the parties that are still expected on the days of a wish.

        The forecast is made once a day from the bookings of the last weeks, and kept on the directory.
        """
        directory, now = self._directory, self._now
        zone = directory.place[wish.place_id].zone
        kept: dict[tuple[PlaceId, date], Forecast] = directory.__dict__.setdefault("_forecasts", {})
        key = (wish.place_id, local_date(zone, now))
        if key not in kept:
            past = await self._calendar.bookings_between(now - _PAST, now)
            kept.clear()
            kept[key] = forecast_of(directory, wish.place_id, past)
        days = [wish.first + timedelta(days=ahead) for ahead in range((wish.last - wish.first).days + 1)]
        demands = [one for day in days for one in kept[key].left(day, now)]
        return prices_of(layout_of(directory, wish.place_id), evening, directory.business.policies, demands)

    async def _parties(self, reach: tuple[datetime, datetime], hidden: tuple[str, ...]) -> list[Booking]:
        """Return the bookings that have tables in a range of time, as this desk knows them."""
        begin = reach[0] - timedelta(minutes=longest_turn(self._directory.business.policies))
        stored = await self._calendar.bookings_between(begin, reach[1])
        known = {one.id: one for one in stored if one.id not in hidden}
        known.update(self._overlay.bookings)
        return [one for one in known.values() if one.status in TAKING]

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
        return used_with(stored, self._overlay.used(without))


def _as_starts(visit: Visit, found: Sequence[Opening]) -> list[Start]:
    zone = visit.place.zone
    return [
        Start(floor_minute(one.starts_at), visit.choices[0], local_date(zone, one.starts_at), (), one) for one in found
    ]
