"""Sales: what a visit is sold as, each service at the price and length of the day and of who gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.bookings import Item
from domain.visits import minutes_of, services_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.businesses import Directory, Service, Terms
    from domain.ids import ServiceId, StaffId
    from domain.money import Money


def items_of(
    directory: Directory, service_ids: Sequence[ServiceId], party_size: int | None, staff_id: StaffId | None = None
) -> tuple[Item, ...]:
    """Return the items of a visit. Raises NotOffered for an unknown service or for none at all.

    Who gives it may have terms of their own; where a visit is given by several, `staff_id` is the first of them, and
    services that this person does not give are sold at the service's own terms.
    """
    return tuple(
        Item(
            one.id,
            one.name,
            length_of(directory, one, party_size, staff_id),
            price_of(directory, one, staff_id),
        )
        for one in services_of(directory, service_ids)
    )


def price_of(directory: Directory, service: Service, staff_id: StaffId | None = None) -> Money | None:
    """Return what a service costs with this member of staff; None where no price is set."""
    terms = terms_of(directory, service.id, staff_id)
    return service.price if terms is None or terms.price is None else terms.price


def length_of(
    directory: Directory, service: Service, party_size: int | None = None, staff_id: StaffId | None = None
) -> int:
    """Return how many minutes a service takes with this member of staff; a table as long as the party's size says."""
    terms = terms_of(directory, service.id, staff_id)
    if terms is not None and terms.minutes is not None:
        return terms.minutes
    return minutes_of(directory, service, party_size)


def terms_of(directory: Directory, service_id: ServiceId, staff_id: StaffId | None) -> Terms | None:
    """Return the terms of a member of staff for a service, None where they have none of their own."""
    person = directory.person.get(staff_id) if staff_id else None
    if person is None:
        return None
    return next((one for one in person.terms if one.service_id == service_id), None)
