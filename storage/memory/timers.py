"""Timers in memory: what is due is moved into the mailbox."""

from __future__ import annotations

from heapq import heappop, heappush
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


class Slot:
    """The timer of one (conversation, kind), or where it was."""

    __slots__ = ("timer", "wakes_at")

    def __init__(self, timer: Timer) -> None:
        self.timer: Timer | None = timer
        """None when it was cancelled."""
        self.wakes_at = timer.due_at
        """When its entry among the due comes up, never later than the timer."""


class TimerTable:
    """Timers, one a (conversation, kind). Most are put off again and again before they are due: that costs no entry."""

    def __init__(self) -> None:
        self._slots: dict[ConversationId, dict[str, Slot]] = {}
        self._due: list[tuple[datetime, int, ConversationId, str, Slot]] = []
        self._order = count()

    def set(self, timer: Timer) -> None:
        """Set a timer in place of the one of its conversation and kind."""
        kinds = self._slots.get(timer.conversation_id)
        if kinds is None:
            kinds = self._slots[timer.conversation_id] = {}
        slot = kinds.get(timer.kind)
        if slot is not None:
            slot.timer = timer
            if timer.due_at >= slot.wakes_at:
                return
            slot.wakes_at = timer.due_at
        else:
            slot = kinds[timer.kind] = Slot(timer)
        self._push(timer.due_at, timer.conversation_id, timer.kind, slot)

    def cancel(self, conversation_id: ConversationId, kinds: Sequence[str]) -> int:
        """Cancel timers of these kinds; a trailing `*` means all that begin so. Returns how many."""
        cancelled = 0
        for name, slot in self._slots.get(conversation_id, {}).items():
            if slot.timer is not None and any(_names(kind, name) for kind in kinds):
                slot.timer = None
                cancelled += 1
        return cancelled

    def of(self, conversation_id: ConversationId) -> list[Timer]:
        """Return a conversation's timers."""
        slots = self._slots.get(conversation_id, {}).values()
        return [slot.timer for slot in slots if slot.timer is not None]

    def take_due(self, now: datetime, most: int) -> list[Timer]:
        """Take out up to `most` timers that are due, the longest due first."""
        taken: list[Timer] = []
        while self._due and self._due[0][0] <= now and len(taken) < most:
            at, _, conversation_id, kind, slot = heappop(self._due)
            if slot.wakes_at != at or self._slots.get(conversation_id, {}).get(kind) is not slot:
                continue
            timer = slot.timer
            if timer is not None and timer.due_at > now:
                slot.wakes_at = timer.due_at
                self._push(timer.due_at, conversation_id, kind, slot)
                continue
            if timer is not None:
                taken.append(timer)
            kinds = self._slots[conversation_id]
            del kinds[kind]
            if not kinds:
                del self._slots[conversation_id]
        return taken

    def _push(self, at: datetime, conversation_id: ConversationId, kind: str, slot: Slot) -> None:
        heappush(self._due, (at, next(self._order), conversation_id, kind, slot))


def _names(pattern: str, kind: str) -> bool:
    return kind.startswith(pattern[:-1]) if pattern.endswith("*") else kind == pattern


class MemoryTimers:
    """The Timers."""

    def __init__(self, table: TimerTable, mailbox: MemoryMailbox, tables: Tables) -> None:
        self.table = table
        self._mailbox = mailbox
        self._tables = tables

    async def fire(self, now: datetime, most: int) -> int:
        """Turn due timers into mail of kind `timer` in their lanes, each exactly once; returns how many."""
        timers = self.table.take_due(now, most)
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
