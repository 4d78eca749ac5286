"""Openings: when something can be had, computed in whole minutes from hours, staff, buffers and what is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from domain.businesses import Directory
    from domain.ids import PlaceId, ResourceId, ServiceId, StaffId


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for. Services follow one another with the same member of staff."""

    place_id: PlaceId
    service_ids: tuple[ServiceId, ...]
    first: date
    """First local day, inclusive."""
    last: date
    """Last local day, inclusive."""
    staff_id: StaffId | None = None
    """None: anyone."""
    party_size: int | None = None
    earliest: int = 0
    """Earliest start, minute of the local day, inclusive."""
    latest: int = 1440 + 720
    """Latest start, minute of the local day, inclusive; past 1440 is after midnight of the same evening."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A start at which it can be had. Moments are aware UTC; the range is half-open."""

    place_id: PlaceId
    starts_at: datetime
    ends_at: datetime
    resource_ids: tuple[ResourceId, ...]
    """What it takes, in ascending order: it is inserted in this order."""
    blocks_from: datetime
    """Start of what is taken: the buffer before included."""
    blocks_until: datetime
    """End of what is taken: the buffer after included."""
    staff_id: StaffId | None = None


@dataclass(frozen=True, slots=True)
class Busy:
    """A resource that is taken from one moment to another, half-open, buffers included."""

    resource_id: ResourceId
    starts_at: datetime
    ends_at: datetime


def openings(directory: Directory, wish: Wish, busy: Sequence[Busy], now: datetime) -> list[Opening]:
    """Return every start that suits the wish, in order of time, one opening a start.

    Where several members of staff or tables could serve a start, the one is named that the business would
    choose (the smallest table that fits; of staff, who has least to do that day). Starts lie on the business's
    grid counted from opening, not before `now` plus the minimum notice, not past the horizon. Wall times are
    built with zoneinfo per date. Raises NotOffered for an unknown service, member of staff or place, or a
    party that no table can seat.
    """
    raise AssertionError("written by the availability work")


def resources_of(directory: Directory, wish: Wish) -> tuple[ResourceId, ...]:
    """Return the resources whose occupancy must be read to answer the wish; same errors as `openings`."""
    raise AssertionError("written by the availability work")
