"""What the web is handed by the application."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from adapters.base import Channel, Secret
    from domain.businesses import Directory
    from domain.clock import Clock
    from domain.conversations import Conversation
    from domain.ids import BusinessId, ConversationId
    from domain.ports import Store
    from domain.resident import Resident


class StaffDesk(Protocol):
    """What staff do in a conversation. Each raises ControlLost when somebody else was faster."""

    async def claim(self, business_id: BusinessId, conversation_id: ConversationId, staff: str) -> Conversation:
        """Take the conversation over; the bot's unsent talk is cancelled and the customer is told."""
        ...

    async def reply(
        self, business_id: BusinessId, conversation_id: ConversationId, staff: str, text: str
    ) -> Conversation:
        """Write to the customer; takes the conversation over where it was not this person's."""
        ...

    async def note(
        self, business_id: BusinessId, conversation_id: ConversationId, staff: str, text: str
    ) -> Conversation:
        """Leave a note that only staff see; never takes control."""
        ...

    async def hand_back(self, business_id: BusinessId, conversation_id: ConversationId, staff: str) -> Conversation:
        """Give the conversation back to the bot, which says so and goes on from the booking's real state."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What the web puts up with."""

    body_bytes: int = 65_536
    text_chars: int = 20_000
    messages_per_minute: int = 60
    """A conversation."""
    messages_per_minute_per_address: int = 600
    """A peer."""
    wait_seconds: float = 30.0
    """The longest `wait`."""
    api_per_minute: int = 600
    """Requests with one key of the API."""
    api_per_minute_per_address: int = 1200
    """Requests to the API of one peer, whatever key it shows."""


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything that pages and endpoints use."""

    store: Store
    clock: Clock
    channels: Mapping[str, Channel]
    """By name."""
    endpoint_secret: Callable[[str], Secret | None]
    """The secret of an endpoint, None where none is configured."""
    staff: StaffDesk
    link_key: bytes = field(repr=False)
    """Signs the links that open staff pages."""
    draft: Callable[[bytes, Directory], Mapping[str, Any]]
    """Reads what the bot knows out of a checkpoint: `{"stage", "expects", "draft": {slot: value}}`, for staff pages."""
    words: Callable[[str, str], str]
    """(key, language) to a sentence of the pages, from the locales' `pages.ftl`."""
    limits: Limits = Limits()
    resident: Resident | None = None
    """The engine that keeps calendars of this process; without it they are read."""
    public_url: str = ""
    version: str = ""
