"""Platforms that accounts can be connected to: their connectors, and the apps of this installation at them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from adapters.base import Secret
from adapters.registry import load
from bots.connections import Connections
from bots.keyring import Keyring, hook_path, shared_endpoint
from bots.secrets import Secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from adapters.base import Channel, Connector, TokenOf
    from bots.settings import Settings
    from bots.vault import Vault
    from domain.businesses import Account
    from domain.clock import Clock
    from domain.ports import Store

VERIFY_TOKEN_CHARS = 32


@dataclass(frozen=True, slots=True)
class Platforms:
    """What the settings say of platforms."""

    connectors: Mapping[str, Connector] = field(default_factory=dict)
    """By channel; one whose library is not installed is not there."""
    app_secrets: Mapping[str, Secret] = field(default_factory=dict, repr=False)
    """What deliveries to shared endpoints are verified by, by `hook_path`."""
    shared: Mapping[str, str] = field(default_factory=dict)
    """The ids of shared endpoints, by channel."""
    public_url: str = ""
    """How platforms reach this installation, "" while that is not set."""
    made: Mapping[str, Callable[[TokenOf], Channel]] = field(default_factory=dict)
    """How the channels are made, by name."""
    opened: list[Channel] = field(default_factory=list)
    """Those that were made."""

    @classmethod
    def from_settings(cls, settings: Settings, clock: Clock) -> Platforms:
        """Return the platforms of an installation. Raises SecretRefused. Nothing heavy is loaded yet."""
        public_url = settings.server.public_url.rstrip("/")
        connectors: dict[str, Connector] = {}
        made: dict[str, Callable[[TokenOf], Channel]] = {}
        secrets: dict[str, Secret] = {}
        shared: dict[str, str] = {}
        if find_spec("aiogram") is not None:
            from adapters.telegram.connector import TelegramConnector

            connectors["telegram"] = TelegramConnector(settings.telegram.api_url)
            made["telegram"] = partial(load(["telegram"])["telegram"], api_url=settings.telegram.api_url)
        ours = settings.whatsapp
        if find_spec("pywa") is not None:
            from adapters.whatsapp.connector import WhatsAppConnector

            secret = Secret(ours.app_secret.get_secret_value().encode(), _verify_token(settings))
            connectors["whatsapp"] = WhatsAppConnector(
                ours.app_id,
                secret if secret.value else None,
                ours.config_id,
                ours.graph_url,
                ours.graph_version,
                ours.dialog_url,
                link_base=public_url,
                clock=clock,
            )
            made["whatsapp"] = partial(
                load(["whatsapp"])["whatsapp"],
                graph_url=ours.graph_url,
                version=ours.graph_version,
                app_secret=secret if secret.value else None,
                app_id=ours.app_id,
            )
            if ours.app_id and secret.value:
                shared["whatsapp"] = shared_endpoint("whatsapp", ours.app_id)
                secrets[hook_path("whatsapp", shared["whatsapp"])] = secret
        return cls(connectors, secrets, shared, public_url, made)

    def channels(self, tokens: TokenOf) -> dict[str, Channel]:
        """Return the channels, which send by these tokens. `close` closes them."""
        channels = {name: make(tokens) for name, make in self.made.items()}
        self.opened.extend(channels.values())
        return channels

    def continue_link(self, account: Account, token: str) -> str | None:
        """Return the address that opens a chat with an account and hands it a token; None where there is no such."""
        if account.channel != "telegram" or account.state != "connected" or "telegram" not in self.connectors:
            return None
        from adapters.telegram.outbound import deep_link

        return deep_link(account.name.removeprefix("@"), token)

    def keyring(self, store: Store, vault: Vault) -> Keyring:
        """Return what opens the tokens and secrets of a store's accounts."""
        return Keyring(store, vault, self.app_secrets)

    def connections(self, store: Store, vault: Vault, keyring: Keyring, clock: Clock) -> Connections:
        """Return what connects the accounts of a store."""
        return Connections(
            store, vault, keyring, self.connectors, clock, public_url=self.public_url, shared=self.shared
        )

    async def prepare(self, names: Collection[str]) -> None:
        """Have channels that are in use load their libraries; whoever has no such account does not pay for it."""
        for one in self.opened:
            if one.name in names:
                await one.prepare()

    async def close(self) -> None:
        """Close the connections to platforms that are open."""
        for connector in self.connectors.values():
            await connector.close()
        for channel in self.opened:
            await channel.close()


def _verify_token(settings: Settings) -> str:
    """Return what a platform shows when it checks that somebody is there: the same at every start, on every machine."""
    return Secrets.from_settings(settings).key("whatsapp-verify-token").hex()[:VERIFY_TOKEN_CHARS]
