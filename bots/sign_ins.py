"""Sign-ins at platforms that are under way: begun in one browser session, finished in it, once, within minutes."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import msgspec
import structlog

from adapters.base import Connected, ConnectRefused, Secret
from bots.vault import SealBroken
from bots.vault_keys import KeysRefused
from domain.ports import Pending
from web.connect.desk import Offer, Offered, OtherSession, SignInOver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bots.vault import Vault
    from domain.clock import Clock
    from domain.errors import FrontdeskError
    from domain.ids import BusinessId
    from domain.ports import Store

LASTS = timedelta(minutes=10)
"""So long a sign-in may take, and so long what it opened is kept for its owner to choose from."""
_log = structlog.get_logger("frontdesk.connections")
Refusal = TypeVar("Refusal", bound="FrontdeskError | ConnectRefused")


class Opened(msgspec.Struct, frozen=True):
    """An account that a sign-in opened, as it is sealed until its owner has chosen."""

    external_id: str
    name: str
    token: bytes
    group: str
    expires_at: datetime | None
    language: str


class SignIns:
    """Remembers what was begun, and what it opened. Only hashes of states and sessions are stored."""

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        """Take where it is remembered, what seals it, and when it is over."""
        self._store = store
        self._vault = vault
        self._clock = clock

    async def begin(self, state: str, business_id: BusinessId, channel: str, session: str, redirect: str) -> None:
        """Remember that a session was sent to a platform with this state."""
        over = self._clock.now() + LASTS
        await self._store.accounts.begin(
            Pending(_digest(state), business_id, channel, _digest(session), over, {"redirect": redirect})
        )

    async def finish(self, channel: str, state: str, session: str) -> Pending:
        """Take out what was begun; the state opens nothing twice. Raises SignInOver, OtherSession."""
        pending = await self._take(_digest(state), session)
        if pending.channel != channel or "redirect" not in pending.facts:
            raise refused(SignInOver("begun for another channel"), pending.business_id, channel)
        return pending

    async def offer(self, pending: Pending, found: Sequence[Connected]) -> Offer:
        """Keep what a sign-in opened until its owner has chosen. Raises KeysRefused."""
        opened = [
            Opened(one.external_id, one.name, one.token.value, one.group, one.expires_at, one.language) for one in found
        ]
        later = replace(pending, expires_at=self._clock.now() + LASTS)
        return await self.keep(secrets.token_urlsafe(32), later, opened)

    async def take_offer(self, handle: str, session: str) -> tuple[Pending, list[Opened]]:
        """Take an offer out, to be kept again unless one of it is connected. Raises SignInOver, OtherSession."""
        pending = await self._take(_named(handle), session)
        try:
            sealed = pending.facts.get("opened", "").encode()
            plain = self._vault.open(pending.business_id, _subject(pending.channel), sealed)
        except (SealBroken, KeysRefused):
            raise refused(SignInOver("its key is gone"), pending.business_id, pending.channel) from None
        return pending, msgspec.json.decode(plain, type=list[Opened])

    async def keep(self, handle: str, pending: Pending, opened: Sequence[Opened]) -> Offer:
        """Keep an offer, sealed, as long as its sign-in lasts. Raises KeysRefused."""
        plain = msgspec.json.encode(opened)
        sealed, _ = self._vault.seal(pending.business_id, _subject(pending.channel), plain)
        kept = replace(pending, state_hash=_named(handle), facts={"opened": sealed.decode()})
        await self._store.accounts.begin(kept)
        offered = tuple(Offered(one.external_id, one.name) for one in opened)
        return Offer(handle, pending.business_id, pending.channel, offered)

    async def _take(self, state_hash: bytes, session: str) -> Pending:
        pending = await self._store.accounts.finish(state_hash, self._clock.now())
        if pending is None:
            raise refused(SignInOver("not begun here, used already, or run out"))
        if not secrets.compare_digest(pending.session, _digest(session)):
            raise refused(OtherSession("begun in another session"), pending.business_id, pending.channel)
        return pending


def connected(opened: Opened) -> Connected:
    """Return an account of an offer as its connector had found it."""
    token = Secret(opened.token)
    return Connected(opened.external_id, opened.name, token, opened.group, opened.expires_at, opened.language)


def refused(error: Refusal, business_id: BusinessId = "", channel: str = "") -> Refusal:
    """Return an error that was told to the log: who wanted to connect what, and which error it was, never its words."""
    known = {name: word for name, word in (("business", business_id), ("channel", channel)) if word}
    _log.warning("connect_refused", reason=type(error).__name__, **known)
    return error


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _named(handle: str) -> bytes:
    return _digest(f"offer {handle}")


def _subject(channel: str) -> str:
    return f"offer:{channel}"
