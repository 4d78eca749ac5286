"""What is taken: takes rebuilt from their rows, counts gathered, what lies beyond what one has."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.occupancy import Busy, Count, Take, beyond, gathered, taken_by
from tests.builders import ANNA, ROOM, ROSA, at

RESOURCES = st.lists(st.sampled_from((ANNA, ROSA, ROOM)), min_size=1, max_size=3, unique=True)
COUNTS = st.lists(
    st.builds(
        Count,
        st.sampled_from(("pace", "day")),
        st.sampled_from((at(15), at(15, 15))),
        st.integers(1, 6),
        st.integers(1, 20),
    ),
    max_size=6,
)


@given(resources=RESOURCES, lengths=st.lists(st.integers(1, 90), min_size=3, max_size=3), alike=st.booleans())
def test_a_take_is_rebuilt_from_its_rows(resources: list[str], lengths: list[int], alike: bool) -> None:
    if alike:
        take = Take(tuple(sorted(resources)), at(15), at(16))
    else:
        parts = tuple(
            Busy(one, at(15), at(15, length)) for one, length in zip(sorted(resources), lengths, strict=False)
        )
        take = Take(tuple(sorted(resources)), at(15), max(one.ends_at for one in parts), parts)
    rebuilt = taken_by(take.rows[::-1], "a class")
    assert rebuilt.rows == take.rows
    assert (rebuilt.starts_at, rebuilt.ends_at, rebuilt.resource_ids) == (
        take.starts_at,
        take.ends_at,
        take.resource_ids,
    )
    assert (rebuilt.session, rebuilt.counts) == ("a class", ())
    if alike:
        assert rebuilt == replace(take, session="a class")


@given(counts=COUNTS)
def test_gathered_counts_name_each_counter_once_and_lose_nothing(counts: list[Count]) -> None:
    found = gathered(counts)
    names = [(one.key, one.bucket) for one in found]
    assert names == sorted(set(names)), "in one order, so that two writers never wait for each other"
    for one in found:
        same = [other for other in counts if (other.key, other.bucket) == (one.key, one.bucket)]
        assert one.amount == sum(other.amount for other in same)
        assert one.cap == min(other.cap for other in same)
    assert sum(one.amount for one in found) == sum(one.amount for one in counts)


def test_what_lies_beyond_is_said_for_each_resource() -> None:
    own = Take((ANNA, ROSA), at(15), at(16), (Busy(ANNA, at(15), at(15, 30)), Busy(ROSA, at(15, 30), at(16))))
    longer = Take((ANNA, ROSA), at(15), at(16, 30), (Busy(ANNA, at(15), at(16)), Busy(ROSA, at(16), at(16, 30))))
    rest = beyond(longer, own)
    assert rest.rows == (Busy(ANNA, at(15, 30), at(16)), Busy(ROSA, at(16), at(16, 30)))
    assert beyond(own, own).rows == ()
