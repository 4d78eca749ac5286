"""Days and times from their pieces: month ends, leap days, halves of the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding import times
from dialogs.understanding.commands import Day, TimeOfDay

DATES = st.dates(date(2024, 1, 1), date(2090, 1, 1))


def day(builder: str, today: date, *values: tuple[str, object]) -> Day | str:
    return times.day(builder, values, today, "dmy")


@given(DATES, st.integers(0, 6))
def test_a_weekday_is_the_next_one_to_come(today: date, weekday: int) -> None:
    found = day("weekday", today, ("<weekday>", weekday))
    assert isinstance(found, Day)
    assert found.exact
    assert found.first.weekday() == weekday
    assert timedelta(0) < found.first - today <= timedelta(7)


@given(DATES, st.integers(0, 6))
def test_next_weekday_lies_in_the_next_calendar_week(today: date, weekday: int) -> None:
    found = day("weekday_next", today, ("<weekday>", weekday))
    assert isinstance(found, Day)
    assert found.first.weekday() == weekday
    assert (found.first - timedelta(days=found.first.weekday())) - (
        today - timedelta(days=today.weekday())
    ) == timedelta(7)


@given(DATES, st.integers(1, 31))
def test_a_day_of_the_month_is_the_next_that_there_is(today: date, dom: int) -> None:
    found = day("dom", today, ("<dom>", dom))
    assert isinstance(found, Day)
    assert found.first.day == dom
    assert found.first >= today
    assert found.first - today <= timedelta(62)


@given(DATES)
def test_the_weekend_is_saturday_and_sunday_and_never_past(today: date) -> None:
    found = day("weekend", today)
    assert isinstance(found, Day)
    assert found.first >= today
    assert found.last.weekday() == 6


@pytest.mark.parametrize(
    ("today", "dom", "month", "year", "found"),
    [
        (date(2026, 11, 20), 29, 2, None, date(2028, 2, 29)),
        (date(2026, 11, 20), 29, 2, 2027, times.IMPOSSIBLE),
        (date(2026, 11, 20), 31, 4, None, times.IMPOSSIBLE),
        (date(2026, 11, 20), 20, 11, None, date(2026, 11, 20)),
        (date(2026, 11, 20), 19, 11, None, date(2027, 11, 19)),
        (date(2026, 11, 20), 19, 11, 2026, times.PAST),
        (date(2026, 12, 31), 1, 1, None, date(2027, 1, 1)),
    ],
)
def test_dates_that_are_written_out(today: date, dom: int, month: int, year: int | None, found: date | str) -> None:
    got = day("dom_month", today, ("<dom>", dom), ("<month>", month), ("<year>", year))
    assert (got.first if isinstance(got, Day) else got) == found


@pytest.mark.parametrize(
    ("order", "figures", "found"),
    [
        ("dmy", (3, 4), date(2027, 4, 3)),
        ("mdy", (3, 4), date(2027, 3, 4)),
        ("dmy", (12, 25), date(2026, 12, 25)),
        ("mdy", (25, 12), date(2026, 12, 25)),
        ("dmy", (2026, 12, 3), date(2026, 12, 3)),
        ("dmy", (3, 12, 26), date(2026, 12, 3)),
    ],
)
def test_figures_are_read_in_the_order_of_the_place(order: str, figures: tuple[int, ...], found: date) -> None:
    assert times.day("figures", (("<figures>", figures),), date(2026, 11, 20), order) == Day(found, found)


def test_this_weekday_is_today_where_it_is() -> None:
    friday = date(2026, 11, 20)
    assert day("weekday_this", friday, ("<weekday>", 4)) == Day(friday, friday)


@pytest.mark.parametrize(
    ("builder", "values", "found"),
    [
        ("at", (("<hour>", 3),), TimeOfDay(180, 180, halves=True)),
        ("at", (("<hour>", 15),), TimeOfDay(900, 900)),
        ("at", (("<hour>", 12),), TimeOfDay(720, 720)),
        ("at", (("<hour>", 12), ("<ampm>", "am")), TimeOfDay(0, 0)),
        ("at", (("<hour>", 12), ("<ampm>", "pm")), TimeOfDay(720, 720)),
        ("at", (("<hour>", 24),), TimeOfDay(0, 0)),
        ("at", (("<hhmm>", (3, 30, True)),), TimeOfDay(210, 210)),
        ("at", (("<hhmm>", (24, 1, False)),), times.IMPOSSIBLE),
        ("at", (("<hhmm>", (9, 75, False)),), times.IMPOSSIBLE),
        ("past", (("<fraction>", 30), ("<hour>", 7)), TimeOfDay(450, 450, halves=True)),
        ("past", (("<hour>", 7),), TimeOfDay(450, 450, halves=True)),
        ("to", (("<fraction>", 15), ("<hour>", 5)), TimeOfDay(285, 285, halves=True)),
        ("to", (("<min>", 10), ("<hour>", 0)), TimeOfDay(710, 710, halves=True)),
        ("half_to", (("<hour>", 8),), TimeOfDay(450, 450, halves=True)),
        ("at", (("<hour>", 8), ("<part>", "evening")), TimeOfDay(1200, 1200)),
        ("at", (("<hour>", 9), ("<part>", "morning")), TimeOfDay(540, 540)),
        ("at", (), times.IMPOSSIBLE),
    ],
)
def test_clock_times(builder: str, values: tuple[tuple[str, object], ...], found: TimeOfDay | str) -> None:
    parts = {"morning": (360, 719), "evening": (1020, 1439)}
    assert times.clock(builder, values, parts) == found


def test_the_end_of_a_range_settles_the_half_of_its_start() -> None:
    assert times.spanning(TimeOfDay(180, 180, halves=True), TimeOfDay(1020, 1020)) == TimeOfDay(900, 1020)
    assert times.spanning(TimeOfDay(600, 600, halves=True), TimeOfDay(120, 120, halves=True)) == TimeOfDay(600, 840)
    assert times.spanning(TimeOfDay(1020, 1020), TimeOfDay(900, 900)) == times.IMPOSSIBLE


@pytest.mark.parametrize(
    ("builder", "values", "found"),
    [
        ("time", (("<n>", 2), ("<tunit>", 60)), 120),
        ("time", (("<one>", 1), ("<tunit>", 1)), 1),
        ("half", (("<tunit>", 60),), 30),
        ("and_half", (("<one>", 1), ("<tunit>", 60)), 90),
        ("days", (("<n>", 2), ("<dunit>", 7)), 14),
    ],
)
def test_lengths(builder: str, values: tuple[tuple[str, object], ...], found: int) -> None:
    assert times.length(builder, values) == found
