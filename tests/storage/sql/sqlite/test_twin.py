"""SQLite's calendar beside the one in memory: whatever is written to both, they answer the same."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.contracts.stores import houses
from tests.contracts.stores.broken import BlindReseat, EmptyRoom, EternalCounts, NoCap, TwoOffers, broken
from tests.contracts.stores.conftest import sqlite_template
from tests.storage.sql.postgres.test_twin import differences

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from storage.memory.calendar import MemoryCalendar

__all__ = ["sqlite_template"]


@pytest.fixture
def scene(sqlite_template: Path, tmp_path: Path) -> Callable[[], Any]:
    """Return what opens a house on a new file, and its store."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[tuple[houses.House, Any]]:
        async with houses.sqlite(houses.LEASE, sqlite_template, tmp_path / "frontdesk.db") as house:
            yield house, house.store

    return opened


@pytest.mark.parametrize("seed", range(6))
def test_both_calendars_answer_the_same(scene: Callable[[], Any], seed: int) -> None:
    assert asyncio.run(differences(scene, seed)) == []


@pytest.mark.parametrize("twin", [NoCap, TwoOffers, EternalCounts, EmptyRoom, BlindReseat])
def test_a_twin_that_lacks_a_guard_is_told_from_it(scene: Callable[[], Any], twin: type[MemoryCalendar]) -> None:
    found: list[str] = []
    for seed in range(8):
        try:
            found = asyncio.run(differences(scene, seed, broken(calendar=twin)))
        except KeyError as error:  # it lost its own way
            found = [str(error)]
        if found:
            break
    assert found
