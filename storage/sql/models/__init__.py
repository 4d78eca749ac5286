"""All tables, as SQLAlchemy models. They never leave `storage.sql`."""

from storage.sql.models.base import Base
from storage.sql.models.bookings import (
    AnswerRow,
    BookingEventRow,
    BookingItemRow,
    BookingRow,
    CounterRow,
    CounterUseRow,
    HoldRow,
    OccupancyRow,
)
from storage.sql.models.people import CustomerRow, IdentityRow
from storage.sql.models.plumbing import LaneRow, MailRow, OutboxRow, TimerRow
from storage.sql.models.setup import (
    AccountRow,
    ApiKeyRow,
    BusinessRow,
    EndpointRow,
    FaqRow,
    HoursRow,
    JoinRow,
    OverrideRow,
    PlaceRow,
    ResourceRow,
    ServiceRow,
    StaffRow,
    StaffServiceRow,
)
from storage.sql.models.talk import ConversationRow, HeardRow, MessageRow, TurnRow
from storage.sql.models.waitlist import WaitlistRow, WaitlistSizeRow

__all__ = [
    "AccountRow",
    "AnswerRow",
    "ApiKeyRow",
    "Base",
    "BookingEventRow",
    "BookingItemRow",
    "BookingRow",
    "BusinessRow",
    "ConversationRow",
    "CounterRow",
    "CounterUseRow",
    "CustomerRow",
    "EndpointRow",
    "FaqRow",
    "HeardRow",
    "HoldRow",
    "HoursRow",
    "IdentityRow",
    "JoinRow",
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
    "WaitlistRow",
    "WaitlistSizeRow",
]
