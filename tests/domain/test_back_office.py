"""The back office, told as stories on the shipped memory calendar."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.availability import Opening, Wish
from domain.back_office import BackOffice
from domain.bookings import Booking, Status
from domain.clock import ManualClock
from domain.errors import BookingClosed, NotOffered, OpeningTaken
from domain.ids import new_id
from storage.memory import MemoryStore
from tests.builders import MAR, NOW, at

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

TABLE, T1, T2, T3 = "biz-mar:table", "biz-mar:t1", "biz-mar:t2", "biz-mar:t3"


class House:
    """A restaurant, and the desks of its staff."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.calendar = MemoryStore(self.clock).calendar(MAR.business.id)

    def desk(self) -> BackOffice:
        return BackOffice(MAR, self.calendar, "staff:rosa", new_id(), self.clock.now())

    def wish(self, hour: int, party: int = 2) -> Wish:
        on = at(0).date()
        return Wish(MAR.places[0].id, (TABLE,), on, on, party_size=party, earliest=hour * 60, latest=hour * 60)

    async def free(self, hour: int, party: int = 2) -> list[Opening]:
        return await self.desk().openings(self.wish(hour, party))

    async def booked(self, hour: int, party: int = 2, **more: Any) -> Booking:
        desk = self.desk()
        (opening,) = await desk.openings(self.wish(hour, party))
        one = desk.book(opening, customer_id="ana", service_ids=(TABLE,), party_size=party, **more)
        await desk.commit()
        return one

    async def kinds(self, booking: Booking) -> list[str]:
        return [one.kind for one in await self.calendar.events_of(booking.id)]


def run(story: Callable[[House], Awaitable[None]]) -> None:
    asyncio.run(story(House()))  # type: ignore[arg-type]


def test_somebody_at_the_door_is_seated_at_once_and_stays_there() -> None:
    async def story(house: House) -> None:
        house.clock.set(at(19))
        taken = (await house.booked(20)).resource_ids
        later = house.desk()
        (free,) = await later.openings(house.wish(21))
        one = later.walk_in(free, customer_id="door", service_ids=(TABLE,), party_size=2, name="Two in coats")
        await later.commit()
        stored = await house.calendar.booking(one.id)
        assert (stored.status, stored.source, stored.pinned) == (Status.SEATED, "walk_in", True)
        assert stored.resource_ids != taken

    run(story)


def test_who_did_not_come_gives_the_time_back_and_may_still_come() -> None:
    async def story(house: House) -> None:
        one = await house.booked(20, party=8)
        assert await house.free(20, party=8) == []
        with pytest.raises(BookingClosed):
            house.desk().no_show(one)
        house.clock.set(at(20, 20))
        desk = house.desk()
        gone = desk.no_show(one, "nobody came")
        await desk.commit()
        other = house.desk()
        walked = other.walk_in(
            Opening(one.place_id, at(20, 30), at(22), one.resource_ids, at(20, 30), at(22)),
            customer_id="door",
            service_ids=(TABLE,),
            party_size=8,
        )
        await other.commit()
        back = house.desk()
        same = Opening(one.place_id, one.starts_at, one.ends_at, one.resource_ids, one.starts_at, one.ends_at)
        back.restore(gone, same, "they came after all")
        with pytest.raises(OpeningTaken):
            await back.commit()
        assert (await house.calendar.booking(walked.id)).status is Status.SEATED
        assert (await house.calendar.booking(one.id)).status is Status.NO_SHOW

    run(story)


def test_a_cancellation_is_undone_through_the_same_insert() -> None:
    async def story(house: House) -> None:
        one = await house.booked(20, party=8)
        desk = house.desk()
        cancelled = desk.cancel(one, "by mistake")
        await desk.commit()
        (opening,) = await house.free(20, party=8)
        desk = house.desk()
        restored = desk.restore(cancelled, opening)
        await desk.commit()
        assert (restored.status, restored.sequence) == (Status.CONFIRMED, 2)
        assert await house.free(20, party=8) == []
        assert await house.kinds(one) == ["booked", "cancelled", "restored"]
        with pytest.raises(BookingClosed):
            house.desk().restore(restored, opening)

    run(story)


def test_a_broken_table_is_nobodys_until_it_is_mended() -> None:
    async def story(house: House) -> None:
        desk = house.desk()
        block = desk.block(["biz-mar:t6"], at(18), at(23), "a leg is loose")
        await desk.commit()
        assert await house.free(20, party=8) == []
        house.clock.set(NOW + timedelta(hours=3))
        assert await house.free(20, party=8) == []
        again = house.desk()
        again.unblock(block.hold_id)
        await again.commit()
        assert len(await house.free(20, party=8)) == 1

    run(story)


@pytest.mark.parametrize(
    ("field", "resources", "start", "end", "reason"),
    [
        ("end", [T1], at(20), at(19), "x"),
        ("end", [T1], at(20), at(20), "x"),
        ("end", [T1], NOW - timedelta(hours=2), NOW - timedelta(hours=1), "x"),
        ("end", [T1], at(20), at(20, day=400), "x"),
        ("resource_ids", ["nowhere"], at(20), at(21), "x"),
        ("resource_ids", [], at(20), at(21), "x"),
        ("reason", [T1], at(20), at(21), " "),
    ],
)
def test_a_block_that_makes_no_sense_names_the_field(
    field: str, resources: list[str], start: Any, end: Any, reason: str
) -> None:
    desk = House().desk()
    with pytest.raises(NotOffered) as refused:
        desk.block(resources, start, end, reason)
    assert refused.value.field == field
    assert desk.effects == []


def test_reassigning_is_for_the_same_time_only() -> None:
    async def story(house: House) -> None:
        one = await house.booked(20)
        (later,) = await house.free(21)
        with pytest.raises(NotOffered) as refused:
            house.desk().reassign(one, later)
        assert refused.value.field == "start"
        (same,) = await house.free(20)
        desk = house.desk()
        moved = desk.reassign(one, same)
        await desk.commit()
        assert moved.resource_ids != one.resource_ids
        assert (await house.calendar.booking(one.id)).resource_ids == same.resource_ids

    run(story)


def test_a_party_is_given_another_table_by_hand_but_not_a_taken_or_unknown_one() -> None:
    async def story(house: House) -> None:
        one, other = await house.booked(20), await house.booked(20)
        desk = house.desk()
        with pytest.raises(NotOffered) as refused:
            desk.reseat(one, ["nowhere"])
        assert refused.value.field == "table_ids"
        desk.reseat(one, list(other.resource_ids))
        with pytest.raises(OpeningTaken):
            await desk.commit()
        desk = house.desk()
        desk.reseat(one, [T3], "they asked for the corner")
        await desk.commit()
        stored = await house.calendar.booking(one.id)
        assert stored.resource_ids == (T3,)
        assert await house.kinds(one) == ["booked", "reseated"]

    run(story)


def test_promised_tables_are_never_changed_by_a_reseat() -> None:
    async def story(house: House) -> None:
        one = await house.booked(20)
        desk = house.desk()
        pinned = desk.pin(one)
        await desk.commit()
        assert (await house.calendar.booking(one.id)).pinned
        desk = house.desk()
        desk.reseat(pinned, [T3])
        with pytest.raises(OpeningTaken):
            await desk.commit()
        desk = house.desk()
        free = desk.pin(pinned, pinned=False)
        desk.reseat(free, [T3])
        await desk.commit()
        assert (await house.calendar.booking(one.id)).resource_ids == (T3,)

    run(story)


def test_the_visit_goes_its_way() -> None:
    async def story(house: House) -> None:
        one = await house.booked(20)
        house.clock.set(at(20, 2))
        for step in ("seat", "begin", "complete"):
            desk = house.desk()
            one = getattr(desk, step)(one)
            await desk.commit()
        assert (await house.calendar.booking(one.id)).status is Status.COMPLETED
        with pytest.raises(BookingClosed):
            house.desk().cancel(one)
        assert await house.kinds(one) == ["booked", "seated", "begun", "completed"]

    run(story)
