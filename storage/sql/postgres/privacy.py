"""Privacy: everything that is known about a customer is exported or erased, in PostgreSQL and in Redis."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import JSON

from domain.bookings import ReleaseHold
from storage.sql.models import Base
from storage.sql.postgres.encoding import effect_record, encoded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    import asyncpg

    from domain.clock import Clock
    from domain.ids import BusinessId, CustomerId
    from storage.redis.states import StateCache
    from storage.sql.postgres.addresses import PostgresAddresses
    from storage.sql.postgres.pool import Database, Session

CONVERSATIONS = "SELECT id FROM conversations WHERE business_id = $1 AND customer_id = $2"
BOOKINGS = "SELECT id FROM bookings WHERE business_id = $1 AND customer_id = $2"
WAITING = "SELECT id FROM waitlist WHERE business_id = $1 AND customer_id = $2"
OFFERED = "SELECT hold_id FROM waitlist WHERE business_id = $1 AND customer_id = $2 AND hold_id IS NOT NULL"
HOLDS = (
    "SELECT id FROM holds WHERE business_id = $1 "  # noqa: S608 - constants
    f"AND (conversation_id IN ({CONVERSATIONS}) OR id IN ({OFFERED}))"
)
LANES = f"SELECT id FROM ({CONVERSATIONS}) a UNION ALL SELECT 'control:' || id FROM ({CONVERSATIONS}) b"  # noqa: S608
ABOUT = f"SELECT id FROM customers WHERE business_id = $1 AND id = $2 UNION ALL {BOOKINGS} UNION ALL {WAITING}"  # noqa: S608
OWN = "business_id = $1 AND customer_id = $2"
SPOKEN = f"business_id = $1 AND conversation_id IN ({CONVERSATIONS})"

REACH: dict[str, str] = {
    "customers": "business_id = $1 AND id = $2",
    "identities": OWN,
    "addresses": SPOKEN,
    "conversations": OWN,
    "messages": SPOKEN,
    "deliveries": SPOKEN,
    "turns": SPOKEN,
    "heard": SPOKEN,
    "bookings": OWN,
    "booking_items": f"business_id = $1 AND booking_id IN ({BOOKINGS})",
    "booking_events": f"business_id = $1 AND booking_id IN ({BOOKINGS})",
    "holds": f"business_id = $1 AND id IN ({HOLDS})",
    "occupancy": f"business_id = $1 AND (booking_id IN ({BOOKINGS}) OR hold_id IN ({HOLDS}))",
    "counter_uses": f"business_id = $1 AND (owner_id IN ({BOOKINGS}) OR owner_id IN ({HOLDS}))",
    "waitlist": OWN,
    "answers": (
        "business_id = $1 AND EXISTS (SELECT 1 "  # noqa: S608 - constants
        f"FROM ({ABOUT}) o WHERE position(convert_to(o.id, 'UTF8') IN body) > 0)"
    ),
    "mailbox": f"business_id = $1 AND lane IN ({LANES})",
    "lanes": f"business_id = $1 AND lane IN ({LANES})",
    "outbox": SPOKEN,
    "timers": SPOKEN,
}
"""Which rows of a table are a customer's ($2) of a business ($1). A table that is not here is about no customer."""
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
"""  # noqa: S608 - constants
LOCK_CUSTOMER = "SELECT id FROM customers WHERE business_id = $1 AND id = $2 FOR NO KEY UPDATE"
LOCK_BOOKINGS = f"{BOOKINGS} ORDER BY id FOR NO KEY UPDATE"
EMPTY_ANSWERS = f"UPDATE answers SET body = '' WHERE {REACH['answers']}"  # noqa: S608 - constants
SHORTEN_WAITLIST = """
UPDATE waitlist_sizes s
SET waiting = (SELECT count(*) FROM waitlist w WHERE w.business_id = $1 AND w.status IN ('waiting', 'offered'))
WHERE s.business_id = $1
"""
FIND = """
SELECT business_id, id, name FROM customers
WHERE id = $1 OR (phone <> '' AND phone = $2) OR (email <> '' AND lower(email) = $3)
   OR (business_id, id) IN (SELECT c.business_id, c.customer_id FROM conversations c WHERE c.id = $1)
ORDER BY business_id, id
"""
_MOST_BUSINESSES = 500


class PostgresPrivacy:
    """Reads and erases within one business; only `find` may look in all of them."""

    def __init__(self, database: Database, states: StateCache, clock: Clock, addresses: PostgresAddresses) -> None:
        self._database = database
        self._states = states
        self._clock = clock
        self._addresses = addresses

    async def export(self, business_id: BusinessId, customer_id: CustomerId) -> dict[str, object]:
        """Return all that is stored about a customer, table by table, in types that JSON knows."""
        async with self._database.within(business_id) as session:
            return {
                table: [
                    _plain(table, row)
                    for row in await session.fetch(
                        f"SELECT * FROM {table} WHERE {where} AND $2 <> ''",  # noqa: S608 - constants
                        business_id,
                        customer_id,
                    )
                ]
                for table, where in REACH.items()
            }

    async def find(self, business_id: BusinessId | None, text: str) -> Sequence[tuple[BusinessId, CustomerId, str]]:
        """Return (business, customer, name) of whoever has this customer id, phone, e-mail or conversation id."""
        wanted = text.replace("\0", "").strip()
        phone = "+" + "".join(filter(str.isdigit, wanted)).removeprefix("00")
        found: list[tuple[BusinessId, CustomerId, str]] = []
        async for businesses in self._businesses(business_id):
            async with self._database.within(*businesses) as session:
                found += [tuple(row) for row in await session.fetch(FIND, wanted, phone, wanted.lower())]
        return found

    async def erase(self, business_id: BusinessId, customer_id: CustomerId) -> dict[str, int]:
        """Blank or delete all that is personal; bookings keep time and price. Returns rows by table.

        A turn that is under way is fenced off.
        """
        async with self._database.within(business_id) as session:
            # Locks in the order of commits: answers, lanes, conversations, customer, bookings, holds and calendars.
            answers = await session.change(EMPTY_ANSWERS, business_id, customer_id)
            conversations = [row[0] for row in await session.fetch(CONVERSATIONS, business_id, customer_id)]
            await session.fetch(
                f"SELECT lane FROM lanes WHERE {REACH['lanes']} ORDER BY lane FOR UPDATE",  # noqa: S608 - constants
                business_id,
                customer_id,
            )
            await session.fetch(f"{CONVERSATIONS} ORDER BY id FOR UPDATE", business_id, customer_id)
            await session.fetch(LOCK_CUSTOMER, business_id, customer_id)
            await session.fetch(LOCK_BOOKINGS, business_id, customer_id)
            held = await _free_holds(session, business_id, customer_id, self._clock.now())
            erased = {"answers": answers, "holds": held}
            await session.change(FORGET_LANES, business_id, customer_id)
            for table in DELETED:
                erased[table] = await session.change(
                    f"DELETE FROM {table} WHERE {REACH[table]}",  # noqa: S608 - constants
                    business_id,
                    customer_id,
                )
            if erased["waitlist"]:
                await session.change(SHORTEN_WAITLIST, business_id)
            await session.change(
                f"UPDATE booking_events SET reason = '' WHERE {REACH['booking_events']}",  # noqa: S608 - constants
                business_id,
                customer_id,
            )
            erased["bookings"] = await session.change(
                "UPDATE bookings SET name = '', phone = '', email = '', notes = '' "
                "WHERE business_id = $1 AND customer_id = $2",
                business_id,
                customer_id,
            )
            erased["customers"] = await session.change(
                "UPDATE customers SET name = '', phone = '', email = '', language = '' "
                "WHERE business_id = $1 AND id = $2",
                business_id,
                customer_id,
            )
        if erased["addresses"]:
            await self._addresses.forget()
        erased["states in Redis"] = await self._states.forget(conversations)
        return erased

    async def _businesses(self, business_id: BusinessId | None) -> AsyncIterator[list[BusinessId]]:
        """Yield the businesses to look in, so many at a time."""
        if business_id is not None:
            yield [business_id]
            return
        last = ""
        while True:
            found = await self._database.fetch(
                "SELECT DISTINCT business_id FROM accounts WHERE business_id > $1 ORDER BY business_id LIMIT $2",
                last,
                _MOST_BUSINESSES,
            )
            if not found:
                return
            yield [row[0] for row in found]
            last = found[-1][0]


async def _free_holds(session: Session, business_id: BusinessId, customer_id: CustomerId, now: datetime) -> int:
    held = [row[0] for row in await session.fetch(HOLDS, business_id, customer_id)]
    entries = [row[0] for row in await session.fetch(WAITING, business_id, customer_id)]
    records = [effect_record(ReleaseHold(hold_id), business_id) for hold_id in held]
    records += [{"business": business_id, "waitlist": entry_id} for entry_id in entries]
    await session.fetch("SELECT lock_calendars($1, $2)", encoded(records).decode(), now)
    for hold_id in held:
        await session.fetch("SELECT free_time($1, $2, NULL)", business_id, hold_id)
    return len(held)


def _plain(table: str, row: asyncpg.Record) -> dict[str, object]:
    """Return a row in types that JSON knows."""
    columns = Base.metadata.tables[table].columns
    found: dict[str, object] = {}
    for name, value in row.items():
        if isinstance(value, bytes):
            found[name] = value.decode(errors="replace")
        elif isinstance(value, date):
            found[name] = value.isoformat()
        elif value is not None and isinstance(columns[name].type, JSON):
            found[name] = msgspec.json.decode(value)
        else:
            found[name] = value
    return found
