"""The functions by which a group of turns costs PostgreSQL one call; nothing elsewhere.

Revision ID: 2026_11_20_0002
Revises: 2026_11_20_0001
Create Date: 2026-11-20 14:05:00
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision: str = "2026_11_20_0002"
down_revision: str | None = "2026_11_20_0001"
branch_labels = None
depends_on = None

FOLDER = Path(__file__).parents[2] / "postgres" / "functions"
FILES = ("mail.sql", "effects.sql", "turns.sql", "outbox.sql", "setup.sql")
SETTINGS = (
    # Rows that are rewritten all the time: room for their next version beside them, and cleaned often.
    "ALTER TABLE lanes SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)",
    "ALTER TABLE outbox SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02)",
    "ALTER TABLE mailbox SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02)",
    "ALTER TABLE conversations SET (fillfactor = 70)",
)


def upgrade() -> None:
    """Bring the schema here."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for name in FILES:
        for statement in (FOLDER / name).read_text().split("--;;"):
            op.get_bind().exec_driver_sql(statement)
    for statement in SETTINGS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Take the schema back."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    found = connection.exec_driver_sql(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace "
        "AND p.prolang IN (SELECT oid FROM pg_language WHERE lanname IN ('plpgsql', 'sql')) "
        "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    )
    for (name,) in found.fetchall():
        connection.exec_driver_sql(f"DROP FUNCTION {name}")
    for table in ("lanes", "outbox", "mailbox", "conversations"):
        connection.exec_driver_sql(
            f"ALTER TABLE {table} RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)"
        )
