"""Timers in memory: what is due is moved into the mailbox."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

from domain.ports import Arrival

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.conversations import Timer
    from domain.ids import ConversationId
    from storage.memory.mailbox import MemoryMailbox
    from storage.memory.tables import Tables

ENDPOINT = "timers"
"""The endpoint that mail of timers names."""


class TimerTable:
    """Timers, one a (conversation, kind)."""

    def __init__(self) -> None:
        self.timers: dict[ConversationId, dict[str, Timer]] = {}
        self._size = 0
        self._due: list[tuple[datetime, int, Timer]] = []
        """May name timers that were replaced or cancelled; they are skipped."""
        self._order = count()

    def set(self, timer: Timer) -> None:
        """Set a timer in place of the one of its conversation and kind."""
        kinds = self.timers.get(timer.conversation_id)
        if kinds is None:
            kinds = self.timers[timer.conversation_id] = {}
        if timer.kind not in kinds:
            self._size += 1
        kinds[timer.kind] = timer
        heappush(self._due, (timer.due_at, next(self._order), timer))
        if len(self._due) > 4 * self._size + 64:
            self._due = [one for one in self._due if self._is_set(one[2])]
            heapify(self._due)

    def cancel(self, conversation_id: ConversationId, kinds: Sequence[str]) -> int:
        """Cancel timers of these kinds; a trailing `*` means all that begin so. Returns how many."""
        present = self.timers.get(conversation_id)
        if not present:
            return 0
        before = len(present)
        for kind in kinds:
            if kind.endswith("*"):
                for name in [name for name in present if name.startswith(kind[:-1])]:
                    del present[name]
            else:
                present.pop(kind, None)
        cancelled = before - len(present)
        self._size -= cancelled
        if not present:
            del self.timers[conversation_id]
        return cancelled

    def take_due(self, now: datetime, most: int) -> list[Timer]:
        """Take out up to `most` timers that are due, the longest due first."""
        taken: list[Timer] = []
        while self._due and self._due[0][0] <= now and len(taken) < most:
            timer = heappop(self._due)[2]
            if self._is_set(timer):
                self.cancel(timer.conversation_id, (timer.kind,))
                taken.append(timer)
        return taken

    def _is_set(self, timer: Timer) -> bool:
        return self.timers.get(timer.conversation_id, {}).get(timer.kind) is timer


class MemoryTimers:
    """The Timers."""

    def __init__(self, table: TimerTable, mailbox: MemoryMailbox, tables: Tables) -> None:
        self._table = table
        self._mailbox = mailbox
        self._tables = tables

    async def fire(self, now: datetime, most: int) -> int:
        """Turn due timers into mail of kind `timer` in their lanes, each exactly once; returns how many."""
        timers = self._table.take_due(now, most)
        self._mailbox.put([_arrival(timer, now) for timer in timers])
        return len(timers)

    async def sweep(self, now: datetime) -> int:
        """Delete expired holds and keys of handled mail older than 8 days; returns how many rows."""
        return self._mailbox.sweep(now) + sum(calendar.sweep(now) for calendar in self._tables.calendars.values())


def _arrival(timer: Timer, now: datetime) -> Arrival:
    return Arrival(
        endpoint_id=ENDPOINT,
        kind="timer",
        external_id=f"{timer.kind}|{timer.conversation_id}|{timer.due_at.isoformat()}",
        lane=timer.conversation_id,
        business_id=timer.business_id,
        account_id=timer.account_id,
        sender="",
        body=timer.body,
        sent_at=timer.due_at,
        received_at=now,
    )
