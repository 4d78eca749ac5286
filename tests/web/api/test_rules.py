"""Classes, variants, add-ons and pacing as a client of the API meets them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from domain.businesses import Hours, Service
from tests.builders import ANNA, LUZ, MAR, euros
from tests.web.api.office import ANA, CUT, GRACA, RUI

YOGA, LONG, MASK = "biz-luz:yoga", "biz-luz:cut-long", "biz-luz:mask"
SATURDAY = {"from": "2026-11-21", "to": "2026-11-21"}
TEN = "2026-11-21T10:00:00Z"
STUDIO = replace(
    LUZ,
    version=2,
    services=(
        *LUZ.services,
        Service(YOGA, "Yoga", 60, euros(12), seats=3),
        Service(LONG, "Long hair", 60, euros(40), variant_of=CUT),
        Service(MASK, "Mask", 15, euros(9), addon_to=("biz-luz:colour",)),
    ),
    staff=(replace(LUZ.staff[0], service_ids=(*LUZ.staff[0].service_ids, YOGA, LONG, MASK)), *LUZ.staff[1:]),
    hours=(*LUZ.hours, Hours(YOGA, 5, 10 * 60, 11 * 60)),
)


def test_seats_of_a_class_are_told_and_run_out(opener: Any) -> None:
    async def story() -> None:
        async with opener(STUDIO) as server:

            async def left() -> list[int]:
                found = await server.openings(service=YOGA, place=GRACA, party_size=1, **SATURDAY)
                return [one["seats_left"] for one in found]

            assert await left() == [3]
            body = {"services": [YOGA], "place": GRACA, "start": TEN}
            held = await server.post("holds", {**body, "party_size": 1})
            assert (held.status_code, held.json()["opening"]["seats_left"]) == (201, 3)
            assert await left() == [2]
            made = await server.post("bookings", {"hold": held.json()["id"], "customer": ANA})
            assert made.status_code == 201
            assert await left() == [2]
            two = await server.post("bookings", {**body, "party_size": 2, "customer": RUI})
            assert two.status_code == 201
            assert await left() == []
            full = await server.post("bookings", {**body, "customer": RUI})
            assert (full.status_code, full.json()["type"]) == (409, "/problems/opening-taken")
            await server.post(f"bookings/{two.json()['id']}/cancel")
            assert await left() == [2]

    asyncio.run(story())


def test_many_want_the_last_seats(opener: Any) -> None:
    async def story() -> None:
        async with opener(STUDIO) as server:
            body = {"services": [YOGA], "place": GRACA, "start": TEN, "party_size": 1}
            people = [{"name": f"Guest {number}"} for number in range(8)]
            answers = await asyncio.gather(*(server.post("bookings", {**body, "customer": who}) for who in people))
            assert sorted(one.status_code for one in answers) == [201] * 3 + [409] * 5

    asyncio.run(story())


def test_a_variant_stands_for_its_service(opener: Any) -> None:
    async def story() -> None:
        async with opener(STUDIO) as server:
            listed = {one["id"]: one for one in (await server.get("services")).json()["services"]}
            assert (listed[CUT]["bookable"], listed[LONG]["bookable"], listed[MASK]["bookable"]) == (False, True, False)
            alone = await server.get("openings", service=CUT, place=GRACA)
            assert (alone.status_code, alone.json()["field"]) == (422, "service")
            for query in ({"service": CUT, "variant": LONG}, {"variant": LONG}, {"service": LONG}):
                (first, *_) = await server.openings(staff=ANNA, **query, **SATURDAY)
                assert (first["end"], first["price"]["minor"]) == ("2026-11-21T11:00:00Z", 4000)
            wrong = await server.get("openings", service="biz-luz:nails", variant=LONG, place=GRACA)
            assert (wrong.status_code, wrong.json()["field"]) == (422, "variant")
            made = await server.post(
                "bookings", {"services": [CUT], "variant": LONG, "place": GRACA, "start": TEN, "customer": ANA}
            )
            assert [one["id"] for one in made.json()["services"]] == [LONG]

    asyncio.run(story())


def test_an_add_on_comes_with_what_it_is_added_to(opener: Any) -> None:
    async def story() -> None:
        async with opener(STUDIO) as server:
            (first, *_) = await server.openings(service="biz-luz:colour", addon=MASK, staff=ANNA, **SATURDAY)
            assert (first["end"], first["price"]["minor"]) == ("2026-11-21T11:45:00Z", 7900)
            for query in ({"service": MASK}, {"service": YOGA, "addon": MASK}):
                refused = await server.get("openings", place=GRACA, **query)
                assert (refused.status_code, refused.json()["field"]) == (422, "service")

    asyncio.run(story())


def test_pacing_is_kept_when_many_book_at_once(opener: Any) -> None:
    business = replace(MAR.business, policies=replace(MAR.business.policies, pacing=4))
    house = replace(MAR, version=2, business=business)

    async def story() -> None:
        async with opener(house) as server:
            body = {"party_size": 2, "start": "2026-11-21T20:00:00Z"}
            people = [{"name": f"Guest {number}"} for number in range(5)]
            answers = await asyncio.gather(*(server.post("bookings", {**body, "customer": who}) for who in people))
            assert sorted(one.status_code for one in answers) == [201, 201, 409, 409, 409]
            refused = next(one.json() for one in answers if one.status_code == 409)
            assert "2026-11-21T20:00:00Z" not in {one["start"] for one in refused["alternatives"]}

    asyncio.run(story())


def test_prices_are_frozen_when_they_are_sold(opener: Any) -> None:
    async def story() -> None:
        async with opener(LUZ) as server:
            visit = {"services": [CUT], "place": GRACA, "staff": ANNA, "start": TEN, "customer": ANA}
            made = (await server.post("bookings", visit)).json()
            dearer = replace(LUZ.services[0], price=euros(99))
            changed = replace(LUZ, version=9, services=(dearer, *LUZ.services[1:]))
            await server.store.directories.save(changed, await server.store.directories.accounts())
            moved = await server.post(f"bookings/{made['id']}/move", {"start": "2026-11-21T12:00:00Z"})
            assert moved.json()["price"] == {"minor": 2500, "currency": "EUR"}

    asyncio.run(story())
