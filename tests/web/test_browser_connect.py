"""Connecting channels in Chromium: the path an owner takes, on phones and wide screens, light and dark."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from adapters.base import Finding
from tests.bots.connecting import BOT_TOKEN, Parts, SignedIn, number
from tests.builders import LUZ
from tests.web.connecting import connecting
from tests.web.served import FLAGS, Served, chromium, listening, words
from tests.web.test_browser import SCREENS, looked_at, screen
from web.landing.links import desk_link

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from playwright.sync_api import Browser, Page

    from tests.web.house import House
    from web.app import Site

pytestmark = pytest.mark.browser
LUZ_ID = LUZ.business.id
PHONE_LIGHT, PHONE_DARK, WIDE_LIGHT, WIDE_DARK = SCREENS


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield one
        one.close()


class Both:
    """A house, and the parts that connect its accounts."""

    def __init__(self, house: House, parts: Parts) -> None:
        self.house = house
        self.parts = parts


@pytest.fixture
def site(browser: Browser) -> Iterator[Served[Both]]:  # the browser first: without one nothing need be served
    @asynccontextmanager
    async def opened() -> AsyncIterator[tuple[Both, Site]]:
        async with connecting(words=words) as (one, parts):
            yield Both(one, parts), one.app

    with listening(opened) as one:
        yield one


def desk(browser: Browser, site: Served[Both], size: tuple[int, int, str] = SCREENS[0], **more: Any) -> Page:
    page = screen(browser, size, **more).new_page()
    house = site.house.house
    page.goto(desk_link(house.tools.link_key, site.url, house.clock.now()))
    page.goto(f"{site.url}/desk/channels")
    return page


def of_luz(page: Page) -> Any:
    return page.get_by_role("region", name="Luz Studio")


@pytest.mark.parametrize("size", [PHONE_LIGHT, WIDE_DARK], ids=str)
def test_an_owner_connects_a_bot_checks_it_and_disconnects_it(
    browser: Browser, site: Served[Both], size: tuple[int, int, str]
) -> None:
    problems: list[str] = []
    page = desk(browser, site, size)
    page.on("pageerror", lambda error: problems.append(str(error)))
    looked_at(page, f"channels-empty-{size[2]}")
    luz = of_luz(page)
    luz.get_by_text("by web chat only").wait_for()
    luz.get_by_text("Connect Telegram").first.click()
    field = luz.get_by_label("Token")
    field.fill("wrong")
    luz.get_by_role("button", name="Connect Telegram").click()
    luz.get_by_text("the platform does not know this token").wait_for()
    assert page.evaluate("document.activeElement.name") == "secret", "the reader is taken to what is wrong"
    looked_at(page, f"channels-refused-{size[2]}")
    luz.get_by_label("Token").fill(BOT_TOKEN)
    luz.get_by_role("button", name="Connect Telegram").click()
    page.get_by_text("It is connected.").wait_for()
    card = page.get_by_role("article", name="@luz_bot")
    card.get_by_text("Connected", exact=True).wait_for()
    assert "canary" not in page.content()
    site.house.parts.telegram.findings = [
        Finding(True, "Telegram knows the token."),
        Finding(False, "9 messages wait at Telegram.", "See that server.public_url answers from outside."),
    ]
    card.get_by_role("button", name="Check now").click()
    card.get_by_text("9 messages wait").wait_for()
    looked_at(page, f"channels-checked-{size[2]}")
    card.get_by_role("link", name="Disconnect").click()
    page.get_by_role("heading", name="Disconnect @luz_bot?").wait_for()
    looked_at(page, f"channels-disconnect-{size[2]}")
    page.get_by_role("button", name="Disconnect").click()
    page.get_by_text("It is disconnected.").wait_for()
    assert problems == []


@pytest.mark.parametrize("size", [PHONE_DARK, WIDE_LIGHT], ids=str)
def test_an_owner_signs_in_at_the_platform_and_chooses_a_number(
    browser: Browser, site: Served[Both], size: tuple[int, int, str]
) -> None:
    parts = site.house.parts
    parts.whatsapp.opens["code"] = [number(), number("5002", "+351 210 000 002 · Luz Studio Alfama")]
    parts.connections._public_url = site.url
    page = desk(browser, site, size)

    def dialog(route: Any) -> None:
        state = route.request.url.partition("state=")[2].partition("&")[0]
        answer = f"<meta http-equiv=refresh content='0;url={site.url}/connect/whatsapp/back?state={state}&code=code'>"
        assert "referer" not in route.request.headers
        route.fulfill(status=200, content_type="text/html", body=answer)

    page.context.route("https://platform.example/**", dialog)
    luz = of_luz(page)
    luz.get_by_text("Connect WhatsApp").first.click()
    luz.get_by_role("link", name="Sign in with Meta").click()
    page.get_by_role("heading", name="Which number?").wait_for()
    assert "code=" not in page.url
    looked_at(page, f"channels-choose-{size[2]}")
    page.reload()
    page.get_by_label("+351 210 000 002").check()
    page.get_by_label("PIN").fill("000000")
    ask = parts.whatsapp.ask
    parts.refuse_delivery(parts.whatsapp, "The PIN is not the one that protects this number. Enter that one.")
    page.get_by_role("button", name="Connect").click()
    page.get_by_text("It is not quite connected yet").wait_for()
    looked_at(page, f"channels-unfinished-{size[2]}")
    parts.whatsapp.ask = ask  # type: ignore[method-assign]
    card = page.get_by_role("article", name="+351 210 000 002")
    card.get_by_label("PIN").fill("123456")
    card.get_by_role("button", name="Try again").click()
    page.get_by_text("It is connected.").wait_for()
    assert parts.whatsapp.pins == ["123456"]


@pytest.mark.parametrize("size", [PHONE_DARK, WIDE_LIGHT], ids=str)
def test_every_state_of_an_account_on_one_page(
    browser: Browser, site: Served[Both], size: tuple[int, int, str]
) -> None:
    parts = site.house.parts

    async def several() -> None:
        made = await parts.connected()
        stopped = number("5003", "+351 210 000 003")
        parts.whatsapp.opens.update(one=[number()], two=[number("5002", "+351 210 000 002")], three=[stopped])
        phones = [await parts.connections.connect_token(LUZ_ID, "whatsapp", one) for one in ("one", "two", "three")]
        await parts.store.accounts.judge(
            LUZ_ID, made.id, "reauth_required", "Telegram does not know the token any more."
        )
        await parts.store.accounts.judge(
            LUZ_ID, phones[2].id, "stopped", "WhatsApp has locked the account: unpaid bill."
        )
        await parts.connections.disconnect(phones[1])

    site.run(several)
    page = desk(browser, site, size)
    for state in ("Connected", "Interrupted", "Stopped by the platform", "Disconnected"):
        assert of_luz(page).get_by_text(state, exact=True).count() >= 1
    page.wait_for_load_state("networkidle")
    looked_at(page, f"channels-states-{size[2]}")
    page.get_by_role("article", name="@luz_bot").get_by_text("Connect again").last.click()
    page.get_by_role("article", name="@luz_bot").get_by_label("Token").wait_for()


def test_it_all_works_without_script_and_by_keyboard(browser: Browser, site: Served[Both]) -> None:
    page = desk(browser, site, java_script_enabled=False)
    of_luz(page).locator("summary").first.press("Enter")
    of_luz(page).get_by_label("Token").focus()
    page.keyboard.type(BOT_TOKEN)
    page.keyboard.press("Enter")
    page.get_by_text("It is connected.").wait_for()
    page.get_by_role("article", name="@luz_bot").get_by_role("button", name="Check now").click()
    page.get_by_text("It delivers here.").wait_for()


def test_a_second_tap_asks_the_platform_nothing(browser: Browser, site: Served[Both]) -> None:
    page = desk(browser, site)
    of_luz(page).get_by_text("Connect Telegram").first.click()
    of_luz(page).get_by_label("Token").fill(BOT_TOKEN)
    of_luz(page).get_by_role("button", name="Connect Telegram").dblclick()
    page.get_by_text("It is connected.").wait_for()
    assert site.house.parts.telegram.asked.count("subscribe") == 1


def test_the_page_in_other_languages_fits_a_phone(browser: Browser, site: Served[Both]) -> None:
    site.run(site.house.parts.connected)
    page = desk(browser, site)
    for language in ("es", "pt", "de", "fr", "it", "ru"):
        page.goto(f"{site.url}/desk/channels?lang={language}")
        assert page.evaluate("document.documentElement.lang") == language
        for one in page.locator("summary").all():
            one.click()
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{wide} px wider than the screen in {language}"
    looked_at(page, "channels-ru")  # the longest words


def test_the_page_from_right_to_left(browser: Browser, site: Served[Both]) -> None:
    site.run(site.house.parts.connected)
    page = desk(browser, site)
    page.evaluate("document.documentElement.dir = 'rtl'")
    tile, badge = (
        page.get_by_role("article", name="@luz_bot").locator(one).bounding_box() for one in (".tile", ".badge")
    )
    assert tile["x"] > badge["x"]
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_what_is_missing_on_this_server_is_said(browser: Browser, site: Served[Both]) -> None:
    connections = site.house.parts.connections
    connections._public_url = ""
    connections._connectors = {**connections._connectors, "whatsapp": SignedIn(replace(site.house.parts.whatsapp))}
    page = desk(browser, site)
    of_luz(page).get_by_text("Connect Telegram").first.click()
    of_luz(page).get_by_text("set server.public_url").first.wait_for()
    looked_at(page, "channels-missing")
