"""Connected accounts: states, sealed tokens, sign-ins under way, templates; who is who; what became of messages.

Revision ID: 2026_11_29_0005
Revises: 2026_11_20_0004
Create Date: 2026-11-29 21:30:00
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from storage.sql import guards
from storage.sql.types import Moment

revision: str = "2026_11_29_0005"
down_revision: str | None = "2026_11_20_0004"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
WITH_THE_BUSINESS = "as long as the business is set up"
WITH_THE_CUSTOMER = "until the customer is erased"
TENANT_TABLES = ("credentials", "deliveries")
OPEN_TABLES = ("pending_connections", "templates", "addresses")
ASIDE = sa.text("set_aside")
GROUPED, FAILED = sa.text("group_id <> ''"), sa.text("status = 'failed'")
FUNCTIONS = Path(__file__).parents[2] / "postgres" / "functions"
FILES = ("mail.sql", "calendars.sql", "readings.sql", "effects.sql", "turns.sql", "outbox.sql", "setup.sql")
OURS = (
    "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace "
    "AND p.prolang IN (SELECT oid FROM pg_language WHERE lanname IN ('plpgsql', 'sql')) "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)


def _key(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=128), nullable=nullable)


def _text(name: str, **more: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, **more)


def _new_columns() -> dict[str, list[sa.Column[Any]]]:
    return {
        "endpoints": [_text("key_id", server_default="")],
        "accounts": [
            _text("state", server_default="connected"),
            _text("problem", server_default=""),
            _text("group_id", server_default=""),
        ],
        "outbox": [sa.Column("doubts", sa.Integer(), server_default="0", nullable=False)],
        "messages": [sa.Column("media", JSON, nullable=True)],
    }


def upgrade() -> None:
    """Bring the schema here."""
    for table, columns in _new_columns().items():
        for column in columns:
            op.add_column(table, column)
    op.create_index(
        "ix_accounts_group", "accounts", ["channel", "group_id"], sqlite_where=GROUPED, postgresql_where=GROUPED
    )
    op.create_index(
        "ix_mailbox_aside", "mailbox", ["business_id", "done_at"], sqlite_where=ASIDE, postgresql_where=ASIDE
    )
    op.create_index(
        "ix_outbox_failed", "outbox", ["business_id", "done_at"], sqlite_where=FAILED, postgresql_where=FAILED
    )
    _create_tables()
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    statements = [*guards.grants((*TENANT_TABLES, *OPEN_TABLES))]
    for table in TENANT_TABLES:
        statements += guards.tenancy(table)
    for statement in statements:
        op.execute(sa.text(statement.replace(":", r"\:")))
    for (name,) in connection.exec_driver_sql(OURS).fetchall():
        connection.exec_driver_sql(f"DROP FUNCTION {name}")
    for name in FILES:
        for statement in (FUNCTIONS / name).read_text().split("--;;"):
            connection.exec_driver_sql(statement)


def _create_tables() -> None:
    op.create_table(
        "credentials",
        _key("business_id"),
        _key("account_id"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _text("key_id"),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id", "account_id"],
            ["accounts.business_id", "accounts.id"],
            name=op.f("fk_credentials_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "account_id", name=op.f("pk_credentials")),
        info={"retention": "until the account is disconnected"},
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pending_connections",
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        _key("business_id"),
        _text("channel"),
        sa.Column("session", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_pending_connections_businesses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_pending_connections")),
        info={"retention": "until it is finished, at most ten minutes"},
    )
    op.create_table(
        "templates",
        _key("group_id"),
        _text("name"),
        _text("language"),
        _text("status"),
        _text("reason"),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "name", "language", name=op.f("pk_templates")),
        info={"retention": WITH_THE_BUSINESS},
        sqlite_with_rowid=False,
    )
    op.create_table(
        "addresses",
        _key("account_id"),
        _text("external_id"),
        _key("business_id"),
        _text("opened_as"),
        _key("conversation_id"),
        sa.PrimaryKeyConstraint("account_id", "external_id", name=op.f("pk_addresses")),
        info={"retention": WITH_THE_CUSTOMER},
        sqlite_with_rowid=False,
    )
    op.create_index("ix_addresses_conversation", "addresses", ["conversation_id"])
    op.create_table(
        "deliveries",
        _key("business_id"),
        _key("message_id"),
        _key("conversation_id"),
        _text("channel"),
        _text("kind"),
        _text("external_id"),
        _text("status"),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        _text("problem"),
        sa.ForeignKeyConstraint(
            ["business_id", "conversation_id"],
            ["conversations.business_id", "conversations.id"],
            name=op.f("fk_deliveries_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("business_id", "message_id", name=op.f("pk_deliveries")),
        info={"retention": WITH_THE_CUSTOMER},
        sqlite_with_rowid=False,
    )
    op.create_index("ix_deliveries_conversation", "deliveries", ["business_id", "conversation_id"])
    op.create_index(
        "ix_deliveries_failed", "deliveries", ["business_id", "at"], sqlite_where=FAILED, postgresql_where=FAILED
    )


def downgrade() -> None:
    """Take the schema back: connected accounts lose their tokens, messages what became of them."""
    for table in (*OPEN_TABLES, *TENANT_TABLES):
        op.drop_table(table)
    op.drop_index("ix_accounts_group", "accounts")
    op.drop_index("ix_mailbox_aside", "mailbox")
    op.drop_index("ix_outbox_failed", "outbox")
    for table, columns in _new_columns().items():
        for column in reversed(columns):
            op.drop_column(table, column.name)
