"""Intake: what a channel has read goes into the mailbox, each event in the lane that it must be in order with."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from adapters.base import Accepted, Ignored, IgnoredReason, Received, Told
from dialogs.messages import Envelope, Sender, Tap
from dialogs.wire import encode_envelope, encode_signal
from domain.errors import UnknownAccount
from domain.ids import account_lane, control_lane, conversation_id
from domain.ports import Arrival
from domain.signals import AccountChanged, Receipt, tracked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from adapters.base import Channel, Event
    from domain.businesses import Account
    from domain.clock import Clock
    from domain.ports import Store


_log = structlog.get_logger("frontdesk.intake")


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
        ignored: list[IgnoredReason] = []
        for event in events:
            found = event if isinstance(event, Ignored) else await self._arrivals(channel, endpoint_id, event, now)
            if isinstance(found, Ignored):
                ignored.append(found.reason)
            else:
                arrivals += found
        new = await self._store.mailbox.accept(arrivals) if arrivals else ()
        if ignored:
            _log.info("left alone", channel=channel.name, endpoint=endpoint_id, reason=sorted(set(ignored)))
        stored = sum(new)
        return Accepted(stored=stored, known=len(arrivals) - stored, ignored=len(ignored))

    async def _arrivals(
        self, channel: Channel, endpoint_id: str, event: Received | Told, now: datetime
    ) -> Sequence[Arrival] | Ignored:
        """Return the mailbox rows of one event: one, but for what is told of a whole group of accounts."""
        accounts = await self._accounts(channel.name, endpoint_id, event)
        if not accounts:
            return Ignored("unknown_account")
        if isinstance(event, Received):
            account = accounts[0]
            return [arrival(channel, account, event, now, await self._opened_as(account, event))]
        if isinstance(event.signal, AccountChanged):
            return [
                _signalled(one, event, account_lane(one.id), now, f"{event.external_id}:{one.id}") for one in accounts
            ]
        lane = await self._lane(accounts[0], event)
        if isinstance(lane, Ignored):
            return lane
        return [_signalled(accounts[0], event, lane, now, event.external_id)]

    async def _accounts(self, channel: str, endpoint_id: str, event: Received | Told) -> Sequence[Account]:
        """Return the accounts that an event is for, those of other endpoints left out."""
        if event.account:
            try:
                found: Iterable[Account] = (await self._store.directories.account(channel, event.account),)
            except UnknownAccount:
                return ()
        elif isinstance(event, Told) and event.group:
            found = await self._store.accounts.of_group(channel, event.group)
        else:
            found = await self._store.accounts.of_endpoint(endpoint_id)
        return [one for one in found if one.endpoint_id == endpoint_id and one.channel == channel]

    async def _opened_as(self, account: Account, event: Received) -> str:
        """Return the id under which this person's conversation was opened."""
        if not event.known_as:
            return event.sender
        return await self._store.addresses.resolve(account, event.known_as) or event.sender

    async def _lane(self, account: Account, event: Told) -> str | Ignored:
        """Return the control lane of the conversation that something is told about."""
        if isinstance(event.signal, Receipt):
            ours = tracked(event.signal.key)
            return control_lane(ours[0]) if ours else Ignored("not_ours")
        known = event.known_as or ((event.sender,) if event.sender else ())
        if not known:
            return Ignored("no_sender")
        # Nobody's conversation is opened by what is told about it.
        opened = await self._store.addresses.resolve(account, known, learn=False) if event.known_as else event.sender
        return (
            Ignored("not_ours", "no conversation")
            if opened is None
            else control_lane(conversation_id(account.id, opened))
        )


def arrival(
    channel: Channel, account: Account, event: Received, now: datetime, opened_as: str | None = None
) -> Arrival:
    """Return the mailbox row of one event received at `now`, in its conversation's lane.

    `opened_as` is the id that the conversation goes by, where it is not the sender's present one. Taps and waiting
    callers are heard at once, the rest after the channel's quiet time.
    """
    tapped = isinstance(event.content, Tap)
    at_once = tapped or event.wait or not channel.can.quiet_ms
    envelope = Envelope(
        event.content,
        Sender(event.sender_name, event.phone, event.language),
        event.reply_to,
        event.referral,
        event.standby,
    )
    return Arrival(
        endpoint_id=account.endpoint_id,
        kind="tap" if tapped else "message",
        external_id=event.external_id,
        lane=conversation_id(account.id, opened_as or event.sender),
        business_id=account.business_id,
        account_id=account.id,
        sender=event.sender,
        body=encode_envelope(envelope),
        sent_at=min(event.sent_at, now),
        received_at=now,
        quiet=None if at_once else timedelta(milliseconds=channel.can.quiet_ms),
    )


def _signalled(account: Account, event: Told, lane: str, now: datetime, external_id: str) -> Arrival:
    """Return the mailbox row of something that is told."""
    return Arrival(
        endpoint_id=account.endpoint_id,
        kind="control",
        external_id=external_id,
        lane=lane,
        business_id=account.business_id,
        account_id=account.id,
        sender=event.sender,
        body=encode_signal(event.signal),
        sent_at=min(event.signal.at, now),
        received_at=now,
    )
