"""A salon with as many services as a test wants."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bots.seed import salon
from domain.businesses import Service

if TYPE_CHECKING:
    from domain.businesses import Directory

_HOW = ("Soft", "Deep", "Quick", "Royal", "Classic")
_WHAT = ("manicure", "pedicure", "facial", "massage", "peeling", "perm", "blowdry", "waxing", "tinting", "shave")
_LONG = " with warm stones and almond oil, for both shoulders and the whole of the back"


_SALON = salon()


def offering(count: int) -> Directory:
    """Return the salon with so many services, every third of them with a long name."""
    names = [f"{how} {what}" for what in _WHAT for how in _HOW][:count]
    like = _SALON.services[0]
    services = tuple(
        Service(f"service-{at:024}", name + (_LONG if at % 3 == 2 else ""), like.minutes, like.price)
        for at, name in enumerate(names)
    )
    able = tuple(one.id for one in services)
    return replace(_SALON, services=services, staff=tuple(replace(one, service_ids=able) for one in _SALON.staff))


def having(count: int, slot: str) -> Directory:
    """Return the salon with so many places, or so many people."""
    first, place = _SALON.staff[0], _SALON.places[0]
    names = [f"{how} {what}" for how in _FIRST for what in _LAST][:count]
    if slot == "place":
        places = tuple(replace(place, id=f"place-{at:026}", name=name, aliases=()) for at, name in enumerate(names))
        return replace(_SALON, places=places)
    people = tuple(replace(first, id=f"staff-{at:026}", name=name) for at, name in enumerate(names))
    return replace(_SALON, staff=people)


_FIRST = ("Amélia", "Bruno", "Clara", "Duarte", "Elsa", "Filipe", "Graça", "Hugo", "Inês", "Joana")
_LAST = ("Almeida", "Barros", "Castro", "Duque", "Esteves")
