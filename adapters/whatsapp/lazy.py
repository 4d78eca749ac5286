"""The Graph API, opened when somebody first needs it: loading pywa and httpx takes half a second."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.base import Secret
    from adapters.whatsapp.graph import Graph


class LazyGraph:
    """A Graph API that is not there until it is asked for."""

    def __init__(self, url: str, version: str, app_secret: Secret | None, seconds: float) -> None:
        """Take what `Graph` takes."""
        self._where = url, version, app_secret, seconds
        self._graph: Graph | None = None
        self._opening = asyncio.Lock()

    async def open(self) -> Graph:
        """Return it; the libraries are loaded in a thread, beside the event loop."""
        async with self._opening:
            if self._graph is None:
                self._graph = await asyncio.to_thread(_load, *self._where)
            return self._graph

    async def aclose(self) -> None:
        """Close all connections; the next who asks gets new ones."""
        graph, self._graph = self._graph, None
        if graph is not None:
            await graph.aclose()


def _load(url: str, version: str, app_secret: Secret | None, seconds: float) -> Graph:
    import pywa_async  # noqa: F401 - loaded here and not at the first message

    from adapters.whatsapp.graph import Graph

    return Graph(url, version, app_secret, seconds)
