"""Keys of the API, as the owner makes, lists and revokes them: a key is shown once, when it is made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bots.errors import Refused
from domain.ids import new_id
from domain.ports import ApiKey
from web.api.keys import digest_of, new_key

if TYPE_CHECKING:
    from datetime import datetime

    from domain.businesses import Directory
    from domain.ports import Store

NAME_LENGTH = 100


async def create(store: Store, directory: Directory, name: str, now: datetime) -> tuple[str, ApiKey]:
    """Make a key for a business; returns what opens its API, and what is kept of it. Raises Refused for no name."""
    name = name.strip()
    if not name or len(name) > NAME_LENGTH or not name.isprintable():
        raise Refused(f"a key needs a name of 1 to {NAME_LENGTH} characters that says who uses it: --name website")
    secret = new_key()
    key = ApiKey(new_id(), directory.business.id, name, digest_of(secret), now)
    await store.api_keys.save(key)
    return secret, key


async def listed(store: Store, slug: str = "") -> list[str]:
    """Return a line for each key of a business, or of all, those that were revoked too. Raises Refused."""
    found = await _businesses(store)
    if slug and slug not in found:
        raise Refused(f"there is no business {slug!r}: {', '.join(sorted(found))}")
    lines = []
    for each in sorted(found) if not slug else [slug]:
        for key in await store.api_keys.of(found[each]):
            state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else f"since {key.created_at:%Y-%m-%d}"
            lines.append(f"{key.id}  {each}  {state}  {key.name}")
    return lines or ["No key was made: nobody can use the API."]


async def revoke(store: Store, key_id: str, now: datetime) -> ApiKey:
    """Revoke a key: from now on it opens nothing. Raises Refused where there is none, or it was revoked already."""
    for business_id in (await _businesses(store)).values():
        for key in await store.api_keys.of(business_id):
            if key.id == key_id:
                if key.revoked_at is not None:
                    raise Refused(f"the key {key.name!r} was revoked on {key.revoked_at:%Y-%m-%d}")
                gone = replace(key, revoked_at=now)
                await store.api_keys.save(gone)
                return gone
    raise Refused("there is no key of this id: `frontdesk api-key list` shows them")


async def _businesses(store: Store) -> dict[str, str]:
    """Return the ids of businesses by slug."""
    ids = dict.fromkeys(one.business_id for one in await store.directories.accounts())
    return {(await store.directories.directory(one)).business.slug: one for one in ids}
