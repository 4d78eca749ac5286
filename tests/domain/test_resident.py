"""The resident engine says what the interval engine says, whatever changed, and its broken twins are caught."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.agreement import Round
from bench.large_salon import NOW as SALON_NOW
from bench.large_salon import large_salon
from bench.listed import ListedCalendar
from domain.availability import Wish, openings_of, starts, visit_for
from domain.businesses import DateOverride
from domain.errors import NotOffered
from domain.hours import ceil_minute, floor_minute
from domain.kept import Row, View
from domain.occupancy import Block, Busy, Occupied
from domain.resident import Resident
from tests.domain.scheduling import MONDAY, NOW, salon, utc, wish

NINE = floor_minute(utc(MONDAY, 9))
HOUR = 60


def found(resident, directory, calendar, what=None, now=NOW, **more):
    what = what or wish()
    answer = asyncio.run(resident.starts(directory, what, now, calendar, **more))
    return [(one.minute - NINE, one.choice.staff_id) for one in answer]


def intervals(directory, calendar, what, now):
    visit = visit_for(directory, what)
    return starts(directory, visit, what, {one: calendar.blocks.get(one, []) for one in visit.resource_ids}, now)


def wrong(seed, questions=25):
    """Return the random questions that the resident engine answers in another way than the interval engine."""
    told = asyncio.run(Round(seed, 0).disagreements(questions))
    return [one for one in told if "resident" in one]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1 << 32))
def test_it_agrees_with_the_interval_engine_on_random_questions(seed):
    assert wrong(seed) == []


class WithoutVersions(Resident):
    """A broken twin: what was read once is true for ever."""

    async def starts(self, directory, wish, now, calendar, without=(), overlay=(), overlay_used=()):
        class Still:
            used = calendar.used

            async def versions(self, resource_ids):
                return dict.fromkeys(resource_ids, 0)

            async def occupied(self, resource_ids, start, end):
                read = await calendar.occupied(resource_ids, start, end)
                return {one: Occupied(0, what.blocks) for one, what in read.items()}

        return await super().starts(directory, wish, now, Still(), without, overlay, overlay_used)


class WithoutExpiry(Row):
    """A broken twin: a hold is never over."""

    def renew(self, now):
        self._all = [one._replace(expires=0) for one in self._all]
        super().renew(now)


def test_a_twin_that_ignores_versions_is_caught(monkeypatch):
    monkeypatch.setattr("bench.agreement.Resident", WithoutVersions)
    assert any(wrong(seed, 60) for seed in range(30))


def test_a_twin_that_ignores_expiry_is_caught(monkeypatch):
    monkeypatch.setattr("domain.kept.Row", WithoutExpiry)
    assert any(wrong(seed, 60) for seed in range(30))


def test_a_twin_that_forgets_nothing_of_a_changed_day_is_caught(monkeypatch):
    def after_a_booking():
        directory, calendar, resident = salon("anna"), ListedCalendar(), Resident()
        found(resident, directory, calendar)
        calendar.block("anna", NINE, NINE + HOUR, "booking")
        return found(resident, directory, calendar)

    assert (0, "anna") not in after_a_booking()
    monkeypatch.setattr("domain.bit_search.Search.forget", lambda *_: None)
    assert (0, "anna") in after_a_booking()


def test_only_what_changed_is_read_again():
    directory, calendar, resident = salon("anna", "rosa"), ListedCalendar(), Resident()
    assert found(resident, directory, calendar)[0] == (0, "anna")
    assert calendar.reads == 2
    calendar.block("anna", NINE, NINE + HOUR, "booking")
    assert found(resident, directory, calendar)[0] == (0, "rosa")
    assert calendar.reads == 3
    calendar.give_back("booking")
    assert found(resident, directory, calendar)[0] == (0, "anna")
    assert calendar.reads == 4
    assert len(found(resident, directory, calendar, wish(MONDAY, MONDAY + timedelta(days=2)))) == 12
    assert calendar.reads == 4, "a question about the same week reads nothing"


def test_a_hold_that_is_over_blocks_no_more_though_nothing_was_written():
    directory, calendar, resident = salon("anna"), ListedCalendar(), Resident()
    ends = NOW + timedelta(minutes=10)
    calendar.block("anna", NINE, NINE + HOUR, "hold", ceil_minute(ends))
    assert (0, "anna") not in found(resident, directory, calendar)
    assert (0, "anna") not in found(resident, directory, calendar, now=ends - timedelta(seconds=1))
    assert (0, "anna") in found(resident, directory, calendar, now=ends)
    assert (0, "anna") not in found(resident, directory, calendar), "a desk that was opened earlier still sees it"
    assert calendar.reads == 1


def test_a_new_set_up_counts_at_once():
    directory, calendar, resident = salon("anna"), ListedCalendar(), Resident()
    assert found(resident, directory, calendar)
    closed = replace(directory, version=2, overrides=(DateOverride("place", MONDAY),))
    assert found(resident, closed, calendar) == []


def test_a_window_grows_with_what_is_asked():
    directory, calendar, resident = salon("anna"), ListedCalendar(), Resident()
    later = MONDAY + timedelta(days=40)
    calendar.block("anna", NINE + 40 * 1440, NINE + 40 * 1440 + HOUR, "booking")
    assert (0, "anna") in found(resident, directory, calendar)
    assert [one for one, _ in found(resident, directory, calendar, wish(later))] == [
        40 * 1440 + hour * HOUR for hour in (1, 2, 3)
    ]
    assert (0, "anna") in found(resident, directory, calendar)
    reads = calendar.reads
    assert found(resident, directory, calendar, wish(MONDAY, later))
    assert calendar.reads == reads


def test_own_holds_do_not_block_and_what_was_just_booked_does():
    directory, calendar, resident = salon("anna"), ListedCalendar(), Resident()
    calendar.block("anna", NINE, NINE + HOUR, "mine")
    assert found(resident, directory, calendar) == [(hour * HOUR, "anna") for hour in (1, 2, 3)]
    assert found(resident, directory, calendar, without=("mine",)) == [(hour * HOUR, "anna") for hour in range(4)]
    more = Busy("anna", utc(MONDAY, 11), utc(MONDAY, 12))
    assert found(resident, directory, calendar, without=("mine",), overlay=[more]) == [
        (hour * HOUR, "anna") for hour in (0, 1, 3)
    ]
    assert found(resident, directory, calendar) == [(hour * HOUR, "anna") for hour in (1, 2, 3)]


def test_a_question_that_hides_nothing_leaves_nothing_old_behind():
    directory, calendar, resident = salon("anna"), ListedCalendar(), Resident()
    assert (0, "anna") in found(resident, directory, calendar, without=("nobody",))
    calendar.block("anna", NINE, NINE + HOUR, "booking")
    assert (0, "anna") not in found(resident, directory, calendar)


def test_an_owner_that_changes_leaves_the_answer_as_it_is():
    directory, calendar, resident = salon("anna"), ListedCalendar(), Resident()
    calendar.block("anna", NINE, NINE + HOUR, "hold", ceil_minute(NOW) + 10)
    before = found(resident, directory, calendar)
    calendar.give_back("hold")
    calendar.block("anna", NINE, NINE + HOUR, "booking")
    assert found(resident, directory, calendar) == before
    assert found(resident, directory, calendar, now=NOW + timedelta(minutes=20)) == before


def test_what_is_not_offered_is_refused_alike():
    with pytest.raises(NotOffered) as refused:
        found(Resident(), salon("anna"), ListedCalendar(), wish(services=("unknown",)))
    assert refused.value.field == "service"


def test_weeks_with_a_clock_change_and_vacations_are_answered_alike():
    directory, calendar, chance = large_salon(14), ListedCalendar(), Random(1)
    first = SALON_NOW.date()
    directory = replace(
        directory,
        overrides=tuple(
            DateOverride(chance.choice(("place", *directory.person)), first + timedelta(days=day), ((600, 900),))
            for day in range(0, 60, 9)
        ),
    )
    resident = Resident()
    for number in range(60):
        start = floor_minute(SALON_NOW) + chance.randrange(60 * 1440)
        calendar.block(chance.choice(directory.staff).id, start, start + chance.randrange(1, 300), f"booking-{number}")
        if number % 6 == 0:
            what = Wish("place", (chance.choice(directory.services).id,), first, first + timedelta(days=60))
            answer = asyncio.run(resident.starts(directory, what, SALON_NOW, calendar))
            assert answer == intervals(directory, calendar, what, SALON_NOW)
            assert len(openings_of(visit_for(directory, what), answer)) > 1000


def test_the_businesses_asked_longest_ago_are_dropped():
    resident = Resident(most_bytes=200_000)
    houses = [replace(salon("anna"), business=replace(salon().business, id=f"biz{number}")) for number in range(30)]
    calendars = [ListedCalendar() for _ in houses]
    for directory, calendar in zip(houses, calendars, strict=True):
        for block in range(20):
            calendar.block("anna", NINE + block * 300, NINE + block * 300 + 30, f"booking-{block}")
        assert found(resident, directory, calendar)
    assert 0 < resident.bytes <= 200_000
    assert found(resident, houses[-1], calendars[-1])
    assert found(resident, houses[0], calendars[0])
    assert (calendars[-1].reads, calendars[0].reads) == (1, 2)


def test_rows_count_what_is_taken_block_by_block():
    view = View(salon("anna"), NINE - NINE % 10080 + 4 * 1440, NINE - NINE % 10080 + 18 * 1440)
    days = view.days("Europe/Lisbon")
    day = days.days.index(MONDAY)
    for blocks, minutes in (
        ([], 0),
        ([Block(NINE, NINE + 60, "a", 0)], 60),
        ([Block(NINE, NINE + 60, "a", 0), Block(NINE + 30, NINE + 90, "b", 0)], 120),
        ([Block(NINE, NINE + 61, "a", 0), Block(NINE + 62, NINE + 75, "b", 0)], 74),
        ([Block(NINE - 12 * 60, NINE + 60, "a", 0)], 10 * 60),
    ):
        row = Row(Occupied(1, tuple(blocks)), view.origin, view.end, 0)
        assert row.loads(days, 15)[day] == minutes
