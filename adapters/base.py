"""The channel seam: what every kind of chat platform must do, and what it hands over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from dialogs.messages import Capabilities, Outbound, Tap, Text, Unsupported
    from domain.businesses import Account


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request as a channel sees it: raw."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    query: Mapping[str, str]
    body: bytes
    received_at: datetime
    endpoint_id: str
    """From the path; for web chat the account's name."""
    client: str = ""
    """The peer's address, for rate limits only."""
    nonce: str = ""
    """Random, new for every request, so that parsing can make up an id and still be pure."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What the platform is answered."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


IgnoredReason = Literal[
    "unknown_account", "own_echo", "group_chat", "not_a_message", "duplicate_in_request", "unsupported"
]


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event that is left alone on purpose, and why."""

    reason: IgnoredReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """One message or tap of one identity to one account."""

    account: str
    """The account's external id on this channel."""
    sender: str
    """The identity's external id."""
    external_id: str
    """Unique in (endpoint, kind)."""
    content: Text | Tap | Unsupported
    sent_at: datetime
    """The platform's timestamp, never later than receipt."""
    sender_name: str = ""
    wait: bool = False
    """The sender waits for the answer in the same request: no quiet time."""


Event = Received | Ignored


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a request's events."""

    stored: int
    known: int
    ignored: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """A platform took a message."""

    external_id: str


@dataclass(frozen=True, slots=True)
class Message:
    """Words for one identity."""

    to: str
    content: Outbound
    key: str
    """The outbox row's id: the idempotency key where the platform takes one."""


@dataclass(frozen=True, slots=True)
class Typing:
    """Show that an answer is being written."""

    to: str


@dataclass(frozen=True, slots=True)
class Secret:
    """What a channel verifies with. Never shown."""

    value: bytes = field(repr=False)


class SendRefused(Exception):
    """The platform refused for good; says why in a few words."""


class SendLater(Exception):
    """The platform asks to try again, after so many seconds."""

    def __init__(self, seconds: float, why: str = "") -> None:
        """Keep how long to wait."""
        super().__init__(why or f"try again in {seconds:g} s")
        self.seconds = seconds


class SendUnknown(Exception):
    """Nobody knows whether the platform took it."""


class Channel(Protocol):
    """One object a kind of platform; it holds no state of any business."""

    name: str
    can: Capabilities

    def verify(self, request: Request, secret: Secret | None) -> None:
        """Check the sender on the raw body. Raises BadSignature; no secret configured means refused."""
        ...

    def parse(self, request: Request) -> Sequence[Event]:
        """Read a request: pure. Raises only Malformed."""
        ...

    def answer(self, request: Request, outcome: Accepted) -> HttpAnswer:
        """Word the HTTP answer that the platform expects once the events are stored."""
        ...

    async def send(self, account: Account, message: Message | Typing) -> Receipt:
        """Hand words to the platform. Raises SendRefused, SendLater, SendUnknown."""
        ...
