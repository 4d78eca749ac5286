"""Signals: what a platform tells besides what customers say. They go to control lanes and never wake the engine."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from domain.conversations import Outgoing

ReceiptStatus = Literal["sent", "failed", "delivered", "read", "played"]
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
RANK: dict[str, int] = {"": 0, "sent": 10, "failed": 15, "delivered": 20, "read": 30, "played": 40}
"""Statuses arrive in any order; the highest rank stands."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message of ours, by the platform."""

    external_id: str
    """The platform's id of the message."""
    status: ReceiptStatus
    at: datetime
    key: str = ""
    """Our own key, as `tracking_key` made it; "" where the platform does not hand it back."""
    code: str = ""
    """The platform's error code of a failure."""
    problem: str = ""
    """What went wrong, in the platform's words."""


@dataclass(frozen=True, slots=True)
class Echo:
    """Words of the business that were not sent by us: typed in the platform's own app or inbox."""

    external_id: str
    text: str
    at: datetime
    author: str = ""
    """Who typed it, where the platform tells."""
    app: str = ""
    """The app that wrote it, where it was no person: that app has the thread."""


@dataclass(frozen=True, slots=True)
class IdentityChanged:
    """The platform knows a customer by another id from now on: a new number, a new BSUID."""

    before: str
    after: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class ControlMoved:
    """Another app of the platform took the thread, or gave it to us."""

    to_us: bool
    at: datetime
    by: str = ""
    """The app, as the platform names it."""


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """Something about an account itself: a template was judged, a number restricted, a connection switched off."""

    kind: str
    """The platform's own name of it: `message_template_status_update`, `business_connection`."""
    at: datetime
    facts: dict[str, str] = field(default_factory=dict)


Signal = Receipt | Echo | IdentityChanged | ControlMoved | AccountChanged


def tracking_key(outgoing: Outgoing) -> str:
    """Return the key that goes out with a message, so that a receipt finds its way back without looking anything up."""
    return f"{outgoing.conversation_id}.{outgoing.id}.{outgoing.message_id}"


def tracked(key: str) -> tuple[str, str, str] | None:
    """Return the ids of conversation, outbox row and transcript line that a key names; None for what is no key."""
    parts = key.split(".")
    if len(parts) != 3 or not all(_ID.fullmatch(part) for part in parts):
        return None
    return parts[0], parts[1], parts[2]
