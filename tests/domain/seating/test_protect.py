"""The owner's dial: what tables are worth to those who may still ask, and whom a protective house refuses."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.bookings import Booking, Status
from domain.businesses import Hours
from domain.errors import NotOffered
from domain.hours import floor_minute
from domain.seating.evening import Block, Evening, Party
from domain.seating.forecast import ENOUGH_BOOKINGS, forecast_of
from domain.seating.openings import seated_openings
from domain.seating.protect import Demand, prices_of
from domain.seating.reseat import seat
from tests.domain.seating.houses import DAY, NOW, house, layout, table
from tests.domain.seating.test_seated_openings import at, wish

HOUSE = house(table("a", 2), table("b", 6), table("c", 6), grid=30)
SEVEN = floor_minute(at(19))
SIXES = [Demand(6, SEVEN, 3.0)]
"""One more than there are tables for."""
NO_SMALL_ONE = Evening(blocks=(Block("a", SEVEN - 240, SEVEN + 300),))


def prices(demands, evening=NO_SMALL_ONE, before=None):
    return prices_of(layout(HOUSE), evening, HOUSE.business.policies, demands, before)


def two(starts=SEVEN):
    return Party("", 2, starts, starts + 90)


def test_a_table_is_worth_nothing_when_nobody_else_will_ask():
    assert prices([]).cost(two()) == 0
    assert not prices([]).refuses(two(), 1.0)


def test_a_large_table_is_kept_for_the_large_party_that_is_expected():
    expecting = prices(SIXES)
    assert expecting.cost(two()) == pytest.approx(
        4.5, abs=1.5
    )  # six covers for two hours, of which it takes one and a half
    assert expecting.refuses(two(), 1.0)
    assert not expecting.refuses(two(), 0.2)
    assert not expecting.refuses(replace(two(), size=6, ends=SEVEN + 120), 0.9)
    assert not expecting.refuses(two(SEVEN + 180), 1.0)


def test_there_is_nothing_to_protect_while_a_small_table_is_left_or_fewer_are_expected():
    assert not prices(SIXES, Evening()).refuses(two(), 1.0)
    assert not prices([Demand(6, SEVEN, 0.5)]).refuses(two(), 1.0)


def test_a_dial_at_nought_refuses_nobody_and_a_party_nobody_counted_is_not_refused():
    many = prices([Demand(6, SEVEN, 50.0)])
    assert not many.refuses(two(), 0.0)
    assert not many.refuses(replace(two(), size=None), 1.0)


def test_old_prices_are_where_the_next_search_begins():
    first = prices(SIXES)
    assert prices(SIXES, before=first).cost(two()) == pytest.approx(first.cost(two()), abs=1.0)


def test_a_party_that_stays_at_a_small_table_leaves_it_to_nobody():
    """Who may move shares the small table's price; who may not has taken it."""
    stays = Evening((Party("x", 2, SEVEN, SEVEN + 90, ("a",), fixed=True),))
    assert prices(SIXES, stays).refuses(two(), 1.0)


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 8)), max_size=6), st.integers(1, 6), st.integers(0, 8))
@settings(max_examples=40, deadline=None)
def test_prices_are_never_below_nought(demands, size, since):
    found = prices([Demand(one, SEVEN + 30 * at, 1.0) for one, at in demands])
    assert found.cost(replace(two(SEVEN + 30 * since), size=size)) >= 0


def test_a_protected_start_is_left_out_and_the_others_stay():
    directory = replace(HOUSE, business=replace(HOUSE.business, policies=replace(HOUSE.business.policies, protect=1.0)))
    expecting = prices_of(layout(directory), NO_SMALL_ONE, directory.business.policies, SIXES)

    def shown(prices):
        found = seated_openings(directory, wish(2), NO_SMALL_ONE, NOW, {}, prices=prices)
        return [f"{one.starts_at:%H:%M}" for one in found]

    assert "19:00" in shown(None)
    protected = shown(expecting)
    assert "19:00" not in protected
    assert {"17:00", "21:30"} <= set(protected)
    assert seat(layout(directory), NO_SMALL_ONE, two(), directory.business.policies) is not None


def test_a_house_without_a_past_expects_the_usual_mix_in_its_open_hours():
    found = forecast_of(HOUSE, "place", [])
    day = found.days[0]
    assert {size for size, _ in day} == {1, 2, 3, 4, 5, 6}
    assert min(start for _, start in day) == 17 * 60
    assert max(start for _, start in day) + 90 <= 23 * 60
    covers = sum(size * many for (size, _), many in day.items())
    assert 14 * 0.9 * 360 / 120 < covers < 14 * 0.9 * 360 / 90
    closed = replace(HOUSE, hours=(Hours("place", 0, 1020, 1380),))
    assert forecast_of(closed, "place", []).days[1] == {}


def booked(size, on, hour, days_before):
    starts = at(hour) + timedelta(days=on)
    return Booking(
        id=f"{on}-{size}-{hour}", business_id="biz", place_id="place", customer_id="c", status=Status.COMPLETED,
        items=(), starts_at=starts, ends_at=starts, created_at=starts - timedelta(days=days_before), party_size=size,
    )  # fmt: skip


def test_a_house_with_a_past_expects_what_it_had_on_that_weekday():
    """Twelve weeks: two parties of two at eight each Monday, and one of six at seven on Saturdays."""
    past = [booked(2, -7 * week, 20, days) for week in range(1, 13) for days in (1, 9)]
    past += [booked(6, -7 * week - 2, 19, 3) for week in range(1, 13)] * 4
    assert len(past) >= ENOUGH_BOOKINGS
    found = forecast_of(HOUSE, "place", past)
    assert found.days[0] == {(2, 20 * 60): 2.0}
    assert found.days[5] == {(6, 19 * 60): 4.0}
    assert found.days[2].keys() == found.days[0].keys() | found.days[5].keys()  # nothing known of it: as all days


def test_the_closer_the_day_the_fewer_are_still_to_come():
    past = [booked(2, -7 * week, 20, days) for week in range(1, 31) for days in (1, 9)]
    found = forecast_of(HOUSE, "place", past)

    def left(days, hours=0):
        return sum(one.expected for one in found.left(DAY, at(20) - timedelta(days=days, hours=hours)))

    assert left(20) == pytest.approx(2.0)
    assert left(5) == pytest.approx(1.0)
    assert left(0, 1) == 0
    assert left(-1) == 0
    assert forecast_of(HOUSE, "place", []).share_after(3 * 1440) == pytest.approx(0.632, abs=0.001)


def test_a_place_that_is_not_there_has_no_forecast():
    with pytest.raises(NotOffered):
        forecast_of(HOUSE, "elsewhere", [])
