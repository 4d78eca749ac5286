"""Holds: an opening that is kept while the customer decides or pays."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - msgspec reads the annotations
from typing import TYPE_CHECKING

import msgspec

from domain.availability import Opening, Wish
from domain.bookings import Answered
from domain.errors import HoldExpired
from domain.occupancy import Take  # noqa: TC001 - msgspec reads the annotations
from web.api import schemas, showing
from web.api.calls import Operation, Reply
from web.api.openings import seats_used
from web.api.problems import NothingHere
from web.api.wishes import at, opening_at, wish_of

if TYPE_CHECKING:
    from domain.desk import Desk
    from web.api.calls import Call


class Held(msgspec.Struct, frozen=True):
    """What a hold keeps, as the API remembers it: in the table of answers, in the transaction that places the hold."""

    place_id: str
    service_ids: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    take: Take
    expires_at: datetime
    staff_id: str | None
    staff_wished: bool
    party_size: int | None
    features: tuple[str, ...]
    area: str
    zone: str

    @property
    def opening(self) -> Opening:
        """The opening that is kept. What had to move for it has moved."""
        take = self.take
        return Opening(
            self.place_id,
            self.starts_at,
            self.ends_at,
            take.resource_ids,
            take.starts_at,
            take.ends_at,
            self.staff_id,
            take.parts,
            take.session,
            take.counts,
        )

    def wish(self) -> Wish:
        """Return what was asked for, for a hold that is over: with the same member of staff, at no time yet."""
        day = self.starts_at.date()
        return Wish(
            self.place_id,
            self.service_ids,
            day,
            day,
            self.staff_id,
            self.party_size,
            zone=self.zone,
            features=self.features,
            area=self.area,
        )


async def held(call: Call, hold_id: str) -> Held:
    """Return what a hold keeps or kept. Raises NothingHere, HoldExpired for one that was used or given back."""
    remembered = await call.calendar.answered(f"hold:{hold_id}")
    if remembered is None:
        raise NothingHere("there is no such hold")
    if await call.calendar.answered(f"used:{hold_id}") is not None:
        raise HoldExpired("this hold was used or given back", "hold")
    return msgspec.json.decode(remembered.body, type=Held)


def used(call: Call, hold_id: str) -> Answered:
    """Return the effect that uses a hold up: a second one is refused, whoever writes it."""
    return Answered(f"used:{hold_id}", "", 200, b"", call.now)


async def place(call: Call) -> Reply:
    """POST …/holds."""
    asked: schemas.HoldRequest = call.body
    wish = at(call.directory, wish_of(call.directory, asked), asked.start, call.now)
    call.service_ids = wish.service_ids
    desk = call.desk()
    opening = await opening_at(desk, wish, asked.start)
    effect = desk.hold(opening)
    kept = Held(
        opening.place_id,
        wish.service_ids,
        opening.starts_at,
        opening.ends_at,
        effect.take,
        effect.expires_at,
        opening.staff_id,
        asked.staff is not None,
        wish.party_size,
        wish.features,
        wish.area,
        wish.zone,
    )
    seats = await seats_used(call.calendar, [opening], call.now)
    shown = schemas.Hold(
        effect.hold_id,
        effect.expires_at,
        showing.Openings(call.directory, wish.place_id, wish.service_ids, seats).show(opening),
    )
    remembered = Answered(f"hold:{effect.hold_id}", "", 201, msgspec.json.encode(kept), call.now)
    return await call.write(desk, 201, shown, remembered, wish=wish)


async def release(call: Call) -> Reply:
    """DELETE …/holds/{hold}: once given back, giving it back again changes nothing."""
    hold_id = call.path["hold"]
    try:
        await held(call, hold_id)
    except HoldExpired:
        return Reply(204, b"")
    desk = call.desk()
    desk.release(hold_id)
    try:
        return await call.write(desk, 204, None, used(call, hold_id))
    except HoldExpired:  # somebody was faster
        return Reply(204, b"")


async def opening_of(call: Call, desk: Desk, hold_id: str) -> tuple[Held, Opening]:
    """Return what a hold keeps; a hold that is over tries again for the very same.

    Raises NothingHere, HoldExpired for one that was used or given back, OpeningTaken where it is gone.
    """
    kept = await held(call, hold_id)
    call.service_ids = kept.service_ids
    if kept.expires_at > call.now:
        return kept, kept.opening
    exact = at(call.directory, kept.wish(), kept.starts_at, call.now)
    return kept, await opening_at(desk, exact, kept.starts_at, (hold_id,))


OPERATIONS = (
    Operation(
        "POST",
        "/holds",
        "place_hold",
        "Keep an opening for a while",
        place,
        201,
        schemas.Hold,
        schemas.Nothing,
        schemas.HoldRequest,
        problems=("not-offered", "opening-taken"),
        description="The opening must be one that the business offers. It is kept for as long as the business says, 10 "
        "minutes unless set otherwise, and nobody else is offered it until then.",
    ),
    Operation(
        "DELETE",
        "/holds/{hold}",
        "release_hold",
        "Give a kept opening back",
        release,
        204,
        None,
        schemas.Nothing,
    ),
)
