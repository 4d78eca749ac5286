"""The ports of what was said, and of what pages are told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import timedelta

    from domain.conversations import Conversation, Message, TurnRecord
    from domain.customers import Customer
    from domain.ids import BusinessId, ConversationId, CustomerId


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


@dataclass(frozen=True, slots=True)
class Bucket:
    """A token bucket: what may be done so often, and how much of it at once."""

    key: str
    rate: float
    """Tokens a second that come back."""
    size: int
    """Tokens that it holds when it is full."""


class Limiter(Protocol):
    """Counts how often somebody does something."""

    async def take(self, buckets: Sequence[Bucket]) -> float:
        """Take a token out of each bucket, or none at all; returns 0.0, or after how many seconds to try again.

        A limiter that is away lets through: the platform's own limits stand behind it.
        """
        ...

    async def allow(self, key: str, limit: int, per: timedelta) -> bool:
        """Return whether this one is still within `limit` in a window of `per`."""
        ...
