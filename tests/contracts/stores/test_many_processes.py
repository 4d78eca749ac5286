"""Several processes on one store: each sees what the others did, and none does it twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.bookings import Answered, Reseat
from domain.conversations import Owner
from domain.errors import OpeningTaken
from domain.occupancy import SeatMove
from domain.ports import ControlChange, Live, Outcome
from domain.waitlist import ChangeWaitlist, JoinWaitlist, Waiting
from tests.builders import (
    ANNA,
    LUZ,
    LUZ_CHAT,
    MAR,
    MAR_CHAT,
    NOW,
    ROOM,
    arrival,
    at,
    book,
    booking,
    class_take,
    commit_for,
    event,
    hold,
    waiting,
)
from tests.contracts.stores.story import booked, cancelled, claim_one, due, hear, meet, story, taken, words
from tests.contracts.stores.test_live import hear_next

if TYPE_CHECKING:
    from tests.contracts.stores.houses import House


@story
async def test_what_one_door_accepts_another_worker_hears(house: House) -> None:
    async with house.another() as other:
        loop = asyncio.get_running_loop()
        started = loop.time()
        waiting = asyncio.create_task(other.mailbox.wait(20))
        await asyncio.sleep(0.1)
        await house.store.mailbox.accept([arrival("hi", external_id="w1")])
        await waiting
        assert loop.time() - started < 5, "the other is woken"
        assert list(await other.mailbox.accept([arrival("hi", external_id="w1")])) == [False]
        claim = await claim_one(other)
        assert not await house.store.mailbox.claim(10)
        assert await other.mailbox.commit([commit_for(claim, "Hi Ana")]) == [Outcome.COMMITTED]
        assert words(await due(house.store)) == ["Hi Ana"]
        assert await due(other) == []


@story
async def test_workers_share_the_lanes(house: House) -> None:
    async with house.another() as other:
        await house.store.mailbox.accept([arrival("hi", f"guest {number}") for number in range(20)])
        shares = await asyncio.gather(*(store.mailbox.claim(6) for store in (house.store, other) * 3))
        lanes = [claim.lane for share in shares for claim in share]
        assert len(lanes) == len(set(lanes)) == 20


@story
async def test_workers_take_turns_in_one_conversation(house: House) -> None:
    async with house.another() as other:
        stores = (house.store, other)
        await meet(house.store, state=b'{"turn": 1}')
        for number in range(2, 8):
            store = stores[number % 2]
            await store.mailbox.accept([arrival(f"line {number}")])
            claim = await claim_one(store)
            assert claim.conversation is not None
            assert claim.conversation.version == number - 1
            assert claim.state == b'{"turn": %d}' % (number - 1), "never what this process last saw"
            assert await store.mailbox.commit([commit_for(claim)]) == [Outcome.COMMITTED]


@story
async def test_two_processes_sell_one_opening(house: House) -> None:
    async with house.another() as other:
        who = await meet(house.store)
        calendars = [store.calendar(LUZ.business.id) for store in (house.store, other) * 4]
        answers = await asyncio.gather(
            *(calendar.apply([book(booked(who))]) for calendar in calendars), return_exceptions=True
        )
        assert sorted(type(one).__name__ for one in answers) == ["NoneType", *["OpeningTaken"] * 7]
        assert await taken(other, ANNA) == ["anna 15:00-15:30"]
        with pytest.raises(OpeningTaken):
            await other.calendar(LUZ.business.id).apply([hold(at(15))])


@story
async def test_two_processes_sell_the_last_seats_of_a_class(house: House) -> None:
    async with house.another() as other:
        who = await meet(house.store)
        calendars = [store.calendar(LUZ.business.id) for store in (house.store, other) * 4]
        answers = await asyncio.gather(
            *(calendar.apply([book(booked(who), take=class_take(at(15), seats=3))]) for calendar in calendars),
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in answers) == [*["NoneType"] * 3, *["OpeningTaken"] * 5]
        assert await taken(other, ANNA, ROOM) == ["anna 15:00-16:00", "room 15:00-16:00"]
        sold = await calendars[0].bookings_between(at(0), at(24))
        assert len(sold) == 3
        answers = await asyncio.gather(
            *(calendar.apply([cancelled(one)]) for calendar, one in zip(calendars, [*sold, *sold], strict=False)),
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in answers) == [*["BookingClosed"] * 3, *["NoneType"] * 3]
        assert await taken(other, ANNA, ROOM) == []


@story
async def test_two_processes_do_one_attempt_once(house: House) -> None:
    async with house.another() as other:
        who = await meet(house.store)
        calendars = [store.calendar(LUZ.business.id) for store in (house.store, other) * 3]
        said = Answered("attempt", "POST", 201, b"{}", NOW)
        answers = await asyncio.gather(
            *(calendar.apply([said, book(booked(who, 10 + hour))]) for hour, calendar in enumerate(calendars)),
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in answers) == [*["AnsweredBefore"] * 5, "NoneType"]
        assert len(await taken(other, ANNA)) == 1
        assert await other.calendar(LUZ.business.id).answered("attempt") == said


@story
async def test_two_processes_seat_one_party_anew(house: House) -> None:
    """Both have a plan of their own; one is carried out, and the tables of the other stay free."""
    async with house.another() as other:
        who = await meet(house.store, "eva", MAR_CHAT)
        calendars = [store.calendar(MAR.business.id) for store in (house.store, other)]
        parties = [
            booking(at(hour), 90, customer_id=who.customer_id, directory=MAR, resources=("biz-mar:t6",))
            for hour in (12, 18, 20)
        ]
        await calendars[0].apply([book(one) for one in parties])
        for one in parties:
            plans = [
                Reseat(
                    (SeatMove(one.id, one.resource_ids, (table,), one.starts_at, one.ends_at),),
                    (event(one, "reseated"),),
                )
                for table in ("biz-mar:t1", "biz-mar:t2", "biz-mar:t3", "biz-mar:t4")
            ]
            answers = await asyncio.gather(
                *(calendars[number % 2].apply([plan]) for number, plan in enumerate(plans)), return_exceptions=True
            )
            assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", *["OpeningTaken"] * 3]
            now = await calendars[1].booking(one.id)
            busy = await calendars[0].busy([f"biz-mar:t{n}" for n in range(1, 7)], one.starts_at, one.ends_at, NOW)
            assert [(row.resource_id, row.owner_id) for row in busy] == [(now.resource_ids[0], one.id)]
            assert [happened.kind for happened in await calendars[1].events_of(one.id)] == ["booked", "reseated"]


@story
async def test_two_processes_offer_one_person_two_times(house: House) -> None:
    async with house.another() as other:
        who = await meet(house.store)
        entry = waiting(who.customer_id)
        calendars = [store.calendar(LUZ.business.id) for store in (house.store, other) * 2]
        await calendars[0].apply([JoinWaitlist(entry)])
        holds = [hold(at(hour)) for hour in (11, 12, 13, 14)]
        answers = await asyncio.gather(
            *(
                calendar.apply(
                    [kept, ChangeWaitlist(replace(entry, status=Waiting.OFFERED, hold_id=kept.hold_id), entry.status)]
                )
                for calendar, kept in zip(calendars, holds, strict=True)
            ),
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in answers) == ["NoneType", *["OpeningTaken"] * 3]
        assert len(await taken(other, ANNA)) == 1
        assert list(await other.directories.waiting()) == [LUZ.business.id]


@story
async def test_staff_elsewhere_take_over_in_the_middle_of_a_turn(house: House) -> None:
    async with house.another() as other:
        conversation = await meet(house.store)
        await house.store.mailbox.accept([arrival("are you there?")])
        claim = await claim_one(house.store)
        await other.control.change(ControlChange(conversation.id, LUZ.business.id, None, Owner.HUMAN, "rosa"))
        assert await house.store.mailbox.commit([commit_for(claim, "I am the bot")]) == [Outcome.CONTROL_LOST]
        again = await house.store.mailbox.read(claim)
        assert again.conversation is not None
        assert again.conversation.owner is Owner.HUMAN
        assert await other.mailbox.commit([commit_for(again, notices=("noted",))]) == [Outcome.COMMITTED]


@story
async def test_a_changed_set_up_is_seen_everywhere(house: House) -> None:
    async with house.another() as other:
        assert await other.directories.directory(LUZ.business.id) == LUZ
        await house.store.directories.save(replace(LUZ, faqs=()), [LUZ_CHAT])
        await hear(other, arrival("do you take cards?"))
        for _ in range(40):
            if (await other.directories.directory(LUZ.business.id)).version == 2:
                break
            await asyncio.sleep(0.1)
        seen = await other.directories.directory(LUZ.business.id)
        assert seen == replace(LUZ, faqs=(), version=2)


@story
async def test_pages_hear_of_turns_in_every_process(house: House) -> None:
    async with house.another() as other:
        conversation = await meet(house.store)
        listening = asyncio.Event()
        page = asyncio.create_task(hear_next(house.store.live, conversation.id, 1, listening))
        await listening.wait()
        await asyncio.sleep(0.3)
        await hear(other, arrival("hello?"), says=("Hi Ana",))
        await other.live.publish([Live(conversation.id, conversation.business_id, "turn")])
        (event,) = await asyncio.wait_for(page, 10)
        assert event.conversation_id == conversation.id, "what it says beyond that is the store's to choose"


@story
async def test_the_erased_are_gone_from_every_process(house: House) -> None:
    async with house.another() as other:
        conversation = await meet(house.store, state=b'{"name": "Canary"}')
        await other.privacy.erase(LUZ.business.id, conversation.customer_id)
        await house.store.mailbox.accept([arrival("hi again")])
        claim = await claim_one(house.store)
        assert b"Canary" not in (claim.state or b"")
