"""The desk, told as stories on the shipped memory calendar."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.availability import Opening, Wish
from domain.bookings import (
    AmendCustomer,
    Booking,
    MakeBooking,
    MoveBooking,
    PlaceHold,
    ReleaseHold,
    Status,
)
from domain.clock import ManualClock
from domain.desk import Desk
from domain.errors import BookingClosed, BookingNotFound, NotOffered, OpeningTaken
from domain.ids import new_id
from domain.money import Money
from domain.occupancy import Take, beyond
from storage.memory import MemoryStore
from tests.builders import ANNA, LUZ, MAR, NOW, ROSA, at

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.businesses import Directory

CUT, COLOUR, MASSAGE = "biz-luz:cut", "biz-luz:colour", "biz-luz:massage"
MIGUEL = "biz-luz:miguel"


class Counter:
    """A business, its calendar, and desks that are opened at it."""

    def __init__(self, directory: Directory = LUZ) -> None:
        self.directory = directory
        self.clock = ManualClock(NOW)
        self.calendar = MemoryStore(self.clock).calendar(directory.business.id)

    def desk(self, key: str = "", actor: str = "bot", conversation: str | None = "talk") -> Desk:
        return Desk(self.directory, self.calendar, actor, key or new_id(), self.clock.now(), conversation)

    async def commit(self, desk: Desk) -> None:
        await self.calendar.apply(desk.effects)

    def wish(
        self, hour: int, minute: int = 0, *, services: tuple[str, ...] = (CUT,), day: int = 0, **more: Any
    ) -> Wish:
        on = at(0, day=day).date()
        start = hour * 60 + minute
        what = Wish(self.directory.places[0].id, services, on, on, earliest=start, latest=start)
        return replace(what, **more)

    async def opening(self, desk: Desk, hour: int, minute: int = 0, **more: Any) -> Opening:
        (only,) = await desk.openings(self.wish(hour, minute, **more))
        return only

    async def is_free(self, desk: Desk, hour: int, minute: int = 0, without: tuple[str, ...] = (), **more: Any) -> bool:
        return bool(await desk.openings(self.wish(hour, minute, **more), without=without))


async def booked(counter: Counter, hour: int, minute: int = 0, customer: str = "ana", **more: Any) -> Booking:
    desk = counter.desk()
    one = desk.book(await counter.opening(desk, hour, minute, **more), customer_id=customer, service_ids=(CUT,))
    await counter.commit(desk)
    return one


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def told() -> None:
        await story()

    asyncio.run(told())


def test_a_hold_a_booking_and_what_is_written() -> None:
    async def story() -> None:
        counter = Counter()
        first = counter.desk("message-1")
        opening = await counter.opening(first, 15, staff_id=ROSA)
        held = first.hold(opening)
        assert held.expires_at == NOW + timedelta(minutes=10)
        assert held.conversation_id == "talk"
        assert held.take == Take((ROSA,), at(15), at(15, 30))
        await counter.commit(first)

        second = counter.desk("message-2")
        assert not await counter.is_free(second, 15, staff_id=ROSA)
        assert await counter.is_free(second, 15, staff_id=ROSA, without=(held.hold_id,))
        one = second.book(
            opening,
            customer_id="ana",
            service_ids=[CUT],
            name="Ana",
            phone="+351910000000",
            notes="short",
            source="webchat",
            staff_wished=True,
            hold_id=held.hold_id,
        )
        await counter.commit(second)

        assert one == await counter.calendar.booking(one.id)
        assert one.status is Status.CONFIRMED
        assert (one.starts_at, one.ends_at, one.staff_id) == (at(15), at(15, 30), ROSA)
        assert [(item.name, item.minutes, item.price) for item in one.items] == [("Haircut", 30, Money(2500, "EUR"))]
        assert (one.business_id, one.place_id, one.conversation_id) == ("biz-luz", "biz-luz:graca", "talk")
        assert one.created_at == NOW
        (event,) = await counter.calendar.events_of(one.id)
        assert (event.kind, event.actor, event.at) == ("booked", "bot", NOW)

    run(story)


def test_a_hold_is_seen_in_the_same_turn() -> None:
    async def story() -> None:
        counter = Counter()
        desk = counter.desk()
        held = desk.hold(await counter.opening(desk, 15, staff_id=ROSA))
        assert not await counter.is_free(desk, 15, staff_id=ROSA)
        assert not await counter.is_free(desk, 14, 45, staff_id=ROSA)
        assert await counter.is_free(desk, 15, 30, staff_id=ROSA)
        assert await counter.is_free(desk, 15, staff_id=ROSA, without=(held.hold_id,))
        assert (await counter.opening(desk, 15)).staff_id != ROSA
        desk.release(held.hold_id)
        assert await counter.is_free(desk, 15, staff_id=ROSA)
        assert [type(one) for one in desk.effects] == [PlaceHold, ReleaseHold]

    run(story)


def test_a_correction_swaps_the_hold() -> None:
    async def story() -> None:
        counter = Counter()
        first = counter.desk()
        old = first.hold(await counter.opening(first, 15, staff_id=ROSA))
        await counter.commit(first)
        second = counter.desk()
        new = second.hold(await counter.opening(second, 16, staff_id=ROSA), old.hold_id)
        assert new.replaces == old.hold_id
        assert await counter.is_free(second, 15, staff_id=ROSA)
        assert not await counter.is_free(second, 16, staff_id=ROSA)
        await counter.commit(second)
        assert await counter.is_free(counter.desk(), 15, staff_id=ROSA)

    run(story)


def test_a_correction_by_a_quarter_of_an_hour_overlaps_its_own_hold() -> None:
    async def story() -> None:
        counter = Counter()
        first = counter.desk()
        old = first.hold(await counter.opening(first, 15, staff_id=ROSA))
        await counter.commit(first)
        second = counter.desk()
        (opening,) = await second.openings(counter.wish(15, 15, staff_id=ROSA), without=(old.hold_id,))
        second.hold(opening, old.hold_id)
        await counter.commit(second)
        assert not await counter.is_free(counter.desk(), 15, 30, staff_id=ROSA)

    run(story)


def test_two_customers_want_the_same_opening() -> None:
    async def story() -> None:
        counter = Counter()
        ana, ben = counter.desk(), counter.desk()
        hers, his = await counter.opening(ana, 15, staff_id=ROSA), await counter.opening(ben, 15, staff_id=ROSA)
        ana.book(hers, customer_id="ana", service_ids=(CUT,))
        ben.book(his, customer_id="ben", service_ids=(CUT,))
        await counter.commit(ana)
        with pytest.raises(OpeningTaken):
            await counter.commit(ben)

    run(story)


def test_one_turn_cannot_give_a_time_away_twice() -> None:
    async def story() -> None:
        counter = Counter()
        desk = counter.desk()
        opening = await counter.opening(desk, 15, staff_id=ROSA)
        overlapping = await counter.opening(desk, 15, 15, staff_id=ROSA)
        other = await counter.opening(desk, 15, staff_id=ANNA)
        desk.book(opening, customer_id="ana", service_ids=(CUT,))
        with pytest.raises(OpeningTaken):
            desk.book(overlapping, customer_id="ana", service_ids=(CUT,))
        with pytest.raises(OpeningTaken):
            desk.hold(overlapping)
        desk.book(other, customer_id="ben", service_ids=(CUT,))
        assert len(desk.effects) == 2
        await counter.commit(desk)

    run(story)


def test_the_same_key_gives_the_same_booking_and_books_it_once() -> None:
    async def story() -> None:
        counter = Counter()
        opening = await counter.opening(counter.desk(), 15, staff_id=ROSA)
        made = []
        for _ in range(2):
            desk = counter.desk("message-1")
            made.append(desk.book(opening, customer_id="ana", service_ids=(CUT,)))
            await counter.commit(desk)
        assert made[0].id == made[1].id
        assert await counter.calendar.bookings_between(at(0), at(23)) == [made[0]]

    run(story)


def test_two_bookings_of_one_turn_have_keys_and_codes_of_their_own() -> None:
    async def story() -> None:
        counter = Counter()
        desk = counter.desk("message-1")
        one = desk.book(await counter.opening(desk, 15), customer_id="ana", service_ids=(CUT,))
        two = desk.book(await counter.opening(desk, 16), customer_id="ana", service_ids=(CUT,))
        keys = [effect.key for effect in desk.effects if isinstance(effect, MakeBooking)]
        assert keys == ["message-1:0", "message-1:1"]
        assert one.id != two.id
        assert one.code != two.code
        assert len(one.code) == 20

    run(story)


def test_a_booking_is_found_by_its_customer_before_it_is_written() -> None:
    async def story() -> None:
        counter = Counter()
        late = await booked(counter, 17)
        desk = counter.desk()
        early = desk.book(await counter.opening(desk, 15), customer_id="ana", service_ids=(CUT,))
        desk.book(await counter.opening(desk, 15), customer_id="ben", service_ids=(CUT,))
        assert await desk.bookings_of("ana") == [early, late]
        assert await desk.booking(early.id) == early
        assert await desk.booking(late.id) == late
        assert await desk.booking_by_code(early.code) == early
        assert await desk.booking_by_code(late.code) == late
        with pytest.raises(BookingNotFound):
            await desk.booking("nothing")
        desk.cancel(late)
        assert await desk.bookings_of("ana") == [early]
        assert (await desk.booking(late.id)).status is Status.CANCELLED

    run(story)


def test_moving_keeps_id_and_code_and_frees_the_old_time_at_once() -> None:
    async def story() -> None:
        counter = Counter()
        old = await booked(counter, 15, staff_id=ROSA)
        desk = counter.desk()
        assert not await counter.is_free(desk, 15, 15, staff_id=ROSA)
        (opening,) = await desk.openings(counter.wish(15, 15, staff_id=ROSA), without=(old.id,))
        new = desk.move(old, opening, reason="traffic")
        assert (new.id, new.code, new.sequence) == (old.id, old.code, old.sequence + 1)
        assert new.items == old.items
        assert await counter.is_free(desk, 14, 45, staff_id=ROSA)
        assert not await counter.is_free(desk, 15, 30, staff_id=ROSA)
        assert await desk.bookings_of("ana") == [new]
        await counter.commit(desk)
        assert await counter.calendar.booking(old.id) == new
        assert [(one.kind, one.reason) for one in await counter.calendar.events_of(old.id)] == [
            ("booked", ""),
            ("moved", "traffic"),
        ]

    run(story)


@pytest.mark.parametrize(("hour", "minute"), [(14, 45), (15, 15), (16, 0)])
def test_a_booking_can_be_held_and_moved_to_a_time_that_overlaps_its_own(hour: int, minute: int) -> None:
    async def story() -> None:
        counter = Counter()
        old = await booked(counter, 15, staff_id=ROSA)
        first = counter.desk()
        (opening,) = await first.openings(counter.wish(hour, minute, staff_id=ROSA), without=(old.id,))
        held = first.hold(opening, moving=old)
        await counter.commit(first)
        second = counter.desk()
        again = await second.openings(counter.wish(hour, minute, staff_id=ROSA), without=(held.hold_id, old.id))
        assert again == [opening]
        new = second.move(old, opening, held.hold_id)
        await counter.commit(second)
        assert await counter.calendar.booking(old.id) == new
        assert not await counter.is_free(counter.desk(), hour, minute, staff_id=ROSA)

    run(story)


def test_without_saying_what_is_moved_such_a_hold_is_refused() -> None:
    async def story() -> None:
        counter = Counter()
        old = await booked(counter, 15, staff_id=ROSA)
        desk = counter.desk()
        (opening,) = await desk.openings(counter.wish(15, 15, staff_id=ROSA), without=(old.id,))
        desk.hold(opening)
        with pytest.raises(OpeningTaken):
            await counter.commit(desk)

    run(story)


def test_a_booking_that_was_cancelled_meanwhile_has_no_time_of_its_own() -> None:
    async def story() -> None:
        counter = Counter()
        old = await booked(counter, 15, staff_id=ROSA)
        desk = counter.desk()
        gone = desk.cancel(old)
        held = desk.hold(await counter.opening(desk, 15, 15, staff_id=ROSA), moving=gone)
        assert held.take == Take((ROSA,), at(15, 15), at(15, 45))

    run(story)


def test_what_a_move_holds_counts_the_buffers() -> None:
    async def story() -> None:
        counter = Counter()
        desk = counter.desk()
        opening = await counter.opening(desk, 15, services=(MASSAGE,))
        old = desk.book(opening, customer_id="ana", service_ids=(MASSAGE,))
        await counter.commit(desk)
        desk = counter.desk()
        (later,) = await desk.openings(counter.wish(15, 30, services=(MASSAGE,)), without=(old.id,))
        held = desk.hold(later, moving=old)
        assert held.take == Take(("biz-luz:room", ROSA), at(16, 10), at(16, 40))
        await counter.commit(desk)

    run(story)


@pytest.mark.parametrize(
    ("take", "own", "left"),
    [
        ((15, 16), (13, 14), (15, 16)),
        ((15, 16), (14, 15), (15, 16)),
        ((15, 17), (14, 16), (16, 17)),
        ((15, 17), (16, 18), (15, 16)),
        ((14, 18), (15, 16), (16, 18)),
        ((13, 17), (15, 16), (13, 15)),
        ((15, 16), (14, 17), None),
        ((15, 16), (15, 16), None),
    ],
)
def test_what_one_take_has_beyond_another(
    take: tuple[int, int], own: tuple[int, int], left: tuple[int, int] | None
) -> None:
    wanted = Take((ANNA, ROSA), at(take[0]), at(take[1]))
    rest = beyond(wanted, Take((ROSA,), at(own[0]), at(own[1])))
    if left is None:
        assert rest.resource_ids == ()
    else:
        assert rest == Take((ANNA, ROSA), at(left[0]), at(left[1]))
    assert beyond(wanted, Take((MIGUEL,), at(own[0]), at(own[1]))) == wanted


def test_moving_to_other_services_keeps_the_price_of_those_that_stay() -> None:
    async def story() -> None:
        counter = Counter()
        old = await booked(counter, 15, staff_id=ANNA)
        dearer = tuple(replace(one, price=Money(9900, "EUR")) for one in LUZ.services)
        counter.directory = replace(LUZ, services=dearer, version=2)
        desk = counter.desk()
        (opening,) = await desk.openings(counter.wish(15, services=(CUT, COLOUR), staff_id=ANNA), without=(old.id,))
        new = desk.move(old, opening, service_ids=(CUT, COLOUR), staff_wished=True)
        assert [one.price for one in new.items] == [Money(2500, "EUR"), Money(9900, "EUR")]
        assert new.ends_at - new.starts_at == timedelta(minutes=120)
        assert new.staff_wished

    run(story)


def test_a_party_that_grows_keeps_its_table_longer() -> None:
    async def story() -> None:
        counter = Counter(MAR)
        table = ("biz-mar:table",)
        desk = counter.desk()
        opening = await counter.opening(desk, 20, services=table, party_size=2)
        old = desk.book(opening, customer_id="ana", service_ids=table, party_size=2)
        await counter.commit(desk)
        desk = counter.desk()
        (larger,) = await desk.openings(counter.wish(20, services=table, party_size=4), without=(old.id,))
        new = desk.move(old, larger, party_size=4)
        assert new.party_size == 4
        assert new.items[0].minutes == 105
        assert new.resource_ids == ("biz-mar:t3",)
        await counter.commit(desk)

    run(story)


def test_a_booking_moved_twice_in_one_turn() -> None:
    async def story() -> None:
        counter = Counter()
        old = await booked(counter, 15, staff_id=ROSA)
        desk = counter.desk()
        desk.move(old, await counter.opening(desk, 16, staff_id=ROSA))
        new = desk.move(old, await counter.opening(desk, 17, staff_id=ROSA))
        assert [one.was for one in desk.effects if isinstance(one, MoveBooking)] == [0, 1]
        assert new.sequence == 2
        assert await counter.is_free(desk, 16, staff_id=ROSA)
        await counter.commit(desk)
        assert (await counter.calendar.booking(old.id)).starts_at == at(17)

    run(story)


def test_somebody_else_moved_it_meanwhile() -> None:
    async def story() -> None:
        counter = Counter()
        old = await booked(counter, 15, staff_id=ROSA)
        one, other = counter.desk(), counter.desk()
        one.move(old, await counter.opening(one, 16, staff_id=ROSA))
        other.move(old, await counter.opening(other, 17, staff_id=ROSA))
        await counter.commit(one)
        with pytest.raises(BookingClosed):
            await counter.commit(other)

    run(story)


def test_cancelling_frees_the_time_and_can_be_done_once() -> None:
    async def story() -> None:
        counter = Counter()
        one = await booked(counter, 15, staff_id=ROSA)
        desk = counter.desk(actor="customer:ana")
        gone = desk.cancel(one, "ill")
        assert gone == replace(one, status=Status.CANCELLED, sequence=1)
        assert await counter.is_free(desk, 15, staff_id=ROSA)
        for again in (one, gone):
            with pytest.raises(BookingClosed):
                desk.cancel(again)
            with pytest.raises(BookingClosed):
                desk.move(again, await counter.opening(desk, 16, staff_id=ROSA))
            with pytest.raises(BookingClosed):
                desk.amend(again, notes="x")
        await counter.commit(desk)
        event = (await counter.calendar.events_of(one.id))[-1]
        assert (event.kind, event.actor, event.reason) == ("cancelled", "customer:ana", "ill")
        assert await counter.is_free(counter.desk(), 15, staff_id=ROSA)

    run(story)


@pytest.mark.parametrize("actor", ["bot", "customer:ana", "staff:rosa", "api", "system"])
def test_too_late_for_customers_is_not_too_late_for_staff(actor: str) -> None:
    customers = actor in {"bot", "customer:ana"}

    async def story() -> None:
        counter = Counter()
        one = await booked(counter, 15, staff_id=ROSA)
        free = await counter.opening(counter.desk(), 18, staff_id=ROSA)

        def allowed(change: Callable[[Desk], object]) -> bool:
            try:
                change(counter.desk(actor=actor))
            except BookingClosed:
                return False
            return True

        counter.clock.set(at(14))
        assert allowed(lambda desk: desk.move(one, free))
        assert allowed(lambda desk: desk.cancel(one))
        counter.clock.set(at(14, 1))
        assert allowed(lambda desk: desk.move(one, free)) is not customers
        assert allowed(lambda desk: desk.cancel(one))
        counter.clock.set(at(15))
        assert allowed(lambda desk: desk.cancel(one)) is not customers

    run(story)


def test_an_expired_hold_blocks_nobody() -> None:
    async def story() -> None:
        counter = Counter()
        desk = counter.desk()
        desk.hold(await counter.opening(desk, 15, staff_id=ROSA))
        await counter.commit(desk)
        counter.clock.advance(timedelta(minutes=9, seconds=59))
        assert not await counter.is_free(counter.desk(), 15, staff_id=ROSA)
        counter.clock.advance(timedelta(seconds=1))
        desk = counter.desk()
        assert await counter.is_free(desk, 15, staff_id=ROSA)
        desk.book(await counter.opening(desk, 15, staff_id=ROSA), customer_id="ben", service_ids=(CUT,))
        await counter.commit(desk)

    run(story)


def test_amending_changes_what_is_said_and_nothing_else() -> None:
    async def story() -> None:
        counter = Counter()
        one = await booked(counter, 15)
        desk = counter.desk()
        new = desk.amend(one, name="Ana Maria", notes="first visit")
        assert new == replace(one, name="Ana Maria", notes="first visit")
        assert desk.amend(one) == new
        assert len(desk.effects) == 1
        assert desk.amend(one, notes="").notes == ""
        desk.amend_customer("ana", name="Ana Maria")
        desk.amend_customer("ana")
        assert [effect for effect in desk.effects if isinstance(effect, AmendCustomer)] == [
            AmendCustomer("ana", "Ana Maria")
        ]
        await counter.calendar.apply([effect for effect in desk.effects if not isinstance(effect, AmendCustomer)])
        assert (await counter.calendar.booking(one.id)).name == "Ana Maria"

    run(story)


def test_book_and_cancel_in_one_turn() -> None:
    async def story() -> None:
        counter = Counter()
        desk = counter.desk()
        one = desk.book(await counter.opening(desk, 15, staff_id=ROSA), customer_id="ana", service_ids=(CUT,))
        desk.cancel(one)
        assert await counter.is_free(desk, 15, staff_id=ROSA)
        assert await desk.bookings_of("ana") == []
        await counter.commit(desk)
        assert (await counter.calendar.booking(one.id)).status is Status.CANCELLED

    run(story)


def test_what_is_not_offered_is_not_booked() -> None:
    async def story() -> None:
        counter = Counter()
        desk = counter.desk()
        opening = await counter.opening(desk, 15)
        for services in ((), ("biz-luz:shampoo",)):
            with pytest.raises(NotOffered):
                desk.book(opening, customer_id="ana", service_ids=services)
        with pytest.raises(NotOffered):
            desk.book(replace(opening, place_id="elsewhere"), customer_id="ana", service_ids=(CUT,))
        assert desk.effects == []

    run(story)


def test_a_day_is_read_once_in_a_turn() -> None:
    class Counted:
        """Counts what is read of a calendar."""

        def __init__(self, counter: Counter) -> None:
            self._calendar = counter.calendar
            self.reads: list[tuple[datetime, datetime]] = []

        def __getattr__(self, name: str) -> Any:
            return getattr(self._calendar, name)

        async def busy(self, *arguments: Any) -> object:
            self.reads.append((arguments[1], arguments[2]))
            return await self._calendar.busy(*arguments)

    async def story() -> None:
        counter = Counter()
        counted = Counted(counter)
        desk = Desk(LUZ, counted, "bot", "key", NOW)  # type: ignore[arg-type]
        assert await counter.is_free(desk, 15)
        assert await counter.is_free(desk, 16)
        await desk.alternatives(counter.wish(15), at(15))
        assert len(counted.reads) == 1
        assert await desk.openings(counter.wish(15, day=400)) == []
        assert len(counted.reads) == 1

    run(story)


def test_a_move_onto_itself_is_refused_and_names_the_field() -> None:
    async def story() -> None:
        counter = Counter()
        old = await booked(counter, 15, staff_id=ROSA)
        desk = counter.desk()
        (opening,) = await desk.openings(counter.wish(15, staff_id=ROSA), without=(old.id,))
        with pytest.raises(NotOffered) as refused:
            desk.move(old, opening)
        assert refused.value.field == "start"
        assert desk.effects == []

    run(story)


def test_what_cannot_be_had_is_refused_with_the_three_nearest() -> None:
    async def story() -> None:
        counter = Counter()
        first, second = counter.desk(), counter.desk()
        one = first.book(await counter.opening(first, 15, staff_id=ROSA), customer_id="ana", service_ids=(CUT,))
        other = await counter.opening(second, 15, staff_id=ROSA)
        second.book(other, customer_id="ben", service_ids=(CUT,), staff_wished=True)
        await first.commit()
        with pytest.raises(OpeningTaken) as refused:
            await second.commit()
        offered = [(each.opening.starts_at, each.opening.staff_id) for each in refused.value.alternatives]
        assert offered == [(at(14, 30), ROSA), (at(15, 30), ROSA), (at(15, 45), ROSA)]
        assert [each.id for each in await counter.calendar.bookings_between(at(0), at(23))] == [one.id]

    run(story)


def test_a_booking_in_the_past_is_refused() -> None:
    async def story() -> None:
        counter = Counter()
        desk = counter.desk()
        opening = await counter.opening(desk, 15, staff_id=ROSA)
        counter.clock.set(at(15, 1))
        with pytest.raises(NotOffered) as refused:
            counter.desk().book(opening, customer_id="ana", service_ids=(CUT,))
        assert refused.value.field == "start"

    run(story)
