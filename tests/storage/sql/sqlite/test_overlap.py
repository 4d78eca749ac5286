"""Two bookings of one resource at one time: the database itself refuses the second."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.errors import OpeningTaken
from tests.builders import ANNA, LUZ, at, hold
from tests.storage.sql.sqlite.support import change, database, opened, rows

if TYPE_CHECKING:
    from pathlib import Path

INSERT = """
    INSERT INTO occupancy (business_id, resource_id, starts_at, ends_at, hold_id, expires_at)
    VALUES (?, ?, ?, ?, 'h', 1)"""
OVERLAPS = """
    SELECT a.resource_id FROM occupancy a JOIN occupancy b
      ON a.business_id = b.business_id AND a.resource_id = b.resource_id
     AND a.starts_at < b.starts_at AND a.ends_at > b.starts_at"""


def insert(connection: sqlite3.Connection, start: int, end: int, resource: str = "r", business: str = "b") -> bool:
    try:
        connection.execute(INSERT, (business, resource, start, end))
    except sqlite3.IntegrityError as error:
        assert str(error) == "overlap"
        return False
    return True


@pytest.mark.parametrize(
    ("start", "end", "fits"),
    [
        (10, 20, False), (5, 11, False), (19, 30, False), (12, 15, False), (0, 99, False), (10, 11, False),
        (0, 10, True), (20, 30, True),
    ],
)  # fmt: skip
def test_ranges_are_half_open(tmp_path: Path, start: int, end: int, fits: bool) -> None:
    with closing(sqlite3.connect(database(tmp_path))) as connection:
        assert insert(connection, 10, 20)
        assert insert(connection, start, end) is fits
        assert insert(connection, start, end, "another")
        assert insert(connection, start, end, business="another")


def test_the_trigger_agrees_with_looking_at_every_row(tmp_path: Path) -> None:
    chance = random.Random(7)
    taken: list[tuple[int, int]] = []
    with closing(sqlite3.connect(database(tmp_path))) as connection:
        for _ in range(2000):
            start = chance.randrange(0, 3000)
            end = start + chance.randrange(1, 60)
            fits = all(end <= one or start >= other for one, other in taken)
            assert insert(connection, start, end) is fits
            if fits:
                taken.append((start, end))
            elif chance.random() < 0.3:
                gone = taken.pop(chance.randrange(len(taken)))
                connection.execute("DELETE FROM occupancy WHERE starts_at = ?", gone[:1])
    assert len(taken) > 30


def test_a_row_that_is_moved_meets_the_same_wall(tmp_path: Path) -> None:
    with closing(sqlite3.connect(database(tmp_path))) as connection:
        assert insert(connection, 10, 20)
        assert insert(connection, 30, 40)
        connection.execute("UPDATE occupancy SET ends_at = 30 WHERE starts_at = 10")
        connection.execute("UPDATE occupancy SET starts_at = 12 WHERE starts_at = 10")
        for statement in (
            "UPDATE occupancy SET ends_at = 31 WHERE starts_at = 12",
            "UPDATE occupancy SET starts_at = 29 WHERE starts_at = 30",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="overlap"):
                connection.execute(statement)


def race(path: Path) -> int:
    """Let eight conversations ask for overlapping times at once; returns how many had one."""

    async def story() -> int:
        async with opened(path) as store:
            calendar = store.calendar(LUZ.business.id)
            starts = [at(15) + timedelta(minutes=5 * number) for number in range(8)]
            asked = [calendar.apply([hold(start, conversation=f"c{start:%H%M}")]) for start in starts]
            answers = await asyncio.gather(*asked, return_exceptions=True)
            assert all(one is None or isinstance(one, OpeningTaken) for one in answers)
            return answers.count(None)

    return asyncio.run(story())


def test_eight_ask_for_overlapping_times_and_those_that_fit_have_them(tmp_path: Path) -> None:
    path = database(tmp_path)
    assert race(path) == 2
    assert rows(path, OVERLAPS) == []
    assert rows(path, "SELECT count(*), max(resource_id) FROM occupancy") == [(2, ANNA)]


def test_without_the_trigger_the_same_race_books_twice(tmp_path: Path) -> None:
    path = database(tmp_path)
    change(path, "DROP TRIGGER occupancy_overlap_insert")
    race(path)
    assert rows(path, OVERLAPS) != []
