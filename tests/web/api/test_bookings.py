from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import ANNA, LUZ, MAR, luz_studio
from tests.web.api.office import ANA, CUT, GRACA, RUI, Office, office

TEN = "2026-11-21T10:00:00Z"
NOON = "2026-11-21T12:00:00Z"
VISIT = {"services": [CUT], "place": GRACA, "staff": ANNA}


async def booked(server: Office, start: str = TEN, **more: Any) -> dict[str, Any]:
    answer = await server.post("bookings", {**VISIT, "start": start, "customer": ANA, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def offered(server: Office, start: str) -> bool:
    found = await server.openings(service=CUT, staff=ANNA, **{"from": "2026-11-21", "to": "2026-11-21"})
    return any(one["start"] == start for one in found)


def test_a_booking_is_made_read_moved_and_cancelled() -> None:
    async def story() -> None:
        async with office() as server:
            made = await booked(server, notes="Second visit")
            assert (made["status"], made["start"], made["staff"]) == ("confirmed", TEN, ANNA)
            assert (made["name"], made["phone"], made["source"]) == ("Ana Reis", "+351912000001", "api")
            assert made["services"] == [
                {"id": CUT, "name": "Haircut", "minutes": 30, "price": {"minor": 2500, "currency": "EUR"}}
            ]
            assert not await offered(server, TEN)
            path = f"bookings/{made['id']}"
            assert (await server.get(path)).json() == made
            assert (await server.house.client.get(made["manage"])).status_code == 200

            moved = (await server.post(f"{path}/move", {"start": NOON, "reason": "the train"})).json()
            assert (moved["start"], moved["sequence"], moved["id"]) == (NOON, 1, made["id"])
            assert await offered(server, TEN)
            assert not await offered(server, NOON)

            cancelled = (await server.post(f"{path}/cancel", {"reason": "ill"})).json()
            assert (cancelled["status"], cancelled["sequence"]) == ("cancelled", 2)
            assert await offered(server, NOON)
            events = await server.store.calendar("biz-luz").events_of(made["id"])
            assert [(one.kind, one.actor, one.reason) for one in events] == [
                ("booked", f"api:{server.key.id}", ""),
                ("moved", f"api:{server.key.id}", "the train"),
                ("cancelled", f"api:{server.key.id}", "ill"),
            ]

    asyncio.run(story())


def test_a_hold_keeps_the_time_and_is_booked_once() -> None:
    async def story() -> None:
        async with office() as server:
            answer = await server.post("holds", {**VISIT, "start": TEN})
            hold = answer.json()
            assert answer.status_code == 201
            assert hold["opening"]["start"] == TEN
            assert hold["expires_at"] == "2026-11-20T10:10:00Z"
            assert not await offered(server, TEN)
            body = {"hold": hold["id"], "customer": ANA}
            made = await server.post("bookings", body)
            assert (made.status_code, made.json()["start"]) == (201, TEN)
            assert made.headers["location"].endswith(f"/bookings/{made.json()['id']}")
            again = await server.post("bookings", body)
            assert (again.status_code, again.json()["type"]) == (409, "/problems/hold-expired")

    asyncio.run(story())


def test_a_hold_that_is_given_back_is_gone() -> None:
    async def story() -> None:
        async with office() as server:
            hold = (await server.post("holds", {**VISIT, "start": TEN})).json()["id"]
            assert (await server.delete(f"holds/{hold}")).status_code == 204
            assert await offered(server, TEN)
            assert (await server.delete(f"holds/{hold}")).status_code == 204
            answer = await server.post("bookings", {"hold": hold, "customer": ANA})
            assert (answer.status_code, answer.json()["field"]) == (409, "hold")
            assert (await server.delete("holds/nothing")).status_code == 404

    asyncio.run(story())


def test_a_hold_outlives_the_minimum_notice() -> None:
    async def story() -> None:
        async with office() as server:
            hold = (await server.post("holds", {**VISIT, "start": "2026-11-20T11:00:00Z"})).json()["id"]
            server.house.clock.advance(timedelta(minutes=5))
            assert (await server.post("bookings", {"hold": hold, "customer": ANA})).status_code == 201

    asyncio.run(story())


def test_a_hold_that_is_over_tries_again_and_says_what_else_there_is() -> None:
    async def story() -> None:
        async with office() as server:
            first, second = [
                (await server.post("holds", {**VISIT, "start": start})).json()["id"] for start in (TEN, NOON)
            ]
            server.house.clock.advance(timedelta(minutes=11))
            assert await offered(server, TEN)
            assert (await server.post("bookings", {"hold": first, "customer": ANA})).status_code == 201
            await booked(server, NOON)
            answer = await server.post("bookings", {"hold": second, "customer": RUI})
            assert (answer.status_code, answer.json()["type"]) == (409, "/problems/opening-taken")
            assert len(answer.json()["alternatives"]) == 3

    asyncio.run(story())


def test_what_is_taken_comes_with_the_three_nearest_and_why() -> None:
    async def story() -> None:
        async with office() as server:
            await booked(server, NOON)
            answer = await server.post("bookings", {**VISIT, "start": NOON, "customer": RUI})
            problem = answer.json()
            assert (answer.status_code, problem["type"], problem["field"]) == (409, "/problems/opening-taken", "start")
            assert [one["start"][11:16] for one in problem["alternatives"]] == ["11:30", "12:30", "12:45"]
            assert {one["why"] for one in problem["alternatives"]} == {"same_day"}
            assert problem["alternatives"][0]["price"] == {"minor": 2500, "currency": "EUR"}

    asyncio.run(story())


def test_only_what_the_business_offers_can_be_booked() -> None:
    async def story() -> None:
        async with office() as server:
            for start in ("2026-11-21T10:07:00Z", "2026-11-21T03:00:00Z", "2026-11-22T10:00:00Z"):
                answer = await server.post("bookings", {**VISIT, "start": start, "customer": ANA})
                assert (answer.status_code, answer.json()["type"]) == (409, "/problems/opening-taken")
                assert len(answer.json()["alternatives"]) == 3

    asyncio.run(story())


def test_a_customer_is_found_again_by_phone_or_email() -> None:
    async def story() -> None:
        async with office() as server:
            first = await booked(server)
            same = await booked(server, NOON, customer={"name": "A. Reis", "phone": "912 000 001"})
            assert same["customer"] == first["customer"]
            assert same["name"] == "A. Reis"
            rui = await booked(server, "2026-11-21T13:00:00Z", customer=RUI)
            other = await booked(server, "2026-11-21T14:00:00Z", customer={"name": "R", "email": "RUI@example.com"})
            assert other["customer"] == rui["customer"] != first["customer"]
            nobody = await booked(server, "2026-11-21T15:00:00Z", customer={"name": "Somebody"})
            assert nobody["customer"] not in {first["customer"], rui["customer"]}

    asyncio.run(story())


def test_a_business_that_wants_a_contact_gets_one() -> None:
    async def story() -> None:
        async with office(luz_studio("biz-sol", contact="required")) as server:
            visit = {"services": ["biz-sol:cut"], "place": "biz-sol:graca", "start": TEN}
            answer = await server.post("bookings", {**visit, "customer": {"name": "Ana"}})
            assert (answer.status_code, answer.json()["field"]) == (422, "customer.phone")
            assert (await server.post("bookings", {**visit, "customer": ANA})).status_code == 201

    asyncio.run(story())


def test_a_table_is_booked_for_its_party() -> None:
    async def story() -> None:
        async with office(MAR) as server:
            answer = await server.post("bookings", {"party_size": 4, "start": "2026-11-21T20:00:00Z", "customer": ANA})
            made = answer.json()
            assert (answer.status_code, made["party_size"], made["staff"]) == (201, 4, None)
            assert made["resources"]
            moved = await server.post(f"bookings/{made['id']}/move", {"start": "2026-11-21T20:00:00Z", "party_size": 6})
            assert (moved.status_code, moved.json()["party_size"]) == (200, 6)

    asyncio.run(story())


def test_a_move_onto_itself_or_of_what_is_over_is_refused_and_changes_nothing() -> None:
    async def story() -> None:
        async with office() as server:
            made = await booked(server)
            path = f"bookings/{made['id']}"
            answer = await server.post(f"{path}/move", {"start": TEN})
            assert (answer.status_code, answer.json()["field"]) == (422, "start")
            taken = await booked(server, NOON, customer=RUI)
            answer = await server.post(f"{path}/move", {"start": NOON})
            assert (answer.status_code, len(answer.json()["alternatives"])) == (409, 3)
            assert (await server.get(path)).json() == made
            await server.post(f"bookings/{taken['id']}/cancel")
            for act, body in (("move", {"start": "2026-11-21T15:00:00Z"}), ("cancel", None)):
                closed = await server.post(f"bookings/{taken['id']}/{act}", body)
                assert (closed.status_code, closed.json()["type"]) == (409, "/problems/booking-closed")

    asyncio.run(story())


def test_a_place_on_the_waitlist_is_taken_read_and_left() -> None:
    async def story() -> None:
        async with office() as server:
            wait = {"services": [CUT], "place": GRACA, "from": "2026-11-21", "to": "2026-11-22", "customer": ANA}
            joined = await server.post("waitlist", {**wait, "earliest": "10:00", "latest": "12:00"})
            assert (joined.status_code, joined.json()["status"]) == (201, "waiting")
            again = await server.post("waitlist", {**wait, "earliest": "10:00", "latest": "12:00"})
            assert again.json()["id"] == joined.json()["id"], "the very same wish keeps its place"
            path = f"waitlist/{joined.json()['id']}"
            assert (await server.get(path)).json() == joined.json()
            assert (await server.delete(path)).status_code == 204
            assert (await server.get(path)).json()["status"] == "left"
            assert (await server.delete(path)).status_code == 204
            assert (await server.get("waitlist/nobody")).status_code == 404

    asyncio.run(story())


BOOKING: dict[str, Any] = {**VISIT, "start": TEN, "customer": ANA}


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({**BOOKING, "start": "2026-11-20T09:00:00Z"}, 422, "start"),
        ({**BOOKING, "start": "2026-11-21T10:00:00"}, 422, "start"),
        ({**BOOKING, "start": "yesterday"}, 422, "start"),
        ({**BOOKING, "start": "0001-01-01T00:00:00+14:00"}, 422, "start"),
        ({**BOOKING, "start": "9999-12-31T23:59:59-14:00"}, 422, "start"),
        ({**BOOKING, "start": 5}, 422, "start"),
        ({**VISIT, "customer": ANA}, 422, "start"),
        ({**BOOKING, "hold": "x"}, 422, "start"),
        ({**VISIT, "hold": "x", "customer": ANA}, 422, "services"),
        ({"hold": "x", "customer": ANA}, 404, None),
        ({**BOOKING, "services": ["nothing"]}, 422, "services"),
        ({**BOOKING, "services": [CUT] * 11}, 422, "services"),
        ({**BOOKING, "services": "cut"}, 422, "services"),
        ({**BOOKING, "place": "nowhere"}, 422, "place"),
        ({**BOOKING, "staff": "nobody"}, 422, "staff"),
        ({**BOOKING, "party_size": -1}, 422, "party_size"),
        ({**BOOKING, "party_size": 2.5}, 422, "party_size"),
        ({**BOOKING, "party_size": 10**30}, 422, "party_size"),
        ({**BOOKING, "zone": "Mars"}, 422, "zone"),
        ({**BOOKING, "colour": "blue"}, 422, "colour"),
        ({**BOOKING, "customer": {"name": ""}}, 422, "customer.name"),
        ({**BOOKING, "customer": {"name": "   "}}, 422, "customer.name"),
        ({**BOOKING, "customer": {"name": "a\x00b"}}, 422, "customer.name"),
        ({**BOOKING, "customer": {"name": "x" * 201}}, 422, "customer.name"),
        ({**BOOKING, "customer": {"name": "Ana", "phone": "12"}}, 422, "customer.phone"),
        ({**BOOKING, "customer": {"name": "Ana", "email": "nowhere"}}, 422, "customer.email"),
        ({**BOOKING, "customer": {"name": "Ana", "age": 3}}, 422, "customer.age"),
        ({**BOOKING, "customer": None}, 422, "customer"),
        ({**BOOKING, "notes": "a\x00b"}, 422, "notes"),
        ({**BOOKING, "notes": "x" * 2001}, 422, "notes"),
        ({"start": TEN}, 422, "customer"),
        ([], 422, None),
        (b"{", 400, None),
        (b"\xff\xfe", 400, None),
        (b'{"a":' * 5000, 422, "a"),
        (b'{"notes": "\xff"}', 400, None),
        (b"", 415, None),
    ],
)
def test_a_body_that_is_wrong_names_its_field_and_changes_nothing(body: Any, status: int, field: str | None) -> None:
    async def story() -> None:
        async with office() as server:
            kind = {"content-type": "application/json"} if body else {}
            answer = await server.post("bookings", body, **kind)
            assert (answer.status_code, answer.json().get("field")) == (status, field), answer.text
            assert answer.headers["content-type"] == "application/problem+json"
            assert await offered(server, TEN)
            calendar = server.store.calendar("biz-luz")
            assert not calendar.bookings

    asyncio.run(story())


def test_a_body_is_json_and_not_too_long() -> None:
    async def story() -> None:
        async with office() as server:
            form = await server.post("bookings", b"start=now", **{"content-type": "application/x-www-form-urlencoded"})
            assert (form.status_code, form.json()["type"]) == (415, "/problems/not-json")
            long = await server.post("bookings", b" " * 70_000, **{"content-type": "application/json"})
            assert (long.status_code, long.json()["type"]) == (413, "/problems/too-large")

    asyncio.run(story())


def test_a_party_larger_than_the_house_names_its_field() -> None:
    async def story() -> None:
        async with office(MAR) as server:
            for path, body in (
                ("holds", {"party_size": 40, "start": "2026-11-21T20:00:00Z"}),
                ("bookings", {"party_size": 40, "start": "2026-11-21T20:00:00Z", "customer": ANA}),
                ("waitlist", {"party_size": 40, "from": "2026-11-21", "to": "2026-11-21", "customer": ANA}),
            ):
                answer = await server.post(path, body)
                assert (answer.status_code, answer.json()["field"]) == (422, "party_size")

    asyncio.run(story())


def test_problems_are_worded_in_the_language_of_the_caller() -> None:
    from tests.web.served import words

    async def story() -> None:
        async with office(words=words) as server:
            answer = await server.get("services", business="nobody", headers={"accept-language": "de"})
            assert answer.json()["title"] == "Unter dieser Adresse gibt es nichts"
            assert answer.headers["content-language"] == "de"
            assert answer.json()["type"] == "/problems/nothing-here"

    asyncio.run(story())


def test_the_salon_of_these_stories_has_what_they_use() -> None:
    assert CUT in LUZ.service
    assert GRACA in LUZ.place
