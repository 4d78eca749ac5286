"""Attempts of the house: what staff and the clockwork do to the calendar while customers book."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bench.contention_rival import Nothing, Rival
from domain.back_office import BackOffice
from domain.bookings import BookingEvent, Reseat, Status
from domain.ids import new_id
from domain.occupancy import SeatMove

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.bookings import Booking
    from domain.desk import Desk


async def walk_in(rival: Rival) -> None:
    """Seat somebody who stands at the door."""
    service, party = rival.service()
    office = rival.office()
    opening = await rival.opening(office, service, party)
    made = office.walk_in(
        opening, customer_id=rival.customer_id(), service_ids=(service.id,), party_size=party, name=new_id()
    )
    await rival.commit(office)
    rival.keep(made)


async def reassign(rival: Rival) -> None:
    """Give a booking to somebody else, or to another table, whether or not they are free."""
    booking = await rival.booking()
    service = rival.house.directory.service[booking.items[0].service_id]
    if service.seats or service.staff_needed > 1:
        raise Nothing
    kind = "table" if service.needs == "table" else "staff"
    others = [one for one in rival.house.directory.resources if one.kind == kind and one.id not in booking.resource_ids]
    if not others:
        raise Nothing
    other = rival.rng.choice(others).id
    kept = [one for one in booking.resource_ids if rival.house.directory.resource[one].kind != kind]
    opening = rival.house.opening_with(booking, (*kept, other), other if kind == "staff" else None)
    office = rival.office()
    await changed(rival, office, lambda: office.reassign(booking, opening))


async def cancel(rival: Rival) -> None:
    """Give up a booking."""
    booking = await rival.booking()
    office = rival.office()
    after = office.cancel(booking)
    await rival.commit(office)
    rival.keep(after, among="cancelled")


async def undo_cancel(rival: Rival) -> None:
    """Take back that a booking was given up: only if its time is still free."""
    booking = await rival.booking(among="cancelled")
    office = rival.office()
    await changed(rival, office, lambda: office.restore(booking, rival.house.opening_of(booking)))


async def seat(rival: Rival) -> None:
    """Write down that somebody is there, or that the visit is over."""
    booking = await rival.booking()
    office = rival.office()
    step = {Status.CONFIRMED: office.seat, Status.SEATED: office.begin, Status.IN_SERVICE: office.complete}
    if booking.status not in step:
        raise Nothing
    await changed(rival, office, lambda: step[booking.status](booking))


async def no_show(rival: Rival) -> None:
    """Write down that nobody came; the house's clock is ahead, as at the end of that day."""
    booking = await rival.booking()
    office = BackOffice(rival.house.directory, rival.calendar, "staff:rosa", new_id(), booking.ends_at)
    after = office.no_show(booking)
    await rival.commit(office)
    rival.keep(after, among="cancelled")


async def amend(rival: Rival) -> None:
    """Write a note, perhaps to a booking that has changed meanwhile."""
    booking = await rival.booking()
    office = rival.office()
    await changed(rival, office, lambda: office.amend(booking, notes=new_id()))


async def pin(rival: Rival) -> None:
    """Promise a party its tables, or take the promise back."""
    booking = await rival.booking()
    office = rival.office()
    after = office.pin(booking, pinned=rival.rng.random() < 0.3)
    if not office.effects:
        raise Nothing
    await rival.commit(office)
    rival.keep(after)


async def reseat(rival: Rival) -> None:
    """Give a party other tables by hand."""
    booking = await rival.booking()
    tables = [one.id for one in rival.house.directory.resources if one.kind == "table"]
    if not tables:
        raise Nothing
    wanted = rival.rng.sample(tables, rival.rng.choice((1, 1, 1, 2)))
    office = rival.office()
    await changed(rival, office, lambda: office.reseat(booking, wanted))


async def change_places(rival: Rival) -> None:
    """Let two parties change tables with one another, all rows of both at once."""
    if not any(one.kind == "table" for one in rival.house.directory.resources):
        raise Nothing
    one, other = await rival.booking(), await rival.booking()
    if one.id == other.id:
        raise Nothing
    buffer = timedelta(minutes=rival.house.directory.services[0].buffer_after)
    moves = tuple(
        SeatMove(each.id, each.resource_ids, to.resource_ids, each.starts_at, each.ends_at + buffer)
        for each, to in ((one, other), (other, one))
    )
    events = tuple(BookingEvent(each.booking_id, "reseated", "staff:rosa", rival.now()) for each in moves)
    await rival.apply([Reseat(moves, events)])
    for each, to in ((one, other), (other, one)):
        rival.keep(replace(each, resource_ids=to.resource_ids))


async def block(rival: Rival) -> None:
    """Keep a resource from everybody: it is broken."""
    service, party = rival.service()
    office = rival.office()
    opening = await rival.opening(office, service, party)
    blocked = office.block(opening.resource_ids, opening.starts_at, opening.ends_at, "broken")
    await rival.commit(office)
    rival.known.blocks.setdefault(rival.house.id, deque()).append(blocked.hold_id)


async def unblock(rival: Rival) -> None:
    """Give blocked time back."""
    blocks = rival.known.blocks.setdefault(rival.house.id, deque())
    if not blocks:
        raise Nothing
    office = rival.office()
    office.unblock(blocks.popleft())
    await rival.commit(office)


async def sweep(rival: Rival) -> None:
    """Delete what is over, as the clockwork does."""
    await rival.store.timers.sweep(rival.now())


async def changed(rival: Rival, desk: Desk, change: Callable[[], Booking]) -> None:
    """Write a change of a booking, and remember how it stands afterwards."""
    after = change()
    await rival.commit(desk)
    rival.keep(after)
