"""Attempts: every way by which a customer may ask for a time, each through the desk and the one occupancy insert."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bench import contention_staff as staff
from bench.contention_rival import Held, Nothing, Rival
from bench.contention_staff import changed
from domain.bookings import Answered
from domain.errors import OpeningTaken
from domain.ids import new_id
from domain.waitlist import Waiting

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.businesses import Service

    Attempt = Callable[[Rival], Awaitable[None]]


async def book(rival: Rival) -> None:
    """Book at once."""
    await _book(rival, *rival.service())


async def join_class(rival: Rival) -> None:
    """Take seats in a class."""
    await _book(rival, *rival.service(a_class=True))


async def hold(rival: Rival) -> None:
    """Keep a time, sometimes in the conversation that keeps another already."""
    service, party = rival.service(a_class=rival.rng.random() < 0.15)
    await _hold(rival, service, party)


async def swap_hold(rival: Rival) -> None:
    """Change one's mind while confirming: the new hold comes for the old one, which stays if it cannot be had."""
    old = rival.own(over=False)
    desk = rival.desk()
    opening = await rival.opening(desk, old.service, old.party, without=(old.hold_id,))
    placed = desk.hold(opening, old.hold_id)
    await rival.commit(desk)
    rival.drop(old)
    rival.held.append(
        Held(rival.house, placed.hold_id, old.service, old.party, replace(opening, moves=()), placed.expires_at, False)
    )


async def release(rival: Rival) -> None:
    """Give a hold back."""
    held = rival.own(over=rival.rng.random() < 0.2)
    rival.drop(held)
    desk = rival.desk()
    desk.release(held.hold_id)
    await rival.commit(desk)


async def confirm(rival: Rival) -> None:
    """Book what is held: while the hold is not over, nobody may have it."""
    held = rival.own(over=False)
    rival.drop(held)
    try:
        await _confirm(rival, held)
    except OpeningTaken:
        if rival.now() < held.expires_at:
            rival.journal.broken_promises += 1
        raise


async def pay_late(rival: Rival) -> None:
    """Confirm a hold that is over: only if the time is still free."""
    held = rival.own(over=True)
    if rival.rng.random() < 0.8:
        rival.drop(held)
    await _confirm(rival, held)


async def expire(rival: Rival) -> None:
    """Want, as somebody else, a time whose hold is over: it does not block."""
    held = rival.own(over=True)
    rival.drop(held)
    desk = rival.desk()
    made = desk.book(
        held.opening,
        customer_id=rival.customer_id(),
        service_ids=(held.service.id,),
        party_size=held.party,
        name=new_id(),
    )
    await rival.commit(desk)
    rival.keep(made)


async def move(rival: Rival) -> None:
    """Give a booking another time."""
    booking = await rival.booking()
    service = rival.house.directory.service[booking.items[0].service_id]
    office = rival.office()
    opening = await rival.opening(office, service, booking.party_size, without=(booking.id,))
    await changed(rival, office, lambda: office.move(booking, opening))


async def move_by_hold(rival: Rival) -> None:
    """Move a booking as a customer does: hold what it needs beyond its own, then confirm."""
    booking = await rival.booking()
    service = rival.house.directory.service[booking.items[0].service_id]
    desk = rival.desk()
    opening = await rival.opening(desk, service, booking.party_size, without=(booking.id,))
    if service.seats:
        raise Nothing
    kept = desk.hold(opening, moving=booking)
    if not kept.take.resource_ids:
        raise Nothing
    await rival.commit(desk)
    again = rival.desk()
    await changed(rival, again, lambda: again.move(booking, opening, kept.hold_id))


async def twice(rival: Rival) -> None:
    """Send the same attempt twice at once, with one idempotency key, that other workers may be using as well."""
    service, party = rival.service()
    key = f"shared-{int(rival.progress * 400)}-{rival.rng.randrange(8)}"
    desks = [rival.desk(key) for _ in range(2)]
    opening = await rival.opening(desks[0], service, party)
    made = [
        desk.book(
            opening, customer_id=rival.customer_id(), service_ids=(service.id,), party_size=party, name=f"{key}:once"
        )
        for desk in desks
    ]
    await rival.both(*(rival.commit(desk) for desk in desks))
    rival.keep(made[0])


async def same_request(rival: Rival) -> None:
    """Send a request twice at once: whatever it did is done once, because its answer is written with it."""
    service, party = rival.service()
    key = f"request-{int(rival.progress * 400)}-{rival.rng.randrange(8)}"
    answer = Answered(key, "same", 201, b"{}", rival.now())
    desks = [rival.desk(), rival.desk()]
    for desk in desks:
        opening = await rival.opening(desk, service, party)
        # Each would be another booking, under a key of its own: only the answer stands between them.
        desk.book(opening, customer_id=rival.customer_id(), service_ids=(service.id,), party_size=party, name=key)
    await rival.both(*(rival.apply([answer, *desk.effects]) for desk in desks))


async def wait(rival: Rival) -> None:
    """Join a waitlist, as long as it is short."""
    service, party = rival.service()
    if len(await rival.calendar.waiting(rival.now())) > 20:
        raise Nothing
    desk = rival.desk()
    await desk.join_waitlist(rival.house.wish(service, rival.day(), party), customer_id=rival.customer_id())
    if not desk.effects:
        raise Nothing
    await rival.commit(desk)


async def offer(rival: Rival) -> None:
    """Offer somebody who waits a time, which is held for them."""
    entry = await rival.waiting()
    if entry.status is not Waiting.WAITING:
        raise Nothing
    office = rival.office()
    service = rival.house.directory.service[entry.service_ids[0]]
    opening = await rival.opening(office, service, entry.party_size)
    office.offer(entry, opening, opening.starts_at.isoformat())
    await rival.commit(office)
    rival.known.offers[entry.id] = opening


async def answer_offer(rival: Rival) -> None:
    """Take what is offered, perhaps late, perhaps twice; or pass it over, or leave."""
    entry = await rival.waiting()
    if entry.status is not Waiting.OFFERED:
        raise Nothing
    office = rival.office()
    opening = rival.known.offers.get(entry.id)
    if opening is None or entry.offer != opening.starts_at.isoformat() or rival.rng.random() < 0.3:
        (office.leave_waitlist if rival.rng.random() < 0.3 else office.pass_over)(entry)
        await rival.commit(office)
        return
    made = office.book(
        opening,
        customer_id=entry.customer_id,
        service_ids=entry.service_ids,
        party_size=entry.party_size,
        name=f"offer {entry.id}",
        hold_id=entry.hold_id,
    )
    office.waited_for(entry, made)
    await rival.commit(office)
    rival.keep(made)


async def _book(rival: Rival, service: Service, party: int | None) -> None:
    desk = rival.desk()
    opening = await rival.opening(desk, service, party)
    made = desk.book(
        opening, customer_id=rival.customer_id(), service_ids=(service.id,), party_size=party, name=new_id()
    )
    await rival.commit(desk)
    rival.keep(made)


async def _hold(rival: Rival, service: Service, party: int | None) -> None:
    in_conversation = rival.rng.random() < 0.3
    desk = rival.desk(in_conversation=in_conversation)
    opening = await rival.opening(desk, service, party)
    placed = desk.hold(opening)
    await rival.commit(desk)
    if in_conversation:  # there is one hold a conversation: what it held here before is gone
        for one in [each for each in rival.held if each.in_conversation and each.house is rival.house]:
            rival.drop(one)
    rival.held.append(
        Held(
            rival.house, placed.hold_id, service, party, replace(opening, moves=()), placed.expires_at, in_conversation
        )
    )


async def _confirm(rival: Rival, held: Held) -> None:
    desk = rival.desk()
    made = desk.book(
        held.opening,
        customer_id=rival.customer_id(),
        service_ids=(held.service.id,),
        party_size=held.party,
        name=new_id(),
        hold_id=held.hold_id,
    )
    await rival.commit(desk)
    rival.keep(made)


KINDS: dict[str, tuple[Attempt, int]] = {
    "book": (book, 16),
    "class": (join_class, 9),
    "walk_in": (staff.walk_in, 2),
    "hold": (hold, 14),
    "swap_hold": (swap_hold, 3),
    "release": (release, 2),
    "confirm": (confirm, 8),
    "pay_late": (pay_late, 6),
    "expire": (expire, 4),
    "move": (move, 9),
    "move_by_hold": (move_by_hold, 2),
    "reassign": (staff.reassign, 6),
    "cancel": (staff.cancel, 13),
    "undo_cancel": (staff.undo_cancel, 8),
    "seat": (staff.seat, 2),
    "no_show": (staff.no_show, 2),
    "amend": (staff.amend, 2),
    "pin": (staff.pin, 2),
    "reseat": (staff.reseat, 4),
    "change_places": (staff.change_places, 2),
    "block": (staff.block, 1),
    "unblock": (staff.unblock, 1),
    "twice": (twice, 4),
    "same_request": (same_request, 3),
    "wait": (wait, 2),
    "offer": (offer, 3),
    "answer_offer": (answer_offer, 3),
    "sweep": (staff.sweep, 1),
}
"""What is tried, and how often."""
