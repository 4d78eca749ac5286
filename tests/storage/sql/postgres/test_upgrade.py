"""A database that was in use before classes, counts and waitlists goes on with all that is in it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from domain.bookings import Status
from domain.clock import ManualClock
from domain.ids import new_id
from storage.sql.migrate import migrate
from storage.sql.postgres import PostgresStore
from tests.builders import ANNA, LUZ, LUZ_CHAT, NOW, ROSA, at, book, booking, hold
from tests.contracts.stores import houses

pytestmark = pytest.mark.service

BEFORE = "2026_11_20_0002"
OLD_SHAPES = (
    "DROP FUNCTION IF EXISTS busy_times(text, json)",
    "CREATE FUNCTION busy_times(p_businesses text, p_wanted json) "
    "RETURNS TABLE (o integer, resource_id text, starts_at timestamptz, ends_at timestamptz) "
    "LANGUAGE plpgsql AS $$ BEGIN END $$",
    "DROP FUNCTION IF EXISTS lock_calendars(jsonb, timestamptz)",
    "CREATE FUNCTION lock_calendars(p_effects jsonb) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$",
    "DROP FUNCTION IF EXISTS take_time(text, jsonb, text, text, timestamptz, timestamptz)",
    "CREATE FUNCTION take_time(p_business text, p_take jsonb, p_hold text, p_booking text, p_expires timestamptz, "
    "p_now timestamptz) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$",
)
"""Functions as they were called then: what they answered, and the names of what they took, have changed."""
ROWS = (
    "INSERT INTO businesses (id, slug, name, trade, currency, country, languages, policies, links, version) "
    "VALUES ('biz-luz', 'luz', 'Luz', 'salon', 'EUR', 'PT', '[\"en\"]', '{}', '', 7)",
    "INSERT INTO places (business_id, id, position, name, zone, address, phone, email, directions, aliases) "
    "VALUES ('biz-luz', 'biz-luz:graca', 0, 'Graça', 'Europe/Lisbon', '', '', '', '', '[]')",
    "INSERT INTO services (business_id, id, position, name, minutes, description, aliases, buffer_before, "
    "buffer_after, needs, needs_room) VALUES ('biz-luz', 'cut', 0, 'Cut', 30, '', '[]', 0, 0, 'staff', false)",
    "INSERT INTO staff (business_id, id, position, name, aliases, bio) "
    "VALUES ('biz-luz', 'biz-luz:anna', 0, 'Anna', '[]', '')",
    "INSERT INTO staff_services (business_id, staff_id, service_id, position) "
    "VALUES ('biz-luz', 'biz-luz:anna', 'cut', 0)",
    "INSERT INTO resources (business_id, id, position, place_id, kind, name, min_party, max_party, priority, features, "
    "calendar_version) VALUES ('biz-luz', 'biz-luz:anna', 0, 'biz-luz:graca', 'staff', 'Anna', 1, 1, 5, '[]', 3)",
    "INSERT INTO customers (business_id, id, created_at, name, phone, email, language) "
    "VALUES ('biz-luz', 'cus', now(), 'Ana', '', '', '')",
    "INSERT INTO bookings (business_id, id, place_id, customer_id, status, starts_at, ends_at, created_at, staff_id, "
    "staff_wished, resource_ids, name, phone, email, notes, source, sequence, code, key) "
    "VALUES ('biz-luz', 'old', 'biz-luz:graca', 'cus', 'confirmed', '2026-11-21 15:00+00', '2026-11-21 15:30+00', "
    "now(), 'biz-luz:anna', true, '[\"biz-luz:anna\"]', 'Ana', '', '', '', 'webchat', 0, 'code', 'key')",
    "INSERT INTO occupancy (business_id, resource_id, starts_at, ends_at, booking_id) "
    "VALUES ('biz-luz', 'biz-luz:anna', '2026-11-21 15:00+00', '2026-11-21 15:30+00', 'old')",
    "INSERT INTO holds (business_id, id, expires_at) VALUES ('biz-luz', 'kept', '2026-11-20 10:05+00')",
    "INSERT INTO occupancy (business_id, resource_id, starts_at, ends_at, hold_id, expires_at) "
    "VALUES ('biz-luz', 'biz-luz:anna', '2026-11-21 16:00+00', '2026-11-21 16:30+00', 'kept', '2026-11-20 10:05+00')",
)


async def told(url: str) -> dict[str, Any]:
    """Upgrade what is there, use it, and return what became of it."""
    connection = await asyncpg.connect(url)
    try:
        for statement in (*OLD_SHAPES, *ROWS):
            await connection.execute(statement)
    finally:
        await connection.close()
    migrate(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    clock = ManualClock(NOW)
    store = PostgresStore(url, redis_url=houses.REDIS, prefix=f"test-{new_id()}", clock=clock)
    await store.open()
    try:
        calendar = store.calendar(LUZ.business.id)
        before = await store.directories.directory(LUZ.business.id)
        found: dict[str, Any] = {
            "version": before.version,
            "gives": before.staff[0].service_ids,
            "seats": before.services[0].seats,
            "kept": [one.hold_id for one in await calendar.holds_between(at(0), at(24), NOW)],
            "calendar": (await calendar.versions([ANNA]))[ANNA],
            "old": await calendar.booking("old"),
        }
        clock.advance(timedelta(minutes=10))
        await calendar.apply([book(booking(at(16, 15), customer_id="cus", resources=(ANNA,)))])
        found["busy"] = [one.starts_at for one in await calendar.busy([ANNA], at(0), at(24), clock.now())]
        await store.directories.save(LUZ, [LUZ_CHAT])
        found["saved"] = replace(await store.directories.directory(LUZ.business.id), version=1) == LUZ
        await calendar.apply([hold(at(16), resources=(ROSA,))])
        return found
    finally:
        await store.close()


def test_what_was_there_goes_on() -> None:
    if missing := asyncio.run(houses.services_missing()):
        pytest.skip(missing)
    url = asyncio.run(houses.create_database(BEFORE))
    try:
        found = asyncio.run(told(url))
    finally:
        asyncio.run(houses.drop_database(url))
    old = found.pop("old")
    assert (old.status, old.pinned, old.features, old.resource_ids) == (Status.CONFIRMED, False, (), (ANNA,))
    assert found == {
        "version": 7,
        "gives": ("cut",),
        "seats": 0,
        "kept": ["kept"],
        "calendar": 3,
        "busy": [at(15), at(16, 15)],
        "saved": True,
    }
