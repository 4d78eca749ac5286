"""Occupancy: never two at one time, and holds that give way."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.bookings import (
    PlaceHold,
    ReleaseHold,
)
from domain.errors import OpeningTaken
from domain.ports import Outcome
from tests.builders import (
    ANNA,
    LUZ_CHAT,
    MAR,
    MAR_CHAT,
    NOW,
    ROOM,
    ROSA,
    arrival,
    at,
    book,
    booking,
    commit_for,
    hold,
)
from tests.contracts.stores.story import booked, calendar_of, claim_one, hear, meet, story, taken

if TYPE_CHECKING:
    from tests.contracts.stores.houses import House


@story
async def test_two_customers_tap_the_same_opening(house: House) -> None:
    store = house.store
    ana, rui = await meet(store, "ana"), await meet(store, "rui")
    await store.mailbox.accept([arrival("15:00", "ana"), arrival("15:00", "rui")])
    commits = [
        commit_for(claim, "Booked", effects=(book(booked(who)),), outcome="booked")
        for claim in await store.mailbox.claim(10)
        for who in (ana, rui)
        if who.id == claim.lane
    ]
    outcomes = await asyncio.gather(*(store.mailbox.commit([one]) for one in commits))
    assert sorted(one for (one,) in outcomes) == [Outcome.COMMITTED, Outcome.TAKEN]
    assert await taken(store, ANNA) == ["anna 15:00-15:30"]
    assert len(await calendar_of(house).bookings_between(at(0), at(24))) == 1


@story
async def test_many_doors_race_for_one_table(house: House) -> None:
    store = house.store
    who = await meet(store, "eva", MAR_CHAT)
    calendar = store.calendar(MAR.business.id)

    async def take(number: int) -> bool:
        one = booking(
            at(20, number % 4), 90, customer_id=who.customer_id, directory=MAR, resources=("biz-mar:t1", "biz-mar:t2")
        )
        try:
            await calendar.apply([book(one)])
        except OpeningTaken:
            return False
        return True

    assert sum(await asyncio.gather(*(take(number) for number in range(12)))) == 1
    assert len(await calendar.bookings_between(at(0), at(24))) == 1
    busy = await taken(store, "biz-mar:t1", "biz-mar:t2", business_id=MAR.business.id)
    assert len(busy) == 2


@story
async def test_visits_may_touch_and_not_overlap(house: House) -> None:
    calendar = calendar_of(house)
    await calendar.apply([hold(at(15)), hold(at(15, 30)), hold(at(14, 30))])
    for start, minutes in ((15, 10), (15, 30), (14, 180)):
        with pytest.raises(OpeningTaken):
            await calendar.apply([hold(at(start), minutes)])
    with pytest.raises(OpeningTaken):
        await calendar.apply([hold(at(14, 59), 2)])
    with pytest.raises(OpeningTaken):
        await calendar.apply([hold(at(15, 59), 2)])
    await calendar.apply([hold(at(16)), hold(at(14))])
    assert len(await taken(house.store, ANNA)) == 5


@story
async def test_a_visit_takes_all_of_its_resources_or_none(house: House) -> None:
    calendar = calendar_of(house)
    await calendar.apply([hold(at(15), resources=(ROOM,))])
    with pytest.raises(OpeningTaken):
        await calendar.apply([hold(at(15), resources=(ROOM, ROSA))])
    with pytest.raises(OpeningTaken):
        await calendar.apply([hold(at(15), resources=(ROSA, ROOM))])
    assert await taken(house.store, ROOM, ROSA) == ["room 15:00-15:30"]
    await calendar.apply([hold(at(16), resources=(ROOM, ROSA))])
    assert await taken(house.store, ROOM, ROSA) == ["room 15:00-15:30", "room 16:00-16:30", "rosa 16:00-16:30"]


@story
async def test_a_correction_swaps_the_hold_in_one_transaction(house: House) -> None:
    store = house.store
    who = await meet(store)
    kept = hold(at(15), conversation=who.id)
    await hear(store, arrival("at 3"), effects=(kept,))
    await calendar_of(house).apply([hold(at(17), resources=(ANNA,))])

    await store.mailbox.accept([arrival("actually 5pm")])
    claim = await claim_one(store)
    refused = hold(at(17), conversation=who.id, replaces=kept.hold_id)
    assert await store.mailbox.commit([commit_for(claim, effects=(refused,))]) == [Outcome.TAKEN]
    assert await taken(store, ANNA) == ["anna 15:00-15:30", "anna 17:00-17:30"], "the old time is still kept"

    swapped = hold(at(15, 15), conversation=who.id, replaces=kept.hold_id)
    claim = await store.mailbox.read(claim)
    assert await store.mailbox.commit([commit_for(claim, effects=(swapped,))]) == [Outcome.COMMITTED]
    assert await taken(store, ANNA) == ["anna 15:15-15:45", "anna 17:00-17:30"]


@story
async def test_an_expired_hold_never_blocks(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    await calendar.apply([hold(at(15), resources=(ANNA, ROOM), expires_at=NOW + timedelta(minutes=10))])
    house.clock.advance(timedelta(minutes=9, seconds=59))
    with pytest.raises(OpeningTaken):
        await calendar.apply([book(booked(who))])
    house.clock.advance(timedelta(seconds=1))
    assert await taken(house.store, ANNA, now=house.clock.now()) == [], "it is over, though nobody swept it"
    await calendar.apply([book(booked(who, 14, 45))])
    assert await taken(house.store, ANNA, ROOM, now=house.clock.now()) == ["anna 14:45-15:15"]


@story
async def test_an_expired_hold_is_swept(house: House) -> None:
    calendar = calendar_of(house)
    await calendar.apply([hold(at(15)), hold(at(16), expires_at=NOW + timedelta(hours=1))])
    assert await house.store.timers.sweep(NOW + timedelta(minutes=9)) == 0
    assert await house.store.timers.sweep(NOW + timedelta(minutes=10)) >= 1
    assert await taken(house.store, ANNA) == ["anna 16:00-16:30"]


@story
async def test_a_conversation_keeps_at_most_one_time(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    await calendar.apply([hold(at(15), conversation=who.id)])
    await calendar.apply([hold(at(16), conversation=who.id)])
    assert await taken(house.store, ANNA) == ["anna 16:00-16:30"]


@story
async def test_the_same_hold_again_replaces_itself(house: House) -> None:
    calendar = calendar_of(house)
    await calendar.apply([hold(at(15), hold_id="h", resources=(ANNA, ROOM))])
    await calendar.apply([hold(at(15, 15), hold_id="h")])
    assert await taken(house.store, ANNA, ROOM) == ["anna 15:15-15:45"]
    await calendar.apply([ReleaseHold("h")])
    assert await taken(house.store, ANNA, ROOM) == []


@story
async def test_a_released_hold_is_free_at_once(house: House) -> None:
    calendar = calendar_of(house)
    kept = hold(at(15))
    await calendar.apply([kept])
    assert await taken(house.store, ANNA, without=(kept.hold_id,)) == []
    await calendar.apply([ReleaseHold(kept.hold_id), ReleaseHold("never was")])
    assert await taken(house.store, ANNA) == []
    await calendar.apply([hold(at(15))])


@story
async def test_a_booking_consumes_its_hold(house: House) -> None:
    calendar = calendar_of(house)
    who = await meet(house.store)
    kept = hold(at(15), conversation=who.id)
    await calendar.apply([kept])
    one = booked(who)
    await calendar.apply([book(one, hold_id=kept.hold_id)])
    assert await taken(house.store, ANNA) == ["anna 15:00-15:30"]
    assert await taken(house.store, ANNA, without=(one.id,)) == []
    house.clock.advance(timedelta(hours=2))
    with pytest.raises(OpeningTaken):
        await calendar.apply([hold(at(15))])


@story
async def test_yes_after_the_hold_ran_out(house: House) -> None:
    calendar = calendar_of(house)
    ana, rui = await meet(house.store, "ana"), await meet(house.store, "rui")
    first, second = hold(at(15), conversation=ana.id), hold(at(16), conversation=rui.id)
    await calendar.apply([first, second])
    house.clock.advance(timedelta(minutes=11))
    await calendar.apply([book(booked(rui, 15))])
    with pytest.raises(OpeningTaken):
        await calendar.apply([book(booked(ana, 15), hold_id=first.hold_id)])
    await calendar.apply([book(booked(rui, 16), hold_id=second.hold_id)])
    assert await taken(house.store, ANNA, now=house.clock.now()) == ["anna 15:00-15:30", "anna 16:00-16:30"]


@story
async def test_only_what_overlaps_is_busy(house: House) -> None:
    calendar = calendar_of(house)
    await calendar.apply([hold(at(hour), resources=(who,)) for hour in (11, 12, 13) for who in (ANNA, ROSA)])
    busy = await calendar.busy([ANNA], at(11, 30), at(13), NOW)
    assert [(one.resource_id, one.starts_at) for one in busy] == [(ANNA, at(12))]
    busy = await calendar.busy([ANNA], at(11, 29), at(13, 1), NOW)
    assert [one.starts_at for one in sorted(busy, key=lambda one: one.starts_at)] == [at(11), at(12), at(13)]
    assert list(await calendar.busy([ROOM], at(0), at(24), NOW)) == []
    assert list(await calendar.busy([], at(0), at(24), NOW)) == []


@story
async def test_a_hold_of_a_vanished_turn_leaves_nothing(house: House) -> None:
    store = house.store
    await meet(store)
    await store.mailbox.accept([arrival("at 3")])
    claim = await claim_one(store)
    effect = hold(at(15), conversation=claim.lane)
    assert isinstance(effect, PlaceHold)
    commit_for(claim, effects=(effect,))
    assert await taken(store, ANNA) == [], "nothing is taken before the commit"
    assert LUZ_CHAT.business_id == claim.business_id
