"""The port of connected accounts: endpoints, sealed tokens, sign-ins under way, templates, and who is who."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.businesses import Account, AccountState
    from domain.ids import AccountId, BusinessId


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What a webhook path names, with the secret that its deliveries are verified by, sealed."""

    id: str
    channel: str
    sealed: bytes | None = field(default=None, repr=False)
    """None where the secret is the platform app's, which comes from the settings."""
    key_id: str = ""
    """Of the key that it is sealed with."""


@dataclass(frozen=True, slots=True)
class Credential:
    """The token by which an account sends, sealed with business and account inside."""

    business_id: BusinessId
    account_id: AccountId
    sealed: bytes = field(repr=False)
    key_id: str
    updated_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in at a platform that was begun here and is not finished. Used once."""

    state_hash: bytes = field(repr=False)
    """SHA-256 of the state that the platform hands back."""
    business_id: BusinessId
    channel: str
    session: bytes = field(repr=False)
    """SHA-256 of the session cookie that began it: no other may finish it."""
    expires_at: datetime
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TemplateState:
    """What a platform says of a template that was submitted."""

    group: str
    """The WhatsApp Business Account that it belongs to."""
    name: str
    language: str
    status: str
    """`APPROVED`, `PENDING`, `REJECTED`, `PAUSED`, `DISABLED`, as the platform writes it."""
    updated_at: datetime
    reason: str = ""


class Accounts(Protocol):
    """Keeps connected accounts. Their history stays when they are disconnected."""

    async def connect(self, account: Account, endpoint: Endpoint, credential: Credential) -> None:
        """Write all three in one transaction, over what the same account had before, in the state handed in.

        Raises AccountTaken when the external id belongs to another business, or to another account of this one, and
        then nothing is written.
        """
        ...

    async def of(self, business_id: BusinessId) -> Sequence[Account]:
        """Return a business's accounts, in order of channel and name."""
        ...

    async def of_endpoint(self, endpoint_id: str) -> Sequence[Account]:
        """Return the accounts whose events an endpoint delivers, disconnected ones left out; at most 2 of a shared one.

        Kept for a moment, as `Directories.account` is.
        """
        ...

    async def of_group(self, channel: str, group: str) -> Sequence[Account]:
        """Return the accounts of a group that are not disconnected: the numbers of a WhatsApp Business Account."""
        ...

    async def endpoint(self, endpoint_id: str) -> Endpoint | None:
        """Return an endpoint; None when there is no such one."""
        ...

    async def endpoints(self) -> Sequence[Endpoint]:
        """Return all endpoints that have a sealed secret: for the rotation of keys."""
        ...

    async def credential(self, business_id: BusinessId, account_id: AccountId) -> Credential | None:
        """Return an account's token as it is sealed; None where it has none."""
        ...

    async def credentials(self, business_id: BusinessId) -> Sequence[Credential]:
        """Return all of a business's, in order of account."""
        ...

    async def reseal(self, before: Credential, after: Credential) -> bool:
        """Write a token anew; False, and nothing written, where it is not what `before` says any more."""
        ...

    async def reseal_endpoint(self, before: Endpoint, after: Endpoint) -> bool:
        """Write an endpoint's secret anew; False where it is not what `before` says any more."""
        ...

    async def judge(self, business_id: BusinessId, account_id: AccountId, state: AccountState, problem: str) -> bool:
        """Write what state an account is in; True where that changed. A disconnected one stays so.

        Raises UnknownAccount.
        """
        ...

    async def disconnect(self, business_id: BusinessId, account_id: AccountId) -> None:
        """Forget the token, mark the account and free its external id for others; its conversations stay.

        The external id becomes `gone:<account id>` until it is connected again. Raises UnknownAccount.
        """
        ...

    async def begin(self, pending: Pending) -> None:
        """Remember a sign-in that was begun; those that ran out go."""
        ...

    async def finish(self, state_hash: bytes, now: datetime) -> Pending | None:
        """Take a sign-in out, once; None where there is none, or it ran out."""
        ...

    async def note_template(self, template: TemplateState) -> None:
        """Write what a platform says of a template, unless what is known is newer."""
        ...

    async def templates(self, group: str) -> Sequence[TemplateState]:
        """Return what is known of a group's templates, in order of name and language."""
        ...


class Addresses(Protocol):
    """Knows which ids of a platform are the same person, for accounts whose platform has several for each."""

    async def resolve(self, account: Account, known_as: Sequence[str], *, learn: bool = True) -> str | None:
        """Return the id that this person's conversation with an account was opened under.

        Any of the ids may be known already: then its answer holds for all, and the others are remembered with it
        (`learn`). Nobody known: the first id opens a conversation and is remembered as that, or None without `learn`.
        Two callers at once come to the same answer.
        """
        ...

    async def link(self, account: Account, before: str, after: str) -> None:
        """Remember that whoever was known as `before` is known as `after` too. Known already as another: stays so."""
        ...
