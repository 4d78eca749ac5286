"""The port of what comes in: mail, the lanes it waits in, and the turns that answer it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from domain.bookings import Effect
    from domain.conversations import Conversation, Message, Outgoing, Timer, TurnRecord
    from domain.customers import Customer, Identity
    from domain.ids import AccountId, BusinessId
    from domain.ports.control import ControlChange
    from domain.ports.outbox import Tracked

MailKind = Literal["message", "tap", "timer", "control"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that came in and must be heard once. Unique by (endpoint_id, kind, external_id)."""

    endpoint_id: str
    kind: MailKind
    external_id: str
    lane: str
    """What it must be in order with: a conversation's id; `control:<conversation>` and `account:<account>`, as
    `domain.ids` makes them, never wake the engine."""
    business_id: BusinessId
    account_id: AccountId
    sender: str
    """The identity's external id."""
    body: bytes
    """JSON of what was said or told, as `dialogs.wire` writes it: opaque to the stores."""
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


@dataclass(frozen=True, slots=True)
class SetAside:
    """Mail that failed too often and was taken out of its lane: an operator looks at it."""

    id: int
    lane: str
    business_id: BusinessId
    account_id: AccountId
    kind: MailKind
    external_id: str
    received_at: datetime
    error: str


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

    async def settle(
        self, claim: Claim, change: ControlChange | None = None, tracked: Sequence[Tracked] = ()
    ) -> Outcome:
        """Finish a claim of signals without a turn: change of control, receipts and handled mail in one transaction.

        COMMITTED; FENCED when another worker has the lane; CONTROL_LOST when the change's epoch is not the present
        one: then nothing is written and the lane is still leased. The conversation's own lane is not waited for.
        """
        ...

    async def set_aside(self, business_id: BusinessId | None = None, most: int = 50) -> Sequence[SetAside]:
        """Return mail that was set aside, of one business or of all, the latest first."""
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
