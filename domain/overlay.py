"""The overlay: what a desk has been told to write, as its later reads in the same turn must see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.bookings import (
    AmendBooking,
    CancelBooking,
    MakeBooking,
    MoveBooking,
    PlaceHold,
    ReleaseHold,
)
from domain.occupancy import Busy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from domain.bookings import Booking, Effect
    from domain.ids import BookingId, ResourceId
    from domain.occupancy import Take


class Overlay:
    """Effects that are not written yet, and what they change about occupancy and bookings."""

    def __init__(self) -> None:
        """Begin with nothing changed."""
        self.effects: list[Effect] = []
        self.bookings: dict[BookingId, Booking] = {}
        """Bookings made or changed, as they will stand."""
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
            case _:
                pass  # a customer's own details take no time

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
