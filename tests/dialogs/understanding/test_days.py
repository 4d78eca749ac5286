"""Every rule of days on many days: month ends, leap days, New Year's Eve, Sundays, clock changes, late evenings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialogs.understanding import holidays, times
from dialogs.understanding.commands import Day, Heard, Invalid, Seek, Set, TimeOfDay
from dialogs.understanding.lexicon import languages
from dialogs.understanding.rules import Rules
from tests.dialogs.understanding.scenes import SALON

ZONE = ZoneInfo("Europe/Lisbon")
RULES = Rules()
UNHURRIED = settings(deadline=None)  # words are loaded by whichever example comes first
AWKWARD = [
    datetime(2026, 12, 31, 23, 50, tzinfo=ZONE),
    datetime(2027, 1, 31, 12, 0, tzinfo=ZONE),
    datetime(2028, 2, 28, 22, 0, tzinfo=ZONE),
    datetime(2028, 2, 29, 9, 0, tzinfo=ZONE),
    datetime(2027, 3, 28, 1, 30, tzinfo=ZONE),  # the clock goes forward
    datetime(2026, 10, 25, 1, 30, tzinfo=ZONE),  # and back
    datetime(2026, 11, 22, 20, 0, tzinfo=ZONE),  # a Sunday evening
    datetime(2026, 11, 30, 23, 59, tzinfo=ZONE),
]
NOWS = st.one_of(
    st.sampled_from(AWKWARD),
    st.builds(
        lambda day, minute: datetime.combine(day, time(minute // 60, minute % 60), ZONE),
        st.dates(date(2024, 1, 1), date(2040, 1, 1)),
        st.integers(0, 1439),
    ),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DIAS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MONTHS = (
    ("January", "enero"),
    ("February", "febrero"),
    ("March", "marzo"),
    ("April", "abril"),
    ("May", "mayo"),
    ("June", "junio"),
    ("July", "julio"),
    ("August", "agosto"),
    ("September", "septiembre"),
    ("October", "octubre"),
    ("November", "noviembre"),
    ("December", "diciembre"),
)
ORDINALS = ("first", "second", "third", "fourth")


def commands(text: str, now: datetime, language: str = "en") -> tuple[object, ...]:
    return RULES.read(Heard(text, now, SALON, language=language, asked="date", stage="collecting")).commands


def day(text: str, now: datetime, language: str = "en") -> Day:
    """Return the one day or span that a text means."""
    found = [one.value for one in commands(text, now, language) if isinstance(one, Set) and one.slot == "date"]
    assert len(found) == 1, (text, now, commands(text, now, language))
    assert isinstance(found[0], Day)
    return found[0]


def exact(text: str, now: datetime, language: str = "en") -> date:
    found = day(text, now, language)
    assert found.exact, (text, now, found)
    return found.first


@pytest.mark.parametrize("now", AWKWARD, ids=str)
@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("today", 0),
        ("tomorrow", 1),
        ("the day after tomorrow", 2),
        ("in 3 days", 3),
        ("in a week", 7),
        ("a fortnight from now", 14),
        ("in two weeks", 14),
        ("a week from tomorrow", 8),
        ("two days after tomorrow", 3),
        ("tomorrow week", 8),
    ],
)
def test_days_are_counted_from_today(text: str, days: int, now: datetime) -> None:
    assert exact(text, now) == now.date() + timedelta(days=days)


@UNHURRIED
@given(NOWS, st.integers(0, 6))
def test_a_weekday_is_named_in_many_ways(now: datetime, weekday: int) -> None:
    today, name = now.date(), WEEKDAYS[weekday]
    plain = exact(name, now)
    assert plain.weekday() == weekday
    assert 1 <= (plain - today).days <= 7
    assert exact(f"on {name}", now) == plain
    assert exact(name[:3].lower(), now) == plain
    this = exact(f"this {name}", now)
    assert this.weekday() == weekday
    assert 0 <= (this - today).days <= 6
    following = exact(f"next {name}", now)
    monday = today - timedelta(days=today.weekday())
    assert following == monday + timedelta(days=7 + weekday)
    assert exact(f"{name} next week", now) == following
    assert exact(f"next week on {name}", now) == following
    assert exact(f"{name} week", now) == plain + timedelta(days=7)
    assert exact(f"3 {name}s from now", now) == plain + timedelta(days=14)


@UNHURRIED
@given(NOWS, st.integers(1, 31))
def test_a_day_of_the_month_is_the_next_one_that_there_is(now: datetime, dom: int) -> None:
    end = "th" if 11 <= dom <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(dom % 10, "th")
    found = exact(f"on the {dom}{end}", now)
    assert found.day == dom
    assert 0 <= (found - now.date()).days <= 62
    following = commands(f"the {dom}{end} of next month", now)
    year, month = divmod(now.year * 12 + now.month, 12)
    try:
        wanted = date(year, month + 1, dom)
    except ValueError:
        assert any(isinstance(one, Invalid) for one in following)
    else:
        assert exact(f"the {dom}{end} of next month", now) == wanted


@UNHURRIED
@given(NOWS, st.integers(1, 28), st.integers(1, 12))
@example(AWKWARD[0], 1, 1)
@example(AWKWARD[3], 28, 2)
def test_a_date_means_the_same_in_words_and_figures_and_in_both_languages(now: datetime, dom: int, month: int) -> None:
    english, spanish = MONTHS[month - 1]
    found = exact(f"{dom} {english}", now)
    assert (found.day, found.month) == (dom, month)
    assert 0 <= (found - now.date()).days <= 366
    for text in (
        f"{english} {dom}",
        f"the {dom}th of {english}",
        f"{dom}/{month}",
        f"{dom}/{month}/{found.year}",
        f"{found:%Y-%m-%d}",
        f"{english[:3]} {dom}, {found.year}",
        f"{WEEKDAYS[found.weekday()]}, {dom} {english}",
        f"{english} {dom}, {WEEKDAYS[found.weekday()][:3]}",
    ):
        assert exact(text, now) == found, text
    for text in (
        f"el {dom} de {spanish}",
        f"{dom} {spanish}",
        f"{dom}/{month}",
        f"{dom} de {spanish} de {found.year}",
        f"{DIAS[found.weekday()]} {dom} de {spanish}",
        f"{DIAS[found.weekday()]}, {dom}/{month}",
    ):
        assert exact(text, now, "es") == found, text


@UNHURRIED
@given(NOWS, st.integers(0, 6), st.integers(1, 12), st.integers(1, 4))
def test_weekdays_of_months_are_counted(now: datetime, weekday: int, month: int, which: int) -> None:
    english, spanish = MONTHS[month - 1]
    found = exact(f"{ORDINALS[which - 1]} {WEEKDAYS[weekday]} of {english}", now)
    assert (found.weekday(), found.month, (found.day - 1) // 7 + 1) == (weekday, month, which)
    assert 0 <= (found - now.date()).days <= 373
    ordinal = ("primer", "segundo", "tercer", "cuarto")[which - 1]
    assert exact(f"el {ordinal} {DIAS[weekday]} de {spanish}", now, "es") == found
    last = exact(f"the last {WEEKDAYS[weekday]} in {english}", now)
    assert (last.weekday(), last.month) == (weekday, month)
    assert (last + timedelta(days=7)).month != month
    assert exact(f"el último {DIAS[weekday]} de {spanish}", now, "es") == last
    end = exact(f"the last day of {english}", now)
    assert end.month == month
    assert (end + timedelta(days=1)).day == 1


@UNHURRIED
@given(NOWS, st.integers(0, 6), st.integers(1, 28))
def test_a_weekday_and_a_figure_hold_both_or_the_figure_does(now: datetime, weekday: int, dom: int) -> None:
    found = exact(f"{WEEKDAYS[weekday]} the {dom}th", now)
    assert found.day == dom
    assert found.weekday() == weekday or (found - now.date()).days <= 31


ANCHORED = [
    ("the day after Christmas", "12-25", 1),
    ("the day before Christmas", "12-25", -1),
    ("two days after Easter", "easter", 2),
    ("a week before Easter", "easter", -7),
    ("three days after Thanksgiving", "11 thu 4", 3),
]


@UNHURRIED
@given(NOWS, st.sampled_from(ANCHORED))
@example(datetime(2026, 12, 26, 9, 0, tzinfo=ZONE), ANCHORED[0])
@example(datetime(2026, 12, 25, 9, 0, tzinfo=ZONE), ANCHORED[1])
def test_days_counted_from_a_holiday_are_never_past(now: datetime, anchored: tuple[str, str, int]) -> None:
    text, rule, days = anchored
    found = exact(text, now)
    assert 0 <= (found - now.date()).days <= 400
    anchor = found - timedelta(days=days)
    assert anchor == holidays.on(rule, anchor.year)


@UNHURRIED
@given(NOWS, st.integers(0, 6))
def test_a_weekday_beside_a_holiday(now: datetime, weekday: int) -> None:
    before = exact(f"the {WEEKDAYS[weekday]} before Christmas", now)
    after = exact(f"the second {WEEKDAYS[weekday]} after Christmas", now)
    assert before.weekday() == after.weekday() == weekday
    assert 1 <= (date(before.year, 12, 25) - before).days <= 7
    assert (
        min((after - date(year, 12, 25)).days for year in (after.year - 1, after.year) if after > date(year, 12, 25))
        <= 14
    )
    assert before >= now.date() <= after


SPANS = [
    "next week", "this week", "this weekend", "next weekend", "next month", "this month", "early next week",
    "end of the week", "the end of the month", "mid December", "beginning of next month", "in March", "by Friday",
    "after Monday", "between Monday and Wednesday", "the week of the 7th", "the week after Christmas",
    "within the next 3 days", "from Friday to Sunday", "20-22 November", "weekend after next", "Easter weekend",
]  # fmt: skip


@UNHURRIED
@given(NOWS, st.sampled_from(SPANS))
def test_spans_are_never_past_and_end_after_they_begin(now: datetime, text: str) -> None:
    found = day(text, now)
    assert now.date() <= found.first <= found.last


@UNHURRIED
@given(NOWS)
def test_what_a_span_is_made_of(now: datetime) -> None:
    today = now.date()
    week = day("next week", now)
    assert (week.first.weekday(), week.last.weekday(), (week.last - week.first).days) == (0, 6, 6)
    assert 1 <= (week.first - today).days <= 7
    assert day("la semana que viene", now, "es") == week
    month = day("next month", now)
    assert month.first.day == 1
    assert (month.last + timedelta(days=1)).day == 1
    assert day("el mes que viene", now, "es") == month
    weekend = day("this weekend", now)
    assert weekend.last.weekday() == 6
    assert (weekend.last - today).days <= 6
    assert day("este fin de semana", now, "es") == weekend
    between = day("between Monday and Wednesday", now)
    assert (between.first.weekday(), (between.last - between.first).days) == (0, 2)
    assert day("entre el lunes y el miércoles", now, "es") == between


@UNHURRIED
@given(NOWS)
def test_times_from_now_cross_midnight_and_months(now: datetime) -> None:
    for text, minutes in (("in half an hour", 30), ("in two hours", 120), ("in 90 minutes", 90), ("in 24 hours", 1440)):
        date_said, time_said = commands(text, now)
        then = now + timedelta(minutes=minutes)
        assert isinstance(date_said, Set)
        assert isinstance(time_said, Set)
        assert date_said.value == Day(then.date(), then.date())
        assert isinstance(time_said.value, TimeOfDay)
        assert time_said.value.earliest == then.hour * 60 + then.minute


NAMES = {
    "en": "today|tomorrow|Monday|next Tuesday|in two weeks|next week|this weekend|25 December|Christmas|the 21st",
    "es": "hoy|mañana|lunes|martes de la semana que viene|en dos semanas|la próxima semana|este fin de semana"
    "|25 de diciembre|navidad|el 21",
    "pt": "hoje|amanhã|segunda-feira|terça da próxima semana|em duas semanas|próxima semana|este fim de semana"
    "|25 de dezembro|natal|dia 21",
    "fr": "aujourd'hui|demain|lundi|mardi semaine prochaine|dans deux semaines|la semaine prochaine|ce week-end"
    "|25 décembre|noël|le 21",
    "de": "heute|morgen|Montag|Dienstag nächster Woche|in zwei Wochen|nächste Woche|dieses Wochenende"
    "|25. Dezember|Weihnachten|am 21.",
    "it": "oggi|domani|lunedì|martedì della settimana prossima|fra due settimane|la settimana prossima|questo weekend"
    "|25 dicembre|natale|il 21",
    "ru": "сегодня|завтра|понедельник|во вторник на следующей неделе|через две недели|на следующей неделе"
    "|в эти выходные|25 декабря||21-го",
}
"""The same ten days in every language; what has no such day is left empty."""


@pytest.mark.parametrize("language", [one for one in languages() if one != "en"])
@settings(max_examples=40, deadline=None)
@given(now=NOWS)
@example(now=AWKWARD[0])
def test_languages_mean_the_same_day(language: str, now: datetime) -> None:
    for english, other in zip(NAMES["en"].split("|"), NAMES[language].split("|"), strict=True):
        if other:
            assert day(other, now, language) == day(english, now), (other, now)


@UNHURRIED
@given(NOWS)
def test_nothing_that_is_named_is_in_the_past(now: datetime) -> None:
    heard = Heard("", now, SALON, language="en", asked="date", stage="collecting")
    for text in (*NAMES["en"].split("|"), *SPANS, "asap", "tonight", "this evening at 8", "the 31st", "29 February"):
        for command in RULES.read(replace(heard, text=text)).commands:
            assert isinstance(command, Set | Seek), text
            if isinstance(command, Set) and isinstance(command.value, Day):
                assert command.value.first >= now.date(), text


@pytest.mark.parametrize("text", ["31 February", "the 32nd of May", "30/2", "fifth Monday of February 2027"])
def test_days_that_no_calendar_has_are_refused(text: str) -> None:
    found = commands(text, AWKWARD[0])
    assert any(isinstance(one, Invalid) and one.reason == times.IMPOSSIBLE for one in found), found


@pytest.mark.parametrize(
    ("country", "found"), [("GB", date(2027, 4, 3)), ("US", date(2027, 3, 4)), ("PH", date(2027, 3, 4))]
)
def test_figures_are_read_in_the_order_of_the_country(country: str, found: date) -> None:
    directory = SALON.directory
    catalogue = type(SALON)(replace(directory, business=replace(directory.business, country=country)))
    (command,) = RULES.read(Heard("3/4", AWKWARD[0], catalogue, language="en", asked="date")).commands
    assert command == Set("date", Day(found, found))


@pytest.mark.parametrize(
    ("text", "today", "found"),
    [
        ("14 April 27", date(2026, 11, 20), date(2027, 4, 14)),
        ("5 October 2030", date(2026, 11, 20), date(2027, 10, 5)),  # half past eight in the evening
        ("5 October 2027", date(2026, 11, 20), date(2027, 10, 5)),
        ("5 October 2028", date(2026, 11, 20), date(2028, 10, 5)),
    ],
)
def test_four_figures_behind_a_date_are_a_year_or_a_time(text: str, today: date, found: date) -> None:
    assert exact(text, datetime.combine(today, time(10), ZONE)) == found
