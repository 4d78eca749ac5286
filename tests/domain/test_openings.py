"""Openings, told as stories of a salon."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.availability import Opening, openings, reach_of, resources_of
from domain.businesses import Hours, Resource, Service
from domain.errors import NotOffered
from tests.builders import LUZ, MAR
from tests.domain.scheduling import CUT, MONDAY, NOW, busy, every_day, salon, times, utc, wish

WASH = Service("wash", "Wash", 30)
COLOUR = Service("colour", "Colour", 90, buffer_before=10, buffer_after=20)
MASSAGE = Service("massage", "Massage", 60, needs_room=True)
SAUNA = Service("sauna", "Sauna", 60, needs="room")
TUESDAY = MONDAY + timedelta(days=1)


def test_a_free_day() -> None:
    assert times(salon("anna"), wish()) == ["9:00 anna", "10:00 anna", "11:00 anna", "12:00 anna"]


def test_the_last_start_is_the_one_that_still_ends_in_time() -> None:
    assert times(salon("anna", grid=15), wish())[-1] == "12:00 anna"


def test_an_opening_says_everything_that_is_taken() -> None:
    directory = salon("anna", services=(COLOUR,))
    first = openings(directory, wish(services=("colour",)), (), NOW)[0]
    assert first == Opening(
        place_id="place",
        starts_at=utc(MONDAY, 9),
        ends_at=utc(MONDAY, 10, 30),
        resource_ids=("anna",),
        blocks_from=utc(MONDAY, 8, 50),
        blocks_until=utc(MONDAY, 10, 50),
        staff_id="anna",
    )


def test_what_is_taken_is_not_offered() -> None:
    assert times(salon("anna"), wish(), busy("anna", utc(MONDAY, 10))) == ["9:00 anna", "11:00 anna", "12:00 anna"]


def test_one_minute_in_the_way_is_enough() -> None:
    taken = busy("anna", utc(MONDAY, 10, 59), minutes=2)
    assert times(salon("anna"), wish(), taken) == ["9:00 anna", "12:00 anna"]


def test_seconds_in_the_way_count_as_their_minute() -> None:
    taken = busy("anna", utc(MONDAY, 10) - timedelta(seconds=1), minutes=0)
    taken = replace(taken, ends_at=taken.starts_at + timedelta(seconds=2))
    assert times(salon("anna"), wish(), taken) == ["11:00 anna", "12:00 anna"]


def test_an_empty_range_takes_nothing() -> None:
    assert len(times(salon("anna"), wish(), busy("anna", utc(MONDAY, 10, 30), minutes=0))) == 4


def test_overlapping_ranges_of_one_resource_are_understood() -> None:
    taken = (busy("anna", utc(MONDAY, 9), 180), busy("anna", utc(MONDAY, 9, 30), 30))
    assert times(salon("anna"), wish(), *taken) == ["12:00 anna"]


def test_what_others_have_taken_does_not_matter() -> None:
    assert len(times(salon("anna"), wish(), busy("rosa", utc(MONDAY, 9), 240))) == 4


def test_buffers_add_up_across_neighbours() -> None:
    directory = salon("anna", services=(CUT, COLOUR), grid=10, hours=every_day(540, 900))
    # A cut from 9 to 10 that is stored with 15 minutes after it.
    taken = busy("anna", utc(MONDAY, 9), 75)
    assert times(directory, wish(services=("cut",)), taken)[0] == "10:20 anna"
    assert times(directory, wish(services=("colour",)), taken)[0] == "10:30 anna"


def test_buffers_may_reach_beyond_opening_hours() -> None:
    directory = salon("anna", services=(COLOUR,), hours=every_day(540, 540 + 90))
    assert times(directory, wish(services=("colour",))) == ["9:00 anna"]


def test_the_buffer_before_the_first_visit_counts_what_ended_before_opening() -> None:
    directory = salon("anna", services=(COLOUR,), grid=15)
    assert times(directory, wish(services=("colour",)), busy("anna", utc(MONDAY, 8), 60))[0] == "9:15 anna"
    assert times(directory, wish(services=("colour",)), busy("anna", utc(MONDAY, 8), 50))[0] == "9:00 anna"


def test_the_buffer_after_the_last_visit_counts_what_begins_at_closing() -> None:
    directory = salon("anna", services=(COLOUR,), grid=15)
    assert times(directory, wish(services=("colour",)), busy("anna", utc(MONDAY, 13), 60))[-1] == "11:00 anna"
    assert times(directory, wish(services=("colour",)), busy("anna", utc(MONDAY, 13, 20), 60))[-1] == "11:30 anna"


def test_several_services_follow_one_another_with_the_outer_buffers() -> None:
    directory = salon("anna", services=(CUT, COLOUR), grid=30)
    found = openings(directory, wish(services=("cut", "colour")), (), NOW)
    assert [one.starts_at for one in found] == [
        utc(MONDAY, 9),
        utc(MONDAY, 9, 30),
        utc(MONDAY, 10),
        utc(MONDAY, 10, 30),
    ]
    assert found[0].blocks_from == utc(MONDAY, 9)
    assert found[0].ends_at == utc(MONDAY, 11, 30)
    assert found[0].blocks_until == utc(MONDAY, 11, 50)


def test_several_services_need_somebody_who_does_all_of_them() -> None:
    directory = salon("anna", "rosa", services=(CUT, WASH), does={"anna": ("cut",), "rosa": ("wash", "cut")})
    assert {one.staff_id for one in openings(directory, wish(services=("wash", "cut")), (), NOW)} == {"rosa"}


def test_anyone_is_whoever_has_least_to_do_that_day() -> None:
    directory = salon("anna", "rosa")
    assert times(directory, wish()) == ["9:00 anna", "10:00 anna", "11:00 anna", "12:00 anna"]
    taken = busy("anna", utc(MONDAY, 12), 30)
    assert times(directory, wish(), taken) == ["9:00 rosa", "10:00 rosa", "11:00 rosa", "12:00 rosa"]
    assert times(directory, wish(TUESDAY), taken)[0] == "9:00 anna"


def test_anyone_is_somebody_else_where_that_one_is_taken() -> None:
    taken = (busy("anna", utc(MONDAY, 12), 60), busy("rosa", utc(MONDAY, 9), 30))
    assert times(salon("anna", "rosa"), wish(), *taken) == ["9:00 anna", "10:00 rosa", "11:00 rosa", "12:00 rosa"]


def test_a_wish_for_somebody_is_kept() -> None:
    assert times(salon("anna", "rosa"), wish(staff_id="rosa"), busy("rosa", utc(MONDAY, 9), 180)) == ["12:00 rosa"]


def test_now_itself_is_too_late_even_without_notice() -> None:
    directory = salon("anna")
    assert times(directory, wish(), now=utc(MONDAY, 10)) == ["11:00 anna", "12:00 anna"]
    assert times(directory, wish(), now=utc(MONDAY, 10) - timedelta(microseconds=1))[0] == "10:00 anna"


def test_the_minimum_notice_is_kept_to_the_second() -> None:
    directory = salon("anna", minimum_notice=timedelta(hours=1))
    assert times(directory, wish(), now=utc(MONDAY, 9))[0] == "10:00 anna"
    assert times(directory, wish(), now=utc(MONDAY, 9) + timedelta(seconds=1))[0] == "11:00 anna"


def test_the_horizon_is_counted_in_local_days() -> None:
    directory = salon("anna", horizon_days=3)
    assert times(directory, wish(MONDAY))
    assert not times(directory, wish(TUESDAY))
    assert times(directory, wish(TUESDAY), now=NOW + timedelta(hours=14))  # past midnight: Tuesday is 3 days ahead


def test_a_wish_for_a_year_ends_at_the_horizon() -> None:
    found = openings(salon("anna", horizon_days=7), wish(date(2026, 5, 1), date(2027, 5, 1)), (), NOW)
    assert found[0].starts_at == utc(NOW.date(), 11)
    assert found[-1].starts_at == utc(NOW.date() + timedelta(days=7), 12)


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2020, 1, 1), date(2030, 1, 1)), (date.min, date.max), (MONDAY, MONDAY - timedelta(days=1))],
)
def test_a_window_of_ten_years_and_one_that_ends_before_it_begins(first: date, last: date) -> None:
    for ask in (openings, lambda directory, what, _, now: reach_of(directory, what, now)):
        with pytest.raises(NotOffered) as refused:
            ask(salon("anna"), wish(first, last), (), NOW)
        assert refused.value.field == "last"


def test_the_first_and_the_last_date_there_are() -> None:
    directory = salon("anna")
    assert not times(directory, wish(date.min))
    assert not times(directory, wish(date.max))


def test_starts_are_counted_from_opening() -> None:
    hours = (*every_day(9 * 60 + 10, 12 * 60), *every_day(13 * 60 + 40, 16 * 60))
    assert times(salon("anna", hours=hours), wish()) == ["9:10 anna", "10:10 anna", "13:40 anna", "14:40 anna"]


def test_staff_who_begin_later_count_from_their_own_beginning() -> None:
    directory = salon("anna", hours=(*every_day(540, 780), *every_day(620, 780, "anna")))
    assert times(directory, wish()) == ["10:20 anna", "11:20 anna"]


def test_a_window_of_the_day_includes_both_its_ends() -> None:
    assert times(salon("anna"), wish(earliest=600, latest=660)) == ["10:00 anna", "11:00 anna"]
    assert times(salon("anna"), wish(earliest=601, latest=659)) == []
    assert times(salon("anna"), wish(earliest=700, latest=600)) == []


def test_after_midnight_belongs_to_the_evening_and_is_found_by_its_date_too() -> None:
    directory = salon("anna", hours=(Hours("place", 0, 22 * 60, 26 * 60),))
    assert times(directory, wish(MONDAY)) == ["22:00 anna", "23:00 anna", "0:00 anna", "1:00 anna"]
    assert times(directory, wish(MONDAY, earliest=1440)) == ["0:00 anna", "1:00 anna"]
    assert times(directory, wish(TUESDAY)) == []
    assert times(directory, wish(TUESDAY, earliest=60, latest=60)) == ["1:00 anna"]
    assert times(directory, wish(TUESDAY, latest=11 * 60)) == ["0:00 anna", "1:00 anna"]


def test_tonight_can_still_be_had_after_midnight() -> None:
    directory = salon("anna", hours=(Hours("place", 0, 22 * 60, 26 * 60),))
    assert times(directory, wish(MONDAY), now=utc(TUESDAY, 0, 30)) == ["1:00 anna"]


def test_a_night_that_runs_into_the_next_opening_is_offered_once() -> None:
    directory = salon("anna", hours=(*every_day(20 * 60, 30 * 60), *every_day(5 * 60, 8 * 60)))
    found = openings(directory, wish(MONDAY, TUESDAY, earliest=0), (), NOW)
    starts = [one.starts_at for one in found]
    assert starts == sorted(set(starts))


def test_a_service_may_run_over_midnight_where_it_stays_open() -> None:
    directory = salon("anna", hours=(*every_day(20 * 60, 1440), *every_day(0, 60)), grid=30)
    assert times(directory, wish(MONDAY, earliest=23 * 60)) == ["23:00 anna", "23:30 anna"]


@pytest.mark.parametrize(
    ("zone", "on", "expected"),
    [
        # One hour is missing: 0:30 to 4:30 on the clock are three hours.
        ("Europe/Lisbon", date(2027, 3, 28), ["0:30", "2:30", "3:30"]),
        # One hour comes twice: five hours.
        ("Europe/Lisbon", date(2026, 10, 25), ["0:30", "1:30", "1:30", "2:30", "3:30"]),
        ("America/New_York", date(2027, 3, 14), ["0:30", "1:30", "3:30"]),
        ("America/New_York", date(2026, 11, 1), ["0:30", "1:30", "1:30", "2:30", "3:30"]),
        # Half an hour is missing, and half an hour comes twice.
        ("Australia/Lord_Howe", date(2026, 10, 4), ["0:30", "1:30", "3:00"]),
        ("Australia/Lord_Howe", date(2026, 4, 5), ["0:30", "1:30", "2:00", "3:00"]),
    ],
)
def test_days_when_the_clock_changes(zone: str, on: date, expected: list[str]) -> None:
    directory = salon("anna", zone=zone, hours=every_day(30, 4 * 60 + 30), horizon_days=400)
    now = utc(on - timedelta(days=30), 12)
    assert times(directory, wish(on), now=now) == [f"{one} anna" for one in expected]


def test_a_room_is_taken_beside_the_member_of_staff() -> None:
    directory = salon("zoe", services=(MASSAGE,), rooms=2)
    taken = (busy("room0", utc(MONDAY, 9)), busy("room1", utc(MONDAY, 9)), busy("room0", utc(MONDAY, 10)))
    found = openings(directory, wish(services=("massage",)), taken, NOW)
    assert [(one.starts_at.hour, one.resource_ids) for one in found] == [
        (10, ("room1", "zoe")),
        (11, ("room0", "zoe")),
        (12, ("room0", "zoe")),
    ]
    assert {one.staff_id for one in found} == {"zoe"}


def test_without_a_room_there_is_nothing() -> None:
    with pytest.raises(NotOffered):
        openings(salon("zoe", services=(MASSAGE,)), wish(services=("massage",)), (), NOW)


def test_a_room_has_hours_too() -> None:
    hours = (*every_day(540, 780), *every_day(600, 720, "room0"))
    directory = salon("zoe", services=(MASSAGE,), rooms=1, hours=hours)
    assert times(directory, wish(services=("massage",))) == ["10:00 zoe", "11:00 zoe"]


def test_a_room_by_itself() -> None:
    directory = salon(services=(SAUNA,), rooms=2)
    found = openings(directory, wish(services=("sauna",)), (busy("room0", utc(MONDAY, 10)),), NOW)
    assert [one.resource_ids for one in found] == [("room0",), ("room1",), ("room0",), ("room0",)]
    assert {one.staff_id for one in found} == {None}


def test_a_massage_and_the_sauna_take_staff_and_room() -> None:
    directory = salon("zoe", services=(MASSAGE, SAUNA), rooms=1)
    (first, *_) = openings(directory, wish(services=("massage", "sauna")), (), NOW)
    assert first.resource_ids == ("room0", "zoe")
    assert first.ends_at - first.starts_at == timedelta(hours=2)


def test_people_serve_where_their_calendar_is() -> None:
    graca, alfama = LUZ.places
    cut = ("biz-luz:cut",)
    monday = wish(services=cut)
    assert resources_of(LUZ, replace(monday, place_id=graca.id)) == ("biz-luz:anna", "biz-luz:miguel", "biz-luz:rosa")
    assert resources_of(LUZ, replace(monday, place_id=alfama.id)) == ("biz-luz:ines",)
    with pytest.raises(NotOffered):
        resources_of(LUZ, replace(monday, place_id=alfama.id, staff_id="biz-luz:anna"))


def test_whose_occupancy_must_be_read() -> None:
    directory = salon("zoe", "anna", services=(MASSAGE, CUT), rooms=2)
    assert resources_of(directory, wish()) == ("anna", "zoe")
    assert resources_of(directory, wish(staff_id="zoe")) == ("zoe",)
    assert resources_of(directory, wish(services=("massage",), staff_id="zoe")) == ("room0", "room1", "zoe")


def test_what_must_be_read_covers_the_days_and_the_buffers() -> None:
    directory = salon("anna", services=(COLOUR,))
    reach = reach_of(directory, wish(services=("colour",)), NOW)
    assert reach is not None
    start, end = reach
    assert start == utc(MONDAY, 0) - timedelta(minutes=10)
    assert end == utc(TUESDAY, 12) + timedelta(minutes=110)
    assert reach_of(directory, wish(services=("colour",), earliest=900, latest=900), NOW) == reach
    small_hours = reach_of(directory, wish(services=("colour",), latest=60), NOW)
    assert small_hours == (start - timedelta(days=1), end)
    assert reach_of(directory, wish(date.max, services=("colour",)), NOW) is None
    assert reach_of(directory, wish(date.min, services=("colour",)), NOW) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"place_id": "elsewhere"},
        {"service_ids": ("shave",)},
        {"service_ids": ()},
        {"service_ids": ("cut", "shave")},
        {"staff_id": "nobody"},
        {"party_size": 0},
    ],
)
def test_what_is_not_offered(changed: dict[str, object]) -> None:
    with pytest.raises(NotOffered):
        openings(salon("anna"), replace(wish(), **changed), (), NOW)  # type: ignore[arg-type]


def test_staff_without_a_calendar_cannot_be_booked() -> None:
    directory = salon("anna", "rosa")
    directory = replace(directory, resources=directory.resources[1:])
    assert {one.staff_id for one in openings(directory, wish(), (), NOW)} == {"rosa"}


def test_a_new_version_of_the_set_up_is_read_afresh() -> None:
    directory = salon("anna")
    assert times(directory, wish())
    moved = replace(directory, hours=every_day(14 * 60, 15 * 60), version=2)
    assert times(moved, wish()) == ["14:00 anna"]


def table(at: int, party: int, on: date = date(2026, 11, 21)) -> list[str]:
    what = replace(wish(on, services=("biz-mar:table",)), place_id="biz-mar:cais", party_size=party)
    return [one.resource_ids[0][-2:] for one in openings(MAR, replace(what, earliest=at, latest=at), (), NOW)]


def test_a_party_gets_the_smallest_table_that_fits_then_the_one_with_priority() -> None:
    assert table(20 * 60, 1) == ["t1"]
    assert table(20 * 60, 2) == ["t1"]
    assert table(20 * 60, 3) == ["t3"]
    assert table(20 * 60, 5) == ["t5"]
    assert table(20 * 60, 8) == ["t6"]
    directory = replace(MAR, resources=(*MAR.resources, Resource("best", "biz-mar:cais", "table", "Best", 1, 2, 9)))
    what = replace(wish(date(2026, 11, 21), services=("biz-mar:table",)), place_id="biz-mar:cais", party_size=2)
    assert openings(directory, what, (), NOW)[0].resource_ids == ("best",)
    large = replace(MAR, resources=(*MAR.resources, Resource("large", "biz-mar:cais", "table", "Large", 1, 9, 10)))
    assert openings(large, what, (), NOW)[0].resource_ids == ("biz-mar:t1",)


def test_a_party_that_no_table_can_seat() -> None:
    with pytest.raises(NotOffered):
        table(20 * 60, 9)


def test_a_larger_party_keeps_its_table_longer() -> None:
    what = replace(wish(date(2026, 11, 21), services=("biz-mar:table",)), place_id="biz-mar:cais")
    minutes = []
    for party in (1, 2, 3, 4, 5, 8):
        one = openings(MAR, replace(what, party_size=party), (), NOW)[0]
        minutes.append((one.ends_at - one.starts_at) // timedelta(minutes=1))
    assert minutes == [90, 90, 105, 105, 120, 150]


def test_the_next_best_table_when_the_best_is_taken() -> None:
    saturday = date(2026, 11, 21)
    what = replace(
        wish(saturday, services=("biz-mar:table",), earliest=1200, latest=1200), place_id="biz-mar:cais", party_size=2
    )
    taken = [busy(f"biz-mar:t{number}", utc(saturday, 19), 90) for number in (1, 2)]
    assert openings(MAR, what, taken, NOW)[0].resource_ids == ("biz-mar:t3",)


def test_a_table_cannot_be_had_together_with_a_haircut() -> None:
    both = replace(salon("anna"), services=(CUT, Service("table", "Table", 90, needs="table")))
    with pytest.raises(NotOffered):
        openings(both, wish(services=("cut", "table")), (), NOW)
