"""Dispatch: whether a message may go out now, in which words, and if not, when to look again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.base import Message, Template
from dialogs.wire import decode_outbound
from domain.errors import Malformed, UnknownAccount, UnknownConversation
from domain.ports import Bucket
from domain.signals import tracking_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.base import Channel
    from domain.businesses import Account
    from domain.clock import Clock
    from domain.conversations import Outgoing
    from domain.ports import Parcel, Store

OWNER_AGAIN = timedelta(seconds=15)
"""So often it is looked whether an account that waits for its owner was mended."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A parcel that may be sent, and what is handed to its platform."""

    parcel: Parcel
    channel: Channel
    account: Account
    what: Message | Template


@dataclass(frozen=True, slots=True)
class Held:
    """A parcel that may not be sent now: to be looked at again after `later`, or never where that is None."""

    why: str
    later: timedelta | None = None
    counts: bool = True
    """Whether the wait uses up the patience that there is with it: our own pace does not."""


class Dispatch:
    """Looks at each parcel before its call: account, window, doubt, pace."""

    def __init__(self, store: Store, channels: Mapping[str, Channel], clock: Clock, *, elsewhere: timedelta) -> None:
        """Take the stores, the channels of this process, the clock, and how long rows of others are left alone."""
        self._store = store
        self._channels = channels
        self._clock = clock
        self._elsewhere = elsewhere

    async def look(self, parcel: Parcel) -> Ready | Held:
        """Return what is to be sent, or why it is held. Raises StoreUnavailable."""
        outgoing = parcel.outgoing
        channel = self._channels.get(outgoing.channel)
        if channel is None:
            return Held(f"no channel {outgoing.channel} here", self._elsewhere, counts=False)
        if parcel.doubtful and not (may_be_repeated(outgoing) and parcel.doubts <= 1):
            return Held("nobody knows whether it arrived")
        try:
            account = await self._store.directories.account_by_id(outgoing.account_id)
            what = await self._words(outgoing, channel)
        except (UnknownAccount, Malformed) as error:
            return Held(str(error) or type(error).__name__)
        if account.state == "disconnected":
            return Held("the account is not connected any more")
        if account.state != "connected":
            return Held(account.problem or "the account must be connected again", OWNER_AGAIN)
        if what is None:
            return Held("outside the window for free text")
        wait = await self._pace(outgoing, channel)
        if wait > 0:
            return Held("sent at the platform's pace", timedelta(seconds=wait), counts=False)
        return Ready(parcel, channel, account, what)

    async def _words(self, outgoing: Outgoing, channel: Channel) -> Message | Template | None:
        """Return the message, or the template that says it outside the window; None where there is none."""
        content = decode_outbound(outgoing.body)
        key = tracking_key(outgoing) if channel.can.receipts else outgoing.id
        if not channel.can.window or await self._in_window(outgoing, channel.can.window):
            return Message(outgoing.to, content, key)
        if content.template is None or not channel.can.templates:
            return None
        return Template(outgoing.to, content.template, key)

    async def _in_window(self, outgoing: Outgoing, hours: int) -> bool:
        try:
            conversation = await self._store.transcripts(outgoing.business_id).conversation(outgoing.conversation_id)
        except UnknownConversation:
            return False
        return self._clock.now() - conversation.last_heard_at < timedelta(hours=hours)

    async def _pace(self, outgoing: Outgoing, channel: Channel) -> float:
        """Take one message out of the buckets of account and chat; returns the seconds to wait where one is empty."""
        buckets = []
        for key, (rate, size) in (
            (f"pace:{outgoing.account_id}", channel.can.per_account),
            (f"pace:{outgoing.account_id}:{outgoing.to}", channel.can.per_chat),
        ):
            if rate > 0:
                buckets.append(Bucket(key, rate, size))
        return await self._store.limiter.take(buckets) if buckets else 0.0


def may_be_repeated(outgoing: Outgoing) -> bool:
    """Return whether reading it twice does no harm: a notice is owed, a link could be one that works once."""
    return outgoing.kind == "notice" and not outgoing.has_link
