"""What the memory stores share: conversations with what belongs to them, and customers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.bookings import AddCustomer
from domain.signals import RANK
from storage.memory.calendar import MemoryCalendar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.bookings import AmendCustomer
    from domain.clock import Clock
    from domain.conversations import Conversation, Message, TurnRecord
    from domain.customers import Customer, Identity
    from domain.ids import AccountId, BusinessId, ConversationId, CustomerId


class Thread:
    """A conversation as it stands, with its checkpoint, its transcript and its turns."""

    __slots__ = ("answered", "conversation", "messages", "state", "turns")

    def __init__(self, conversation: Conversation, state: bytes) -> None:
        self.conversation = conversation
        self.state = state
        self.messages: list[Message] = []
        """In commit order."""
        self.turns: list[TurnRecord] = []
        self.answered: dict[str, tuple[TurnRecord, Sequence[Message]]] = {}
        """By the external id of a customer's message: its turn and all lines of it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message of ours: the status of the highest rank."""

    conversation_id: ConversationId
    channel: str
    kind: str
    external_id: str
    status: str
    at: datetime
    problem: str = ""


class Tables:
    """The rows of all businesses."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.threads: dict[ConversationId, Thread] = {}
        self.conversations_of: dict[BusinessId, list[ConversationId]] = {}
        self.customers: dict[CustomerId, Customer] = {}
        self.identities: dict[tuple[AccountId, str], Identity] = {}
        self.calendars: dict[BusinessId, MemoryCalendar] = {}
        self.deliveries: dict[tuple[BusinessId, str], Delivery] = {}
        """By business and transcript line."""

    def calendar(self, business_id: BusinessId) -> MemoryCalendar:
        """Return the calendar of one business, made when it is first asked for."""
        calendar = self.calendars.get(business_id)
        if calendar is None:
            calendar = self.calendars[business_id] = MemoryCalendar(business_id, self._clock, self.amend)
        return calendar

    def amend(self, business_id: BusinessId, amended: AmendCustomer | AddCustomer) -> None:
        """Write a customer who was not known, or what one told about themselves: the fields that are not empty."""
        if isinstance(amended, AddCustomer):
            self.customers.setdefault(amended.customer.id, amended.customer)
            return
        customer = self.customers.get(amended.customer_id)
        if customer is None or customer.business_id != business_id:
            return
        self.customers[customer.id] = replace(
            customer,
            name=amended.name or customer.name,
            phone=amended.phone or customer.phone,
            email=amended.email or customer.email,
        )

    def track(self, business_id: BusinessId, message_id: str, told: Delivery) -> None:
        """Write what became of a message, unless more is known; nothing where its conversation is not there."""
        thread = self.threads.get(told.conversation_id)
        if thread is None or thread.conversation.business_id != business_id:
            return
        known = self.deliveries.get((business_id, message_id))
        if known is None:
            self.deliveries[business_id, message_id] = told
        elif self._outranks(told, known):
            self.deliveries[business_id, message_id] = replace(
                known, external_id=told.external_id, status=told.status, at=told.at, problem=told.problem
            )

    def _outranks(self, told: Delivery, known: Delivery) -> bool:
        return RANK[told.status] > RANK[known.status]
