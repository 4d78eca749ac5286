"""The rules of openings, told as stories: who serves together, what else is taken, what is counted."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.availability import Opening, counted_of, openings, resources_of, visit_for
from domain.businesses import Directory, Hours, Limits, Resource, Service, Staff, Terms
from domain.errors import NotOffered
from domain.horizon import furthest_day
from domain.ids import derived_id
from domain.occupancy import Busy, Count
from tests.domain.scheduling import CUT, MONDAY, NOW, busy, every_day, salon, times, utc, wish

TUESDAY = MONDAY + timedelta(days=1)
NAILS = Service("nails", "Nails", 30, buffer_after=10)
LASER = Service("laser", "Laser", 60, equipment=("laser",))
DUET = Service("duet", "Four hands", 60, staff_needed=2)
YOGA = Service("yoga", "Yoga", 60, seats=3, needs_room=True)
EVENING = tuple(Hours("yoga", weekday, 18 * 60, 19 * 60) for weekday in (0, 2))


def with_machines(directory: Directory, *machines: tuple[str, tuple[str, ...]]) -> Directory:
    more = tuple(Resource(name, "place", "equipment", name, features=has) for name, has in machines)
    return replace(directory, resources=(*directory.resources, *more))


def with_staff(directory: Directory, **changed: Any) -> Directory:
    staff = tuple(replace(one, **changed.get(one.id, {})) for one in directory.staff)
    return replace(directory, staff=staff)


def refused(directory: Directory, **wished: Any) -> str:
    """Return the field for which a wish is refused."""
    with pytest.raises(NotOffered) as error:
        openings(directory, replace(wish(), **wished), (), NOW)
    return error.value.field


def rows(opening: Opening) -> list[tuple[str, int, int]]:
    """Return what an opening takes, in minutes from its start."""
    minute = timedelta(minutes=1)
    return [
        (one.resource_id, (one.starts_at - opening.starts_at) // minute, (one.ends_at - opening.starts_at) // minute)
        for one in opening.take.rows
    ]


# Hours of a service.


def test_a_service_has_hours_of_its_own_within_those_of_the_place() -> None:
    directory = salon("anna", hours=(*every_day(540, 780), *every_day(600, 900, "cut")))
    assert times(directory, wish()) == ["10:00 anna", "11:00 anna", "12:00 anna"]


def test_the_second_service_of_a_visit_must_lie_in_its_own_hours() -> None:
    directory = salon("anna", services=(CUT, NAILS), hours=(*every_day(540, 780), *every_day(660, 750, "nails")))
    both = wish(services=("cut", "nails"))
    assert times(directory, both) == ["10:00 anna", "11:00 anna"]
    assert rows(openings(directory, both, (), NOW)[0]) == [("anna", 0, 100)]


# Staff's own terms.


def test_a_visit_is_as_long_as_who_gives_it_takes() -> None:
    slow = {"terms": (Terms("cut", minutes=90),)}
    directory = with_staff(salon("anna", "rosa"), anna=slow)
    by_anna = openings(directory, wish(staff_id="anna"), (), NOW)
    assert [one.ends_at - one.starts_at for one in by_anna] == [timedelta(minutes=90)] * 3
    anyone = openings(directory, wish(), (), NOW)
    assert [one.staff_id for one in anyone] == ["anna", "anna", "anna", "rosa"]


# Variants and add-ons.


def test_a_service_with_variants_is_booked_as_one_of_them() -> None:
    hair = Service("hair", "Hair", 30)
    long = Service("long", "Long hair", 120, variant_of="hair")
    directory = salon("anna", services=(hair, long))
    assert refused(directory, service_ids=("hair",)) == "service"
    assert times(directory, wish(services=("long",))) == ["9:00 anna", "10:00 anna", "11:00 anna"]


def test_who_gives_a_service_gives_its_variants() -> None:
    hair = Service("hair", "Hair", 30)
    long = Service("long", "Long hair", 60, variant_of="hair")
    directory = salon("anna", "rosa", services=(hair, long), does={"anna": ("hair",), "rosa": ()})
    assert {one.staff_id for one in openings(directory, wish(services=("long",)), (), NOW)} == {"anna"}


def test_an_addition_is_never_booked_alone() -> None:
    rinse = Service("rinse", "Rinse", 15, addon_to=("cut",))
    directory = salon("anna", services=(CUT, NAILS, rinse))
    assert refused(directory, service_ids=("rinse",)) == "service"
    assert refused(directory, service_ids=("nails", "rinse")) == "service"
    first = openings(directory, wish(services=("cut", "rinse")), (), NOW)[0]
    assert first.ends_at - first.starts_at == timedelta(minutes=75)


# Several in one visit.


def test_by_one_person_where_somebody_does_it_all() -> None:
    directory = salon("anna", "rosa", services=(CUT, NAILS), does={"anna": ("cut", "nails"), "rosa": ("nails",)})
    found = openings(directory, wish(services=("cut", "nails")), (), NOW)
    assert {one.staff_id for one in found} == {"anna"}
    assert rows(found[0]) == [("anna", 0, 100)]


def test_one_after_the_other_where_nobody_does_it_all() -> None:
    directory = salon("anna", "rosa", services=(CUT, NAILS), does={"anna": ("cut",), "rosa": ("nails",)})
    (first, *_) = openings(directory, wish(services=("cut", "nails")), (), NOW)
    assert first.staff_id == "anna"
    assert first.resource_ids == ("anna", "rosa")
    assert rows(first) == [("anna", 0, 60), ("rosa", 60, 100)]
    assert (first.blocks_from, first.blocks_until) == (utc(MONDAY, 9), utc(MONDAY, 10, 40))


def test_each_of_them_must_be_free_for_their_part_only() -> None:
    directory = salon("anna", "rosa", services=(CUT, NAILS), does={"anna": ("cut",), "rosa": ("nails",)})
    both = wish(services=("cut", "nails"))
    assert times(directory, both, busy("rosa", utc(MONDAY, 9), 60)) == ["9:00 anna", "10:00 anna", "11:00 anna"]
    assert times(directory, both, busy("rosa", utc(MONDAY, 10), 60)) == ["10:00 anna", "11:00 anna"]
    assert times(directory, both, busy("anna", utc(MONDAY, 10), 60)) == ["9:00 anna", "11:00 anna"]


def test_somebody_who_was_named_gives_all_that_they_do() -> None:
    does = {"anna": ("cut",), "rosa": ("nails", "cut"), "zoe": ("nails", "cut")}
    directory = salon("anna", "rosa", "zoe", services=(CUT, NAILS), does=does)
    both = wish(services=("cut", "nails"))
    assert {one.staff_id for one in openings(directory, both, (), NOW)} == {"rosa"}
    with_anna = openings(directory, replace(both, staff_id="anna"), (), NOW)
    assert {one.resource_ids for one in with_anna} == {("anna", "rosa")}
    assert refused(directory, service_ids=("nails",), staff_id="anna") == "staff"


def test_who_comes_back_for_the_third_part_is_not_taken_twice() -> None:
    colour = Service("colour", "Colour", 30, buffer_after=20)
    directory = salon(
        "anna",
        "rosa",
        services=(colour, Service("nails", "Nails", 15), CUT),
        does={"anna": ("colour", "cut"), "rosa": ("nails",)},
    )
    (first, *_) = openings(directory, wish(services=("colour", "nails", "cut")), (), NOW)
    assert rows(first) == [("anna", 0, 105), ("rosa", 30, 45)]


# Several for one service, rooms and machines.


def test_four_hands_take_two_people() -> None:
    directory = salon("anna", "rosa", "zoe", services=(DUET,))
    found = openings(directory, wish(services=("duet",)), (busy("rosa", utc(MONDAY, 9)),), NOW)
    assert [one.resource_ids for one in found][:2] == [("anna", "zoe"), ("anna", "rosa")]
    taken = (busy("anna", utc(MONDAY, 9), 180), busy("zoe", utc(MONDAY, 9)))
    assert times(directory, wish(services=("duet",)), *taken) == ["10:00 rosa", "11:00 rosa", "12:00 rosa"]
    assert refused(salon("anna", services=(DUET,)), service_ids=("duet",)) == "service"


def test_a_machine_is_taken_for_its_service_only() -> None:
    directory = with_machines(salon("anna", services=(CUT, LASER)), ("l1", ("laser",)), ("l2", ("laser",)))
    both = openings(directory, wish(services=("cut", "laser")), (busy("l1", utc(MONDAY, 10)),), NOW)
    assert rows(both[0]) == [("anna", 0, 120), ("l2", 60, 120)]
    assert rows(both[1]) == [("anna", 0, 120), ("l1", 60, 120)]
    taken = (busy("l1", utc(MONDAY, 9), 240), busy("l2", utc(MONDAY, 9), 120))
    assert times(directory, wish(services=("laser",)), *taken) == ["11:00 anna", "12:00 anna"]


def test_one_machine_that_can_do_two_things_does_one_of_them() -> None:
    shine = Service("shine", "Shine", 60, equipment=("laser", "lamp"))
    directory = with_machines(salon("anna", services=(shine,)), ("both", ("laser", "lamp")), ("lamp", ("lamp",)))
    found = openings(directory, wish(services=("shine",)), (), NOW)
    assert {one.resource_ids for one in found} == {("anna", "both", "lamp")}
    alone = with_machines(salon("anna", services=(shine,)), ("both", ("laser", "lamp")))
    assert refused(alone, service_ids=("shine",)) == "service"


def test_a_visit_may_need_two_of_a_kind() -> None:
    double = Service("double", "Double", 60, equipment=("laser", "laser"))
    directory = with_machines(salon("anna", services=(double,)), ("l1", ("laser",)), ("l2", ("laser",)))
    assert times(directory, wish(services=("double",)), busy("l2", utc(MONDAY, 9), 180)) == ["12:00 anna"]


# Classes.


def yoga(*sizes: int, at: datetime, who: str = "anna", cap: int = 3) -> dict[tuple[str, datetime], int]:
    return {(f"seats:yoga:{who}", at): sum(sizes)}


def session(at: datetime, who: str = "anna", room: str = "room0") -> list[Busy]:
    name = derived_id("session", "yoga", who, at.isoformat())
    return [Busy(one, at, at + timedelta(hours=1), name) for one in (who, room)]


def test_a_class_is_held_at_its_hours_and_shared() -> None:
    directory = salon("anna", services=(YOGA,), rooms=2, hours=(*every_day(540, 1200), *EVENING))
    week = wish(MONDAY, MONDAY + timedelta(days=6), services=("yoga",))
    found = openings(directory, week, (), NOW)
    assert [one.starts_at for one in found] == [utc(MONDAY, 18), utc(MONDAY + timedelta(days=2), 18)]
    at = utc(MONDAY, 18)
    assert found[0].session == derived_id("session", "yoga", "anna", at.isoformat())
    assert found[0].counts == (Count("seats:yoga:anna", at, 1, 3),)


def test_a_class_that_is_held_goes_on_in_its_room_until_it_is_full() -> None:
    directory = salon("anna", services=(YOGA,), rooms=2, hours=(*every_day(540, 1200), *EVENING))
    at = utc(MONDAY, 18)
    one_more = replace(wish(services=("yoga",)), party_size=1)
    taken = session(at, room="room1")
    (found,) = openings(directory, one_more, taken, NOW, yoga(1, 1, at=at))
    assert found.resource_ids == ("anna", "room1")
    assert openings(directory, one_more, taken, NOW, yoga(1, 1, 1, at=at)) == []
    assert openings(directory, replace(one_more, party_size=2), taken, NOW, yoga(1, 1, at=at)) == []
    elsewhere = [replace(taken[0], owner_id="somebody"), taken[1]]
    assert openings(directory, one_more, elsewhere, NOW, yoga(1, 1, at=at)) == []


def test_a_class_does_not_begin_within_another() -> None:
    directory = salon("anna", services=(YOGA,), rooms=1, grid=30)
    at = utc(MONDAY, 10)
    found = times(directory, wish(services=("yoga",)), *session(at))
    assert found == ["9:00 anna", "10:00 anna", "11:00 anna", "11:30 anna", "12:00 anna"]


def test_a_party_larger_than_the_class() -> None:
    directory = salon("anna", services=(YOGA,), rooms=1)
    assert refused(directory, service_ids=("yoga",), party_size=4) == "party_size"
    assert refused(salon("anna", services=(YOGA, CUT), rooms=1), service_ids=("yoga", "cut")) == "service"


# Limits.


@pytest.mark.parametrize(
    ("limits", "begins", "free"),
    [
        (Limits(per_day=1), MONDAY, ["24", "25", "30", "01"]),
        (Limits(per_week=1), MONDAY, ["30", "01"]),
        (Limits(per_month=1), date(2026, 11, 1), ["01"]),
        (Limits(per_year=1), date(2026, 1, 1), []),
    ],
)
def test_so_many_a_day_a_week_a_month_a_year(limits: Limits, begins: date, free: list[str]) -> None:
    days = (*(MONDAY + timedelta(days=one) for one in (0, 1, 2, 7)), date(2026, 12, 1))
    directory = salon("anna", "rosa", services=(replace(CUT, limits=limits),))
    visit = visit_for(directory, wish())
    (counted,) = visit.choices[0].counts
    used = {(counted.key, utc(begins, 0)): 1}
    left = {f"{one.starts_at:%d}" for on in days for one in openings(directory, wish(on), (), NOW, used)}
    assert sorted(left) == sorted(free)


def test_a_week_may_begin_on_sunday() -> None:
    limited = (replace(CUT, limits=Limits(per_week=1)),)
    sunday, saturday = MONDAY - timedelta(days=1), MONDAY + timedelta(days=5)
    for week_starts, begins, free in (("monday", MONDAY - timedelta(days=7), False), ("sunday", sunday, True)):
        directory = salon("anna", services=limited, week_starts=week_starts)
        (first, *_) = openings(directory, wish(sunday), (), NOW)
        assert first.counts == (Count("week:cut", utc(begins, 0), 1, 1),)
        used = {("week:cut", utc(sunday, 0)): 1}
        assert bool(openings(directory, wish(saturday), (), NOW, used)) is not free


def test_who_lends_a_hand_is_not_limited_by_it() -> None:
    directory = with_staff(salon("anna", "rosa", services=(DUET,)), rosa={"limits": Limits(per_day=1)})
    (first, *_) = openings(directory, wish(services=("duet",)), (), NOW, {("day:rosa", utc(MONDAY, 0)): 1})
    assert (first.staff_id, first.resource_ids, first.counts) == ("anna", ("anna", "rosa"), ())


def test_the_limit_of_a_person_is_theirs() -> None:
    directory = with_staff(salon("anna", "rosa"), anna={"limits": Limits(per_day=2)})
    used = {("day:anna", utc(MONDAY, 0)): 2}
    assert {one.staff_id for one in openings(directory, wish(), (), NOW, used)} == {"rosa"}
    tuesday = openings(directory, wish(TUESDAY), (), NOW, used)
    assert tuesday[0].counts == (Count("day:anna", utc(TUESDAY, 0), 1, 2),)


def test_a_day_is_a_day_of_the_place_also_when_the_clock_changes() -> None:
    directory = salon("anna", zone="America/Santiago", services=(replace(CUT, limits=Limits(per_day=1)),))
    sunday = date(2026, 9, 6)  # there is no midnight
    (first, *_) = openings(directory, wish(sunday), (), datetime(2026, 9, 1, tzinfo=UTC))
    assert first.counts == (Count("day:cut", datetime(2026, 9, 6, 4, tzinfo=UTC), 1, 1),)


def test_what_must_be_read_of_counts_goes_back_to_the_first_of_the_year() -> None:
    directory = salon("anna", services=(replace(CUT, limits=Limits(per_day=1, per_year=9)),))
    read = counted_of(visit_for(directory, wish()), utc(MONDAY, 0), utc(TUESDAY, 12))
    assert read == (("day:cut", "year:cut"), utc(date(2026, 1, 1), 0), utc(TUESDAY, 12))
    assert counted_of(visit_for(salon("anna"), wish()), utc(MONDAY, 0), utc(TUESDAY, 12)) is None


def test_a_heading_is_limited_together_with_its_variants() -> None:
    hair = Service("hair", "Hair", 30, limits=Limits(per_day=1))
    long = Service("long", "Long hair", 60, variant_of="hair", limits=Limits(per_week=3))
    directory = salon("anna", services=(hair, long))
    (first, *_) = openings(directory, wish(services=("long",)), (), NOW)
    assert {one.key for one in first.counts} == {"week:long", "day:hair"}


# Whom anyone is.


def test_anyone_is_who_has_priority_where_the_owner_wants_it() -> None:
    directory = with_staff(salon("anna", "rosa", anyone="priority"), rosa={"priority": 9})
    assert times(directory, wish(), busy("rosa", utc(MONDAY, 9))) == [
        "9:00 anna",
        "10:00 rosa",
        "11:00 rosa",
        "12:00 rosa",
    ]


def test_anyone_is_whom_the_customer_had_last_where_the_owner_wants_it() -> None:
    directory = salon("anna", "rosa", anyone="last")
    last = replace(wish(), preferred="rosa")
    found = times(directory, last, busy("rosa", utc(MONDAY, 9)))
    assert found == ["9:00 anna", "10:00 rosa", "11:00 rosa", "12:00 rosa"]
    assert times(directory, wish(), busy("anna", utc(MONDAY, 9), 30))[1] == "10:00 rosa"
    assert times(salon("anna", "rosa"), last)[0] == "9:00 anna"


# Horizons.


def test_only_days_on_which_it_is_open_are_counted() -> None:
    weekdays = tuple(Hours("place", weekday, 540, 600) for weekday in range(5))
    directory = salon("anna", hours=weekdays, horizon_days=2, horizon_open_days=True)
    found = openings(directory, wish(NOW.date(), MONDAY + timedelta(days=9)), (), NOW)
    assert [one.starts_at for one in found] == [utc(MONDAY, 9), utc(TUESDAY, 9)]


def test_a_fixed_range_of_dates() -> None:
    directory = salon("anna", horizon="range", bookable_from=TUESDAY, bookable_until=TUESDAY, horizon_days=0)
    found = openings(directory, wish(NOW.date(), MONDAY + timedelta(days=9)), (), NOW)
    assert {one.starts_at.date() for one in found} == {TUESDAY}


@pytest.mark.parametrize(
    ("policies", "last"),
    [
        ({"horizon_days": 2}, date(2026, 11, 22)),
        ({"horizon_days": 2, "horizon_weekdays": (0, 1, 2, 3, 4)}, TUESDAY),
        ({"horizon_days": 3660}, NOW.date() + timedelta(days=366)),
        ({"horizon": "window", "horizon_days": 2}, NOW.date() + timedelta(days=366)),
        ({"horizon": "range", "bookable_until": TUESDAY}, TUESDAY),
        ({"horizon": "range", "bookable_until": date(2026, 1, 1)}, NOW.date()),
    ],
)
def test_the_last_day_that_can_be_asked_for(policies: dict[str, Any], last: date) -> None:
    directory = salon("anna", **policies)
    assert furthest_day(directory, directory.places[0], NOW.date()) == last


def test_so_many_days_that_have_an_opening() -> None:
    weekdays = tuple(Hours("place", weekday, 540, 600) for weekday in range(5))
    directory = salon("anna", hours=weekdays, horizon="window", horizon_days=2)
    asked = wish(NOW.date(), MONDAY + timedelta(days=9))
    found = openings(directory, asked, (busy("anna", utc(MONDAY, 9)),), NOW)
    assert [one.starts_at for one in found] == [utc(TUESDAY, 9), utc(TUESDAY + timedelta(days=1), 9)]
    later = replace(asked, first=TUESDAY + timedelta(days=1))
    assert len(openings(directory, later, (busy("anna", utc(MONDAY, 9)),), NOW)) == 1


@pytest.mark.parametrize("align", ["opening", "clock"])
@pytest.mark.parametrize(("days", "free"), [(1, 0), (2, 15), (90, 15)])
def test_a_day_whose_starts_are_those_of_the_night_before_counts_as_well(align: str, days: int, free: int) -> None:
    hours = (Hours("place", 1, 22 * 60 + 30, 31 * 60 + 15), Hours("place", 2, 90, 165))
    cut = replace(CUT, minutes=30)
    directory = salon(
        "anna", services=(cut,), hours=hours, grid=5, horizon="window", horizon_days=days, grid_align=align
    )
    assert len(openings(directory, wish(TUESDAY + timedelta(days=1)), (), NOW)) == free


# Grids.


def test_an_aligned_grid_follows_the_clock_of_the_booker() -> None:
    directory = salon("anna", zone="Asia/Kolkata", hours=every_day(9 * 60 + 30, 12 * 60), grid_align="clock")
    asked = wish(MONDAY)
    assert [one.starts_at for one in openings(directory, asked, (), NOW)] == [
        datetime(2026, 11, 23, 4, 30, tzinfo=UTC),
        datetime(2026, 11, 23, 5, 30, tzinfo=UTC),
    ]
    abroad = replace(asked, zone="Europe/Lisbon")
    assert [one.starts_at for one in openings(directory, abroad, (), NOW)] == [
        datetime(2026, 11, 23, 4, 0, tzinfo=UTC),
        datetime(2026, 11, 23, 5, 0, tzinfo=UTC),
    ]


def test_an_aligned_grid_begins_anew_after_what_is_taken() -> None:
    taken = busy("anna", utc(MONDAY, 9), 80)
    assert times(salon("anna", grid_align="clock", services=(replace(CUT, minutes=30),)), wish(), taken) == [
        "11:00 anna",
        "12:00 anna",
    ]
    half = salon("anna", grid_align="clock", grid=30, services=(replace(CUT, minutes=30),))
    assert times(half, wish(), taken)[:2] == ["10:30 anna", "11:00 anna"]


def test_a_packed_grid_waits_only_with_time_that_nobody_can_use() -> None:
    directory = salon("anna", grid_align="packed", grid=30, services=(replace(CUT, minutes=30),))
    assert times(directory, wish(), busy("anna", utc(MONDAY, 9), 80))[0] == "10:30 anna"
    directory = replace(directory, hours=every_day(540, 770))
    assert times(directory, wish(), busy("anna", utc(MONDAY, 9), 80))[0] == "10:20 anna"


def test_an_offset_comes_on_top_of_an_aligned_grid() -> None:
    directory = salon("anna", grid_align="clock", grid=30, grid_offset=10, services=(replace(CUT, minutes=30),))
    assert times(directory, wish())[:3] == ["9:10 anna", "9:50 anna", "10:30 anna"]
    directory = salon("anna", grid=30, grid_offset=10, services=(replace(CUT, minutes=30),))
    assert times(directory, wish())[:2] == ["9:00 anna", "9:30 anna"]


def test_several_on_an_aligned_grid_give_one_pattern_of_times() -> None:
    directory = salon("anna", "rosa", grid_align="clock", grid=45, services=(replace(CUT, minutes=45),))
    assert times(directory, wish(), busy("anna", utc(MONDAY, 9), 20))[:3] == ["9:00 rosa", "9:45 rosa", "10:30 rosa"]


# What is refused.


def test_what_is_wrong_is_named() -> None:
    directory = salon("anna", "rosa", services=(CUT, NAILS), does={"anna": ("cut",), "rosa": ("cut",)})
    assert refused(directory, place_id="elsewhere") == "place"
    assert refused(directory, staff_id="nobody") == "staff"
    assert refused(directory, service_ids=("shave",)) == "service"
    assert refused(directory, service_ids=()) == "service"
    assert refused(directory, service_ids=("nails",)) == "service"
    assert refused(directory, party_size=0) == "party_size"
    assert refused(directory, last=date(2030, 1, 1)) == "last"
    assert refused(directory, last=date(2020, 1, 1)) == "last"


def test_whose_occupancy_must_be_read_with_rooms_machines_and_hands() -> None:
    laser = replace(LASER, needs_room=True, staff_needed=2)
    directory = with_machines(salon("anna", "rosa", services=(laser,), rooms=1), ("l1", ("laser",)), ("lamp", ("x",)))
    assert resources_of(directory, wish(services=("laser",))) == ("anna", "l1", "room0", "rosa")


def test_the_opening_of_a_crowd_is_booked_in_order_of_resources() -> None:
    laser = replace(LASER, needs_room=True, staff_needed=2)
    staff = (Staff("zoe", "Zoe", ("laser",)), Staff("anna", "Anna", ("laser",)))
    directory = with_machines(salon("zoe", "anna", services=(laser,), rooms=1), ("l1", ("laser",)))
    (first, *_) = openings(replace(directory, staff=staff), wish(services=("laser",)), (), NOW)
    assert first.staff_id == "zoe"
    assert first.resource_ids == ("anna", "l1", "room0", "zoe")
    assert first.parts == ()
