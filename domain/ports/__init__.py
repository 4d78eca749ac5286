"""Ports: what Frontdesk asks of stores and of the world.

Each has a memory twin in `storage.memory` and one contract test.
"""

from domain.ports.accounts import Accounts, Addresses, Credential, Endpoint, Pending, TemplateState
from domain.ports.calendar import Calendar
from domain.ports.control import Control, ControlChange
from domain.ports.mailbox import Arrival, Claim, Commit, Mail, Mailbox, MailKind, Outcome, SetAside
from domain.ports.outbox import GivenUp, Outbox, Parcel, Timers, Tracked
from domain.ports.privacy import Privacy
from domain.ports.setup import ApiKey, ApiKeys, Directories
from domain.ports.store import Store
from domain.ports.talk import Bucket, Limiter, Live, LiveEvents, Transcripts

__all__ = [
    "Accounts",
    "Addresses",
    "ApiKey",
    "ApiKeys",
    "Arrival",
    "Bucket",
    "Calendar",
    "Claim",
    "Commit",
    "Control",
    "ControlChange",
    "Credential",
    "Directories",
    "Endpoint",
    "GivenUp",
    "Limiter",
    "Live",
    "LiveEvents",
    "Mail",
    "MailKind",
    "Mailbox",
    "Outbox",
    "Outcome",
    "Parcel",
    "Pending",
    "Privacy",
    "SetAside",
    "Store",
    "TemplateState",
    "Timers",
    "Tracked",
    "Transcripts",
]
