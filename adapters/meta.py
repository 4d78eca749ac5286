"""What Meta's platforms share in what they deliver: signature, handshake, envelope, and tolerant reading of values.

Meta's own examples and its live deliveries disagree about types (an id is a string here and a number there), and one
delivery carries the messages of many customers of many businesses. So the readers below never raise: what cannot be
used is empty, and whoever reads decides whether that is worth a whole message.
"""

from __future__ import annotations

import hmac
import html
import json
import re
from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from adapters.base import HttpAnswer
from domain.errors import BadSignature, Malformed
from domain.ids import derived_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.base import Request, Secret

SIGNATURE = "x-hub-signature-256"
"""The header of a delivery (Meta: Webhooks, validating payloads); the older SHA-1 header is not looked at."""
CHALLENGE_CHARS = 256
ID_CHARS = 256
"""A WhatsApp message id is about 70 characters, a user id at most 132; what is longer fits no index and is no id."""
TEXT_CHARS = 65_536
"""The longest text that WhatsApp itself lets somebody write."""
WORD_CHARS = 80
FACTS = 40
FACT_CHARS = 300
FACT_DEPTH = 4
MILLISECONDS = 100_000_000_000
"""From here on a timestamp counts milliseconds: in seconds it would be the year 5138."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Row: TypeAlias = "Mapping[str, Any]"

_NOTHING: Row = {}
_SAID = re.compile("sha256=([0-9a-fA-F]{64})")
_UNPROVEN = "the signature is missing or not right"
_control = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Everything that is not written: all control characters but tab and line feed."""
_surrogate = re.compile("[\ud800-\udfff]")
_decode = msgspec.json.Decoder().decode
_canonical = msgspec.json.Encoder(order="deterministic").encode


def verify(request: Request, secret: Secret | None) -> None:
    """Check who delivers: the signature over the raw body, or the words of the handshake where it is a GET.

    Meta signs the bytes as they are sent, non-ASCII written as escapes, so nothing may be decoded before. One secret of
    an app signs the deliveries of all businesses: a signature says "Meta", never which business.

    Raises BadSignature for whatever is not right, always in the same words.
    """
    if secret is None:
        raise BadSignature(_UNPROVEN)
    if request.method == "GET":
        _check_handshake(request, secret)
        return
    said = _SAID.fullmatch(request.headers.get(SIGNATURE, ""))
    if said is None or not secret.value:
        raise BadSignature(_UNPROVEN)
    if not hmac.compare_digest(bytes.fromhex(said[1]), hmac.digest(secret.value, request.body, "sha256")):
        raise BadSignature(_UNPROVEN)


def _check_handshake(request: Request, secret: Secret) -> None:
    token = request.query.get("hub.verify_token", "").encode("utf-8", "surrogatepass")
    known = secret.challenge.encode("utf-8", "surrogatepass")
    if not hmac.compare_digest(token, known) or not known or request.query.get("hub.mode") != "subscribe":
        raise BadSignature("the handshake is not right")


def challenge(request: Request, secret: Secret | None = None) -> HttpAnswer | None:
    """Return the answer to the handshake: what it asks to have said back; None for a delivery.

    What is said back is somebody else's: it is plain text, escaped, at most 256 printable characters. Without a secret
    `verify` must have been asked before; with one it is checked here (again). Raises BadSignature.
    """
    if request.method != "GET":
        return None
    if secret is not None:
        _check_handshake(request, secret)
    said = "".join(one for one in request.query.get("hub.challenge", "") if " " <= one <= "~")[:CHALLENGE_CHARS]
    return HttpAnswer(
        200,
        html.escape(said).encode(),
        "text/plain; charset=utf-8",
        {"x-content-type-options": "nosniff"},
    )


def entries(request: Request, *objects: str) -> list[Any]:
    """Return the entries of a delivery about one of these objects: `whatsapp_business_account`, `page`, `instagram`.

    Raises Malformed when the envelope cannot be read: no JSON, nested too deep, another object, no list of entries.
    """
    found = decoded(request.body)
    if not isinstance(found, dict):
        raise Malformed("the body must be a JSON object")
    if found.get("object") not in objects:
        raise Malformed(f"must be {' or '.join(objects)}", "object")
    entry = found.get("entry")
    if not isinstance(entry, list):
        raise Malformed("must be a list", "entry")
    return entry


def decoded(body: bytes) -> Any:
    """Return the JSON of a body. Raises Malformed when it is none, or nested too deep for anybody.

    Half an emoji (an escaped surrogate without its other half) and a number beyond all bounds are JSON all the same:
    they must not take the rest of the delivery with them, so a body with such is read a second, slower time.
    """
    try:
        return _decode(body)
    except RecursionError:
        raise Malformed("the body is nested too deep") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _slowly_decoded(body)


def _slowly_decoded(body: bytes) -> Any:
    try:
        found = json.loads(body.decode(), parse_int=_whole, parse_float=_finite, parse_constant=_no_number)
        return _without_surrogates(found)
    except RecursionError:
        raise Malformed("the body is nested too deep") from None
    except ValueError:  # also what is no UTF-8
        raise Malformed("the body must be JSON in UTF-8") from None


def _whole(digits: str) -> int | str:
    """Return a whole number, one that nobody can mean as the text that it is."""
    return int(digits) if len(digits) <= 32 else digits


def _finite(digits: str) -> float | str:
    found = float(digits)
    return found if isfinite(found) else digits


def _no_number(name: str) -> None:
    raise ValueError(name)


def _without_surrogates(found: Any) -> Any:
    if isinstance(found, str):
        return _surrogate.sub("\ufffd", found)
    if isinstance(found, list):
        return [_without_surrogates(one) for one in found]
    if isinstance(found, dict):
        return {_surrogate.sub("\ufffd", key): _without_surrogates(one) for key, one in found.items()}
    return found


def block(value: object) -> Row:
    """Return a JSON object, an empty one where it is none."""
    return value if isinstance(value, dict) else _NOTHING


def rows(value: object) -> list[Any]:
    """Return a list's elements, whatever they are; nothing is none, and anything else is a list of itself."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def ident(value: object) -> str:
    """Return an id, which may come as a string or as a number; "" for what cannot be one."""
    if type(value) is int and 0 < value < 10**32:
        return str(value)
    if not isinstance(value, str) or len(value) > ID_CHARS:
        return ""
    return value.strip() if value.isascii() and value.isprintable() else ""


def words(value: object, most: int = TEXT_CHARS) -> str:
    """Return a text without control characters and without space around it; lines end in line feeds."""
    if not isinstance(value, str):
        return ""
    if not value.isprintable():
        value = _control.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return value.strip()[:most]


def line(value: object, most: int = FACT_CHARS) -> str:
    """Return a text in one line, a number or a truth as the platform would write it; "" for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**32 else ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return " ".join(words(value).split())[:most]


def word(value: object) -> str:
    """Return a word of the platform's own, such as a type; what is no word is shortened to something showable."""
    return (
        value
        if isinstance(value, str) and len(value) <= WORD_CHARS and value.isidentifier()
        else line(value, WORD_CHARS)
    )


def number(value: object) -> float | None:
    """Return a finite number, which may come as a string; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not (value.isascii() and "_" not in value):
        return None  # Python reads digits of every script, and 1_000
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if isfinite(found) else None


def moment(value: object, received_at: datetime) -> datetime:
    """Return the platform's timestamp, never later than receipt; receipt itself where it cannot be read.

    Seconds or milliseconds since 1970 as number or string, or ISO 8601: Meta's platforms have written all of them.
    """
    seconds = number(value)
    if seconds is None:
        return _iso(value, received_at)
    if seconds >= MILLISECONDS:
        seconds /= 1000
    if not 0 < seconds < received_at.timestamp():
        return received_at
    return datetime.fromtimestamp(seconds, UTC)


def _iso(value: object, received_at: datetime) -> datetime:
    if not isinstance(value, str):
        return received_at
    try:
        at = datetime.fromisoformat(value)
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return received_at
    return at if EPOCH < at < received_at else received_at


def facts(value: Row) -> dict[str, str]:
    """Return a JSON object as flat strings: `ban_info.date`, `restriction_info.0.restriction_type`. What is empty goes.

    At most 40, of at most 300 characters each, and four levels of them: it is what an owner is shown, not an archive.
    """
    found: dict[str, str] = {}
    _flatten(value, "", FACT_DEPTH, found)
    return found


def _flatten(value: object, name: str, depth: int, found: dict[str, str]) -> None:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if below is None:
        if (said := line(value)) and len(found) < FACTS:
            found[name] = said
    elif depth:
        for key, one in below:
            if len(found) >= FACTS:
                return
            part = line(key, 64)
            _flatten(one, f"{name}.{part}" if name else part, depth - 1, found)


def fingerprint(*parts: object) -> str:
    """Return what the same parts always give, for events to which a platform gives no id: 32 hexadecimal digits.

    The order in which an object's keys were written does not count. Raises RecursionError for what is nested too deep.
    """
    return derived_id(_canonical(parts).decode())
