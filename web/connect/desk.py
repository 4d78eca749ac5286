"""What the web asks of whoever connects accounts: a protocol, and what it answers with. No token is in any of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from adapters.base import ConnectRefused
from domain.errors import FrontdeskError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.base import Finding
    from domain.businesses import Account
    from domain.ids import AccountId, BusinessId


class SignInOver(FrontdeskError):
    """The sign-in at the platform was used already, took too long, or was never begun here."""

    status, reply = 410, "sign-in-over"


class OtherSession(FrontdeskError):
    """The sign-in was begun in another browser, or by somebody else."""

    status, reply = 403, "other-session"


class SignInDeclined(FrontdeskError):
    """Whoever signed in did not agree, or closed the platform's window."""

    status, reply = 409, "sign-in-declined"


class Unfinished(ConnectRefused):
    """The account is known and its token is kept, but the platform does not deliver yet: it can be tried again."""

    def __init__(self, why: str, account: Account) -> None:
        """Keep why, and which account it is."""
        super().__init__(why)
        self.account = account


class SeveralFound(ConnectRefused):
    """A token opens several accounts, and none was named."""

    def __init__(self, found: Sequence[Offered]) -> None:
        """Keep what was found."""
        names = ", ".join(f"{one.external_id} ({one.name})" for one in found)
        super().__init__(f"this opens several accounts, and one must be chosen: {names}")
        self.found = found


@dataclass(frozen=True, slots=True)
class Way:
    """How accounts of one channel are connected."""

    channel: str
    kind: Literal["token", "sign-in"]
    """A pasted token, or a sign-in at the platform."""
    missing: str = ""
    """Why nothing can be connected yet, in words for whoever runs this installation."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An account that a sign-in opened."""

    external_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What a sign-in opened, kept for a few minutes for its owner to choose from."""

    handle: str
    """Names the offer in the session that began it; opens nothing by itself."""
    business_id: BusinessId
    channel: str
    found: tuple[Offered, ...]


class ConnectDesk(Protocol):
    """Connects, checks and disconnects the accounts of businesses. `session` is the cookie of whoever asks."""

    def ways(self) -> Sequence[Way]:
        """Return how accounts can be connected, one way a channel."""
        ...

    async def begin(self, business_id: BusinessId, channel: str, session: str) -> str:
        """Return the platform's address that the owner is sent to. Raises ConnectRefused."""
        ...

    async def finish_redirect(self, channel: str, state: str, code: str, session: str) -> Offer:
        """Take what the platform sent back and return what it opens; "" as the code means that the owner declined.

        Raises SignInOver, OtherSession, SignInDeclined, ConnectRefused.
        """
        ...

    async def offered(self, handle: str, session: str) -> Offer:
        """Return an offer again. Raises SignInOver, OtherSession."""
        ...

    async def choose(self, handle: str, session: str, external_id: str, pin: str = "") -> Account:
        """Connect one account of an offer, which is over then.

        Raises SignInOver, OtherSession, Unfinished; AccountTaken and ConnectRefused, after which another may be chosen.
        """
        ...

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

        Raises ConnectRefused, SeveralFound, AccountTaken, Unfinished.
        """
        ...

    async def retry(self, account: Account, pin: str = "") -> Account:
        """Ask the platform once more to deliver, with the token that is kept. Raises ConnectRefused, Unfinished."""
        ...

    async def check(self, account: Account) -> Sequence[Finding]:
        """Say what is well and what is not. An account that was mended meanwhile is taken up again."""
        ...

    async def disconnect(self, account: Account) -> None:
        """Have the platform deliver nothing any more, and forget the token; the conversations stay."""
        ...
