"""A story that cannot fail proves nothing: each is told once more on a store that lacks the guard, and must fail."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from domain.errors import BookingClosed, OpeningTaken
from tests.contracts.stores import (
    broken,
    houses,
    test_answers,
    test_bookings,
    test_classes,
    test_control,
    test_deliveries,
    test_limiter,
    test_mailbox,
    test_occupancy,
    test_outbox,
    test_paths,
    test_seating,
    test_signals,
    test_timers,
    test_waitlist,
)

if TYPE_CHECKING:
    from tests.contracts.stores.story import Told

TWINS: list[tuple[Any, dict[str, Any]]] = [
    (test_mailbox.test_the_same_message_again_is_stored_once, {"mailbox": broken.NoDedupe}),
    (test_mailbox.test_two_doors_take_the_same_message_at_once, {"mailbox": broken.NoDedupe}),
    (test_mailbox.test_a_frozen_worker_is_fenced_off, {"mailbox": broken.NoFence}),
    (test_mailbox.test_staff_take_over_in_the_middle_of_a_turn, {"mailbox": broken.NoEpoch}),
    (test_mailbox.test_poison_is_set_aside_and_the_customer_goes_on, {"mailbox": broken.NoPatience}),
    (test_mailbox.test_one_busy_business_does_not_starve_another, {"lanes": broken.Unfair}),
    (test_mailbox.test_a_refused_effect_takes_its_whole_turn_and_only_it, {"calendar": broken.HalfWritten}),
    (test_occupancy.test_two_customers_tap_the_same_opening, {"calendar": broken.Overlapping}),
    (test_occupancy.test_many_doors_race_for_one_table, {"calendar": broken.Overlapping}),
    (test_bookings.test_effects_are_written_together_or_not_at_all, {"calendar": broken.HalfWritten}),
    (test_occupancy.test_an_expired_hold_never_blocks, {"calendar": broken.Eternal}),
    (test_bookings.test_the_same_yes_again_books_once, {"calendar": broken.Forgetful}),
    (test_paths.test_every_way_to_take_time_meets_the_same_wall, {"calendar": broken.Overlapping}),
    (test_paths.test_all_ways_race_for_one_time, {"calendar": broken.Overlapping}),
    (test_classes.test_no_seat_is_sold_twice, {"calendar": broken.NoCap}),
    (test_classes.test_a_limit_of_a_day_holds_whatever_the_way, {"calendar": broken.NoCap}),
    (
        test_classes.test_an_expired_hold_gives_its_counts_back_before_the_guard_says_no,
        {"calendar": broken.EternalCounts},
    ),
    (test_classes.test_a_class_takes_its_time_once_until_the_last_one_leaves, {"calendar": broken.EmptyRoom}),
    (test_seating.test_a_plan_that_is_out_of_date_moves_nobody, {"calendar": broken.BlindReseat}),
    (test_seating.test_a_pinned_or_seated_party_stays, {"calendar": broken.RudeReseat}),
    (test_waitlist.test_two_offer_the_same_person_at_once, {"calendar": broken.TwoOffers}),
    (test_answers.test_the_same_attempt_again_does_nothing_again, {"calendar": broken.AnswersTwice}),
    (test_answers.test_impatient_callers_send_one_attempt_many_times, {"calendar": broken.AnswersTwice}),
    (test_outbox.test_a_claim_cancels_unsent_talk_but_not_notices, {"outbox": broken.EagerOutbox}),
    (test_outbox.test_a_claim_cancels_unsent_talk_but_not_notices, {"outbox": broken.RudeOutbox}),
    (test_outbox.test_talk_that_is_leased_is_stopped_before_the_call, {"outbox": broken.EagerOutbox}),
    (test_outbox.test_a_sender_that_vanished_leaves_a_doubtful_parcel, {"outbox": broken.ForgetfulOutbox}),
    (test_outbox.test_what_nobody_knows_waits_for_a_receipt, {"outbox": broken.HastyOutbox}),
    (test_outbox.test_what_nobody_knows_waits_for_a_receipt, {"outbox": broken.ForgetfulOutbox}),
    (test_outbox.test_a_receipt_ends_the_doubt_at_once, {"outbox": broken.DeafOutbox}),
    (test_signals.test_an_echo_is_shown_once_however_often_its_worker_dies, {"mailbox": broken.NoFence}),
    (test_signals.test_whoever_lost_the_lane_leaves_nothing, {"mailbox": broken.NoFence}),
    (test_signals.test_whoever_lost_the_epoch_leaves_nothing_and_reads_again, {"mailbox": broken.HalfSettled}),
    (test_signals.test_a_new_number_is_where_answers_go, {"mailbox": broken.NoAddress}),
    (test_deliveries.test_receipts_come_in_any_order_and_the_highest_stands, {"tables": broken.LastReceiptWins}),
    (test_deliveries.test_a_receipt_that_is_quicker_than_the_answer_is_believed, {"tables": broken.LastReceiptWins}),
    (test_limiter.test_who_must_wait_for_one_bucket_takes_nothing_out_of_another, {"buckets": broken.GreedyBuckets}),
    (test_limiter.test_so_many_at_once_and_then_at_the_pace_that_tokens_come_back, {"buckets": broken.LeakyBuckets}),
    (test_limiter.test_a_crowd_takes_no_more_than_there_is, {"buckets": broken.LeakyBuckets}),
    (test_control.test_two_of_the_staff_claim_at_once, {"control": broken.LastOneWins}),
    (test_timers.test_a_timer_rings_once_in_its_conversation, {"timers": broken.TwoOfAKind}),
]


@pytest.mark.parametrize(
    ("test", "parts"),
    TWINS,
    ids=[f"{test.__name__}-{next(iter(parts.values())).__name__}" for test, parts in TWINS],
)
def test_the_story_catches_its_broken_twin(test: Any, parts: dict[str, Any]) -> None:
    told: Told = test.told
    with pytest.raises((AssertionError, OpeningTaken, BookingClosed, pytest.fail.Exception)):
        asyncio.run(told.on(partial(houses.memory, make=broken.broken(**parts))))


@pytest.mark.parametrize("test", {test.__name__: test for test, _ in TWINS}.values(), ids=lambda test: test.__name__)
def test_the_same_story_passes_on_the_sound_store(test: Any) -> None:
    told: Told = test.told
    asyncio.run(told.on(houses.memory))
