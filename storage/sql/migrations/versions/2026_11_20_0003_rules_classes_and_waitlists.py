"""Rules of services, staff and tables; sessions of classes, counters, waitlists, answers and keys of the API.

Revision ID: 2026_11_20_0003
Revises: 2026_11_20_0002
Create Date: 2026-11-20 19:45:00
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from storage.sql import guards
from storage.sql.types import Moment

revision: str = "2026_11_20_0003"
down_revision: str | None = "2026_11_20_0002"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
FALSE, TRUE = sa.text("false"), sa.text("true")
WITH_THE_BUSINESS = "as long as the business is set up"
# Tables that are new at this revision, with a tenant policy and without one.
TENANT_TABLES = ("table_joins", "counters", "counter_uses", "answers", "waitlist")
OPEN_TABLES = ("api_keys", "waitlist_sizes")

HOLD, BOOKING, SESSION = (sa.text(f"{one}_id IS NOT NULL") for one in ("hold", "booking", "session"))
PHONE, EMAIL = sa.text("phone <> ''"), sa.text("email <> ''")
OWNER_BEFORE = "(hold_id IS NULL) <> (booking_id IS NULL)"
EXPIRY_BEFORE = "(hold_id IS NULL) = (expires_at IS NULL)"
OWNER = (
    "CASE WHEN session_id IS NOT NULL THEN hold_id IS NULL AND booking_id IS NULL "
    "ELSE (hold_id IS NULL) <> (booking_id IS NULL) END"
)
EXPIRY = "CASE WHEN session_id IS NOT NULL THEN true ELSE (hold_id IS NULL) = (expires_at IS NULL) END"


def _key(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=128), nullable=nullable)


def _new_columns() -> dict[str, list[sa.Column[Any]]]:
    return {
        "services": [
            sa.Column("equipment", JSON, server_default="[]", nullable=False),
            sa.Column("staff_needed", sa.Integer(), server_default="1", nullable=False),
            sa.Column("seats", sa.Integer(), server_default="0", nullable=False),
            _key("variant_of", nullable=True),
            sa.Column("addon_to", JSON, server_default="[]", nullable=False),
            sa.Column("deposit_minor", sa.Integer(), nullable=True),
            sa.Column("deposit_currency", sa.Text(), nullable=True),
            sa.Column("limits", JSON, server_default="{}", nullable=False),
        ],
        "staff": [
            sa.Column("priority", sa.Integer(), server_default="5", nullable=False),
            sa.Column("limits", JSON, server_default="{}", nullable=False),
        ],
        "staff_services": [
            sa.Column("minutes", sa.Integer(), nullable=True),
            sa.Column("price_minor", sa.Integer(), nullable=True),
            sa.Column("price_currency", sa.Text(), nullable=True),
            sa.Column("terms_position", sa.Integer(), nullable=True),
        ],
        "resources": [
            sa.Column("area", sa.Text(), server_default="", nullable=False),
            sa.Column("online", sa.Boolean(), server_default=TRUE, nullable=False),
            sa.Column("x", sa.Integer(), server_default="0", nullable=False),
            sa.Column("y", sa.Integer(), server_default="0", nullable=False),
            sa.Column("shape", sa.Text(), server_default="square", nullable=False),
        ],
        "bookings": [
            sa.Column("pinned", sa.Boolean(), server_default=FALSE, nullable=False),
            sa.Column("features", JSON, server_default="[]", nullable=False),
            sa.Column("counted", sa.Boolean(), server_default=FALSE, nullable=False),
        ],
        "holds": [
            sa.Column("reason", sa.Text(), server_default="", nullable=False),
            sa.Column("counted", sa.Boolean(), server_default=FALSE, nullable=False),
        ],
    }


def upgrade() -> None:
    """Bring the schema here."""
    for table, columns in _new_columns().items():
        for column in columns:
            op.add_column(table, column)
    _create_tables()
    op.create_index(
        "ix_customers_phone", "customers", ["business_id", "phone"], sqlite_where=PHONE, postgresql_where=PHONE
    )
    email = "email" if op.get_bind().dialect.name == "sqlite" else sa.text("lower(email)")
    op.create_index(
        "ix_customers_email", "customers", ["business_id", email], sqlite_where=EMAIL, postgresql_where=EMAIL
    )
    if op.get_bind().dialect.name == "sqlite":
        _occupancy_on_sqlite(with_sessions=True)
        return
    op.add_column("occupancy", _key("session_id", nullable=True))
    op.create_index("ix_occupancy_session", "occupancy", ["business_id", "session_id"], postgresql_where=SESSION)
    _checks_on_postgres(OWNER, EXPIRY)
    for statement in _guards():
        op.execute(sa.text(statement.replace(":", r"\:")))


def _create_tables() -> None:
    op.create_table(
        "table_joins",
        _key("business_id"),
        _key("id"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("table_ids", JSON, nullable=False),
        sa.Column("min_party", sa.Integer(), nullable=False),
        sa.Column("max_party", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_table_joins_businesses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_table_joins")),
        info={"retention": WITH_THE_BUSINESS},
    )
    op.create_table(
        "api_keys",
        _key("id"),
        _key("business_id"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_api_keys_businesses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_keys_digest")),
        info={"retention": "as long as the business is set up, revoked ones too"},
    )
    op.create_index("ix_api_keys_business", "api_keys", ["business_id", "created_at", "id"])
    op.create_table(
        "counters",
        _key("business_id"),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("bucket", Moment(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("business_id", "key", "bucket", name=op.f("pk_counters")),
        info={"retention": "until nothing uses it and it is swept"},
        sqlite_with_rowid=False,
    )
    op.create_table(
        "counter_uses",
        _key("business_id"),
        _key("owner_id"),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("bucket", Moment(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=True),
        _key("session_id", nullable=True),
        sa.PrimaryKeyConstraint("business_id", "owner_id", "key", "bucket", name=op.f("pk_counter_uses")),
        info={"retention": "as long as its hold or booking takes time"},
        sqlite_with_rowid=False,
    )
    held = sa.text("expires_at IS NOT NULL")
    op.create_index(
        "ix_counter_uses_held", "counter_uses", ["business_id", "key", "bucket"],
        sqlite_where=held, postgresql_where=held,
    )
    op.create_index(
        "ix_counter_uses_session", "counter_uses", ["business_id", "session_id"],
        sqlite_where=SESSION, postgresql_where=SESSION,
    )
    op.create_table(
        "answers",
        _key("business_id"),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("business_id", "key", name=op.f("pk_answers")),
        info={"retention": "48 hours; erasing a customer empties those about them"},
    )
    op.create_index("ix_answers_at", "answers", ["at"])
    op.create_table(
        "waitlist",
        _key("business_id"),
        _key("id"),
        _key("place_id"),
        _key("customer_id"),
        sa.Column("service_ids", JSON, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        _key("conversation_id", nullable=True),
        _key("staff_id", nullable=True),
        sa.Column("party_size", sa.Integer(), nullable=True),
        sa.Column("features", JSON, nullable=False),
        sa.Column("earliest", sa.Integer(), nullable=False),
        sa.Column("latest", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        _key("hold_id", nullable=True),
        sa.Column("offered_at", Moment(), nullable=True),
        sa.Column("offer_until", Moment(), nullable=True),
        sa.Column("offered", sa.Integer(), nullable=False),
        sa.Column("offer", sa.Text(), nullable=False),
        _key("booking_id", nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id", "customer_id"],
            ["customers.business_id", "customers.id"],
            name=op.f("fk_waitlist_customers"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_waitlist")),
        info={"retention": "until the customer is erased"},
    )
    opened = sa.text("status IN ('waiting', 'offered')")
    op.create_index(
        "ix_waitlist_open", "waitlist", ["business_id", "created_at", "id"],
        sqlite_where=opened, postgresql_where=opened,
    )
    op.create_index("ix_waitlist_customer", "waitlist", ["business_id", "customer_id"])
    op.create_table(
        "waitlist_sizes",
        _key("business_id"),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_waitlist_sizes_businesses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("business_id", name=op.f("pk_waitlist_sizes")),
        info={"retention": WITH_THE_BUSINESS},
    )


def _checks_on_postgres(owner: str, expiry: str) -> None:
    for name, rule in (("one_owner", owner), ("expiry", expiry)):
        op.drop_constraint(op.f(f"ck_occupancy_{name}"), "occupancy", type_="check")
        op.create_check_constraint(op.f(f"ck_occupancy_{name}"), "occupancy", rule)


def _occupancy_on_sqlite(*, with_sessions: bool) -> None:
    """Make the table anew: SQLite changes no constraint of one that exists, and its triggers go with it."""
    op.rename_table("occupancy", "occupancy_before")
    for name in ("booking", "hold", *(() if with_sessions else ("session",))):
        op.drop_index(f"ix_occupancy_{name}", "occupancy_before")
    op.create_table(
        "occupancy",
        _key("business_id"),
        _key("resource_id"),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        _key("hold_id", nullable=True),
        _key("booking_id", nullable=True),
        sa.Column("expires_at", Moment(), nullable=True),
        *((_key("session_id", nullable=True),) if with_sessions else ()),
        sa.CheckConstraint(OWNER if with_sessions else OWNER_BEFORE, name=op.f("ck_occupancy_one_owner")),
        sa.CheckConstraint(EXPIRY if with_sessions else EXPIRY_BEFORE, name=op.f("ck_occupancy_expiry")),
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
        info={"retention": WITH_THE_BUSINESS},
        sqlite_with_rowid=False,
    )
    kept = "business_id, resource_id, starts_at, ends_at, hold_id, booking_id, expires_at"
    chosen = "" if with_sessions else " WHERE session_id IS NULL"
    op.execute(f"INSERT INTO occupancy ({kept}) SELECT {kept} FROM occupancy_before{chosen}")
    op.drop_table("occupancy_before")
    op.create_index("ix_occupancy_booking", "occupancy", ["business_id", "booking_id"], sqlite_where=BOOKING)
    op.create_index("ix_occupancy_hold", "occupancy", ["business_id", "hold_id"], sqlite_where=HOLD)
    if with_sessions:
        op.create_index("ix_occupancy_session", "occupancy", ["business_id", "session_id"], sqlite_where=SESSION)
    for statement in guards.overlap_triggers():
        op.execute(sa.text(statement.replace(":", r"\:")))


def _guards() -> list[str]:
    statements = [*guards.grants((*TENANT_TABLES, *OPEN_TABLES))]
    for table in TENANT_TABLES:
        statements += guards.tenancy(table)
    # Rewritten with every booking that counts: room for the next version beside it.
    return [*statements, "ALTER TABLE counters SET (fillfactor = 60)"]


def downgrade() -> None:
    """Take the schema back: classes, counts, waitlists, answers and keys are lost."""
    if op.get_bind().dialect.name == "sqlite":
        _occupancy_on_sqlite(with_sessions=False)
    else:
        op.execute("DELETE FROM occupancy WHERE session_id IS NOT NULL")
        _checks_on_postgres(OWNER_BEFORE, EXPIRY_BEFORE)
        op.drop_column("occupancy", "session_id")
    for name in ("ix_customers_email", "ix_customers_phone"):
        op.drop_index(name, "customers")
    for table in (*OPEN_TABLES, *TENANT_TABLES):
        op.drop_table(table)
    for table, columns in _new_columns().items():
        for column in reversed(columns):
            op.drop_column(table, column.name)
