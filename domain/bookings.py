"""Bookings: one state machine, its events, and the writes that the desk collects."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.errors import BookingClosed
from domain.ids import new_id
from domain.waitlist import ChangeWaitlist, JoinWaitlist

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from domain.customers import Customer
    from domain.ids import (
        BookingId,
        BusinessId,
        ConversationId,
        CustomerId,
        HoldId,
        PlaceId,
        ResourceId,
        ServiceId,
        StaffId,
    )
    from domain.money import Money
    from domain.occupancy import SeatMove, Take


class Status(StrEnum):
    """Where a booking stands."""

    INQUIRY = "inquiry"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    SEATED = "seated"
    IN_SERVICE = "in_service"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


S = Status
TRANSITIONS: dict[Status, frozenset[Status]] = {
    S.INQUIRY: frozenset({S.PENDING, S.CONFIRMED, S.CANCELLED}),
    S.PENDING: frozenset({S.CONFIRMED, S.CANCELLED}),
    S.CONFIRMED: frozenset({S.SEATED, S.IN_SERVICE, S.COMPLETED, S.CANCELLED, S.NO_SHOW}),
    S.SEATED: frozenset({S.IN_SERVICE, S.COMPLETED}),
    S.IN_SERVICE: frozenset({S.COMPLETED}),
    S.COMPLETED: frozenset(),
    S.CANCELLED: frozenset({S.CONFIRMED}),
    S.NO_SHOW: frozenset({S.CONFIRMED, S.SEATED}),
}
"""Which status may follow which. Leaving CANCELLED or NO_SHOW takes the time again through the occupancy insert."""
FREE = frozenset({S.CANCELLED, S.NO_SHOW})
"""A booking that stands so takes no time."""
TAKING = frozenset(S) - FREE - {S.COMPLETED}
"""Neither given up nor over: may be given another time."""
OPEN = frozenset({S.PENDING, S.CONFIRMED})
"""Still to come: may be moved or cancelled by the customer."""


@dataclass(frozen=True, slots=True)
class Item:
    """One service of a visit with the price it was sold at."""

    service_id: ServiceId
    name: str
    minutes: int
    price: Money | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """A visit that was agreed. Moments are aware UTC."""

    id: BookingId
    business_id: BusinessId
    place_id: PlaceId
    customer_id: CustomerId
    status: Status
    items: tuple[Item, ...]
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    conversation_id: ConversationId | None = None
    staff_id: StaffId | None = None
    staff_wished: bool = False
    """Whether the customer asked for this very person."""
    resource_ids: tuple[ResourceId, ...] = ()
    party_size: int | None = None
    name: str = ""
    phone: str = ""
    """E.164."""
    email: str = ""
    notes: str = ""
    source: str = ""
    """The channel it was made on."""
    sequence: int = 0
    """Raised by every move and by cancelling: the iCalendar SEQUENCE."""
    code: str = ""
    """Unguessable, in the link that manages the booking."""
    pinned: bool = False
    """Whether its tables were promised: then nobody is ever re-seated from them."""
    features: tuple[str, ...] = ()
    """What was wished of the table: `window`, `quiet`, `accessible`, `outdoor`."""


@dataclass(frozen=True, slots=True)
class BookingEvent:
    """Something that happened to a booking: who did it, when and why."""

    booking_id: BookingId
    kind: str
    """`booked`, `moved`, `cancelled`, `reminded`, `seated`, …"""
    actor: str
    """`customer:<id>`, `staff:<id>`, `bot`, `api`, `system`."""
    at: datetime
    reason: str = ""
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class PlaceHold:
    """Effect: keep a time while the customer confirms. Replaces `replaces` in the same transaction."""

    hold_id: HoldId
    conversation_id: ConversationId | None
    take: Take
    expires_at: datetime
    replaces: HoldId | None = None
    reason: str = ""
    """Why staff keep it from everybody: a broken table, a private party. Such a hold lasts as long as what it takes."""


@dataclass(frozen=True, slots=True)
class ReleaseHold:
    """Effect: give a kept time back. Nothing happens if it is gone already."""

    hold_id: HoldId


@dataclass(frozen=True, slots=True)
class MakeBooking:
    """Effect: book. The hold, if any, is consumed: its rows go and the booking's come in one transaction."""

    booking: Booking
    take: Take
    event: BookingEvent
    key: str
    """Idempotency key, unique in the business."""
    hold_id: HoldId | None = None


@dataclass(frozen=True, slots=True)
class MoveBooking:
    """Effect: the same booking at another time. `booking` is how it stands afterwards."""

    booking: Booking
    take: Take
    event: BookingEvent
    was: int
    """The sequence that it must still have."""
    hold_id: HoldId | None = None


@dataclass(frozen=True, slots=True)
class CancelBooking:
    """Effect: give up a booking and its time. `booking` is how it stands afterwards."""

    booking: Booking
    event: BookingEvent


@dataclass(frozen=True, slots=True)
class AmendBooking:
    """Effect: name, contact or notes of a booking changed; its time stays."""

    booking: Booking
    event: BookingEvent


@dataclass(frozen=True, slots=True)
class AmendCustomer:
    """Effect: what the customer told about themselves: only the fields that are not empty are written."""

    customer_id: CustomerId
    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class AddCustomer:
    """Effect: a person whom the business did not know, written before what refers to them.

    The same id twice changes nothing.
    """

    customer: Customer


@dataclass(frozen=True, slots=True)
class Reseat:
    """Effect: parties change tables at their own times, all at once: every row of them goes, then every new one comes.

    Refused as OpeningTaken when one of them is pinned, seated, moved or cancelled meanwhile.
    """

    moves: tuple[SeatMove, ...]
    events: tuple[BookingEvent, ...]
    """One a party, `reseated`, with the reason."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Effect: what a request with an idempotency key was answered, written with all that it did or not at all."""

    key: str
    """Unique in the business; a second one is refused with AnsweredBefore."""
    fingerprint: str
    """Of method, path and body: the same key with another one is a mistake of the caller."""
    status: int
    body: bytes
    at: datetime


Effect = (
    PlaceHold
    | ReleaseHold
    | MakeBooking
    | MoveBooking
    | CancelBooking
    | AmendBooking
    | AmendCustomer
    | AddCustomer
    | Reseat
    | JoinWaitlist
    | ChangeWaitlist
    | Answered
)


RESTORED = "restored"
"""The kind of event with which a booking comes back from CANCELLED or NO_SHOW: no other move brings it back."""
PINNING = frozenset({"pinned", "unpinned"})
"""The kinds of events that change whether a booking is pinned: no other change does, whatever copy it was made of."""
Change = MoveBooking | CancelBooking | AmendBooking


def expected_sequence(change: Change) -> int:
    """Return the sequence that a booking must still have for a change to be written over it."""
    match change:
        case MoveBooking():
            return change.was
        case CancelBooking():
            return change.booking.sequence - 1
        case AmendBooking():
            return change.booking.sequence


def expected_statuses(change: Change) -> frozenset[Status]:
    """Return the statuses of which a booking must have one for a change to be written over it."""
    to = change.booking.status
    if isinstance(change, MoveBooking) and change.event.kind == RESTORED:
        return frozenset(one for one in FREE if to in TRANSITIONS[one])
    found = {one for one in TRANSITIONS if one not in FREE and to in TRANSITIONS[one]}
    if isinstance(change, AmendBooking) or (isinstance(change, MoveBooking) and to in TAKING):
        found.add(to)
    return frozenset(found)


def transition(booking: Booking, to: Status) -> Booking:
    """Return the booking with another status. Raises BookingClosed where the state machine has no such step."""
    if to not in TRANSITIONS[booking.status]:
        raise BookingClosed(f"a booking that is {booking.status} cannot become {to}")
    return replace(booking, status=to)


def may_cancel(booking: Booking, now: datetime) -> bool:
    """Return whether its customer may still cancel it: it is open and has not begun."""
    return booking.status in OPEN and booking.starts_at > now


def may_move(booking: Booking, now: datetime, notice: timedelta) -> bool:
    """Return whether its customer may still move it: it is open and does not begin within the minimum notice."""
    return booking.status in OPEN and booking.starts_at > now and booking.starts_at - now >= notice
