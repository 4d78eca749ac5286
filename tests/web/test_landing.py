from __future__ import annotations

import asyncio
import html
import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.conversations import Owner
from domain.errors import ControlLost, OutsideWindow
from domain.ids import conversation_id
from tests.builders import LUZ, LUZ_CHAT, MAR, NOW, ROSA, at, book, booking
from tests.web.house import House, Stream, house
from web.landing.links import desk_link, link_opens, new_session, session_of

if TYPE_CHECKING:
    import httpx

KEY = b"k" * 32


async def signed_in(one: House) -> None:
    answer = await one.client.get(desk_link(KEY, "http://desk.example", one.clock.now()))
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")


async def talking(one: House, text: str = "hi") -> str:
    answer = await one.post({"conversation": None, "id": str(uuid.uuid4()), "text": text})
    return conversation_id(LUZ_CHAT.id, answer.json()["conversation"])


async def act(one: House, row_id: str, what: str, **fields: str) -> httpx.Response:
    page = await one.client.get(f"/desk/luz/{row_id}")
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token
    data = {"token": token[1], **fields}
    return await one.client.post(f"/desk/luz/{row_id}/{what}", data=data)


async def owner_of(one: House, row_id: str) -> tuple[Owner, str]:
    now = await one.store.transcripts(LUZ.business.id).conversation(row_id)
    return now.owner, now.owner_id


def test_the_start_page_says_what_this_is_and_leads_to_every_chat() -> None:
    async def story() -> None:
        async with house() as one:
            page = await one.client.get("/")
            assert page.status_code == 200
            assert "landing-what" in page.text
            for directory in (LUZ, MAR):
                assert directory.business.name in page.text
                assert f'href="/webchat/{directory.business.slug}"' in page.text
            written = await one.client.get("/webchat/luz?draft=%3Cscript%3Ehello")
            assert "&lt;script&gt;hello</textarea>" in written.text

    asyncio.run(story())


def test_without_a_business_the_start_page_teaches_the_first_step() -> None:
    async def story() -> None:
        one = House()
        assert "landing-none-help" in (await one.client.get("/")).text
        await one.client.aclose()

    asyncio.run(story())


def test_the_desk_is_closed_without_the_link() -> None:
    async def story() -> None:
        async with house() as one:
            row_id = await talking(one)
            for path in (
                "/desk",
                "/desk/events",
                f"/desk/luz/{row_id}",
                "/desk?key=",
                "/desk?key=1.x",
                "/desk?key=a.b",
            ):
                page = await one.client.get(path, headers={"accept": "text/html"})
                assert page.status_code == 403
                assert "page-error-forbidden-help" in page.text
            for what in ("claim", "reply", "note", "hand-back"):
                assert (await one.client.post(f"/desk/luz/{row_id}/{what}")).status_code == 403
            assert await owner_of(one, row_id) == (Owner.BOT, "")

    asyncio.run(story())


def test_a_link_and_a_session_expire_and_cannot_be_made_up() -> None:
    token = desk_link(KEY, "http://x/", NOW).partition("key=")[2]
    assert link_opens(KEY, token, NOW + timedelta(hours=23))
    assert not link_opens(KEY, token, NOW + timedelta(hours=25))
    assert not link_opens(b"other" * 8, token, NOW)
    assert not link_opens(KEY, token.replace(token[:3], "999", 1), NOW)
    session = new_session(KEY, "  Rosa \n Silva ", NOW)
    assert session.name == "Rosa Silva"
    assert session_of(KEY, session.token, NOW) == session
    assert session_of(KEY, session.token, NOW + timedelta(days=8)) is None
    assert session_of(KEY, token, NOW) is None, "a link is no session"
    for forged in ("", ".", "..", "9" * 10, session.token[:-1], f"99{session.token}"):
        assert session_of(KEY, forged, NOW) is None


def test_the_session_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites() -> None:
    async def story() -> None:
        async with house() as one:
            answer = await one.client.get(desk_link(KEY, "http://desk.example", one.clock.now()))
            cookie = answer.headers["set-cookie"].lower()
            assert "httponly" in cookie
            assert "samesite=lax" in cookie

    asyncio.run(story())


def test_staff_see_todays_bookings_and_the_conversations() -> None:
    async def story() -> None:
        async with house() as one:
            made = booking(at(16, 30, -1), customer_id="c1", name="Maria <b>", code="c", resources=(ROSA,))
            await one.store.calendar(LUZ.business.id).apply([book(made)])
            await talking(one, "hello <script>")
            await signed_in(one)
            page = await one.client.get("/desk")
            assert page.status_code == 200
            for words in ("16:30", "Maria &lt;b&gt;", "Haircut", "You said: hello &lt;script&gt;", "desk-owner-bot"):
                assert words in page.text
            assert "<script>" not in page.text

    asyncio.run(story())


def test_staff_take_over_reply_note_and_hand_back() -> None:
    async def story() -> None:
        async with house() as one:
            row_id = await talking(one)
            await signed_in(one)
            page = await one.client.get(f"/desk/luz/{row_id}")
            token = re.search(r'name="token" value="([^"]+)"', page.text)
            assert token
            named = await one.client.post(
                "/desk/name", data={"token": token[1], "name": "Rosa", "back": f"/desk/luz/{row_id}"}
            )
            assert named.headers["location"] == f"/desk/luz/{row_id}"
            assert (await act(one, row_id, "claim")).headers["location"] == f"/desk/luz/{row_id}"
            assert await owner_of(one, row_id) == (Owner.HUMAN, "Rosa")
            await act(one, row_id, "reply", text="Hello, it is me")
            await act(one, row_id, "note", text="careful")
            page = await one.client.get(f"/desk/luz/{row_id}")
            for words in ("Hello, it is me", "careful", "desk-hand-back"):
                assert words in page.text
            await act(one, row_id, "hand-back")
            assert await owner_of(one, row_id) == (Owner.BOT, "")

    asyncio.run(story())


def test_staff_see_what_the_bot_knows() -> None:
    async def story() -> None:
        async with house() as one:
            one.says = {
                "state": {"stage": "confirming", "expects": "date", "draft": {"party_size": 4, "service": ["Cut"]}}
            }
            row_id = await talking(one)
            await signed_in(one)
            page = await one.client.get(f"/desk/luz/{row_id}")
            facts = re.findall(r"<dt>(.*?)</dt><dd.*?>(.*?)</dd>", page.text)
            assert facts == [
                ("desk-stage", "stage-confirming"),
                ("desk-expects", "slot-date"),
                ("slot-service", "Cut"),
                ("slot-party_size", "4"),
            ]
            assert "desk-known-none" not in page.text

    asyncio.run(story())


@pytest.mark.parametrize("what", ["reply", "note"])
def test_empty_words_are_not_sent(what: str) -> None:
    async def story() -> None:
        async with house() as one:
            row_id = await talking(one)
            await signed_in(one)
            answer = await act(one, row_id, what, text="   ")
            assert answer.headers["location"].endswith("?problem=empty")
            assert "desk-empty-text" in (await one.client.get(answer.headers["location"])).text
            assert await owner_of(one, row_id) == (Owner.BOT, "")

    asyncio.run(story())


def test_who_comes_second_is_told_that_a_colleague_was_faster() -> None:
    async def story() -> None:
        async with house() as one:
            row_id = await talking(one)
            await signed_in(one)

            async def faster(*_: object) -> None:
                raise ControlLost("Ines")

            one.tools.staff.claim = faster  # type: ignore[method-assign, assignment]
            answer = await act(one, row_id, "claim")
            assert answer.status_code == 409
            assert "page-error-control-lost" in html.unescape(answer.text)

    asyncio.run(story())


def test_a_window_that_closes_while_staff_type_loses_nothing_of_what_they_typed() -> None:
    async def story() -> None:
        async with house() as one:
            row_id = await talking(one)
            await signed_in(one)

            async def closed(*_: object) -> None:
                raise OutsideWindow("she has to write first")

            one.tools.staff.reply = closed  # type: ignore[method-assign, assignment]
            answer = await act(one, row_id, "reply", text="We have <kept> your table")
            page = html.unescape(answer.text)
            assert answer.status_code == 409
            assert "page-error-outside-window" in page
            assert "We have <kept> your table</textarea>" in page

    asyncio.run(story())


def test_a_form_without_its_token_or_of_another_site_does_nothing() -> None:
    async def story() -> None:
        async with house() as one:
            row_id = await talking(one)
            await signed_in(one)
            path = f"/desk/luz/{row_id}/claim"
            assert (await one.client.post(path)).status_code == 403
            assert (await one.client.post(path, data={"token": "x"})).status_code == 403
            answer = await one.client.post(path, data={"token": "x"}, headers={"sec-fetch-site": "cross-site"})
            assert answer.status_code == 403
            assert await owner_of(one, row_id) == (Owner.BOT, "")

    asyncio.run(story())


@pytest.mark.parametrize("path", ["/desk/nobody/abc", "/desk/luz/abc", "/desk/luz/..x", "/desk/luz/%00"])
def test_a_conversation_that_is_not_there_is_404(path: str) -> None:
    async def story() -> None:
        async with house() as one:
            await signed_in(one)
            assert (await one.client.get(path)).status_code == 404

    asyncio.run(story())


def test_a_conversation_is_not_seen_through_another_business() -> None:
    async def story() -> None:
        async with house() as one:
            row_id = await talking(one)
            await signed_in(one)
            assert (await one.client.get(f"/desk/mar/{row_id}")).status_code == 404

    asyncio.run(story())


def test_the_desk_is_told_of_whatever_happens() -> None:
    async def story() -> None:
        async with house() as one:
            await signed_in(one)
            cookie = f"desk={one.client.cookies['desk']}"
            async with Stream(one.app, "/desk/events", cookie=cookie) as desk:
                await desk.block()
                row_id = await talking(one)
                event = await desk.next("changed")
                assert (event["conversation"], event["kind"]) == (row_id, "turn")

    asyncio.run(story())
