"""Files that customers sent: fetched from Meta's hosts only, and the token goes nowhere else."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from starlette.responses import RedirectResponse, Response

from adapters.base import (
    SendLater,
    SendRefused,
    Unauthorised,
)
from adapters.whatsapp.graph import is_media_host, public_address
from dialogs.messages import Media
from tests.platforms.graph import FakeGraph
from tests.platforms.graph_chaos import Fault
from tests.platforms.graph_house import house


def test_a_file_is_fetched_with_the_token_and_its_kind() -> None:
    async def story() -> None:
        async with house() as (fake, channel):
            await fake.sends_voice("Ana")
            (media_id,) = fake.world.media
            found = await channel.media(fake.account(), Media("voice", media_id))
            assert (found.content, found.mime) == (b"OggSvoice", "audio/ogg")
            with pytest.raises(SendRefused, match="any more") as gone:
                await channel.media(fake.account(), Media("voice", "12345"))
            assert not isinstance(gone.value, Unauthorised)  # Meta words it as it words a missing permission
            fake.token.valid = False
            with pytest.raises(Unauthorised):
                await channel.media(fake.account(), Media("voice", media_id))

    asyncio.run(story())


@pytest.mark.parametrize("ref", ["", "../me", "1/2", "1?fields=x", "１２", "a b"])
def test_what_is_no_id_is_not_asked_for(ref: str) -> None:
    async def story() -> None:
        async with house() as (fake, channel):
            with pytest.raises(SendRefused, match="no id"):
                await channel.media(fake.account(), Media("image", ref))
            assert not fake.door.requests

    asyncio.run(story())


def test_a_picture_has_16_mb_at_most_and_a_document_100() -> None:
    async def story() -> None:
        async with house() as (fake, channel):
            fake.world.media["1"] = (b"x" * (16 * 1024 * 1024 + 1), "application/pdf")
            with pytest.raises(SendRefused, match="16 MB"):
                await channel.media(fake.account(), Media("image", "1"))
            assert len((await channel.media(fake.account(), Media("document", "1"))).content) > 16 * 1024 * 1024

    asyncio.run(story())


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1", True),
        ("https://scontent.xx.fbcdn.net/v/1", True),
        ("https://mmg.whatsapp.net/d/f/1", True),
        ("http://lookaside.fbsbx.com/x", False),
        ("https://lookaside.fbsbx.com:8443/x", False),
        ("https://lookaside.fbsbx.com@evil.test/x", False),
        ("https://ana@lookaside.fbsbx.com/x", False),
        ("https://lookaside.fbsbx.com.evil.test/x", False),
        ("https://evilfbcdn.net/x", False),
        ("https://fbcdn.net/x", False),
        ("https://evil.test/lookaside.fbsbx.com", False),
        ("https://169.254.169.254/latest/meta-data", False),
        ("https://127.0.0.1/x", False),
        ("https://[::1]/x", False),
        ("file:///etc/passwd", False),
        ("/x", False),
    ],
)
def test_files_lie_on_metas_hosts_only(address: str, good: bool) -> None:
    assert is_media_host(httpx.URL(address)) == good


def test_a_name_that_leads_into_the_house_is_not_followed() -> None:
    with pytest.raises(SendRefused, match="public net"):
        asyncio.run(public_address("localhost"))


def test_a_file_elsewhere_is_not_fetched_and_the_token_goes_nowhere_else() -> None:
    """Another server on this machine is as foreign as one on the internet; so is one that Meta redirects to."""

    async def story() -> None:
        async with house() as (fake, channel), FakeGraph() as other:
            await fake.sends_picture("Ana")
            (media_id,) = fake.world.media
            fake.messages.files = other.url
            with pytest.raises(SendRefused, match="not WhatsApp's"):
                await channel.media(fake.account(), Media("image", media_id))

            async def away(_: Any) -> Response:
                return RedirectResponse(f"{other.url}/whatsapp_business/attachments/?mid={media_id}")

            fake.messages.files = fake.url
            fake.door.files = away
            with pytest.raises(SendRefused, match="not where"):
                await channel.media(fake.account(), Media("image", media_id))
            assert not other.door.requests

    asyncio.run(story())


def test_without_the_two_checks_the_token_would_go_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: neither the host's name nor its address is looked at."""

    async def anywhere(host: str) -> str:
        return host

    monkeypatch.setattr("adapters.whatsapp.graph.is_media_host", lambda _: True)
    monkeypatch.setattr("adapters.whatsapp.graph.public_address", anywhere)

    async def story() -> None:
        async with house() as (fake, channel), FakeGraph() as other:
            await fake.sends_picture("Ana")
            fake.messages.files = other.url
            (media_id,) = fake.world.media
            with pytest.raises(SendRefused):
                await channel.media(fake.account(), Media("image", media_id))
            assert fake.token.value in other.door.requests[0][2]["authorization"]

    asyncio.run(story())


def test_a_file_that_is_gone_or_cut_off_says_so() -> None:
    async def story() -> None:
        async with house() as (fake, channel):
            await fake.sends_picture("Ana")
            (media_id,) = fake.world.media
            picture = Media("image", media_id)
            for status, kind in ((404, SendRefused), (401, SendRefused), (500, SendLater), (429, SendLater)):

                async def no(_: Any, status: int = status) -> Response:
                    return Response(status_code=status)

                fake.door.files = no
                with pytest.raises(kind):
                    await channel.media(fake.account(), picture)

            async def less(_: Any) -> Response:
                return Response(b"half", headers={"content-length": "100"})

            fake.door.files = less
            with pytest.raises(SendLater):
                await channel.media(fake.account(), picture)
            fake.fail(Fault(status=503, edge=media_id))
            with pytest.raises(SendLater):
                await channel.media(fake.account(), picture)

    asyncio.run(story())
