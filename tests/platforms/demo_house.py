"""The house of the demo: Frontdesk and two fake platforms in one event loop, connected as an owner connects them."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bots.application import Application
from bots.platforms import Platforms
from bots.secrets import Secrets
from bots.seed import accounts, salon
from bots.server import Server
from bots.settings import load
from bots.vault import Vault
from domain.clock import ManualClock
from storage.sql.migrate import migrate
from storage.sql.sqlite import SqliteStore
from tests.platforms.demo_phones import TelegramPhone, WhatsAppPhone
from tests.platforms.demo_wire import Wire
from tests.platforms.graph import FakeGraph
from tests.platforms.telegram import FakeTelegram

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from pathlib import Path

    from starlette.types import ASGIApp

    from bots.settings import Settings
    from domain.bookings import Booking
    from domain.businesses import Account, Directory
    from domain.conversations import Conversation
    from tests.platforms.demo_phones import Phone
    from tests.platforms.telegram_world import Robot

LOOK_SECONDS = 0.05
"""How often the phones are looked at, and what waits at the platforms is delivered."""
AGAIN_SECONDS = 2.0
"""After so long the fake Telegram delivers again what was not taken."""
ASK_SECONDS = 0.5
"""How often Frontdesk is asked how the accounts are."""
GRACE_SECONDS = 6.0
"""How long the end may take."""


class Running(ManualClock):
    """A clock that goes on from a moment, or from the present one."""

    def __init__(self, at: datetime | None = None) -> None:
        super().__init__(at or datetime.now(UTC))
        self._began = time.monotonic()

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=time.monotonic() - self._began)


@dataclass
class House:
    """Everything, while it is open."""

    url: str
    """Of Frontdesk."""
    app: Application
    directory: Directory
    telegram: FakeTelegram
    robot: Robot
    graph: FakeGraph
    wire: Wire
    phones: dict[str, Phone] = field(default_factory=dict)
    """By channel."""
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    version: int = 0
    """Grows whenever something is seen that was not there."""
    states: dict[str, tuple[str, str]] = field(default_factory=dict)
    """How each account is, and who answers there, by channel."""
    booked: Sequence[Booking] = ()
    """What was booked when it was looked for last."""

    @property
    def business_id(self) -> str:
        """The salon's."""
        return self.directory.business.id

    @property
    def violations(self) -> list[str]:
        """What was asked of the platforms that they would not have taken."""
        return [*self.telegram.violations, *self.graph.violations]

    @property
    def telegram_acts(self) -> bool:
        """Whether an update is on its way: it waits at the platform, and need not be delivered again."""
        phone = self.phones.get("telegram")
        return isinstance(phone, TelegramPhone) and phone.acts

    async def connect(self, channel: str) -> Account:
        """Connect the salon's account with its present token, or connect it again. Raises ConnectRefused."""
        if channel == "telegram":
            token = self.robot.token
        else:
            token = (await self.graph.tokens(self.graph.account())).value.decode()
        return await self.app.connections.connect_token(self.business_id, channel, token)

    async def account(self, channel: str) -> Account:
        """Return the salon's account."""
        return next(one for one in await self.app.store.accounts.of(self.business_id) if one.channel == channel)

    async def conversation(self, channel: str) -> Conversation | None:
        """Return the conversation of a channel's customer, None before it has begun."""
        account = await self.account(channel)
        found = await self.app.store.transcripts(self.business_id).open_conversations()
        return next((one for one in found if one.account_id == account.id), None)

    async def bookings(self) -> Sequence[Booking]:
        """Return what is booked at the salon from now on."""
        now = self.app.clock.now()
        return await self.app.store.calendar(self.business_id).bookings_between(now, now + timedelta(days=60))

    async def settled(self, phone: Phone, most: float = 30.0) -> None:
        """Wait until all that was answered has arrived, and its receipts. Raises TimeoutError."""
        async with asyncio.timeout(most):
            while not await self._all_there(phone):
                await self.change(0.2)
            while await self.change(0.3):
                pass

    async def _state(self, channel: str) -> tuple[str, str]:
        account, conversation = await self.account(channel), await self.conversation(channel)
        return account.state, conversation.owner.value if conversation is not None else ""

    async def _all_there(self, phone: Phone) -> bool:
        conversation = await self.conversation(phone.channel)
        if conversation is None or self.graph.webhooks.waiting:
            return False
        lines = await self.app.store.transcripts(self.business_id).last_messages(conversation.id, 200)
        spoken = [one.author for one in lines if one.author in {"customer", "bot", "staff"}]
        # One line of the transcript is one message of the platform's.
        written = sum(one.side in {"customer", "tap"} for one in phone.lines)
        got = sum(one.side == "business" for one in phone.lines)
        return spoken.count("customer") >= written and spoken[-1:] != ["customer"] and got >= len(spoken) - written

    async def change(self, most: float) -> bool:
        """Wait for a change, at most so many seconds; returns whether there was one."""
        known = self.version
        with suppress(TimeoutError):
            async with asyncio.timeout(most), self.changed:
                await self.changed.wait_for(lambda: self.version != known)
        return self.version != known

    async def look(self) -> None:
        """Look at the phones again and again, and have the platforms deliver what waits."""
        seen: object = None
        again = asked = time.monotonic()
        while True:
            if self.graph.webhooks.waiting or self.graph.webhooks.under_way:
                await self.graph.deliver()
            if time.monotonic() > again:
                if not self.telegram_acts:
                    await self.telegram.deliver_waiting(self.robot)
                again = time.monotonic() + AGAIN_SECONDS
            if time.monotonic() > asked:
                self.states = {channel: await self._state(channel) for channel in self.phones}
                asked = time.monotonic() + ASK_SECONDS
            for phone in self.phones.values():
                phone.look()
            now = repr([self.wire.count, self.states, *((one.lines, one.typing) for one in self.phones.values())])
            if now != seen:
                seen = now
                async with self.changed:
                    self.version += 1
                    self.changed.notify_all()
            await asyncio.sleep(LOOK_SECONDS)


@asynccontextmanager
async def opened(folder: Path, clock: Running) -> AsyncIterator[House]:
    """Open everything on loopback, its database in a folder, and connect a bot and a number to the demo salon."""
    async with AsyncExitStack() as stack:
        wire = Wire(clock)
        telegram = await stack.enter_async_context(FakeTelegram(clock=clock))
        graph = FakeGraph()
        graph.world.clock = clock
        await stack.enter_async_context(graph)
        listener = listening()
        url = address(listener)
        api = await stack.enter_async_context(wire.before(telegram.url, "telegram"))
        meta = await stack.enter_async_context(wire.before(graph.url, "whatsapp"))
        graph.messages.files = meta
        app = _application(_settings(folder, url, api, meta, graph), clock)
        await app.open()
        stack.push_async_callback(app.close)
        directory = salon()
        await app.store.directories.save(directory, accounts(directory))
        robot = telegram.robot("aurora_salon_bot", directory.business.name)
        graph.number.name = directory.business.name
        house = House(url, app, directory, telegram, robot, graph, wire)
        site = app.asgi()
        await stack.enter_async_context(on_listener(wire.watched(site), listener, site))
        await stack.enter_async_context(_in_the_background(app.work_forever, app.stop))
        for channel in ("telegram", "whatsapp"):
            await house.connect(channel)
        ana = telegram.person("Ana", "Lopes", started=False)
        house.phones["telegram"] = TelegramPhone(telegram, robot, ana)
        house.phones["whatsapp"] = WhatsAppPhone(graph, graph.world.customer("Rui Costa"))
        await stack.enter_async_context(_in_the_background(house.look))
        yield house


def listening(port: int = 0) -> socket.socket:
    """Return a socket of this machine: on a port if it is free, else on any."""
    # The protocol is named because asyncio sends without delay only where it is.
    for one in (port, 0):
        listener = socket.socket(proto=socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", one))
            listener.listen(128)
        except OSError:
            listener.close()
            continue
        return listener
    raise OSError("no port of this machine is free")


def address(listener: socket.socket) -> str:
    """Return what is written in a browser."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


@asynccontextmanager
async def on_listener(asgi: ASGIApp, listener: socket.socket, site: Any = None) -> AsyncIterator[None]:
    """Serve with the server that Frontdesk itself uses; `site` is told first when it ends, to end its streams."""
    server = Server(asgi)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn has nothing that could be waited for
        await asyncio.sleep(0.005)
    try:
        yield
    finally:
        if site is not None:
            site.close()
        server.should_exit = True
        await serving


@asynccontextmanager
async def _in_the_background(
    work: Callable[[], Awaitable[None]], stop: Callable[[], None] | None = None
) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work())
    try:
        yield
    finally:
        if stop is not None:
            stop()
            await asyncio.wait({task}, timeout=GRACE_SECONDS)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _settings(folder: Path, url: str, api: str, meta: str, graph: FakeGraph) -> Settings:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / "config.yaml"
    file.touch()
    set_to = {
        "SERVER__PUBLIC_URL": url,
        "DATA__FOLDER": str(folder),
        "TELEGRAM__API_URL": api,
        "WHATSAPP__APP_ID": graph.app_id,
        "WHATSAPP__APP_SECRET": graph.app_secret,
        "WHATSAPP__CONFIG_ID": graph.config_id,
        "WHATSAPP__GRAPH_URL": meta,
        "WHATSAPP__DIALOG_URL": meta,
    }
    return load(file, {f"FRONTDESK_{name}": value for name, value in set_to.items()})


def _application(settings: Settings, clock: Running) -> Application:
    """Return the application that the settings describe, with a clock that a script can set."""
    migrate(settings.database_url)
    return Application(
        SqliteStore(settings.database_file, clock=clock),
        clock,
        Secrets.from_settings(settings).key("application"),
        platforms=Platforms.from_settings(settings, clock),
        vault=Vault.from_settings(settings),
        base_url=settings.server.public_url,
    )
