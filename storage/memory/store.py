"""The store in memory: every port of `domain.ports` over plain dictionaries, for one process and one event loop."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage.memory.accounts import AccountTable, MemoryAccounts
from storage.memory.addresses import MemoryAddresses
from storage.memory.api_keys import MemoryApiKeys
from storage.memory.control import MemoryControl
from storage.memory.directories import MemoryDirectories
from storage.memory.limiter import MemoryLimiter
from storage.memory.live import MemoryLive
from storage.memory.mailbox import MemoryMailbox
from storage.memory.outbox import MemoryOutbox
from storage.memory.privacy import MemoryPrivacy
from storage.memory.tables import Tables
from storage.memory.timers import MemoryTimers, TimerTable
from storage.memory.transcripts import MemoryTranscripts

if TYPE_CHECKING:
    from domain.clock import Clock
    from domain.ids import BusinessId
    from storage.memory.calendar import MemoryCalendar


class MemoryStore:
    """A Store that forgets everything when its process ends.

    Every time in it is the clock's: holds, quiet times, leases and retries. Records are kept as they are handed in,
    never copied, which is safe because they are immutable.
    """

    def __init__(self, clock: Clock, *, lease: timedelta = timedelta(seconds=30)) -> None:
        """Take the clock that drives it and how long a lane stays leased."""
        self.tables = tables = Tables(clock)
        timers = TimerTable()
        self.outbox = MemoryOutbox(tables, clock, lease)
        self.mailbox = MemoryMailbox(tables, self.outbox, timers, clock, lease)
        self.timers = MemoryTimers(timers, self.mailbox, tables)
        self.control = MemoryControl(tables, self.mailbox, self.outbox, timers)
        connected = AccountTable()
        self.directories = MemoryDirectories(tables, connected)
        self.accounts = MemoryAccounts(connected, clock)
        self.addresses = MemoryAddresses()
        self.api_keys = MemoryApiKeys()
        self.live = MemoryLive()
        self.limiter = MemoryLimiter(clock)
        self.privacy = MemoryPrivacy(tables, self.mailbox, self.outbox, timers, self.addresses)

    def calendar(self, business_id: BusinessId) -> MemoryCalendar:
        """Return the calendar of one business."""
        return self.tables.calendar(business_id)

    def transcripts(self, business_id: BusinessId) -> MemoryTranscripts:
        """Return the conversations of one business."""
        return MemoryTranscripts(business_id, self.tables)

    async def open(self) -> None:
        """Do nothing: it is always open."""

    async def healthy(self) -> dict[str, str]:
        """Say that it is well."""
        return {"memory": "ok"}

    async def close(self) -> None:
        """Do nothing: what it knows goes with it."""
