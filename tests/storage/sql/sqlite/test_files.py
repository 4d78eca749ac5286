"""The files: a copy taken while it is in use is whole, and the bytes of an erased customer are in none of them."""

from __future__ import annotations

import asyncio
import stat
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.clock import ManualClock
from domain.customers import Customer, Identity
from domain.errors import StoreUnavailable
from domain.ports import Outcome
from storage.sql.models import Base
from storage.sql.sqlite import SqliteStore, privacy
from tests.builders import ANNA, LUZ, LUZ_CHAT, NOW, arrival, at, book, booking, commit_for, hold
from tests.storage.sql.sqlite.support import database, opened, rows

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "canary"


def canaries(folder: Path) -> dict[str, int]:
    """Return how often the canary is in the bytes of each file, also where no row has it any more."""
    return {file.name: file.read_bytes().count(CANARY.encode()) for file in folder.iterdir()}


async def life(store: SqliteStore, sender: str, turns: int) -> str:
    """Let somebody write often, with long words, and book; returns their customer's id."""
    customer = Customer(f"cus-{sender[::-1]}", LUZ.business.id, NOW, sender, f"{sender}-phone", f"{sender}@example.com")
    for number in range(turns):
        await store.mailbox.accept([arrival(f"{sender} " * (1 + 60 * (number % 20)), sender)])
        (claim,) = await store.mailbox.claim(1)
        commit = commit_for(claim, f"{sender} " * 30, state=f"{sender} {number} ".encode() * (10 + 40 * (number % 9)))
        if number == 0:
            commit.conversation = replace(commit.conversation, customer_id=customer.id)
            commit.newcomer = (customer, Identity(LUZ_CHAT.id, sender, customer.id, LUZ.business.id, sender))
        if number == 3 and sender == CANARY:
            commit.effects = (hold(at(17), resources=("biz-luz:rosa",), conversation=claim.lane),)
        assert await store.mailbox.commit([commit]) == [Outcome.COMMITTED]
        for parcel in await store.outbox.due(10):
            if number % 2:
                await store.outbox.sending([parcel])
                await store.outbox.sent(parcel, f"{sender}-{number}")
    return customer.id


def test_the_bytes_of_an_erased_customer_are_in_no_file(tmp_path: Path) -> None:
    path = database(tmp_path)

    async def story() -> None:
        async with opened(path) as store:
            for number in range(5):
                await life(store, f"other{number}", 6)
            erased = await life(store, CANARY, 40)
            one = booking(at(15), customer_id=erased, name=CANARY, notes=CANARY * 100)
            await store.calendar(LUZ.business.id).apply([book(one)])
            for number in range(5, 10):
                await life(store, f"other{number}", 6)
            assert sum(canaries(tmp_path).values()) > 100
            await store.privacy.erase(LUZ.business.id, erased)
            assert not any(canaries(tmp_path).values()), canaries(tmp_path)

    asyncio.run(story())
    assert rows(path, "SELECT count(*) FROM conversations") == [(10,)]
    assert rows(path, "SELECT resource_id FROM occupancy") == [(ANNA,)]


def test_every_table_with_something_personal_is_reached() -> None:
    personal = {
        table.name for table in Base.metadata.tables.values() if any(one.info["personal"] for one in table.columns)
    }
    assert personal <= set(privacy.REACH)
    blanked = {"customers", "bookings", "booking_events", "answers"}
    assert personal <= set(privacy.DELETED) | blanked


def test_a_copy_taken_while_it_is_in_use_opens_and_is_whole(tmp_path: Path) -> None:
    path, copy = database(tmp_path), tmp_path / "copy" / "frontdesk.db"
    copy.parent.mkdir()

    async def story() -> None:
        async with opened(path) as store:
            await store.mailbox.accept([arrival(sender=f"c{one}") for one in range(50)])
            going = True

            async def write() -> None:
                number = 0
                while going:
                    number += 1
                    await store.mailbox.accept([arrival(sender=f"d{number}")])

            writing = asyncio.create_task(write())
            await store.backup(copy)
            await store.backup(copy)
            going = False
            await writing
        restored = SqliteStore(copy, clock=ManualClock(NOW))
        await restored.open()
        assert await restored.directories.directory(LUZ.business.id) == LUZ
        assert len(await restored.mailbox.claim(50)) == 50
        await restored.close()

    asyncio.run(story())
    assert rows(copy, "PRAGMA integrity_check") == [("ok",)]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert not (copy.parent / "frontdesk.db.part").exists()


def test_a_copy_that_cannot_be_written_is_said_to_be(tmp_path: Path) -> None:
    path = database(tmp_path)

    async def story() -> None:
        async with opened(path) as store:
            with pytest.raises(StoreUnavailable, match="cannot copy"):
                await store.backup(tmp_path / "missing" / "copy.db")

    asyncio.run(story())


def test_the_hundredth_turn_runs_the_statements_of_the_tenth(tmp_path: Path) -> None:
    path = database(tmp_path)

    async def story() -> None:
        async with opened(path, timedelta(seconds=30)) as store:
            connection = store._writer._connection
            assert connection is not None
            costs = []
            for number in range(120):
                await store.mailbox.accept([arrival("hi", "ana")])
                statements: list[str] = []
                connection.set_trace_callback(statements.append)
                (claim,) = await store.mailbox.claim(1)
                assert await store.mailbox.commit([commit_for(claim)]) == [Outcome.COMMITTED]
                connection.set_trace_callback(None)
                costs.append(len(statements))
                if number == 10:
                    for parcel in await store.outbox.due(1):
                        await store.outbox.sent(parcel, "x")
            assert costs[10] == costs[-1]

    asyncio.run(story())
