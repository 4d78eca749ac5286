"""Broken twins of the memory store: each lacks one guard, and a story must notice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.errors import OpeningTaken
from storage.buckets import Buckets
from storage.memory import MemoryStore
from storage.memory.calendar import MemoryCalendar
from storage.memory.control import MemoryControl
from storage.memory.lanes import Lane, Lanes
from storage.memory.mailbox import MemoryMailbox
from storage.memory.outbox import MemoryOutbox
from storage.memory.tables import Tables
from storage.memory.timers import TimerTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta

    from domain.bookings import AmendCustomer, Effect
    from domain.clock import Clock
    from domain.conversations import Conversation, Outgoing, Timer
    from domain.ids import ConversationId
    from domain.ports import Bucket, Claim, ControlChange, Mail, Outcome, Parcel, Tracked


def broken(
    *,
    mailbox: type[MemoryMailbox] | None = None,
    outbox: type[MemoryOutbox] | None = None,
    calendar: type[MemoryCalendar] | None = None,
    control: type[MemoryControl] | None = None,
    lanes: type[Lanes[Any]] | None = None,
    timers: type[TimerTable] | None = None,
    tables: type[Tables] | None = None,
    buckets: type[Buckets] | None = None,
) -> Callable[..., MemoryStore]:
    """Return what makes a memory store with these parts in place of the sound ones."""

    def make(clock: Clock, *, lease: timedelta) -> MemoryStore:
        store = MemoryStore(clock, lease=lease)
        if mailbox is not None:
            store.mailbox.__class__ = mailbox
        if outbox is not None:
            store.outbox.__class__ = outbox
        if control is not None:
            store.control.__class__ = control
        if lanes is not None:
            store.mailbox.lanes.__class__ = lanes
        if timers is not None:
            store.timers.table.__class__ = timers
        if tables is not None:
            store.tables.__class__ = tables
        if buckets is not None:
            store.limiter.buckets.__class__ = buckets
        if calendar is not None:
            sound = store.tables.calendar

            def twisted(business_id: str) -> MemoryCalendar:
                found = sound(business_id)
                found.__class__ = calendar
                return found

            store.tables.calendar = twisted  # type: ignore[method-assign]
        return store

    return make


class NoDedupe(MemoryMailbox):
    """Stores what it knows already."""

    def _known(self, key: tuple[str, str, str]) -> bool:
        return False


class NoFence(MemoryMailbox):
    """Lets whoever once had a lane commit."""

    def _fence_holds(self, lane: Lane[Mail], claim: Claim) -> bool:
        return True


class NoEpoch(MemoryMailbox):
    """Commits whoever answers meanwhile."""

    def _stands(self, present: Conversation | None, claimed: Conversation | None) -> bool:
        return True


class NoAddress(MemoryMailbox):
    """Commits whatever became of where answers go."""

    def _stands(self, present: Conversation | None, claimed: Conversation | None) -> bool:
        if present is None or claimed is None:
            return present is claimed
        return (present.version, present.control_epoch) == (claimed.version, claimed.control_epoch)


class HalfSettled(MemoryMailbox):
    """Takes receipts in before it knows whether the rest of it stands."""

    async def settle(
        self, claim: Claim, change: ControlChange | None = None, tracked: Sequence[Tracked] = ()
    ) -> Outcome:
        self._outbox.note(tracked)
        return await super().settle(claim, change, tracked)


class NoPatience(MemoryMailbox):
    """Counts a failure and never sets anything aside."""

    async def fail(self, claim: Claim, error: str) -> bool:
        await super().fail(claim, error)
        return False


class Unfair(Lanes[Any]):
    """Serves whoever came first, however many they are."""

    def lease(self, most: int) -> tuple[list[Lane[Any]], Any]:
        turns = sorted(self._turns, key=lambda one: -len(self._ready[one]))
        self._turns.clear()
        self._turns.extend(one for one in turns for _ in self._ready[one])
        lanes: list[Lane[Any]] = []
        until = None
        while self._turns and len(lanes) < most:
            business = self._turns[0]
            one, until = super().lease(1)
            lanes += one
            while self._turns and self._turns[-1] == business:
                self._turns.pop()
        return lanes, until


class Overlapping(MemoryCalendar):
    """Never finds that a time is taken."""

    @staticmethod
    def _overlapping(rows: Any, start: Any, end: Any) -> None:
        return None


class HalfWritten(MemoryCalendar):
    """Keeps the effects before the one that failed."""

    def write(self, effects: Sequence[Effect]) -> list[AmendCustomer]:
        return [amended for effect in effects for amended in super(HalfWritten, self).write([effect])]


class Eternal(MemoryCalendar):
    """Lets an expired hold block."""

    def _expired(self, taken: Any) -> bool:
        return False


class Forgetful(MemoryCalendar):
    """Does not know that it booked under this key before."""

    def _booked_before(self, key: str) -> bool:
        return False


class NoCap(MemoryCalendar):
    """Counts without end."""

    @staticmethod
    def _fits(count: Any, used: int) -> bool:
        return True


class EternalCounts(MemoryCalendar):
    """Lets what an expired hold counts for stand in the way."""

    def _check(self, count: Any, undo: Any) -> None:
        if not self._fits(count, self._sum(count)):
            raise OpeningTaken(count.key)


class EmptyRoom(MemoryCalendar):
    """Gives a class's time away as soon as one of it leaves."""

    @staticmethod
    def _is_over(session: Any) -> bool:
        return True


class BlindReseat(MemoryCalendar):
    """Moves a party from wherever it is by now."""

    def _sits_there(self, move: Any) -> bool:
        return True


class RudeReseat(MemoryCalendar):
    """Moves a party whatever it was promised."""

    def _may_change_tables(self, move: Any) -> bool:
        return move.booking_id in self._taken


class TwoOffers(MemoryCalendar):
    """Changes who waits, however they stand by now."""

    @staticmethod
    def _stands(entry: Any, was: Any) -> bool:
        return True


class AnswersTwice(MemoryCalendar):
    """Does not know that it answered this attempt before."""

    def _answered_before(self, key: str) -> bool:
        return False


class EagerOutbox(MemoryOutbox):
    """Sends talk whoever answers by now."""

    def _lost(self, outgoing: Outgoing) -> bool:
        return False

    def cancel_talk(self, conversation_id: ConversationId) -> None:
        return


class ForgetfulOutbox(MemoryOutbox):
    """Forgets that a row was on its way."""

    def _doubts(self, row: Outgoing) -> int:
        return 0


class RudeOutbox(MemoryOutbox):
    """Cancels notices with the talk."""

    def cancel_talk(self, conversation_id: ConversationId) -> None:
        lane = self.lanes.get(conversation_id)
        if lane is not None:
            lane.items.clear()


class DeafOutbox(MemoryOutbox):
    """Learns nothing from receipts about what is in doubt."""

    def _ends(self, row: Outgoing, told: Tracked) -> bool:
        return False


class HastyOutbox(MemoryOutbox):
    """Does not wait for a receipt."""

    async def doubt(self, parcel: Parcel, error: str, wait: timedelta) -> None:
        lane = self._leased(parcel)
        if lane is not None:
            self.lanes.release(lane)


class LastReceiptWins(Tables):
    """Believes whatever it was told last."""

    def _outranks(self, told: Any, known: Any) -> bool:
        return True


class GreedyBuckets(Buckets):
    """Takes what there is and keeps it, also where it is not enough."""

    def take(self, buckets: Sequence[Bucket], now: int) -> float:
        return max((super(GreedyBuckets, self).take([one], now) for one in buckets), default=0.0)


class LeakyBuckets(Buckets):
    """Gives a token to whoever comes."""

    def take(self, buckets: Sequence[Bucket], now: int) -> float:
        super().take(buckets, now)
        return 0.0


class LastOneWins(MemoryControl):
    """Takes control at any epoch."""

    def _agrees(self, conversation: Conversation, epoch: int | None) -> bool:
        return True


class TwoOfAKind(TimerTable):
    """Keeps the timer that was to be replaced."""

    def set(self, timer: Timer) -> None:
        self._slots.setdefault(timer.conversation_id, {}).pop(timer.kind, None)
        super().set(timer)

    def take_due(self, now: Any, most: int) -> list[Timer]:
        taken = super().take_due(now, most)
        for timer in taken:
            super().set(timer)
        return taken
