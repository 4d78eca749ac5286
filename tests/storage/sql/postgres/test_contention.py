"""People, turns and machines fight over three calendars at once: nothing is had twice, and nobody waits in a circle."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from domain.bookings import AddCustomer, Answered, MakeBooking, PlaceHold
from domain.clock import ManualClock
from domain.customers import Customer
from domain.errors import FrontdeskError
from domain.ids import conversation_id, new_id
from domain.occupancy import Take
from domain.ports import Outcome
from storage.sql.postgres import PostgresStore
from tests.builders import ANNA, LUZ, LUZ_CHAT, MAR, MAR_CHAT, NOW, ROSA, arrival, at, booking, commit_for, event, hold
from tests.contracts.stores import houses
from tests.storage.sql.postgres.chance import Chance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.bookings import Effect
    from domain.ports import Claim

pytestmark = pytest.mark.service

CAPS = {"pace:": 3, "day:": 8, "seats:": 3}
CUSTOMERS = [f"cus-{number}" for number in range(4)]
UNGUARDED = "ALTER TABLE occupancy DROP CONSTRAINT occupancy_no_overlap"
UNORDERED = (
    "CREATE OR REPLACE FUNCTION lock_calendars(p_effects jsonb, p_now timestamptz) RETURNS void "
    "LANGUAGE plpgsql AS $$ BEGIN END $$"
)
SLOWLY = (
    "CREATE OR REPLACE FUNCTION raise_version(p_business text, p_resource text) RETURNS void LANGUAGE plpgsql AS $$ "
    "BEGIN UPDATE resources r SET calendar_version = r.calendar_version + 1 "
    "WHERE r.business_id = p_business AND r.id = p_resource; PERFORM pg_sleep(0.02); END $$"
)
CIRCLES = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
QUESTIONS = {
    "overlaps": """
        SELECT a.resource_id, a.starts_at, b.starts_at FROM occupancy a JOIN occupancy b
        ON a.business_id = b.business_id AND a.resource_id = b.resource_id AND a.ctid <> b.ctid
        AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at""",
    "counters that are not the sum of their uses": """
        SELECT * FROM counters c FULL JOIN (
            SELECT business_id, key, bucket, sum(amount) AS amount FROM counter_uses GROUP BY 1, 2, 3) u
        USING (business_id, key, bucket) WHERE c.used IS DISTINCT FROM u.amount""",
    "classes without anybody": """
        SELECT o.session_id FROM occupancy o WHERE o.session_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM counter_uses u WHERE u.business_id = o.business_id AND u.session_id = o.session_id)""",
    "people in classes that take no time": """
        SELECT u.session_id FROM counter_uses u WHERE u.session_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM occupancy o WHERE u.business_id = o.business_id AND u.session_id = o.session_id)""",
    "classes that end with the wrong hold": """
        SELECT o.session_id FROM occupancy o WHERE o.session_id IS NOT NULL AND o.expires_at IS DISTINCT FROM (
            SELECT CASE WHEN bool_and(u.expires_at IS NOT NULL) THEN max(u.expires_at) END
            FROM counter_uses u WHERE u.business_id = o.business_id AND u.session_id = o.session_id)""",
    "uses without an owner": """
        SELECT u.owner_id FROM counter_uses u WHERE NOT EXISTS (
            SELECT 1 FROM holds h WHERE h.business_id = u.business_id AND h.id = u.owner_id AND h.counted)
        AND NOT EXISTS (
            SELECT 1 FROM bookings b WHERE b.business_id = u.business_id AND b.id = u.owner_id AND b.counted)""",
    "visits without their time, or time without a visit": """
        SELECT b.id FROM bookings b WHERE (b.status NOT IN ('cancelled', 'no_show')) <> (
            EXISTS (SELECT 1 FROM occupancy o WHERE o.business_id = b.business_id AND o.booking_id = b.id)
            OR EXISTS (SELECT 1 FROM counter_uses u WHERE u.business_id = b.business_id AND u.owner_id = b.id
                       AND u.session_id IS NOT NULL))""",
    "visits at other tables than they say": """
        SELECT b.id FROM bookings b JOIN occupancy o ON o.business_id = b.business_id AND o.booking_id = b.id
        WHERE NOT b.resource_ids ? o.resource_id""",
    "conversations that hold two times": """
        SELECT conversation_id FROM holds WHERE conversation_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1""",
    "waitlists that are not as long as they say": """
        SELECT * FROM waitlist_sizes s WHERE s.waiting <> (
            SELECT count(*) FROM waitlist w
            WHERE w.business_id = s.business_id AND w.status IN ('waiting', 'offered'))""",
}


class Crowd:
    """Everybody who wants something, on two machines."""

    def __init__(self, url: str, seconds: float, seed: int) -> None:
        self._url = url
        self._until = time.monotonic() + seconds
        self._seed = seed
        self._clock = ManualClock(NOW)
        self._prefix = f"test-{new_id()}"
        self.chance = Chance(
            seed, CUSTOMERS, self._clock, [conversation_id(LUZ_CHAT.id, f"{one}-0") for one in range(4)]
        )
        self.attempts = 0
        self.outcomes: dict[str, int] = {}

    async def fight(self) -> None:
        """Let them all try until the time is up. What is no answer of the store goes to the caller."""
        stores = [await self._opened() for _ in range(2)]
        try:
            await houses.set_up(stores[0])
            for one in (LUZ, MAR):
                people = [AddCustomer(Customer(name, one.business.id, NOW)) for name in CUSTOMERS]
                await stores[0].calendar(one.business.id).apply(people)
            together = [self._ask(store) for store in stores for _ in range(6)]
            together += [self._talk(store, number) for number, store in enumerate(stores * 2)]
            await asyncio.gather(*together, self._sweep(stores[0]))
        finally:
            for store in stores:
                await store.close()

    async def _opened(self) -> PostgresStore:
        made = PostgresStore(self._url, redis_url=houses.REDIS, prefix=self._prefix, clock=self._clock, connections=9)
        await made.open()
        return made

    async def _ask(self, store: PostgresStore) -> None:
        calendar = store.calendar(LUZ.business.id)
        while time.monotonic() < self._until:
            try:
                await calendar.apply(self.chance.effects())
            except FrontdeskError as error:
                self._count(type(error).__name__)
            else:
                self._count("written")

    async def _talk(self, store: PostgresStore, number: int) -> None:
        """Turns of two businesses, in groups: what is taken is heard again, and answered without it."""
        doors = [arrival("hi", f"{number}-{guest}", account=one) for guest in range(3) for one in (LUZ_CHAT, MAR_CHAT)]
        while time.monotonic() < self._until:
            said = [arrival("and", one.sender, account=LUZ_CHAT if one.account_id == LUZ_CHAT.id else MAR_CHAT)
                    for one in doors]  # fmt: skip
            await store.mailbox.accept(said)
            claims = await store.mailbox.claim(8)
            commits = [commit_for(one, effects=tuple(self._wanted(one))) for one in claims]
            outcomes = await store.mailbox.commit(commits) if commits else []
            for claim, outcome in zip(claims, outcomes, strict=True):
                self._count(outcome)
                if outcome is Outcome.TAKEN:
                    assert await store.mailbox.commit([commit_for(claim)]) == [Outcome.COMMITTED]

    def _wanted(self, claim: Claim) -> Sequence[Effect]:
        """Return what a turn wants; it holds a time for its own conversation only, and answers no request."""
        if claim.business_id == LUZ.business.id:
            return [
                replace(one, conversation_id=claim.lane) if isinstance(one, PlaceHold) else one
                for one in self.chance.effects()
                if not isinstance(one, Answered)
            ]
        table = f"{MAR.business.id}:t{1 + self.attempts % 6}"
        one = booking(at(20), 90, customer_id=CUSTOMERS[0], directory=MAR, resources=(table,))
        return [MakeBooking(one, Take((table,), one.starts_at, one.ends_at), event(one), one.id)]

    async def _sweep(self, store: PostgresStore) -> None:
        while time.monotonic() < self._until:
            await asyncio.sleep(0.05)
            self._clock.advance(timedelta(minutes=3))
            await store.timers.sweep(self._clock.now())

    def _count(self, outcome: str) -> None:
        self.attempts += 1
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1


async def found_wrong(url: str) -> dict[str, int]:
    """Return what the tables hold that must never be, with how often; and how often somebody waited in a circle."""
    connection = await asyncpg.connect(url)
    try:
        wrong = {what: len(await connection.fetch(question)) for what, question in QUESTIONS.items()}
        for name, cap in CAPS.items():
            over = await connection.fetch("SELECT 1 FROM counters WHERE starts_with(key, $1) AND used > $2", name, cap)
            wrong[f"counters over their cap: {name}"] = len(over)
        wrong["circles"] = await connection.fetchval(CIRCLES)
    finally:
        await connection.close()
    return {what: count for what, count in wrong.items() if count}


async def fought(url: str, seconds: float, seed: int, *broken: str) -> tuple[Crowd, dict[str, int]]:
    """Let a crowd fight on a database, broken before if so wished; return it with what is wrong afterwards."""
    connection = await asyncpg.connect(url)
    for statement in broken:
        await connection.execute(statement)
    await connection.close()
    crowd = Crowd(url, seconds, seed)
    await crowd.fight()
    await asyncio.sleep(1.2 if broken else 0.6)  # statistics are told once a second
    return crowd, await found_wrong(url)


@pytest.fixture
def own_database() -> Any:
    """Return a database that a test may break."""
    if missing := asyncio.run(houses.services_missing()):
        pytest.skip(missing)
    url = asyncio.run(houses.create_database())
    yield url
    asyncio.run(houses.drop_database(url))


def test_nothing_is_had_twice_and_nobody_waits_in_a_circle(own_database: str) -> None:
    crowd, wrong = asyncio.run(fought(own_database, 4, 1))
    assert wrong == {}
    assert crowd.outcomes["written"] > 20
    assert crowd.outcomes["OpeningTaken"] > 20
    assert crowd.outcomes[Outcome.TAKEN] > 0


def test_without_the_constraint_times_are_had_twice(own_database: str) -> None:
    _, wrong = asyncio.run(fought(own_database, 3, 1, UNGUARDED))
    assert wrong["overlaps"] > 0


async def crossed(url: str, *broken: str) -> int:
    """Let two machines hold times of two people in opposite orders; return how often they waited in a circle."""
    connection = await asyncpg.connect(url)
    clock = ManualClock(NOW)
    stores = [PostgresStore(url, redis_url=houses.REDIS, prefix=f"test-{new_id()}", clock=clock) for _ in range(2)]
    try:
        for statement in (SLOWLY, *broken):
            await connection.execute(statement)
        for store in stores:
            await store.open()
        await houses.set_up(stores[0])
        for day in range(2):
            there = [hold(at(9 + hour, day=day), resources=(who,)) for hour in range(4) for who in (ANNA, ROSA)]
            back = [hold(at(15 + hour, day=day), resources=(who,)) for hour in range(4) for who in (ROSA, ANNA)]
            calendars = [store.calendar(LUZ.business.id) for store in stores]
            await asyncio.gather(calendars[0].apply(there), calendars[1].apply(back))
        for store in stores:
            await store.close()  # they tell what they counted when they go
        await asyncio.sleep(0.5)
        found: int = await connection.fetchval(CIRCLES)
        return found
    finally:
        for store in stores:
            await store.close()
        await connection.close()


def test_two_that_go_opposite_ways_never_wait_in_a_circle(own_database: str) -> None:
    assert asyncio.run(crossed(own_database)) == 0


def test_without_one_order_of_locks_they_do(own_database: str) -> None:
    assert asyncio.run(crossed(own_database, UNORDERED)) > 0
