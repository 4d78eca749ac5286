"""A turn late in a long conversation asks, writes and keeps what an early one did."""

import pytest

from bench.customer import BURSTS, CYCLE, effects_of
from tests.bench.measured import STORES, line_of, need_services


@pytest.mark.parametrize("store", STORES)
def test_a_late_turn_costs_what_an_early_one_cost(store):
    need_services(store)
    line = line_of("history", "--store", store, "--turns", 100)
    assert line["statements_equal"], line["statements"]
    assert line["rows_equal"], line["rows"]
    assert line["state_bytes"]["10"] == line["state_bytes"]["100"] <= 4096


def test_the_customer_of_the_benches_is_counted_right():
    assert sum(BURSTS) == len(CYCLE)
    assert effects_of(0) == effects_of(3) == effects_of(7) == (0, 0, 0)
    assert effects_of(8) == (1, 0, 0)
    assert effects_of(3 + 10) == (1, 1, 1)
    assert effects_of(3 + 10 + 7) == (2, 2, 1)
