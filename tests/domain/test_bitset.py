"""Bitsets say the same as sets of minutes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bitset import cell_for, every, filled, positions, spread, stretch

ORIGIN = 29_000_160
ranges = st.lists(st.tuples(st.integers(-60, 700), st.integers(1, 200)).map(lambda one: (one[0], sum(one))), max_size=8)


def mask(cells):
    return sum(1 << cell for cell in cells)


@given(st.sets(st.integers(0, 3000)))
def test_positions_are_the_cells_that_it_was_made_of(cells):
    assert positions(mask(cells)) == sorted(cells)


@given(ranges, st.sampled_from((1, 5, 15)), st.integers(0, 50))
def test_a_partly_busy_cell_is_busy(taken, cell, cells):
    minutes = {minute for start, end in taken for minute in range(start, end)}
    busy = {
        position for position in range(cells) if not minutes.isdisjoint(range(position * cell, (position + 1) * cell))
    }
    starts, ends = [ORIGIN + start for start, _ in sorted(taken)], [ORIGIN + end for _, end in sorted(taken)]
    assert filled(starts, ends, ORIGIN, cell, cells) == mask(busy)


@given(st.sets(st.integers(0, 300)), st.integers(-30, 60), st.integers(-5, 90))
def test_nothing_begins_where_one_of_its_cells_is_busy(busy, start, width):
    blocked = {cell for cell in range(400) if not busy.isdisjoint(range(cell + start, cell + start + width))}
    assert spread(mask(busy), start, start + width) & stretch(0, 399) == mask(blocked)


@given(st.integers(0, 200), st.integers(-5, 200), st.integers(1, 40))
def test_a_stretch_and_every_so_many_cells_of_it(first, last, step):
    last = max(last, 0)
    assert stretch(first, last) == mask(range(first, last + 1))
    assert every(first, last, step) == mask(range(first, last + 1, step))


@pytest.mark.parametrize(
    ("minutes", "cell"),
    [((15, 45, 60), 5), ((60, 0), 5), ((), 5), ((15, 10), 5), ((-10, 30), 5), ((15, 7), 1), ((-1,), 1)],
)
def test_a_cell_is_the_longest_that_all_are_multiples_of(minutes, cell):
    assert cell_for(minutes) == cell


def test_a_wide_range_is_filled_as_well():
    assert filled([ORIGIN - 5], [ORIGIN + 10_000], ORIGIN, 1, 5000) == stretch(0, 4999)


def test_weeks_are_filled_piece_by_piece():
    starts = range(ORIGIN, ORIGIN + 40_000, 97)
    ends = [start + 1 + index % 120 for index, start in enumerate(starts)]
    busy = {minute - ORIGIN for start, end in zip(starts, ends, strict=True) for minute in range(start, end)}
    assert filled(starts, ends, ORIGIN, 1, 50_000) == mask(busy)
