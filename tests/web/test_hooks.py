from __future__ import annotations

import asyncio
import hmac
from typing import TYPE_CHECKING

from adapters.base import Accepted, Event, HttpAnswer, Ignored, Received, Request, Secret
from dialogs.messages import Capabilities, Text
from domain.businesses import Account
from domain.errors import BadSignature, Malformed
from domain.ids import conversation_id
from tests.builders import LUZ, LUZ_CHAT, MAR
from tests.web.house import house

if TYPE_CHECKING:
    from collections.abc import Sequence


class Pigeon:
    """A platform that signs its bodies: `account sender id text`, a line a message."""

    name = "pigeon"
    can = Capabilities()

    def __init__(self) -> None:
        self.parsed = 0

    def verify(self, request: Request, secret: Secret | None) -> None:
        if secret is None or request.headers.get("x-signature") != sign(request.body, secret):
            raise BadSignature("not from the platform")

    def parse(self, request: Request) -> Sequence[Event]:
        self.parsed += 1
        if request.method == "GET":
            return []
        if not request.body:
            raise Malformed("nothing in it")
        events: list[Event] = [Ignored("own_echo")]
        for line in request.body.decode().split("\n"):
            account, sender, external_id, text = line.split(" ", 3)
            events.append(Received(account, sender, external_id, Text(text), request.received_at))
        return events

    def answer(self, request: Request, outcome: Accepted) -> HttpAnswer:
        told = f"{outcome.stored} {outcome.known} {outcome.ignored}".encode()
        return HttpAnswer(200, request.query.get("challenge", "").encode() or told, "text/plain")


def sign(body: bytes, secret: Secret) -> str:
    return hmac.digest(secret.value, body, "sha256").hex()


LOFT = Account("acc-loft", LUZ.business.id, "pigeon", "loft", "end-1")
OTHER = Account("acc-other", MAR.business.id, "pigeon", "other", "end-2")
SECRET = Secret(b"s" * 16)


def test_a_delivery_of_many_events_is_kept_for_their_accounts_and_answered() -> None:
    async def story() -> None:
        async with house(channels={"pigeon": Pigeon()}, secrets={"end-1": SECRET}) as one:
            one.mute = True
            await one.store.directories.save(LUZ, [LUZ_CHAT, LOFT])
            body = "\n".join(["loft ana 1 hello there", "loft ana 1 hello there", "nobody eva 2 hi", "loft eva 3 hi"])
            headers = {"x-signature": sign(body.encode(), SECRET)}
            for told in ("2 1 2", "0 3 2"):
                answer = await one.client.post("/hooks/pigeon/end-1", content=body, headers=headers)
                assert (answer.status_code, answer.text) == (200, told)
            one.mute = False
            row_id = conversation_id(LOFT.id, "ana")
            for _ in range(200):
                lines = await one.store.transcripts(LUZ.business.id).messages(row_id)
                if lines:
                    break
                await asyncio.sleep(0.01)
            assert [line.text for line in lines] == ["hello there", "You said: hello there"]

    asyncio.run(story())


def test_whoever_holds_one_endpoint_cannot_speak_for_the_accounts_of_another() -> None:
    async def story() -> None:
        async with house(channels={"pigeon": Pigeon()}, secrets={"end-1": SECRET}) as one:
            await one.store.directories.save(MAR, [OTHER])
            body = b"other ana 1 hello"
            answer = await one.client.post(
                "/hooks/pigeon/end-1", content=body, headers={"x-signature": sign(body, SECRET)}
            )
            assert answer.text == "0 0 2"

    asyncio.run(story())


def test_a_wrong_signature_is_refused_before_anything_is_parsed() -> None:
    async def story() -> None:
        pigeon = Pigeon()
        async with house(channels={"pigeon": pigeon}, secrets={"end-1": SECRET}) as one:
            for headers in ({}, {"x-signature": "0" * 64}):
                answer = await one.client.post("/hooks/pigeon/end-1", content=b"\xff", headers=headers)
                assert answer.status_code == 403
            assert pigeon.parsed == 0

    asyncio.run(story())


def test_an_endpoint_without_a_secret_is_closed_and_not_open() -> None:
    async def story() -> None:
        pigeon = Pigeon()
        async with house(channels={"pigeon": pigeon}) as one:
            body = b"loft ana 1 hello"
            headers = {"x-signature": sign(body, Secret(b""))}
            assert (await one.client.post("/hooks/pigeon/end-1", content=body, headers=headers)).status_code == 403
            assert (await one.client.post("/hooks/webchat/luz", content=b"{}")).status_code == 403
            assert (await one.client.post("/hooks/carrier/luz", content=b"{}")).status_code == 404
            assert pigeon.parsed == 0

    asyncio.run(story())


def test_the_platform_may_check_that_somebody_is_there() -> None:
    async def story() -> None:
        async with house(channels={"pigeon": Pigeon()}, secrets={"end-1": SECRET}) as one:
            headers = {"x-signature": sign(b"", SECRET)}
            answer = await one.client.get("/hooks/pigeon/end-1?challenge=abc", headers=headers)
            assert (answer.status_code, answer.text) == (200, "abc")

    asyncio.run(story())


def test_what_cannot_be_read_and_what_is_too_large_is_refused() -> None:
    async def story() -> None:
        async with house(channels={"pigeon": Pigeon()}, secrets={"end-1": SECRET}) as one:
            empty = await one.client.post("/hooks/pigeon/end-1", headers={"x-signature": sign(b"", SECRET)})
            assert empty.status_code == 400
            large = await one.client.post("/hooks/pigeon/end-1", content=b"x" * 5_000_000)
            assert large.status_code == 413

    asyncio.run(story())
