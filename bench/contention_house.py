"""Businesses whose time everybody wants: hot ones with hardly any of it, and spread ones with plenty."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from domain.availability import Opening, Wish, openings
from domain.businesses import Business, Directory, Hours, Join, Place, Policies, Resource, Service, Staff
from domain.customers import Customer
from domain.ids import derived_id
from domain.money import Money
from domain.occupancy import Count

if TYPE_CHECKING:
    from domain.bookings import Booking

HOLD = timedelta(milliseconds=400)
"""So short that holds run out while everybody is at it."""
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
            found = openings(self.directory, wish, (), now)
            if self.directory.service[wish.service_ids[0]].seats:
                found = [one for one in found if self._minute(one.starts_at) in CLASSES]
            self._everything[wish] = found
        return found

    def _minute(self, moment: datetime) -> int:
        local = moment.astimezone(ZoneInfo(self.place.zone))
        return local.hour * 60 + local.minute

    def counted(self, opening: Opening, service: Service, party: int | None) -> Opening:
        """Return an opening with what it uses up, and its class, where it does not say so itself."""
        if service.seats and not opening.session:
            assert opening.staff_id is not None
            session = derived_id("session", service.id, opening.staff_id, opening.starts_at.isoformat())
            key = f"seats:{service.id}:{opening.staff_id}"
            count = Count(key, opening.starts_at, party or 1, service.seats)
            return replace(opening, session=session, counts=(*opening.counts, count))
        pacing = self.directory.business.policies.pacing
        if service.needs == "table" and pacing and not any(one.key.startswith("pace:") for one in opening.counts):
            count = Count(f"pace:{self.place.id}", quarter(opening.starts_at), party or 1, pacing)
            return replace(opening, counts=(*opening.counts, count))
        return opening

    def opening_of(self, booking: Booking) -> Opening:
        """Return the opening that a booking has, or had."""
        service = self.directory.service[booking.items[0].service_id]
        plain = Opening(
            booking.place_id,
            booking.starts_at,
            booking.ends_at,
            booking.resource_ids,
            booking.starts_at - timedelta(minutes=service.buffer_before),
            booking.ends_at + timedelta(minutes=service.buffer_after),
            booking.staff_id,
        )
        return self.counted(plain, service, booking.party_size)


def quarter(moment: datetime) -> datetime:
    """Return the quarter of an hour that a moment lies in."""
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)


def houses() -> list[House]:
    """Return a hot and a spread salon, a hot and a spread restaurant."""
    return [
        House(_salon("hot-salon", people=2, rooms=1), 4, 1),
        House(_bistro("hot-bistro", (2, 2, 4, 4, 6), pacing=5), 4, 1),
        House(_salon("spread-salon", people=16, rooms=4), 1, 4),
        House(_bistro("spread-bistro", (2, 4, 4, 6, 8) * 5, pacing=12), 1, 4),
    ]


def _business(slug: str, trade: str, **policies: Any) -> Business:
    rules = Policies(
        minimum_notice=timedelta(0), hold=HOLD, waitlist_offer=HOLD, horizon_days=3650, party_limit=99, **policies
    )
    return Business(derived_id("contention", slug), slug, slug, trade, "EUR", "PT", policies=rules)


def _salon(slug: str, *, people: int, rooms: int) -> Directory:
    business = _business(slug, "salon")
    b = business.id
    place = Place(f"{b}:place", "Rua", "Europe/Lisbon")
    price = Money(2500, "EUR")
    services = (
        Service(f"{b}:cut", "Cut", 45, price, buffer_after=10),
        Service(f"{b}:trim", "Trim", 30, price),
        Service(f"{b}:colour", "Colour", 90, price, buffer_before=5, buffer_after=15, needs_room=True),
        Service(f"{b}:laser", "Laser", 20, price, equipment=("laser",)),
        Service(f"{b}:yoga", "Yoga", 60, price, buffer_after=15, seats=6),
    )
    ids = tuple(one.id for one in services)
    teacher = Staff(f"{b}:staff-teacher", "Teacher", (f"{b}:trim", f"{b}:yoga"))
    staff = (teacher, *(Staff(f"{b}:staff-{number}", f"S{number}", ids[:4]) for number in range(people)))
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
            *(Hours(ids[4], day, start, start + 60) for day in range(7) for start in CLASSES),
        ),
    )


def _bistro(slug: str, tables: tuple[int, ...], *, pacing: int) -> Directory:
    turns = ((2, 60), (4, 75), (99, 95))
    business = _business(slug, "restaurant", pacing=pacing, turn_minutes=turns, pin_before=timedelta(0))
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
