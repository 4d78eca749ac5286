"""The path that a person takes, in Chromium, on phones and wide screens, light and dark."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from domain.ids import conversation_id
from tests.builders import LUZ, LUZ_CHAT, ROSA, at, book, booking
from tests.web.served import FLAGS, Served, chromium, served
from web.landing.links import desk_link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.web.house import House

pytestmark = pytest.mark.browser

SCREENS = [(390, 844, "light"), (390, 844, "dark"), (1280, 900, "light"), (1280, 900, "dark")]
CHOICES = (("t1", "Sat 21 Nov 10:00"), ("t2", "Sat 21 Nov 11:30"), ("t3", "Sat 21 Nov 15:00"))
CARD = {
    "id": "b1",
    "status": "confirmed",
    "service": "Haircut",
    "staff": "Anna",
    "place": "Graça",
    "address": "Rua da Graça 12, 1170-168 Lisboa",
    "start": "2026-11-21T15:00:00+00:00",
    "end": "2026-11-21T15:30:00+00:00",
    "zone": "Europe/Lisbon",
    "party_size": None,
    "name": "John Smith",
    "price": [2500, "EUR"],
    "manage": "/b/luz/abc",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield one
        one.close()


@pytest.fixture
def site(browser: Browser) -> Iterator[Served[House]]:  # the browser first: without one nothing need be served
    with served() as one:
        yield one


def screen(browser: Browser, size: tuple[int, int, str] = SCREENS[0], **more: Any) -> BrowserContext:
    width, height, scheme = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        timezone_id="Europe/Lisbon",
        **more,
    )
    context.set_default_timeout(8_000)
    return context


def opened(context: BrowserContext, url: str, problems: list[str] | None = None) -> Page:
    page = context.new_page()
    if problems is not None:
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(url)
    return page


def looked_at(page: Page, name: str) -> None:
    """Nothing for axe to complain of, nothing wider than the screen, and a picture for whoever wants one."""
    from axe_playwright_python.sync_playwright import Axe

    folder = os.environ.get("SCREENSHOTS")
    if folder:
        size = page.viewport_size or {"width": 0}
        page.screenshot(path=Path(folder) / f"{name}-{size['width']}.png")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} is {wide} px wider than the screen"


def say(page: Page, text: str, answer: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")
    page.locator("#lines").get_by_text(answer).last.wait_for()


@pytest.mark.parametrize("size", SCREENS, ids=str)
def test_a_customer_books_by_chat(browser: Browser, site: Served[House], size: tuple[int, int, str]) -> None:
    problems: list[str] = []
    page = opened(screen(browser, size), f"{site.url}/webchat/luz", problems)
    page.get_by_role("heading", name="Welcome to Luz Studio").wait_for()
    looked_at(page, f"chat-empty-{size[2]}")
    site.house.says = {"text": "Which of these suits you?", "choices": CHOICES}
    say(page, "a haircut tomorrow", "Which of these suits you?")
    assert not page.get_by_role("heading", name="Welcome").is_visible()
    looked_at(page, f"chat-choices-{size[2]}")
    site.house.says = {"text": "Booked for Saturday at 15:00.", "card": CARD}
    page.get_by_role("button", name="Sat 21 Nov 15:00").click()
    card = page.get_by_role("article")
    card.wait_for()
    assert page.get_by_role("button", name="Sat 21 Nov 15:00").count() == 0, "an answered choice is gone"
    shown = card.inner_text()
    for words in (
        "Haircut",
        "Confirmed",
        "Saturday 21 November, 15:00",
        "Anna",
        "Rua da Graça 12",
        "€25",
        "John Smith",
    ):
        assert words in shown
    assert card.get_by_role("link", name="Add to calendar").get_attribute("href") == "/b/luz/abc/calendar.ics"
    assert card.get_by_role("link", name="Change or cancel").get_attribute("href") == "/b/luz/abc"
    assert page.locator(".line.customer").count() == 2
    looked_at(page, f"chat-booked-{size[2]}")
    assert problems == []


def test_the_first_paint_is_small(browser: Browser, site: Served[House]) -> None:
    context = screen(browser)
    page = context.new_page()
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(f"{site.url}/webchat/luz")
    page.wait_for_load_state("networkidle")
    assert 5_000 < sum(sizes) < 30_000


def test_it_all_works_without_script(browser: Browser, site: Served[House]) -> None:
    page = opened(screen(browser, java_script_enabled=False), f"{site.url}/webchat/luz")
    site.house.says = {"text": "Which of these suits you?", "choices": CHOICES}
    page.get_by_role("textbox").fill("a haircut tomorrow")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Which of these suits you?").wait_for()
    site.house.says = {"text": "Booked for Saturday at 15:00.", "card": CARD}
    page.get_by_role("button", name="Sat 21 Nov 15:00").click()
    page.get_by_role("article").wait_for()
    assert "Saturday 21 November, 15:00" in page.get_by_role("article").inner_text()
    assert page.locator(".line.customer").count() == 2


def test_by_keyboard_alone(browser: Browser, site: Served[House]) -> None:
    page = opened(screen(browser), f"{site.url}/webchat/luz")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "text":
            break
    site.house.says = {"text": "Which?", "choices": CHOICES[:2]}
    page.keyboard.type("first line")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("second line")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sat 21 Nov 11:30").focus()
    site.house.says = {}
    page.keyboard.press("Enter")
    page.get_by_text("You said: t2").wait_for()
    assert page.evaluate("document.activeElement.id") == "text", "the focus is not lost with the chip"
    assert page.locator(".line.customer .bubble").first.inner_text().endswith("first line\nsecond line")


def test_a_reload_and_another_tab_show_the_same_conversation(browser: Browser, site: Served[House]) -> None:
    context = screen(browser)
    left = opened(context, f"{site.url}/webchat/luz")
    say(left, "from the left", "You said: from the left")
    right = opened(context, f"{site.url}/webchat/luz")
    right.get_by_text("You said: from the left").wait_for()
    say(right, "from the right", "You said: from the right")
    left.get_by_text("You said: from the right").wait_for()
    left.reload()
    left.get_by_text("You said: from the right").wait_for()
    for page in (left, right):
        assert page.locator(".line.customer").count() == 2
        assert page.locator(".line.bot:not(.writing .line)").count() >= 2


def test_what_is_written_while_the_line_is_down_is_kept_and_sent_once(browser: Browser, site: Served[House]) -> None:
    context = screen(browser)
    page = opened(context, f"{site.url}/webchat/luz")
    say(page, "hi", "You said: hi")
    context.set_offline(True)
    page.get_by_text("You are offline").wait_for()
    for text in ("one", "two"):
        page.get_by_role("textbox").fill(text)
        page.keyboard.press("Enter")
    assert page.get_by_role("img", name="Sending").count() == 2
    page.get_by_role("textbox").fill("half a sen")
    looked_at(page, "chat-offline")
    context.set_offline(False)
    page.locator("#lines").get_by_text("You said: two").or_(page.locator("#lines").get_by_text("one / two")).wait_for()
    page.get_by_text("You are offline").wait_for(state="hidden")
    assert [one.inner_text().split("\n")[-1] for one in page.locator(".line.customer .bubble").all()] == [
        "hi", "one", "two"
    ]  # fmt: skip
    page.reload()
    assert page.get_by_role("textbox").input_value() == "half a sen", "a draft is never lost"


def test_two_tabs_that_write_without_a_line_lose_nothing_even_when_closed(
    browser: Browser, site: Served[House]
) -> None:
    context = screen(browser)
    left = opened(context, f"{site.url}/webchat/luz")
    say(left, "hi", "You said: hi")
    right = opened(context, f"{site.url}/webchat/luz")
    right.get_by_text("You said: hi").wait_for()
    context.set_offline(True)
    for page, text in ((left, "from the left"), (right, "from the right")):
        page.get_by_role("textbox").fill(text)
        page.keyboard.press("Enter")
        page.get_by_role("img", name="Sending").wait_for()
    left.close()
    right.close()
    context.set_offline(False)
    page = opened(context, f"{site.url}/webchat/luz")
    page.locator(".line.bot").get_by_text("from the left").wait_for()
    page.locator(".line.bot").get_by_text("from the right").wait_for()
    assert page.locator(".line.customer").count() == 3


def test_what_the_browser_remembers_may_be_spoiled(browser: Browser, site: Served[House]) -> None:
    problems: list[str] = []
    context = screen(browser)
    page = opened(context, f"{site.url}/webchat/luz")
    page.evaluate("localStorage.setItem('chat:luz:waiting', '{not json')")
    page.evaluate("localStorage.setItem('chat:luz:conversation', 'issued-by-nobody')")
    page = opened(context, f"{site.url}/webchat/luz", problems)
    say(page, "hello anyway", "You said: hello anyway")
    assert page.locator(".line.customer").count() == 1
    assert not [one for one in problems if "404" not in one]


def test_an_answer_that_gets_lost_does_not_make_two_messages(browser: Browser, site: Served[House]) -> None:
    context = screen(browser)
    page = opened(context, f"{site.url}/webchat/luz")
    lost = []

    def lose(route: Any) -> None:
        if not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    page.route("**/messages", lose)
    say(page, "hello once", "You said: hello once")
    assert lost
    assert lost[0].status == 202
    page.wait_for_timeout(500)
    assert page.locator(".line.customer").count() == 1


def test_the_server_restarts_and_the_page_comes_back_by_itself(browser: Browser, site: Served[House]) -> None:
    context = screen(browser)
    page = opened(context, f"{site.url}/webchat/luz")
    say(page, "hi", "You said: hi")
    page.route("**/messages", lambda route: route.fulfill(status=503, headers={"retry-after": "1"}, body="{}"))
    page.get_by_role("textbox").fill("are you there")
    page.keyboard.press("Enter")
    page.get_by_role("img", name="Sending").wait_for()
    page.unroute("**/messages")
    page.locator("#lines").get_by_text("You said: are you there").wait_for()


def test_a_reader_of_old_messages_is_not_torn_away(browser: Browser, site: Served[House]) -> None:
    context = screen(browser)
    page = opened(context, f"{site.url}/webchat/luz")
    site.house.says = {"text": "line\n" * 80}
    say(page, "a long story", "line")
    page.locator("#scroll").evaluate("one => { one.scrollTop = 0 }")
    conversation = page.evaluate("localStorage.getItem('chat:luz:conversation')")
    row_id = conversation_id(LUZ_CHAT.id, conversation)
    site.run(lambda: site.house.tools.staff.reply(LUZ.business.id, row_id, "Rosa", "Rosa here"))
    page.get_by_role("button", name="New messages").wait_for()
    assert page.locator("#scroll").evaluate("one => one.scrollTop") == 0
    page.get_by_role("button", name="New messages").click()
    page.get_by_text("Rosa here").wait_for()
    assert page.get_by_text("Rosa answers").is_visible()
    assert page.get_by_role("button", name="New messages").is_hidden()


def test_hostile_words_stay_words(browser: Browser, site: Served[House]) -> None:
    problems: list[str] = []
    context = screen(browser)
    page = opened(context, f"{site.url}/webchat/luz", problems)
    hostile = "<img src=x onerror=alert(1)> https://example.org/a?b=1 javascript:alert(2) مرحبا " + "x" * 300
    site.house.says = {"text": hostile, "card": {**CARD, "manage": "javascript:alert(3)", "service": "<b>Cut</b>"}}
    say(page, hostile, "onerror")
    assert page.locator("#lines img").count() == 0
    assert page.locator("#lines .bubble a").first.get_attribute("href") == "https://example.org/a?b=1"
    assert page.get_by_role("link", name="Change or cancel").count() == 0
    assert "<b>Cut</b>" in page.get_by_role("article").inner_text()
    looked_at(page, "chat-hostile")
    assert problems == []


def test_the_page_in_spanish_and_from_right_to_left(browser: Browser, site: Served[House]) -> None:
    context = screen(browser, locale="es-ES")
    page = opened(context, f"{site.url}/webchat/luz")
    page.get_by_role("heading", name="Te damos la bienvenida a Luz Studio").wait_for()
    page.evaluate("document.documentElement.dir = 'rtl'")
    say(page, "hola", "You said: hola")
    mine = page.locator(".line.customer .bubble").bounding_box()
    assert mine
    assert mine["x"] < 60, "the customer's words are at the other side"
    looked_at(page, "chat-rtl")


@pytest.mark.parametrize("size", SCREENS, ids=str)
def test_a_customer_moves_and_cancels_on_the_page_of_the_booking(
    browser: Browser, site: Served[House], size: tuple[int, int, str]
) -> None:
    made = booking(at(15), customer_id="c1", code="abc", name="John Smith")
    site.run(lambda: site.house.store.calendar(LUZ.business.id).apply([book(made)]))
    page = opened(screen(browser, size), f"{site.url}/b/luz/abc")
    looked_at(page, f"portal-{size[2]}")
    page.get_by_role("link", name="Choose another time").click()
    page.get_by_role("heading", name="Free on Saturday 21 November").wait_for()
    looked_at(page, f"portal-move-{size[2]}")
    page.get_by_role("link", name="Mon 23 Nov").click()
    page.get_by_role("heading", name="Free on Monday 23 November").wait_for()
    page.get_by_role("link", name="10:15").click()
    looked_at(page, f"portal-confirm-{size[2]}")
    page.get_by_role("button", name="Yes, move it").click()
    page.get_by_text("Your booking is now on Monday 23 November, 10:15").wait_for()
    page.get_by_role("link", name="Cancel booking").click()
    looked_at(page, f"portal-cancel-{size[2]}")
    page.get_by_role("button", name="Yes, cancel it").click()
    page.get_by_text("Your booking is cancelled").wait_for()
    looked_at(page, f"portal-cancelled-{size[2]}")


@pytest.mark.parametrize("size", SCREENS, ids=str)
def test_staff_take_a_conversation_over_and_give_it_back(
    browser: Browser, site: Served[House], size: tuple[int, int, str]
) -> None:
    problems: list[str] = []
    customer = opened(screen(browser), f"{site.url}/webchat/luz")
    start = opened(screen(browser, size), f"{site.url}/", problems)
    looked_at(start, f"landing-{size[2]}")
    made = booking(at(16, 30, -1), customer_id="c1", code="abc", name="Maria", resources=(ROSA,))
    site.run(lambda: site.house.store.calendar(LUZ.business.id).apply([book(made)]))
    desk = start
    desk.goto(desk_link(site.house.tools.link_key, site.url, site.house.clock.now()))
    desk.get_by_text("Maria").wait_for()
    desk.get_by_text("No conversations yet").wait_for()
    looked_at(desk, f"desk-empty-{size[2]}")
    desk.get_by_text("Live", exact=True).wait_for()
    say(customer, "is anybody there", "You said: is anybody there")
    desk.get_by_role("link", name="You said: is anybody there").click()
    desk.get_by_role("button", name="Take over").click()
    desk.get_by_role("button", name="Hand back").wait_for()
    desk.get_by_role("textbox", name="Reply to the customer").fill("Yes, I am")
    desk.get_by_role("button", name="Send").click()
    customer.get_by_text("Yes, I am").wait_for()
    customer.get_by_text("Front desk answers").wait_for()
    desk.get_by_role("textbox", name="Reply to the customer").fill("a difficult one")
    desk.get_by_role("button", name="Save note").click()
    desk.locator(".line.note").get_by_text("a difficult one").wait_for()
    looked_at(desk, f"desk-conversation-{size[2]}")
    desk.get_by_role("textbox", name="Reply to the customer").fill("half a reply")
    say(customer, "thank you", "You said: thank you")
    desk.locator("#lines").get_by_text("thank you", exact=True).wait_for()
    assert desk.get_by_role("textbox", name="Reply to the customer").input_value() == "half a reply"
    desk.get_by_role("button", name="Hand back").click()
    desk.get_by_role("button", name="Take over").wait_for()
    assert customer.get_by_text("a difficult one").count() == 0
    assert problems == []


@pytest.mark.parametrize("size", SCREENS[1:3], ids=str)
def test_a_page_that_is_not_there_says_what_to_do(
    browser: Browser, site: Served[House], size: tuple[int, int, str]
) -> None:
    page = opened(screen(browser, size), f"{site.url}/b/luz/not-a-code")
    page.get_by_role("heading", name="We cannot find this booking").wait_for()
    looked_at(page, f"error-{size[2]}")
    page.get_by_role("link", name="To the start page").click()
    page.get_by_role("heading", name="Frontdesk answers").wait_for()
