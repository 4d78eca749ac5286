"""Ports: what Frontdesk asks of stores and of the world.

Each has a memory twin in `storage.memory` and one contract test.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from domain.bookings import Answered, Booking, BookingEvent, Effect, PlaceHold
    from domain.businesses import Account, Directory
    from domain.conversations import Conversation, Message, Outgoing, Owner, Timer, TurnRecord
    from domain.customers import Customer, Identity
    from domain.ids import AccountId, BookingId, BusinessId, ConversationId, CustomerId, ResourceId, StaffId
    from domain.occupancy import Busy, Occupied
    from domain.waitlist import WaitlistEntry

MailKind = Literal["message", "tap", "timer", "control"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that came in and must be heard once. Unique by (endpoint_id, kind, external_id)."""

    endpoint_id: str
    kind: MailKind
    external_id: str
    lane: str
    """What it must be in order with: a conversation's id; `control:<conversation>` never wakes the engine."""
    business_id: BusinessId
    account_id: AccountId
    sender: str
    """The identity's external id."""
    body: bytes
    """JSON of the channel event, opaque to the stores."""
    sent_at: datetime
    """The platform's timestamp, never later than receipt."""
    received_at: datetime
    quiet: timedelta | None = None
    """The lane becomes claimable this long after the latest arrival; None is at once."""


@dataclass(frozen=True, slots=True)
class Mail:
    """An accepted arrival as a worker gets it."""

    id: int
    """Ascending in accept order."""
    kind: MailKind
    external_id: str
    sender: str
    body: bytes
    sent_at: datetime
    received_at: datetime
    attempts: int = 0
    """How often hearing it has failed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A lane leased to one worker, with its oldest waiting mail (at most 10) and its conversation as it stands."""

    lane: str
    fence: int
    """Grows with every claim of the lane; a commit with an older one is refused."""
    business_id: BusinessId
    account_id: AccountId
    mail: tuple[Mail, ...]
    conversation: Conversation | None
    """None before the first turn."""
    state: bytes | None
    """The engine's checkpoint of `conversation.version`; None before the first turn."""
    lease_until: datetime


@dataclass(slots=True)
class Commit:
    """All that one turn leaves, written in one transaction or not at all."""

    claim: Claim
    conversation: Conversation
    """As it stands afterwards; its version is the claimed one plus 1, its epoch the new one if the owner changed."""
    state: bytes
    turn: TurnRecord
    messages: Sequence[Message] = ()
    outbox: Sequence[Outgoing] = ()
    effects: Sequence[Effect] = ()
    timers: Sequence[Timer] = ()
    """Set, each replacing the one of its (conversation, kind)."""
    cancel_timers: Sequence[str] = ()
    """Kinds to cancel; a trailing `*` cancels all that begin so."""
    newcomer: tuple[Customer, Identity] | None = None
    """Created with the first turn."""


class Outcome(StrEnum):
    """What became of a commit."""

    COMMITTED = "committed"
    FENCED = "fenced"
    """Another worker has the lane: discard."""
    CONTROL_LOST = "control_lost"
    """Owner, epoch or version changed meanwhile: hear again. The lane is still leased."""
    TAKEN = "taken"
    """An effect could not be had (opening taken, hold gone): hear again. The lane is still leased."""


class Mailbox(Protocol):
    """Accepts what comes in, hands lanes to workers one at a time and in order, and commits their turns."""

    async def accept(self, arrivals: Sequence[Arrival]) -> Sequence[bool]:
        """Store the arrivals durably in one transaction; True where new, False where its key was known.

        Raises StoreUnavailable when nothing could be stored.
        """
        ...

    async def claim(self, most: int) -> Sequence[Claim]:
        """Lease up to `most` ready lanes, fair across businesses, each with a new fence. Empty when none is ready."""
        ...

    async def commit(self, commits: Sequence[Commit]) -> Sequence[Outcome]:
        """Commit turns, grouped in one transaction where it pays, each under its own savepoint.

        The lane is released, and is ready again at once if mail is left. Grouping with other callers is the
        store's business. Raises StoreUnavailable; then nothing of any of them is stored and the leases run out.
        """
        ...

    async def read(self, claim: Claim) -> Claim:
        """Return the claim with conversation, state and mail as they now stand (after CONTROL_LOST or TAKEN)."""
        ...

    async def fail(self, claim: Claim, error: str) -> bool:
        """Give a lane back after a turn that raised: one more attempt is counted on its first mail.

        Retried after 1, 5, 30, 120 s; at the fifth failure that one mail is set aside with its error and the lane goes
        on: returns True then. The customer's other mail is never blocked.
        """
        ...

    async def wait(self, seconds: float) -> None:
        """Return when there may be something to claim, at the latest after so many seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Parcel:
    """An outbox row leased to a sender."""

    outgoing: Outgoing
    fence: int
    attempts: int
    doubtful: bool
    """It was `sending` when its sender vanished: nobody knows whether it arrived."""


class Outbox(Protocol):
    """Hands what must be sent to senders, in order within a conversation, each row leased."""

    async def due(self, most: int) -> Sequence[Parcel]:
        """Lease rows that may be sent now: at most one a conversation, its oldest unsent.

        Talk of a lost epoch is cancelled here.
        """
        ...

    async def sending(self, parcels: Sequence[Parcel]) -> Sequence[bool]:
        """Mark before the call; False, and do not send, where it was cancelled, taken over or lost its epoch."""
        ...

    async def sent(self, parcel: Parcel, external_id: str) -> None:
        """It was accepted by the platform under this id."""
        ...

    async def failed(self, parcel: Parcel, error: str, retry_after: timedelta | None) -> None:
        """It was refused; None gives up, shows it to staff and lets the lane go on."""
        ...

    async def wait(self, seconds: float) -> None:
        """Return when there may be something to send, at the latest after so many seconds."""
        ...


class Timers(Protocol):
    """Moves what is due into the mailbox."""

    async def fire(self, now: datetime, most: int) -> int:
        """Turn due timers into mail of kind `timer` in their lanes, each exactly once; returns how many.

        The mail's external id is `<kind>|<conversation id>|<due moment, ISO 8601>`, its body the timer's, its sender
        empty.
        """
        ...

    async def sweep(self, now: datetime) -> int:
        """Delete expired holds and keys of handled mail older than 8 days; returns how many rows."""
        ...


@dataclass(frozen=True, slots=True)
class ControlChange:
    """A change of owner, or staff's words, by one compare-and-swap on the epoch."""

    conversation_id: ConversationId
    business_id: BusinessId
    epoch: int | None
    """The epoch that the actor saw; None claims whatever it is."""
    owner: Owner
    owner_id: str = ""
    reason: str = ""
    messages: Sequence[Message] = ()
    outbox: Sequence[Outgoing] = ()
    """Written with the epoch after the change, whatever epoch they carry here."""
    timers: Sequence[Timer] = ()
    cancel_timers: Sequence[str] = ()
    arrivals: Sequence[Arrival] = ()
    """Mail that the change leaves for the engine (hand back)."""
    keep_epoch: bool = False
    """The owner stays who it is (a second reply, a private note): the epoch is checked but not raised."""


class Control(Protocol):
    """Changes who answers."""

    async def change(self, change: ControlChange) -> Conversation:
        """Apply it: epoch raised, unsent talk cancelled, rows written, in one transaction.

        Never waits for a lane. Raises ControlLost when the epoch is another one, UnknownConversation when there is no
        such conversation.
        """
        ...


class Directories(Protocol):
    """Reads how businesses are set up."""

    async def directory(self, business_id: BusinessId) -> Directory:
        """Return a business's set-up, from a cache kept true by its version."""
        ...

    async def account(self, channel: str, external_id: str) -> Account:
        """Return the account a channel knows by this name. Raises UnknownAccount."""
        ...

    async def account_by_id(self, account_id: AccountId) -> Account:
        """Return an account. Raises UnknownAccount."""
        ...

    async def accounts(self) -> Sequence[Account]:
        """Return all accounts, in order of channel and name."""
        ...

    async def waiting(self) -> Sequence[BusinessId]:
        """Return the businesses on whose waitlists somebody is."""
        ...

    async def save(self, directory: Directory, accounts: Sequence[Account]) -> None:
        """Create or replace a business's set-up (seeding); the version grows if it differs.

        Bookings, customers and conversations stay. Raises InvalidSetup, before anything is written, for what
        `domain.setup` refuses.
        """
        ...


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What opens one business's API. Only a hash of the key itself is kept."""

    id: str
    business_id: BusinessId
    name: str
    digest: bytes = field(repr=False)
    """SHA-256 of the key."""
    created_at: datetime
    revoked_at: datetime | None = None


class ApiKeys(Protocol):
    """Keeps the keys of the API. Read before the business is known."""

    async def by_digest(self, digest: bytes) -> ApiKey | None:
        """Return the key of this digest that is not revoked."""
        ...

    async def of(self, business_id: BusinessId) -> Sequence[ApiKey]:
        """Return a business's keys, revoked ones too, in order of creation."""
        ...

    async def save(self, key: ApiKey) -> None:
        """Create a key, or replace the one of its id (to revoke it)."""
        ...


class Calendar(Protocol):
    """Reads one business's occupancy and bookings. The business is an argument of its constructor."""

    async def busy(
        self,
        resource_ids: Sequence[ResourceId],
        start: datetime,
        end: datetime,
        now: datetime,
        without: tuple[str, ...] = (),
    ) -> Sequence[Busy]:
        """Return what overlaps [start, end), without expired holds and without the holds or bookings of these ids."""
        ...

    async def booking(self, booking_id: BookingId) -> Booking:
        """Return a booking. Raises BookingNotFound."""
        ...

    async def booking_by_code(self, code: str) -> Booking:
        """Return the booking that a manage link names. Raises BookingNotFound."""
        ...

    async def bookings_of(self, customer_id: CustomerId, since: datetime) -> Sequence[Booking]:
        """Return a customer's open bookings that end after `since`, in order of time."""
        ...

    async def bookings_between(self, start: datetime, end: datetime) -> Sequence[Booking]:
        """Return bookings of any status that start in [start, end), in order of time."""
        ...

    async def events_of(self, booking_id: BookingId) -> Sequence[BookingEvent]:
        """Return what happened to a booking, oldest first."""
        ...

    async def versions(self, resource_ids: Sequence[ResourceId]) -> Mapping[ResourceId, int]:
        """Return each resource's `calendar_version`, which grows with every change of what is taken of it."""
        ...

    async def occupied(
        self, resource_ids: Sequence[ResourceId], start: datetime, end: datetime
    ) -> Mapping[ResourceId, Occupied]:
        """Return what overlaps [start, end) of each resource, with the version that it is true of.

        Holds that are over may be among it, with the minute at which they ended. Made for engines that keep it: one
        read, minutes instead of moments. The version is never newer than the blocks.
        """
        ...

    async def used(
        self, keys: Sequence[str], start: datetime, end: datetime, now: datetime, without: tuple[str, ...] = ()
    ) -> Mapping[tuple[str, datetime], int]:
        """Return what is used up of each (key, bucket) whose bucket begins in [start, end).

        Without expired holds and without the holds or bookings of these ids.
        """
        ...

    async def holds_between(self, start: datetime, end: datetime, now: datetime) -> Sequence[PlaceHold]:
        """Return holds that are not over and overlap [start, end), in order of time; staff's own have a reason."""
        ...

    async def last_staff(self, customer_id: CustomerId) -> StaffId | None:
        """Return who served a customer's latest visit that was not cancelled."""
        ...

    async def waiting(self, now: datetime) -> Sequence[WaitlistEntry]:
        """Return entries that wait or have an offer, in order of joining."""
        ...

    async def waitlist_of(self, customer_id: CustomerId) -> Sequence[WaitlistEntry]:
        """Return a customer's entries that wait or have an offer, in order of joining."""
        ...

    async def waitlist_entry(self, entry_id: str) -> WaitlistEntry | None:
        """Return an entry, None if there is none."""
        ...

    async def answered(self, key: str) -> Answered | None:
        """Return what a request with this idempotency key was answered; keys are kept for 48 hours."""
        ...

    async def apply(self, effects: Sequence[Effect]) -> None:
        """Write effects outside a turn (a manage link, staff, the API), in one transaction.

        Raises OpeningTaken when an occupancy or a count is refused, BookingClosed when the booking changed meanwhile,
        AnsweredBefore for an idempotency key that is known; then nothing is written.
        """
        ...


class Transcripts(Protocol):
    """Reads one business's conversations. The business is an argument of its constructor."""

    async def conversation(self, conversation_id: ConversationId) -> Conversation:
        """Return a conversation. Raises UnknownConversation."""
        ...

    async def open_conversations(self, most: int = 50) -> Sequence[Conversation]:
        """Return conversations, those waiting for people first, then the latest heard."""
        ...

    async def messages(self, conversation_id: ConversationId, after: str = "", most: int = 100) -> Sequence[Message]:
        """Return transcript lines in commit order, after the given message id ("" is from the start)."""
        ...

    async def last_messages(self, conversation_id: ConversationId, most: int = 6) -> Sequence[Message]:
        """Return the newest lines, oldest first."""
        ...

    async def turn_of(
        self, conversation_id: ConversationId, external_id: str
    ) -> tuple[TurnRecord, Sequence[Message]] | None:
        """Return the turn that answered a customer's message, with the words it said; None while it is waiting."""
        ...

    async def customer(self, customer_id: CustomerId) -> Customer:
        """Return a customer. Raises UnknownConversation when there is none."""
        ...

    async def state(self, conversation_id: ConversationId) -> bytes:
        """Return the engine's checkpoint."""
        ...


@dataclass(frozen=True, slots=True)
class Live:
    """Something that happened in a conversation and that pages show."""

    conversation_id: ConversationId
    business_id: BusinessId
    kind: str
    """`turn`, `message`, `control`, `typing`, `booking`."""
    data: dict[str, str] = field(default_factory=dict)


class LiveEvents(Protocol):
    """Tells pages that something happened. Lossy on purpose: whoever hears it reads the store."""

    async def publish(self, events: Sequence[Live]) -> None:
        """Tell everybody who listens, on every machine."""
        ...

    def listen(self, topic: str) -> AsyncIterator[Live]:
        """Yield events of a conversation or a business by its id, from the moment it is first awaited, until closed."""
        ...


class Limiter(Protocol):
    """Counts how often somebody does something."""

    async def allow(self, key: str, limit: int, per: timedelta) -> bool:
        """Return whether this one is still within `limit` in a window of `per`."""
        ...


class Privacy(Protocol):
    """Reaches everything that is known about a customer."""

    async def export(self, business_id: BusinessId, customer_id: CustomerId) -> dict[str, object]:
        """Return all that is stored about a customer, table by table."""
        ...

    async def find(self, business_id: BusinessId | None, text: str) -> Sequence[tuple[BusinessId, CustomerId, str]]:
        """Return (business, customer, name) of whoever has this customer id, phone, e-mail or conversation id.

        None looks in every business. A phone is compared in E.164, an e-mail without regard to case. Empty when
        nobody is known by it.
        """
        ...

    async def erase(self, business_id: BusinessId, customer_id: CustomerId) -> dict[str, int]:
        """Blank or delete all that is personal, in every table and cache; returns rows by table.

        Bookings keep time and price.
        """
        ...


class Store(Protocol):
    """One set of stores that share a database."""

    @property
    def mailbox(self) -> Mailbox:
        """What came in."""
        ...

    @property
    def outbox(self) -> Outbox:
        """What must be sent."""
        ...

    @property
    def timers(self) -> Timers:
        """What must happen later."""
        ...

    @property
    def control(self) -> Control:
        """Who answers."""
        ...

    @property
    def directories(self) -> Directories:
        """How businesses are set up."""
        ...

    @property
    def api_keys(self) -> ApiKeys:
        """Who may use the API."""
        ...

    @property
    def live(self) -> LiveEvents:
        """What pages are told."""
        ...

    @property
    def limiter(self) -> Limiter:
        """Who does something how often."""
        ...

    @property
    def privacy(self) -> Privacy:
        """What is known about a customer."""
        ...

    def calendar(self, business_id: BusinessId) -> Calendar:
        """Return the calendar of one business."""
        ...

    def transcripts(self, business_id: BusinessId) -> Transcripts:
        """Return the conversations of one business."""
        ...

    async def open(self) -> None:
        """Connect, and refuse a schema that is not the current one with StoreUnavailable naming the remedy."""
        ...

    async def healthy(self) -> dict[str, str]:
        """Return what each part says of itself: "ok" or what is wrong."""
        ...

    async def close(self) -> None:
        """Finish what is under way and disconnect."""
        ...
