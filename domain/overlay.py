"""The overlay: what a desk has been told to write, as its later reads in the same turn must see it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.bookings import (
    AmendBooking,
    BookingEvent,
    CancelBooking,
    MakeBooking,
    MoveBooking,
    PlaceHold,
    ReleaseHold,
    Reseat,
)
from domain.errors import OpeningTaken
from domain.occupancy import Busy, Take
from domain.waitlist import ChangeWaitlist, JoinWaitlist

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from domain.availability import Opening
    from domain.bookings import Booking, Effect
    from domain.ids import BookingId, ResourceId
    from domain.occupancy import Count
    from domain.waitlist import WaitlistEntry


class Overlay:
    """Effects that are not written yet, and what they change about occupancy and bookings."""

    def __init__(self) -> None:
        """Begin with nothing changed."""
        self.effects: list[Effect] = []
        self.bookings: dict[BookingId, Booking] = {}
        """Bookings made or changed, as they will stand."""
        self.waiting: dict[str, WaitlistEntry] = {}
        """Waitlist entries made or changed, as they will stand."""
        self._takes: dict[str, Take] = {}
        self._gone: dict[str, None] = {}

    def add(self, effect: Effect) -> None:
        """Collect an effect."""
        self.effects.append(effect)
        match effect:
            case PlaceHold():
                if effect.replaces is not None:
                    self._free(effect.replaces)
                self._takes[effect.hold_id] = effect.take
            case ReleaseHold():
                self._free(effect.hold_id)
            case MakeBooking() | MoveBooking():
                if effect.hold_id is not None:
                    self._free(effect.hold_id)
                self._free(effect.booking.id)
                self._takes[effect.booking.id] = effect.take
                self.bookings[effect.booking.id] = effect.booking
            case CancelBooking():
                self._free(effect.booking.id)
                self.bookings[effect.booking.id] = effect.booking
            case AmendBooking():
                self.bookings[effect.booking.id] = effect.booking
            case Reseat():
                for one in effect.moves:
                    self._free(one.booking_id)
                    self._takes[one.booking_id] = Take(one.resource_ids, one.starts_at, one.ends_at)
                    if (known := self.bookings.get(one.booking_id)) is not None:
                        self.bookings[one.booking_id] = replace(known, resource_ids=one.resource_ids)
            case JoinWaitlist() | ChangeWaitlist():
                self.waiting[effect.entry.id] = effect.entry
            case _:
                pass  # a customer's own details, and what a request was answered, take no time

    @property
    def gone(self) -> tuple[str, ...]:
        """Ids of holds and bookings whose stored occupancy no longer counts."""
        return tuple(self._gone)

    def busy(
        self, resource_ids: Collection[ResourceId], start: datetime, end: datetime, without: Collection[str]
    ) -> Iterator[Busy]:
        """Yield what the collected effects take of these resources within [start, end)."""
        for owner, take in self._takes.items():
            if owner in without or take.ends_at <= start or take.starts_at >= end:
                continue
            for row in take.rows:
                if row.resource_id in resource_ids and row.starts_at < end and row.ends_at > start:
                    yield Busy(row.resource_id, row.starts_at, row.ends_at, take.session or owner)

    def used(self, without: Collection[str]) -> list[Count]:
        """Return what the collected effects use up of what is counted, those of these ids aside."""
        return [one for owner, take in self._takes.items() if owner not in without for one in take.counts]

    def reseat(self, opening: Opening, actor: str, now: datetime, reason: str) -> None:
        """Collect that the parties that stand in an opening's way change tables; nothing where there are none."""
        if opening.moves:
            events = tuple(BookingEvent(one.booking_id, "reseated", actor, now, reason) for one in opening.moves)
            self.add(Reseat(opening.moves, events))

    def checked(self, opening: Opening, *own: str | None) -> Take:
        """Return what an opening takes, not counting holds and bookings of these ids.

        Raises OpeningTaken where the collected effects have given it away.
        """
        if self.conflicts(opening.take, own):
            raise OpeningTaken(f"{opening.starts_at.isoformat()} was given away in this very turn")
        return opening.take

    def conflicts(self, take: Take, without: Sequence[str | None]) -> bool:
        """Return whether the collected effects already take some of it, those of these ids aside."""
        return any(
            owner not in without
            and not (take.session and take.session == other.session)
            and mine.resource_id == theirs.resource_id
            and mine.starts_at < theirs.ends_at
            and theirs.starts_at < mine.ends_at
            for owner, other in self._takes.items()
            for mine in take.rows
            for theirs in other.rows
        )

    def _free(self, owner: str) -> None:
        self._takes.pop(owner, None)
        self._gone[owner] = None
