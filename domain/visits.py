"""Visits: what a wish takes, namely how long, with which buffers, and who or what could serve it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from domain.errors import NotOffered
from domain.tables import tables_for, turn_minutes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.availability import Opening
    from domain.businesses import Directory, Place, Service
    from domain.ids import PlaceId, ResourceId, ServiceId, StaffId

_KEPT = 512


class Choice(NamedTuple):
    """One way to serve a visit."""

    owner_id: ResourceId
    """Whose hours and grid count."""
    staff_id: StaffId | None
    room_id: ResourceId | None
    """A room taken beside the member of staff."""
    resource_ids: tuple[ResourceId, ...]
    """All that is taken, ascending."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a wish takes. Minutes throughout."""

    place: Place
    services: tuple[Service, ...]
    minutes: int
    before: int
    after: int
    choices: tuple[tuple[Choice, ...], ...]
    """Who could serve, each with the rooms they could do it in, the preferred first."""
    balanced: bool
    """Whether the one with least to do goes first."""
    resource_ids: tuple[ResourceId, ...]
    """All resources of all choices, ascending."""
    made: dict[int, Opening] = field(default_factory=dict, compare=False, repr=False)
    """Openings by epoch minute of their start, made once: the same are asked for again and again."""


def visit_of(
    directory: Directory,
    place_id: PlaceId,
    service_ids: tuple[ServiceId, ...],
    staff_id: StaffId | None = None,
    party_size: int | None = None,
) -> Visit:
    """Return what these services take, one after another.

    Raises NotOffered for an unknown service, member of staff or place, for staff who do not do all of it there,
    and for a party that no table can seat.
    """
    kept: dict[tuple[object, ...], Visit] = directory.__dict__.setdefault("_visits", {})
    key = (place_id, service_ids, staff_id, party_size)
    found = kept.get(key)
    if found is None:
        if len(kept) >= _KEPT:
            kept.clear()
        found = kept[key] = _visit(directory, place_id, service_ids, staff_id, party_size)
    return found


def services_of(directory: Directory, service_ids: Sequence[ServiceId]) -> tuple[Service, ...]:
    """Return the services of these ids; raises NotOffered for an unknown one or for none at all."""
    if not service_ids:
        raise NotOffered("no service was named")
    missing = [one for one in service_ids if one not in directory.service]
    if missing:
        raise NotOffered(f"no such service: {missing[0]}")
    return tuple(directory.service[one] for one in service_ids)


def minutes_of(directory: Directory, service: Service, party_size: int | None) -> int:
    """Return how long one service takes; a table is kept as long as the party's size says."""
    if service.needs == "table":
        return turn_minutes(directory.business.policies, party_size or 1)
    return service.minutes


def _visit(
    directory: Directory,
    place_id: PlaceId,
    service_ids: tuple[ServiceId, ...],
    staff_id: StaffId | None,
    party_size: int | None,
) -> Visit:
    place = directory.place.get(place_id)
    if place is None:
        raise NotOffered(f"no such place: {place_id}")
    if staff_id is not None and staff_id not in directory.person:
        raise NotOffered(f"nobody of this id: {staff_id}")
    if party_size is not None and party_size < 1:
        raise NotOffered("a party has at least one person")
    services = services_of(directory, service_ids)
    needs = {one.needs for one in services}
    if "table" in needs:
        choices = _tables(directory, place_id, party_size) if needs == {"table"} else ()
    elif "staff" in needs:
        with_room = "room" in needs or any(one.needs_room for one in services)
        choices = _staff(directory, place_id, services, staff_id, with_room)
    else:
        choices = tuple((Choice(one, None, None, (one,)),) for one in _rooms(directory, place_id))
    if not choices:
        raise NotOffered("nobody and nothing here can serve this")
    return Visit(
        place=place,
        services=services,
        minutes=max(1, sum(minutes_of(directory, one, party_size) for one in services)),
        before=services[0].buffer_before,
        after=services[-1].buffer_after,
        choices=choices,
        balanced="staff" in needs and len(choices) > 1,
        resource_ids=tuple(sorted({one for group in choices for choice in group for one in choice.resource_ids})),
    )


def _tables(directory: Directory, place_id: PlaceId, party_size: int | None) -> tuple[tuple[Choice, ...], ...]:
    return tuple((Choice(one.id, None, None, (one.id,)),) for one in tables_for(directory, place_id, party_size))


def _rooms(directory: Directory, place_id: PlaceId) -> tuple[ResourceId, ...]:
    return tuple(one.id for one in directory.resources if one.kind == "room" and one.place_id == place_id)


def _staff(
    directory: Directory, place_id: PlaceId, services: tuple[Service, ...], staff_id: StaffId | None, with_room: bool
) -> tuple[tuple[Choice, ...], ...]:
    rooms = _rooms(directory, place_id) if with_room else ()
    wanted = {one.id for one in services if one.needs == "staff"}
    choices: list[tuple[Choice, ...]] = []
    for person in directory.staff:
        calendar = directory.resource.get(person.id)
        if calendar is None or calendar.place_id != place_id or not wanted.issubset(person.service_ids):
            continue
        if staff_id is not None and person.id != staff_id:
            continue
        if not with_room:
            choices.append((Choice(person.id, person.id, None, (person.id,)),))
        elif rooms:
            taken = tuple(Choice(person.id, person.id, room, tuple(sorted((person.id, room)))) for room in rooms)
            choices.append(taken)
    return tuple(choices)
