"""Waitlists: who waits for what, and the offer that each gets when it becomes free."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from domain.ids import BookingId, BusinessId, ConversationId, CustomerId, HoldId, PlaceId, ServiceId, StaffId


class Waiting(StrEnum):
    """Where somebody on a waitlist stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    """A time is held for them until the offer expires."""
    BOOKED = "booked"
    LEFT = "left"
    """They no longer want it, or what they waited for is over."""


@dataclass(frozen=True, slots=True)
class WaitlistEntry:
    """Somebody who wants what is not free: a service or a table in a window of days and times."""

    id: str
    business_id: BusinessId
    place_id: PlaceId
    customer_id: CustomerId
    service_ids: tuple[ServiceId, ...]
    first: date
    """First local day, inclusive."""
    last: date
    """Last local day, inclusive."""
    created_at: datetime
    conversation_id: ConversationId | None = None
    """Where the offer is made; None for one whom staff call."""
    staff_id: StaffId | None = None
    party_size: int | None = None
    features: tuple[str, ...] = ()
    """What is wished of the table."""
    earliest: int = 0
    """Earliest start, minute of the local day."""
    latest: int = 1440 + 720
    """Latest start, minute of the local day."""
    name: str = ""
    phone: str = ""
    priority: int = 0
    """Staff may put somebody first: higher goes before lower where the owner's order is `priority`."""
    status: Waiting = Waiting.WAITING
    hold_id: HoldId | None = None
    """What is offered."""
    offered_at: datetime | None = None
    offer_until: datetime | None = None
    offered: int = 0
    """How many offers were made."""
    offer: str = ""
    """The opening that is offered, or was last, as the engine's state keeps it: opaque JSON."""
    booking_id: BookingId | None = None


@dataclass(frozen=True, slots=True)
class JoinWaitlist:
    """Effect: somebody waits. The same id twice changes nothing."""

    entry: WaitlistEntry


@dataclass(frozen=True, slots=True)
class ChangeWaitlist:
    """Effect: an entry as it stands afterwards; OpeningTaken when its status is no longer `was`."""

    entry: WaitlistEntry
    was: Waiting
