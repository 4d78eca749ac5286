"""Time taken and given back on SQLite: occupancy rows, the sessions of classes, and counters."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy import insert

from domain.errors import OpeningTaken
from domain.occupancy import gathered
from storage.sql.guards import OVERLAP
from storage.sql.models import CounterUseRow, OccupancyRow
from storage.sql.sqlite.connection import compiled
from storage.sql.types import to_micros

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.ids import BusinessId
    from domain.occupancy import Count, Take
    from storage.sql.sqlite.writer import Transaction

    Range = tuple[str, int, int]
    """A resource, and from when to when it is taken, in microseconds."""

INSERT_OCCUPANCY = compiled(insert(OccupancyRow))
BUMP = "UPDATE resources SET calendar_version = calendar_version + 1 WHERE business_id = ? AND id = ?"
FREE_HOLD = "DELETE FROM occupancy WHERE business_id = ? AND hold_id = ? RETURNING resource_id"
FREE_BOOKING = "DELETE FROM occupancy WHERE business_id = ? AND booking_id = ? RETURNING resource_id"
FREE_SESSION = "DELETE FROM occupancy WHERE business_id = ? AND session_id = ? RETURNING resource_id"
DELETE_HOLD = "DELETE FROM holds WHERE business_id = ? AND id = ? RETURNING counted"
# Of one resource's disjoint rows only the last that starts before the range and those that start in it can overlap.
OVERLAPPING = """
    SELECT DISTINCT hold_id, session_id, expires_at FROM occupancy WHERE business_id = ?1 AND resource_id = ?2
      AND starts_at < ?4 AND ends_at > ?3
      AND starts_at >= coalesce((SELECT max(starts_at) FROM occupancy
                                 WHERE business_id = ?1 AND resource_id = ?2 AND starts_at <= ?3), ?3)"""
USE = """
    INSERT INTO counters (business_id, key, bucket, used) SELECT ?1, ?2, ?3, ?4 WHERE ?4 <= ?5
    ON CONFLICT (business_id, key, bucket) DO UPDATE SET used = used + excluded.used WHERE used + excluded.used <= ?5"""
"""The guard of counters: nothing is written where the cap would be passed."""
UNUSE = "UPDATE counters SET used = used - ?4 WHERE business_id = ?1 AND key = ?2 AND bucket = ?3 RETURNING used"
UNUSED = "DELETE FROM counters WHERE business_id = ? AND key = ? AND bucket = ?"
INSERT_USE = compiled(insert(CounterUseRow))
DELETE_USES = """
    DELETE FROM counter_uses WHERE business_id = ? AND owner_id = ? RETURNING key, bucket, amount, session_id"""
OVER = """
    SELECT owner_id FROM counter_uses INDEXED BY ix_counter_uses_held
    WHERE business_id = ? AND key = ? AND bucket = ? AND expires_at IS NOT NULL AND expires_at <= ?"""
MEMBERS = "SELECT DISTINCT owner_id FROM counter_uses WHERE business_id = ? AND session_id = ?"
LEFT = """
    SELECT count(*), count(expires_at), max(expires_at) FROM counter_uses INDEXED BY ix_counter_uses_session
    WHERE business_id = ? AND session_id = ?"""
JOIN = """
    UPDATE occupancy SET expires_at = CASE WHEN ?3 IS NOT NULL AND expires_at IS NOT NULL THEN max(expires_at, ?3) END
    WHERE business_id = ?1 AND session_id = ?2 RETURNING resource_id"""
EXPIRE = "UPDATE occupancy SET expires_at = ? WHERE business_id = ? AND session_id = ? RETURNING resource_id"


class Occupancy:
    """What is taken of one business, changed in one transaction; `now` decides which holds are over."""

    def __init__(self, transaction: Transaction, business_id: BusinessId, now: int) -> None:
        self._execute = transaction.execute
        self._business_id = business_id
        self._now = now

    def take_for_hold(self, hold_id: str, take: Take, expires_at: int) -> None:
        """Count and insert what a hold takes. Raises OpeningTaken."""
        if take.counts or take.session:
            self._count(take, hold_id, expires_at)
        if take.session:
            self._enter(take, expires_at)
        else:
            self.insert(ranges(take), hold_id, None, expires_at)

    def take_for_booking(self, booking_id: str, take: Take) -> None:
        """Count and insert what a booking takes. Raises OpeningTaken."""
        if take.counts or take.session:
            self._count(take, booking_id, None)
        if take.session:
            self._enter(take, None)
        else:
            self.insert(ranges(take), None, booking_id, None)

    def insert(
        self,
        rows: Iterable[Range],
        hold_id: str | None,
        booking_id: str | None,
        expires_at: int | None,
        session_id: str | None = None,
    ) -> None:
        """Insert a row a resource, in order; a hold that is over gives way. Raises OpeningTaken."""
        for resource_id, start, end in rows:
            row = (self._business_id, resource_id, start, end, hold_id, booking_id, expires_at, session_id)
            if not self._insert(row):
                self._clear(resource_id, start, end)
                if not self._insert(row):
                    raise OpeningTaken(resource_id)
            self._execute(BUMP, (self._business_id, resource_id))

    def release(self, hold_id: str) -> int:
        """Give a hold back; returns how many rows it had."""
        freed = self._free(FREE_HOLD, hold_id)
        gone = self._execute(DELETE_HOLD, (self._business_id, hold_id)).fetchone()
        if gone is not None and gone[0]:
            freed += self._uncount(hold_id)
        return freed

    def free_booking(self, booking_id: str, counted: bool) -> None:
        """Give back what a booking takes, and what it counts for where it does."""
        self.free_rows(booking_id)
        if counted:
            self._uncount(booking_id)

    def free_rows(self, booking_id: str) -> None:
        """Give back a booking's own rows; what it counts for stays."""
        self._free(FREE_BOOKING, booking_id)

    def _insert(self, row: tuple[object, ...]) -> bool:
        try:
            self._execute(INSERT_OCCUPANCY, row)
        except sqlite3.IntegrityError as error:
            # The trigger speaks first; should it be gone, two equal starts still meet in the key.
            if str(error) == OVERLAP or error.sqlite_errorname == "SQLITE_CONSTRAINT_PRIMARYKEY":
                return False
            raise
        return True

    def _clear(self, resource_id: str, start: int, end: int) -> None:
        found = self._execute(OVERLAPPING, (self._business_id, resource_id, start, end)).fetchall()
        for hold_id, session_id, expires_at in found:
            if expires_at is None or expires_at > self._now:
                continue
            if hold_id is not None:
                self.release(hold_id)
            else:  # a session that expires has holds only
                self._release_all(MEMBERS, (self._business_id, session_id))

    def _release_all(self, sql: str, parameters: tuple[object, ...]) -> None:
        for (hold_id,) in self._execute(sql, parameters).fetchall():
            self.release(hold_id)

    def _free(self, sql: str, owner_id: str) -> int:
        return self._bumped(self._execute(sql, (self._business_id, owner_id)).fetchall())

    def _bumped(self, rows: list[tuple[str]]) -> int:
        for (resource_id,) in rows:
            self._execute(BUMP, (self._business_id, resource_id))
        return len(rows)

    def _count(self, take: Take, owner_id: str, expires_at: int | None) -> None:
        """Use up counts; holds that are over give theirs back first. Raises OpeningTaken at the cap."""
        if take.session and not take.counts:
            raise ValueError("whoever is in a session counts for something: its seats")
        for count in gathered(take.counts):
            bucket = to_micros(count.bucket)
            if not self._use(count, bucket):
                self._release_all(OVER, (self._business_id, count.key, bucket, self._now))
                if not self._use(count, bucket):
                    raise OpeningTaken(count.key)
            used = (self._business_id, owner_id, count.key, bucket, count.amount, expires_at, take.session or None)
            self._execute(INSERT_USE, used)

    def _use(self, count: Count, bucket: int) -> bool:
        return self._execute(USE, (self._business_id, count.key, bucket, count.amount, count.cap)).rowcount == 1

    def _uncount(self, owner_id: str) -> int:
        """Give back what a hold or booking counts for; the last of a session takes its rows along.

        Returns how many such rows went.
        """
        uses = self._execute(DELETE_USES, (self._business_id, owner_id)).fetchall()
        for key, bucket, amount, _ in uses:
            name = (self._business_id, key, bucket)
            if self._execute(UNUSE, (*name, amount)).fetchall() == [(0,)]:
                self._execute(UNUSED, name)
        return sum(self._leave(one) for one in {session_id for *_, session_id in uses if session_id is not None})

    def _enter(self, take: Take, expires_at: int | None) -> None:
        """Be in a session: the first inserts its rows, for the others they are there. Raises OpeningTaken."""
        there = self._execute(JOIN, (self._business_id, take.session, expires_at)).fetchall()
        if not self._bumped(there):
            self.insert(ranges(take), None, None, expires_at, take.session)

    def _leave(self, session_id: str) -> int:
        users, holds, latest = self._execute(LEFT, (self._business_id, session_id)).fetchone()
        if not users:
            return self._free(FREE_SESSION, session_id)
        expires_at = latest if holds == users else None
        self._bumped(self._execute(EXPIRE, (expires_at, self._business_id, session_id)).fetchall())
        return 0


def ranges(take: Take) -> list[Range]:
    """Return the rows of a take, by resource."""
    if take.parts:
        return [(one.resource_id, to_micros(one.starts_at), to_micros(one.ends_at)) for one in take.parts]
    start, end = to_micros(take.starts_at), to_micros(take.ends_at)
    return [(resource_id, start, end) for resource_id in sorted(take.resource_ids)]
