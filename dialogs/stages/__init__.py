"""Stages of a conversation, and which may follow which."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from dialogs.turn import Turn
    from domain.desk import Desk


class Stage(StrEnum):
    """Where a conversation stands. Who answers it is another matter: see the owner."""

    GREETING = "greeting"
    COLLECTING = "collecting"
    ALTERNATIVES = "alternatives"
    CONFIRMING = "confirming"
    PAYING = "paying"
    CHANGING = "changing"
    CLOSED = "closed"


Handler: TypeAlias = "Callable[[Turn, Desk], Awaitable[Stage]]"
"""Hears what is left of a message in its stage, and names the next one."""

_S = Stage
_TALKING = frozenset({_S.COLLECTING, _S.ALTERNATIVES, _S.CONFIRMING, _S.CHANGING, _S.CLOSED})
MOVES: dict[Stage, frozenset[Stage]] = {
    _S.GREETING: _TALKING,
    _S.COLLECTING: _TALKING | {_S.GREETING},
    _S.ALTERNATIVES: _TALKING | {_S.GREETING},
    _S.CONFIRMING: _TALKING | {_S.GREETING, _S.PAYING},
    _S.PAYING: frozenset({_S.CONFIRMING, _S.ALTERNATIVES, _S.CHANGING, _S.CLOSED}),
    _S.CHANGING: _TALKING | {_S.GREETING},
    _S.CLOSED: _TALKING | {_S.GREETING},
}
"""Which stage may follow which; staying is always allowed. Restart is what leads back to the greeting."""
