"""Delivery: the outbox goes out through the channels, in order within a conversation."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from adapters.base import (
    AccountStopped,
    Message,
    SendLater,
    SendRefused,
    SendUnknown,
    Template,
    Unauthorised,
    Unreachable,
    WindowClosed,
)
from bots.dispatch import OWNER_AGAIN, Dispatch, Ready, may_be_repeated
from domain.errors import Malformed, StoreUnavailable
from domain.ports import Live

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from adapters.base import Channel, Receipt
    from domain.businesses import AccountState
    from domain.clock import Clock
    from domain.ids import AccountId
    from domain.ports import Parcel, Store

_log = structlog.get_logger(__name__)
PATIENCE = {"talk": timedelta(hours=1), "staff": timedelta(hours=24), "notice": timedelta(hours=24)}
"""How long it is tried again while the platform says "later": words age, what is owed does not."""
RECONCILED_WITHIN = timedelta(seconds=60)
"""So long a conversation waits for a receipt that tells what became of a message whose outcome nobody knows."""
READ_ANEW = timedelta(seconds=1)
"""So long after a token was refused for the first time it is tried again, read anew."""
LONGEST_PAUSE = 120.0
"""Seconds between tries at the most, unless the platform itself asks for more."""


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
        forget: Callable[[str], None] = lambda account_id: None,
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
            forget: Called with an account's id when its token was refused, so that it is read anew.
        """
        self._store = store
        self._channels = channels
        self._clock = clock
        self._most = most
        self._call_seconds = call_seconds
        self._idle_seconds = idle_seconds
        self._forget = forget
        self._refused_at: dict[AccountId, datetime] = {}
        """When the token of an account was refused lately, by the account's id."""
        self._dispatch = Dispatch(store, channels, clock, elsewhere=timedelta(seconds=other_process_seconds))

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
        ready: list[Ready] = []
        for parcel in parcels:
            found = await self._dispatch.look(parcel)
            if isinstance(found, Ready):
                ready.append(found)
            elif found.later is None:
                await self._give_up(parcel, found.why)
            else:
                await self._put_off(parcel, found.why, found.later, counts=found.counts)
        if ready:
            marked = await self._store.outbox.sending([one.parcel for one in ready])
            for one, ours in zip(ready, marked, strict=True):
                if ours:
                    under_way.add(asyncio.create_task(self._send(one)))
        return True

    async def _send(self, ready: Ready) -> bool:
        parcel, channel = ready.parcel, ready.channel
        # A row that was in doubt already is being sent for the second time here.
        at_once = may_be_repeated(parcel.outgoing) and not parcel.doubtful and not channel.can.reconciles
        try:
            for last in (False, True) if at_once else (True,):
                try:
                    receipt = await self._call(ready)
                except SendUnknown:
                    if last:
                        raise
                    _log.info("sent_once_more", outgoing=parcel.outgoing.id, channel=channel.name)
                else:
                    await self._store.outbox.sent(parcel, receipt.external_id, track=channel.can.receipts)
                    return True
        except SendLater as later:
            await self._put_off(parcel, str(later), self._pause(parcel, later))
        except SendUnknown as unknown:
            await self._doubt(parcel, channel, str(unknown))
        except WindowClosed as closed:
            return await self._as_template(ready, closed)
        except (Unauthorised, AccountStopped) as refused:
            await self._account_refused(ready, refused)
        except (SendRefused, Malformed) as refused:
            await self._give_up(
                parcel, str(refused) or type(refused).__name__, quietly=isinstance(refused, Unreachable)
            )
        except StoreUnavailable as error:
            # The row stays `sending`: whoever leases it next treats it as doubtful.
            _log.warning("outbox_unavailable", error=str(error), outgoing=parcel.outgoing.id)
        return False

    async def _call(self, ready: Ready) -> Receipt:
        """Hand one message to its platform. Whatever goes wrong without a name is an unknown outcome."""
        try:
            async with asyncio.timeout(self._call_seconds):
                return await ready.channel.send(ready.account, ready.what)
        except TimeoutError:
            raise SendUnknown(f"no answer in {self._call_seconds:g} s") from None
        except (SendRefused, SendLater, SendUnknown):
            raise
        except Exception as error:  # a channel's defect must not stop the others
            _log.exception("channel_broke", channel=ready.channel.name, outgoing=ready.parcel.outgoing.id)
            raise SendUnknown(f"{type(error).__name__}: {error}") from error

    async def _as_template(self, ready: Ready, closed: WindowClosed) -> bool:
        """Say it in approved words, where the platform has just refused free text and there are some."""
        what = ready.what
        if not isinstance(what, Message) or what.content.template is None or not ready.channel.can.templates:
            await self._give_up(ready.parcel, str(closed) or "outside the window for free text")
            return False
        return await self._send(
            Ready(ready.parcel, ready.channel, ready.account, Template(what.to, what.content.template, what.key))
        )

    async def _doubt(self, parcel: Parcel, channel: Channel, why: str) -> None:
        if channel.can.reconciles:
            await self._store.outbox.doubt(parcel, why, RECONCILED_WITHIN)
        else:
            await self._give_up(parcel, f"nobody knows whether it arrived: {why}")

    async def _account_refused(self, ready: Ready, refused: Unauthorised | AccountStopped) -> None:
        """Keep the message for when the owner has mended the account.

        A token that was refused for the first time is read anew before anything is believed: it may just have been
        replaced.
        """
        account, now = ready.account, self._clock.now()
        self._forget(account.id)
        first = self._refused_at.get(account.id)
        if isinstance(refused, Unauthorised) and (first is None or not READ_ANEW <= now - first <= OWNER_AGAIN):
            if first is None or now - first > OWNER_AGAIN:
                self._refused_at[account.id] = now
            await self._put_off(ready.parcel, str(refused), READ_ANEW)
            return
        state: AccountState = "reauth_required" if isinstance(refused, Unauthorised) else "stopped"
        if await self._store.accounts.judge(account.business_id, account.id, state, str(refused)):
            _log.error("account_refused", account=account.id, business=account.business_id, state=state)
            await self._store.live.publish([Live("", account.business_id, "account", {"state": state})])
        await self._put_off(ready.parcel, str(refused), OWNER_AGAIN)

    def _pause(self, parcel: Parcel, later: SendLater) -> timedelta:
        """Return how long to wait: as the platform asks, and half as long again as it has taken so far."""
        so_far = (self._clock.now() - parcel.outgoing.created_at).total_seconds()
        return timedelta(seconds=max(later.seconds, min(so_far / 2, LONGEST_PAUSE)))

    async def _put_off(self, parcel: Parcel, why: str, later: timedelta, *, counts: bool = True) -> None:
        waited = self._clock.now() - parcel.outgoing.created_at
        if counts and waited > PATIENCE[parcel.outgoing.kind]:
            await self._give_up(parcel, f"not taken in {waited}: {why}")
            return
        await self._store.outbox.failed(parcel, why, later)

    async def _give_up(self, parcel: Parcel, error: str, *, quietly: bool = False) -> None:
        """Let the conversation go on without this message; it is shown to staff as not delivered."""
        outgoing = parcel.outgoing
        (_log.info if quietly else _log.error)(
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
        await self._store.live.publish([Live(outgoing.conversation_id, outgoing.business_id, "message")])


def _finished(tasks: Iterable[asyncio.Task[bool]]) -> set[asyncio.Task[bool]]:
    """Return those that have ended; what went wrong in one of them is told and does not stop the others."""
    finished = {task for task in tasks if task.done()}
    for task in finished:
        if error := task.exception():
            _log.error("delivery_broke", error=repr(error))
    return finished
