"""Our side beside the fake Graph API: a channel whose customer Ana has just written, and a connector."""

from __future__ import annotations

import traceback
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from adapters.whatsapp.channel import WhatsApp
from adapters.whatsapp.connector import WhatsAppConnector
from tests.platforms.graph import FakeGraph

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from adapters.base import ConnectRefused, Finding

LINKS = "https://desk.test/b"


@asynccontextmanager
async def house(**more: Any) -> AsyncIterator[tuple[FakeGraph, WhatsApp]]:
    """Open a fake and a channel of it, made with what is given."""
    async with FakeGraph() as fake:
        channel = WhatsApp(
            fake.tokens, **{"graph_url": fake.url, "app_secret": fake.secret, "call_seconds": 5.0, **more}
        )
        fake.customers.message("Ana", fake.number, {"type": "text", "text": {"body": "hi"}})
        try:
            yield fake, channel
        finally:
            await channel.close()


def ana(fake: FakeGraph) -> str:
    """Return where Ana is answered."""
    return fake.world.customer("Ana").id


def connector_of(fake: FakeGraph, **more: Any) -> WhatsAppConnector:
    """Return a connector that is set up for a fake, but for what is given."""
    settings: dict[str, Any] = {
        "app_id": fake.app_id,
        "app_secret": fake.secret,
        "config_id": fake.config_id,
        "graph_url": fake.url,
        "version": "v25.0",
        "dialog_url": fake.url,
        "link_base": LINKS,
        "call_seconds": 5.0,
        "clock": fake.clock,
    }
    return WhatsAppConnector(**(settings | more))


@asynccontextmanager
async def connecting(**more: Any) -> AsyncIterator[tuple[FakeGraph, WhatsAppConnector]]:
    """Open a fake and a connector of it; at the end nothing may have been asked for that Meta refuses."""
    async with FakeGraph() as fake:
        connector = connector_of(fake, **more)
        try:
            yield fake, connector
        finally:
            await connector.close()
            assert not fake.violations


def told(error: ConnectRefused, fake: FakeGraph) -> str:
    """Return what an owner is told; nothing secret is in it or behind it."""
    shown = "".join(traceback.format_exception(error)) + repr(vars(error))
    assert error.__context__ is None
    for secret in (fake.app_secret, fake.secret.challenge, *fake.world.tokens):
        assert secret not in shown
    return str(error)


def problems(findings: Sequence[Finding]) -> dict[str, str]:
    """Return what is not well with its remedies; what is well has none."""
    assert all(bool(one.remedy) != one.ok for one in findings)
    return {one.what: one.remedy for one in findings if not one.ok}
