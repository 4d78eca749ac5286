"""The store for many machines, put together: every port of `domain.ports` over PostgreSQL and Redis."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.errors import StoreUnavailable
from storage.redis.limits import RedisLimiter
from storage.redis.link import RedisLink
from storage.redis.live import RedisLiveEvents
from storage.redis.states import StateCache
from storage.redis.subscriber import Subscriber
from storage.redis.wakeups import Wakeup
from storage.sql.postgres.accounts import PostgresAccounts
from storage.sql.postgres.addresses import PostgresAddresses
from storage.sql.postgres.api_keys import PostgresApiKeys
from storage.sql.postgres.calendar import PostgresCalendar
from storage.sql.postgres.commit import Committer
from storage.sql.postgres.control import PostgresControl
from storage.sql.postgres.directories import PostgresDirectories
from storage.sql.postgres.kept_accounts import KeptAccounts
from storage.sql.postgres.mailbox import PostgresMailbox
from storage.sql.postgres.outbox import PostgresOutbox
from storage.sql.postgres.pool import Database
from storage.sql.postgres.privacy import PostgresPrivacy
from storage.sql.postgres.readings import BusyReader
from storage.sql.postgres.timers import PostgresTimers
from storage.sql.postgres.transcripts import PostgresTranscripts

if TYPE_CHECKING:
    from domain.clock import Clock
    from domain.ids import BusinessId


class PostgresStore:
    """A Store for any number of processes and machines.

    PostgreSQL holds what must not be lost; leases, pauses and quiet times are by its clock. Redis holds copies
    of states, wake-ups, live events and counts: while it is away everything goes on, more slowly, and nothing is lost.
    """

    def __init__(
        self,
        dsn: str,
        *,
        redis_url: str,
        clock: Clock,
        prefix: str = "frontdesk",
        lease: timedelta = timedelta(seconds=30),
        connections: int = 8,
    ) -> None:
        """Take where the services are, what names in Redis begin with, and how long a lane stays leased.

        `connections` is the most that this process opens to PostgreSQL.
        """
        self.database = Database(dsn, connections)
        self._link = link = RedisLink(redis_url, prefix)
        self._subscriber = subscriber = Subscriber(link)
        self._lanes = Wakeup(subscriber, link.key("wake", "lanes"))
        self._parcels = Wakeup(subscriber, link.key("wake", "outbox"))
        self._clock = clock
        self._busy = BusyReader(self.database)
        self.states = StateCache(link)
        self._committer = Committer(self.database, self.states, self._lanes, self._parcels, clock)
        self._kept = KeptAccounts(self.database, subscriber, link.key("accounts"))
        self.directories = PostgresDirectories(self.database, subscriber, link.key("set-up"), self._kept)
        self.accounts = PostgresAccounts(self.database, self._kept, clock)
        self.addresses = PostgresAddresses(self.database, subscriber, link.key("addresses"))
        self.mailbox = PostgresMailbox(
            self.database,
            committer=self._committer,
            states=self.states,
            wakeup=self._lanes,
            directories=self.directories,
            lease=lease,
            clock=clock,
        )
        self.outbox = PostgresOutbox(self.database, self._parcels, lease, clock)
        self.timers = PostgresTimers(self.database, self._lanes)
        self.control = PostgresControl(self.database, self._lanes, self._parcels, clock)
        self.api_keys = PostgresApiKeys(self.database)
        self.live = RedisLiveEvents(link, subscriber)
        self.limiter = RedisLimiter(link, clock)
        self.privacy = PostgresPrivacy(self.database, self.states, clock, self.addresses)

    def calendar(self, business_id: BusinessId) -> PostgresCalendar:
        """Return the calendar of one business."""
        return PostgresCalendar(business_id, self.database, self._busy, self._clock)

    def transcripts(self, business_id: BusinessId) -> PostgresTranscripts:
        """Return the conversations of one business."""
        return PostgresTranscripts(business_id, self.database)

    async def open(self) -> None:
        """Connect. A Redis that is away is waited for in the background.

        Raises StoreUnavailable when PostgreSQL does not answer or its schema is not the current one.
        """
        await self.database.open()
        for part in (self.directories, self._kept, self.addresses, self._lanes, self._parcels):
            await part.open()
        self._subscriber.open()

    async def healthy(self) -> dict[str, str]:
        """Return what PostgreSQL and Redis say of themselves: "ok" or what is wrong."""
        try:
            await self.database.value("SELECT 1")
        except StoreUnavailable as error:
            said = str(error)
        else:
            said = "ok"
        return {"postgres": said, "redis": await self._link.healthy()}

    async def close(self) -> None:
        """Finish what is under way and disconnect."""
        for part in (self.mailbox, self._committer, self.outbox, self._busy):
            await part.close()
        for listener in (self.directories, self._kept, self.addresses, self._lanes, self._parcels):
            await listener.close()
        await self._subscriber.close()
        await self._link.close()
        await self.database.close()
