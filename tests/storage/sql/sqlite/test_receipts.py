"""What receipts cost in the file: only who is told of them pays for them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.conversations import Message, Owner
from domain.ports import ControlChange, Outcome
from storage.sql.sqlite.turns import WALLS
from tests.builders import NOW, arrival
from tests.contracts.stores.houses import SHORT
from tests.contracts.stores.story import claim_one, due, hear, lines, meet, receipt, settled, signal
from tests.storage.sql.sqlite.support import database, opened, rows
from tests.storage.sql.sqlite.worker import NO_WALLS

if TYPE_CHECKING:
    from pathlib import Path

    from storage.sql.sqlite.turns import Walls


@pytest.mark.parametrize(
    ("track", "statements"), [(False, ["UPDATE outbox"]), (True, ["UPDATE outbox", "INSERT INTO deliveries"])]
)
def test_who_is_told_nothing_writes_nothing_more(tmp_path: Path, track: bool, statements: list[str]) -> None:
    async def story() -> None:
        async with opened(path) as store:
            await hear(store, arrival("hi"), says=("one",))
            (parcel,) = await due(store)
            await store.outbox.sending([parcel])
            said: list[str] = []
            assert store._writer._connection is not None
            store._writer._connection.set_trace_callback(said.append)
            await store.outbox.sent(parcel, "platform-1", track=track)
            store._writer._connection.set_trace_callback(None)
            written = [" ".join(one.split()) for one in said if not one.startswith(("PRAGMA", "SELECT CAST"))]
            assert [written[0], written[-1]] == ["BEGIN IMMEDIATE", "COMMIT"]
            assert [one[: len(start)] for one, start in zip(written[1:-1], statements, strict=True)] == statements

    path = database(tmp_path)
    asyncio.run(story())
    assert len(rows(path, "SELECT * FROM deliveries")) == track


def test_a_receipt_costs_the_same_however_long_the_conversation_is(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(path) as store:
            conversation = await meet(store)
            costs = []
            for _ in range(30):
                await hear(store, arrival("hm"), says=("ok",))
                (parcel,) = await due(store)
                await store.outbox.sending([parcel])
                await store.outbox.sent(parcel, "platform-1", track=True)
                said: list[str] = []
                assert store._writer._connection is not None
                store._writer._connection.set_trace_callback(said.append)
                await settled(store, conversation.id, receipt(parcel.outgoing, "read"))
                store._writer._connection.set_trace_callback(None)
                costs.append(len([one for one in said if not one.startswith(("PRAGMA", "--"))]))
            assert len(set(costs)) == 1

    path = database(tmp_path)
    asyncio.run(story())
    assert rows(path, "SELECT status, rank, count(*) FROM deliveries GROUP BY 1, 2") == [("read", 30, 30)]


def echoes(path: Path, walls: Walls) -> tuple[list[Outcome], int]:
    """Let a worker that was frozen past its lease settle an echo once more; returns how often the echo is shown."""

    async def story() -> tuple[list[Outcome], int]:
        async with opened(path, SHORT) as store:
            store.mailbox.walls = walls
            conversation = await meet(store)
            line = Message(conversation.id, conversation.business_id, "staff", "Rosa here", NOW, id="echo-1")
            note = ControlChange(
                conversation.id, conversation.business_id, 0, Owner.BOT, keep_epoch=True, messages=(line,)
            )
            await store.mailbox.accept([signal(conversation.id)])
            frozen = await claim_one(store)
            await asyncio.sleep(SHORT.total_seconds() + 0.05)
            awake = await claim_one(store)
            outcomes = [await store.mailbox.settle(one, note) for one in (awake, frozen)]
            return outcomes, (await lines(store, conversation)).count("staff: Rosa here")

    return asyncio.run(story())


def test_a_worker_that_was_frozen_settles_nothing(tmp_path: Path) -> None:
    assert echoes(database(tmp_path), WALLS) == ([Outcome.COMMITTED, Outcome.FENCED], 1)


def test_without_its_walls_an_echo_is_doubled(tmp_path: Path) -> None:
    """The broken twin."""
    assert echoes(database(tmp_path), NO_WALLS) == ([Outcome.COMMITTED, Outcome.COMMITTED], 2)
