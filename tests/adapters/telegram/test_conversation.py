"""A table is booked by Telegram: from the webhook to what the customer sees, on good days and on bad ones."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from adapters.base import Hook, HttpAnswer, Secret, Unreachable
from adapters.telegram.channel import Telegram
from adapters.telegram.connector import TelegramConnector
from dialogs.messages import Contact, Edited, Location, Media, Reaction, Tap
from tests.adapters.telegram.bistro import Bistro
from tests.adapters.telegram.channels import account
from tests.adapters.telegram.samples import SECRET
from tests.platforms.telegram import FakeTelegram
from tests.platforms.telegram_chaos import Chaos, flood
from tests.platforms.telegram_http import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.base import Accepted, Request
    from tests.platforms.telegram_world import Person


@asynccontextmanager
async def opened(
    chaos: Chaos | None = None, *, once: bool = True, kind: type[Telegram] = Telegram
) -> AsyncIterator[tuple[FakeTelegram, Bistro, Person]]:
    async with FakeTelegram(chaos=chaos) as fake:
        robot = fake.robot()

        async def tokens(of: object) -> Secret:
            return Secret(robot.token.encode())

        bistro = Bistro(kind(tokens, fake.url, 5.0), once=once)
        async with serving(bistro.app) as url:
            hook = Hook(f"{url}/hooks/telegram/e1", Secret(SECRET.encode()))
            await TelegramConnector(fake.url).subscribe(account(str(robot.id)), Secret(robot.token.encode()), hook)
            fake.calls.clear()
            try:
                yield fake, bistro, fake.person("Ana", "Lopes", started=False)
            finally:
                await bistro.channel.close()


async def books_a_table(fake: FakeTelegram, bistro: Bistro, ana: Person) -> None:
    await fake.says(ana, "/start web-1")
    await bistro.work()
    await fake.taps(ana, "20:45")
    await bistro.work()
    await fake.taps(ana, "Yes")
    await bistro.work()
    await fake.settle()
    await bistro.work()


def seen_by(fake: FakeTelegram, ana: Person) -> list[str]:
    return [one.text for one in fake.shown_to(ana)]


STORY = [
    "Hi, I'm the bistro's assistant. When?",
    "A table for 2 at 20:45. Shall I book it?",
    "Booked. See you at 20:45.",
]


def test_a_table_is_booked_in_three_messages() -> None:
    async def story() -> None:
        async with opened() as (fake, bistro, ana):
            await books_a_table(fake, bistro, ana)
            assert seen_by(fake, ana) == STORY
            assert [one.labels for one in fake.sent] == [[["19:15", "19:30", "20:45"]], [["Yes", "Change"]], []]
            assert [call.method for call in fake.calls] == ["sendMessage"] * 3, "taps are answered without a call"
            assert len(fake.answered) == 2
            assert not fake.spinning
            assert fake.violations == []

    asyncio.run(story())


@pytest.mark.parametrize("seed", range(3))
def test_a_table_is_booked_once_on_a_bad_day(seed: int) -> None:
    chaos = Chaos(seed, duplicate=0.5, delay=0.3, forged=0.5, flooded=0.4, slow=0.3)

    async def story() -> None:
        async with opened(chaos) as (fake, bistro, ana):
            await books_a_table(fake, bistro, ana)
            assert seen_by(fake, ana) == STORY
            assert not fake.spinning
            assert set(fake.forgeries) <= {403}
            assert fake.violations == []
            assert fake.forgeries or len(fake.deliveries) > 3 or bistro.waits, "the day was bad"

    asyncio.run(story())


def test_without_a_unique_key_a_delivery_that_comes_twice_is_caught() -> None:
    """The broken twin: what is delivered twice is heard twice."""

    async def story() -> None:
        async with opened(Chaos(1, duplicate=0.6), once=False) as (fake, bistro, ana):
            await books_a_table(fake, bistro, ana)
            assert len(seen_by(fake, ana)) > len(STORY)

    asyncio.run(story())


class Silent(Telegram):
    """The broken twin: it takes updates and says nothing."""

    def answer(self, request: Request, outcome: Accepted) -> HttpAnswer:
        return HttpAnswer(200)


def test_a_tap_that_is_not_answered_is_caught() -> None:
    async def story() -> None:
        async with opened(kind=Silent) as (fake, bistro, ana):
            await books_a_table(fake, bistro, ana)
            assert seen_by(fake, ana) == STORY
            assert len(fake.spinning) == 2

    asyncio.run(story())


class Open(Telegram):
    """The broken twin: it lets everybody in."""

    def verify(self, request: Request, secret: Secret | None) -> None:
        return


@pytest.mark.parametrize(("kind", "status"), [(Telegram, 403), (Open, 200)])
def test_who_does_not_know_the_secret_is_not_heard(kind: type[Telegram], status: int) -> None:
    async def story() -> None:
        async with opened(Chaos(1, forged=1.0), kind=kind) as (fake, bistro, ana):
            await fake.says(ana, "hello")
            await bistro.work()
            assert fake.forgeries == [status]
            assert len(bistro.heard) == 1, "once by whoever knows it; what is forged first is the same update here"

    asyncio.run(story())


def test_a_message_that_must_wait_is_sent_when_it_may() -> None:
    async def story() -> None:
        async with opened() as (fake, bistro, ana):
            fake.faults = [flood(7), flood(2)]
            await books_a_table(fake, bistro, ana)
            assert bistro.waits == [7.0, 2.0]
            assert seen_by(fake, ana) == STORY

    asyncio.run(story())


def test_where_nobody_knows_the_customer_reads_it_twice_at_most() -> None:
    async def story() -> None:
        async with opened(Chaos(3, broken_after=0.6)) as (fake, bistro, ana):
            await books_a_table(fake, bistro, ana)
            assert bistro.doubtful
            assert list(dict.fromkeys(seen_by(fake, ana))) == STORY
            assert max(map(seen_by(fake, ana).count, STORY)) == 2

    asyncio.run(story())


def test_old_buttons_stay_live_and_are_answered_too() -> None:
    async def story() -> None:
        async with opened() as (fake, bistro, ana):
            await books_a_table(fake, bistro, ana)
            await fake.taps(ana, "19:15", of=fake.sent[0].message_id)
            await bistro.work()
            assert bistro.heard[-1].content == Tap("at-19:15")
            assert not fake.spinning
            fake.sent[0].keyboard[0][0] = ("19:15", "of-another-program")
            await fake.taps(ana, "19:15", of=fake.sent[0].message_id)
            assert not fake.spinning

    asyncio.run(story())


def test_messages_of_many_people_all_arrive_in_whatever_order() -> None:
    async def story() -> None:
        async with opened(Chaos(5, duplicate=0.3, reorder=0.5, delay=0.5, forged=0.2)) as (fake, bistro, _ana):
            people = [fake.person(name) for name in ("Bo", "Cy", "Di", "Ed", "Fi")]
            for number in range(6):
                await asyncio.gather(*(fake.says(one, f"{one.first_name} {number}") for one in people))
            await fake.settle()
            await bistro.work()
            texts = {one.content.text for one in bistro.heard}  # type: ignore[union-attr]
            assert texts == {f"{one.first_name} {number}" for one in people for number in range(6)}
            assert len(bistro.heard) == 30
            assert all(one.sender_name == one.content.text.split()[0] for one in bistro.heard)  # type: ignore[union-attr]

    asyncio.run(story())


def test_an_update_that_could_not_be_stored_is_delivered_again_and_heard_once() -> None:
    async def story() -> None:
        async with opened() as (fake, bistro, ana):
            bistro.away = 1
            await fake.says(ana, "hello")
            await bistro.work()
            assert [status for _, status in fake.deliveries] == [503, 200]
            assert len(bistro.heard) == 1

    asyncio.run(story())


def test_everything_that_people_do_is_heard_as_what_it_is() -> None:
    async def story() -> None:
        async with opened() as (fake, bistro, ana):
            first = await fake.says(ana, "hallo")
            message_id = first["message"]["message_id"]
            await fake.edits(ana, message_id, "hello!")
            await fake.sends_contact(ana, "351912345678")
            await fake.sends_location(ana, 38.7, -9.1)
            photo = await fake.sends_photo(ana, b"x" * 90, "like this")
            await fake.sends_voice(ana, b"x", 4)
            await fake.reacts(ana, message_id, "👍")
            await fake.says_in_group(ana, "hello all")
            rosa = fake.person("Rosa")
            connection = await fake.business_connects(rosa)
            said = await fake.business_says(connection, ana, "is Rosa there?")
            await fake.business_says(connection, ana, "I am", by_owner=True)
            await fake.business_deletes(connection, ana, [said["business_message"]["message_id"]])
            await bistro.work()
            await fake.blocks(ana)
            contents = [one.content for one in bistro.heard]
            assert contents[1] == Edited("hello!", str(message_id))
            assert contents[2] == Contact("Ana", ("+351912345678",), own=True)
            assert contents[3] == Location(38.7, -9.1)
            assert contents[4] == Media("image", photo["message"]["photo"][-1]["file_id"], "like this", size=90)
            assert contents[6] == Reaction("👍", str(message_id))
            assert [one.sender for one in bistro.heard[-2:]] == [f"{connection.id}:{ana.id}"] * 2
            assert len(bistro.heard) == 9
            assert len(bistro.other) == 3, "a group, a connection, an owner's own words"
            assert fake.violations == []

    asyncio.run(story())


def test_who_has_blocked_the_bot_is_not_reached_until_they_come_back() -> None:
    async def story() -> None:
        async with opened() as (fake, bistro, ana):
            await fake.says(ana, "hello")
            await fake.blocks(ana)
            with pytest.raises(Unreachable, match="blocked by the user"):
                await bistro.work()
            await fake.says(ana, "/start")
            await bistro.work()
            assert seen_by(fake, ana) == STORY[:1]

    asyncio.run(story())
