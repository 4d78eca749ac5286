"""Laws of openings with all rules mixed, and their agreement with a search minute by minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from bench import brute_force
from domain import stretches
from domain.availability import reach_of, resources_of, visit_for
from domain.businesses import Hours, Limits, Service
from domain.errors import NotOffered
from domain.hours import floor_minute
from domain.limits import fits
from tests.domain.questions import CHANGES, DAY, MINUTE, NAMES, ZONES, Question, asked_with_rows, questions
from tests.domain.scheduling import salon, wish

ON_ANY_GRID = st.booleans().flatmap(lambda aligned: questions(aligned=aligned))


def laws(examples: int) -> settings:
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    return settings(max_examples=examples, deadline=None, suppress_health_check=slow)


def agrees(question: Question) -> bool:
    found = {floor_minute(one.starts_at): brute_force.named(one) for one in question.openings()}
    asked = (question.directory, question.wish, question.blocks, question.used, question.now)
    return found == brute_force.answer(*asked)


@laws(150)
@given(questions())
def test_it_agrees_with_a_search_minute_by_minute(question: Question) -> None:
    assert agrees(question)


@laws(150)
@given(questions(aligned=True))
def test_it_agrees_where_starts_are_aligned_to_the_clock_of_the_booker(question: Question) -> None:
    assert agrees(question)


def test_the_search_minute_by_minute_finds_an_engine_that_forgets_a_buffer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: an engine that sees every block a minute short disagrees soon."""
    whole = stretches.current

    def short(taken, minute, without=()):  # type: ignore[no-untyped-def]
        return {
            who: [one._replace(end=one.end - 1) for one in rows if one.end - one.start > 1]
            for who, rows in whole(taken, minute, without).items()
        }

    monkeypatch.setattr("domain.starts.current", short)

    @settings(laws(2000), database=None, phases=[Phase.generate], report_multiple_bugs=False)
    @given(questions())
    def caught(question: Question) -> None:
        assert agrees(question)

    with pytest.raises(AssertionError):
        caught()


@laws(60)
@given(ON_ANY_GRID)
def test_rows_of_occupancy_and_blocks_that_an_engine_keeps_answer_the_same(question: Question) -> None:
    assert asked_with_rows(question) == question.openings()


@laws(100)
@given(questions(), st.integers(0, 4000), st.integers(1, 240), st.integers(0, 20))
def test_more_that_is_taken_never_adds_a_start(question: Question, offset: int, length: int, whose: int) -> None:
    question = within_fixed_days(question)
    taken = resources_of(question.directory, question.wish)
    begin = brute_force.wall(question.directory.places[0].zone, question.wish.first, offset)
    more = question.with_block(taken[whose % len(taken)], begin, length)
    assert more.moments() <= question.moments()


@laws(100)
@given(questions(), st.integers(1, 60), st.sampled_from(("minutes", "buffer_before", "buffer_after")))
def test_a_longer_service_never_adds_a_start(question: Question, by: int, what: str) -> None:
    """Nobody has minutes of their own here, and no class is held: its length would say that it is another one."""
    question = within_fixed_days(question)
    assume(question.wish.service_ids != ("yoga",))
    staff = tuple(replace(one, terms=()) for one in question.directory.staff)
    question = question.with_directory(staff=staff)
    longer = tuple(
        replace(one, **{what: getattr(one, what) + by}) if one.id in question.wish.service_ids else one
        for one in question.directory.services
    )
    if question.wish.service_ids == ("table",) and what == "minutes":
        turns = question.directory.business.policies.turn_minutes
        after = question.with_policies(turn_minutes=tuple((size, minutes + by) for size, minutes in turns))
    else:
        after = question.with_directory(services=longer)
    if len(question.wish.service_ids) > 1:  # a longer first part moves what follows: another visit
        assume(what == "buffer_after" and question.wish.service_ids == ("cut", "rinse"))
    assert after.moments() <= question.moments()


@laws(100)
@given(questions(), st.integers(1, 3000))
def test_time_that_passes_never_adds_a_start_before_the_horizon(question: Question, later: int) -> None:
    question = within_fixed_days(question)
    expiring = {who: tuple(one._replace(expires=0) for one in rows) for who, rows in question.blocks.items()}
    before = replace(question, blocks=expiring)
    assert replace(before, now=question.now + later * MINUTE).moments() <= before.moments()


@laws(100)
@given(ON_ANY_GRID)
def test_what_is_offered_is_in_order_and_can_be_booked(question: Question) -> None:
    """What an opening takes is free and fits its counts, on every grid."""
    found, policies = question.openings(), question.directory.business.policies
    assert [one.starts_at for one in found] == sorted({one.starts_at for one in found})
    reach = reach_of(question.directory, question.wish, question.now)
    read = set(resources_of(question.directory, question.wish))
    now = floor_minute(question.now)
    for one in found:
        assert reach is not None
        assert reach[0] <= one.blocks_from
        assert one.blocks_until <= reach[1]
        assert one.starts_at > question.now
        assert one.starts_at >= question.now + policies.minimum_notice
        assert one.resource_ids == tuple(sorted(set(one.resource_ids)))
        assert read.issuperset(one.resource_ids)
        assert one.staff_id is None or one.staff_id in one.resource_ids
        assert fits(one.counts, question.used)
        assert min(row.starts_at for row in one.take.rows) == one.blocks_from
        assert max(row.ends_at for row in one.take.rows) == one.blocks_until
        for row in one.take.rows:
            begin, end = floor_minute(row.starts_at), floor_minute(row.ends_at)
            for block in question.blocks.get(row.resource_id, ()):
                if (block.owner and block.owner == one.session) or (block.expires and block.expires <= now):
                    continue
                assert block.end <= begin or block.start >= end


@laws(60)
@given(ON_ANY_GRID)
def test_asking_twice_or_of_a_fresh_set_up_answers_the_same(question: Question) -> None:
    fresh = question.with_directory()
    assert question.openings() == question.openings() == fresh.openings()


@laws(60)
@given(questions())
def test_anyone_has_every_start_that_somebody_has(question: Question) -> None:
    question = within_fixed_days(question)
    assume(question.wish.service_ids[0] not in {"table", "sauna"} and len(question.wish.service_ids) == 1)
    anyone = replace(question, wish=replace(question.wish, staff_id=None))
    each = set()
    for one in NAMES:
        alone = replace(question, wish=replace(question.wish, staff_id=one))
        try:
            visit_for(alone.directory, alone.wish)
        except NotOffered:
            continue
        each |= alone.moments()
    assert anyone.moments() == each


def within_fixed_days(question: Question) -> Question:
    """Return a question whose horizon does not depend on what is taken or on the clock."""
    return question.with_policies(horizon="rolling", horizon_days=90, horizon_weekdays=(), horizon_open_days=False)


@pytest.mark.parametrize("zone", [zone for zone in ZONES if CHANGES[zone]])
@pytest.mark.parametrize("align", ["opening", "clock", "packed"])
def test_every_day_of_sixteen_years_on_which_the_clock_changes(zone: str, align: str) -> None:
    """From nine to five is eight hours on every such day, and the first start is nine o'clock."""
    hours = tuple(Hours("place", day, 9 * 60, 17 * 60) for day in range(7))
    directory = salon("anna", zone=zone, services=(Service("cut", "Cut", 60),), hours=hours, grid_align=align)
    for on in CHANGES[zone]:
        now = brute_force.EPOCH + brute_force.wall(zone, on, 0) * MINUTE - 2 * DAY
        found = Question(directory, wish(on), {}, now, {}).openings()
        assert len(found) == 8, on
        assert [one.starts_at.astimezone(ZoneInfo(zone)).hour for one in found] == list(range(9, 17)), on


@pytest.mark.parametrize("zone", [zone for zone in ZONES if CHANGES[zone]])
def test_a_night_of_sixteen_years_in_which_the_clock_changes_is_as_long_as_it_is(zone: str) -> None:
    """From midnight to six there are as many whole hours as pass, neither more nor fewer, by either engine."""
    hours = tuple(Hours("place", day, 0, 6 * 60) for day in range(7))
    directory = salon("anna", zone=zone, services=(Service("cut", "Cut", 60),), hours=hours)
    for on in CHANGES[zone][::5]:
        begin, end = brute_force.wall(zone, on, 0), brute_force.wall(zone, on, 360)
        question = Question(directory, wish(on), {}, brute_force.EPOCH + begin * MINUTE - 2 * DAY, {})
        assert [floor_minute(one.starts_at) for one in question.openings()] == list(range(begin, end - 59, 60)), on
        assert agrees(question), on


@pytest.mark.parametrize("zone", [zone for zone in ZONES if CHANGES[zone]])
def test_a_class_and_a_service_with_hours_of_their_own_in_nights_in_which_the_clock_changes(zone: str) -> None:
    """From 2020 to 2035: hours that begin, end or lie within what is skipped or comes twice, on every grid."""
    yoga = Service("yoga", "Yoga", 30, buffer_after=15, seats=3, limits=Limits(per_day=5))
    own = [Hours(who, day, 60, 200) for who in ("yoga", "cut") for day in range(7)]
    place = [Hours("place", day, *span) for span in ((0, 150), (150, 300)) for day in range(7)]
    services = (yoga, Service("cut", "Cut", 45, buffer_before=5))
    for number, on in enumerate(CHANGES[zone]):
        align = ("opening", "clock", "packed")[number % 3]
        directory = salon("anna", zone=zone, services=services, hours=(*own, *place), grid=15, grid_align=align)
        now = brute_force.EPOCH + brute_force.wall(zone, on, 0) * MINUTE - 2 * DAY
        for service in ("yoga", "cut"):
            question = Question(directory, wish(on, services=(service,)), {}, now, {})
            assert agrees(question), (on, align, service)
            for one in question.openings():
                local = one.starts_at.astimezone(ZoneInfo(zone))
                assert local.date() == on
                assert all(count.bucket <= one.starts_at for count in one.counts)


def test_the_days_of_a_year_are_a_window_and_one_more_is_not() -> None:
    first = date(2027, 1, 1)
    assert Question(salon("anna"), wish(first, first + 366 * DAY), {}, brute_force.EPOCH, {}).openings() == []
    with pytest.raises(NotOffered):
        visit_for(salon("anna"), wish(first, first + timedelta(days=367)))
