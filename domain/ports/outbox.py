"""The ports of what goes out and of what happens later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from domain.conversations import Outgoing
    from domain.ids import BusinessId, ConversationId
    from domain.signals import ReceiptStatus


@dataclass(frozen=True, slots=True)
class Parcel:
    """An outbox row leased to a sender."""

    outgoing: Outgoing
    fence: int
    attempts: int
    """How often it was tried."""
    doubts: int
    """Of how many tries nobody knows whether it arrived: the sender vanished, or the platform did not answer."""

    @property
    def doubtful(self) -> bool:
        """Whether it may have arrived already."""
        return self.doubts > 0


@dataclass(frozen=True, slots=True)
class Tracked:
    """A receipt of a message of ours, with the rows that it belongs to."""

    business_id: BusinessId
    conversation_id: ConversationId
    outgoing_id: str
    message_id: str
    """The transcript line that shows it."""
    external_id: str
    status: ReceiptStatus
    at: datetime
    channel: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A message that could not be sent, or that the platform could not deliver: a dead letter."""

    business_id: BusinessId
    conversation_id: ConversationId
    message_id: str
    channel: str
    kind: str
    at: datetime
    problem: str


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

    async def sent(self, parcel: Parcel, external_id: str, *, track: bool = False) -> None:
        """It was accepted by the platform under this id; `track` where receipts will tell what became of it."""
        ...

    async def doubt(self, parcel: Parcel, error: str, wait: timedelta) -> None:
        """Nobody knows whether it was accepted: it stays `sending`, and its conversation waits so long for a receipt.

        A receipt (`Mailbox.settle`) ends the wait; otherwise it is due again afterwards, as doubtful.
        """
        ...

    async def given_up(self, business_id: BusinessId | None = None, most: int = 50) -> Sequence[GivenUp]:
        """Return dead letters of one business or of all, the latest first: given up here, or failed by receipt."""
        ...

    async def failed(self, parcel: Parcel, error: str, retry_after: timedelta | None) -> None:
        """It was refused; None gives up, shows it to staff and lets the lane go on.

        Otherwise it is due again later, as it was before this try: also as doubtful as it was.
        """
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
