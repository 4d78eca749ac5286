"""Opens a business's server on every store."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tests.contracts.stores import houses
from tests.storage.sql.sqlite.support import database
from tests.web.api.office import office, on_postgres, on_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.service)])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Return what opens a server: `opener(directory)` is a context manager."""
    if request.param == "memory":
        return office
    if request.param == "sqlite":
        return partial(on_sqlite, database(tmp_path))
    return partial(on_postgres, request.getfixturevalue("api_database"))


@pytest.fixture(scope="session")
def api_database() -> Iterator[str]:
    """Return the URL of a migrated PostgreSQL database; skips loudly where there is no service."""
    if missing := asyncio.run(houses.services_missing()):
        pytest.skip(missing)
    url = asyncio.run(houses.create_database())
    yield url
    asyncio.run(houses.drop_database(url))
