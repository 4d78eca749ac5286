"""What the web is handed by the application."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from adapters.base import Channel, Secret
    from domain.businesses import Account, Directory
    from domain.clock import Clock
    from domain.conversations import Conversation
    from domain.ids import BusinessId, ConversationId
    from domain.ports import Store
    from domain.resident import Resident
    from web.connect.desk import ConnectDesk


class StaffDesk(Protocol):
    """What staff do in a conversation. Each raises ControlLost when somebody else was faster."""

    async def claim(self, business_id: BusinessId, conversation_id: ConversationId, staff: str) -> Conversation:
        """Take the conversation over; the bot's unsent talk is cancelled and the customer is told."""
        ...

    async def reply(
        self, business_id: BusinessId, conversation_id: ConversationId, staff: str, text: str
    ) -> Conversation:
        """Write to the customer; takes the conversation over where it was not this person's.

        Raises OutsideWindow where the platform takes no free text to them now.
        """
        ...

    async def remind(self, business_id: BusinessId, conversation_id: ConversationId, staff: str) -> Conversation:
        """Send the reminder of the customer's next booking, in approved words where free text is not allowed.

        Raises BookingNotFound where there is none.
        """
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
    """Of a page's form and a web chat's message."""
    hook_bytes: int = 4_194_304
    """Of one delivery of a platform: Meta's batches come to 3 MB."""
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
    endpoint_secret: Callable[[str, str], Awaitable[Secret | None]]
    """(channel, endpoint) to the secret that it is verified by, None where none is configured."""
    staff: StaffDesk
    link_key: bytes = field(repr=False)
    """Signs the links that open staff pages."""
    draft: Callable[[bytes, Directory], Mapping[str, Any]]
    """Reads what the bot knows out of a checkpoint: `{"stage", "expects", "draft": {slot: value}}`, for staff pages."""
    words: Callable[[str, str], str]
    """(key, language) to a sentence of the pages, from the locales' `pages.ftl`."""
    limits: Limits = Limits()
    connections: ConnectDesk | None = None
    """Connects accounts of platforms; None where there is no platform to connect to."""
    elsewhere: Callable[[Account, ConversationId], str | None] = lambda account, conversation: None
    """The address at which a conversation is gone on with at another account, where its platform has such addresses."""
    resident: Resident | None = None
    """The engine that keeps calendars of this process; without it they are read."""
    public_url: str = ""
    version: str = ""
