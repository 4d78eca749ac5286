"""The vault: seals tokens with the business and the account that they belong to inside, and opens them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bots.vault_keys import key_id, keys_of

if TYPE_CHECKING:
    from bots.settings import Settings
    from bots.vault_keys import Keys, Ring


class SealBroken(Exception):
    """A seal cannot be opened: its key is gone, or it was made for something else. Says which, never what is inside."""


class Vault:
    """Seals and opens secrets.

    Fernet (AES-128-CBC with HMAC-SHA256) binds nothing besides the text itself, so what a secret belongs to stands
    inside: a row that is copied over another one opens nothing.
    """

    def __init__(self, keys: Keys) -> None:
        """Take where the keys are kept."""
        self.keys = keys
        self._ring: Ring = ()
        self._fernet: MultiFernet | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> Vault:
        """Return the vault of an installation. Its keys are looked for when they are first needed."""
        return cls(keys_of(settings))

    def __repr__(self) -> str:
        return f"Vault({self.keys!r})"

    def ready(self) -> None:
        """Make sure that something can be sealed. Raises KeysRefused, which says what to do."""
        self.keys.ring(make=True)

    def key_ids(self) -> tuple[str, ...]:
        """Return what the keys of the ring are called, newest first. Raises KeysRefused."""
        return tuple(map(key_id, self.keys.ring()))

    def seal(self, business_id: str, subject_id: str, secret: bytes) -> tuple[bytes, str]:
        """Return a secret as it is stored, and the id of the key that it was sealed with. Raises KeysRefused."""
        ring = self.keys.ring(make=True)
        return self._with(ring).encrypt(_bound(business_id, subject_id) + secret), key_id(ring[0])

    def open(self, business_id: str, subject_id: str, sealed: bytes) -> bytes:
        """Return the secret of a subject of a business.

        Raises SealBroken when no key opens it or when it was sealed for another business or subject, and KeysRefused.
        """
        ring = self.keys.ring()
        if not ring:
            raise SealBroken("there are no keys here")
        try:
            text = self._with(ring).decrypt(sealed)
        except InvalidToken:
            raise SealBroken("none of the keys opens it") from None
        bound = _bound(business_id, subject_id)
        if not text.startswith(bound):
            raise SealBroken("it was sealed for something else")
        return text[len(bound) :]

    def _with(self, ring: Ring) -> MultiFernet:
        if self._fernet is None or ring != self._ring:
            self._ring, self._fernet = ring, MultiFernet([Fernet(one) for one in ring])
        return self._fernet


def _bound(*names: str) -> bytes:
    """Return names so that no other names are written the same: each with its length before it."""
    return b"".join(len(name).to_bytes(2, "big") + name for name in (one.encode() for one in names))
