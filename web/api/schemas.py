"""What the API reads and writes: each shape once, for decoding, encoding and the OpenAPI document."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field

PLAIN = r"^[^\x00-\x1f\x7f]*$"
CLOCK = r"^([01][0-9]|2[0-9]|3[0-5]):[0-5][0-9]$"

Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=PLAIN, description="An id that the API gave.")]
Word = Annotated[str, Meta(max_length=64, pattern=PLAIN)]
Ids = Annotated[tuple[Id, ...], Meta(max_length=10)]
Words = Annotated[tuple[Word, ...], Meta(max_length=10)]
Party = Annotated[int, Meta(ge=1, le=1000, description="How many people; only for tables and classes.")]
Start = Annotated[datetime, Meta(tz=True, description="RFC 3339 with an offset.")]
Day = Annotated[date, Meta(description="A day in the place's zone.")]
Clock = Annotated[
    str, Meta(pattern=CLOCK, description="Wall time of the place, HH:MM; 24:00 to 35:59 is after midnight of that day.")
]
Zone = Annotated[
    str, Meta(max_length=64, pattern=PLAIN, description="The booker's IANA time zone; the place's if empty.")
]
Notes = Annotated[str, Meta(max_length=2000, pattern=r"^[^\x00]*$")]


class Visit(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What is asked for."""

    services: Ids = ()
    """Served one after another; may be left out where there is one service for tables."""
    variant: Id | None = None
    """A variant of one of the services, which it stands for."""
    addons: Ids = ()
    """Add-ons to the services."""
    party_size: Party | None = None
    staff: Id | None = None
    """Only this member of staff; anyone if left out."""
    place: Id | None = None
    """May be left out where there is one, or where a member of staff is named."""
    features: Words = ()
    """Of a table: `window`, `quiet`, `accessible`, `outdoor`."""
    area: Word = ""
    """Of a table: the part of the house."""
    zone: Zone = ""


class OpeningsQuery(Visit, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Which openings are asked for."""

    services: Ids = field(default=(), name="service")
    addons: Ids = field(default=(), name="addon")
    features: Words = field(default=(), name="feature")
    first: Day | None = field(default=None, name="from")
    last: Day | None = field(default=None, name="to")
    earliest: Clock | None = None
    latest: Clock | None = None
    limit: Annotated[int, Meta(ge=1, le=2000)] = 500


class DaysQuery(Visit, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Of which days it is asked whether something is free."""

    services: Ids = field(default=(), name="service")
    addons: Ids = field(default=(), name="addon")
    features: Words = field(default=(), name="feature")
    first: Day | None = field(default=None, name="from")
    last: Day | None = field(default=None, name="to")
    earliest: Clock | None = None
    latest: Clock | None = None


class Nothing(Struct, frozen=True, forbid_unknown_fields=True):
    """A query without parameters."""


class Who(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """The customer. One known by this phone or e-mail is found again."""

    name: Annotated[
        str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$")
    ]
    phone: Annotated[str, Meta(max_length=40, pattern=PLAIN)] = ""
    """With country code, or as it is dialled in the business's country."""
    email: Annotated[str, Meta(max_length=254, pattern=r"^$|^[\w.+-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63}){1,5}$")] = ""


class HoldRequest(Visit, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Keep an opening while the customer decides or pays."""

    start: Start


class BookingRequest(Visit, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Book what a hold keeps, or the opening at a start."""

    customer: Who
    hold: Id | None = None
    """Instead of `start` and what is asked for."""
    start: Start | None = None
    notes: Notes = ""


class MoveRequest(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Another time for a booking; what is left out stays as it is."""

    start: Start
    staff: Id | None = None
    """This member of staff; if left out the one that was wished, if any."""
    services: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=10)] | None = None
    party_size: Party | None = None
    place: Id | None = None
    reason: Notes = ""


class CancelRequest(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Why a booking is cancelled."""

    reason: Notes = ""


class WaitlistRequest(Visit, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Wait for what is not free."""

    customer: Who
    first: Day = field(name="from")
    last: Day = field(name="to")
    earliest: Clock | None = None
    latest: Clock | None = None


class Money(Struct, frozen=True):
    """An amount in minor units (cents, pence)."""

    minor: int
    currency: Annotated[str, Meta(min_length=3, max_length=3, description="ISO 4217.")]


class Opening(Struct, frozen=True):
    """A start at which it can be had."""

    start: Annotated[datetime, Meta(description="UTC.")]
    end: Annotated[datetime, Meta(description="UTC, without buffers.")]
    local_start: Annotated[str, Meta(description="The same moment in the place's zone, RFC 3339 with its offset.")]
    local_end: str
    place: str
    staff: Annotated[str | None, Meta(description="Who would serve, or begin; null for tables and rooms.")]
    people: Annotated[tuple[str, ...], Meta(description="Everybody who would serve: one after another, or together.")]
    resources: Annotated[tuple[str, ...], Meta(description="Ids of the tables, rooms and equipment it would take.")]
    price: Annotated[
        Money | None, Meta(description="Of all services with this member of staff; null where none is set.")
    ]
    deposit: Money | None
    seats_left: Annotated[int | None, Meta(description="Of a class; null for anything else.")]
    reasons: Annotated[tuple[str, ...], Meta(description="Why this table.")]


class Alternative(Opening, frozen=True):
    """An opening that is near to what cannot be had."""

    why: Annotated[
        str,
        Meta(
            description="What of the wish it keeps: `same_day`, `same_time`, `same_staff`, `other_staff`, `other_day`."
        ),
    ]


class Openings(Struct, frozen=True):
    """What can be had."""

    zone: Annotated[str, Meta(description="The place's IANA time zone.")]
    openings: tuple[Opening, ...]
    more: Annotated[bool, Meta(description="Whether there are more than `limit`: ask again from the last one's day.")]


class OpenDay(Struct, frozen=True):
    """A day on which something can be had."""

    date: date
    openings: int
    first: Annotated[datetime, Meta(description="The earliest start, UTC.")]


class OpenDays(Struct, frozen=True):
    """The days of a window on which something can be had; the others are left out."""

    zone: str
    days: tuple[OpenDay, ...]


class Hold(Struct, frozen=True):
    """An opening that is kept."""

    id: str
    expires_at: datetime
    opening: Opening


class SoldService(Struct, frozen=True):
    """A service of a booking with the price it was sold at."""

    id: str
    name: str
    minutes: int
    price: Money | None


class Booking(Struct, frozen=True):
    """A visit that was agreed."""

    id: str
    status: str
    place: str
    start: datetime
    end: datetime
    local_start: str
    local_end: str
    services: tuple[SoldService, ...]
    price: Money | None
    staff: str | None
    people: Annotated[tuple[str, ...], Meta(description="Everybody who serves.")]
    resources: tuple[str, ...]
    party_size: int | None
    customer: str
    name: str
    phone: str
    email: str
    notes: str
    source: str
    sequence: Annotated[int, Meta(description="Raised by every move and by cancelling.")]
    created_at: datetime
    manage: Annotated[str, Meta(description="Path of the page where the customer moves or cancels it.")]


class Service(Struct, frozen=True):
    """Something that can be booked."""

    id: str
    name: str
    description: str
    minutes: int
    price: Money | None
    deposit: Money | None
    needs: Annotated[str, Meta(description="What it takes: `staff`, `room`, `table`, `equipment`.")]
    seats: Annotated[int, Meta(description="Of a class; 0 is no class.")]
    variant_of: str | None
    addon_to: tuple[str, ...]
    bookable: Annotated[
        bool, Meta(description="False for a service that has variants and for an add-on: never asked for alone.")
    ]


class Terms(Struct, frozen=True):
    """A service as one member of staff gives it."""

    service: str
    minutes: int
    price: Money | None


class Staff(Struct, frozen=True):
    """Somebody who serves."""

    id: str
    name: str
    bio: str
    place: str | None
    services: tuple[Terms, ...]


class Place(Struct, frozen=True):
    """Where the business serves."""

    id: str
    name: str
    zone: str
    address: str
    phone: str
    email: str
    directions: str


class Services(Struct, frozen=True):
    """The services."""

    services: tuple[Service, ...]


class People(Struct, frozen=True):
    """The staff."""

    staff: tuple[Staff, ...]


class Places(Struct, frozen=True):
    """The places."""

    places: tuple[Place, ...]


class Waiting(Struct, frozen=True):
    """Somebody on the waitlist."""

    id: str
    status: Annotated[str, Meta(description="`waiting`, `offered`, `booked`, `left`.")]
    place: str
    services: tuple[str, ...]
    staff: str | None
    party_size: int | None
    first: date = field(name="from")
    last: date = field(name="to")
    customer: str
    created_at: datetime
    offer_until: datetime | None
    booking: str | None


class Wrong(Struct, frozen=True):
    """One thing that is wrong with a request."""

    field: str
    detail: str


class Problem(Struct, frozen=True, omit_defaults=True):
    """What is wrong (RFC 9457)."""

    type: Annotated[str, Meta(description="A stable reference, `/problems/…`; the same for the same kind of problem.")]
    title: Annotated[str, Meta(description="In the language of Accept-Language.")]
    status: int
    detail: str
    request_id: str
    field: str | msgspec.UnsetType = msgspec.UNSET
    errors: tuple[Wrong, ...] | msgspec.UnsetType = msgspec.UNSET
    alternatives: tuple[Alternative, ...] | msgspec.UnsetType = msgspec.UNSET
