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
    return partial(houses.postgres, template=request.getfixturevalue("postgres_template"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty, migrated SQLite database."""
    from storage.sql.migrate import migrate

    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """Return the name of an empty, migrated PostgreSQL database; skips loudly where there is no service."""
    if missing := asyncio.run(houses.services_missing()):
        pytest.skip(missing)
    name = asyncio.run(houses.postgres_template())
    yield name
    asyncio.run(houses.drop_template(name))
