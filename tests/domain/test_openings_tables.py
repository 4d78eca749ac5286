"""Tables as the plain search offers them: joins, areas, features, pacing."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.availability import Opening, openings
from domain.businesses import Directory, Join, Resource, Service
from domain.errors import NotOffered
from domain.occupancy import Count
from tests.domain.scheduling import MONDAY, NOW, busy, every_day, salon, times, utc, wish

TABLE = Service("table", "Table", 90, needs="table")
JOINED = (Join("pair", ("t1", "t2"), 3, 4), Join("row", ("t2", "t1", "t4"), 6, 8, 9))


def bistro(**policies: Any) -> Directory:
    """Return a restaurant of two small tables, one for four and one for five at the door that is kept for the house."""
    tables = (
        Resource("t1", "place", "table", "1", 1, 2, 5, ("window",), "hall"),
        Resource("t2", "place", "table", "2", 1, 2, 9, ("window", "quiet"), "hall"),
        Resource("t4", "place", "table", "4", 2, 4, 5, ("quiet",), "hall"),
        Resource("out", "place", "table", "Out", 1, 4, 1, ("outdoor",), "terrace"),
        Resource("door", "place", "table", "Door", 1, 5, 5, (), "hall", online=False),
    )
    directory = salon(services=(TABLE,), hours=every_day(18 * 60, 22 * 60), **policies)
    return replace(directory, resources=tables, joins=JOINED)


def asked(party: int, directory: Directory | None = None, **more: Any) -> list[Opening]:
    what = replace(wish(services=("table",)), party_size=party, **more)
    return openings(directory or bistro(), what, (), NOW)


def first(party: int, **more: Any) -> tuple[str, ...]:
    return asked(party, **more)[0].resource_ids


def refused(party: int, **more: Any) -> str:
    with pytest.raises(NotOffered) as error:
        asked(party, **more)
    return error.value.field


def test_the_fewest_seats_are_wasted_then_single_tables_then_priority() -> None:
    assert first(1) == ("t2",)
    assert first(3) == ("t4",)
    assert first(7) == ("t1", "t2", "t4")


def test_tables_are_joined_when_the_single_ones_are_taken() -> None:
    at = utc(MONDAY, 18)
    taken = (busy("t4", at, 240), busy("out", at, 240))
    found = openings(bistro(), replace(wish(services=("table",)), party_size=4), taken, NOW)
    assert found[0].resource_ids == ("t1", "t2")
    assert {one.resource_id for one in found[0].take.rows} == {"t1", "t2"}
    more = (*taken, busy("t1", utc(MONDAY, 19), 60))
    found = openings(bistro(), replace(wish(services=("table",)), party_size=4), more, NOW)
    assert [one.starts_at for one in found] == [utc(MONDAY, 20)]


def test_area_and_features_are_kept() -> None:
    assert first(2, area="terrace") == ("out",)
    assert first(2, features=("quiet",)) == ("t2",)
    assert first(2, features=("quiet", "window")) == ("t2",)
    assert first(4, features=("window",)) == ("t1", "t2")
    assert refused(2, area="roof") == "area"
    assert refused(2, features=("quiet", "outdoor")) == "features"


def test_some_tables_are_kept_for_the_house() -> None:
    assert refused(5) == "party_size"
    assert first(5, online=False) == ("door",)


def test_a_party_larger_than_the_house() -> None:
    assert refused(9) == "party_size"
    assert refused(9, online=False) == "party_size"


def test_a_party_that_nobody_has_counted_may_have_any_single_table() -> None:
    found = openings(bistro(), wish(services=("table",)), (), NOW)
    assert found[0].resource_ids == ("t2",)


def test_covers_that_begin_in_a_quarter_of_an_hour() -> None:
    directory = bistro(grid=15, pacing=6)
    at = utc(MONDAY, 18, 15)
    used = {("pace:place", at): 4}
    what = replace(wish(services=("table",)), party_size=3)
    starts = [one.starts_at for one in openings(directory, what, (), NOW, used)]
    assert at not in starts
    assert utc(MONDAY, 18) in starts
    two = openings(directory, replace(what, party_size=2), (), NOW, used)
    assert two[1].counts == (Count("pace:place", at, 2, 6),)
    assert refused(7, directory=directory) == "party_size"


def test_of_these_so_many_may_be_booked_from_outside() -> None:
    directory = bistro(grid=30, pacing=20, online_pacing=4)
    what = replace(wish(services=("table",)), party_size=3)
    used = {("pace:place", utc(MONDAY, 18)): 3, ("pace-online:place", utc(MONDAY, 18)): 3}
    outside = openings(directory, what, (), NOW, used)
    assert outside[0].starts_at == utc(MONDAY, 18, 30)
    assert [one.key for one in outside[0].counts] == ["pace:place", "pace-online:place"]
    inside = openings(directory, replace(what, online=False), (), NOW, used)
    assert inside[0].starts_at == utc(MONDAY, 18)
    assert [one.key for one in inside[0].counts] == ["pace:place"]


def test_starts_within_a_quarter_count_together() -> None:
    directory = bistro(grid=5, pacing=4)
    used = {("pace:place", utc(MONDAY, 19, 15)): 3}
    shown = times(directory, replace(wish(services=("table",)), party_size=2, earliest=19 * 60, latest=1175), now=NOW)
    assert shown == ["19:00", "19:05", "19:10", "19:15", "19:20", "19:25", "19:30", "19:35"]
    what = replace(wish(services=("table",)), party_size=2, earliest=19 * 60, latest=1175)
    left = [one.starts_at.minute for one in openings(directory, what, (), NOW, used)]
    assert left == [0, 5, 10, 30, 35]


def test_a_table_service_may_have_hours_of_its_own() -> None:
    directory = bistro()
    directory = replace(directory, hours=(*directory.hours, *every_day(19 * 60, 22 * 60, "table")))
    assert asked(2, directory)[0].starts_at == utc(MONDAY, 19)


def test_a_large_party_keeps_all_its_tables_for_its_turn() -> None:
    (found, *_) = asked(8)
    assert found.ends_at - found.starts_at == timedelta(minutes=150)
    assert len(found.take.rows) == 3
    assert {one.ends_at - one.starts_at for one in found.take.rows} == {timedelta(minutes=150)}
    assert found.starts_at.date() == date(2026, 11, 23)
