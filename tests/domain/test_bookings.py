"""The state machine of bookings."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.bookings import (
    FREE,
    OPEN,
    TRANSITIONS,
    AmendBooking,
    CancelBooking,
    MoveBooking,
    Status,
    expected_sequence,
    expected_statuses,
    may_cancel,
    may_move,
    transition,
)
from domain.errors import BookingClosed
from tests.builders import NOW, at, booking, event, take_of

ONE = booking(at(10), customer_id="ana")


def test_the_table_of_transitions_is_total() -> None:
    assert set(TRANSITIONS) == set(Status)
    assert {to for targets in TRANSITIONS.values() for to in targets} <= set(Status)


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_every_step_is_taken_or_refused(before: Status, after: Status) -> None:
    one = replace(ONE, status=before)
    if after in TRANSITIONS[before]:
        assert transition(one, after) == replace(one, status=after)
    else:
        with pytest.raises(BookingClosed):
            transition(one, after)


def test_nothing_follows_a_completed_visit_and_nothing_stays_as_it_is() -> None:
    assert not TRANSITIONS[Status.COMPLETED]
    assert all(status not in targets for status, targets in TRANSITIONS.items())


def test_every_status_can_be_reached_from_an_inquiry() -> None:
    reached = {Status.INQUIRY}
    while more := {to for status in reached for to in TRANSITIONS[status]} - reached:
        reached |= more
    assert reached == set(Status)


@pytest.mark.parametrize("status", Status)
def test_only_open_bookings_are_the_customers_to_change(status: Status) -> None:
    one = replace(ONE, status=status)
    assert may_cancel(one, NOW) is (status in OPEN)
    assert may_move(one, NOW, timedelta(hours=1)) is (status in OPEN)


def test_a_booking_that_has_begun_stays() -> None:
    assert may_cancel(ONE, ONE.starts_at - timedelta(seconds=1))
    assert not may_cancel(ONE, ONE.starts_at)
    assert not may_move(ONE, ONE.starts_at, timedelta(0))


def test_a_booking_is_not_moved_within_the_minimum_notice() -> None:
    hour = timedelta(hours=1)
    assert may_move(ONE, ONE.starts_at - hour, hour)
    assert not may_move(ONE, ONE.starts_at - hour + timedelta(seconds=1), hour)


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_what_is_written_over_a_booking_takes_a_step_that_there_is(before: Status, after: Status) -> None:
    one = replace(ONE, status=after, sequence=3)
    step, stays = after in TRANSITIONS[before], before is after
    moved, restored = (MoveBooking(one, take_of(one), event(one, kind), 2) for kind in ("moved", "restored"))
    cancelled, amended = CancelBooking(one, event(one, "cancelled")), AmendBooking(one, event(one, "amended"))
    assert [expected_sequence(change) for change in (moved, restored, cancelled, amended)] == [2, 2, 2, 3]
    alive = before not in FREE
    assert (before in expected_statuses(amended)) is (stays or (step and alive))
    assert (before in expected_statuses(cancelled)) is (step and alive)
    assert (before in expected_statuses(restored)) is (step and not alive)
    assert (before in expected_statuses(moved)) is (alive and (step or (stays and before is not Status.COMPLETED)))
