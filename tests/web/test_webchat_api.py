from __future__ import annotations

import asyncio
import uuid
from typing import Any

import msgspec
import pytest

from domain.clock import ManualClock
from domain.ids import conversation_id
from tests.builders import LUZ, LUZ_CHAT, NOW
from tests.web.house import DownStore, House, house
from web.requests import is_here
from web.tools import Limits


def first(text: str = "hi", message_id: str = "") -> dict[str, Any]:
    return {"conversation": None, "id": message_id or str(uuid.uuid4()), "text": text}


async def lines_of(one: House, conversation: str) -> list[str]:
    row_id = conversation_id(LUZ_CHAT.id, conversation)
    return [line.text for line in await one.store.transcripts(LUZ.business.id).messages(row_id)]


def test_a_caller_who_waits_gets_the_turn() -> None:
    async def story() -> None:
        async with house() as one:
            one.says = {
                "text": "When?",
                "choices": (("t1", "10:00"), ("t2", "11:00")),
                "card": {"id": "b1"},
                "view": {"stage": "alternatives", "draft": {"service": "Haircut"}, "booking": {"id": "b1"}},
            }
            answer = await one.post(first())
            assert answer.status_code == 200
            turn = answer.json()
            assert len(turn.pop("conversation")) == 32
            assert turn == {
                "replies": [
                    {
                        "text": "When?",
                        "choices": [{"token": "t1", "label": "10:00"}, {"token": "t2", "label": "11:00"}],
                        "card": {"id": "b1"},
                    }
                ],
                "stage": "alternatives",
                "expects": "date",
                "owner": "bot",
                "draft": {"service": "Haircut"},
                "booking": {"id": "b1"},
            }

    asyncio.run(story())


def test_a_reply_without_choices_has_an_empty_list_of_them() -> None:
    async def story() -> None:
        async with house() as one:
            (reply,) = (await one.post(first())).json()["replies"]
            assert reply == {"text": "You said: hi", "choices": []}

    asyncio.run(story())


def test_without_wait_it_is_stored_and_the_conversation_told() -> None:
    async def story() -> None:
        async with house() as one:
            one.mute = True
            answer = await one.post(first(), wait=None)
            assert answer.status_code == 202
            assert list(answer.json()) == ["conversation"]
            one.mute = False
            again = await one.post({**answer.json(), "id": "2", "text": "are you there"})
            assert again.json()["replies"][0]["text"] == "You said: hi / are you there"

    asyncio.run(story())


def test_when_the_wait_runs_out_it_is_accepted_all_the_same() -> None:
    async def story() -> None:
        async with house() as one:
            one.mute = True
            message = first()
            late = await one.post(message, wait="0.05")
            assert (late.status_code, list(late.json())) == (202, ["conversation"])
            one.mute = False
            again = await one.post(message)
            assert again.status_code == 200
            assert again.json()["conversation"] == late.json()["conversation"]
            assert await lines_of(one, late.json()["conversation"]) == ["hi", "You said: hi"]

    asyncio.run(story())


def test_the_same_id_sent_again_answers_the_same_and_is_heard_once() -> None:
    async def story() -> None:
        async with house() as one:
            message = first()
            answers = [await one.post(message) for _ in range(3)]
            assert len({answer.content for answer in answers}) == 1
            then = {"conversation": answers[0].json()["conversation"], "id": "2", "text": "tomorrow"}
            more = await asyncio.gather(*(one.post(then) for _ in range(5)))
            assert {answer.status_code for answer in more} == {200}
            assert len({answer.content for answer in more}) == 1
            assert await lines_of(one, then["conversation"]) == [
                "hi", "You said: hi", "tomorrow", "You said: tomorrow"
            ]  # fmt: skip

    asyncio.run(story())


def test_a_choice_is_heard_as_a_tap() -> None:
    async def story() -> None:
        async with house() as one:
            conversation = (await one.post(first())).json()["conversation"]
            tapped = await one.post({"conversation": conversation, "id": "2", "choice": "a-token-of-nobody"})
            assert tapped.status_code == 200
            assert tapped.json()["replies"][0]["text"] == "You said: a-token-of-nobody"

    asyncio.run(story())


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", None),
        (b"\x00\xff\x80", None),
        (b"[1]", None),
        ({"text": "hi"}, "id"),
        ({"id": "1"}, "text"),
        ({"id": "1", "text": 7}, "text"),
        ({"id": "1", "text": "x" * 20_001}, "text"),
        ({"id": "1", "text": "a", "choice": "b"}, "choice"),
    ],
)
def test_what_cannot_be_read_is_400_and_the_field_is_named(body: Any, field: str | None) -> None:
    async def story() -> None:
        async with house() as one:
            answer = await one.post(body)
            assert answer.status_code == 400
            assert answer.headers["content-type"] == "application/problem+json"
            problem = answer.json()
            assert (problem["status"], problem.get("field")) == (400, field)
            assert problem["request_id"] == answer.headers["x-request-id"]

    asyncio.run(story())


@pytest.mark.parametrize("wait", ["soon", "-1", "nan", "inf", ""])
def test_a_wait_that_is_no_time_is_400(wait: str) -> None:
    async def story() -> None:
        async with house() as one:
            answer = await one.post(first(), wait=wait)
            assert (answer.status_code, answer.json()["field"]) == (400, "wait")

    asyncio.run(story())


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_000, "👩‍🦰🔥", "مرحبا أريد حجزًا", "a\u0000b"])
def test_odd_text_is_heard(text: str) -> None:
    async def story() -> None:
        async with house() as one:
            answer = await one.post(first(text))
            assert answer.status_code == 200
            assert answer.json()["replies"][0]["text"] == "You said: " + text.replace("\x00", "").strip()

    asyncio.run(story())


@pytest.mark.parametrize("name", ["nobody", "x" * 5_000, "%00", "..%2F..%2Fetc"])
def test_an_unknown_account_is_404(name: str) -> None:
    async def story() -> None:
        async with house() as one:
            assert (await one.post(first(), account=name)).status_code == 404
            assert (await one.client.get(f"/webchat/{name}")).status_code == 404

    asyncio.run(story())


def test_a_body_that_is_too_large_is_413() -> None:
    async def story() -> None:
        async with house() as one:
            assert (await one.post(b"x" * 65_537)).status_code == 413

            async def endless() -> Any:
                for _ in range(100):
                    yield b"x" * 1_000

            answer = await one.client.post("/webchat/luz/messages", content=endless())
            assert answer.status_code == 413

    asyncio.run(story())


def test_too_many_messages_are_429_and_say_when_to_try_again() -> None:
    async def story() -> None:
        async with house(Limits(messages_per_minute=3)) as one:
            conversation = (await one.post(first())).json()["conversation"]
            body = {"conversation": conversation, "text": "hi"}
            answers = [await one.post({**body, "id": str(number)}, wait=None) for number in range(4)]
            assert [answer.status_code for answer in answers] == [202, 202, 429, 429]
            assert int(answers[-1].headers["retry-after"]) > 0
            other = await one.post(first())
            assert other.status_code == 200, "another conversation is not held up"

    asyncio.run(story())


def test_one_address_cannot_open_conversations_without_end() -> None:
    async def story() -> None:
        async with house(Limits(messages_per_minute_per_address=2)) as one:
            statuses = [(await one.post(first(), wait=None)).status_code for _ in range(3)]
            assert statuses == [202, 202, 429]

    asyncio.run(story())


def test_this_machine_is_not_counted_as_one_address() -> None:
    """A proxy stands there, and behind it are all customers."""
    assert [is_here(peer) for peer in ("127.0.0.1", "::1", "203.0.113.7", "")] == [True, True, False, False]


def test_a_forged_or_foreign_conversation_is_404_and_nothing_is_stored() -> None:
    async def story() -> None:
        async with house() as one:
            mine = (await one.post(first())).json()["conversation"]
            for account, conversation in [
                ("mar", mine),
                ("luz", "A" * 32),
                ("luz", mine[:-1] + ("A" if mine[-1] != "A" else "B")),
                ("luz", "' OR 1=1 --"),
                ("luz", ""),
            ]:
                answer = await one.post({"conversation": conversation, "id": "9", "text": "hi"}, account=account)
                assert (answer.status_code, answer.json()["field"]) == (404, "conversation")
                heard = await one.client.get(f"/webchat/{account}/events", params={"conversation": conversation})
                assert heard.status_code == 404
            assert await lines_of(one, mine) == ["hi", "You said: hi"]

    asyncio.run(story())


def test_a_conversation_that_is_no_string_is_400() -> None:
    async def story() -> None:
        async with house() as one:
            answer = await one.post({"conversation": {"a": 1}, "id": "9", "text": "hi"})
            assert (answer.status_code, answer.json()["field"]) == (400, "conversation")

    asyncio.run(story())


def test_a_database_that_is_gone_is_503_and_nothing_of_it_is_told() -> None:
    async def story() -> None:
        async with house(store=DownStore(ManualClock(NOW))) as one:
            answer = await one.post(first())
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
            assert "secret" not in answer.text
            health = await one.client.get("/healthz")
            assert health.status_code == 503

    asyncio.run(story())


def test_a_fault_of_ours_is_a_sentence_and_not_a_stack_trace() -> None:
    async def story() -> None:
        async with house() as one:

            async def crash(*_: Any) -> Any:
                raise ZeroDivisionError("at the very heart")

            one.store.mailbox.accept = crash
            for accept in ("application/json", "text/html"):
                answer = await one.post(first(), accept=accept)
                assert answer.status_code == 500
                assert "heart" not in answer.text
                assert "Traceback" not in answer.text
                assert answer.headers["x-request-id"] in answer.text
                assert "content-security-policy" in answer.headers

    asyncio.run(story())


def test_health_says_how_each_part_is() -> None:
    async def story() -> None:
        async with house() as one:
            answer = await one.client.get("/healthz")
            assert answer.status_code == 200
            body = msgspec.json.decode(answer.content)
            assert (body["status"], body["parts"]) == ("ok", {"memory": "ok"})

    asyncio.run(story())


def test_every_answer_carries_the_security_headers() -> None:
    async def story() -> None:
        async with house() as one:
            for path in ("/healthz", "/webchat/luz", "/webchat/nobody", "/nowhere", "/static/x/none.js"):
                answer = await one.client.get(path)
                policy = answer.headers["content-security-policy"]
                assert "default-src 'none'" in policy
                assert "unsafe" not in policy
                assert answer.headers["x-content-type-options"] == "nosniff"
                assert len(answer.headers["x-request-id"]) == 16

    asyncio.run(story())
