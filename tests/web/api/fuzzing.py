"""Schemathesis on the application, in process: every phase and every check, with ids that exist among what it tries."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.builders import LUZ, LUZ_CHAT
from tests.web.api.office import ANA, CUT, GRACA, PLENTY, RUI, Office, key_for
from tests.web.house import House

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

DOCUMENT = "/api/v1/openapi.json"
STARTS = [
    f"2026-11-2{day}T{hour:02}:{minute:02}:00Z" for day in (1, 3) for hour in (9, 11, 15) for minute in (0, 15, 30)
]
OFTEN = 0.8


@dataclass(slots=True)
class Found:
    """What came of a run."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    """Operation, check and what was wrong."""


def fuzz(examples: int, *, wrap: Callable[[ASGIApp], ASGIApp] = lambda app: app, only: str = "") -> Found:
    """Run schemathesis with so many examples an operation and phase; `only` is one operation."""
    import schemathesis.openapi
    from schemathesis.config import SchemathesisConfig
    from schemathesis.engine import from_schema
    from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

    one, secret, known = asyncio.run(_prepared())
    config = SchemathesisConfig.from_dict(_config(examples, secret, known))
    schema: Any = schemathesis.openapi.from_asgi(DOCUMENT, wrap(one.app), config=config)
    if only:
        schema = schema.include(operation_id=only)
    found = Found()
    for event in from_schema(schema).execute():
        if isinstance(event, ScenarioFinished):
            answers = [one.response for one in event.recorder.interactions.values() if one.response]
            found.requests += len(answers)
            found.statuses.update(answer.status_code for answer in answers)
            for checks in event.recorder.checks.values():
                found.failures += [
                    f"{event.recorder.label}: {check.name}: {check.failure_info.failure.message}"
                    for check in checks
                    if check.failure_info is not None
                ]
        elif isinstance(event, NonFatalError | FatalError):
            found.failures.append(repr(event))
    return found


async def _prepared() -> tuple[House, str, dict[str, list[str]]]:
    """Return a house with a key, and ids of what there is in it."""
    one = House(PLENTY)
    await one.store.directories.save(LUZ, [LUZ_CHAT])
    secret, key = await key_for(one.store, LUZ.business.id)
    server = Office(one, "luz", secret, key)
    known: dict[str, list[str]] = {"bookings": [], "holds": [], "entries": []}
    for hour in range(10, 18):
        start = f"2026-11-24T{hour}:00:00Z"
        visit = {"services": [CUT], "place": GRACA, "start": start}
        known["bookings"].append((await server.post("bookings", {**visit, "customer": ANA})).json()["id"])
        known["holds"].append((await server.post("holds", visit)).json()["id"])
        wait = {"services": [CUT], "place": GRACA, "from": "2026-11-24", "to": f"2026-12-{hour}", "customer": RUI}
        known["entries"].append((await server.post("waitlist", wait)).json()["id"])
    return one, secret, known


def _config(examples: int, secret: str, known: dict[str, list[str]]) -> dict[str, Any]:
    values = {
        "services": [CUT, "biz-luz:colour", "biz-luz:massage"],
        "places": [GRACA],
        "staff": ["biz-luz:anna", "biz-luz:rosa"],
        "starts": STARTS,
        "days": ["2026-11-21", "2026-11-23", "2026-11-25", "2026-12-24"],
        "zones": ["Europe/Lisbon", "America/New_York"],
        "phones": ["+351912000001", "912 000 002"],
        **known,
    }
    bound = {
        "path.booking": "bookings",
        "path.hold": "holds",
        "path.entry": "entries",
        "query.service[*]": "services",
        "body.hold": "holds",
        "body.start": "starts",
        "body.services[*]": "services",
        "body.customer.phone": "phones",
    }
    for where in ("query", "body"):
        bound |= {f"{where}.{name}": f"{name}s" for name in ("place", "zone")} | {f"{where}.staff": "staff"}
        bound |= {f"{where}.from": "days", f"{where}.to": "days"}
    return {
        "seed": 1,
        "continue-on-failure": True,
        "headers": {"Authorization": f"Bearer {secret}"},
        "dictionaries": {name: {"values": some} for name, some in values.items()},
        "parameters": {
            "path.business": "luz",
            **{name: {"dictionary": kind, "probability": OFTEN} for name, kind in bound.items()},
        },
        "generation": {"max-examples": examples, "deterministic": True, "database": "none"},
        # A rule that no schema can say (a window that ends before it begins, a service that there is not) is a 422.
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ["2xx", "304", "401", "403", "404", "409", "422"]}
        },
    }
