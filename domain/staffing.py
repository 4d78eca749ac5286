"""Staffing: who could give the services of a visit, by one person or, where nobody does all, by several in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.errors import NotOffered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.businesses import Directory, Service, Staff
    from domain.ids import PlaceId, ResourceId, StaffId

MOST_CREWS = 256
"""So many ways to share a visit are looked at, in directory order."""


class Leg(NamedTuple):
    """What one member of staff gives without a break."""

    staff_id: StaffId
    spans: tuple[tuple[int, int, Service], ...]
    """Each service with its first minute and its end, counted from the start of the visit."""


class Crew(NamedTuple):
    """Who gives a visit, one after another."""

    legs: tuple[Leg, ...]

    @property
    def minutes(self) -> int:
        """How long it takes them."""
        return self.legs[-1].spans[-1][1]

    @property
    def staff_ids(self) -> tuple[StaffId, ...]:
        """Who they are, in order of appearance."""
        return tuple(dict.fromkeys(one.staff_id for one in self.legs))

    @property
    def spans(self) -> tuple[tuple[int, int, Service], ...]:
        """All services in order."""
        return tuple(span for leg in self.legs for span in leg.spans)


def crews_of(
    directory: Directory, place_id: PlaceId, services: Sequence[Service], staff_id: StaffId | None
) -> list[Crew]:
    """Return who could give these services: one person where somebody does all of it, else those who take turns.

    Turns change as seldom as possible. Of a visit for which somebody was named, they give all that they do. Raises
    NotOffered where nobody does one of the services, or the one who was named none of them.
    """
    people = _people(directory, place_id)
    for service in services:
        if not any(_does(one, service) for one in people):
            raise NotOffered(f"nobody here does {service.name}", "service")
    alone = [one for one in people if all(_does(one, service) for service in services)]
    named = [one for one in people if one.id == staff_id]
    if staff_id is not None:
        if not any(_does(one, service) for one in named for service in services if service.needs == "staff"):
            raise NotOffered("they do not do this here", "staff")
        alone = [one for one in alone if one.id == staff_id]
    if alone:
        return [_crew([one] * len(services), services) for one in alone]
    for changes in range(1, len(services)):
        found = []
        for turns in _turns(people, named, services, changes):
            found.append(_crew(turns, services))
            if len(found) >= MOST_CREWS:
                break
        if found:
            return found
    return []


def helpers_of(directory: Directory, place_id: PlaceId, services: Sequence[Service]) -> list[ResourceId]:
    """Return who could lend a hand with all of these services."""
    return [one.id for one in _people(directory, place_id) if all(_does(one, service) for service in services)]


def minutes_with(person: Staff, service: Service) -> int:
    """Return how long a service takes with this member of staff."""
    own = next((one.minutes for one in person.terms if one.service_id == service.id), None)
    return service.minutes if own is None else own


def _people(directory: Directory, place_id: PlaceId) -> list[Staff]:
    """Return the staff whose calendars are at a place."""
    here = {one.id for one in directory.resources if one.place_id == place_id}
    return [one for one in directory.staff if one.id in here]


def _does(person: Staff, service: Service) -> bool:
    """Return whether somebody gives a service; who gives a heading gives its variants."""
    return service.needs != "staff" or service.id in person.service_ids or service.variant_of in person.service_ids


def _turns(
    people: Sequence[Staff], named: Sequence[Staff], services: Sequence[Service], changes: int
) -> Iterator[list[Staff]]:
    """Yield who gives each service, with at most so many changes from one to the next."""
    if not services:
        yield []
        return

    def onwards(given: list[Staff], left: int) -> Iterator[list[Staff]]:
        if len(given) == len(services):
            yield given
            return
        service = services[len(given)]
        able = [one for one in named if service.needs == "staff" and _does(one, service)] or people
        for one in able:
            if not _does(one, service):
                continue
            same = not given or one is given[-1]
            if same or left:
                yield from onwards([*given, one], left if same else left - 1)

    yield from onwards([], changes)


def _crew(turns: Sequence[Staff], services: Sequence[Service]) -> Crew:
    legs: list[Leg] = []
    at = 0
    for person, service in zip(turns, services, strict=True):
        last = service is services[-1]
        span = (at, max(at + minutes_with(person, service), 1 if last else 0), service)
        at = span[1]
        if legs and legs[-1].staff_id == person.id:
            legs[-1] = Leg(person.id, (*legs[-1].spans, span))
        else:
            legs.append(Leg(person.id, (span,)))
    return Crew(tuple(legs))
