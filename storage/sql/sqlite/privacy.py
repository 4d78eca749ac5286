"""Privacy on SQLite: everything that is known about a customer is exported or erased."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON

from domain.errors import StoreUnavailable
from storage.sql.models import Base
from storage.sql.sqlite.connection import connect
from storage.sql.sqlite.effects import release_holds
from storage.sql.sqlite.rows import from_json
from storage.sql.types import Moment, from_micros

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from domain.ids import BusinessId, CustomerId
    from storage.sql.sqlite.connection import Reader
    from storage.sql.sqlite.writer import Transaction, Writer

CONVERSATIONS = "SELECT id FROM conversations WHERE business_id = ?1 AND customer_id = ?2"
BOOKINGS = "SELECT id FROM bookings WHERE business_id = ?1 AND customer_id = ?2"
HOLDS = f"""
    SELECT id FROM holds WHERE business_id = ?1 AND (conversation_id IN ({CONVERSATIONS})
        OR id IN (SELECT hold_id FROM waitlist WHERE business_id = ?1 AND customer_id = ?2))
"""  # noqa: S608
LANES = f"SELECT id FROM ({CONVERSATIONS}) UNION ALL SELECT 'control:' || id FROM ({CONVERSATIONS})"  # noqa: S608
OWN = "business_id = ?1 AND customer_id = ?2"
ABOUT = f"""
    SELECT id FROM ({BOOKINGS}) UNION ALL SELECT ?2
    UNION ALL SELECT id FROM waitlist WHERE business_id = ?1 AND customer_id = ?2
"""  # noqa: S608
SAID_OF_THEM = f"EXISTS (SELECT 1 FROM ({ABOUT}) one WHERE instr(body, CAST(one.id AS BLOB)) > 0)"  # noqa: S608
SPOKEN = f"business_id = ?1 AND conversation_id IN ({CONVERSATIONS})"

REACH: dict[str, str] = {
    "customers": "business_id = ?1 AND id = ?2",
    "identities": OWN,
    "addresses": SPOKEN,
    "conversations": OWN,
    "messages": SPOKEN,
    "deliveries": SPOKEN,
    "turns": SPOKEN,
    "heard": SPOKEN,
    "bookings": OWN,
    "booking_items": f"business_id = ?1 AND booking_id IN ({BOOKINGS})",
    "booking_events": f"business_id = ?1 AND booking_id IN ({BOOKINGS})",
    "holds": f"business_id = ?1 AND id IN ({HOLDS})",
    "occupancy": f"business_id = ?1 AND (booking_id IN ({BOOKINGS}) OR hold_id IN ({HOLDS}))",
    "counter_uses": f"business_id = ?1 AND (owner_id IN ({BOOKINGS}) OR owner_id IN ({HOLDS}))",
    "waitlist": OWN,
    "answers": f"business_id = ?1 AND {SAID_OF_THEM}",
    "mailbox": f"business_id = ?1 AND lane IN ({LANES})",
    "lanes": f"business_id = ?1 AND lane IN ({LANES})",
    "outbox": SPOKEN,
    "timers": SPOKEN,
}
"""Which rows of a table are a customer's (?2) of a business (?1). A table that is not here is about no customer."""

DELETED = (
    "waitlist",
    "timers",
    "outbox",
    "mailbox",
    "heard",
    "turns",
    "deliveries",
    "messages",
    "identities",
    "addresses",
    "conversations",
)
"""Tables whose rows go, in this order: what the others are found by goes last."""
FORGET_LANES = f"""
    UPDATE lanes SET pending = 0, fence = fence + 1, lease_until = NULL, due_at = ready_at WHERE {REACH["lanes"]}
"""  # noqa: S608 - a constant
BLANK_BOOKINGS = f"UPDATE bookings SET name = '', phone = '', email = '', notes = '' WHERE {OWN}"  # noqa: S608
BLANK_EVENTS = f"UPDATE booking_events SET reason = '' WHERE {REACH['booking_events']}"  # noqa: S608
EMPTY_ANSWERS = f"UPDATE answers SET body = x'' WHERE {REACH['answers']}"  # noqa: S608
SHORTEN_WAITLIST = f"""
    UPDATE waitlist_sizes SET waiting = waiting - (
        SELECT count(*) FROM waitlist WHERE {OWN} AND status IN ('waiting', 'offered'))
    WHERE business_id = ?1
"""  # noqa: S608
BLANK_CUSTOMER = (
    "UPDATE customers SET name = '', phone = '', email = '', language = '' WHERE business_id = ? AND id = ?"
)
FIND_ANYWHERE = """
    SELECT business_id, id, name FROM customers
    WHERE id = ?1 OR (phone <> '' AND phone = ?2) OR (email <> '' AND lower(email) = ?3)
       OR (business_id, id) IN (SELECT business_id, customer_id FROM conversations WHERE id = ?1)
    ORDER BY business_id, id"""
# Each way to know somebody by its own index.
FIND_HERE = """
    SELECT business_id, id, name FROM customers WHERE business_id = ?4 AND id IN (
        SELECT ?1
        UNION SELECT id FROM customers WHERE business_id = ?4 AND phone <> '' AND phone = ?2
        UNION SELECT id FROM customers WHERE business_id = ?4 AND email <> '' AND lower(email) = ?3
        UNION SELECT customer_id FROM conversations WHERE business_id = ?4 AND id = ?1)
    ORDER BY id"""


class SqlitePrivacy:
    """The Privacy."""

    def __init__(self, writer: Writer, reader: Reader, path: Path) -> None:
        self._writer = writer
        self._reader = reader
        self._path = path

    async def export(self, business_id: BusinessId, customer_id: CustomerId) -> dict[str, object]:
        """Return all that is stored about a customer, table by table, in types that JSON knows."""
        key = (business_id, customer_id)
        return {
            table: [_plain(table, row) for row in self._reader.all(_select(table, where), key)]
            for table, where in REACH.items()
        }

    async def find(self, business_id: BusinessId | None, text: str) -> Sequence[tuple[BusinessId, CustomerId, str]]:
        """Return (business, customer, name) of whoever has this customer id, phone, e-mail or conversation id."""
        wanted = text.strip()
        phone = "+" + "".join(filter(str.isdigit, wanted)).removeprefix("00")
        known_by = (wanted, phone, wanted.lower())
        if business_id is None:
            rows = self._reader.all(FIND_ANYWHERE, known_by)
        else:
            rows = self._reader.all(FIND_HERE, (*known_by, business_id))
        return [(business, customer, name) for business, customer, name in rows]

    async def erase(self, business_id: BusinessId, customer_id: CustomerId) -> dict[str, int]:
        """Delete all that is personal, also from what the file keeps of deleted rows; bookings keep time and price.

        A turn that is under way is fenced off. Raises StoreUnavailable.
        """
        erased = await self._writer.do(lambda transaction: _erase(transaction, business_id, customer_id))
        await asyncio.to_thread(_empty_log, self._path)
        return erased


def _erase(transaction: Transaction, business_id: BusinessId, customer_id: CustomerId) -> dict[str, int]:
    key = (business_id, customer_id)
    execute = transaction.execute
    held = [row[0] for row in execute(HOLDS, key)]
    erased = {"holds": release_holds(transaction, business_id, held)}
    execute(FORGET_LANES, key)
    erased["answers"] = execute(EMPTY_ANSWERS, key).rowcount
    execute(SHORTEN_WAITLIST, key)
    for table in DELETED:
        erased[table] = execute(f"DELETE FROM {table} WHERE {REACH[table]}", key).rowcount  # noqa: S608 - constants
    execute(BLANK_EVENTS, key)
    erased["bookings"] = execute(BLANK_BOOKINGS, key).rowcount
    erased["customers"] = execute(BLANK_CUSTOMER, key).rowcount
    return erased


def _empty_log(path: Path) -> None:
    """Bring the write-ahead log into the database and cut it: it holds pages as they were before."""
    with closing(connect(path)) as connection:
        try:
            connection.execute("PRAGMA busy_timeout = 5000")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise StoreUnavailable(f"erased, but the log of {path} still holds it: {error}; erase again") from error


def _select(table: str, where: str) -> str:
    return f"SELECT * FROM {table} WHERE {where}"  # noqa: S608 - constants


def _plain(table: str, row: tuple[Any, ...]) -> dict[str, object]:
    found: dict[str, object] = {}
    for column, value in zip(Base.metadata.tables[table].columns, row, strict=True):
        if value is None:
            found[column.name] = None
        elif isinstance(column.type, Moment):
            found[column.name] = from_micros(value).isoformat()
        elif isinstance(column.type, JSON):
            found[column.name] = from_json(value)
        else:
            found[column.name] = value.decode(errors="replace") if isinstance(value, bytes) else value
    return found
