"""Accounts: connected with a token and an endpoint, judged, disconnected, and never lost to a set-up."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from domain.businesses import Account
from domain.errors import AccountTaken, FrontdeskError, UnknownAccount
from domain.ports import Credential, Endpoint, Pending, TemplateState
from storage.memory import MemoryStore
from storage.memory.accounts import AccountTable, MemoryAccounts
from tests.builders import LUZ, LUZ_CHAT, MAR, MAR_CHAT, NOW
from tests.contracts.stores import houses
from tests.contracts.stores.story import meet, story

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from domain.clock import Clock
    from domain.ports import Store
    from tests.contracts.stores.houses import House

LUZ_ID, MAR_ID = LUZ.business.id, MAR.business.id
NUMBER = "351210000001"
PHONE = Account(
    "acc-phone", LUZ_ID, "whatsapp", NUMBER, "end-app", "+351 21 000 0001", LUZ.places[0].id, group="waba-1"
)
BOT = Account("acc-bot", LUZ_ID, "telegram", "7001", "end-bot", "@luz_bot")
APP = Endpoint("end-app", "whatsapp")
OWN = Endpoint("end-bot", "telegram", b"sealed-secret", "k1")


def token(account: Account, sealed: bytes = b"sealed-token", **fields: Any) -> Credential:
    return Credential(account.business_id, account.id, sealed, "k1", NOW, **fields)


def of_mar(account: Account, account_id: str) -> Account:
    return replace(account, id=account_id, business_id=MAR_ID, place_id=None)


async def connect(store: Store, account: Account, endpoint: Endpoint | None = None, **fields: Any) -> None:
    endpoint = endpoint or (APP if account.endpoint_id == APP.id else OWN)
    await store.accounts.connect(account, endpoint, token(account, **fields))


@story
async def test_a_connected_account_is_found_with_its_token_and_its_endpoint(house: House) -> None:
    store = house.store
    expiring = token(PHONE, expires_at=NOW + timedelta(days=60))
    await store.accounts.connect(PHONE, APP, expiring)
    await connect(store, BOT)
    assert await store.directories.account("whatsapp", NUMBER) == PHONE
    assert await store.directories.account_by_id(PHONE.id) == PHONE
    assert list(await store.accounts.of(LUZ_ID)) == [BOT, LUZ_CHAT, PHONE], "by channel"
    assert list(await store.accounts.of(MAR_ID)) == [MAR_CHAT]
    assert list(await store.accounts.of_endpoint(OWN.id)) == [BOT]
    assert list(await store.accounts.of_endpoint("nowhere")) == []
    assert list(await store.accounts.of_group("whatsapp", "waba-1")) == [PHONE]
    assert list(await store.accounts.of_group("telegram", "")) == [], "no group is none"
    assert list(await store.accounts.of_group("telegram", "waba-1")) == []
    assert await store.accounts.endpoint(APP.id) == APP
    assert await store.accounts.endpoint(OWN.id) == OWN
    assert await store.accounts.endpoint("nowhere") is None
    assert list(await store.accounts.endpoints()) == [OWN], "those that have a secret of their own"
    assert await store.accounts.credential(LUZ_ID, PHONE.id) == expiring
    assert await store.accounts.credential(LUZ_ID, LUZ_CHAT.id) is None
    assert await store.accounts.credential(MAR_ID, PHONE.id) is None, "nobody else's"
    assert list(await store.accounts.credentials(LUZ_ID)) == [token(BOT), expiring]
    assert list(await store.accounts.credentials(MAR_ID)) == []


@story
async def test_a_shared_endpoint_names_two_accounts_at_most(house: House) -> None:
    many = [replace(PHONE, id=f"acc-{n}", external_id=f"{n}", name=f"{n}") for n in range(4)]
    for one in many:
        await connect(house.store, one)
    assert len(await house.store.accounts.of_endpoint(APP.id)) == 2
    assert list(await house.store.accounts.of_group("whatsapp", "waba-1")) == many


@story
async def test_setting_up_again_keeps_what_was_connected(house: House) -> None:
    store = house.store
    await connect(store, PHONE)
    await connect(store, BOT)
    await store.accounts.judge(LUZ_ID, BOT.id, "reauth_required", "sign in again")
    judged = replace(BOT, state="reauth_required", problem="sign in again")
    await store.directories.save(LUZ, [])
    assert list(await store.accounts.of(LUZ_ID)) == [judged, PHONE], "only what a set-up wrote goes"
    stale = replace(PHONE, external_id="0", endpoint_id="end-old", name="from a file", group="")
    twice = replace(BOT, id="acc-bot-of-the-file")
    await store.directories.save(LUZ, [LUZ_CHAT, stale, twice])
    assert list(await store.accounts.of(LUZ_ID)) == [judged, LUZ_CHAT, PHONE], "nor does it write over it"
    assert await store.accounts.credential(LUZ_ID, PHONE.id) == token(PHONE)
    assert await store.accounts.endpoint(OWN.id) == OWN

    await store.accounts.disconnect(LUZ_ID, PHONE.id)
    await store.directories.save(LUZ, [PHONE])
    gone = await store.directories.account_by_id(PHONE.id)
    assert gone.state == "disconnected", "a restart does not bring it back"
    with pytest.raises(UnknownAccount):
        await store.directories.account_by_id(LUZ_CHAT.id)


@story
async def test_a_set_up_that_runs_meanwhile_does_not_remove_what_is_being_connected(house: House) -> None:
    store = house.store
    async with house.another() as other:
        for n in range(8):
            one = replace(BOT, id=f"acc-{n}", external_id=f"{n}", endpoint_id=f"end-{n}")
            await store.directories.save(LUZ, [one])
            endpoint = replace(OWN, id=one.endpoint_id)
            await asyncio.gather(
                store.accounts.connect(one, endpoint, token(one)),
                other.directories.save(LUZ, [LUZ_CHAT]),
            )
            assert await store.directories.account_by_id(one.id) == one
            assert await store.accounts.credential(LUZ_ID, one.id) == token(one)


@story
async def test_a_set_up_writes_every_field_of_its_accounts(house: House) -> None:
    directories = house.store.directories
    await directories.save(LUZ, [PHONE])
    await house.store.accounts.judge(LUZ_ID, PHONE.id, "stopped", "unpaid")
    other = replace(PHONE, endpoint_id="end-two", name="two", place_id=None, group="waba-2")
    await directories.save(LUZ, [other])
    assert await directories.account_by_id(PHONE.id) == other, "it begins anew, as its file says"


@story
async def test_a_set_up_cannot_take_an_account_of_another_business(house: House) -> None:
    store = house.store
    await connect(store, PHONE)
    cheaper = replace(MAR, faqs=())
    for taken in (of_mar(PHONE, "acc-mar-phone"), of_mar(replace(PHONE, external_id="0"), PHONE.id)):
        with pytest.raises(AccountTaken):
            await store.directories.save(cheaper, [MAR_CHAT, taken])
        assert await store.directories.account_by_id(PHONE.id) == PHONE
        assert list(await store.accounts.of(MAR_ID)) == [MAR_CHAT]
        assert await store.directories.directory(MAR_ID) == MAR, "nothing of it was written"


async def outcomes(*connecting: Any) -> list[str]:
    """Connect at once; return what became of each."""
    answers = await asyncio.gather(*connecting, return_exceptions=True)
    for one in answers:
        if isinstance(one, BaseException) and not isinstance(one, FrontdeskError):
            raise one
    return sorted("ok" if one is None else type(one).__name__ for one in answers)


@story
async def test_two_businesses_connect_the_same_number_at_once(house: House) -> None:
    store = house.store
    async with house.another() as other:
        for n in range(6):
            ours = replace(PHONE, id=f"acc-luz-{n}", external_id=f"{n}", endpoint_id=f"end-luz-{n}")
            theirs = replace(of_mar(ours, f"acc-mar-{n}"), endpoint_id=f"end-mar-{n}")
            first, second = (replace(OWN, id=one.endpoint_id, channel="whatsapp") for one in (ours, theirs))
            assert await outcomes(
                store.accounts.connect(ours, first, token(ours)), other.accounts.connect(theirs, second, token(theirs))
            ) == ["AccountTaken", "ok"]
            holder = await store.directories.account("whatsapp", f"{n}")
            assert holder in (ours, theirs)
            loser = theirs if holder == ours else ours
            with pytest.raises(UnknownAccount):
                await store.directories.account_by_id(loser.id)
            assert await store.accounts.credential(loser.business_id, loser.id) is None
            assert await store.accounts.endpoint(loser.endpoint_id) is None, "nothing of it was written"


@story
async def test_a_number_that_is_taken_is_refused_and_nothing_is_written(house: House) -> None:
    store = house.store
    await connect(store, BOT)
    await connect(store, PHONE)
    for taken in (
        of_mar(BOT, "acc-mar-bot"),
        of_mar(replace(BOT, external_id="7002"), BOT.id),
        replace(BOT, id="acc-second"),
    ):
        with pytest.raises(AccountTaken):
            await store.accounts.connect(taken, replace(OWN, sealed=b"theirs"), token(taken, b"theirs"))
    assert list(await store.accounts.of(LUZ_ID)) == [BOT, LUZ_CHAT, PHONE]
    assert list(await store.accounts.of(MAR_ID)) == [MAR_CHAT]
    assert await store.accounts.endpoint(OWN.id) == OWN
    assert list(await store.accounts.credentials(LUZ_ID)) == [token(BOT), token(PHONE)]
    assert list(await store.accounts.credentials(MAR_ID)) == []


@story
async def test_connecting_again_writes_over_what_there_was(house: House) -> None:
    store = house.store
    await connect(store, BOT)
    await store.accounts.judge(LUZ_ID, BOT.id, "reauth_required", "revoked")
    renamed = replace(BOT, name="@luz_salon_bot", external_id="7009")
    await store.accounts.connect(renamed, replace(OWN, sealed=None, key_id=""), token(BOT, b"new-token"))
    assert await store.directories.account("telegram", "7009") == renamed
    assert await store.accounts.endpoint(OWN.id) == OWN, "no new secret was given"
    assert await store.accounts.credential(LUZ_ID, BOT.id) == token(BOT, b"new-token")
    with pytest.raises(UnknownAccount):
        await store.directories.account("telegram", "7001")
    fresh = replace(OWN, sealed=b"new-secret", key_id="k2")
    await store.accounts.connect(renamed, fresh, token(BOT))
    assert await store.accounts.endpoint(OWN.id) == fresh

    elsewhere = replace(fresh, id="end-bot-2")
    unfinished = replace(renamed, endpoint_id=elsewhere.id, state="reauth_required", problem="not finished")
    await store.accounts.connect(unfinished, elsewhere, token(BOT))
    assert await store.directories.account_by_id(BOT.id) == unfinished, "in the state that it is handed in"
    assert await store.accounts.endpoint(OWN.id) == replace(OWN, sealed=None, key_id=""), "the old path is no door"
    assert list(await store.accounts.of_endpoint(OWN.id)) == []


@story
async def test_a_disconnected_account_keeps_its_conversations_and_frees_its_number(house: House) -> None:
    store = house.store
    await connect(store, BOT)
    who = await meet(store, "ana", BOT)
    assert await store.directories.account("telegram", "7001") == BOT
    await store.accounts.disconnect(LUZ_ID, BOT.id)
    gone = replace(BOT, state="disconnected", external_id=f"gone:{BOT.id}")
    assert await store.directories.account_by_id(BOT.id) == gone
    assert list(await store.accounts.of(LUZ_ID)) == [gone, LUZ_CHAT]
    assert await store.accounts.credential(LUZ_ID, BOT.id) is None
    assert await store.accounts.endpoint(OWN.id) == replace(OWN, sealed=None, key_id="")
    assert list(await store.accounts.of_endpoint(OWN.id)) == [], "it delivers nothing any more"
    assert await store.transcripts(LUZ_ID).conversation(who.id) == who
    with pytest.raises(UnknownAccount):
        await store.directories.account("telegram", "7001")
    await store.accounts.disconnect(LUZ_ID, BOT.id)
    assert not await store.accounts.judge(LUZ_ID, BOT.id, "connected", ""), "what is found out late changes nothing"
    assert await store.directories.account_by_id(BOT.id) == gone

    theirs = replace(of_mar(BOT, "acc-mar-bot"), endpoint_id="end-mar-bot")
    await store.accounts.connect(theirs, replace(OWN, id="end-mar-bot"), token(theirs))
    with pytest.raises(AccountTaken):
        await connect(store, BOT)
    await store.accounts.disconnect(MAR_ID, theirs.id)
    await store.accounts.connect(replace(gone, external_id="7001"), OWN, token(BOT, b"again"))
    assert await store.directories.account("telegram", "7001") == BOT
    assert await store.accounts.credential(LUZ_ID, BOT.id) == token(BOT, b"again")
    assert await store.accounts.endpoint(OWN.id) == OWN
    assert await store.transcripts(LUZ_ID).conversation(who.id) == who


@story
async def test_an_endpoint_keeps_its_secret_while_another_account_uses_it(house: House) -> None:
    store = house.store
    second = replace(BOT, id="acc-second", external_id="7002")
    await connect(store, BOT)
    await connect(store, second)
    await store.accounts.disconnect(LUZ_ID, BOT.id)
    assert await store.accounts.endpoint(OWN.id) == OWN
    assert list(await store.accounts.of_endpoint(OWN.id)) == [second]
    await store.accounts.disconnect(LUZ_ID, second.id)
    assert list(await store.accounts.endpoints()) == []


@story
async def test_a_verdict_is_written_once(house: House) -> None:
    store = house.store
    await connect(store, PHONE)
    assert not await store.accounts.judge(LUZ_ID, PHONE.id, "connected", "")
    assert await store.accounts.judge(LUZ_ID, PHONE.id, "stopped", "locked")
    assert not await store.accounts.judge(LUZ_ID, PHONE.id, "stopped", "locked")
    assert await store.directories.account_by_id(PHONE.id) == replace(PHONE, state="stopped", problem="locked")
    assert await store.accounts.judge(LUZ_ID, PHONE.id, "stopped", "unpaid")
    assert await store.accounts.judge(LUZ_ID, PHONE.id, "connected", "")
    assert await store.directories.account_by_id(PHONE.id) == PHONE
    for business_id, account_id in ((LUZ_ID, "nobody"), (MAR_ID, PHONE.id)):
        with pytest.raises(UnknownAccount):
            await store.accounts.judge(business_id, account_id, "stopped", "")
        with pytest.raises(UnknownAccount):
            await store.accounts.disconnect(business_id, account_id)
    assert await store.accounts.credential(LUZ_ID, PHONE.id) == token(PHONE)


async def everything_seen(store: Store) -> tuple[Any, ...]:
    """Ask for an account in every way that is kept."""
    named: Any = None
    with suppress(UnknownAccount):
        named = await store.directories.account("telegram", "7001")
    by_id = await store.directories.account_by_id(BOT.id)
    return named, by_id, tuple(await store.accounts.of_endpoint(OWN.id))


@story
async def test_what_changes_is_seen_at_once_here_and_soon_everywhere(house: House) -> None:
    store = house.store
    await connect(store, BOT)
    async with house.another() as other:
        await asyncio.sleep(0 if other is store else 0.2)  # until both listen

        async def changed(expected: tuple[Any, ...]) -> None:
            assert await everything_seen(store) == expected
            for _ in range(30):
                if await everything_seen(other) == expected:
                    return
                await asyncio.sleep(0.1)
            assert await everything_seen(other) == expected

        await changed((BOT, BOT, (BOT,)))
        await store.accounts.judge(LUZ_ID, BOT.id, "stopped", "locked")
        stopped = replace(BOT, state="stopped", problem="locked")
        await changed((stopped, stopped, (stopped,)))
        await store.accounts.disconnect(LUZ_ID, BOT.id)
        await changed((None, replace(BOT, state="disconnected", external_id=f"gone:{BOT.id}"), ()))
        await connect(store, BOT)
        await changed((BOT, BOT, (BOT,)))


@story
async def test_two_seal_the_same_token_anew_and_one_of_them_does(house: House) -> None:
    store = house.store
    await connect(store, BOT)
    before = await store.accounts.credential(LUZ_ID, BOT.id)
    assert before is not None
    later = NOW + timedelta(hours=1)
    renewed = replace(before, sealed=b"a", key_id="k2", updated_at=later, expires_at=later + timedelta(days=1))
    refreshed = replace(before, sealed=b"b")
    answers = await asyncio.gather(store.accounts.reseal(before, renewed), store.accounts.reseal(before, refreshed))
    assert sorted(answers) == [False, True]
    kept = await store.accounts.credential(LUZ_ID, BOT.id)
    assert kept == (renewed if answers[0] else refreshed)
    assert not await store.accounts.reseal(token(PHONE), token(PHONE, b"c")), "there is no such one"
    assert await store.accounts.credential(LUZ_ID, PHONE.id) is None

    fresh, other = replace(OWN, sealed=b"d", key_id="k2"), replace(OWN, sealed=b"e")
    answers = await asyncio.gather(
        store.accounts.reseal_endpoint(OWN, fresh), store.accounts.reseal_endpoint(OWN, other)
    )
    assert sorted(answers) == [False, True]
    assert await store.accounts.endpoint(OWN.id) == (fresh if answers[0] else other)
    assert not await store.accounts.reseal_endpoint(replace(OWN, id="nowhere"), replace(OWN, id="nowhere", sealed=b"f"))


def pending(name: str, **fields: Any) -> Pending:
    state, session = (hashlib.sha256(f"{name} {what}".encode()).digest() for what in ("state", "session"))
    made = Pending(state, LUZ_ID, "whatsapp", session, NOW + timedelta(minutes=10), {"redirect": "https://luz.example"})
    return replace(made, **fields)


@story
async def test_a_sign_in_is_finished_once(house: House) -> None:
    store = house.store
    async with house.another() as other:
        one, second = pending("one"), pending("second", business_id=MAR_ID, facts={})
        await store.accounts.begin(one)
        await store.accounts.begin(second)
        answers = await asyncio.gather(
            *(accounts.finish(one.state_hash, NOW) for accounts in (store.accounts, other.accounts) * 4)
        )
        assert sorted(map(str, answers)) == sorted(map(str, [one, *[None] * 7])), "two come back at once, one gets it"
        assert await store.accounts.finish(one.state_hash, NOW) is None
        assert await other.accounts.finish(second.state_hash, NOW) == second
        assert await store.accounts.finish(b"never begun", NOW) is None


@story
async def test_a_sign_in_that_ran_out_is_over(house: House) -> None:
    accounts = house.store.accounts
    late, swept, other = pending("late"), pending("swept"), pending("other", expires_at=NOW + timedelta(hours=1))
    for one in (late, swept, other):
        await accounts.begin(one)
    assert await accounts.finish(late.state_hash, late.expires_at) is None
    house.clock.advance(timedelta(minutes=10))
    await accounts.begin(pending("next", expires_at=house.clock.now() + timedelta(minutes=10)))
    assert await accounts.finish(swept.state_hash, NOW) is None, "the next one to begin swept it away"
    assert await accounts.finish(other.state_hash, house.clock.now()) == other


@story
async def test_of_what_is_said_of_a_template_the_newest_stands(house: House) -> None:
    accounts = house.store.accounts
    first = TemplateState("waba-1", "reminder", "pt", "PENDING", NOW)
    approved = replace(first, status="APPROVED", updated_at=NOW + timedelta(minutes=2))
    paused = replace(first, status="PAUSED", reason="too many blocked it", updated_at=NOW + timedelta(minutes=1))
    english, elsewhere = replace(first, language="en"), replace(first, group="waba-2", status="REJECTED")
    for one in (first, approved, paused, english, elsewhere, replace(first, name="Confirmed")):
        await accounts.note_template(one)
    assert list(await accounts.templates("waba-1")) == [replace(first, name="Confirmed"), english, approved]
    assert list(await accounts.templates("waba-2")) == [elsewhere]
    again = replace(approved, status="DISABLED")
    await accounts.note_template(again)
    assert list(await accounts.templates("waba-1"))[-1] == again, "of the same moment the last one told"
    assert list(await accounts.templates("")) == []


@story
async def test_nothing_sealed_is_shown(house: House) -> None:
    store = house.store
    secret = replace(OWN, sealed=b"CANARY-secret")
    await store.accounts.connect(BOT, secret, token(BOT, b"CANARY-token"))
    await store.accounts.begin(pending("x", session=b"CANARY-session", state_hash=b"CANARY-state"))
    shown = [
        await store.accounts.endpoint(OWN.id),
        await store.accounts.endpoints(),
        await store.accounts.credential(LUZ_ID, BOT.id),
        await store.accounts.credentials(LUZ_ID),
        await store.accounts.of(LUZ_ID),
        await store.accounts.finish(b"CANARY-state", NOW),
        store,
        store.accounts,
    ]
    assert "CANARY" not in repr(shown)
    with pytest.raises(AccountTaken) as refused:
        await store.accounts.connect(of_mar(BOT, "acc-mar-bot"), secret, token(of_mar(BOT, "acc-mar-bot"), b"CANARY"))
    assert "CANARY" not in repr(refused.value)


class LooksFirst(MemoryAccounts):
    """Looks whether a number is free, and writes a moment later."""

    async def connect(self, account: Account, endpoint: Endpoint, credential: Credential) -> None:
        self._check(account)
        await asyncio.sleep(0)
        self._write(account, endpoint, credential)


class WritesFirst(MemoryAccounts):
    """Writes the token before it looks whether the number is free."""

    def _check(self, account: Account) -> None:
        self._table.credentials[account.business_id, account.id] = token(account)
        super()._check(account)


class BlindReseal(MemoryAccounts):
    """Writes a token anew whatever it is by now."""

    @staticmethod
    def _stands(present: bytes | None, before: bytes | None) -> bool:
        return True


class TwiceUsed(MemoryAccounts):
    """Looks a sign-in up, and takes it out a moment later."""

    async def finish(self, state_hash: bytes, now: Any) -> Pending | None:
        found = self._pending.get(state_hash)
        await asyncio.sleep(0)
        self._pending.pop(state_hash, None)
        return found


class LastToldWins(MemoryAccounts):
    """Believes what arrived last."""

    @staticmethod
    def _is_newer(known: TemplateState, told: TemplateState) -> bool:
        return False


class CleanSweep(AccountTable):
    """Lets a set-up replace every account."""

    def was_connected(self, account: Account) -> bool:
        return False


def without(guard: type[MemoryAccounts] | type[AccountTable]) -> Callable[..., MemoryStore]:
    """Return what makes a memory store whose accounts lack a guard."""

    def make(clock: Clock, *, lease: timedelta) -> MemoryStore:
        store = MemoryStore(clock, lease=lease)
        part: Any = store.accounts if issubclass(guard, MemoryAccounts) else vars(store.accounts)["_table"]
        part.__class__ = guard
        return store

    return make


@pytest.mark.parametrize(
    ("test", "guard"),
    [
        (test_two_businesses_connect_the_same_number_at_once, LooksFirst),
        (test_a_number_that_is_taken_is_refused_and_nothing_is_written, WritesFirst),
        (test_two_seal_the_same_token_anew_and_one_of_them_does, BlindReseal),
        (test_a_sign_in_is_finished_once, TwiceUsed),
        (test_a_sign_in_that_ran_out_is_over, TwiceUsed),
        (test_of_what_is_said_of_a_template_the_newest_stands, LastToldWins),
        (test_setting_up_again_keeps_what_was_connected, CleanSweep),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_the_story_catches_its_broken_twin(test: Any, guard: Any) -> None:
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        asyncio.run(test.told.on(partial(houses.memory, make=without(guard))))


@pytest.mark.service
def test_a_set_up_removes_what_is_being_connected_where_nobody_stands_in_line(postgres_database: str) -> None:
    from storage.sql.postgres.accounts import PostgresAccounts

    class Pushing(PostgresAccounts):
        """Connects while somebody else sets the same business up, and takes its time."""

        lock = """SELECT id, pg_sleep(0.1) FROM (
            SELECT id FROM accounts WHERE 'directory:' || business_id = $1 FOR UPDATE) own"""

    @asynccontextmanager
    async def pushing(lease: timedelta) -> AsyncIterator[House]:
        async with houses.postgres(lease, postgres_database) as house:
            vars(house.store)["accounts"].__class__ = Pushing
            yield house

    told = vars(test_a_set_up_that_runs_meanwhile_does_not_remove_what_is_being_connected)["told"]
    with pytest.raises((AssertionError, UnknownAccount)):
        asyncio.run(told.on(pushing))
