"""Privacy in memory: everything that is known about a customer is exported or erased."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from domain.ids import control_lane, conversation_of_lane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.bookings import Booking
    from domain.conversations import Timer
    from domain.ids import BusinessId, ConversationId, CustomerId
    from domain.waitlist import WaitlistEntry
    from storage.memory.addresses import MemoryAddresses
    from storage.memory.calendar import MemoryCalendar
    from storage.memory.mailbox import MemoryMailbox
    from storage.memory.outbox import MemoryOutbox
    from storage.memory.tables import Delivery, Tables, Thread
    from storage.memory.timers import TimerTable


class MemoryPrivacy:
    """The Privacy."""

    def __init__(
        self,
        tables: Tables,
        mailbox: MemoryMailbox,
        outbox: MemoryOutbox,
        timers: TimerTable,
        addresses: MemoryAddresses,
    ) -> None:
        self._tables = tables
        self._mailbox = mailbox
        self._outbox = outbox
        self._timers = timers
        self._addresses = addresses

    async def export(self, business_id: BusinessId, customer_id: CustomerId) -> dict[str, object]:
        """Return all that is stored about a customer, table by table, in types that JSON knows."""
        threads = self._threads(business_id, customer_id)
        ids = {thread.conversation.id for thread in threads}
        customer = self._tables.customers.get(customer_id)
        bookings = self._bookings(business_id, customer_id)
        calendar = self._tables.calendar(business_id)
        events = calendar.events
        return {
            "customers": [_plain(customer)] if customer is not None and customer.business_id == business_id else [],
            "identities": [
                _plain(one) for one in self._tables.identities.values() if _owned(one, business_id, customer_id)
            ],
            "addresses": [_plain(one) for one in self._addresses.of(business_id, ids)],
            "conversations": [_plain(thread.conversation) for thread in threads],
            "checkpoints": [thread.state.decode(errors="replace") for thread in threads],
            "messages": [_plain(line) for thread in threads for line in thread.messages],
            "deliveries": [
                {"message_id": message_id, **_plain(one)}
                for message_id, one in self._deliveries(business_id, ids).items()
            ],
            "turns": [_plain(turn) for thread in threads for turn in thread.turns],
            "mailbox": [
                _plain(mail)
                for one in ids
                for lane in (self._mailbox.lanes.get(name) for name in _lanes_of(one))
                if lane is not None
                for mail in lane.items
            ]
            + [_plain(one.mail) for one in self._mailbox.aside if conversation_of_lane(one.lane) in ids],
            "outbox": [
                _plain(row)
                for lane in (self._outbox.lanes.get(one) for one in ids)
                if lane is not None
                for row in lane.items
            ]
            + [_plain(one.outgoing) for one in self._outbox.dead if one.outgoing.conversation_id in ids],
            "timers": [_plain(timer) for timer in self._timers_of(ids)],
            "bookings": [_plain(booking) for booking in bookings],
            "booking_events": [_plain(event) for booking in bookings for event in events[booking.id]],
            "waitlist": [_plain(entry) for entry in _waiting(calendar, customer_id)],
            "answers": [_plain(calendar.answers[key]) for key in _answers_about(calendar, customer_id)],
        }

    async def find(self, business_id: BusinessId | None, text: str) -> Sequence[tuple[BusinessId, CustomerId, str]]:
        """Return (business, customer, name) of whoever has this customer id, phone, e-mail or conversation id."""
        wanted = text.strip()
        phone = "+" + "".join(filter(str.isdigit, wanted)).removeprefix("00")
        thread = self._tables.threads.get(wanted)
        spoken = "" if thread is None else thread.conversation.customer_id
        return [
            (one.business_id, one.id, one.name)
            for one in self._tables.customers.values()
            if (business_id is None or one.business_id == business_id)
            and (
                one.id in (wanted, spoken)
                or (one.phone and one.phone == phone)
                or (one.email and one.email.casefold() == wanted.casefold())
            )
        ]

    async def erase(self, business_id: BusinessId, customer_id: CustomerId) -> dict[str, int]:
        """Delete all that is personal; bookings keep time and price. Returns rows by table."""
        tables = self._tables
        threads = self._threads(business_id, customer_id)
        ids = {thread.conversation.id for thread in threads}
        calendar = tables.calendar(business_id)
        waiting = _waiting(calendar, customer_id)
        offered = [entry.hold_id for entry in waiting if entry.hold_id is not None]
        answers = _answers_about(calendar, customer_id)
        erased = {
            "customers": 0,
            "addresses": self._addresses.forget(business_id, ids),
            "conversations": len(threads),
            "messages": sum(len(thread.messages) for thread in threads),
            "deliveries": self._erase_deliveries(business_id, ids),
            "turns": sum(len(thread.turns) for thread in threads),
            "timers": sum(self._timers.cancel(one, ("*",)) for one in ids),
            "holds": calendar.forget(tuple(ids), offered),
            "waitlist": len(waiting),
            "answers": len(answers),
            "mailbox": self._erase_mail(ids),
            "outbox": self._erase_outgoing(ids),
            "bookings": self._blank_bookings(business_id, customer_id),
        }
        for entry in waiting:
            del calendar.waitlist[entry.id]
        for key in answers:
            calendar.answers[key] = replace(calendar.answers[key], body=b"")
        for one in ids:
            del tables.threads[one]
            tables.conversations_of[business_id].remove(one)
        known = [name for name, one in tables.identities.items() if _owned(one, business_id, customer_id)]
        for name in known:
            del tables.identities[name]
        erased["identities"] = len(known)
        customer = tables.customers.get(customer_id)
        if customer is not None and customer.business_id == business_id:
            tables.customers[customer_id] = replace(customer, name="", phone="", email="", language="")
            erased["customers"] = 1
        return erased

    def _threads(self, business_id: BusinessId, customer_id: CustomerId) -> list[Thread]:
        return [
            thread
            for thread in (self._tables.threads[one] for one in self._tables.conversations_of.get(business_id, ()))
            if thread.conversation.customer_id == customer_id
        ]

    def _bookings(self, business_id: BusinessId, customer_id: CustomerId) -> list[Booking]:
        bookings = self._tables.calendar(business_id).bookings
        return [booking for booking in bookings.values() if booking.customer_id == customer_id]

    def _timers_of(self, ids: set[ConversationId]) -> list[Timer]:
        return [timer for one in ids for timer in self._timers.of(one)]

    def _erase_mail(self, ids: set[ConversationId]) -> int:
        mailbox = self._mailbox
        waiting = sum(mailbox.lanes.drop(name) for one in ids for name in _lanes_of(one))
        kept = [one for one in mailbox.aside if conversation_of_lane(one.lane) not in ids]
        gone = waiting + len(mailbox.aside) - len(kept)
        mailbox.aside[:] = kept
        return gone

    def _erase_outgoing(self, ids: set[ConversationId]) -> int:
        outbox = self._outbox
        waiting = sum(outbox.lanes.drop(one) for one in ids)
        kept = [one for one in outbox.dead if one.outgoing.conversation_id not in ids]
        gone = waiting + len(outbox.dead) - len(kept)
        outbox.dead[:] = kept
        return gone

    def _deliveries(self, business_id: BusinessId, ids: set[ConversationId]) -> dict[str, Delivery]:
        kept = self._tables.deliveries.items()
        return {line: one for (owner, line), one in kept if owner == business_id and one.conversation_id in ids}

    def _erase_deliveries(self, business_id: BusinessId, ids: set[ConversationId]) -> int:
        gone = self._deliveries(business_id, ids)
        for message_id in gone:
            del self._tables.deliveries[business_id, message_id]
        return len(gone)

    def _blank_bookings(self, business_id: BusinessId, customer_id: CustomerId) -> int:
        calendar = self._tables.calendar(business_id)
        bookings = self._bookings(business_id, customer_id)
        for booking in bookings:
            calendar.bookings[booking.id] = replace(booking, name="", phone="", email="", notes="")
            calendar.events[booking.id] = [replace(event, reason="") for event in calendar.events[booking.id]]
        return len(bookings)


def _waiting(calendar: MemoryCalendar, customer_id: CustomerId) -> list[WaitlistEntry]:
    return [entry for entry in calendar.waitlist.values() if entry.customer_id == customer_id]


def _answers_about(calendar: MemoryCalendar, customer_id: CustomerId) -> list[str]:
    """Return the keys of answers that name the customer, a booking or a waitlist entry of theirs."""
    named = [one.id.encode() for one in calendar.bookings.values() if one.customer_id == customer_id]
    named += [entry.id.encode() for entry in _waiting(calendar, customer_id)]
    named.append(customer_id.encode())
    return [key for key, one in calendar.answers.items() if any(name in one.body for name in named)]


def _lanes_of(conversation_id: ConversationId) -> tuple[str, str]:
    return conversation_id, control_lane(conversation_id)


def _owned(one: Any, business_id: BusinessId, customer_id: CustomerId) -> bool:
    return bool(one.business_id == business_id and one.customer_id == customer_id)


def _plain(record: Any) -> dict[str, object]:
    return {name: _jsonable(value) for name, value in asdict(record).items()}


def _jsonable(value: Any) -> object:
    match value:
        case bytes():
            return value.decode(errors="replace")
        case date():
            return value.isoformat()
        case dict():
            return {key: _jsonable(one) for key, one in value.items()}
        case tuple() | list():
            return [_jsonable(one) for one in value]
    return value
