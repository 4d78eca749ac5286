"""Workers: take ready lanes, have them heard side by side, and wait when there is nothing to do."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

import structlog

from domain.errors import StoreUnavailable
from domain.ids import is_signal_lane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bots.reception import Reception
    from bots.switchboard import Switchboard
    from domain.ports import Claim, Store

_log = structlog.get_logger("frontdesk.worker")


def spare_the_collector() -> None:
    """Let the garbage collector look at what is young, and seldom.

    A turn makes hundreds of small objects and hardly a cycle, while lexicons and set-ups stay for good: with the
    interpreter's defaults up to a third of a turn was spent on walking through them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


class Worker:
    """Claims up to `most` lanes at a time, in `loops` loops side by side."""

    def __init__(
        self, store: Store, reception: Reception, switchboard: Switchboard, *, most: int = 64, loops: int = 1
    ) -> None:
        """Take where mail comes from, who hears it, and who puts through what is only told."""
        self._store = store
        self._reception = reception
        self._switchboard = switchboard
        self._most = most
        self._loops = loops

    async def drain(self) -> int:
        """Hear all that is ready now; returns how many turns."""
        heard = 0
        while claims := await self._store.mailbox.claim(self._most):
            await self._serve(claims)
            heard += len(claims)
        return heard

    async def run(self, stop: asyncio.Event) -> None:
        """Hear what comes until `stop` is set; a database that is gone is waited for."""
        spare_the_collector()
        await asyncio.gather(*(self._loop(stop) for _ in range(self._loops)))

    async def _loop(self, stop: asyncio.Event) -> None:
        pause = 0.1
        while not stop.is_set():
            try:
                claims = await self._store.mailbox.claim(self._most)
                if claims:
                    await self._serve(claims)
                else:
                    await self._store.mailbox.wait(1.0)
                pause = 0.1
            except StoreUnavailable as error:
                _log.warning("store unavailable", error=str(error), retry_in=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)

    async def _serve(self, claims: Sequence[Claim]) -> None:
        if len(claims) == 1:
            await self._serve_one(claims[0])
            return
        done = await asyncio.gather(*(self._serve_one(one) for one in claims), return_exceptions=True)
        for one in done:
            if isinstance(one, BaseException):
                raise one

    async def _serve_one(self, claim: Claim) -> None:
        served = self._switchboard if is_signal_lane(claim.lane) else self._reception
        await served.serve(claim)
