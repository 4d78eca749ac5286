"""Keys of the API: found by their digest before the business is known, and never after they were revoked."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.ports import ApiKey
from tests.builders import LUZ, LUZ_CHAT, MAR, NOW
from tests.contracts.stores.story import story

if TYPE_CHECKING:
    from tests.contracts.stores.houses import House


def key(name: str, business_id: str = LUZ.business.id, **fields: object) -> ApiKey:
    made = ApiKey(f"key-{name}", business_id, name, hashlib.sha256(name.encode()).digest(), NOW)
    return replace(made, **fields)  # type: ignore[arg-type]


@story
async def test_a_key_opens_its_business_until_it_is_revoked(house: House) -> None:
    keys = house.store.api_keys
    till, web, other = key("till"), key("web", created_at=NOW - timedelta(days=1)), key("other", MAR.business.id)
    for one in (till, web, other):
        await keys.save(one)
    assert await keys.by_digest(till.digest) == till
    assert await keys.by_digest(other.digest) == other
    assert await keys.by_digest(b"unknown") is None
    assert list(await keys.of(LUZ.business.id)) == [web, till]
    revoked = replace(till, revoked_at=NOW)
    await keys.save(revoked)
    assert await keys.by_digest(till.digest) is None
    assert list(await keys.of(LUZ.business.id)) == [web, revoked]
    assert list(await keys.of("nobody")) == []


@story
async def test_setting_up_again_keeps_the_keys(house: House) -> None:
    one = key("till")
    await house.store.api_keys.save(one)
    await house.store.directories.save(replace(LUZ, faqs=()), [LUZ_CHAT])
    assert await house.store.api_keys.by_digest(one.digest) == one
