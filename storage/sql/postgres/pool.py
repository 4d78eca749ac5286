"""Connections to PostgreSQL: logged in as configured, working as the application's role, within named businesses."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
import structlog

from domain.errors import StoreUnavailable
from storage.sql.guards import ROLE
from storage.sql.migrate import REMEDY, head

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from domain.ids import BusinessId

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 20.0
GONE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.LockNotAvailableError,
)
"""A database that is not there, full, shutting down, or a standby; or the connection broke."""
_SESSION = f"""
SET ROLE {ROLE};
SET jit = off;
SET enable_seqscan = off;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET plan_cache_mode = force_generic_plan;
SET idle_in_transaction_session_timeout = '10s';
SET lock_timeout = '10s';
"""
# Plans are made once a connection. One made while a table was empty must not read it whole for ever after.
_log = structlog.get_logger(__name__)


class Database:
    """A pool of connections. Every error that means "not now" is StoreUnavailable; the next call connects anew."""

    def __init__(self, dsn: str, size: int = 8) -> None:
        """Prepare at most `size` connections to a `postgresql://` URL; `open` connects."""
        self._dsn = dsn.replace("postgresql+asyncpg://", "postgresql://", 1)
        self._size = size
        self._pool: asyncpg.Pool | None = None
        self.watchers: list[Callable[[str], None]] = []
        """Told each statement before it goes out."""

    async def open(self) -> None:
        """Connect and refuse a schema that is not the current one. Raises StoreUnavailable naming the remedy."""
        if self._pool is not None:
            return
        try:
            pool = asyncpg.create_pool(
                self._dsn,
                min_size=1,
                max_size=self._size,
                timeout=CONNECT_SECONDS,
                command_timeout=ANSWER_SECONDS,
                init=_begin_session,
                reset=_leave_session,
            )
            await pool
        except (asyncpg.InvalidParameterValueError, asyncpg.InvalidCatalogNameError) as error:
            raise StoreUnavailable(f"{error}: {REMEDY}") from error
        except (*GONE, asyncpg.PostgresError) as error:
            raise StoreUnavailable(f"PostgreSQL: {error}") from error
        self._pool = pool
        try:
            await self._check_schema()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Disconnect."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()

    async def fetch(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        """Return the rows of one statement, which is its own transaction: one round trip."""
        with _translated():
            async with self._acquired() as connection:
                self._tell(statement)
                rows: list[asyncpg.Record] = await connection.fetch(statement, *values)
                return rows

    async def value(self, statement: str, *values: Any) -> Any:
        """Return the first column of the first row of one statement; None without one."""
        rows = await self.fetch(statement, *values)
        return rows[0][0] if rows else None

    @asynccontextmanager
    async def within(self, *business_ids: BusinessId) -> AsyncIterator[Session]:
        """Open a transaction in which only the rows of these businesses exist."""
        with _translated():
            async with self._acquired() as connection, connection.transaction():
                session = Session(connection, self._tell)
                await session.fetch("SELECT set_config('app.businesses', $1, true)", scope(business_ids))
                yield session

    @asynccontextmanager
    async def _acquired(self) -> AsyncIterator[asyncpg.Connection]:
        if self._pool is None:
            raise StoreUnavailable("PostgreSQL: not connected")
        async with self._pool.acquire(timeout=CONNECT_SECONDS + ANSWER_SECONDS) as connection:
            yield connection

    def _tell(self, statement: str) -> None:
        for watcher in self.watchers:
            watcher(statement)

    async def _check_schema(self) -> None:
        try:
            found = await self.value("SELECT version_num FROM alembic_version")
        except asyncpg.PostgresError as error:
            raise StoreUnavailable(f"the database has no schema of ours: {REMEDY}") from error
        if found != head():
            raise StoreUnavailable(f"the database is at revision {found or 'none'}, not {head()}: {REMEDY}")


class Session:
    """A transaction under way."""

    def __init__(self, connection: asyncpg.Connection, tell: Callable[[str], None]) -> None:
        self._connection = connection
        self._tell = tell

    async def fetch(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        """Return the rows of a statement."""
        self._tell(statement)
        rows: list[asyncpg.Record] = await self._connection.fetch(statement, *values)
        return rows

    async def one(self, statement: str, *values: Any) -> asyncpg.Record | None:
        """Return the first row of a statement, None without one."""
        rows = await self.fetch(statement, *values)
        return rows[0] if rows else None

    async def change(self, statement: str, *values: Any) -> int:
        """Run a statement that changes rows; returns how many."""
        self._tell(statement)
        tag: str = await self._connection.execute(statement, *values)
        return int(tag.rpartition(" ")[2])


def scope(business_ids: Iterable[BusinessId]) -> str:
    """Return the setting that lets a transaction touch these businesses. Raises ValueError for an id with a comma."""
    ids = set(business_ids)
    if any("," in one for one in ids):
        raise ValueError("a business's id cannot contain a comma")
    return ",".join(sorted(ids))


async def _begin_session(connection: asyncpg.Connection) -> None:
    await connection.execute(_SESSION)


async def _leave_session(connection: asyncpg.Connection) -> None:
    """Do nothing: all that we set is the transaction's, and a round trip a release is not free."""


class _translated:  # noqa: N801 - reads as a word in a with statement
    """Turns what drivers raise when the database is away into StoreUnavailable."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, GONE) and not isinstance(error, asyncpg.DataError):
            _log.warning("database_gone", error=f"{type(error).__name__}: {error}")
            raise StoreUnavailable(f"PostgreSQL: {error or type(error).__name__}") from error
