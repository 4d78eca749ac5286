"""Intake: what a channel has read goes into the mailbox, each event in its conversation's lane."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.base import Accepted, Ignored, Received
from dialogs.messages import Tap
from dialogs.wire import encode_content
from domain.errors import UnknownAccount
from domain.ids import conversation_id
from domain.ports import Arrival

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from adapters.base import Channel, Event
    from domain.businesses import Account
    from domain.clock import Clock
    from domain.ports import Store


class Intake:
    """Stores what came in durably; nothing else happens in the request."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Take the store to accept into and the clock that says when something was received."""
        self._store = store
        self._clock = clock

    async def take(self, channel: Channel, endpoint_id: str, events: Sequence[Event]) -> Accepted:
        """Accept the events of one request in one transaction, and say how many were new, known and left alone.

        An event for an account that does not exist or that belongs to another endpoint is ignored: whoever holds one
        endpoint's secret must not speak for the accounts of another. Raises StoreUnavailable when nothing was stored.
        """
        now = self._clock.now()
        arrivals: list[Arrival] = []
        for event in events:
            if isinstance(event, Ignored):
                continue
            try:
                account = await self._store.directories.account(channel.name, event.account)
            except UnknownAccount:
                continue
            if account.endpoint_id == endpoint_id:
                arrivals.append(arrival(channel, account, event, now))
        new = await self._store.mailbox.accept(arrivals) if arrivals else ()
        stored = sum(new)
        return Accepted(stored=stored, known=len(arrivals) - stored, ignored=len(events) - len(arrivals))


def arrival(channel: Channel, account: Account, event: Received, now: datetime) -> Arrival:
    """Return the mailbox row of one event received at `now`, in its conversation's lane.

    Taps and waiting callers are heard at once, the rest after the channel's quiet time.
    """
    tapped = isinstance(event.content, Tap)
    at_once = tapped or event.wait or not channel.can.quiet_ms
    return Arrival(
        endpoint_id=account.endpoint_id,
        kind="tap" if tapped else "message",
        external_id=event.external_id,
        lane=conversation_id(account.id, event.sender),
        business_id=account.business_id,
        account_id=account.id,
        sender=event.sender,
        body=encode_content(event.content, event.sender_name),
        sent_at=min(event.sent_at, now),
        received_at=now,
        quiet=None if at_once else timedelta(milliseconds=channel.can.quiet_ms),
    )
