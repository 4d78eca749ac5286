"""Random questions about openings, with all rules mixed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hypothesis import assume
from hypothesis import strategies as st

from domain.availability import Opening, Wish, openings, openings_of, starts, visit_for
from domain.businesses import DateOverride, Directory, Hours, Join, Limits, Resource, Service, Staff, Terms
from domain.errors import NotOffered
from domain.hours import floor_minute, moment_of
from domain.limits import bucket
from domain.occupancy import Block, Busy
from domain.stretches import session_of
from tests.domain.scheduling import salon

if TYPE_CHECKING:
    from domain.limits import Period

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
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


def changes(zone: str) -> list[date]:
    """Return the local dates from 2020 to 2035 on which the zone's clock changes."""
    tz, found = ZoneInfo(zone), []
    day = datetime(2020, 1, 1, tzinfo=UTC)
    while day.year < 2036:
        if (day + DAY).astimezone(tz).utcoffset() != day.astimezone(tz).utcoffset():
            found.append(day.astimezone(tz).date())
            found.append((day + DAY).astimezone(tz).date())
        day += DAY
    return found


CHANGES = {zone: changes(zone) for zone in ZONES}


@dataclass(frozen=True)
class Question:
    """What is asked of the engines."""

    directory: Directory
    wish: Wish
    blocks: dict[str, tuple[Block, ...]]
    now: datetime
    used: dict[tuple[str, datetime], int]

    def openings(self) -> list[Opening]:
        visit = visit_for(self.directory, self.wish)
        return openings_of(visit, starts(self.directory, visit, self.wish, self.blocks, self.now, self.used))

    def moments(self) -> set[datetime]:
        return {one.starts_at for one in self.openings()}

    def with_block(self, who: str, begin: int, minutes: int) -> Question:
        more = tuple(sorted((*self.blocks.get(who, ()), Block(begin, begin + minutes, "", 0))))
        return replace(self, blocks={**self.blocks, who: more})

    def with_policies(self, **changed: object) -> Question:
        policies = replace(self.directory.business.policies, **changed)  # type: ignore[arg-type]
        return self.with_directory(business=replace(self.directory.business, policies=policies))

    def with_directory(self, **changed: object) -> Question:
        return replace(self, directory=replace(self.directory, **changed))  # type: ignore[arg-type]


@st.composite
def ranges(draw: st.DrawFn) -> tuple[int, int]:
    opens = draw(st.integers(0, 95)) * 15
    return opens, min(opens + draw(st.integers(1, 48)) * 15, 2160)


@st.composite
def services(draw: st.DrawFn, rooms: int) -> tuple[Service, ...]:
    """Return a cut, nails, a class, a heading with a variant, and a rinse that is added to a cut."""

    def buffer() -> int:
        return draw(st.sampled_from((0, 0, 0, 5, 15, 30)))

    def limits() -> Limits:
        return Limits(*(draw(st.sampled_from((0, 0, 0, 2))) for _ in range(4)))

    usual = draw(st.integers(1, 36)) * 5
    lengths = st.sampled_from((usual, usual, usual, 7, 25, 50))
    machines = st.lists(st.sampled_from(("laser", "steam")), max_size=2)
    cut = Service(
        "cut",
        "Cut",
        draw(lengths),
        buffer_before=buffer(),
        buffer_after=buffer(),
        needs_room=rooms > 0 and draw(st.booleans()),
        equipment=tuple(draw(machines)),
        staff_needed=draw(st.sampled_from((1, 1, 1, 2))),
        limits=limits(),
    )
    nails = Service(
        "nails", "Nails", draw(lengths), buffer_before=buffer(), buffer_after=buffer(), needs_room=rooms > 1
    )
    yoga = Service("yoga", "Yoga", draw(lengths), buffer_after=buffer(), needs_room=rooms > 0, seats=4)
    hair = Service("hair", "Hair", 30, limits=limits())
    long = Service("long", "Long hair", draw(lengths), buffer_after=buffer(), variant_of="hair")
    rinse = Service("rinse", "Rinse", draw(st.sampled_from((0, 10))), addon_to=("cut", "hair"))
    table = Service("table", "Table", 90, needs="table", buffer_after=buffer())
    sauna = Service("sauna", "Sauna", draw(lengths), needs="room")
    return cut, nails, yoga, hair, long, rinse, table, sauna


_VISITS = (
    ("cut",),
    ("cut",),
    ("cut",),
    ("nails", "cut"),
    ("cut", "nails", "cut"),
    ("cut", "rinse"),
    ("long", "nails"),
    ("yoga",),
    ("yoga",),
    ("table",),
    ("table",),
    ("sauna",),
)


@st.composite
def set_ups(draw: st.DrawFn, zone: str, on: date, *, aligned: bool) -> Directory:
    names = NAMES[: draw(st.integers(1, 3))]
    rooms = draw(st.integers(0, 2))
    offered = draw(services(rooms))
    owners = (*names, "room0", "laser0", "table0", "cut", "yoga", "table")
    hours = [Hours("place", day, *one) for one in draw(st.lists(ranges(), min_size=1, max_size=3)) for day in range(7)]
    hours += [
        Hours(owner, day, *one)
        for owner in draw(st.sets(st.sampled_from(owners), max_size=3))
        for one in draw(st.lists(ranges(), max_size=2))
        for day in range(7)
    ]
    overrides = [
        DateOverride(owner, on + draw(st.integers(-1, 1)) * DAY, tuple(draw(st.lists(ranges(), max_size=2))))
        for owner in draw(st.sets(st.sampled_from(("place", "anna", "rosa", "cut")), max_size=2))
    ]
    horizon: dict[str, Any] = draw(
        st.sampled_from(
            (
                {},
                {},
                {"horizon_days": 1},
                {"horizon_days": 2, "horizon_open_days": True},
                {"horizon_days": 2, "horizon_weekdays": (0, 1, 2, 3, 4)},
                {"horizon": "window", "horizon_days": 2},
                {"horizon": "window", "horizon_days": 1, "horizon_weekdays": (1, 3, 5)},
                {"horizon": "range", "bookable_from": on, "bookable_until": on + DAY},
            )
        )
    )
    does: dict[str, tuple[str, ...]] = draw(
        st.sampled_from(({}, {}, {"anna": ("cut", "yoga")}, {"rosa": ("nails", "hair")}, {"anna": ("long", "nails")}))
    )
    directory = salon(
        *names,
        zone=zone,
        services=offered,
        hours=tuple(hours),
        overrides=tuple(overrides),
        rooms=rooms,
        does=does,
        grid=draw(st.sampled_from((5, 10, 15, 20, 30, 45, 60, 25))),
        grid_align=draw(st.sampled_from(("clock", "packed"))) if aligned else "opening",
        grid_offset=draw(st.sampled_from((0, 0, 5))),
        minimum_notice=timedelta(minutes=draw(st.sampled_from((0, 0, 45, 600)))),
        anyone=draw(st.sampled_from(("fair", "fair", "priority", "last"))),
        pacing=draw(st.sampled_from((0, 6))),
        online_pacing=draw(st.sampled_from((0, 4))),
        **horizon,
    )
    staff = tuple(
        Staff(
            one.id,
            one.name,
            one.service_ids,
            terms=(Terms("cut", minutes=draw(st.sampled_from((None, 20, 80)))),),
            priority=draw(st.sampled_from((5, 5, 9))),
            limits=Limits(draw(st.sampled_from((0, 0, 2)))),
        )
        for one in directory.staff
    )
    machines = (("laser0", ("laser",)), ("laser1", ("laser", "steam")), ("steam0", ("steam",)))
    tables = (("table0", 1, 2, 5), ("table1", 1, 2, 9), ("table2", 3, 4, 5))
    more = (
        *(Resource(name, "place", "equipment", name, features=has) for name, has in machines),
        *(Resource(name, "place", "table", name, low, high, rank, area="hall") for name, low, high, rank in tables),
    )
    joins = (Join("pair", ("table0", "table1"), 3, 4, 9), Join("all", ("table0", "table1", "table2"), 5, 8))
    return replace(directory, staff=staff, resources=(*directory.resources, *more), joins=joins)


@st.composite
def questions(draw: st.DrawFn, *, aligned: bool = False) -> Question:
    """Return a question that has an answer, perhaps an empty one."""
    zone = draw(st.sampled_from(ZONES))
    usual = st.dates(date(2020, 1, 1), date(2035, 12, 1))
    on = draw(st.one_of(usual, st.sampled_from(CHANGES[zone])) if CHANGES[zone] else usual)
    directory = draw(set_ups(zone, on, aligned=aligned))
    names = [one.id for one in directory.staff]
    window = draw(st.sampled_from(((0, 2160), (0, 2160), (540, 1020), (600, 600), (0, 300), (1200, 1800))))
    wish = Wish(
        "place",
        draw(st.sampled_from(_VISITS)),
        on,
        on + draw(st.integers(0, 2)) * DAY,
        staff_id=draw(st.sampled_from((None, None, None, names[-1]))),
        party_size=draw(st.sampled_from((None, 1, 2, 3, 5))),
        earliest=window[0],
        latest=window[1],
        zone=draw(st.sampled_from(("", "Asia/Kolkata", "Pacific/Pago_Pago"))),
        preferred=draw(st.sampled_from((None, "rosa"))),
        area=draw(st.sampled_from(("", "", "hall"))),
        online=draw(st.booleans()),
    )
    try:
        visit = visit_for(directory, wish)
    except NotOffered:
        assume(False)
    midnight = floor_minute(datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(zone)))
    now = moment_of(midnight) + timedelta(seconds=draw(st.integers(-3 * 86400, 86400)))
    blocks: dict[str, list[Block]] = {}
    for who in draw(st.lists(st.sampled_from(visit.resource_ids), max_size=8)):
        begin = midnight + draw(st.integers(-1440, 5000))
        expires = draw(st.sampled_from((0, 0, 0, floor_minute(now), floor_minute(now) + 1)))
        blocks.setdefault(who, []).append(Block(begin, begin + draw(st.integers(1, 180)), "", expires))
    used: dict[tuple[str, datetime], int] = {}
    for choice in visit.choices[:3]:
        minute = midnight + draw(st.integers(0, 288)) * 5
        if choice.class_id is not None:  # the class is held already
            for part in choice.parts:
                held = Block(minute + part.busy_from, minute + part.busy_until, session_of(choice, minute), 0)
                blocks.setdefault(part.resource_id, []).append(held)
            for pool in choice.pools:
                held = Block(minute + pool.busy_from, minute + pool.busy_until, session_of(choice, minute), 0)
                blocks.setdefault(pool.options[-1], []).append(held)
        for one in choice.counts:
            begins = moment_of(_begin(one.period, zone, minute))
            used[one.key, begins] = draw(st.integers(0, one.cap))
    return Question(directory, wish, {who: tuple(sorted(rows)) for who, rows in blocks.items()}, now, used)


def _begin(period: Period, zone: str, minute: int) -> int:
    return bucket(period, zone, minute)[0]


def asked_with_rows(question: Question) -> list[Opening]:
    """Return the openings as they are found from rows of occupancy: holds that are over are no rows."""
    now = floor_minute(question.now)
    busy = [
        Busy(who, moment_of(one.start), moment_of(one.end), one.owner)
        for who, rows in question.blocks.items()
        for one in rows
        if not one.expires or one.expires > now
    ]
    return openings(question.directory, question.wish, busy, question.now, question.used)
