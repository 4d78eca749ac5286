"""The facts that sentences about visits speak of, taken from slots, openings and bookings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dialogs.messages import ClockTime, Fact, Listing, Moment, Phrase, Priced
from domain.sales import length_of, price_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dialogs.state import Kept
    from dialogs.turn import Turn
    from domain.availability import Wish
    from domain.bookings import Booking
    from domain.businesses import Directory, Service
    from domain.money import Money

_SPANS = {(True, True): "any", (True, False): "until", (False, True): "from", (False, False): "between"}
"""How a window of times is spoken of, by whether it is open at its beginning and at its end."""


def of_kept(turn: Turn, kept: Kept) -> dict[str, Fact]:
    """Return the facts of a summary: `what`, `party`, `when`, `staff`, `price`, `place`, `name`, `features`."""
    services = [turn.directory.service[one] for one in kept.service_ids]
    prices = [price for one in services if (price := price_of(turn.directory, one, kept.staff_id))]
    return _facts(
        turn,
        names=tuple(called(turn.directory, one.id, one.name) for one in services),
        party=kept.party_size,
        starts_at=kept.starts_at,
        staff=kept.staff_id,
        place=kept.place_id,
        price=total(prices),
        name=turn.state.slots.name,
        features=kept.features,
    )


def of_offer(turn: Turn, kept: Kept) -> dict[str, Fact]:
    """Return the facts of an offer to somebody who waits: `visit` in words, and until when it is kept."""
    return {"visit": Phrase("visit", of_kept(turn, kept)), "until": _clock(kept.expires_at, turn)}


def of_waiting(turn: Turn, wish: Wish) -> dict[str, Fact]:
    """Return the facts of what somebody waits for: `wish` in words, and for how many minutes an offer is kept."""
    where = turn.directory.place.get(wish.place_id) or turn.place
    person = turn.directory.person.get(wish.staff_id or "")
    whole = (wish.earliest <= 0, wish.latest >= 1439)
    span = "at" if wish.earliest == wish.latest else _SPANS[whole]
    facts: dict[str, Fact] = {
        "what": Listing(
            tuple(
                called(turn.directory, one, turn.directory.service[one].name)
                for one in wish.service_ids
                if one in turn.directory.service
            )
        ),
        "party": wish.party_size or 0,
        "staff": person.name if person else "none",
        "place": where.name if len(turn.directory.places) > 1 else "none",
        "first": wish.first,
        "last": wish.last if wish.last != wish.first else "none",
        "span": span,
        "from": ClockTime(wish.earliest),
        "to": ClockTime(wish.latest),
        "features": of_features(wish.features),
    }
    minutes = int(turn.directory.business.policies.waitlist_offer.total_seconds() // 60)
    return {"wish": Phrase("waitlist-wish", facts), "minutes": minutes}


def of_booking(turn: Turn, booking: Booking) -> dict[str, Fact]:
    """Return the facts of a booking, named as those of a summary."""
    prices = [one.price for one in booking.items if one.price]
    return _facts(
        turn,
        names=tuple(called(turn.directory, one.service_id, one.name) for one in booking.items),
        party=booking.party_size,
        starts_at=booking.starts_at,
        staff=booking.staff_id,
        place=booking.place_id,
        price=total(prices),
        name=booking.name,
        features=booking.features,
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
    features: Sequence[str],
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
        "features": of_features(features),
    }


def priced(turn: Turn, service: Service) -> Priced:
    """Return a service as a price list shows it, at the terms of whom the customer wants."""
    staff = turn.state.slots.staff or None
    return Priced(
        called(turn.directory, service.id, service.name),
        length_of(turn.directory, service, turn.state.slots.party_size, staff),
        price_of(turn.directory, service, staff),
    )


def of_features(features: Sequence[str]) -> Fact:
    """Return what is wished of a table, in words; "none" for nothing."""
    return Listing(tuple(Phrase(f"feature-{one}") for one in features)) if features else "none"


def called(directory: Directory, service_id: str, name: str) -> str:
    """Return what a service is called where nothing else is said of it: a variant with the name of its heading."""
    service = directory.service.get(service_id)
    heading = directory.service.get(service.variant_of) if service and service.variant_of else None
    if heading is None or heading.name.casefold() in name.casefold():
        return name
    return f"{heading.name} ({name})"


def total(prices: Sequence[Money]) -> Money | None:
    """Return the sum of prices; None for none."""
    return sum(prices[1:], prices[0]) if prices else None


def _clock(at: datetime, turn: Turn) -> ClockTime:
    local = at.astimezone(turn.zone)
    return ClockTime(local.hour * 60 + local.minute)


def card(turn: Turn, booking: Booking) -> dict[str, Any]:
    """Return a booking as pages show it: moments are ISO 8601 with the place's offset."""
    return booking_card(turn, booking)


def booking_card(turn: Turn, booking: Booking) -> dict[str, Any]:
    """Return the JSON of a booking card, of what is spoken of in a turn."""
    return card_of(booking, turn.directory)


def card_of(booking: Booking, directory: Directory) -> dict[str, Any]:
    """Return the JSON of a booking card."""
    where = directory.place.get(booking.place_id) or directory.places[0]
    zone = ZoneInfo(where.zone)
    prices = [one.price for one in booking.items if one.price]
    cost = total(prices)
    person = directory.person.get(booking.staff_id or "")
    return {
        "id": booking.id,
        "code": booking.code,
        "manage": f"/b/{directory.business.slug}/{booking.code}",
        "status": booking.status.value,
        "service": ", ".join(called(directory, one.service_id, one.name) for one in booking.items),
        "staff": person.name if person else None,
        "place": where.name,
        "address": where.address,
        "start": booking.starts_at.astimezone(zone).isoformat(),
        "end": booking.ends_at.astimezone(zone).isoformat(),
        "zone": where.zone,
        "party_size": booking.party_size,
        "name": booking.name,
        "price": [cost.minor, cost.currency] if cost else None,
    }
