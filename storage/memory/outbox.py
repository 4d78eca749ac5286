"""The outbox in memory: hands what must be sent to senders, in order within a conversation."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from domain.ports import GivenUp, Parcel
from domain.signals import RANK
from storage.memory.lanes import Lane, Lanes
from storage.memory.tables import Delivery

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from domain.clock import Clock
    from domain.conversations import Outgoing
    from domain.ids import BusinessId, ConversationId
    from domain.ports import Tracked
    from storage.memory.tables import Tables


class Tried:
    """What became so far of a row that was tried."""

    __slots__ = ("attempts", "doubts")

    def __init__(self) -> None:
        self.attempts = 0
        self.doubts = 0


class Dead(NamedTuple):
    """Something that could not be sent, without its body, and why."""

    outgoing: Outgoing
    error: str
    at: datetime


class MemoryOutbox:
    """The Outbox."""

    def __init__(self, tables: Tables, clock: Clock, lease: timedelta) -> None:
        self._tables = tables
        self._clock = clock
        self.lanes: Lanes[Outgoing] = Lanes(clock, lease)
        self.dead: list[Dead] = []
        self._tried: dict[str, Tried] = {}
        """By row id, those that were tried and are not done."""

    def put(self, outgoing: Sequence[Outgoing]) -> None:
        """Append what a turn or a person says, in order of position."""
        if len(outgoing) > 1:
            outgoing = sorted(outgoing, key=attrgetter("position"))
        lanes = self.lanes
        for one in outgoing:
            lane = lanes.put(one.conversation_id, one.business_id, one.account_id, one)
            if not lane.queued:
                lanes.wake(lane)

    def cancel_talk(self, conversation_id: ConversationId) -> None:
        """Cancel the bot's talk that is not on its way."""
        lane = self.lanes.get(conversation_id)
        if lane is None:
            return
        kept = []
        for row in lane.items:
            if row.kind != "talk" or self._doubtful(row):
                kept.append(row)
            else:
                self._tried.pop(row.id, None)
        lane.items[:] = kept

    async def due(self, most: int) -> Sequence[Parcel]:
        """Lease rows that may be sent now: at most one a conversation; talk of a lost epoch is cancelled here."""
        parcels: list[Parcel] = []
        while len(parcels) < most:
            lanes, _ = self.lanes.lease(most - len(parcels))
            if not lanes:
                break
            for lane in lanes:
                while lane.items and self._lost(lane.items[0]):
                    self._remove_head(lane)
                if lane.items:
                    row = lane.items[0]
                    tried = self._tried.get(row.id)
                    attempts = 0 if tried is None else tried.attempts
                    parcels.append(Parcel(row, lane.fence, attempts, self._doubts(row)))
                else:
                    self.lanes.release(lane)
        return parcels

    async def sending(self, parcels: Sequence[Parcel]) -> Sequence[bool]:
        """Mark before the call; False where the row was cancelled, taken over or its talk lost its epoch."""
        return [self._sending(parcel) for parcel in parcels]

    async def sent(self, parcel: Parcel, external_id: str, *, track: bool = False) -> None:
        """It was accepted by the platform: true whoever has the row leased by now."""
        outgoing = parcel.outgoing
        lane = self.lanes.get(outgoing.conversation_id)
        if lane is not None and _at_head(lane, parcel):
            self._remove_head(lane)
            self._release(lane)
        if track:
            self._track(outgoing, "sent", external_id)

    async def doubt(self, parcel: Parcel, error: str, wait: timedelta) -> None:
        """Nobody knows whether it was accepted: its conversation waits so long for a receipt."""
        lane = self._leased(parcel)
        if lane is None or not _at_head(lane, parcel) or not self._doubtful(lane.items[0]):
            return
        lane.retry_at = self._clock.now() + wait
        self.lanes.release(lane)

    def note(self, tracked: Sequence[Tracked]) -> None:
        """Take receipts in: what nobody knew of an open row is known then, and its conversation goes on."""
        for told in sorted(tracked, key=lambda one: -RANK[one.status]):  # of one message the highest counts
            lane = self.lanes.get(told.conversation_id)
            row = lane.items[0] if lane is not None and lane.items else None
            kind = ""
            if lane is not None and row is not None and _names(told, row):
                kind = row.kind
                if self._ends(row, told):
                    if told.status == "failed":
                        self._bury(row, told.problem)
                    self._remove_head(lane)
                    self._release(lane)
            self._tables.track(
                told.business_id,
                told.message_id,
                Delivery(
                    told.conversation_id, told.channel, kind, told.external_id, told.status, told.at, told.problem
                ),
            )

    async def given_up(self, business_id: BusinessId | None = None, most: int = 50) -> Sequence[GivenUp]:
        """Return dead letters of one business or of all, the latest first: given up here, or failed by receipt."""
        known = self._tables.deliveries
        found = [
            GivenUp(
                one.outgoing.business_id,
                one.outgoing.conversation_id,
                one.outgoing.message_id,
                one.outgoing.channel,
                one.outgoing.kind,
                one.at,
                one.error,
            )
            for one in self.dead
            if (one.outgoing.business_id, one.outgoing.message_id) not in known
        ]
        found += [
            GivenUp(owner, one.conversation_id, message_id, one.channel, one.kind, one.at, one.problem)
            for (owner, message_id), one in known.items()
            if one.status == "failed"
        ]
        found = [one for one in found if business_id is None or one.business_id == business_id]
        found.sort(key=lambda one: (one.at, one.message_id), reverse=True)
        return found[: max(most, 0)]

    async def failed(self, parcel: Parcel, error: str, retry_after: timedelta | None) -> None:
        """It was refused; None gives up and lets the conversation go on."""
        lane = self._leased(parcel)
        if lane is None or not _at_head(lane, parcel):
            return
        row = lane.items[0]
        if retry_after is None:
            self._bury(row, error)
            self._track(row, "failed", "", error)
            self._remove_head(lane)
            self._release(lane)
        else:
            self._tried.setdefault(row.id, Tried()).doubts = parcel.doubts
            lane.retry_at = self._clock.now() + retry_after
            self.lanes.release(lane)

    async def wait(self, seconds: float) -> None:
        """Return when there may be something to send, at the latest after so many seconds."""
        await self.lanes.wait(seconds)

    def _lost(self, outgoing: Outgoing) -> bool:
        """Whether it is talk, and somebody else answers since it was written."""
        if outgoing.kind != "talk":
            return False
        thread = self._tables.threads.get(outgoing.conversation_id)
        return thread is not None and thread.conversation.control_epoch != outgoing.epoch

    def _doubtful(self, row: Outgoing) -> bool:
        return self._doubts(row) > 0

    def _doubts(self, row: Outgoing) -> int:
        tried = self._tried.get(row.id)
        return 0 if tried is None else tried.doubts

    def _ends(self, row: Outgoing, told: Tracked) -> bool:
        """Whether a receipt settles what nobody knew: any that was tried has arrived, unless it says that it failed."""
        tried = self._tried.get(row.id)
        return tried is not None and (tried.doubts > 0 if told.status == "failed" else tried.attempts > 0)

    def _bury(self, row: Outgoing, error: str) -> None:
        self.dead.append(Dead(replace(row, body=b""), error, self._clock.now()))

    def _track(self, row: Outgoing, status: str, external_id: str, problem: str = "") -> None:
        self._tables.track(
            row.business_id,
            row.message_id,
            Delivery(row.conversation_id, row.channel, row.kind, external_id, status, self._clock.now(), problem),
        )

    def _leased(self, parcel: Parcel) -> Lane[Outgoing] | None:
        lane = self.lanes.get(parcel.outgoing.conversation_id)
        return lane if lane is not None and lane.leased and lane.fence == parcel.fence else None

    def _release(self, lane: Lane[Outgoing]) -> None:
        lane.retry_at = None
        self.lanes.release(lane)

    def _sending(self, parcel: Parcel) -> bool:
        lane = self._leased(parcel)
        if lane is None:
            return False
        if not _at_head(lane, parcel):
            self._release(lane)
            return False
        row = lane.items[0]
        if self._lost(row):
            self._remove_head(lane)
            self._release(lane)
            return False
        tried = self._tried.setdefault(row.id, Tried())
        tried.attempts += 1
        tried.doubts += 1
        return True

    def _remove_head(self, lane: Lane[Outgoing]) -> None:
        self._tried.pop(lane.items.pop(0).id, None)


def _at_head(lane: Lane[Outgoing], parcel: Parcel) -> bool:
    return bool(lane.items) and lane.items[0].id == parcel.outgoing.id


def _names(told: Tracked, row: Outgoing) -> bool:
    return (told.outgoing_id, told.business_id) == (row.id, row.business_id)
