"""The demo of the channels plays as its page in the docs says, and its watching page shows what it should."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.platforms.demo_house import Running, address, listening, on_listener, opened
from tests.platforms.demo_page import Page
from tests.platforms.demo_script import AT, play
from tests.platforms.demo_words import masked, pretty, told

if TYPE_CHECKING:
    from collections.abc import Callable

DOCS = Path(__file__).parents[2] / "docs" / "how-to" / "try-the-channels.md"
ANY = re.compile(r"(?<=Secret-Token: )\S+|(?<=sha256=)[0-9a-f]{4}")


def plain(transcript: str) -> str:
    """Return a transcript without what chance has drawn in it."""
    return ANY.sub("", transcript)


def test_a_booking_on_each_channel_is_played_as_the_docs_show_it(tmp_path: Path) -> None:
    transcript, house = asyncio.run(play(tmp_path))
    assert [f"{one.starts_at:%d %H:%M} {one.status.value}" for one in house.booked] == [
        "21 15:00 confirmed",
        "21 16:00 confirmed",
    ]
    assert house.violations == []
    assert not house.telegram.spinning, "every tap was answered"
    shown = re.search(r"```text\n(Telegram .*?)```", DOCS.read_text(encoding="utf-8"), re.S)
    assert shown is not None
    assert plain(shown[1]) == plain(transcript)
    for token in (house.robot.token, house.graph.app_secret, *house.graph.world.tokens):
        assert token not in transcript


async def until(holds: Callable[[], bool], most: float = 10.0) -> None:
    async with asyncio.timeout(most):
        while not holds():  # noqa: ASYNC110 - what is waited for is somebody else's
            await asyncio.sleep(0.05)


def test_what_goes_wrong_on_the_page_does_no_harm(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path, Running(AT)) as house:
            listener, site = listening(), Page(house).site()
            phone = house.phones["whatsapp"]
            async with (
                on_listener(site, listener, site),
                httpx.AsyncClient(base_url=address(listener), follow_redirects=True) as browser,
            ):
                assert "begin with one of these" in (await browser.get("/")).text
                strange = await browser.post("/phones/whatsapp/say", headers={"sec-fetch-site": "cross-site"})
                assert (strange.status_code, phone.lines) == (404, [])

                await browser.post("/phones/whatsapp/say", data={"text": "do you take <b>cards</b>?"})
                await house.settled(phone)
                page = (await browser.get("/")).text
                assert "Yes, cards" in page
                assert "do you take &lt;b&gt;cards&lt;/b&gt;?" in page
                tokens = [one.value for one in house.graph.world.tokens.values()]
                for secret in (house.robot.token, house.graph.app_secret, *tokens):
                    assert secret not in page

                seen = len(phone.lines)
                again = (await browser.post("/deeds/whatsapp/again")).text
                assert "answered 200 and did nothing" in again
                assert "answered 403, and nobody was heard" in (await browser.post("/deeds/whatsapp/forged")).text
                assert len(phone.lines) == seen
                await browser.post("/deeds/whatsapp/flooded")
                await browser.post("/phones/whatsapp/say", data={"text": "where are you?"})
                await house.settled(phone)
                assert [one.status for one in house.wire.exchanges if one.direction == "out"][-2:] == [429, 200]
                await browser.post("/deeds/whatsapp/revoked")
                await browser.post("/phones/whatsapp/say", data={"text": "do you have parking?"})
                await until(lambda: house.states["whatsapp"][0] == "reauth_required")
                assert "Interrupted" in (await browser.get("/")).text
                assert "is connected again" in (await browser.post("/deeds/whatsapp/connected")).text
                await until(lambda: house.states["whatsapp"][0] == "connected")
                assert "That choice is gone" in (await browser.post("/phones/whatsapp/tap", data={"label": "x"})).text
                assert house.violations == []
                # The broken twin: a call as it was holds its secret, and only masking keeps that from being shown.
                secrets = {one.given["secret_token"] for one in house.telegram.calls if one.method == "setWebhook"}
                assert len(secrets) == 1
                raw = str({"secret_token": min(secrets)}).replace("'", '"')
                assert min(secrets) in raw
                assert min(secrets) not in masked(raw)
                assert not any(min(secrets) in one.body for one in house.wire.exchanges)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("/bot5000001:AAFaurora_salon_bot-0123456789abc/getMe", "/bot5000001:AAF…/getMe"),
        ('{"verify_token": "0123456789abcdef", "a": 1}', '{"verify_token": "0123…", "a": 1}'),
        ("?appsecret_proof=abcdef0123456789&fields=id", "?appsecret_proof=abcd…&fields=id"),
        ("sha256=0123456789abcdef", "sha256=0123…"),
        ("see http://127.0.0.1:8000/b/salon/oXL41f_AaLl now", "see http://127.0.0.1:8000/b/salon/… now"),
        ('{"pin": "123456"}', '{"pin": "…"}'),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_what_opens_something_is_masked(text: str, instead: str) -> None:
    assert masked(text) == instead


def test_what_is_no_json_is_told_and_shown_all_the_same() -> None:
    assert told("telegram", b"\xff{") == "no JSON"
    assert told("whatsapp", b"[]") == "is somebody there?"
    assert pretty({}, b"plain") == '"plain"'
    assert pretty({"content-type": "application/x-www-form-urlencoded"}, b"a=1") == '{\n  "a": "1"\n}'
