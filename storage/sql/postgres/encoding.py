"""How records travel to the server's functions: JSON, encoded by whoever hands them in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from domain.bookings import (
    FREE,
    OPEN,
    PINNING,
    AddCustomer,
    AmendBooking,
    AmendCustomer,
    CancelBooking,
    MakeBooking,
    MoveBooking,
    PlaceHold,
    ReleaseHold,
    Reseat,
    expected_sequence,
    expected_statuses,
)
from domain.ids import conversation_of_lane
from domain.occupancy import gathered
from domain.waitlist import ChangeWaitlist, JoinWaitlist

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.bookings import Change, Effect
    from domain.businesses import Account
    from domain.ids import BusinessId
    from domain.occupancy import Take
    from domain.ports import Arrival

_ZERO = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
_encode = msgspec.json.Encoder().encode


def encoded(value: Any) -> bytes:
    """Return JSON that PostgreSQL can read: records by field, moments as RFC 3339, bytes as base64, no NUL."""
    text = _encode(value)
    return _ZERO.sub(rb"\1", text) if rb"\u0000" in text else text


def plain(text: str) -> str:
    """Return a text as PostgreSQL can keep it: without NUL."""
    return text.replace("\0", "")


def members(values: Sequence[Any]) -> bytes:
    """Return the members of a JSON array without its brackets, so that arrays can be joined."""
    return encoded(values)[1:-1] if values else b""


def joined(arrays: Iterable[bytes]) -> str:
    """Return the JSON array of all members."""
    return (b"[" + b",".join(filter(None, arrays)) + b"]").decode()


def effect_record(effect: Effect, business_id: BusinessId, turn: int = 0) -> dict[str, Any]:
    """Return an effect as the server's functions read it: what must be locked, and the statuses that it may follow."""
    record: dict[str, Any] = {"o": turn, "business": business_id, "kind": type(effect).__name__, "effect": effect}
    match effect:
        case PlaceHold():
            record |= _taken(effect.take)
            record["holds"] = [one for one in (effect.hold_id, effect.replaces) if one is not None]
            if effect.conversation_id is not None:
                record["conversation"] = effect.conversation_id
        case ReleaseHold():
            record["holds"] = [effect.hold_id]
        case MakeBooking() | MoveBooking():
            record |= _taken(effect.take)
            record["bookings"] = [effect.booking.id]
            record["holds"] = [] if effect.hold_id is None else [effect.hold_id]
            if isinstance(effect, MoveBooking):
                record |= _expected(effect)
        case CancelBooking() | AmendBooking():
            record |= _expected(effect)
            record["frees"] = effect.booking.status in FREE
            record["pins"] = effect.event.kind in PINNING
            record["bookings"] = [effect.booking.id]
        case Reseat():
            record["after"] = sorted(OPEN)
            record["bookings"] = [one.booking_id for one in effect.moves]
            record["counts"] = []
            record["rows"] = [
                {
                    "booking_id": one.booking_id,
                    "resource_id": resource_id,
                    "starts_at": one.starts_at,
                    "ends_at": one.ends_at,
                }
                for one in effect.moves
                for resource_id in one.resource_ids
            ]
        case AmendCustomer():
            record["customer"] = effect.customer_id
        case AddCustomer():
            record["customer"] = effect.customer.id
        case JoinWaitlist() | ChangeWaitlist():
            record["waitlist"] = effect.entry.id
        case _:
            pass
    return record


def _expected(change: Change) -> dict[str, Any]:
    """Return how a booking must still stand for a change to be written over it."""
    return {"was": expected_sequence(change), "after": sorted(expected_statuses(change))}


def _taken(take: Take) -> dict[str, Any]:
    """Return the rows and counts of a take. Raises ValueError for a session without a count: nobody would be in it."""
    if take.session and not take.counts:
        raise ValueError("whoever is in a session counts for something: its seats")
    record: dict[str, Any] = {
        "rows": [
            {"resource_id": one.resource_id, "starts_at": one.starts_at, "ends_at": one.ends_at} for one in take.rows
        ],
        "counts": gathered(take.counts),
    }
    if take.session:
        record["session"] = take.session
    return record


def arrival_record(arrival: Arrival) -> dict[str, Any]:
    """Return an arrival as `accept_mail` reads it."""
    return {
        "endpoint_id": arrival.endpoint_id,
        "kind": arrival.kind,
        "external_id": arrival.external_id,
        "lane": arrival.lane,
        "business_id": arrival.business_id,
        "account_id": arrival.account_id,
        "conversation_id": conversation_of_lane(arrival.lane),
        "sender": arrival.sender,
        "body": arrival.body,
        "sent_at": arrival.sent_at,
        "received_at": arrival.received_at,
        "quiet": None if arrival.quiet is None else arrival.quiet.total_seconds(),
    }


def account_record(account: Account) -> dict[str, Any]:
    """Return an account as `write_accounts` reads it."""
    return {
        "business_id": account.business_id,
        "id": account.id,
        "channel": account.channel,
        "external_id": account.external_id,
        "endpoint_id": account.endpoint_id,
        "name": account.name,
        "place_id": account.place_id,
        "state": account.state,
        "problem": account.problem,
        "group_id": account.group,
    }
