"""Tokens of what can be tapped: opaque, of one conversation and offer, so that a stale or foreign tap is recognised."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialogs.messages import Offer


class Tokens:
    """Makes and recognises tokens: 16 characters of a keyed BLAKE2b over conversation, offer, and option or page.

    They are short because platforms limit what a button may carry: 64 bytes at Telegram, 200 in a row at WhatsApp.
    """

    def __init__(self, key: bytes) -> None:
        """Take a secret key of 16 to 64 bytes."""
        self._key = key

    def token(self, conversation_id: str, offer_id: str, index: int) -> str:
        """Return the token of one option."""
        return self._made(f"{conversation_id}|{offer_id}|{index}")

    def page_token(self, conversation_id: str, offer_id: str, page: int) -> str:
        """Return the token that leads to a page of the options, counted from 0."""
        return self._made(f"{conversation_id}|{offer_id}|page {page}")

    def index(self, token: str, conversation_id: str, offer: Offer | None) -> int | None:
        """Return which option of the present offer a token names; None where it is stale, foreign or made up."""
        if offer is None or not token.isascii():
            return None
        for index in range(len(offer.options)):
            if hmac.compare_digest(token, self.token(conversation_id, offer.id, index)):
                return index
        return None

    def page(self, token: str, conversation_id: str, offer: Offer | None) -> int | None:
        """Return to which page of the present offer a token leads; None where it is stale, foreign or made up."""
        if offer is None or not token.isascii():
            return None
        for page in range(1, len(offer.options)):  # there is something on every page
            if hmac.compare_digest(token, self.page_token(conversation_id, offer.id, page)):
                return page
        return None

    def _made(self, message: str) -> str:
        digest = hashlib.blake2b(message.encode(), digest_size=12, key=self._key).digest()
        return base64.urlsafe_b64encode(digest).decode()
