"""Errors with names a person would use; each maps to one reply and one HTTP status."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.alternatives import Alternative


class FrontdeskError(Exception):
    """The root of every error that Frontdesk raises on purpose."""

    status: int = 500
    """The HTTP status it maps to."""
    reply: str = "error-internal"
    """The key of the reply a customer reads."""

    def __init__(self, why: str = "", field: str = "") -> None:
        """Keep what is wrong, and the name of the field that is, "" for the whole."""
        super().__init__(why)
        self.field = field


class OpeningTaken(FrontdeskError):
    """Somebody else has the time meanwhile; carries the nearest openings where they were looked for."""

    status, reply = 409, "opening-taken"
    alternatives: Sequence[Alternative] = ()


class HoldExpired(FrontdeskError):
    """The time was kept for a while, and that while is over."""

    status, reply = 409, "hold-expired"


class ControlLost(FrontdeskError):
    """Somebody else answers this conversation now; carries who and since when."""

    status, reply = 409, "control-lost"


class BookingNotFound(FrontdeskError):
    """There is no such booking here."""

    status, reply = 404, "booking-not-found"


class BookingClosed(FrontdeskError):
    """The booking is over or cancelled and cannot be changed."""

    status, reply = 409, "booking-closed"


class NotOffered(FrontdeskError):
    """The business does not offer this: no such service, person, place or party size."""

    status, reply = 422, "not-offered"


class UnknownAccount(FrontdeskError):
    """No account answers to this name."""

    status, reply = 404, "unknown-account"


class AccountTaken(FrontdeskError):
    """The number, page or bot belongs to another business here: it must be disconnected there first."""

    status, reply = 409, "account-taken"


class UnknownConversation(FrontdeskError):
    """No conversation answers to this id."""

    status, reply = 404, "unknown-conversation"


class Malformed(FrontdeskError):
    """What came in cannot be read; carries which field is wrong where it is one."""

    status, reply = 400, "malformed"


class InvalidSetup(FrontdeskError):
    """A business cannot be set up like this; carries which field is wrong."""

    status, reply = 422, "invalid-setup"


class AnsweredBefore(FrontdeskError):
    """A request with this idempotency key was answered already; nothing was done again."""

    status, reply = 409, "answered-before"


class KeyReused(FrontdeskError):
    """The idempotency key was used for another request."""

    status, reply = 422, "key-reused"


class UnknownKey(FrontdeskError):
    """No API key, or one that is not known or was revoked."""

    status, reply = 401, "unknown-key"


class BadSignature(FrontdeskError):
    """The sender could not prove who it is, or no secret is set to prove it with."""

    status, reply = 403, "bad-signature"


class OutsideWindow(FrontdeskError):
    """The platform allows no free text to this person now."""

    status, reply = 409, "outside-window"


class StoreUnavailable(FrontdeskError):
    """The database does not answer or is full; nothing was stored, trying again is safe."""

    status, reply = 503, "store-unavailable"
