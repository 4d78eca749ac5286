"""Businesses whose time everybody wants: hot ones with hardly any of it, and spread ones with plenty."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from domain.availability import Opening, Wish, openings
from domain.businesses import Business, Directory, Hours, Join, Limits, Place, Policies, Resource, Service, Staff
from domain.customers import Customer
from domain.hours import floor_minute
from domain.ids import derived_id
from domain.limits import counts_at, limits_of, pacing_of, seats_of
from domain.money import Money

if TYPE_CHECKING:
    from domain.bookings import Booking

HOLD = timedelta(seconds=1)
"""So short that holds run out while everybody is at it."""
QUICK_HOLD = timedelta(milliseconds=30)
"""The same in memory, where everything is over sooner."""
CUSTOMERS = 40
CLASSES = (540, 720, 1080)
"""Local minutes at which classes begin."""
PARTIES = (1, 2, 2, 2, 3, 4, 4, 5, 6)


@dataclass(frozen=True)
class House:
    """A business, and how it is crowded."""

    directory: Directory
    weight: int
    """How much of the crowd comes here."""
    days: int
    """How many days are asked for at a time."""
    _everything: dict[Wish, list[Opening]] = field(default_factory=dict, compare=False)

    @property
    def id(self) -> str:
        """The business's id."""
        return self.directory.business.id

    @property
    def place(self) -> Place:
        """Its one place."""
        return self.directory.places[0]

    @cached_property
    def customers(self) -> list[Customer]:
        """Who comes: everybody is served by every worker."""
        made = datetime(2026, 1, 1, tzinfo=UTC)
        return [Customer(f"{self.id}:customer-{number}", self.id, made) for number in range(CUSTOMERS)]

    @cached_property
    def terms(self) -> dict[str, Any]:
        """What a checker must know of the set-up, in plain values."""
        services = self.directory.services
        return {
            "place": self.place.id,
            "zone": self.place.zone,
            "limits": {
                owner: {name.removeprefix("per_"): cap for name, cap in asdict(limits).items() if cap}
                for owner, limits in (
                    *((one.id, one.limits) for one in services),
                    *((one.id, one.limits) for one in self.directory.staff),
                )
            },
            "buffers": {one.id: (one.buffer_before, one.buffer_after) for one in services},
            "seats": {one.id: one.seats for one in services if one.seats},
            "pacing": self.directory.business.policies.pacing,
        }

    def wish(self, service: Service, on: date, party: int | None, staff_id: str | None = None) -> Wish:
        """Return the wish for a day."""
        return Wish(self.place.id, (service.id,), on, on, staff_id, party, online=False)

    def everything(self, wish: Wish, now: datetime) -> list[Opening]:
        """Return every start of a wish as if nothing were taken: whoever asks so is stopped by nobody but the store."""
        found = self._everything.get(wish)
        if found is None:
            found = self._everything[wish] = openings(self.directory, wish, (), now)
        return found

    def opening_of(self, booking: Booking) -> Opening:
        """Return the opening that a booking has, or had."""
        return self.opening_with(booking, booking.resource_ids, booking.staff_id)

    def opening_with(self, booking: Booking, resource_ids: tuple[str, ...], staff_id: str | None) -> Opening:
        """Return the time of a booking with other resources, whether or not they are free."""
        service = self.directory.service[booking.items[0].service_id]
        party = booking.party_size or 1
        counted = limits_of(self.directory, [service], [staff_id] if staff_id else [])
        session = ""
        if service.seats:
            counted = (*counted, seats_of(service, staff_id, party))
            session = derived_id("session", service.id, staff_id or "", booking.starts_at.isoformat())
        if service.needs == "table":
            counted = (*counted, *pacing_of(self.directory, self.place.id, party, online=False))
        return Opening(
            booking.place_id,
            booking.starts_at,
            booking.ends_at,
            tuple(sorted(resource_ids)),
            booking.starts_at - timedelta(minutes=service.buffer_before),
            booking.ends_at + timedelta(minutes=service.buffer_after),
            staff_id,
            session=session,
            counts=counts_at(counted, self.place.zone, floor_minute(booking.starts_at)),
        )


def houses(store: str) -> list[House]:
    """Return a hot and a spread salon, a hot and a spread restaurant, as fast as a kind of store is."""
    hold = QUICK_HOLD if store == "memory" else HOLD
    return [
        House(_salon("hot-salon", people=2, rooms=1, hold=hold), 4, 1),
        House(_bistro("hot-bistro", (2, 2, 4, 4, 6), pacing=5, hold=hold), 4, 1),
        House(_salon("spread-salon", people=16, rooms=4, hold=hold), 1, 4),
        House(_bistro("spread-bistro", (2, 4, 4, 6, 8) * 5, pacing=12, hold=hold), 1, 4),
    ]


def _business(slug: str, trade: str, hold: timedelta, **policies: Any) -> Business:
    rules = Policies(
        minimum_notice=timedelta(0), hold=hold, waitlist_offer=hold, horizon_days=3650, party_limit=99, **policies
    )
    return Business(derived_id("contention", slug), slug, slug, trade, "EUR", "PT", policies=rules)


def _salon(slug: str, *, people: int, rooms: int, hold: timedelta) -> Directory:
    business = _business(slug, "salon", hold)
    b = business.id
    place = Place(f"{b}:place", "Rua", "Europe/Lisbon")
    price = Money(2500, "EUR")
    services = (
        Service(f"{b}:cut", "Cut", 45, price, buffer_after=10),
        Service(f"{b}:trim", "Trim", 30, price),
        Service(f"{b}:colour", "Colour", 90, price, buffer_before=5, buffer_after=15, needs_room=True),
        Service(f"{b}:laser", "Laser", 20, price, equipment=("laser",), limits=Limits(per_day=5, per_week=30)),
        Service(f"{b}:pair", "Pair", 40, price, staff_needed=2, limits=Limits(per_month=200)),
        Service(f"{b}:yoga", "Yoga", 60, price, buffer_after=15, seats=6),
    )
    ids = tuple(one.id for one in services)
    teacher = Staff(f"{b}:staff-teacher", "Teacher", (f"{b}:trim", f"{b}:yoga"))
    busy = Limits(per_day=14, per_year=5000)
    others = (Staff(f"{b}:staff-{number}", f"S{number}", ids[:5], limits=busy) for number in range(people))
    staff = (teacher, *others)
    return Directory(
        business=business,
        places=(place,),
        services=services,
        staff=staff,
        resources=(
            *(Resource(one.id, place.id, "staff", one.name) for one in staff),
            *(Resource(f"{b}:room-{number}", place.id, "room", f"R{number}") for number in range(rooms)),
            Resource(f"{b}:laser-1", place.id, "equipment", "Laser", features=("laser",)),
        ),
        hours=(
            *(Hours(place.id, day, 480, 1200) for day in range(7)),
            *(Hours(ids[5], day, start, start + 60) for day in range(7) for start in CLASSES),
        ),
    )


def _bistro(slug: str, tables: tuple[int, ...], *, pacing: int, hold: timedelta) -> Directory:
    turns = ((2, 60), (4, 75), (99, 95))
    business = _business(slug, "restaurant", hold, pacing=pacing, turn_minutes=turns, pin_before=timedelta(0))
    b = business.id
    place = Place(f"{b}:place", "Cais", "Europe/Lisbon")
    stand = tuple(
        Resource(f"{b}:table-{number}", place.id, "table", f"T{number}", 1, seats, area="hall")
        for number, seats in enumerate(tables)
    )
    return Directory(
        business=business,
        places=(place,),
        services=(Service(f"{b}:table", "Table", 90, needs="table", buffer_after=5),),
        staff=(),
        resources=stand,
        hours=tuple(Hours(place.id, day, 720, 1380) for day in range(7)),
        joins=(Join(f"{b}:join", (stand[0].id, stand[2].id), 4, 6),),
    )
