"""Workers are killed and frozen: nothing is lost or doubled; without the fence the bench must say so."""

import pytest

from tests.bench.measured import STORES, line_of, need_services

SIZE = ("--messages", 300, "--kills", 4)


@pytest.mark.parametrize("store", STORES)
def test_killed_and_frozen_workers_lose_and_double_nothing(store):
    need_services(store)
    line = line_of("faults", "--store", store, *SIZE)
    assert line["violations"] == []
    assert (line["lost"], line["doubled"], line["out_of_order"]) == (0, 0, 0)
    assert line["messages"] >= 300
    assert line["kills"] == line["freezes"] == 2
    assert line["fenced"] > 0, "no worker came back too late: the run proves nothing"
    assert line["bookings"] > 0


@pytest.mark.parametrize("store", STORES)
def test_without_the_fence_the_bench_reports_violations(store):
    need_services(store)
    line = line_of("faults", "--store", store, *SIZE, "--broken", "fence", status=1)
    assert line["doubled"] > 0
    assert "doubled" in line["violations"]
