"""Delivery: the outbox goes out through the channels, in order within a conversation."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from adapters.base import Message, SendLater, SendRefused, SendUnknown
from dialogs.wire import decode_outbound
from domain.errors import Malformed, StoreUnavailable, UnknownAccount, UnknownConversation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from adapters.base import Channel, Receipt
    from domain.clock import Clock
    from domain.conversations import Outgoing
    from domain.ports import Parcel, Store

_log = structlog.get_logger(__name__)
_PATIENCE = {"talk": timedelta(hours=1), "staff": timedelta(hours=24), "notice": timedelta(hours=24)}
"""How long it is tried again while the platform says "later": words age, what is owed does not."""


class Delivery:
    """Sends what the outbox holds."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Clock,
        *,
        most: int = 32,
        call_seconds: float = 20.0,
        idle_seconds: float = 5.0,
        other_process_seconds: float = 2.0,
    ) -> None:
        """Take the outbox's store and the channels by name.

        Args:
            store: Whose outbox is sent.
            channels: By name. Rows of other channels are left to other processes.
            clock: Ages of messages and windows.
            most: How many platform calls are under way at most.
            call_seconds: After so long a call's outcome counts as unknown.
            idle_seconds: How long an idle `run` waits for a wake-up before it looks again.
            other_process_seconds: How long a row of a channel that is not here is left alone.
        """
        self._store = store
        self._channels = channels
        self._clock = clock
        self._most = most
        self._call_seconds = call_seconds
        self._idle_seconds = idle_seconds
        self._elsewhere = timedelta(seconds=other_process_seconds)

    async def drain(self) -> int:
        """Send all that may be sent now; returns how many messages the platforms took. Raises StoreUnavailable."""
        sent = 0
        under_way: set[asyncio.Task[bool]] = set()
        while True:
            if await self._start(under_way):
                continue
            if not under_way:
                return sent
            done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            sent += sum(task.result() for task in done)

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop; what is under way then is finished."""
        stopping = asyncio.create_task(stop.wait())
        under_way: set[asyncio.Task[bool]] = set()
        while not stop.is_set():
            try:
                if await self._start(under_way):
                    continue
            except StoreUnavailable as error:
                _log.warning("outbox_unavailable", error=str(error))
                await asyncio.wait({stopping}, timeout=1.0)
                continue
            # With no room left, only the end of a call can change anything.
            room = len(under_way) < self._most
            waiting = {asyncio.create_task(self._store.outbox.wait(self._idle_seconds))} if room else set()
            await asyncio.wait({stopping, *waiting, *under_way}, return_when=asyncio.FIRST_COMPLETED)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            under_way -= _finished(under_way)
        stopping.cancel()
        if under_way:
            await asyncio.wait(under_way)
            _finished(under_way)

    async def _start(self, under_way: set[asyncio.Task[bool]]) -> bool:
        """Lease what there is room for, and begin to send it; returns whether there was anything."""
        room = self._most - len(under_way)
        parcels = await self._store.outbox.due(room) if room else ()
        if not parcels:
            return False
        willing = [parcel for parcel in parcels if await self._may_be_sent(parcel)]
        if willing:
            marked = await self._store.outbox.sending(willing)
            for parcel, ours in zip(willing, marked, strict=True):
                if ours:
                    under_way.add(asyncio.create_task(self._send(parcel)))
        return True

    async def _may_be_sent(self, parcel: Parcel) -> bool:
        """Settle what needs no call: doubtful rows, strange channels, closed windows."""
        outgoing = parcel.outgoing
        channel = self._channels.get(outgoing.channel)
        if channel is None:
            await self._store.outbox.failed(parcel, f"no channel {outgoing.channel} here", self._elsewhere)
            return False
        if parcel.doubtful and not (_may_be_repeated(outgoing) and parcel.attempts <= 1):
            await self._give_up(parcel, "nobody knows whether it arrived")
            return False
        if channel.can.window and not await self._in_window(outgoing, channel.can.window):
            await self._give_up(parcel, "outside the window for free text")
            return False
        return True

    async def _in_window(self, outgoing: Outgoing, hours: int) -> bool:
        try:
            conversation = await self._store.transcripts(outgoing.business_id).conversation(outgoing.conversation_id)
        except UnknownConversation:
            return False
        return self._clock.now() - conversation.last_heard_at < timedelta(hours=hours)

    async def _send(self, parcel: Parcel) -> bool:
        outgoing = parcel.outgoing
        # A row that was in doubt already is being sent for the second time here.
        calls = 2 if _may_be_repeated(outgoing) and not parcel.doubtful else 1
        try:
            for last in range(1, calls + 1):
                try:
                    receipt = await self._call(outgoing)
                except SendUnknown:
                    if last == calls:
                        raise
                    _log.info("sent_once_more", outgoing=outgoing.id, channel=outgoing.channel)
                else:
                    await self._store.outbox.sent(parcel, receipt.external_id)
                    return True
        except SendLater as later:
            await self._put_off(parcel, later)
        except SendUnknown as unknown:
            await self._give_up(parcel, f"nobody knows whether it arrived: {unknown}")
        except (SendRefused, UnknownAccount, Malformed) as refused:
            await self._give_up(parcel, str(refused) or type(refused).__name__)
        except StoreUnavailable as error:
            # The row stays `sending`: whoever leases it next treats it as doubtful.
            _log.warning("outbox_unavailable", error=str(error), outgoing=outgoing.id)
        return False

    async def _call(self, outgoing: Outgoing) -> Receipt:
        """Hand one message to its platform. Whatever goes wrong without a name is an unknown outcome."""
        account = await self._store.directories.account_by_id(outgoing.account_id)
        message = Message(outgoing.to, decode_outbound(outgoing.body), outgoing.id)
        try:
            async with asyncio.timeout(self._call_seconds):
                return await self._channels[outgoing.channel].send(account, message)
        except TimeoutError:
            raise SendUnknown(f"no answer in {self._call_seconds:g} s") from None
        except (SendRefused, SendLater, SendUnknown):
            raise
        except Exception as error:  # a channel's defect must not stop the others
            _log.exception("channel_broke", channel=outgoing.channel, outgoing=outgoing.id)
            raise SendUnknown(f"{type(error).__name__}: {error}") from error

    async def _put_off(self, parcel: Parcel, later: SendLater) -> None:
        waited = self._clock.now() - parcel.outgoing.created_at
        if waited > _PATIENCE[parcel.outgoing.kind]:
            await self._give_up(parcel, f"not taken in {waited}: {later}")
            return
        await self._store.outbox.failed(parcel, str(later), timedelta(seconds=max(later.seconds, 0.0)))

    async def _give_up(self, parcel: Parcel, error: str) -> None:
        """Let the conversation go on without this message; the store shows it to staff."""
        outgoing = parcel.outgoing
        _log.error(
            "not_delivered",
            outgoing=outgoing.id,
            conversation=outgoing.conversation_id,
            business=outgoing.business_id,
            channel=outgoing.channel,
            kind=outgoing.kind,
            attempts=parcel.attempts,
            error=error,
        )
        await self._store.outbox.failed(parcel, error, None)


def _may_be_repeated(outgoing: Outgoing) -> bool:
    """Whether reading it twice does no harm: a notice is owed, a link could be one that works once."""
    return outgoing.kind == "notice" and not outgoing.has_link


def _finished(tasks: Iterable[asyncio.Task[bool]]) -> set[asyncio.Task[bool]]:
    """Return those that have ended; what went wrong in one of them is told and does not stop the others."""
    finished = {task for task in tasks if task.done()}
    for task in finished:
        if error := task.exception():
            _log.error("delivery_broke", error=repr(error))
    return finished
