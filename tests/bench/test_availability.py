"""The bench of other projects' availability cases: how a case is told as a business, and what it counts."""

import json
from typing import Any

import pytest

from bench.availability import BadCase, answer, measure, ranges, read
from tests.bench.measured import line_of

DAILY = [{"days": [0, 1, 2, 3, 4, 5, 6], "start": "09:00", "end": "12:00"}]
MONDAY = "2026-11-23"


def told(**changed: Any) -> dict[str, Any]:
    """Return a case: a Monday in Lisbon from nine to twelve, an hour each, unless it is changed."""
    return {
        "id": "one",
        "name": "one",
        "timezone": "Europe/Lisbon",
        "working_hours": DAILY,
        "date_overrides": [],
        "busy": [],
        "duration_min": 60,
        "slot_interval_min": 60,
        "now": "2026-11-20T10:00:00Z",
        "query_from": f"{MONDAY}T00:00:00Z",
        "query_to": f"{MONDAY}T23:59:59.999Z",
        "assertion": "exact",
        "expected_starts": [f"{MONDAY}T{hour:02}:00:00Z" for hour in (9, 10, 11)],
        **changed,
    }


def times(**changed: Any) -> list[str]:
    return [f"{one:%H:%M}" for one in answer(told(**changed))]


def block(start: str, end: str, **more: Any) -> dict[str, Any]:
    return {"start": f"{MONDAY}T{start}:00Z", "end": f"{MONDAY}T{end}:00Z", "kind": "booking", **more}


def test_sunday_is_the_first_day() -> None:
    monday = [{"days": [1], "start": "09:00", "end": "10:00"}]
    assert times(working_hours=monday) == ["09:00"]
    assert times(working_hours=[{"days": [0], "start": "09:00", "end": "10:00"}]) == []


def test_midnight_is_written_in_two_ways() -> None:
    for end in ("24:00", "23:59"):
        assert times(working_hours=[{"days": [1], "start": "22:00", "end": end}]) == ["22:00", "23:00"]


def test_hours_are_those_of_the_schedule_and_the_grid_is_that_of_the_booker() -> None:
    assert times(schedule_timezone="Asia/Kolkata") == ["04:00", "05:00"]  # 9:00 is 3:30 in Lisbon


def test_an_override_replaces_its_date_and_none_closes_it() -> None:
    assert times(date_overrides=[{"date": MONDAY, "start": "10:00", "end": "11:00"}]) == ["10:00"]
    assert times(date_overrides=[{"date": MONDAY, "start": None, "end": None}]) == []
    assert times(date_overrides=[{"date": MONDAY, "start": "00:00", "end": "00:00"}]) == []
    twice = [{"date": MONDAY, "start": f"{at}:00", "end": f"{at + 1}:00"} for at in (14, 8)]
    assert [f"{one:%H:%M}" for one in answer(told(date_overrides=twice, query_from=None, query_to=None))][:2] == [
        "08:00",
        "14:00",
    ]


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        (block("10:00", "11:00", status="accepted"), ["09:00", "11:00"]),
        (block("10:00", "11:00"), ["09:00", "11:00"]),
        (block("10:00", "11:00", status="pending"), ["09:00", "10:00", "11:00"]),
        (block("10:00", "11:00", status="pending", blocks=True), ["09:00", "11:00"]),
        (block("10:00", "11:00", status="cancelled"), ["09:00", "10:00", "11:00"]),
        (block("10:00", "11:00", buffer_after_min=30), ["09:00"]),
        (block("10:00", "11:00", buffer_before_min=30), ["11:00"]),
        (block("10:00", "11:00", kind="calendar", buffer_after_min=30), ["09:00", "11:00"]),
    ],
)
def test_what_is_taken(taken: dict[str, Any], left: list[str]) -> None:
    assert times(busy=[taken]) == left


@pytest.mark.parametrize(
    ("kind", "start", "end", "left"),
    [
        ("calendar", "10:00", "10:30", []),
        ("block", "10:00", "10:30", ["09:00", "11:00"]),
        ("block", "10:00", "10:01", ["09:00", "11:00"]),
    ],
)
def test_a_block_is_as_it_is_whatever_the_buffers(kind: str, start: str, end: str, left: list[str]) -> None:
    taken = [block(start, end, kind=kind)]
    assert times(busy=taken, buffer_before_min=45, buffer_after_min=15) == left


def test_grids() -> None:
    taken = [block("09:00", "09:10")]
    half = {"duration_min": 30, "slot_interval_min": 30, "busy": taken}
    assert times(**half)[:2] == ["09:30", "10:00"]
    assert times(**half, show_optimized_slots=True)[0] == "09:30"
    forty = {"duration_min": 40, "slot_interval_min": 40, "busy": taken}
    assert times(**forty) == ["09:20", "10:00", "10:40", "11:20"]
    assert times(**forty, show_optimized_slots=True) == ["09:20", "10:00", "10:40", "11:20"]
    assert times(**forty, grid="fixed_from_open") == ["09:40", "10:20", "11:00"]
    assert times(duration_min=15, slot_interval_min=45, offset_start_min=15) == ["09:15", "10:15", "11:15"]
    assert times(duration_min=30, slot_interval_min=None) == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]


def test_notice_and_what_is_asked_for() -> None:
    assert times(now=f"{MONDAY}T09:00:00Z") == ["10:00", "11:00"]
    assert times(now=f"{MONDAY}T09:00:00Z", minimum_notice_min=61) == ["11:00"]
    assert times(not_before=f"{MONDAY}T09:30:00Z") == ["10:00", "11:00"]
    assert times(query_from=f"{MONDAY}T09:30:00Z") == ["10:00", "11:00"]
    assert times(query_to=f"{MONDAY}T11:00:00Z") == ["09:00", "10:00"]


def test_hosts_of_whom_any_will_do() -> None:
    early = {"id": 1, "working_hours": [{"days": [1], "start": "09:00", "end": "11:00"}]}
    late = {"id": 2, "working_hours": [{"days": [1], "start": "11:00", "end": "13:00"}]}
    assert times(hosts=[early, late], host_policy="any") == ["09:00", "10:00", "11:00", "12:00"]
    assert times(hosts=[early, late], busy=[block("09:00", "10:00", host=1)]) == ["10:00", "11:00", "12:00"]
    assert times(hosts=[early, late], busy=[block("09:00", "12:00")]) == ["12:00"]
    off = {**late, "date_overrides": [{"date": MONDAY, "start": None, "end": None}]}
    assert times(hosts=[early, off]) == ["09:00", "10:00"]
    assert times(hosts=[{**early, "busy": [block("09:00", "10:00")]}, off]) == ["10:00"]
    assert times(hosts=[{"id": 3}, late]) == ["09:00", "10:00", "11:00", "12:00"]
    only = {"id": 4, "date_overrides": [{"date": MONDAY, "start": "15:00", "end": "16:00"}], "working_hours": []}
    assert times(hosts=[only]) == ["15:00"]
    kolkata = {**early, "schedule_timezone": "Asia/Kolkata"}
    assert times(hosts=[kolkata]) == ["04:00"]


def test_hosts_who_are_all_needed() -> None:
    hosts = [
        {"id": one, "working_hours": [{"days": [1], "start": "09:00", "end": end}]}
        for one, end in ((1, "12:00"), (2, "11:00"))
    ]
    assert times(hosts=hosts, host_policy="all") == ["09:00", "10:00"]
    assert times(hosts=hosts, host_policy="all", busy=[block("09:00", "10:00", host=2)]) == ["10:00"]
    assert times(hosts=hosts[:1], host_policy="all") == ["09:00", "10:00", "11:00"]


def test_the_booking_that_is_moved_does_not_block_nor_count() -> None:
    taken = [block("10:00", "11:00", uid="R")]
    assert times(busy=taken, limits={"per_day": 1}) == []
    assert times(busy=taken, limits={"per_day": 1}, reschedule_uid="R") == ["09:00", "10:00", "11:00"]
    assert times(busy=taken, reschedule_uid="S") == ["09:00", "11:00"]


@pytest.mark.parametrize("period", ["day", "week", "month", "year"])
def test_limits(period: str) -> None:
    taken = [block("10:00", "11:00"), {**block("10:00", "11:00"), "status": "cancelled"}]
    assert times(busy=taken, limits={f"per_{period}": 1}) == []
    assert times(busy=taken, limits={f"per_{period}": 2}) == ["09:00", "11:00"]


def test_seats() -> None:
    taken = [block("10:00", "11:00", attendees=2)]
    assert times(busy=taken, seats=3) == ["09:00", "10:00", "11:00"]
    assert times(busy=taken, seats=2) == ["09:00", "11:00"]
    assert times(busy=[block("10:00", "11:00", attendees=["a@b.example"])], seats=1) == ["09:00", "11:00"]


@pytest.mark.parametrize(
    ("limit", "last"),
    [
        ({"type": "rolling", "days": 2, "count_calendar_days": True}, 22),
        ({"type": "rolling", "days": 2, "count_calendar_days": False}, 24),
        ({"type": "rolling_window", "days": 3, "count_calendar_days": True}, 22),
        ({"type": "rolling_window", "days": 3, "count_calendar_days": False}, 24),
        ({"type": "range", "start_date": "2026-11-21", "end_date": "2026-11-22"}, 22),
        ({"type": "unlimited"}, 27),
        (None, 27),
    ],
)
def test_how_far_ahead(limit: dict[str, Any] | None, last: int) -> None:
    """Now is a Friday, an hour after opening."""
    weeks = {"query_from": "2026-11-20T00:00:00Z", "query_to": "2026-11-27T23:59:59Z", "future_limit": limit}
    assert answer(told(**weeks))[-1].day == last


def test_days_that_have_an_opening_are_counted_from_today_whatever_is_asked_for() -> None:
    limit = {"type": "rolling_window", "days": 3, "count_calendar_days": True}
    weeks = {"query_from": "2026-11-22T00:00:00Z", "query_to": "2026-11-27T23:59:59Z", "future_limit": limit}
    assert {one.day for one in answer(told(**weeks))} == {22}


def test_assertions() -> None:
    starts = [f"{MONDAY}T{hour:02}:00:00Z" for hour in (9, 10, 11)]
    met = [
        told(assertion="prefix"),
        told(assertion="exact_on_dates", disabled_dates=["2026-11-24"]),
        told(assertion="count", expected_starts=None, expected_count=3),
        told(assertion="count_on_date", on_date=MONDAY, on_date_tz="Asia/Dhaka", expected_count=3),
        told(query_to="2026-11-24T23:59:59Z", on_date=MONDAY),
        told(assertion="last", expected_starts=starts[-1:]),
        told(assertion="none_between", none_between=[f"{MONDAY}T09:01:00Z", f"{MONDAY}T10:00:00Z"]),
    ]
    missed = [
        told(expected_starts=starts[1:]),
        told(assertion="prefix", expected_starts=starts[1:]),
        told(assertion="exact_on_dates", disabled_dates=[MONDAY], expected_starts=[]),
        told(assertion="count", expected_count=2),
        told(assertion="count_on_date", on_date="2026-11-24", expected_count=3),
        told(assertion="last", expected_starts=starts[:1]),
        told(assertion="none_between", none_between=starts[:2]),
        told(assertion="about"),
        told(host_policy="most"),
        told(grid="hexagonal"),
        told(future_limit={"type": "someday"}),
        told(duration_min=None),
    ]
    line, misses = measure([*met, *missed], [])
    assert line == {"bench": "availability", "passed": len(met), "cases": len(met) + len(missed), "ranges": 0}
    assert len(misses) == len(missed)
    assert "got 11-23T09:00 11-23T10:00 11-23T11:00" in misses[0]


def test_open_ranges_are_merged_and_cut_to_what_is_asked_for() -> None:
    hours = [{"days": [1], "start": start, "end": end} for start, end in (("09:00", "12:00"), ("12:00", "15:00"))]
    case = told(working_hours=hours, query_from=f"{MONDAY}T10:00:00Z", query_to="2026-11-30T00:00:00Z")
    (only,) = ranges(case)
    assert [f"{one:%d %H:%M}" for one in only] == ["23 10:00", "23 15:00"]
    spans = [[f"{MONDAY}T10:00:00Z", f"{MONDAY}T15:00:00Z"]]
    line, misses = measure([], [{**case, "expected_ranges": spans}, {**case, "expected_ranges": []}])
    assert (line["passed"], line["ranges"], len(misses)) == (1, 2, 1)


def test_it_prints_one_line(tmp_path: Any) -> None:
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": [told(), told(expected_starts=[])]}))
    assert line_of("availability", file) == {"bench": "availability", "passed": 1, "cases": 2, "ranges": 0}
    assert line_of("availability", file, "--misses")["passed"] == 1
    file.write_text("{}")
    with pytest.raises(BadCase):
        read(file)
