"""What a client needs to know before it can ask: services, staff and places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.api import schemas, showing
from web.api.calls import Operation, Reply, encode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.businesses import Directory
    from web.api.calls import Call


def _of(show: Callable[[Directory], object], kind: str) -> Callable[[Call], Awaitable[Reply]]:
    async def do(call: Call) -> Reply:
        return Reply(200, encode(show(call.directory)), f'"{kind}-{call.directory.version}"')

    return do


OPERATIONS = tuple(
    Operation("GET", f"/{kind}", f"list_{kind}", summary, _of(show, kind), 200, shape, schemas.Nothing, kept=True)
    for kind, show, shape, summary in (
        ("services", showing.services, schemas.Services, "List the services, their variants and add-ons"),
        ("staff", showing.staff, schemas.People, "List the staff, each with their own terms"),
        ("places", showing.places, schemas.Places, "List the places"),
    )
)
