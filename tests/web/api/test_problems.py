"""What a caller is told when something fails here: that it did, and nothing about the inside."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from domain.clock import ManualClock
from domain.errors import StoreUnavailable
from storage.memory.store import MemoryStore
from tests.builders import NOW
from tests.web.api.office import ANA, CUT, GRACA, office

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.bookings import Effect

BOOKING = {"services": [CUT], "place": GRACA, "start": "2026-11-21T10:00:00Z", "customer": ANA}


class Broken(MemoryStore):
    """A store that cannot write."""

    def __init__(self, error: Exception) -> None:
        super().__init__(ManualClock(NOW))
        self.error: Exception | None = error

    def calendar(self, business_id: str) -> Any:
        calendar, store = super().calendar(business_id), self

        class Calendar:
            def __getattr__(self, name: str) -> Any:
                return getattr(calendar, name)

            async def apply(self, effects: Sequence[Effect]) -> None:
                if store.error is not None:
                    raise store.error
                await calendar.apply(effects)

        return Calendar()


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (StoreUnavailable("disk I/O error at /secret/path"), 503, "/problems/store-unavailable"),
        (RuntimeError("a fault at /secret/path"), 500, "/problems/internal"),
    ],
)
def test_a_fault_of_ours_is_a_problem_and_not_a_stack_trace(error: Exception, status: int, kind: str) -> None:
    async def story() -> None:
        store = Broken(error)
        async with office(store=store) as server:
            answer = await server.post("bookings", BOOKING, attempt="k")
            assert (answer.status_code, answer.json()["type"]) == (status, kind)
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["request_id"] == answer.headers["x-request-id"]
            assert "secret" not in answer.text
            assert ("retry-after" in answer.headers) == (status == 503)
            store.error = None
            again = await server.post("bookings", BOOKING, attempt="k")
            assert (again.status_code, again.headers.get("idempotent-replayed")) == (201, None)

    asyncio.run(story())


def test_a_caller_who_goes_away_in_the_middle_is_not_answered() -> None:
    async def story() -> None:
        async with office() as server:
            messages = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
            sent: list[Any] = []

            async def receive() -> Any:
                return messages.pop(0)

            async def send(message: Any) -> None:
                sent.append(message)

            path = "/api/v1/businesses/luz/bookings"
            scope = {
                "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
                "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
                "headers": [(b"authorization", f"Bearer {server.secret}".encode())],
                "client": ("192.0.2.7", 1), "server": ("desk.example", 80),
            }  # fmt: skip
            await server.house.app(scope, receive, send)
            assert (messages, sent) == ([], [])

    asyncio.run(story())


def test_a_lost_answer_is_found_again() -> None:
    """The booking was written, and then the connection broke: the same attempt finds what it did."""

    class Cut(MemoryStore):
        def calendar(self, business_id: str) -> Any:
            calendar = super().calendar(business_id)

            class Calendar:
                def __getattr__(self, name: str) -> Any:
                    return getattr(calendar, name)

                async def apply(self, effects: Sequence[Effect]) -> None:
                    await calendar.apply(effects)
                    raise StoreUnavailable("nobody knows whether it was committed")

            return Calendar()

    async def story() -> None:
        async with office(store=Cut(ManualClock(NOW))) as server:
            first = await server.post("bookings", BOOKING, attempt="k")
            again = await server.post("bookings", BOOKING, attempt="k")
            assert first.status_code == again.status_code == 201
            assert first.content == again.content
            booked = await server.store.calendar("biz-luz").bookings_between(NOW, NOW.replace(day=30))
            assert len(booked) == 1

    asyncio.run(story())
