"""Rows of PostgreSQL as the domain's records."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from domain.bookings import Answered, Booking, BookingEvent, Item, PlaceHold, Status
from domain.businesses import Account
from domain.conversations import Conversation, Message, Outgoing, Owner, TurnRecord
from domain.customers import Customer
from domain.money import Money
from domain.occupancy import Busy, taken_by
from domain.ports import Claim, GivenUp, Mail, Parcel, SetAside
from domain.waitlist import Waiting, WaitlistEntry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = Mapping[str, Any]
    """An asyncpg.Record is read by name."""

CONVERSATION = ", ".join(f"{name} AS c_{name}" for name in Conversation.__dataclass_fields__ if name != "business_id")
"""The columns that `conversation` reads."""
BOOKING = (
    "b.*, (SELECT json_agg(json_build_array(i.service_id, i.name, i.minutes, i.price_minor, i.price_currency) "
    "ORDER BY i.position) FROM booking_items i WHERE i.business_id = b.business_id AND i.booking_id = b.id) AS items"
)
"""The columns that `booking` reads, of `bookings b`."""
MESSAGE = (
    "SELECT m.*, d.status AS delivery, d.problem FROM messages m "
    "LEFT JOIN deliveries d ON d.business_id = m.business_id AND d.message_id = m.id"
)
"""What `message` reads, of `messages m`."""
HOLDS_BETWEEN = """
SELECT h.*, u.session_id, t.taken FROM holds h
LEFT JOIN LATERAL (
    SELECT min(c.session_id) AS session_id FROM counter_uses c
    WHERE h.counted AND c.business_id = h.business_id AND c.owner_id = h.id) u ON true
CROSS JOIN LATERAL (
    SELECT min(o.starts_at) AS starts_at, json_agg(json_build_array(o.resource_id, o.starts_at, o.ends_at)) AS taken
    FROM occupancy o
    WHERE o.business_id = h.business_id AND (o.hold_id = h.id OR o.session_id = u.session_id)
    HAVING bool_or(o.starts_at < $3 AND o.ends_at > $2)) t
WHERE h.business_id = $1 AND h.expires_at > $4
ORDER BY t.starts_at, h.id
"""
"""Holds that are not over at $4 and overlap [$2, $3), with what they take."""


def conversation(row: Row, business_id: str) -> Conversation:
    """Return the conversation in a row of a claim or of a change of control."""
    return Conversation(
        id=row["c_id"],
        business_id=business_id,
        account_id=row["c_account_id"],
        customer_id=row["c_customer_id"],
        external_id=row["c_external_id"],
        owner=Owner(row["c_owner"]),
        control_epoch=row["c_control_epoch"],
        version=row["c_version"],
        stage=row["c_stage"],
        created_at=row["c_created_at"],
        last_heard_at=row["c_last_heard_at"],
        owner_id=row["c_owner_id"],
        reason=row["c_reason"],
        language=row["c_language"],
        opted_out=row["c_opted_out"],
    )


def claims(rows: Sequence[Row]) -> list[Claim]:
    """Return the claims in rows of `read_lanes`, one row a piece of mail; states are still None."""
    found: list[Claim] = []
    at = 0
    while at < len(rows):
        first = rows[at]
        lane = first["lane"]
        mail: list[Mail] = []
        while at < len(rows) and rows[at]["lane"] == lane:
            row = rows[at]
            # What has failed before is heard alone, so that only the poison is ever set aside.
            if row["mail_id"] is not None and not (mail and mail[0].attempts):
                mail.append(
                    Mail(
                        row["mail_id"],
                        row["kind"],
                        row["external_id"],
                        row["sender"],
                        row["body"],
                        row["sent_at"],
                        row["received_at"],
                        row["attempts"],
                    )
                )
            at += 1
        found.append(
            Claim(
                lane=lane,
                fence=first["fence"],
                business_id=first["business_id"],
                account_id=first["account_id"],
                mail=tuple(mail),
                conversation=None if first["c_id"] is None else conversation(first, first["business_id"]),
                state=None,
                lease_until=first["lease_until"],
            )
        )
    return found


def parcel(row: Row) -> Parcel:
    """Return a row of `lease_outbox`."""
    outgoing = Outgoing(
        conversation_id=row["conversation_id"],
        business_id=row["business_id"],
        account_id=row["account_id"],
        channel=row["channel"],
        to=row["recipient"],
        kind=row["kind"],
        epoch=row["epoch"],
        message_id=row["message_id"],
        body=row["body"],
        created_at=row["created_at"],
        has_link=row["has_link"],
        id=row["id"],
        position=row["position"],
    )
    return Parcel(outgoing, row["fence"], row["attempts"], row["doubts"])


def set_aside(row: Row) -> SetAside:
    """Return mail that was set aside."""
    return SetAside(
        id=row["id"],
        lane=row["lane"],
        business_id=row["business_id"],
        account_id=row["account_id"],
        kind=row["kind"],
        external_id=row["external_id"],
        received_at=row["received_at"],
        error=row["error"],
    )


def given_up(row: Row) -> GivenUp:
    """Return a dead letter."""
    return GivenUp(
        business_id=row["business_id"],
        conversation_id=row["conversation_id"],
        message_id=row["message_id"],
        channel=row["channel"],
        kind=row["kind"],
        at=row["at"],
        problem=row["problem"],
    )


def message(row: Row) -> Message:
    """Return a transcript line, with what became of it: columns of `MESSAGE`."""
    return Message(
        conversation_id=row["conversation_id"],
        business_id=row["business_id"],
        author=row["author"],
        text=row["text"],
        at=row["at"],
        author_id=row["author_id"],
        choices=tuple((token, label) for token, label in msgspec.json.decode(row["choices"])),
        card=None if row["card"] is None else msgspec.json.decode(row["card"]),
        external_id=row["external_id"],
        id=row["id"],
        media=None if row["media"] is None else msgspec.json.decode(row["media"]),
        delivery=row["delivery"] or "",
        problem=row["problem"] or "",
    )


def turn(row: Row) -> TurnRecord:
    """Return the record of a turn."""
    return TurnRecord(
        id=row["id"],
        conversation_id=row["conversation_id"],
        business_id=row["business_id"],
        heard=tuple(msgspec.json.decode(row["heard"])),
        stage_before=row["stage_before"],
        stage_after=row["stage_after"],
        commands=tuple(msgspec.json.decode(row["commands"])),
        certainty=row["certainty"],
        language=row["language"],
        ms=row["ms"],
        alternatives=row["alternatives"],
        outcome=row["outcome"],
        at=row["at"],
        view=row["view"],
    )


def customer(row: Row) -> Customer:
    """Return a customer."""
    return Customer(
        id=row["id"],
        business_id=row["business_id"],
        created_at=row["created_at"],
        name=row["name"],
        phone=row["phone"],
        email=row["email"],
        language=row["language"],
    )


def booking(row: Row) -> Booking:
    """Return a booking with its items."""
    return Booking(
        id=row["id"],
        business_id=row["business_id"],
        place_id=row["place_id"],
        customer_id=row["customer_id"],
        status=Status(row["status"]),
        items=tuple(
            Item(service_id, name, minutes, None if minor is None else Money(minor, currency))
            for service_id, name, minutes, minor, currency in msgspec.json.decode(row["items"] or "[]")
        ),
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        created_at=row["created_at"],
        conversation_id=row["conversation_id"],
        staff_id=row["staff_id"],
        staff_wished=row["staff_wished"],
        resource_ids=tuple(msgspec.json.decode(row["resource_ids"])),
        party_size=row["party_size"],
        name=row["name"],
        phone=row["phone"],
        email=row["email"],
        notes=row["notes"],
        source=row["source"],
        sequence=row["sequence"],
        code=row["code"],
        pinned=row["pinned"],
        features=tuple(msgspec.json.decode(row["features"])),
    )


def booking_event(row: Row) -> BookingEvent:
    """Return something that happened to a booking."""
    return BookingEvent(row["booking_id"], row["kind"], row["actor"], row["at"], row["reason"], row["id"])


def hold(row: Row) -> PlaceHold:
    """Return a row of `HOLDS_BETWEEN`; what it counts for is left out."""
    taken = msgspec.convert(msgspec.json.decode(row["taken"]), list[tuple[str, datetime, datetime]])
    take = taken_by([Busy(*one) for one in taken], row["session_id"] or "")
    return PlaceHold(row["id"], row["conversation_id"], take, row["expires_at"], reason=row["reason"])


def waitlist_entry(row: Row) -> WaitlistEntry:
    """Return an entry of a waitlist."""
    return WaitlistEntry(
        id=row["id"],
        business_id=row["business_id"],
        place_id=row["place_id"],
        customer_id=row["customer_id"],
        service_ids=tuple(msgspec.json.decode(row["service_ids"])),
        first=row["first_day"],
        last=row["last_day"],
        created_at=row["created_at"],
        conversation_id=row["conversation_id"],
        staff_id=row["staff_id"],
        party_size=row["party_size"],
        earliest=row["earliest"],
        latest=row["latest"],
        name=row["name"],
        phone=row["phone"],
        priority=row["priority"],
        status=Waiting(row["status"]),
        hold_id=row["hold_id"],
        offered_at=row["offered_at"],
        offer_until=row["offer_until"],
        offered=row["offered"],
        offer=row["offer"],
        booking_id=row["booking_id"],
        features=tuple(msgspec.json.decode(row["features"])),
    )


def answered(row: Row) -> Answered:
    """Return what a request was answered."""
    return Answered(row["key"], row["fingerprint"], row["status"], row["body"], row["at"])


def account(row: Row) -> Account:
    """Return an account."""
    return Account(
        id=row["id"],
        business_id=row["business_id"],
        channel=row["channel"],
        external_id=row["external_id"],
        endpoint_id=row["endpoint_id"],
        name=row["name"],
        place_id=row["place_id"],
        state=row["state"],
        problem=row["problem"],
        group=row["group_id"],
    )
