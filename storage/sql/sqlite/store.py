"""The store on SQLite: every port of `domain.ports` in one file, for all processes of one machine."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.errors import StoreUnavailable
from storage.sql.migrate import REMEDY, head
from storage.sql.sqlite.accounts import SqliteAccounts
from storage.sql.sqlite.addresses import SqliteAddresses
from storage.sql.sqlite.api_keys import SqliteApiKeys
from storage.sql.sqlite.bell import Bell
from storage.sql.sqlite.calendar import SqliteCalendar
from storage.sql.sqlite.connection import Reader, connect
from storage.sql.sqlite.control import SqliteControl
from storage.sql.sqlite.directories import SqliteDirectories
from storage.sql.sqlite.kept_accounts import KeptAccounts
from storage.sql.sqlite.limiter import LocalLimiter
from storage.sql.sqlite.live import LocalLive
from storage.sql.sqlite.mailbox import SqliteMailbox
from storage.sql.sqlite.outbox import SqliteOutbox
from storage.sql.sqlite.privacy import SqlitePrivacy
from storage.sql.sqlite.timers import SqliteTimers
from storage.sql.sqlite.transcripts import SqliteTranscripts
from storage.sql.sqlite.writer import Writer

if TYPE_CHECKING:
    from pathlib import Path

    from domain.clock import Clock
    from domain.ids import BusinessId


class SqliteStore:
    """A Store in one file. One thread of a process writes, in groups; readers read where they are asked."""

    def __init__(self, path: Path, *, lease: timedelta = timedelta(seconds=30), clock: Clock) -> None:
        """Take the file, how long a lane stays leased, and the clock by which holds are over."""
        self._path = path
        self._clock = clock
        self._mail, self._sending = Bell(), Bell()
        self._writer = writer = Writer(path, self._written_elsewhere)
        self._reader = reader = Reader(path)
        self.outbox = SqliteOutbox(writer, reader, clock=clock, lease=lease, bell=self._sending)
        self.mailbox = SqliteMailbox(writer, reader, clock=clock, lease=lease, mail=self._mail, outbox=self._sending)
        self.timers = SqliteTimers(writer, self._mail)
        self.control = SqliteControl(writer, clock=clock, mail=self._mail, outbox=self._sending)
        kept = KeptAccounts(reader)
        self.directories = SqliteDirectories(writer, reader, kept)
        self.accounts = SqliteAccounts(writer, reader, kept, clock)
        self.addresses = SqliteAddresses(writer, reader)
        self.api_keys = SqliteApiKeys(writer, reader)
        self.live = LocalLive()
        self.limiter = LocalLimiter()
        self.privacy = SqlitePrivacy(writer, reader, path)

    def calendar(self, business_id: BusinessId) -> SqliteCalendar:
        """Return the calendar of one business."""
        return SqliteCalendar(business_id, self._writer, self._reader, self._clock)

    def transcripts(self, business_id: BusinessId) -> SqliteTranscripts:
        """Return the conversations of one business."""
        return SqliteTranscripts(business_id, self._reader)

    async def open(self) -> None:
        """Connect. Raises StoreUnavailable when there is no database or its schema is not the current one."""
        if not self._path.is_file():
            raise StoreUnavailable(f"there is no database at {self._path}: {REMEDY}")
        self._reader.open()
        try:
            revision = self._revision()
            if revision != head():
                raise StoreUnavailable(f"{self._path} is at schema {revision or 'none'}, not {head()}: {REMEDY}")
            self._writer.open()
        except StoreUnavailable:
            self._reader.close()
            raise

    async def healthy(self) -> dict[str, str]:
        """Return "ok" or what is wrong."""
        try:
            self._reader.one("SELECT count(*) FROM alembic_version")
        except StoreUnavailable as error:
            return {"sqlite": str(error)}
        if not self._writer.file_is_ours():
            return {"sqlite": f"{self._path} is gone or is another file than the one that was opened"}
        return {"sqlite": self._writer.trouble or "ok"}

    async def backup(self, to: Path) -> None:
        """Copy the database as it stands at one moment, while it is in use; an older copy is replaced by a whole one.

        Raises StoreUnavailable when it cannot be read or written.
        """
        await asyncio.to_thread(_backup, self._path, to)

    async def close(self) -> None:
        """Write what waits and disconnect."""
        await self._writer.close()
        self._reader.close()

    def _revision(self) -> str | None:
        if self._reader.one("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'") is None:
            return None
        row = self._reader.one("SELECT version_num FROM alembic_version")
        return None if row is None else row[0]

    def _written_elsewhere(self) -> None:
        """Wake everybody: another process may have left work, and its pages may show something new."""
        self._mail.ring()
        self._sending.ring()
        self.live.changed()


def _backup(path: Path, to: Path) -> None:
    part = to.with_name(f"{to.name}.part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(connect(path, reading=True)) as source, closing(sqlite3.connect(part)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        part.replace(to)
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailable(f"cannot copy {path} to {to}: {error}") from error
