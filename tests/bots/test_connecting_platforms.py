"""From the page to the platform and back, with the real connectors: what a customer writes then arrives."""

from __future__ import annotations

import asyncio
import html
import re
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from bots.application import Application
from bots.keyring import hook_path
from bots.platforms import Platforms
from bots.settings import load
from domain.clock import ManualClock
from storage.memory.store import MemoryStore
from tests.builders import LUZ, LUZ_CHAT, NOW
from tests.platforms.graph import FakeGraph
from tests.platforms.telegram import FakeTelegram
from tests.platforms.telegram_http import serving
from web.landing.links import desk_link

LUZ_ID = LUZ.business.id


class Owner:
    """Somebody at a browser, who follows links by hand."""

    def __init__(self, app, url):
        self.app, self.url = app, url
        self.client = httpx.AsyncClient(base_url=url, timeout=None)

    async def page(self, path="/desk/channels"):
        answer = await self.client.get(path)
        assert answer.status_code == 200, answer.text
        return html.unescape(answer.text)

    async def post(self, path, **fields):
        token = re.search(r'name="token" value="([^"]+)"', await self.page())[1]
        return await self.client.post(path, data={"token": token, **fields})

    async def account(self, channel):
        (found,) = [one for one in await self.app.store.accounts.of(LUZ_ID) if one.channel == channel]
        return found

    async def heard(self):
        """Return who has written since it was asked last."""
        self.app.clock.advance(timedelta(seconds=5))  # until the burst of messages is over
        return [mail.sender for claim in await self.app.store.mailbox.claim(10) for mail in claim.mail]


@asynccontextmanager
async def owner_at(folder, **environment):
    """Serve Frontdesk for a salon, and yield its owner, who has opened the link of the desk."""
    box = {}

    async def served(scope, receive, send):
        await box["asgi"](scope, receive, send)

    async with serving(served) as url:
        (folder / "config.yaml").touch()
        named = {f"FRONTDESK_{name}": text for name, text in environment.items()}
        settings = load(folder / "config.yaml", {"FRONTDESK_SERVER__PUBLIC_URL": url, **named})
        clock = ManualClock(NOW)
        app = Application(
            MemoryStore(clock), clock, b"s" * 32, platforms=Platforms.from_settings(settings, clock), base_url=url
        )
        box["asgi"] = app.asgi()
        await app.store.directories.save(LUZ, [LUZ_CHAT])
        owner = Owner(app, url)
        try:
            await owner.client.get(desk_link(app.tools().link_key, url, clock.now()))
            yield owner
        finally:
            await owner.client.aclose()
            await app.close()


def test_a_bot_is_connected_on_the_page_and_its_customers_are_heard(tmp_path):
    async def story():
        async with FakeTelegram() as telegram, owner_at(tmp_path, TELEGRAM__API_URL=telegram.url) as owner:
            robot = telegram.robot("luz_bot")
            message = f"Done! Use this token to access the HTTP API:\n{robot.token}\nKeep your token secure."
            answer = await owner.post("/connect/telegram/token", business="luz", secret=message)
            assert "done=connected" in answer.headers["location"], "the whole message of BotFather may be pasted"
            account = await owner.account("telegram")
            assert (account.name, account.state) == ("@luz_bot", "connected")
            assert robot.hook.url == owner.url + hook_path("telegram", account.endpoint_id)

            ana = telegram.person("Ana")
            await telegram.says(ana, "a haircut tomorrow")
            assert await owner.heard() == [str(ana.id)]
            checked = await owner.post(f"/connect/accounts/{account.id}/check")
            assert "delivers the bot's messages to this server" in html.unescape(checked.text)
            assert robot.token not in checked.text

            telegram.revoke(robot)
            checked = await owner.post(f"/connect/accounts/{account.id}/check")
            assert "Connect the bot again" in html.unescape(checked.text)
            refused = await owner.post("/connect/telegram/token", business="luz", secret=robot.token)
            assert (refused.status_code, robot.token in refused.text) == (422, False)
            await owner.post(f"/connect/accounts/{account.id}/disconnect")
            assert (await owner.account("telegram")).state == "disconnected"
            assert telegram.violations == []

    asyncio.run(story())


def test_a_number_is_connected_by_signing_in_and_its_customers_are_heard(tmp_path):
    async def story():
        async with FakeGraph() as meta:
            app = {
                "WHATSAPP__APP_ID": meta.app_id,
                "WHATSAPP__APP_SECRET": meta.app_secret,
                "WHATSAPP__CONFIG_ID": meta.config_id,
                "WHATSAPP__GRAPH_URL": meta.url,
                "WHATSAPP__DIALOG_URL": meta.url,
            }
            async with owner_at(tmp_path, **app) as owner:
                link = re.search(r'href="(/connect/whatsapp/begin[^"]+)"', await owner.page())[1]
                to_meta = (await owner.client.get(link)).headers["location"]
                assert to_meta.startswith(f"{meta.url}/v25.0/dialog/oauth?")
                back = (await owner.client.get(to_meta)).headers["location"]
                assert back.startswith(f"{owner.url}/connect/whatsapp/back?")
                chosen = await owner.client.get(back)
                assert chosen.headers["location"] == "/connect/whatsapp/choose"
                assert meta.number.display in await owner.page("/connect/whatsapp/choose")
                done = await owner.post("/connect/whatsapp/choose", account=meta.number.id, pin="123456")
                assert "done=connected" in done.headers["location"], done.text
                account = await owner.account("whatsapp")
                address = owner.url + hook_path("whatsapp", account.endpoint_id)
                assert (account.group, account.state) == (meta.waba.id, "connected")
                assert meta.waba.subscribed == {meta.app_id: address}

                meta.deliver_to(address)
                await meta.says("Ana", "a haircut tomorrow")
                assert len(await owner.heard()) == 1
                again = await owner.client.get(back)
                assert again.headers["location"] == "/desk/channels?problem=sign-in-over"

                meta.accounts.consent = None
                to_meta = (await owner.client.get(link)).headers["location"]
                declined = await owner.client.get((await owner.client.get(to_meta)).headers["location"])
                assert declined.headers["location"] == "/desk/channels?problem=sign-in-declined"

                await owner.post(f"/connect/accounts/{account.id}/disconnect")
                assert (await owner.account("whatsapp")).state == "disconnected"
                assert meta.waba.subscribed == {}
                assert meta.violations == []

    asyncio.run(story())


@pytest.mark.parametrize("path", ["/hooks/telegram/" + "x" * 24, "/hooks/whatsapp/" + "0" * 32])
def test_an_endpoint_that_nobody_has_is_closed(tmp_path, path):
    async def story():
        async with owner_at(tmp_path) as owner:
            assert (await owner.client.post(path, content=b"{}")).status_code == 403

    asyncio.run(story())
