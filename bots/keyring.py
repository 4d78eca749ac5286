"""The keyring: the tokens that accounts send by, and the secrets that webhooks are verified by, opened when needed."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

import structlog

from adapters.base import Secret, SendLater, Unauthorised
from bots.vault import SealBroken
from bots.vault_keys import KeysRefused
from domain.ids import derived_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bots.vault import Vault
    from domain.businesses import Account
    from domain.ids import AccountId
    from domain.ports import Store

KEPT_SECONDS = 5.0
"""So long an answer is kept. A token that was replaced by another process is used for as long at the most."""
MOST_KEPT = 4096
"""Answers that are kept of each kind: made-up ids must not fill the memory."""
OWN_ENDPOINT = re.compile(r"[A-Za-z0-9_-]{22,64}")
"""What an id of an endpoint looks like; anything else is not looked for."""
KEYS_AGAIN_SECONDS = 30.0
_log = structlog.get_logger(__name__)
T = TypeVar("T")


def shared_endpoint(channel: str, app_id: str) -> str:
    """Return the id of the endpoint that all accounts of a platform app share."""
    return derived_id("endpoint", channel, app_id)


def hook_path(channel: str, endpoint_id: str) -> str:
    """Return the path that an endpoint's events are delivered to."""
    return f"/hooks/{channel}/{endpoint_id}"


def endpoint_subject(channel: str, endpoint_id: str) -> str:
    """Return what an endpoint's secret is sealed for. Endpoints are found before their business is known."""
    return f"endpoint:{channel}:{endpoint_id}"


class Keyring:
    """Opens what is sealed, for channels that send and for webhooks that must be verified."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        platform: Mapping[str, Secret],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take where things are kept, what opens them, and the secrets of platform apps by `hook_path`."""
        self._store = store
        self._vault = vault
        self._platform = platform
        self._tokens: _Kept[Secret] = _Kept(monotonic)
        self._endpoints: _Kept[Secret | None] = _Kept(monotonic)

    async def token_of(self, account: Account) -> Secret:
        """Return the token by which an account sends.

        Raises Unauthorised where there is none that can be opened, and SendLater where the vault has no keys: then it
        is the installation that must be mended, not the account.
        """
        kept = self._tokens.get(account.id)
        if kept is not None:
            return kept[0]
        asked = self._tokens.asked
        credential = await self._store.accounts.credential(account.business_id, account.id)
        if credential is None:
            raise Unauthorised("there is no token for this account: it must be connected again")
        try:
            token = Secret(self._vault.open(account.business_id, account.id, credential.sealed))
        except SealBroken:
            _log.error("seal_broken", account=account.id, business=account.business_id, channel=account.channel)
            raise Unauthorised("the token cannot be opened any more: the account must be connected again") from None
        except KeysRefused as refused:
            _log.error("keys_refused", account=account.id)
            raise SendLater(KEYS_AGAIN_SECONDS, str(refused)) from None
        self._tokens.put(account.id, token, asked)
        return token

    def forget(self, account_id: AccountId) -> None:
        """Read an account's token anew when it is needed next."""
        self._tokens.forget(account_id)

    def forget_endpoint(self, channel: str, endpoint_id: str) -> None:
        """Read an endpoint's secret anew when it is needed next."""
        self._endpoints.forget(hook_path(channel, endpoint_id))

    async def endpoint_secret(self, channel: str, endpoint_id: str) -> Secret | None:
        """Return what an endpoint's deliveries are verified by; None means that they are refused.

        None for an endpoint that is not known, that is another channel's, or whose secret cannot be opened. Raises
        StoreUnavailable.
        """
        path = hook_path(channel, endpoint_id)
        shared = self._platform.get(path)
        if shared is not None:
            return shared
        if not OWN_ENDPOINT.fullmatch(endpoint_id):
            return None
        kept = self._endpoints.get(path)
        if kept is not None:
            return kept[0]
        asked = self._endpoints.asked
        secret = await self._read(channel, endpoint_id)
        self._endpoints.put(path, secret, asked)
        return secret

    async def _read(self, channel: str, endpoint_id: str) -> Secret | None:
        endpoint = await self._store.accounts.endpoint(endpoint_id)
        if endpoint is None or endpoint.channel != channel or endpoint.sealed is None:
            return None
        try:
            return Secret(self._vault.open("", endpoint_subject(channel, endpoint_id), endpoint.sealed))
        except (SealBroken, KeysRefused) as broken:
            _log.error("seal_broken", endpoint=endpoint_id, channel=channel, error=type(broken).__name__)
            return None


class _Kept(Generic[T]):
    """Answers of the last seconds, the oldest of too many dropped."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._answers: OrderedDict[str, tuple[T, float]] = OrderedDict()
        self.asked = 0
        """Grows with every `forget`: what was read before it must not be kept after it."""

    def get(self, key: str) -> tuple[T] | None:
        """Return an answer that is still fresh, in a tuple since it may itself be None."""
        found = self._answers.get(key)
        if found is None or found[1] <= self._monotonic():
            return None
        return (found[0],)

    def put(self, key: str, answer: T, asked: int) -> None:
        if asked != self.asked:
            return
        self._answers[key] = answer, self._monotonic() + KEPT_SECONDS
        self._answers.move_to_end(key)
        if len(self._answers) > MOST_KEPT:
            self._answers.popitem(last=False)

    def forget(self, key: str) -> None:
        self.asked += 1
        self._answers.pop(key, None)
