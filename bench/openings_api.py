"""The API's openings on a large SQLite database: `frontdesk serve` as its user starts it, asked over loopback."""

from __future__ import annotations

import asyncio
import http.client
import json
import sqlite3
import statistics
import time
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from bench.large_salon import SERVICES, ZONE, large_salon
from bench.serving import cpu_ms, serving
from bench.stores import connected
from domain.hours import epoch_minute
from domain.ids import new_id
from domain.ports import ApiKey
from storage.sql.migrate import migrate
from web.api.keys import digest_of, new_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from domain.businesses import Directory

STAFF = 10
"""Members of staff of each salon."""
A_DAY = 8
"""Bookings of each of them."""
DAYS = 312
AHEAD = 28
"""So many of the days lie ahead; the others are history."""
_MICROS = 60_000_000


def fill(path: Path, bookings: int, today: date) -> dict[str, str]:
    """Write salons with so many bookings in all; returns each salon's key of the API, by slug."""
    salons = [large_salon(STAFF, f"salon-{number:03}") for number in range(-(-bookings // (STAFF * A_DAY * DAYS)))]
    migrate(f"sqlite:///{path}")
    keys = asyncio.run(_set_up(path, salons))
    with closing(sqlite3.connect(path)) as database:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "cache_size = -400000"):
            database.execute(f"PRAGMA {pragma}")
        left = bookings
        for salon in salons:
            rows = _rows(salon, today)[:left]
            left -= len(rows)
            database.execute(
                "INSERT INTO customers (business_id, id, created_at, name, phone, email, language)"
                " VALUES (?, 'customer', 0, 'Ana', '', '', 'en')",
                (salon.business.id,),
            )
            database.executemany(
                "INSERT INTO bookings (business_id, id, place_id, customer_id, status, starts_at, ends_at, created_at,"
                " staff_id, staff_wished, resource_ids, name, phone, email, notes, source, sequence, code, key)"
                " VALUES (?1, ?2, 'place', 'customer', ?3, ?4, ?5, 0, ?6, 0, ?7,"
                " 'Ana', '', '', '', 'webchat', 0, ?2, ?2)",
                [(salon.business.id, *one[:6]) for one in rows],
            )
            database.executemany(
                "INSERT INTO occupancy (business_id, resource_id, starts_at, ends_at, booking_id)"
                " VALUES (?, ?, ?, ?, ?)",
                [(salon.business.id, one[4], one[2], one[6], one[0]) for one in rows],
            )
            database.execute(
                "UPDATE resources SET calendar_version = ? WHERE business_id = ?", (len(rows), salon.business.id)
            )
        database.commit()
        database.execute("ANALYZE")
        database.execute("PRAGMA journal_mode = WAL")
        (written,) = database.execute("SELECT count(*) FROM bookings").fetchone()
        assert written == bookings, written
    return keys


def _rows(salon: Directory, today: date) -> list[tuple[Any, ...]]:
    """Return (id, status, start, end, staff, resources, end of what is taken) of a salon's bookings."""
    chance = Random(salon.business.id)
    rows: list[tuple[Any, ...]] = []
    for person in salon.staff:
        resources = json.dumps([person.id])
        for day in range(AHEAD - DAYS, AHEAD):
            minute = epoch_minute(ZONE, today + timedelta(days=day), 9 * 60)
            for _ in range(A_DAY):
                minute += chance.choice((0, 0, 10, 20, 60))
                service = chance.choice((SERVICES[0], SERVICES[0], SERVICES[2]))
                end = minute + service.minutes
                status = "completed" if day < 0 else "confirmed"
                taken = end + service.buffer_after
                rows.append(
                    (
                        f"{person.id}-{minute}",
                        status,
                        minute * _MICROS,
                        end * _MICROS,
                        person.id,
                        resources,
                        taken * _MICROS,
                    )
                )
                minute = taken
    return rows


async def _set_up(path: Path, salons: list[Directory]) -> dict[str, str]:
    keys = {}
    async with connected("sqlite", str(path)) as store:
        for salon in salons:
            await store.directories.save(salon, [])
            secret = keys[salon.business.slug] = new_key()
            key = ApiKey(new_id(), salon.business.id, "bench", digest_of(secret), datetime.now(UTC))
            await store.api_keys.save(key)
    return keys


@contextmanager
def served(path: Path, folder: Path) -> Iterator[tuple[int, int]]:
    """Run `frontdesk serve` on the database; yields its port and its process id."""
    settings = {
        "FRONTDESK_STORE__URL": f"sqlite:///{path}",
        "FRONTDESK_DATA__FOLDER": str(folder),
        "FRONTDESK_API__REQUESTS_PER_MINUTE": "600000",
        "FRONTDESK_API__REQUESTS_PER_MINUTE_PER_ADDRESS": "600000",
    }
    with serving(settings) as found:
        yield found


def ask(port: int, pid: int, keys: dict[str, str], today: date, requests: int, seed: int) -> dict[str, Any]:
    """Ask for openings, one request after another; returns what the JSON line says.

    `ms` is what the caller waits, other work of the machine included; `server_cpu_ms` what the server works for it.
    """
    chance = Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    spent, cpu, openings, longest = [], [], 0, 0
    for _ in range(requests):
        slug = chance.choice(list(keys))
        first = today + timedelta(days=chance.randint(0, AHEAD - 8))
        query = f"service={chance.choice(SERVICES).id}&from={first}&to={first + timedelta(days=6)}"
        if chance.random() < 0.3:
            query += f"&staff=staff-{chance.randrange(STAFF):04}"
        used, begun = cpu_ms(pid), time.perf_counter()
        connection.request(
            "GET", f"/api/v1/businesses/{slug}/openings?{query}", headers={"authorization": f"Bearer {keys[slug]}"}
        )
        with connection.getresponse() as answer:
            body = answer.read()
        spent.append((time.perf_counter() - begun) * 1000)
        cpu.append(cpu_ms(pid) - used)
        assert answer.status == 200, body
        openings += body.count(b'"starts_at"') or body.count(b'"start"')
        longest = max(longest, len(body))
    connection.close()
    spent.sort()
    cpu.sort()
    return {
        "requests": requests,
        "p50_ms": round(statistics.median(spent), 3),
        "p99_ms": round(spent[int(len(spent) * 0.99)], 3),
        "max_ms": round(spent[-1], 3),
        "p50_server_cpu_ms": round(statistics.median(cpu), 3),
        "p99_server_cpu_ms": round(cpu[int(len(cpu) * 0.99)], 3),
        "openings_per_answer": round(openings / requests, 1),
        "longest_answer_bytes": longest,
    }


def measure(folder: Path, bookings: int, requests: int, seed: int) -> dict[str, Any]:
    """Fill a database, serve it and ask."""
    path, today = folder / "openings.db", datetime.now(UTC).date()
    begun = time.perf_counter()
    keys = fill(path, bookings, today)
    filled = round(time.perf_counter() - begun, 1)
    with served(path, folder) as (port, pid):
        found = ask(port, pid, keys, today, requests, seed)
    return {"bookings": bookings, "businesses": len(keys), "fill_seconds": filled, **found}
