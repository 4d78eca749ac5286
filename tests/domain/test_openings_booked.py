"""The law that binds search and calendar: with all rules mixed, what is offered can be booked until nothing is left."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.availability import resources_of
from domain.clock import ManualClock
from domain.desk import Desk
from domain.ids import derived_id
from storage.memory import MemoryStore
from tests.domain.questions import Question, questions

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


async def booked(question: Question, picks: list[int]) -> list[set[object]]:
    """Book one opening after another, each as a new desk finds it; return what was offered each time."""
    calendar = MemoryStore(ManualClock(question.now)).calendar("biz")
    offered: list[set[object]] = []
    seats: Counter[tuple[str, object]] = Counter()
    for number, pick in enumerate(picks):
        desk = Desk(question.directory, calendar, "api", f"key{number}", question.now)
        found = await desk.openings(question.wish)
        offered.append({one.starts_at for one in found})
        if not found:
            break
        opening = found[pick % len(found)]
        desk.book(
            opening,
            customer_id="ana",
            service_ids=question.wish.service_ids,
            party_size=question.wish.party_size,
        )
        await calendar.apply(desk.effects)
        for count in opening.counts:
            seats[count.key, count.bucket] += count.amount
            assert seats[count.key, count.bucket] <= count.cap
        if opening.session:
            assert opening.session == derived_id(
                "session", question.wish.service_ids[0], opening.staff_id or "", opening.starts_at.isoformat()
            )
    rows = await calendar.busy(
        resources_of(question.directory, question.wish),
        question.now - timedelta(days=9),
        question.now + timedelta(days=99),
        question.now,
    )
    for index, one in enumerate(rows):
        for other in rows[:index]:
            if one.resource_id == other.resource_id:
                assert one.ends_at <= other.starts_at or other.ends_at <= one.starts_at
    return offered


@settings(max_examples=80, deadline=None, suppress_health_check=SLOW)
@given(questions(), st.lists(st.integers(0, 400), min_size=1, max_size=8))
def test_what_is_offered_can_be_booked_until_nothing_is_left(question: Question, picks: list[int]) -> None:
    """And on the grid that is counted from opening each booking only ever takes starts away."""
    policies = {"horizon": "rolling", "horizon_days": 90, "horizon_weekdays": (), "horizon_open_days": False}
    offered = asyncio.run(booked(question.with_policies(**policies), picks))
    for before, after in pairwise(offered):
        assert after <= before


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(questions(aligned=True), st.lists(st.integers(0, 400), min_size=1, max_size=8))
def test_what_is_offered_on_an_aligned_grid_can_be_booked(question: Question, picks: list[int]) -> None:
    assert asyncio.run(booked(question, picks))
