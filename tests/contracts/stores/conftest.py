"""Runs every story on every store."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.contracts.stores import houses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STORES = [
    "memory",
    "sqlite",
    pytest.param("postgres", marks=pytest.mark.service),
]


@pytest.fixture(params=STORES)
def open_house(request: pytest.FixtureRequest, tmp_path: Path) -> houses.Opener:
    """Return what opens an empty store with a lease of so long."""
    if request.param == "memory":
        return houses.memory
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        return partial(houses.sqlite, template=template, path=tmp_path / "frontdesk.db")
    return partial(houses.postgres, database=request.getfixturevalue("postgres_database"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty, migrated SQLite database."""
    from storage.sql.migrate import migrate

    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str]:
    """Return the URL of a migrated PostgreSQL database; skips loudly where there is no service."""
    if missing := asyncio.run(houses.services_missing()):
        pytest.skip(missing)
    url = asyncio.run(houses.create_database())
    yield url
    asyncio.run(houses.drop_database(url))
