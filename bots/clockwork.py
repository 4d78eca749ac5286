"""Clockwork: what must happen at a moment, moved into the mailbox when that moment comes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from datetime import datetime

    from domain.clock import Clock
    from domain.ports import Store

_log = structlog.get_logger(__name__)
_MOST = 200
"""Timers moved in one transaction."""


class Clockwork:
    """Fires timers and sweeps what has expired."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        every: timedelta = timedelta(seconds=1),
        sweep_every: timedelta = timedelta(minutes=1),
    ) -> None:
        """Take the store and the clock; `every` is how long `run` sleeps between ticks."""
        self._store = store
        self._clock = clock
        self._every = every
        self._sweep_every = sweep_every
        self._swept_at: datetime | None = None

    async def tick(self) -> int:
        """Fire all timers that are due, and sweep if it is time to; returns how many fired. Raises StoreUnavailable."""
        now = self._clock.now()
        fired = 0
        while moved := await self._store.timers.fire(now, _MOST):
            fired += moved
            if moved < _MOST:
                break
        if self._must_sweep(now):
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

    def _must_sweep(self, now: datetime) -> bool:
        if self._swept_at is None:
            return True
        # A clock that jumped back must not put the next sweep off.
        return not timedelta() <= now - self._swept_at < self._sweep_every
