from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tests.web.api.fuzzing import DOCUMENT, fuzz
from tests.web.api.office import ANA, CUT, GRACA, office
from web.api import OPERATIONS
from web.api.problems import DOCUMENTED
from web.api.schemas import OpeningsQuery

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

EXAMPLES = 5
ROOT = Path(__file__).parents[3]


def test_schemathesis_finds_nothing() -> None:
    found = fuzz(EXAMPLES)
    assert found.failures == []
    assert found.requests > 1000
    assert {200, 204, 401, 404, 405, 409, 415, 422} <= set(found.statuses)


class Careless:
    """The application with every refusal of a key, and of a field, taken for an answer: the broken twin."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def let_through(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in (401, 422):
                message["status"] = 200
            await send(message)

        await self._app(scope, receive, let_through)


def test_schemathesis_finds_an_api_that_lets_everything_through() -> None:
    found = fuzz(1, wrap=Careless, only="find_days")
    assert any("ignored_auth" in one for one in found.failures)
    assert any("negative_data_rejection" in one for one in found.failures)
    assert any("conformance" in one for one in found.failures)


def test_the_document_needs_no_key_and_tells_every_problem() -> None:
    async def story() -> None:
        async with office() as server:
            answer = await server.house.client.get(DOCUMENT)
            assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
            document: dict[str, Any] = answer.json()
            assert document["openapi"] == "3.1.0"
            told = set()
            for path in document["paths"].values():
                for operation in path.values():
                    assert operation["operationId"]
                    assert {"401", "404", "422", "429", "503"} <= operation["responses"].keys()
                    for status, one in operation["responses"].items():
                        if "application/problem+json" in one.get("content", {}):
                            rules = one["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]
                            assert rules["status"]["const"] == int(status)
                            told |= {kind.removeprefix("/problems/") for kind in rules["type"]["enum"]}
            assert told | {"no-such-method"} == DOCUMENTED.keys()

    asyncio.run(story())


def test_what_is_answered_is_as_the_document_says() -> None:
    async def story() -> list[tuple[str, str, Any]]:
        async with office() as server:
            answers = [
                ("/openings", "GET", await server.get("openings", service=CUT, place=GRACA)),
                ("/openings/days", "GET", await server.get("openings/days", service=CUT, place=GRACA)),
            ]
            visit = {"services": [CUT], "place": GRACA, "start": "2026-11-21T10:00:00Z"}
            held = await server.post("holds", visit)
            answers.append(("/holds", "POST", held))
            made = await server.post("bookings", {"hold": held.json()["id"], "customer": ANA}, attempt="a")
            again = await server.post("bookings", {"hold": held.json()["id"], "customer": ANA}, attempt="a")
            assert (made.status_code, again.status_code) == (201, 201)
            booking = f"bookings/{made.json()['id']}"
            answers += [("/bookings", "POST", made), ("/bookings", "POST", again)]
            answers.append(("/bookings/{booking}", "GET", await server.get(booking)))
            taken = await server.post("bookings", {**visit, "staff": made.json()["staff"], "customer": ANA})
            assert taken.status_code == 409
            answers.append(("/bookings", "POST", taken))
            moved = await server.post(f"{booking}/move", {"start": "2026-11-21T12:00:00Z"})
            answers.append(("/bookings/{booking}/move", "POST", moved))
            answers.append(("/bookings/{booking}/cancel", "POST", await server.post(f"{booking}/cancel")))
            wait = {"services": [CUT], "place": GRACA, "from": "2026-11-21", "to": "2026-11-22", "customer": ANA}
            waiting = await server.post("waitlist", wait)
            answers.append(("/waitlist", "POST", waiting))
            entry = f"waitlist/{waiting.json()['id']}"
            answers.append(("/waitlist/{entry}", "GET", await server.get(entry)))
            answers.append(("/waitlist/{entry}", "DELETE", await server.delete(entry)))
            answers += [(f"/{one}", "GET", await server.get(one)) for one in ("services", "staff", "places")]
            document = (await server.house.client.get(DOCUMENT)).content
            return [("", "", msgspec.json.decode(document)), *answers]

    import schemathesis.openapi

    (_, _, document), *answers = asyncio.run(story())
    schema: Any = schemathesis.openapi.from_dict(document)
    for path, method, answer in answers:
        assert answer.status_code < 500
        schema["/api/v1/businesses/{business}" + path][method].validate_response(answer)
    assert len({(path, method, answer.status_code) for path, method, answer in answers}) == len(answers) - 1


def test_the_type_of_a_problem_leads_to_a_page() -> None:
    async def story() -> None:
        async with office() as server:
            for name in DOCUMENTED:
                answer = await server.house.client.get(f"/problems/{name}")
                assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
                assert f"page-error-{name}-help" in answer.text
            assert (await server.house.client.get("/problems/none")).status_code == 404

    asyncio.run(story())


def test_the_reference_tells_every_address_problem_and_parameter() -> None:
    page = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    for one in OPERATIONS:
        assert f"`{one.method} {one.path}`" in page
    for name, status in DOCUMENTED.items():
        assert f"| `/problems/{name}` | {status} |" in page
    for one in msgspec.structs.fields(OpeningsQuery):
        assert f"`{one.encode_name}`" in page
    assert set(re.findall(r"/problems/([a-z-]+)", page)) == DOCUMENTED.keys()
