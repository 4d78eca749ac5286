"""The waitlist: waiting for what is not free, reading how it stands, no longer waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.waitlist import Waiting
from web.api import schemas, showing
from web.api.calls import Operation, Reply, encode
from web.api.customers import customer_of
from web.api.problems import NothingHere
from web.api.wishes import window

if TYPE_CHECKING:
    from domain.waitlist import WaitlistEntry
    from web.api.calls import Call


async def join(call: Call) -> Reply:
    """POST …/waitlist: whoever waits for the very same already keeps that place."""
    asked: schemas.WaitlistRequest = call.body
    wish = window(call.directory, asked, call.now, asked.first, asked.last, (asked.earliest, asked.latest))
    desk = call.desk()
    customer_id, phone = await customer_of(call, desk, asked.customer)
    entry = await desk.join_waitlist(wish, customer_id=customer_id, name=asked.customer.name, phone=phone)
    return await call.write(desk, 201, showing.waiting(entry))


async def read(call: Call) -> Reply:
    """GET …/waitlist/{entry}."""
    return Reply(200, encode(showing.waiting(await _entry(call))))


async def leave(call: Call) -> Reply:
    """DELETE …/waitlist/{entry}: what was offered is given back."""
    entry = await _entry(call)
    if entry.status in (Waiting.BOOKED, Waiting.LEFT):
        return Reply(204, b"")
    desk = call.desk()
    desk.leave_waitlist(entry)
    return await call.write(desk, 204, None)


async def _entry(call: Call) -> WaitlistEntry:
    entry = await call.calendar.waitlist_entry(call.path["entry"])
    if entry is None:
        raise NothingHere("nobody waits under this id")
    return entry


OPERATIONS = (
    Operation(
        "POST",
        "/waitlist",
        "join_waitlist",
        "Wait for what is not free",
        join,
        201,
        schemas.Waiting,
        schemas.Nothing,
        schemas.WaitlistRequest,
        problems=("not-offered",),
        description="Staff see who waits, and call whoever has no chat when something is offered to them.",
    ),
    Operation(
        "GET",
        "/waitlist/{entry}",
        "read_waiting",
        "Read how an entry of the waitlist stands",
        read,
        200,
        schemas.Waiting,
        schemas.Nothing,
    ),
    Operation(
        "DELETE",
        "/waitlist/{entry}",
        "leave_waitlist",
        "No longer wait",
        leave,
        204,
        None,
        schemas.Nothing,
        problems=("opening-taken",),
    ),
)
