"""A bell: how those who wait for work in this process are woken."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Bell:
    """Wakes all who wait. For one event loop."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake everybody."""
        waiting, self._waiting = self._waiting, set()
        for one in waiting:
            if not one.done():
                one.set_result(None)

    async def wait(self, seconds: float, due: Callable[[], float | None]) -> None:
        """Return when `due`, asked after every ring, says 0 or less, at the latest after so many seconds.

        `due` tells in how many seconds there will be something to do, None for not yet.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while True:
            # Listen first, look then: what happens in between rings.
            rung = loop.create_future()
            self._waiting.add(rung)
            try:
                left, then = end - loop.time(), due()
                if left <= 0 or (then is not None and then <= 0):
                    return
                await asyncio.wait((rung,), timeout=left if then is None else min(left, then))
            finally:
                self._waiting.discard(rung)
