"""Identifiers: short opaque strings, ordered by time where they are new, derived where they must repeat."""

from __future__ import annotations

import hashlib
import os
import time
from typing import TypeAlias

BusinessId: TypeAlias = str
PlaceId: TypeAlias = str
StaffId: TypeAlias = str
ServiceId: TypeAlias = str
ResourceId: TypeAlias = str
CustomerId: TypeAlias = str
ConversationId: TypeAlias = str
AccountId: TypeAlias = str
BookingId: TypeAlias = str
HoldId: TypeAlias = str


def new_id() -> str:
    """Return a new identifier: 32 hexadecimal digits, the first 12 being milliseconds (UUIDv7 order)."""
    try:
        chance = _fresh.pop()
    except IndexError:
        drawn = os.urandom(_DRAWN * 10).hex()
        _fresh.extend(drawn[at : at + 20] for at in range(20, len(drawn), 20))
        chance = drawn[:20]
    return f"{time.time_ns() // 1_000_000:012x}{chance}"


_DRAWN = 256
"""How many random parts are drawn from the system at once: one call for each would cost more than all the rest."""
_fresh: list[str] = []
os.register_at_fork(after_in_child=_fresh.clear)  # a child must not give out what its parent has drawn


def derived_id(*parts: str) -> str:
    """Return the identifier that these parts always give: 32 hexadecimal digits (BLAKE2b, 128 bits)."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def conversation_id(account_id: AccountId, identity: str) -> ConversationId:
    """Return the one conversation that an identity (its external id) can have with an account."""
    return derived_id("conversation", account_id, identity)


CONTROL = "control:"
"""What the lane of a conversation's signals begins with."""
ACCOUNT = "account:"
"""What the lane of an account's own signals begins with."""


def control_lane(conversation: ConversationId) -> str:
    """Return the lane of a conversation's receipts, echoes and changes of control."""
    return CONTROL + conversation


def account_lane(account: AccountId) -> str:
    """Return the lane of what is told about an account itself."""
    return ACCOUNT + account


def conversation_of_lane(lane: str) -> ConversationId:
    """Return the conversation that a lane belongs to, "" for an account's lane."""
    return "" if lane.startswith(ACCOUNT) else lane.removeprefix(CONTROL)


def is_signal_lane(lane: str) -> bool:
    """Return whether a lane carries signals, which never wake the engine."""
    return lane.startswith((CONTROL, ACCOUNT))
