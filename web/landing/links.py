"""Signed links, sessions and form tokens of the staff pages: nothing is stored, everything expires."""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LINK_LASTS = timedelta(days=1)
SESSION_LASTS = timedelta(days=7)
NAME_CHARS = 40


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody of the staff at a browser."""

    name: str
    """Whose words their replies are, "" where they have not said."""
    token: str
    """The cookie."""


def desk_link(key: bytes, base_url: str, now: datetime, path: str = "/desk") -> str:
    """Return the address that opens the staff pages, good for a day from `now`; `path` is the one that is opened."""
    expires = str(int((now + LINK_LASTS).timestamp()))
    return f"{base_url.rstrip('/')}{path}?key={expires}.{_sign(key, 'link', expires)}"


def link_opens(key: bytes, token: str, now: datetime) -> bool:
    """Return whether the key of a link is ours and has not expired."""
    expires, _, mac = token.partition(".")
    return _is_ours(key, "link", expires, mac) and not _expired(expires, now)


def new_session(key: bytes, name: str, now: datetime) -> Session:
    """Return a session of somebody, good for a week from `now`."""
    name = " ".join(name.split())[:NAME_CHARS]
    body = f"{int((now + SESSION_LASTS).timestamp())}.{urlsafe_b64encode(name.encode()).decode()}"
    return Session(name, f"{body}.{_sign(key, 'session', body)}")


def session_of(key: bytes, token: str, now: datetime) -> Session | None:
    """Return the session of a cookie, None where it is not ours or has expired."""
    body, _, mac = token.rpartition(".")
    expires, _, name = body.partition(".")
    if not _is_ours(key, "session", body, mac) or _expired(expires, now):
        return None
    try:
        return Session(urlsafe_b64decode(name).decode(), token)
    except (binascii.Error, ValueError):
        return None


def form_token(key: bytes, session: Session) -> str:
    """Return the token that this session's forms carry."""
    return _sign(key, "form", session.token)


def form_is_ours(key: bytes, session: Session, token: str) -> bool:
    """Return whether a form was made for this session."""
    return _is_ours(key, "form", session.token, token)


def purpose_token(key: bytes, session: Session, purpose: str) -> str:
    """Return what a link of this session carries that does just one thing."""
    return _sign(key, f"purpose {purpose}", session.token)


def purpose_is_ours(key: bytes, session: Session, purpose: str, token: str) -> bool:
    """Return whether a link was made for this session and for this purpose."""
    return _is_ours(key, f"purpose {purpose}", session.token, token)


def _expired(expires: str, now: datetime) -> bool:
    return not expires.isdigit() or datetime.fromtimestamp(int(expires), UTC) <= now


def _is_ours(key: bytes, purpose: str, text: str, mac: str) -> bool:
    return hmac.compare_digest(_sign(key, purpose, text).encode(), mac.encode())


def _sign(key: bytes, purpose: str, text: str) -> str:
    digest = hmac.digest(key, f"desk\x1f{purpose}\x1f{text}".encode(), hashlib.sha256)
    return urlsafe_b64encode(digest).decode().rstrip("=")
