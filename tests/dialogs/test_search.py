"""Which times of a day are shown first: few, over the whole day, and such as people like to say."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.search import SHOWN, spread
from domain.availability import Opening

LISBON = ZoneInfo("Europe/Lisbon")
NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def openings(*minutes: int) -> list[Opening]:
    """Return openings so many minutes after nine."""
    starts = [NINE + timedelta(minutes=one) for one in minutes]
    return [Opening("place", at, at + timedelta(minutes=45), ("anna",), at, at, "anna") for at in starts]


def shown(found: list[Opening], zone: ZoneInfo = LISBON) -> list[str]:
    return [f"{one.starts_at.astimezone(zone):%H:%M}" for one in spread(found, zone)]


def test_a_whole_free_day_is_shown_at_full_and_half_hours() -> None:
    assert shown(openings(*range(0, 34 * 15, 15))) == ["09:00", "10:30", "12:00", "14:00", "15:30", "17:00"]


def test_few_times_are_all_shown_however_odd() -> None:
    assert shown(openings(0, 5, 20, 35, 50, 55)) == ["09:00", "09:05", "09:20", "09:35", "09:50", "09:55"]


def test_the_first_time_is_always_shown() -> None:
    assert shown(openings(*range(15, 300, 15)))[0] == "09:15"


def test_hours_are_full_where_the_place_is() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")  # five and a half hours ahead
    minutes = {label[-2:] for label in shown(openings(*range(0, 34 * 15, 15)), kolkata)}
    assert minutes <= {"00", "30"}


@given(st.lists(st.integers(0, 900), unique=True, max_size=80).map(sorted), st.integers(2, 10))
def test_what_is_shown_is_in_order_and_never_too_much(minutes: list[int], most: int) -> None:
    found = openings(*minutes)
    chosen = spread(found, LISBON, most)
    assert len(chosen) == min(len(found), most)
    assert chosen == sorted(set(chosen), key=lambda one: one.starts_at)
    assert chosen[:1] == found[:1]
    assert set(chosen) <= set(found)
    assert chosen == spread(found, LISBON, most)


@pytest.mark.parametrize("count", range(SHOWN + 1, 40))
def test_no_part_of_the_day_is_left_out(count: int) -> None:
    found = openings(*range(0, count * 15, 15))
    at = [found.index(one) for one in spread(found, LISBON)]
    step = (count - 1) / (SHOWN - 1)
    assert all(after - before <= 2 * step + 1 for before, after in itertools.pairwise(at))
    assert at[-1] >= count - 1 - step
