"""Keys of the API: how a request proves for which business it speaks."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import TYPE_CHECKING

from domain.errors import UnknownKey

if TYPE_CHECKING:
    from domain.ports import ApiKey, ApiKeys

_KEY = re.compile(r"fd_[A-Za-z0-9_-]{43}")


def new_key() -> str:
    """Return a new key: `fd_` and 256 random bits. It is shown once; only its digest is kept."""
    return f"fd_{secrets.token_urlsafe(32)}"


def digest_of(key: str) -> bytes:
    """Return what is kept of a key: its SHA-256. Nothing slower is needed, for nobody can guess 256 bits."""
    return hashlib.sha256(key.encode()).digest()


async def key_of(keys: ApiKeys, authorization: str | None) -> ApiKey:
    """Return the key that an Authorization header carries. Raises UnknownKey for none, an unknown or a revoked one."""
    scheme, _, key = (authorization or "").partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not _KEY.fullmatch(key):
        raise UnknownKey("send the key as `Authorization: Bearer fd_…`")
    digest = digest_of(key)
    found = await keys.by_digest(digest)
    if found is None or found.revoked_at is not None or not hmac.compare_digest(found.digest, digest):
        raise UnknownKey("this key is not known or was revoked")
    return found
