"""What is offered over HTTP can be booked, once; prices add up."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.businesses import Terms
from domain.money import Money
from tests.builders import LUZ, MAR
from tests.web.api.office import GRACA, office

WEEK = {"from": "2026-11-21", "to": "2026-11-27"}
services = st.lists(
    st.sampled_from(["biz-luz:cut", "biz-luz:colour", "biz-luz:nails"]), min_size=1, max_size=3, unique=True
)


@settings(max_examples=15, deadline=None)
@given(services, st.lists(st.floats(0, 0.999), min_size=1, max_size=4))
def test_every_opening_can_be_booked_once(wanted: list[str], where: list[float]) -> None:
    async def story() -> None:
        async with office() as server:
            for share in where:
                answer = await server.get("openings", service=wanted, place=GRACA, limit=2000, **WEEK)
                if answer.status_code == 422:
                    assert answer.json()["field"] in {"service", "staff"}
                    return
                found = answer.json()["openings"]
                one = found[int(share * len(found))]
                body = {
                    "services": wanted,
                    "place": GRACA,
                    "start": one["start"],
                    "customer": {"name": "Ana"},
                }
                made = await server.post("bookings", body)
                assert made.status_code == 201, made.text
                for name in ("start", "end", "staff", "people", "resources", "price"):
                    assert made.json()[name] == one[name]
                again = await server.post("bookings", body)
                if again.status_code == 409:
                    assert len(again.json()["alternatives"]) == 3
                    assert all(each["start"] != one["start"] for each in again.json()["alternatives"])
                else:
                    assert again.status_code == 201
                    assert set(again.json()["people"]).isdisjoint(one["people"])

    asyncio.run(story())


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 8), st.lists(st.floats(0, 0.999), min_size=1, max_size=8))
def test_every_table_that_is_offered_can_be_booked(party: int, where: list[float]) -> None:
    async def story() -> None:
        async with office(MAR) as server:
            for share in where:
                found = await server.openings(party_size=party, **WEEK)
                one = found[int(share * len(found))]
                body = {"party_size": party, "start": one["start"], "customer": {"name": "Ana"}}
                made = await server.post("bookings", body)
                assert made.status_code == 201, made.text
                assert (made.json()["start"], made.json()["end"]) == (one["start"], one["end"])
                seats = sum(MAR.resource[table].max_party for table in made.json()["resources"])
                assert seats >= party  # which tables: the best of the evening when it is booked

    asyncio.run(story())


prices = st.none() | st.integers(500, 10**6)
deposits = st.none() | st.integers(1, 500)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(prices, prices, deposits), min_size=2, max_size=2))
def test_the_price_is_the_sum_of_what_each_service_costs_with_who_gives_it(sums: list[tuple[int | None, ...]]) -> None:
    """Each service has a price, a price of Anna's own, and a deposit, or none of them."""

    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, "EUR")

    some = tuple(
        replace(one, price=money(price), deposit=money(deposit))
        for one, (price, _, deposit) in zip(LUZ.services, sums, strict=False)
    )
    terms = tuple(Terms(one.id, None, money(own)) for one, (_, own, _) in zip(some, sums, strict=True))
    directory = replace(
        LUZ, version=3, services=(*some, *LUZ.services[2:]), staff=(replace(LUZ.staff[0], terms=terms), *LUZ.staff[1:])
    )
    paid = [price if own is None else own for price, own, _ in sums]
    expected = [
        None if all(one is None for one in each) else {"minor": sum(one or 0 for one in each), "currency": "EUR"}
        for each in (paid, [deposit for _, _, deposit in sums])
    ]

    async def story() -> None:
        async with office(directory) as server:
            wanted = [one.id for one in some]
            one, *_ = await server.openings(service=wanted, staff="biz-luz:anna", **WEEK)
            assert [one["price"], one["deposit"]] == expected
            body = {"services": wanted, "staff": "biz-luz:anna", "start": one["start"], "customer": {"name": "Ana"}}
            assert (await server.post("bookings", body)).json()["price"] == expected[0]

    asyncio.run(story())
