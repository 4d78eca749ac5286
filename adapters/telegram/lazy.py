"""The way to the Bot API client, whose library is loaded when it is first needed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.telegram.client import Client


async def open_client(api_url: str, call_seconds: float) -> Client:
    """Return a client of the Bot API that `api_url` names; close it.

    The first call of a process takes seconds: whatever is imported of aiogram, `aiogram.types` comes along and builds a
    pydantic schema of each of the Bot API's hundreds of types, which is nine tenths of the time. That happens on a
    thread, so that the loop goes on meanwhile.
    """
    kind = await asyncio.to_thread(_client)
    return await kind.open(api_url, call_seconds)


def _client() -> type[Client]:
    from adapters.telegram.client import Client

    return Client
