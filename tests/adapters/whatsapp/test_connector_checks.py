"""Looking after connected numbers: what is found, and how templates are submitted."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from adapters.base import ConnectRefused, Hook, Secret
from domain.clock import ManualClock
from tests.platforms.graph import NOW, FakeGraph
from tests.platforms.graph_chaos import Fault
from tests.platforms.graph_house import connecting, connector_of, problems, told


def test_what_is_not_well_is_found_with_its_remedy() -> None:
    async def story() -> None:
        async with connecting() as (fake, connector):
            token, hook = (
                Secret(fake.token.value.encode()),
                Hook("https://desk.example/hooks/whatsapp/app", fake.secret),
            )
            fake.waba.subscribed[fake.app_id] = hook.url
            await connector.sync_templates(fake.account(), token)

            async def found() -> dict[str, str]:
                return problems(await connector.check(fake.account(), token, hook))

            assert list(await found()) == ["Templates: 0 of 21 approved, the others wait"]
            await fake.approve()
            assert await found() == {}
            fake.token.expires_at = int((NOW + timedelta(days=5)).timestamp())
            assert list(await found()) == ["Access: ends on 2026-11-25"]
            fake.token.expires_at = int((NOW + timedelta(days=50)).timestamp())
            assert await found() == {}
            fake.number.quality, fake.number.verification, fake.number.name_status = "RED", "EXPIRED", "DECLINED"
            assert list(await found()) == ["Quality: red", "Verification: expired", "Display name: not approved"]
            fake.number.quality, fake.number.verification, fake.number.name_status = "GREEN", "VERIFIED", "APPROVED"
            fake.number.status = "RESTRICTED"
            assert list(await found()) == ["Number: restricted"]
            fake.number.status = "CONNECTED"
            fake.waba.subscribed[fake.app_id] = "https://old.test/hook"
            assert list(await found()) == ["Delivery: WhatsApp delivers to another address"]
            fake.waba.subscribed = {"another app": ""}
            assert list(await found()) == ["Delivery: WhatsApp does not deliver to us"]
            fake.waba.subscribed = {fake.app_id: hook.url}
            fake.templates.judge(fake.waba, "REJECTED", "INVALID_FORMAT", name="frontdesk_change", language="it")
            assert list(await found()) == ["Templates: 20 of 21 approved"]
            fake.token.valid = False
            assert "Access: not valid any more" in await found()

    asyncio.run(story())


def test_looking_never_fails_even_where_nobody_answers() -> None:
    async def story() -> None:
        connector = connector_of(FakeGraph(), graph_url="http://127.0.0.1:9")
        found = problems(await connector.check(FakeGraph().account(), Secret(b"\xff"), Hook("ftp://x", Secret(b""))))
        assert len(found) == 5
        await connector.disconnect(FakeGraph().account(), Secret(b"token"))
        with pytest.raises(ConnectRefused, match="does not answer"):
            await connector.sync_templates(FakeGraph().account(), Secret(b"token"))
        await connector.close()

    asyncio.run(story())


def test_templates_are_submitted_once_and_written_anew_where_they_say_something_else() -> None:
    async def story() -> None:
        async with connecting() as (fake, connector):
            token = Secret(fake.token.value.encode())

            async def posted() -> int:
                return sum(method == "POST" for method, _, _, _ in fake.door.requests)

            await connector.sync_templates(fake.account(), token)
            assert await posted() == 21
            await fake.approve()
            assert {one.status for one in await connector.sync_templates(fake.account(), token)} == {"APPROVED"}
            assert await posted() == 21  # nothing was asked for again
            fake.templates.judge(fake.waba, "REJECTED", "INVALID_FORMAT", name="frontdesk_change", language="it")
            judged = {(one.name, one.language): one for one in await connector.sync_templates(fake.account(), token)}
            assert judged["frontdesk_change", "it"][2:] == ("REJECTED", "INVALID_FORMAT")
            assert await posted() == 21  # the same words would be rejected again
            moved = connector_of(fake, link_base="https://other.test/b/")
            assert {one.status for one in await moved.sync_templates(fake.account(), token)} == {"PENDING"}
            assert await posted() == 42
            again = await connector.sync_templates(fake.account(), token)
            assert {one.status for one in again} == {"PENDING"}
            assert all("cannot be changed" in one.reason for one in again)
            assert await posted() == 42
            await moved.close()

    asyncio.run(story())


def test_a_template_that_meta_would_not_take_costs_no_other() -> None:
    async def story() -> None:
        async with connecting() as (fake, connector):
            fake.fail(Fault(100, 400, 2388019, edge="message_templates"))  # the list itself
            token = Secret(fake.token.value.encode())
            with pytest.raises(ConnectRefused) as error:
                await connector.sync_templates(fake.account(), token)
            told(error.value, fake)
            row = {
                "id": "7",
                "name": "frontdesk_change",
                "language": "de",
                "status": "APPROVED",
                "category": "MARKETING",
            }
            fake.waba.templates["7"] = row
            judged = await connector.sync_templates(fake.account(), token, ["de"])
            assert [one.status for one in judged] == ["PENDING", "PENDING", "PENDING"]
            fake.waba.templates["7"] |= {"status": "DISABLED", "components": []}
            judged = await connector.sync_templates(fake.account(), token, ["de"])
            assert judged[2].status == "DISABLED"

    asyncio.run(story())


def test_templates_lead_only_to_an_https_address_of_ours() -> None:
    for base in ("", "http://desk.test/b"):
        connector = connector_of(FakeGraph(), link_base=base)
        with pytest.raises(ConnectRefused, match=r"server\.public_url"):
            asyncio.run(connector.sync_templates(FakeGraph().account(), Secret(b"token")))


def test_the_clock_decides_what_ends_soon() -> None:
    async def story() -> None:
        async with connecting(clock=ManualClock(NOW + timedelta(days=40))) as (fake, connector):
            fake.token.expires_at = int((NOW + timedelta(days=50)).timestamp())
            found = await connector.check(
                fake.account(), Secret(fake.token.value.encode()), Hook("https://a.test", fake.secret)
            )
            assert not found[0].ok

    asyncio.run(story())
