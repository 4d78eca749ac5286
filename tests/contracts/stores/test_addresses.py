"""Addresses: a platform knows a person by several ids, and they have one conversation all the same."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from domain.businesses import Account
from domain.ids import conversation_id
from storage.memory import MemoryStore
from storage.memory.addresses import MemoryAddresses
from tests.builders import LUZ, MAR, arrival
from tests.contracts.stores import houses
from tests.contracts.stores.story import hear, story

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import timedelta
    from pathlib import Path

    from domain.clock import Clock
    from domain.ports import Store
    from tests.contracts.stores.houses import House

PHONE = Account("acc-phone", LUZ.business.id, "whatsapp", "351210000001", "end-app")
OTHER = Account("acc-other", MAR.business.id, "whatsapp", "351210000002", "end-app")
USER, NUMBER, PARENT = "PT.13491208655302741918", "351910000001", "PT.ENT.11815799212886844830"


@story
async def test_whoever_is_known_by_one_id_is_known_by_all_of_them(house: House) -> None:
    addresses = house.store.addresses
    assert await addresses.resolve(PHONE, (NUMBER,)) == NUMBER, "nobody knew them: a conversation is opened"
    assert await addresses.resolve(PHONE, (USER, NUMBER)) == NUMBER
    assert await addresses.resolve(PHONE, (USER,)) == NUMBER, "the other id is remembered with it"
    assert await addresses.resolve(PHONE, (PARENT, USER)) == NUMBER
    async with house.another() as other:
        assert await other.addresses.resolve(PHONE, (PARENT,)) == NUMBER
    assert await addresses.resolve(OTHER, (USER, NUMBER)) == USER, "every account knows people for itself"


@story
async def test_looking_somebody_up_remembers_nothing(house: House) -> None:
    addresses = house.store.addresses
    assert await addresses.resolve(PHONE, (USER, NUMBER), learn=False) is None
    assert await addresses.resolve(PHONE, (NUMBER,)) == NUMBER
    assert await addresses.resolve(PHONE, (USER, NUMBER), learn=False) == NUMBER
    assert await addresses.resolve(PHONE, (USER,), learn=False) is None
    assert await addresses.resolve(PHONE, (USER,)) == USER, "they were somebody else, as far as anybody knew"
    assert await addresses.resolve(PHONE, (USER, NUMBER), learn=False) == USER


@story
async def test_two_people_who_turn_out_to_be_one_keep_their_two_conversations(house: House) -> None:
    addresses = house.store.addresses
    assert await addresses.resolve(PHONE, (USER,)) == USER
    assert await addresses.resolve(PHONE, (NUMBER,)) == NUMBER
    assert await addresses.resolve(PHONE, (NUMBER, USER)) == NUMBER, "the first that is known says which"
    assert await addresses.resolve(PHONE, (PARENT, USER, NUMBER)) == USER
    assert await addresses.resolve(PHONE, (PARENT,)) == USER
    assert await addresses.resolve(PHONE, (USER,)) == USER
    assert await addresses.resolve(PHONE, (NUMBER,)) == NUMBER, "nothing was rewritten"


@story
async def test_an_id_that_is_empty_or_said_twice_is_nobodys(house: House) -> None:
    addresses = house.store.addresses
    assert await addresses.resolve(PHONE, ()) is None
    assert await addresses.resolve(PHONE, ("", "")) is None
    assert await addresses.resolve(PHONE, ("", NUMBER, NUMBER)) == NUMBER
    assert await addresses.resolve(PHONE, ("", USER)) == USER, "an empty id makes nobody the same person"


@story
async def test_a_person_who_is_known_by_another_id_from_now_on(house: House) -> None:
    addresses = house.store.addresses
    new, strange = "PT.20000000000000000001", "PT.30000000000000000001"
    assert await addresses.resolve(PHONE, (USER, NUMBER)) == USER
    await addresses.link(PHONE, NUMBER, new)
    assert await addresses.resolve(PHONE, (new,)) == USER
    await addresses.link(PHONE, strange, "351910000009")
    assert await addresses.resolve(PHONE, ("351910000009",), learn=False) is None, "nobody was known as that"
    assert await addresses.resolve(PHONE, (strange,)) == strange
    await addresses.link(PHONE, strange, new)
    assert await addresses.resolve(PHONE, (new,)) == USER, "known already as another"
    await addresses.link(PHONE, USER, "")
    assert await addresses.resolve(PHONE, ("",)) is None


@story
async def test_two_doors_meet_the_same_stranger_at_once(house: House) -> None:
    store = house.store
    async with house.another() as other:
        for n in range(12):
            user, number = f"PT.{n}", f"351{n}"
            callers = [(store, (user, number)), (store, (number,)), (other, (number, user)), (other, (user, number))]
            random.Random(n).shuffle(callers)
            answers = await asyncio.gather(*(door.addresses.resolve(PHONE, ids) for door, ids in callers))
            assert len(set(answers)) == 1, f"one person, {answers}"
            for ids in ((user,), (number,), (number, user)):
                assert await store.addresses.resolve(PHONE, ids) == answers[0]
                assert await other.addresses.resolve(PHONE, ids, learn=False) == answers[0]


@story
async def test_a_new_id_is_linked_while_it_writes(house: House) -> None:
    store = house.store
    async with house.another() as other:
        for n in range(8):
            before, after = f"PT.{n}", f"US.{n}"
            await store.addresses.resolve(PHONE, (before,))
            answer, _ = await asyncio.gather(
                other.addresses.resolve(PHONE, (after,)), store.addresses.link(PHONE, before, after)
            )
            assert await store.addresses.resolve(PHONE, (after,)) == answer, "whoever came first, it stays so"


@story
async def test_an_answer_that_was_given_stays(house: House) -> None:
    """A walk through meetings and changes of ids, beside a plain model of what must be answered."""
    chance, known = random.Random(20261129), dict[str, str]()
    for _ in range(150):
        ids = tuple(chance.sample("abcdefghij", chance.randint(1, 3)))
        first = next((known[one] for one in ids if one in known), None)
        match chance.choice(["resolve", "resolve", "look", "link"]):
            case "resolve":
                expected = first or ids[0]
                for one in ids:
                    known.setdefault(one, expected)
                assert await house.store.addresses.resolve(PHONE, ids) == expected
            case "look":
                assert await house.store.addresses.resolve(PHONE, ids, learn=False) == first
            case _:
                if ids[0] in known:
                    known.setdefault(ids[-1], known[ids[0]])
                await house.store.addresses.link(PHONE, ids[0], ids[-1])
    assert len(known) == 10


async def talk(store: Store, known_as: Sequence[str]) -> str:
    """Let somebody write; returns their conversation."""
    opened_as = await store.addresses.resolve(PHONE, known_as)
    assert opened_as is not None
    claim = await hear(store, arrival("hi", known_as[0], account=PHONE, lane=conversation_id(PHONE.id, opened_as)))
    return claim.lane


@story
async def test_who_was_erased_comes_back_with_one_conversation(house: House) -> None:
    store = house.store
    await store.directories.save(LUZ, [PHONE])
    async with house.another() as other:
        await asyncio.sleep(0 if other is store else 0.2)  # until both listen
        await talk(store, (NUMBER,))
        lane = await talk(store, (USER, NUMBER))
        assert lane == conversation_id(PHONE.id, NUMBER)
        for door in (store, other):
            assert await door.addresses.resolve(PHONE, (USER, NUMBER)) == NUMBER
        someone = await talk(store, ("somebody else", "else"))
        who = await store.transcripts(LUZ.business.id).conversation(lane)

        assert (await store.privacy.export(MAR.business.id, who.customer_id))["addresses"] == []
        rows: Any = (await store.privacy.export(LUZ.business.id, who.customer_id))["addresses"]
        assert sorted(row["external_id"] for row in rows) == [NUMBER, USER]
        erased = await store.privacy.erase(LUZ.business.id, who.customer_id)
        assert erased["addresses"] == 2

        assert await store.addresses.resolve(PHONE, (NUMBER, USER), learn=False) is None
        for _ in range(30):
            if await other.addresses.resolve(PHONE, (USER, NUMBER), learn=False) is None:
                break
            await asyncio.sleep(0.05)
        assert await talk(other, (USER,)) == conversation_id(PHONE.id, USER), "a stranger, who writes without a number"
        for door in (store, other):
            assert await door.addresses.resolve(PHONE, (USER, NUMBER)) == USER, "and has one conversation again"
        assert await store.addresses.resolve(PHONE, ("else",)) == "somebody else"
        assert someone == conversation_id(PHONE.id, "somebody else")


class Unlocked(MemoryAddresses):
    """Looks who somebody is, and writes it down a moment later."""

    async def resolve(self, account: Account, known_as: Sequence[str], *, learn: bool = True) -> str | None:
        opened_as = self._opened_as(account, known_as)
        if not learn:
            return opened_as
        await asyncio.sleep(0)
        opened_as = opened_as or known_as[0]
        self._learn(account, known_as, opened_as)
        return opened_as


class Rewriting(MemoryAddresses):
    """Makes two people one, whatever was known before."""

    def _learn(self, account: Account, ids: Sequence[str], opened_as: str) -> None:
        for one in ids:
            self._known.pop((account.id, one), None)
        super()._learn(account, ids, opened_as)


class Keeping(MemoryAddresses):
    """Keeps every answer for ever, also those of the erased."""

    async def resolve(self, account: Account, known_as: Sequence[str], *, learn: bool = True) -> str | None:
        kept: dict[tuple[str, ...], str] = vars(self).setdefault("kept", {})
        key = tuple(sorted(known_as))
        answer = kept.get(key) or await super().resolve(account, known_as, learn=learn)
        if answer is not None:
            kept[key] = answer
        return answer


@pytest.mark.parametrize(
    ("test", "guard"),
    [
        (test_two_doors_meet_the_same_stranger_at_once, Unlocked),
        (test_a_new_id_is_linked_while_it_writes, Unlocked),
        (test_two_people_who_turn_out_to_be_one_keep_their_two_conversations, Rewriting),
        (test_an_answer_that_was_given_stays, Rewriting),
        (test_who_was_erased_comes_back_with_one_conversation, Keeping),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_the_story_catches_its_broken_twin(test: Any, guard: type[MemoryAddresses]) -> None:
    def make(clock: Clock, *, lease: timedelta) -> MemoryStore:
        store = MemoryStore(clock, lease=lease)
        store.addresses.__class__ = guard
        return store

    with pytest.raises(AssertionError):
        asyncio.run(test.told.on(partial(houses.memory, make=make)))


RACE = vars(test_two_doors_meet_the_same_stranger_at_once)["told"]


def test_two_doors_know_one_stranger_as_two_people_outside_the_writers_line(
    sqlite_template: Path, tmp_path: Path
) -> None:
    from storage.sql.sqlite.addresses import SqliteAddresses

    class Outside(SqliteAddresses):
        """Looks before it stands in line."""

        async def _settle(self, account: Account, ids: Sequence[str]) -> str:
            found = next(filter(None, (self._read(account, one) for one in ids)), ids[0])
            await super()._settle(account, ids)
            return found

    @asynccontextmanager
    async def outside(lease: timedelta) -> AsyncIterator[House]:
        async with houses.sqlite(lease, sqlite_template, tmp_path / "frontdesk.db") as house:
            vars(house.store)["addresses"].__class__ = Outside
            yield house

    with pytest.raises(AssertionError, match="one person"):
        asyncio.run(RACE.on(outside))


def on_postgres(database: str, guard: type[Any]) -> houses.Opener:
    """Return what opens a PostgreSQL store whose addresses lack a guard."""

    @asynccontextmanager
    async def opener(lease: timedelta) -> AsyncIterator[House]:
        async with houses.postgres(lease, database) as house:
            vars(house.store)["addresses"].__class__ = guard
            yield house

    return opener


@pytest.mark.service
def test_two_doors_know_one_stranger_as_two_people_without_the_locks(postgres_database: str) -> None:
    from storage.sql.postgres.addresses import PostgresAddresses

    class Unlocked(PostgresAddresses):
        """Looks and learns in one transaction, beside others."""

        lock = "SELECT $1::text[]"

    with pytest.raises(AssertionError, match="one person"):
        asyncio.run(RACE.on(on_postgres(postgres_database, Unlocked)))


@pytest.mark.service
def test_who_was_erased_comes_back_as_two_where_nobody_is_told(postgres_database: str) -> None:
    from storage.sql.postgres.addresses import PostgresAddresses

    class Discreet(PostgresAddresses):
        """Tells nobody whom it erased."""

        async def forget(self) -> None:
            return

    told = vars(test_who_was_erased_comes_back_with_one_conversation)["told"]
    with pytest.raises(AssertionError):
        asyncio.run(told.on(on_postgres(postgres_database, Discreet)))


@pytest.mark.service
def test_whoever_writes_again_costs_nothing(postgres_database: str) -> None:
    async def tell() -> None:
        async with houses.postgres(houses.LEASE, postgres_database) as house:
            asked: list[str] = []
            vars(house.store)["database"].watchers.append(asked.append)
            await house.store.addresses.resolve(PHONE, (USER, NUMBER))
            assert asked, "the first time"
            for known_as in ((USER, NUMBER), (USER, NUMBER), (NUMBER,), (NUMBER,)):
                asked.clear()
                assert await house.store.addresses.resolve(PHONE, known_as) == USER
                assert len(asked) <= (known_as == (NUMBER,)), "what is known stands in no line"
            assert asked == []

    asyncio.run(tell())
