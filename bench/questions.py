"""Random businesses, what is taken of them, and questions: every rule mixed with every other, the same for a seed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from domain.availability import Wish
from domain.businesses import (
    Business,
    DateOverride,
    Directory,
    Hours,
    Join,
    Limits,
    Place,
    Policies,
    Resource,
    Service,
    Staff,
    Terms,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from domain.ids import ResourceId

ZONES = (
    "Europe/Lisbon",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Santiago",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Asia/Gaza",
    "Pacific/Chatham",
)
NAMES = ("anna", "rosa", "zoe")
AREAS = ("hall", "terrace")
FEATURES = ("window", "quiet", "accessible", "outdoor")
WINDOWS = (*[(0, 2160)] * 6, (540, 1020), (600, 600), (0, 300), (1200, 1800), (480, 2000))
EVEN = (5, 10, 15, 15, 20, 30, 30, 45, 60)
"""Grids that most businesses have."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, when, and whose holds and bookings do not block."""

    wish: Wish
    now: datetime
    without: tuple[str, ...] = ()


@dataclass(slots=True)
class House:
    """A business, and a day around which everything happens in it."""

    directory: Directory
    day: date
    now: datetime
    tables: bool
    chance: Random = field(repr=False)

    @property
    def midnight(self) -> int:
        """Return the epoch minute at which its day begins."""
        zone = ZoneInfo(self.directory.places[0].zone)
        return int(datetime(self.day.year, self.day.month, self.day.day, tzinfo=zone).timestamp()) // 60


@cache
def changes(zone: str) -> tuple[date, ...]:
    """Return the local dates from 2020 to 2035 on which the zone's clock changes, and the day after each."""
    tz, found = ZoneInfo(zone), []
    day = datetime(2020, 1, 1, tzinfo=UTC)
    while day.year < 2036:
        following = day + timedelta(days=1)
        if following.astimezone(tz).utcoffset() != day.astimezone(tz).utcoffset():
            found += [day.astimezone(tz).date(), following.astimezone(tz).date()]
        day = following
    return tuple(found)


def house(chance: Random) -> House:
    """Return a random business with up to three members of staff, or a restaurant with up to five tables."""
    zone = chance.choice(ZONES)
    day = date(2020, 1, 1) + timedelta(days=chance.randrange(5800))
    if chance.random() < 0.4 and changes(zone):
        day = chance.choice(changes(zone)) - timedelta(days=chance.choice((0, 0, 1)))
    tables = chance.random() < 0.3
    place = Place("place", "Place", zone)
    policies = _policies(chance, day)
    services, staff, resources, joins = _restaurant(chance) if tables else _salon(chance)
    owners = [one.id for one in resources]
    hours = [
        Hours("place", weekday, *_range(chance, 240)) for weekday in range(7) for _ in range(chance.choice((1, 1, 2)))
    ]
    for owner in owners:
        if chance.random() < 0.3:
            hours += [Hours(owner, weekday, *_range(chance)) for weekday in range(7) if chance.random() < 0.8]
    for service in services:
        if chance.random() < (0.7 if service.seats else 0.15):
            hours += [Hours(service.id, weekday, *_range(chance)) for weekday in range(7) if chance.random() < 0.8]
    overrides = [
        DateOverride(
            chance.choice(("place", *owners)),
            day + timedelta(days=chance.randint(-1, 2)),
            tuple(_range(chance) for _ in range(chance.randint(0, 2))),
        )
        for _ in range(chance.choice((0, 0, 1, 2)))
    ]
    overrides = list({(one.owner_id, one.on): one for one in overrides}.values())
    directory = Directory(
        business=Business("biz", "biz", "Biz", "restaurant" if tables else "salon", "EUR", "PT", policies=policies),
        places=(place,),
        services=services,
        staff=staff,
        resources=resources,
        hours=tuple(hours),
        overrides=tuple(overrides),
        joins=joins,
    )
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    now = midnight + timedelta(seconds=chance.randint(-chance.choice((1, 3)) * 86400, 43200))
    return House(directory, day, now, tables, chance)


def question(of: House, owners: Sequence[str] = ()) -> Question:
    """Return a random question; `owners` are holds and bookings of which some may be told not to block."""
    chance, directory = of.chance, of.directory
    first = of.day + timedelta(days=chance.choice((0, 0, 0, 1, -1)))
    bookable = [one.id for one in directory.services if not one.addon_to and one.id not in directory.variants]
    addons = [one.id for one in directory.services if one.addon_to]
    wanted = [chance.choice(bookable)]
    if len(bookable) > 1 and chance.random() < 0.15:
        wanted.append(chance.choice(bookable))
    if addons and chance.random() < 0.3:
        wanted.append(chance.choice(addons))
    if chance.random() < 0.02:
        wanted.append(chance.choice(("unknown", *directory.variants)))
    earliest, latest = chance.choice(WINDOWS)
    party: int | None = None
    if of.tables or chance.random() < 0.3:
        party = chance.choice((1, 2, 2, 2, 3, 4, 4, 6, 8) if of.tables else (1, 1, 2, 3))
    staff = [one.id for one in directory.staff]
    wish = Wish(
        "place",
        tuple(wanted),
        first,
        first + timedelta(days=chance.choice((0, 0, 1, 2))),
        staff_id=chance.choice(staff) if staff and chance.random() < 0.25 else None,
        party_size=party,
        earliest=earliest,
        latest=latest,
        zone=chance.choice(ZONES) if chance.random() < 0.4 else "",
        preferred=chance.choice(staff) if staff and chance.random() < 0.25 else None,
        features=(chance.choice(FEATURES),) if of.tables and chance.random() < 0.2 else (),
        area=chance.choice(AREAS) if of.tables and chance.random() < 0.2 else "",
        online=chance.random() < 0.8,
    )
    without = (chance.choice(owners),) if owners and chance.random() < 0.2 else ()
    return Question(wish, of.now, without)


def block(of: House) -> tuple[ResourceId, int, int]:
    """Return a resource and the epoch minutes from which and until which something takes it."""
    chance = of.chance
    resource = chance.choice(of.directory.resources)
    step = chance.choice((15, 15, 5, 1))
    start = of.midnight + chance.randint(-1440 // step, 4320 // step) * step
    return resource.id, start, start + chance.randint(1, 180 // step) * step


def _policies(chance: Random, day: date) -> Policies:
    grid = chance.choice(EVEN) if chance.random() < 0.9 else chance.randint(3, 75)
    return Policies(
        minimum_notice=timedelta(minutes=chance.choice((0, 0, 0, 45, 600))),
        horizon_days=chance.choice((90, 90, 90, 1, 2)),
        horizon=chance.choice(("rolling", "rolling", "rolling", "window", "range")),
        horizon_open_days=chance.random() < 0.2,
        bookable_from=None if chance.random() < 0.5 else day + timedelta(days=chance.randint(-2, 1)),
        bookable_until=None if chance.random() < 0.5 else day + timedelta(days=chance.randint(0, 3)),
        grid=grid,
        grid_align=chance.choice(("opening", "opening", "opening", "clock", "packed")),
        grid_offset=chance.choice((0, 0, 0, 5, 10)),
        anyone=chance.choice(("fair", "fair", "priority", "last")),
        pacing=chance.choice((0, 0, 4, 8)),
        online_pacing=chance.choice((0, 0, 3, 6)),
        seating=chance.choice(("fixed", "late")),
        week_starts=chance.choice(("monday", "sunday")),
        turn_minutes=((2, chance.choice((60, 90))), (4, 105), (6, chance.choice((120, 95))), (99, 150)),
    )


def _salon(chance: Random) -> tuple[tuple[Service, ...], tuple[Staff, ...], tuple[Resource, ...], tuple[Join, ...]]:
    names = NAMES[: chance.randint(1, 3)]
    rooms = chance.randint(0, 2)
    machines = [("laser",), ("laser",), ("steam",)][: chance.randint(0, 3)]
    features = sorted({one for features in machines for one in features})

    def service(name: str, *, lone: bool = False) -> Service:
        return Service(
            name,
            name.title(),
            chance.randint(1, chance.choice((12, 36))) * 5 if chance.random() < 0.9 else chance.randint(1, 200),
            buffer_before=chance.choice((0, 0, 0, 5, 15)),
            buffer_after=chance.choice((0, 0, 0, 10, 30, 7)),
            needs="room" if lone and rooms and chance.random() < 0.1 else "staff",
            needs_room=rooms > 0 and chance.random() < 0.4,
            equipment=tuple(features[: chance.randint(1, 2)]) if features and chance.random() < 0.4 else (),
            staff_needed=chance.choice((1, 1, 1, 1, 2)),
            limits=_limits(chance),
        )

    cut, color = service("cut", lone=True), service("color")
    services = [cut, color]
    if chance.random() < 0.3:
        short, long = service("short"), service("long")
        heading = Service("heading", "Heading", 30)
        services += [
            heading,
            replace(short, variant_of="heading"),
            replace(long, variant_of="heading"),
        ]
    if chance.random() < 0.4:
        services.append(replace(service("mask"), addon_to=("cut",), staff_needed=1))
    if chance.random() < 0.4:
        services.append(replace(service("yoga"), seats=chance.randint(1, 4), staff_needed=1))
    ids = tuple(one.id for one in services)
    staff = tuple(
        Staff(
            name,
            name.title(),
            ids if chance.random() < 0.7 else tuple(one for one in ids if chance.random() < 0.7),
            terms=tuple(Terms(one, chance.choice((None, 20, 50, 90))) for one in ids if chance.random() < 0.15),
            priority=chance.randint(1, 10),
            limits=_limits(chance),
        )
        for name in names
    )
    resources = (
        *(Resource(name, "place", "staff", name) for name in names),
        *(Resource(f"room{number}", "place", "room", f"Room {number}") for number in range(rooms)),
        *(
            Resource(f"machine{number}", "place", "equipment", f"Machine {number}", features=has)
            for number, has in enumerate(machines)
        ),
    )
    return tuple(services), staff, resources, ()


def _restaurant(
    chance: Random,
) -> tuple[tuple[Service, ...], tuple[Staff, ...], tuple[Resource, ...], tuple[Join, ...]]:
    tables = tuple(
        Resource(
            f"t{number}",
            "place",
            "table",
            f"Table {number}",
            min_party=chance.choice((1, 1, 2)),
            max_party=chance.choice((2, 2, 4, 6)),
            priority=chance.randint(1, 10),
            features=tuple(one for one in FEATURES if chance.random() < 0.3),
            area=AREAS[0] if chance.random() < 0.7 else AREAS[1],
            online=chance.random() < 0.85,
        )
        for number in range(chance.randint(1, 5))
    )
    joins = []
    for area in AREAS:
        there = [one for one in tables if one.area == area]
        if len(there) > 1 and chance.random() < 0.7:
            some = there[: chance.randint(2, 3)]
            most = sum(one.max_party for one in some)
            joins.append(Join(f"join-{area}", tuple(one.id for one in some), 3, most, chance.randint(1, 10)))
    buffer = chance.choice((0, 0, 10, 15))
    table = Service("table", "Table", 90, needs="table", buffer_after=buffer, limits=_limits(chance))
    return (table,), (), tables, tuple(joins)


def _limits(chance: Random) -> Limits:
    if chance.random() < 0.8:
        return Limits()
    return Limits(*(chance.choice((0, 0, most)) for most in (1, 2, 3, 3)))


def _range(chance: Random, least: int = 15) -> tuple[int, int]:
    """Return minutes of a day from which and until which something is open, `least` minutes or more."""
    step = 15 if chance.random() < 0.9 else 1
    opens = chance.randint(0, (1439 if chance.random() < 0.5 else 720) // step) * step
    return opens, min(opens + chance.randint(least // step, 840 // step) * step, 2160)
