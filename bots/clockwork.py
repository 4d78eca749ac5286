"""Clockwork: what must happen at a moment, moved into the mailbox when that moment comes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from datetime import datetime

    from bots.waitlist import Waitlists
    from domain.clock import Clock
    from domain.ports import Store

_log = structlog.get_logger(__name__)
_MOST = 200
"""Timers moved in one transaction."""


class Clockwork:
    """Fires timers, looks after the waitlists and sweeps what has expired."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        every: timedelta = timedelta(seconds=1),
        sweep_every: timedelta = timedelta(minutes=1),
        waitlists: Waitlists | None = None,
        offer_every: timedelta = timedelta(seconds=3),
    ) -> None:
        """Take the store, the clock and who looks after waitlists; `every` is how long `run` sleeps between ticks."""
        self._store = store
        self._clock = clock
        self._every = every
        self._sweep_every = sweep_every
        self._swept_at: datetime | None = None
        self._waitlists = waitlists
        self._offer_every = offer_every
        self._offered_at: datetime | None = None

    async def tick(self) -> int:
        """Fire all timers that are due, make offers and sweep if it is time to. Raises StoreUnavailable.

        Returns how many fired and how many offers, or ends of offers, were told.
        """
        now = self._clock.now()
        fired = 0
        while moved := await self._store.timers.fire(now, _MOST):
            fired += moved
            if moved < _MOST:
                break
        if self._waitlists is not None and _is_time(self._offered_at, now, self._offer_every):
            fired += await self._waitlists.tick(now)
            self._offered_at = now
        if _is_time(self._swept_at, now, self._sweep_every):
            await self._store.timers.sweep(now)
            self._swept_at = now
        return fired

    async def run(self, stop: asyncio.Event) -> None:
        """Tick until told to stop."""
        stopping = asyncio.create_task(stop.wait())
        while not stop.is_set():
            try:
                await self.tick()
            except StoreUnavailable as error:
                _log.warning("timers_unavailable", error=str(error))
            await asyncio.wait({stopping}, timeout=self._every.total_seconds())


def _is_time(last: datetime | None, now: datetime, every: timedelta) -> bool:
    """Return whether something is to be done again; a clock that jumped back must not put it off."""
    return last is None or not timedelta() <= now - last < every
