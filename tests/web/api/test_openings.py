from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from domain.businesses import Terms
from domain.money import Money
from tests.builders import ANNA, LUZ, MAR, ROSA, at, book, booking, luz_studio
from tests.web.api.office import BASE, CUT, GRACA, office

SATURDAY = {"from": "2026-11-21", "to": "2026-11-21"}


def test_openings_say_when_who_and_what_it_costs() -> None:
    async def story() -> None:
        async with office() as server:
            found = await server.openings(service=CUT, place=GRACA, staff=ANNA, **SATURDAY)
            assert len(found) == 31, "from ten to half past five, every quarter of an hour"
            assert found[0] == {
                "start": "2026-11-21T10:00:00Z",
                "end": "2026-11-21T10:30:00Z",
                "local_start": "2026-11-21T10:00:00+00:00",
                "local_end": "2026-11-21T10:30:00+00:00",
                "place": GRACA,
                "staff": ANNA,
                "people": [ANNA],
                "resources": [],
                "price": {"minor": 2500, "currency": "EUR"},
                "deposit": None,
                "seats_left": None,
                "reasons": [],
            }
            assert all(one["start"] < other["start"] for one, other in pairwise(found))

    asyncio.run(story())


def test_local_times_follow_the_clock_of_the_place() -> None:
    async def story() -> None:
        async with office() as server:
            server.house.clock.advance(timedelta(days=120))  # 20 March 2027; clocks change on the 28th
            for day, start, local in (
                ("2027-03-27", "2027-03-27T10:00:00Z", "2027-03-27T10:00:00+00:00"),
                ("2027-03-30", "2027-03-30T09:00:00Z", "2027-03-30T10:00:00+01:00"),
            ):
                found = await server.openings(service=CUT, staff=ANNA, **{"from": day, "to": day})
                assert (found[0]["start"], found[0]["local_start"]) == (start, local)

    asyncio.run(story())


def test_what_is_booked_is_not_offered() -> None:
    async def story() -> None:
        async with office() as server:
            await server.store.calendar("biz-luz").apply([book(booking(at(15), customer_id="cus-1"))])
            found = {one["start"] for one in await server.openings(service=CUT, staff=ANNA, **SATURDAY)}
            assert "2026-11-21T14:30:00Z" in found
            assert found.isdisjoint({"2026-11-21T14:45:00Z", "2026-11-21T15:00:00Z", "2026-11-21T15:15:00Z"})

    asyncio.run(story())


def test_several_services_follow_one_another_and_their_prices_add_up() -> None:
    async def story() -> None:
        async with office() as server:
            (found, *_) = await server.openings(service=[CUT, "biz-luz:colour"], staff=ANNA, **SATURDAY)
            assert found["end"] == "2026-11-21T12:00:00Z"
            assert found["price"] == {"minor": 9500, "currency": "EUR"}

    asyncio.run(story())


def test_prices_are_those_of_whoever_serves_and_deposits_are_said() -> None:
    rosa = replace(LUZ.staff[1], terms=(Terms(CUT, None, Money(3100, "EUR")),))
    cut = replace(LUZ.services[0], deposit=Money(500, "EUR"))
    directory = replace(LUZ, staff=(LUZ.staff[0], rosa, *LUZ.staff[2:]), services=(cut, *LUZ.services[1:]))

    async def story() -> None:
        async with office(directory) as server:
            (hers, *_) = await server.openings(service=CUT, staff=ROSA, **SATURDAY)
            (annas, *_) = await server.openings(service=CUT, staff=ANNA, **SATURDAY)
            assert (hers["price"]["minor"], annas["price"]["minor"]) == (3100, 2500)
            assert hers["deposit"] == {"minor": 500, "currency": "EUR"}
            staff = (await server.get("staff")).json()["staff"]
            assert next(one for one in staff if one["id"] == ROSA)["services"][0]["price"]["minor"] == 3100

    asyncio.run(story())


def test_a_table_is_asked_for_by_the_party_alone() -> None:
    async def story() -> None:
        async with office(MAR) as server:
            found = await server.openings(party_size=4, earliest="20:00", latest="20:30", **SATURDAY)
            assert [one["local_start"][11:16] for one in found] == ["20:00", "20:15", "20:30"]
            assert found[0]["staff"] is None
            assert len(found[0]["resources"]) == 1
            late = await server.openings(party_size=2, earliest="23:15", latest="25:00", **SATURDAY)
            assert [one["local_start"][11:16] for one in late] == ["23:15", "23:30"]

    asyncio.run(story())


def test_a_room_is_named_beside_who_serves() -> None:
    async def story() -> None:
        async with office() as server:
            (found, *_) = await server.openings(service="biz-luz:massage", place=GRACA, **SATURDAY)
            assert (found["staff"], found["resources"]) == (ROSA, ["biz-luz:room"])

    asyncio.run(story())


def test_more_than_the_limit_is_said() -> None:
    async def story() -> None:
        async with office() as server:
            some = (await server.get("openings", service=CUT, staff=ANNA, limit=5, **SATURDAY)).json()
            assert (len(some["openings"]), some["more"]) == (5, True)
            every = (await server.get("openings", service=CUT, staff=ANNA, limit=31, **SATURDAY)).json()
            assert (len(every["openings"]), every["more"]) == (31, False)

    asyncio.run(story())


def test_a_month_view_lists_the_days_that_have_openings() -> None:
    async def story() -> None:
        async with office() as server:
            query = {"service": CUT, "place": GRACA, "from": "2026-12-01", "to": "2026-12-31"}
            view = (await server.get("openings/days", **query)).json()
            days = {one["date"]: one for one in view["days"]}
            assert view["zone"] == "Europe/Lisbon"
            assert "2026-12-25" not in days
            assert "2026-12-06" not in days, "a Sunday"
            assert days["2026-12-24"] == {"date": "2026-12-24", "openings": 15, "first": "2026-12-24T09:00:00Z"}
            every = await server.openings(limit=2000, **query)
            assert sum(one["openings"] for one in days.values()) == len(every)

    asyncio.run(story())


def test_a_month_is_true_after_every_change_however_it_is_answered() -> None:
    """Large questions are answered from what is kept of the calendars, and must see what was just booked."""

    async def story() -> None:
        query = {"service": CUT, "place": GRACA, "from": "2026-12-01", "to": "2027-01-31", "limit": 2000}
        async with office() as kept, office(resident=None) as read:
            for number in range(6):
                here, there = (await kept.openings(**query), await read.openings(**query))
                assert here == there
                one = here[number * 37]
                body = {"services": [CUT], "place": GRACA, "start": one["start"], "customer": {"name": "Ana"}}
                for server in (kept, read):
                    made = await server.post("bookings", body)
                    assert (made.status_code, made.json()["staff"]) == (201, one["staff"])
            assert kept.house.tools.resident.bytes > 0
            assert read.house.tools.resident is None

    asyncio.run(story())


def test_an_answer_that_is_known_is_not_sent_again() -> None:
    async def story() -> None:
        async with office() as server:
            for path, query in (("openings", {"service": CUT, "place": GRACA}), ("services", {}), ("staff", {})):
                first = await server.get(path, **query)
                assert first.headers["cache-control"] == "private, no-cache"
                again = await server.get(path, headers={"if-none-match": first.headers["etag"]}, **query)
                assert (again.status_code, again.content) == (304, b"")
            query = {"service": CUT, "staff": ANNA}
            before = await server.get("openings", **query)
            await server.store.calendar("biz-luz").apply([book(booking(at(17, day=3), customer_id="cus-1"))])
            after = await server.get("openings", headers={"if-none-match": before.headers["etag"]}, **query)
            assert after.status_code == 200
            assert after.headers["etag"] != before.headers["etag"]

    asyncio.run(story())


def test_lists_say_what_a_client_must_know() -> None:
    async def story() -> None:
        async with office() as server:
            services = (await server.get("services")).json()["services"]
            assert [one["name"] for one in services] == [one.name for one in LUZ.services]
            assert all(one["bookable"] for one in services)
            places = (await server.get("places")).json()["places"]
            assert [(one["id"], one["zone"]) for one in places] == [(one.id, one.zone) for one in LUZ.places]

    asyncio.run(story())


def test_the_id_of_the_business_is_as_good_as_its_slug() -> None:
    async def story() -> None:
        async with office() as server:
            assert (await server.get("services", business="biz-luz")).status_code == 200

    asyncio.run(story())


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "service"),
        ({"service": "nobody-knows"}, "service"),
        ({"service": CUT}, "place"),
        ({"service": CUT, "place": "nowhere"}, "place"),
        ({"service": CUT, "staff": "nobody"}, "staff"),
        ({"service": CUT, "place": GRACA, "variant": "x"}, "variant"),
        ({"service": CUT, "place": GRACA, "addon": "x"}, "addon"),
        ({"service": CUT, "place": GRACA, "zone": "Mars/Olympus"}, "zone"),
        ({"service": CUT, "place": GRACA, "zone": "../../etc/passwd"}, "zone"),
        ({"service": CUT, "place": GRACA, "area": "the moon"}, "area"),
        ({"service": CUT, "place": GRACA, "from": "2026-11-21", "to": "2036-11-21"}, "to"),
        ({"service": CUT, "place": GRACA, "from": "2026-11-22", "to": "2026-11-21"}, "to"),
        ({"service": CUT, "place": GRACA, "from": "2026-01-01", "to": "2026-01-05"}, "to"),
        ({"service": CUT, "place": GRACA, "to": "2026-01-05"}, "to"),
        ({"service": CUT, "place": GRACA, "from": "0001-01-01"}, "from"),
        ({"service": CUT, "place": GRACA, "from": "9999-12-31"}, "from"),
        ({"service": CUT, "place": GRACA, "from": "2026-02-30"}, "from"),
        ({"service": CUT, "place": GRACA, "from": "tomorrow"}, "from"),
        ({"service": CUT, "place": GRACA, "earliest": "25:61"}, "earliest"),
        ({"service": CUT, "place": GRACA, "earliest": "18:00", "latest": "09:00"}, "latest"),
        ({"service": CUT, "place": GRACA, "limit": 0}, "limit"),
        ({"service": CUT, "place": GRACA, "limit": "1e3"}, "limit"),
        ({"service": CUT, "place": GRACA, "limit": "9" * 400}, "limit"),
        ({"service": CUT, "place": [GRACA, GRACA]}, "place"),
        ({"service": [CUT] * 11, "place": GRACA}, "service"),
        ({"service": "x" * 65, "place": GRACA}, "service[0]"),
        ({"service": "a\x00b", "place": GRACA}, "service[0]"),
        ({"service": CUT, "colour": "blue"}, "colour"),
    ],
)
def test_a_question_that_cannot_be_meant_names_its_field(query: dict[str, Any], field: str) -> None:
    async def story() -> None:
        async with office() as server:
            answer = await server.get("openings", **query)
            assert answer.status_code == 422, answer.text
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["field"] == field, answer.text
            assert answer.json()["errors"][0]["detail"]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("party", "field"), [(9, "party_size"), (0, "party_size"), (-2, "party_size"), (None, "party_size")]
)
def test_a_party_that_cannot_be_seated_names_its_field(party: int | None, field: str) -> None:
    async def story() -> None:
        async with office(MAR) as server:
            answer = await server.get("openings", **({} if party is None else {"party_size": party}))
            assert (answer.status_code, answer.json()["field"]) == (422, field)

    asyncio.run(story())


def test_a_query_that_cannot_be_read_is_refused() -> None:
    async def story() -> None:
        async with office() as server:
            for query in ("service=%FF%FE", "&".join(f"service={one}" for one in range(200))):
                url = f"{BASE}/luz/openings?{query}"
                answer = await server.house.client.get(url, headers={"authorization": f"Bearer {server.secret}"})
                assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")

    asyncio.run(story())


def test_a_business_without_a_table_says_what_is_missing() -> None:
    async def story() -> None:
        async with office(luz_studio("biz-sol")) as server:
            answer = await server.get("openings", party_size=2)
            assert (answer.status_code, answer.json()["field"]) == (422, "service")

    asyncio.run(story())
