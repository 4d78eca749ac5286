"""Tables of how a business is set up: replaced by `Directories.save`, read as one directory."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.sql.models.base import WITH_THE_BUSINESS, At, Base, Bytes, Day, Document, Flag, Key, Number, Plain

NOTHING = "{}"
NONE = "[]"


class BusinessRow(Base):
    """A tenant."""

    __tablename__ = "businesses"
    __table_args__ = ({"info": WITH_THE_BUSINESS},)

    id: Mapped[Key] = mapped_column(primary_key=True)
    slug: Mapped[Plain] = mapped_column(unique=True)
    name: Mapped[Plain]
    trade: Mapped[Plain]
    currency: Mapped[Plain]
    country: Mapped[Plain]
    languages: Mapped[Document]
    policies: Mapped[Document]
    links: Mapped[Plain]
    version: Mapped[Number]
    """Raised whenever the set-up changes: what cached directories are compared with."""


class PlaceRow(Base):
    """Where a business serves."""

    __tablename__ = "places"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.id"], ondelete="CASCADE"),
        {"info": WITH_THE_BUSINESS},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    id: Mapped[Key] = mapped_column(primary_key=True)
    position: Mapped[Number]
    name: Mapped[Plain]
    zone: Mapped[Plain]
    address: Mapped[Plain]
    phone: Mapped[Plain]
    email: Mapped[Plain]
    directions: Mapped[Plain]
    aliases: Mapped[Document]


class ServiceRow(Base):
    """Something that can be booked."""

    __tablename__ = "services"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.id"], ondelete="CASCADE"),
        {"info": WITH_THE_BUSINESS},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    id: Mapped[Key] = mapped_column(primary_key=True)
    position: Mapped[Number]
    name: Mapped[Plain]
    minutes: Mapped[Number]
    price_minor: Mapped[Number | None]
    price_currency: Mapped[Plain | None]
    description: Mapped[Plain]
    aliases: Mapped[Document]
    buffer_before: Mapped[Number]
    buffer_after: Mapped[Number]
    needs: Mapped[Plain]
    needs_room: Mapped[Flag]
    equipment: Mapped[Document] = mapped_column(server_default=NONE)
    staff_needed: Mapped[Number] = mapped_column(server_default="1")
    seats: Mapped[Number] = mapped_column(server_default="0")
    variant_of: Mapped[Key | None]
    addon_to: Mapped[Document] = mapped_column(server_default=NONE)
    deposit_minor: Mapped[Number | None]
    deposit_currency: Mapped[Plain | None]
    limits: Mapped[Document] = mapped_column(server_default=NOTHING)


class StaffRow(Base):
    """Somebody who serves. Their name is public: customers ask for it."""

    __tablename__ = "staff"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.id"], ondelete="CASCADE"),
        {"info": WITH_THE_BUSINESS},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    id: Mapped[Key] = mapped_column(primary_key=True)
    position: Mapped[Number]
    name: Mapped[Plain]
    aliases: Mapped[Document]
    bio: Mapped[Plain]
    priority: Mapped[Number] = mapped_column(server_default="5")
    limits: Mapped[Document] = mapped_column(server_default=NOTHING)


class StaffServiceRow(Base):
    """Which service a member of staff gives, and on which terms where they have their own."""

    __tablename__ = "staff_services"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "staff_id"], ["staff.business_id", "staff.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["business_id", "service_id"], ["services.business_id", "services.id"], ondelete="CASCADE"
        ),
        Index("ix_staff_services_service", "business_id", "service_id"),
        {"info": WITH_THE_BUSINESS, "sqlite_with_rowid": False},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    staff_id: Mapped[Key] = mapped_column(primary_key=True)
    service_id: Mapped[Key] = mapped_column(primary_key=True)
    position: Mapped[Number]
    minutes: Mapped[Number | None]
    """How long they take. None is the service's own duration, as with the price."""
    price_minor: Mapped[Number | None]
    price_currency: Mapped[Plain | None]
    terms_position: Mapped[Number | None]
    """Where the terms stand among their terms. None where they have none of their own."""


class ResourceRow(Base):
    """What can be taken for a time: a person's time, a room, a table."""

    __tablename__ = "resources"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "place_id"], ["places.business_id", "places.id"], ondelete="CASCADE"),
        Index("ix_resources_place", "business_id", "place_id"),
        {"info": WITH_THE_BUSINESS},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    id: Mapped[Key] = mapped_column(primary_key=True)
    position: Mapped[Number]
    place_id: Mapped[Key]
    kind: Mapped[Plain]
    name: Mapped[Plain]
    min_party: Mapped[Number]
    max_party: Mapped[Number]
    priority: Mapped[Number]
    features: Mapped[Document]
    calendar_version: Mapped[Number] = mapped_column(server_default="0")
    """Raised with every change of its occupancy: what cached views are compared with."""
    area: Mapped[Plain] = mapped_column(server_default="")
    online: Mapped[Flag] = mapped_column(server_default=text("true"))
    x: Mapped[Number] = mapped_column(server_default="0")
    y: Mapped[Number] = mapped_column(server_default="0")
    shape: Mapped[Plain] = mapped_column(server_default="square")


class JoinRow(Base):
    """Tables that can be put together for a larger party."""

    __tablename__ = "table_joins"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.id"], ondelete="CASCADE"),
        {"info": WITH_THE_BUSINESS},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    id: Mapped[Key] = mapped_column(primary_key=True)
    position: Mapped[Number]
    table_ids: Mapped[Document]
    min_party: Mapped[Number]
    max_party: Mapped[Number]
    priority: Mapped[Number]


class HoursRow(Base):
    """Open from one minute of a weekday to another. The owner is a place, a resource or a service."""

    __tablename__ = "weekly_hours"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.id"], ondelete="CASCADE"),
        {"info": WITH_THE_BUSINESS, "sqlite_with_rowid": False},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    owner_id: Mapped[Key] = mapped_column(primary_key=True)
    weekday: Mapped[Number] = mapped_column(primary_key=True)
    opens: Mapped[Number] = mapped_column(primary_key=True)
    closes: Mapped[Number]
    position: Mapped[Number]


class OverrideRow(Base):
    """One date that is different."""

    __tablename__ = "date_overrides"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.id"], ondelete="CASCADE"),
        {"info": WITH_THE_BUSINESS},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    owner_id: Mapped[Key] = mapped_column(primary_key=True)
    on: Mapped[Day] = mapped_column("on_date", primary_key=True)
    ranges: Mapped[Document]
    reason: Mapped[Plain]
    position: Mapped[Number]


class FaqRow(Base):
    """A question that customers ask and its answer."""

    __tablename__ = "faqs"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.id"], ondelete="CASCADE"),
        {"info": WITH_THE_BUSINESS},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    id: Mapped[Key] = mapped_column(primary_key=True)
    position: Mapped[Number]
    question: Mapped[Plain]
    answer: Mapped[Plain]
    keywords: Mapped[Document]
    language: Mapped[Plain]
    category: Mapped[Plain]


GROUPED = text("group_id <> ''")


class EndpointRow(Base):
    """What a webhook path names: a platform app shared by many accounts, or one business's own bot."""

    __tablename__ = "endpoints"
    __table_args__ = ({"info": WITH_THE_BUSINESS},)

    id: Mapped[Key] = mapped_column(primary_key=True)
    channel: Mapped[Plain]
    secret: Mapped[Bytes | None]
    """Sealed. None where the channel needs none, or where it is the platform app's and comes from the settings."""
    key_id: Mapped[Plain] = mapped_column(server_default="")
    """Of the key that it is sealed with."""


class AccountRow(Base):
    """One business's connection to a channel. Found before its business is known, hence no tenant policy."""

    __tablename__ = "accounts"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["endpoint_id"], ["endpoints.id"]),
        UniqueConstraint("id"),
        UniqueConstraint("channel", "external_id"),
        Index("ix_accounts_endpoint", "endpoint_id", "external_id"),
        Index("ix_accounts_group", "channel", "group_id", sqlite_where=GROUPED, postgresql_where=GROUPED),
        {"info": WITH_THE_BUSINESS},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    id: Mapped[Key] = mapped_column(primary_key=True)
    channel: Mapped[Plain]
    external_id: Mapped[Plain]
    endpoint_id: Mapped[Key]
    name: Mapped[Plain]
    place_id: Mapped[Key | None]
    state: Mapped[Plain] = mapped_column(server_default="connected")
    """`connected`, `reauth_required`, `stopped`, `disconnected`."""
    problem: Mapped[Plain] = mapped_column(server_default="")
    group_id: Mapped[Plain] = mapped_column(server_default="")
    """What stands above it on its platform: a WhatsApp Business Account."""


class CredentialRow(Base):
    """The token by which an account sends, sealed with its business and account inside."""

    __tablename__ = "credentials"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "account_id"], ["accounts.business_id", "accounts.id"], ondelete="CASCADE"
        ),
        {"info": {"retention": "until the account is disconnected"}, "sqlite_with_rowid": False},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    account_id: Mapped[Key] = mapped_column(primary_key=True)
    sealed: Mapped[Bytes]
    key_id: Mapped[Plain]
    updated_at: Mapped[At]
    expires_at: Mapped[At | None]


class PendingRow(Base):
    """A sign-in at a platform that was begun and is not finished. Found by its state before its business is known."""

    __tablename__ = "pending_connections"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.id"], ondelete="CASCADE"),
        {"info": {"retention": "until it is finished, at most ten minutes"}},
    )

    state_hash: Mapped[Bytes] = mapped_column(primary_key=True)
    """SHA-256 of the state that the platform hands back."""
    business_id: Mapped[Key]
    channel: Mapped[Plain]
    session: Mapped[Bytes]
    """SHA-256 of the session cookie that began it."""
    expires_at: Mapped[At]
    facts: Mapped[Document]


class TemplateRow(Base):
    """What a platform says of a template. Told for a group of accounts, before their businesses are known."""

    __tablename__ = "templates"
    __table_args__ = ({"info": WITH_THE_BUSINESS, "sqlite_with_rowid": False},)

    group_id: Mapped[Key] = mapped_column(primary_key=True)
    name: Mapped[Plain] = mapped_column(primary_key=True)
    language: Mapped[Plain] = mapped_column(primary_key=True)
    status: Mapped[Plain]
    reason: Mapped[Plain]
    updated_at: Mapped[At]


class ApiKeyRow(Base):
    """What opens a business's API. Found before its business is known, hence no tenant policy."""

    __tablename__ = "api_keys"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.id"], ondelete="CASCADE"),
        UniqueConstraint("digest"),
        Index("ix_api_keys_business", "business_id", "created_at", "id"),
        {"info": {"retention": "as long as the business is set up, revoked ones too"}},
    )

    id: Mapped[Key] = mapped_column(primary_key=True)
    business_id: Mapped[Key]
    name: Mapped[Plain]
    digest: Mapped[Bytes]
    """SHA-256 of the key, which itself is kept nowhere."""
    created_at: Mapped[At]
    revoked_at: Mapped[At | None]
