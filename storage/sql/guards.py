"""What the database itself refuses: overlaps and other tenants' rows, as SQL, with the list of what must be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

ROLE = "frontdesk_app"
"""The PostgreSQL role that the application works as: no owner, no BYPASSRLS."""
OVERLAP = "overlap"
"""What the SQLite triggers abort with."""

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
    "table_joins",
    "counters",
    "counter_uses",
    "answers",
    "waitlist",
    "credentials",
    "deliveries",
)
"""Tables whose rows only their business may see. `businesses` is guarded by its own id."""
OPEN_TABLES = (
    "accounts",
    "addresses",
    "api_keys",
    "endpoints",
    "lanes",
    "mailbox",
    "outbox",
    "pending_connections",
    "templates",
    "timers",
    "waitlist_sizes",
)
"""Tables outside: ids, routing and opaque bodies, read before the business is known or for many businesses at once."""

SQLITE_TRIGGERS = ("occupancy_overlap_insert", "occupancy_overlap_update")
POSTGRES_EXCLUSION = "occupancy_no_overlap"


def overlap_triggers() -> tuple[str, ...]:
    """Return the SQLite triggers that refuse an overlap.

    Rows of one resource are disjoint already, so of those that start before the new end only the last can reach
    past the new start: one step in the primary key, however long the history.
    """
    insert = """
        CREATE TRIGGER occupancy_overlap_insert BEFORE INSERT ON occupancy
        WHEN NEW.starts_at < (
            SELECT o.ends_at FROM occupancy o
            WHERE o.business_id = NEW.business_id AND o.resource_id = NEW.resource_id AND o.starts_at < NEW.ends_at
            ORDER BY o.starts_at DESC LIMIT 1)
        BEGIN SELECT RAISE(ABORT, 'overlap'); END"""
    update = """
        CREATE TRIGGER occupancy_overlap_update
        BEFORE UPDATE OF business_id, resource_id, starts_at, ends_at ON occupancy
        WHEN NEW.starts_at < (
            SELECT o.ends_at FROM occupancy o
            WHERE o.business_id = NEW.business_id AND o.resource_id = NEW.resource_id AND o.starts_at < NEW.ends_at
              AND NOT (o.business_id = OLD.business_id AND o.resource_id = OLD.resource_id
                       AND o.starts_at = OLD.starts_at)
            ORDER BY o.starts_at DESC LIMIT 1)
        BEGIN SELECT RAISE(ABORT, 'overlap'); END"""
    return insert, update


def exclusion_constraint() -> tuple[str, ...]:
    """Return the PostgreSQL statements that refuse an overlap (btree_gist is a trusted extension)."""
    return (
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        f"""ALTER TABLE occupancy ADD CONSTRAINT {POSTGRES_EXCLUSION} EXCLUDE USING gist (
            business_id WITH =, resource_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&)""",
    )


def application_role() -> tuple[str, ...]:
    """Return the PostgreSQL statements that create the application's role, which may exist in the cluster already."""
    return (
        f"""DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
                CREATE ROLE {ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS;
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$""",
        f"""DO $$ BEGIN
            IF NOT pg_has_role(current_user, '{ROLE}', 'MEMBER') THEN
                EXECUTE 'GRANT {ROLE} TO ' || quote_ident(current_user);
            END IF;
        END $$""",
    )


def grants(tables: Sequence[str]) -> tuple[str, ...]:
    """Return the PostgreSQL statements that let the application read and write tables, never own them."""
    return (
        f"GRANT USAGE ON SCHEMA public TO {ROLE}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(tables)} TO {ROLE}",
        f"GRANT SELECT ON alembic_version TO {ROLE}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {ROLE}",
    )


def tenancy(table: str, column: str = "business_id") -> tuple[str, ...]:
    """Return the PostgreSQL statements that show and accept only rows of the businesses that the transaction names."""
    ours = f"{column} = ANY (string_to_array(current_setting('app.businesses', true), ','))"
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_tenant ON {table} USING ({ours}) WITH CHECK ({ours})",
    )


EXPECTED: dict[str, frozenset[str]] = {
    "sqlite": frozenset(f"trigger occupancy {name}" for name in SQLITE_TRIGGERS),
    "postgresql": frozenset(
        {
            f"exclusion occupancy {POSTGRES_EXCLUSION}",
            f"role {ROLE} without bypassrls",
            *(f"policy {table} {table}_tenant, forced" for table in (*TENANT_TABLES, "businesses")),
            *(f"no policy {table}" for table in OPEN_TABLES),
        }
    ),
}
"""What must exist after every migration, by database: the written list that `present` is compared with."""


def present(connection: Connection) -> frozenset[str]:
    """Return which guards a database has, worded as in `EXPECTED`."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'"))
        return frozenset(f"trigger {table} {name}" for table, name, sql in rows if f"RAISE(ABORT, '{OVERLAP}')" in sql)
    found = {
        f"exclusion {table} {name}"
        for table, name in connection.execute(
            text(
                "SELECT r.relname, c.conname FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid "
                "WHERE c.contype = 'x' AND c.convalidated AND NOT c.condeferrable"
            )
        )
    }
    rows = connection.execute(
        text(
            "SELECT r.relname, p.polname, r.relrowsecurity AND r.relforcerowsecurity, p.polwithcheck IS NOT NULL "
            "FROM pg_class r LEFT JOIN pg_policy p ON p.polrelid = r.oid "
            "WHERE r.relkind = 'r' AND r.relnamespace = 'public'::regnamespace"
        )
    )
    for table, policy, forced, checked in rows:
        if policy is None and not forced:
            found.add(f"no policy {table}")
        elif policy is not None:
            found.add(f"policy {table} {policy}, {'forced' if forced and checked else 'NOT forced'}")
    found.discard("no policy alembic_version")
    role = connection.execute(
        text("SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = :role"), {"role": ROLE}
    ).scalar_one_or_none()
    if role is not None:
        found.add(f"role {ROLE} {'WITH' if role else 'without'} bypassrls")
    return frozenset(found)
