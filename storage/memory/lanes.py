"""Lanes leased one at a time, fair across businesses: what the mailbox and the outbox of the memory store stand on."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from domain.clock import Clock
    from domain.ids import AccountId, BusinessId

T = TypeVar("T")


class Lane(Generic[T]):
    """Items that must go one after another, and who has them."""

    __slots__ = (
        "account_id",
        "business_id",
        "fence",
        "id",
        "items",
        "leased",
        "queued",
        "ready_at",
        "retry_at",
        "wakes_at",
    )

    def __init__(self, id: str, business_id: BusinessId, account_id: AccountId) -> None:  # noqa: A002 - it is its id
        self.id = id
        self.business_id = business_id
        self.account_id = account_id
        self.items: list[T] = []
        """A list, not a deque: lanes are short and many, and an empty deque weighs ten times as much."""
        self.fence = 0
        self.leased = False
        self.queued = False
        self.ready_at: datetime | None = None
        """None: at once."""
        self.retry_at: datetime | None = None
        """Not before, whatever arrives: the pause after a failure."""
        self.wakes_at: datetime | None = None
        """When its entry among the sleeping is due."""


class Lanes(Generic[T]):
    """Which lanes may be leased. For one event loop: nothing here waits, so nothing needs a lock."""

    def __init__(self, clock: Clock, lease: timedelta) -> None:
        self._clock = clock
        self._lease = lease
        self._lanes: dict[str, Lane[T]] = {}
        self._ready: dict[BusinessId, deque[Lane[T]]] = {}
        self._turns: deque[BusinessId] = deque()
        """Businesses with a ready lane, whose turn is next first."""
        self._sleeping: list[tuple[datetime, int, Lane[T]]] = []
        self._leases: deque[tuple[datetime, int, Lane[T]]] = deque()
        """In order of their end, because all leases are equally long; what is stale is dropped at the front."""
        self._fences = count(1)
        """One for all lanes, so that a lane that was erased and began anew does not repeat a fence."""
        self._order = count()
        self._woken = asyncio.Event()

    def get(self, id: str) -> Lane[T] | None:  # noqa: A002 - it is its id
        """Return a lane, None if nothing ever came in it."""
        return self._lanes.get(id)

    def put(self, lane_id: str, business_id: BusinessId, account_id: AccountId, item: T) -> Lane[T]:
        """Append an item to its lane without waking it; `wake` follows."""
        lane = self._lanes.get(lane_id)
        if lane is None:
            lane = self._lanes[lane_id] = Lane(lane_id, business_id, account_id)
        lane.items.append(item)
        return lane

    def wake(self, lane: Lane[T]) -> None:
        """Queue a lane that has items, now or when it is ready; nothing happens while it is leased."""
        if lane.leased:
            return
        ready_at = lane.ready_at
        retry_at = lane.retry_at
        if retry_at is not None and (ready_at is None or retry_at > ready_at):
            ready_at = retry_at
        if ready_at is None or ready_at <= self._clock.now():
            if not lane.queued:
                self._queue(lane)
            return
        if lane.queued:
            self._unqueue(lane)
        if lane.wakes_at is None or ready_at < lane.wakes_at:
            lane.wakes_at = ready_at
            heappush(self._sleeping, (ready_at, next(self._order), lane))
            self._woken.set()

    def release(self, lane: Lane[T]) -> None:
        """End a lane's lease; it is queued again if items are left."""
        lane.leased = False
        if lane.items:
            self.wake(lane)

    def lease(self, most: int) -> tuple[list[Lane[T]], datetime]:
        """Lease up to `most` ready lanes, one a business in turn; returns them with the end of the lease."""
        now = self._clock.now()
        self._promote(now)
        until = now + self._lease
        turns, ready = self._turns, self._ready
        leased: list[Lane[T]] = []
        while turns and len(leased) < most:
            business_id = turns.popleft()
            lanes = ready[business_id]
            lane = lanes.popleft()
            if lanes:
                turns.append(business_id)
            else:
                del ready[business_id]
            lane.queued = False
            if not lane.items:
                continue
            lane.leased = True
            lane.fence = fence = next(self._fences)
            self._leases.append((until, fence, lane))
            leased.append(lane)
        return leased, until

    def drop(self, lane_id: str) -> int:
        """Forget a lane with all that is in it; whoever has it leased is fenced off. Returns how many items went."""
        lane = self._lanes.pop(lane_id, None)
        if lane is None:
            return 0
        if lane.queued:
            self._unqueue(lane)
        lane.leased = False
        dropped = len(lane.items)
        lane.items.clear()
        return dropped

    def __iter__(self) -> Iterator[Lane[T]]:
        """Iterate over all lanes."""
        return iter(self._lanes.values())

    async def wait(self, seconds: float) -> None:
        """Return when a lane may be ready, at the latest after so many seconds."""
        now = self._clock.now()
        self._promote(now)
        if self._turns:
            return
        for due in (self._sleeping[0][0] if self._sleeping else None, self._leases[0][0] if self._leases else None):
            if due is not None:
                seconds = min(seconds, (due - now).total_seconds())
        self._woken.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    def _queue(self, lane: Lane[T]) -> None:
        lane.queued = True
        lanes = self._ready.get(lane.business_id)
        if lanes is None:
            self._ready[lane.business_id] = deque((lane,))
            self._turns.append(lane.business_id)
        else:
            lanes.append(lane)
        if not self._woken.is_set():
            self._woken.set()

    def _unqueue(self, lane: Lane[T]) -> None:
        lane.queued = False
        lanes = self._ready[lane.business_id]
        lanes.remove(lane)
        if not lanes:
            del self._ready[lane.business_id]
            self._turns.remove(lane.business_id)

    def _promote(self, now: datetime) -> None:
        """Queue the lanes whose pause or whose lease is over."""
        sleeping = self._sleeping
        while sleeping and sleeping[0][0] <= now:
            at, _, lane = heappop(sleeping)
            if lane.wakes_at == at:
                lane.wakes_at = None
                if lane.items:
                    self.wake(lane)
        leases = self._leases
        while leases:
            until, fence, lane = leases[0]
            if lane.leased and lane.fence == fence:
                if until > now:
                    break
                self.release(lane)
            leases.popleft()
