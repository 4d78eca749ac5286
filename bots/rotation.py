"""Rotation: all that is sealed gets a new key while everything runs, and old keys go once nothing needs them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bots.errors import Refused
from bots.keyring import endpoint_subject
from bots.vault import SealBroken
from domain.ports import Credential

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bots.vault import Vault
    from domain.ports import Endpoint, Store

PASSES = 50
"""How often it is looked for what was written with an old key meanwhile. Two are enough unless somebody writes all the
time with keys that were changed under them."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did."""

    newest: str
    """The id of the key that everything is sealed with."""
    added: bool
    """Whether that key is new; otherwise a rotation that was begun is finished."""
    resealed: int
    broken: tuple[str, ...]
    """Accounts and endpoints whose seal no key opens: they must be connected again."""


async def sealed(store: Store) -> list[Credential | Endpoint]:
    """Return everything that is sealed, of all businesses."""
    businesses = dict.fromkeys(one.business_id for one in await store.directories.accounts())
    found: list[Credential | Endpoint] = list(await store.accounts.endpoints())
    for business_id in businesses:
        found += await store.accounts.credentials(business_id)
    return found


async def counted(store: Store) -> Counter[str]:
    """Return how much is sealed with each key, by the keys' ids."""
    return Counter(one.key_id for one in await sealed(store))


async def rotate(store: Store, vault: Vault) -> Rotated:
    """Seal everything with the newest key, a new one where the ring has only one.

    Each row is written only where it still is what was read, so that a token which is refreshed meanwhile stays the
    refreshed one. It may be ended at any moment and begun again: a ring of several keys is a rotation that was begun.
    Raises KeysRefused.
    """
    vault.ready()
    added = len(vault.keys.ring()) == 1
    if added:
        vault.keys.add()
    newest, resealed = vault.key_ids()[0], 0
    for _ in range(PASSES):
        old = [one for one in await sealed(store) if one.key_id != newest]
        broken: list[str] = []
        for one in old:
            try:
                resealed += await _reseal(store, vault, one)
            except SealBroken:
                broken.append(_name(one))
        if len(broken) == len(old):
            return Rotated(newest, added, resealed, tuple(broken))
    raise Refused("Tokens are still being written with an old key: is a program running that was started long ago?")


async def retire(store: Store, vault: Vault) -> tuple[str, ...]:
    """Drop every key but the newest; returns the ids of those that went.

    Raises Refused while something is sealed with one of them, and KeysRefused where the keys are the environment's.
    """
    keys, ids = vault.keys, vault.key_ids()
    ring = keys.ring()
    old = ids[1:]
    await _none_left(store, old)
    if old:
        keys.drop(ring[1:])
        try:
            await _none_left(store, old)  # written by a program that had looked at the ring before it changed
        except BaseException:
            keys.put_back(ring[1:])
            raise
    return old


async def _none_left(store: Store, old: Sequence[str]) -> None:
    left = [_name(one) for one in await sealed(store) if one.key_id in old]
    if left:
        shown = ", ".join(left[:5]) + (" …" if len(left) > 5 else "")
        raise Refused(
            f"{len(left)} still sealed with an old key ({shown}): run `frontdesk keys rotate`, and connect again "
            "what it cannot open"
        )


async def _reseal(store: Store, vault: Vault, one: Credential | Endpoint) -> bool:
    """Seal one with the newest key; False where it was written meanwhile. Raises SealBroken, KeysRefused."""
    if isinstance(one, Credential):
        token = vault.open(one.business_id, one.account_id, one.sealed)
        text, key_id = vault.seal(one.business_id, one.account_id, token)
        return await store.accounts.reseal(one, replace(one, sealed=text, key_id=key_id))
    subject = endpoint_subject(one.channel, one.id)
    text, key_id = vault.seal("", subject, vault.open("", subject, one.sealed or b""))
    return await store.accounts.reseal_endpoint(one, replace(one, sealed=text, key_id=key_id))


def _name(one: Credential | Endpoint) -> str:
    return f"account {one.account_id}" if isinstance(one, Credential) else f"endpoint {one.id}"
