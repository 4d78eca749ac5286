"""The one secret of an installation: every key is derived from it by purpose."""

from __future__ import annotations

import base64
import binascii
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bots.errors import Refused

if TYPE_CHECKING:
    from bots.settings import Settings

SIZE = 32
"""Bytes of a secret that Frontdesk makes, and of every key."""
HOW = "make one with `openssl rand -hex 32`"


class SecretRefused(Refused):
    """The secret is missing, damaged or open to others; the message names the file or variable and the remedy."""


class Secrets:
    """Derives keys. The secret itself is neither shown nor handed out."""

    def __init__(self, secret: bytes) -> None:
        """Keep the secret; raises ValueError below 32 bytes."""
        if len(secret) < SIZE:
            raise ValueError("a secret needs at least 32 bytes")
        self.__secret = secret

    def __repr__(self) -> str:
        return "Secrets(…)"

    def key(self, purpose: str) -> bytes:
        """Return the 32 bytes that belong to a purpose, such as `choice-tokens` (HKDF-SHA256, RFC 5869)."""
        derivation = HKDF(algorithm=SHA256(), length=SIZE, salt=b"frontdesk", info=purpose.encode())
        return derivation.derive(self.__secret)

    @classmethod
    def from_settings(cls, settings: Settings) -> Secrets:
        """Return the secret of an installation; the embedded default makes its own at the first start.

        Raises SecretRefused when it is missing where it must be given, damaged, or readable by other people.
        """
        value = settings.secrets.value.get_secret_value()
        if value:
            return cls(value.encode())
        if settings.store.kind == "memory" and not settings.secrets.file:
            return cls(os.urandom(SIZE))
        file = settings.secret_file
        if not file.exists():
            if settings.secrets.file:
                raise SecretRefused(f"secrets.file names {file}, which does not exist: {HOW} and give it mode 600")
            if settings.store.kind == "postgres":
                raise SecretRefused(
                    "With postgres every machine needs the same secret, and none is set: "
                    f"set FRONTDESK_SECRETS__VALUE, or secrets.file in config.yaml; {HOW}"
                )
            _make(file)
        return cls(_read(file))


def _make(file: Path) -> None:
    """Write a new secret, mode 0600. Of several processes that start at once, one wins and all read its secret."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")  # made with mode 0600
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(base64.urlsafe_b64encode(os.urandom(SIZE)) + b"\n")
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, file)
        except FileExistsError:
            return
    finally:
        draft.unlink()


def _read(file: Path) -> bytes:
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & 0o077:
            raise SecretRefused(f"Other people of this machine can read {file} (mode {mode:04o}): chmod 600 {file}")
        text = file.read_bytes().strip()
    except OSError as error:
        raise SecretRefused(f"{file} cannot be read: {error.strerror}") from None
    try:
        secret = bytes.fromhex(text.decode()) if len(text) == 2 * SIZE else base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) < SIZE:
        raise SecretRefused(
            f"{file} holds no secret of at least 32 bytes: put back the one from your backup "
            f"(a new one makes links and choices that were handed out invalid), or {HOW}"
        )
    return secret
