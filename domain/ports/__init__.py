"""Ports: what Frontdesk asks of stores and of the world.

Each has a memory twin in `storage.memory` and one contract test.
"""

from domain.ports.calendar import Calendar
from domain.ports.control import Control, ControlChange
from domain.ports.mailbox import Arrival, Claim, Commit, Mail, Mailbox, MailKind, Outcome
from domain.ports.outbox import Outbox, Parcel, Timers
from domain.ports.privacy import Privacy
from domain.ports.setup import ApiKey, ApiKeys, Directories
from domain.ports.store import Store
from domain.ports.talk import Limiter, Live, LiveEvents, Transcripts

__all__ = [
    "ApiKey",
    "ApiKeys",
    "Arrival",
    "Calendar",
    "Claim",
    "Commit",
    "Control",
    "ControlChange",
    "Directories",
    "Limiter",
    "Live",
    "LiveEvents",
    "Mail",
    "MailKind",
    "Mailbox",
    "Outbox",
    "Outcome",
    "Parcel",
    "Privacy",
    "Store",
    "Timers",
    "Transcripts",
]
