"""The layout of a place: units, joins, hard rules, and set-ups that are none."""

import pytest

from domain.businesses import Join
from domain.errors import InvalidSetup, NotOffered
from domain.seating.layout import Seats, layout_of
from tests.domain.seating.houses import house, layout, table

HOUSE = house(
    table("b", 4, features=("window", "accessible")),
    table("a", 2, features=("window",)),
    table("h", 2, online=False),
    table("p", 2, area="patio", features=("outdoor",)),
    table("v", 6, 4),
    joins=(Join("ab", ("b", "a"), 5, 6, 9),),
)


def named(**needs):
    return [one.id for one in layout(HOUSE).units_for(Seats(**{"size": 2, **needs}))]


def test_units_come_smallest_first_and_single_tables_before_joins():
    assert [one.id for one in layout(HOUSE).units] == ["a", "h", "p", "b", "v", "ab"]


def test_a_join_has_its_tables_in_order_and_what_all_of_them_have():
    join = layout(HOUSE).units[-1]
    assert join.table_ids == ("a", "b")
    assert join.features == {"window"}
    assert join.priority == 9


@pytest.mark.parametrize(
    ("needs", "units"),
    [
        ({}, ["a", "p", "b"]),
        ({"online": False}, ["a", "h", "p", "b"]),
        ({"size": 5}, ["v", "ab"]),
        ({"size": 7}, []),
        ({"size": None}, ["a", "p", "b", "v"]),
        ({"area": "patio"}, ["p"]),
        ({"must": frozenset({"accessible"})}, ["b"]),
        ({"outdoor": True}, ["p"]),
        ({"outdoor": False}, ["a", "b"]),
    ],
)
def test_hard_rules_leave_these_units(needs, units):
    assert named(**needs) == units


@pytest.mark.parametrize(
    "join",
    [
        Join("j", ("a",), 3, 4),
        Join("j", ("a", "a"), 3, 4),
        Join("j", ("a", "nothing"), 3, 4),
        Join("j", ("a", "p"), 3, 4),
        Join("j", ("a", "h"), 4, 3),
        Join("j", ("a", "h"), 0, 3),
    ],
)
def test_a_join_that_is_none_is_refused_by_its_field(join):
    directory = house(table("a", 2), table("h", 2), table("p", 2, area="patio"), joins=(join,))
    with pytest.raises(InvalidSetup) as refused:
        layout_of(directory, "place")
    assert refused.value.field == "joins"


def test_a_place_that_is_not_there_has_no_layout():
    with pytest.raises(NotOffered):
        layout_of(HOUSE, "elsewhere")
