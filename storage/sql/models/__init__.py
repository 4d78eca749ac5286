"""All tables, as SQLAlchemy models. They never leave `storage.sql`."""

from storage.sql.models.base import Base
from storage.sql.models.bookings import BookingEventRow, BookingItemRow, BookingRow, HoldRow, OccupancyRow
from storage.sql.models.people import CustomerRow, IdentityRow
from storage.sql.models.plumbing import LaneRow, MailRow, OutboxRow, TimerRow
from storage.sql.models.setup import (
    AccountRow,
    BusinessRow,
    EndpointRow,
    FaqRow,
    HoursRow,
    OverrideRow,
    PlaceRow,
    ResourceRow,
    ServiceRow,
    StaffRow,
    StaffServiceRow,
)
from storage.sql.models.talk import ConversationRow, HeardRow, MessageRow, TurnRow

__all__ = [
    "AccountRow",
    "Base",
    "BookingEventRow",
    "BookingItemRow",
    "BookingRow",
    "BusinessRow",
    "ConversationRow",
    "CustomerRow",
    "EndpointRow",
    "FaqRow",
    "HeardRow",
    "HoldRow",
    "HoursRow",
    "IdentityRow",
    "LaneRow",
    "MailRow",
    "MessageRow",
    "OccupancyRow",
    "OutboxRow",
    "OverrideRow",
    "PlaceRow",
    "ResourceRow",
    "ServiceRow",
    "StaffRow",
    "StaffServiceRow",
    "TimerRow",
    "TurnRow",
]
