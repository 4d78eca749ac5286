"""Bringing a database to the current schema, and finding out whether it is there."""

from __future__ import annotations

import asyncio
import threading
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.pool import NullPool

from domain.errors import StoreUnavailable
from storage.sql import guards

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from alembic.config import Config
    from sqlalchemy import Connection

T = TypeVar("T")

MIGRATIONS = Path(__file__).parent / "migrations"
REVISION_LENGTH = len("2026_11_20_0001")
REMEDY = "run `frontdesk migrate`"


def configuration() -> Config:
    """Return Alembic's configuration for our scripts."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


@cache
def head() -> str:
    """Return the newest revision that this program knows: files are named `<revision>_<what>.py`, in order.

    Read off the names, because a process that only serves does not load Alembic.
    """
    newest = max(file.name for file in (MIGRATIONS / "versions").glob("????_??_??_????_*.py"))
    return newest[:REVISION_LENGTH]


def migrate(url: str, revision: str = "head") -> None:
    """Bring a database (`sqlite:///path` or `postgresql+asyncpg://…`) to a revision and check its guards.

    One transaction: a migration that fails, or after which a trigger, constraint or policy of the written list is
    missing, leaves the database as it was. Raises StoreUnavailable then.
    """
    from alembic import command

    def run(connection: Connection) -> None:
        config = configuration()
        config.attributes["connection"] = connection
        if connection.dialect.name == "postgresql":
            # Two processes that start at once migrate one after the other.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7305102026)")
        (command.downgrade if revision == "base" else command.upgrade)(config, revision)
        if revision == "head" and (wrong := guards.EXPECTED[connection.dialect.name] ^ guards.present(connection)):
            raise StoreUnavailable(f"after the migration these guards differ from the list: {sorted(wrong)}")

    connected(url, run)


def revision_of(connection: Connection) -> str | None:
    """Return the revision that a database is at; None for an empty one."""
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def meant_here(dialect: str) -> Callable[..., bool]:
    """Return Alembic's `include_object` for a database: what its tables declare for another one only is passed over."""

    def include(thing: Any, *_: Any) -> bool:
        condition = getattr(thing, "_ddl_if", None)
        return condition is None or condition.dialect == dialect

    return include


def connected(url: str, work: Callable[[Connection], T]) -> T:
    """Do something on one connection, in one transaction, whatever the database's driver is."""
    if make_url(url).get_backend_name() == "sqlite":
        return _on_sqlite(url, work)
    return _in_thread(_on_postgres(url, work))


def _on_sqlite(url: str, work: Callable[[Connection], T]) -> T:
    engine = create_engine(url, poolclass=NullPool, connect_args={"isolation_level": None, "timeout": 10})

    # The driver would commit before DDL: take the transaction into our own hands, as a writer from the start.
    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.connect() as plain:
        driver = plain.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA journal_mode = WAL")
    try:
        with engine.begin() as connection:
            return work(connection)
    finally:
        engine.dispose()


async def _on_postgres(url: str, work: Callable[[Connection], T]) -> T:
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _in_thread(story: Coroutine[Any, Any, T]) -> T:
    # A caller may be inside an event loop already; a thread of its own always has room for one more.
    answer: list[Callable[[], T]] = []

    def run() -> None:
        try:
            value = asyncio.run(story)
        except BaseException as error:
            answer.append(partial(_raise, error))
        else:
            answer.append(lambda: value)

    thread = threading.Thread(target=run, name="migrate")
    thread.start()
    thread.join()
    return answer[0]()


def _raise(error: BaseException) -> NoReturn:
    raise error
