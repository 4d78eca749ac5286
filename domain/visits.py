"""Visits: what a wish takes, namely how long, with which buffers, and who or what could serve it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations, islice
from typing import TYPE_CHECKING, NamedTuple

from domain.errors import NotOffered
from domain.hours import DAY, has_hours
from domain.limits import Counted, limits_of, pacing_of, seats_of
from domain.staffing import crews_of, helpers_of
from domain.tables import seatings_for, turn_minutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from domain.availability import Opening
    from domain.businesses import Directory, Place, Service
    from domain.ids import PlaceId, ResourceId, ServiceId, StaffId
    from domain.staffing import Crew

_KEPT = 512
_APART = 16
"""At most so many ways to tell machines apart that could serve as one or the other."""


class Part(NamedTuple):
    """A resource that is taken. Minutes, counted from the start of the visit."""

    resource_id: ResourceId
    busy_from: int
    """Taken from here, the buffer before included: not above 0 for the first."""
    busy_until: int
    open_from: int
    """From here it must be open, and its service as well."""
    open_until: int
    service_id: ServiceId | None = None
    """The service whose own hours narrow those of the resource, None where it has none."""


class Pool(NamedTuple):
    """Resources of which any will do: a room, a machine, a second pair of hands. Minutes as of a `Part`."""

    options: tuple[ResourceId, ...]
    """The preferred first."""
    needed: int
    """How many of them."""
    busy_from: int
    busy_until: int
    open_from: int
    open_until: int
    service_id: ServiceId | None = None


class Choice(NamedTuple):
    """One way to serve a visit."""

    owner_id: ResourceId
    """Whose hours and grid count."""
    staff_id: StaffId | None
    """Who serves, the first of them where they take turns."""
    minutes: int
    """How long the visit is with this choice."""
    parts: tuple[Part, ...]
    """What it takes, that of the owner first, which begins with the visit."""
    pools: tuple[Pool, ...] = ()
    """What else it takes; no two share an option, and no option is among the parts."""
    counts: tuple[Counted, ...] = ()
    """What it uses up of what is counted."""
    class_id: ServiceId | None = None
    """The class that is joined: who begins together shares its session."""
    staff_ids: tuple[StaffId, ...] = ()
    """All who serve in turn: their day says who has least to do."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a wish takes. Minutes throughout."""

    place: Place
    services: tuple[Service, ...]
    choices: tuple[Choice, ...]
    """Who could serve, the preferred first."""
    balanced: bool
    """Whether the business's policy says who of them goes first on a day."""
    resource_ids: tuple[ResourceId, ...]
    """All resources of all choices, ascending."""
    before: int
    """How long before its start it may take something, at most."""
    until: int
    """How long after its start it may take something, at most: the visit and the buffer after."""
    made: dict[int, tuple[Choice, tuple[ResourceId, ...], Opening]] = field(
        default_factory=dict, compare=False, repr=False
    )
    """Openings by epoch minute of their start, made once: the same are asked for again and again."""


def visit_of(
    directory: Directory,
    place_id: PlaceId,
    service_ids: tuple[ServiceId, ...],
    staff_id: StaffId | None = None,
    party_size: int | None = None,
    features: tuple[str, ...] = (),
    area: str = "",
    *,
    online: bool = True,
) -> Visit:
    """Return what these services take, one after another.

    Raises NotOffered, naming the field, for an unknown service, member of staff or place, for a service that has
    variants, an add-on alone, staff who do none of it there, and a party that no table and no class can seat.
    """
    kept: dict[tuple[object, ...], Visit] = directory.__dict__.setdefault("_visits", {})
    key = (place_id, service_ids, staff_id, party_size, features, area, online)
    found = kept.get(key)
    if found is None:
        if len(kept) >= _KEPT:
            kept.clear()
        found = kept[key] = _visit(directory, place_id, service_ids, staff_id, party_size, features, area, online)
    return found


def services_of(directory: Directory, service_ids: Sequence[ServiceId]) -> tuple[Service, ...]:
    """Return the services of these ids; raises NotOffered for an unknown one or for none at all."""
    if not service_ids:
        raise NotOffered("no service was named", "service")
    missing = [one for one in service_ids if one not in directory.service]
    if missing:
        raise NotOffered(f"no such service: {missing[0]}", "service")
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
    features: tuple[str, ...],
    area: str,
    online: bool,
) -> Visit:
    place = directory.place.get(place_id)
    if place is None:
        raise NotOffered(f"no such place: {place_id}", "place")
    if staff_id is not None and staff_id not in directory.person:
        raise NotOffered(f"nobody of this id: {staff_id}", "staff")
    if party_size is not None and party_size < 1:
        raise NotOffered("a party has at least one person", "party_size")
    services = services_of(directory, service_ids)
    _check(directory, services)
    needs = {one.needs for one in services}
    if "table" in needs:
        if needs != {"table"}:
            raise NotOffered("a table is booked by itself", "service")
        seatings = seatings_for(directory, place_id, party_size, area=area, features=features, online=online)
        minutes = sum(minutes_of(directory, one, party_size) for one in services)
        choices = [_alone(directory, services, one.table_ids, minutes) for one in seatings]
        counts = pacing_of(directory, place_id, party_size or 1, online=online)
        choices = [one._replace(counts=(*one.counts, *counts)) for one in choices]
    elif "staff" in needs:
        crews = crews_of(directory, place_id, services, staff_id)
        choices = [one for crew in crews for one in _served(directory, place_id, services, crew, party_size)]
    else:
        kind = "room" if "room" in needs else "equipment"
        minutes = sum(one.minutes for one in services)
        named = {name for one in services if one.needs == "equipment" for name in one.equipment}
        choices = [
            _alone(directory, services, (one.id,), minutes)
            for one in directory.resources
            if one.kind == kind and one.place_id == place_id and (not named or not named.isdisjoint(one.features))
        ]
    if not choices:
        raise NotOffered("nobody and nothing here can serve this", "service" if staff_id is None else "staff")
    fitting = tuple(one for one in choices if all(count.amount <= count.cap for count in one.counts))
    if not fitting:
        raise NotOffered("a party of this size is never taken at once", "party_size")
    parts = [part for one in fitting for part in one.parts]
    pools = [pool for one in fitting for pool in one.pools]
    spans = [(one.busy_from, one.busy_until) for one in parts] + [(one.busy_from, one.busy_until) for one in pools]
    return Visit(
        place=place,
        services=services,
        choices=fitting,
        balanced="staff" in needs and len(fitting) > 1,
        resource_ids=tuple(sorted({one.resource_id for one in parts}.union(*(one.options for one in pools)))),
        before=max(0, -min(begin for begin, _ in spans)),
        until=max(*(end for _, end in spans), *(one.minutes for one in fitting)),
    )


def _check(directory: Directory, services: Sequence[Service]) -> None:
    """Raise NotOffered where these services cannot be booked, or not together."""
    ids = {one.id for one in services} | {one.variant_of for one in services}
    for one in services:
        if one.id in directory.variants:
            raise NotOffered(f"{one.name} is booked as one of its variants", "service")
        if one.addon_to and ids.isdisjoint(one.addon_to):
            raise NotOffered(f"{one.name} is only added to something else", "service")
        if one.seats and len(services) > 1:
            raise NotOffered(f"{one.name} is a class and booked by itself", "service")


def _hours_of(directory: Directory, services: Iterable[Service]) -> ServiceId | None:
    """Return the first of these services that has hours of its own."""
    return next((one.id for one in services if has_hours(directory, one.id)), None)


def _alone(
    directory: Directory, services: Sequence[Service], resource_ids: tuple[ResourceId, ...], minutes: int
) -> Choice:
    """Return the choice of rooms or tables that are taken without staff."""
    before, after, hours = services[0].buffer_before, services[-1].buffer_after, _hours_of(directory, services)
    minutes = max(1, minutes)
    parts = tuple(Part(one, -before, minutes + after, 0, minutes, hours) for one in resource_ids)
    return Choice(resource_ids[0], None, minutes, parts, counts=limits_of(directory, services))


def _served(
    directory: Directory, place_id: PlaceId, services: Sequence[Service], crew: Crew, party_size: int | None
) -> list[Choice]:
    """Return the ways in which a crew could serve: with which rooms, machines and further hands."""
    parts = _parts(directory, crew)
    busy = {one.resource_id for one in parts}
    pools: list[Pool] = []

    def pool(options: Iterable[ResourceId], needed: int, wanting: Sequence[tuple[int, int, Service]]) -> None:
        (begin, _, first), (_, end, last) = wanting[0], wanting[-1]
        free = tuple(one for one in options if one not in busy)
        around = (begin - first.buffer_before, end + last.buffer_after, begin, end)
        pools.append(Pool(free, needed, *around, _hours_of(directory, [one for _, _, one in wanting])))

    def of(kind: str, feature: str = "") -> list[ResourceId]:
        return [
            one.id
            for one in directory.resources
            if one.kind == kind and one.place_id == place_id and (not feature or feature in one.features)
        ]

    roomy = [one for one in crew.spans if one[2].needs_room or one[2].needs == "room"]
    if roomy:
        pool(of("room"), 1, roomy)
    for feature in dict.fromkeys(name for one in services for name in one.equipment):
        wanting = [one for one in crew.spans if feature in one[2].equipment]
        pool(of("equipment", feature), max(one[2].equipment.count(feature) for one in wanting), wanting)
    together = [one for one in crew.spans if one[2].needs == "staff" and one[2].staff_needed > 1]
    if together:
        helpers = helpers_of(directory, place_id, [one for _, _, one in together])
        pool(helpers, max(one[2].staff_needed for one in together) - 1, together)
    counts = limits_of(directory, services, crew.staff_ids)
    only = services[0]
    if only.seats:
        counts = (*counts, seats_of(only, crew.staff_ids[0], party_size or 1))
    choice = Choice(
        crew.staff_ids[0],
        crew.staff_ids[0],
        crew.minutes,
        parts,
        counts=counts,
        class_id=only.id if only.seats else None,
        staff_ids=crew.staff_ids,
    )
    return [
        choice._replace(parts=(*parts, *named), pools=left)
        for named, left in islice(_apart(tuple(pools)), _APART)
        if all(len(one.options) >= one.needed for one in left)
    ]


def _parts(directory: Directory, crew: Crew) -> tuple[Part, ...]:
    """Return what is taken of the crew; who comes back within their own buffer is not taken twice."""
    parts: list[Part] = []
    until: dict[ResourceId, int] = {}
    for who, spans in crew.legs:
        busy_from = max(spans[0][0] - spans[0][2].buffer_before, until.get(who, -DAY))
        busy_until = max(spans[-1][1] + spans[-1][2].buffer_after, busy_from)
        until[who] = busy_until
        if _hours_of(directory, [one for _, _, one in spans]) is None:
            parts.append(Part(who, busy_from, busy_until, spans[0][0], spans[-1][1]))
            continue
        for at, (begin, end, service) in enumerate(spans):  # each in the hours of its own
            ends = busy_until if at == len(spans) - 1 else max(end, busy_from)
            parts.append(Part(who, busy_from, ends, begin, end, _hours_of(directory, (service,))))
            busy_from = ends
    return tuple(parts)


def _apart(pools: tuple[Pool, ...]) -> Iterator[tuple[tuple[Part, ...], tuple[Pool, ...]]]:
    """Yield the pools such that no two share an option: where two do, those of one are named in each possible way."""
    shared = next(
        (
            one
            for one in pools
            if any(other is not one and not set(one.options).isdisjoint(other.options) for other in pools)
        ),
        None,
    )
    if shared is None:
        yield (), pools
        return
    rest = tuple(one for one in pools if one is not shared)
    for options in combinations(shared.options, shared.needed):
        named = tuple(Part(one, *shared[2:]) for one in options)
        left = tuple(one._replace(options=tuple(each for each in one.options if each not in options)) for one in rest)
        for more, apart in _apart(left):
            yield (*named, *more), apart
