"""Tables of bookings, of what happened to them, and of the time they take."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.sql.models.base import (
    NOT_PERSONAL,
    WITH_THE_BUSINESS,
    At,
    Base,
    Document,
    Flag,
    Key,
    Number,
    PersonalText,
    Plain,
)
from storage.sql.types import Serial

KEPT = {"retention": "as long as the business is set up; erasing the customer blanks what is personal"}


class BookingRow(Base):
    """A visit that was agreed. Staff and services are not foreign keys: the set-up may change, a sale does not."""

    __tablename__ = "bookings"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
        UniqueConstraint("business_id", "key"),
        Index("ix_bookings_starts", "business_id", "starts_at"),
        Index("ix_bookings_customer", "business_id", "customer_id", "status", "ends_at"),
        Index(
            "uq_bookings_code",
            "business_id",
            "code",
            unique=True,
            sqlite_where=text("code <> ''"),
            postgresql_where=text("code <> ''"),
        ),
        CheckConstraint("ends_at > starts_at", name="range"),
        {"info": KEPT},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    id: Mapped[Key] = mapped_column(primary_key=True)
    place_id: Mapped[Key]
    customer_id: Mapped[Key]
    conversation_id: Mapped[Key | None]
    status: Mapped[Plain]
    starts_at: Mapped[At]
    ends_at: Mapped[At]
    created_at: Mapped[At]
    staff_id: Mapped[Key | None]
    staff_wished: Mapped[Flag]
    resource_ids: Mapped[Document]
    party_size: Mapped[Number | None]
    name: Mapped[PersonalText]
    phone: Mapped[PersonalText]
    email: Mapped[PersonalText]
    notes: Mapped[PersonalText]
    source: Mapped[Plain]
    sequence: Mapped[Number]
    code: Mapped[Plain]
    key: Mapped[Plain]
    """The idempotency key it was made with."""


class BookingItemRow(Base):
    """One service of a visit with the price it was sold at."""

    __tablename__ = "booking_items"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "booking_id"], ["bookings.business_id", "bookings.id"], ondelete="CASCADE"
        ),
        {"info": KEPT, "sqlite_with_rowid": False},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    booking_id: Mapped[Key] = mapped_column(primary_key=True)
    position: Mapped[Number] = mapped_column(primary_key=True)
    service_id: Mapped[Key]
    name: Mapped[Plain]
    minutes: Mapped[Number]
    price_minor: Mapped[Number | None]
    price_currency: Mapped[Plain | None]


class BookingEventRow(Base):
    """Something that happened to a booking: who did it, when and why. `seq` is the order of commits."""

    __tablename__ = "booking_events"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "booking_id"], ["bookings.business_id", "bookings.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("business_id", "id"),
        Index("ix_booking_events_booking", "business_id", "booking_id", "seq"),
        {"info": KEPT},
    )

    seq: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True, info=NOT_PERSONAL)
    business_id: Mapped[Key]
    id: Mapped[Key]
    booking_id: Mapped[Key]
    kind: Mapped[Plain]
    actor: Mapped[Plain]
    at: Mapped[At]
    reason: Mapped[PersonalText]


class HoldRow(Base):
    """A time kept while the customer confirms or pays; at most one a conversation."""

    __tablename__ = "holds"
    __table_args__ = (
        Index("ix_holds_conversation", "business_id", "conversation_id"),
        Index("ix_holds_expires", "expires_at"),
        {"info": {"retention": "until it is released or swept after its expiry"}},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    id: Mapped[Key] = mapped_column(primary_key=True)
    conversation_id: Mapped[Key | None]
    expires_at: Mapped[At]


class OccupancyRow(Base):
    """A resource taken for a range of time, half-open, buffers included, held or booked.

    Rows of one resource never overlap: an exclusion constraint on PostgreSQL, triggers on SQLite
    (`storage.sql.guards`).
    So a resource and a start name one row, and the key is the index that the trigger and every reader use.
    """

    __tablename__ = "occupancy"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "hold_id"], ["holds.business_id", "holds.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["business_id", "booking_id"], ["bookings.business_id", "bookings.id"], ondelete="CASCADE"
        ),
        Index(
            "ix_occupancy_hold",
            "business_id",
            "hold_id",
            sqlite_where=text("hold_id IS NOT NULL"),
            postgresql_where=text("hold_id IS NOT NULL"),
        ),
        Index(
            "ix_occupancy_booking",
            "business_id",
            "booking_id",
            sqlite_where=text("booking_id IS NOT NULL"),
            postgresql_where=text("booking_id IS NOT NULL"),
        ),
        CheckConstraint("ends_at > starts_at", name="range"),
        CheckConstraint("(hold_id IS NULL) <> (booking_id IS NULL)", name="one_owner"),
        CheckConstraint("(hold_id IS NULL) = (expires_at IS NULL)", name="expiry"),
        {"info": WITH_THE_BUSINESS, "sqlite_with_rowid": False},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    resource_id: Mapped[Key] = mapped_column(primary_key=True)
    starts_at: Mapped[At] = mapped_column(primary_key=True)
    ends_at: Mapped[At]
    hold_id: Mapped[Key | None]
    booking_id: Mapped[Key | None]
    expires_at: Mapped[At | None]
