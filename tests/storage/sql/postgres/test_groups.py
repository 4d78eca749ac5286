"""Groups: a fixed number of round trips, each turn judged by itself, order kept whoever works."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from domain.bookings import BookingEvent, MakeBooking
from domain.conversations import Owner
from domain.ids import control_lane, conversation_id, new_id
from domain.occupancy import Take
from domain.ports import ControlChange, Outcome
from storage.sql import guards
from storage.sql.migrate import MIGRATIONS
from tests.builders import ANNA, LUZ, LUZ_CHAT, NOW, ROSA, arrival, at, booking, commit_for, luz_studio, webchat_account
from tests.contracts.stores.story import receipt, signal

if TYPE_CHECKING:
    from domain.ports import Claim, Commit
    from storage.sql.postgres import PostgresStore

pytestmark = pytest.mark.service
FUNCTIONS = MIGRATIONS.parent / "postgres" / "functions"


def books(claim: Claim, start: Any, minutes: int = 30, resources: tuple[str, ...] = (ANNA,)) -> Commit:
    """A turn that books."""
    made = booking(start, minutes, customer_id=f"cus-{claim.account_id}-{claim.mail[0].sender}", resources=resources)
    effect = MakeBooking(
        made, Take(resources, made.starts_at, made.ends_at), BookingEvent(made.id, "booked", "bot", NOW), new_id()
    )
    return commit_for(claim, "Booked.", effects=(effect,))


async def talking(store: PostgresStore, guests: int, account: Any = LUZ_CHAT) -> list[Claim]:
    """Let so many people write and claim them all, in order of their names."""
    await store.mailbox.accept([arrival("hi", f"guest{one:03}", account=account) for one in range(guests)])
    claims = await store.mailbox.claim(guests)
    assert len(claims) == guests
    return sorted(claims, key=lambda one: one.mail[0].sender)


def name_of(call: str) -> str:
    """Return the function of the server that a statement calls."""
    return call.removeprefix("SELECT ").removeprefix("* FROM ").partition("(")[0]


@pytest.mark.parametrize("guests", [1, 8, 64])
def test_a_group_costs_the_same_statements_however_large_it_is(scene: Any, guests: int) -> None:
    async def story() -> None:
        async with scene() as (_, store):
            for _ in range(2):  # newcomers first, then people whose state is in Redis
                told: list[str] = []
                store.database.watchers[:] = [told.append]
                people = [arrival("hi", f"guest{one}") for one in range(guests)]
                await asyncio.gather(*(store.mailbox.accept([one]) for one in people))
                claims = await store.mailbox.claim(64)
                assert len(claims) == guests
                await asyncio.gather(*(store.mailbox.commit([commit_for(one)]) for one in claims))
                assert [name_of(one) for one in told] == ["accept_mail", "claim_lanes", "commit_turns"]

    asyncio.run(story())


@pytest.mark.parametrize("guests", [1, 8, 64])
def test_signals_cost_the_same_statements_however_many_there_are(scene: Any, guests: int) -> None:
    async def story() -> None:
        async with scene() as (_, store):
            claims = await talking(store, guests)
            commits = [commit_for(one, "Hi") for one in claims]
            await store.mailbox.commit(commits)
            parcels = await store.outbox.due(guests)
            await store.outbox.sending(parcels)
            told: list[str] = []
            store.database.watchers[:] = [told.append]
            await asyncio.gather(*(store.outbox.sent(one, f"p-{one.outgoing.id}", track=True) for one in parcels))
            of = {control_lane(one.outgoing.conversation_id): one for one in parcels}
            await asyncio.gather(*(store.mailbox.accept([signal(one.lane)]) for one in claims))
            signals = await store.mailbox.claim(64)
            assert len(signals) == guests
            outcomes = await asyncio.gather(
                *(
                    store.mailbox.settle(
                        one, None, [receipt(of[one.lane].outgoing, "sent"), receipt(of[one.lane].outgoing, "read")]
                    )
                    for one in signals
                )
            )
            assert outcomes == [Outcome.COMMITTED] * guests
            assert [name_of(one) for one in told] == ["finish_sent", "accept_mail", "claim_lanes", "settle_claims"]
            lines = [(await store.transcripts("biz-luz").last_messages(one.lane, 1))[0] for one in claims]
            assert {one.delivery for one in lines} == {"read"}

    asyncio.run(story())


def test_what_nobody_tells_of_is_sent_by_the_one_statement_it_always_was(scene: Any) -> None:
    async def story() -> None:
        async with scene() as (_, store):
            claims = await talking(store, 8)
            await store.mailbox.commit([commit_for(one, "Hi") for one in claims])
            parcels = await store.outbox.due(8)
            await store.outbox.sending(parcels)
            told: list[str] = []
            store.database.watchers[:] = [told.append]
            await asyncio.gather(*(store.outbox.sent(one, "taken") for one in parcels))
            assert [one.split()[0] for one in told] == ["UPDATE"]
            async with store.database.within("biz-luz") as session:
                assert await session.fetch("SELECT * FROM deliveries") == []

    asyncio.run(story())


def test_a_signal_that_cannot_be_stored_hurts_nobody_else(scene: Any) -> None:
    async def story() -> None:
        async with scene() as (_, store):
            claims = await talking(store, 3)
            await store.mailbox.commit([commit_for(one, "Hi") for one in claims])
            await store.mailbox.accept([signal(one.lane) for one in claims])
            parcels = {one.outgoing.conversation_id: one.outgoing for one in await store.outbox.due(3)}
            good, bad, lost = sorted(await store.mailbox.claim(3), key=lambda one: one.lane)
            of = [parcels[one.lane.removeprefix("control:")] for one in (good, bad, lost)]
            spoilt = replace(receipt(of[1], "read"), message_id="x" * 500)
            late = ControlChange(of[2].conversation_id, "biz-luz", 7, Owner.HUMAN)
            answers = await asyncio.gather(
                store.mailbox.settle(good, None, [receipt(of[0], "read", "a\0 problem")]),
                store.mailbox.settle(bad, None, [spoilt]),
                store.mailbox.settle(lost, late, [receipt(of[2], "read")]),
                return_exceptions=True,
            )
            assert answers[0] is Outcome.COMMITTED
            assert isinstance(answers[1], asyncpg.DataError)
            assert answers[2] is Outcome.CONTROL_LOST
            said = [(await store.transcripts("biz-luz").last_messages(one.conversation_id, 1))[0] for one in of]
            assert [(one.delivery, one.problem) for one in said] == [("read", "a problem"), ("", ""), ("", "")]

    asyncio.run(story())


def settle_claims(order: str) -> str:
    """Return the statement that makes `settle_claims`, locking lanes in this order."""
    statements = (FUNCTIONS / "turns.sql").read_text().split("--;;")
    (ours,) = [one for one in statements if "FUNCTION settle_claims(" in one]
    return ours.replace("ORDER BY l.lane FOR", f"ORDER BY l.lane {order} FOR")


async def holds_while_it_waits(made: Any, store: PostgresStore) -> bool:
    """Whether a signal that leaves mail in its conversation's lane waits for one lane while it holds the other."""
    (claim,) = await talking(store, 1)
    await store.mailbox.commit([commit_for(claim, "Hi")])
    await store.mailbox.accept([signal(claim.lane)])
    (told,) = await store.mailbox.claim(1)
    back = arrival("back", lane=claim.lane, kind="control")
    change = ControlChange(claim.lane, "biz-luz", None, Owner.BOT, keep_epoch=True, arrivals=(back,))
    first, second = sorted((claim.lane, told.lane))
    holder = await asyncpg.connect(made.dsn)
    try:
        transaction = holder.transaction()
        await transaction.start()
        await holder.execute("SELECT 1 FROM lanes WHERE lane = $1 FOR UPDATE", first)
        settling = asyncio.create_task(store.mailbox.settle(told, change))
        await asyncio.sleep(0.2)
        assert not settling.done(), "it must wait for the lane"
        try:
            await holder.execute("SELECT 1 FROM lanes WHERE lane = $1 FOR UPDATE NOWAIT", second)
        except asyncpg.LockNotAvailableError:
            held = True
        else:
            held = False
        await transaction.rollback()
        assert await settling is Outcome.COMMITTED
        return held
    finally:
        await holder.close()


def test_lanes_are_taken_in_one_order(scene: Any) -> None:
    """Whoever needs two waits for the first without having the second: so nobody waits for each other in a ring."""

    async def story() -> None:
        async with scene() as (made, store):
            assert not await holds_while_it_waits(made, store)

    asyncio.run(story())


def test_in_another_order_a_lane_would_be_held_while_another_is_waited_for(scene: Any) -> None:
    """The broken twin."""

    async def story() -> None:
        async with scene() as (made, store):
            await made.execute(settle_claims("DESC"))
            try:
                assert await holds_while_it_waits(made, store)
            finally:
                await made.execute(settle_claims(""))

    asyncio.run(story())


def test_turn_ten_thousand_costs_the_statements_of_turn_one(scene: Any) -> None:
    async def story() -> None:
        async with scene() as (_, store):
            counts = []
            for _ in range(30):
                told: list[str] = []
                store.database.watchers[:] = [told.append]
                await store.mailbox.accept([arrival("and")])
                (claim,) = await store.mailbox.claim(1)
                await store.mailbox.commit([commit_for(claim)])
                counts.append(len(told))
            assert set(counts) == {3}

    asyncio.run(story())


async def race_for_one_opening(store: PostgresStore) -> tuple[list[Outcome], int]:
    """Two customers book times that overlap without beginning together, in one group; a third only talks."""
    first, second, third = await talking(store, 3)
    outcomes = await store.mailbox.commit([books(first, at(15)), books(second, at(15, 15)), commit_for(third)])
    rows = await store.calendar("biz-luz").busy((ANNA,), at(14), at(17), NOW)
    return list(outcomes), len(rows)


def test_two_customers_book_one_opening_in_one_group(scene: Any) -> None:
    async def story() -> None:
        async with scene() as (_, store):
            outcomes, rows = await race_for_one_opening(store)
            assert outcomes == [Outcome.COMMITTED, Outcome.TAKEN, Outcome.COMMITTED]
            assert rows == 1
            transcripts = store.transcripts("biz-luz")
            lanes = [conversation_id(LUZ_CHAT.id, f"guest{one:03}") for one in range(3)]
            said = [len(await transcripts.messages(one)) for one in lanes]
            assert said == [2, 0, 2], "nobody reads Booked who is not"

    asyncio.run(story())


def test_without_the_constraint_both_would_have_it(scene: Any) -> None:
    """The broken twin: the same race with the exclusion constraint dropped is seen to book twice."""

    async def story() -> None:
        async with scene() as (made, store):
            await made.execute("ALTER TABLE occupancy DROP CONSTRAINT occupancy_no_overlap")
            try:
                outcomes, rows = await race_for_one_opening(store)
            finally:
                await made.execute("DELETE FROM occupancy", guards.exclusion_constraint()[1])
            assert (outcomes, rows) == ([Outcome.COMMITTED] * 3, 2)

    asyncio.run(story())


def test_machines_that_book_crosswise_never_wait_for_each_other(scene: Any) -> None:
    """Groups that take the same calendars in opposite order: without one order of locks they would deadlock."""

    async def story() -> None:
        async with scene() as (made, store):
            other = await made.store()
            for day in range(6):
                claims = await talking(store, 8)
                there, back = [], []
                for number, claim in enumerate(claims):
                    staff = (ANNA, ROSA) if number % 2 else (ROSA, ANNA)
                    one = books(claim, at(10 + number // 2, 30 * (number % 2), day), resources=(staff[number // 4],))
                    (there if number < 4 else back).append(one)
                outcomes = await asyncio.gather(store.mailbox.commit(there), other.mailbox.commit(back[::-1]))
                assert {outcome for some in outcomes for outcome in some} == {Outcome.COMMITTED}

    asyncio.run(story())


def test_three_machines_hear_every_conversation_in_order(scene: Any) -> None:
    async def story() -> None:
        async with scene(lease=timedelta(seconds=0.4)) as (made, store):
            lease = timedelta(seconds=0.4)
            machines = [store, await made.store(lease=lease), await made.store(lease=lease)]
            guests, lines = 6, 12
            heard: dict[str, list[str]] = {}
            fenced = 0
            finished = asyncio.Event()
            chance = random.Random(7)

            async def write(guest: int) -> None:
                for line in range(lines):
                    door = chance.choice(machines)
                    said = arrival(str(line), f"guest{guest:03}", external_id=f"{guest}-{line}")
                    await door.mailbox.accept([said])
                    if line % 3 == 0:
                        await chance.choice(machines).mailbox.accept([said])
                    await asyncio.sleep(chance.random() * 0.02)

            async def work(machine: PostgresStore) -> None:
                nonlocal fenced
                worked = 0
                while not finished.is_set():
                    for claim in await machine.mailbox.claim(3):
                        worked += 1
                        if worked % 5 == 2:
                            await asyncio.sleep(0.8)  # frozen past its lease
                        (outcome,) = await machine.mailbox.commit([commit_for(claim)])
                        fenced += outcome is Outcome.FENCED
                        if outcome is Outcome.COMMITTED:
                            heard.setdefault(claim.lane, []).extend(one.body.decode() for one in claim.mail)
                            if sum(map(len, heard.values())) >= guests * lines:
                                finished.set()
                    await machine.mailbox.wait(0.1)

            async with asyncio.timeout(40):
                await asyncio.gather(*(write(one) for one in range(guests)), *(work(one) for one in machines))
            assert list(heard.values()) == [[str(line) for line in range(lines)]] * guests
            assert fenced > 0, "nobody was frozen: the test proves nothing"

    asyncio.run(story())


def test_what_cannot_be_stored_hurts_nobody_else(scene: Any) -> None:
    async def story() -> None:
        async with scene() as (_, store):
            good, bad, zero = await talking(store, 3)
            spoilt = commit_for(bad)
            spoilt.turn = replace(spoilt.turn, alternatives=2**40)
            zeroed = commit_for(zero, "a\0b \\u0000 c")
            answers = await asyncio.gather(
                *(store.mailbox.commit([one]) for one in (commit_for(good), spoilt, zeroed)), return_exceptions=True
            )
            assert answers[0] == [Outcome.COMMITTED]
            assert isinstance(answers[1], Exception)
            assert answers[2] == [Outcome.COMMITTED]
            said = await store.transcripts("biz-luz").last_messages(zero.lane, 1)
            assert said[0].text == "ab \\u0000 c", "PostgreSQL has no zero characters"

    asyncio.run(story())


def test_no_business_waits_behind_a_crowd(scene: Any) -> None:
    async def story() -> None:
        async with scene() as (_, store):
            small = []
            for number in range(5):
                directory = luz_studio(f"biz-small{number}")
                small.append(webchat_account(directory))
                await store.directories.save(directory, [small[-1]])
            await store.mailbox.accept([arrival("hi", f"crowd{one}") for one in range(200)])
            await store.mailbox.accept([arrival("hi", account=one) for one in small])
            first = await store.mailbox.claim(12)
            assert {one.business_id for one in first} == {LUZ.business.id, *(one.business_id for one in small)}
            assert len(first) == 12

    asyncio.run(story())
