"""How long GET openings takes on SQLite with many bookings: `python -m bench.api --bookings 1000000`.

The application is called in its own process, without a network: what is measured is reading the key, counting, asking
the calendar, and encoding. Every twentieth request books one of the openings that were just shown.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import resource
import tempfile
import time
from datetime import timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import msgspec
import structlog
import uvloop

from bench.large_salon import NOW, SERVICES, bookings, large_salon
from bots.application import Application
from domain.bookings import AddCustomer
from domain.businesses import Account
from domain.clock import ManualClock
from domain.customers import Customer
from domain.ports import ApiKey
from storage.sql.migrate import migrate
from storage.sql.sqlite import SqliteStore
from web.api.keys import digest_of, new_key
from web.tools import Limits

if TYPE_CHECKING:
    from domain.businesses import Directory
    from domain.ports import Store

DAYS_AHEAD = 60
"""The newest bookings are so far ahead; all others lie before, as far back as it takes."""
A_DAY = 4.5
"""So many bookings, and a little more, has a member of staff on a day."""
CHUNK = 2_000
POST_EVERY = 20
NO_LIMITS = Limits(api_per_minute=10**9, api_per_minute_per_address=10**9)


class Client:
    """Calls the application as a server would."""

    def __init__(self, app: Any, slug: str, key: str) -> None:
        """Take the application, the business and its key."""
        self.cpu_ms = 0.0
        """What the last call took of this thread, which answers a question as a whole."""
        self._app = app
        self._base = f"/api/v1/businesses/{slug}"
        self._headers = [
            (b"authorization", f"Bearer {key}".encode()),
            (b"host", b"bench"),
            (b"content-type", b"application/json"),
        ]

    async def call(self, method: str, path: str, query: str = "", body: bytes = b"") -> tuple[int, bytes, float]:
        """Return status, body and milliseconds."""
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        where = self._base + path
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": where, "raw_path": where.encode(), "query_string": query.encode(), "root_path": "",
            "headers": self._headers, "client": ("127.0.0.1", 1), "server": ("bench", 80),
        }  # fmt: skip
        begun = time.perf_counter()
        used = time.thread_time()
        await self._app(scope, receive, send)
        self.cpu_ms = (time.thread_time() - used) * 1000
        return sent[0]["status"], sent[1]["body"], (time.perf_counter() - begun) * 1000


async def filled(store: Store, directory: Directory, many: int) -> int:
    """Set the business up and book so much, through the same write as everybody; returns how many bookings."""
    business_id = directory.business.id
    account = Account("bench", business_id, "webchat", "bench", "bench")
    await store.directories.save(directory, [account])
    calendar = store.calendar(business_id)
    await calendar.apply([AddCustomer(Customer("customer", business_id, NOW))])
    days = max(1, int(many / (len(directory.staff) * A_DAY)))
    first = NOW.date() + timedelta(days=DAYS_AHEAD - days)
    made = 0
    coming = bookings(directory, "customer", first, days)
    while chunk := list(islice(coming, CHUNK)):
        await calendar.apply(chunk)
        made += len(chunk)
    return made


async def measure(store: SqliteStore, clock: ManualClock, staff: int, many: int, requests: int) -> dict[str, Any]:
    """Fill a store, ask, and return what the JSON line says."""
    directory = large_salon(staff)
    begun = time.perf_counter()
    made = await filled(store, directory, many)
    filling = time.perf_counter() - begun
    key = new_key()
    await store.api_keys.save(ApiKey("key", directory.business.id, "bench", digest_of(key), NOW))
    app = Application(store, clock, b"a secret that only a bench uses!", limits=NO_LIMITS).asgi()
    client = Client(app, directory.business.slug, key)
    found: dict[str, list[float]] = {"day": [], "week": [], "days": [], "post": []}
    cpu: list[float] = []
    chance = Random(7)
    for number in range(requests):
        kind = chance.choices(("day", "week", "days"), (5, 3, 2))[0]
        service = chance.choice(SERVICES).id
        first = NOW.date() + timedelta(days=chance.randrange(1, DAYS_AHEAD - 35))
        last = first + timedelta(days={"day": 0, "week": 6, "days": 30}[kind])
        who = f"&staff={chance.choice(directory.staff).id}" if chance.randrange(2) else ""
        path = "/openings/days" if kind == "days" else "/openings"
        query = f"service={service}{who}&from={first}&to={last}"
        status, body, ms = await client.call("GET", path, query)
        assert status == 200, body
        found[kind].append(ms)
        cpu.append(client.cpu_ms)
        if kind != "days" and not number % POST_EVERY:
            shown = msgspec.json.decode(body)["openings"]
            if shown:
                one = chance.choice(shown)
                wanted = {"services": [service], "start": one["start"], "customer": {"name": "Ana"}}
                status, body, ms = await client.call("POST", "/bookings", body=msgspec.json.encode(wanted))
                assert status == 201, body
                found["post"].append(ms)
    gets = [*found["day"], *found["week"], *found["days"]]
    return {
        "bookings": made,
        "staff": staff,
        "requests": len(gets),
        "get_p50_ms": _part(gets, 0.5),
        "get_p99_ms": _part(gets, 0.99),
        "get_p99_cpu_ms": _part(cpu, 0.99),
        "p99_ms": {kind: _part(some, 0.99) for kind, some in found.items() if some},
        "filling_s": round(filling, 1),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _part(some: list[float], share: float) -> float:
    return round(sorted(some)[min(len(some) - 1, int(len(some) * share))], 3)


async def measured(folder: Path, staff: int, many: int, requests: int) -> dict[str, Any]:
    """Make a database, measure, and leave it to be deleted."""
    path, clock = folder / "bench.db", ManualClock(NOW)
    migrate(f"sqlite:///{path}")
    store = SqliteStore(path, clock=clock)
    await store.open()
    try:
        return {"bench": "api", "store": "sqlite", **await measure(store, clock, staff, many, requests)}
    finally:
        await store.close()


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bookings", type=int, default=1_000_000)
    parser.add_argument("--staff", type=int, default=50)
    parser.add_argument("--requests", type=int, default=2_000)
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(measured(Path(folder), options.staff, options.bookings, options.requests))))


if __name__ == "__main__":
    main()
