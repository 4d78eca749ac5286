"""Answers by idempotency key: what a request did is done once, whoever asks again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.bookings import Answered
from domain.errors import AnsweredBefore, OpeningTaken
from tests.builders import ANNA, MAR, NOW, at, book, hold
from tests.contracts.stores.story import booked, calendar_of, meet, story, taken

if TYPE_CHECKING:
    from tests.contracts.stores.houses import House

SAID = Answered("attempt-1", "POST /bookings 1f2e", 201, b'{"id": "b1", "name": "In\xc3\xaas"}', NOW)


@story
async def test_an_answer_is_read_as_it_was_written(house: House) -> None:
    calendar = calendar_of(house)
    assert await calendar.answered("attempt-1") is None
    await calendar.apply([SAID])
    assert await calendar.answered("attempt-1") == SAID
    assert await calendar.answered("attempt-2") is None
    assert await house.store.calendar(MAR.business.id).answered("attempt-1") is None
    await house.store.calendar(MAR.business.id).apply([replace(SAID, status=202)])
    assert await calendar.answered("attempt-1") == SAID, "keys are each business's own"


@story
async def test_the_same_attempt_again_does_nothing_again(house: House) -> None:
    calendar, who = calendar_of(house), await meet(house.store)
    first = booked(who)
    await calendar.apply([SAID, book(first)])
    again = replace(SAID, fingerprint="POST /bookings 77aa", body=b"another")
    for effects in ([again, book(booked(who, 17))], [hold(at(18)), again], [again, book(booked(who))]):
        with pytest.raises(AnsweredBefore):
            await calendar.apply(effects)
    assert await taken(house.store, ANNA) == ["anna 15:00-15:30"]
    assert await calendar.answered("attempt-1") == SAID
    assert len(await calendar.bookings_between(at(0), at(24))) == 1


@story
async def test_what_was_refused_is_not_answered(house: House) -> None:
    calendar, who = calendar_of(house), await meet(house.store)
    await calendar.apply([hold(at(15), hold_id="h")])
    with pytest.raises(OpeningTaken):
        await calendar.apply([SAID, book(booked(who))])
    assert await calendar.answered("attempt-1") is None
    await calendar.apply([SAID, book(booked(who), hold_id="h")])
    assert await calendar.answered("attempt-1") == SAID


@story
async def test_impatient_callers_send_one_attempt_many_times(house: House) -> None:
    calendar, who = calendar_of(house), await meet(house.store)
    attempts = [calendar.apply([SAID, book(booked(who, hour))]) for hour in (11, 12, 13, 14, 15, 16)]
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == [*["AnsweredBefore"] * 5, "NoneType"]
    assert len(await taken(house.store, ANNA)) == 1


@story
async def test_keys_are_kept_for_two_days(house: House) -> None:
    calendar = calendar_of(house)
    await calendar.apply([SAID, replace(SAID, key="attempt-2", at=NOW + timedelta(hours=1))])
    assert await house.store.timers.sweep(NOW + timedelta(hours=47, minutes=59)) == 0
    assert await house.store.timers.sweep(NOW + timedelta(hours=48)) == 1
    assert await calendar.answered("attempt-1") is None
    assert await calendar.answered("attempt-2") is not None
    await calendar.apply([SAID])
