"""Connected accounts in memory: endpoints, sealed tokens, sign-ins under way, templates."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING

from domain.errors import AccountTaken, UnknownAccount
from domain.ports import Endpoint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.businesses import Account, AccountState
    from domain.clock import Clock
    from domain.ids import AccountId, BusinessId
    from domain.ports import Credential, Pending, TemplateState


class AccountTable:
    """All accounts with what belongs to them: what the set-up and the connecting of accounts share."""

    def __init__(self) -> None:
        self.by_id: dict[AccountId, Account] = {}
        self.by_name: dict[tuple[str, str], Account] = {}
        self.endpoints: dict[str, Endpoint] = {}
        self.credentials: dict[tuple[BusinessId, AccountId], Credential] = {}

    def of(self, business_id: BusinessId, account_id: AccountId) -> Account:
        """Return a business's account. Raises UnknownAccount."""
        account = self.by_id.get(account_id)
        if account is None or account.business_id != business_id:
            raise UnknownAccount(account_id)
        return account

    def put(self, account: Account) -> None:
        """Write an account over what it was before; an endpoint that is new has no secret yet."""
        self.drop(account.id)
        self.by_id[account.id] = account
        self.by_name[account.channel, account.external_id] = account
        self.endpoints.setdefault(account.endpoint_id, Endpoint(account.endpoint_id, account.channel))

    def drop(self, account_id: AccountId) -> None:
        """Remove an account, if it is there."""
        before = self.by_id.pop(account_id, None)
        if before is not None:
            del self.by_name[before.channel, before.external_id]

    def was_connected(self, account: Account) -> bool:
        """Return whether an account has a token, or was disconnected: then no set-up may write over it."""
        return (account.business_id, account.id) in self.credentials or account.external_id == gone(account.id)

    def holder(self, account: Account) -> Account | None:
        """Return who stands in an account's way: another of its id in another business, or another of its name."""
        same = self.by_id.get(account.id)
        if same is not None and same.business_id != account.business_id:
            return same
        named = self.by_name.get((account.channel, account.external_id))
        return None if named is None or named.id == account.id else named

    def set_up(self, business_id: BusinessId, accounts: Sequence[Account]) -> None:
        """Write a set-up's accounts over those that a set-up wrote before; connected ones stay as they are.

        Raises AccountTaken, and then nothing is written, when one belongs to another business.
        """
        written = []
        for account in accounts:
            held = self.holder(account)
            if held is not None and held.business_id != account.business_id:
                raise AccountTaken(f"{account.channel} {account.external_id}")
            same = self.by_id.get(account.id)
            if not any(one is not None and self.was_connected(one) for one in (held, same)):
                written.append(account)
        for account in [one for one in self.by_id.values() if one.business_id == business_id]:
            if not self.was_connected(account):
                self.drop(account.id)
        for account in written:
            self.put(account)


class MemoryAccounts:
    """The Accounts."""

    def __init__(self, table: AccountTable, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._pending: dict[bytes, Pending] = {}
        self._templates: dict[tuple[str, str, str], TemplateState] = {}

    async def connect(self, account: Account, endpoint: Endpoint, credential: Credential) -> None:
        """Write all three, over what the same account had before.

        It is in the state that it is handed in; one that was disconnected is so no more. Raises AccountTaken when the
        external id is another account's, and then nothing is written.
        """
        self._check(account)
        self._write(account, endpoint, credential)

    def _check(self, account: Account) -> None:
        if self._table.holder(account) is not None:
            raise AccountTaken(f"{account.channel} {account.external_id}")

    def _write(self, account: Account, endpoint: Endpoint, credential: Credential) -> None:
        table = self._table
        before = table.by_id.get(account.id)
        if account.state == "disconnected":
            account = replace(account, state="connected", problem="")
        table.put(account)
        if endpoint.sealed is not None or endpoint.id not in table.endpoints:
            table.endpoints[endpoint.id] = endpoint
        table.credentials[account.business_id, account.id] = credential
        if before is not None:
            self._forget_secret(before.endpoint_id)

    async def of(self, business_id: BusinessId) -> Sequence[Account]:
        """Return a business's accounts, in order of channel and name."""
        own = (one for one in self._table.by_id.values() if one.business_id == business_id)
        return sorted(own, key=attrgetter("channel", "name", "id"))

    async def of_endpoint(self, endpoint_id: str) -> Sequence[Account]:
        """Return the accounts whose events an endpoint delivers, at most 2; one that is disconnected is none."""
        used = (one for one in self._table.by_id.values() if one.endpoint_id == endpoint_id and _in_use(one))
        return list(islice(used, 2))

    async def of_group(self, channel: str, group: str) -> Sequence[Account]:
        """Return the accounts of a group, in order of name; one that is disconnected is none."""
        found = (one for one in self._table.by_id.values() if (one.channel, one.group) == (channel, group))
        return sorted((one for one in found if group and _in_use(one)), key=attrgetter("name", "id"))

    async def endpoint(self, endpoint_id: str) -> Endpoint | None:
        """Return an endpoint; None when there is no such one."""
        return self._table.endpoints.get(endpoint_id)

    async def endpoints(self) -> Sequence[Endpoint]:
        """Return all endpoints that have a sealed secret, in order."""
        sealed = (one for one in self._table.endpoints.values() if one.sealed is not None)
        return sorted(sealed, key=attrgetter("id"))

    async def credential(self, business_id: BusinessId, account_id: AccountId) -> Credential | None:
        """Return an account's token as it is sealed; None where it has none."""
        return self._table.credentials.get((business_id, account_id))

    async def credentials(self, business_id: BusinessId) -> Sequence[Credential]:
        """Return all of a business's, in order of account."""
        own = (one for (business, _), one in self._table.credentials.items() if business == business_id)
        return sorted(own, key=attrgetter("account_id"))

    async def reseal(self, before: Credential, after: Credential) -> bool:
        """Write a token anew; False, and nothing written, where it is not what `before` says any more."""
        key = (before.business_id, before.account_id)
        present = self._table.credentials.get(key)
        if present is None or not self._stands(present.sealed, before.sealed):
            return False
        self._table.credentials[key] = after
        return True

    async def reseal_endpoint(self, before: Endpoint, after: Endpoint) -> bool:
        """Write an endpoint's secret anew; False where it is not what `before` says any more."""
        present = self._table.endpoints.get(before.id)
        if present is None or not self._stands(present.sealed, before.sealed):
            return False
        self._table.endpoints[before.id] = replace(present, sealed=after.sealed, key_id=after.key_id)
        return True

    @staticmethod
    def _stands(present: bytes | None, before: bytes | None) -> bool:
        return present == before

    async def judge(self, business_id: BusinessId, account_id: AccountId, state: AccountState, problem: str) -> bool:
        """Write what state an account is in; True where that changed. Raises UnknownAccount.

        One that was disconnected stays so: what is found out late about it brings it back no more.
        """
        account = self._table.of(business_id, account_id)
        if not _in_use(account) or (account.state, account.problem) == (state, problem):
            return False
        self._table.put(replace(account, state=state, problem=problem))
        return True

    async def disconnect(self, business_id: BusinessId, account_id: AccountId) -> None:
        """Forget the token, mark the account and free its external id for others. Raises UnknownAccount."""
        account = self._table.of(business_id, account_id)
        self._table.put(replace(account, state="disconnected", problem="", external_id=gone(account_id)))
        self._table.credentials.pop((business_id, account_id), None)
        self._forget_secret(account.endpoint_id)

    async def begin(self, pending: Pending) -> None:
        """Remember a sign-in that was begun; those that ran out go."""
        now = self._clock.now()
        self._pending = {key: one for key, one in self._pending.items() if one.expires_at > now}
        self._pending[pending.state_hash] = pending

    async def finish(self, state_hash: bytes, now: datetime) -> Pending | None:
        """Take a sign-in out, once; None where there is none, or it ran out."""
        pending = self._pending.pop(state_hash, None)
        return None if pending is None or pending.expires_at <= now else pending

    async def note_template(self, template: TemplateState) -> None:
        """Write what a platform says of a template, unless what is known is newer."""
        key = (template.group, template.name, template.language)
        known = self._templates.get(key)
        if known is None or not self._is_newer(known, template):
            self._templates[key] = template

    @staticmethod
    def _is_newer(known: TemplateState, told: TemplateState) -> bool:
        return known.updated_at > told.updated_at

    async def templates(self, group: str) -> Sequence[TemplateState]:
        """Return what is known of a group's templates, in order of name and language."""
        found = (one for one in self._templates.values() if one.group == group)
        return sorted(found, key=attrgetter("name", "language"))

    def _forget_secret(self, endpoint_id: str) -> None:
        """Forget what an endpoint is verified by once no account uses it: whatever it delivers is refused then."""
        if not any(one.endpoint_id == endpoint_id and _in_use(one) for one in self._table.by_id.values()):
            endpoint = self._table.endpoints[endpoint_id]
            self._table.endpoints[endpoint_id] = replace(endpoint, sealed=None, key_id="")


def gone(account_id: AccountId) -> str:
    """Return the external id of an account that is disconnected."""
    return f"gone:{account_id}"


def _in_use(account: Account) -> bool:
    return account.state != "disconnected"
