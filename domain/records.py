"""Records: immutable values as `dataclasses` makes them, that cost no more to make than others.

A frozen dataclass sets each of its fields past its own guard, which took a sixth of a turn's time. The type checker
sees plain frozen dataclasses, and every test runs with them frozen (`FREEZE_RECORDS=1`); elsewhere what nobody
changes is left without the guard. Equality and hashes are the same either way.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses

    FROZEN = os.environ.get("FREEZE_RECORDS") == "1"

    def dataclass(*, frozen: bool = False, **options: bool):
        """Return what makes a class a dataclass, as `dataclasses.dataclass` does."""

        def make(cls: type) -> type:
            if not frozen or FROZEN:
                return dataclasses.dataclass(frozen=frozen, **options)(cls)
            hashed = options.get("eq", True) and "__hash__" not in cls.__dict__
            return dataclasses.dataclass(unsafe_hash=hashed, **options)(cls)

        return make


__all__ = ["dataclass"]
