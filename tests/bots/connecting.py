"""Connectors of a platform that is a dictionary, for tests of connecting accounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import structlog

from adapters.base import Connected, ConnectRefused, Finding, Secret
from bots.connections import Connections
from bots.keyring import Keyring, hook_path, shared_endpoint
from bots.vault import Vault
from bots.vault_keys import GivenKeys, new_key
from domain.clock import ManualClock
from storage.memory.store import MemoryStore
from tests.builders import LUZ, LUZ_CHAT, MAR, MAR_CHAT, NOW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.base import Grant, Hook
    from domain.businesses import Account

BOT_TOKEN = "4711:canary-bot-token"
OTHER_TOKEN = "4712:canary-other-token"
APP_SECRET = Secret(b"canary-app-secret", "canary-verify")
SHARED = shared_endpoint("whatsapp", "1001")
URL = "https://desk.example"


@dataclass
class Platform:
    """What a platform knows: accounts by the tokens and codes that open them, and where it delivers."""

    opens: dict[str, list[Connected]] = field(default_factory=dict)
    hooks: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    down: bool = False
    pins: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=lambda: [Finding(True, "It delivers here.")])
    asked: list[str] = field(default_factory=list)

    def ask(self, what: str) -> None:
        self.asked.append(what)
        if self.down:
            raise ConnectRefused("the platform does not answer: try again in a few minutes")


class Pasted:
    """A connector whose accounts have an endpoint of their own and a token that is pasted."""

    name = "telegram"
    shared_endpoint = False

    async def close(self) -> None:
        """Do nothing: nothing is open."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    def begin(self, state: str, redirect: str) -> str | None:
        return None

    async def finish(self, grant: Grant) -> Sequence[Connected]:
        self.platform.ask("finish")
        key = grant.token.value.decode() if grant.token else grant.code
        if key not in self.platform.opens:
            raise ConnectRefused("the platform does not know this token: copy it again")
        return self.platform.opens[key]

    async def subscribe(self, account: Account, token: Secret, hook: Hook, pin: str = "") -> None:
        self.platform.ask("subscribe")
        self.platform.pins.append(pin)
        self.platform.hooks[account.external_id] = hook.url, hook.secret.value

    async def check(self, account: Account, token: Secret, hook: Hook) -> Sequence[Finding]:
        self.platform.asked.append("check")
        return self.platform.findings

    async def disconnect(self, account: Account, token: Secret) -> None:
        self.platform.asked.append("disconnect")
        self.platform.hooks.pop(account.external_id, None)


class SignedIn(Pasted):
    """A connector behind a sign-in, whose accounts share the endpoint of one platform app."""

    name = "whatsapp"
    shared_endpoint = True

    def begin(self, state: str, redirect: str) -> str | None:
        return f"https://platform.example/dialog?state={state}&redirect_uri={redirect}"


def bot(token: str = BOT_TOKEN, external_id: str = "4711", name: str = "@luz_bot") -> Connected:
    return Connected(external_id, name, Secret(token.encode()))


def number(external_id: str = "5001", name: str = "+351 210 000 001", group: str = "waba-1") -> Connected:
    return Connected(external_id, name, Secret(b"canary-business-token"), group)


class Parts:
    """Two businesses, two platforms, and everything that connects them."""

    def __init__(self, *, public_url: str = URL, app: bool = True, clock: ManualClock | None = None) -> None:
        structlog.reset_defaults()  # a command that ran before has left logs that go where nobody reads any more
        self.clock = clock or ManualClock(NOW)
        self.store = MemoryStore(self.clock)
        self.vault = Vault(GivenKeys((new_key(),)))
        self.telegram, self.whatsapp = Platform({BOT_TOKEN: [bot()]}), Platform({"code": [number()]})
        self.moment = 0.0
        self.keyring = Keyring(
            self.store,
            self.vault,
            {hook_path("whatsapp", SHARED): APP_SECRET} if app else {},
            monotonic=lambda: self.moment,
        )
        self.connections = Connections(
            self.store,
            self.vault,
            self.keyring,
            {"telegram": Pasted(self.telegram), "whatsapp": SignedIn(self.whatsapp)},
            self.clock,
            public_url=public_url,
            shared={"whatsapp": SHARED} if app else {},
        )

    async def open(self) -> Parts:
        await self.store.directories.save(LUZ, [LUZ_CHAT])
        await self.store.directories.save(MAR, [MAR_CHAT])
        return self

    async def now(self, account: Account) -> Account:
        """Return an account as the store has it now."""
        found = await self.store.accounts.of(account.business_id)
        return next(one for one in found if one.id == account.id)

    async def connected(self) -> Account:
        """Return the bot of the salon, connected."""
        return await self.connections.connect_token(LUZ.business.id, "telegram", BOT_TOKEN)

    async def sign_in(self, session: str = "session", business_id: str = LUZ.business.id) -> str:
        """Begin a sign-in and return its state, as the platform is told it."""
        address = await self.connections.begin(business_id, "whatsapp", session)
        return parse_qs(urlsplit(address).query)["state"][0]

    def refuse_delivery(self, platform: Platform, why: str = "the PIN is another one: enter it and try again") -> None:
        """Have a platform know tokens and refuse to deliver."""
        ask = platform.ask

        def refusing(what: str) -> None:
            ask(what)
            if what == "subscribe":
                raise ConnectRefused(why)

        platform.ask = refusing  # type: ignore[method-assign]
