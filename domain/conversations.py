"""Conversations: who answers, what was said, and the records that one turn leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from domain.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime

    from domain.ids import AccountId, BusinessId, ConversationId, CustomerId


class Owner(StrEnum):
    """Who answers a conversation now."""

    BOT = "bot"
    QUEUE = "queue"
    HUMAN = "human"
    EXTERNAL_APP = "external_app"


@dataclass(frozen=True, slots=True)
class Conversation:
    """One identity talking with one account."""

    id: ConversationId
    business_id: BusinessId
    account_id: AccountId
    customer_id: CustomerId
    external_id: str
    """The identity's external id: where answers go."""
    owner: Owner
    control_epoch: int
    """Raised by every change of owner."""
    version: int
    """Raised by every committed turn; 0 before the first."""
    stage: str
    created_at: datetime
    last_heard_at: datetime
    """When the customer last wrote."""
    owner_id: str = ""
    """Which member of staff, where the owner is `human`."""
    reason: str = ""
    """Why it was handed over."""
    language: str = ""
    opted_out: bool = False


Author = Literal["customer", "bot", "staff", "note", "system"]


@dataclass(frozen=True, slots=True)
class Message:
    """One line of the transcript."""

    conversation_id: ConversationId
    business_id: BusinessId
    author: Author
    text: str
    at: datetime
    author_id: str = ""
    """Which member of staff wrote it."""
    choices: tuple[tuple[str, str], ...] = ()
    """(token, label) of what could be tapped below it."""
    card: dict[str, Any] | None = None
    """The booking shown with it, as web pages draw it."""
    external_id: str = ""
    """The platform's id, where it has one; for a customer's message the sender's id."""
    id: str = field(default_factory=new_id)
    media: dict[str, Any] | None = None
    """The file that came with it, as `dialogs.messages.Media` in JSON: staff fetch it by this."""
    delivery: str = ""
    """What the platform said of it last: `sent`, `delivered`, `read`, `played`, `failed`; "" where it tells nothing.

    Kept apart from the line itself, and read along with it; what is written here is not stored."""
    problem: str = ""
    """Why it was not delivered."""


OutboxKind = Literal["talk", "notice", "staff"]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One platform message to be sent: a row of the outbox."""

    conversation_id: ConversationId
    business_id: BusinessId
    account_id: AccountId
    channel: str
    to: str
    """The identity's external id."""
    kind: OutboxKind
    """`talk` a claim may cancel; `notice` is owed; `staff` is a person's own words."""
    epoch: int
    """The control epoch after the turn that wrote it."""
    message_id: str
    """The transcript line it sends."""
    body: bytes
    """JSON of dialogs.messages.Outbound, opaque to the stores."""
    created_at: datetime
    has_link: bool = False
    """Whether it must not be sent twice."""
    id: str = field(default_factory=new_id)
    position: int = 0
    """Order within its turn."""


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """What one turn did, for analytics and for callers who wait."""

    id: str
    conversation_id: ConversationId
    business_id: BusinessId
    heard: tuple[str, ...]
    """External ids of the messages it answers."""
    stage_before: str
    stage_after: str
    commands: tuple[str, ...]
    certainty: float
    language: str
    ms: float
    alternatives: int
    """How many alternatives were offered."""
    outcome: str
    """`answered`, `booked`, `moved`, `cancelled`, `handed_over`, `silent`, `stale`, …"""
    at: datetime
    view: bytes = b"{}"
    """JSON of what the caller of web chat is shown: stage, expects, owner, draft, booking."""


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that must happen later in a conversation's lane. One a (conversation, kind)."""

    conversation_id: ConversationId
    business_id: BusinessId
    account_id: AccountId
    kind: str
    """`nudge`, `close`, `unanswered` (T1), `silent` (T2), `reminder:<booking>`, …"""
    due_at: datetime
    body: bytes = b"{}"
    """JSON handed to the turn that hears it."""
