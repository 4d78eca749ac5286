"""One request is carried out once, and one time is had by one client: on memory and on SQLite, with broken twins."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from domain.bookings import Answered
from domain.clock import ManualClock
from storage.memory.store import MemoryStore
from tests.builders import ANNA, NOW
from tests.web.api.office import ANA, CUT, GRACA, RUI, Office, office

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.bookings import Effect

TEN = "2026-11-21T10:00:00Z"
NOON = "2026-11-21T12:00:00Z"
VISIT = {"services": [CUT], "place": GRACA, "staff": ANNA}
BOOKING = {**VISIT, "start": TEN, "customer": ANA}


async def bookings(server: Office) -> list[Any]:
    """Return what is booked on the day, whatever became of it."""
    found = await server.store.calendar("biz-luz").bookings_between(NOW, NOW.replace(day=30))
    return list(found)


def test_two_clients_want_the_same_opening(opener: Any) -> None:
    async def story() -> None:
        async with opener() as server:
            answers = await asyncio.gather(
                *(server.post("bookings", {**BOOKING, "customer": who}) for who in (ANA, RUI) for _ in range(4))
            )
            statuses = sorted(one.status_code for one in answers)
            assert statuses == [201] + [409] * 7
            for one in answers:
                if one.status_code == 409:
                    assert one.json()["type"] == "/problems/opening-taken"
                    assert len(one.json()["alternatives"]) == 3
                    assert TEN not in {each["start"] for each in one.json()["alternatives"]}
            assert len(await bookings(server)) == 1

    asyncio.run(story())


def test_two_clients_hold_book_and_move_to_the_same_opening(opener: Any) -> None:
    async def story() -> None:
        async with opener() as server:
            other = (await server.post("bookings", {**BOOKING, "start": NOON, "customer": RUI})).json()["id"]
            answers = await asyncio.gather(
                server.post("holds", {**VISIT, "start": TEN}),
                server.post("bookings", BOOKING),
                server.post(f"bookings/{other}/move", {"start": TEN}),
            )
            assert sorted(one.status_code for one in answers)[1:] == [409, 409]
            for one in answers:
                if one.status_code == 409:
                    assert len(one.json()["alternatives"]) == 3

    asyncio.run(story())


def test_one_hold_is_booked_once_by_many_at_once(opener: Any) -> None:
    async def story() -> None:
        async with opener() as server:
            hold = (await server.post("holds", {**VISIT, "start": TEN})).json()["id"]
            answers = await asyncio.gather(
                *(
                    server.post("bookings", {"hold": hold, "customer": who}, attempt=who["name"][0])
                    for who in (ANA, RUI)
                ),
                server.post("bookings", {"hold": hold, "customer": ANA}),
            )
            assert sorted(one.status_code for one in answers) == [201, 409, 409]
            (winner,) = (one.json() for one in answers if one.status_code == 201)
            (kept,) = await bookings(server)
            assert (kept.id, kept.name, kept.code) == (winner["id"], winner["name"], winner["manage"].split("/")[-1])

    asyncio.run(story())


async def _the_same_at_once(server: Office, many: int = 5) -> None:
    """Send one request several times at once and again later, and expect one and the same answer."""
    for path, body in (("bookings", BOOKING), ("holds", {**VISIT, "start": NOON})):
        answers = await asyncio.gather(*(server.post(path, body, attempt=f"one-{path}") for _ in range(many)))
        answers.append(await server.post(path, body, attempt=f"one-{path}"))
        assert {one.status_code for one in answers} == {201}
        assert len({one.content for one in answers}) == 1
        assert len({one.headers["location"] for one in answers}) == 1
        assert [one.headers.get("idempotent-replayed") for one in answers].count("true") == many
    assert len(await bookings(server)) == 1


def test_one_key_at_once_is_one_booking_and_one_answer(opener: Any) -> None:
    async def story() -> None:
        async with opener() as server:
            await _the_same_at_once(server)

    asyncio.run(story())


class Forgetful(MemoryStore):
    """A store that writes no answers down: the broken twin."""

    def calendar(self, business_id: str) -> Any:
        calendar = super().calendar(business_id)

        class Calendar:
            def __getattr__(self, name: str) -> Any:
                return getattr(calendar, name)

            async def apply(self, effects: Sequence[Effect]) -> None:
                kept = [one for one in effects if not (isinstance(one, Answered) and one.key.startswith("attempt:"))]
                await calendar.apply(kept)

        return Calendar()


def test_a_store_that_writes_no_answers_down_is_caught() -> None:
    async def story() -> None:
        async with office(store=Forgetful(ManualClock(NOW))) as server:
            with pytest.raises(AssertionError):
                await _the_same_at_once(server)

    asyncio.run(story())


class Lax(MemoryStore):
    """A store that does not look whether an answer is known: the other broken twin."""

    def calendar(self, business_id: str) -> Any:
        calendar = super().calendar(business_id)

        class Calendar:
            def __getattr__(self, name: str) -> Any:
                return getattr(calendar, name)

            async def answered(self, key: str) -> Answered | None:
                return None if key.startswith("used:") else await calendar.answered(key)

            async def apply(self, effects: Sequence[Effect]) -> None:
                await calendar.apply([one for one in effects if not getattr(one, "key", "").startswith("used:")])

        return Calendar()


def test_without_the_guard_of_a_hold_two_are_told_that_they_have_it() -> None:
    async def story() -> None:
        async with office(store=Lax(ManualClock(NOW))) as server:
            hold = (await server.post("holds", {**VISIT, "start": TEN})).json()["id"]
            answers = await asyncio.gather(
                *(server.post("bookings", {"hold": hold, "customer": who}) for who in (ANA, RUI))
            )
            assert [one.status_code for one in answers] == [201, 201], "and one of them is wrong"
            assert len(await bookings(server)) == 1

    asyncio.run(story())


def test_a_key_that_comes_with_another_request_is_refused(opener: Any) -> None:
    async def story() -> None:
        async with opener() as server:
            first = await server.post("bookings", BOOKING, attempt="k")
            for path, body in (("bookings", {**BOOKING, "start": NOON}), ("holds", {**VISIT, "start": NOON})):
                other = await server.post(path, body, attempt="k")
                assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")
                assert other.json()["field"] == "Idempotency-Key"
            again = await server.post("bookings", BOOKING, attempt="k")
            assert again.content == first.content
            assert len(await bookings(server)) == 1

    asyncio.run(story())


def test_moving_cancelling_and_waiting_again_is_answered_the_same(opener: Any) -> None:
    async def story() -> None:
        async with opener() as server:
            made = (await server.post("bookings", BOOKING)).json()["id"]
            wait = {"services": [CUT], "place": GRACA, "from": "2026-11-21", "to": "2026-11-22", "customer": RUI}
            for path, body in (
                (f"bookings/{made}/move", {"start": NOON}),
                (f"bookings/{made}/cancel", {}),
                ("waitlist", wait),
            ):
                first = await server.post(path, body, attempt=path)
                again = await server.post(path, body, attempt=path)
                assert first.status_code == again.status_code < 300
                assert first.content == again.content
                assert again.headers["idempotent-replayed"] == "true"

    asyncio.run(story())


def test_what_changed_nothing_may_be_tried_again_with_the_same_key(opener: Any) -> None:
    async def story() -> None:
        async with opener() as server:
            other = (await server.post("bookings", BOOKING)).json()["id"]
            refused = await server.post("bookings", {**BOOKING, "customer": RUI}, attempt="k")
            assert refused.status_code == 409
            await server.post(f"bookings/{other}/cancel")
            made = await server.post("bookings", {**BOOKING, "customer": RUI}, attempt="k")
            assert (made.status_code, made.headers.get("idempotent-replayed")) == (201, None)

    asyncio.run(story())


def test_keys_of_two_clients_do_not_meet(opener: Any) -> None:
    async def story() -> None:
        from tests.web.api.office import key_for

        async with opener() as server:
            secret, _ = await key_for(server.store, "biz-luz")
            longest = "x" * 255
            first = await server.post("bookings", BOOKING, attempt=longest)
            other = await server.post("bookings", {**BOOKING, "start": NOON}, attempt=longest, secret=secret)
            assert (first.status_code, other.status_code) == (201, 201)

    asyncio.run(story())


@pytest.mark.parametrize("key", ["x" * 256, "a b", "é", ""])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    async def story() -> None:
        async with office() as server:
            answer = await server.house.client.post(
                "/api/v1/businesses/luz/bookings",
                json=BOOKING,
                headers=[
                    (b"authorization", f"Bearer {server.secret}".encode()),
                    (b"idempotency-key", key.encode()),
                ],
            )
            assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")
            assert await bookings(server) == []

    asyncio.run(story())


def test_what_was_answered_is_forgotten_with_its_customer(opener: Any) -> None:
    async def story() -> None:
        async with opener() as server:
            made = (await server.post("bookings", BOOKING, attempt="k")).json()
            await server.store.privacy.erase("biz-luz", made["customer"])
            again = await server.post("bookings", BOOKING, attempt="k")
            assert (again.status_code, again.json()["type"]) == (404, "/problems/nothing-here")
            assert "Ana" not in again.text
            back = await server.post("bookings", {**BOOKING, "start": NOON}, attempt="k2")
            assert (back.status_code, back.json()["phone"]) == (201, ANA["phone"])
            customer = await server.store.transcripts("biz-luz").customer(back.json()["customer"])
            assert (customer.name, customer.phone) == (ANA["name"], ANA["phone"])

    asyncio.run(story())
