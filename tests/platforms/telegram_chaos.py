"""How a fake Bot API misbehaves: by chance with a seed, or exactly as a test says."""

from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """One call that goes wrong."""

    method: str = "sendMessage"
    status: int = 500
    description: str = "Internal Server Error"
    retry_after: int | None = None
    after: bool = False
    """Whether it has taken effect all the same."""
    slow: float = 0.0
    """Seconds until it is answered."""
    body: bytes | None = None
    """What is answered instead of JSON of the Bot API."""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    """Whether the connection ends in the middle of the answer."""


def flood(seconds: int, method: str = "sendMessage") -> Fault:
    return Fault(method, 429, f"Too Many Requests: retry after {seconds}", seconds)


@dataclass
class Chaos:
    """Chances, from 0 to 1, of what may happen to a call or to a delivery. The same seed gives the same trouble."""

    seed: int = 0
    duplicate: float = 0.0
    """An update is delivered once more, although it was taken."""
    reorder: float = 0.0
    """An update waits until after the next one."""
    delay: float = 0.0
    """An update is delivered some milliseconds later."""
    forged: float = 0.0
    """Somebody without the secret sends the same first."""
    flooded: float = 0.0
    """A message is answered 429."""
    broken: float = 0.0
    """A message is answered 502."""
    broken_after: float = 0.0
    """A message is answered 502, and has arrived."""
    slow: float = 0.0
    """A message is answered some milliseconds later."""

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def happens(self, chance: float) -> bool:
        return chance > 0 and self._random.random() < chance

    def milliseconds(self) -> float:
        return self._random.randint(1, 5) / 1000

    def fault(self, method: str) -> Fault | None:
        """Return what goes wrong with a call, None if nothing does."""
        if method != "sendMessage":
            return None
        if self.happens(self.flooded):
            return flood(self._random.randint(1, 3))
        if self.happens(self.broken):
            return Fault(method, 502, "Bad Gateway")
        if self.happens(self.broken_after):
            return Fault(method, 502, "Bad Gateway", after=True)
        return None
