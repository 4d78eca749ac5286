"""Tokens of choices: opaque, bound to conversation, offer and index, so that a foreign or stale tap is recognised."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialogs.messages import Offer


class Tokens:
    """Makes and recognises tokens: 16 characters of a keyed BLAKE2b over conversation, offer and index."""

    def __init__(self, key: bytes) -> None:
        """Take a secret key of 16 to 64 bytes."""
        self._key = key

    def token(self, conversation_id: str, offer_id: str, index: int) -> str:
        """Return the token of one option."""
        message = f"{conversation_id}|{offer_id}|{index}".encode()
        return base64.urlsafe_b64encode(hashlib.blake2b(message, digest_size=12, key=self._key).digest()).decode()

    def index(self, token: str, conversation_id: str, offer: Offer | None) -> int | None:
        """Return which option of the present offer a token names; None where it is stale, foreign or made up."""
        if offer is None or not token.isascii():
            return None
        for index in range(len(offer.options)):
            if hmac.compare_digest(token, self.token(conversation_id, offer.id, index)):
                return index
        return None
