"""How SQLite finds what it is asked for: by an index that names it, never by reading all of a business."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from storage.sql.sqlite import api_keys, calendar, effects, occupancy, privacy, waitlist
from tests.storage.sql.sqlite.support import database

if TYPE_CHECKING:
    from pathlib import Path

LARGE = (
    "bookings",
    "booking_items",
    "occupancy",
    "counter_uses",
    "counters",
    "holds",
    "answers",
    "customers",
    "conversations",
)
"""Tables that grow with a business's years."""
STATEMENTS = {
    "busy": calendar.BUSY,
    "occupied": calendar.OCCUPIED,
    "used": calendar.USED,
    "last staff": calendar.LAST_STAFF,
    "a customer's bookings": calendar.BY_CUSTOMER,
    "a booking": calendar.BY_ID,
    "a booking by its link": calendar.BY_CODE,
    "a day's bookings": calendar.BETWEEN,
    "what was sold in a day": calendar.ITEMS_OF,
    "an answer": calendar.ANSWERED,
    "who is in a class": calendar.LIVE_IN,
    "a customer by phone": re.sub(r"UNION SELECT id FROM customers.*email.*", "", privacy.FIND_HERE),
    "a key": api_keys.BY_DIGEST,
    "the waitlist": waitlist.WAITING,
    "what overlaps": occupancy.OVERLAPPING,
    "counts that are over": occupancy.OVER,
    "members of a class": occupancy.MEMBERS,
    "who is left in a class": occupancy.LEFT,
    "a hold's rows": occupancy.FREE_HOLD,
    "a booking's rows": occupancy.FREE_BOOKING,
    "a class's rows": occupancy.FREE_SESSION,
    "joining a class": occupancy.JOIN,
    "a class that expires": occupancy.EXPIRE,
    "what somebody counts for": occupancy.DELETE_USES,
    "a party's times": effects.TIMES,
    "a conversation's holds": effects.HOLDS_OF,
}


def plan(path: Path, sql: str) -> list[str]:
    numbered = [int(one) for one in re.findall(r"\?(\d+)", sql)]
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", (None,) * (max(numbered, default=0) or sql.count("?")))
        return [row[3] for row in rows]


def read_through(steps: list[str], tables: tuple[str, ...]) -> list[str]:
    """Return the steps that read all rows, or all of one business."""
    aliases = {
        "o": "occupancy",
        "p": "occupancy",
        "u": "counter_uses",
        "c": "counters",
        "h": "holds",
        "i": "booking_items",
    }
    found = []
    for step in steps:
        match = re.match(r"(SCAN|SEARCH) (\w+)(?:.*\((.*)\))?", step)
        if match is None or aliases.get(match[2], match[2]) not in tables or "VIRTUAL" in step:
            continue
        if match[1] == "SCAN" or match[3] == "business_id=?":
            found.append(step)
    return found


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return database(tmp_path_factory.mktemp("plans"))


@pytest.mark.parametrize("what", STATEMENTS)
def test_what_is_asked_for_is_found_by_an_index(path: Path, what: str) -> None:
    steps = plan(path, STATEMENTS[what])
    assert steps
    assert read_through(steps, LARGE) == []


def test_of_holds_only_the_holds_are_read(path: Path) -> None:
    """There are as many as people who are choosing just now, so all of a business are read, and nothing else is."""
    steps = plan(path, calendar.HOLDS)
    assert read_through(steps, tuple(one for one in LARGE if one != "holds")) == []


def test_reading_everything_would_be_noticed(path: Path) -> None:
    unaided = calendar.LAST_STAFF.replace("INDEXED BY ix_bookings_customer", "")
    assert read_through(plan(path, unaided), LARGE) != []
    assert read_through(plan(path, "SELECT * FROM occupancy WHERE ends_at > ?"), LARGE) != []
