"""Why this table: each criterion decides only where those before it are equal, and leaves its reason."""

from dataclasses import replace

from domain.businesses import Join
from domain.seating.evening import Block, Evening, Party
from domain.seating.reseat import direct
from domain.seating.score import in_words
from tests.domain.seating.houses import house, layout, table

TWO = Party("", 2, 600, 690)


def chosen(directory, party=TWO, evening=Evening()):  # noqa: B008 - it is immutable
    found = direct(layout(directory), evening, party, directory.business.policies)
    return None if found is None else (found.unit.id, *found.reasons)


def test_the_smallest_that_fits():
    assert chosen(house(table("b", 4), table("a", 2))) == ("a", "fits")


def test_no_smaller_one_is_free():
    directory = house(table("b", 4), table("a", 2))
    assert chosen(directory, TWO, Evening(blocks=(Block("a", 0, 601),))) == ("b", "no_smaller_free")
    assert chosen(directory, TWO, Evening(blocks=(Block("a", 0, 601), Block("b", 689, 700)))) is None


def test_a_wished_feature_comes_before_seats_and_a_must_before_everything():
    directory = house(table("a", 2), table("w", 4, features=("window",)), table("x", 6, features=("accessible",)))
    assert chosen(directory, replace(TWO, features=("window",))) == ("w", "features:window")
    both = replace(TWO, features=("window", "accessible"))
    assert chosen(directory, both) == ("x", "without:window", "features:accessible", "fits")
    assert chosen(directory, replace(TWO, features=("quiet",))) == ("a", "without:quiet", "fits")
    assert chosen(directory, replace(TWO, features=("quiet",), strict=True)) is None


def test_one_table_before_two():
    directory = house(table("a", 2), table("b", 2), table("c", 4), joins=(Join("ab", ("a", "b"), 3, 4, 10),))
    assert chosen(directory, replace(TWO, size=4)) == ("c", "fits")
    taken = Evening(blocks=(Block("c", 600, 690),))
    assert chosen(directory, replace(TWO, size=4), taken) == ("ab", "fits", "joins:2")


def test_a_gap_that_nobody_can_use_is_left_to_nobody():
    directory = house(table("a", 2, priority=9), table("b", 2, priority=1))
    sliver = Evening(blocks=(Block("a", 500, 540), Block("b", 500, 600)))
    assert chosen(directory, TWO, sliver) == ("b", "fits", "keeps_gap")
    later = Evening(blocks=(Block("a", 779, 900), Block("b", 780, 900)))
    assert chosen(directory, TWO, later) == ("b", "fits", "keeps_gap")
    long_enough = Evening(blocks=(Block("a", 400, 510), Block("b", 400, 600)))
    assert chosen(directory, TWO, long_enough) == ("a", "fits", "priority")


def test_the_table_they_had_comes_before_priority():
    directory = house(table("a", 2, priority=9), table("b", 2))
    assert chosen(directory) == ("a", "fits", "priority")
    assert chosen(directory, replace(TWO, history=("b",))) == ("b", "fits", "history")
    assert chosen(house(table("b", 2)), replace(TWO, history=("b",))) == ("b", "fits", "history")


def test_every_reason_has_a_sentence():
    reasons = ("fits", "no_smaller_free", "keeps_gap", "history", "priority", "any_table", "promised", "makes_room")
    counted = ("features:window", "without:quiet", "joins:2", "reseats:1", "reseats:3")
    words = in_words((*reasons, *counted))
    assert len(set(words)) == len(words) == 13
    assert all(one.endswith(".") and one[0].isupper() for one in words)
    assert words[-1] == "For it 3 parties change tables."
