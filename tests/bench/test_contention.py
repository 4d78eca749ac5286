"""Rivals fight for the same times: no time is had twice; without its guard the bench must say so."""

import pytest

from bench.contention_checker import Row, overlaps
from tests.bench.measured import STORES, line_of, need_services

EVERYWHERE = ["memory", *STORES]
SHORT = ("--attempts", 2500, "--workers", 3)
SHORTER = ("--attempts", 1200, "--workers", 3)
NEVER = (
    *("overlaps", "rows_wrong", "ownerless", "uses_wrong", "counters_over", "counters_unequal"),
    *("lost", "doubled", "written_though_refused", "histories_wrong", "promises_lost", "broken_promises"),
)


@pytest.mark.parametrize("store", EVERYWHERE)
def test_rivals_never_have_the_same_time(store):
    need_services(store)
    line = line_of("contention", "--store", store, *SHORT)
    assert line["violations"] == []
    assert [line[name] for name in NEVER] == [0] * len(NEVER)
    assert line["errors"] == {}
    assert line["attempts"] >= 2500
    assert line["bookings"] > 0
    assert line["sessions"] > 0
    assert line["refused"]["OpeningTaken"] > 100, "nobody wanted the same: the run proves nothing"
    for kind in ("book", "hold", "confirm", "move", "reassign", "cancel", "undo_cancel", "walk_in", "class", "twice"):
        done, refused = line["kinds"][kind]
        assert done > 0, kind
        assert kind == "confirm" or refused > 0, kind


@pytest.mark.parametrize("store", STORES)
def test_without_the_guard_of_the_database_the_checker_finds_overlaps(store):
    need_services(store)
    line = line_of("contention", "--store", store, *SHORTER, "--broken", "guard", status=1)
    assert line["overlaps"] > 0
    assert "overlaps" in line["violations"]


@pytest.mark.parametrize("store", EVERYWHERE)
def test_without_caps_the_checker_finds_counters_above_them(store):
    need_services(store)
    line = line_of("contention", "--store", store, *SHORTER, "--broken", "counters", status=1)
    assert line["counters_over"] > 0
    assert "counters_over" in line["violations"]


@pytest.mark.parametrize(
    ("spans", "many"),
    [
        ([(0, 10), (10, 20)], 0),
        ([(10, 20), (0, 11)], 1),
        ([(0, 100), (10, 20), (20, 30)], 2),
        ([(0, 10), (0, 10)], 1),
        ([(0, 30), (5, 10), (30, 40)], 1),
    ],
)
def test_the_sweep_counts_who_begins_before_another_has_ended(spans, many):
    rows = [Row("biz", "anna", start, end, None, "b", None) for start, end in spans]
    assert len(overlaps(rows)) == many
    apart = [Row("biz", f"p{number}", start, end, None, "b", None) for number, (start, end) in enumerate(spans)]
    assert overlaps(apart) == []
