"""A booking as pages draw it: from the card of a reply, or from the booking itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from domain.bookings import OPEN, Booking, Status
from domain.money import Money
from web import formats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.businesses import Directory

TONES = {
    "confirmed": "ok",
    "pending": "warn",
    "cancelled": "danger",
    "no_show": "danger",
    "seated": "brand",
    "in_service": "brand",
}
MAP = "https://www.openstreetmap.org/search?query="


@dataclass(frozen=True, slots=True)
class Seen:
    """What is drawn."""

    what: str
    """The services, "" for a table."""
    status: str
    tone: str
    open: bool
    """Whether it is still to come."""
    day: str
    clock: str
    start: str
    """ISO 8601 with offset."""
    zone: str
    """The city of its zone, "" where only one zone can be meant."""
    facts: tuple[tuple[str, str], ...]
    """(key of a label, value), in reading order."""
    name: str = ""
    staff: str = ""
    party: int | None = None
    calendar: str = ""
    manage: str = ""
    directions: str = ""


def of_card(card: Mapping[str, Any], locale: str) -> Seen | None:
    """Return the card that a reply carries; None where it has no start."""
    try:
        start = datetime.fromisoformat(card["start"])
    except (KeyError, TypeError, ValueError):
        return None
    manage = _link(card.get("manage"))
    address = str(card.get("address") or "")
    status = str(card.get("status") or Status.CONFIRMED.value)
    return Seen(
        what="" if card.get("party_size") else str(card.get("service") or ""),
        status=status,
        tone=TONES.get(status, ""),
        open=status in {one.value for one in OPEN},
        day=formats.day(start.date(), locale),
        clock=formats.clock_of(start.time(), locale),
        start=card["start"],
        zone=formats.zone_name(str(card.get("zone") or "")),
        facts=_facts(
            staff=card.get("staff"),
            place=_where(str(card.get("place") or ""), address),
            party=card.get("party_size"),
            price=_price(card.get("price"), locale),
            name=card.get("name"),
        ),
        calendar=_link(card.get("calendar")) or (f"{manage}/calendar.ics" if manage else ""),
        manage=manage,
        directions=MAP + quote(address) if address else "",
    )


def of_booking(booking: Booking, directory: Directory, locale: str) -> Seen:
    """Return a booking as it stands now."""
    place = directory.place[booking.place_id]
    start = formats.local(booking.starts_at, place.zone)
    person = directory.person.get(booking.staff_id or "")
    tables = [directory.resource[one].name for one in booking.resource_ids if one in directory.resource]
    prices = [one.price for one in booking.items if one.price is not None]
    total = formats.money(sum(prices[1:], prices[0]), locale) if prices else ""
    link = f"/b/{quote(directory.business.slug)}/{quote(booking.code)}" if booking.code else ""
    return Seen(
        what="" if booking.party_size else ", ".join(one.name for one in booking.items),
        status=booking.status.value,
        tone=TONES.get(booking.status.value, ""),
        open=booking.status in OPEN,
        day=formats.day(start.date(), locale),
        clock=formats.clock_of(start.time(), locale),
        start=start.isoformat(),
        zone=formats.zone_name(place.zone),
        facts=_facts(
            staff=person.name if person else None,
            place=_where(place.name, place.address),
            party=booking.party_size,
            price=total,
            name=booking.name,
            tables=", ".join(tables) if booking.party_size else None,
            notes=booking.notes,
        ),
        name=booking.name,
        staff=person.name if person else "",
        party=booking.party_size,
        calendar=f"{link}/calendar.ics" if link else "",
        manage=link,
        directions=MAP + quote(place.address) if place.address else "",
    )


def _facts(**values: object) -> tuple[tuple[str, str], ...]:
    return tuple((key, str(value)) for key, value in values.items() if value not in {None, ""})


def _where(name: str, address: str) -> str:
    if name and address and name not in address:
        return f"{name}, {address}"
    return address or name


def _price(price: object, locale: str) -> str:
    """Return an amount given as [minor units, currency]."""
    match price:
        case [int(minor), str(currency)]:
            return formats.money(Money(minor, currency), locale)
    return ""


def _link(value: object) -> str:
    """Return a link of ours or of the web, "" for anything else (`javascript:` among it)."""
    text = value if isinstance(value, str) else ""
    return text if text.startswith(("/b/", "https://", "http://")) else ""
