"""The application: builds stores, channels, gateways, desk and engine from settings, and closes them."""

from __future__ import annotations

import asyncio
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from adapters.terminal.channel import Terminal
from adapters.webchat.channel import WebChat
from bots.clockwork import Clockwork
from bots.delivery import Delivery
from bots.links import ContinueLinks
from bots.platforms import Platforms
from bots.reception import Reception
from bots.secrets import Secrets
from bots.staff import Staff
from bots.switchboard import Switchboard
from bots.vault import Vault
from bots.vault_keys import GivenKeys, new_key
from bots.waitlist import Waitlists
from bots.worker import Worker
from dialogs.draft import shown
from dialogs.engine import expects
from dialogs.replies import Replies, Voice
from dialogs.state import load
from dialogs.tokens import Tokens
from dialogs.understanding.rules import Rules
from domain.clock import SystemClock
from domain.errors import StoreUnavailable
from domain.resident import Resident
from web.intake import Intake
from web.tools import Limits, Tools

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp

    from adapters.base import Channel
    from bots.settings import Settings
    from domain.businesses import Account, Directory
    from domain.clock import Clock
    from domain.ids import ConversationId
    from domain.ports import Store


class Application:
    """Everything that runs in one process. The only place that knows concrete parts."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        secret: bytes,
        *,
        channels: Mapping[str, Channel] | None = None,
        platforms: Platforms | None = None,
        vault: Vault | None = None,
        limits: Limits | None = None,
        base_url: str = "http://127.0.0.1:8000",
        turns: int = 64,
        loops: int = 1,
        sends: int = 32,
        send_seconds: float = 20.0,
    ) -> None:
        """Put the parts together. `channels` stand in for those of the same name; `secret` has 32 bytes or more.

        `platforms` are those that accounts can be connected to, none by default; `vault` seals their tokens, by default
        with a key that goes with this process.
        """
        secrets = Secrets(secret)
        self.store = store
        self.clock = clock
        self.base_url = base_url
        self._limits = limits or Limits()
        self._link_key = secrets.key("staff-links")
        self.replies = Replies()
        self.platforms = platforms or Platforms()
        self.vault = vault or Vault(GivenKeys((new_key(),)))
        self.keyring = self.platforms.keyring(store, self.vault)
        self.connections = self.platforms.connections(store, self.vault, self.keyring, clock)
        self.channels: dict[str, Channel] = {
            "webchat": WebChat(secrets.key("webchat-conversations"), self._limits.text_chars),
            "terminal": Terminal(),
            **self.platforms.channels(self.keyring.token_of),
            **(channels or {}),
        }
        self.links = ContinueLinks(secrets.key("continue-links"))
        self.intake = Intake(store, clock)
        self.tokens = Tokens(secrets.key("choice-tokens"))
        self.resident = Resident()
        self.reception = Reception(
            store, self.channels, clock, Rules(), self.replies, self.tokens, base_url, self.resident, self.links
        )
        self.switchboard = Switchboard(store, self.channels, clock, self.keyring.forget)
        self.worker = Worker(store, self.reception, self.switchboard, most=turns, loops=loops)
        self.delivery = Delivery(
            store, self.channels, clock, most=sends, call_seconds=send_seconds, forget=self.keyring.forget
        )
        self.waitlists = Waitlists(store, {name: one.can.window for name, one in self.channels.items()})
        self.clockwork = Clockwork(store, clock, waitlists=self.waitlists)
        self.staff = Staff(store, self.channels, clock, self.replies)
        self._stop = asyncio.Event()

    @classmethod
    def in_memory(cls, clock: Clock | None = None, **parts: Any) -> Application:
        """Return an application whose stores are in memory: for tests, benches and a first look."""
        from storage.memory.store import MemoryStore

        clock = clock or SystemClock()
        return cls(MemoryStore(clock), clock, parts.pop("secret", b"\0" * 32), **parts)

    @classmethod
    def from_settings(cls, settings: Settings) -> Application:
        """Return the application that the settings describe; raises what Secrets.from_settings raises."""
        clock = SystemClock()
        host = settings.server.host if settings.server.host not in ("0.0.0.0", "::") else "127.0.0.1"  # noqa: S104 - compared, not bound
        limits = Limits(
            body_bytes=settings.webchat.body_limit,
            hook_bytes=settings.hooks.body_limit,
            text_chars=settings.webchat.text_limit,
            messages_per_minute=settings.webchat.messages_per_minute,
            messages_per_minute_per_address=settings.webchat.messages_per_minute_per_address,
            wait_seconds=float(settings.webchat.wait_seconds),
            api_per_minute=settings.api.requests_per_minute,
            api_per_minute_per_address=settings.api.requests_per_minute_per_address,
        )
        return cls(
            _store(settings, clock),
            clock,
            Secrets.from_settings(settings).key("application"),
            platforms=Platforms.from_settings(settings, clock),
            vault=Vault.from_settings(settings),
            limits=limits,
            base_url=settings.server.public_url or f"http://{host}:{settings.server.port}",
            turns=settings.worker.turns,
            loops=3 if settings.store.kind == "postgres" else 1,
            sends=settings.delivery.batch,
            send_seconds=float(settings.delivery.timeout_seconds),
        )

    async def open(self) -> None:
        """Open the stores. Raises StoreUnavailable naming the remedy."""
        await self.store.open()

    def stop(self) -> None:
        """Ask `work_forever` to finish what is under way and to end."""
        self._stop.set()

    async def close(self) -> None:
        """Stop working and close the stores."""
        self._stop.set()
        await self.platforms.close()
        await self.store.close()

    async def work_forever(self) -> None:
        """Hear, send and keep time until the application is closed."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._prepare())
            tasks.create_task(self.worker.run(self._stop))
            tasks.create_task(self.delivery.run(self._stop))
            tasks.create_task(self.clockwork.run(self._stop))

    async def _prepare(self) -> None:
        """Load what the channels need that have accounts."""
        try:
            accounts = await self.store.directories.accounts()
        except StoreUnavailable:
            return  # they load it with their first message
        await self.platforms.prepare({one.channel for one in accounts if one.state != "disconnected"})

    def asgi(self) -> ASGIApp:
        """Return the web application."""
        from web.app import create_app

        return create_app(self.tools())

    def tools(self) -> Tools:
        """Return what the web is handed."""
        return Tools(
            store=self.store,
            clock=self.clock,
            channels=self.channels,
            endpoint_secret=self.keyring.endpoint_secret,
            staff=self.staff,
            connections=self.connections if self.platforms.connectors else None,
            elsewhere=self._elsewhere,
            link_key=self._link_key,
            draft=self._draft,
            words=self._words,
            limits=self._limits,
            resident=self.resident,
            public_url=self.base_url,
            version=version("frontdesk"),
        )

    def welcome(self) -> str:
        """Return what is printed at start: where customers and staff find it."""
        from web.landing.links import desk_link

        staff = desk_link(self._link_key, self.base_url, self.clock.now())
        return f"Frontdesk is open.\n  Customers:  {self.base_url}/\n  The desk:   {staff}\nStop with Ctrl-C."

    def _elsewhere(self, account: Account, conversation_id: ConversationId) -> str | None:
        """Return the address at which a conversation is gone on with at another account; None where there is no way."""
        return self.platforms.continue_link(account, self.links.token(conversation_id, self.clock.now()))

    def _draft(self, raw: bytes, directory: Directory) -> dict[str, Any]:
        state = load(raw)
        return {"stage": state.stage, "expects": expects(state.asked), "draft": shown(state, directory)}

    def _words(self, key: str, language: str) -> str:
        return self.replies.text(key, {}, Voice(language, "", "", self.clock.now().date()))


def _store(settings: Settings, clock: Clock) -> Store:
    from datetime import timedelta

    lease = timedelta(seconds=settings.conversations.lease_seconds)
    if settings.store.kind == "memory":
        from storage.memory.store import MemoryStore

        return MemoryStore(clock, lease=lease)
    if settings.store.kind == "sqlite":
        from storage.sql.sqlite import SqliteStore

        settings.database_file.parent.mkdir(parents=True, exist_ok=True)
        return SqliteStore(settings.database_file, lease=lease, clock=clock)
    from storage.sql.postgres import PostgresStore

    return PostgresStore(
        settings.store.url.get_secret_value(),
        redis_url=settings.redis.url.get_secret_value(),
        prefix=settings.redis.prefix,
        lease=lease,
        clock=clock,
    )
