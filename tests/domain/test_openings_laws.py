"""Laws of openings, and their agreement with a search minute by minute that knows nothing of intervals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.availability import Opening, Wish, openings
from domain.businesses import DateOverride, Directory, Hours, Service
from domain.occupancy import Busy
from tests.domain.scheduling import salon, wish

MINUTE = timedelta(minutes=1)
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


def changes(zone: str) -> list[date]:
    """Return the local dates from 2020 to 2035 on which the zone's clock changes."""
    tz, found = ZoneInfo(zone), []
    day = datetime(2020, 1, 1, tzinfo=UTC)
    while day.year < 2036:
        if (day + timedelta(days=1)).astimezone(tz).utcoffset() != day.astimezone(tz).utcoffset():
            found.append(day.astimezone(tz).date())
            found.append((day + timedelta(days=1)).astimezone(tz).date())
        day += timedelta(days=1)
    return found


CHANGES = {zone: changes(zone) for zone in ZONES}


@dataclass(frozen=True)
class Case:
    directory: Directory
    wish: Wish
    busy: tuple[Busy, ...]
    now: datetime

    def openings(self) -> list[Opening]:
        return openings(self.directory, self.wish, self.busy, self.now)


@st.composite
def ranges(draw: st.DrawFn) -> tuple[int, int]:
    opens = draw(st.integers(0, 95)) * 15
    return opens, min(opens + draw(st.integers(1, 48)) * 15, 2160)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone = draw(st.sampled_from(ZONES))
    usual = st.dates(date(2020, 1, 1), date(2035, 12, 1))
    on = draw(st.one_of(usual, st.sampled_from(CHANGES[zone])) if CHANGES[zone] else usual)
    names = ("anna", "rosa", "zoe")[: draw(st.integers(1, 3))]
    rooms = draw(st.integers(0, 2))
    service = Service(
        "cut",
        "Cut",
        draw(st.integers(1, 36)) * 5,
        buffer_before=draw(st.sampled_from((0, 0, 5, 15))),
        buffer_after=draw(st.sampled_from((0, 0, 10, 30))),
        needs_room=rooms > 0,
    )
    hours = [Hours("place", day, *one) for one in draw(st.lists(ranges(), min_size=1, max_size=3)) for day in range(7)]
    hours += [
        Hours(owner, day, *one)
        for owner in draw(st.sets(st.sampled_from((*names, "room0"))))
        for one in draw(st.lists(ranges(), max_size=2))
        for day in range(7)
    ]
    overrides = [
        DateOverride(owner, on + timedelta(days=draw(st.integers(-1, 1))), tuple(draw(st.lists(ranges(), max_size=2))))
        for owner in draw(st.sets(st.sampled_from(("place", "anna", "rosa")), max_size=2))
    ]
    directory = salon(
        *names,
        zone=zone,
        services=(service,),
        hours=tuple(hours),
        overrides=tuple(overrides),
        rooms=rooms,
        grid=draw(st.sampled_from((5, 10, 15, 20, 30, 45, 60))),
        minimum_notice=timedelta(minutes=draw(st.sampled_from((0, 0, 45, 600)))),
        horizon_days=draw(st.sampled_from((90, 90, 1))),
    )
    midnight = datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    now = midnight + timedelta(seconds=draw(st.integers(-3 * 86400, 86400)))
    window = draw(st.sampled_from(((0, 2160), (0, 2160), (540, 1020), (600, 600), (0, 300), (1200, 1800))))
    what = wish(
        on,
        on + timedelta(days=draw(st.integers(0, 1))),
        staff_id=draw(st.sampled_from((None, None, names[-1]))),
        earliest=window[0],
        latest=window[1],
    )
    taken = tuple(
        Busy(
            draw(st.sampled_from((*names, "room0"))),
            midnight + draw(st.integers(-1440, 4000)) * MINUTE,
            midnight + 4300 * MINUTE,
        )
        for _ in range(draw(st.integers(0, 8)))
    )
    taken = tuple(replace(one, ends_at=one.starts_at + draw(st.integers(0, 180)) * MINUTE) for one in taken)
    return Case(directory, what, taken, now)


def minutes(start: datetime, end: datetime) -> set[int]:
    """Return the epoch minutes of a half-open range."""
    return set(range(int(start.timestamp()) // 60, int(end.timestamp()) // 60))


def moment(zone: str, on: date, minute: int) -> datetime:
    wall = datetime(on.year, on.month, on.day) + minute * MINUTE  # noqa: DTZ001 - a wall time
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


class BruteForce:
    """Asks of every minute whether the visit could begin in it."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.zone = case.directory.places[0].zone
        self.days = [case.wish.first + timedelta(days=day) for day in range(-4, 7)]
        self.taken: dict[str, set[int]] = {}
        for one in case.busy:
            self.taken.setdefault(one.resource_id, set()).update(minutes(one.starts_at, one.ends_at))
        self.runs = {
            owner: {day: self.runs_of(owner, day) for day in self.days[1:-1]}
            for owner in [one.id for one in case.directory.resources]
        }
        self.open = {
            owner: {minute for runs in by_day.values() for run in runs for minute in run}
            for owner, by_day in self.runs.items()
        }

    def said(self, owner: str, day: date) -> list[set[int]] | None:
        directory = self.case.directory
        overrides = [one for one in directory.overrides if (one.owner_id, one.on) == (owner, day)]
        weekly = [one for one in directory.hours if one.owner_id == owner]
        if overrides:
            local = list(overrides[0].ranges)
        elif weekly:
            local = [(one.opens, one.closes) for one in weekly if one.weekday == day.weekday()]
        else:
            return None
        return joined(
            [minutes(moment(self.zone, day, opens), moment(self.zone, day, closes)) for opens, closes in local]
        )

    def runs_of(self, owner: str, day: date) -> list[set[int]]:
        place = self.said("place", day) or []
        own: list[set[int]] = []
        for other in (day - timedelta(days=1), day, day + timedelta(days=1)):
            said = self.said(owner, other)
            own += (self.said("place", other) or []) if said is None else said
        return joined([run & mine for run in place for mine in joined(own)])

    def free(self, owner: str, start: int) -> bool:
        service = self.case.directory.services[0]
        visit = set(range(start, start + service.minutes))
        widened = set(range(start - service.buffer_before, start + service.minutes + service.buffer_after))
        return visit <= self.open[owner] and not widened & self.taken.get(owner, set())

    def load(self, owner: str, day: date) -> int:
        """Count what is taken, every row for itself."""
        whole = minutes(moment(self.zone, day, 0), moment(self.zone, day, 1440))
        rows = [one for one in self.case.busy if one.resource_id == owner]
        return sum(len(minutes(one.starts_at, one.ends_at) & whole) for one in rows)

    def on_grid(self, owner: str, day: date, start: int) -> bool:
        grid = self.case.directory.business.policies.grid
        return any(start in run and (start - min(run)) % grid == 0 for run in self.runs[owner][day])

    def answer(self) -> dict[int, tuple[str, ...]]:
        """Return the resources of every start."""
        case, policies = self.case, self.case.directory.business.policies
        today = case.now.astimezone(ZoneInfo(self.zone)).date()
        rooms = [one.id for one in case.directory.resources if one.kind == "room"]
        staff = [one.id for one in case.directory.staff if case.wish.staff_id in {None, one.id}]
        found: dict[int, tuple[str, ...]] = {}
        for day in self.days[1:-1]:
            if not case.wish.first <= day <= case.wish.last or day > today + timedelta(days=policies.horizon_days):
                continue
            low = int(moment(self.zone, day, case.wish.earliest).timestamp()) // 60
            high = int(moment(self.zone, day, case.wish.latest).timestamp()) // 60
            for belongs in (day - timedelta(days=1), day) if case.wish.latest < 720 else (day,):
                in_order = sorted(staff, key=lambda one: self.load(one, belongs))
                for start in range(low, high + 1):
                    begins = datetime.fromtimestamp(start * 60, UTC)
                    if start in found or begins <= case.now or begins < case.now + policies.minimum_notice:
                        continue
                    for one in in_order:
                        if not (self.on_grid(one, belongs, start) and self.free(one, start)):
                            continue
                        room = [
                            other
                            for other in rooms
                            if self.free(other, start) and any(start in run for run in self.runs[other][belongs])
                        ]
                        if rooms and not room:
                            continue
                        found[start] = tuple(sorted((one, *room[:1])))
                        break
        return found


def joined(runs: list[set[int]]) -> list[set[int]]:
    """Join what overlaps."""
    whole: list[set[int]] = []
    for run in sorted((one for one in runs if one), key=min):
        if whole and whole[-1] & run:
            whole[-1] = whole[-1] | run
        else:
            whole.append(run)
    return whole


def starts(found: list[Opening]) -> set[datetime]:
    return {one.starts_at for one in found}


@settings(max_examples=200, deadline=None)
@given(cases())
def test_it_agrees_with_a_search_minute_by_minute(case: Case) -> None:
    found = {int(one.starts_at.timestamp()) // 60: one.resource_ids for one in case.openings()}
    assert found == BruteForce(case).answer()


@settings(max_examples=100, deadline=None)
@given(cases(), st.integers(0, 4000), st.integers(1, 240), st.sampled_from(("anna", "rosa", "zoe", "room0")))
def test_more_that_is_taken_never_adds_a_start(case: Case, offset: int, length: int, who: str) -> None:
    begin = moment(case.directory.places[0].zone, case.wish.first, offset)
    more = replace(case, busy=(*case.busy, Busy(who, begin, begin + length * MINUTE)))
    assert starts(more.openings()) <= starts(case.openings())


@settings(max_examples=100, deadline=None)
@given(cases(), st.integers(1, 60), st.sampled_from(("minutes", "buffer_before", "buffer_after")))
def test_a_longer_service_never_adds_a_start(case: Case, by: int, what: str) -> None:
    service = case.directory.services[0]
    longer = replace(service, **{what: getattr(service, what) + by})
    assert starts(replace(case, directory=replace(case.directory, services=(longer,))).openings()) <= starts(
        case.openings()
    )


@settings(max_examples=100, deadline=None)
@given(cases(), st.integers(1, 3000))
def test_time_that_passes_never_adds_a_start_before_the_horizon(case: Case, later: int) -> None:
    same_horizon = replace(case.directory.business.policies, horizon_days=90)
    directory = replace(case.directory, business=replace(case.directory.business, policies=same_horizon))
    before = replace(case, directory=directory)
    assert starts(replace(before, now=case.now + later * MINUTE).openings()) <= starts(before.openings())


@settings(max_examples=100, deadline=None)
@given(cases())
def test_what_is_offered_is_in_order_free_and_complete(case: Case) -> None:
    found, service, policies = case.openings(), case.directory.services[0], case.directory.business.policies
    assert [one.starts_at for one in found] == sorted(starts(found))
    for one in found:
        assert one.ends_at - one.starts_at == service.minutes * MINUTE
        assert one.starts_at - one.blocks_from == service.buffer_before * MINUTE
        assert one.blocks_until - one.ends_at == service.buffer_after * MINUTE
        assert one.starts_at > case.now
        assert one.starts_at >= case.now + policies.minimum_notice
        assert one.resource_ids == tuple(sorted(one.resource_ids))
        assert len(one.resource_ids) == (2 if service.needs_room else 1)
        assert one.staff_id in one.resource_ids
        assert case.wish.staff_id in {None, one.staff_id}
        for taken in case.busy:
            if taken.resource_id in one.resource_ids and taken.starts_at < taken.ends_at:
                assert taken.ends_at <= one.blocks_from or taken.starts_at >= one.blocks_until


@settings(max_examples=60, deadline=None)
@given(cases())
def test_asking_twice_or_of_a_fresh_set_up_answers_the_same(case: Case) -> None:
    fresh = replace(case, directory=replace(case.directory))
    assert case.openings() == case.openings() == fresh.openings()


@settings(max_examples=60, deadline=None)
@given(cases())
def test_anyone_has_every_start_that_somebody_has(case: Case) -> None:
    anyone = replace(case, wish=replace(case.wish, staff_id=None))
    each = [replace(case, wish=replace(case.wish, staff_id=one.id)) for one in case.directory.staff]
    assert starts(anyone.openings()) == set().union(*(starts(one.openings()) for one in each))


@pytest.mark.parametrize("zone", [zone for zone in ZONES if CHANGES[zone]])
def test_every_day_of_sixteen_years_on_which_the_clock_changes(zone: str) -> None:
    """From nine to five is eight hours on every such day, and the first start is nine o'clock."""
    hours = tuple(Hours("place", day, 9 * 60, 17 * 60) for day in range(7))
    directory = salon("anna", zone=zone, services=(Service("cut", "Cut", 60),), hours=hours)
    for on in CHANGES[zone]:
        found = openings(directory, wish(on), (), moment(zone, on, 0) - timedelta(days=2))
        assert len(found) == 8, on
        assert [one.starts_at.astimezone(ZoneInfo(zone)).hour for one in found] == list(range(9, 17)), on
