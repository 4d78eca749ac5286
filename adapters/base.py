"""The channel seam: what every kind of chat platform must do, and what it hands over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from dialogs.messages import Capabilities, Content, Media, Outbound, Referral, TemplateUse
    from domain.businesses import Account
    from domain.signals import Signal


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
    "unknown_account",  # no account of this endpoint has this id
    "own_echo",  # our own words, told back to us
    "group_chat",  # a group's messages and events: we talk with one person at a time
    "channel_post",  # a broadcast, or what is written below one
    "not_a_message",  # a kind of event that neither a customer nor an account is told of
    "duplicate_in_request",  # the same event twice in one delivery
    "no_sender",  # nobody can be answered
    "not_ours",  # a receipt of a message that another app sent
    "other_product",  # an event of another product of the same platform
    "unsupported",  # nothing that this version knows
]
"""Why an event is left alone: a closed list, counted in metrics and by `bench.webhooks`."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event that is left alone on purpose, and why."""

    reason: IgnoredReason
    detail: str = ""
    """The platform's own word for it."""


@dataclass(frozen=True, slots=True)
class Received:
    """One message or tap of one identity to one account."""

    account: str
    """The account's external id on this channel; "" is the only account of the endpoint."""
    sender: str
    """The identity's external id: where answers go."""
    external_id: str
    """Unique in (endpoint, kind)."""
    content: Content
    sent_at: datetime
    """The platform's timestamp, never later than receipt."""
    sender_name: str = ""
    wait: bool = False
    """The sender waits for the answer in the same request: no quiet time."""
    known_as: tuple[str, ...] = ()
    """Every id by which the platform knows this person, the best first; () where it has only the one."""
    phone: str = ""
    """E.164, where the platform vouches for it."""
    language: str = ""
    """ISO 639-1 of the app they use, a hint only."""
    reply_to: str = ""
    """The platform's id of the message that was quoted."""
    referral: Referral | None = None
    standby: bool = False
    """Another app answers this person at the moment: heard, not answered."""


@dataclass(frozen=True, slots=True)
class Told:
    """A signal about a conversation or an account: it never wakes the engine."""

    account: str
    """As in `Received`; "" with a `group` is every account of that group."""
    external_id: str
    """Unique in (endpoint, "control")."""
    signal: Signal
    sender: str = ""
    """Whose conversation it is about; "" where a receipt's key says so, or where it is about the account."""
    known_as: tuple[str, ...] = ()
    group: str = ""
    """What stands above accounts on the platform (a WhatsApp Business Account), where it speaks of that."""


Event: TypeAlias = "Received | Told | Ignored"


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
    """`domain.signals.tracking_key` of the outbox row: handed along where the platform hands it back."""


@dataclass(frozen=True, slots=True)
class Template:
    """Approved words for one identity, allowed at any time."""

    to: str
    use: TemplateUse
    key: str


@dataclass(frozen=True, slots=True)
class Typing:
    """Show that an answer is being written."""

    to: str
    about: str = ""
    """The platform's id of the message that is being answered, where it must be named."""


Sendable: TypeAlias = "Message | Template | Typing"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a customer's, fetched from its platform."""

    content: bytes = field(repr=False)
    mime: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Secret:
    """What a channel verifies with, or proves itself by. Never shown."""

    value: bytes = field(repr=False)
    challenge: str = field(default="", repr=False)
    """What a platform shows when it checks that somebody is there, where that is another word."""


TokenOf: TypeAlias = "Callable[[Account], Awaitable[Secret]]"
"""Returns the token by which an account sends. Raises Unauthorised where there is none."""


class SendRefused(Exception):
    """The platform refused for good; says why in a few words, never with a secret or a customer's words."""

    def __init__(self, why: str = "", code: str = "") -> None:
        """Keep why, and the platform's own code."""
        super().__init__(why)
        self.code = code


class Unauthorised(SendRefused):
    """The account's token is no good any more: its owner must connect it again. The message itself may be sent then."""


class AccountStopped(SendRefused):
    """The platform has stopped the account (locked, unpaid, policy): only its owner can mend that, on the platform."""


class Unreachable(SendRefused):
    """This person cannot be written to: they blocked the business, left, or have no such app."""


class WindowClosed(SendRefused):
    """The platform takes no free text to this person now: an approved template may still go."""


class TemplateUnavailable(SendRefused):
    """The template is not approved, paused or not there."""


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

    async def prepare(self) -> None:
        """Load what sending needs, so that the first message does not wait for it."""
        ...

    async def send(self, account: Account, message: Sendable) -> Receipt:
        """Hand words to the platform. Raises SendRefused (or one of its kinds), SendLater, SendUnknown."""
        ...

    def fault(self, code: str) -> SendRefused | None:
        """Return what an error code in a receipt means, as `send` would have raised it; None for one of no account."""
        ...

    async def media(self, account: Account, media: Media) -> Attachment:
        """Fetch a file that a customer sent. Raises what `send` raises; only the platform's own hosts are asked."""
        ...

    async def close(self) -> None:
        """Close the connections that are open; the next call opens new ones."""
        ...


@dataclass(frozen=True, slots=True)
class Hook:
    """Where a platform is to deliver an account's events, and what it is to prove itself by."""

    url: str
    secret: Secret


@dataclass(frozen=True, slots=True)
class Grant:
    """What an owner brings back: a pasted token, or the code of a sign-in with the address it was sent to."""

    token: Secret | None = None
    code: str = field(default="", repr=False)
    redirect: str = ""
    pin: str = field(default="", repr=False)
    """Six digits that protect a WhatsApp number, where the owner chose some."""


@dataclass(frozen=True, slots=True)
class Connected:
    """An account that the grant opens, by the platform's own word and nobody else's."""

    external_id: str
    name: str
    """What people call it: the bot's @name, the number as it is written."""
    token: Secret = field(repr=False)
    group: str = ""
    expires_at: datetime | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at in an account, and what to do where it is not well."""

    ok: bool
    what: str
    remedy: str = ""


class ConnectRefused(Exception):
    """An account cannot be connected; says why and what to do, in words for its owner, without any secret."""


class Connector(Protocol):
    """Connects the accounts of one kind of platform."""

    name: str
    shared_endpoint: bool
    """Whether one platform app is the endpoint of all businesses; otherwise each account has one of its own."""

    def begin(self, state: str, redirect: str) -> str | None:
        """Return the platform's address that an owner is sent to, None where a token is pasted instead.

        Raises ConnectRefused naming the setting that is missing.
        """
        ...

    async def finish(self, grant: Grant) -> Sequence[Connected]:
        """Return the accounts that a grant opens, as the platform says. Raises ConnectRefused."""
        ...

    async def subscribe(self, account: Account, token: Secret, hook: Hook, pin: str = "") -> None:
        """Have the platform deliver this account's events to the hook, and set up its menu. Raises ConnectRefused."""
        ...

    async def check(self, account: Account, token: Secret, hook: Hook) -> Sequence[Finding]:
        """Say what is well and what is not, each with its remedy. Never raises."""
        ...

    async def disconnect(self, account: Account, token: Secret) -> None:
        """Ask the platform to deliver nothing any more; that it cannot be asked is no error.

        Asked for the last account of a group only: where there are others, they go on.
        """
        ...

    async def close(self) -> None:
        """Close the connections that are open; the next call opens new ones."""
        ...
