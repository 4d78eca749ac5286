"""When a place and its people are open."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.businesses import DateOverride, Directory, Hours
from domain.hours import ceil_minute, epoch_minute, floor_minute, has_hours, hours_on, open_ranges, open_stretches
from tests.domain.scheduling import MONDAY, every_day, salon


def ranges(directory: Directory, on: date, owner_id: str = "place") -> list[tuple[str, str, str]]:
    place = directory.places[0]

    def local(minute: int) -> str:
        return datetime.fromtimestamp(minute * 60, ZoneInfo(place.zone)).strftime("%d %H:%M")

    return [
        (local(one.opens), local(one.closes), local(one.until)) for one in open_ranges(directory, place, owner_id, on)
    ]


def test_a_closed_day_has_no_ranges() -> None:
    directory = salon("anna", hours=(Hours("place", 0, 540, 780),))
    assert ranges(directory, MONDAY) == [("23 09:00", "23 13:00", "23 13:00")]
    assert ranges(directory, MONDAY + timedelta(days=1)) == []


def test_an_override_replaces_the_weekly_hours_of_its_date_only() -> None:
    late = DateOverride("place", MONDAY, ((600, 660), (900, 960)))
    closed = DateOverride("place", MONDAY + timedelta(days=1))
    directory = salon("anna", overrides=(late, closed))
    assert hours_on(directory, "place", MONDAY) == ((600, 660), (900, 960))
    assert hours_on(directory, "place", MONDAY + timedelta(days=1)) == ()
    assert hours_on(directory, "place", MONDAY + timedelta(days=2)) == ((540, 780),)


def test_two_overrides_of_one_date_add_up() -> None:
    directory = salon(
        overrides=(DateOverride("place", MONDAY, ((900, 960),)), DateOverride("place", MONDAY, ((600, 660),)))
    )
    assert hours_on(directory, "place", MONDAY) == ((600, 660), (900, 960))


def test_staff_without_hours_follow_the_place() -> None:
    directory = salon("anna")
    assert hours_on(directory, "anna", MONDAY) is None
    assert ranges(directory, MONDAY, "anna") == ranges(directory, MONDAY)


def test_staff_hours_narrow_the_place_but_never_widen_it() -> None:
    directory = salon("anna", hours=(*every_day(540, 780), *every_day(480, 600, "anna"), *every_day(720, 900, "anna")))
    assert ranges(directory, MONDAY, "anna") == [
        ("23 09:00", "23 10:00", "23 10:00"),
        ("23 12:00", "23 13:00", "23 13:00"),
    ]


def test_staff_with_weekly_hours_are_off_on_the_days_these_leave_out() -> None:
    directory = salon("anna", hours=(*every_day(540, 780), Hours("anna", 0, 540, 780)))
    assert ranges(directory, MONDAY, "anna")
    assert not ranges(directory, MONDAY + timedelta(days=1), "anna")


def test_staff_with_a_day_off_and_no_weekly_hours_follow_the_place_on_other_days() -> None:
    directory = salon("anna", overrides=(DateOverride("anna", MONDAY, (), "dentist"),))
    assert not ranges(directory, MONDAY, "anna")
    assert ranges(directory, MONDAY + timedelta(days=1), "anna")


def test_staff_are_off_when_the_place_is_closed_for_a_holiday() -> None:
    directory = salon(
        "anna", hours=(*every_day(540, 780), *every_day(540, 780, "anna")), overrides=(DateOverride("place", MONDAY),)
    )
    assert not ranges(directory, MONDAY, "anna")


def test_a_night_belongs_to_the_date_on_which_it_opens() -> None:
    directory = salon(hours=(Hours("place", 0, 18 * 60, 26 * 60),))
    assert ranges(directory, MONDAY) == [("23 18:00", "24 02:00", "24 02:00")]
    assert ranges(directory, MONDAY + timedelta(days=1)) == []


def test_staff_who_work_until_midnight_and_on_from_midnight_cover_the_night() -> None:
    hours = (*every_day(18 * 60, 26 * 60), *every_day(18 * 60, 24 * 60, "anna"), *every_day(0, 60, "anna"))
    directory = salon("anna", hours=hours)
    assert ranges(directory, MONDAY, "anna") == [
        ("23 18:00", "24 00:00", "24 01:00"),
        ("24 00:00", "24 01:00", "24 01:00"),
    ]


def test_ranges_that_touch_keep_their_own_grid_but_are_open_throughout() -> None:
    directory = salon(hours=(*every_day(540, 720), *every_day(720, 780)))
    assert ranges(directory, MONDAY) == [("23 09:00", "23 12:00", "23 13:00"), ("23 12:00", "23 13:00", "23 13:00")]


def test_ranges_that_overlap_are_one() -> None:
    assert ranges(salon(hours=(*every_day(540, 720), *every_day(700, 780))), MONDAY) == [
        ("23 09:00", "23 13:00", "23 13:00")
    ]


def test_always_open() -> None:
    (only,) = ranges(salon(hours=every_day(0, 1440)), MONDAY)
    assert only[:2] == ("23 00:00", "24 00:00")
    assert only[2] > "25"


def test_a_service_narrows_the_hours_of_who_gives_it() -> None:
    hours = (*every_day(540, 780), *every_day(600, 900, "anna"), *every_day(480, 660, "cut"))
    directory = salon("anna", hours=hours)
    place = directory.places[0]
    assert has_hours(directory, "cut")
    assert not has_hours(directory, "wash")
    (only,) = open_ranges(directory, place, "anna", MONDAY, "cut")
    assert only.closes - only.opens == 60
    assert open_ranges(directory, place, "anna", MONDAY, "wash") == open_ranges(directory, place, "anna", MONDAY)
    closed = salon("anna", hours=hours, overrides=(DateOverride("cut", MONDAY, (), "the teacher is away"),))
    assert open_ranges(closed, place, "anna", MONDAY, "cut") == ()
    assert open_ranges(closed, place, "anna", MONDAY)


def test_stretches_join_what_touches_also_at_midnight() -> None:
    directory = salon("anna", hours=(*every_day(0, 720), *every_day(720, 1440)))
    place = directory.places[0]
    (only,) = open_stretches(directory, place, "anna", MONDAY, MONDAY + timedelta(days=1))
    assert only[1] - only[0] == 2 * 1440
    closed = salon("anna", hours=every_day(540, 780))
    assert len(open_stretches(closed, place, "anna", MONDAY, MONDAY + timedelta(days=2))) == 3


def test_hours_of_nothing_are_dropped() -> None:
    assert ranges(salon(hours=every_day(600, 600)), MONDAY) == []


def wall(zone: str, on: date, minute: int) -> str:
    return datetime.fromtimestamp(epoch_minute(zone, on, minute) * 60, UTC).astimezone(ZoneInfo(zone)).isoformat()


@pytest.mark.parametrize(
    ("zone", "on", "minute", "expected"),
    [
        ("Europe/Lisbon", date(2026, 3, 29), 90, "2026-03-29T02:30:00+01:00"),  # 01:30 is skipped
        ("Europe/Lisbon", date(2026, 3, 29), 120, "2026-03-29T02:00:00+01:00"),
        ("Europe/Lisbon", date(2026, 10, 25), 90, "2026-10-25T01:30:00+01:00"),  # the first of two
        ("Europe/Lisbon", date(2026, 10, 25), 120, "2026-10-25T02:00:00+00:00"),
        ("America/New_York", date(2026, 3, 8), 150, "2026-03-08T03:30:00-04:00"),
        ("America/New_York", date(2026, 3, 7), 1440 + 540, "2026-03-08T09:00:00-04:00"),
        ("America/New_York", date(2026, 11, 1), 540, "2026-11-01T09:00:00-05:00"),
        ("Australia/Lord_Howe", date(2026, 4, 5), 105, "2026-04-05T01:45:00+11:00"),  # half an hour comes twice
        ("Australia/Lord_Howe", date(2026, 10, 4), 135, "2026-10-04T02:45:00+11:00"),  # half an hour is skipped
        ("America/Santiago", date(2026, 9, 6), 0, "2026-09-06T01:00:00-03:00"),  # midnight is skipped
        ("Pacific/Apia", date(2021, 4, 4), 600, "2021-04-04T10:00:00+13:00"),
        ("Asia/Kathmandu", date(2026, 1, 1), 600, "2026-01-01T10:00:00+05:45"),
        ("Africa/Casablanca", date(2026, 2, 15), 600, "2026-02-15T10:00:00+00:00"),  # no summer time in Ramadan
    ],
)
def test_wall_times_on_days_when_the_clock_changes(zone: str, on: date, minute: int, expected: str) -> None:
    assert wall(zone, on, minute) == expected


@pytest.mark.parametrize(
    "zone",
    ["Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Santiago", "Asia/Gaza"],
)
def test_every_hour_of_sixteen_years_is_where_zoneinfo_puts_it(zone: str) -> None:
    on, end = date(2020, 1, 1), date(2036, 1, 1)
    tz = ZoneInfo(zone)
    while on < end:
        for minute in (0, 90, 150, 540, 1410, 1500, 2160):
            day, rest = divmod(minute, 1440)
            naive = datetime(on.year, on.month, on.day, rest // 60, rest % 60) + timedelta(days=day)  # noqa: DTZ001
            assert epoch_minute(zone, on, minute) == naive.replace(tzinfo=tz).timestamp() // 60, (on, minute)
        on += timedelta(days=1)


def test_minutes_are_rounded_towards_safety() -> None:
    moment = datetime(2026, 11, 20, 10, 0, 0, 1, tzinfo=UTC)
    assert ceil_minute(moment) == floor_minute(moment) + 1
    assert ceil_minute(moment.replace(microsecond=0)) == floor_minute(moment)
    assert floor_minute(moment.replace(second=59)) == floor_minute(moment)
