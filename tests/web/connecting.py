"""A house whose businesses can connect accounts, on platforms that are dictionaries."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from tests.bots.connecting import Parts
from tests.web.house import House, house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def connecting(parts: Parts | None = None, **more: Any) -> AsyncIterator[tuple[House, Parts]]:
    """Yield a house and the parts that connect its accounts."""
    parts = parts or Parts()
    async with house(store=parts.store, clock=parts.clock, connections=parts.connections, **more) as one:
        yield one, parts
