"""The page of channels, and the way to a platform's sign-in and back: no secret in it, nothing for strangers."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.base import Finding
from tests.bots.connecting import BOT_TOKEN, OTHER_TOKEN, URL, Parts, bot, number
from tests.builders import LUZ, MAR
from tests.web.connecting import connecting
from tests.web.house import House
from web.landing.links import desk_link

if TYPE_CHECKING:
    import httpx

    from domain.businesses import Account

KEY = b"k" * 32
HERE = "http://desk.example"
Story = Callable[[House, Parts], Awaitable[None]]
LUZ_ID = LUZ.business.id


def told(story: Story, parts: Parts | None = None) -> None:
    async def it() -> None:
        async with connecting(parts) as (one, its_parts):
            await one.client.get(desk_link(KEY, HERE, one.clock.now()))
            await story(one, its_parts)

    asyncio.run(it())


async def page_of(one: House, path: str = "/desk/channels") -> str:
    answer = await one.client.get(path)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


async def post(one: House, path: str, **fields: str) -> httpx.Response:
    token = re.search(r'name="token" value="([^"]+)"', (await one.client.get("/desk/channels")).text)
    assert token
    answer = await one.client.post(path, data={"token": token[1], **fields})
    keeps_secrets(answer)
    return answer


async def paste(one: House, secret: str = BOT_TOKEN, **fields: str) -> httpx.Response:
    return await post(one, "/connect/telegram/token", **{"business": "luz", "secret": secret, **fields})


def keeps_secrets(answer: httpx.Response) -> None:
    """Nothing that opens a door is in what a browser is sent, and nothing tells where it came from."""
    assert "canary" not in answer.text
    assert "canary" not in str(answer.headers)
    if answer.status_code != 403:
        assert "no-referrer" in answer.headers["referrer-policy"]
        assert answer.headers["cache-control"] == "no-store"


async def signed_in_at_platform(one: House) -> str:
    """Follow the link to the platform; returns the state."""
    link = re.search(r'href="(/connect/whatsapp/begin[?]business=luz[^"]+)"', await page_of(one))
    assert link
    answer = await one.client.get(link[1])
    assert answer.status_code == 303
    address = urlsplit(answer.headers["location"])
    assert (address.netloc, address.path) == ("platform.example", "/dialog")
    query = parse_qs(address.query)
    assert query["redirect_uri"] == [f"{URL}/connect/whatsapp/back"]
    return query["state"][0]


async def back(one: House, **query: str) -> httpx.Response:
    answer = await one.client.get("/connect/whatsapp/back", params=query)
    keeps_secrets(answer)
    for secret in query.values():
        assert secret not in answer.text or len(secret) < 6
        assert secret not in answer.headers.get("location", "") or len(secret) < 6
    return answer


async def only_account(parts: Parts, channel: str = "telegram", business_id: str = LUZ_ID) -> Account:
    (found,) = [one for one in await parts.store.accounts.of(business_id) if one.channel == channel]
    return found


# Who may


def test_the_page_and_everything_below_it_is_closed_without_the_link() -> None:
    async def story() -> None:
        async with connecting() as (one, parts):
            account = await parts.connected()
            for path in (
                "/desk/channels",
                "/desk/channels?key=forged",
                "/connect/whatsapp/begin?business=luz",
                "/connect/whatsapp/back?state=x&code=y",
                "/connect/whatsapp/choose",
                f"/connect/accounts/{account.id}/disconnect",
            ):
                assert (await one.client.get(path)).status_code == 403, path
            for path in (
                "/connect/telegram/token",
                "/connect/whatsapp/choose",
                f"/connect/accounts/{account.id}/check",
                f"/connect/accounts/{account.id}/retry",
                f"/connect/accounts/{account.id}/disconnect",
            ):
                assert (await one.client.post(path, data={"token": "x"})).status_code == 403, path
            assert (await parts.now(account)).state == "connected"

    asyncio.run(story())


def test_the_link_of_the_command_line_opens_the_page_itself() -> None:
    async def story() -> None:
        async with connecting() as (one, _):
            link = desk_link(KEY, HERE, one.clock.now(), "/desk/channels")
            answer = await one.client.get(link)
            assert (answer.status_code, answer.headers["location"]) == (303, "/desk/channels")
            assert "channels-lead" in await page_of(one)
            assert 'href="/desk/channels"' in await page_of(one, "/desk")

    asyncio.run(story())


def test_a_form_of_another_page_does_nothing() -> None:
    async def story(one: House, parts: Parts) -> None:
        account = await parts.connected()
        for path in (f"/connect/accounts/{account.id}/disconnect", "/connect/telegram/token"):
            assert (await one.client.post(path, data={"token": "x", "business": "luz"})).status_code == 403
            token = re.search(r'name="token" value="([^"]+)"', await page_of(one))
            assert token
            crossing = {"sec-fetch-site": "cross-site"}
            answer = await one.client.post(path, data={"token": token[1], "business": "luz"}, headers=crossing)
            assert answer.status_code == 403
        link = re.search(r'href="(/connect/whatsapp/begin[?]business=luz[^"]+)"', await page_of(one))
        assert link
        assert (await one.client.get(link[1], headers={"sec-fetch-site": "cross-site"})).status_code == 403
        assert (await one.client.get(link[1].replace("luz", "mar"))).status_code == 403, "made for another business"
        assert (await one.client.get("/connect/whatsapp/begin?business=luz")).status_code == 403
        assert (await parts.now(account)).state == "connected"

    told(story)


def test_without_anything_that_connects_there_is_no_such_page() -> None:
    async def story() -> None:
        from tests.web.house import house

        async with house() as one:
            await one.client.get(desk_link(KEY, HERE, one.clock.now()))
            assert (await one.client.get("/desk/channels")).status_code == 404

    asyncio.run(story())


# Telegram


def test_a_pasted_token_connects_a_bot() -> None:
    async def story(one: House, parts: Parts) -> None:
        first = await page_of(one)
        assert "channels-none" in first
        assert re.search(r'<input[^>]*type="password"[^>]*name="secret"[^>]*autocomplete="off"', first)
        answer = await paste(one)
        account = await only_account(parts)
        assert answer.headers["location"] == f"/desk/channels?done=connected#account-{account.id}"
        shown = await page_of(one, answer.headers["location"])
        for words in ("done-connected", "@luz_bot", "account-state-connected"):
            assert words in shown

    told(story)


def test_a_token_that_is_refused_is_said_at_the_field_and_not_shown_again() -> None:
    async def story(one: House, parts: Parts) -> None:
        answer = await paste(one, "canary-typed-wrong")
        assert answer.status_code == 422
        shown = html.unescape(answer.text)
        assert shown.count("the platform does not know this token") == 1
        assert re.search(r'aria-describedby="error-luz-telegram-new help-luz-telegram-new" aria-invalid="true"', shown)
        assert len(re.findall(r"<details[^>]*open>", shown)) == 1, "the form that was sent stays open"
        assert "value=" not in re.findall(r'<input[^>]*name="secret"[^>]*>', shown)[0]

    told(story)


def test_a_bot_of_another_business_is_refused_in_the_readers_language() -> None:
    async def story(one: House, parts: Parts) -> None:
        await parts.connections.connect_token(MAR.business.id, "telegram", BOT_TOKEN)
        answer = await paste(one)
        assert (answer.status_code, "page-error-account-taken" in answer.text) == (422, True)
        german = await one.client.get("/desk/channels", headers={"accept-language": "de"})
        assert "[de] channels-lead" in german.text

    told(story)


def test_what_is_missing_is_named_instead_of_a_form() -> None:
    async def story(one: House, parts: Parts) -> None:
        shown = await page_of(one)
        assert "channels-missing" in shown
        assert "server.public_url" in shown
        assert 'name="secret"' not in shown
        assert "/begin" not in shown
        await one.client.get("/desk/channels")

    told(story, Parts(public_url=""))


def test_the_platform_goes_down_in_the_middle_and_the_card_says_what_to_do() -> None:
    async def story(one: House, parts: Parts) -> None:
        ask = parts.telegram.ask
        parts.refuse_delivery(parts.telegram, "Telegram does not take the address")
        answer = await paste(one)
        account = await only_account(parts)
        assert answer.headers["location"] == f"/desk/channels?problem=unfinished#account-{account.id}"
        shown = await page_of(one, answer.headers["location"])
        for words in (
            "page-error-unfinished",
            "Telegram does not take the address",
            "account-state-reauth_required",
            f"/connect/accounts/{account.id}/retry",
        ):
            assert words in shown
        again = await post(one, f"/connect/accounts/{account.id}/retry")
        assert "problem=unfinished" in again.headers["location"]
        parts.telegram.ask = ask  # type: ignore[method-assign]
        done = await post(one, f"/connect/accounts/{account.id}/retry")
        assert "done=connected" in done.headers["location"]

    told(story)


def test_an_account_is_connected_again_with_its_own_token_only() -> None:
    async def story(one: House, parts: Parts) -> None:
        account = await parts.connected()
        await parts.store.accounts.judge(LUZ_ID, account.id, "reauth_required", "its token was revoked")
        parts.telegram.opens[OTHER_TOKEN] = [bot(OTHER_TOKEN, "4712", "@other_bot")]
        answer = await paste(one, OTHER_TOKEN, again=account.id)
        assert answer.status_code == 422
        assert re.search(rf'id="error-luz-telegram-{account.id}"', answer.text)
        assert "belongs to @other_bot" in answer.text
        assert "done=connected" in (await paste(one, again=account.id)).headers["location"]
        assert (await parts.now(account)).state == "connected"

    told(story)


@pytest.mark.parametrize("business", ["nobody", "", "../luz"])
def test_a_business_that_is_not_there_is_404(business: str) -> None:
    async def story(one: House, parts: Parts) -> None:
        token = re.search(r'name="token" value="([^"]+)"', await page_of(one))
        assert token
        data = {"token": token[1], "business": business, "secret": BOT_TOKEN}
        assert (await one.client.post("/connect/telegram/token", data=data)).status_code == 404

    told(story)


# WhatsApp


def test_a_sign_in_leads_to_the_platform_and_back_to_a_choice() -> None:
    async def story(one: House, parts: Parts) -> None:
        parts.whatsapp.opens["code"] = [number(), number("5002", "+351 210 000 002")]
        answer = await back(one, state=await signed_in_at_platform(one), code="code")
        assert answer.headers["location"] == "/connect/whatsapp/choose"
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        for _ in range(2):
            shown = await page_of(one, "/connect/whatsapp/choose")
            assert all(
                words in shown for words in ("choose-several", "+351 210 000 001", "+351 210 000 002", "choose-pin")
            )
        done = await post(one, "/connect/whatsapp/choose", account="5002", pin="123456")
        account = await only_account(parts, "whatsapp")
        assert (account.external_id, parts.whatsapp.pins) == ("5002", ["123456"])
        assert done.headers["location"] == f"/desk/channels?done=connected#account-{account.id}"
        gone = await one.client.get("/connect/whatsapp/choose")
        assert gone.headers["location"] == "/desk/channels?problem=sign-in-over"

    told(story)


def test_a_single_number_is_shown_before_it_is_connected() -> None:
    async def story(one: House, parts: Parts) -> None:
        await back(one, state=await signed_in_at_platform(one), code="code")
        shown = await page_of(one, "/connect/whatsapp/choose")
        assert "choose-one" in shown
        assert 'type="radio"' not in shown
        assert parts.whatsapp.hooks == {}
        assert "done=connected" in (await post(one, "/connect/whatsapp/choose", account="5001")).headers["location"]

    told(story)


@pytest.mark.parametrize(
    "query", [{}, {"state": "made-up", "code": "canary"}, {"state": "\x00", "code": "canary"}, {"code": "canary"}]
)
def test_whoever_comes_back_with_a_made_up_state_is_told_to_begin_again(query: dict[str, str]) -> None:
    async def story(one: House, parts: Parts) -> None:
        answer = await back(one, **query)
        assert answer.headers["location"] == "/desk/channels?problem=sign-in-over"
        assert "page-error-sign-in-over" in await page_of(one, answer.headers["location"])
        assert parts.whatsapp.asked == []

    told(story)


def test_a_state_that_was_used_or_ran_out_is_over() -> None:
    async def story(one: House, parts: Parts) -> None:
        state = await signed_in_at_platform(one)
        assert (await back(one, state=state, code="code")).headers["location"] == "/connect/whatsapp/choose"
        assert "sign-in-over" in (await back(one, state=state, code="code")).headers["location"]
        late = await signed_in_at_platform(one)
        one.clock.advance(timedelta(minutes=10))
        assert "sign-in-over" in (await back(one, state=late, code="code")).headers["location"]

    told(story)


def test_a_state_of_another_session_is_refused() -> None:
    async def story(one: House, parts: Parts) -> None:
        state = await signed_in_at_platform(one)
        one.client.cookies.clear()
        assert (await back(one, state=state, code="code")).status_code == 403, "nobody is signed in"
        one.clock.advance(timedelta(seconds=5))
        await one.client.get(desk_link(KEY, HERE, one.clock.now()))
        answer = await back(one, state=state, code="code")
        assert answer.headers["location"] == "/desk/channels?problem=other-session"
        assert parts.whatsapp.asked == []

    told(story)


def test_whoever_declines_is_told_that_nothing_was_connected() -> None:
    async def story(one: House, parts: Parts) -> None:
        state = await signed_in_at_platform(one)
        answer = await back(one, state=state, error="access_denied", error_description="<b>canary</b>", code="code")
        assert answer.headers["location"] == "/desk/channels?problem=sign-in-declined"

    told(story)


def test_a_code_that_the_platform_refuses_is_said_in_words() -> None:
    async def story(one: House, parts: Parts) -> None:
        answer = await back(one, state=await signed_in_at_platform(one), code="canary-spent-code")
        assert answer.status_code == 422
        assert "channels-refused" in answer.text
        assert '<meta name="referrer" content="no-referrer">' in answer.text, "the address holds the code"

    told(story)


def test_a_number_of_another_business_leaves_the_choice_open() -> None:
    async def story(one: House, parts: Parts) -> None:
        offer = await parts.connections.finish_redirect(
            "whatsapp", await parts.sign_in("m", MAR.business.id), "code", "m"
        )
        await parts.connections.choose(offer.handle, "m", "5001")
        parts.whatsapp.opens["code"] = [number(), number("5002", "+351 210 000 002")]
        await back(one, state=await signed_in_at_platform(one), code="code")
        answer = await post(one, "/connect/whatsapp/choose", account="5001")
        assert (answer.status_code, "page-error-account-taken" in answer.text) == (422, True)
        assert "done=connected" in (await post(one, "/connect/whatsapp/choose", account="5002")).headers["location"]

    told(story)


def test_an_offer_of_one_channel_is_not_chosen_at_another() -> None:
    async def story(one: House, parts: Parts) -> None:
        await back(one, state=await signed_in_at_platform(one), code="code")
        assert (await one.client.get("/connect/telegram/choose")).status_code == 404

    told(story)


# Cards


def test_a_check_shows_what_was_found_on_its_card() -> None:
    async def story(one: House, parts: Parts) -> None:
        account = await parts.connected()
        parts.telegram.findings = [Finding(True, "It delivers."), Finding(False, "9 <wait>", "Look at the address.")]
        answer = await post(one, f"/connect/accounts/{account.id}/check")
        assert answer.status_code == 200
        for words in ("It delivers.", "9 &lt;wait&gt;", "Look at the address.", "account-finding-bad"):
            assert words in answer.text

    told(story)


def test_disconnecting_asks_first() -> None:
    async def story(one: House, parts: Parts) -> None:
        account = await parts.connected()
        path = f"/connect/accounts/{account.id}/disconnect"
        assert "disconnect-help" in await page_of(one, path)
        assert (await parts.now(account)).state == "connected"
        answer = await post(one, path)
        assert answer.headers["location"] == f"/desk/channels?done=disconnected#account-{account.id}"
        shown = await page_of(one, answer.headers["location"])
        assert "account-state-disconnected" in shown
        assert f"{path}" not in shown
        assert (await post(one, path)).status_code == 303, "twice is once"

    told(story)


@pytest.mark.parametrize("account", ["f" * 32, "..x", "%00", "luz"])
def test_an_account_that_is_not_there_is_404(account: str) -> None:
    async def story(one: House, parts: Parts) -> None:
        assert (await one.client.get(f"/connect/accounts/{account}/disconnect")).status_code == 404

    told(story)


def test_words_of_the_address_are_of_a_closed_list() -> None:
    async def story(one: House, parts: Parts) -> None:
        for query in ("problem=<b>hello</b>", "done=anything", "notice=hello", "problem=other-site"):
            shown = await page_of(one, f"/desk/channels?{query}")
            assert 'role="alert"' not in shown
            assert 'role="status"' not in shown
            assert "hello" not in shown

    told(story)
