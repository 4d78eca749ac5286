"""Rows and records: how the domain's records are written into tuples of columns, and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from domain.bookings import Booking, BookingEvent, Item, Status
from domain.conversations import Conversation, Message, Outgoing, Owner, Timer, TurnRecord
from domain.customers import Customer
from domain.money import Money
from domain.ports import GivenUp, Mail, SetAside
from storage.sql.types import EPOCH, from_micros, to_micros

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from storage.sql.models import Base

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
Row = tuple[Any, ...]


def to_json(value: object) -> str:
    """Return a JSON document as SQLite keeps it."""
    return _encode(value).decode()


def from_json(text: str) -> Any:
    """Read a JSON document."""
    return _decode(text)


def columns(model: type[Base], *without: str) -> list[Any]:
    """Return a table's columns in order, without those named."""
    return [column for column in model.__table__.columns if column.name not in without]


def conversation_row(one: Conversation, state: bytes) -> Row:
    """Return all columns of `conversations`."""
    return (
        one.business_id,
        one.id,
        one.account_id,
        one.customer_id,
        one.external_id,
        one.owner.value,
        one.control_epoch,
        one.version,
        one.stage,
        to_micros(one.created_at),
        to_micros(one.last_heard_at),
        one.owner_id,
        one.reason,
        one.language,
        one.opted_out,
        state,
    )


def conversation_of(row: Row) -> Conversation:
    """Read `conversations`; a state behind the other columns is passed over."""
    (business, id_, account, customer, external, owner, epoch, version, stage, created, heard, *rest) = row
    owner_id, reason, language, opted_out = rest[:4]
    return Conversation(
        id_,
        business,
        account,
        customer,
        external,
        Owner(owner),
        epoch,
        version,
        stage,
        from_micros(created),
        from_micros(heard),
        owner_id,
        reason,
        language,
        bool(opted_out),
    )


def message_row(one: Message) -> Row:
    """Return the columns of `messages` without `seq`."""
    return (
        one.business_id,
        one.id,
        one.conversation_id,
        one.author,
        one.author_id,
        one.text,
        to_micros(one.at),
        to_json(one.choices) if one.choices else "[]",
        None if one.card is None else to_json(one.card),
        one.external_id,
        None if one.media is None else to_json(one.media),
    )


def message_of(row: Row) -> Message:
    """Read `messages` without `seq`, then status and problem of the delivery, None where there is none."""
    business, id_, conversation, author, author_id, text, at, choices, card, external, media, status, problem = row
    return Message(
        conversation,
        business,
        author,
        text,
        from_micros(at),
        author_id,
        tuple((token, label) for token, label in from_json(choices)) if choices != "[]" else (),
        None if card is None else from_json(card),
        external,
        id_,
        None if media is None else from_json(media),
        status or "",
        problem or "",
    )


def turn_row(one: TurnRecord, version: int, messages: Sequence[Message]) -> Row:
    """Return all columns of `turns`."""
    return (
        one.business_id,
        one.id,
        one.conversation_id,
        version,
        to_json(one.heard),
        to_json([message.id for message in messages]),
        one.stage_before,
        one.stage_after,
        to_json(one.commands),
        one.certainty,
        one.language,
        one.ms,
        one.alternatives,
        one.outcome,
        to_micros(one.at),
        one.view,
    )


def turn_of(row: Row) -> TurnRecord:
    """Read `turns`."""
    (
        business,
        id_,
        conversation,
        _,
        heard,
        _,
        before,
        after,
        commands,
        certainty,
        language,
        ms,
        alternatives,
        *rest,
    ) = row
    outcome, at, view = rest
    return TurnRecord(
        id_,
        conversation,
        business,
        tuple(from_json(heard)),
        before,
        after,
        tuple(from_json(commands)),
        certainty,
        language,
        ms,
        alternatives,
        outcome,
        from_micros(at),
        view,
    )


def outgoing_row(one: Outgoing, epoch: int, due_at: int) -> Row:
    """Return the columns of `outbox` that a turn writes."""
    return (
        one.id,
        one.business_id,
        one.conversation_id,
        one.account_id,
        one.channel,
        one.to,
        one.kind,
        epoch,
        one.message_id,
        one.body,
        to_micros(one.created_at),
        one.has_link,
        one.position,
        due_at,
    )


def outgoing_of(row: Row) -> Outgoing:
    """Read the columns of `outbox` that a turn wrote."""
    id_, business, conversation, account, channel, to, kind, epoch, message, body, created, link, position = row[:13]
    return Outgoing(
        conversation,
        business,
        account,
        channel,
        to,
        kind,
        epoch,
        message,
        body,
        from_micros(created),
        bool(link),
        id_,
        position,
    )


def timer_row(one: Timer) -> Row:
    """Return all columns of `timers`."""
    return one.business_id, one.conversation_id, one.kind, one.account_id, to_micros(one.due_at), one.body


def timer_of(row: Row) -> Timer:
    """Read `timers`."""
    business, conversation, kind, account, due_at, body = row
    return Timer(conversation, business, account, kind, from_micros(due_at), body)


def mail_of(row: Row) -> Mail:
    """Read what a worker gets of `mailbox`."""
    id_, kind, external, sender, body, sent, received, attempts = row
    return Mail(id_, kind, external, sender, body, from_micros(sent), from_micros(received), attempts)


def set_aside_of(row: Row) -> SetAside:
    """Read what an operator sees of `mailbox`."""
    id_, lane, business, account, kind, external, received, error = row
    return SetAside(id_, lane, business, account, kind, external, from_micros(received), error)


def given_up_of(row: Row) -> GivenUp:
    """Read a dead letter, of `outbox` or of `deliveries`."""
    business, conversation, message, channel, kind, at, problem = row
    return GivenUp(business, conversation, message, channel, kind, from_micros(at), problem)


def customer_row(one: Customer) -> Row:
    """Return all columns of `customers`."""
    return one.business_id, one.id, to_micros(one.created_at), one.name, one.phone, one.email, one.language


def customer_of(row: Row) -> Customer:
    """Read `customers`."""
    business, id_, created, name, phone, email, language = row
    return Customer(id_, business, from_micros(created), name, phone, email, language)


def booking_row(one: Booking, key: str, counted: bool) -> Row:
    """Return all columns of `bookings`."""
    return (
        one.business_id,
        one.id,
        one.place_id,
        one.customer_id,
        one.conversation_id,
        one.status.value,
        to_micros(one.starts_at),
        to_micros(one.ends_at),
        to_micros(one.created_at),
        one.staff_id,
        one.staff_wished,
        to_json(one.resource_ids),
        one.party_size,
        one.name,
        one.phone,
        one.email,
        one.notes,
        one.source,
        one.sequence,
        one.code,
        key,
        one.pinned,
        to_json(one.features),
        counted,
    )


def booking_of(row: Row, items: Sequence[Row]) -> Booking:
    """Read `bookings` with the rows of its items."""
    business, id_, place, customer, conversation, status, starts, ends, created, staff, wished, *rest = row
    resources, party, name, phone, email, notes, source, sequence, code, _, pinned, features, _ = rest
    return Booking(
        id_,
        business,
        place,
        customer,
        Status(status),
        tuple(item_of(item) for item in items),
        from_micros(starts),
        from_micros(ends),
        from_micros(created),
        conversation,
        staff,
        bool(wished),
        tuple(from_json(resources)),
        party,
        name,
        phone,
        email,
        notes,
        source,
        sequence,
        code,
        bool(pinned),
        tuple(from_json(features)),
    )


def item_rows(booking: Booking) -> list[Row]:
    """Return all columns of the `booking_items` of a booking."""
    return [
        (booking.business_id, booking.id, position, one.service_id, one.name, one.minutes, *money_columns(one.price))
        for position, one in enumerate(booking.items)
    ]


def item_of(row: Row) -> Item:
    """Read `booking_items`."""
    _, _, _, service, name, minutes, minor, currency = row
    return Item(service, name, minutes, money_of(minor, currency))


def event_row(one: BookingEvent, business_id: str) -> Row:
    """Return the columns of `booking_events` without `seq`."""
    return business_id, one.id, one.booking_id, one.kind, one.actor, to_micros(one.at), one.reason


def event_of(row: Row) -> BookingEvent:
    """Read `booking_events` without `seq`."""
    _, id_, booking, kind, actor, at, reason = row
    return BookingEvent(booking, kind, actor, from_micros(at), reason, id_)


def money_columns(price: Money | None) -> tuple[int | None, str | None]:
    """Return an amount as its two columns."""
    return (None, None) if price is None else (price.minor, price.currency)


def money_of(minor: int | None, currency: str | None) -> Money | None:
    """Read an amount's two columns."""
    return None if minor is None or currency is None else Money(minor, currency)


def micros(span: timedelta) -> int:
    """Return a duration in microseconds."""
    return to_micros(EPOCH + span)
