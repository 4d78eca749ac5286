"""Attempts: a request with an idempotency key is carried out once, and answered the same ever after."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from domain.bookings import Answered
from domain.errors import KeyReused
from web.api.problems import Invalid

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request

    from domain.ports import Calendar

HEADER = "idempotency-key"
KEY = r"^[\x21-\x7e]{1,255}$"
_key = re.compile(KEY)


class Attempt:
    """One request that carries a key."""

    def __init__(self, owner: str, key: str, fingerprint: str) -> None:
        """Take whose key it is, the key, and what stands for method, path and body."""
        self.name = f"attempt:{owner}:{key}"
        self.fingerprint = fingerprint

    async def answer(self, calendar: Calendar) -> Answered | None:
        """Return what it was answered, None if it was not. Raises KeyReused where that was another request."""
        known = await calendar.answered(self.name)
        if known is not None and known.fingerprint != self.fingerprint:
            raise KeyReused("this key came with another request: use a new one", "Idempotency-Key")
        return known

    def effect(self, status: int, body: bytes, now: datetime) -> Answered:
        """Return the effect that remembers the answer; it goes first, so that a second attempt changes nothing."""
        return Answered(self.name, self.fingerprint, status, body, now)


def attempt_of(request: Request, owner: str, body: bytes) -> Attempt | None:
    """Return the attempt that a request is, None where it carries no key. Raises Invalid for a key that is none."""
    given = request.headers.getlist(HEADER)
    if not given:
        return None
    if len(given) > 1 or not _key.fullmatch(given[0]):
        raise Invalid("must be 1 to 255 visible ASCII characters", "Idempotency-Key")
    told = f"{request.method}\n{request.url.path}\n{request.url.query}\n".encode() + body
    return Attempt(owner, given[0], hashlib.sha256(told).hexdigest())
