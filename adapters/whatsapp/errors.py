"""What Meta's error codes mean for a message, for an account and for the people who must do something about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from adapters.base import (
    AccountStopped,
    SendLater,
    SendRefused,
    SendUnknown,
    TemplateUnavailable,
    Unauthorised,
    Unreachable,
    WindowClosed,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

UNKNOWN = "unknown"
"""The word for a code that is not in the table."""
AFTER_429 = 30.0
"""Seconds to wait after a 429 that names none."""
LONGEST_WAIT = 3600.0
"""More seconds than this are not believed of a Retry-After."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the Graph API said instead of yes. Its sentences are left out: they may quote what was sent."""

    status: int
    """Of HTTP."""
    code: int = -1
    """-1 where the body names none."""
    subcode: int = 0
    transient: bool = False
    retry_after: float = 0.0
    """Seconds, 0 where nothing is said."""


class GraphRefused(Exception):
    """The Graph API said no; carries what it said, without its sentences."""

    def __init__(self, refusal: Refusal) -> None:
        """Keep what it said."""
        super().__init__(f"HTTP {refusal.status}, code {refusal.code}, subcode {refusal.subcode}")
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one code means."""

    problem: str
    """A short word for receipts, logs and counters."""
    why: str
    """For staff and owners, without anything of the request."""
    kind: type[SendRefused] | None = None
    """What `send` raises; None is SendLater."""
    seconds: float = 0.0
    """How long to wait at least, where trying again helps."""


_TOKEN = Meaning("token", "WhatsApp does not accept the access token any more", Unauthorised)
_PERMISSION = Meaning("permission", "the access token lacks a permission for this number", Unauthorised)
_TEMPLATE = "template"

MEANINGS: dict[int, Meaning] = {
    0: _TOKEN,
    190: _TOKEN,
    3: _PERMISSION,
    10: _PERMISSION,
    **dict.fromkeys(range(200, 300), _PERMISSION),
    131005: _PERMISSION,
    # The number or the whole business has been stopped.
    33: Meaning("deleted", "this number was deleted on WhatsApp", AccountStopped),
    368: Meaning("policy", "WhatsApp has restricted the business for a breach of its policies", AccountStopped),
    131031: Meaning("locked", "WhatsApp has locked the business account", AccountStopped),
    131037: Meaning("name", "WhatsApp has not approved the number's display name", AccountStopped),
    131042: Meaning("payment", "WhatsApp has a problem with the business's means of payment", AccountStopped),
    131044: Meaning("payment", "WhatsApp has a problem with the business's means of payment", AccountStopped),
    131045: Meaning("registration", "the number is not registered properly on WhatsApp", AccountStopped),
    131048: Meaning("spam", "WhatsApp limits this number because people blocked or reported it", AccountStopped),
    131064: Meaning("spam", "WhatsApp limits this business because of how its templates were classed", AccountStopped),
    133010: Meaning("registration", "the number is not registered on WhatsApp", AccountStopped),
    # This person cannot be written to, or not like this.
    131047: Meaning("window", "more than 24 hours since the customer wrote: only a template may be sent", WindowClosed),
    131021: Meaning("own-number", "the number cannot write to itself", Unreachable),
    131026: Meaning("undeliverable", "WhatsApp cannot deliver to this person", Unreachable),
    131030: Meaning("test-number", "a test number writes only to people on its list", Unreachable),
    131062: Meaning("user-id", "this kind of message cannot be sent to a WhatsApp user id", Unreachable),
    130497: Meaning("country", "WhatsApp does not let this business write to people in that country", Unreachable),
    131049: Meaning("marketing-limit", "WhatsApp holds back marketing messages to this person", SendRefused),
    131050: Meaning("marketing-stopped", "this person wants no marketing messages", SendRefused),
    131063: Meaning("marketing-off", "marketing templates are switched off for this account", SendRefused),
    130472: Meaning("experiment", "WhatsApp left this person out for an experiment of its own", SendRefused),
    # The template.
    132000: Meaning(_TEMPLATE, "the template has another number of values", TemplateUnavailable),
    132001: Meaning(_TEMPLATE, "the template is not there in this language, or not approved", TemplateUnavailable),
    132005: Meaning(_TEMPLATE, "the template is too long with these values", TemplateUnavailable),
    132007: Meaning(_TEMPLATE, "the template breaks a rule of WhatsApp's", TemplateUnavailable),
    132008: Meaning(_TEMPLATE, "a value of the template has the wrong form", TemplateUnavailable),
    132012: Meaning(_TEMPLATE, "a value of the template has the wrong form", TemplateUnavailable),
    132015: Meaning(_TEMPLATE, "WhatsApp has paused the template", TemplateUnavailable),
    132016: Meaning(_TEMPLATE, "WhatsApp has switched the template off for good", TemplateUnavailable),
    132018: Meaning(_TEMPLATE, "a value of the template has the wrong form", TemplateUnavailable),
    # What was sent is not what they take.
    100: Meaning("parameter", "WhatsApp does not accept this message as it is", SendRefused),
    131008: Meaning("parameter", "WhatsApp misses a part of this message", SendRefused),
    131009: Meaning("parameter", "WhatsApp does not accept this message as it is", SendRefused),
    131051: Meaning("type", "WhatsApp does not know this kind of message", SendRefused),
    131052: Meaning("media", "WhatsApp could not fetch the file", SendRefused),
    131053: Meaning("media", "WhatsApp could not take the file", SendRefused),
    135000: Meaning("generic", "WhatsApp could not send this message", SendRefused),
    # Later. 131056: one message in 6 s to one person, after a burst; the others: of a number, a business, an app.
    2: Meaning("unavailable", "WhatsApp is not available at the moment", seconds=30),
    4: Meaning("rate", "the app has asked WhatsApp too often", seconds=60),
    80007: Meaning("rate", "the business account has asked WhatsApp too often", seconds=60),
    130429: Meaning("rate", "this number sends too fast", seconds=2),
    131016: Meaning("unavailable", "WhatsApp is not available at the moment", seconds=30),
    131056: Meaning("pair-rate", "too many messages to this person at once", seconds=6),
    131057: Meaning("maintenance", "WhatsApp is changing something about this number", seconds=120),
    133004: Meaning("unavailable", "WhatsApp is not available at the moment", seconds=30),
    133016: Meaning("rate", "the number was registered too often", seconds=LONGEST_WAIT),
}
"""By code. Source: WhatsApp Cloud API, error codes (18 June 2026); codes and not titles, which Meta is taking away."""

_SUBCODES: dict[tuple[int, int], Meaning] = {
    # "Object does not exist, cannot be loaded due to missing permissions": the token was cut off from the number.
    (100, 33): _PERMISSION,
    (190, 458): Meaning("token", "the app was removed from the business on Meta's side", Unauthorised),
    (190, 460): Meaning("token", "the access token ended with a change of password", Unauthorised),
    (190, 463): Meaning("token", "the access token has expired", Unauthorised),
    (190, 467): Meaning("token", "the access token was withdrawn", Unauthorised),
}


def refusal_of(status: int, headers: Mapping[str, str], body: bytes) -> Refusal:
    """Read an answer that is no yes; whatever cannot be read is left at what the status says."""
    try:
        row = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        row = None
    error = row.get("error") if isinstance(row, dict) else None
    told: dict[str, Any] = error if isinstance(error, dict) else {}
    return Refusal(
        status,
        _whole(told.get("code"), -1),
        _whole(told.get("error_subcode"), 0),
        told.get("is_transient") is True,
        _seconds(headers.get("retry-after", "")),
    )


def meaning_of(code: int, subcode: int = 0) -> Meaning | None:
    """Return what a code means, None for one that is not in the table."""
    return _SUBCODES.get((code, subcode)) or MEANINGS.get(code)


def error_of(refusal: Refusal) -> SendRefused | SendLater | SendUnknown:
    """Return what `send` raises for an answer that is no yes.

    A code that is not known goes by the status: 5xx may have been sent all the same, so nobody knows; 429 waits.
    """
    meaning = meaning_of(refusal.code, refusal.subcode)
    code = str(refusal.code) if refusal.code >= 0 else f"http-{refusal.status}"
    if meaning is not None and meaning.kind is not None:
        return meaning.kind(meaning.why, code)
    if meaning is not None:
        return SendLater(max(meaning.seconds, refusal.retry_after), meaning.why)
    if refusal.status == 429:
        return SendLater(refusal.retry_after or AFTER_429, "WhatsApp asks to wait")
    if refusal.status >= 500 or refusal.status in {408, 425}:
        return SendUnknown(f"WhatsApp failed (HTTP {refusal.status})")
    if refusal.transient:
        return SendLater(refusal.retry_after or AFTER_429, "WhatsApp asks to try again")
    if refusal.status in {401, 403}:
        return Unauthorised("WhatsApp does not accept the access token for this number", code)
    return SendRefused(f"WhatsApp refused (code {code})", code)


def problem_of(code: str | int) -> str:
    """Return a short word for an error code, also for one that came in a receipt."""
    meaning = MEANINGS.get(_whole(code, -1))
    return UNKNOWN if meaning is None else meaning.problem


def fault_of(code: str | int) -> SendRefused | None:
    """Return what a code that came in a receipt means, as `send` would have raised it.

    None for a code that is not known, or by which only this one message was held up.
    """
    number = _whole(code, -1)
    meaning = MEANINGS.get(number)
    return None if meaning is None or meaning.kind is None else meaning.kind(meaning.why, str(number))


def _whole(value: object, otherwise: int) -> int:
    """Return a number that Meta writes as one, or as digits."""
    if isinstance(value, bool):
        return otherwise
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 12:
        return int(value)
    return otherwise


def _seconds(value: str) -> float:
    """Return what Retry-After says in seconds; a date there is left alone."""
    return min(float(value), LONGEST_WAIT) if value.isascii() and value.isdigit() and len(value) <= 9 else 0.0
