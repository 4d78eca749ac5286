"""A large salon, the same for a seed: hundreds of staff on different shifts, and weeks of bookings."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from domain.bookings import Booking, BookingEvent, Item, MakeBooking, Status
from domain.businesses import Business, Directory, Hours, Place, Policies, Resource, Service, Staff
from domain.hours import epoch_minute, moment_of
from domain.money import Money
from domain.occupancy import Take

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.ids import CustomerId

ZONE = "Europe/Lisbon"
NOW = datetime(2026, 10, 14, 7, 12, tzinfo=UTC)
"""A Wednesday; the clock is put back eleven days later."""
SERVICES = (
    Service("cut", "Haircut", 45, Money(3500, "EUR"), buffer_after=10),
    Service("color", "Colour", 90, Money(8000, "EUR"), buffer_after=15),
    Service("beard", "Beard trim", 20, Money(1500, "EUR"), buffer_after=5),
)
SHIFTS = ((9, 17), (10, 18), (12, 20), (9, 13), (14, 20), (11, 19))
"""Every second member of staff has one of these; the others work when the salon is open."""
_PAUSES = (0, 0, 0, 5, 10, 15, 30, 45)


def large_salon(staff: int, business_id: str = "large-salon") -> Directory:
    """Return a salon with so many members of staff, open all week, its starts on a grid of a quarter of an hour."""
    people = [f"staff-{number:04}" for number in range(staff)]
    hours = [Hours("place", weekday, 9 * 60, 20 * 60) for weekday in range(7)]
    for number, person in enumerate(people):
        if number % 2:
            opens, closes = SHIFTS[number // 2 % len(SHIFTS)]
            off = number // 2 % 7
            hours += [
                Hours(person, day, opens * 60, closes * 60) for day in range(7) if day not in {off, (off + 1) % 7}
            ]
    return Directory(
        business=Business(business_id, business_id, "Large Salon", "salon", "EUR", "PT", policies=Policies(grid=15)),
        places=(Place("place", "Place", ZONE),),
        services=SERVICES,
        staff=tuple(Staff(one, one.title(), tuple(service.id for service in SERVICES)) for one in people),
        resources=tuple(Resource(one, "place", "staff", one) for one in people),
        hours=tuple(hours),
    )


def bookings(
    directory: Directory, customer_id: CustomerId, first: date, days: int, seed: int = 1
) -> Iterator[MakeBooking]:
    """Yield bookings that fill most of the days of everybody, none overlapping another."""
    chance = Random(seed)
    for number, person in enumerate(directory.staff):
        for day in range(days):
            on = first + timedelta(days=day)
            minute = epoch_minute(ZONE, on, 9 * 60) + chance.choice(_PAUSES)
            closes = epoch_minute(ZONE, on, 20 * 60)
            busy = chance.choice((3, 5, 7, 8))  # how many of ten gaps are filled
            while minute < closes - 100:
                service = chance.choice(SERVICES)
                if chance.randrange(10) < busy:
                    yield _booked(directory, customer_id, f"{number}-{minute}", person.id, service, minute)
                minute += service.minutes + service.buffer_after + chance.choice(_PAUSES)


def _booked(
    directory: Directory, customer_id: CustomerId, key: str, staff_id: str, service: Service, minute: int
) -> MakeBooking:
    starts_at, ends_at = moment_of(minute), moment_of(minute + service.minutes)
    booking = Booking(
        id=f"booking-{key}",
        business_id=directory.business.id,
        place_id="place",
        customer_id=customer_id,
        status=Status.CONFIRMED,
        items=(Item(service.id, service.name, service.minutes, service.price),),
        starts_at=starts_at,
        ends_at=ends_at,
        created_at=NOW,
        staff_id=staff_id,
        resource_ids=(staff_id,),
        code=f"code-{key}",
    )
    take = Take((staff_id,), starts_at, moment_of(minute + service.minutes + service.buffer_after))
    return MakeBooking(booking, take, BookingEvent(booking.id, "booked", "bot", NOW, id=f"event-{key}"), key)
