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
    PersonalBytes,
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
    pinned: Mapped[Flag] = mapped_column(server_default=text("false"))
    features: Mapped[Document] = mapped_column(server_default="[]")
    counted: Mapped[Flag] = mapped_column(server_default=text("false"))
    """Whether it uses up counts or a class's session: only then are there `counter_uses` to give back."""


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
    """A time kept while the customer confirms or pays, at most one a conversation; or kept by staff, with a reason."""

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
    reason: Mapped[Plain] = mapped_column(server_default="")
    counted: Mapped[Flag] = mapped_column(server_default=text("false"))
    """As of a booking."""


class OccupancyRow(Base):
    """A resource taken for a range of time, half-open, buffers included: by a hold, a booking or a class's session.

    The rows of a session are inserted by the first who is in it and go with the last one. They expire with the last of
    its holds; once somebody has booked they do not.

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
        Index(
            "ix_occupancy_session",
            "business_id",
            "session_id",
            sqlite_where=text("session_id IS NOT NULL"),
            postgresql_where=text("session_id IS NOT NULL"),
        ),
        CheckConstraint("ends_at > starts_at", name="range"),
        CheckConstraint(
            "CASE WHEN session_id IS NOT NULL THEN hold_id IS NULL AND booking_id IS NULL "
            "ELSE (hold_id IS NULL) <> (booking_id IS NULL) END",
            name="one_owner",
        ),
        CheckConstraint(
            "CASE WHEN session_id IS NOT NULL THEN true ELSE (hold_id IS NULL) = (expires_at IS NULL) END",
            name="expiry",
        ),
        {"info": WITH_THE_BUSINESS, "sqlite_with_rowid": False},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    resource_id: Mapped[Key] = mapped_column(primary_key=True)
    starts_at: Mapped[At] = mapped_column(primary_key=True)
    ends_at: Mapped[At]
    hold_id: Mapped[Key | None]
    booking_id: Mapped[Key | None]
    expires_at: Mapped[At | None]
    session_id: Mapped[Key | None]


class CounterRow(Base):
    """How much of something countable is used up: the sum of its `counter_uses`, kept by a guarded update."""

    __tablename__ = "counters"
    __table_args__ = ({"info": {"retention": "until nothing uses it and it is swept"}, "sqlite_with_rowid": False},)

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    key: Mapped[Plain] = mapped_column(primary_key=True)
    bucket: Mapped[At] = mapped_column(primary_key=True)
    used: Mapped[Number]


class CounterUseRow(Base):
    """What one hold or booking uses up of a counter, and in which class's session it is."""

    __tablename__ = "counter_uses"
    __table_args__ = (
        Index(
            "ix_counter_uses_held",
            "business_id",
            "key",
            "bucket",
            sqlite_where=text("expires_at IS NOT NULL"),
            postgresql_where=text("expires_at IS NOT NULL"),
        ),
        Index(
            "ix_counter_uses_session",
            "business_id",
            "session_id",
            sqlite_where=text("session_id IS NOT NULL"),
            postgresql_where=text("session_id IS NOT NULL"),
        ),
        {"info": {"retention": "as long as its hold or booking takes time"}, "sqlite_with_rowid": False},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    owner_id: Mapped[Key] = mapped_column(primary_key=True)
    """Id of the hold or the booking."""
    key: Mapped[Plain] = mapped_column(primary_key=True)
    bucket: Mapped[At] = mapped_column(primary_key=True)
    amount: Mapped[Number]
    expires_at: Mapped[At | None]
    """The hold's. None for a booking."""
    session_id: Mapped[Key | None]


class AnswerRow(Base):
    """What a request with an idempotency key was answered."""

    __tablename__ = "answers"
    __table_args__ = (
        Index("ix_answers_at", "at"),
        {"info": {"retention": "48 hours; erasing a customer empties those about them"}},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    key: Mapped[Plain] = mapped_column(primary_key=True)
    fingerprint: Mapped[Plain]
    """Of method, path and body of the request."""
    status: Mapped[Number]
    body: Mapped[PersonalBytes]
    at: Mapped[At]
