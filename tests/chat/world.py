"""The world a transcript plays in: an application with a frozen clock, a fake wire and the demo businesses."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from bots.application import Application
from bots.seed import seed
from domain.businesses import Account
from domain.clock import ManualClock
from domain.ids import derived_id
from tests.chat.platform_wires import TelegramWire, WhatsAppWire
from tests.chat.watched import WatchedStore
from tests.chat.wire import Wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from domain.businesses import Directory
    from domain.clock import Clock
    from domain.ports import Store
    from tests.chat.scene import Header

OpenStore: TypeAlias = "Callable[[Clock], AbstractAsyncContextManager[Store]]"
"""Makes a store that is not opened yet, and takes it away afterwards."""
SECRET = b"the secret of a conversation that is only played"


@dataclass(slots=True)
class World:
    """Everything that a player reaches."""

    app: Application
    clock: ManualClock
    store: WatchedStore
    wire: Wire
    account: Account
    directory: Directory


@asynccontextmanager
async def world(scene: Header, channel: str, open_store: OpenStore, *, through: bool = False) -> AsyncIterator[World]:
    """Open a world at the scene's moment on a channel, with the stores that `open_store` makes.

    `through`: what people do and what is said goes through the real channel, where there is one.
    """
    clock = ManualClock(scene.at)
    async with open_store(clock) as bare:
        store = WatchedStore(bare)
        wire = wire_of(channel) if through else Wire(channel)
        app = Application(store=cast("Store", store), clock=clock, secret=SECRET, channels={channel: wire})
        await app.open()
        try:
            await seed(app)
            account = await _account(store, scene.business, channel)
            directory = await store.directories.directory(account.business_id)
            yield World(app, clock, store, wire, account, directory)
        finally:
            await app.close()


async def _account(store: WatchedStore, business: str, channel: str) -> Account:
    """Return the business's account on a channel; made up where the seed has none."""
    accounts = [one for one in await store.directories.accounts() if one.external_id == business]
    for account in accounts:
        if account.channel == channel:
            return cast("Account", account)
    like = accounts[0]
    name = derived_id("account", channel, business)
    made = Account(name, like.business_id, channel, business, f"endpoint-{channel}-{business}", like.name)
    directory = await store.directories.directory(like.business_id)
    same = [one for one in accounts if one.business_id == like.business_id]
    await store.directories.save(directory, [*same, made])
    return made


def wire_of(channel: str) -> Wire:
    """Return the wire of a real channel; of any other the one whose platform is a list."""
    real = {"telegram": TelegramWire, "whatsapp": WhatsAppWire}.get(channel)
    return real() if real else Wire(channel)
