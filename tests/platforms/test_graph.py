"""The fake Graph API is one that lets nothing pass which Meta would refuse, and that delivers as badly as Meta may."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from adapters.base import (
    Ignored,
    Message,
    Received,
    SendLater,
    SendRefused,
    SendUnknown,
    Told,
    Unauthorised,
    Unreachable,
    WindowClosed,
)
from adapters.whatsapp.channel import WhatsApp
from adapters.whatsapp.graph import Graph
from dialogs.messages import Contact, Edited, Location, Media, Order, Outbound, Reaction, Tap, Text
from domain.signals import AccountChanged, Echo, Receipt
from tests.platforms.graph import FakeGraph
from tests.platforms.graph_chaos import Chaos, Fault
from tests.platforms.graph_inbox import inbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.platforms.graph_inbox import Inbox


KEY = "c1.o1.m1"


@asynccontextmanager
async def house(**more: Any) -> AsyncIterator[tuple[FakeGraph, WhatsApp, Inbox]]:
    async with FakeGraph(**more) as fake:
        channel = WhatsApp(fake.tokens, graph_url=fake.url, app_secret=fake.secret, call_seconds=5)
        async with inbox(channel, fake.secret, fake.clock) as box:
            fake.deliver_to(box.url)
            try:
                yield fake, channel, box
            finally:
                await channel.close()


def contents(box: Inbox) -> list[Any]:
    return [event.content for event in box.told if isinstance(event, Received)]


def signals(box: Inbox) -> list[Any]:
    return [event.signal for event in box.told if isinstance(event, Told)]


def test_a_customer_writes_is_answered_and_taps() -> None:
    async def story() -> None:
        async with house() as (fake, channel, box):
            ana = fake.world.customer("Ana")
            await fake.says("Ana", "uma mesa às 8? 😀/\\")
            assert contents(box) == [Text("uma mesa às 8? 😀/\\")]
            buttons = (("t1", "19:15"), ("t2", "20:45"))
            receipt = await channel.send(fake.account(), Message(ana.id, Outbound("When?", buttons), KEY))
            (seen,) = fake.sent
            assert (seen.to, seen.kind, seen.text, seen.choices, seen.key) == ("Ana", "button", "When?", buttons, KEY)
            await fake.taps("Ana", "20:45")
            assert contents(box)[-1] == Tap("t2")
            assert [(one.external_id, one.status, one.key) for one in signals(box)] == [
                (receipt.external_id, "sent", KEY),
                (receipt.external_id, "delivered", KEY),
            ]
            await fake.reads("Ana")
            assert signals(box)[-1].status == "read"
            with pytest.raises(LookupError):
                await fake.taps("Ana", "21:30")
            assert not fake.violations

    asyncio.run(story())


def test_customers_send_all_kinds_of_things_and_staff_type_in_their_app() -> None:
    async def story() -> None:
        async with house() as (fake, channel, box):
            first = await fake.says("Ana", "hi")
            await fake.sends_picture("Ana", "my hair")
            await fake.sends_voice("Ana")
            await fake.sends_location("Ana")
            await fake.sends_contact("Ana")
            await fake.sends_order("Ana")
            await fake.sends_reaction("Ana", "👍", first)
            await fake.sends_edit("Ana", "hello", first)
            await fake.takes_back("Ana", first)
            _, picture, voice, place, card, order, reaction, edited, _ = contents(box)
            assert (picture.kind, picture.caption, voice.kind) == ("image", "my hair", "voice")
            assert isinstance(place, Location) and isinstance(card, Contact) and isinstance(order, Order)
            assert card.own
            assert reaction == Reaction("👍", first)
            assert edited == Edited("hello", first)
            assert isinstance(picture, Media)
            assert (await channel.media(fake.account(), picture)).content == b"\xff\xd8picture"
            await fake.echo("Ana", "I'll take over")
            assert signals(box)[-1].text == "I'll take over"
            assert isinstance(signals(box)[-1], Echo)

    asyncio.run(story())


@pytest.mark.parametrize(("phone", "bsuid"), [("351910000001", ""), ("", "PT.77"), ("351910000001", "PT.7ab")])
def test_people_have_a_number_a_user_id_or_both(phone: str, bsuid: str) -> None:
    async def story() -> None:
        async with house() as (fake, channel, box):
            ana = fake.customer("Ana", phone=phone, bsuid=bsuid)
            await fake.says(ana, "hi")
            (event,) = box.told
            assert isinstance(event, Received)
            assert event.sender == ana.id
            assert set(event.known_as) == {phone, bsuid} - {""}
            await channel.send(fake.account(), Message(event.sender, Outbound("hello"), KEY))
            await fake.deliver()
            assert [one.to for one in fake.sent] == ["Ana"]
            assert not fake.violations

    asyncio.run(story())


def test_who_changes_their_number_is_told_of_by_both_ids() -> None:
    async def story() -> None:
        async with house() as (fake, channel, box):
            await fake.says("Ana", "hi")
            ana = fake.world.customer("Ana")
            user, phone = ana.bsuid, ana.phone
            await fake.changes_number("Ana", "351910009999")
            by_phone, by_user = signals(box)
            assert (by_phone.before, by_phone.after) == (phone, "351910009999")
            assert (by_user.before, by_user.after) == (user, ana.bsuid)
            await channel.send(fake.account(), Message(ana.bsuid, Outbound("hello"), KEY))
            with pytest.raises(Unreachable):
                await channel.send(fake.account(), Message(user, Outbound("hello"), KEY))

    asyncio.run(story())


def test_a_file_of_the_business_is_taken_from_pywa() -> None:
    async def story() -> None:
        async with house() as (fake, _, _box):
            graph = Graph(fake.url, "v25.0", fake.secret, 5)
            client = graph.client(fake.token.value)
            found = await client.api.upload_media(fake.number.id, b"a menu", "application/pdf", "menu.pdf")
            assert fake.world.media[found["id"]] == (b"a menu", "application/pdf")
            await graph.aclose()
            assert not fake.violations

    asyncio.run(story())


def test_after_a_day_only_templates_go() -> None:
    async def story() -> None:
        async with house() as (fake, channel, _):
            await fake.says("Ana", "hi")
            words = Message(fake.world.customer("Ana").id, Outbound("hello"), KEY)
            fake.clock.advance(timedelta(hours=24))
            await channel.send(fake.account(), words)
            fake.clock.advance(timedelta(seconds=1))
            with pytest.raises(WindowClosed):
                await channel.send(fake.account(), words)
            assert len(fake.sent) == 1

    asyncio.run(story())


def test_a_burst_of_46_to_one_person_is_too_fast() -> None:
    async def story() -> None:
        async with house() as (fake, channel, _):
            fake.messages.pair_rate = True
            await fake.says("Ana", "hi")
            words = Message(fake.world.customer("Ana").id, Outbound("hello"), KEY)
            for _ in range(45):
                await channel.send(fake.account(), words)
            with pytest.raises(SendLater) as later:
                await channel.send(fake.account(), words)
            assert later.value.seconds >= 6
            fake.clock.advance(timedelta(seconds=45 * 6))
            await channel.send(fake.account(), words)

    asyncio.run(story())


def test_what_was_not_taken_comes_again_until_it_is() -> None:
    async def story() -> None:
        async with house() as (fake, _, box):
            box.statuses = [500, 503]
            await fake.says("Ana", "one")
            assert not box.told  # refused twice, at once
            await fake.says("Ana", "two")
            fake.clock.advance(timedelta(minutes=1))
            await fake.deliver()
            assert [one.text for one in contents(box)] == ["two", "one"]
            assert not fake.webhooks.under_way

    async def nobody_there() -> None:
        async with FakeGraph() as fake:
            fake.deliver_to("http://127.0.0.1:9/hook")
            await fake.says("Ana", "anybody?")
            for _ in range(12):
                fake.clock.advance(timedelta(days=1))
                await fake.deliver()
            assert len(fake.webhooks.lost) == 1

    asyncio.run(story())
    asyncio.run(nobody_there())


def test_a_delivery_is_signed_over_the_escaped_bytes_and_a_forged_one_is_seen() -> None:
    async def story() -> None:
        async with house(chaos=Chaos(forged=1.0)) as (fake, _, box):
            await fake.says("Ana", "às 8? 😀")
            assert fake.webhooks.forged == [403]
            assert box.bad == 1
            assert contents(box) == [Text("às 8? 😀")]
            body = fake.webhooks.delivered[0]
            assert body.isascii() and b"\\ud83d\\ude00" in body

    asyncio.run(story())


def test_chaos_loses_nothing_and_repeats_itself_under_a_seed() -> None:
    async def play(seed: int) -> tuple[list[bytes], list[str]]:
        chaos = Chaos(duplicate=0.3, late=0.2, forged=0.2, shuffle=True, batch=50)
        async with house(seed=seed, chaos=chaos) as (fake, _, box):
            other = fake.add_business("Salon", numbers=2)[1]
            box.statuses = [500, 500, 503]
            for count in range(60):
                number = [fake.number, *other][count % 3]
                content = {"type": "text", "text": {"body": f"message {count}"}}
                fake.customers.message(f"customer {count % 7}", number, content)
            for _ in range(10):
                await fake.deliver()
                fake.clock.advance(timedelta(days=1))
            await fake.webhooks.again(share=0.5)
            texts = [one.text for one in contents(box)]
            assert set(texts) == {f"message {count}" for count in range(60)}
            assert len(texts) + sum(isinstance(one, Ignored) for one in box.told) > 60  # some came more than once
            assert any(len(json.loads(body)["entry"]) > 1 for body in fake.webhooks.delivered)
            assert not fake.webhooks.lost
            return fake.webhooks.delivered, texts

    first, again, other = (asyncio.run(play(seed)) for seed in (4, 4, 5))
    assert first == again
    assert first != other


def test_sending_through_chaos_ends_in_named_errors_only() -> None:
    async def story() -> None:
        chaos = Chaos(too_many=0.15, pair_rate=0.15, expired=0.15, window=0.15, after_effect=0.15)
        async with house(seed=3, chaos=chaos) as (fake, channel, _):
            await fake.says("Ana", "hi")
            to = fake.world.customer("Ana").id
            seen: dict[str, int] = {}
            for count in range(60):
                try:
                    await channel.send(fake.account(), Message(to, Outbound(f"hello {count}"), KEY))
                except (SendRefused, SendLater, SendUnknown) as error:
                    seen[type(error).__name__] = seen.get(type(error).__name__, 0) + 1
                else:
                    seen["sent"] = seen.get("sent", 0) + 1
            assert set(seen) == {"sent", "SendLater", "SendUnknown", "Unauthorised", "WindowClosed"}
            assert len(fake.sent) == seen["sent"] + seen["SendUnknown"]  # 5xx, and sent all the same

    asyncio.run(story())


def test_a_token_opens_its_own_business_only() -> None:
    async def story() -> None:
        async with house() as (fake, channel, _):
            _, (foreign,), _ = fake.add_business("Salon")
            await fake.says("Ana", "hi", to=foreign)
            account = fake.account(foreign)
            stolen = type(account)(
                **{name: getattr(account, name) for name in account.__slots__} | {"group": fake.waba.id}
            )
            with pytest.raises(Unauthorised):
                await channel.send(stolen, Message(fake.world.customer("Ana").id, Outbound("hi"), KEY))
            assert not fake.sent

    asyncio.run(story())


def test_without_proof_of_the_app_nothing_is_taken() -> None:
    async def story() -> None:
        async with house() as (fake, _, _box):
            await fake.says("Ana", "hi")
            unproven = WhatsApp(fake.tokens, graph_url=fake.url)
            with pytest.raises(SendRefused):
                await unproven.send(fake.account(), Message(fake.world.customer("Ana").id, Outbound("hi"), KEY))
            await unproven.close()

    asyncio.run(story())


def test_a_failure_can_come_later_in_a_status() -> None:
    async def story() -> None:
        async with house() as (fake, channel, box):
            await fake.says("Ana", "hi")
            fake.fail_later(131049, "not delivered to maintain healthy ecosystem engagement")
            await channel.send(fake.account(), Message(fake.world.customer("Ana").id, Outbound("hi"), KEY))
            await fake.deliver()
            (receipt,) = signals(box)
            assert isinstance(receipt, Receipt)
            assert (receipt.status, receipt.code, receipt.key) == ("failed", "131049", KEY)

    asyncio.run(story())


def test_that_a_template_was_judged_is_told() -> None:
    async def story() -> None:
        async with house() as (fake, _, box):
            fake.waba.templates["1"] = {"id": "1", "name": "a", "language": "en", "status": "PENDING"}
            assert await fake.approve() == 1
            (changed,) = signals(box)
            assert isinstance(changed, AccountChanged)
            assert changed.kind == "message_template_status_update"
            assert changed.facts["event"] == "APPROVED"

    asyncio.run(story())


def test_a_slow_answer_comes_and_a_broken_one_is_no_answer() -> None:
    async def story() -> None:
        async with house() as (fake, channel, _):
            await fake.says("Ana", "hi")
            words = Message(fake.world.customer("Ana").id, Outbound("hi"), KEY)
            fake.fail(Fault(seconds=0.05))
            assert await channel.send(fake.account(), words)
            for fault in (Fault(raw=b"<html>"), Fault(status=200, raw=b"[]"), Fault(status=200, raw=b"")):
                fake.fail(fault)
                with pytest.raises((SendUnknown, SendRefused)):
                    await channel.send(fake.account(), words)

    asyncio.run(story())


def test_no_file_is_given_to_whoever_has_no_token() -> None:
    async def story() -> None:
        async with house() as (fake, _, _box):
            await fake.sends_picture("Ana")
            (media_id,) = fake.world.media
            async with httpx.AsyncClient() as anybody:
                answer = await anybody.get(f"{fake.url}/whatsapp_business/attachments/", params={"mid": media_id})
            assert answer.status_code == 401

    asyncio.run(story())
