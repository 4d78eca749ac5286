"""How the fake Graph API misbehaves: faults that a test asks for, and chaos that a seed repeats."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

    from tests.platforms.graph_webhooks import Told

Answer = tuple[int, dict[str, Any], dict[str, str]]
"""Status, body, headers."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong with a call."""

    code: int | None = None
    status: int = 400
    subcode: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    after_effect: bool = False
    """The message is sent all the same."""
    seconds: float = 0.0
    """Of real time before the answer comes; without a code the answer is a good one."""
    raw: bytes | None = None
    """Answered instead of JSON."""
    cut: bool = False
    """The connection ends in the middle of the answer."""
    edge: str = "messages"
    """Which calls: those whose path ends with this."""

    @property
    def refuses(self) -> bool:
        """Whether the answer is not a good one."""
        return self.code is not None or self.status != 400 or self.raw is not None


@dataclass(frozen=True, slots=True)
class Chaos:
    """How often something goes wrong, from 0 to 1."""

    too_many: float = 0.0
    pair_rate: float = 0.0
    expired: float = 0.0
    window: float = 0.0
    after_effect: float = 0.0
    duplicate: float = 0.0
    late: float = 0.0
    """Of deliveries, how many come once more days later."""
    forged: float = 0.0
    """Of deliveries, how many come first with a wrong signature."""
    shuffle: bool = False
    batch: int = 1
    """How many events are delivered together at most."""


CALM = Chaos()


class Faults:
    """What will go wrong: first what was asked for, in order; then what chance says."""

    def __init__(self, chance: random.Random, chaos: Chaos) -> None:
        self._chance = chance
        self.chaos = chaos
        self._asked: deque[Fault] = deque()

    def add(self, fault: Fault, times: int) -> None:
        """Have the next calls go wrong."""
        self._asked.extend([fault] * times)

    def next(self, edge: str, *, is_sent: bool = True) -> Fault | None:
        """Return what goes wrong with a call; chance strikes only where something is sent."""
        if self._asked and self._asked[0].edge == edge:
            return self._asked.popleft()
        if edge != "messages" or not is_sent:
            return None
        chaos, drawn = self.chaos, self._chance.random()
        for rate, fault in (
            (chaos.too_many, Fault(130429, 429, headers={"retry-after": "1"})),
            (chaos.pair_rate, Fault(131056)),
            (chaos.expired, Fault(190, 401, 463)),
            (chaos.window, Fault(131047)),
            (chaos.after_effect, Fault(status=503, after_effect=True)),
        ):
            if drawn < rate:
                return fault
            drawn -= rate
        return None

    def batches(self, told: list[Told]) -> list[list[Told]]:
        """Return events as they are delivered: together, twice, in another order."""
        chaos, chance = self.chaos, self._chance
        events = [one for one in told for _ in range(2 if chance.random() < chaos.duplicate else 1)]
        if chaos.shuffle:
            chance.shuffle(events)
        found = []
        while events:
            size = chance.randint(1, chaos.batch) if chaos.batch > 1 else 1
            found.append(events[:size])
            events = events[size:]
        return found

    def happens(self, rate: float) -> bool:
        """Return whether something that happens so often happens now."""
        return self._chance.random() < rate


def refused(code: int, words: str, status: int = 400, subcode: int = 0, details: str = "") -> Answer:
    """Return a no as Meta words it."""
    error: dict[str, Any] = {
        "message": f"(#{code}) {words}",
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": "AFakeTrace",
    }
    if subcode:
        error["error_subcode"] = subcode
    if details:
        error["error_data"] = {"messaging_product": "whatsapp", "details": details}
    return status, {"error": error}, {}


def good(**body: Any) -> Answer:
    """Return a yes."""
    return 200, body, {}
