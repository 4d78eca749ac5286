"""PostgreSQL's functions for classes, counts, re-seating, waitlists and answers; nothing elsewhere.

What the files of the folder say now becomes what the database does: functions that are there already are replaced, those
whose shape changed as well. On an empty database 0002 has created the same ones, before the tables that they name.

Revision ID: 2026_11_20_0004
Revises: 2026_11_20_0003
Create Date: 2026-11-20 20:05:00
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision: str = "2026_11_20_0004"
down_revision: str | None = "2026_11_20_0003"
branch_labels = None
depends_on = None

FOLDER = Path(__file__).parents[2] / "postgres" / "functions"
FILES = ("mail.sql", "calendars.sql", "readings.sql", "effects.sql", "turns.sql", "outbox.sql", "setup.sql")
OURS = (
    "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace "
    "AND p.prolang IN (SELECT oid FROM pg_language WHERE lanname IN ('plpgsql', 'sql')) "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)


def upgrade() -> None:
    """Bring the schema here."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    for (name,) in connection.exec_driver_sql(OURS).fetchall():
        connection.exec_driver_sql(f"DROP FUNCTION {name}")
    for name in FILES:
        for statement in (FOLDER / name).read_text().split("--;;"):
            connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Leave the functions: the revision that first made them takes them all away."""
