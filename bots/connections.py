"""Connections: accounts on platforms are connected, checked and disconnected, and nothing is left half open."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal
from weakref import WeakValueDictionary

import structlog

from adapters.base import ConnectRefused, Finding, Grant, Hook, Secret, SendLater, Unauthorised
from bots.keyring import endpoint_subject, hook_path
from bots.sign_ins import SignIns, connected, refused
from bots.vault_keys import KeysRefused
from domain.businesses import Account
from domain.errors import AccountTaken
from domain.ids import derived_id
from domain.ports import Credential, Endpoint
from web.connect.desk import Offered, SeveralFound, SignInDeclined, Unfinished, Way

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.base import Connected, Connector
    from bots.keyring import Keyring
    from bots.vault import Vault
    from domain.businesses import AccountState
    from domain.clock import Clock
    from domain.ids import AccountId, BusinessId
    from domain.ports import Store
    from web.connect.desk import Offer

EXPIRES_SOON = timedelta(days=7)
TOKEN_CHARS = 4096
UNFINISHED = "Connecting was not finished: try again."
"""The problem of an account between being written and being delivered for, also when this program is ended there."""
AGAIN = "Connect it again."
_log = structlog.get_logger("frontdesk.connections")


class Connections:
    """The ConnectDesk of the web, and of the command line."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        keyring: Keyring,
        connectors: Mapping[str, Connector],
        clock: Clock,
        *,
        public_url: str,
        shared: Mapping[str, str],
    ) -> None:
        """Put the parts together.

        Args:
            store: Where accounts are kept.
            vault: Seals their tokens.
            keyring: Opens them, and is told when they change.
            connectors: By channel.
            clock: When a sign-in is over.
            public_url: How platforms reach this installation, "" while that is not set.
            shared: The ids of shared endpoints by channel, as far as their apps are set.
        """
        self._store = store
        self._vault = vault
        self._keyring = keyring
        self._connectors = connectors
        self._clock = clock
        self._public_url = public_url.rstrip("/")
        self._shared = shared
        self._sign_ins = SignIns(store, vault, clock)
        self._alone: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def ways(self) -> Sequence[Way]:
        """Return how accounts can be connected, one way a channel."""
        return [self._way(channel) for channel in self._connectors]

    async def begin(self, business_id: BusinessId, channel: str, session: str) -> str:
        """Return the platform's address that the owner is sent to. Raises ConnectRefused, UnknownAccount."""
        connector = self._prepared(channel)
        await self._store.directories.directory(business_id)
        state, redirect = secrets.token_urlsafe(32), self._redirect(channel)
        address = connector.begin(state, redirect)
        if address is None:
            raise ConnectRefused(f"{channel} has no sign-in: paste the token instead")
        await self._sign_ins.begin(state, business_id, channel, session, redirect)
        return address

    async def finish_redirect(self, channel: str, state: str, code: str, session: str) -> Offer:
        """Take what the platform sent back and return what it opens; "" as the code means that the owner declined.

        Raises SignInOver, OtherSession, SignInDeclined, ConnectRefused, UnknownAccount.
        """
        pending = await self._sign_ins.finish(channel, state, session)
        if not code:
            raise refused(SignInDeclined("no code came back"), pending.business_id, channel)
        await self._store.directories.directory(pending.business_id)
        connector = self._prepared(channel)
        try:
            found = await connector.finish(Grant(code=code, redirect=pending.facts["redirect"]))
            if not found:
                raise ConnectRefused("the sign-in opened no account: sign in again and choose one there")
        except ConnectRefused as why:
            raise refused(why, pending.business_id, channel) from None
        return await self._sign_ins.offer(pending, found)

    async def offered(self, handle: str, session: str) -> Offer:
        """Return an offer again. Raises SignInOver, OtherSession."""
        return await self._sign_ins.keep(handle, *await self._sign_ins.take_offer(handle, session))

    async def choose(self, handle: str, session: str, external_id: str, pin: str = "") -> Account:
        """Connect one account of an offer, which is over then.

        Raises SignInOver, OtherSession, Unfinished; AccountTaken and ConnectRefused, after which another may be chosen.
        """
        pending, opened = await self._sign_ins.take_offer(handle, session)
        try:
            self._prepared(pending.channel)
            chosen = next((one for one in opened if one.external_id == external_id), None)
            if chosen is None:
                raise ConnectRefused("choose one of the accounts that are listed")
            return await self._connect(pending.business_id, pending.channel, connected(chosen), pin)
        except Unfinished:
            raise
        except (ConnectRefused, AccountTaken):
            await self._sign_ins.keep(handle, pending, opened)
            raise

    async def connect_token(
        self,
        business_id: BusinessId,
        channel: str,
        token: str,
        pin: str = "",
        *,
        external_id: str = "",
        again: AccountId = "",
    ) -> Account:
        """Connect the account of a pasted token, or connect it again.

        Args:
            business_id: Whose account it is to be.
            channel: Of which platform.
            token: As it was pasted.
            pin: Six digits that protect a number, where the owner chose some.
            external_id: Which one, where a token opens several.
            again: The account that is meant, where no other one may be connected.

        Raises ConnectRefused, SeveralFound, AccountTaken, Unfinished, UnknownAccount.
        """
        connector = self._prepared(channel)
        await self._store.directories.directory(business_id)
        token = token.strip()
        try:
            if not token or len(token) > TOKEN_CHARS:
                raise ConnectRefused("this is no token: copy it again, all of it and nothing else")
            chosen = _the_one(await connector.finish(Grant(token=Secret(token.encode()), pin=pin)), external_id)
            if again and again != _account_id(business_id, channel, chosen.external_id):
                raise ConnectRefused(f"this token belongs to {chosen.name}, not to the account that you chose")
        except ConnectRefused as why:
            raise refused(why, business_id, channel) from None
        return await self._connect(business_id, channel, chosen, pin)

    async def retry(self, account: Account, pin: str = "") -> Account:
        """Ask the platform once more to deliver, with the token that is kept. Raises ConnectRefused, Unfinished."""
        self._prepared(account.channel)
        async with self._turn(account.id):
            self._changed(account)
            try:
                token = await self._keyring.token_of(account)
            except (Unauthorised, SendLater) as why:
                raise refused(ConnectRefused(str(why)), account.business_id, account.channel) from None
            return await self._subscribe(account, token, pin)

    async def check(self, account: Account) -> Sequence[Finding]:
        """Say what is well and what is not. An account that was mended meanwhile is taken up again."""
        connector = self._connectors.get(account.channel)
        if connector is None:
            return [Finding(False, f"Nothing here knows {account.channel}.")]
        if account.state == "disconnected":
            return [Finding(False, "It is not connected.", AGAIN)]
        self._changed(account)
        try:
            token, hook = await self._keyring.token_of(account), await self._hook(account)
        except (Unauthorised, ConnectRefused) as why:
            return [Finding(False, _sentence(str(why)), AGAIN)]
        except SendLater as why:
            return [Finding(False, str(why))]
        findings = [*await self._lasting(account), *await connector.check(account, token, hook)]
        if account.state != "connected" and all(one.ok for one in findings):
            await self._judge(account, "")
            _log.info("account_mended", account=account.id, business=account.business_id, channel=account.channel)
        return findings

    async def disconnect(self, account: Account) -> None:
        """Have the platform deliver nothing any more, and forget the token; the conversations stay."""
        async with self._turn(account.id):
            self._changed(account)
            connector = self._connectors.get(account.channel)
            group = await self._store.accounts.of_group(account.channel, account.group) if account.group else ()
            # What stands above accounts delivers for all of them: where there are others, they go on.
            if connector is not None and not any(one.id != account.id for one in group):
                try:
                    await connector.disconnect(account, await self._keyring.token_of(account))
                except (Unauthorised, SendLater):
                    _log.info("platform_not_asked", account=account.id, channel=account.channel)
            await self._store.accounts.disconnect(account.business_id, account.id)
            self._changed(account)
        _log.info("account_disconnected", account=account.id, business=account.business_id, channel=account.channel)

    async def _connect(self, business_id: BusinessId, channel: str, found: Connected, pin: str) -> Account:
        """Write an account with its endpoint and token, then have the platform deliver for it."""
        account_id = _account_id(business_id, channel, found.external_id)
        async with self._turn(account_id):
            known = {one.id: one for one in await self._store.accounts.of(business_id)}
            before = known.get(account_id)
            endpoint = await self._endpoint(self._connectors[channel], before)
            # Until the platform has agreed to deliver it is not connected, whatever happens to this program.
            account = Account(
                id=account_id,
                business_id=business_id,
                channel=channel,
                external_id=found.external_id,
                endpoint_id=endpoint.id,
                name=found.name,
                place_id=before.place_id if before else None,
                state="reauth_required",
                problem=UNFINISHED,
                group=found.group,
            )
            sealed, key_id = self._vault.seal(business_id, account_id, found.token.value)
            credential = Credential(business_id, account_id, sealed, key_id, self._clock.now(), found.expires_at)
            try:
                await self._store.accounts.connect(account, endpoint, credential)
            except AccountTaken as taken:
                raise refused(taken, business_id, channel) from None
            self._changed(account)
            return await self._subscribe(account, found.token, pin)

    async def _subscribe(self, account: Account, token: Secret, pin: str) -> Account:
        try:
            await self._connectors[account.channel].subscribe(account, token, await self._hook(account), pin)
        except ConnectRefused as why:
            problem = str(why) or UNFINISHED
            await self._judge(account, problem)
            raise refused(Unfinished(problem, account), account.business_id, account.channel) from None
        await self._judge(account, "")
        _log.info("account_connected", account=account.id, business=account.business_id, channel=account.channel)
        return replace(account, state="connected", problem="")

    async def _judge(self, account: Account, problem: str) -> None:
        state: AccountState = "reauth_required" if problem else "connected"
        await self._store.accounts.judge(account.business_id, account.id, state, problem)

    async def _endpoint(self, connector: Connector, before: Account | None) -> Endpoint:
        """Return where an account's events are delivered: where they were, or at a new path with a new secret."""
        channel = connector.name
        if connector.shared_endpoint:
            return Endpoint(self._shared[channel], channel)
        if before is not None and before.state != "disconnected":
            self._changed(before)
            known = await self._store.accounts.endpoint(before.endpoint_id)
            # What the platform delivers until it is told anew is still let in.
            if known is not None and await self._keyring.endpoint_secret(channel, known.id) is not None:
                return known
        endpoint_id, secret = secrets.token_urlsafe(18), secrets.token_urlsafe(32).encode()
        sealed, key_id = self._vault.seal("", endpoint_subject(channel, endpoint_id), secret)
        return Endpoint(endpoint_id, channel, sealed, key_id)

    async def _hook(self, account: Account) -> Hook:
        secret = await self._keyring.endpoint_secret(account.channel, account.endpoint_id)
        if secret is None:
            raise ConnectRefused("what its deliveries are verified by cannot be opened any more")
        return Hook(self._public_url + hook_path(account.channel, account.endpoint_id), secret)

    async def _lasting(self, account: Account) -> list[Finding]:
        """Return a finding where the token runs out soon, or has."""
        credential = await self._store.accounts.credential(account.business_id, account.id)
        expires_at = credential.expires_at if credential else None
        if expires_at is None or expires_at - self._clock.now() > EXPIRES_SOON:
            return []
        return [Finding(False, f"Its token is good until {expires_at:%Y-%m-%d %H:%M} UTC.", AGAIN)]

    def _way(self, channel: str) -> Way:
        kind: Literal["token", "sign-in"] = "sign-in" if self._connectors[channel].shared_endpoint else "token"
        try:
            address = self._prepared(channel, only_looking=True).begin("state", self._redirect(channel))
        except ConnectRefused as why:
            return Way(channel, kind, _sentence(str(why)))
        return Way(channel, "token" if address is None else "sign-in")

    def _prepared(self, channel: str, *, only_looking: bool = False) -> Connector:
        """Return a channel's connector once nothing is missing here. Raises ConnectRefused naming the setting.

        The first key is made where there is none, unless somebody is only looking.
        """
        connector = self._connectors.get(channel)
        if connector is None:
            raise ConnectRefused(f"{channel} cannot be connected here: is what it needs installed?")
        if not self._public_url:
            raise ConnectRefused(
                "platforms cannot reach this installation: set server.public_url to its address, which begins with "
                "https://"
            )
        if connector.shared_endpoint and channel not in self._shared:
            raise ConnectRefused(f"set {channel}.app_id and {channel}.app_secret first, as the platform shows them")
        try:
            if only_looking:
                self._vault.key_ids()
            else:
                self._vault.ready()
        except KeysRefused as why:
            raise ConnectRefused(str(why)) from None
        return connector

    def _redirect(self, channel: str) -> str:
        return f"{self._public_url}/connect/{channel}/back"

    def _changed(self, account: Account) -> None:
        """Have what is known of an account's token and endpoint read anew."""
        self._keyring.forget(account.id)
        self._keyring.forget_endpoint(account.channel, account.endpoint_id)

    def _turn(self, account_id: AccountId) -> asyncio.Lock:
        """Return what lets one at a time change an account: the platform must end up with what is stored here."""
        return self._alone.setdefault(account_id, asyncio.Lock())


def _account_id(business_id: BusinessId, channel: str, external_id: str) -> AccountId:
    return derived_id("account", channel, business_id, external_id)


def _the_one(found: Sequence[Connected], external_id: str) -> Connected:
    """Return the account that is meant, or the only one. Raises ConnectRefused, SeveralFound."""
    meant = [one for one in found if external_id in ("", one.external_id)]
    if not meant:
        raise ConnectRefused(f"the token does not open {external_id}" if external_id else "the token opens no account")
    if len(meant) > 1:
        raise SeveralFound([Offered(one.external_id, one.name) for one in meant])
    return meant[0]


def _sentence(why: str) -> str:
    """Return a reason as a sentence."""
    return why[:1].upper() + why[1:].rstrip(".") + "."
