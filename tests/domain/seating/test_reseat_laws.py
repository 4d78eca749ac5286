"""Laws of seating: nobody shares a table, whoever can be seated is, who is fixed stays."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.businesses import Join
from domain.seating import reseat
from domain.seating.chains import Chains, Undecided
from domain.seating.evening import Block, Evening, Party, around
from domain.seating.reseat import Effort, seat
from tests.domain.seating.houses import house, layout, overlaps, possible, seats_everybody, table

EFFORT = Effort(chains=20_000, optimizer=False)
HOUSES = [
    house(table("a", 2), table("b", 2), table("c", 4), joins=(Join("ab", ("a", "b"), 3, 4),)),
    house(table("a", 2), table("b", 4), table("c", 4), table("d", 6, 3)),
    house(*(table(name, 2) for name in "abc"), joins=(Join("ab", ("a", "b"), 3, 4), Join("bc", ("b", "c"), 3, 4))),
]


@st.composite
def requests(draw):
    many = draw(st.integers(2, 7))
    found = []
    for number in range(many):
        start = draw(st.integers(0, 8)) * 30
        minutes = draw(st.sampled_from([60, 90, 120]))
        found.append(Party(f"p{number}", draw(st.integers(1, 6)), start, start + minutes, fixed=draw(st.booleans())))
    return found


def seated(directory, parties, effort=EFFORT):
    """Seat them one after another; yields (evening before, party, seating)."""
    evening = Evening()
    for one in parties:
        found = seat(layout(directory), evening, one, directory.business.policies, effort)
        yield evening, one, found
        if found is not None:
            evening = found.applied(evening, one)


@given(st.sampled_from(HOUSES), requests())
@settings(max_examples=150, deadline=None)
def test_whoever_is_accepted_has_tables_of_their_own_and_whoever_can_be_seated_is_accepted(directory, parties):
    for evening, party, found in seated(directory, parties):
        assert (found is not None) == possible(directory, evening, party)
        if found is not None:
            after = found.applied(evening, party)
            assert overlaps(after) == []
            assert seats_everybody(directory, after)
            assert {one.id for one in after.parties} == {one.id for one in evening.parties} | {party.id}


def moved_though_fixed(directory, parties):
    return [
        move.party.id
        for _, _, found in seated(directory, parties)
        if found is not None
        for move in found.moves
        if next(one for one in parties if one.id == move.party.id).fixed
    ]


@given(st.sampled_from(HOUSES), requests())
@settings(max_examples=100, deadline=None)
def test_nobody_who_is_fixed_changes_tables(directory, parties):
    assert moved_though_fixed(directory, parties) == []


def test_a_twin_that_forgets_who_is_fixed_is_caught(monkeypatch):
    """The smallest story in which the guard matters: two at the table of four, promised to them, and four who ask."""
    directory = house(table("a", 2), table("c", 4))
    evening = Evening((Party("two", 2, 0, 90, ("c",), fixed=True),))
    four = Party("four", 4, 0, 105)
    policies = directory.business.policies
    assert seat(layout(directory), evening, four, policies, EFFORT) is None
    monkeypatch.setattr("domain.seating.chains.may_move", lambda layout, party: True)
    broken = seat(layout(directory), evening, four, policies, EFFORT)
    assert [one.party.id for one in broken.moves if one.party.fixed] == ["two"]


@given(st.sampled_from(HOUSES), requests(), st.integers(0, 8))
@settings(max_examples=60, deadline=None)
def test_what_is_blocked_is_nobodys(directory, parties, since):
    evening = Evening(blocks=(Block("a", since * 30, since * 30 + 120),))
    for party in parties:
        found = seat(layout(directory), evening, party, directory.business.policies, EFFORT)
        if found is not None:
            evening = found.applied(evening, party)
            assert overlaps(evening) == []


@given(st.sampled_from(HOUSES), requests())
@settings(max_examples=100, deadline=None)
def test_what_is_hopeless_is_impossible(directory, parties):
    for evening, party, _ in seated(directory, parties):
        if Chains(layout(directory), evening, party).is_hopeless():
            assert not possible(directory, evening, party)


@given(st.sampled_from(HOUSES), requests())
@settings(max_examples=100, deadline=None)
def test_a_search_that_was_given_up_leaves_classes_that_seat_nobody_twice(directory, parties):
    """With no chains at all everything goes by classes, and what they find is still laid out on tables."""
    effort = Effort(chains=0, optimizer=False)
    for evening, party, found in seated(directory, parties, effort):
        if found is not None:
            after = found.applied(evening, party)
            assert overlaps(after) == []
            assert seats_everybody(directory, after)
            assert possible(directory, evening, party)


@given(st.sampled_from(HOUSES), requests())
@settings(max_examples=40, deadline=None)
def test_a_house_that_never_re_seats_moves_nobody(directory, parties):
    fixed = replace(directory.business.policies, seating="fixed")
    evening = Evening()
    for party in parties:
        found = seat(layout(directory), evening, party, fixed, EFFORT)
        if found is not None:
            assert found.moves == ()
            evening = found.applied(evening, party)
    assert overlaps(evening) == []


def test_the_fewest_parties_move():
    """One move would do where the first thought needs two."""
    directory = house(table("a", 2), table("b", 2), table("c", 4), table("d", 4))
    evening = Evening(
        (
            Party("early", 2, 0, 90, ("c",)),
            Party("late", 2, 90, 180, ("c",)),
            Party("long", 2, 30, 120, ("d",)),
            Party("other", 2, 0, 180, ("a",)),
        )
    )
    found = seat(layout(directory), evening, Party("four", 4, 30, 135), directory.business.policies, EFFORT)
    assert [(one.party.id, one.unit.id) for one in found.moves] == [("long", "b")]
    assert found.unit.id == "d"
    assert found.reasons == ("fits", "reseats:1")
    assert found.moves[0].reasons == ("makes_room", "fits")


def test_a_search_says_when_it_was_given_up():
    directory = HOUSES[0]
    evening = Evening((Party("x", 2, 0, 90, ("c",)), Party("y", 2, 0, 90, ("a",))))
    four = Party("four", 4, 0, 105)
    chains = Chains(layout(directory), evening, four)
    with pytest.raises(Undecided):
        chains.search(0)
    assert chains.search(1_000) is not None  # and the next search begins as if the first had not been


@given(st.sampled_from(HOUSES), requests())
@settings(max_examples=60, deadline=None)
def test_the_optimizer_says_the_same(directory, parties):
    if not reseat.optimizer.is_installed():
        pytest.skip("OR-Tools is not installed: pip install 'frontdesk[optimizer]'")
    for evening, party, found in seated(directory, parties, Effort(chains=0, optimizer=True)):
        if found is not None:
            after = found.applied(evening, party)
            assert overlaps(after) == []
            assert seats_everybody(directory, after)
        if not any(len(one.table_ids) > 1 or one.fixed for one in evening.parties) and not directory.joins:
            assert (found is not None) == possible(directory, evening, party)


def test_who_reaches_beyond_the_next_hours_stays_because_what_follows_was_not_read():
    near, far = Party("near", 2, 600, 700, ("a",)), Party("far", 2, 100, 300, ("a",))
    gone = Party("gone", 2, 0, 100, ("a",))
    found = around(Evening((near, far, gone), (Block("b", 0, 240), Block("b", 0, 241))), 600, 690)
    assert found == Evening((near, replace(far, fixed=True)), (Block("b", 0, 241),))
