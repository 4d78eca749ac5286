"""The port of who answers a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.conversations import Conversation, Message, Outgoing, Owner, Timer
    from domain.ids import BusinessId, ConversationId
    from domain.ports.mailbox import Arrival


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
    external_id: str = ""
    """Where answers go from now on, where the platform knows the customer by another id; "" changes nothing."""


class Control(Protocol):
    """Changes who answers."""

    async def change(self, change: ControlChange) -> Conversation:
        """Apply it: epoch raised, unsent talk cancelled, rows written, in one transaction.

        Never waits for a lane. Raises ControlLost when the epoch is another one, UnknownConversation when there is no
        such conversation.
        """
        ...
