"""What hangs on a row goes with it on SQLite, which looks at foreign keys only where it is told to."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.ports import Credential, Endpoint
from storage.sql.sqlite.connection import connect
from tests.builders import LUZ, LUZ_CHAT, NOW, arrival, commit_for
from tests.storage.sql.sqlite.support import database, opened, rows

if TYPE_CHECKING:
    from pathlib import Path

HANGING = {
    "deliveries": "DELETE FROM conversations",
    "messages": "DELETE FROM conversations",
    "turns": "DELETE FROM conversations",
    "heard": "DELETE FROM conversations",
    "credentials": "DELETE FROM accounts WHERE id = 'acc-bot'",
}
BOT = replace(LUZ_CHAT, id="acc-bot", channel="telegram", external_id="7001", endpoint_id="end-bot")


def filled(folder: Path) -> Path:
    """Return a database in which somebody was written to, and an account was connected."""
    path = database(folder)

    async def fill() -> None:
        async with opened(path) as store:
            await store.mailbox.accept([arrival("hi")])
            (claim,) = await store.mailbox.claim(1)
            await store.mailbox.commit([commit_for(claim, "hello")])
            (parcel,) = await store.outbox.due(1)
            await store.outbox.sending([parcel])
            await store.outbox.sent(parcel, "platform-id", track=True)
            token = Credential(LUZ.business.id, BOT.id, b"sealed", "k1", NOW)
            await store.accounts.connect(BOT, Endpoint(BOT.endpoint_id, "telegram", b"sealed", "k1"), token)

    asyncio.run(fill())
    return path


def left_after_deleting(path: Path, connection: sqlite3.Connection) -> dict[str, int]:
    """Delete what they hang on; return how many of each are left."""
    for statement in dict.fromkeys(HANGING.values()):
        connection.execute(statement)
    return {table: rows(path, f"SELECT count(*) FROM {table}")[0][0] for table in HANGING}


def test_what_hangs_on_a_row_goes_with_it(tmp_path: Path) -> None:
    path = filled(tmp_path)
    assert all(rows(path, f"SELECT count(*) FROM {table}")[0][0] for table in HANGING)
    with closing(connect(path)) as connection:
        assert left_after_deleting(path, connection) == dict.fromkeys(HANGING, 0)


def test_it_would_stay_where_foreign_keys_are_off(tmp_path: Path) -> None:
    path = filled(tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        assert all(left_after_deleting(path, connection).values())
