"""The keys of the vault: a ring, newest first, in a file of this machine or from the environment."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bots.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bots.settings import Settings

SIZE = 32
"""Bytes of a key: half of them sign and half encrypt (the Fernet specification)."""
VARIABLE = "FRONTDESK_SECRETS__KEYS"
HOW_TO_MAKE = "make one with `openssl rand -base64 32 | tr '+/' '-_'`"
Ring = tuple[bytes, ...]
"""Keys as Fernet writes them, newest first."""


class KeysRefused(Refused):
    """The vault has no keys that it may use; the message names the file or variable and the remedy."""


class Keys(Protocol):
    """Where the ring is kept."""

    def ring(self, *, make: bool = False) -> Ring:
        """Return the ring as it is now, () where none was made yet; `make` makes the first key. Raises KeysRefused."""
        ...

    def add(self) -> str:
        """Put a new key at the top and return its id. Raises KeysRefused where somebody else must do that."""
        ...

    def drop(self, old: Sequence[bytes]) -> None:
        """Take keys out of the ring. Raises KeysRefused where somebody else must do that."""
        ...

    def put_back(self, old: Sequence[bytes]) -> None:
        """Put keys that were dropped back to the end of the ring."""
        ...


def key_id(key: bytes) -> str:
    """Return what a key is called: 8 hexadecimal digits of its SHA-256. It tells nothing about the key."""
    return hashlib.sha256(key).hexdigest()[:8]


def new_key() -> bytes:
    """Return a new key."""
    return base64.urlsafe_b64encode(os.urandom(SIZE))


def is_key(text: str) -> bool:
    """Return whether a text is a key: 32 bytes in URL-safe base64."""
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == SIZE
    except (binascii.Error, ValueError):
        return False


def keys_of(settings: Settings) -> Keys:
    """Return where the keys of an installation come from. Nothing is read or made yet."""
    given = settings.secrets.keys.get_secret_value().split()
    if given:
        return GivenKeys(tuple(one.encode() for one in given))
    if settings.store.kind == "memory":
        return GivenKeys((new_key(),))
    if settings.store.kind == "postgres":
        return GivenKeys(())
    return FileKeys(settings.keys_file)


class GivenKeys:
    """Keys that were handed in, from the environment: this program does not change them."""

    def __init__(self, ring: Ring) -> None:
        """Keep the ring; an empty one is refused when it is first needed."""
        self.__ring = ring

    def __repr__(self) -> str:
        return f"GivenKeys({', '.join(map(key_id, self.__ring))})"

    def ring(self, *, make: bool = False) -> Ring:
        """Return the ring. Raises KeysRefused where it is empty."""
        if not self.__ring:
            raise KeysRefused(
                f"With postgres every machine needs the same keys to read the tokens of connected accounts, and none "
                f"is set: set {VARIABLE}; {HOW_TO_MAKE}"
            )
        return self.__ring

    def add(self) -> str:
        """Refuse: every machine must be given the new key."""
        ids = " ".join(map(key_id, self.ring()))
        raise KeysRefused(
            f"The keys come from {VARIABLE} ({ids}): add a new one there on every machine, first at the end and then, "
            "once all have it, in front, and start Frontdesk anew each time. Then rotate again; " + HOW_TO_MAKE
        )

    def drop(self, old: Sequence[bytes]) -> None:
        """Refuse: every machine must be told."""
        raise KeysRefused(
            f"Nothing is sealed with the older keys any more: leave only {key_id(self.ring()[0])}, the first one, in "
            f"{VARIABLE} on every machine, and start Frontdesk anew there"
        )

    def put_back(self, old: Sequence[bytes]) -> None:
        """Do nothing: none was dropped."""


class FileKeys:
    """Keys in a file that only its owner reads, one a line. A change is noticed by every process at its next use."""

    def __init__(self, file: Path) -> None:
        """Name the file; it is made at first need."""
        self._file = file
        self.__ring: Ring = ()
        self._stamp: tuple[int, ...] = ()

    def __repr__(self) -> str:
        return f"FileKeys({self._file})"

    def ring(self, *, make: bool = False) -> Ring:
        """Return the ring, read anew where the file was changed.

        Raises KeysRefused where other people can read it, where it is damaged, and where it has vanished.
        """
        stamp = self._looked_at()
        if not stamp:
            if not make:
                return self.__ring  # what was read before it vanished still opens what was sealed
            if self.__ring:
                raise KeysRefused(f"{self._file} has vanished: put it back from your backup, nothing is sealed without")
            self._begin()
            stamp = self._looked_at()
        if stamp != self._stamp:
            self.__ring, self._stamp = self._read(), stamp
        return self.__ring

    def add(self) -> str:
        """Put a new key at the top and return its id."""
        self.ring(make=True)
        with self._alone():
            key = new_key()
            self._write((key, *self._read()), over=True)
        return key_id(key)

    def drop(self, old: Sequence[bytes]) -> None:
        """Take keys out of the ring; those that were added meanwhile stay."""
        with self._alone():
            self._write([one for one in self._read() if one not in old], over=True)

    def put_back(self, old: Sequence[bytes]) -> None:
        """Put keys that were dropped back to the end of the ring."""
        with self._alone():
            ring = self._read()
            self._write([*ring, *(one for one in old if one not in ring)], over=True)

    def _begin(self) -> None:
        """Write the first key. Of several processes that do it at once one wins, and all read its key."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with contextlib.suppress(FileExistsError):
                self._write((new_key(),), over=False)
        except OSError as error:
            raise KeysRefused(f"{self._file} cannot be written: {error.strerror}") from None

    def _looked_at(self) -> tuple[int, ...]:
        """Return what changes with the file, () where there is none. Raises KeysRefused where others can read it."""
        try:
            found = self._file.stat()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise KeysRefused(f"{self._file} cannot be read: {error.strerror}") from None
        mode = stat.S_IMODE(found.st_mode)
        if mode & 0o077:
            raise KeysRefused(
                f"Other people of this machine can read {self._file} (mode {mode:04o}): chmod 600 {self._file}"
            )
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _read(self) -> Ring:
        try:
            lines = self._file.read_text(encoding="ascii").split()
        except (OSError, UnicodeDecodeError):
            lines = []
        if not lines or not all(map(is_key, lines)):
            raise KeysRefused(
                f"{self._file} holds something that is no key: put back the one from your backup, without it every "
                "account must be connected again"
            )
        return tuple(one.encode() for one in lines)

    def _write(self, ring: Iterable[bytes], *, over: bool) -> None:
        """Write the ring all at once. Raises FileExistsError where there is one and it is not written over."""
        descriptor, name = tempfile.mkstemp(dir=self._file.parent, prefix=f".{self._file.name}-")  # mode 0600
        draft = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as out:
                out.write(b"".join(one + b"\n" for one in ring))
                out.flush()
                os.fsync(out.fileno())
            if over:
                draft.replace(self._file)
            else:
                os.link(draft, self._file)
        finally:
            draft.unlink(missing_ok=True)
        with self._folder() as folder:
            os.fsync(folder)  # a key that tokens are sealed with must be there after a power cut too

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from changing the ring meanwhile: two that add a key at once must both find theirs."""
        import fcntl  # not made for every platform

        with self._folder() as folder:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield

    @contextlib.contextmanager
    def _folder(self) -> Iterator[int]:
        descriptor = os.open(self._file.parent, os.O_RDONLY)
        try:
            yield descriptor
        finally:
            os.close(descriptor)
