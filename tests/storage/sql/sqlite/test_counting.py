"""Counters and classes in the file: the guard is one statement, and who counts for nothing pays for none."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.bookings import AmendBooking, CancelBooking, ReleaseHold, Status
from domain.errors import OpeningTaken
from tests.builders import ANNA, LUZ, ROSA, at, book, booking, class_take, event, hold
from tests.contracts.stores.story import cancelled, meet, moved
from tests.storage.sql.sqlite.support import change, database, opened, rows

if TYPE_CHECKING:
    from pathlib import Path

    from domain.bookings import Effect

SOLD = "SELECT sum(amount) FROM counter_uses"
DISAGREE = """
    SELECT c.key, c.used, coalesce(sum(u.amount), 0) AS sold FROM counters c LEFT JOIN counter_uses u
      ON u.business_id = c.business_id AND u.key = c.key AND u.bucket = c.bucket
    GROUP BY c.business_id, c.key, c.bucket HAVING c.used <> sold"""
EMPTY_CLASSES = """
    SELECT session_id FROM occupancy o WHERE session_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM counter_uses u WHERE u.business_id = o.business_id AND u.session_id = o.session_id)"""


def race(path: Path) -> int:
    """Let twelve ask for the three seats of a class at once, some for a while; returns how many had one."""

    async def story() -> int:
        async with opened(path) as store:
            who = await meet(store)
            calendar = store.calendar(LUZ.business.id)
            asked: list[Effect] = [
                hold(at(15), take=class_take(at(15)))
                if number % 3
                else book(booking(at(15), customer_id=who.customer_id), take=class_take(at(15)))
                for number in range(12)
            ]
            answers = await asyncio.gather(*(calendar.apply([one]) for one in asked), return_exceptions=True)
            assert all(one is None or isinstance(one, OpeningTaken) for one in answers)
            return answers.count(None)

    return asyncio.run(story())


def test_three_seats_are_sold_three_times(tmp_path: Path) -> None:
    path = database(tmp_path)
    assert race(path) == 3
    assert rows(path, SOLD) == [(3,)]
    assert rows(path, DISAGREE) == rows(path, EMPTY_CLASSES) == []
    assert rows(path, "SELECT count(*) FROM occupancy") == [(2,)]


def test_with_a_counter_that_forgets_the_same_race_sells_too_many(tmp_path: Path) -> None:
    path = database(tmp_path)
    change(path, "CREATE TRIGGER forget AFTER UPDATE ON counters BEGIN UPDATE counters SET used = 0; END")
    change(path, "CREATE TRIGGER forget_first AFTER INSERT ON counters BEGIN UPDATE counters SET used = 0; END")
    assert race(path) > 3
    assert rows(path, DISAGREE) != []


def test_what_is_given_back_leaves_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as store:
            who = await meet(store)
            calendar = store.calendar(LUZ.business.id)
            one = booking(at(15), customer_id=who.customer_id)
            await calendar.apply([book(one, take=class_take(at(15))), hold(at(15), take=class_take(at(15)))])
            await calendar.apply([cancelled(one), hold(at(15), hold_id="h", take=class_take(at(15)))])
            await calendar.apply([ReleaseHold("h")])
            await store.timers.sweep(at(9))  # the hold that ran out

    path = database(tmp_path)
    asyncio.run(story())
    for table in ("occupancy", "counter_uses", "counters", "holds"):
        assert rows(path, f"SELECT * FROM {table}") == [], table
    assert rows(path, "SELECT counted FROM bookings") == [(0,)]


def test_who_counts_for_nothing_costs_no_statement_more(tmp_path: Path) -> None:
    """What a hold, its booking, a move, a note and a cancellation write, table by table."""

    async def story(take: bool) -> list[str]:
        async with opened(path, seeded=take) as store:
            who = await meet(store, f"guest {take}")
            calendar = store.calendar(LUZ.business.id)
            how = {"take": class_take(at(15))} if take else {}
            one = booking(at(15), customer_id=who.customer_id, resources=(ANNA, ROSA))
            kept = hold(at(15), resources=(ANNA, ROSA), conversation=who.id, **how)  # type: ignore[arg-type]
            note = replace(one, notes="!")
            moves = moved(one, 17)
            gone = replace(moves.booking, status=Status.CANCELLED, sequence=2)
            said: list[str] = []
            assert store._writer._connection is not None
            store._writer._connection.set_trace_callback(said.append)
            for effect in (
                kept,
                book(one, hold_id=kept.hold_id, **how),  # type: ignore[arg-type]
                AmendBooking(note, event(one, "amended")),
                moves,
                CancelBooking(gone, event(one, "cancelled")),
            ):
                await calendar.apply([effect])
            store._writer._connection.set_trace_callback(None)
            return [one for one in said if not one.startswith(("--", "PRAGMA"))]  # neither triggers nor idle looks

    path = database(tmp_path)
    counting, plain = asyncio.run(story(True)), asyncio.run(story(False))
    assert [one for one in plain if "counter" in one] == []
    assert len([one for one in counting if "counter" in one]) > 5
    assert len(plain) == 65, "as many as when there were no counters"


@pytest.mark.parametrize(
    "row",
    [
        "NULL, NULL, NULL, NULL",
        "'h', 'b', 1, NULL",
        "'h', NULL, 1, 's'",
        "NULL, 'b', NULL, 's'",
        "'h', NULL, NULL, NULL",
        "NULL, 'b', 1, NULL",
    ],
)
def test_a_row_without_one_owner_is_refused(tmp_path: Path, row: str) -> None:
    path = database(tmp_path)
    names = "business_id, resource_id, starts_at, ends_at, hold_id, booking_id, expires_at, session_id"
    insert = f"INSERT INTO occupancy ({names}) VALUES"
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        change(path, f"{insert} ('b', 'r', 1, 2, {row})")
    change(path, f"{insert} ('b', 'r', 1, 2, NULL, NULL, NULL, 's'), ('b', 'r', 2, 3, NULL, NULL, 1, 's')")
