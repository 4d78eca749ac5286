"""Days and times from their pieces: month ends, leap days, halves of the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding import days, numbers, times
from dialogs.understanding.commands import Day, TimeOfDay
from dialogs.understanding.lexicon import load
from dialogs.understanding.phrases import Phrases
from dialogs.understanding.text import fold, tokens
from tests.dialogs.understanding.scenes import RESTAURANT, SALON

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
        ("at", (("<hour>", 24),), TimeOfDay(1440, 1440)),
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
        ("at", (("<hour>", 25),), times.IMPOSSIBLE),
        ("at", (("<noon>", 720), ("<min>", 20)), TimeOfDay(740, 740)),
        ("at", (("<hourish>", 7),), TimeOfDay(420, 420, halves=True, about=True)),
        ("past", (("<fraction>", 15), ("<noon>", 720)), TimeOfDay(735, 735)),
        ("past", (("<length>", 30), ("<hour>", 3)), TimeOfDay(210, 210, halves=True)),
        ("to", (("<to_go>", 5), ("<hour>", 7)), TimeOfDay(415, 415, halves=True)),
        ("to", (("<fraction>", 15), ("<noon>", 1440)), TimeOfDay(1425, 1425)),
        ("named", (("<noon>", 1440),), TimeOfDay(1440, 1440)),
        ("half_to", (("<ord>", 4),), TimeOfDay(210, 210, halves=True)),
        ("half_to", (("<hour_of>", 1),), TimeOfDay(30, 30, halves=True)),
        ("half_past", (("<min>", 10), ("<hour>", 4)), TimeOfDay(220, 220, halves=True)),
        ("half_before", (("<min>", 5), ("<hour>", 4)), TimeOfDay(205, 205, halves=True)),
        ("quarter_of", (("<fraction>", 15), ("<hour>", 4)), TimeOfDay(195, 195, halves=True)),
        ("quarter_of", (("<fraction>", 45), ("<hour>", 4)), TimeOfDay(225, 225, halves=True)),
        ("at", (("<hour>", 3), ("<part>", "night")), TimeOfDay(180, 180)),
        ("at", (("<hour>", 11), ("<part>", "night")), TimeOfDay(1380, 1380)),
        ("at", (("<hour>", 12), ("<part>", "night")), TimeOfDay(1440, 1440)),
        ("at", (("<hour>", 12), ("<part>", "morning")), TimeOfDay(720, 720)),
        ("at", (("<hour>", 3), ("<part>", "morning")), TimeOfDay(180, 180)),
    ],
)
def test_clock_times(builder: str, values: tuple[tuple[str, object], ...], found: TimeOfDay | str) -> None:
    parts = {"morning": (360, 719), "evening": (1020, 1439), "night": (1080, 1439)}
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
        ("days", (("<few>", 3), ("<dunit>", 1)), 3),
        ("months", (("<one>", 1), ("<munit>", 12)), 12),
        ("sum", (("<n>", 1), ("<tunit>", 60), ("<n>", 30), ("<tunit>", 1)), 90),
        ("and_half", (("<whole>", 2), ("<tunit>", 60)), 150),
        ("time", (("<decimal>", 1.5), ("<tunit>", 60)), 90),
        ("time", (("<hhmm>", (1, 30, False)),), 90),
        ("time", (("<tunit>", 60),), 60),
        ("fraction", (("<fraction>", 45),), 45),
    ],
)
def test_lengths(builder: str, values: tuple[tuple[str, object], ...], found: int) -> None:
    assert times.length(builder, values) == found


@pytest.mark.parametrize(
    ("word", "written_24", "dotted", "kinds"),
    [
        ("5:30", "", False, {"<hhmm>": (5, 30, False)}),
        ("5:30", ":h", False, {"<hhmm>": (5, 30, True)}),
        ("05:30", "", False, {"<hhmm>": (5, 30, True)}),
        ("15-30", "", False, {"<range>": (15, 30)}),
        ("15-30", ":-", False, {"<hhmm>": (15, 30, True)}),
        ("10-12", ":-", False, {"<hhmm>": (10, 12, True), "<range>": (10, 12)}),
        ("3-5", ":-", False, {"<range>": (3, 5)}),
        ("15.2", "", False, {"<dotted>": (15, 2), "<decimal>": 15.2}),
        ("15.2", "", True, {"<figures>": (15, 2), "<decimal>": 15.2}),
        ("17.30", "", True, {"<hhmm>": (17, 30, False)}),
        ("24.12", "", True, {"<figures>": (24, 12)}),
        ("10.12", "", True, {"<hhmm>": (10, 12, False), "<figures>": (10, 12)}),
    ],
)
def test_figures_are_what_they_may_be(word: str, written_24: str, dotted: bool, kinds: dict[str, object]) -> None:
    assert dict(numbers.of_figures(word, written_24, dotted_dates=dotted)) == kinds


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        (" y ", "treinta y uno"),
        ("{one}und{ten}", "unoundtreinta"),
        (["{ten}-{one}", "{ten} {one}"], "treinta-uno"),
        ("{ten} {first}", "treinta primero"),
        ("{one}{tenth}", "unotrigesimo"),
    ],
)
def test_numbers_are_put_together_as_a_language_does(patterns: str | list[str], found: str) -> None:
    units, ordinals = {"uno": 1, "treinta": 30, "diez": 10}, {"primero": 1, "trigesimo": 30}
    assert numbers.compounds(units, patterns, ordinals)[found] == 31


def test_a_day_is_counted_from_another_no_deeper_than_is_said() -> None:
    text = "two days after the Monday after Easter"
    deep = "the day after " * 60 + "Easter"
    for words, depth in ((text, 2), (deep, 2)):
        said = tokens(words)
        phrases = Phrases(said, [fold(one) for one in said], load("en", ""), SALON, date(2026, 11, 20))
        anchors = [one[1] for spans in phrases.spans.values() for one in spans if one[0] == "<anchor>"]
        assert max(days.depth(values) for _, values in anchors) < depth


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("15:00-17:00", ["15:00", "-", "17:00"]),
        ("10-12:30", ["10", "-", "12:30"]),
        ("3-5", ["3-5"]),
        ("2026-11-21", ["2026-11-21"]),
    ],
)
def test_spans_of_clock_times_are_two(text: str, pieces: list[str]) -> None:
    assert tokens(text) == pieces


def test_a_figure_before_people_counts_them() -> None:
    said = tokens("a table at 7 30 people")
    phrases = Phrases(said, [fold(one) for one in said], load("en", "restaurant"), RESTAURANT, date(2026, 11, 20))
    meanings = [one.meaning for one in phrases.matches]
    assert meanings[-2:] == ["time.at", "party.n"]
