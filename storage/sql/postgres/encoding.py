"""How records travel to the server's functions: JSON, encoded by whoever hands them in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from domain.bookings import TRANSITIONS, AmendBooking, CancelBooking, MoveBooking, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.bookings import Effect
    from domain.ids import BusinessId
    from domain.ports import Arrival

FREE = frozenset({Status.CANCELLED, Status.NO_SHOW})
"""A booking that stands so takes no time."""
_ZERO = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
_encode = msgspec.json.Encoder().encode


def encoded(value: Any) -> bytes:
    """Return JSON that PostgreSQL can read: records by field, moments as RFC 3339, bytes as base64, no NUL."""
    text = _encode(value)
    return _ZERO.sub(rb"\1", text) if rb"\u0000" in text else text


def members(values: Sequence[Any]) -> bytes:
    """Return the members of a JSON array without its brackets, so that arrays can be joined."""
    return encoded(values)[1:-1] if values else b""


def joined(arrays: Iterable[bytes]) -> str:
    """Return the JSON array of all members."""
    return (b"[" + b",".join(filter(None, arrays)) + b"]").decode()


def effect_record(effect: Effect, business_id: BusinessId, turn: int = 0) -> dict[str, Any]:
    """Return an effect as the server's functions read it, with the statuses that it may follow."""
    record = {"o": turn, "business": business_id, "kind": type(effect).__name__, "effect": effect}
    match effect:
        case MoveBooking():
            status = effect.booking.status
            after = {one for one in Status if one not in FREE or status in TRANSITIONS[one]}
            record["after"] = sorted(after - {Status.COMPLETED})
        case CancelBooking() | AmendBooking():
            status = effect.booking.status
            after = {one for one in Status if one not in FREE and status in TRANSITIONS[one]}
            if isinstance(effect, AmendBooking):
                after.add(status)
            record["after"] = sorted(after)
            record["frees"] = status in FREE
        case _:
            pass
    return record


def arrival_record(arrival: Arrival) -> dict[str, Any]:
    """Return an arrival as `accept_mail` reads it."""
    conversation_id = arrival.lane.removeprefix("control:")
    return {
        "endpoint_id": arrival.endpoint_id,
        "kind": arrival.kind,
        "external_id": arrival.external_id,
        "lane": arrival.lane,
        "business_id": arrival.business_id,
        "account_id": arrival.account_id,
        "conversation_id": "" if ":" in conversation_id else conversation_id,
        "sender": arrival.sender,
        "body": arrival.body,
        "sent_at": arrival.sent_at,
        "received_at": arrival.received_at,
        "quiet": None if arrival.quiet is None else arrival.quiet.total_seconds(),
    }
