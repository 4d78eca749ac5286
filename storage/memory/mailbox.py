"""The mailbox in memory: accepts what comes in, leases lanes, commits turns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from domain.errors import BookingClosed, ControlLost, OpeningTaken
from domain.ids import conversation_of_lane
from domain.ports import Arrival, Claim, Commit, Mail, Outcome, SetAside
from storage.memory.control import apply_change
from storage.memory.lanes import Lane, Lanes
from storage.memory.tables import Thread

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.bookings import AddCustomer, AmendCustomer
    from domain.clock import Clock
    from domain.conversations import Conversation
    from domain.ids import AccountId, BusinessId
    from domain.ports import ControlChange, Tracked
    from storage.memory.outbox import MemoryOutbox
    from storage.memory.tables import Tables
    from storage.memory.timers import TimerTable

MOST_MAIL = 10
"""How much mail one claim carries."""
BACKOFF = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30), timedelta(seconds=120))
"""The pause after each failure; the failure after the last one sets the mail aside."""
KEYS_KEPT = timedelta(days=8)


class Aside(NamedTuple):
    """Mail that could not be heard, and when it was given up."""

    lane: str
    business_id: BusinessId
    account_id: AccountId
    mail: Mail
    error: str
    at: datetime


class MemoryMailbox:
    """The Mailbox."""

    def __init__(
        self, tables: Tables, outbox: MemoryOutbox, timers: TimerTable, clock: Clock, lease: timedelta
    ) -> None:
        self._tables = tables
        self._outbox = outbox
        self._timers = timers
        self._clock = clock
        self.lanes: Lanes[Mail] = Lanes(clock, lease)
        self._keys: dict[tuple[str, str, str], tuple[datetime, int]] = {}
        """When mail of this key was received, and its id."""
        self._ids = count(1)
        self.aside: list[Aside] = []

    async def accept(self, arrivals: Sequence[Arrival]) -> Sequence[bool]:
        """Store the arrivals; True where new, False where its key was known."""
        return self.put(arrivals)

    def put(self, arrivals: Sequence[Arrival]) -> list[bool]:
        """Do what `accept` does, for the stores of the same transaction."""
        keys, lanes = self._keys, self.lanes
        new = []
        for arrival in arrivals:
            key = (arrival.endpoint_id, arrival.kind, arrival.external_id)
            if self._known(key):
                new.append(False)
                continue
            number = next(self._ids)
            keys[key] = (arrival.received_at, number)
            mail = Mail(
                number,
                arrival.kind,
                arrival.external_id,
                arrival.sender,
                arrival.body,
                arrival.sent_at,
                arrival.received_at,
            )
            lane = lanes.put(arrival.lane, arrival.business_id, arrival.account_id, mail)
            lane.ready_at = None if arrival.quiet is None else self._clock.now() + arrival.quiet
            lanes.wake(lane)
            new.append(True)
        return new

    async def claim(self, most: int) -> Sequence[Claim]:
        """Lease up to `most` ready lanes, fair across businesses, each with a new fence."""
        lanes, until = self.lanes.lease(most)
        return [self._claim(lane, until) for lane in lanes]

    async def commit(self, commits: Sequence[Commit]) -> Sequence[Outcome]:
        """Commit turns, each wholly or not at all, and release their lanes."""
        return [self._commit(one) for one in commits]

    async def settle(
        self, claim: Claim, change: ControlChange | None = None, tracked: Sequence[Tracked] = ()
    ) -> Outcome:
        """Finish a claim of signals: change of control, receipts and handled mail, wholly or not at all."""
        lane = self._leased(claim)
        if lane is None:
            return Outcome.FENCED
        if change is not None:
            try:
                apply_change(change, self._tables, self, self._outbox, self._timers)
            except ControlLost:
                return Outcome.CONTROL_LOST
        self._outbox.note(tracked)
        self._done(lane, claim)
        return Outcome.COMMITTED

    async def set_aside(self, business_id: BusinessId | None = None, most: int = 50) -> Sequence[SetAside]:
        """Return mail that was set aside, of one business or of all, the latest first."""
        found = [one for one in self.aside if business_id is None or one.business_id == business_id]
        found.sort(key=lambda one: (one.at, one.mail.id), reverse=True)
        return [
            SetAside(
                one.mail.id,
                one.lane,
                one.business_id,
                one.account_id,
                one.mail.kind,
                one.mail.external_id,
                one.mail.received_at,
                one.error,
            )
            for one in found[: max(most, 0)]
        ]

    async def read(self, claim: Claim) -> Claim:
        """Return the claim with conversation, state and mail as they now stand."""
        thread = self._thread(claim.lane)
        lane = self._leased(claim)
        return replace(
            claim,
            mail=claim.mail if lane is None else _head(lane),
            conversation=None if thread is None else thread.conversation,
            state=None if thread is None else thread.state,
        )

    async def fail(self, claim: Claim, error: str) -> bool:
        """Give a lane back after a turn that raised; True when its first mail was set aside at the fifth failure."""
        lane = self._leased(claim)
        if lane is None or not lane.items:
            return False
        mail = replace(lane.items[0], attempts=lane.items[0].attempts + 1)
        given_up = mail.attempts > len(BACKOFF)
        if given_up:
            del lane.items[0]
            self.aside.append(Aside(lane.id, lane.business_id, lane.account_id, mail, error, self._clock.now()))
            lane.retry_at = None
        else:
            lane.items[0] = mail
            lane.retry_at = self._clock.now() + BACKOFF[mail.attempts - 1]
        self.lanes.release(lane)
        return given_up

    async def wait(self, seconds: float) -> None:
        """Return when there may be something to claim, at the latest after so many seconds."""
        await self.lanes.wait(seconds)

    def sweep(self, now: datetime) -> int:
        """Delete keys of handled mail older than 8 days; returns how many."""
        waiting = {mail.id for lane in self.lanes for mail in lane.items}
        old = [
            key
            for key, (received_at, number) in self._keys.items()
            if received_at + KEYS_KEPT <= now and number not in waiting
        ]
        for key in old:
            del self._keys[key]
        return len(old)

    def _known(self, key: tuple[str, str, str]) -> bool:
        return key in self._keys

    def _fence_holds(self, lane: Lane[Mail], claim: Claim) -> bool:
        return lane.leased and lane.fence == claim.fence

    def _stands(self, present: Conversation | None, claimed: Conversation | None) -> bool:
        """Whether version, owner, epoch and address are still what the claim saw."""
        if present is claimed:
            return True
        return (
            present is not None
            and claimed is not None
            and present.version == claimed.version
            and present.control_epoch == claimed.control_epoch
            and present.owner == claimed.owner
            and present.external_id == claimed.external_id
        )

    def _leased(self, claim: Claim) -> Lane[Mail] | None:
        lane = self.lanes.get(claim.lane)
        return lane if lane is not None and self._fence_holds(lane, claim) else None

    def _thread(self, lane_id: str) -> Thread | None:
        return self._tables.threads.get(conversation_of_lane(lane_id))

    def _claim(self, lane: Lane[Mail], until: datetime) -> Claim:
        thread = self._thread(lane.id)
        return Claim(
            lane.id,
            lane.fence,
            lane.business_id,
            lane.account_id,
            _head(lane),
            None if thread is None else thread.conversation,
            None if thread is None else thread.state,
            until,
        )

    def _commit(self, commit: Commit) -> Outcome:
        claim, conversation, tables = commit.claim, commit.conversation, self._tables
        lane = self._leased(claim)
        if lane is None:
            return Outcome.FENCED
        thread = tables.threads.get(conversation.id)
        if not self._stands(None if thread is None else thread.conversation, claim.conversation):
            return Outcome.CONTROL_LOST
        amended: Sequence[AmendCustomer | AddCustomer] = ()
        if commit.effects:
            try:
                amended = tables.calendar(conversation.business_id).write(commit.effects)
            except (OpeningTaken, BookingClosed):
                return Outcome.TAKEN
        if thread is None:
            thread = tables.threads[conversation.id] = Thread(conversation, commit.state)
            tables.conversations_of.setdefault(conversation.business_id, []).append(conversation.id)
        else:
            thread.conversation = conversation
            thread.state = commit.state
        if commit.newcomer is not None:
            customer, identity = commit.newcomer
            tables.customers[customer.id] = customer
            tables.identities[identity.account_id, identity.external_id] = identity
        for told in amended:
            tables.amend(conversation.business_id, told)
        turn = commit.turn
        thread.turns.append(turn)
        thread.messages += commit.messages
        answer = (turn, commit.messages)
        for external_id in turn.heard:
            thread.answered[external_id] = answer
        if commit.outbox:
            self._outbox.put(commit.outbox)
        if commit.cancel_timers:
            self._timers.cancel(conversation.id, commit.cancel_timers)
        for timer in commit.timers:
            self._timers.set(timer)
        self._done(lane, claim)
        return Outcome.COMMITTED

    def _done(self, lane: Lane[Mail], claim: Claim) -> None:
        """Take what was heard out of the lane and release it."""
        if claim.mail:
            last, items = claim.mail[-1].id, lane.items
            heard = 0
            for mail in items:
                if mail.id > last:
                    break
                heard += 1
            del items[:heard]
        lane.retry_at = None
        self.lanes.release(lane)


def _head(lane: Lane[Mail]) -> tuple[Mail, ...]:
    """Return what is heard next: alone what has failed before, so that only the poison is ever set aside."""
    items = lane.items
    if items and items[0].attempts:
        return (items[0],)
    return tuple(items[:MOST_MAIL])
