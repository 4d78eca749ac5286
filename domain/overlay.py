"""The overlay: what a desk has been told to write, as its later reads in the same turn must see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.availability import Busy
from domain.bookings import (
    AmendBooking,
    CancelBooking,
    MakeBooking,
    MoveBooking,
    PlaceHold,
    ReleaseHold,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from domain.bookings import Booking, Effect, Take
    from domain.ids import BookingId, ResourceId


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
            for resource_id in take.resource_ids:
                if resource_id in resource_ids:
                    yield Busy(resource_id, take.starts_at, take.ends_at)

    def conflicts(self, take: Take, without: Sequence[str | None]) -> bool:
        """Return whether the collected effects already take some of it, those of these ids aside."""
        return any(
            owner not in without
            and other.starts_at < take.ends_at
            and take.starts_at < other.ends_at
            and not set(take.resource_ids).isdisjoint(other.resource_ids)
            for owner, other in self._takes.items()
        )

    def _free(self, owner: str) -> None:
        self._takes.pop(owner, None)
        self._gone[owner] = None
