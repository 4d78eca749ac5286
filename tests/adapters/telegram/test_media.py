"""Files that customers sent are fetched from the platform and from nowhere else."""

from __future__ import annotations

import asyncio
import json

import pytest

from adapters.base import (
    Secret,
    SendLater,
    SendRefused,
    Unauthorised,
)
from adapters.telegram.channel import FILE_BYTES
from adapters.telegram.lazy import open_client
from dialogs.messages import Media
from tests.adapters.telegram.channels import account, chatting
from tests.adapters.telegram.leaks import leaks, shown
from tests.adapters.telegram.samples import asked
from tests.adapters.telegram.servers import http, saying
from tests.platforms.telegram_chaos import Fault


def test_a_photo_is_fetched_in_its_largest_size() -> None:
    async def story() -> None:
        async with chatting() as (fake, _, ana, channel):
            content = bytes(range(256)) * 900
            update = await fake.sends_photo(ana, content, "like this")
            (event,) = channel.parse(asked(update))
            media = event.content  # type: ignore[union-attr]
            assert isinstance(media, Media)
            attachment = await channel.media(account(), media)
            assert (attachment.content, attachment.mime) == (content, "image/jpeg")
            voice = (await fake.sends_voice(ana, b"sound", 3))["message"]["voice"]["file_id"]
            assert (await channel.media(account(), Media("voice", voice, mime="audio/ogg"))).mime == "audio/ogg"
            strange = fake.file("documents/file 1%?#&.", b"x")
            attachment = await channel.media(account(), Media("document", strange))
            assert (attachment.content, attachment.mime) == (b"x", "application/octet-stream")

    asyncio.run(story())


def test_a_file_that_is_too_large_is_not_asked_for() -> None:
    async def story() -> None:
        async with chatting() as (fake, _, _ana, channel):
            with pytest.raises(SendRefused, match="20 MB"):
                await channel.media(account(), Media("video", "f", size=FILE_BYTES + 1))
            assert fake.calls == []
            large = fake.file("videos/file_1.mp4", bytes(FILE_BYTES + 1))
            with pytest.raises(SendRefused, match="file is too big"):
                await channel.media(account(), Media("video", large))
            with pytest.raises(SendRefused, match="file_id"):
                await channel.media(account(), Media("video", "unknown"))

    asyncio.run(story())


def test_a_file_that_is_larger_than_it_was_said_to_be_is_not_read_to_its_end() -> None:
    async def story() -> None:
        async with chatting() as (fake, robot, _, _channel):
            fake.file("documents/file_1.pdf", b"x" * 300_000)
            client = await open_client(fake.url, 1.0)
            secret = Secret(robot.token.encode())
            assert len(await client.fetch(secret, "documents/file_1.pdf", 300_000)) == 300_000
            with pytest.raises(SendRefused, match="larger"):
                await client.fetch(secret, "documents/file_1.pdf", 299_999)
            await client.close()

    asyncio.run(story())


@pytest.mark.parametrize("path", ["/var/lib/telegram/file_1.pdf", "../../etc/passwd", "a/../b", ".."])
def test_only_the_platforms_own_files_are_fetched(path: str) -> None:
    async def story() -> None:
        async with chatting() as (fake, _, _ana, channel):
            found = {"ok": True, "result": {"file_id": "f", "file_unique_id": "u", "file_path": path}}
            fake.faults = [Fault("getFile", 200, body=json.dumps(found).encode(), after=True)]
            fake.world.files["f"] = (path, b"x")
            with pytest.raises(SendRefused, match="keeps its files"):
                await channel.media(account(), Media("document", "f"))

    asyncio.run(story())


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("file", 404, "Not Found"), SendRefused),
        (Fault("file", 500), SendLater),
        (Fault("file", 200, cut=True), SendLater),
        (Fault("file", 200, body=b"", headers={}), None),
        (Fault("getFile", 500), SendLater),
        (Fault("getFile", 401, "Unauthorized"), Unauthorised),
        (Fault("getFile", 200, body=b"<html>", after=True), SendLater),
        (Fault("getFile", 429, "Too Many Requests", 4), SendLater),
    ],
)
def test_trouble_with_a_file_may_be_over_later_unless_the_file_is_gone(
    fault: Fault, kind: type[Exception] | None
) -> None:
    async def story() -> None:
        async with chatting() as (fake, robot, _, channel):
            media = Media("document", fake.file("documents/file_1.pdf", b"x"))
            fake.faults = [fault]
            if kind is None:
                assert (await channel.media(account(), media)).content == b""
                return
            with pytest.raises(kind) as failed:
                await channel.media(account(), media)
            assert type(failed.value) is kind
            assert not leaks(shown(failed.value), robot.token)
            await channel.media(account(), media)

    asyncio.run(story())


def test_a_file_is_not_fetched_from_another_host() -> None:
    async def story() -> None:
        async with saying(http("200 OK", b"stolen")) as (elsewhere, heard), chatting() as (fake, _, _ana, channel):
            media = Media("document", fake.file("documents/file_1.pdf", b"x"))
            fake.faults = [Fault("file", 302, headers={"location": f"{elsewhere}/file"})]
            with pytest.raises(SendLater):
                await channel.media(account(), media)
            assert heard == []

    asyncio.run(story())
