from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import icalendar
import pytest

from domain.bookings import Status
from tests.builders import ANNA, LUZ, ROSA, at, book, booking
from tests.web.house import House, house

if TYPE_CHECKING:
    from domain.bookings import Booking

CODE = "a-code-nobody-guesses"
PATH = f"/b/luz/{CODE}"


async def booked(one: House, **fields: Any) -> Booking:
    made = booking(at(15), customer_id="cus-1", code=CODE, name="John Smith", **fields)
    await one.store.calendar(LUZ.business.id).apply([book(made)])
    return made


async def now(one: House, made: Booking) -> Booking:
    return await one.store.calendar(LUZ.business.id).booking(made.id)


def test_the_page_shows_the_booking_and_what_can_be_done() -> None:
    async def story() -> None:
        async with house() as one:
            await booked(one)
            page = await one.client.get(PATH)
            assert page.status_code == 200
            for words in (
                "Haircut",
                "Anna",
                "Rua da Graça 12",
                "Saturday 21 November",
                "15:00",
                "John Smith",
                "€25",
            ):
                assert words in page.text
            assert f'href="{PATH}/move"' in page.text
            assert f'href="{PATH}/cancel"' in page.text
            assert page.headers["cache-control"] == "no-store"

    asyncio.run(story())


@pytest.mark.parametrize("path", ["/b/luz/wrong", "/b/nobody/" + CODE, "/b/mar/" + CODE, "/b/luz/%00", "/b/luz/'--"])
def test_a_link_that_is_not_whole_is_a_kind_404(path: str) -> None:
    async def story() -> None:
        async with house() as one:
            await booked(one)
            for part in ("", "/calendar.ics", "/move", "/cancel"):
                page = await one.client.get(path + part, headers={"accept": "text/html"})
                assert page.status_code == 404
                assert "page-error-booking-not-found-help" in page.text

    asyncio.run(story())


def test_moving_to_another_time_keeps_the_link_and_frees_the_old_time() -> None:
    async def story() -> None:
        async with house() as one:
            made = await booked(one)
            page = await one.client.get(f"{PATH}/move?day=2026-11-21")
            times = re.findall(r'/move\?to=([^"]+)"', page.text)
            assert times
            assert not any("T15%3A00" in time for time in times), "its own time is no other time"
            confirm = await one.client.get(f"{PATH}/move?to=2026-11-21T16:00:00%2B00:00")
            assert "portal-move-yes" in confirm.text
            answer = await one.client.post(f"{PATH}/move", data={"to": "2026-11-21T16:00:00+00:00"})
            assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}?done=moved")
            after = await now(one, made)
            assert (after.starts_at, after.sequence, after.code) == (at(16), 1, CODE)
            shown = await one.client.get(answer.headers["location"])
            assert "portal-moved" in shown.text
            assert "16:00" in shown.text

    asyncio.run(story())


def test_a_time_that_somebody_took_meanwhile_leaves_the_booking_as_it_was() -> None:
    async def story() -> None:
        async with house() as one:
            made = await booked(one, staff_wished=True)
            other = booking(at(16), customer_id="cus-2", code="other")
            await one.store.calendar(LUZ.business.id).apply([book(other)])
            answer = await one.client.post(f"{PATH}/move", data={"to": "2026-11-21T16:00:00+00:00"})
            assert answer.status_code == 303
            assert "problem=taken" in answer.headers["location"]
            assert "portal-taken" in (await one.client.get(answer.headers["location"])).text
            assert (await now(one, made)).starts_at == at(15)

    asyncio.run(story())


def test_who_did_not_wish_for_anybody_may_get_somebody_else() -> None:
    async def story() -> None:
        async with house() as one:
            made = await booked(one)
            for resource in (ANNA, ROSA):
                busy = booking(at(16), customer_id="cus-2", code=f"c-{resource}", resources=(resource,))
                await one.store.calendar(LUZ.business.id).apply([book(busy)])
            answer = await one.client.post(f"{PATH}/move", data={"to": "2026-11-21T16:00:00+00:00"})
            assert answer.headers["location"].endswith("done=moved")
            assert (await now(one, made)).staff_id == "biz-luz:miguel"

    asyncio.run(story())


def test_cancelling_asks_first_and_is_done_once() -> None:
    async def story() -> None:
        async with house() as one:
            made = await booked(one)
            assert "portal-cancel-yes" in (await one.client.get(f"{PATH}/cancel")).text
            assert (await now(one, made)).status is Status.CONFIRMED
            places = [(await one.client.post(f"{PATH}/cancel")).headers["location"] for _ in range(2)]
            assert places == [f"{PATH}?done=cancelled", f"{PATH}?done=closed"]
            assert (await now(one, made)).status is Status.CANCELLED
            page = await one.client.get(PATH)
            assert "portal-cancelled" in page.text
            assert f'href="{PATH}/move"' not in page.text

    asyncio.run(story())


def test_too_late_to_move_says_what_to_do_instead() -> None:
    async def story() -> None:
        async with house() as one:
            made = await booked(one)
            one.clock.set(at(14, 30))
            page = await one.client.get(PATH)
            assert "portal-late" in page.text
            assert f'href="{PATH}/move"' not in page.text
            answer = await one.client.post(f"{PATH}/move", data={"to": "2026-11-21T17:00:00+00:00"})
            assert answer.headers["location"].endswith("done=closed")
            assert (await now(one, made)).starts_at == at(15)

    asyncio.run(story())


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}])
def test_a_form_of_another_site_changes_nothing(headers: dict[str, str]) -> None:
    async def story() -> None:
        async with house() as one:
            made = await booked(one)
            for part in ("cancel", "move"):
                answer = await one.client.post(f"{PATH}/{part}", data={"to": "2026-11-21T16:00:00Z"}, headers=headers)
                assert answer.status_code == 403
            assert await now(one, made) == made

    asyncio.run(story())


@pytest.mark.parametrize("to", ["", "soon", "2026-11-21", "2026-11-21T16:00:00", "99999-01-01T00:00:00Z"])
def test_a_time_that_is_none_is_400(to: str) -> None:
    async def story() -> None:
        async with house() as one:
            await booked(one)
            assert (await one.client.post(f"{PATH}/move", data={"to": to})).status_code == 400

    asyncio.run(story())


@pytest.mark.parametrize("query", ["from=never", "from=1900-01-01", "from=9999-12-31", "day=x", "from=2027-02-10"])
def test_odd_days_show_a_page(query: str) -> None:
    async def story() -> None:
        async with house() as one:
            await booked(one)
            assert (await one.client.get(f"{PATH}/move?{query}")).status_code == 200

    asyncio.run(story())


def test_the_calendar_file_changes_the_entry_instead_of_making_another() -> None:
    async def story() -> None:
        async with house() as one:
            made = await booked(one)
            first = await one.client.get(f"{PATH}/calendar.ics")
            assert first.headers["content-type"] == "text/calendar; charset=utf-8"
            calendar: Any = icalendar.Calendar.from_ical(first.content)
            (event,) = calendar.walk("VEVENT")
            assert event.start == made.starts_at
            assert event["DTSTART"].params["TZID"] == "Europe/Lisbon"
            assert (str(event["STATUS"]), int(event["SEQUENCE"]), str(calendar["METHOD"])) == (
                "CONFIRMED",
                0,
                "PUBLISH",
            )
            assert "Rua da Graça 12" in str(event["LOCATION"])
            assert str(event["URL"]) == f"http://desk.example{PATH}"
            assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Lisbon"]

            await one.client.post(f"{PATH}/move", data={"to": "2026-11-21T16:00:00+00:00"})
            await one.client.post(f"{PATH}/cancel")
            last: Any = icalendar.Calendar.from_ical((await one.client.get(f"{PATH}/calendar.ics")).content)
            (gone,) = last.walk("VEVENT")
            assert gone["UID"] == event["UID"]
            assert int(gone["SEQUENCE"]) > 1
            assert (str(gone["STATUS"]), str(last["METHOD"])) == ("CANCELLED", "CANCEL")
            assert gone.start - event.start == timedelta(hours=1)

    asyncio.run(story())


def test_guessing_codes_is_slowed_down() -> None:
    async def story() -> None:
        async with house() as one:
            statuses = [(await one.client.get(f"/b/luz/guess-{number}")).status_code for number in range(125)]
            assert statuses[0] == 404
            assert statuses[-1] == 429

    asyncio.run(story())


def test_the_page_speaks_the_language_of_its_reader_if_the_business_does() -> None:
    async def story() -> None:
        async with house() as one:
            await booked(one)
            page = await one.client.get(PATH, headers={"accept-language": "fr;q=0.9, es-ES, en"})
            assert '<html lang="es" dir="ltr">' in page.text
            assert "[es] portal-hello" in page.text
            assert "sábado" in page.text

    asyncio.run(story())
