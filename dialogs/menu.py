"""The menu: services as people choose them, some in variants, some only added to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.businesses import Directory, Service, Staff


def shown(directory: Directory) -> list[Service]:
    """Return the services to choose from at first: not their variants, and not what is only added."""
    return [one for one in directory.services if one.variant_of is None and not one.addon_to]


def heading(directory: Directory, ids: Sequence[str]) -> str:
    """Return the first of these services that must still be chosen a variant of, "" for none."""
    return next((one for one in ids if one in directory.variants), "")


def lone(directory: Directory, ids: Sequence[str]) -> str:
    """Return the first of these that is only added to others, none of which is among them; "" for none."""
    for one in ids:
        if _is_addon(directory, one) and not any(fits(directory, one, other) for other in ids):
            return one
    return ""


def goes_with(directory: Directory, addon: str) -> list[str]:
    """Return the services that something may be added to, headings for their variants."""
    found = (_heading_of(directory, one) or one for one in directory.service[addon].addon_to)
    return list(dict.fromkeys(one for one in found if one in directory.service))


def fits(directory: Directory, addon: str, other: str) -> bool:
    """Return whether something may be added to a service, or to some variant of it."""
    accepted = directory.service[addon].addon_to if addon in directory.service else ()
    same = {other, _heading_of(directory, other), *(one.id for one in directory.variants.get(other, ()))}
    return bool(same & set(accepted))


def chosen(directory: Directory, known: Sequence[str], value: str) -> list[str]:
    """Return the services when one is named: in place of those known, unless it says more about them."""
    merged = _merged(directory, known, value)
    return [value] if merged is None else merged


def added(directory: Directory, known: Sequence[str], value: str) -> list[str]:
    """Return the services when one is named as well."""
    merged = _merged(directory, known, value)
    return [*known, value] if merged is None else merged


def does(directory: Directory, person: Staff, service_id: str) -> bool:
    """Return whether somebody gives a service, or a variant of it."""
    able = set(person.service_ids)
    return service_id in able or any(one.id in able for one in directory.variants.get(service_id, ()))


def _merged(directory: Directory, known: Sequence[str], value: str) -> list[str] | None:
    if value in known:
        return list(known) if len(known) > 1 and _is_addon(directory, value) else None
    above = _heading_of(directory, value)
    siblings = {one.id for one in directory.variants.get(above, ())}
    if any(one == above or one in siblings for one in known):
        return [value if one == above or one in siblings else one for one in known]
    if any(_heading_of(directory, one) == value for one in known):
        return list(known)  # "a haircut" of the haircut for long hair
    if _is_addon(directory, value) and any(fits(directory, value, one) for one in known):
        return [*known, value]
    if known and all(_is_addon(directory, one) and fits(directory, one, value) for one in known):
        return [value, *known]
    return None


def _is_addon(directory: Directory, service_id: str) -> bool:
    service = directory.service.get(service_id)
    return service is not None and bool(service.addon_to)


def _heading_of(directory: Directory, service_id: str) -> str:
    service = directory.service.get(service_id)
    return (service.variant_of or "") if service is not None else ""
