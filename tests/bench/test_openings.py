"""The openings bench compares the engines it measures, and its random questions are worth asking."""

from random import Random

import pytest

from bench.agreement import fuzz
from bench.large_salon import NOW, bookings, large_salon
from bench.questions import house, question
from domain.resident import Resident
from tests.bench.measured import STORES, line_of, need_services


@pytest.mark.parametrize("store", ["memory", *STORES])
def test_both_engines_give_the_same_starts_and_are_measured(store):
    need_services(store)
    line = line_of("openings", "--staff", 6, "--days", 7, "--store", store)
    assert (line["staff"], line["days"], line["store"]) == (6, 7, store)
    assert line["starts"] > 100
    for figure in ("warm_cpu_ms", "cold_cpu_ms", "interval_cpu_ms", "after_booking_cpu_ms"):
        assert line[figure] > 0


def test_random_questions_are_answered_alike():
    line = line_of("openings", "--fuzz", 160, "--seed", 4, "--workers", 2)
    assert (line["questions"], line["disagreements"]) == (160, 0)
    assert line["offered"] > 30
    assert 0 < line["fallbacks"] < 120


def test_a_resident_engine_that_is_wrong_is_shown(monkeypatch):
    async def nothing(*_args, **_more):
        return []

    monkeypatch.setattr(Resident, "starts", nothing)
    line = fuzz(80, 1, 1)
    assert line["disagreements"] > 10
    assert "the resident engine" in line["first"][0]


def test_questions_are_the_same_for_a_seed_and_mix_all_rules():
    def some(seed):
        houses = [house(Random(f"{seed}:{number}")) for number in range(200)]
        return [(one.directory, question(one)) for one in houses]

    assert some(1) == some(1)
    assert some(1) != some(2)
    directories = [directory for directory, _ in some(1)]
    services = [one for directory in directories for one in directory.services]
    policies = [one.business.policies for one in directories]
    assert {one.grid_align for one in policies} == {"opening", "clock", "packed"}
    assert {one.horizon for one in policies} == {"rolling", "window", "range"}
    assert {one.anyone for one in policies} == {"fair", "priority", "last"}
    assert {one.seats > 0 for one in services} == {one.needs_room for one in services} == {True, False}
    assert any(one.variant_of for one in services)
    assert any(one.addon_to for one in services)
    assert any(one.equipment for one in services)
    assert any(one.staff_needed > 1 for one in services)
    assert any(one.limits.per_week for one in services)
    assert any(person.terms for one in directories for person in one.staff)
    assert any(one.joins for one in directories)


def test_the_large_salon_is_full_and_nobody_is_booked_twice():
    directory = large_salon(8)
    made = list(bookings(directory, "ana", NOW.date(), 14))
    assert len(made) > 8 * 14 * 3
    by_staff = {}
    for one in made:
        by_staff.setdefault(one.booking.staff_id, []).append((one.take.starts_at, one.take.ends_at))
    for taken in by_staff.values():
        assert all(before[1] <= after[0] for before, after in zip(sorted(taken), sorted(taken)[1:], strict=False))


def test_the_api_is_asked_with_history_behind_it():
    line = line_of("openings", "--api", "--bookings", 3000, "--requests", 40)
    assert (line["bookings"], line["requests"], line["businesses"]) == (3000, 40, 1)
    assert 0 < line["p50_ms"] <= line["p99_ms"] <= line["max_ms"]
    assert line["p50_server_cpu_ms"] <= line["p99_server_cpu_ms"]
    assert line["openings_per_answer"] > 20
