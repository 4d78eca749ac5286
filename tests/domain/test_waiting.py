"""Waiting at the desk, told as stories on the shipped memory calendar."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.availability import Opening, Wish
from domain.back_office import BackOffice
from domain.clock import ManualClock
from domain.desk import Desk
from domain.errors import NotOffered, OpeningTaken
from domain.ids import new_id
from domain.waitlist import Waiting, WaitlistEntry
from storage.memory import MemoryStore
from tests.builders import MAR, NOW, at, bistro_mar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.bookings import Booking

TABLE = "biz-mar:table"


class House:
    """A restaurant whose large table is taken, and the desks of its customers."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.calendar = MemoryStore(self.clock).calendar(MAR.business.id)

    def desk(self, conversation: str = "ana's") -> Desk:
        return Desk(MAR, self.calendar, "bot", new_id(), self.clock.now(), conversation)

    def wish(self, hour: int = 20) -> Wish:
        on = at(0).date()
        return Wish(MAR.places[0].id, (TABLE,), on, on, party_size=8, earliest=hour * 60, latest=hour * 60 + 60)

    async def opening(self, desk: Desk) -> Opening:
        return (await desk.openings(self.wish()))[0]

    async def taken(self) -> Booking:
        desk = self.desk("ben's")
        one = desk.book(await self.opening(desk), customer_id="ben", service_ids=(TABLE,), party_size=8)
        await desk.commit()
        return one

    async def joined(self, customer: str = "ana") -> WaitlistEntry:
        desk = self.desk(f"{customer}'s")
        entry = await desk.join_waitlist(self.wish(), customer_id=customer, name=customer.title())
        await desk.commit()
        return entry

    async def cancelled(self, booking: Booking) -> None:
        desk = BackOffice(MAR, self.calendar, "staff:rosa", new_id(), self.clock.now())
        desk.cancel(booking)
        await desk.commit()


def run(story: Callable[[House], Awaitable[None]]) -> None:
    asyncio.run(story(House()))  # type: ignore[arg-type]


def test_who_waits_for_the_very_same_twice_is_on_the_list_once() -> None:
    async def story(house: House) -> None:
        entry = await house.joined()
        again = await house.joined()
        assert again == entry
        assert await house.calendar.waiting(house.clock.now()) == [entry]
        desk = house.desk()
        both = [await desk.join_waitlist(house.wish(13), customer_id="ana") for _ in range(2)]
        assert both[0] == both[1]
        assert len(await desk.waitlist_of("ana")) == 2

    run(story)


def test_what_became_free_is_held_for_who_waits_and_nobody_else_gets_it() -> None:
    async def story(house: House) -> None:
        booking = await house.taken()
        entry = await house.joined()
        await house.cancelled(booking)
        desk = house.desk()
        opening = await house.opening(desk)
        offered = desk.offer(entry, opening, "kept")
        await desk.commit()
        assert (offered.status, offered.offered) == (Waiting.OFFERED, 1)
        assert offered.offer_until == house.clock.now() + timedelta(minutes=15)
        assert opening not in await house.desk("ben's").openings(house.wish())
        ben = house.desk("ben's")
        ben.hold(opening)
        with pytest.raises(OpeningTaken):
            await ben.commit()

        accepting = house.desk()
        made = accepting.book(opening, customer_id="ana", service_ids=(TABLE,), party_size=8, hold_id=offered.hold_id)
        accepting.waited_for(offered, made)
        await accepting.commit()
        assert await house.calendar.waiting(house.clock.now()) == []
        kept = await house.calendar.waitlist_entry(entry.id)
        assert kept is not None
        assert (kept.status, kept.booking_id) == (Waiting.BOOKED, made.id)

    run(story)


def test_two_clocks_cannot_offer_to_the_same_person_twice() -> None:
    async def story(house: House) -> None:
        entry = await house.joined()
        first, second = house.desk(), house.desk()
        opening = await house.opening(first)
        later = (await second.openings(replace(house.wish(), earliest=21 * 60 + 45, latest=21 * 60 + 45)))[:1]
        first.offer(entry, opening)
        second.offer(entry, (later or [opening])[0])
        await first.commit()
        with pytest.raises(OpeningTaken):
            await second.commit()
        (stored,) = await house.calendar.waiting(house.clock.now())
        assert stored.offered == 1

    run(story)


def test_an_offer_that_is_over_goes_to_the_next_and_its_first_waits_behind() -> None:
    async def story(house: House) -> None:
        ana, ben = await house.joined("ana"), await house.joined("ben")
        desk = house.desk()
        offered = desk.offer(ana, await house.opening(desk))
        await desk.commit()
        house.clock.advance(timedelta(minutes=16))
        later = house.desk("ben's")
        passed = later.pass_over(offered)
        later.offer(ben, await house.opening(later))
        await later.commit()
        waiting = await house.calendar.waiting(house.clock.now())
        assert [(one.customer_id, one.status) for one in waiting] == [
            ("ben", Waiting.OFFERED),
            ("ana", Waiting.WAITING),
        ]
        assert passed.hold_id is None

    run(story)


def test_leaving_gives_back_what_was_offered() -> None:
    async def story(house: House) -> None:
        entry = await house.joined()
        desk = house.desk()
        opening = await house.opening(desk)
        offered = desk.offer(entry, opening)
        await desk.commit()
        leaving = house.desk()
        left = leaving.leave_waitlist(offered)
        assert await leaving.waitlist_of("ana") == []
        await leaving.commit()
        assert left.status is Waiting.LEFT
        assert opening in await house.desk("ben's").openings(house.wish())

    run(story)


def test_there_is_no_waiting_for_what_is_over_nor_where_there_is_no_list() -> None:
    async def story(house: House) -> None:
        desk = house.desk()
        yesterday = at(0, day=-2).date()
        for wish, field in (
            (replace(house.wish(), first=yesterday, last=yesterday), "last"),
            (replace(house.wish(), place_id="nowhere"), "place"),
        ):
            with pytest.raises(NotOffered) as refused:
                await desk.join_waitlist(wish, customer_id="ana")
            assert refused.value.field == field
        desk.directory = bistro_mar(waitlist=False)
        with pytest.raises(NotOffered) as refused:
            await desk.join_waitlist(house.wish(), customer_id="ana")
        assert refused.value.field == "waitlist"
        assert desk.effects == []

    run(story)
