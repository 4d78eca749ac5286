"""Bookings: making, reading, moving and cancelling them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.availability import Wish
from domain.errors import BookingNotFound, NotOffered
from web.api import holds, schemas, showing
from web.api.calls import Operation, Reply, encode
from web.api.customers import customer_of
from web.api.problems import Invalid
from web.api.wishes import at, opening_at, wish_of

if TYPE_CHECKING:
    from domain.bookings import Booking
    from web.api.calls import Call

_ASKED = ("start", "services", "variant", "addons", "party_size", "staff", "place", "features", "area", "zone")


async def make(call: Call) -> Reply:
    """POST …/bookings."""
    asked: schemas.BookingRequest = call.body
    if asked.hold is not None:
        return await _from_hold(call, asked, asked.hold)
    if asked.start is None:
        raise Invalid("say when, or name a hold", "start")
    desk = call.desk()
    wish = at(call.directory, wish_of(call.directory, asked), asked.start, call.now)
    call.service_ids = wish.service_ids
    opening = await opening_at(desk, wish, asked.start)
    customer_id, phone = await customer_of(call, desk, asked.customer)
    made = desk.book(
        opening,
        customer_id=customer_id,
        service_ids=wish.service_ids,
        party_size=wish.party_size,
        name=asked.customer.name,
        phone=phone,
        email=asked.customer.email,
        notes=asked.notes,
        source="api",
        staff_wished=asked.staff is not None,
        features=wish.features,
    )
    return await call.write(desk, 201, showing.booking(made, call.directory))


async def _from_hold(call: Call, asked: schemas.BookingRequest, hold_id: str) -> Reply:
    both = next((one for one in _ASKED if getattr(asked, one)), None)
    if both is not None:
        raise Invalid("the hold says that already: leave it out", both)
    desk = call.desk(f"hold:{hold_id}")
    kept, opening = await holds.opening_of(call, desk, hold_id)
    customer_id, phone = await customer_of(call, desk, asked.customer)
    made = desk.book(
        opening,
        customer_id=customer_id,
        service_ids=kept.service_ids,
        party_size=kept.party_size,
        name=asked.customer.name,
        phone=phone,
        email=asked.customer.email,
        notes=asked.notes,
        source="api",
        staff_wished=kept.staff_wished,
        features=kept.features,
        hold_id=hold_id,
    )
    shown = showing.booking(made, call.directory)
    return await call.write(desk, 201, shown, holds.used(call, hold_id))


async def read(call: Call) -> Reply:
    """GET …/bookings/{booking}."""
    return Reply(200, encode(showing.booking(await _booking(call), call.directory)))


async def move(call: Call) -> Reply:
    """POST …/bookings/{booking}/move."""
    asked: schemas.MoveRequest = call.body
    before = await _booking(call)
    desk = call.desk()
    wish = at(call.directory, _wish(call, before, asked), asked.start, call.now)
    if asked.start == before.starts_at and wish == at(call.directory, _wish(call, before, None), asked.start, call.now):
        raise NotOffered("the booking is there already", "start")
    call.service_ids = wish.service_ids
    opening = await opening_at(desk, wish, asked.start, (before.id,))
    after = desk.move(
        before,
        opening,
        service_ids=asked.services,
        party_size=asked.party_size,
        staff_wished=True if asked.staff is not None else None,
        reason=asked.reason,
    )
    return await call.write(desk, 200, showing.booking(after, call.directory))


async def cancel(call: Call) -> Reply:
    """POST …/bookings/{booking}/cancel."""
    asked: schemas.CancelRequest = call.body
    desk = call.desk()
    after = desk.cancel(await _booking(call), asked.reason)
    return await call.write(desk, 200, showing.booking(after, call.directory))


async def _booking(call: Call) -> Booking:
    booking_id = call.path["booking"]
    try:
        return await call.calendar.booking(booking_id)
    except BookingNotFound:
        raise BookingNotFound("there is no such booking") from None


def _wish(call: Call, before: Booking, asked: schemas.MoveRequest | None) -> Wish:
    """Return what a booking is, with what is to be different; without a time."""
    day = before.starts_at.date()
    was = Wish(
        before.place_id,
        tuple(one.service_id for one in before.items),
        day,
        day,
        before.staff_id if before.staff_wished else None,
        before.party_size,
        features=before.features,
    )
    if asked is None:
        return was
    directory = call.directory
    for one in asked.services or ():
        if one not in directory.service:
            raise NotOffered("there is no such service", "services")
    if asked.staff is not None and asked.staff not in directory.person:
        raise NotOffered("there is nobody of this id", "staff")
    if asked.place is not None and asked.place not in directory.place:
        raise NotOffered("there is no such place", "place")
    return replace(
        was,
        service_ids=asked.services or was.service_ids,
        staff_id=asked.staff or was.staff_id,
        party_size=asked.party_size or was.party_size,
        place_id=asked.place or was.place_id,
    )


OPERATIONS = (
    Operation(
        "POST",
        "/bookings",
        "make_booking",
        "Book an opening, or what a hold keeps",
        make,
        201,
        schemas.Booking,
        schemas.Nothing,
        schemas.BookingRequest,
        problems=("not-offered", "opening-taken", "hold-expired"),
        description="The opening must be one that the business offers. With `hold` the time that is kept is booked; a "
        "hold that is over tries again for the very same. A hold is used once.",
    ),
    Operation(
        "GET",
        "/bookings/{booking}",
        "read_booking",
        "Read a booking",
        read,
        200,
        schemas.Booking,
        schemas.Nothing,
        problems=("booking-not-found",),
    ),
    Operation(
        "POST",
        "/bookings/{booking}/move",
        "move_booking",
        "Give a booking another time",
        move,
        200,
        schemas.Booking,
        schemas.Nothing,
        schemas.MoveRequest,
        problems=("not-offered", "opening-taken", "booking-closed", "booking-not-found"),
        description="Its id and its link stay, services that stay keep the price they were sold at. The old time is "
        "given up in the transaction that takes the new one: where that fails, the booking stays as it was.",
    ),
    Operation(
        "POST",
        "/bookings/{booking}/cancel",
        "cancel_booking",
        "Cancel a booking",
        cancel,
        200,
        schemas.Booking,
        schemas.Nothing,
        schemas.CancelRequest,
        True,
        problems=("booking-closed", "booking-not-found"),
    ),
)
