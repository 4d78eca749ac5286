"""Holidays on dates that calendars of several years have."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding import holidays
from dialogs.understanding.lexicon import LOCALES, _file, languages

EASTER = {
    2019: (date(2019, 4, 21), date(2019, 4, 28)),
    2020: (date(2020, 4, 12), date(2020, 4, 19)),
    2021: (date(2021, 4, 4), date(2021, 5, 2)),
    2022: (date(2022, 4, 17), date(2022, 4, 24)),
    2023: (date(2023, 4, 9), date(2023, 4, 16)),
    2024: (date(2024, 3, 31), date(2024, 5, 5)),
    2025: (date(2025, 4, 20), date(2025, 4, 20)),
    2026: (date(2026, 4, 5), date(2026, 4, 12)),
    2027: (date(2027, 3, 28), date(2027, 5, 2)),
    2028: (date(2028, 4, 16), date(2028, 4, 16)),
    2030: (date(2030, 4, 21), date(2030, 4, 28)),
    2038: (date(2038, 4, 25), date(2038, 4, 25)),
}
"""Western and eastern Easter Sunday."""


@pytest.mark.parametrize("year", EASTER)
def test_easter(year: int) -> None:
    assert (holidays.easter(year), holidays.orthodox_easter(year)) == EASTER[year]


@given(st.integers(1900, 2099))
def test_easter_is_a_sunday_of_spring(year: int) -> None:
    western, eastern = holidays.easter(year), holidays.orthodox_easter(year)
    assert western.weekday() == eastern.weekday() == 6
    assert date(year, 3, 22) <= western <= date(year, 4, 25)
    assert western <= eastern <= date(year, 5, 8)


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("12-25", date(2026, 12, 25)),
        ("easter -2", date(2026, 4, 3)),
        ("easter-2", date(2026, 4, 3)),
        ("easter +49", date(2026, 5, 24)),
        ("orthodox +1", date(2026, 4, 13)),
        ("5 sun 2", date(2026, 5, 10)),
        ("5 mon -1", date(2026, 5, 25)),
        ("11 thu 4", date(2026, 11, 26)),
        ("11 thu 4 +1", date(2026, 11, 27)),
        ("9 mon 1", date(2026, 9, 7)),
        ("sun before 12-25", date(2026, 12, 20)),
        ("sun before 12-25 -21", date(2026, 11, 29)),  # the first of Advent
        ("wed before 11-23", date(2026, 11, 18)),
        ("sun before 12-27", date(2026, 12, 20)),  # never on the date itself
    ],
)
def test_rules(rule: str, found: date) -> None:
    assert holidays.on(rule, 2026) == found


@pytest.mark.parametrize("rule", ["", "christmas", "13-1", "2-30", "5 sun 6", "5 day 1", "easter 2", "12-25 tomorrow"])
def test_a_rule_that_is_none_is_refused(rule: str) -> None:
    with pytest.raises(ValueError):
        holidays.on(rule, 2026)


@pytest.mark.parametrize(
    ("today", "found"),
    [
        (date(2026, 12, 25), date(2026, 12, 25)),
        (date(2026, 12, 26), date(2027, 12, 25)),
        (date(2026, 1, 1), date(2026, 12, 25)),
    ],
)
def test_the_next_one_is_today_or_later(today: date, found: date) -> None:
    assert holidays.coming("12-25", today) == found


@pytest.mark.parametrize("language", languages())
def test_every_rule_of_a_language_is_a_date_in_every_year(language: str) -> None:
    rules = _file(language, "times").get("words", {}).get("holiday", {})
    assert rules, LOCALES / language
    for rule in rules:
        assert [holidays.on(rule, year) for year in range(2024, 2040)]
