"""Re-seating: parties change tables all at once, and only those who may be moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.bookings import AmendBooking, BookingEvent, CancelBooking, Reseat, Status
from domain.errors import OpeningTaken
from domain.occupancy import Count, SeatMove
from domain.ports import Outcome
from tests.builders import MAR, MAR_CHAT, NOW, arrival, at, book, booking, commit_for, event, hold, take_of
from tests.contracts.stores.story import claim_one, meet, moved, story, taken

if TYPE_CHECKING:
    from domain.bookings import Booking
    from domain.conversations import Conversation
    from domain.ports import Calendar, Store
    from tests.contracts.stores.houses import House

T1, T2, T3, T4, T5, T6 = (f"biz-mar:t{number}" for number in range(1, 7))
PACE = Count("pace:biz-mar:cais", at(20), 2, 4)


def party(who: Conversation, *tables: str, hour: int = 20, **fields: Any) -> Booking:
    """A party of two at some tables, for an hour and a half."""
    return booking(
        at(hour),
        90,
        customer_id=who.customer_id,
        directory=MAR,
        resources=tables,
        party_size=2,
        staff_id=None,
        **fields,
    )


def to(one: Booking, *tables: str, **other: Any) -> SeatMove:
    """A party's move to other tables at its own time."""
    return replace(SeatMove(one.id, one.resource_ids, tables, one.starts_at, one.ends_at), **other)


def reseat(*moves: SeatMove) -> Reseat:
    return Reseat(
        moves, tuple(BookingEvent(one.booking_id, "reseated", "system", NOW, "six at 20:30") for one in moves)
    )


def bistro(house: House) -> Calendar:
    return house.store.calendar(MAR.business.id)


async def seated(store: Store) -> list[str]:
    return await taken(store, T1, T2, T3, T4, T5, T6, business_id=MAR.business.id)


@story
async def test_parties_swap_tables_in_one_go(house: House) -> None:
    calendar, who = bistro(house), await meet(house.store, "eva", MAR_CHAT)
    first, second, third = party(who, T3), party(who, T4), party(who, T1, hour=21, staff_wished=True)
    counted = replace(take_of(first), counts=(PACE,))
    await calendar.apply([book(first, take=counted), book(second), book(third)])
    before = await calendar.versions([T3, T4, T5])
    swap = reseat(to(first, T4), to(second, T3))
    await calendar.apply([swap, hold(at(20), 90, resources=(T5,))])
    assert (await calendar.booking(first.id)).resource_ids == (T4,)
    assert await calendar.booking(second.id) == replace(second, resource_ids=(T3,))
    assert await calendar.booking(third.id) == third
    assert await seated(house.store) == ["t3 20:00-21:30", "t4 20:00-21:30", "t5 20:00-21:30", "t1 21:00-22:30"]
    busy = {one.resource_id: one.owner_id for one in await calendar.busy([T3, T4], at(20), at(21), NOW)}
    assert busy == {T3: second.id, T4: first.id}
    happened = await calendar.events_of(first.id)
    assert [(one.kind, one.actor, one.reason) for one in happened[1:]] == [("reseated", "system", "six at 20:30")]
    after = await calendar.versions([T3, T4, T5])
    assert all(after[table] > before[table] for table in (T3, T4, T5))
    assert await calendar.used([PACE.key], at(20), at(21), NOW) == {(PACE.key, PACE.bucket): 2}, "still once"
    gone = replace(first, status=Status.CANCELLED, sequence=1)
    await calendar.apply([CancelBooking(gone, event(first, "cancelled"))])
    assert await calendar.used([PACE.key], at(20), at(21), NOW) == {}
    assert await seated(house.store) == ["t3 20:00-21:30", "t5 20:00-21:30", "t1 21:00-22:30"]


@story
async def test_a_party_may_be_given_two_tables_for_one(house: House) -> None:
    calendar, who = bistro(house), await meet(house.store, "eva", MAR_CHAT)
    one = party(who, T5)
    await calendar.apply([book(one)])
    await calendar.apply([reseat(to(one, T3, T4))])
    assert await seated(house.store) == ["t3 20:00-21:30", "t4 20:00-21:30"]
    joined = await calendar.booking(one.id)
    await calendar.apply([moved(joined, 18)])
    assert await seated(house.store) == ["t3 18:00-19:30", "t4 18:00-19:30"]


@story
async def test_nobody_is_moved_onto_a_taken_table(house: House) -> None:
    calendar, who = bistro(house), await meet(house.store, "eva", MAR_CHAT)
    first, second, third = party(who, T3), party(who, T4), party(who, T5, hour=21)
    await calendar.apply([book(first), book(second), book(third)])
    for moves in ((to(first, T4),), (to(first, T6), to(second, T5)), (to(first, T6), to(second, T6))):
        with pytest.raises(OpeningTaken):
            await calendar.apply([reseat(*moves)])
        assert await seated(house.store) == ["t3 20:00-21:30", "t4 20:00-21:30", "t5 21:00-22:30"]
        assert [one.kind for one in await calendar.events_of(first.id)] == ["booked"]
        assert await calendar.booking(first.id) == first


@story
async def test_a_pinned_or_seated_party_stays(house: House) -> None:
    calendar, who = bistro(house), await meet(house.store, "eva", MAR_CHAT)
    pinned, walk_in = party(who, T3, pinned=True), party(who, T4, status=Status.SEATED)
    sitting, missing = party(who, T5), party(who, T6)
    await calendar.apply([book(one) for one in (pinned, walk_in, sitting, missing)])
    await calendar.apply(
        [
            AmendBooking(replace(sitting, status=Status.SEATED), event(sitting, "seated")),
            AmendBooking(replace(missing, status=Status.NO_SHOW), event(missing, "no_show")),
        ]
    )
    for one in (pinned, walk_in, sitting, missing, party(who, T2)):
        with pytest.raises(OpeningTaken):
            await calendar.apply([reseat(to(one, T1))])
    assert await seated(house.store) == ["t3 20:00-21:30", "t4 20:00-21:30", "t5 20:00-21:30"]
    await calendar.apply([AmendBooking(replace(pinned, pinned=False), event(pinned, "unpinned"))])
    await calendar.apply([reseat(to(pinned, T1))])
    assert await seated(house.store) == ["t1 20:00-21:30", "t4 20:00-21:30", "t5 20:00-21:30"]


@story
async def test_a_plan_that_is_out_of_date_moves_nobody(house: House) -> None:
    calendar, who = bistro(house), await meet(house.store, "eva", MAR_CHAT)
    one = party(who, T3)
    await calendar.apply([book(one)])
    plan = reseat(to(one, T1))
    await calendar.apply([reseat(to(one, T4))])
    with pytest.raises(OpeningTaken):
        await calendar.apply([plan])
    now = await calendar.booking(one.id)
    assert now.resource_ids == (T4,)
    plan = reseat(to(now, T1))
    await calendar.apply([moved(now, 18)])
    with pytest.raises(OpeningTaken):
        await calendar.apply([plan])
    later = await calendar.booking(one.id)
    with pytest.raises(OpeningTaken):
        await calendar.apply([reseat(to(later, T1, ends_at=later.ends_at + timedelta(minutes=15)))])
    assert await seated(house.store) == ["t4 18:00-19:30"]


@story
async def test_an_old_copy_of_a_booking_does_not_bring_its_old_table_back(house: House) -> None:
    calendar, who = bistro(house), await meet(house.store, "eva", MAR_CHAT)
    one = party(who, T3)
    await calendar.apply([book(one)])
    await calendar.apply([reseat(to(one, T4))])
    await calendar.apply([AmendBooking(replace(one, name="Eva"), event(one, "amended"))])
    assert await calendar.booking(one.id) == replace(one, name="Eva", resource_ids=(T4,))
    gone = replace(one, status=Status.CANCELLED, sequence=1)
    await calendar.apply([CancelBooking(gone, event(one, "cancelled"))])
    assert (await calendar.booking(one.id)).resource_ids == (T4,)
    assert await seated(house.store) == []


@story
async def test_a_turn_reseats_a_party_and_books_its_table(house: House) -> None:
    store, calendar = house.store, bistro(house)
    eva, rui = await meet(store, "eva", MAR_CHAT), await meet(store, "rui", MAR_CHAT)
    two = party(eva, T6)
    await calendar.apply([book(two)])
    six = party(rui, T6)
    await store.mailbox.accept([arrival("a table for 6 at 8pm", "rui", account=MAR_CHAT)])
    claim = await claim_one(store)
    stale = commit_for(claim, "Booked", effects=(reseat(to(replace(two, resource_ids=(T5,)), T1)), book(six)))
    assert await store.mailbox.commit([stale]) == [Outcome.TAKEN]
    claim = await store.mailbox.read(claim)
    commit = commit_for(claim, "Booked", effects=(reseat(to(two, T1)), book(six)))
    assert await store.mailbox.commit([commit]) == [Outcome.COMMITTED]
    assert await seated(store) == ["t1 20:00-21:30", "t6 20:00-21:30"]


@story
async def test_an_expired_hold_gives_its_table_to_a_party_that_is_moved(house: House) -> None:
    calendar, who = bistro(house), await meet(house.store, "eva", MAR_CHAT)
    one = party(who, T3)
    await calendar.apply([book(one), hold(at(19), 90, resources=(T1,))])
    with pytest.raises(OpeningTaken):
        await calendar.apply([reseat(to(one, T1))])
    house.clock.advance(timedelta(minutes=10))
    await calendar.apply([reseat(to(one, T1))])
    assert await seated(house.store) == ["t1 20:00-21:30"]
