"""The whole of it in Chromium: the real engine and desk, from the first word to a booking moved and cancelled."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bots.application import Application
from bots.seed import seed
from tests.web.served import FLAGS, Served, chromium, listening

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from playwright.sync_api import Browser, Page

    from web.app import Site

pytestmark = pytest.mark.browser
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


class Running:
    """A clock that runs from a Friday morning on, whatever day it is."""

    def __init__(self) -> None:
        self._behind = datetime.now(UTC) - FRIDAY

    def now(self) -> datetime:
        return datetime.now(UTC) - self._behind


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[Application, Site]]:
    app = Application.in_memory(Running())
    await app.open()
    await seed(app)
    working = asyncio.create_task(app.work_forever())
    try:
        yield app, app.asgi()  # type: ignore[misc]
    finally:
        app.stop()
        await asyncio.wait({working}, timeout=5)
        await app.close()


@pytest.fixture
def browser() -> Iterator[Browser]:
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield one
        one.close()


@pytest.fixture
def site(browser: Browser) -> Iterator[Served[Application]]:  # the browser first: without one nothing need be served
    with listening(opened) as one:
        yield one


def say(page: Page, text: str) -> str:
    """Write something and return the answer."""
    before = page.locator("#lines .line.bot").count()
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")
    page.locator("#lines .line.bot").nth(before).wait_for()
    return page.locator("#lines .line.bot .bubble").last.inner_text()


def test_from_the_first_word_to_a_moved_and_cancelled_booking(browser: Browser, site: Served[Application]) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, timezone_id="Europe/Lisbon")
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(site.url)
    page.get_by_role("link", name=re.compile("^Chat with Sal")).click()
    say(page, "hi")
    say(page, "I want to book a haircut")
    say(page, "tomorrow at 3pm")
    say(page, "with Anna")
    say(page, "my name is John Smith")
    say(page, "actually make it 4pm")
    say(page, "yes")
    card = page.get_by_role("article")
    card.wait_for()
    for words in ("Haircut", "Saturday 21 November, 16:00", "Anna", "John Smith", "Confirmed"):
        assert words in card.inner_text()

    with context.expect_page() as manage:
        card.get_by_role("link", name="Change or cancel").click()
    booking = manage.value
    booking.get_by_role("link", name="Choose another time").click()
    booking.get_by_role("link", name="Tue 24 Nov").click()
    booking.get_by_role("link", name="11:00").click()
    booking.get_by_role("button", name="Yes, move it").click()
    booking.get_by_text("Your booking is now on Tuesday 24 November, 11:00").wait_for()

    desk = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    desk.goto(re.findall(r"http\S+/desk\?key=\S+", site.house.welcome())[0].replace(site.house.base_url, site.url))
    desk.get_by_text("Tuesday 24 November").wait_for()
    desk.get_by_role("link", name=re.compile("John Smith")).click()
    desk.get_by_role("textbox", name="Reply to the customer").fill("Hello John, see you on Tuesday.")
    desk.get_by_role("button", name="Send").click()
    page.get_by_text("Hello John, see you on Tuesday.").wait_for()
    desk.get_by_role("button", name="Hand back").click()
    page.locator("#owner").get_by_text("Assistant").wait_for()

    booking.get_by_role("link", name="Cancel booking").click()
    booking.get_by_role("button", name="Yes, cancel it").click()
    booking.get_by_text("Your booking is cancelled").wait_for()
    desk.goto(f"{site.url}/desk")
    desk.get_by_text("Cancelled").wait_for()


def test_a_table_for_the_bistro_by_tapping(browser: Browser, site: Served[Application]) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, timezone_id="Europe/Lisbon")
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(f"{site.url}/chat/bistro")
    page.get_by_role("button", name="I would like to book a table").click()
    page.locator("#lines .line.bot").first.wait_for()
    say(page, "four people tomorrow at 8pm, name is Olu")
    say(page, "yes")
    page.get_by_role("article").wait_for()
    assert "4" in page.get_by_role("article").inner_text()
