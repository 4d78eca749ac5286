"""A business as it is set up: the immutable directory that conversations and calendars read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from domain.ids import AccountId, BusinessId, PlaceId, ResourceId, ServiceId, StaffId
    from domain.money import Money

ContactPolicy = Literal["required", "after", "never"]
ResourceKind = Literal["staff", "room", "table", "equipment"]
GridAlign = Literal["opening", "clock", "packed"]
HorizonKind = Literal["rolling", "window", "range"]
AnyonePolicy = Literal["fair", "priority", "last"]
SeatingPolicy = Literal["fixed", "late"]
AccountState = Literal["connected", "reauth_required", "stopped", "disconnected"]
"""`reauth_required`: its token is no good any more; `stopped`: by the platform; both wait for the owner."""
WaitlistOrder = Literal["first", "priority", "largest"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many bookings there may be at most; 0 is no limit."""

    per_day: int = 0
    per_week: int = 0
    """Weeks begin as Policies.week_starts says."""
    per_month: int = 0
    per_year: int = 0


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Policies:
    """What a business wants of its conversations and bookings."""

    contact: ContactPolicy = "after"
    """When a phone or e-mail is asked: before booking, after it, or never."""
    minimum_notice: timedelta = timedelta(minutes=60)
    """How long before its start a booking may be made at the latest; also for changes."""
    horizon_days: int = 90
    """How many days ahead may be booked."""
    horizon: HorizonKind = "rolling"
    """`rolling`: today and so many days more; `window`: so many days that have an opening; `range`: the fixed dates."""
    horizon_open_days: bool = False
    """Whether only days on which the place is open are counted."""
    horizon_weekdays: tuple[int, ...] = ()
    """Which weekdays are counted, 0 is Monday; () is all, or as `horizon_open_days` says."""
    bookable_from: date | None = None
    """First local day of the fixed range."""
    bookable_until: date | None = None
    """Last local day of the fixed range, inclusive."""
    grid: int = 15
    """Starts are offered every so many minutes."""
    grid_align: GridAlign = "opening"
    """`opening`: counted from opening in the place's clock; `clock`: every free stretch begins on a round time of the
    booker's clock; `packed`: likewise, but close to what is booked, so that no time is lost."""
    grid_offset: int = 0
    """Of an aligned grid: so many minutes more from start to start."""
    anyone: AnyonePolicy = "fair"
    """Who of several goes first: `fair`: who has least to do that day; `priority`: by Staff.priority; `last`: whom the
    customer had last, then fair."""
    pacing: int = 0
    """Covers that may begin in a quarter of an hour; 0 is no limit."""
    online_pacing: int = 0
    """How many of them may be booked from outside; 0 is all."""
    seating: SeatingPolicy = "late"
    """`fixed`: a party stays at the table it was given; `late`: it may be re-seated until its tables are pinned."""
    pin_before: timedelta = timedelta(hours=2)
    """So long before its start a party's tables are pinned."""
    protect: float = 0.0
    """The owner's dial: 0 seats everyone who can be seated, 1 keeps large tables for large parties by the forecast."""
    week_starts: Literal["monday", "sunday"] = "monday"
    """Where limits a week begin to count."""
    waitlist: bool = True
    waitlist_offer: timedelta = timedelta(minutes=15)
    """How long somebody from the waitlist has to accept."""
    waitlist_order: WaitlistOrder = "first"
    """Who is offered first: who came first, who has priority, the largest party."""
    party_limit: int = 8
    """A larger party is handed to people."""
    hold: timedelta = timedelta(minutes=10)
    """How long a time is kept while the customer confirms."""
    answer_within: timedelta = timedelta(minutes=5)
    """T1: nobody of the staff claims within it, the bot goes on."""
    reply_within: timedelta = timedelta(minutes=30)
    """T2: a member of staff is silent for so long, the conversation goes back to the queue."""
    nudge_after: timedelta = timedelta(hours=1)
    """A customer who fell silent in the middle is reminded once after it."""
    close_after: timedelta = timedelta(hours=24)
    """A conversation left alone is closed after it."""
    quiet_from: int = 21 * 60
    """Minute of the local day from which nobody is nudged."""
    quiet_until: int = 9 * 60
    """Minute of the local day until which nobody is nudged."""
    turn_minutes: tuple[tuple[int, int], ...] = ((2, 90), (4, 105), (6, 120), (99, 150))
    """How long a party keeps its table: (party size up to, minutes), ascending. Only for tables."""
    staffed: bool = True
    """Whether there are people who take conversations over."""


@dataclass(frozen=True, slots=True)
class Business:
    """A tenant: a salon, a restaurant, a shop."""

    id: BusinessId
    slug: str
    name: str
    trade: str
    """The vertical it is run as: `salon`, `restaurant`."""
    currency: str
    """ISO 4217."""
    country: str
    """ISO 3166 alpha-2: phones without a country code belong to it."""
    languages: tuple[str, ...] = ("en",)
    """What the bot may answer in; the first is its own."""
    policies: Policies = field(default_factory=Policies)
    links: str = ""
    """Public base URL for links to customers, "" for the server's own."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a business serves."""

    id: PlaceId
    name: str
    zone: str
    """IANA time zone."""
    address: str = ""
    phone: str = ""
    email: str = ""
    directions: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """Something that can be booked. For tables there is one, `table`, whose length depends on the party."""

    id: ServiceId
    name: str
    minutes: int
    price: Money | None = None
    description: str = ""
    aliases: tuple[str, ...] = ()
    """Other names that customers use."""
    buffer_before: int = 0
    buffer_after: int = 0
    needs: ResourceKind = "staff"
    """What it takes: a member of staff, a room, a table."""
    needs_room: bool = False
    """Whether a room of the place is taken beside the member of staff."""
    equipment: tuple[str, ...] = ()
    """What else is taken, each by the feature of an equipment resource: `laser`."""
    staff_needed: int = 1
    """How many members of staff serve it together."""
    seats: int = 0
    """Of a class: how many may take part; 0 is no class. When it is held say the service's own hours."""
    variant_of: ServiceId | None = None
    """The service that this is a variant of: short or long hair. A service with variants is not booked itself."""
    addon_to: tuple[ServiceId, ...] = ()
    """The services that this may be added to; it is never booked alone."""
    deposit: Money | None = None
    """What is paid in advance."""
    limits: Limits = NO_LIMITS


@dataclass(frozen=True, slots=True)
class Terms:
    """What is different when one member of staff gives a service."""

    service_id: ServiceId
    minutes: int | None = None
    price: Money | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who serves. Their calendar is the resource of the same id."""

    id: StaffId
    name: str
    service_ids: tuple[ServiceId, ...]
    aliases: tuple[str, ...] = ()
    bio: str = ""
    terms: tuple[Terms, ...] = ()
    """Their own duration and price of services; what is None is the service's."""
    priority: int = 5
    """1 (last) to 10 (first), where the business assigns by priority."""
    limits: Limits = NO_LIMITS
    """Of the visits that they give; where they only lend a hand it counts for who leads."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What can be taken for a time: a person's time, a room, a table."""

    id: ResourceId
    place_id: PlaceId
    kind: ResourceKind
    name: str
    min_party: int = 1
    max_party: int = 1
    priority: int = 5
    """Tables: 1 (last) to 10 (first)."""
    features: tuple[str, ...] = ()
    """Tables: `window`, `quiet`, `accessible`, `outdoor`. Equipment: what it is."""
    area: str = ""
    """Tables: the part of the house they stand in; only tables of one area are joined."""
    online: bool = True
    """Whether it can be booked from outside; otherwise it is kept for the house and for walk-ins."""
    x: int = 0
    """Tables: where they stand on the floor plan, in tenths of a metre."""
    y: int = 0
    shape: str = "square"
    """Tables: `square`, `round`, `long`."""


@dataclass(frozen=True, slots=True)
class Join:
    """Tables of one area that can be put together for a larger party."""

    id: str
    table_ids: tuple[ResourceId, ...]
    min_party: int
    max_party: int
    priority: int = 5


@dataclass(frozen=True, slots=True)
class Hours:
    """Open from one minute of a weekday to another; `closes` past 1440 runs into the next day."""

    owner_id: str
    """A place, or a resource or a service whose hours are narrower than its place's."""
    weekday: int
    """0 is Monday."""
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class DateOverride:
    """One date that is different: its ranges replace the weekly hours; none means closed."""

    owner_id: str
    on: date
    ranges: tuple[tuple[int, int], ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Faq:
    """A question that customers ask and its answer."""

    id: str
    question: str
    answer: str
    keywords: tuple[str, ...] = ()
    language: str = "en"
    category: str = "general"


@dataclass(frozen=True, slots=True)
class Account:
    """One business's connection to a channel. Its secret lives with its endpoint, never here."""

    id: AccountId
    business_id: BusinessId
    channel: str
    external_id: str
    """What the platform calls it; for web chat the name in the path."""
    endpoint_id: str
    name: str = ""
    place_id: PlaceId | None = None
    """The place it is bound to, if it is."""
    state: AccountState = "connected"
    problem: str = ""
    """Why it is not `connected`, in words for its owner."""
    group: str = ""
    """What stands above it on its platform: a WhatsApp Business Account."""


@dataclass(frozen=True)
class Directory:
    """All of a business's set-up at one version. Immutable, so that what is compiled from it can be kept."""

    business: Business
    places: tuple[Place, ...]
    services: tuple[Service, ...]
    staff: tuple[Staff, ...]
    resources: tuple[Resource, ...]
    hours: tuple[Hours, ...]
    overrides: tuple[DateOverride, ...] = ()
    faqs: tuple[Faq, ...] = ()
    version: int = 1
    joins: tuple[Join, ...] = ()

    @cached_property
    def service(self) -> dict[ServiceId, Service]:
        """Services by id."""
        return {one.id: one for one in self.services}

    @cached_property
    def variants(self) -> dict[ServiceId, tuple[Service, ...]]:
        """The variants of each service that has some."""
        found: dict[ServiceId, tuple[Service, ...]] = {}
        for one in self.services:
            if one.variant_of is not None:
                found[one.variant_of] = (*found.get(one.variant_of, ()), one)
        return found

    @cached_property
    def person(self) -> dict[StaffId, Staff]:
        """Staff by id."""
        return {one.id: one for one in self.staff}

    @cached_property
    def place(self) -> dict[PlaceId, Place]:
        """Places by id."""
        return {one.id: one for one in self.places}

    @cached_property
    def resource(self) -> dict[ResourceId, Resource]:
        """Resources by id."""
        return {one.id: one for one in self.resources}
