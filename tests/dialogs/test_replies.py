"""Replies: every language has every sentence, and words facts as it writes them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from fluent.syntax import FluentParser, ast

from dialogs.messages import ClockTime, Listing, Moment, Option, Priced, Say, WeekHours
from dialogs.replies import LOCALES, Replies, Voice
from domain.money import Money

REPLIES = Replies()
TODAY = date(2026, 11, 20)
SATURDAY = Moment(datetime(2026, 11, 21, 15, 0, tzinfo=UTC), "Europe/Lisbon")
FACTS = re.compile(r"\$([a-z][a-z-]*)")


def keys(path) -> dict[str, set[str]]:
    body = FluentParser().parse(path.read_text("utf-8")).body
    junk = [entry for entry in body if isinstance(entry, ast.Junk)]
    assert not junk, f"{path}: {junk[0].content}"
    source = path.read_text("utf-8")
    return {
        entry.id.name: set(FACTS.findall(source[entry.span.start : entry.span.end]))
        for entry in body
        if isinstance(entry, ast.Message)
    }


@pytest.mark.parametrize("language", [one for one in REPLIES.languages() if one != "en"])
@pytest.mark.parametrize("name", ["replies", "salon", "restaurant", "pages"])
def test_a_language_has_every_sentence_and_speaks_of_the_same_facts(language: str, name: str) -> None:
    english, other = (keys(LOCALES / one / f"{name}.ftl") for one in ("en", language))
    assert set(english) - set(other) == set(), "these fall back to English"
    assert set(other) - set(english) == set(), "nobody says these"
    for key, facts in english.items():
        roots = {fact.rsplit("-", 1)[0] if fact.endswith(("-on", "-full")) else fact for fact in facts}
        spoken = {fact.rsplit("-", 1)[0] if fact.endswith(("-on", "-full")) else fact for fact in other[key]}
        assert spoken == roots, key


def test_moments_are_worded_by_language_and_country() -> None:
    lisbon = Voice("en", "salon", "PT", TODAY)
    assert REPLIES.format(SATURDAY, lisbon) == "tomorrow at 15:00"
    assert REPLIES.format(SATURDAY, Voice("en", "salon", "US", TODAY)) == "tomorrow at 3:00 PM"
    assert REPLIES.format(SATURDAY, Voice("es", "salon", "ES", date(2026, 11, 1))) == "sáb, 21 nov a las 15:00"
    assert REPLIES.format(SATURDAY, Voice("en", "salon", "GB", date(2026, 11, 1))) == "Sat 21 Nov at 15:00"


def test_money_lists_and_hours_are_worded_by_cldr() -> None:
    voice = Voice("en", "salon", "GB", TODAY)
    assert REPLIES.format(Money(3500, "EUR"), voice) == "€35"
    assert REPLIES.format(Money(3550, "EUR"), voice) == "€35.50"
    assert REPLIES.format(Money(3500, "EUR"), Voice("es", "salon", "ES", TODAY)) == "35\xa0€"
    assert REPLIES.format(Money(1200, "JPY"), voice) == "JP¥1,200"
    assert REPLIES.format(Listing(("a", "b", "c")), voice) == "a, b and c"
    assert (
        REPLIES.format(Listing((Priced("Cut", 45, Money(3500, "EUR")), Priced("Talk", 10))), voice)
        == "Cut, 45 min, €35\nTalk, 10 min"
    )
    week = WeekHours(((0, 4, ((540, 1140),)), (5, 5, ((540, 780), (840, 1080))), (6, 6, ())))
    assert REPLIES.format(week, voice) == "Mon–Fri: 09:00–19:00\nSat: 09:00–13:00, 14:00–18:00\nSun: closed"
    assert REPLIES.format(ClockTime(1500), voice) == "01:00"


def test_what_is_owed_is_apart_from_what_may_be_cancelled() -> None:
    voice = Voice("en", "salon", "PT", TODAY)
    says = [
        Say("greeting", {"name": "none", "business": "Luz"}, role="greeting"),
        Say("opted-out", role="notice"),
        Say("help-short", choices=[Option("do:book", "=choice-book")], role="prompt"),
    ]
    words = REPLIES.compose(says, voice)
    assert [one.notice for one in words] == [False, True, False]
    assert [option.label for option in words[2].options] == ["Book a visit"]


def test_openings_of_one_day_show_the_time_alone() -> None:
    voice = Voice("en", "salon", "PT", TODAY)
    one_day = [Option("at:2026-11-21|900|", "", "2026-11-21", 900), Option("at:2026-11-21|930|", "", "2026-11-21", 930)]
    two_days = [one_day[0], Option("at:2026-11-24|930|anna", "", "2026-11-24", 930, ("Anna",))]
    assert [one.label for one in REPLIES.labels(one_day, voice)] == ["15:00", "15:30"]
    assert [one.label for one in REPLIES.labels(two_days, voice)] == ["Tomorrow 15:00", "Tue 24 Nov 15:30 · Anna"]
