"""What is taken and counted in memory: sorted ranges a resource, searched by bisection, sessions and counters."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from domain.errors import OpeningTaken
from domain.hours import ceil_minute, floor_minute
from domain.occupancy import Block, Busy, gathered

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from domain.clock import Clock
    from domain.ids import ConversationId, HoldId, ResourceId
    from domain.occupancy import Count, Take

Undo = list["Callable[[], object]"]
Uses = dict[str, tuple[int, "Taken"]]
"""What each hold and booking uses up of one counter."""


class Taken:
    """What a hold or a booking takes and counts. It goes as a whole."""

    __slots__ = ("conversation_id", "counts", "expires_at", "owner_id", "reason", "rows", "session")

    def __init__(
        self,
        owner_id: str,
        take: Take,
        expires_at: datetime | None = None,
        conversation_id: ConversationId | None = None,
        reason: str = "",
    ) -> None:
        if take.session and not take.counts:
            raise ValueError("whoever is in a session counts for something: its seats")
        self.owner_id = owner_id
        self.rows: tuple[Busy, ...] = take.rows
        self.session = take.session
        self.counts: tuple[Count, ...] = gathered(take.counts)
        self.expires_at = expires_at
        """None for a booking."""
        self.conversation_id = conversation_id
        self.reason = reason

    @property
    def users(self) -> Collection[str]:
        """Whose going makes the rows go."""
        return (self.owner_id,)


class Session:
    """A class at one start: its rows are there while somebody is in it."""

    __slots__ = ("members", "owner_id", "rows")

    def __init__(self, owner_id: str, rows: tuple[Busy, ...]) -> None:
        self.owner_id = owner_id
        self.rows = rows
        self.members: dict[str, Taken] = {}
        """Its holds and bookings by id."""

    @property
    def users(self) -> Collection[str]:
        """Whose going makes the rows go."""
        return tuple(self.members)

    @property
    def expires_at(self) -> datetime | None:
        """When the last hold in it is over; None once somebody has booked."""
        ends = [one.expires_at for one in self.members.values()]
        return None if None in ends else max(end for end in ends if end is not None)


Row = tuple["datetime", "datetime", "Taken | Session"]


class Occupancy:
    """The rows, sessions and counters of one business. Every change appends to `undo` how it is taken back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rows: dict[ResourceId, list[Row]] = {}
        """By resource, in order of time, none overlapping another."""
        self._blocks: dict[ResourceId, list[Block]] = {}
        """The same rows, one by one, as engines read them."""
        self._versions: dict[ResourceId, int] = {}
        self._taken: dict[str, Taken] = {}
        """By the id of the hold or booking."""
        self._sessions: dict[str, Session] = {}
        self._used: dict[str, dict[datetime, Uses]] = {}
        """By key and bucket."""
        self._held_by: dict[ConversationId, HoldId] = {}

    def _take(self, taken: Taken, undo: Undo) -> None:
        """Count it and insert its rows, expired holds giving way. Raises OpeningTaken."""
        for count in taken.counts:
            self._check(count, undo)
        if taken.session not in self._sessions:
            self._clear(taken.rows, undo)
        self._insert(taken)
        undo.append(lambda: self._give_back(taken.owner_id, None))

    def _reseat(self, taken: Taken, rows: tuple[Busy, ...], undo: Undo) -> None:
        """Insert other rows of what lost its own; what it counts for stays. Raises OpeningTaken."""
        self._clear(rows, undo)
        taken.rows = rows
        self._insert_rows(rows, taken)
        undo.append(lambda: self._delete_rows(rows))

    def _unseat(self, taken: Taken, undo: Undo) -> None:
        """Delete the rows of something that stays."""
        rows = taken.rows

        def back() -> None:
            taken.rows = rows
            self._insert_rows(rows, taken)

        self._delete_rows(rows)
        undo.append(back)

    def _give_back(self, owner_id: str, undo: Undo | None) -> None:
        """Delete the rows and counts of a hold or a booking, if there are any."""
        taken = self._taken.pop(owner_id, None)
        if taken is None:
            return
        for count in taken.counts:
            buckets = self._used[count.key]
            del buckets[count.bucket][owner_id]
            if not buckets[count.bucket]:
                del buckets[count.bucket]
        if taken.session:
            self._leave(self._sessions[taken.session], taken)
        else:
            self._delete_rows(taken.rows)
        if taken.conversation_id is not None and self._held_by.get(taken.conversation_id) == owner_id:
            del self._held_by[taken.conversation_id]
        if undo is not None:
            undo.append(lambda: self._insert(taken))

    def _insert(self, taken: Taken) -> None:
        for count in taken.counts:
            buckets = self._used.setdefault(count.key, {})
            buckets.setdefault(count.bucket, {})[taken.owner_id] = (count.amount, taken)
        if taken.session:
            self._join(taken)
        else:
            self._insert_rows(taken.rows, taken)
        self._taken[taken.owner_id] = taken
        if taken.conversation_id is not None and taken.expires_at is not None:
            self._held_by[taken.conversation_id] = taken.owner_id

    def _join(self, taken: Taken) -> None:
        session = self._sessions.get(taken.session)
        if session is None:
            session = self._sessions[taken.session] = Session(taken.session, taken.rows)
            session.members[taken.owner_id] = taken
            self._insert_rows(session.rows, session)
        session.members[taken.owner_id] = taken
        self._expire(session)

    def _leave(self, session: Session, taken: Taken) -> None:
        del session.members[taken.owner_id]
        if self._is_over(session):
            del self._sessions[session.owner_id]
            self._delete_rows(session.rows)
        else:
            self._expire(session)

    def _expire(self, session: Session) -> None:
        """Write when a session's rows are over now that others are in it."""
        for one in session.rows:
            self._blocks[one.resource_id][self._place(one)] = _block(one, session)
        self._raise_versions(session.rows)

    def _place(self, row: Busy) -> int:
        return bisect_left(self._rows[row.resource_id], (row.starts_at,))

    @staticmethod
    def _is_over(session: Session) -> bool:
        """Return whether the last one has left."""
        return not session.members

    def _check(self, count: Count, undo: Undo) -> None:
        """Let what is over go where a counter would be over its cap. Raises OpeningTaken where it still is."""
        if self._fits(count, self._sum(count)):
            return
        over = [owner_id for owner_id, (_, other) in self._uses(count).items() if self._expired(other)]
        for owner_id in over:
            self._give_back(owner_id, undo)
        if not self._fits(count, self._sum(count)):
            raise OpeningTaken(count.key)

    @staticmethod
    def _fits(count: Count, used: int) -> bool:
        return used + count.amount <= count.cap

    def _uses(self, count: Count) -> Uses:
        return self._used.get(count.key, {}).get(count.bucket, {})

    def _sum(self, count: Count) -> int:
        return sum(amount for amount, _ in self._uses(count).values())

    def _clear(self, rows: Sequence[Busy], undo: Undo) -> None:
        """Let expired holds in the way of rows go. Raises OpeningTaken where something else is."""
        for row in rows:
            there = self._rows.setdefault(row.resource_id, [])
            while (other := self._overlapping(there, row.starts_at, row.ends_at)) is not None:
                if not self._expired(other):
                    raise OpeningTaken(row.resource_id)
                for owner_id in other.users:
                    self._give_back(owner_id, undo)

    def _expired(self, taken: Taken | Session) -> bool:
        return taken.expires_at is not None and taken.expires_at <= self._clock.now()

    @staticmethod
    def _overlapping(rows: list[Row], start: datetime, end: datetime) -> Taken | Session | None:
        index = bisect_left(rows, (start,))
        if index and rows[index - 1][1] > start:
            return rows[index - 1][2]
        if index < len(rows) and rows[index][0] < end:
            return rows[index][2]
        return None

    def _between(self, resource_id: ResourceId, start: datetime, end: datetime) -> slice:
        """Return which rows of a resource overlap [start, end)."""
        rows = self._rows.get(resource_id, ())
        first = bisect_left(rows, (start,))
        if first and rows[first - 1][1] > start:
            first -= 1
        return slice(first, bisect_left(rows, (end,)))

    def _insert_rows(self, rows: Sequence[Busy], owner: Taken | Session) -> None:
        for one in rows:
            there = self._rows.setdefault(one.resource_id, [])
            place = bisect_left(there, (one.starts_at,))
            there.insert(place, (one.starts_at, one.ends_at, owner))
            self._blocks.setdefault(one.resource_id, []).insert(place, _block(one, owner))
        self._raise_versions(rows)

    def _delete_rows(self, rows: Sequence[Busy]) -> None:
        for one in rows:
            place = self._place(one)
            del self._rows[one.resource_id][place]
            del self._blocks[one.resource_id][place]
        self._raise_versions(rows)

    def _raise_versions(self, rows: Sequence[Busy]) -> None:
        for one in rows:
            self._versions[one.resource_id] = self._versions.get(one.resource_id, 0) + 1


def _block(row: Busy, owner: Taken | Session) -> Block:
    expires = 0 if owner.expires_at is None else ceil_minute(owner.expires_at)
    return Block(floor_minute(row.starts_at), ceil_minute(row.ends_at), owner.owner_id, expires)
