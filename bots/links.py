"""Continue links: short signed tokens by which a conversation begun on one channel is gone on with on another."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from domain.ids import ConversationId

GOOD_FOR = timedelta(minutes=30)
_ID, _MOMENT, _PROOF = 16, 4, 10
"""Bytes of the conversation's id, of the last second that a token is good for, and of the proof."""


class ContinueLinks:
    """Makes and reads tokens of 40 characters A-Za-z0-9_-: Telegram's `start` takes 64 of these."""

    def __init__(self, key: bytes) -> None:
        """Take a secret key of 16 to 64 bytes."""
        self._key = key

    def token(self, conversation: ConversationId, now: datetime) -> str:
        """Return a token of a conversation. Whoever has it goes on with what was begun there, for half an hour."""
        ends = int((now + GOOD_FOR).timestamp())
        plain = bytes.fromhex(conversation) + ends.to_bytes(_MOMENT)
        return base64.urlsafe_b64encode(plain + self._proof(plain)).decode()

    def conversation(self, token: str, now: datetime) -> ConversationId | None:
        """Return the conversation that a token names; None for one that ran out or was not made here."""
        try:
            raw = base64.urlsafe_b64decode(token.encode("ascii"))
        except ValueError:
            return None
        plain, proof = raw[: _ID + _MOMENT], raw[_ID + _MOMENT :]
        if len(raw) != _ID + _MOMENT + _PROOF or not hmac.compare_digest(proof, self._proof(plain)):
            return None
        if int.from_bytes(plain[_ID:]) < now.timestamp():
            return None
        return plain[:_ID].hex()

    def _proof(self, plain: bytes) -> bytes:
        return hashlib.blake2b(plain, key=self._key, person=b"continue", digest_size=_PROOF).digest()
