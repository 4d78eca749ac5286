"""Small businesses for scheduling tests, and what they answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.availability import Opening, Wish, openings
from domain.businesses import Business, DateOverride, Directory, Hours, Place, Policies, Resource, Service, Staff
from domain.money import Money
from domain.occupancy import Busy

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
"""A Friday."""
MONDAY = date(2026, 11, 23)
CUT = Service("cut", "Haircut", 60, Money(2500, "EUR"))


def salon(
    *names: str,
    zone: str = "Europe/Lisbon",
    services: tuple[Service, ...] = (CUT,),
    hours: tuple[Hours, ...] = (),
    overrides: tuple[DateOverride, ...] = (),
    rooms: int = 0,
    does: dict[str, tuple[str, ...]] | None = None,
    **policies: Any,
) -> Directory:
    """Return a salon, open from 9 to 13 every day unless hours are given, on an hourly grid unless it is given."""
    everything = tuple(one.id for one in services)
    policies = {"grid": 60, "minimum_notice": timedelta(0), **policies}
    return Directory(
        business=Business("biz", "biz", "Biz", "salon", "EUR", "PT", policies=Policies(**policies)),
        places=(Place("place", "Place", zone),),
        services=services,
        staff=tuple(Staff(name, name.title(), (does or {}).get(name, everything)) for name in names),
        resources=(
            *(Resource(name, "place", "staff", name) for name in names),
            *(Resource(f"room{number}", "place", "room", f"Room {number}") for number in range(rooms)),
        ),
        hours=hours or every_day(9 * 60, 13 * 60),
        overrides=overrides,
    )


def every_day(opens: int, closes: int, owner_id: str = "place") -> tuple[Hours, ...]:
    """Return the same hours for all seven days."""
    return tuple(Hours(owner_id, weekday, opens, closes) for weekday in range(7))


def wish(on: date = MONDAY, last: date | None = None, services: tuple[str, ...] = ("cut",), **more: Any) -> Wish:
    """Return a wish for one day, unless a last one is given."""
    return Wish("place", services, on, last or on, **more)


def utc(on: date, hour: int, minute: int = 0, zone: str = "Europe/Lisbon") -> datetime:
    """Return the moment of a wall time."""
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def busy(resource_id: str, start: datetime, minutes: int = 60) -> Busy:
    """Return a resource taken for so long."""
    return Busy(resource_id, start, start + timedelta(minutes=minutes))


def times(directory: Directory, what: Wish, *taken: Busy, now: datetime = NOW) -> list[str]:
    """Return the local starts, as `9:00` or with who serves `9:00 anna`."""
    return [shown(directory, one) for one in openings(directory, what, taken, now)]


def shown(directory: Directory, opening: Opening) -> str:
    """Return an opening's local start and who serves it."""
    local = opening.starts_at.astimezone(ZoneInfo(directory.place[opening.place_id].zone))
    return f"{local.hour}:{local:%M}" + (f" {opening.staff_id}" if opening.staff_id else "")
