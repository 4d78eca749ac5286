"""A house whose businesses have keys to the API, and a client that speaks with one of them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from domain.clock import ManualClock
from domain.ids import new_id
from domain.ports import ApiKey
from domain.resident import Resident
from tests.builders import LUZ, MAR, NOW, webchat_account
from tests.contracts.stores import houses
from tests.web.house import House
from web.api.keys import digest_of, new_key
from web.tools import Limits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx

    from domain.businesses import Directory
    from domain.ports import Store

BASE = "/api/v1/businesses"
CUT = "biz-luz:cut"
GRACA = "biz-luz:graca"
PLENTY = Limits(api_per_minute=1_000_000, api_per_minute_per_address=1_000_000)
ANA = {"name": "Ana Reis", "phone": "+351912000001"}
RUI = {"name": "Rui Melo", "email": "rui@example.com"}


class Office:
    """One business's server."""

    def __init__(self, one: House, slug: str, secret: str, key: ApiKey) -> None:
        self.house = one
        self.store: Any = one.store
        self.slug = slug
        self.secret = secret
        self.key = key

    async def get(
        self, path: str, *, business: str = "", secret: str | None = None, headers: Any = (), **query: Any
    ) -> httpx.Response:
        return await self.house.client.get(
            self._url(path, business), params=query, headers=self._headers(secret, headers)
        )

    async def post(
        self,
        path: str,
        body: Any = None,
        *,
        attempt: str = "",
        business: str = "",
        secret: str | None = None,
        **headers: str,
    ) -> httpx.Response:
        if attempt:
            headers["idempotency-key"] = attempt
        content = {"content": body} if isinstance(body, bytes) else {"json": body} if body is not None else {}
        return await self.house.client.post(
            self._url(path, business), headers=self._headers(secret, headers), **content
        )

    async def delete(self, path: str) -> httpx.Response:
        return await self.house.client.delete(self._url(path, ""), headers=self._headers(None, {}))

    async def openings(self, **query: Any) -> list[dict[str, Any]]:
        answer = await self.get("openings", **query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["openings"]
        return found

    def _url(self, path: str, business: str) -> str:
        return f"{BASE}/{business or self.slug}/{path}"

    def _headers(self, secret: str | None, more: Any) -> dict[str, str]:
        given = self.secret if secret is None else secret
        return {**({"authorization": f"Bearer {given}"} if given else {}), **dict(more)}


async def key_for(store: Store, business_id: str) -> tuple[str, ApiKey]:
    """Make a key; returns the secret and what is kept."""
    secret = new_key()
    key = ApiKey(new_id(), business_id, "the website", digest_of(secret), NOW)
    await store.api_keys.save(key)
    return secret, key


@asynccontextmanager
async def office(
    directory: Directory = LUZ,
    *,
    store: Store | None = None,
    clock: ManualClock | None = None,
    limits: Limits = PLENTY,
    **more: Any,
) -> AsyncIterator[Office]:
    """Yield a business's server, on a memory store unless another is given. Time stands still, no chat is answered."""
    more.setdefault("resident", Resident())
    one = House(limits, clock=clock, **({"store": store} if store else {}), **more)
    try:
        for each in (LUZ, MAR):
            await one.store.directories.save(each, [webchat_account(each)])
        if directory not in (LUZ, MAR):
            await one.store.directories.save(directory, [webchat_account(directory)])
        secret, key = await key_for(one.store, directory.business.id)
        yield Office(one, directory.business.slug, secret, key)
    finally:
        await one.client.aclose()


@asynccontextmanager
async def on_sqlite(path: Path, directory: Directory = LUZ, **more: Any) -> AsyncIterator[Office]:
    """Yield a business's server on a migrated, empty SQLite database."""
    from storage.sql.sqlite import SqliteStore

    clock = ManualClock(NOW)
    store = SqliteStore(path, clock=clock)
    await store.open()
    try:
        async with office(directory, store=store, clock=clock, **more) as one:
            yield one
    finally:
        await store.close()


@asynccontextmanager
async def on_postgres(database: str, directory: Directory = LUZ, **more: Any) -> AsyncIterator[Office]:
    """Yield a business's server on a migrated PostgreSQL database, emptied before."""
    async with (
        houses.postgres(houses.LEASE, database) as there,
        office(directory, store=there.store, clock=there.clock, **more) as one,
    ):
        yield one
