from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.builders import NOW
from tests.web.api.office import BASE, CUT, GRACA, key_for, office
from web.api.keys import digest_of, new_key
from web.tools import Limits


def test_a_key_cannot_be_guessed_and_only_its_digest_is_kept() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(one.startswith("fd_") and len(one) == 46 for one in keys)

    async def story() -> None:
        async with office() as server:
            (kept,) = await server.store.api_keys.of("biz-luz")
            assert kept.digest == digest_of(server.secret)
            assert server.secret not in repr(kept)
            assert kept.digest.hex() not in repr(kept)

    asyncio.run(story())


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Basic {key}",
        "{key}",
        "Bearer {key}x",
        "Bearer {other}",
        "Bearer fd_" + "é" * 43,
        "Bearer " + "x" * 5000,
    ],
)
def test_without_a_known_key_it_is_closed(authorization: str | None) -> None:
    async def story() -> None:
        async with office() as server:
            said = (authorization or "").format(key=server.secret, other=new_key()).encode()
            headers: list[tuple[bytes, bytes]] = [] if authorization is None else [(b"authorization", said)]
            for method, path in (("GET", "services"), ("GET", "openings"), ("POST", "bookings"), ("DELETE", "holds/x")):
                answer = await server.house.client.request(method, f"{BASE}/luz/{path}", headers=headers)
                assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unknown-key")
                assert answer.headers["www-authenticate"].startswith("Bearer")

    asyncio.run(story())


def test_the_body_is_not_read_before_the_key_is_known() -> None:
    async def story() -> None:
        async with office() as server:
            asked = []

            async def receive() -> Any:
                asked.append("body")
                return {"type": "http.request", "body": b"{", "more_body": True}

            sent: list[Any] = []

            async def send(message: Any) -> None:
                sent.append(message)

            scope = {
                "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
                "path": f"{BASE}/luz/bookings", "raw_path": b"", "query_string": b"", "root_path": "",
                "headers": [(b"authorization", b"Bearer " + new_key().encode())], "client": ("192.0.2.7", 1),
                "server": ("desk.example", 80),
            }  # fmt: skip
            await server.house.app(scope, receive, send)
            assert sent[0]["status"] == 401
            assert asked == []

    asyncio.run(story())


def test_a_key_that_was_revoked_opens_nothing_any_more() -> None:
    async def story() -> None:
        async with office() as server:
            assert (await server.get("services")).status_code == 200
            await server.store.api_keys.save(replace(server.key, revoked_at=NOW))
            assert (await server.get("services")).status_code == 401

    asyncio.run(story())


def test_the_key_of_one_business_learns_nothing_of_another() -> None:
    async def story() -> None:
        async with office() as server:
            there = await server.get("services", business="mar")
            nowhere = await server.get("services", business="nobody")
            assert there.status_code == nowhere.status_code == 404
            assert {**there.json(), "request_id": ""} == {**nowhere.json(), "request_id": ""}
            secret, _ = await key_for(server.store, "biz-mar")
            assert (await server.get("services", business="mar", secret=secret)).status_code == 200

    asyncio.run(story())


def test_bookings_holds_and_entries_of_another_business_are_not_there() -> None:
    async def story() -> None:
        async with office() as server:
            visit = {"services": [CUT], "place": GRACA, "start": "2026-11-21T10:00:00Z"}
            customer = {"name": "Ana", "email": "ana@example.com"}
            hold = (await server.post("holds", visit)).json()["id"]
            made = (await server.post("bookings", {**visit, "customer": customer})).json()
            wait = {"services": [CUT], "place": GRACA, "from": "2026-11-21", "to": "2026-11-22", "customer": customer}
            entry = (await server.post("waitlist", wait)).json()["id"]
            secret, _ = await key_for(server.store, "biz-mar")
            mar = f"{BASE}/mar"
            headers = {"authorization": f"Bearer {secret}"}
            for method, path in (
                ("GET", f"bookings/{made['id']}"),
                ("POST", f"bookings/{made['id']}/cancel"),
                ("DELETE", f"holds/{hold}"),
                ("GET", f"waitlist/{entry}"),
                ("DELETE", f"waitlist/{entry}"),
            ):
                answer = await server.house.client.request(method, f"{mar}/{path}", headers=headers)
                assert answer.status_code == 404, path
            theirs = await server.house.client.post(
                f"{mar}/bookings", headers=headers, json={"hold": hold, "customer": customer}
            )
            assert theirs.status_code == 404
            assert (await server.get(f"bookings/{made['id']}")).json()["status"] == "confirmed"

    asyncio.run(story())


def test_a_key_has_a_limit_and_says_so() -> None:
    async def story() -> None:
        async with office(limits=Limits(api_per_minute=3)) as server:
            for _ in range(3):
                answer = await server.get("services")
                assert answer.status_code == 200
                assert answer.headers["ratelimit-policy"] == '"key";q=3;w=60, "address";q=1200;w=60'
            refused = await server.get("services")
            assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many")
            assert refused.headers["retry-after"] == "60"
            assert refused.headers["ratelimit"] == '"key";r=0;t=60'
            other, _ = await key_for(server.store, "biz-luz")
            assert (await server.get("services", secret=other)).status_code == 200, "another key is not affected"

    asyncio.run(story())


def test_an_address_that_tries_keys_is_stopped_before_its_key_is_looked_at() -> None:
    async def story() -> None:
        async with office(limits=Limits(api_per_minute_per_address=5)) as server:
            statuses = [(await server.get("services", secret=new_key())).status_code for _ in range(8)]
            assert statuses == [401] * 5 + [429] * 3
            refused = await server.get("services")
            assert (refused.status_code, refused.headers["ratelimit"]) == (429, '"address";r=0;t=60')

    asyncio.run(story())


def test_what_the_api_does_not_have_is_a_problem_also_for_a_browser() -> None:
    async def story() -> None:
        async with office() as server:
            html = {"accept": "text/html", "authorization": f"Bearer {server.secret}"}
            for path in ("/api/v1/nothing", "/api/v2/businesses/luz/services", "/api/"):
                answer = await server.house.client.get(path, headers=html)
                assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
            answer = await server.house.client.put(f"{BASE}/luz/bookings", headers=html)
            assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
            assert "default-src 'none'" in answer.headers["content-security-policy"]

    asyncio.run(story())
