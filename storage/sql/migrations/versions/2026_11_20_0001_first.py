"""All tables, their indexes and guards.

Revision ID: 2026_11_20_0001
Revises:
Create Date: 2026-11-20 13:59:41.161211
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from storage.sql import guards
from storage.sql.types import Moment

revision: str = "2026_11_20_0001"
down_revision: str | None = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# What had a tenant policy, and what had none, at this revision.
TENANT_TABLES = (
    "places",
    "services",
    "staff",
    "staff_services",
    "resources",
    "weekly_hours",
    "date_overrides",
    "faqs",
    "customers",
    "identities",
    "conversations",
    "messages",
    "turns",
    "heard",
    "bookings",
    "booking_items",
    "booking_events",
    "holds",
    "occupancy",
)
OPEN_TABLES = ("accounts", "endpoints", "lanes", "mailbox", "outbox", "timers")


def upgrade() -> None:
    """Bring the schema here."""
    op.create_table(
        "businesses",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("trade", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("policies", JSON, nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_businesses")),
        sa.UniqueConstraint("slug", name=op.f("uq_businesses_slug")),
        info={"retention": "as long as the business is set up"},
    )
    op.create_table(
        "endpoints",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoints")),
        info={"retention": "as long as the business is set up"},
    )
    op.create_table(
        "holds",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("conversation_id", sa.String(length=128), nullable=True),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_holds")),
        info={"retention": "until it is released or swept after its expiry"},
    )
    op.create_index("ix_holds_conversation", "holds", ["business_id", "conversation_id"], unique=False)
    op.create_index("ix_holds_expires", "holds", ["expires_at"], unique=False)
    op.create_table(
        "lanes",
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("account_id", sa.String(length=128), nullable=False),
        sa.Column("conversation_id", sa.String(length=128), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("ready_at", Moment(), nullable=False),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("due_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_lanes")),
        info={"retention": "as long as its conversation"},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_lanes_due",
        "lanes",
        ["business_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("pending > 0"),
        postgresql_where=sa.text("pending > 0"),
    )
    op.create_table(
        "mailbox",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("endpoint_id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("account_id", sa.String(length=128), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("set_aside", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox")),
        sa.UniqueConstraint("endpoint_id", "kind", "external_id", name=op.f("uq_mailbox_endpoint_id_kind_external_id")),
        info={"retention": "8 days after it was handled; the body until it is handled"},
    )
    op.create_index(
        "ix_mailbox_open",
        "mailbox",
        ["lane", "id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "outbox",
        sa.Column("seq", SERIAL, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("conversation_id", sa.String(length=128), nullable=False),
        sa.Column("account_id", sa.String(length=128), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=128), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("has_link", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("external_id", sa.Text(), server_default="", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox")),
        info={"retention": "8 days after it was sent, cancelled or given up; the body until then"},
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["conversation_id", "seq"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "timers",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("conversation_id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account_id", sa.String(length=128), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("business_id", "conversation_id", "kind", name=op.f("pk_timers")),
        info={"retention": "until it fires or is cancelled"},
        sqlite_with_rowid=False,
    )
    op.create_index("ix_timers_due", "timers", ["due_at"], unique=False)
    op.create_table(
        "accounts",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("endpoint_id", sa.String(length=128), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place_id", sa.String(length=128), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_accounts_businesses"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["endpoint_id"], ["endpoints.id"], name=op.f("fk_accounts_endpoints")),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("channel", "external_id", name=op.f("uq_accounts_channel_external_id")),
        sa.UniqueConstraint("id", name=op.f("uq_accounts_id")),
        info={"retention": "as long as the business is set up"},
    )
    op.create_index("ix_accounts_endpoint", "accounts", ["endpoint_id", "external_id"], unique=False)
    op.create_table(
        "customers",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_customers_businesses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_customers")),
        info={"retention": "until the customer is erased"},
    )
    op.create_table(
        "date_overrides",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("owner_id", sa.String(length=128), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("ranges", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_date_overrides_businesses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_id", "owner_id", "on_date", name=op.f("pk_date_overrides")),
        info={"retention": "as long as the business is set up"},
    )
    op.create_table(
        "faqs",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("keywords", JSON, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_faqs_businesses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_faqs")),
        info={"retention": "as long as the business is set up"},
    )
    op.create_table(
        "places",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("directions", sa.Text(), nullable=False),
        sa.Column("aliases", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_places_businesses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_places")),
        info={"retention": "as long as the business is set up"},
    )
    op.create_table(
        "services",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=True),
        sa.Column("price_currency", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("aliases", JSON, nullable=False),
        sa.Column("buffer_before", sa.Integer(), nullable=False),
        sa.Column("buffer_after", sa.Integer(), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("needs_room", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_services_businesses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_services")),
        info={"retention": "as long as the business is set up"},
    )
    op.create_table(
        "staff",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aliases", JSON, nullable=False),
        sa.Column("bio", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_staff_businesses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_staff")),
        info={"retention": "as long as the business is set up"},
    )
    op.create_table(
        "weekly_hours",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("owner_id", sa.String(length=128), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_weekly_hours_businesses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_id", "owner_id", "weekday", "opens", name=op.f("pk_weekly_hours")),
        info={"retention": "as long as the business is set up"},
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bookings",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("place_id", sa.String(length=128), nullable=False),
        sa.Column("customer_id", sa.String(length=128), nullable=False),
        sa.Column("conversation_id", sa.String(length=128), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("staff_id", sa.String(length=128), nullable=True),
        sa.Column("staff_wished", sa.Boolean(), nullable=False),
        sa.Column("resource_ids", JSON, nullable=False),
        sa.Column("party_size", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_bookings_range")),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("fk_bookings_customers"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_bookings")),
        sa.UniqueConstraint("business_id", "key", name=op.f("uq_bookings_business_id_key")),
        info={"retention": "as long as the business is set up; erasing the customer blanks what is personal"},
    )
    op.create_index("ix_bookings_customer", "bookings", ["business_id", "customer_id", "status", "ends_at"], unique=False)
    op.create_index("ix_bookings_starts", "bookings", ["business_id", "starts_at"], unique=False)
    op.create_index(
        "uq_bookings_code",
        "bookings",
        ["business_id", "code"],
        unique=True,
        sqlite_where=sa.text("code <> ''"),
        postgresql_where=sa.text("code <> ''"),
    )
    op.create_table(
        "conversations",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("account_id", sa.String(length=128), nullable=False),
        sa.Column("customer_id", sa.String(length=128), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("control_epoch", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("last_heard_at", Moment(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("fk_conversations_customers"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_conversations")),
        info={"retention": "until the customer is erased"},
    )
    op.create_index("ix_conversations_customer", "conversations", ["business_id", "customer_id"], unique=False)
    op.create_index("ix_conversations_heard", "conversations", ["business_id", "last_heard_at"], unique=False)
    op.create_index(
        "ix_conversations_waiting",
        "conversations",
        ["business_id", "last_heard_at"],
        unique=False,
        sqlite_where=sa.text("owner <> 'bot'"),
        postgresql_where=sa.text("owner <> 'bot'"),
    )
    op.create_table(
        "identities",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("account_id", sa.String(length=128), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.String(length=128), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("fk_identities_customers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "account_id", "external_id", name=op.f("pk_identities")),
        info={"retention": "until the customer is erased"},
        sqlite_with_rowid=False,
    )
    op.create_index("ix_identities_customer", "identities", ["business_id", "customer_id"], unique=False)
    op.create_table(
        "resources",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("min_party", sa.Integer(), nullable=False),
        sa.Column("max_party", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("features", JSON, nullable=False),
        sa.Column("calendar_version", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "place_id"],
            ["places.business_id", "places.id"],
            name=op.f("fk_resources_places"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_resources")),
        info={"retention": "as long as the business is set up"},
    )
    op.create_index("ix_resources_place", "resources", ["business_id", "place_id"], unique=False)
    op.create_table(
        "staff_services",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("staff_id", sa.String(length=128), nullable=False),
        sa.Column("service_id", sa.String(length=128), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "service_id"],
            ["services.business_id", "services.id"],
            name=op.f("fk_staff_services_services"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "staff_id"],
            ["staff.business_id", "staff.id"],
            name=op.f("fk_staff_services_staff"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "staff_id", "service_id", name=op.f("pk_staff_services")),
        info={"retention": "as long as the business is set up"},
        sqlite_with_rowid=False,
    )
    op.create_index("ix_staff_services_service", "staff_services", ["business_id", "service_id"], unique=False)
    op.create_table(
        "booking_events",
        sa.Column("seq", SERIAL, autoincrement=True, nullable=False),
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("booking_id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "booking_id"],
            ["bookings.business_id", "bookings.id"],
            name=op.f("fk_booking_events_bookings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_booking_events")),
        sa.UniqueConstraint("business_id", "id", name=op.f("uq_booking_events_business_id_id")),
        info={"retention": "as long as the business is set up; erasing the customer blanks what is personal"},
    )
    op.create_index("ix_booking_events_booking", "booking_events", ["business_id", "booking_id", "seq"], unique=False)
    op.create_table(
        "booking_items",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("booking_id", sa.String(length=128), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.String(length=128), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=True),
        sa.Column("price_currency", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id", "booking_id"],
            ["bookings.business_id", "bookings.id"],
            name=op.f("fk_booking_items_bookings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "booking_id", "position", name=op.f("pk_booking_items")),
        info={"retention": "as long as the business is set up; erasing the customer blanks what is personal"},
        sqlite_with_rowid=False,
    )
    op.create_table(
        "heard",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("conversation_id", sa.String(length=128), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("turn_id", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "conversation_id"],
            ["conversations.business_id", "conversations.id"],
            name=op.f("fk_heard_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "conversation_id", "external_id", name=op.f("pk_heard")),
        info={"retention": "until the customer is erased"},
        sqlite_with_rowid=False,
    )
    op.create_table(
        "messages",
        sa.Column("seq", SERIAL, autoincrement=True, nullable=False),
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("conversation_id", sa.String(length=128), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("choices", JSON, nullable=False),
        sa.Column("card", JSON, nullable=True),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "conversation_id"],
            ["conversations.business_id", "conversations.id"],
            name=op.f("fk_messages_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_messages")),
        info={"retention": "until the customer is erased"},
    )
    op.create_index("ix_messages_conversation", "messages", ["business_id", "conversation_id", "seq"], unique=False)
    op.create_table(
        "occupancy",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("resource_id", sa.String(length=128), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("hold_id", sa.String(length=128), nullable=True),
        sa.Column("booking_id", sa.String(length=128), nullable=True),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.CheckConstraint("(hold_id IS NULL) <> (booking_id IS NULL)", name=op.f("ck_occupancy_one_owner")),
        sa.CheckConstraint("(hold_id IS NULL) = (expires_at IS NULL)", name=op.f("ck_occupancy_expiry")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_occupancy_range")),
        sa.ForeignKeyConstraint(
            ["business_id", "booking_id"],
            ["bookings.business_id", "bookings.id"],
            name=op.f("fk_occupancy_bookings"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "hold_id"],
            ["holds.business_id", "holds.id"],
            name=op.f("fk_occupancy_holds"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "resource_id", "starts_at", name=op.f("pk_occupancy")),
        info={"retention": "as long as the business is set up"},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_occupancy_booking",
        "occupancy",
        ["business_id", "booking_id"],
        unique=False,
        sqlite_where=sa.text("booking_id IS NOT NULL"),
        postgresql_where=sa.text("booking_id IS NOT NULL"),
    )
    op.create_index(
        "ix_occupancy_hold",
        "occupancy",
        ["business_id", "hold_id"],
        unique=False,
        sqlite_where=sa.text("hold_id IS NOT NULL"),
        postgresql_where=sa.text("hold_id IS NOT NULL"),
    )
    op.create_table(
        "turns",
        sa.Column("business_id", sa.String(length=128), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("conversation_id", sa.String(length=128), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("heard", JSON, nullable=False),
        sa.Column("message_ids", JSON, nullable=False),
        sa.Column("stage_before", sa.Text(), nullable=False),
        sa.Column("stage_after", sa.Text(), nullable=False),
        sa.Column("commands", JSON, nullable=False),
        sa.Column("certainty", sa.Float(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("ms", sa.Float(), nullable=False),
        sa.Column("alternatives", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("view", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "conversation_id"],
            ["conversations.business_id", "conversations.id"],
            name=op.f("fk_turns_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_turns")),
        sa.UniqueConstraint(
            "business_id", "conversation_id", "version", name=op.f("uq_turns_business_id_conversation_id_version")
        ),
        info={"retention": "until the customer is erased"},
        sqlite_with_rowid=False,
    )
    postgres = op.get_bind().dialect.name == "postgresql"
    if postgres:
        op.create_index("ix_lanes_next", "lanes", ["due_at"], postgresql_where=sa.text("pending > 0"))
        op.create_index("ix_turns_at", "turns", ["business_id", "at"])
        op.create_unique_constraint("uq_messages_business_id_id", "messages", ["business_id", "id"])
        op.create_unique_constraint("uq_outbox_id", "outbox", ["id"])
    for statement in _guards() if postgres else guards.overlap_triggers():
        op.execute(sa.text(statement.replace(":", r"\:")))


def _guards() -> list[str]:
    statements = [*guards.exclusion_constraint(), *guards.application_role()]
    statements += guards.grants(("businesses", *TENANT_TABLES, *OPEN_TABLES))
    statements += guards.tenancy("businesses", "id")
    for table in TENANT_TABLES:
        statements += guards.tenancy(table)
    return statements


def downgrade() -> None:
    """Take the schema back: everything in it is lost."""
    for table in (
        "turns",
        "occupancy",
        "messages",
        "heard",
        "booking_items",
        "booking_events",
        "staff_services",
        "resources",
        "identities",
        "conversations",
        "bookings",
        "weekly_hours",
        "staff",
        "services",
        "places",
        "faqs",
        "date_overrides",
        "customers",
        "accounts",
        "timers",
        "outbox",
        "mailbox",
        "lanes",
        "holds",
        "endpoints",
        "businesses",
    ):
        op.drop_table(table)
