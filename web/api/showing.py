"""What the domain knows, in the shapes of the API."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from domain.hours import floor_minute, moment_of
from domain.sales import length_of, price_of
from web.api import schemas

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from domain.alternatives import Alternative
    from domain.availability import Opening
    from domain.bookings import Booking
    from domain.businesses import Directory
    from domain.money import Money as Amount
    from domain.waitlist import WaitlistEntry

_OPENING = schemas.Opening.__struct_fields__
_KEPT = 1 << 15
_VISITS = 64
_encode = msgspec.json.Encoder().encode
SEATS = "seats:"
"""Counts of this kind are the seats of a class."""


class Openings:
    """Shows openings of one visit: what is the same for all of them is worked out once."""

    def __init__(
        self,
        directory: Directory,
        place_id: str,
        service_ids: tuple[str, ...],
        used: Mapping[tuple[str, datetime], int] | None = None,
    ) -> None:
        """Take what is asked for, and how many seats of its classes are taken."""
        self._directory = directory
        self._place = directory.place[place_id]
        self._service_ids = service_ids
        self._used = used or {}
        self._prices: dict[str | None, schemas.Money | None] = {}
        self.deposit = total(directory.service[one].deposit for one in service_ids)

    def encoded(self, openings: Iterable[Opening]) -> list[msgspec.Raw]:
        """Return openings as they are sent, encoded: the same are asked for again and again, so each is made once."""
        kept = self._kept()
        found = []
        for one in openings:
            key = (one.starts_at, one.ends_at, one.staff_id, one.resource_ids, one.reasons)
            raw = kept.get(key)
            if raw is None or one.session:  # the seats that are left of a class change
                raw = msgspec.Raw(_encode(self.show(one)))
                if len(kept) >= _KEPT:
                    kept.clear()
                kept[key] = raw
            found.append(raw)
        return found

    def show(self, one: Opening) -> schemas.Opening:
        """Return an opening as it is sent."""
        return schemas.Opening(*self._fields(one))

    def alternative(self, one: Alternative) -> schemas.Alternative:
        """Return an alternative as it is sent."""
        return schemas.Alternative(**dict(zip(_OPENING, self._fields(one.opening), strict=True)), why=one.why.value)

    def _kept(self) -> dict[object, msgspec.Raw]:
        """Return what is kept on the directory itself, so that it goes when a new version replaces it."""
        visits: dict[object, dict[object, msgspec.Raw]] = self._directory.__dict__.setdefault("_shown", {})
        if len(visits) >= _VISITS:
            visits.clear()
        return visits.setdefault((self._place.id, self._service_ids), {})

    def _fields(self, one: Opening) -> tuple[Any, ...]:
        zone, staff_id = self._place.zone, one.staff_id
        if staff_id not in self._prices:
            self._prices[staff_id] = total(
                price_of(self._directory, self._directory.service[each], staff_id) for each in self._service_ids
            )
        return (
            one.starts_at,
            one.ends_at,
            local(zone, floor_minute(one.starts_at)),
            local(zone, floor_minute(one.ends_at)),
            one.place_id,
            staff_id,
            *_taken(self._directory, staff_id, one.resource_ids),
            self._prices[staff_id],
            self.deposit,
            self._seats_left(one) if one.session else None,
            one.reasons,
        )

    def _seats_left(self, one: Opening) -> int | None:
        left = [
            each.cap - self._used.get((each.key, each.bucket), 0) for each in one.counts if each.key.startswith(SEATS)
        ]
        return min(left, default=None)


def booking(one: Booking, directory: Directory) -> schemas.Booking:
    """Return a booking as it is sent."""
    zone = directory.place[one.place_id].zone if one.place_id in directory.place else "UTC"
    people, resources = _taken(directory, one.staff_id, one.resource_ids)
    return schemas.Booking(
        id=one.id,
        status=one.status.value,
        place=one.place_id,
        start=one.starts_at,
        end=one.ends_at,
        local_start=local(zone, floor_minute(one.starts_at)),
        local_end=local(zone, floor_minute(one.ends_at)),
        services=tuple(
            schemas.SoldService(each.service_id, each.name, each.minutes, money(each.price)) for each in one.items
        ),
        price=total(each.price for each in one.items),
        staff=one.staff_id,
        people=people,
        resources=resources,
        party_size=one.party_size,
        customer=one.customer_id,
        name=one.name,
        phone=one.phone,
        email=one.email,
        notes=one.notes,
        source=one.source,
        sequence=one.sequence,
        created_at=one.created_at,
        manage=f"/b/{directory.business.slug}/{one.code}",
    )


def waiting(one: WaitlistEntry) -> schemas.Waiting:
    """Return an entry of the waitlist as it is sent."""
    return schemas.Waiting(
        id=one.id,
        status=one.status.value,
        place=one.place_id,
        services=one.service_ids,
        staff=one.staff_id,
        party_size=one.party_size,
        first=one.first,
        last=one.last,
        customer=one.customer_id,
        created_at=one.created_at,
        offer_until=one.offer_until,
        booking=one.booking_id,
    )


def services(directory: Directory) -> schemas.Services:
    """Return the services as they are sent."""
    return schemas.Services(
        tuple(
            schemas.Service(
                id=one.id,
                name=one.name,
                description=one.description,
                minutes=one.minutes,
                price=money(one.price),
                deposit=money(one.deposit),
                needs=one.needs,
                seats=one.seats,
                variant_of=one.variant_of,
                addon_to=one.addon_to,
                bookable=one.id not in directory.variants and not one.addon_to,
            )
            for one in directory.services
        )
    )


def staff(directory: Directory) -> schemas.People:
    """Return the staff as they are sent, each with their own terms."""
    known = directory.service
    return schemas.People(
        tuple(
            schemas.Staff(
                id=one.id,
                name=one.name,
                bio=one.bio,
                place=directory.resource[one.id].place_id if one.id in directory.resource else None,
                services=tuple(
                    schemas.Terms(
                        each,
                        length_of(directory, known[each], None, one.id),
                        money(price_of(directory, known[each], one.id)),
                    )
                    for each in one.service_ids
                    if each in known
                ),
            )
            for one in directory.staff
        )
    )


def places(directory: Directory) -> schemas.Places:
    """Return the places as they are sent."""
    return schemas.Places(
        tuple(
            schemas.Place(one.id, one.name, one.zone, one.address, one.phone, one.email, one.directions)
            for one in directory.places
        )
    )


def money(amount: Amount | None) -> schemas.Money | None:
    """Return an amount as it is sent."""
    return None if amount is None else schemas.Money(amount.minor, amount.currency)


def total(amounts: Iterable[Amount | None]) -> schemas.Money | None:
    """Return the sum of those that are set, None where none is."""
    known = [one for one in amounts if one is not None]
    return money(sum(known[1:], known[0])) if known else None


@lru_cache(maxsize=1 << 16)
def local(zone: str, minute: int) -> str:
    """Return an epoch minute in a zone, RFC 3339 with its offset."""
    return moment_of(minute).astimezone(ZoneInfo(zone)).isoformat()


def _taken(
    directory: Directory, staff_id: str | None, resource_ids: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return who serves, whoever begins first, and what else is taken."""
    if staff_id is None:
        return (), resource_ids
    if len(resource_ids) == 1:
        return (staff_id,), ()
    others = tuple(one for one in resource_ids if one in directory.person and one != staff_id)
    return (staff_id, *others), tuple(one for one in resource_ids if one not in directory.person)
