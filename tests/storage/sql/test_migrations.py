"""Migrations: both databases come to the same schema, and what must be refused is refused by the database itself."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from domain.businesses import Policies, Resource, Service, Staff
from domain.clock import ManualClock, SystemClock
from domain.errors import OpeningTaken, StoreUnavailable
from domain.money import Money
from storage.sql import guards
from storage.sql.migrate import MIGRATIONS, configuration, connected, head, meant_here, migrate, revision_of
from storage.sql.models import Base
from storage.sql.sqlite import SqliteStore
from storage.sql.types import to_micros
from tests.builders import NOW, hold
from tests.storage.sql import databases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.service)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a migrated, empty database."""
    if request.param == "sqlite":
        found = f"sqlite:///{tmp_path / 'frontdesk.db'}"
        migrate(found)
        yield found
        return
    with databases.postgres() as made:
        yield made


def test_models_and_migrations_say_the_same(url: str) -> None:
    def differences(connection: Connection) -> Any:
        options = {"include_object": meant_here(connection.dialect.name)}
        return compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)

    assert connected(url, differences) == []
    assert connected(url, revision_of) == head()


def test_the_newest_file_is_the_head_of_one_chain() -> None:
    scripts = ScriptDirectory.from_config(configuration())
    assert scripts.get_heads() == [head()]
    assert len(list(scripts.walk_revisions())) == len(list((MIGRATIONS / "versions").glob("*.py")))


def test_every_guard_of_the_list_is_there(url: str) -> None:
    dialect, found = connected(url, lambda connection: (connection.dialect.name, guards.present(connection)))
    assert found == guards.EXPECTED[dialect]


def test_every_tenant_table_is_guarded_or_said_to_be_open() -> None:
    named = {*guards.TENANT_TABLES, *guards.OPEN_TABLES, "businesses"}
    assert named == set(Base.metadata.tables)
    for table in guards.TENANT_TABLES:
        assert "business_id" in Base.metadata.tables[table].columns


def test_migrating_again_changes_nothing_and_back_leaves_nothing(url: str) -> None:
    migrate(url)
    assert connected(url, revision_of) == head()
    migrate(url, "base")
    assert connected(url, lambda connection: set(inspect(connection).get_table_names())) <= {"alembic_version"}
    migrate(url)
    assert connected(url, revision_of) == head()


BEFORE = "2026_11_20_0002"
OF_THEN = (
    "INSERT INTO businesses (id, slug, name, trade, currency, country, languages, policies, links, version) "
    "VALUES ('luz', 'luz', 'Luz', 'salon', 'EUR', 'PT', '[\"en\"]', '{\"grid\": 20}', '', 7)",
    "INSERT INTO places (business_id, id, position, name, zone, address, phone, email, directions, aliases) "
    "VALUES ('luz', 'graca', 0, 'Graça', 'Europe/Lisbon', '', '', '', '', '[]')",
    "INSERT INTO services (business_id, id, position, name, minutes, price_minor, price_currency, description, "
    "aliases, buffer_before, buffer_after, needs, needs_room) "
    "VALUES ('luz', 'cut', 0, 'Cut', 30, 2500, 'EUR', '', '[]', 0, 5, 'staff', false)",
    "INSERT INTO staff (business_id, id, position, name, aliases, bio) VALUES ('luz', 'anna', 0, 'Anna', '[]', '')",
    "INSERT INTO staff_services (business_id, staff_id, service_id, position) VALUES ('luz', 'anna', 'cut', 0)",
    "INSERT INTO resources (business_id, id, position, place_id, kind, name, min_party, max_party, priority, features, "
    "calendar_version) VALUES ('luz', 'anna', 0, 'graca', 'staff', 'Anna', 1, 1, 5, '[]', 3)",
    "INSERT INTO customers (business_id, id, created_at, name, phone, email, language) "
    "VALUES ('luz', 'ana', {at:0}, 'Ana', '+351910000001', '', '')",
    "INSERT INTO bookings (business_id, id, place_id, customer_id, status, starts_at, ends_at, created_at, staff_id, "
    "staff_wished, resource_ids, name, phone, email, notes, source, sequence, code, key) "
    "VALUES ('luz', 'old', 'graca', 'ana', 'confirmed', {at:60}, {at:90}, {at:0}, 'anna', true, '[\"anna\"]', "
    "'Ana', '', '', '', 'webchat', 2, 'code', 'key')",
    "INSERT INTO holds (business_id, id, conversation_id, expires_at) VALUES ('luz', 'kept', 'c', {at:30})",
    "INSERT INTO occupancy (business_id, resource_id, starts_at, ends_at, booking_id) "
    "VALUES ('luz', 'anna', {at:60}, {at:95}, 'old')",
    "INSERT INTO occupancy (business_id, resource_id, starts_at, ends_at, hold_id, expires_at) "
    "VALUES ('luz', 'anna', {at:100}, {at:135}, 'kept', {at:30})",
)
"""A salon as it stood before there were classes, counters and waitlists; moments in minutes from ten o'clock."""


class Minutes:
    """How a database writes a moment so many minutes after ten: what `{at:60}` becomes."""

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect

    def __format__(self, minutes: str) -> str:
        moment = NOW + timedelta(minutes=int(minutes))
        return str(to_micros(moment)) if self._dialect == "sqlite" else f"'{moment.isoformat()}'"


def fill(connection: Connection) -> None:
    at = Minutes(connection.dialect.name)
    for statement in OF_THEN:
        connection.exec_driver_sql(re.sub(r"\{at:(\d+)\}", lambda found: format(at, found[1]), statement))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.service)])
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database as it was before, in use."""
    if request.param == "sqlite":
        found = f"sqlite:///{tmp_path / 'frontdesk.db'}"
        migrate(found, BEFORE)
        connected(found, fill)
        yield found
        return
    with databases.postgres(BEFORE) as made:
        connected(made, fill)
        yield made


def test_what_was_in_use_before_goes_on(old_url: str) -> None:
    migrate(old_url)

    def look(connection: Connection) -> None:
        dialect = connection.dialect.name
        assert guards.present(connection) == guards.EXPECTED[dialect]

        def one(sql: str) -> tuple[Any, ...]:
            return tuple(connection.execute(text(sql)).one())

        assert one("SELECT pinned, counted, sequence, key FROM bookings WHERE id = 'old'") == (False, False, 2, "key")
        assert one("SELECT reason, counted, conversation_id FROM holds") == ("", False, "c")
        assert one("SELECT staff_needed, seats, price_minor, deposit_minor FROM services") == (1, 0, 2500, None)
        assert one("SELECT priority FROM staff") == (5,)
        assert one("SELECT minutes, terms_position FROM staff_services") == (None, None)
        assert one("SELECT calendar_version, area, online, shape FROM resources") == (3, "", True, "square")
        kept = connection.execute(text("SELECT hold_id, booking_id, session_id FROM occupancy ORDER BY starts_at"))
        assert [tuple(row) for row in kept] == [(None, "old", None), ("kept", None, None)]

    connected(old_url, look)

    def overlap(connection: Connection) -> None:
        at = Minutes(connection.dialect.name)
        connection.exec_driver_sql(
            "INSERT INTO occupancy (business_id, resource_id, starts_at, ends_at, session_id) "
            f"VALUES ('luz', 'anna', {at:94}, {at:100}, 'yoga')"
        )

    with pytest.raises(DBAPIError, match=r"overlap|occupancy_no_overlap"):
        connected(old_url, overlap)


def test_a_salon_of_before_is_read_and_booked(tmp_path: Path) -> None:
    async def story() -> None:
        clock = ManualClock(NOW)
        store = SqliteStore(tmp_path / "frontdesk.db", clock=clock)
        await store.open()
        try:
            directory = await store.directories.directory("luz")
            assert directory.business.policies == Policies(grid=20)
            assert directory.services == (Service("cut", "Cut", 30, Money(2500, "EUR"), buffer_after=5),)
            assert directory.staff == (Staff("anna", "Anna", ("cut",)),)
            assert directory.resources == (Resource("anna", "graca", "staff", "Anna"),)
            calendar = store.calendar("luz")
            old = await calendar.booking("old")
            assert (old.pinned, old.features, old.sequence) == (False, (), 2)
            (held,) = await calendar.holds_between(NOW, NOW + timedelta(days=1), NOW)
            assert (held.hold_id, held.take.starts_at) == ("kept", NOW + timedelta(minutes=100))
            with pytest.raises(OpeningTaken):
                await calendar.apply([hold(NOW + timedelta(minutes=100), resources=("anna",))])
            clock.advance(timedelta(minutes=30))
            await calendar.apply([hold(NOW + timedelta(minutes=100), resources=("anna",))])
            assert (await calendar.versions(["anna"]))["anna"] > 3
        finally:
            await store.close()

    url = f"sqlite:///{tmp_path / 'frontdesk.db'}"
    migrate(url, BEFORE)
    connected(url, fill)
    migrate(url)
    asyncio.run(story())


def test_a_migration_that_loses_a_guard_is_refused(url: str) -> None:
    def lose(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER occupancy_overlap_update"))
        else:
            connection.execute(text("ALTER TABLE messages NO FORCE ROW LEVEL SECURITY"))

    connected(url, lose)
    with pytest.raises(StoreUnavailable, match=r"occupancy_overlap_update|messages_tenant"):
        migrate(url)


def test_every_column_says_whether_it_is_personal_and_every_table_how_long_it_is_kept() -> None:
    for table in Base.metadata.tables.values():
        assert table.info.get("retention"), table.name
        for column in table.columns:
            assert isinstance(column.info.get("personal"), bool), f"{table.name}.{column.name}"


@pytest.mark.service
def test_a_business_sees_and_writes_only_its_own_rows() -> None:
    with databases.postgres() as url:
        tenants(url)


def tenants(url: str) -> None:
    insert = "INSERT INTO customers (business_id, id, created_at, name, phone, email, language) "

    def prepare(connection: Connection) -> None:
        for business in ("a", "b"):
            connection.execute(
                text(
                    "INSERT INTO businesses "
                    "(id, slug, name, trade, currency, country, languages, policies, links, version) "
                    f"VALUES ('{business}', '{business}', '', 'salon', 'EUR', 'PT', '[]', '{{}}', '', 1)"
                )
            )
            connection.execute(text(f"{insert} VALUES ('{business}', 'c', now(), '', '', '', '')"))

    def as_application(connection: Connection, businesses: str | None) -> list[str]:
        connection.execute(text(f"SET LOCAL ROLE {guards.ROLE}"))
        if businesses is not None:
            connection.execute(text(f"SET LOCAL app.businesses = '{businesses}'"))
        return sorted(connection.execute(text("SELECT business_id FROM customers")).scalars())

    connected(url, prepare)
    assert connected(url, lambda connection: as_application(connection, None)) == []
    assert connected(url, lambda connection: as_application(connection, "a")) == ["a"]
    assert connected(url, lambda connection: as_application(connection, "a,b")) == ["a", "b"]

    def trespass(connection: Connection) -> None:
        as_application(connection, "a")
        connection.execute(text(f"{insert} VALUES ('b', 'd', now(), '', '', '', '')"))

    with pytest.raises(DBAPIError, match="row-level security"):
        connected(url, trespass)

    # The broken twin: without its policy, the same table shows everything, which is what the list is there to notice.
    def broken(connection: Connection) -> list[str]:
        connection.execute(text("ALTER TABLE customers DISABLE ROW LEVEL SECURITY"))
        assert guards.present(connection) != guards.EXPECTED["postgresql"]
        return as_application(connection, "a")

    assert connected(url, broken) == ["a", "b"]


def test_a_store_refuses_a_database_that_is_missing_or_not_migrated(tmp_path: Path) -> None:
    async def story() -> None:
        for name in ("missing.db", "empty.db"):
            store = SqliteStore(tmp_path / name, clock=SystemClock())
            with pytest.raises(StoreUnavailable, match="frontdesk migrate"):
                await store.open()
            await store.close()

    (tmp_path / "empty.db").touch()
    asyncio.run(story())
    assert not (tmp_path / "missing.db").exists()


def test_a_store_refuses_a_schema_of_another_program(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'frontdesk.db'}"
    migrate(url)
    connected(url, lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '2031'")))

    async def story() -> None:
        store = SqliteStore(tmp_path / "frontdesk.db", clock=SystemClock())
        with pytest.raises(StoreUnavailable, match=r"2031.*frontdesk migrate"):
            await store.open()

    asyncio.run(story())


def test_times_are_aware_and_come_back_as_they_were() -> None:
    from datetime import UTC, datetime, timedelta, timezone

    from sqlalchemy.dialects import sqlite

    from storage.sql.types import Moment, from_micros, to_micros

    moment = datetime(2026, 11, 20, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert from_micros(to_micros(moment)) == moment
    assert from_micros(to_micros(moment)).tzinfo is UTC
    dialect = sqlite.dialect()
    assert Moment().process_bind_param(moment, dialect) == to_micros(moment)
    assert Moment().process_result_value(to_micros(moment), dialect) == moment
    with pytest.raises(ValueError, match="without a zone"):
        Moment().process_bind_param(moment.replace(tzinfo=None), dialect)
    with pytest.raises(TypeError):
        to_micros(moment.replace(tzinfo=None))
