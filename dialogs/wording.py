"""The facts that sentences about visits speak of, taken from slots, openings and bookings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dialogs.messages import Fact, Listing, Moment

if TYPE_CHECKING:
    from datetime import datetime

    from dialogs.state import Kept
    from dialogs.turn import Turn
    from domain.bookings import Booking
    from domain.money import Money


def of_kept(turn: Turn, kept: Kept) -> dict[str, Fact]:
    """Return the facts of a summary: `what`, `party`, `when`, `staff`, `price`, `place`, `name`."""
    services = [turn.directory.service[one] for one in kept.service_ids]
    prices = [one.price for one in services if one.price]
    return _facts(
        turn,
        names=tuple(one.name for one in services),
        party=kept.party_size,
        starts_at=kept.starts_at,
        staff=kept.staff_id,
        place=kept.place_id,
        price=sum(prices[1:], prices[0]) if prices else None,
        name=turn.state.slots.name,
    )


def of_booking(turn: Turn, booking: Booking) -> dict[str, Fact]:
    """Return the facts of a booking, named as those of a summary."""
    prices = [one.price for one in booking.items if one.price]
    return _facts(
        turn,
        names=tuple(one.name for one in booking.items),
        party=booking.party_size,
        starts_at=booking.starts_at,
        staff=booking.staff_id,
        place=booking.place_id,
        price=sum(prices[1:], prices[0]) if prices else None,
        name=booking.name,
    )


def _facts(
    turn: Turn,
    *,
    names: tuple[str, ...],
    party: int | None,
    starts_at: datetime,
    staff: str | None,
    place: str,
    price: Money | None,
    name: str,
) -> dict[str, Fact]:
    where = turn.directory.place.get(place) or turn.place
    person = turn.directory.person.get(staff or "")
    return {
        "what": Listing(names),
        "party": party or 0,
        "when": Moment(starts_at, where.zone),
        "staff": person.name if person else "none",
        "price": price if price else "none",
        "place": where.name if len(turn.directory.places) > 1 else "none",
        "address": where.address or "none",
        "name": name or "none",
    }


def card(turn: Turn, booking: Booking) -> dict[str, Any]:
    """Return a booking as pages show it: moments are ISO 8601 with the place's offset."""
    return booking_card(turn, booking)


def booking_card(turn: Turn, booking: Booking) -> dict[str, Any]:
    """Return the JSON of a booking card."""
    from zoneinfo import ZoneInfo

    where = turn.directory.place.get(booking.place_id) or turn.place
    zone = ZoneInfo(where.zone)
    prices = [one.price for one in booking.items if one.price]
    total = sum(prices[1:], prices[0]) if prices else None
    person = turn.directory.person.get(booking.staff_id or "")
    return {
        "id": booking.id,
        "code": booking.code,
        "manage": f"/b/{turn.directory.business.slug}/{booking.code}",
        "status": booking.status.value,
        "service": ", ".join(one.name for one in booking.items),
        "staff": person.name if person else None,
        "place": where.name,
        "address": where.address,
        "start": booking.starts_at.astimezone(zone).isoformat(),
        "end": booking.ends_at.astimezone(zone).isoformat(),
        "zone": where.zone,
        "party_size": booking.party_size,
        "name": booking.name,
        "price": [total.minor, total.currency] if total else None,
    }
