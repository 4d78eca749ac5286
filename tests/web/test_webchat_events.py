from __future__ import annotations

import asyncio
import uuid

import pytest

import web.streams
import web.webchat.events
from domain.conversations import Message
from domain.ids import conversation_id
from domain.ports import ControlChange, Live
from tests.builders import LUZ, LUZ_CHAT, NOW
from tests.web.house import House, Stream, house

PATH = "/webchat/luz/events"


async def opened(one: House, text: str = "hi") -> str:
    answer = await one.post({"conversation": None, "id": str(uuid.uuid4()), "text": text})
    return str(answer.json()["conversation"])


async def write(one: House, conversation: str, text: str) -> None:
    answer = await one.post({"conversation": conversation, "id": text, "text": text})
    assert answer.status_code == 200


def stream(one: House, conversation: str, more: str = "", **headers: str) -> Stream:
    return Stream(one.app, PATH, f"conversation={conversation}{more}", **headers)


def test_a_page_sees_what_was_said_and_what_is_said_then() -> None:
    async def story() -> None:
        async with house() as one:
            conversation = await opened(one)
            async with stream(one, conversation) as page:
                assert await page.several(2) == ["hi", "You said: hi"]
                assert page.status == 200
                assert page.headers["content-type"].startswith("text/event-stream")
                await write(one, conversation, "tomorrow")
                assert await page.several(2) == ["tomorrow", "You said: tomorrow"]
                assert await page.silent()

    asyncio.run(story())


def test_a_page_may_listen_before_the_first_turn() -> None:
    async def story() -> None:
        async with house() as one:
            one.mute = True
            answer = await one.post({"id": str(uuid.uuid4()), "text": "hi"}, wait=None)
            async with stream(one, answer.json()["conversation"]) as page:
                assert await page.silent(0.1)
                one.mute = False
                assert await page.several(2) == ["hi", "You said: hi"]

    asyncio.run(story())


@pytest.mark.parametrize("by", ["header", "query"])
def test_resuming_misses_nothing_and_repeats_nothing(by: str) -> None:
    async def story() -> None:
        async with house() as one:
            conversation = await opened(one)
            async with stream(one, conversation) as page:
                await page.next()
                last = (await page.next())["event_id"]
            for text in ("one", "two"):
                await write(one, conversation, text)
            resumed = (
                stream(one, conversation, last_event_id=last)
                if by == "header"
                else stream(one, conversation, f"&after={last}")
            )
            async with resumed as page:
                assert await page.several(4) == ["one", "You said: one", "two", "You said: two"]
                assert await page.silent()

    asyncio.run(story())


def test_dropping_the_line_at_every_event_still_shows_everything_once() -> None:
    async def story() -> None:
        async with house() as one:
            conversation = await opened(one, "0")
            seen: list[str] = []
            last = ""

            async def customer() -> None:
                for number in range(1, 15):
                    await write(one, conversation, str(number))

            writing = asyncio.create_task(customer())
            while len(seen) < 30:
                async with stream(one, conversation, last_event_id=last) as page:
                    for _ in range(1 + len(seen) % 3):
                        if len(seen) < 30:
                            event = await page.next()
                            seen.append(event["text"])
                            last = event["event_id"]
            await writing
            assert seen == [text for number in range(15) for text in (str(number), f"You said: {number}")]

    asyncio.run(story())


def test_two_tabs_see_the_same() -> None:
    async def story() -> None:
        async with house() as one:
            conversation = await opened(one)
            async with stream(one, conversation) as left, stream(one, conversation) as right:
                await write(one, conversation, "from the left")
                await write(one, conversation, "from the right")
                assert await left.several(6) == await right.several(6)
                first = await one.post({"conversation": conversation, "id": "k-1", "text": "whose"})
                assert first.status_code == 200
                event = await right.next()
                assert (event["author"], event["key"]) == ("customer", "k-1")

    asyncio.run(story())


def test_a_new_page_may_begin_with_the_newest_lines() -> None:
    async def story() -> None:
        async with house() as one:
            conversation = await opened(one)
            await write(one, conversation, "then")
            async with stream(one, conversation, "&last=2") as page:
                assert await page.several(2) == ["then", "You said: then"]
                await write(one, conversation, "more")
                assert await page.several(2) == ["more", "You said: more"]

    asyncio.run(story())


def test_a_private_note_never_reaches_the_customer() -> None:
    async def story() -> None:
        async with house() as one:
            conversation = await opened(one)
            row_id = conversation_id(LUZ_CHAT.id, conversation)
            people = one.tools.staff
            async with stream(one, conversation) as page:
                await page.several(2)
                await people.note(LUZ.business.id, row_id, "Rosa", "difficult, be kind")
                await people.reply(LUZ.business.id, row_id, "Rosa", "Hello, Rosa here")
                event = await page.next()
                assert (event["author"], event["name"], event["text"]) == ("staff", "Rosa", "Hello, Rosa here")
            async with stream(one, conversation) as page:
                assert "difficult" not in " ".join(await page.several(3))

    asyncio.run(story())


def test_a_page_is_told_who_answers() -> None:
    async def story() -> None:
        async with house() as one:
            conversation = await opened(one)
            row_id = conversation_id(LUZ_CHAT.id, conversation)
            async with stream(one, conversation) as page:
                assert (await page.next("owner"))["owner"] == "bot"
                await one.tools.staff.claim(LUZ.business.id, row_id, "Rosa")
                event = await page.next("owner")
                assert (event["owner"], event["name"], event["event_id"]) == ("human", "Rosa", "")

    asyncio.run(story())


def test_typing_is_passed_on() -> None:
    async def story() -> None:
        async with house() as one:
            conversation = await opened(one)
            row_id = conversation_id(LUZ_CHAT.id, conversation)
            async with stream(one, conversation) as page:
                await page.next("owner")
                await one.store.live.publish([Live(row_id, LUZ.business.id, "typing")])
                await page.next("typing")

    asyncio.run(story())


def test_a_quiet_line_is_kept_open_and_a_lost_wake_up_is_made_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.webchat.events, "FIRST_LOOK", 0.05)
    monkeypatch.setattr(web.streams, "HEARTBEAT", 0.05)

    async def story() -> None:
        async with house() as one:
            conversation = await opened(one)
            row_id = conversation_id(LUZ_CHAT.id, conversation)
            async with stream(one, conversation) as page:
                await page.several(2)
                while "" not in (fields := await page.block()):
                    pass
                assert fields[""] == "still here"
                line = Message(row_id, LUZ.business.id, "staff", "nobody was woken", NOW, author_id="Rosa")
                now = await one.store.transcripts(LUZ.business.id).conversation(row_id)
                await one.store.control.change(
                    ControlChange(row_id, LUZ.business.id, None, now.owner, messages=[line], keep_epoch=True)
                )
                assert (await page.next())["text"] == "nobody was woken"

    asyncio.run(story())


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("conversation=", 404),
        ("conversation={c}&after=a%0Ab", 400),
        ("conversation={c}&last=0", 400),
        ("conversation={c}&last=999", 400),
        ("conversation={c}&last=many", 400),
    ],
)
def test_a_stream_that_cannot_be_opened_says_why(query: str, status: int) -> None:
    async def story() -> None:
        async with house() as one:
            conversation = await opened(one)
            answer = await one.client.get(f"{PATH}?{query.format(c=conversation)}")
            assert answer.status_code == status
            assert answer.json()["field"]

    asyncio.run(story())


def test_streams_and_waiting_callers_end_when_the_site_closes() -> None:
    async def story() -> None:
        async with house() as one:
            conversation = await opened(one)
            one.mute = True
            async with stream(one, conversation) as page:
                await page.several(2)
                waiting = asyncio.create_task(one.post({"conversation": conversation, "id": "late", "text": "?"}))
                await asyncio.sleep(0.05)
                one.app.close()
                assert (await asyncio.wait_for(waiting, 3)).status_code == 202
                assert await page.ended()

    asyncio.run(story())
