"""Re-seating, told at the desk: a party that would not fit sits down because another changes tables."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.availability import Opening, Wish
from domain.back_office import BackOffice
from domain.bookings import Reseat
from domain.businesses import Resource
from domain.clock import ManualClock
from domain.desk import Desk
from domain.errors import OpeningTaken
from domain.ids import new_id
from storage.memory import MemoryStore
from tests.builders import NOW, at, bistro_mar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.bookings import Booking

TABLE, SMALL, LARGE = "biz-mar:table", "biz-mar:small", "biz-mar:large"


class House:
    """A restaurant with a table for two and one for four."""

    def __init__(self, **policies: Any) -> None:
        house = bistro_mar(**policies)
        place = house.places[0].id
        tables = (Resource(SMALL, place, "table", "Small", 1, 2), Resource(LARGE, place, "table", "Large", 1, 4))
        self.directory = replace(house, resources=tables)
        self.clock = ManualClock(NOW)
        self.calendar = MemoryStore(self.clock).calendar(house.business.id)

    def desk(self) -> Desk:
        return Desk(self.directory, self.calendar, "bot", new_id(), self.clock.now(), new_id())

    def office(self) -> BackOffice:
        return BackOffice(self.directory, self.calendar, "staff:rosa", new_id(), self.clock.now())

    async def free(self, desk: Desk, party: int, without: tuple[str, ...] = ()) -> list[Opening]:
        on = at(0).date()
        place = self.directory.places[0].id
        wish = Wish(place, (TABLE,), on, on, party_size=party, earliest=20 * 60, latest=20 * 60)
        return await desk.openings(wish, without=without)

    async def booked(self, party: int, **more: Any) -> Booking:
        desk = self.desk()
        (opening,) = await self.free(desk, party)
        one = desk.book(opening, customer_id=f"{party}", service_ids=(TABLE,), party_size=party, **more)
        await desk.commit()
        return one

    async def couple_at_the_large_table(self, **more: Any) -> Booking:
        """Have the small table given up by those who had it, after another couple had to take the large one."""
        first = await self.booked(2)
        couple = await self.booked(2, **more)
        assert (first.resource_ids, couple.resource_ids) == ((SMALL,), (LARGE,))
        office = self.office()
        office.cancel(first)
        await office.commit()
        return couple


def run(story: Callable[[House], Awaitable[None]], **policies: Any) -> None:
    asyncio.run(story(House(**policies)))  # type: ignore[arg-type]


def test_a_couple_moves_to_the_small_table_when_four_ask_for_the_large_one() -> None:
    async def story(house: House) -> None:
        couple = await house.couple_at_the_large_table()
        desk = house.desk()
        (opening,) = await house.free(desk, 4)
        assert opening.resource_ids == (LARGE,)
        assert [(one.booking_id, one.resource_ids) for one in opening.moves] == [(couple.id, (SMALL,))]
        assert "reseats:1" in opening.reasons
        four = desk.book(opening, customer_id="4", service_ids=(TABLE,), party_size=4)
        assert await house.free(desk, 2) == []  # the desk sees both at their tables already
        await desk.commit()
        assert (await house.calendar.booking(couple.id)).resource_ids == (SMALL,)
        assert (await house.calendar.booking(four.id)).resource_ids == (LARGE,)
        assert [one.kind for one in await house.calendar.events_of(couple.id)] == ["booked", "reseated"]

    run(story)


def test_a_hold_moves_them_too_and_the_booking_uses_it() -> None:
    async def story(house: House) -> None:
        couple = await house.couple_at_the_large_table()
        desk = house.desk()
        (opening,) = await house.free(desk, 4)
        held = desk.hold(opening)
        await desk.commit()
        assert (await house.calendar.booking(couple.id)).resource_ids == (SMALL,)
        later = house.desk()
        later.book(opening, customer_id="4", service_ids=(TABLE,), party_size=4, hold_id=held.hold_id)
        assert not [one for one in later.effects if isinstance(one, Reseat)]
        await later.commit()
        assert await house.free(house.desk(), 2) == []

    run(story)


@pytest.mark.parametrize("why", ["pinned", "soon", "seated", "fixed house"])
def test_nobody_is_moved_who_was_promised_the_table_sits_there_or_is_about_to_come(why: str) -> None:
    async def story(house: House) -> None:
        couple = await house.couple_at_the_large_table(pinned=why == "pinned")
        if why == "soon":
            house.clock.set(couple.starts_at - timedelta(minutes=90))
        if why == "seated":
            house.clock.set(couple.starts_at - timedelta(minutes=5))
            office = house.office()
            office.seat(couple)
            await office.commit()
            house.clock.set(couple.starts_at - timedelta(hours=4))
        assert await house.free(house.desk(), 4) == []
        assert len(await house.free(house.desk(), 2)) == 1

    run(story, minimum_notice=timedelta(0), seating="fixed" if why == "fixed house" else "late")


def test_a_couple_that_was_promised_the_table_meanwhile_makes_the_other_party_look_again() -> None:
    async def story(house: House) -> None:
        couple = await house.couple_at_the_large_table()
        desk = house.desk()
        (opening,) = await house.free(desk, 4)
        desk.book(opening, customer_id="4", service_ids=(TABLE,), party_size=4)
        office = house.office()
        office.pin(couple)
        await office.commit()
        with pytest.raises(OpeningTaken) as refused:
            await desk.commit()
        assert (await house.calendar.booking(couple.id)).resource_ids == (LARGE,)
        assert len(await house.calendar.bookings_between(at(19), at(21))) == 2  # the cancelled one and the couple
        assert all(one.opening.starts_at != at(20) for one in refused.value.alternatives)
        assert refused.value.alternatives

    run(story)


def test_a_protective_house_keeps_the_large_table_for_four_and_offers_one_guest_another_time() -> None:
    async def story(house: House) -> None:
        small = await house.booked(2)
        assert small.resource_ids == (SMALL,)
        seating = replace(house.directory.business.policies, protect=0.0)
        business = replace(house.directory.business, policies=seating)
        generous = House()
        generous.directory = replace(house.directory, business=business)
        generous.calendar = house.calendar
        assert [one.resource_ids for one in await generous.free(generous.desk(), 1)] == [(LARGE,)]
        assert await house.free(house.desk(), 1) == []
        assert [one.resource_ids for one in await house.free(house.desk(), 4)] == [(LARGE,)]
        desk = house.desk()
        wish = Wish(house.directory.places[0].id, (TABLE,), at(0).date(), at(0).date(), party_size=1)
        instead = await desk.alternatives(wish, at(20))
        assert len(instead) == 3
        door = Wish(
            house.directory.places[0].id,
            (TABLE,),
            at(0).date(),
            at(0).date(),
            party_size=1,
            earliest=20 * 60,
            latest=20 * 60,
            online=False,
        )
        assert len(await house.office().openings(door)) == 1  # staff may always seat whom they like

    run(story, protect=1.0)
