"""Directions that change how a business is set up: variants, add-ons, somebody's own terms, policies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from domain.businesses import Service, Terms
from domain.ids import derived_id
from domain.money import Money

if TYPE_CHECKING:
    from domain.businesses import Directory
    from tests.chat.player import Player


async def variant(player: Player, name: str, minutes: str, euros: str, above: str) -> None:
    """A service comes in one more variant; whoever gave it gives the variant."""
    heading = _service(player.directory, above)
    one = Service(_id(player, name), name, int(minutes), Money(int(euros) * 100, "EUR"), variant_of=heading.id)
    await _save(player, _with(player.directory, one, heading))


async def addon(player: Player, name: str, minutes: str, euros: str, other: str) -> None:
    """Something can be added to a service, by whoever gives that."""
    main = _service(player.directory, other)
    one = Service(_id(player, name), name, int(minutes), Money(int(euros) * 100, "EUR"), addon_to=(main.id,))
    await _save(player, _with(player.directory, one, main))


async def more(player: Player, names: str, minutes: str, euros: str) -> None:
    """There is more to choose from, given by whoever gives the first service."""
    for name in names.split(", "):
        first = player.directory.services[0]
        one = Service(_id(player, name), name, int(minutes), Money(int(euros) * 100, "EUR"))
        await _save(player, _with(player.directory, one, first))


async def terms(player: Player, who: str, euros: str, minutes: str, what: str) -> None:
    """Somebody takes a price and a time of their own for a service."""
    service = _service(player.directory, what)
    own = Terms(service.id, int(minutes), Money(int(euros) * 100, "EUR"))
    staff = [
        replace(one, terms=(*one.terms, own)) if one.name.split()[0] == who else one for one in player.directory.staff
    ]
    await _save(player, replace(player.directory, staff=tuple(staff)))


async def policies(player: Player, **changes: Any) -> None:
    """The owner changes a policy."""
    business = player.directory.business
    changed = replace(business, policies=replace(business.policies, **changes))
    await _save(player, replace(player.directory, business=changed))


def _with(directory: Directory, one: Service, like: Service) -> Directory:
    staff = [
        replace(person, service_ids=(*person.service_ids, one.id)) if like.id in person.service_ids else person
        for person in directory.staff
    ]
    return replace(directory, services=(*directory.services, one), staff=tuple(staff))


def _service(directory: Directory, name: str) -> Service:
    found = [one for one in directory.services if one.name == name]
    assert found, f"there is no {name}"
    return found[0]


def _id(player: Player, name: str) -> str:
    return derived_id("service", player.business, name)


async def _save(player: Player, directory: Directory) -> None:
    player.directory = directory
    accounts = [one for one in await player.store.directories.accounts() if one.business_id == player.business]
    await player.store.directories.save(directory, accounts)
    player.learn_names()
