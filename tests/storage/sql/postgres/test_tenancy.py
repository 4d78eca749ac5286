"""A business sees and writes its own rows only, whatever the program asks for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from domain.ports import Credential, Endpoint
from storage.sql import guards
from storage.sql.postgres.pool import Database, scope
from tests.builders import LUZ_CHAT, NOW, arrival, at, commit_for, hold

pytestmark = pytest.mark.service


def test_another_business_sees_nothing_and_writes_nothing(scene: Any) -> None:
    async def story() -> None:
        async with scene() as (_, store):
            await store.mailbox.accept([arrival("hi")])
            (claim,) = await store.mailbox.claim(1)
            assert await store.mailbox.commit([commit_for(claim, effects=(hold(at(15)),))]) == ["committed"]
            guarded = (*guards.TENANT_TABLES, "businesses")
            async with store.database.within("biz-luz") as ours:
                counted = {table: (await ours.fetch(f"SELECT count(*) FROM {table}"))[0][0] for table in guarded}
            filled = {table for table, count in counted.items() if count}
            assert {"customers", "conversations", "messages", "turns", "holds", "occupancy", "staff"} <= filled
            for scope_of in (("biz-mar",), ("biz-nobody",), ()):
                async with store.database.within(*scope_of) as theirs:
                    for table in guarded:
                        column = "id" if table == "businesses" else "business_id"
                        found = await theirs.fetch(f"SELECT 1 FROM {table} WHERE {column} = 'biz-luz'")
                        assert not found, (scope_of, table)
                    assert (
                        await theirs.change("UPDATE conversations SET stage = 'x' WHERE business_id = 'biz-luz'") == 0
                    )
                    assert await theirs.change("DELETE FROM occupancy WHERE business_id = 'biz-luz'") == 0
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                async with store.database.within("biz-mar") as theirs:
                    await theirs.change(
                        "INSERT INTO customers VALUES ('biz-luz', 'cus-x', now(), 'Eve', '', '', '')",
                    )

    asyncio.run(story())


def test_another_business_sees_no_token_and_writes_none(scene: Any) -> None:
    async def story() -> None:
        async with scene() as (_, store):
            account = replace(LUZ_CHAT, id="acc-bot", channel="telegram", external_id="7001", endpoint_id="end-bot")
            ours = Credential("biz-luz", account.id, b"sealed", "k1", NOW)
            await store.accounts.connect(account, Endpoint("end-bot", "telegram", b"secret", "k1"), ours)
            insert = "INSERT INTO credentials VALUES ('biz-luz', $1, '\\x00', 'k', now(), NULL)"
            for scope_of in (("biz-mar",), ("biz-nobody",), ()):
                async with store.database.within(*scope_of) as theirs:
                    assert await theirs.fetch("SELECT * FROM credentials") == [], scope_of
                    assert await theirs.change("UPDATE credentials SET sealed = '\\x00'") == 0
                    assert await theirs.change("DELETE FROM credentials") == 0
                for account_id in (account.id, LUZ_CHAT.id):
                    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                        async with store.database.within(*scope_of) as theirs:
                            await theirs.change(insert, account_id)
            assert await store.database.fetch("SELECT * FROM credentials") == []
            stolen = Credential("biz-luz", account.id, b"theirs", "k1", NOW)
            theirs_too = replace(account, id="acc-theirs", business_id="biz-mar", external_id="7002", place_id=None)
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                await store.accounts.connect(theirs_too, Endpoint("end-mar", "telegram"), stolen)
            assert list(await store.accounts.credentials("biz-mar")) == []
            assert list(await store.accounts.credentials("biz-luz")) == [ours]

    asyncio.run(story())


def test_a_statement_that_names_no_business_sees_none(scene: Any) -> None:
    async def story() -> None:
        async with scene() as (_, store):
            assert await store.database.value("SELECT count(*) FROM businesses") == 0
            async with store.database.within("biz-luz"):
                pass
            assert await store.database.value("SELECT count(*) FROM businesses") == 0, (
                "a scope ends with its transaction"
            )

    asyncio.run(story())


def test_we_work_as_the_role_that_row_security_holds_for(scene: Any) -> None:
    async def story() -> None:
        async with scene() as (_, store):
            (role,) = await store.database.fetch(
                "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
            )
            assert tuple(role) == (guards.ROLE, False, False)
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await store.database.fetch("ALTER TABLE customers DISABLE ROW LEVEL SECURITY")

    asyncio.run(story())


def test_every_guard_of_the_list_is_there(scene: Any) -> None:
    async def story() -> None:
        async with scene() as (made, _):
            engine = create_async_engine(made.dsn.replace("postgresql://", "postgresql+asyncpg://", 1))
            try:
                async with engine.connect() as connection:
                    present = await connection.run_sync(guards.present)
            finally:
                await engine.dispose()
            assert present == guards.EXPECTED["postgresql"]

    asyncio.run(story())


def test_a_business_is_written_under_its_own_name_only(scene: Any) -> None:
    """A turn that carries another business's rows is refused whole; the rest of its group commits."""

    async def story() -> None:
        async with scene() as (_, store):
            await store.mailbox.accept([arrival("hi", "ana"), arrival("hi", "rui")])
            ana, rui = sorted(await store.mailbox.claim(2), key=lambda one: one.mail[0].sender)
            good, bad = commit_for(ana), commit_for(rui)
            bad.messages[0] = type(bad.messages[0])(bad.conversation.id, "biz-mar", "customer", "smuggled", bad.turn.at)
            answers = await asyncio.gather(
                store.mailbox.commit([good]), store.mailbox.commit([bad]), return_exceptions=True
            )
            assert answers[0] == ["committed"]
            assert isinstance(answers[1], asyncpg.PostgresError)
            assert [one.text for one in await store.transcripts("biz-luz").messages(ana.lane)] == ["hi", "ok"]
            assert not await store.transcripts("biz-luz").messages(rui.lane)

    asyncio.run(story())


def test_an_id_with_a_comma_opens_no_second_business() -> None:
    with pytest.raises(ValueError, match="comma"):
        scope(["biz-luz,biz-mar"])


def test_a_scope_names_each_business_once() -> None:
    assert scope(["b", "a", "b"]) == "a,b"
    assert Database("postgresql+asyncpg://somewhere/x").watchers == []
    assert LUZ_CHAT.business_id == "biz-luz"
