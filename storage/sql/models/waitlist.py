"""Tables of who waits for what is not free."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.sql.models.base import (
    WITH_THE_CUSTOMER,
    At,
    Base,
    Day,
    Document,
    Key,
    Number,
    PersonalText,
    Plain,
)

OPEN = text("status IN ('waiting', 'offered')")


class WaitlistRow(Base):
    """Somebody who wants what is not free, and what they were offered."""

    __tablename__ = "waitlist"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
        Index("ix_waitlist_open", "business_id", "created_at", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_waitlist_customer", "business_id", "customer_id"),
        {"info": WITH_THE_CUSTOMER},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    id: Mapped[Key] = mapped_column(primary_key=True)
    place_id: Mapped[Key]
    customer_id: Mapped[Key]
    service_ids: Mapped[Document]
    first: Mapped[Day] = mapped_column("first_day")
    last: Mapped[Day] = mapped_column("last_day")
    created_at: Mapped[At]
    conversation_id: Mapped[Key | None]
    staff_id: Mapped[Key | None]
    party_size: Mapped[Number | None]
    features: Mapped[Document]
    earliest: Mapped[Number]
    latest: Mapped[Number]
    name: Mapped[PersonalText]
    phone: Mapped[PersonalText]
    priority: Mapped[Number]
    status: Mapped[Plain]
    hold_id: Mapped[Key | None]
    offered_at: Mapped[At | None]
    offer_until: Mapped[At | None]
    offered: Mapped[Number]
    offer: Mapped[Plain]
    booking_id: Mapped[Key | None]


class WaitlistSizeRow(Base):
    """How many wait or have an offer at a business. Looked at for all businesses at once, hence no tenant policy."""

    __tablename__ = "waitlist_sizes"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.id"], ondelete="CASCADE"),
        {"info": {"retention": "as long as the business is set up"}},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    waiting: Mapped[Number]
